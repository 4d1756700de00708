"""Who leads the communes of the demo: those with an account to sign in with, and for the others somebody new.

They receive citizens, sign and score; the first part of the past that needs them appoints them.
"""

import datetime
from collections.abc import Iterator
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Assignment, UnitName
from minhbach.demo.district import places

ROLE = "commune_chairman"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN = ("Văn Hưng", "Thị Mai", "Đức Toàn", "Thị Hồng Vân", "Quốc Đạt", "Minh Châu", "Hữu Phước", "Thị Ngọc Diệp")
_BEFORE = datetime.timedelta(days=59)


def chairmen(now: datetime.datetime) -> dict[UUID, Account]:
    """The account of each commune's chairman, by unit."""
    posts = Assignment.objects.filter(role=ROLE).select_related("person__account")
    found = {post.unit_id: post.person.account for post in posts}
    names = _names()
    for name in places.COMMUNES:
        unit = unit_called(places.commune(name))
        if unit not in found:
            found[unit] = appoint(next(names), unit, ROLE, "Chủ tịch UBND xã", now)
    return found


def unit_called(name: str) -> UUID:
    """The unit of that name."""
    found: UUID = UnitName.objects.filter(name=name).values_list("unit", flat=True)[0]
    return found


def appoint(name: str, unit: UUID, role: str, title: str, now: datetime.datetime) -> Account:
    """Somebody new in the role, two months ago."""
    since = now - _BEFORE
    who = System("bản chạy thử")
    person = people.add_person(who, details=people.PersonDetails(full_name=name), now=since)
    people.assign(
        who, person=person, unit=unit, role=role, title=title, begin=since.date(),
        decision=people.Decision(number="96/QĐ-UBND", date=since.date()),
    )  # fmt: skip
    # Without a password: nobody signs in as them, and nothing is computed for one.
    return Account.objects.create(
        person=person, username=f"ky.{unit.hex[-10:]}", password="!", must_change_password=False,
        decision_number="96/QĐ-UBND", opened_at=since,
    )  # fmt: skip


def _names() -> Iterator[str]:
    for number in range(len(_FAMILY) * len(_GIVEN)):
        yield f"{_FAMILY[number % len(_FAMILY)]} {_GIVEN[number * 3 % len(_GIVEN)]}"
