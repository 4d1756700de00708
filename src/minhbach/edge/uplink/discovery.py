"""Which cameras of a network introduce themselves: one question by ONVIF WS-Discovery, some seconds of answers.

Owns the question (a SOAP probe by multicast, out of the interfaces that lead to the networks it is given) and what is
believed of an answer: a camera's host is the sender of the datagram, never what it claims; names are shortened and
plain. Promises that hostile answers cost at most a bounded parse of one datagram each, that a document with a DTD is
not read, and that nothing is contacted. Leaves trying a camera to ``probing``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

from minhbach.protocol.messages import FoundCamera

GROUP, PORT = "239.255.255.250", 3702
ASKED_AT_S = (0.0, 0.5, 1.0)
PATIENCE_S = 3.0
MOST_CAMERAS = 200
MOST_BYTES = 64 * 1024
LONGEST_NAME = 80
_DEVICE = "NetworkVideoTransmitter"
_SCOPE = "onvif://www.onvif.org/"
_QUESTION = (
    '<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>urn:uuid:{id}</w:MessageID>'
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotAnAnswer(ValueError):
    """A datagram that is no answer of a camera."""


async def discover(networks: Sequence[Network], patience_s: float = PATIENCE_S) -> tuple[FoundCamera, ...]:
    """Ask and listen. Each host once, in the order of addresses; hosts outside the networks are told too."""
    listener = _Listener()
    with contextlib.ExitStack() as open_ports:
        transports = [await _ask_from(local, listener) for local in local_addresses(networks)]
        for transport in transports:
            open_ports.callback(transport.close)
        waited_s = 0.0
        for at_s in ASKED_AT_S:  # multicast is lost now and then; a camera answers each question once
            if at_s <= patience_s:
                await asyncio.sleep(at_s - waited_s)
                waited_s = at_s
                _ask(transports, listener.number)
        await asyncio.sleep(max(0.0, patience_s - waited_s))
    return tuple(sorted(listener.found.values(), key=lambda camera: ipaddress.ip_address(camera.host)))


def local_addresses(networks: Sequence[Network]) -> list[str]:
    """The machine's own IPv4 addresses from which these networks are reached."""
    found: list[str] = []
    for network in networks:
        if network.version == 4:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as finder, contextlib.suppress(OSError):
                # Connecting a datagram socket sends nothing; it only looks up the way.
                finder.connect((str(network[min(1, network.num_addresses - 1)]), PORT))
                address = finder.getsockname()[0]
                if address not in found:
                    found.append(address)
    return found


def parse(data: bytes, host: str) -> FoundCamera:
    """What a datagram from ``host`` says. Raises NotAnAnswer."""
    if len(data) > MOST_BYTES:
        raise NotAnAnswer
    texts = _Texts()
    try:
        texts.read(data)
    except expat.ExpatError:
        raise NotAnAnswer from None
    if not any(_DEVICE in text for text in texts.of("Types")):
        raise NotAnAnswer
    scopes = [scope for text in texts.of("Scopes") for scope in text.split() if scope.startswith(_SCOPE)]
    return FoundCamera(host, _named(scopes, "name"), _named(scopes, "hardware"))


def _named(scopes: Sequence[str], kind: str) -> str:
    prefix = f"{_SCOPE}{kind}/"
    for scope in scopes:
        if scope.startswith(prefix):
            plain = "".join(sign for sign in unquote(scope[len(prefix) :]) if sign.isprintable())
            return plain.strip()[:LONGEST_NAME]
    return ""


@dataclass(slots=True)
class _Texts:
    """The texts of elements inside the body, by local name; a document with a DTD is refused at its first sign."""

    found: dict[str, list[str]] = field(default_factory=dict)
    _open: list[list[str]] = field(default_factory=list)

    def read(self, data: bytes) -> None:
        """Parse. Raises expat.ExpatError, NotAnAnswer."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda name, attributes: self._open.append([])
        parser.CharacterDataHandler = lambda text: self._open[-1].append(text)
        parser.EndElementHandler = self._end
        parser.Parse(data, True)

    def of(self, name: str) -> list[str]:
        """The texts of the elements of this name."""
        return self.found.get(name, [])

    def _end(self, name: str) -> None:
        self.found.setdefault(name.rpartition(" ")[2], []).append("".join(self._open.pop()))

    def _refuse(self, *declared: Any) -> None:
        raise NotAnAnswer


class _Listener(asyncio.DatagramProtocol):
    """Keeps the first answer of each host."""

    def __init__(self) -> None:
        self.found: dict[str, FoundCamera] = {}
        self.number = str(uuid.uuid4())

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Believe it or drop it."""
        host = str(addr[0])
        if host not in self.found and len(self.found) < MOST_CAMERAS:
            with contextlib.suppress(NotAnAnswer):
                self.found[host] = parse(data, host)

    def error_received(self, exc: Exception) -> None:
        """A network that cannot be reached has no cameras; the others go on."""


async def _ask_from(local: str, listener: _Listener) -> asyncio.DatagramTransport:
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(local))
    port.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    port.bind((local, 0))
    port.setblocking(False)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: listener, sock=port)
    return transport


def _ask(transports: Sequence[asyncio.DatagramTransport], number: str) -> None:
    question = _QUESTION.format(id=number).encode()
    for transport in transports:
        transport.sendto(question, (GROUP, PORT))
