"""A camera as it is now: the group of pictures in progress, and who may have what follows.

Owns, for each stream of a camera, the packets since the last key frame (a newcomer's first picture) and the leases
under which new ones go out. Promises that a group with a loss in it is given to no newcomer: a decoder that choked on
it once would choke again. Leaves sending to ``sending`` and the reading of sockets to the loop.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from typing import Literal, Protocol

from minhbach.edge.archive.archive import Archive
from minhbach.edge.config import CameraConfig
from minhbach.edge.faults import CameraTrouble
from minhbach.edge.rtp.track import Samples
from minhbach.edge.uplink.footage.packing import Packer
from minhbach.fmp4 import VideoConfig
from minhbach.lease import Lease
from minhbach.protocol.footage import HOLE, Packet, Track

MOST_CACHE_BYTES = 8 << 20
MOST_CACHE_PACKETS = 2_000
SOUND_BEFORE_US = 200_000


Tap = Callable[[Literal["video", "audio"], int, Samples], None]


class Watched(Protocol):
    """What is needed of a camera of the recorder."""

    config: CameraConfig
    watched: bool
    trouble: CameraTrouble | None
    trouble_since_us: int | None

    @property
    def taps(self) -> list[Tap]: ...

    @property
    def sessions(self) -> int: ...


class Outgoing(Protocol):
    """Where packets go."""

    def send(self, live: LiveStream, packet: Packet) -> None: ...


class LiveStream:
    """One stream of one camera. Everything happens on the recorder's loop."""

    def __init__(self, camera: Watched, archive: Archive, outgoing: Outgoing) -> None:
        self.camera = camera
        self.run = secrets.token_hex(8)
        self.leases: dict[str, Lease] = {}
        self.awaited: dict[str, Lease] = {}
        """Who would rather have this stream than the one they have, as soon as it flows."""
        self._archive = archive
        self._outgoing = outgoing
        self._packers: dict[Track, Packer] = {"picture": Packer("picture"), "sound": Packer("sound")}
        self._pictures: deque[Packet] = deque()
        self._sounds: deque[Packet] = deque()
        self._bytes = 0
        self._line = (-1, 0)

    @property
    def config(self) -> VideoConfig | None:
        """How the newest picture is coded; None while no picture has come."""
        config = self._packers["picture"].config
        return config if isinstance(config, VideoConfig) else None

    @property
    def flows(self) -> bool:
        """Whether there is a connection to the camera and a picture has come over it."""
        return self.camera.trouble is None and self.config is not None and self._line[0] == self.camera.sessions

    @property
    def whole(self) -> bool:
        """Whether a newcomer would see something at once."""
        return self.flows and bool(self._pictures)

    def sequence(self, track: Track) -> int:
        """The number that the next packet of a track gets."""
        return self._packers[track].sequence

    def tap(self, kind: Literal["video", "audio"], step_us: int, samples: Samples) -> None:
        """What the camera has sent since the last time."""
        offset_us = self._archive.epoch.offset_us
        if self._line != (self.camera.sessions, offset_us):
            self._line = (self.camera.sessions, offset_us)
            self._forget()
            for packer in self._packers.values():
                packer.broken()
        track: Track = "picture" if kind == "video" else "sound"
        for packet in self._packers[track].pack(samples, step_us, offset_us):
            self._remember(packet)
            if self.leases:
                self._outgoing.send(self, packet)

    def burst(self, *, sound: bool) -> list[Packet]:
        """What a newcomer needs to show the present group of pictures, each track with its configuration."""
        if self._line[0] != self.camera.sessions:
            return []  # Of a connection that is over: not what is there now.
        found = [*self._pictures, *(self._sounds if sound else ())]
        return [*self._introduced(found, "picture"), *self._introduced(found, "sound")]

    def key_frame(self) -> tuple[VideoConfig, bytes] | None:
        """The newest key frame, if the group that it began is whole."""
        config = self.config
        if not self._pictures or config is None:
            return None
        head, data = self._pictures[0].samples()[0]
        return (config, bytes(data)) if head.sync else None

    def _introduced(self, packets: list[Packet], track: Track) -> list[Packet]:
        mine = [packet for packet in packets if packet.track == track]
        if not mine or mine[0].config is not None:
            return mine
        first = mine[0]
        config = self._packers[track].config
        return [Packet(track, first.sequence, first.base_us, first.heads, first.data, config), *mine[1:]]

    def _remember(self, packet: Packet) -> None:
        if packet.track == "sound":
            self._sounds.append(packet)
            if len(self._sounds) > MOST_CACHE_PACKETS:
                self._sounds.popleft()
            return
        if packet.heads[0].sync:
            self._forget(packet.base_us - SOUND_BEFORE_US)
        elif not self._pictures:
            return
        self._pictures.append(packet)
        self._bytes += len(packet.data)
        damaged = any(head.flags & HOLE for head in packet.heads)
        if damaged or self._bytes > MOST_CACHE_BYTES or len(self._pictures) > MOST_CACHE_PACKETS:
            self._forget(packet.base_us)

    def _forget(self, sound_until_us: int | None = None) -> None:
        self._pictures.clear()
        self._bytes = 0
        if sound_until_us is None:
            self._sounds.clear()
        while self._sounds and sound_until_us is not None and self._sounds[0].base_us < sound_until_us:
            self._sounds.popleft()
