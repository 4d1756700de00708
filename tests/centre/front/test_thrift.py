"""What the pages of every day ask of the database: no more for many rows than for few; of a plain list at most 20."""

import datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.front.digest import digest
from minhbach.centre.oversight.actions import inspections, visits
from minhbach.centre.oversight.models import Finding, Inspection, InspectionKind
from minhbach.centre.reception.models import MissedDay, MissedStep
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import day_of
from tests.centre.access.district import DAY, SERVES, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(days=1)
MOST = 20
#: Plain lists; every other page is made of parts, each of which asks for itself: what counts is that none grows.
PLAIN = ("findings", "notices")
TERMS = ("read_by", "explain_by", "conclude_by", "correct_by")
#: Who opens which page; `start` is opened by everybody.
READERS = {
    "findings": ("commune_chairman", "chief_of_office", "chief_inspector"),
    "inspections": ("inspector", "office_specialist", "area_chairman"),
    "reception_days": ("commune_chairman", "inspector", "area_chairman"),
    "needs": ("technician", "chief_of_office", "area_chairman"),
    "notices": ("commune_chairman", "area_chairman"),
}


@pytest.fixture
def district(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    made = District()
    Room.objects.update(in_service_on=DAY)
    return made


def commune(district: District, name: str) -> None:
    """One more commune of the first area, with its rooms and cameras."""
    naming = units.NewName(f"Xã {name}", f"000{name}", "commune")
    district.units[name] = units.found_unit(SETUP, naming=naming, parent=district.units["top"].id, day=DAY)
    district._furnish(name)
    Room.objects.update(in_service_on=DAY)


def lived(district: District, name: str, number: int) -> None:
    """In a commune: a finding that waits, a reception day that was missed, a visit that is planned, an inspection."""
    before, people = district.now - 9 * ONE_DAY, district.people
    one_stop, reception = district.rooms[name, "one_stop"], district.rooms[name, "reception_room"]
    end_us = round(before.timestamp()) * 1_000_000
    Finding.objects.create(
        unit=district.units[name], room=one_stop, year=before.year, number=number, begin_us=end_us - 60_000_000,
        end_us=end_us, situation="other", situation_vi="Khác", situation_en="Other", source="footage",
        found_at=before, found_by=people["office_specialist"].person,
        **{term: before + more * ONE_DAY for more, term in enumerate(TERMS, 1)},
    )  # fmt: skip
    missed = MissedDay.objects.create(
        unit=district.units[name], room=reception, day=day_of(before) - number * ONE_DAY, found_at=before
    )
    MissedStep.objects.create(
        missed=missed, kind="explained", code="ill", vi="Ốm", en="Ill", at=before + ONE_DAY,
        by=people["commune_chairman"].person,
    )  # fmt: skip
    specialist = people["office_specialist"]
    visits.plan_visit(
        specialist, room=one_stop.id, visitor=specialist.person_id, day=day_of(district.now) + number * ONE_DAY,
        now=district.now,
    )  # fmt: skip
    member = people["inspection_member"].person_id
    ordered = inspections.Ordered(
        kind=InspectionKind.SURPRISE, subject="Giờ giấc", decision_number=f"{number}/QĐ-TTr", team=[member],
        leader=member, begin=district.now, end=district.now + ONE_DAY, rooms=[one_stop.id],
    )  # fmt: skip
    inspections.open_inspection(people["area_chairman"], ordered=ordered, now=district.now)


def asked(act) -> int:
    """How many questions it takes, once the process knows what it learns once."""
    act()
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def costs(district: District) -> dict[str, int]:
    """By page and reader."""
    found: dict[str, int] = {}
    first = Finding.objects.earliest("number")
    one = Inspection.objects.earliest("opened_at")
    wanted: list[tuple[str, str, tuple[UUID, ...]]] = [("start", role, ()) for role in SERVES]
    wanted += [(name, role, ()) for name, roles in READERS.items() for role in roles]
    wanted += [("finding", role, (first.id,)) for role in ("commune_chairman", "chief_of_office")]
    wanted += [("inspection", role, (one.id,)) for role in ("area_chairman",)]
    for name, role, args in wanted:
        browser, where = signed_in(district.people[role]), reverse(name, args=args)
        assert browser.get(where).status_code == 200, (name, role)
        found[f"{name} {role}"] = asked(lambda browser=browser, where=where: browser.get(where))
    for role in ("commune_chairman", "area_chairman"):
        found[f"digest {role}"] = asked(
            lambda role=role: digest(district.people[role], now=district.now, site="https://minhbach.example")
        )
    return found


def test_the_pages_of_every_day_ask_as_little_of_many_units_and_rows_as_of_few(district):
    # More than a page shows at once: what lies behind that is counted, which is one question more.
    for number, name in enumerate("AB" * 5, 1):
        lived(district, name, number)
    # Whoever opens a finding of theirs has read it, and who did is asked for from then on.
    head = signed_in(district.people["commune_chairman"])
    assert head.get(reverse("finding", args=[Finding.objects.earliest("number").id])).status_code == 200
    few = costs(district)
    for name in "DEF":
        commune(district, name)
    for number, name in enumerate("ABDEFDEF", 11):
        lived(district, name, number)
    many = costs(district)
    grown = {page: (few[page], count) for page, count in many.items() if count > few[page]}
    assert not grown, grown
    dear = {page: count for page, count in many.items() if count > MOST and page.startswith(PLAIN)}
    assert not dear, dear
