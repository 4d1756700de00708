"""One line to the fabric that never gives up.

Owns a NATS connection as both sides use it: dialled again after every end, whatever the cause (a cut, a server that
restarts, a password that was refused), with everything that was served before served again. Promises that nothing is
queued for a line that is down: whoever speaks then is told at once, and the logs are the queue (design 3.4). Leaves
subjects to ``subjects`` and what is said to the callers. All methods run on the event loop that ``start`` ran on.

Errors::

    LineError
    ├── LineDown       there is no connection now
    ├── NobodyThere    nobody serves this subject now
    └── TooLate        no answer came in time; whether it was done is unknown
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

_LOGGER = logging.getLogger(__name__)

# asyncio says so at every end of a TLS line, since the client upgrades its connections itself: it means nothing.
logging.getLogger("asyncio").addFilter(lambda record: "eof_received() has no effect" not in record.getMessage())

PING_EVERY_S = 5
"""With two unanswered pings a line that is dead without a word is noticed in fifteen seconds."""
CONNECT_S = 5
GOODBYE_S = 1
WAIT_S = (0.2, 0.5, 1.0, 2.0, 5.0)
SERVER_NAME = "fabric.minhbach"
"""Whom the certificate of a fabric names, wherever it stands: its authority vouches for nothing else."""
MOST_ANSWERS = 8
"""Of one question that all may answer."""
MOST_AT_ONCE = 64
"""Messages of one subscription that are worked on at the same time when they may be."""


class LineError(Exception):
    """Something that could not be said."""


class LineDown(LineError):
    """There is no connection now."""


class NobodyThere(LineError):
    """Nobody serves this subject now."""


class TooLate(LineError):
    """No answer came in time."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the fabric is and who is dialling. ``inbox`` is a prefix of ``subjects.inbox``; ``ca_pem`` the certificates
    that alone may vouch for the server. With them nothing is said before the server has proved itself; without, a
    ``tls://`` address is judged by the system's own certificates and ``nats://`` not at all: within a machine only.
    """

    address: str
    user: str
    password: str = field(repr=False)
    inbox: str
    ca_pem: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came; ``reply`` is empty when nobody waits for an answer."""

    subject: str
    data: bytes
    reply: str


Handler = Callable[[Heard], Awaitable[bytes | None]]
"""What it returns is the answer, None for no answer (or one that was given by ``publish`` to ``reply``)."""


@dataclass(slots=True)
class _Service:
    subject: str
    handler: Handler
    at_once: bool
    running: set[asyncio.Task[None]] = field(default_factory=set)
    subscription: Subscription | None = None


class Line:
    """One connection. ``on_connect`` is called on the loop after every successful dial, ``on_end`` after every end."""

    def __init__(self, access: Access, name: str) -> None:
        self.on_connect: list[Callable[[], None]] = []
        self.on_end: list[Callable[[], None]] = []
        self._access = access
        self._name = name
        self._services: list[_Service] = []
        self._client: Client | None = None
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._complaint = ""
        self.impostor = False
        """Whether whoever answered last at the fabric's address could not prove to be it; nothing was said to him."""

    @property
    def connected(self) -> bool:
        """Whether something can be said now."""
        return self._client is not None and self._client.is_connected

    @property
    def backlog_bytes(self) -> int:
        """What was published and has not gone to the socket yet: a sender of footage looks here before the next GOP."""
        return self._client.pending_data_size if self._client is not None else 0

    def start(self) -> None:
        """Begin to dial; returns at once. Needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._keep_dialling())

    async def stop(self) -> None:
        """Hang up and stay down."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._hang_up()

    async def until_connected(self, timeout_s: float) -> None:
        """Wait for the first or next connection. Raises LineDown after ``timeout_s``."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not self.connected:
            if asyncio.get_running_loop().time() > deadline:
                raise LineDown(f"No connection to the fabric within {timeout_s} s: {self._complaint or 'no answer'}.")
            await asyncio.sleep(0.02)

    async def serve(self, subject: str, handler: Handler, *, at_once: bool = False) -> None:
        """Have ``handler`` called for every message on a subject, now and after every new dial.

        ``at_once``: messages need not wait for one another. An exception in a handler is logged and answers nothing.
        """
        service = _Service(subject, handler, at_once)
        self._services.append(service)
        if self.connected:
            await self._subscribe(service)

    async def stop_serving(self, subject: str, handler: Handler | None = None) -> None:
        """Undo ``serve`` for a subject; with ``handler`` of that one alone, as another may have come meanwhile."""
        served = [each for each in self._services if each.subject == subject]
        for service in [each for each in served if handler in (None, each.handler)]:
            self._services.remove(service)
            if service.subscription is not None and self.connected:
                with contextlib.suppress(NatsError):
                    await service.subscription.unsubscribe()

    async def publish(self, subject: str, data: bytes) -> None:
        """Say something and wait for nobody. Raises LineDown."""
        try:
            await self._live_client().publish(subject, data)
        except (NatsError, OSError) as error:
            raise LineDown(f"The line broke: {type(error).__name__}.") from error

    async def ask(self, subject: str, data: bytes, timeout_s: float) -> bytes:
        """Say something and wait for the answer. Raises LineDown, NobodyThere, TooLate."""
        try:
            answer = await self._live_client().request(subject, data, timeout=timeout_s)
        except NoRespondersError:
            raise NobodyThere("Nobody on the fabric serves this now.") from None
        except TimeoutError:
            raise TooLate(f"No answer within {timeout_s} s.") from None
        except (NatsError, OSError) as error:
            raise LineDown(f"The line broke: {type(error).__name__}.") from error
        return bytes(answer.data)

    async def ask_all(self, subject: str, data: bytes, first_s: float, more_s: float) -> list[bytes]:
        """Say something and take the answers of all who serve it: the first within ``first_s``, others ``more_s`` on.

        Empty where nobody answers in time. Raises LineDown, NobodyThere.
        """
        answers: list[bytes] = []
        try:
            client = self._live_client()
            inbox = client.new_inbox()
            subscription = await client.subscribe(inbox)
            try:
                await client.publish(subject, data, reply=inbox)
                with contextlib.suppress(TimeoutError):
                    while len(answers) < MOST_ANSWERS:
                        message = await subscription.next_msg(more_s if answers else first_s)
                        if (message.headers or {}).get("Status") == "503":
                            raise NobodyThere("Nobody on the fabric serves this now.")
                        answers.append(bytes(message.data))
            finally:
                await subscription.unsubscribe()
        except (NatsError, OSError) as error:
            raise LineDown(f"The line broke: {type(error).__name__}.") from error
        return answers

    async def settled(self, timeout_s: float) -> None:
        """Wait until the fabric has had all that was published before. Raises LineDown, TooLate."""
        try:
            await self._live_client().flush(timeout_s)  # type: ignore[arg-type]
        except TimeoutError:
            raise TooLate(f"The fabric has not had everything within {timeout_s} s.") from None
        except (NatsError, OSError) as error:
            raise LineDown(f"The line broke: {type(error).__name__}.") from error

    def _live_client(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise LineDown("There is no connection to the fabric now.")
        return self._client

    async def _keep_dialling(self) -> None:
        attempt = 0
        while True:
            if await self._dial():
                attempt = 0
                await self._ended.wait()
                _LOGGER.warning("%s: the line to the fabric ended", self._name)
                await self._hang_up()
                _call_all(self.on_end)
            wait_s = WAIT_S[min(attempt, len(WAIT_S) - 1)]
            attempt += 1
            await asyncio.sleep(wait_s * random.uniform(0.7, 1.3))

    async def _dial(self) -> bool:
        self._ended = asyncio.Event()
        client, ended = Client(), self._ended

        async def end() -> None:
            ended.set()

        async def complain(error: Exception) -> None:
            self._complain(error)

        try:
            await client.connect(
                self._access.address,
                name=self._name,
                user=self._access.user,
                password=self._access.password,
                inbox_prefix=self._access.inbox,
                tls=_tls(self._access.ca_pem),
                tls_hostname=SERVER_NAME if self._access.ca_pem else None,
                tls_handshake_first=bool(self._access.ca_pem),
                allow_reconnect=False,
                connect_timeout=CONNECT_S,
                ping_interval=PING_EVERY_S,
                closed_cb=end,
                disconnected_cb=end,
                error_cb=complain,
            )
            self._client = client
            for service in self._services:
                await self._subscribe(service)
            await client.flush(CONNECT_S)
        except (NatsError, OSError, TimeoutError, ValueError, ssl.SSLError) as error:
            self._complain(error)
            self._client = client
            await self._hang_up()
            return False
        self._complaint, self.impostor = "", False
        _LOGGER.info("%s: connected to the fabric", self._name)
        _call_all(self.on_connect)
        return True

    async def _hang_up(self) -> None:
        client, self._client = self._client, None
        for service in self._services:
            service.subscription = None
        if client is not None:
            # A connection whose TLS failed never tells the client that it is closed.
            with contextlib.suppress(NatsError, OSError, TimeoutError):
                await asyncio.wait_for(client.close(), GOODBYE_S)

    def _complain(self, error: Exception) -> None:
        """Once for as long as the same is wrong; the words of a server never hold our password."""
        self.impostor = isinstance(error, ssl.SSLCertVerificationError)
        text = f"{type(error).__name__}: {error}"
        if text == self._complaint:
            return
        self._complaint = text
        if self.impostor:
            _LOGGER.error(_IMPOSTOR, self._name, self._access.address, text)
        else:
            _LOGGER.warning("%s: the fabric: %s", self._name, text)

    async def _subscribe(self, service: _Service) -> None:
        async def hear(message: Msg) -> None:
            heard = Heard(message.subject, bytes(message.data), message.reply)
            if not service.at_once:
                await self._answer(service, heard)
            elif len(service.running) < MOST_AT_ONCE:
                task = asyncio.get_running_loop().create_task(self._answer(service, heard))
                service.running.add(task)
                task.add_done_callback(service.running.discard)

        service.subscription = await self._live_client().subscribe(service.subject, cb=hear)

    async def _answer(self, service: _Service, heard: Heard) -> None:
        try:
            answer = await service.handler(heard)
            if answer is not None and heard.reply:
                await self.publish(heard.reply, answer)
        except LineError as error:
            _LOGGER.info("%s: %s: the answer could not be given: %s", self._name, service.subject, error)
        except Exception:
            _LOGGER.exception("%s: %s: an error of our own", self._name, service.subject)


_IMPOSTOR = (
    "%s: máy chủ tại %s không phải là trung tâm đã cấp tệp kết nối; không gửi gì cho máy chủ này. Hãy báo quản trị "
    "trung tâm. / who answers there is not the centre that issued the enrolment; nothing was said to it [%s]"
)


def _call_all(listeners: list[Callable[[], None]]) -> None:
    for listener in list(listeners):
        try:
            listener()
        except Exception:
            _LOGGER.exception("an error of our own after a change of the line")


def _tls(ca_pem: str) -> ssl.SSLContext | None:
    return ssl.create_default_context(cadata=ca_pem) if ca_pem else None
