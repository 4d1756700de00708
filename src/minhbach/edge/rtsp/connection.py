"""One TCP (or TLS) connection to one camera, driven by ticks: dial, pump, end.

Owns: a non-blocking socket, the way from a name to an address, the check of that address against the allowed
networks, TLS with a pinned certificate, and the bytes between the socket and a `Session`.

Promises: no call here blocks (names are looked up on an executor); one `pump` reads at most READ_BYTES, so that a
camera that floods cannot slow another; what waits to be sent is bounded; only the host that a person configured is
ever dialled (A28); after `ended` nothing is open.

Leaves to others: what the bytes mean (`session`), trying again and following redirects (`link`).
"""

from __future__ import annotations

import errno
import hashlib
import ipaddress
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import TypeAlias

from minhbach.edge import faults
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.session import MAX_UNSENT_BYTES, Session, State
from minhbach.edge.rtsp.url import CameraUrl

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address: TypeAlias = tuple[socket.AddressFamily, tuple[object, ...]]

SCRATCH_BYTES = 256 * 1024
"""The least size of the buffer that `pump` reads into; it must hold one whole frame (64 KiB) and a good read."""
READ_BYTES = 512 * 1024
"""Per pump: at ten ticks a second 40 Mbit/s, and about 0.1 s of work when all of it is tiny packets."""
TIMER_US = 300_000
"""While media flows nothing that `Session.timer` watches is due more often, and a hundred cameras make it dear."""
CONNECT_US = 5_000_000
_MAX_ADDRESSES = 8


class Connection:
    """See the module. `pump` moves everything on; look at `ended`, `trouble` and `session` afterwards.

    `fingerprint` is the SHA-256 of the camera's certificate in hex, `""` to trust the first one seen (A66); what was
    seen stands in `habits.tls_fingerprint`. `mono_us` dates what was read; None: the round does.
    """

    def __init__(
        self,
        address: CameraUrl,
        session: Session,
        *,
        executor: Executor,
        habits: Habits,
        allowed_networks: Sequence[Network] = (),
        fingerprint: str = "",
        mono_us: Callable[[], int] | None = None,
    ) -> None:
        self.address = address
        self.session = session
        self.trouble: faults.CameraTrouble | None = None
        self._executor = executor
        self._habits = habits
        self._networks = tuple(allowed_networks)
        self._mono_us = mono_us
        self._fingerprint = fingerprint.replace(":", "").lower()
        self._lookup: Future[list[_Address]] | None = None
        self._addresses: list[_Address] = []
        self._socket: socket.socket | None = None
        self._connected = False
        self._shaken = False
        self._deadline_us = 0
        self._timer_due_us = 0
        self._rest = b""
        self._unsent = b""
        self.ended = False

    def open(self, now_us: int) -> None:
        """Begin: look the host up, or dial at once when it is an IP address."""
        self._deadline_us = now_us + CONNECT_US
        if _is_literal(self.address.host):
            self._lookup = Future()
            self._lookup.set_result(_look_up(self.address.host, self.address.port))
        else:
            self._lookup = self._executor.submit(_look_up, self.address.host, self.address.port)

    def pump(self, scratch: bytearray, now_us: int) -> None:
        """Do what can be done now. `scratch` is shared between cameras and holds at least SCRATCH_BYTES."""
        try:
            if not self.ended and (self._socket is not None or self._found(now_us)) and self._is_connected(now_us):
                self._exchange(scratch, now_us)
        except faults.CameraTrouble as trouble:
            self._finish(trouble)
        except OSError as error:
            self._broken(error, now_us)

    def close(self, now_us: int) -> None:
        """End politely: TEARDOWN, then up to a second of pumping until `ended`."""
        self.session.close(now_us)
        if not self._shaken or self.session.state is State.ENDED:
            self._finish(None)

    def give_up(self, trouble: faults.CameraTrouble) -> None:
        """End at once because of `trouble`; TEARDOWN is sent if the socket takes it."""
        self.session.give_up(trouble)
        try:
            if self._shaken:
                self._write()
        except OSError:
            pass  # It ends anyway.
        self._finish(trouble)

    def abandon(self) -> None:
        """End at once, without a word."""
        self._finish(self.trouble)

    # -- dialling -----------------------------------------------------------------------------------------------

    def _found(self, now_us: int) -> bool:
        """Whether the lookup has ended and an address is being dialled."""
        if self._lookup is None or not self._lookup.done():
            if now_us >= self._deadline_us:
                raise faults.CameraTrouble(faults.NAME_NOT_FOUND, self.address.host)
            return False
        try:
            found = self._lookup.result()
        except (OSError, UnicodeError):
            raise faults.CameraTrouble(faults.NAME_NOT_FOUND, self.address.host) from None
        self._dial_first(found)
        return self._socket is not None

    def _dial_first(self, found: Sequence[_Address]) -> None:
        self._addresses = [a for a in found[:_MAX_ADDRESSES] if self._is_allowed(str(a[1][0]))]
        if not self._addresses:
            raise faults.CameraTrouble(faults.FORBIDDEN_NETWORK, self.address.host)
        self._dial()

    def _is_allowed(self, host: str) -> bool:
        ip = ipaddress.ip_address(host.partition("%")[0])
        plain = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped else ip
        return not self._networks or any(plain in network for network in self._networks)

    def _dial(self) -> None:
        family, target = self._addresses.pop(0)
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = self._socket.connect_ex(target)
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, "connect")

    def _is_connected(self, now_us: int) -> bool:
        """Whether TCP, and TLS when asked for, stand; starts the session at the moment they do."""
        if self._shaken:
            return True
        if now_us >= self._deadline_us:
            raise faults.CameraTrouble(faults.TLS_FAILED if self._connected else faults.CONNECT_TIMEOUT)
        if not self._connected and not self._tcp_stands():
            return False
        if self.address.scheme == "rtsps" and not self._tls_stands():
            return False
        self._shaken = True
        self.session.start(now_us)
        return True

    def _tcp_stands(self) -> bool:
        assert self._socket is not None
        poll = select.poll()
        poll.register(self._socket, select.POLLOUT)
        if not poll.poll(0):
            return False
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, "connect")
        self._connected = True
        return True

    def _tls_stands(self) -> bool:
        if not isinstance(self._socket, ssl.SSLSocket):
            assert self._socket is not None
            self._socket = _tls_context().wrap_socket(
                self._socket, do_handshake_on_connect=False, server_hostname=self.address.host
            )
        try:
            self._socket.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except ssl.SSLError as error:
            raise faults.CameraTrouble(faults.TLS_FAILED, (error.reason or "")[:80]) from None
        self._check_certificate(self._socket.getpeercert(binary_form=True) or b"")
        return True

    def _check_certificate(self, certificate: bytes) -> None:
        seen = hashlib.sha256(certificate).hexdigest()
        expected = self._fingerprint or self._habits.tls_fingerprint
        if expected and seen != expected:
            raise faults.CameraTrouble(faults.TLS_CHANGED, f"SHA-256 {seen}")
        self._habits.tls_fingerprint = seen

    # -- exchanging ---------------------------------------------------------------------------------------------

    def _exchange(self, scratch: bytearray, now_us: int) -> None:
        self._write()
        open_still = self._read(scratch, now_us)
        if now_us >= self._timer_due_us or self.session.state is not State.PLAYING:
            self._timer_due_us = now_us + TIMER_US
            self.session.timer(now_us)
        if not open_still and self.session.state is not State.ENDED:
            self.session.eof(now_us)
        self._write()
        if self.session.state is State.ENDED:
            self._finish(self.session.trouble)

    def _read(self, scratch: bytearray, now_us: int) -> bool:
        """Read what is there, up to READ_BYTES; false when the peer has closed."""
        assert self._socket is not None
        kept = len(self._rest)
        scratch[:kept] = self._rest
        view = memoryview(scratch)
        budget = READ_BYTES
        alive = True
        while budget > 0 and self.session.state is not State.ENDED:
            try:
                got = self._socket.recv_into(view[kept:])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            if got == 0:
                alive = False
                break
            budget -= got
            end = kept + got
            # Asked behind the reading: on a busy machine much has come since the round began, and footage that is dated
            # before it came pulls the whole stream into the past.
            arrived_us = now_us if self._mono_us is None else max(now_us, self._mono_us())
            used = self.session.receive(scratch, 0, end, arrived_us)
            kept = end - used
            if used and kept:
                view[:kept] = view[used:end]
            if end < len(scratch) and not isinstance(self._socket, ssl.SSLSocket):
                break  # The socket had no more: asking again would cost a system call per camera and tick.
        self._rest = bytes(view[:kept])
        return alive

    def _write(self) -> None:
        """Send what the session wants sent. While a rest is stuck the session's own bound on unsent bytes holds."""
        assert self._socket is not None
        if not self._unsent:
            self._unsent = self.session.outgoing()
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent[:MAX_UNSENT_BYTES])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            self._unsent = self._unsent[sent:]

    # -- ending -------------------------------------------------------------------------------------------------

    def _broken(self, error: OSError, now_us: int) -> None:
        if self._shaken:
            if self.session.state is not State.ENDED:
                self.session.eof(now_us)
            self._finish(self.session.trouble)
            return
        self._close_socket()
        if self._addresses:
            try:
                self._dial()
            except OSError as again:
                self._broken(again, now_us)
            return
        self._finish(faults.CameraTrouble(_dial_fault(error), errno.errorcode.get(error.errno or 0, "")))

    def _finish(self, trouble: faults.CameraTrouble | None) -> None:
        self.trouble = trouble
        self.ended = True
        self._rest = self._unsent = b""
        if self._lookup is not None:
            self._lookup.cancel()
        self._close_socket()

    def _close_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._connected = False


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int) -> list[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [(family, target) for family, _, _, _, target in found]


def _tls_context() -> ssl.SSLContext:
    """Cameras sign their certificates themselves: identity rests on the pinned fingerprint, not on an authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _dial_fault(error: OSError) -> faults.Fault:
    if error.errno == errno.ECONNREFUSED:
        return faults.CONNECTION_REFUSED
    return faults.CONNECT_TIMEOUT if error.errno == errno.ETIMEDOUT else faults.UNREACHABLE
