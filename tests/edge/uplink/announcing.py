"""A camera that introduces itself by WS-Discovery on the loopback network, as ONVIF cameras do on an office's."""

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from minhbach.edge.uplink.discovery import GROUP, PORT

SCOPES = " ".join(
    f"onvif://www.onvif.org/{scope}"
    for scope in ("type/video", "name/Camera%20qu%E1%BA%A7y", "hardware/DS-2CD")
)  # fmt: skip


def answer(scopes: str, types: str = "dn:NetworkVideoTransmitter", claimed: str = "http://10.9.9.9/onvif") -> bytes:
    """A ProbeMatch; what it claims as its address is a lie."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>'
        f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{claimed}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


class Announcer(asyncio.DatagramProtocol):
    """Answers each probe, after some noise; `asked` counts the probes it understood."""

    asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr) -> None:
        if re.search(rb"<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>", data):
            self.asked += 1
            self.transport.sendto(b"no camera", addr)  # type: ignore[attr-defined]  # a datagram transport
            self.transport.sendto(answer(SCOPES), addr)  # type: ignore[attr-defined]  # a datagram transport


async def announcer() -> Announcer:
    """One that listens on the group until its `transport` is closed."""
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port.bind(("", PORT))
    member = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
    port.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    port.setblocking(False)
    _, camera = await asyncio.get_running_loop().create_datagram_endpoint(Announcer, sock=port)
    return camera


@contextmanager
def announcing() -> Iterator[None]:
    """The same in a thread of its own, for callers without a loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    camera = asyncio.run_coroutine_threadsafe(announcer(), loop).result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(camera.transport.close)
        loop.call_soon_threadsafe(loop.call_soon, loop.stop)
        thread.join()
        loop.close()
