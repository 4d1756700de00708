"""The numbers of a dossier: its code for people, and the digits of its bar code for scanners.

A scanner that types like a keyboard passes through Telex and VNI, which rewrite letters: so bar codes hold digits only.
The sixteen digits are a kind, the range of the unit (5), the box that numbered (2), a running number (7) and a check
digit after Damm, which finds every wrong digit and every two neighbours swapped. They say nothing about a person.

    NotACode    what was typed or scanned is no bar code of this system; try again
"""

import datetime
from dataclasses import dataclass

#: The first digit of a dossier's bar code; other kinds of paper get other digits.
DOSSIER = 1
LENGTH = 16
MOST_RANGES, MOST_BOXES, MOST_NUMBERS = 99_999, 99, 9_999_999
#: H. M. Damm, Total anti-symmetrische Quasigruppen (2004): the order-10 quasigroup.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class NotACode(Exception):
    """These characters are no bar code of this system, or one digit was lost on the way."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the digits of a dossier's bar code say: whose range, which box, the how-manieth."""

    unit_range: int
    box: int
    number: int


def check_digit(digits: str) -> int:
    """The digit after which the whole is without remainder."""
    rest = 0
    for digit in digits:
        rest = int(_DAMM[rest][int(digit)])
    return rest


def scan_digits(scan: Scan) -> str:
    """The sixteen digits of a bar code. ValueError where a number does not fit its place."""
    if not (0 < scan.unit_range <= MOST_RANGES and 0 <= scan.box <= MOST_BOXES and 0 < scan.number <= MOST_NUMBERS):
        raise ValueError(f"no bar code for {scan}")
    body = f"{DOSSIER}{scan.unit_range:05d}{scan.box:02d}{scan.number:07d}"
    return f"{body}{check_digit(body)}"


def read_scan(text: str) -> Scan:
    """What somebody scanned, or typed with spaces between. Raises NotACode."""
    digits = "".join(text.split())
    # str.isdigit takes digits of every script: a scanner sends none of those.
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        raise NotACode(f"{len(digits)} characters")
    if int(digits[0]) != DOSSIER or check_digit(digits):
        raise NotACode("check digit")
    return Scan(int(digits[1:6]), int(digits[6:8]), int(digits[8:15]))


def spaced(digits: str) -> str:
    """The digits in fours, as people read them aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def dossier_code(unit_code: str, day: datetime.date, number: int) -> str:
    """The code of a dossier (Thông tư 01/2018/TT-VPCP, article 19): unit, day of receipt, number of that day."""
    return f"{unit_code}-{day:%y%m%d}-{number:04d}"
