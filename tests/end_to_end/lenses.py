"""A camera with two lenses: one description, two pictures (camera-quirks B29).

It also forgets its session, as it says at every sign of life, and streams on all the same (A34).
"""

import time
from collections.abc import Iterator

import numpy as np

from minhbach.demo import describe, packets
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.spec import StreamSpec
from tests.edge.rtsp.scripted import answer
from tests.end_to_end import peers

SPEC = StreamSpec(width=160, height=120, audio=None)
PICTURES_PER_S = 10


def two_lenses() -> peers.Behaviour:
    """Both lenses in step, each on its own channel."""
    sets = VideoEncoder(SPEC, PICTURES_PER_S, 20).sets
    tracks = (describe.h264_lines(96, sets), describe.h264_lines(96, sets))
    sdp = describe.presentation("two", tracks, 1)
    gone = answer("454 Session Not Found")
    script = {
        "OPTIONS": [answer("200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"), gone],
        "DESCRIBE": answer("200 OK", "Content-Type: application/sdp", body=sdp),
        "SETUP": lambda asked: answer(
            "200 OK", "Session: 4711;timeout=2", f"Transport: {asked.headers.get('transport')}"
        ),
        "GET_PARAMETER": gone,
        "SET_PARAMETER": gone,
    }
    return peers.playing(_media, script)


def _media() -> Iterator[bytes]:
    encoder = VideoEncoder(SPEC, PICTURES_PER_S, 20)
    lenses = [packets.RtpTrack(channel, 96, 7 + channel, 0) for channel in (0, 2)]
    for index in range(10_000):
        planes = np.full((SPEC.height * 3 // 2, SPEC.width), 16 + index % 200, np.uint8)
        units, _ = encoder.encode(planes, index, key=index == 0)
        payloads = packets.h264_payloads(units)
        yield b"".join(lens.pack(payloads, index * 9000) for lens in lenses)
        time.sleep(1 / PICTURES_PER_S)
