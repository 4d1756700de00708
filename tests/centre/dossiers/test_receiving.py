"""A dossier at a counter: received, asked for more, handed back; each with its moment on the timeline."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from minhbach.centre.dossiers.actions import moments, receiving
from minhbach.centre.dossiers.actions.receiving import Brought, Handed, Part, receipt_of
from minhbach.centre.dossiers.codes import read_scan
from minhbach.centre.dossiers.models import Component, Dossier, Event, EventKind, PaperKind, State
from minhbach.centre.footage.models import Mark
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.papers import actions as papers
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import SETUP, District
from tests.centre.dossiers.counters import CITIZEN, PARTS, dossier, handed, procedure

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def district():
    return District()


def test_a_dossier_gets_code_bar_code_and_its_moment_at_the_counter(district):
    found = dossier(district, procedure(district))
    day = f"{found.received_at.astimezone(datetime.timezone(datetime.timedelta(hours=7))):%y%m%d}"
    assert found.code == f"000A-{day}-0001"
    assert read_scan(found.scan).unit_range == found.unit.bar_code_range.number
    [event] = found.events.all()
    assert (event.kind, event.number, event.made_by) == ("received", 1, district.people["one_stop_officer"].person)
    mark = Mark.objects.get(reference=str(event.id))
    assert (mark.kind, mark.counter, mark.room, mark.right) == (
        "received", district.counters["A"], district.counters["A"].room, "playback",
    )  # fmt: skip
    assert mark.begin_us == mark.end_us == int(district.now.timestamp() * 1_000_000)


def test_no_event_and_no_mark_names_the_citizen(district):
    found = dossier(district, procedure(district))
    moments.move_on(
        SETUP,
        EventKind.SUPPLEMENT,
        dossier=found,
        counter=found.counter,
        note="Thiếu giấy chứng sinh",
        now=district.now,
    )
    said = " ".join([*Mark.objects.values_list("vi", flat=True), *Mark.objects.values_list("en", flat=True)])
    said += " ".join(Event.objects.values_list("note", flat=True))
    assert found.code in said
    assert not [word for word in (CITIZEN.name, CITIZEN.phone, CITIZEN.personal_id, "Bé") if word in said]


def test_units_number_for_themselves_and_their_ranges_differ(district):
    of = procedure(district)
    first, second, other = dossier(district, of), dossier(district, of), dossier(district, of, commune="B")
    assert [each.code.rpartition("-")[2] for each in (first, second, other)] == ["0001", "0002", "0001"]
    ranges = {read_scan(each.scan).unit_range for each in (first, second, other)}
    assert len(ranges) == 2
    assert [event.number for event in Event.objects.filter(unit=first.unit).order_by("number")] == [1, 2]


def test_what_is_refused_leaves_nothing_behind_and_no_hole_in_the_numbers(district):
    of = procedure(district)
    late = Handed(procedure=of, parts=PARTS, due_at=district.now - MINUTE)
    for brought, what, field in (
        (Brought(name=" \t"), handed(of, district.now), "name"),
        (CITIZEN, Handed(procedure=of, parts=(), due_at=district.now + MINUTE), ""),
        (CITIZEN, Handed(procedure=of, parts=[Part("\u202e", PaperKind.COPY, 1)], due_at=district.now + MINUTE), ""),
        (CITIZEN, late, "due_on"),
    ):
        with pytest.raises(NotPossible) as refused:
            receiving.receive(SETUP, counter=district.counters["A"], brought=brought, handed=what, now=district.now)
        assert refused.value.field == field
    assert not Dossier.objects.exists()
    # A row that PostgreSQL refuses after the numbers were taken gives them back.
    wrong = Handed(procedure=of, parts=[Part("Tờ khai", PaperKind.COPY, 100)], due_at=district.now + MINUTE)
    with pytest.raises(IntegrityError), transaction.atomic():
        receiving.receive(SETUP, counter=district.counters["A"], brought=CITIZEN, handed=wrong, now=district.now)
    assert dossier(district, of).code.endswith("-0001")
    assert Event.objects.get().number == 1


def test_a_procedure_of_another_area_cannot_be_received(district):
    of = procedure(district)
    with pytest.raises(NotPossible):
        dossier(district, of, commune="C")


def test_a_counter_of_a_reception_room_receives_no_dossiers(district):
    counter = district.counters["A"]
    counter.room = district.rooms["A", "reception_room"]
    counter.save()
    with pytest.raises(NotPossible):
        dossier(district, procedure(district))


def test_a_dossier_goes_from_step_to_step_and_is_handed_back_once(district):
    found = dossier(district, procedure(district))
    steps = (EventKind.SUPPLEMENT, EventKind.SUPPLEMENTED, EventKind.HANDED_BACK)
    for number, step in enumerate(steps, 1):
        moments.move_on(
            SETUP,
            step,
            dossier=found,
            counter=found.counter,
            note="giấy chứng sinh",
            now=district.now + number * MINUTE,
        )
    found.refresh_from_db()
    assert found.state == State.HANDED_BACK
    assert [event.kind for event in found.events.all()] == ["received", *steps]
    assert Mark.objects.count() == 4
    for step in steps:
        with pytest.raises(NotPossible):
            moments.move_on(SETUP, step, dossier=found, counter=found.counter, note="lần nữa", now=district.now)
    assert Mark.objects.count() == 4


def test_nobody_asks_for_more_without_saying_what_nor_at_another_units_counter(district):
    found = dossier(district, procedure(district))
    with pytest.raises(NotPossible) as refused:
        moments.move_on(SETUP, EventKind.SUPPLEMENT, dossier=found, counter=found.counter, note=" ", now=district.now)
    assert refused.value.field == "note"
    with pytest.raises(NotPossible):
        moments.move_on(SETUP, EventKind.HANDED_BACK, dossier=found, counter=district.counters["B"], now=district.now)


def test_calling_counts_for_each_counter_and_day(district):
    first, second = (moments.call_next(SETUP, counter=district.counters["A"], now=district.now) for _ in range(2))
    tomorrow = moments.call_next(SETUP, counter=district.counters["A"], now=district.now + datetime.timedelta(days=1))
    assert [first.note, second.note, tomorrow.note] == ["1001", "1002", "1001"]
    assert Mark.objects.filter(kind="called").count() == 3


def test_help_is_told_at_once_to_those_who_answer_for_the_counter(district):
    officer = district.people["one_stop_officer"]
    moments.ask_for_help(officer.person, counter=district.counters["A"], now=district.now)
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {district.people[role].person_id for role in ("commune_chairman", "service_centre_head")}
    assert Mark.objects.get().kind == "help"


@pytest.mark.parametrize("change", ["UPDATE dossiers_event SET note = 'khác'", "DELETE FROM dossiers_component"])
def test_what_happened_is_never_rewritten(district, change):
    dossier(district, procedure(district))
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_dossier_keeps_its_code_and_time_whoever_writes(district):
    found = dossier(district, procedure(district))
    for change in ({"code": "X"}, {"received_at": district.now - MINUTE}, {"scan": "0" * 16}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Dossier.objects.filter(id=found.id).update(**change)
    assert Component.objects.filter(dossier=found).count() == 2


def test_the_receipt_is_printed_once_and_stays_the_same_paper(district):
    found = dossier(district, procedure(district))
    first = receipt_of(SETUP, dossier=found, now=district.now)
    again = receipt_of(SETUP, dossier=found, now=district.now + MINUTE)
    assert first == again
    assert papers.read(first).startswith(b"%PDF-")
    assert found.code in first.title


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_get_numbers_of_their_own():
    district = District()
    of = procedure(district)

    def one(_: int) -> str:
        try:
            return dossier(district, of).code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(12)))
    assert sorted(code.rpartition("-")[2] for code in made) == [f"{number:04d}" for number in range(1, 13)]
    assert sorted(Event.objects.values_list("number", flat=True)) == list(range(1, 13))
