"""Each picture tells people and machines when it was taken, also in the sub-stream and after coding."""

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from minhbach.demo import barcode, glyphs, picture, room
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter, UnfitSize, sized
from minhbach.demo.spec import CameraSpec, StreamSpec

START_US = 1_790_000_000_000_000
SUB = StreamSpec("sub", width=320, height=180, kbit_per_s=100)


def _luma(planes):
    return planes[: planes.shape[0] * 2 // 3]


@given(some.integers(0, 2**24 - 1), some.integers(0, 2**44 - 1), some.sampled_from([80, 320, 640, 1000, 1920]))
def test_a_stamp_is_read_back_at_every_width(counter, unix_ms, width):
    stamp = barcode.Stamp(counter, unix_ms)
    row = barcode.cells(stamp, width)
    assert barcode.read(np.concatenate([np.full((40, width), 128, np.uint8), row])) == stamp


def test_a_damaged_row_is_not_read():
    for cell in range(barcode.CELLS):
        row = barcode.cells(barcode.Stamp(77, 1_790_000_000_123), 640)
        row[:, cell * 8 : cell * 8 + 8] = 251 - row[:, cell * 8 : cell * 8 + 8]
        assert barcode.read(row) is None


@pytest.mark.parametrize("spec", FLEET, ids=lambda spec: spec.name)
def test_every_picture_can_be_dated_after_coding_at_the_demos_rates(spec):
    painter = Painter(spec)
    for stream in spec.streams:
        encoder = VideoEncoder(stream, spec.frames_per_s, spec.gop_frames)
        decoder = av.CodecContext.create("hevc" if stream.video == "h265" else "h264", "r")
        read = []
        for index in range(60):
            planes = sized(painter.paint(index, START_US + index * 100_000), stream)
            units, _ = encoder.encode(planes, index, key=False)
            frames = decoder.decode(av.Packet(b"".join(b"\0\0\0\1" + unit for unit in units)))
            read += [barcode.read(_luma(frame.to_ndarray(format="yuv420p"))) for frame in frames]
        read += [barcode.read(_luma(frame.to_ndarray(format="yuv420p"))) for frame in decoder.decode(None)]
        assert read == [barcode.Stamp(index, START_US // 1000 + index * 100) for index in range(60)]


def test_a_picture_depends_on_its_time_only():
    one, other = Painter(FLEET[0]), Painter(FLEET[0])
    other.paint(3, START_US)
    at = START_US + 12_345_678
    assert np.array_equal(one.paint(5, at), other.paint(5, at))
    assert not np.array_equal(one.paint(5, at).copy(), one.paint(5, at + 100_000))


@pytest.mark.parametrize("name", room.ROOMS)
def test_someone_moves_in_every_room_and_no_pixel_leaves_the_video_range(name):
    painter = Painter(CameraSpec(room=name))
    before, moved = None, 0
    for second in range(88):
        luma = _luma(painter.paint(second, START_US + second * 1_000_000)).copy()
        assert (luma.min(), luma.max()) >= (15, 200)
        assert luma.max() <= 236
        inner = luma[40:320].astype(int)
        moved += before is not None and int((np.abs(inner - before) > 20).sum()) > 400
        before = inner
    assert moved > 30


def test_the_burned_in_clock_is_vietnams():
    painter = Painter(CameraSpec(room="reception"))
    luma = _luma(painter.paint(0, 1_790_000_000_300_000))
    letters = glyphs.line("2026-09-21 21:13:20.3")
    place = luma[10 : 10 + letters.shape[0], -10 - 21 * glyphs.ADVANCE :][:, : letters.shape[1]]
    assert np.array_equal(place[letters > 0], letters[letters > 0])


def test_no_two_letters_look_alike():
    letters = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-:.,/#()+'?!%_"
    drawn = {glyphs.line(letter).tobytes() for letter in letters}
    assert len(drawn) == len(letters)
    assert np.array_equal(glyphs.line("a"), glyphs.line("A"))
    assert glyphs.line("~").tobytes() not in drawn


def test_every_second_pixel_still_shows_whole_letters():
    letters = glyphs.line("QUAY 1 - 23:59:59.9")
    assert np.array_equal(letters[::2, ::2].repeat(2, 0).repeat(2, 1), letters)


def test_a_size_that_cannot_be_made_is_refused_in_a_sentence():
    planes = np.zeros((room.HEIGHT * 3 // 2, room.WIDTH), np.uint8)
    assert picture.sized(planes, SUB).shape == (270, 320)
    with pytest.raises(UnfitSize, match="500x300 pixels cannot be made"):
        sized(planes, StreamSpec(width=500, height=300))
