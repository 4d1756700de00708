"""What a simulated camera is told to be: values only, fixed for the camera's life.

Promises that a spec can be printed and logged: the password never shows in its repr. Leaves ports and addresses to
`camera`, since they are known only once a camera listens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

VideoCodec = Literal["h264", "h265"]
AudioCodec = Literal["alaw", "ulaw", "aac"]
DigestAlgorithm = Literal["MD5", "SHA-256"]


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One presentation of a camera, served at `/<path>`; sizes in pixels, both multiples of 4."""

    path: str = "main"
    video: VideoCodec = "h264"
    audio: AudioCodec | None = "alaw"
    width: int = 640
    height: int = 360
    kbit_per_s: int = 280
    in_band_sets: bool = True  # parameter sets before each key frame, as most cameras send them


@dataclass(frozen=True, slots=True)
class CameraSpec:
    """A camera: its room, its streams, its password and the errors of its clocks.

    `clock_offset_us` is how far the camera's own idea of UTC is off; `audio_ppm` how much faster its sound card runs
    than its picture. `room` picks the scenery (see `room.ROOMS`), `label` is burned in (ASCII only), `plate` lays black
    under the burned-in clock.
    """

    name: str = "camera"
    label: str = "MOT CUA - QUAY 1"
    room: str = "counter"
    streams: tuple[StreamSpec, ...] = (StreamSpec(),)
    frames_per_s: int = 10
    gop_frames: int = 20
    audio_ppm: int = 50
    clock_offset_us: int = 0
    plate: bool = False
    user: str = "xem"
    password: str | None = field(default="mat-khau-demo", repr=False)  # None: anyone may watch
    digest_algorithm: DigestAlgorithm = "MD5"
    digest_qop: bool = False
    session_timeout_s: int = 60
