"""Papers are the same bytes for the same values, found by their hash, and never changed unnoticed."""

import datetime
from pathlib import Path

import pytest

from minhbach.centre.papers import printing
from minhbach.centre.papers.store import PaperLost, Store
from minhbach.centre.registry import signs
from minhbach.centre.registry.models import Room

AT = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


def test_what_is_kept_is_found_by_its_hash(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.keep(b"paper")
    assert store.keep(b"paper") == digest
    assert store.read(digest) == b"paper"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]


def test_a_kept_file_that_was_changed_is_not_handed_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.keep(b"paper")
    (tmp_path / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(PaperLost):
        store.read(digest)
    with pytest.raises(PaperLost):
        store.read("0" * 64)


def sign_of(name: str) -> dict[str, object]:
    room = Room(name=name, room_type="one_stop", purpose="Giám sát", legal_basis="Luật 91/2025/QH15")
    return signs.content(room, signs.SignFacts(number=1, unit="Xã Mộc Xuyên", days=30, sound=True), AT.date())


def test_the_same_values_make_the_same_bytes() -> None:
    assert signs.printed(sign_of("Một cửa"), at=AT) == signs.printed(sign_of("Một cửa"), at=AT)


def test_every_vietnamese_letter_is_in_the_fonts_of_papers() -> None:
    pdf = signs.printed(sign_of(LETTERS + LETTERS.upper()), at=AT)
    assert pdf.startswith(b"%PDF-")
    assert b"Libertinus" not in pdf


def test_what_somebody_writes_into_a_name_stays_text() -> None:
    name = '#panic("x") *đậm* $x$ #read("/etc/passwd")'
    assert signs.printed(sign_of(name), at=AT).startswith(b"%PDF-")


@pytest.mark.parametrize("strange", ["😀", "\U000edc98", "\ud800", "漢"])
def test_a_letter_that_no_font_has_costs_nobody_their_paper(strange: str) -> None:
    name = f"Một cửa {strange}"
    assert signs.printed(sign_of(name), at=AT) == signs.printed(sign_of(f"Một cửa {printing.BOX}"), at=AT)


def test_a_machine_without_the_fonts_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(printing, "FONTS", tmp_path)
    with pytest.raises(printing.NotPrinted, match="set up this machine"):
        signs.printed(sign_of("Một cửa"), at=AT)
