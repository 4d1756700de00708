"""A page that stands still is shown its first picture, however far behind its moment a camera's next key frame lies."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.playback import Playback
from minhbach.centre.stream.wire import Kind, Tile
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.lease import Lease
from minhbach.protocol.footage import SYNC, Answer, End, Packet, SampleHead

BEGIN_US = 1_797_000_000_000_000
STEP_US = 50_000
PICTURE = VideoConfig("h264", (bytes.fromhex("6742c01e95a0280bfe5c04"), bytes.fromhex("68ce3c80")), False, 640, 360)
SOUND = AudioConfig("alaw", 8_000, 1)
NAL = b"\x00\x00\x00\x04\x65abc"
S = 1_000_000


class Recorder:
    """The other end of a fabric: twenty pictures a second, a key frame every so often, and all sound."""

    def __init__(self, gop_s):
        self.bulk = self
        self.hear = {}
        self.gop = gop_s * 20

    @asynccontextmanager
    async def channel(self, line, recorder, hear):
        name = str(len(self.hear))
        self.hear[name] = hear
        yield name

    async def ask_play(self, recorder, asked):
        """As an archive does under a right that begins at ``BEGIN_US``, amid a group of pictures."""
        hear = self.hear[asked.channel]
        begin = int(asked.after) if asked.after else self.gop
        stop = max(begin + 1, (asked.until_us - BEGIN_US) // STEP_US)
        for number in range(begin, stop):
            at_us, key = BEGIN_US + number * STEP_US, number % self.gop == 0
            head = SampleHead(len(NAL), 0, 0, STEP_US, SYNC if key else 0)
            await hear(Packet("picture", number, at_us, (head,), NAL, PICTURE if key or number == begin else None))
            await hear(Packet("sound", number, at_us, (SampleHead(400, 0, 0, STEP_US, SYNC),), b"\x55" * 400, SOUND))
        await hear(End(next=str(stop), until_us=BEGIN_US + stop * STEP_US))
        return Answer(True, "main", "run1")


def lease():
    now_us = time.time_ns() // 1000
    return Lease(
        "0" * 32, "playback", ("r/quay-1",), True, BEGIN_US, BEGIN_US + 3600 * S, now_us, now_us + 60 * S, "0" * 64
    )


def sent(recorder, seconds):
    """What a page that stands still at the begin of its right is sent in so many seconds: kinds and begins."""

    async def work():
        outbox, held = Outbox(), lease()
        playback = Playback(recorder, outbox, [Tile("r/quay-1", True)], ("h264",), lambda: ("token", held))
        await playback.seek(1, BEGIN_US, 1.0, False)
        await asyncio.sleep(seconds)
        await playback.end()
        return [await outbox.take() for _ in range(outbox.waiting)]

    return [data for data in asyncio.run(work()) if isinstance(data, bytes)]


@pytest.mark.parametrize("gop_s", [2, 4, 7])
def test_a_first_picture_has_sound_beside_it_wherever_it_stands(gop_s):
    kinds = [data[0] for data in sent(Recorder(gop_s), 1.0)]
    assert kinds[:3] == [Kind.PICTURE_INIT, Kind.SOUND_INIT, Kind.PICTURE]
    # A browser holds nothing of two tracks before there is something of both.
    assert Kind.SOUND in kinds
