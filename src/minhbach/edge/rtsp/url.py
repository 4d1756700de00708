"""Camera addresses: reading what a person typed, and joining what a camera answered.

Owns: `CameraUrl` (an address without secrets), `Credentials` (the secrets, never in a repr), `redact` (the only way a
URL is shown) and the string joins of RTSP control URLs.

Promises: joins are string operations. A URL library normalises, and drops the query of `…?channel=1&subtype=1/`
(A24), merges `..` or re-encodes; a camera compares bytes. Nothing a camera answers can change the host we talk to
(A28) or put a user name back into an address (A29).

Leaves to others: dialling (`connection`), deciding which candidate to try next (`dialog`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
_SCHEME = re.compile(r"^\s*(rtsps?)://", re.IGNORECASE)
_SECRET = re.compile(r"(?i)((?:pass(?:wor[dt]|wd)?|pwd|psw|token|secret|auth)=)(.*?)(?=[&/?;#\s]|_channel|$)")
_USERINFO = re.compile(r"(?i)(rtsps?://|https?://)[^\s/?#]*@")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_MAX_URL = 2048


class BadUrl(ValueError):
    """The text is no camera address. The message never repeats the text, which may hold a password."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password of one camera; `allow_basic` permits sending them unencrypted when nothing else is
    offered and the connection is not TLS."""

    user: str
    password: str = field(repr=False)
    allow_basic: bool = True

    def __repr__(self) -> str:
        return "Credentials(***)"


@dataclass(frozen=True, slots=True)
class CameraUrl:
    """An address without user-info. `rest` is path and query exactly as typed, starting with `/` or `?`, or empty."""

    scheme: str
    host: str
    port: int
    rest: str
    port_given: bool = False

    @property
    def authority(self) -> str:
        """host[:port], an IPv6 host in brackets, the port only if it was written."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port_given else host

    @property
    def text(self) -> str:
        """The URL as it is sent in requests. The scheme `rtsps` is kept: the server sees the same text as we."""
        return f"{self.scheme}://{self.authority}{self.rest or '/'}"


def redact(text: str) -> str:
    """`text` with every user-info and every password-like query value replaced; works on broken URLs too."""
    match = _SCHEME.match(text)
    if match:
        userinfo, authority, rest = _split(text[match.end() :])
        text = match.group(0) + ("***@" if userinfo is not None else "") + authority + rest
    return _SECRET.sub(r"\1***", _USERINFO.sub(r"\1***@", text))


def parse(text: str) -> tuple[CameraUrl, Credentials | None]:
    """Read `rtsp[s]://[user[:password]@]host[:port][/path]`; raises BadUrl.

    A password may hold `@`, `:` or `/` unescaped, because people paste them so. `enableSrtp` is dropped (A66).
    """
    text = text.strip()
    match = _SCHEME.match(text)
    if match is None or len(text) > _MAX_URL or any(ord(c) < 33 or ord(c) == 127 for c in text):
        raise BadUrl("A camera address starts with rtsp:// or rtsps:// and holds no blanks.")
    scheme = match.group(1).lower()
    userinfo, authority, rest = _split(text[match.end() :])
    host, port = _split_authority(authority)
    address = CameraUrl(scheme, host, port or DEFAULT_PORTS[scheme], _without_srtp(rest), port is not None)
    return address, _credentials(userinfo)


def strip_userinfo(text: str) -> str:
    """`text` without `user:password@` behind its scheme (A29)."""
    text = text.strip()
    match = _SCHEME.match(text)
    if match is None:
        return text
    _, authority, rest = _split(text[match.end() :])
    return match.group(0) + authority + rest


def base_of(answered: str | None, request: CameraUrl) -> str:
    """The base for relative controls: what the camera answered as Content-Base, repaired (A27) and put on our own
    host (A28); the request URL when it said nothing or nothing usable (A22)."""
    if not answered or not answered.strip():
        return request.text
    text = answered.strip()
    while (match := _SCHEME.match(text)) and _SCHEME.match(text[match.end() :]):
        text = text[match.end() :]
    if "://" not in text:
        text = f"{request.scheme}://{text}"
    grafted = graft(text, request)
    return request.text if grafted is None else grafted


def graft(text: str, request: CameraUrl) -> str | None:
    """`text` (absolute) put on the host we are talking to; None when it cannot be read as an RTSP URL."""
    try:
        other, _ = parse(text)
    except BadUrl:
        return None
    if (other.host.lower(), other.port) == (request.host.lower(), request.port):
        return strip_userinfo(text)
    return f"{request.scheme}://{request.authority}{other.rest or '/'}"


def follow(location: str, request: CameraUrl) -> CameraUrl | None:
    """The address a redirect names (A31, A32): absolute, or a path on our host; None when it cannot be read."""
    location = location.strip()
    if location.startswith("/"):
        location = f"{request.scheme}://{request.authority}{location}"
    try:
        return parse(location)[0]
    except BadUrl:
        return None


def is_absolute(control: str) -> bool:
    """Whether a control value carries its own scheme."""
    return _SCHEME.match(control) is not None


def join(base: str, control: str) -> str:
    """Plain join: base, exactly one slash, control (A23, A24, A26)."""
    if control in ("", "*"):
        return base
    return base.removesuffix("/") + "/" + control.removeprefix("/")


def candidates(base: str, control: str | None, request: CameraUrl) -> tuple[str, ...]:
    """URLs to try in order for a control value: at most three, without repeats.

    Absolute: on our host, then verbatim. Relative: plain join to the base, then to the request URL.
    No control or `*`: the base, then the base with its last slash added or taken away (A30).
    """
    if control is None or control in ("", "*"):
        return _unique(base, toggled_slash(base))
    if is_absolute(control):
        grafted = graft(control, request)
        return _unique(*([grafted] if grafted else []), strip_userinfo(control))
    return _unique(join(base, control), join(request.text, control), join(_without_query(base), control))


def toggled_slash(text: str) -> str:
    """The other form of a URL: with or without its last slash."""
    return text.removesuffix("/") if text.endswith("/") else text + "/"


def _unique(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:3]


def _without_query(text: str) -> str:
    return text.partition("?")[0]


def _without_srtp(rest: str) -> str:
    path, mark, query = rest.partition("?")
    kept = [part for part in query.split("&") if part.partition("=")[0].lower() != "enablesrtp"]
    return path + mark + "&".join(kept) if mark and kept != [] else path


def _split(tail: str) -> tuple[str | None, str, str]:
    """(user-info, authority, rest) of what stands behind `scheme://`."""
    cut = next((i for i, c in enumerate(tail) if c in "/?#"), len(tail))
    authority, rest = tail[:cut], tail[cut:]
    if "@" not in authority and "@" in rest and _is_cut_password(authority):
        cut = tail.rindex("@")
        behind = tail[cut + 1 :]
        end = next((i for i, c in enumerate(behind) if c in "/?#"), len(behind))
        return tail[:cut], behind[:end], behind[end:]
    userinfo, at, host = authority.rpartition("@")
    return (userinfo if at else None), host, rest


def _is_cut_password(authority: str) -> bool:
    """`admin:pa` of `admin:pa/ss@host` looks like host:port but the "port" is no number."""
    _, colon, port = authority.rpartition(":")
    return bool(colon) and not port.isdigit() and not authority.startswith("[")


def _split_authority(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, tail = authority[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise BadUrl("An IPv6 host stands in brackets: rtsp://[fe80::1]:554/path.")
        return _valid_host(host), _port(tail[1:]) if tail else None
    host, colon, port = authority.partition(":")
    if ":" in port:
        raise BadUrl("An IPv6 host stands in brackets: rtsp://[fe80::1]:554/path.")
    return _valid_host(host), _port(port) if colon and port else None


def _valid_host(host: str) -> str:
    if not host or not re.fullmatch(r"[0-9A-Za-z._:%\-]{1,253}|[^\x00-\x7f][^\s@/]{0,252}", host):
        raise BadUrl("The camera address has no host name.")
    return host


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) < 65536:
        raise BadUrl("The port of a camera address is a number from 1 to 65535.")
    return int(text)


def _credentials(userinfo: str | None) -> Credentials | None:
    if not userinfo:
        return None
    user, _, password = userinfo.partition(":")
    return Credentials(_unquote(user), _unquote(password))


def _unquote(text: str) -> str:
    raw = _PERCENT.sub(lambda m: bytes([int(m.group(1), 16)]), text.encode())
    return raw.decode("utf-8", "surrogateescape")
