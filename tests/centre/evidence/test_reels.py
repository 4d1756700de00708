"""A copy that is given piece by piece plays like its file: every picture once, the sound beside the pictures."""

from itertools import pairwise
from pathlib import Path

import av
import pytest

from minhbach.centre.evidence.copies import reels
from minhbach.centre.evidence.copies.cutting import Cut, Hidden, cut_copy
from minhbach.centre.evidence.copies.reels import Reel, reel
from minhbach.centre.evidence.copies.sealed import Sealed
from minhbach.decode.orders import DISTORTED
from minhbach.fmp4 import BrokenFile
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
