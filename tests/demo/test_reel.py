"""The past's moving pictures: a loop of the room under a clock of its own, put together without an encoder."""

from typing import Any

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from minhbach.demo import barcode, room
from minhbach.demo.fleet import DISTRICT
from minhbach.demo.past.reel import GOP, LOOP, STEP_US, Dial, Loop
from minhbach.demo.past.slices import moved
from minhbach.demo.picture import PLATE_HEIGHT, PLATE_LEFT, Painter, clock_plate

FIRST = 1_795_000_000 // GOP * GOP
"""A key picture of 2026, somewhere in the loop."""


@pytest.mark.parametrize("camera", ["mot-cua-1", "sanh-cho", "tiep-dan"])
def test_each_picture_shows_the_room_of_the_loop_and_the_time_of_its_own(camera: str) -> None:
    spec, dial = DISTRICT[camera], Dial()
    loop, painter = Loop(spec), Painter(spec)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    # Over the end of the loop, and over two key pictures in a row.
    begin = FIRST - FIRST % LOOP + LOOP - 2 * GOP
    shown = 0
    for first in range(begin, begin + 4 * GOP, GOP):
        for number, moment in enumerate(dial.group(first), first):
            units = [*(loop.sets if number == first else ()), *loop.access_unit(number, moment)]
            packet = av.Packet(b"".join(b"\0\0\0\1" + unit for unit in units))
            packet.pts = number
            for frame in decoder.decode(packet):
                _compare(frame.to_ndarray(format="yuv420p"), painter, begin + shown)
                shown += 1
    for frame in decoder.decode(None):
        _compare(frame.to_ndarray(format="yuv420p"), painter, begin + shown)
        shown += 1
    assert shown == 4 * GOP


def test_a_slice_keeps_its_data_wherever_it_is_put() -> None:
    dial = Dial()
    unit = dial.group(FIRST)[1][0]
    there = moved(unit, 879, 0, 4)
    assert there != unit
    assert moved(there, 22, 0, 4) == unit


def _compare(planes: NDArray[Any], painter: Painter, number: int) -> None:
    luma = planes[: room.HEIGHT].astype(int)
    stamp = barcode.read(planes[: room.HEIGHT])
    assert stamp is not None
    assert stamp.unix_ms == number * STEP_US // 1000
    scene = painter.scene(number % LOOP * STEP_US)[: room.HEIGHT - 8].astype(int)
    scene[:PLATE_HEIGHT, PLATE_LEFT:] = clock_plate(number * STEP_US)[:PLATE_HEIGHT]
    assert _likeness_db(scene, luma[: room.HEIGHT - 8]) > 32
    corner = np.s_[:PLATE_HEIGHT, PLATE_LEFT:]
    assert _likeness_db(scene[corner], luma[corner]) > 30


def _likeness_db(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(10 * np.log10(255**2 / ((one - other) ** 2).mean()))
