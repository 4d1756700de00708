"""A grant into restricted time: one asks, another signs; nobody for themselves, nobody twice, all asked again."""

import datetime
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from minhbach.centre.access.actions import accounts, grants, requests
from minhbach.centre.access.actions.grants import GrantRefused, Terms
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Grant, GrantRequest
from minhbach.centre.access.reading import grants_of
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.actions import people
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def terms(district, **more):
    room = district.rooms["A", "reception_room"].id
    given = {
        "person": district.people["inspection_member"].person_id,
        "rights": frozenset({Right.PLAYBACK}),
        "rooms": frozenset({room}),
        "begin": district.now,
        "end": district.now + DAY,
        "decision_number": "5/QĐ",
    }
    return Terms(**(given | more))


def asked_for(district, **more):
    return requests.ask_grant(district.people["chief_inspector"], terms=terms(district, **more), now=district.now)


def passes(district):
    standing = standing_of(district.people["inspection_member"], now=district.now + HOUR)
    return [grant.through_restriction for grant in standing.grants]


def test_what_one_asked_for_is_in_force_only_when_another_has_signed(district):
    asked = asked_for(district)
    chairman = district.people["area_chairman"]
    assert passes(district) == []
    assert requests.requests_for(chairman, now=district.now) == [asked]
    given = requests.sign_request(chairman, asked.id, now=district.now + HOUR)
    assert passes(district) == [True]
    assert (given.granted_by_id, given.seconded_by_id) == (asked.asked_by_id, chairman.person_id)
    assert given.begins_at == district.now + HOUR
    assert requests.requests_for(chairman, now=district.now) == []
    assert [one.seconded_by for one in grants_of(asked.person_id, now=district.now + 2 * HOUR)] == [
        chairman.person.full_name
    ]


def test_whoever_may_sign_is_told_and_so_is_who_got_it(district):
    asked = asked_for(district)
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {district.people["area_chairman"].person_id}
    requests.sign_request(district.people["area_chairman"], asked.id, now=district.now)
    assert Delivery.objects.filter(address=asked.person_id).count() == 1


@pytest.mark.parametrize("role", ["chief_inspector", "inspection_member", "chief_of_office", "commune_chairman"])
def test_nobody_signs_who_asked_who_would_get_it_or_who_may_not_grant(district, role):
    asked = asked_for(district)
    for act in (
        lambda who: requests.sign_request(who, asked.id, now=district.now),
        lambda who: requests.refuse_request(who, asked.id, reason="không", now=district.now),
    ):
        with pytest.raises(GrantRefused):
            act(district.people[role])
    assert GrantRequest.objects.get().decided_at is None


@pytest.mark.parametrize("role", ["inspector", "commune_chairman", "system_administrator"])
def test_nobody_asks_who_may_not_grant(district, role):
    with pytest.raises(GrantRefused):
        requests.ask_grant(district.people[role], terms=terms(district), now=district.now)
    assert not GrantRequest.objects.exists()


def test_a_refusal_has_a_reason_which_is_told(district):
    asked, chairman = asked_for(district), district.people["area_chairman"]
    with pytest.raises(GrantRefused):
        requests.refuse_request(chairman, asked.id, reason="  ", now=district.now)
    requests.refuse_request(chairman, asked.id, reason="chưa đủ căn cứ", now=district.now)
    told = Delivery.objects.filter(address=district.people["chief_inspector"].person_id).select_related("notice")
    assert "chưa đủ căn cứ" in told.get().notice.vi
    with pytest.raises(GrantRefused):
        requests.sign_request(chairman, asked.id, now=district.now)
    assert not Grant.objects.exists()


def _left(district, now):
    accounts.close_account("test", district.people["chief_inspector"], now=now)


def _moved(district, now):
    post = district.assignments["chief_inspector"]
    people.end_assignment(SETUP, assignment=post, day=district.now.date(), decision_number="9/QĐ")


def _nothing(district, now):
    pass


@pytest.mark.parametrize(
    ("happens", "later"), [(_left, HOUR), (_moved, HOUR), (_nothing, 8 * DAY), (_nothing, 20 * HOUR)]
)
def test_everything_is_asked_again_when_the_second_signs(district, happens, later):
    asked = asked_for(district, end=district.now + (30 * HOUR if later is HOUR else 10 * DAY))
    if later == 20 * HOUR:
        asked = asked_for(district, end=district.now + 10 * HOUR)
    happens(district, district.now)
    with pytest.raises(GrantRefused):
        requests.sign_request(district.people["area_chairman"], asked.id, now=district.now + later)
    assert not Grant.objects.exists()


def test_a_grant_whose_time_is_past_or_too_long_is_not_given(district):
    chief = district.people["chief_inspector"]
    for end in (district.now - HOUR, district.now + 40 * DAY):
        with pytest.raises(GrantRefused):
            grants.grant(chief, terms=terms(district, begin=district.now - DAY, end=end), now=district.now)


def test_postgresql_refuses_a_second_signature_of_the_same_hand(district):
    asked = asked_for(district)
    for alone in (asked.asked_by_id, asked.person_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            GrantRequest.objects.filter(id=asked.id).update(
                decided_by=alone, decided_at=district.now, refusal_reason="x"
            )


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_make_one_grant(district):
    asked = asked_for(district)
    second = district.appoint("area_chairman", "top", "deputy")
    both = threading.Barrier(2)
    outcomes: list[Grant | None] = []

    def sign(who):
        both.wait()
        try:
            outcomes.append(requests.sign_request(who, asked.id, now=district.now))
        except GrantRefused:
            outcomes.append(None)
        connection.close()

    threads = [threading.Thread(target=sign, args=[who]) for who in (district.people["area_chairman"], second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(None) == 1
    assert Grant.objects.count() == 1


def test_the_page_asks_shows_what_waits_and_takes_the_second_signature(district):
    chief, chairman = (signed_in(district.people[role]) for role in ("chief_inspector", "area_chairman"))
    today = timezone.localdate()
    form = {
        "username": "inspection_member", "rights": ["playback"],
        "rooms": [str(district.rooms["A", "reception_room"].id)],
        "begin": str(today), "end": str(today + DAY), "decision_number": "5/QĐ", "through_restriction": "on",
    }  # fmt: skip
    assert chief.post("/cap-quyen/moi", form).status_code == 302
    asked = GrantRequest.objects.get()
    assert "Chờ người khác ký" in chief.get("/cap-quyen").content.decode()
    assert f"/cap-quyen/de-nghi/{asked.id}/ky" not in chief.get("/cap-quyen").content.decode()
    assert f"/cap-quyen/de-nghi/{asked.id}/ky" in chairman.get("/cap-quyen").content.decode()
    chief.post(f"/cap-quyen/de-nghi/{asked.id}/ky")
    assert not Grant.objects.exists()
    chairman.post(f"/cap-quyen/de-nghi/{asked.id}/ky")
    assert Grant.objects.get().through_restriction
    mine = signed_in(district.people["inspection_member"]).get("/tai-khoan-cua-toi").content.decode()
    assert "Xã A · reception_room A" in mine


def test_rooms_to_grant_in_stand_in_the_order_of_the_alphabet(district):
    page = signed_in(district.people["area_chairman"]).get("/cap-quyen/moi").content.decode()
    assert page.index("Xã A · one_stop A") < page.index("Xã A · reception_room A") < page.index("Xã B · one_stop B")
