"""A page's live tiles.

Owns which relays a page watches, what each tile is told about its state and since when, and the tile's epoch: a new
form, sound switched on or off, a player that broke, each is a new epoch, and what was sent for the old one is void.
Promises that a tile whose camera is away says so, since when, and shows the camera by itself when it is back; and that
what the lease does not cover, or not any more, is not given to the page, whoever else may see and hear it. Leaves
pictures to ``relay``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.quiet import Quiet
from minhbach.centre.stream.relay import Form, Piece, Relay, Relays, Viewer
from minhbach.centre.stream.wire import Kind, Listen, Rejoin, Tile, binary
from minhbach.fmp4 import AudioConfig
from minhbach.protocol.footage import Answer


@dataclass(eq=False, slots=True)
class _Watched:
    """One tile."""

    number: int
    tile: Tile
    relay: Relay
    viewer: Viewer
    epoch: int
    code: str = ""
    asleep: bool = False
    hears: bool | None = None
    """Whether the sound it got last was the camera's."""
    sounds_as: AudioConfig | None = None
    quiet: Quiet = field(default_factory=Quiet)
    losses: int = 0


class Watching:
    """Of one page, under one viewing. Make it, ``begin``, ``renew`` with each token, ``end``."""

    def __init__(
        self, relays: Relays, outbox: Outbox, tiles: Sequence[Tile], codecs: tuple[str, ...], epoch: int
    ) -> None:
        self._outbox = outbox
        self._relays = relays
        self._codecs = codecs
        self._token = ""
        self._cameras: frozenset[str] = frozenset()
        self._sound = False
        self._watched = [self._make(number, tile, epoch) for number, tile in enumerate(tiles)]

    def limit(self, cameras: Collection[str], *, sound: bool) -> None:
        """What the lease covers, to be said before ``begin`` and each ``renew``. What it does not is over at once.

        A camera is relayed to all who watch it, and the recorder knows nothing of each: nobody else would stop it.
        """
        self._cameras, self._sound = frozenset(cameras), sound
        for watched in self._watched:
            if watched.tile.camera not in self._cameras:
                self._leave(watched)
            elif watched.viewer.sound and not sound:
                watched.viewer.sound = watched.viewer.joined = False
                self._outbox.forget_live(watched.number)

    async def begin(self, token: str) -> None:
        """Join every camera at once."""
        self._token = token
        await asyncio.gather(*(self._join(each, key=False) for each in self._watched))

    async def renew(self, token: str) -> None:
        """The next token, to every recorder; once for a camera that several tiles show."""
        self._token = token
        relays = {each.relay for each in self._watched if not each.asleep}
        await asyncio.gather(*(self._renew(relay) for relay in relays))
        # Whose sound was taken away goes on with the picture alone, in a player without sound.
        silenced = [each for each in self._watched if not each.asleep and not each.viewer.joined and not each.code]
        await asyncio.gather(*(self._join(each, key=False) for each in silenced))

    async def rejoin(self, said: Rejoin) -> None:
        """A tile's player was built anew."""
        if said.tile < len(self._watched):
            watched = self._watched[said.tile]
            watched.epoch = said.epoch
            watched.tile = replace(watched.tile, small=said.small)
            self._outbox.forget_live(said.tile)
            await self._join(watched, key=said.key)

    async def listen(self, said: Listen) -> None:
        """Which tile is heard: its player, and that of the one before, are built anew."""
        for watched in self._watched:
            wanted = self._sound and watched.number == said.tile
            if watched.viewer.sound != wanted:
                watched.viewer.sound = wanted
                watched.epoch = said.epoch
                self._outbox.forget_live(watched.number)
                await self._join(watched, key=False)

    async def sleep(self, tile: int | None) -> None:
        """Nobody looks at a tile, or at any (None): leave its camera; ``rejoin`` brings it back."""
        for watched in self._watched:
            if tile in (None, watched.number):
                self._leave(watched)
        await self._relays.tidy()

    async def end(self) -> None:
        """Leave every camera for good."""
        await self.sleep(None)

    def _leave(self, watched: _Watched) -> None:
        watched.asleep, watched.viewer.joined = True, False
        watched.relay.leave(watched.viewer)
        self._outbox.forget_live(watched.number)

    def _make(self, number: int, tile: Tile, epoch: int) -> _Watched:
        def form(new: Form) -> None:
            self._tell_form(watched, new)

        def piece(new: Piece) -> None:
            self._send(watched, new)

        viewer = Viewer(form, piece, tile.sound)
        watched = _Watched(number, tile, self._relay(tile), viewer, epoch)
        return watched

    def _relay(self, tile: Tile) -> Relay:
        return self._relays.of(tile.camera, self._codecs, small=tile.small)

    async def _join(self, watched: _Watched, *, key: bool) -> None:
        if watched.tile.camera not in self._cameras:
            return
        watched.asleep = watched.viewer.joined = False
        # Asked for anew each time: one that nobody watched for a while was closed for good.
        relay = self._relay(watched.tile)
        if relay is not watched.relay:
            watched.relay.leave(watched.viewer)
            watched.relay = relay
        sound = any(each.viewer.sound for each in self._on(relay))
        self._tell_answer(watched, await relay.join(watched.viewer, self._token, sound=sound, key=key))

    async def _renew(self, relay: Relay) -> None:
        on_it = self._on(relay)
        answer = await relay.renew([each.viewer for each in on_it], self._token)
        for watched in on_it:
            self._tell_answer(watched, answer)

    def _on(self, relay: Relay) -> list[_Watched]:
        """The tiles that show a camera: one of them without sound must not take another's away."""
        return [each for each in self._watched if each.relay is relay and not each.asleep]

    def _tell_answer(self, watched: _Watched, answer: Answer) -> None:
        """Once for as long as the same is so."""
        if answer.code == watched.code:
            return
        watched.code = answer.code
        what = "live" if answer.ok else "offline" if answer.code.startswith("camera_") else "failed"
        self._outbox.put(
            json.dumps(
                {
                    "t": "state",
                    "tile": watched.number,
                    "what": what,
                    "code": answer.code,
                    "since_us": answer.since_us,
                    "vi": answer.vi,
                    "en": answer.en,
                },
                ensure_ascii=False,
            )
        )

    def _tell_form(self, watched: _Watched, form: Form) -> None:
        sound = form.sound if watched.viewer.sound and self._sound else None
        if form.picture is None or watched.tile.camera not in self._cameras:
            return
        watched.hears, watched.sounds_as = None, sound.config if sound else None
        self._outbox.put(form_text(watched.number, watched.epoch, form.picture.codec, sound.codec if sound else None))
        self._outbox.put(binary(Kind.PICTURE_INIT, watched.number, watched.epoch, form.picture.init))
        if sound is not None:
            self._outbox.put(binary(Kind.SOUND_INIT, watched.number, watched.epoch, sound.init))

    def _send(self, watched: _Watched, piece: Piece) -> None:
        # The last gate: whatever was under way when a right went, nothing of it goes out.
        if watched.tile.camera not in self._cameras or (piece.track == "sound" and not self._sound):
            return
        now_s = asyncio.get_running_loop().time()
        if watched.losses != (lost := self._outbox.lost[watched.number]):
            watched.losses = lost
            watched.quiet.lost(now_s)
        quiet = watched.quiet.now(now_s)
        if piece.track == "sound" and not quiet:
            self._put(watched, piece, key=False)
            self._tell_sound(watched, piece, real=piece.real)
        elif piece.track == "picture" and not (quiet and self._put_silence(watched, piece)):
            self._put(watched, piece, key=piece.key)

    def _put_silence(self, watched: _Watched, picture: Piece) -> bool:
        """Ahead of its picture, so that neither comes without the other; true when there is no room for them."""
        if watched.sounds_as is None or not (data := watched.quiet.beside(picture, watched.sounds_as)):
            return False
        silence = replace(picture, track="sound", data=data, real=False)
        if not self._put(watched, silence, key=picture.key):
            watched.quiet.refused()
            return True
        self._tell_sound(watched, silence, real=False)
        return False

    def _put(self, watched: _Watched, piece: Piece, *, key: bool) -> bool:
        kind = Kind.PICTURE if piece.track == "picture" else Kind.SOUND
        message = binary(kind, watched.number, watched.epoch, piece.data, piece.begin_us, (0,))
        if not self._outbox.put_live(watched.number, message, key=key):
            return False
        if piece.real:
            self._outbox.served(watched.tile.camera, piece.track, piece.begin_us, piece.end_us, len(piece.data))
        return True

    def _tell_sound(self, watched: _Watched, piece: Piece, *, real: bool) -> None:
        if watched.hears is not real:
            watched.hears = real
            self._outbox.put(sound_text(watched.number, watched.epoch, piece.begin_us, real=real))


def form_text(tile: int, epoch: int, picture: str, sound: str | None, *, keys: bool = False) -> str:
    """What a tile's player must be made for."""
    return json.dumps({"t": "form", "tile": tile, "epoch": epoch, "picture": picture, "sound": sound, "keys": keys})


def sound_text(tile: int, epoch: int, from_us: int, *, real: bool) -> str:
    """Whether what a tile hears from a moment on is the camera's sound, or silence in its place."""
    return json.dumps({"t": "sound", "tile": tile, "epoch": epoch, "from_us": from_us, "real": real})
