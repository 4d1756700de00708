"""Sessions of reception: opened, closed, marked as a denunciation, and opened again by two people."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.actions.grants import Terms, grant_for
from minhbach.centre.access.actions.purposes import open_purpose
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused, open_viewing
from minhbach.centre.access.deciding import decide, standing_of
from minhbach.centre.access.models import Grant, Restriction
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.fabric import keys
from minhbach.centre.footage.actions import holds
from minhbach.centre.footage.actions.marks import Moment
from minhbach.centre.footage.models import LegalHold, Mark
from minhbach.centre.footage.models.orders import HoldOrigin
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.reception.actions import ending, restricting, sessions
from minhbach.centre.reception.models import Reopening, Session, SessionEvent
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
#: As both profiles have it.
LONGEST = datetime.timedelta(hours=12)


@pytest.fixture
def district():
    return District()


@pytest.fixture
def footage(monkeypatch):
    """As if every camera had a log that is still on its way: what may be there is held."""
    monkeypatch.setattr(
        holds,
        "_with_footage",
        lambda room, cameras, begin, end: list(Camera.objects.filter(room=room).select_related("recorder")),
    )


def officer(district):
    return district.people["reception_officer"]


def room_of(district):
    return district.rooms["A", "reception_room"]


def opened(district, at=None, people=3):
    return sessions.open_session(
        officer(district).person, room=room_of(district), kind="regular", people=people, now=at or district.now
    )


def closed(district, begin=None, minutes=20):
    begin = begin or district.now - 60 * MINUTE
    return sessions.close_session(
        officer(district).person, session=opened(district, begin), now=begin + minutes * MINUTE
    )


def closed_to(district, role, at):
    spans = closed_spans(
        standing_of(district.people[role], now=district.now), Right.PLAYBACK, [room_of(district).id], at, at + MINUTE
    )
    return bool(spans)


def test_a_session_is_a_mark_on_the_timeline_that_becomes_its_stretch(district):
    session = opened(district)
    [mark] = Mark.objects.all()
    assert (mark.kind, mark.begin_us, mark.room) == (Moment.SESSION, mark.end_us, room_of(district))
    sessions.close_session(officer(district).person, session=session, now=district.now + 20 * MINUTE)
    [mark] = Mark.objects.filter(withdrawn_at__isnull=True)
    assert mark.end_us - mark.begin_us == 20 * 60 * 1_000_000
    assert mark.vi == f"Buổi tiếp công dân 1/{session.year}: 3 người"
    assert [event.kind for event in session.events.all()] == ["opened", "closed"]


def test_a_room_has_one_open_session_and_numbers_run_through_the_year(district):
    first = opened(district)
    with pytest.raises(NotPossible):
        opened(district)
    sessions.close_session(officer(district).person, session=first, now=district.now + MINUTE)
    with pytest.raises(NotPossible):
        sessions.close_session(officer(district).person, session=first, now=district.now + 2 * MINUTE)
    assert opened(district, district.now + 3 * MINUTE).number == first.number + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            unit=first.unit, year=first.year, number=99, room=first.room, kind="regular", people=1,
            received_by=first.received_by, opened_at=district.now,
        )  # fmt: skip


@pytest.mark.parametrize(("kind", "people"), [("regular", 0), ("regular", 501), ("party", 1)])
def test_what_cannot_be_is_refused_and_leaves_nothing(district, kind, people):
    with pytest.raises(NotPossible):
        sessions.open_session(
            officer(district).person, room=room_of(district), kind=kind, people=people, now=district.now
        )
    assert not Session.objects.exists()
    with pytest.raises(NotPossible):
        sessions.open_session(
            officer(district).person, room=district.rooms["A", "one_stop"], kind="regular", people=1, now=district.now
        )


def test_who_came_is_counted_when_it_is_over_and_never_after(district):
    head, room = district.people["commune_chairman"].person, room_of(district)
    with pytest.raises(NotPossible, match="0 on a reception day"):
        opened(district, people=0)
    session = sessions.open_session(head, room=room, kind="scheduled", people=0, now=district.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Session.objects.update(people=4)
    for wrong in (-1, 501):
        with pytest.raises(NotPossible):
            sessions.close_session(head, session=session, people=wrong, now=district.now + MINUTE)
    sessions.close_session(head, session=session, people=14, now=district.now + MINUTE)
    assert Session.objects.get().people == 14
    assert Mark.objects.get(withdrawn_at__isnull=True).vi.endswith(": 14 người")
    with pytest.raises(DatabaseError), transaction.atomic():
        Session.objects.update(people=15)
    other = opened(district, district.now + 2 * MINUTE)
    with pytest.raises(NotPossible):
        sessions.close_session(head, session=other, people=0, now=district.now + 3 * MINUTE)
    assert sessions.close_session(head, session=other, now=district.now + 3 * MINUTE).people == 3


def test_the_page_and_the_api_ask_again_how_many_came(district):
    browser, first = signed_in(officer(district)), opened(district, district.now - MINUTE)
    page = browser.get(reverse("session", args=[first.id])).content.decode()
    assert 'name="people" type="number" inputmode="numeric" min="0" max="500" value="3"' in page
    for wrong in ("0", "nhiều", "501"):
        answer = browser.post(reverse("session_close", args=[first.id]), {"people": wrong}, follow=True)
        assert "Số người từ 1 đến 500" in answer.content.decode(), wrong
    browser.post(reverse("session_close", args=[first.id]), {"people": "14"})
    assert Session.objects.get().people == 14
    other = opened(district, district.now + MINUTE)
    close = f"/api/sessions/{other.id}/close"
    assert browser.post(close, {"people": 0}, content_type="application/json").status_code == 409
    assert browser.post(close, {"people": 9}, content_type="application/json").json()["people"] == 9


def test_the_receiver_sees_the_room_while_the_session_lasts_and_not_after(district):
    place = place_of_room(room_of(district).id, district.now)

    def sees(at):
        return decide(officer(district), Right.LIVE, place, now=at).allowed

    assert not sees(district.now)
    session = opened(district)
    assert sees(district.now + MINUTE)
    assert not decide(officer(district), Right.PLAYBACK, place, now=district.now + MINUTE).allowed
    sessions.close_session(officer(district).person, session=session, now=district.now + 2 * MINUTE)
    assert not sees(district.now + 3 * MINUTE)
    assert {grant.granted_by for grant in Grant.objects.all()} == {district.people["commune_chairman"].person}


def test_the_receiver_looks_back_at_their_own_session_and_at_nothing_beside_it(district, settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    keys.ensure(tmp_path / "keys")
    session = closed(district)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    camera = district.camera("A", "reception_room")
    asker = Asker(officer(district), session="0" * 64)
    purpose = open_purpose(
        officer(district), text="Viết biên bản buổi tiếp", reference="", rooms=[room_of(district).id], now=district.now
    ).id

    def plays(begin, end, sound=True):
        return open_viewing(
            asker, kind="playback", cameras=[camera], begin=begin, end=end,
            sound=sound, purpose=purpose, now=district.now,
        )  # fmt: skip

    whole = plays(session.opened_at - 5 * MINUTE, session.closed_at + 5 * MINUTE)
    assert (whole.begin, whole.end, whole.sound) == (session.opened_at, session.closed_at, True)
    for begin, end in (
        (session.opened_at - 5 * MINUTE, session.opened_at - MINUTE),
        (session.closed_at + MINUTE / 60, session.closed_at + MINUTE / 30),
    ):
        with pytest.raises(ViewingRefused):
            plays(begin, end)
    with pytest.raises(ViewingRefused):
        open_viewing(asker, kind="live", cameras=[camera], now=district.now)
    later = district.now + datetime.timedelta(days=40)
    assert not decide(officer(district), Right.PLAYBACK, place_of_room(room_of(district).id, later), now=later).allowed


def test_a_stretch_that_is_granted_takes_nothing_from_whom_a_post_lets_see_all(district):
    session = closed(district)
    chairman = district.people["commune_chairman"]
    terms = Terms(
        person=chairman.person_id, rights=frozenset({Right.PLAYBACK}), rooms=frozenset({room_of(district).id}),
        begin=district.now, end=district.now + MINUTE, decision_number="1/QĐ",
        footage=(session.opened_at, session.closed_at),
    )  # fmt: skip
    grant_for("tests", terms=terms, granted_by=officer(district).person_id, now=district.now)
    standing = standing_of(chairman, now=district.now)
    day = (session.opened_at - 600 * MINUTE, session.closed_at)
    assert closed_spans(standing, Right.PLAYBACK, [room_of(district).id], *day) == {}


def test_who_leads_the_unit_receives_without_a_grant(district):
    sessions.open_session(
        district.people["commune_chairman"].person, room=room_of(district), kind="scheduled", people=1, now=district.now
    )
    assert not Grant.objects.exists()


def test_the_head_receives_on_a_reception_day_also_where_the_officer_opens_the_session(district):
    head, room = district.people["commune_chairman"].person, room_of(district)
    with pytest.raises(NotPossible) as refused:
        sessions.open_session(officer(district).person, room=room, kind="scheduled", people=1, now=district.now)
    assert refused.value.field == "received_by"
    for role in ("inspector", "one_stop_officer", "technician"):
        with pytest.raises(NotPossible, match="is oneself"):
            sessions.open_session(
                officer(district).person, room=room, kind="regular", people=1, now=district.now,
                received_by=district.people[role].person_id,
            )  # fmt: skip
    assert not Session.objects.exists()
    made = sessions.open_session(
        officer(district).person, room=room, kind="scheduled", people=1, now=district.now, received_by=head.id
    )
    assert (made.received_by, made.events.get().made_by) == (head, officer(district).person)
    assert not Grant.objects.exists()  # who leads the unit needs none, and who opened the session did not receive


def test_the_page_and_the_api_ask_who_receives(district, footage):
    browser, room = signed_in(officer(district)), room_of(district)
    head = district.people["commune_chairman"]
    page = browser.get(reverse("session_open", args=[room.id]))
    offered = [name for _, name in page.context["form"].fields["received_by"].choices]
    assert offered == [officer(district).person.full_name, head.person.full_name]
    assert "Ngày tiếp công dân chỉ được tính khi người đứng đầu" in page.content.decode()
    said = {"kind": "scheduled", "people": "2"}
    refused = browser.post(reverse("session_open", args=[room.id]), said)
    assert refused.status_code == 422
    assert "received_by" in refused.context["form"].errors
    browser.post(reverse("session_open", args=[room.id]), {**said, "received_by": str(head.person_id)})
    assert Session.objects.get().received_by_id == head.person_id
    sessions.close_session(head.person, session=Session.objects.get(), now=district.now)
    new = {"kind": "scheduled", "people": 1}
    post = f"/api/rooms/{room.id}/sessions"
    assert browser.post(post, new, content_type="application/json").status_code == 409
    told = browser.post(post, {**new, "received_by": str(head.person_id)}, content_type="application/json")
    assert told.status_code == 200
    assert Session.objects.filter(received_by=head.person).count() == 2


def test_a_denunciation_is_closed_as_a_whole_and_held_also_afterwards(district, footage):
    session = closed(district)
    assert not closed_to(district, "chief_inspector", session.opened_at)
    assert restricting.restrict_session(officer(district).person, session=session, now=district.now)
    for role in ("chief_inspector", "commune_chairman", "area_chairman", "inspector"):
        assert closed_to(district, role, session.opened_at), role
        assert closed_to(district, role, session.opened_at - 4 * MINUTE), role
        assert not closed_to(district, role, session.closed_at + MINUTE), role
    assert not closed_to(district, "reception_officer", session.opened_at)
    [hold] = LegalHold.objects.all()
    assert (hold.origin, hold.reference) == (HoldOrigin.SESSION, str(session.id))
    assert hold.begin_us == int((session.opened_at - 5 * MINUTE).timestamp() * 1_000_000)
    assert hold.end_us == int(session.closed_at.timestamp() * 1_000_000)
    with pytest.raises(NotPossible):
        restricting.restrict_session(officer(district).person, session=session, now=district.now)


def test_a_session_marked_while_it_lasts_is_open_ended_and_the_rest_is_held_when_it_closes(district, footage):
    session = opened(district, district.now - 10 * MINUTE)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    assert Restriction.objects.get().ends_at is None
    assert closed_to(district, "chief_inspector", district.now + 60 * MINUTE)
    later = district.now + 10 * MINUTE
    sessions.close_session(officer(district).person, session=session, now=later)
    assert Restriction.objects.get().ends_at == later
    assert not closed_to(district, "chief_inspector", later + MINUTE)
    assert max(LegalHold.objects.values_list("end_us", flat=True)) == int(later.timestamp() * 1_000_000)


def test_a_session_that_nobody_closes_ends_by_itself_and_with_it_what_is_restricted(district, footage):
    begin = district.now - LONGEST - 60 * MINUTE
    session, end = opened(district, begin), begin + LONGEST
    restricting.restrict_session(officer(district).person, session=session, now=begin + 5 * MINUTE)
    assert ending.end_forgotten(now=end - MINUTE) == 0
    assert closed_to(district, "chief_inspector", district.now)
    assert ending.end_forgotten(now=district.now) == 1
    assert Session.objects.get().closed_at == end
    assert Restriction.objects.get().ends_at == end
    assert closed_to(district, "chief_inspector", end - MINUTE * 2)
    assert not closed_to(district, "chief_inspector", end + MINUTE)
    assert max(LegalHold.objects.values_list("end_us", flat=True)) == us(end)
    [mark] = Mark.objects.filter(kind=Moment.SESSION, withdrawn_at__isnull=True)
    assert mark.end_us - mark.begin_us == LONGEST // datetime.timedelta(microseconds=1)
    assert ending.end_forgotten(now=district.now) == 0
    assert opened(district, district.now).number == session.number + 1


def test_who_answers_for_the_room_is_told_of_a_session_that_ended_by_itself_and_of_nothing_it_was(district, footage):
    session = opened(district, district.now - LONGEST)
    restricting.restrict_session(officer(district).person, session=session, now=district.now - LONGEST)
    ending.end_forgotten(now=district.now)
    told = set(Delivery.objects.filter(notice__kind="session_ended").values_list("address", flat=True))
    assert {district.people[role].person_id for role in ("reception_officer", "commune_chairman", "inspector")} <= told
    said = Notice.objects.get(kind="session_ended")
    for word in (officer(district).person.full_name, "hạn chế", "tố cáo"):
        assert word not in said.vi
    page = signed_in(officer(district)).get(reverse("session", args=[session.id])).content.decode()
    assert "Buổi tiếp tự kết thúc khi hết thời gian dài nhất" in page
    assert session.events.get(kind="closed").made_by is None


def test_a_session_closed_late_is_no_longer_than_one_may_be(district, footage):
    session = opened(district, district.now - 3 * LONGEST)
    row = sessions.close_session(officer(district).person, session=session, now=district.now)
    assert row.closed_at == session.opened_at + LONGEST


def test_whoever_keeps_the_room_closes_a_restricted_session_whose_receiver_has_left(district, footage):
    session = opened(district, district.now - 10 * MINUTE)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    page, close = reverse("session", args=[session.id]), reverse("session_close", args=[session.id])
    browser = signed_in(district.people["commune_chairman"])
    shown = browser.get(page).content.decode()
    assert close in shown
    assert reverse("session_reopen", args=[session.id]) not in shown
    assert officer(district).person.full_name not in shown
    assert close not in signed_in(district.people["inspector"]).get(page).content.decode()
    assert close not in browser.post(close, follow=True).content.decode()
    assert Session.objects.get().closed_at is not None


def test_the_minutes_before_never_reach_into_the_session_before(district, footage):
    before = closed(district)
    session = opened(district, before.closed_at + 2 * MINUTE)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    assert Restriction.objects.get().begins_at == before.closed_at


def test_without_footage_the_session_is_restricted_all_the_same(district):
    session = closed(district)
    assert not restricting.restrict_session(officer(district).person, session=session, now=district.now)
    assert closed_to(district, "chief_inspector", session.opened_at)
    assert not LegalHold.objects.exists()


def test_opening_it_again_takes_two_who_are_not_the_receiver(district, footage):
    session, first = closed(district), district.people["commune_chairman"].person
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    with pytest.raises(NotPossible):
        restricting.ask_reopening(first, session=session, reason=" ", now=district.now)
    restricting.ask_reopening(first, session=session, reason="Bấm nhầm", now=district.now)
    told = set(Delivery.objects.filter(notice__kind="reopening").values_list("address", flat=True))
    assert district.people["chief_inspector"].person_id in told
    assert not told & {first.id, officer(district).person_id}
    with pytest.raises(NotPossible):
        restricting.ask_reopening(first, session=session, reason="lần nữa", now=district.now)
    for alone in (first, officer(district).person):
        with pytest.raises(NotPossible):
            restricting.decide_reopening(alone, session=session, agreed=True, now=district.now)
    chief = district.people["chief_inspector"].person
    restricting.decide_reopening(chief, session=session, agreed=False, now=district.now)
    assert closed_to(district, "inspector", session.opened_at)
    restricting.ask_reopening(first, session=session, reason="Bấm nhầm", now=district.now)
    restricting.decide_reopening(chief, session=session, agreed=True, now=district.now)
    assert not closed_to(district, "inspector", session.opened_at)
    lifted = Restriction.objects.get()
    assert (lifted.lifted_by, lifted.lifted_second) == (first, chief)
    assert LegalHold.objects.exists()
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    assert closed_to(district, "inspector", session.opened_at)


def test_postgresql_keeps_what_happened_and_lets_nobody_decide_alone(district, footage):
    session = closed(district)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    asked = restricting.ask_reopening(
        district.people["commune_chairman"].person, session=session, reason="Bấm nhầm", now=district.now
    )
    changes = (
        lambda: SessionEvent.objects.update(kind="opened"),
        lambda: SessionEvent.objects.all().delete(),
        lambda: Session.objects.update(people=9),
        lambda: Session.objects.update(closed_at=district.now),
        lambda: Session.objects.all().delete(),
        lambda: Reopening.objects.update(decided_by=asked.asked_by, decided_at=district.now, agreed=True),
        lambda: Reopening.objects.update(reason="khác"),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_others_are_told_no_more_than_that_time_is_restricted(district, footage):
    session = closed(district)
    restricting.restrict_session(officer(district).person, session=session, now=district.now)
    for role in ("inspector", "chief_inspector", "commune_chairman", "area_chairman"):
        browser = signed_in(district.people[role])
        for address in (reverse("sessions"), reverse("session", args=[session.id])):
            page = browser.get(address).content.decode()
            assert "Khoảng thời gian bị hạn chế" in page, (role, address)
            assert officer(district).person.full_name not in page, (role, address)
            assert "Thường xuyên" not in page, (role, address)
        told = browser.get(f"/api/sessions/{session.id}").json()
        assert (told["restricted"], told["number"], told["people"]) == (True, None, None)
    page = signed_in(officer(district)).get(reverse("session", args=[session.id])).content.decode()
    assert f"{session}" in page
    page = signed_in(district.people["inspector"]).get(reverse("sessions")).content.decode()
    assert "1 khoảng thời gian bị hạn chế" in page


def test_an_officer_opens_closes_and_marks_with_the_pages(district, footage):
    browser, room = signed_in(officer(district)), room_of(district)
    assert "Mở buổi tiếp" in browser.get(reverse("sessions")).content.decode()
    assert browser.post(reverse("session_open", args=[room.id]), {"kind": "regular", "people": "0"}).status_code == 422
    answer = browser.post(reverse("session_open", args=[room.id]), {"kind": "regular", "people": "2"}, follow=True)
    assert "Kết thúc buổi tiếp" in answer.content.decode()
    session = Session.objects.get()
    event = session.events.get()
    assert browser.get(reverse("session_event", args=[event.id])).headers["Location"].endswith(str(session.id))
    browser.post(reverse("session_restrict", args=[session.id]))
    browser.post(reverse("session_close", args=[session.id]))
    page = browser.post(reverse("session_reopen", args=[session.id]), {"reason": "Nhầm"}, follow=True).content.decode()
    assert "Chờ người thứ hai" in page
    chief = signed_in(district.people["chief_inspector"])
    assert "Đồng ý bỏ hạn chế" in chief.get(reverse("session", args=[session.id])).content.decode()
    answer = chief.post(reverse("session_reopen_decide", args=[session.id]), {"agreed": "1"}, follow=True)
    assert f"Buổi tiếp {session}" in answer.content.decode()


def test_the_api_does_what_the_pages_do(district, footage):
    browser, room = signed_in(officer(district)), room_of(district)

    def post(path, body=None, by=None):
        answer = (by or browser).post(f"/api/{path}", body or {}, content_type="application/json")
        return answer.status_code, answer.json()

    status, made = post(f"rooms/{room.id}/sessions", {"people": 2})
    assert (status, made["people"], made["closed_at"]) == (200, 2, None)
    assert post(f"rooms/{room.id}/sessions", {"people": 2})[0] == 409
    of = f"sessions/{made['id']}"
    assert post(f"{of}/close")[0] == 200
    assert post(f"{of}/close")[0] == 409
    assert post(f"{of}/reopening", {"reason": "Nhầm"})[0] == 409
    assert post(f"{of}/restriction")[1]["restricted"]
    assert post(f"{of}/restriction")[0] == 409
    assert post(f"{of}/reopening", {"reason": "Nhầm"})[0] == 200
    chief = signed_in(district.people["chief_inspector"])
    assert post(f"{of}/reopening/decision", {"agreed": True})[0] == 403
    assert not post(f"{of}/reopening/decision", {"agreed": True}, chief)[1]["restricted"]
    assert post(f"{of}/reopening/decision", {"agreed": True}, chief)[0] == 409


def test_the_page_asks_no_more_of_the_database_for_more_sessions(district):
    begin = district.now - datetime.timedelta(days=2)
    browser = signed_in(district.people["inspector"])
    asked = []
    for number in range(3):
        closed(district, begin + number * 60 * MINUTE)
        browser.get(reverse("sessions"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("sessions"))
        asked.append(len(queries))
    assert len(set(asked)) == 1
