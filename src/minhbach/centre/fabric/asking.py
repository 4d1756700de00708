"""Asking a recorder from a page, which has no event loop of its own.

Owns one thread per process with an event loop and one ``Client`` in it, started at the first question. Promises that a
page waits no longer than it says. Leaves the questions to ``client``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from minhbach.centre.fabric.client import PATIENCE_S, Client, NoAnswer, RecorderAway
from minhbach.protocol.line import Access, LineDown

_DIAL_S = 3.0

_Answer = TypeVar("_Answer")


class Asker:
    """Thread-safe. ``access`` is called at the first question, so that a process that never asks reads no password."""

    def __init__(self, access: Callable[[], Access], name: str = "pages") -> None:
        self._access = access
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None
        self._thread: threading.Thread | None = None

    def ask(
        self, recorder: str, verb: str, message: Any, answer: type[_Answer], timeout_s: float = PATIENCE_S
    ) -> _Answer:
        """As ``Client.ask``."""
        return self._run(lambda client: client.ask(recorder, verb, message, answer, timeout_s), timeout_s)

    def order(self, recorder: str, verb: str, message: Any, timeout_s: float = PATIENCE_S) -> int:
        """As ``Client.order``."""
        return self._run(lambda client: client.order(recorder, verb, message, timeout_s), timeout_s)

    def ask_bytes(self, recorder: str, verb: str, data: bytes, timeout_s: float = PATIENCE_S) -> bytes:
        """As ``Client.ask_bytes``."""
        return self._run(lambda client: client.ask_bytes(recorder, verb, data, timeout_s), timeout_s)

    def close(self) -> None:
        """Hang up and end the thread."""
        with self._lock:
            loop, client, thread = self._loop, self._client, self._thread
            self._loop = self._client = self._thread = None
        if loop is not None and client is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(client.stop(), loop).result(_DIAL_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_DIAL_S)

    def _run(self, question: Callable[[Client], Coroutine[Any, Any, _Answer]], timeout_s: float) -> _Answer:
        loop, client = self._started()

        async def connected() -> _Answer:
            try:
                await client.line.until_connected(_DIAL_S)
            except LineDown:
                raise RecorderAway from None
            return await question(client)

        future = asyncio.run_coroutine_threadsafe(connected(), loop)
        try:
            return future.result(timeout_s + _DIAL_S + 1)
        except TimeoutError:
            future.cancel()
            raise NoAnswer from None

    def _started(self) -> tuple[asyncio.AbstractEventLoop, Client]:
        with self._lock:
            if self._loop is None or self._client is None:
                self._loop = asyncio.new_event_loop()
                self._client = Client(self._access(), self._name)
                self._thread = threading.Thread(target=_run, args=(self._loop,), name="fabric", daemon=True)
                self._thread.start()
                self._loop.call_soon_threadsafe(self._client.start)
            return self._loop, self._client


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
