"""Which addresses a recorder may be sent to: pure questions about text, no name is resolved here.

A camera's address is typed by a person and followed by a machine inside an office's network. So a recorder has a list
of networks; an address written in figures is checked here at once, a name is checked by the recorder after it was
resolved. Loopback is a network like any other and must be listed to be reached.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, urlsplit

from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

NO_NETWORK = Words(
    "«{text}» không phải là dải mạng. Hãy nhập dạng 192.168.1.0/24.",
    "“{text}” is no network. Write it as 192.168.1.0/24.",
)
TOO_WIDE = Words(
    "Dải mạng «{text}» quá rộng: hãy nhập dải hẹp hơn, từ /16 trở lên.",
    "The network “{text}” is too wide: give a narrower one, /16 or longer.",
)
NO_ADDRESS = Words(
    "Địa chỉ camera phải có dạng rtsp://máy/đường-dẫn.", "A camera's address looks like rtsp://host/path."
)
PASSWORD_INSIDE = Words(
    "Địa chỉ camera không được chứa mật khẩu. Hãy nhập tên và mật khẩu vào ô riêng.",
    "A camera's address must not hold a password. Type name and password into their own fields.",
)
OUTSIDE = Words(
    "Địa chỉ nằm ngoài các dải mạng mà đầu ghi được phép truy cập: {networks}.",
    "The address lies outside the networks this recorder may reach: {networks}.",
)
NOWHERE = Words(
    "Đầu ghi chưa được phép truy cập dải mạng nào. Hãy khai báo dải mạng của camera trước.",
    "The recorder may not reach any network yet. List the cameras' network first.",
)
LONGEST_IPV4, LONGEST_IPV6 = 16, 48


def networks_of(lines: Iterable[str]) -> list[str]:
    """Networks in their usual spelling, without repetition. Raises NotPossible."""
    found: list[str] = []
    for text in (line.strip() for line in lines):
        if text:
            network = _network(text)
            if network not in found:
                found.append(network)
    return found


def camera_address(text: str, networks: Sequence[str]) -> str:
    """The address if a recorder with these networks may be sent there. Raises NotPossible."""
    parts = _split(text.strip())
    if not networks:
        raise NotPossible(NOWHERE, "address")
    host = parts.hostname or ""
    # What is no figure is a name: the recorder checks what it leads to.
    if _is_figure(host) and not is_inside(host, networks):
        raise NotPossible(OUTSIDE.fill(networks=", ".join(networks)), "address")
    return parts.geturl()


def is_inside(host: str, networks: Iterable[str]) -> bool:
    """Whether an address in figures lies in one of the networks."""
    return any(ipaddress.ip_address(host) in ipaddress.ip_network(network) for network in networks)


def _is_figure(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise NotPossible(NO_NETWORK.fill(text=text), "networks") from None
    if network.prefixlen < (LONGEST_IPV4 if network.version == 4 else LONGEST_IPV6):
        raise NotPossible(TOO_WIDE.fill(text=text), "networks")
    return str(network)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise NotPossible(NO_ADDRESS, "address") from None
    if parts.username is not None or parts.password is not None:
        raise NotPossible(PASSWORD_INSIDE, "address")
    if parts.scheme not in ("rtsp", "rtsps") or not parts.hostname or not port_is_fine:
        raise NotPossible(NO_ADDRESS, "address")
    return parts
