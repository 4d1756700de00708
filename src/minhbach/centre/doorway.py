"""The door of the pages: a request comes in whole before a thread looks at it, and an answer leaves without one.

The pages are written for threads, and there are few: each holds a connection of the database. Who sends a form drop by
drop, or takes a file in drop by drop, must cost none. Owns an ASGI application around a WSGI one, the time and the room
that bodies have, and the threads. Promises: a body is in memory or in a nameless file, at its full length, when the
application is called; where there is no room for one more, the oldest that is still coming is cut off, so that who
sends at once is never the one who waits; an answer's generator runs to its end in the thread that began it. Leaves to
others: how much one request may bring (`access.sizes`), what is answered (`pages`).
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PIECE_BYTES = 256 << 10
_BODY_IN_MEMORY_BYTES = 64 << 10
_ANSWER_IN_MEMORY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What bodies may take together, and how slowly one may come."""

    most_bytes: int = 24 << 20
    """A larger one is not read: the application hears its length and refuses it."""
    grace_s: float = 10.0
    least_bytes_per_s: int = 16 << 10
    """A photograph of 20 MB over the worst line that an office has."""
    at_once: int = 256
    bytes_at_once: int = 512 << 20


class _CutOff(Exception):
    """The body did not come; the word says what to tell, None when nobody is there to be told."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


@dataclass(eq=False, slots=True)
class _Coming:
    """A body that is not whole yet."""

    limit: asyncio.Timeout
    bytes: int = 0


@dataclass(slots=True)
class _Answer:
    """`said` is all of it; or it lies in `file`, the application's own or one of ours, from where that stands on."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    said: bytes = b""
    file: IO[bytes] | None = None


class _File:
    """`wsgi.file_wrapper`: what the application wants sent as it lies on the disk."""

    def __init__(self, file: IO[bytes], block_bytes: int = PIECE_BYTES) -> None:
        self.file = file


class Doorway:
    """The WSGI `application` as an ASGI one, with so many `threads`."""

    def __init__(self, application: WSGIApplication, threads: int, allowance: Allowance | None = None) -> None:
        self._application = application
        self._allowance = allowance or Allowance()
        self._threads = ThreadPoolExecutor(threads, "pages")
        self._coming: dict[_Coming, None] = {}  # oldest first

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        length = _length(scope)
        try:
            with SpooledTemporaryFile(_BODY_IN_MEMORY_BYTES) as body:
                if 0 < length <= self._allowance.most_bytes:
                    await self._take_in(body, length, receive)
                environ = environ_of(scope, body)
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, environ)
        except _CutOff as why:
            if why.status is not None:
                await _refuse(send, why.status)
            return
        await self._hand_out(answer, scope["method"] == "HEAD", receive, send)

    # --- in -----------------------------------------------------------------------------------------------

    async def _take_in(self, body: SpooledTemporaryFile[bytes], length: int, receive: Receive) -> None:
        seconds = self._allowance.grace_s + length / self._allowance.least_bytes_per_s
        try:
            async with asyncio.timeout(seconds) as limit:
                coming = _Coming(limit)
                self._coming[coming] = None
                try:
                    await self._read(body, length, coming, receive)
                finally:
                    self._coming.pop(coming, None)
        except TimeoutError:
            raise _CutOff(408) from None
        body.seek(0)

    async def _read(self, body: SpooledTemporaryFile[bytes], length: int, coming: _Coming, receive: Receive) -> None:
        self._make_room()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise _CutOff(None)
            piece, more = message.get("body", b""), message.get("more_body", False)
            coming.bytes += len(piece)
            if coming.bytes > length:
                raise _CutOff(400)
            body.write(piece)
            self._make_room()
        if coming.bytes < length:
            raise _CutOff(None)

    def _make_room(self) -> None:
        allowance = self._allowance
        held_bytes = sum(each.bytes for each in self._coming)
        while len(self._coming) > allowance.at_once or held_bytes > allowance.bytes_at_once:
            oldest = next(iter(self._coming))
            del self._coming[oldest]
            held_bytes -= oldest.bytes
            if not oldest.limit.expired():
                oldest.limit.reschedule(0)  # long past by the loop's clock

    # --- in a thread --------------------------------------------------------------------------------------

    def _ask(self, environ: dict[str, Any]) -> _Answer:
        answer = _Answer()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            answer.status = int(status[:3])
            answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            return _no_write

        said = self._application(environ, start)
        if isinstance(said, _File):
            answer.file = said.file
        else:
            answer.said, answer.file = _written(said)
        return answer

    # --- out ----------------------------------------------------------------------------------------------

    async def _hand_out(self, answer: _Answer, is_head: bool, receive: Receive, send: Send) -> None:
        file = answer.file
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if file is not None and not is_head:
                gone = asyncio.ensure_future(_gone(receive))  # the server swallows what nobody reads any more
                try:
                    piece = await asyncio.to_thread(file.read, PIECE_BYTES)
                    while piece and not gone.done():
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                        piece = await asyncio.to_thread(file.read, PIECE_BYTES)
                finally:
                    gone.cancel()
            await send({"type": "http.response.body", "body": answer.said})
        finally:
            if file is not None:
                await asyncio.to_thread(file.close)


async def _gone(receive: Receive) -> None:
    """Nobody is there any more; a body that was not read, or none, comes first."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _written(said: Iterable[bytes]) -> tuple[bytes, IO[bytes] | None]:
    """All that an application says: in memory, or in a nameless file where it is long."""
    file: IO[bytes] | None = None
    try:
        begun: list[bytes] = []
        begun_bytes = 0
        for each in said:
            if file is None and begun_bytes + len(each) > _ANSWER_IN_MEMORY_BYTES:
                file = TemporaryFile()  # noqa: SIM115 (whoever hands it out closes it)
                file.write(b"".join(begun))
                begun.clear()
            if file is None:
                begun.append(each)
                begun_bytes += len(each)
            else:
                file.write(each)
    except BaseException:
        if file is not None:
            file.close()
        raise
    finally:
        if (close := getattr(said, "close", None)) is not None:
            close()
    if file is not None:
        file.seek(0)
    return b"".join(begun), file


def _no_write(data: bytes) -> object:
    raise NotImplementedError("An application of ours answers with what it returns.")


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _length(scope: dict[str, Any]) -> int:
    """Of the body, as announced: whoever announces nothing, or nonsense, brings nothing."""
    said = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(said[0][:20]) if len(said) == 1 and said[0].isdigit() else 0


def environ_of(scope: dict[str, Any], body: Any) -> dict[str, Any]:
    """The request as PEP 3333 has it. No header has an underscore: it would pass for that with a dash."""
    host, port = scope.get("server") or ("", "")
    peer = scope.get("client") or ("", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(peer[0]),
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _File,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            key, text = name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            between = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    return environ
