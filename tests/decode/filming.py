"""Footage for the tests of the decode child: the drawn room, as the archive keeps it."""

from functools import cache

from minhbach.decode.wire import Footage
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from minhbach.demo.spec import StreamSpec, VideoCodec
from minhbach.fmp4 import VideoConfig

START_US = 1_790_000_000_000_000


@cache
def filmed(codec: VideoCodec = "h264", pictures: int = 1) -> Footage:
    """A key frame of a room of the demo and what follows it."""
    encoder, painter = VideoEncoder(StreamSpec(video=codec), 10, 20), Painter(FLEET[0])
    samples = []
    for index in range(pictures):
        planes = painter.paint(index, START_US + index * 100_000).copy()
        units, _ = encoder.encode(planes, index, key=index == 0)
        samples.append(joined(units))
    return Footage(VideoConfig.from_sets(codec, encoder.sets, in_band=True), tuple(samples))


def joined(units: list[bytes]) -> bytes:
    """NAL units behind 4-byte lengths."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
