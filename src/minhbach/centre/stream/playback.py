"""A page's tiles played back from the archive.

Owns one worker a tile that asks its recorder for footage answer by answer, as far as the page's pace allows and one
group of pictures at a seek, and wraps it. Promises that a jump voids all that is under way, that a track of sound which
was announced has no hole, and that a gap is told with its two ends. Leaves the reckoning to ``pace``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from minhbach.centre.stream.fabric import Fabric, asked
from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.pace import AHEAD_S, Pace
from minhbach.centre.stream.picture import Picture, Sample, whole
from minhbach.centre.stream.sound import UNKNOWN, Sound
from minhbach.centre.stream.watching import form_text, sound_text
from minhbach.centre.stream.wire import Kind, Tile, binary
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.lease import Lease
from minhbach.protocol.footage import Answer, End, Packet, Play, split_camera
from minhbach.protocol.line import LineError

_LOGGER = logging.getLogger(__name__)

BLOCKS_PER_S = 10
FIRST_US = 400_000
"""What a seek asks for beyond the moment itself; the rest follows, behind all other tiles' first pictures."""
STEP_US = 2_000_000
WAIT_S = 0.05
AGAIN_S = 3.0
"""Until footage that was not sealed yet is asked for again, and a recorder that did not answer."""
END_S = 3.0
"""Until the last packet of an answer must have come behind the answer itself."""
MOST_WAITING = 40
"""Messages in the page's queue: above it, a page that reads slowly is waited for."""


@dataclass(slots=True)
class _Played:
    """A tile between two jumps."""

    epoch: int
    at_us: int
    reached_us: int
    first_us: int | None = None
    after: str | None = None
    picture: Picture | None = None
    sound: Sound | None = None
    told: tuple[str, str | None] | None = None
    said: str = ""
    hears: bool | None = None
    packets: list[Packet] = field(default_factory=list)


class Playback:
    """Of one page, under one viewing. ``seek`` and ``report`` may come at any time; ``end`` always."""

    def __init__(
        self,
        fabric: Fabric,
        outbox: Outbox,
        tiles: Sequence[Tile],
        codecs: tuple[str, ...],
        lease: Callable[[], tuple[str, Lease]],
    ) -> None:
        now_s = asyncio.get_running_loop().time()
        self._fabric = fabric
        self._outbox = outbox
        self._tiles = list(tiles)
        self._codecs = codecs
        self._lease = lease
        self._pace = Pace(0, 1.0, False, now_s)
        self._pace.pay(0.0, now_s)
        self._tasks: list[asyncio.Task[None]] = []

    async def seek(self, epoch: int, at_us: int, speed: float, playing: bool) -> None:
        """Play from a moment; what an older epoch still does is stopped."""
        await self._stop()
        self._outbox.forget_played()
        self._pace.jump(at_us, speed, playing, asyncio.get_running_loop().time())
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._play(number, tile, _Played(epoch, at_us, at_us)))
            for number, tile in enumerate(self._tiles)
        ]
        for task in self._tasks:
            task.add_done_callback(_complain)

    def report(self, at_us: int, speed: float, playing: bool) -> None:
        """Where the page is."""
        self._pace.report(at_us, speed, playing, asyncio.get_running_loop().time())

    def listen(self, heard: int | None) -> None:
        """Which tile is heard, from the next seek on."""
        self._tiles = [replace(tile, sound=number == heard) for number, tile in enumerate(self._tiles)]

    async def end(self) -> None:
        """Send nothing more."""
        await self._stop()

    async def _stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        pending = set(tasks)
        while pending:
            # More than once: Python 3.11's wait_for forgets that it was cancelled when its answer came at that moment.
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=0.1)

    async def _play(self, number: int, tile: Tile, played: _Played) -> None:
        recorder, _ = split_camera(tile.camera)

        async def hear(message: Packet | End) -> None:
            if isinstance(message, Packet):
                played.packets.append(message)
            else:
                ends.put_nowait(message)

        while True:
            # Anew with each channel: the end of an answer that was given up must not end the next.
            ends: asyncio.Queue[End] = asyncio.Queue()
            try:
                async with self._fabric.channel(self._fabric.bulk, recorder, hear) as channel:
                    while True:
                        await self._until_due(played)
                        await self._answer(number, tile, played, channel, ends)
            except (_Again, LineError, TimeoutError):
                await asyncio.sleep(AGAIN_S)

    async def _until_due(self, played: _Played) -> None:
        while True:
            if self._due(played):
                return
            await asyncio.sleep(WAIT_S)

    def _due(self, played: _Played) -> bool:
        limit_us = self._pace.limit_us(_now_s())
        if played.first_us is None:
            # Where a right begins amid a group of pictures, the first that may be shown is behind that group.
            limit_us = max(limit_us, played.at_us + int(AHEAD_S * 1e6))
        else:
            # A player shows its first picture once it has some sound beside it.
            limit_us = max(limit_us, played.first_us + FIRST_US)
        return played.reached_us < limit_us and self._outbox.waiting <= MOST_WAITING

    async def _answer(self, number: int, tile: Tile, played: _Played, channel: str, ends: asyncio.Queue[End]) -> None:
        """Ask once, send what came."""
        token, lease = self._lease()
        recorder, camera = split_camera(tile.camera)
        sound = tile.sound and lease.sound and self._pace.sounds
        request = self._request(played, token, camera, channel, sound)
        before_us, first = played.reached_us, played.told is None
        if request.at_us >= lease.end_us:
            self._tell(number, played, "end", from_us=lease.end_us, until_us=0)
            raise _Again
        played.packets.clear()
        answer = await asked(self._fabric.ask_play(recorder, request))
        if not answer.ok:
            self._refused(number, played, answer)
            raise _Again
        end = await asyncio.wait_for(ends.get(), END_S)
        self._send(number, tile, played, sound=sound, keys=request.keys)
        self._finish(number, played, end)
        spent_s = (played.reached_us - (played.at_us if first else before_us)) / 1e6
        cost_s = max(0.1, min(spent_s, 60.0)) if played.packets else 0.05
        wait_s = self._pace.pay(cost_s / len(self._tiles), _now_s())
        if wait_s:
            await asyncio.sleep(wait_s)
        if end.next is None:
            raise _Again

    def _request(self, played: _Played, token: str, camera: str, channel: str, sound: bool) -> Play:
        """The first answer is short, so that a picture is there; the following ones as long as the speed needs."""
        speed = max(1.0, self._pace.speed)
        span_us = FIRST_US if played.told is None else int(STEP_US * speed)
        until_us = played.reached_us + (int(4 * STEP_US * speed) if self._pace.keys else span_us)
        at_us = played.at_us if played.after is None and played.told is None else played.reached_us
        return Play(
            *(token, camera, self._codecs, sound, channel),  # type: ignore[arg-type]
            *(at_us, max(until_us, at_us + 1), self._pace.keys, played.after),
        )

    def _send(self, number: int, tile: Tile, played: _Played, *, sound: bool, keys: bool) -> None:
        """What came, as one message a track, the form before it where it changed."""
        samples: list[Sample] = []
        for packet in played.packets:
            if packet.track == "picture":
                if isinstance(packet.config, VideoConfig):
                    self._flush(number, tile, played, samples)
                    self._form(number, played, packet.config, sound=sound, keys=keys)
                samples += [
                    (packet.base_us + head.after_us, head, bytes(data))
                    for head, data in packet.samples()
                    if whole(data)
                ]
        self._flush(number, tile, played, samples)
        if sound and played.sound is not None and played.picture is not None:
            self._send_sound(number, tile, played, samples)

    def _form(self, number: int, played: _Played, config: VideoConfig, *, sound: bool, keys: bool) -> None:
        if sound:
            self._form_sound(played)
        if played.picture is None or played.picture.config != config:
            played.picture = Picture(config, live=False)
        heard = played.sound if sound else None
        told = (played.picture.codec + played.picture.init.hex(), heard.codec if heard else None)
        if told == played.told:
            return
        self._outbox.put(form_text(number, played.epoch, played.picture.codec, told[1], keys=keys))
        self._outbox.put_played(binary(Kind.PICTURE_INIT, number, played.epoch, played.picture.init))
        if heard is not None and (played.told is None or played.told[1] != told[1]):
            self._outbox.put_played(binary(Kind.SOUND_INIT, number, played.epoch, heard.init))
        played.told = told

    def _form_sound(self, played: _Played) -> None:
        configs = [each.config for each in played.packets if isinstance(each.config, AudioConfig)]
        if configs and (played.sound is None or played.sound.config != configs[0]):
            played.sound = Sound(configs[0], blocks_per_s=BLOCKS_PER_S)
        elif played.sound is None:
            played.sound = Sound(UNKNOWN, blocks_per_s=BLOCKS_PER_S)

    def _flush(self, number: int, tile: Tile, played: _Played, samples: list[Sample]) -> None:
        if not samples or played.picture is None:
            samples.clear()
            return
        shown = [at_us + head.offset_us for at_us, head, _ in samples]
        begin_us, end_us = min(shown), max(shown) + samples[-1][1].duration_us
        if played.first_us is None:
            played.first_us = begin_us
        data = played.picture.fragment(samples)
        after_us = [time_us - begin_us for time_us in shown]
        self._outbox.put_played(binary(Kind.PICTURE, number, played.epoch, data, begin_us, after_us))
        self._outbox.served(tile.camera, "picture", begin_us, end_us, len(data))
        samples.clear()

    def _send_sound(self, number: int, tile: Tile, played: _Played, samples: list[Sample]) -> None:
        assert played.sound is not None, "the caller looked"
        pictures = [packet for packet in played.packets if packet.track == "picture"]
        if not pictures:
            return
        last = pictures[-1].heads[-1]
        begin_us, end_us = pictures[0].base_us, pictures[-1].base_us + last.after_us + last.duration_us
        parts = [] if played.sound.end is not None else [played.sound.silence_until(begin_us)]
        for packet in played.packets:
            if packet.track == "sound":
                for head, sound in packet.samples():
                    parts.append(played.sound.feed(packet.base_us + head.after_us, bytes(sound), head.duration_us))
        # The last block of sound reaches into the next answer; what is missing before that is a hole.
        parts.append(played.sound.silence_until(end_us - 100_000))
        data = b"".join(parts)
        real = any(packet.track == "sound" for packet in played.packets)
        if played.hears is not real:
            played.hears = real
            self._outbox.put(sound_text(number, played.epoch, begin_us, real=real))
        if data:
            self._outbox.put_played(binary(Kind.SOUND, number, played.epoch, data, begin_us))
            self._outbox.served(tile.camera, "sound", begin_us, end_us, len(data))

    def _finish(self, number: int, played: _Played, end: End) -> None:
        """Where the answer ended: go on, behind a gap, or later."""
        played.after = end.next
        played.reached_us = max(played.reached_us, end.until_us)
        if end.gap_from_us:
            played.reached_us = max(played.reached_us, end.gap_until_us)
            self._tell(number, played, "gap", from_us=end.gap_from_us, until_us=end.gap_until_us)
        elif end.next is None:
            self._tell(number, played, "end", from_us=played.reached_us, until_us=0)

    def _refused(self, number: int, played: _Played, answer: Answer) -> None:
        said = {"code": answer.code, "vi": answer.vi, "en": answer.en}
        self._tell(number, played, "failed", **said)

    def _tell(self, number: int, played: _Played, what: str, **values: object) -> None:
        """Once for as long as the same is so."""
        said = {"t": "played", "tile": number, "epoch": played.epoch, "what": what, **values}
        text = json.dumps(said, ensure_ascii=False)
        if text != played.said:
            played.said = text
            self._outbox.put(text)


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOGGER.error("playing a tile ended by an error of our own", exc_info=error)


class _Again(Exception):
    """Ask again after a while: nothing more is there now."""


def _now_s() -> float:
    return asyncio.get_running_loop().time()
