"""No page of a monthly report asks the database more than twenty questions, whoever reads it, however it stands."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.feedback.models import Score
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.publishing.reading import figures_of
from minhbach.centre.regulation.models import Supervision
from tests.centre.people import signed_in
from tests.centre.publishing.doing import page, put, step, who
from tests.centre.publishing.month import Month, at, us
from tests.centre.publishing.undone import Undone

D = datetime.date
MOST = 20


@pytest.fixture
def month(db):
    """With something behind most figures, more than a page of what was left undone, and a supervision that moved."""
    made = Month()
    made.record(at(D(2026, 3, 1), 0), at(D(2026, 3, 4), 0), (at(D(2026, 3, 2), 23), at(D(2026, 3, 3), 2)))
    for number in range(1, 8):
        Undone(made, number).more()
        made.dossier(D(2026, 3, 3), 8 + number / 10, back_after_days=9, score=Score.SATISFIED)
        LegalHold.objects.create(
            room=made.room, begin_us=us(at(D(2026, 3, 1), number)), end_us=us(at(D(2026, 3, 1), number + 1)),
            reason="Vụ việc", origin="finding", asked_at=at(D(2026, 3, 3), number),
        )  # fmt: skip
    of = made.district.units
    for room_type in ("reception_room", "one_stop"):
        Supervision.objects.create(
            body=of["office" if room_type == "reception_room" else "inspectorate"], area=of["A"], room_type=room_type,
            valid_from=D(2026, 3, 2), decision_number="9/QĐ",
        )  # fmt: skip
    made.draft()
    return made


def asked(month, role, name, *args):
    """How many questions the page asks, once the process knows what it learns once."""
    browser, where = signed_in(who(month, role)), reverse(name, args=args)
    assert browser.get(where).status_code == 200, (role, where)
    with CaptureQueriesContext(connection) as queries:
        browser.get(where)
    return len(queries)


def of(month, name, kind):
    return Report.objects.get(unit=month.district.units[name], kind=kind)


def pages(month):
    """Of each kind of report: who reads it, and in which state."""
    own, whole = of(month, "A", "operates"), of(month, "top", "leads")
    seen = of(month, "inspectorate", "supervises_reception_room")
    yield (
        "drafted",
        (("commune_chairman", own), ("chief_inspector", seen), ("inspector", seen), ("area_chairman", whole)),
    )
    put(month, own)
    for row, role in ((own, "commune_chairman"), (seen, "chief_inspector"), (whole, "area_chairman")):
        step(month, row, role, StepKind.SIGNED)
    yield "signed", (("service_centre_head", own), ("chief_inspector", seen), ("area_chairman", whole))
    step(month, own, "commune_chairman", StepKind.SENT)
    step(month, seen, "inspector", StepKind.SENT)
    yield "sent", (("chief_of_office", own), ("area_chairman", own), ("area_chairman", seen), ("commune_chairman", own))
    step(month, own, "chief_of_office", StepKind.RETURNED, words="Thiếu")
    yield "returned", (("chief_of_office", own), ("commune_chairman", own))


def test_no_page_of_a_report_asks_more_than_twenty_questions(month):
    found: dict[tuple[str, ...], int] = {}
    for state, read in pages(month):
        for role, row in read:
            found[state, role, row.kind] = asked(month, role, "report", row.id)
            if state == "drafted" and row.kind != "operates":
                found[state, role, row.kind, "units"] = asked(month, role, "report_units", row.id)
            if state == "drafted":
                found[state, role, row.kind, "text"] = asked(month, role, "report_text", row.id, "shortcomings")
            found[state, role, "list"] = asked(month, role, "reports")
    assert {key: count for key, count in found.items() if count > MOST} == {}


@pytest.mark.parametrize(
    ("role", "name", "kind"),
    [
        ("commune_chairman", "A", "operates"),
        ("area_chairman", "top", "leads"),
        ("chief_inspector", "inspectorate", "supervises_reception_room"),
        ("office_specialist", "office", "supervises_one_stop"),
    ],
)
def test_no_page_of_a_figure_asks_more_than_twenty_questions(month, role, name, kind):
    row = of(month, name, kind)
    found = {code: asked(month, role, "report_figure", row.id, code) for code in figures_of(row)}
    assert {code: count for code, count in found.items() if count > MOST} == {}


def test_the_list_of_reports_asks_as_little_for_any_number_of_them(month):
    assert page(month, "area_chairman", "reports").status_code == 200
    few = asked(month, "area_chairman", "reports")
    month.draft(D(2026, 4, 20))
    assert asked(month, "area_chairman", "reports") == few <= MOST
