"""The four cameras of the demo: one of each kind that communes really have.

Promises that together they cover every codec the recorder claims, one sub-stream, and both flavours of Digest that
FFmpeg, too, understands.
"""

from __future__ import annotations

from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge.config import Retention

_SUB = StreamSpec("sub", width=320, height=180, kbit_per_s=100)

FLEET = (
    CameraSpec("mot-cua-1", "MOT CUA - QUAY 1-2", "counter"),
    CameraSpec("mot-cua-2", "MOT CUA - QUAY 3", "counter-green", (StreamSpec(video="h265"), _SUB), digest_qop=True),
    CameraSpec("tiep-dan", "PHONG TIEP CONG DAN", "reception", (StreamSpec(audio="aac"),), digest_qop=True),
    CameraSpec("sanh-cho", "SANH CHO - QUAY 4-5", "hall", (StreamSpec(audio="ulaw"),)),
)

DEMO_RETENTION = Retention(picture_days=2, sound_days=2, minimum_days=1, intent_lead_hours=1)
"""A short memory, so that the disk of a notebook does not fill: yesterday is whole, older days keep what is held."""


def camera_named(name: str) -> CameraSpec:
    """A camera of a commune's office in the demo. Raises KeyError."""
    return DISTRICT[name]


DISTRICT = {
    spec.name: spec
    for spec in (
        CameraSpec("mot-cua-1", "MOT CUA - QUAY 1-2", "counter", plate=True),
        CameraSpec("mot-cua-2", "MOT CUA - QUAY 3", "counter-green", plate=True),
        CameraSpec("sanh-cho", "SANH CHO - QUAY 4-5", "hall", (StreamSpec(audio="ulaw"),), plate=True),
        CameraSpec("tiep-dan", "PHONG TIEP CONG DAN", "reception", plate=True),
        CameraSpec(
            "quay-1",
            "XA DONG LAC - QUAY 1-2",
            "counter-sand",
            (StreamSpec(video="h265"), _SUB),
            digest_qop=True,
            plate=True,
        ),
        CameraSpec("phong-tiep-dan", "XA DONG LAC - TIEP DAN", "reception", plate=True),
    )
}
"""By their names in the recorders' logs; one in H.265, with a small H.264 stream for browsers that show only that."""
