"""A page's live tiles.

Owns which relays a page watches, what each tile is told about its state and since when, and the tile's epoch: a new
form, sound switched on or off, a player that broke, each is a new epoch, and what was sent for the old one is void.
Promises that a tile whose camera is away says so, since when, and shows the camera by itself when it is back. Leaves
pictures to ``relay``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.relay import Form, Piece, Relay, Relays, Viewer
from minhbach.centre.stream.wire import Kind, Listen, Rejoin, Tile, binary
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


class Watching:
    """Of one page, under one viewing. Make it, ``begin``, ``renew`` with each token, ``end``."""

    def __init__(
        self, relays: Relays, outbox: Outbox, tiles: Sequence[Tile], codecs: tuple[str, ...], epoch: int
    ) -> None:
        self._outbox = outbox
        self._relays = relays
        self._codecs = codecs
        self._token = ""
        self._asleep = False
        self._watched = [self._make(number, tile, epoch) for number, tile in enumerate(tiles)]

    async def begin(self, token: str) -> None:
        """Join every camera at once."""
        self._token = token
        await asyncio.gather(*(self._join(each, key=False) for each in self._watched))

    async def renew(self, token: str) -> None:
        """The next token, to every recorder."""
        self._token = token
        if not self._asleep:
            await asyncio.gather(*(self._renew(each) for each in self._watched))

    async def rejoin(self, said: Rejoin) -> None:
        """A tile's player was built anew."""
        if said.tile < len(self._watched):
            watched = self._watched[said.tile]
            watched.epoch = said.epoch
            self._outbox.forget_live(said.tile)
            await self._join(watched, key=said.key)

    async def listen(self, said: Listen) -> None:
        """Which tile is heard: its player, and that of the one before, are built anew."""
        for watched in self._watched:
            wanted = watched.number == said.tile
            if watched.viewer.sound != wanted:
                watched.viewer.sound = wanted
                watched.epoch = said.epoch
                self._outbox.forget_live(watched.number)
                await self._join(watched, key=False)

    async def sleep(self) -> None:
        """Nobody looks: leave every camera; ``rejoin`` brings a tile back."""
        self._asleep = True
        for watched in self._watched:
            watched.relay.leave(watched.viewer)
        self._outbox.forget_live()
        await self._relays.tidy()

    async def end(self) -> None:
        """Leave every camera for good."""
        await self.sleep()

    def _make(self, number: int, tile: Tile, epoch: int) -> _Watched:
        def form(new: Form) -> None:
            self._tell_form(watched, new)

        def piece(new: Piece) -> None:
            self._send(watched, new)

        viewer = Viewer(form, piece, tile.sound)
        watched = _Watched(number, tile, self._relays.of(tile.camera, self._codecs), viewer, epoch)
        return watched

    async def _join(self, watched: _Watched, *, key: bool) -> None:
        self._asleep = False
        watched.viewer.joined = False
        # Asked for anew each time: one that nobody watched for a while was closed for good.
        relay = self._relays.of(watched.tile.camera, self._codecs)
        if relay is not watched.relay:
            watched.relay.leave(watched.viewer)
            watched.relay = relay
        self._tell_answer(watched, await watched.relay.join(watched.viewer, self._token, key=key))

    async def _renew(self, watched: _Watched) -> None:
        self._tell_answer(watched, await watched.relay.renew(watched.viewer, self._token))

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
        sound = form.sound if watched.viewer.sound else None
        if form.picture is None:
            return
        self._outbox.put(form_text(watched.number, watched.epoch, form.picture.codec, sound.codec if sound else None))
        self._outbox.put(binary(Kind.PICTURE_INIT, watched.number, watched.epoch, form.picture.init))
        if sound is not None:
            self._outbox.put(binary(Kind.SOUND_INIT, watched.number, watched.epoch, sound.init))

    def _send(self, watched: _Watched, piece: Piece) -> None:
        kind = Kind.PICTURE if piece.track == "picture" else Kind.SOUND
        data = binary(kind, watched.number, watched.epoch, piece.data, piece.begin_us, (0,))
        if self._outbox.put_live(watched.number, data, key=piece.key and piece.track == "picture"):
            self._outbox.served(watched.tile.camera, piece.track, piece.begin_us, piece.end_us, len(piece.data))


def form_text(tile: int, epoch: int, picture: str, sound: str | None, *, keys: bool = False) -> str:
    """What a tile's player must be made for."""
    return json.dumps({"t": "form", "tile": tile, "epoch": epoch, "picture": picture, "sound": sound, "keys": keys})
