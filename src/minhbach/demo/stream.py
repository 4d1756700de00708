"""One presentation of a camera while it lives: encoder, tracks and the viewers who get the same bytes.

Promises: a new viewer starts with a key frame and with sender reports of every track; each access unit is packed
once, whoever watches; without viewers nothing is encoded. Leaves sockets to `Viewer` implementations and the beat of
time to `camera`.
"""

from __future__ import annotations

import secrets
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from minhbach.demo import describe, g711, packets
from minhbach.demo.dialog import Offer
from minhbach.demo.encoder import AacEncoder, VideoEncoder
from minhbach.demo.sound import Microphone
from minhbach.demo.spec import CameraSpec, StreamSpec

G711_RATE = 8000
AAC_RATE = 16_000
G711_PACKET_SAMPLES = 320
_VIDEO_RATE = 90_000


class Viewer(Protocol):
    """Someone who plays; `framed` is what `packets.RtpTrack` made for `track`."""

    awaits_key: bool

    def deliver(self, track: int, framed: bytes) -> None: ...


class LiveStream:
    """Encodes and hands out; all times are the camera's wall clock in Unix microseconds."""

    def __init__(self, camera: CameraSpec, spec: StreamSpec, start_us: int) -> None:
        self.spec = spec
        self.viewers: set[Viewer] = set()
        self._start_us = start_us
        self._next_picture_us = start_us
        self._encoder = VideoEncoder(spec, camera.frames_per_s, camera.gop_frames)
        self._payloads = packets.h265_payloads if spec.video == "h265" else packets.h264_payloads
        self._video_base = secrets.randbits(32)
        self._video = packets.RtpTrack(0, 96, secrets.randbits(32), secrets.randbits(16))
        self._sound = _sound(spec, camera, start_us)
        lines = describe.h265_lines if spec.video == "h265" else describe.h264_lines
        tracks = (lines(96, self._encoder.sets), *((self._sound.lines,) if self._sound else ()))
        sdp = describe.presentation(camera.name, tracks, start_us)
        self.offer = Offer(sdp, len(tracks), self._position)

    def show(self, planes: NDArray[np.uint8], index: int, wall_us: int, next_us: int) -> None:
        """Send picture `index`, taken at `wall_us`; the next one is planned for `next_us`."""
        self.skip(next_us)
        if not self.viewers:
            return
        wanted = any(viewer.awaits_key for viewer in self.viewers)
        units, is_key = self._encoder.encode(planes, index, key=wanted)
        if not units:
            return
        framed = self._video.pack(self._payloads(units), self._video_time(wall_us))
        for viewer in tuple(self.viewers):
            if is_key or not viewer.awaits_key:
                viewer.awaits_key = False
                viewer.deliver(0, framed)

    def skip(self, next_us: int) -> None:
        """No picture this time; the next one is planned for `next_us`."""
        self._next_picture_us = next_us

    def hear(self, wall_us: int) -> None:
        """Send all sound captured before `wall_us`."""
        if self._sound is None:
            return
        if not self.viewers:
            self._sound.pause(wall_us)
            return
        for framed in self._sound.packets_until(wall_us):
            for viewer in tuple(self.viewers):
                viewer.deliver(1, framed)

    def deafen(self, deaf: bool) -> None:
        """Hear nothing from now on, or hear again."""
        if self._sound:
            self._sound.microphone.deaf = deaf

    def report(self, viewer: Viewer, wall_us: int) -> None:
        """Send `viewer` the sender reports of all tracks."""
        viewer.deliver(0, self._video.sender_report(wall_us, self._video_time(wall_us)))
        if self._sound:
            viewer.deliver(1, self._sound.track.sender_report(wall_us, self._sound.time(wall_us)))

    def _video_time(self, wall_us: int) -> int:
        return self._video_base + (wall_us - self._start_us) * _VIDEO_RATE // 1_000_000 & 0xFFFFFFFF

    def _position(self, track: int) -> tuple[int, int]:
        if track and self._sound:
            return self._sound.track.sequence, self._sound.next_time()
        return self._video.sequence, self._video_time(self._next_picture_us)


class SoundTrack:
    """Sound from a microphone to packets; subclasses code it."""

    lines: describe.TrackLines

    def __init__(self, microphone: Microphone, payload_type: int, step: int) -> None:
        self.track = packets.RtpTrack(2, payload_type, secrets.randbits(32), secrets.randbits(16))
        self.microphone = microphone
        self._base = secrets.randbits(32)
        self._step = step
        self._next = 0

    def packets_until(self, wall_us: int) -> list[bytes]:
        """Framed packets of all whole packets' worth of sound captured before `wall_us`."""
        out = []
        captured = self.microphone.samples_until(wall_us)
        while captured - self._next >= self._step:
            samples = self.microphone.listen(self._next, self._step)
            for payload, first in self._code(samples, self._next):
                out.append(self.track.pack([payload], self._base + first))
            self._next += self._step
        return out

    def pause(self, wall_us: int) -> None:
        """Forget sound nobody listened to."""
        captured = self.microphone.samples_until(wall_us)
        self._next = max(self._next, captured - captured % self._step)

    def time(self, wall_us: int) -> int:
        """The track's RTP clock at `wall_us`."""
        return self._base + self.microphone.samples_until(wall_us) & 0xFFFFFFFF

    def next_time(self) -> int:
        """The RTP time of the next packet."""
        return self._base + self._next & 0xFFFFFFFF

    def _code(self, samples: NDArray[np.int16], first: int) -> list[tuple[bytes, int]]:
        raise NotImplementedError


class _G711Track(SoundTrack):
    def __init__(self, microphone: Microphone, law: g711.Law) -> None:
        self.lines = describe.g711_lines(law, G711_RATE)
        super().__init__(microphone, self.lines.payload_type, G711_PACKET_SAMPLES)
        self._law = law

    def _code(self, samples: NDArray[np.int16], first: int) -> list[tuple[bytes, int]]:
        return [(g711.encode(samples, self._law), first)]


class _AacTrack(SoundTrack):
    def __init__(self, microphone: Microphone) -> None:
        self._encoder = AacEncoder(AAC_RATE)
        self.lines = describe.aac_lines(97, AAC_RATE, 1, self._encoder.config)
        super().__init__(microphone, 97, AacEncoder.FRAME_SAMPLES)
        self._paused = False

    def pause(self, wall_us: int) -> None:
        super().pause(wall_us)
        self._paused = True

    def next_time(self) -> int:
        return super().next_time() - AacEncoder.FRAME_SAMPLES & 0xFFFFFFFF

    def _code(self, samples: NDArray[np.int16], first: int) -> list[tuple[bytes, int]]:
        if self._paused:
            # The codec overlaps each frame with the one before: after a pause that would be sound of long ago.
            self._encoder, self._paused = AacEncoder(AAC_RATE), False
        coded = self._encoder.encode(samples, first)
        return [(packets.aac_payload(frame), number) for frame, number in coded]


def _sound(spec: StreamSpec, camera: CameraSpec, start_us: int) -> SoundTrack | None:
    if spec.audio is None:
        return None
    if spec.audio == "aac":
        return _AacTrack(Microphone(start_us, AAC_RATE, camera.audio_ppm))
    return _G711Track(Microphone(start_us, G711_RATE, camera.audio_ppm), spec.audio)
