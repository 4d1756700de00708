"""One live camera for all pages that watch it.

Owns the camera's channels while somebody watches, its group of pictures in progress as fragments (so that a second
viewer costs the recorder one log entry and no picture), and the silence that keeps a picture moving whose sound has
stopped. Promises that a viewer gets nothing before the recorder has logged its viewing, that after a loss nothing goes
out before the next key frame, and that what broke a decoder is not given to the next. Leaves each viewer's queue to
``outbox``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from minhbach.centre.stream.fabric import Fabric, asked
from minhbach.centre.stream.picture import Picture, whole
from minhbach.centre.stream.sound import Sound
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.protocol.footage import (
    HOLE,
    Answer,
    End,
    Live,
    Packet,
    SampleHead,
    Track,
    live_channel,
    split_camera,
)
from minhbach.protocol.line import LineError

BLOCKS_PER_S = 50
SILENT_AFTER_US = 220_000
"""Sound this far behind the picture is missing; a block of it comes up to a tenth of a second after its picture."""
SILENT_UNTIL_US = 120_000
MOST_CACHE_BYTES = 12 << 20
BURST_S = 3.0
STALE_S = 1.0
_TRACKS: tuple[Track, Track] = ("picture", "sound")


@dataclass(frozen=True, slots=True)
class Piece:
    """A fragment on its way to viewers: shown or heard from ``begin_us`` on, decoded at ``order_us``.

    ``real``: sent by the camera; silence that fills a hole is not.
    """

    track: Track
    data: bytes
    key: bool
    begin_us: int
    end_us: int
    order_us: int
    real: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """How the two tracks are played; a change of it is another player."""

    picture: Picture | None
    sound: Sound | None


@dataclass(eq=False, slots=True)
class Viewer:
    """``form`` is called with each new form and then ``piece`` with each piece under it."""

    form: Callable[[Form], None]
    piece: Callable[[Piece], None]
    sound: bool
    awaits_key: bool = True
    joined: bool = False
    reached: dict[Track, int] = field(default_factory=dict)
    """How far it has been given each track."""


@dataclass(slots=True)
class _Line:
    """The recorder's line of packets: what comes next, by track."""

    run: str = ""
    expected: dict[Track, int] = field(default_factory=dict)


class Relay:
    """``join`` and ``renew`` under a token that was verified; ``leave`` always."""

    def __init__(self, fabric: Fabric, camera: str, codecs: tuple[str, ...], *, small: bool) -> None:
        self.camera = camera
        self._small = small
        self.viewers: set[Viewer] = set()
        self._recorder, self._name = split_camera(camera)
        self._codecs = codecs
        self._fabric = fabric
        self._form = Form(None, None)
        self._cache: list[Piece] = []
        self._cache_bytes = 0
        self._line = _Line()
        self._held: list[Packet] | None = None
        self._channels = AsyncExitStack()
        self._stream = ""
        self._turn = asyncio.Lock()
        self._came_s = 0.0

    async def join(self, viewer: Viewer, token: str, *, sound: bool, key: bool) -> Answer:
        """Let a viewer in: the present group of pictures at once (with ``key``: from the next key frame), then all that
        comes. ``sound``: whether it or another under the same token is to hear. The recorder's answer; a refused viewer
        may stay, pictures come when the camera does.
        """
        self.viewers.add(viewer)
        async with self._turn:
            fresh = not self._flows_for_others(viewer) or (viewer.sound and self._form.sound is None)
            answer = await self._ask(token, sound, burst=fresh)
        if answer.ok or answer.code.startswith("camera_"):
            viewer.joined = True
            viewer.awaits_key = True
            self._welcome(viewer, key=key)
        return answer

    async def renew(self, viewers: Sequence[Viewer], token: str) -> Answer:
        """Hand the recorder some viewers' next token; what was lost meanwhile (another run, a cut) is begun anew."""
        sound = any(viewer.sound for viewer in viewers)
        async with self._turn:
            answer = await self._ask(token, sound, burst=False)
            if answer.ok and (answer.run != self._line.run or not self._flowing):
                answer = await self._ask(token, sound, burst=True)
                for viewer in viewers:
                    viewer.joined = viewer.joined or answer.ok
        return answer

    def leave(self, viewer: Viewer) -> None:
        """Out; the last one closes the channels soon."""
        self.viewers.discard(viewer)

    async def close(self) -> None:
        """Stop listening."""
        async with self._turn:
            await self._channels.aclose()
            self._stream = ""
            self._forget()
            self._form = Form(None, None)

    @property
    def _flowing(self) -> bool:
        return bool(self._stream) and self._form.picture is not None

    def _flows_for_others(self, viewer: Viewer) -> bool:
        """Whether the group of pictures at hand is of now: nobody's lease may have brought anything for a while."""
        watched = any(other.joined for other in self.viewers if other is not viewer)
        return self._flowing and watched and asyncio.get_running_loop().time() - self._came_s < STALE_S

    async def _ask(self, token: str, sound: bool, *, burst: bool) -> Answer:
        request = Live(token, self._name, self._codecs, sound, None, self._small)  # type: ignore[arg-type]
        if not burst:
            return await asked(self._fabric.ask_live(self._recorder, request))
        gathered: list[Packet] = []
        ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()

        async def hear(message: Packet | End) -> None:
            if isinstance(message, Packet):
                gathered.append(message)
            elif not ended.done():
                ended.set_result(message)

        self._held = []
        try:
            async with self._fabric.channel(self._fabric.live, self._recorder, hear) as channel:
                if self._stream:
                    await self._follow(self._stream)
                request = Live(token, self._name, self._codecs, sound, channel, self._small)  # type: ignore[arg-type]
                answer = await asked(self._fabric.ask_live(self._recorder, request))
                if answer.ok or answer.code.startswith("camera_"):
                    await self._follow(answer.stream or self._stream or "main")
                    await self._begin(answer, gathered, ended)
            return answer
        except LineError:
            return await asked(self._fabric.ask_live(self._recorder, request))
        finally:
            self._release()

    async def _follow(self, stream: str) -> None:
        """Listen to what comes live of a stream."""
        if stream == self._stream:
            return
        await self._channels.aclose()
        for track in _TRACKS:
            name = live_channel(self._name, stream, track)
            await self._channels.enter_async_context(
                self._fabric.channel(self._fabric.live, self._recorder, self._hear, name)
            )
        self._stream = stream

    async def _begin(self, answer: Answer, gathered: list[Packet], ended: asyncio.Future[End]) -> None:
        """Take in a burst, the tracks interleaved by time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(ended), BURST_S)
        self._forget()
        if answer.run != self._line.run:
            for viewer in self.viewers:
                viewer.awaits_key = True  # What it has is of another stream, or of the recorder before its restart.
        self._line = _Line(answer.run)
        for packet in sorted(gathered, key=lambda packet: (packet.base_us, packet.sequence)):
            self._line.expected[packet.track] = packet.sequence
            self._take(packet)
        if ended.done():
            end = ended.result()
            self._line.expected = {"picture": end.picture, "sound": end.sound}

    def _release(self) -> None:
        held, self._held = self._held or [], None
        for packet in held:
            if packet.sequence >= self._line.expected.get(packet.track, 0):
                self._take(packet)

    async def _hear(self, message: Packet | End) -> None:
        if not isinstance(message, Packet):
            return
        if self._held is not None:
            self._held.append(message)
        else:
            self._take(message)

    def _take(self, packet: Packet) -> None:
        self._came_s = asyncio.get_running_loop().time()
        if packet.track == "sound":
            self._take_sound(packet)
            return
        expected = self._line.expected.get("picture")
        if expected is not None and packet.sequence != expected:
            self._lost()
        self._line.expected["picture"] = packet.sequence + 1
        if isinstance(packet.config, VideoConfig):
            self._reform(packet.config)
        for head, data in packet.samples():
            self._show(packet.base_us + head.after_us, head, bytes(data))

    def _reform(self, config: VideoConfig) -> None:
        picture = self._form.picture
        if picture is None or picture.config != config:
            self._forget()
            self._form = Form(Picture(config, live=True), self._form.sound)
            self._announce()

    def _lost(self) -> None:
        """Pictures are missing: what depends on them is of no use, and the group at hand no beginning."""
        self._forget()
        for viewer in self.viewers:
            viewer.awaits_key = True

    def _show(self, at_us: int, head: SampleHead, data: bytes) -> None:
        picture = self._form.picture
        if picture is None:
            return
        if head.sync:
            self._forget(at_us - SILENT_AFTER_US)
        if head.flags & HOLE or not whole(data):
            # The decoder bridges one missing picture better than a broken one; newcomers wait for the next key frame.
            self._forget(at_us)
            return
        shown_us = at_us + head.offset_us
        self._deliver(
            Piece(
                "picture",
                picture.fragment([(at_us, head, data)]),
                head.sync,
                shown_us,
                shown_us + head.duration_us,
                at_us,
            )
        )
        sound = self._form.sound
        if sound is not None and sound.end is not None and at_us - sound.end_us > SILENT_AFTER_US:
            self._deliver_sound(sound.end_us, sound.silence_until(at_us - SILENT_UNTIL_US), real=False)

    def _take_sound(self, packet: Packet) -> None:
        config = packet.config
        if isinstance(config, AudioConfig) and (self._form.sound is None or self._form.sound.config != config):
            self._form = Form(self._form.picture, Sound(config, blocks_per_s=BLOCKS_PER_S))
            self._cache = [piece for piece in self._cache if piece.track == "picture"]
            self._announce(sound_alone=True)
        sound = self._form.sound
        if sound is None:
            return
        for head, data in packet.samples():
            begin_us = packet.base_us + head.after_us
            self._deliver_sound(begin_us, sound.feed(begin_us, bytes(data), head.duration_us), real=True)

    def _deliver_sound(self, begin_us: int, data: bytes, *, real: bool) -> None:
        if data:
            end_us = self._form.sound.end_us if self._form.sound else begin_us
            self._deliver(Piece("sound", data, True, begin_us, end_us, end_us, real))

    def _deliver(self, piece: Piece) -> None:
        if piece.track == "sound" or piece.key or self._cache_holds_key:
            self._cache.append(piece)
            self._cache_bytes += len(piece.data)
            if self._cache_bytes > MOST_CACHE_BYTES:
                self._forget()
        for viewer in self.viewers:
            self._give(viewer, piece)

    @property
    def _cache_holds_key(self) -> bool:
        return any(piece.track == "picture" for piece in self._cache)

    def _give(self, viewer: Viewer, piece: Piece) -> None:
        if not viewer.joined or (piece.track == "sound" and not viewer.sound):
            return
        if piece.order_us <= viewer.reached.get(piece.track, 0):
            return
        if viewer.awaits_key and piece.track == "picture":
            if not piece.key:
                return
            viewer.awaits_key = False
        viewer.reached[piece.track] = piece.order_us
        viewer.piece(piece)

    def _welcome(self, viewer: Viewer, *, key: bool) -> None:
        if self._form.picture is None:
            return
        viewer.reached = {}
        viewer.form(self._form)
        if not key:
            for piece in self._cache:
                self._give(viewer, piece)

    def _announce(self, *, sound_alone: bool = False) -> None:
        """A new form: each viewer whom it concerns gets another player, from the group of pictures at hand."""
        for viewer in self.viewers:
            if viewer.joined and (viewer.sound or not sound_alone):
                viewer.awaits_key = True
                self._welcome(viewer, key=False)

    def _forget(self, sound_until_us: int | None = None) -> None:
        """The group of pictures at hand, and sound: all of it, or that before a moment."""
        self._cache = [
            piece
            for piece in self._cache
            if piece.track == "sound" and sound_until_us is not None and piece.end_us > sound_until_us
        ]
        self._cache_bytes = sum(len(piece.data) for piece in self._cache)


class Relays:
    """The relays that somebody needs now, by camera and what its viewers can show."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._relays: dict[tuple[str, tuple[str, ...], bool], Relay] = {}

    def of(self, camera: str, codecs: tuple[str, ...], *, small: bool) -> Relay:
        """The relay of a camera; ``small``: for tiles that its smaller stream is enough for."""
        key = camera, codecs, small
        if key not in self._relays:
            self._relays[key] = Relay(self._fabric, camera, codecs, small=small)
        return self._relays[key]

    async def tidy(self) -> None:
        """Close what nobody watches."""
        for key, relay in list(self._relays.items()):
            # Looked at anew each time: while one was closed, another page may have tidied, or come.
            if not relay.viewers and self._relays.get(key) is relay:
                del self._relays[key]
                await relay.close()
