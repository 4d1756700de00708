"""Where cameras of common makers keep their streams, so that a technician need not look it up.

Suggestions only: the recorder tries what is typed. Each is the path of the main stream and of the small one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paths:
    """A maker's usual paths behind the host, as in `rtsp://host:554/…`."""

    maker: str
    main: str
    small: str


PATHS = (
    Paths("Hikvision, EZVIZ, HiLook", "Streaming/Channels/101", "Streaming/Channels/102"),
    Paths("Dahua, KBVision, Imou", "cam/realmonitor?channel=1&subtype=0", "cam/realmonitor?channel=1&subtype=1"),
    Paths("Uniview", "media/video1", "media/video2"),
    Paths("TP-Link VIGI, Tapo", "stream1", "stream2"),
    Paths("Hanwha (Samsung Wisenet)", "profile2/media.smp", "profile3/media.smp"),
    Paths("Axis", "axis-media/media.amp", "axis-media/media.amp?resolution=640x360"),
    Paths("Reolink", "h264Preview_01_main", "h264Preview_01_sub"),
)
