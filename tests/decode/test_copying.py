"""A copy shows exactly what was ordered: these seconds, these covers, this sound; and its child can do nothing else."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from minhbach.centre.evidence.copies.cutting import Cut, Hidden, cut_copy
from minhbach.centre.evidence.copies.sealed import CopyFailed, Sealed
from minhbach.decode import orders, voices, wire
from minhbach.decode.child import DecoderDied, NotDecodable
from minhbach.decode.copying import Copying
from minhbach.decode.orders import DISTORTED, MUTED, PLAIN, WHOLE, Box, Made, Order, Plate
from tests.decode.filming import START_US, filmed
from tests.decode.sealing import RATE, VOICE_HZ, S, sealed

BEGIN_US, END_US = START_US + 3 * S + 450_000, START_US + 14 * S + 50_000
HEIGHT = 360


def pieces(folder: Path, *spans: tuple[int, int]) -> tuple[Sealed, ...]:
    return tuple(
        Sealed(START_US + begin * S, START_US + (begin + length) * S, sealed(folder, begin, length))
        for begin, length in spans
    )


def copied(folder: Path, files: Sequence[Sealed], hidden: Hidden | None = None) -> Path:
    cut = Cut(tuple(files), BEGIN_US, END_US, "WORKING COPY", "Quầy 1", {"format": "minhbach-copy"})
    target = folder / "copy.mp4"
    cut_copy(target, cut, hidden)
    return target


def shown(path: Path) -> list[tuple[int, NDArray[np.uint8]]]:
    """(wall µs, luma) of every picture."""
    with av.open(str(path)) as file:
        return [
            (BEGIN_US + round((frame.time or 0) * S), frame.to_ndarray(format="gray").astype(np.uint8))
            for frame in file.decode(video=0)
        ]


def heard(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])


def covered(files: Sequence[Sealed], boxes: Sequence[Box]) -> dict[int, Sequence[Box]]:
    """The same covers for every picture of ten a second."""
    first, last = files[0].begin_us, files[-1].end_us
    return dict.fromkeys(range(first, last, S // 10), boxes)


def pitch(sound: NDArray[np.float32]) -> float:
    """How much of the sound is the voice's own tone and its overtones."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    near = np.zeros(len(hertz), bool)
    for part in (1, 2, 3, 4):
        near |= np.abs(hertz - float(VOICE_HZ * part)) < 8
    return float(np.sum(power[near])) / float(np.sum(power))


def test_a_working_copy_has_every_picture_of_the_seconds_asked_for_and_no_other(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 10), (10, 10))
    found = [at_us for at_us, _ in shown(copied(tmp_path, files))]
    wanted = [at_us for at_us in range(START_US, START_US + 20 * S, S // 10) if BEGIN_US <= at_us < END_US]
    assert [round(at_us - START_US, -3) for at_us in found] == [at_us - START_US for at_us in wanted]
    assert len(heard(tmp_path / "copy.mp4")) / RATE == pytest.approx((END_US - BEGIN_US) / S, abs=0.2)


def test_the_strip_stands_below_the_picture_and_hides_nothing_of_it(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 20))
    _, picture = shown(copied(tmp_path, files))[0]
    assert picture.shape[0] > HEIGHT
    with av.open(str(files[0].path)) as file:
        original = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)][35]
    assert np.abs(picture[:HEIGHT].astype(int) - original).mean() < 3
    assert (picture[HEIGHT:] > 200).sum() > 300


def test_a_gap_is_a_board_in_the_copy_and_not_cut_out(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 6), (11, 6))
    found = shown(copied(tmp_path, files))
    inside = [picture for at_us, picture in found if START_US + 6 * S < at_us < START_US + 11 * S]
    assert 4 <= len(inside) <= 6
    assert all(20 < np.median(picture[:HEIGHT]) < 50 and picture[20:80].std() < 4 for picture in inside)
    assert found[-1][0] > END_US - S


def test_what_cannot_be_decoded_at_all_is_no_copy(tmp_path: Path) -> None:
    path = sealed(tmp_path, 0, 20)
    data = bytearray(path.read_bytes())
    for place in range(len(data)):
        if data[place : place + 4] == b"mdat":
            data[place + 12 : place + 3000] = bytes(2988)
    path.write_bytes(data)
    with pytest.raises(CopyFailed):
        copied(tmp_path, (Sealed(START_US, START_US + 20 * S, path),))
    assert not list(tmp_path.glob("copy*"))


def test_a_picture_without_a_decision_is_black_and_sound_without_one_silent(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 20))
    covers: dict[int, Sequence[Box]] = {at_us: [] for at_us in covered(files, []) if at_us < START_US + 8 * S}
    path = copied(tmp_path, files, Hidden(covers))
    for at_us, picture in shown(path):
        dark = bool(np.max(picture[:HEIGHT]) < 40)
        assert dark == (at_us >= START_US + 8 * S)
    assert np.abs(heard(path)).max() < 0.01


def test_a_cover_is_one_flat_tone_wider_than_the_box(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 20))
    box = (3001, 3001, 1999, 2999)
    for _, picture in shown(copied(tmp_path, files, Hidden(covered(files, [box])))):
        top, left = box[1] * HEIGHT // WHOLE, box[0] * 640 // WHOLE
        bottom, right = (box[1] + box[3]) * HEIGHT // WHOLE, (box[0] + box[2]) * 640 // WHOLE
        assert np.ptp(picture[top + 4 : bottom - 4, left + 4 : right - 4]) < 12
        assert picture[20:300, 500:].std() > 15


def test_a_voice_is_plain_distorted_or_silent_as_decided_and_the_careful_decision_wins(tmp_path: Path) -> None:
    files = pieces(tmp_path, (0, 20))
    at = [START_US + second * S for second in (4, 7, 10, 13)]
    sound = ((at[0], at[3], PLAIN), (at[1], at[2], DISTORTED), (at[2], at[3], MUTED))
    found = heard(copied(tmp_path, files, Hidden(covered(files, []), sound)))

    def part(begin_us: int, end_us: int) -> NDArray[np.float32]:
        begin, end = ((us - BEGIN_US) * RATE // S for us in (begin_us + S // 2, end_us - S // 2))
        return found[begin:end]

    plain, distorted, muted = part(at[0], at[1]), part(at[1], at[2]), part(at[2], at[3])
    assert pitch(plain) > 0.9
    assert pitch(distorted) < 0.5
    assert distorted.std() > plain.std() / 8
    assert np.abs(muted).max() < 0.01


def test_two_distortions_of_one_voice_have_nothing_in_common_but_how_loud_it_was() -> None:
    voice = np.sin(np.arange(RATE, dtype=np.float32) * 2 * np.pi * 220 / RATE).astype(np.float32)
    one, other = voices.distorted(voice, RATE, 1), voices.distorted(voice, RATE, 2)
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.2
    assert abs(float(np.corrcoef(one, voice)[0, 1])) < 0.2


def plain_order(**more: object) -> Order:
    plate = Plate(640, 16, bytes(640 * 16), 0, 0, 8, {"0": (4, bytes(32))}, bytes(640 * 360))
    given: dict[str, object] = {"begin_us": 0, "end_us": S, "width": 640, "height": 360, "plate": plate}
    return Order(**(given | more))  # type: ignore[arg-type]


def test_the_child_that_makes_copies_is_confined_before_it_reads_footage() -> None:
    with Copying() as child:
        assert child.confinement.seccomp
        assert not child.confinement.root
        child.begin(plain_order())
        made = child.pictures(filmed(pictures=3), (0, 100_000, 200_000))
        assert len(made.pictures) + len(child.end().pictures) == 3


def test_a_child_that_ends_or_answers_nonsense_costs_the_copy_and_nothing_else() -> None:
    with Copying() as child:
        os.kill(child._process.pid, signal.SIGKILL)
        with pytest.raises(DecoderDied):
            child.begin(plain_order())
    with Copying() as child, pytest.raises(NotDecodable):
        child.end()
    with Copying(deadline_s=0.2) as child:
        os.kill(child._process.pid, signal.SIGSTOP)
        with pytest.raises(DecoderDied):
            child.begin(plain_order())


@pytest.mark.parametrize(
    "head",
    [b"", b"[]", b"{}", b'{"pictures":[[1,true]],"sound":[]}', b'{"pictures":[[1,true,9]],"sound":[]}',
     b'{"pictures":[[1,true,-1]],"sound":[]}', b'{"pictures":[["1",true,0]],"sound":[]}',
     b'{"pictures":{},"sound":[]}'],
)  # fmt: skip
def test_what_a_child_says_of_its_own_work_is_believed_only_in_the_right_shape(head: bytes) -> None:
    with pytest.raises(wire.BrokenMessage):
        orders.read_made([head, b"", b""])


def test_what_is_packed_is_read_again() -> None:
    made = Made(((5, True, b"one"), (9, False, b"")), ((0, b"sound"),))
    assert orders.read_made(orders.pack_made(made)) == made
    order = plain_order(masked=True, rate=8000, sound=((0, 5, MUTED),))
    assert orders.read_order(orders.pack_order(order)) == order


@pytest.mark.parametrize("box", [[-1, 0, 5, 5], [0, 0, 0, 5], [0, 0, WHOLE + 1, 5], [5, 0, WHOLE, 5], [1, 2, 3], None])
def test_a_box_outside_its_picture_is_none(box: object) -> None:
    with pytest.raises(wire.BrokenMessage):
        orders.read_box(box)
