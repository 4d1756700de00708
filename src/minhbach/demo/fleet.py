"""The four cameras of the demo: one of each kind that communes really have.

Promises that together they cover every codec the recorder claims, one sub-stream, and both flavours of Digest that
FFmpeg, too, understands.
"""

from __future__ import annotations

from minhbach.demo.spec import CameraSpec, StreamSpec

_SUB = StreamSpec("sub", width=320, height=180, kbit_per_s=100)

FLEET = (
    CameraSpec("mot-cua-1", "MOT CUA - QUAY 1-2", "counter"),
    CameraSpec("mot-cua-2", "MOT CUA - QUAY 3", "counter-green", (StreamSpec(video="h265"), _SUB), digest_qop=True),
    CameraSpec("tiep-dan", "PHONG TIEP CONG DAN", "reception", (StreamSpec(audio="aac"),), digest_qop=True),
    CameraSpec("sanh-cho", "SANH CHO - QUAY 4-5", "hall", (StreamSpec(audio="ulaw"),)),
)
