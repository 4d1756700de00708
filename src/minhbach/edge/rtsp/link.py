"""The standing link to one camera: connection after connection, with what each taught the next.

Owns: the reconnect rule (`faults.Backoff`), redirects (at most five, never to another host by themselves: A28, A31,
A32), the one immediate second try after a connection that closed during the dialog (A64), and the camera's `Habits`.

Promises: exactly one connection at a time (A33, A35); `fault` says what keeps the camera away, and is None while it
plays; nothing blocks; a link that is closed stays closed.

Leaves to others: when to tick (`recorder`), what the media is (`rtp`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum

from minhbach.edge import faults
from minhbach.edge.rtsp.connection import Connection, Network
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.session import Limits, MakeReceiver, Receiver, Session, State
from minhbach.edge.rtsp.url import CameraUrl, Credentials

MAX_HOPS = 5
STEADY_US = 5_000_000
"""Media for this long, and the next failure starts again with the shortest wait: a camera on bad Wi-Fi that drops every
few seconds must not be away for a minute each time."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a person configured for one stream of a camera. `fingerprint`: see `Connection`."""

    address: CameraUrl
    credentials: Credentials | None = None
    allowed_networks: tuple[Network, ...] = ()
    fingerprint: str = ""


class LinkState(Enum):
    """What a link is doing."""

    WAITING = "waiting"
    DIALLING = "dialling"
    PLAYING = "playing"
    CLOSED = "closed"


class Link:
    """`pump` at every tick; read `state`, `fault`, `receiver`. `random` yields floats in [0, 1)."""

    def __init__(
        self,
        target: Target,
        *,
        make_receiver: MakeReceiver,
        executor: Executor,
        random: Callable[[], float],
        token: Callable[[], str] = lambda: secrets.token_hex(8),
        limits: Limits | None = None,
        mono_us: Callable[[], int] | None = None,
    ) -> None:
        self._target = target
        self._make_receiver = make_receiver
        self._executor = executor
        self._token = token
        self._limits = limits
        self._mono_us = mono_us
        self._backoff = faults.Backoff(random)
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._receiver: Receiver | None = None
        self._visited: list[str] = []
        self._second_try = False
        self._playing_since_us: int | None = None
        self._closing = False
        self.next_attempt_us = 0
        self.habits = Habits()
        self.fault: faults.CameraTrouble | None = None
        """Why there is no stream at the moment; kept until media flows."""

    @property
    def state(self) -> LinkState:
        """See LinkState."""
        if self._connection is None:
            return LinkState.CLOSED if self._closing else LinkState.WAITING
        playing = self._connection.session.state in (State.PLAYING, State.CLOSING)
        return LinkState.PLAYING if playing else LinkState.DIALLING

    @property
    def session(self) -> Session | None:
        """The present session, or the last one until the next dial; for its notes, description and tracks."""
        return self._session

    @property
    def receiver(self) -> Receiver | None:
        """The receiver of the newest session that played; another object for each session. It stays when its session
        ends, so that its last samples can still be flushed and taken."""
        return self._receiver

    def pump(self, scratch: bytearray, now_us: int) -> None:
        """Move on: dial when it is time, exchange bytes, end what has ended."""
        connection = self._connection
        if connection is None:
            if self._closing or now_us < self.next_attempt_us:
                return
            connection = self._connection = self._dial(self._target.address, now_us)
        connection.pump(scratch, now_us)
        self._receiver = connection.session.receiver or self._receiver
        self._note_playing(connection, now_us)
        if connection.ended:
            self._ended(connection, now_us)

    def close(self, now_us: int) -> None:
        """Say TEARDOWN and never dial again; keep pumping until `state` is CLOSED, about a second at most."""
        self._closing = True
        if self._connection is not None:
            self._connection.close(now_us)
            if self._connection.ended:
                self._connection = None

    def give_up(self, trouble: faults.CameraTrouble, now_us: int) -> None:
        """End the session for a reason that only whoever takes its media can see; the next attempt follows as usual."""
        connection = self._connection
        if connection is not None:
            connection.give_up(trouble)
            self._ended(connection, now_us)

    def abandon(self) -> None:
        """Like `close`, but at once and without a word to the camera."""
        self._closing = True
        if self._connection is not None:
            self._connection.abandon()
            self._connection = None

    def _dial(self, address: CameraUrl, now_us: int) -> Connection:
        self._visited.append(address.text)
        session = Session(
            address, self._target.credentials, make_receiver=self._make_receiver, habits=self.habits,
            token=self._token, secure=address.scheme == "rtsps", limits=self._limits,
        )  # fmt: skip
        connection = Connection(
            address, session, executor=self._executor, habits=self.habits,
            allowed_networks=self._target.allowed_networks, fingerprint=self._target.fingerprint,
            mono_us=self._mono_us,
        )  # fmt: skip
        connection.open(now_us)
        self._session = session
        return connection

    def _note_playing(self, connection: Connection, now_us: int) -> None:
        receiver = connection.session.receiver
        if receiver is None or receiver.last_media_us is None or connection.session.state is not State.PLAYING:
            return
        self.fault = None
        if self._playing_since_us is None:
            self._playing_since_us = now_us
        elif now_us - self._playing_since_us >= STEADY_US:
            self._backoff.succeeded()

    def _ended(self, connection: Connection, now_us: int) -> None:
        self._connection = None
        self._playing_since_us = None
        if self._closing:
            return
        trouble = connection.trouble
        if connection.session.redirect is not None:
            trouble = self._follow(connection.session.redirect, connection.address, now_us)
            if trouble is None:
                return
        self._visited.clear()
        if trouble is not None and trouble.fault is faults.CLOSED_EARLY and not self._second_try:
            self._second_try = True
            self.next_attempt_us = now_us
            return
        self._second_try = False
        self.fault = trouble or faults.CameraTrouble(faults.STREAM_ENDED)
        self.next_attempt_us = now_us + self._backoff.failed(self.fault.fault)

    def _follow(self, target: CameraUrl, source: CameraUrl, now_us: int) -> faults.CameraTrouble | None:
        """Dial where a redirect points, or say why not. Only the port and the path may change, and never from TLS to
        plain, so the secret goes nowhere new."""
        if target.text in self._visited or len(self._visited) > MAX_HOPS:
            return faults.CameraTrouble(faults.REDIRECT_LOOP)
        weaker = source.scheme == "rtsps" and target.scheme == "rtsp"
        if target.host.lower() != source.host.lower() or weaker:
            return faults.CameraTrouble(faults.REDIRECTED_ELSEWHERE, f"{target.scheme}://{target.authority}")
        self._connection = self._dial(target, now_us)
        return None
