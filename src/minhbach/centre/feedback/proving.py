"""Whether somebody from outside holds what they speak of: a receipt, or the slip of a complaint.

Promises that a wrong number and a wrong secret read the same, are compared in the same time, and are counted against
the address and against the number.
"""

import datetime
from secrets import compare_digest

from minhbach.centre.dossiers.codes import NotACode, read_scan
from minhbach.centre.dossiers.models import Dossier, UnitRange
from minhbach.centre.feedback import throttling
from minhbach.centre.feedback.models import Petition
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

NOT_READ = Words(
    "Không đọc được mã này: thiếu hoặc sai chữ số. Hãy nhập lại 16 chữ số dưới mã vạch.",
    "This code cannot be read: a digit is missing or wrong. Type the 16 digits below the bar code again.",
)
WRONG = Words(
    "Mã hồ sơ và mã tra cứu không khớp nhau. Hãy xem lại trên giấy tiếp nhận.",
    "Code and look-up code do not belong together. Look again on the receipt.",
)
WRONG_SLIP = Words(
    "Mã phản ánh và mã tra cứu không khớp nhau. Hãy xem lại.", "Number and look-up code do not belong together."
)
_NOTHING = "------"


def receipt_in_hand(scan: str, secret: str, *, address: str, now: datetime.datetime) -> Dossier:
    """The dossier whose receipt says both. Raises NotPossible, TooOften."""
    try:
        read = read_scan(scan[:40])
    except NotACode:
        raise NotPossible(NOT_READ, "scan") from None
    digits = "".join(scan.split())
    _demand(digits, address, now)
    unit = UnitRange.objects.filter(number=read.unit_range).values_list("unit", flat=True).first()
    found = Dossier.objects.filter(unit=unit, scan=digits).select_related("counter__room").first() if unit else None
    if not _same(found.lookup_secret if found else "", secret) or found is None:
        _note(digits, address, now)
        raise NotPossible(WRONG, "secret")
    return found


def slip_in_hand(code: str, secret: str, *, address: str, now: datetime.datetime) -> Petition:
    """The complaint whose slip says both. Raises NotPossible, TooOften."""
    digits = "".join(code.split())[:20]
    _demand(digits, address, now)
    found = Petition.objects.filter(code=digits).select_related("room").first()
    if not _same(found.lookup_secret if found else "", secret) or found is None:
        _note(digits, address, now)
        raise NotPossible(WRONG_SLIP, "secret")
    return found


def _same(true: str, said: str) -> bool:
    typed = "".join(said.split())[:20]
    return compare_digest((true or _NOTHING).encode(), typed.encode())


def _demand(digits: str, address: str, now: datetime.datetime) -> None:
    throttling.demand(throttling.WRONG_FROM, address, now=now)
    throttling.demand(throttling.WRONG_OF, digits, now=now)


def _note(digits: str, address: str, now: datetime.datetime) -> None:
    throttling.note(throttling.WRONG_FROM, address, now=now)
    throttling.note(throttling.WRONG_OF, digits, now=now)
