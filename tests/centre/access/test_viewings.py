"""Viewings: a row before a lease, everything asked again at each renewal, nothing served that was not asked for."""

import datetime
import json
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from minhbach.centre.access.actions import accounts, grants, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, Left, ViewingMalformed, ViewingRefused
from minhbach.centre.access.models import AuditRow, Refusal, Served, Viewing
from minhbach.centre.access.reading import watching
from minhbach.centre.access.viewable import MOST_STILLS_AN_HOUR
from minhbach.centre.fabric import keys
from minhbach.centre.registry.actions import people
from minhbach.centre.regulation.rights import Right
from minhbach.lease import LIFE_US, verify
from tests.centre.access.district import SETUP, District

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def who(district, role, session="s1"):
    return Asker(district.people[role], session.ljust(64, "0"), "10.0.0.7")


def live(district, role="commune_chairman", commune="A", room_type="one_stop", now=None, **more):
    cameras = more.pop("cameras", None) or [district.camera(commune, room_type)]
    return viewings.open_viewing(who(district, role), kind="live", cameras=cameras, now=now or district.now, **more)


def purpose(district, role="commune_chairman", rooms=None, now=None):
    rooms = rooms or [district.rooms["A", "one_stop"].id]
    return purposes.open_purpose(
        district.people[role], text="phản ánh PA-0123 chờ lâu", reference="PA-0123", rooms=rooms,
        now=now or district.now,
    )  # fmt: skip


def playback(district, role="commune_chairman", now=None, **more):
    now = now or district.now
    more.setdefault("begin", now - 3 * HOUR)
    more.setdefault("end", now - 2 * HOUR)
    more.setdefault("cameras", [district.camera("A")])
    if "purpose" not in more:
        more["purpose"] = purpose(district, role, now=now).id
    return viewings.open_viewing(who(district, role), kind=more.pop("kind", "playback"), now=now, **more)


def lease_of(opened, district, now=None):
    public = keys.public_lease(settings.MINHBACH_DATA / "keys")
    return verify(opened.token, [public], us(now or district.now))


def us(moment):
    return round(moment.timestamp() * 1_000_000)


def test_a_live_view_of_ones_own_room_is_a_row_and_a_lease_of_that_camera_alone(district):
    opened = live(district, sound=True)
    lease = lease_of(opened, district)
    camera = district.cameras["A", "one_stop"]
    assert lease.cameras == (f"{camera.recorder_id}/{camera.name}",)
    assert (lease.kind, lease.sound, lease.viewing) == ("live", True, opened.viewing.id.hex)
    assert lease.expires_us - lease.issued_us < LIFE_US
    assert Viewing.objects.get().commitment == lease.commitment


def test_a_stranger_is_refused_and_the_attempt_is_a_row(district):
    for role, commune in (
        ("inspector", "A"),
        ("commune_chairman", "B"),
        ("technician", "A"),
        ("office_specialist", "C"),
    ):
        with pytest.raises(ViewingRefused):
            live(district, role, commune)
        row = Refusal.objects.filter(account=district.people[role]).get()
        assert (row.wanted, row.camera_id, row.address) == ("live", district.camera(commune), "10.0.0.7")
    assert not Viewing.objects.exists()


def test_of_several_cameras_only_those_that_are_allowed_are_in_the_lease_and_the_others_are_named(district):
    wanted = [district.camera("A"), district.camera("B"), district.camera("A", "reception_room")]
    opened = live(district, cameras=wanted)
    assert set(opened.cameras) == {district.camera("A"), district.camera("A", "reception_room")}
    assert set(opened.refused) == {district.camera("B")}
    assert len(lease_of(opened, district).cameras) == 2
    assert Refusal.objects.count() == 1


def test_a_camera_that_does_not_exist_makes_no_sense(district):
    with pytest.raises(ViewingMalformed):
        live(district, cameras=[district.units["A"].id])


@pytest.mark.parametrize(
    ("begin", "end"),
    [(None, None), (-HOUR, -2 * HOUR), (HOUR, 2 * HOUR), (-30 * HOUR, -HOUR), (-HOUR, -HOUR), (-HOUR, None)],
)
def test_a_stretch_of_time_without_sense_is_not_played_back(district, begin, end):
    span = {"begin": begin and district.now + begin, "end": end and district.now + end}
    with pytest.raises(ViewingMalformed):
        playback(district, **span)


def test_playback_without_an_open_purpose_for_that_room_is_refused(district):
    others = purpose(district, "area_chairman").id
    elsewhere = purpose(district, rooms=[district.rooms["A", "reception_room"].id]).id
    old = purpose(district, now=district.now - 2 * HOUR).id
    closed = purpose(district).id
    purposes.close_purpose(district.people["commune_chairman"], closed, now=district.now)
    for given in (None, others, elsewhere, old, closed):
        with pytest.raises(ViewingRefused) as caught:
            playback(district, purpose=given)
        assert caught.value.code == "purpose"
    assert Refusal.objects.count() == 5


def test_live_in_a_supervised_room_asks_a_purpose(district):
    with pytest.raises(ViewingRefused) as caught:
        live(district, "inspector", room_type="reception_room")
    assert caught.value.code == "purpose"


def test_a_lease_for_playback_holds_no_more_than_was_asked_for(district):
    opened = playback(district)
    lease = lease_of(opened, district)
    assert (lease.begin_us, lease.end_us) == (us(district.now - 3 * HOUR), us(district.now - 2 * HOUR))


def test_a_purpose_that_ran_out_stops_the_next_lease_until_it_is_renewed(district):
    opened = playback(district)
    at = district.now
    while at < district.now + 30 * MINUTE:
        viewings.renew_viewing(who(district, "commune_chairman"), opened.viewing.id, now=at)
        at += MINUTE
    with pytest.raises(ViewingRefused) as caught:
        viewings.renew_viewing(who(district, "commune_chairman"), opened.viewing.id, now=at)
    assert caught.value.code == "purpose"
    purposes.renew_purpose(district.people["commune_chairman"], opened.viewing.purpose_id, now=at)
    viewings.renew_viewing(who(district, "commune_chairman"), opened.viewing.id, now=at)


def test_a_purpose_is_not_renewed_beyond_its_limit_nor_by_somebody_else(district):
    row = purpose(district)
    chairman = district.people["commune_chairman"]
    renewed = purposes.renew_purpose(chairman, row.id, now=district.now + 220 * MINUTE)
    assert renewed.until == row.longest_until
    for account, after in ((district.people["inspector"], MINUTE), (chairman, 241 * MINUTE)):
        with pytest.raises(purposes.PurposeRefused):
            purposes.renew_purpose(account, row.id, now=district.now + after)


def test_a_purpose_does_not_tell_whether_a_room_that_one_may_not_watch_is_there(district):
    told = set()
    for room in (district.rooms["B", "reception_room"].id, uuid4()):
        for rooms in ([room], [district.rooms["A", "one_stop"].id, room]):
            with pytest.raises(purposes.PurposeRefused) as refused:
                purpose(district, "commune_chairman", rooms=rooms)
            told.add(refused.value.words)
    assert told == {purposes.NO_ROOM}
    assert purpose(district, "commune_chairman").rooms.count() == 1


@pytest.mark.parametrize("text", ["", "    ", "abc", "a b", "....   ."])
def test_a_purpose_says_something(district, text):
    with pytest.raises(purposes.PurposeRefused):
        purposes.open_purpose(
            district.people["commune_chairman"], text=text[:4], reference="", now=district.now,
            rooms=[district.rooms["A", "one_stop"].id],
        )  # fmt: skip


def _end_post(district, now):
    people.end_assignment(
        SETUP, assignment=district.assignments["commune_chairman"], day=now.date(), decision_number="9/QĐ"
    )


def _withdraw_post(district, now):
    post = district.assignments["commune_chairman"]
    people.withdraw_assignment(SETUP, assignment=post, reason="nhập nhầm", day=post.valid_from, now=now)


def _close_account(district, now):
    accounts.close_account("test", district.people["commune_chairman"], now=now)


def _restrict(district, now):
    grants.restrict(
        "test", room=district.rooms["A", "one_stop"].id, begin=now - MINUTE, end=None, reference="x", receiver=None,
        now=now,
    )  # fmt: skip


@pytest.mark.parametrize("take_away", [_end_post, _withdraw_post, _close_account, _restrict])
@pytest.mark.parametrize("opener", [live, playback])
def test_a_right_that_is_taken_away_gives_no_further_lease(district, take_away, opener):
    opened = (
        opener(district) if opener is live else opener(district, begin=district.now - HOUR, end=district.now + HOUR)
    )
    later = district.now + 4 * SECOND
    take_away(district, later)
    # The page is inside what was just closed.
    at = later - 30 * SECOND if opener is playback and take_away is _restrict else None
    with pytest.raises(ViewingRefused):
        viewings.renew_viewing(who(district, "commune_chairman"), opened.viewing.id, at=at, now=later)
    assert Refusal.objects.filter(account=district.people["commune_chairman"]).exists()
    # What was signed before is over within ten seconds of the moment it was taken away.
    assert opened.expires_at <= later + 10 * SECOND


def test_a_grant_gives_live_and_playback_until_it_ends(district):
    member = district.people["inspection_member"]
    room = district.rooms["B", "one_stop"].id
    given = grants.grant(
        district.people["chief_of_office"],
        terms=grants.Terms(
            member.person_id, frozenset({Right.LIVE}), frozenset({room}), district.now, district.now + HOUR, "5/QĐ"
        ),
        now=district.now,
    )
    reason = purpose(district, "inspection_member", [room]).id
    opened = live(district, "inspection_member", "B", purpose=reason)
    with pytest.raises(ViewingRefused):
        live(district, "inspection_member", "A", purpose=reason)
    viewings.renew_viewing(who(district, "inspection_member"), opened.viewing.id, now=district.now + 20 * SECOND)
    grants.end_grant(district.people["chief_of_office"], given.id, now=district.now + 30 * SECOND)
    with pytest.raises(ViewingRefused):
        viewings.renew_viewing(who(district, "inspection_member"), opened.viewing.id, now=district.now + 31 * SECOND)
    assert Viewing.objects.get(id=opened.viewing.id).ending == "revoked"


def test_a_viewing_belongs_to_its_account_and_its_session(district):
    opened = live(district)
    other_session = who(district, "commune_chairman", "s2")
    for asker in (who(district, "service_centre_head"), other_session):
        with pytest.raises(ViewingRefused):
            viewings.renew_viewing(asker, opened.viewing.id, now=district.now)
        viewings.close_viewing(asker, opened.viewing.id, now=district.now)
    assert viewings.renew_viewing(who(district, "commune_chairman"), opened.viewing.id, now=district.now).token


def test_what_is_closed_or_left_alone_for_a_minute_is_not_renewed(district):
    closed, left = live(district), live(district)
    viewings.close_viewing(who(district, "commune_chairman"), closed.viewing.id, now=district.now)
    later = district.now + 75 * SECOND
    for viewing in (closed, left):
        with pytest.raises(ViewingRefused) as caught:
            viewings.renew_viewing(who(district, "commune_chairman"), viewing.viewing.id, now=later)
        assert caught.value.code == "over"
    assert Viewing.objects.get(id=left.viewing.id).ending == "lapsed"


def test_the_job_ends_what_no_page_closed(district):
    live(district)
    assert viewings.lapse(now=district.now + 30 * SECOND) == 0
    assert viewings.lapse(now=district.now + 75 * SECOND) == 1


def test_sound_is_a_right_of_its_own(district):
    member = district.people["inspection_member"]
    room = district.rooms["B", "one_stop"].id
    terms = grants.Terms(
        member.person_id, frozenset({Right.LIVE}), frozenset({room}), district.now, district.now + HOUR, "5/QĐ"
    )
    grants.grant(district.people["chief_of_office"], terms=terms, now=district.now)
    opened = live(
        district, "inspection_member", "B", sound=True, purpose=purpose(district, "inspection_member", [room]).id
    )
    assert not opened.sound
    assert not lease_of(opened, district).sound


def test_restricted_time_is_cut_out_of_a_lease_and_its_receiver_sees_it(district):
    room = district.rooms["A", "one_stop"].id
    begin, end = district.now - 4 * HOUR, district.now - 3 * HOUR
    receiver = district.people["commune_chairman"].person_id
    grants.restrict("test", room=room, begin=begin, end=end, reference="s", receiver=receiver, now=district.now)
    whole = {"begin": district.now - 6 * HOUR, "end": district.now - HOUR}
    head = "service_centre_head"
    before = playback(district, head, **whole)
    assert (before.begin, before.end) == (whole["begin"], begin)
    after = playback(district, head, **whole, at=end)
    assert (after.begin, after.end) == (end, whole["end"])
    with pytest.raises(ViewingRefused) as caught:
        playback(district, head, **whole, at=begin + MINUTE)
    assert caught.value.code == "restricted"
    its_own = playback(district, **whole)
    assert (its_own.begin, its_own.end) == (whole["begin"], whole["end"])


def test_restricted_time_opens_by_a_grant_of_two_signatures_and_by_no_other(district):
    room = district.rooms["A", "reception_room"].id
    grants.restrict(
        "test", room=room, begin=district.now - 4 * HOUR, end=district.now - HOUR, reference="s", receiver=None,
        now=district.now,
    )  # fmt: skip
    member, chief, chairman = (
        district.people[role] for role in ("inspection_member", "chief_inspector", "area_chairman")
    )
    terms = grants.Terms(
        member.person_id, frozenset({Right.PLAYBACK}), frozenset({room}), district.now, district.now + HOUR, "5/QĐ",
        through_restriction=True,
    )  # fmt: skip
    for second in (None, chief):
        with pytest.raises(grants.GrantRefused):
            grants.grant(chief, terms=terms, second=second, now=district.now)
    grants.grant(chief, terms=terms, second=chairman, now=district.now)
    reason = purpose(district, "inspection_member", [room]).id
    opened = playback(
        district, "inspection_member", cameras=[district.camera("A", "reception_room")], purpose=reason,
        at=district.now - 2 * HOUR - MINUTE,
    )  # fmt: skip
    assert opened.token


def test_a_technician_sees_stills_of_an_open_fault_and_nothing_else(district):
    begun = district.now - HOUR
    still = {"kind": "still", "purpose": None, "begin": begun - MINUTE, "end": begun}
    with pytest.raises(ViewingRefused):
        playback(district, "technician", **still)
    camera = district.camera("A")
    grants.open_still_occasion("health", camera=camera, kind="fault", reference="f1", begin=begun, now=district.now)
    opened = playback(district, "technician", **still)
    for other in (
        {**still, "kind": "playback"},
        {**still, "begin": begun - HOUR, "end": begun - HOUR + MINUTE},
        {**still, "end": begun + 10 * MINUTE},
        {**still, "cameras": [district.camera("A", "reception_room")]},
    ):
        with pytest.raises(ViewingRefused):
            playback(district, "technician", **other)
    with pytest.raises(ViewingRefused):
        live(district, "technician")
    with pytest.raises(ViewingRefused):
        viewings.renew_viewing(who(district, "technician"), opened.viewing.id, now=district.now)
    grants.close_still_occasion("health", camera=camera, reference="f1", now=district.now)
    with pytest.raises(ViewingRefused):
        playback(district, "technician", **still)


def test_stills_one_after_the_other_are_no_way_to_watch(district):
    grants.open_still_occasion(
        "health", camera=district.camera("A"), kind="fault", reference="f1", begin=district.now - HOUR, now=district.now
    )
    for number in range(MOST_STILLS_AN_HOUR):
        now = district.now + number * 30 * SECOND
        playback(district, "technician", kind="still", purpose=None, begin=now - 20 * SECOND, end=now, now=now)
    later = district.now + 20 * MINUTE
    with pytest.raises(ViewingRefused):
        playback(district, "technician", kind="still", purpose=None, begin=later - SECOND, end=later, now=later)


def test_no_still_of_restricted_time_even_for_a_fault(district):
    camera = district.camera("A")
    grants.open_still_occasion(
        "health", camera=camera, kind="fault", reference="f1", begin=district.now - HOUR, now=district.now
    )
    grants.restrict(
        "test", room=district.rooms["A", "one_stop"].id, begin=district.now - 2 * HOUR, end=None, reference="s",
        receiver=None, now=district.now,
    )  # fmt: skip
    with pytest.raises(ViewingRefused):
        playback(
            district,
            "technician",
            kind="still",
            purpose=None,
            begin=district.now - HOUR,
            end=district.now - HOUR + SECOND,
        )


def test_too_many_open_viewings_at_once_are_refused(district, monkeypatch):
    monkeypatch.setattr(viewings, "MOST_OPEN", 3)
    for _ in range(3):
        live(district)
    with pytest.raises(ViewingRefused) as caught:
        live(district)
    assert caught.value.code == "too_many"


def test_the_commitment_says_who_and_why_only_together_with_the_salt(district):
    opened = playback(district)
    row = Viewing.objects.get()
    assert viewings.commitment(row, row.account, [district.camera("A")]) == row.commitment
    row.salt = "0" * 32
    assert viewings.commitment(row, row.account, [district.camera("A")]) != row.commitment
    body = json.dumps(opened.token)
    assert str(district.people["commune_chairman"].person_id) not in body


def test_the_salt_can_be_erased_and_nothing_else_of_a_viewing_changed(district):
    live(district)
    Viewing.objects.update(salt="")
    for change in ({"sound": True}, {"kind": "still"}, {"address": "10.9.9.9"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Viewing.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Viewing.objects.all().delete()


def test_who_is_watching_is_seen_while_it_lasts(district):
    live(district)
    assert [one.name for one in watching([district.camera("A")], now=district.now + SECOND)] == [
        district.people["commune_chairman"].person.full_name
    ]
    assert watching([district.camera("B")], now=district.now + SECOND) == []
    assert watching([district.camera("A")], now=district.now + MINUTE) == []


def test_what_was_served_grows_and_what_belongs_to_no_viewing_is_an_alarm(district):
    opened = playback(district)
    camera = district.cameras["A", "one_stop"]
    name = f"{camera.recorder_id}/{camera.name}"
    begin = us(district.now - 3 * HOUR)
    for second in range(3):
        span = Left(name, False, begin + second * 5_000_000, begin + (second + 1) * 5_000_000)
        viewings.record_served(opened.viewing.id, [span], 1000, now=district.now + second * 5 * SECOND)
    row = Served.objects.get()
    assert (row.bytes, row.ends_at - row.begins_at) == (3000, 15 * SECOND)
    viewings.record_served(opened.viewing.id, [Left("0" * 32 + "/cam", False, begin, begin + 1)], 7, now=timezone.now())
    assert AuditRow.objects.filter(act="served_without_viewing").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Served.objects.update(bytes=1)


def test_nobody_grants_to_themselves_nor_what_they_may_not_grant(district):
    chief, member = district.people["chief_of_office"], district.people["inspection_member"]
    room = district.rooms["A", "one_stop"].id
    span = (district.now, district.now + HOUR)
    wanted = [
        (chief, grants.Terms(chief.person_id, frozenset({Right.LIVE}), frozenset({room}), *span, "5/QĐ")),
        (chief, grants.Terms(member.person_id, frozenset({Right.APPROVE}), frozenset({room}), *span, "5/QĐ")),
        (chief, grants.Terms(member.person_id, frozenset(), frozenset({room}), *span, "5/QĐ")),
        (chief, grants.Terms(member.person_id, frozenset({Right.LIVE}), frozenset(), *span, "5/QĐ")),
        (
            chief,
            grants.Terms(
                member.person_id, frozenset({Right.LIVE}), frozenset({district.rooms["A", "reception_room"].id}), *span,
                "5/QĐ",
            ),
        ),
        (
            district.people["system_administrator"],
            grants.Terms(member.person_id, frozenset({Right.LIVE}), frozenset({room}), *span, "5/QĐ"),
        ),
        (
            chief,
            grants.Terms(
                member.person_id, frozenset({Right.LIVE}), frozenset({room}), span[0],
                span[0] + datetime.timedelta(days=22), "5/QĐ",
            ),
        ),
    ]  # fmt: skip
    for actor, terms in wanted:
        with pytest.raises(grants.GrantRefused):
            grants.grant(actor, terms=terms, now=district.now)
    assert not member.person.grants.exists()
