"""Where a scan leads: to the minute, to the desk, or to words that tell nothing."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.access.models import Refusal, Restriction
from minhbach.centre.dossiers import desks
from minhbach.centre.dossiers.actions import moments
from minhbach.centre.dossiers.codes import Scan, scan_digits
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.dossiers.scanning import NOT_FOUND, NOT_READ, RESTRICTED, NotLed, lead
from minhbach.centre.registry.models import CounterView
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.dossiers.counters import CITIZEN, dossier, procedure
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return District()


@pytest.fixture
def found(district):
    return dossier(district, procedure(district), now=district.now - datetime.timedelta(hours=1))


def where(district, role, text, **more):
    try:
        return lead(district.people[role], text, now=district.now, **more).url
    except NotLed as ended:
        return ended.words


def test_whoever_may_play_the_room_back_comes_to_the_counters_minute(district, found):
    begin = (found.received_at - datetime.timedelta(seconds=20)).astimezone(VIETNAM)
    room = reverse("room", args=[found.counter.room_id])
    for role in ("commune_chairman", "office_specialist", "chief_of_office", "service_centre_head"):
        assert where(district, role, found.scan) == f"{room}?luc={begin:%Y-%m-%dT%H:%M:%S}&ho-so={found.code}"
    assert where(district, "chief_of_office", f" {found.code.lower()} ") == where(
        district, "chief_of_office", found.scan
    )


def test_an_officer_comes_to_the_dossier_and_at_a_desk_everybody_who_works_there_does(district, found):
    assert where(district, "one_stop_officer", found.scan) == reverse("dossier", args=[found.id])
    for role in ("one_stop_officer", "service_centre_head"):
        at_desk = where(district, role, found.scan, desk=found.counter_id)
        assert at_desk == f"{reverse('desk', args=[found.counter_id])}?ho-so={found.id}"


def test_nobody_learns_from_the_answer_whether_the_number_was_ever_given(district, found):
    unknown = scan_digits(Scan(found.unit.bar_code_range.number, 0, 999))
    for role in ("inspector", "technician", "council_delegate", "system_administrator", "viewing_auditor"):
        assert where(district, role, found.scan) == where(district, role, unknown) == NOT_FOUND


def test_a_digit_that_was_lost_is_said_to_be_so(district, found):
    for text in (found.scan[:-1], found.scan[::-1], "abc", "1" * 16):
        assert where(district, "commune_chairman", text) == NOT_READ


def _restrict(district, found, **more):
    return Restriction.objects.create(
        room=found.counter.room,
        begins_at=found.received_at - datetime.timedelta(minutes=5),
        ends_at=found.received_at + datetime.timedelta(minutes=5),
        reference="phiên tiếp 7",
        made_at=district.now,
        **more,
    )


def test_restricted_time_leads_nowhere_but_for_its_receiver(district, found):
    _restrict(district, found, receiver=district.people["commune_chairman"].person)
    assert where(district, "chief_of_office", found.scan) == RESTRICTED
    assert where(district, "commune_chairman", found.scan).startswith("/phong/")


def test_whoever_works_with_dossiers_comes_to_the_dossier_while_its_time_is_restricted(district, found):
    assert where(district, "service_centre_head", found.scan).startswith("/phong/")
    _restrict(district, found)
    assert where(district, "service_centre_head", found.scan) == reverse("dossier", args=[found.id])
    assert where(district, "chief_of_office", found.scan) == RESTRICTED
    page = desks.dossier_page(district.people["service_centre_head"], found.id, now=district.now)
    assert page
    [told] = page.events
    assert (told.words.en, told.url) == ("Restricted", "")


def test_the_page_of_a_dossier_names_the_citizen_only_to_those_who_receive_dossiers(district, found):
    for role, named in (("one_stop_officer", True), ("service_centre_head", True), ("office_specialist", False)):
        page = desks.dossier_page(district.people[role], found.id, now=district.now)
        assert page
        assert (page.submitter is not None) is named
        assert [told.event.kind for told in page.events] == ["received"]
        assert bool(page.events[0].url) is (role != "one_stop_officer")


def test_the_page_of_a_dossier_tells_no_moment_of_restricted_time(district, found):
    later = found.received_at + datetime.timedelta(minutes=30)
    moments.move_on(SETUP, EventKind.HANDED_BACK, dossier=found, counter=found.counter, now=later)
    _restrict(district, found)
    officer = desks.dossier_page(district.people["one_stop_officer"], found.id, now=district.now)
    assert officer
    assert [told.words.en for told in officer.events] == ["Restricted", "A result was handed over"]
    assert desks.dossier_page(district.people["chief_of_office"], found.id, now=district.now) is None


def test_a_scan_that_is_not_ones_own_is_a_refusal_on_record_and_one_that_is_nobodys_is_not(district, found):
    browser = signed_in(district.people["technician"])
    unknown = scan_digits(Scan(found.unit.bar_code_range.number, 0, 999))
    answers = [browser.get(reverse("scan"), {"ma": text}) for text in (unknown, found.scan)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert CITIZEN.name not in answers[1].content.decode()
    assert Refusal.objects.filter(route="scan").count() == 1


def test_the_camera_of_the_counter_stands_out_where_one_alone_sees_it(district, found):
    seen = district.cameras["A", "one_stop"]
    CounterView.objects.create(counter=found.counter, camera=seen, valid_from=DAY)
    assert where(district, "office_specialist", found.scan).endswith(f"&camera={seen.id}")
    CounterView.objects.create(counter=found.counter, camera=district.cameras["A", "reception_room"], valid_from=DAY)
    assert "camera=" not in where(district, "office_specialist", found.scan)
