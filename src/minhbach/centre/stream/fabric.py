"""``stream``'s side of the fabric: what it asks of recorders, and the channels it listens to.

Owns two lines, one for live pictures and one for all else, so that a playback in full flow delays nobody's live
picture; and how a request's packets come back on a channel of its own. Promises that a channel is unsubscribed when its
request is over. Leaves rights to the recorder, which verifies each lease itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from minhbach.protocol import codec, subjects
from minhbach.protocol.footage import (
    Answer,
    BadFootage,
    End,
    Live,
    Packet,
    Play,
    Served,
    Still,
    decode,
    is_packet,
)
from minhbach.protocol.line import Access, Heard, Line, LineError

ANSWER_S = 6.0
STILL_S = 8.0
JPEG = b"\xff\xd8"

Hear = Callable[[Packet | End], Awaitable[None]]


class Fabric:
    """Raises LineError where a recorder cannot be reached, BadFootage where it talks nonsense."""

    def __init__(self, access: Access) -> None:
        self.live = Line(access, "stream live")
        self.bulk = Line(access, "stream")

    def start(self) -> None:
        """Begin to dial."""
        self.live.start()
        self.bulk.start()

    async def stop(self) -> None:
        """Hang up."""
        await self.live.stop()
        await self.bulk.stop()

    @property
    def connected(self) -> bool:
        """Whether recorders can be asked now."""
        return self.live.connected and self.bulk.connected

    async def ask_live(self, recorder: str, asked: Live) -> Answer:
        """Ask for a live camera."""
        data = await self.live.ask(subjects.down(recorder, subjects.LIVE), codec.encode(asked), ANSWER_S)
        return _answer(data)

    async def ask_play(self, recorder: str, asked: Play) -> Answer:
        """Ask for sealed footage; it comes on the channel that the request names."""
        data = await self.bulk.ask(subjects.down(recorder, subjects.PLAY), codec.encode(asked), ANSWER_S)
        return _answer(data)

    async def ask_still(self, recorder: str, asked: Still) -> bytes | Answer:
        """A JPEG, or why there is none."""
        data = await self.bulk.ask(subjects.down(recorder, subjects.STILL), codec.encode(asked), STILL_S)
        return data if data.startswith(JPEG) else _answer(data)

    async def tell_served(self, served: Served) -> None:
        """For the worker."""
        await self.bulk.publish(subjects.SERVED, codec.encode(served))

    @asynccontextmanager
    async def channel(self, line: Line, recorder: str, hear: Hear, name: str | None = None) -> AsyncIterator[str]:
        """Listen to a channel, a fresh one unless it is named; one message after the other."""
        name = name or secrets.token_hex(8)
        subject = subjects.live(recorder, name)

        async def take(heard: Heard) -> None:
            await hear(_packet(heard.data))

        await line.serve(subject, take)
        try:
            yield name
        finally:
            await asyncio.shield(line.stop_serving(subject, take))


def _packet(data: bytes) -> Packet | End:
    if is_packet(data):
        return decode(data)
    try:
        return codec.decode(End, data)
    except codec.Malformed as error:
        raise BadFootage("Neither a packet nor an end.") from error


def _answer(data: bytes) -> Answer:
    try:
        return codec.decode(Answer, data)
    except codec.Malformed as error:
        raise BadFootage("The recorder's answer cannot be read.") from error


UNREACHABLE = Answer(
    False,
    code="unreachable",
    vi="Không liên lạc được với đầu ghi của phòng này. Hệ thống tự thử lại.",
    en="The recorder of this room cannot be reached. The system keeps trying.",
)


async def asked(work: Awaitable[Answer]) -> Answer:
    """The answer, or words for a recorder that gives none."""
    try:
        return await work
    except (LineError, BadFootage):
        return UNREACHABLE
