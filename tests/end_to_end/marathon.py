"""Hours of one camera in minutes: a program for `test_memory`, run as a process of its own.

`marathon.py FOLDER HOURS` feeds RTP packets of picture (2 a second, repeated from a short film) and sound into a
recorder without sockets, tick by tick in simulated time, and prints as JSON the process' own memory (bytes) at each
tenth of the way. Everything else is the recorder's own: its loop, archive, log, catalogue and retention.

What may pile up in hours are fragments, files, entries and rows: there are as many of them as in real time. Pictures
are fewer, and the loop looks when there is something, as nothing of either is kept.
"""

import gc
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from minhbach.demo import packets
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.spec import StreamSpec
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import CameraConfig, Config, DiskConfig, Retention
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.camera import FLUSH_US
from minhbach.edge.recorder.intake import Intake
from minhbach.edge.recorder.load import Load
from minhbach.edge.recorder.loop import Loop
from minhbach.edge.recorder.thrift import be_thrifty
from minhbach.edge.rtsp import sdp
from minhbach.edge.rtsp.dialog import SetUp
from minhbach.edge.rtsp.reception import make_receiver
from tests.edge.rtsp.scripted import SDP_H264_ALAW

PICTURES_PER_S = 2
TICK_US = 1_000_000 // PICTURES_PER_S
SEGMENT_S = 10
TICKS_PER_SEGMENT = SEGMENT_S * PICTURES_PER_S
SOUND_PACKETS = 4
BEGIN_US = 1_790_000_000_000_000
"""Some day of 2026."""
MOST_SEGMENTS_WAITING = 2


class Film:
    """Twenty pictures and their sound as packets, again and again, with running numbers and times."""

    def __init__(self) -> None:
        encoder = VideoEncoder(StreamSpec(width=160, height=120, audio=None), PICTURES_PER_S, 20)
        planes = [np.full((180, 160), 40 + 5 * index, np.uint8) for index in range(20)]
        units = [encoder.encode(plane, index, key=index == 0)[0] for index, plane in enumerate(planes)]
        self._payloads = [packets.h264_payloads(each) for each in units]
        self._picture = packets.RtpTrack(0, 96, 7, 0)
        self._sound = packets.RtpTrack(2, 8, 8, 0)
        self._number = 0

    def next(self, wall_us: int) -> bytes:
        """What a camera sends in one tick."""
        number, self._number = self._number, self._number + 1
        picture_at, sound_at = number * 90_000 // PICTURES_PER_S, number * 8000 // PICTURES_PER_S
        size = 8000 // PICTURES_PER_S // SOUND_PACKETS
        out = self._picture.pack(self._payloads[number % 20], picture_at)
        for part in range(SOUND_PACKETS):
            out += self._sound.pack([bytes(size)], sound_at + part * size)
        if number % (5 * PICTURES_PER_S) == 0:
            out += self._picture.sender_report(wall_us, picture_at)
            out += self._sound.sender_report(wall_us, sound_at)
        return out


class FedCamera:
    """Stands in the loop where a camera stands, and gets its packets from a film instead of a socket."""

    def __init__(self, config: CameraConfig, recorder: Recorder, clock: SimulatedClock) -> None:
        description = sdp.parse(SDP_H264_ALAW.encode())
        media = [SetUp(each, 2 * index, 2 * index + 1, None) for index, each in enumerate(description.media)]
        self.config = config
        self.flush_due_us = 0
        self.load = Load()
        self._receiver = make_receiver(media, clock.mono_us())
        self._intake = Intake(config, recorder.archive)
        self._intake.begin()
        self._film = Film()
        self._clock = clock
        self._notes: Counter[str] = Counter()

    def pump(self, scratch: bytearray, now_us: int) -> None:
        data = self._film.next(self._clock.wall_us())
        assert self._receiver.feed(data, 0, len(data), now_us) == len(data)
        self._receiver.reports(now_us)

    def wants_flush(self, now_us: int) -> bool:
        return now_us >= self.flush_due_us

    def flush(self, now_us: int) -> None:
        self.flush_due_us = now_us + FLUSH_US
        self._intake.collect(self._receiver, self._notes, now_us)
        for series in self._intake.series:
            series.flush(now_us)

    def restart(self, now_us: int) -> None:
        raise AssertionError("nothing here may go wrong")

    flood = restart


def main() -> None:
    folder, hours = Path(sys.argv[1]), float(sys.argv[2])
    clock = SimulatedClock(BEGIN_US, 1_000_000)
    camera = CameraConfig("quay", url="rtsp://127.0.0.1/x", retention=Retention(1, 1, 0, intent_lead_hours=1))
    recorder = Recorder(Config((camera,), (DiskConfig(folder, 1 << 20),)), clock)
    be_thrifty()
    fed: Any = FedCamera(camera, recorder, clock)
    loop = Loop(recorder.archive, recorder.retention, [fed], clock)
    ticks = round(hours * 3600 * PICTURES_PER_S)
    sizes = []
    for number in range(1, ticks + 1):
        clock.advance(TICK_US)
        loop.tick(clock.mono_us())
        if number % TICKS_PER_SEGMENT == 0:
            keep_up(recorder, number // TICKS_PER_SEGMENT - MOST_SEGMENTS_WAITING)
        if number % (ticks // 10) == 0:
            sizes.append(resident_bytes())
    segments = recorder.archive.book.replay.state.streams["quay", "main"].next_number
    recorder.close()
    print(json.dumps({"sizes": sizes, "segments": segments}))


def keep_up(recorder: Recorder, segments: int) -> None:
    """Simulated time must not outrun the real disk: wait until so many segments are logged."""
    until = time.monotonic() + 30
    while recorder.archive.book.replay.state.streams["quay", "main"].next_number < segments:
        assert time.monotonic() < until, "the disk takes no segment"
        recorder.archive.poll()
        time.sleep(0.0005)


def resident_bytes() -> int:
    """Memory that is this process' own."""
    gc.collect()
    return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
