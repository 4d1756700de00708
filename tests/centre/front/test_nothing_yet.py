"""An office on its first day: nothing recorded, nobody came, nothing found. Every page says so and none fails."""

import pytest
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from minhbach.centre.access.guard import Guarded
from minhbach.centre.access.models import Account
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.models import Room
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import DAY, SERVES, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: What a path may name where there is nothing yet but units and rooms.
THERE = {"unit", "room"}
#: How the pages of supervision begin; the others are those of dossiers, of evidence and of the technician.
SUPERVISION = (
    "giam-sat", "phat-hien", "ve-toi", "kiem-tra", "tiep-cong-dan", "lich-tiep-cong-dan", "tieu-chuan", "nhu-cau",
    "thiet-bi/danh-muc", "lo-trinh", "quy-che", "chi-dao", "nhiem-vu", "bao-cao", "xep-hang", "thong-bao",
)  # fmt: skip
#: Files are drawn once; who sees more of them sees the same.
READERS = {"chief_of_office", "commune_chairman"}


def addresses(*begins):
    """Every page that can be asked for where nothing happened yet, by its name."""
    for each in get_resolver().url_patterns:
        if not isinstance(each, URLResolver) and isinstance(each.callback, Guarded):
            route = str(each.pattern)
            there = set(each.pattern.converters) <= THERE and "GET" in each.callback.methods
            if there and (not begins or not route or route.startswith(begins)):
                yield each.name, route


def filled(route, **values):
    for name, value in values.items():
        route = route.replace(f"<uuid:{name}>", str(value))
    return f"/{route}"


def test_every_page_of_supervision_answers_each_kind_of_user_where_nothing_happened_yet(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    district = District()
    Room.objects.update(in_service_on=DAY)
    seen = set()
    for role in SERVES:
        browser, room = signed_in(district.people[role]), district.rooms["A", "one_stop"].id
        for name, route in addresses(*SUPERVISION, "phong/<uuid:room>/tieu-chuan", "don-vi/<uuid:unit>/lich"):
            if role in READERS or not route.endswith((".pdf", ".xlsx", ".docx", ".ics")):
                answer = browser.get(filled(route, unit=district.units["A"].id, room=room))
                assert answer.status_code in (200, 302, 403, 404), (role, name, answer.status_code)
                seen |= {name} if answer.status_code == 200 else set()
    wanted = {"findings", "finding_book", "finding_book_pdf", "own_findings", "inspections", "assessments", "reports"}
    wanted |= {"reception_book", "reception_book_pdf", "reception_days", "reception_calendar_pdf", "needs", "league"}
    assert wanted <= seen


def test_a_site_of_one_administrator_and_nothing_else_answers_on_every_page():
    now = timezone.now()
    top = units.found_unit(SETUP, naming=units.NewName("Tỉnh", "91", "province"), parent=None, day=DAY)
    regulation.issue(
        unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=DAY, decision_number="1/QĐ", now=now
    )
    person = people.add_person(SETUP, details=people.PersonDetails(full_name="Người Quản Trị"), now=now)
    people.assign(
        SETUP, person=person, unit=top.id, role="system_administrator",
        decision=people.Decision(number="7/QĐ", date=DAY), begin=DAY,
    )  # fmt: skip
    account = Account.objects.create(
        person=person, username="quantri", password="!", must_change_password=False, decision_number="8/QĐ",
        opened_at=now,
    )  # fmt: skip
    browser, seen = signed_in(account), 0
    for name, route in addresses():
        if "<uuid:room>" not in route:
            answer = browser.get(filled(route, unit=top.id))
            assert answer.status_code in (200, 302, 400, 403, 404), (name, answer.status_code)
            seen += answer.status_code == 200
    assert seen > 9
