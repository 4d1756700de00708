"""A copy that is given piece by piece plays like its file: every picture once, the sound beside the pictures."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy
import pytest

from minhbach.centre.evidence.copies import reels
from minhbach.centre.evidence.copies.cutting import Cut, Hidden, cut_copy
from minhbach.centre.evidence.copies.film import Film
from minhbach.centre.evidence.copies.reels import Reel, reel
from minhbach.centre.evidence.copies.sealed import Sealed
from minhbach.decode.orders import DISTORTED, Made
from minhbach.fmp4 import MOST_SAMPLES, BrokenFile
from tests.decode.filming import START_US
from tests.decode.sealing import RATE, S, sealed

LENGTH_S = 20
END_US = START_US + LENGTH_S * S


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("reel"))


def copied(folder: Path) -> Path:
    """A copy of two files; the second has no sound, so the encoder gives its silence back only at the end."""
    pieces = tuple(
        Sealed(START_US + begin * S, START_US + (begin + 10) * S, sealed(folder, begin, 10, sound=begin == 0))
        for begin in (0, 10)
    )
    target = folder / "copy.mp4"
    cut = Cut(pieces, START_US, END_US, "BẢN SAO ĐÃ CHE", "Quầy 1", {"format": "minhbach-copy"})
    cut_copy(target, cut, Hidden({}, ((START_US, END_US, DISTORTED),)))
    return target


def joined(found: Reel, folder: Path, numbers: range) -> Path:
    path = folder / "joined.mp4"
    path.write_bytes(found.head + b"".join(map(found.piece, numbers)))
    return path


def times(path: Path, kind: str) -> list[float]:
    with av.open(str(path)) as file:
        [stream] = [each for each in file.streams if each.type == kind]
        return sorted(float(each.pts * each.time_base) for each in file.demux(stream) if each.pts is not None)


def test_the_pieces_follow_one_another_and_are_together_what_the_file_is(copy: Path, tmp_path: Path) -> None:
    found = reel(copy, START_US, END_US, sound=True)
    spans = [found.span(number) for number in range(len(found.begins))]
    assert (spans[0][0], spans[-1][1]) == (START_US, END_US)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert max(end_us - begin_us for begin_us, end_us in spans) <= reels.PIECE_US
    whole = joined(found, tmp_path, range(len(spans)))
    for kind in ("video", "audio"):
        assert times(whole, kind) == pytest.approx(times(copy, kind))


def test_a_piece_has_the_sound_of_its_own_time_wherever_the_file_keeps_it(copy: Path, tmp_path: Path) -> None:
    found = reel(copy, START_US, END_US, sound=True)
    number = len(found.begins) - 2
    begin_s, end_s = ((us - START_US) / S for us in found.span(number))
    path = joined(found, tmp_path, range(number, number + 1))
    for kind in ("video", "audio"):
        heard = times(path, kind)
        assert heard[0] == pytest.approx(begin_s, abs=0.3)
        assert heard[-1] == pytest.approx(end_s, abs=0.3)
    assert len(times(path, "audio")) == pytest.approx((end_s - begin_s) * RATE / 1024, abs=2)


def test_what_is_all_silent_is_given_without_any_sound(copy: Path, tmp_path: Path) -> None:
    found = reel(copy, START_US, END_US, sound=False)
    assert found.codecs.startswith("avc1.")
    assert "," not in found.codecs
    path = joined(found, tmp_path, range(len(found.begins)))
    assert times(path, "video") == pytest.approx(times(copy, "video"))
    with av.open(str(path)) as file:
        assert [stream.type for stream in file.streams] == ["video"]


def test_what_is_no_copy_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "copy.mp4").write_bytes(b"no film")
    with pytest.raises(BrokenFile):
        reel(tmp_path / "copy.mp4", START_US, END_US, sound=True)


def test_a_picture_that_stands_still_for_minutes_keeps_all_of_its_sound(tmp_path: Path) -> None:
    frames = MOST_SAMPLES * 2 + 5
    end_us = START_US + frames * 1024 * S // RATE
    film = Film(tmp_path / "copy.mp4", START_US, end_us)
    (sets, picture), (config, frame) = a_picture(), a_silent_frame()
    film.begin(sets, config, RATE, {"format": "minhbach-copy"})
    film.add(Made(pictures=((START_US, True, picture),), sound=tuple((n * 1024, frame) for n in range(frames))))
    film.finish()
    copy = tmp_path / "copy.mp4"
    assert len(times(copy, "audio")) == frames
    found = reel(copy, START_US, end_us, sound=True)
    assert len(times(joined(found, tmp_path, range(len(found.begins))), "audio")) == frames


def a_picture() -> tuple[bytes, bytes]:
    """Parameter sets and a key picture, as an encoder gives them."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 64, "yuv420p", Fraction(1, 25)
    made = b"".join(map(bytes, [*encoder.encode(av.VideoFrame(64, 64, "yuv420p")), *encoder.encode()]))
    return made, made


def a_silent_frame() -> tuple[bytes, bytes]:
    """The description of the sound and one frame of it."""
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "fltp"
    silence = av.AudioFrame.from_ndarray(numpy.zeros((1, 1024), numpy.float32), format="fltp", layout="mono")
    silence.sample_rate = RATE
    made = [*encoder.encode(silence), *encoder.encode()]
    return encoder.extradata or b"", bytes(made[0])
