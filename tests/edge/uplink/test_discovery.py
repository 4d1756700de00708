"""Cameras that introduce themselves are found; what hostile answers claim is not believed."""

import asyncio
import ipaddress
import re
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.edge.uplink.discovery import GROUP, LONGEST_NAME, PORT, NotAnAnswer, discover, parse
from minhbach.protocol.messages import FoundCamera

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


def answer(scopes: str, types: str = "dn:NetworkVideoTransmitter", claimed: str = "http://10.9.9.9/onvif") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>'
        f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{claimed}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


SCOPES = "onvif://www.onvif.org/type/video onvif://www.onvif.org/name/Camera%20qu%E1%BA%A7y onvif://www.onvif.org/hardware/DS-2CD"


class FakeCamera(asyncio.DatagramProtocol):
    """Answers a probe as cameras do; `asked` counts the questions it understood."""

    asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr) -> None:
        if re.search(rb"<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>", data):
            self.asked += 1
            self.transport.sendto(b"no camera", addr)  # type: ignore[attr-defined]  # a datagram transport
            self.transport.sendto(answer(SCOPES), addr)  # type: ignore[attr-defined]  # a datagram transport


async def found_beside_a_camera() -> tuple[FakeCamera, tuple[FoundCamera, ...]]:
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port.bind(("", PORT))
    member = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
    port.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    port.setblocking(False)
    transport, camera = await asyncio.get_running_loop().create_datagram_endpoint(FakeCamera, sock=port)
    try:
        return camera, await discover([LOOPBACK], patience_s=0.6)
    finally:
        transport.close()


def test_a_camera_that_introduces_itself_is_found_once_by_where_its_answer_came_from() -> None:
    camera, found = asyncio.run(found_beside_a_camera())
    assert camera.asked == 2
    assert found == (FoundCamera("127.0.0.1", "Camera quầy", "DS-2CD"),)


def test_a_network_without_cameras_answers_nothing() -> None:
    assert asyncio.run(discover([LOOPBACK], patience_s=0.1)) == ()


def test_a_printer_is_no_camera() -> None:
    with pytest.raises(NotAnAnswer):
        parse(answer(SCOPES, types="wsdp:Device pub:PrintDeviceType"), "10.0.0.7")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_declares_entities_is_not_read(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    with pytest.raises(NotAnAnswer):
        parse(f'<?xml version="1.0" encoding="{encoding}"?>{bomb}'.encode(encoding), "10.0.0.7")


def test_a_name_is_short_and_plain() -> None:
    scope = "onvif://www.onvif.org/name/" + "%0A%1B%5B31m" + "x" * 500
    named = parse(answer(scope), "10.0.0.7").name
    assert len(named) <= LONGEST_NAME
    assert named.isprintable()


@given(st.binary(max_size=2000))
def test_whatever_comes_is_an_answer_or_is_dropped(data: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        parse(data, "10.0.0.7")
