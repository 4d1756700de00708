"""The strip of a copy: whoever receives it stands there whole, however long the name, within the picture's width."""

import numpy as np
import pytest
from numpy.typing import NDArray

from minhbach.centre.evidence.copies.plates import plate

TITLE = "BẢN SAO LÀM VIỆC / WORKING COPY · Trích xuất số {number}"
CAMERA = "Quầy tiếp nhận và trả kết quả số 4, nhìn từ phía công chức"
RECEIVER = "Thượng tá Nguyễn Trần Hoàng Phương Thảo, Phó Thủ trưởng Cơ quan Cảnh sát điều tra"
BODY = "Phòng Cảnh sát điều tra tội phạm về tham nhũng, kinh tế, buôn lậu, môi trường, Công an tỉnh Hòa {name}"
SIZES = [(320, 180), (640, 360), (1920, 1080)]


def band(width: int, height: int, *, name: str, number: str = "12/2026") -> NDArray[np.uint8]:
    """The strip of a copy for that body."""
    made = plate(
        width, height, title=TITLE.format(number=number), details=f"{CAMERA} · {RECEIVER}, {BODY.format(name=name)}"
    )
    assert made.height % 2 == 0
    return np.frombuffer(made.band, np.uint8).reshape(made.height, made.width)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_last_word_of_a_long_receiver_and_the_number_are_in_the_picture(width: int, height: int) -> None:
    here = band(width, height, name="Giang")
    assert not np.array_equal(here, band(width, height, name="Sang."))
    assert not np.array_equal(here, band(width, height, name="Giang", number="13/2026"))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_runs_out_of_the_strip_nor_over_the_clock(width: int, height: int) -> None:
    made = plate(width, height, title=TITLE.format(number="1"), details=f"{CAMERA} · {RECEIVER}, {'W' * 200}")
    rows = np.frombuffer(made.band, np.uint8).reshape(made.height, made.width)
    dark = rows[0, 0]
    assert (rows[:, -2:] == dark).all()
    assert (rows[-1] == dark).all()
    clock = sum(made.letters[letter][0] for letter in "00:00:00.000 00/00/0000")
    assert (rows[made.top : made.top + made.letter_height, made.left : made.left + clock] == dark).all()


def test_what_fits_takes_no_more_room_than_before() -> None:
    made = plate(1920, 1080, title=TITLE.format(number="1"), details="Quầy 4 · Trung tá Hùng, Công an xã A")
    assert made.height == 126
