"""Numbers of dossiers: what scanners type, and what is printed for them."""

import datetime
import io
import json

import pytest
import typst
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from minhbach.centre.dossiers import bars, receipt
from minhbach.centre.dossiers.codes import (
    LENGTH,
    NotACode,
    Scan,
    check_digit,
    dossier_code,
    read_scan,
    scan_digits,
    spaced,
)
from minhbach.centre.dossiers.deadlines import due_at
from minhbach.centre.papers import printing
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Hours

#: A Tuesday and a Saturday.
DAY_OFF, MADE_UP = datetime.date(2026, 11, 24), datetime.date(2026, 8, 22)
scans = st.builds(Scan, st.integers(1, 99_999), st.integers(0, 99), st.integers(1, 9_999_999))
WEEK = Calendar(
    Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00"))), {DAY_OFF: "holiday", MADE_UP: "makeup"}
)


@given(scans)
def test_what_is_printed_is_read_again_with_or_without_spaces(scan):
    digits = scan_digits(scan)
    assert len(digits) == LENGTH
    assert read_scan(digits) == read_scan(f" {spaced(digits)}\r\n") == scan


@given(scans, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_a_wrong_digit_is_no_code(scan, place, more):
    digits = scan_digits(scan)
    wrong = f"{digits[:place]}{(int(digits[place]) + more) % 10}{digits[place + 1 :]}"
    with pytest.raises(NotACode):
        read_scan(wrong)


def test_two_neighbours_swapped_change_the_check_digit_whatever_stands_before():
    swapped = [
        (before, a, b)
        for before in range(10)
        for a in range(10)
        for b in range(10)
        if a != b and check_digit(f"{before}{a}{b}") == check_digit(f"{before}{b}{a}")
    ]
    assert swapped == []


@given(st.text(max_size=40))
def test_whatever_else_is_typed_is_no_code(text):
    if not (len("".join(text.split())) == LENGTH and text.isascii()):
        with pytest.raises(NotACode):
            read_scan(text)


@pytest.mark.parametrize(
    "wrong", [Scan(0, 0, 1), Scan(100_000, 0, 1), Scan(1, 100, 1), Scan(1, 0, 0), Scan(1, 0, 10**7)]
)
def test_a_number_that_does_not_fit_its_place_gets_no_bar_code(wrong):
    with pytest.raises(ValueError, match="no bar code"):
        scan_digits(wrong)


def test_a_dossier_is_called_by_unit_day_and_number_of_that_day():
    assert dossier_code("H81.01", datetime.date(2026, 11, 22), 7) == "H81.01-261122-0007"


@given(scans)
def test_bars_follow_the_standard_in_modules_and_check_symbol(scan):
    widths = bars.code_128(scan_digits(scan))
    # Start, eight pairs and the check symbol of eleven modules each, and a stop of thirteen.
    assert sum(widths) == 10 * 11 + 13
    assert len(widths) == 10 * 6 + 7
    assert all(1 <= width <= 4 for width in widths)


def test_bars_take_pairs_of_digits_alone():
    for wrong in ("", "123", "12a4", "١٢"):
        with pytest.raises(ValueError, match="pairs"):
            bars.code_128(wrong)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-13T08:02", 3, "2026-11-18T08:02"),  # Friday; the weekend is not counted
        ("2026-11-20T08:02", 3, "2026-11-26T08:02"),  # nor is a holiday on a Tuesday
        ("2026-11-24T08:02", 0, "2026-11-25T17:00"),  # handed in on one
        ("2026-08-21T08:02", 2, "2026-08-24T08:02"),  # a Saturday that is worked counts
        ("2026-08-22T08:02", 0, "2026-08-22T17:00"),
        ("2026-11-22T10:00", 1, "2026-11-23T10:00"),  # on a Sunday
        ("2026-11-19T14:59", 0, "2026-11-19T17:00"),
        ("2026-11-19T15:00", 0, "2026-11-20T17:00"),
        ("2026-11-20T15:30", 0, "2026-11-23T17:00"),
    ],
)
def test_a_result_is_due_that_many_working_days_later(received, days, due):
    at = datetime.datetime.fromisoformat(received).replace(tzinfo=VIETNAM)
    assert due_at(at, days, WEEK) == datetime.datetime.fromisoformat(due).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize("copy", [0, 1])
def test_a_printed_receipt_is_read_by_a_scanner(receipt_pages, copy):
    digits, pages = receipt_pages
    picture = Image.open(io.BytesIO(pages[copy])).convert("L")
    assert {(found.format, found.text) for found in zxingcpp.read_barcodes(picture)} == {
        (zxingcpp.BarcodeFormat.Code128, digits), (zxingcpp.BarcodeFormat.QRCode, digits),
    }  # fmt: skip


@pytest.fixture(scope="module")
def receipt_pages():
    """The digits, and both copies of a receipt as a printer of 200 dots an inch would draw them."""
    digits = scan_digits(Scan(17, 0, 1234))
    at = datetime.datetime(2026, 11, 20, 8, 2, tzinfo=VIETNAM)
    texts = (
        "above",
        "unit",
        "number",
        "place_and_date",
        "code",
        "from",
        "personal_id",
        "address",
        "phone",
        "procedure",
    )
    values: dict[str, object] = dict.fromkeys(
        (*texts, "term", "received", "due", "return_by", "counter", "officer", "title"), "Ễ"
    )
    drawn = receipt.drawn_from(digits) | {"section": ["Ễ", "Ộ"], "copies": ["1", "2"], "sets": 1}
    values |= drawn | {"components": [{"name": "#sys.exit \\ *", "kind": "Bản sao", "copies": 1}] * 6}
    assert receipt.printed(values, at=at).startswith(b"%PDF-")
    pages = typst.compile(
        str(receipt.FORM), root=str(printing.CENTRE), font_paths=[str(printing.FONTS)], ignore_system_fonts=True,
        format="png", ppi=200.0, sys_inputs={"values": json.dumps(values)},
    )  # fmt: skip
    return digits, pages
