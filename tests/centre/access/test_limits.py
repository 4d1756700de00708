"""How long a grant lasts and how much one playback opens is what the regulation of the room says, and nothing else."""

import datetime
import json

import pytest
from django.conf import settings
from django.urls import reverse

from minhbach.centre.access.actions import grants, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, ViewingMalformed, ViewingRefused
from minhbach.centre.access.models import Grant, Viewing
from minhbach.centre.fabric import keys
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.actions import add_day, issue
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
#: A Wednesday morning, weeks before any holiday that ships with the product.
WEDNESDAY = datetime.datetime(2026, 11, 11, 9, tzinfo=VIETNAM)


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District(now=WEDNESDAY)


def ruled(district: District, **times: int) -> None:
    """The commune A has rules of its own from yesterday on."""
    content = shipped(district.profile)
    content["times"] |= times
    day = district.now.date() - DAY
    issue(unit=district.units["A"].id, content=content, valid_from=day, decision_number="3/QĐ", now=district.now)


def granted(district: District, end: datetime.datetime, begin: datetime.datetime | None = None) -> Grant:
    terms = grants.Terms(
        district.people["inspection_member"].person_id, frozenset({Right.LIVE}),
        frozenset({district.rooms["A", "one_stop"].id}), begin or district.now, end, "5/QĐ",
    )  # fmt: skip
    return grants.grant(district.people["chief_of_office"], terms=terms, now=district.now)


def midnight(district: District, days: int) -> datetime.datetime:
    day = district.now.astimezone(VIETNAM).date() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)


def test_a_grant_lasts_the_working_days_of_the_regulation_and_its_last_day_is_whole(district):
    """Ten working days from a Wednesday on, which is not counted itself: through Wednesday in two weeks."""
    with pytest.raises(grants.GrantRefused) as refused:
        granted(district, midnight(district, 15) + HOUR)
    assert "25/11/2026" in str(refused.value.words)
    assert "10 ngày làm việc" in str(refused.value.words)
    assert not Grant.objects.exists()
    assert granted(district, midnight(district, 15)).ends_at == midnight(district, 15)


def test_a_holiday_makes_it_longer_until_all_days_are_too_many(district):
    for number in range(1, 10):
        day = district.now.date() + number * DAY
        if day.isoweekday() <= 5:
            add_day(SETUP, unit=district.units["A"].id, day=day, kind="holiday", name="Nghỉ", now=district.now)
    # Seven of the ten days fall away: by working days it would reach the 24th day, by all days the 21st.
    granted(district, district.now + 21 * DAY)
    with pytest.raises(grants.GrantRefused):
        granted(district, district.now + 21 * DAY + HOUR)


def test_fewer_working_days_in_the_rules_of_the_unit_hold_at_once(district):
    granted(district, midnight(district, 8))
    ruled(district, grant_longest_wd=2)
    with pytest.raises(grants.GrantRefused):
        granted(district, midnight(district, 8))
    granted(district, midnight(district, 3))


def playback(district: District, hours: int, commune: str = "A", role: str = "commune_chairman"):
    room = district.rooms[commune, "one_stop"].id
    reason = purposes.open_purpose(
        district.people[role], text="phản ánh PA-0123 chờ lâu", reference="PA-0123", rooms=[room], now=district.now
    )
    return viewings.open_viewing(
        Asker(district.people[role], "s1".ljust(64, "0"), "10.0.0.7"), kind="playback",
        cameras=[district.camera(commune)], begin=district.now - hours * HOUR, end=district.now,
        purpose=reason.id, now=district.now,
    )  # fmt: skip


def test_one_playback_opens_as_much_as_the_rules_of_the_room_let_it(district):
    assert playback(district, 24)
    with pytest.raises(ViewingMalformed):
        playback(district, 25)
    ruled(district, playback_span_hours=2)
    before = Viewing.objects.count()
    with pytest.raises(ViewingMalformed) as refused:
        playback(district, 3)
    assert "2 giờ" in str(refused.value.words)
    assert Viewing.objects.count() == before
    assert playback(district, 2)


def test_a_playback_that_is_open_ends_when_the_rules_let_less_be_opened(district):
    opened = playback(district, 10)
    ruled(district, playback_span_hours=2)
    who = Asker(district.people["commune_chairman"], "s1".ljust(64, "0"), "10.0.0.7")
    with pytest.raises(ViewingRefused) as refused:
        viewings.renew_viewing(who, opened.viewing.id, now=district.now + datetime.timedelta(seconds=4))
    assert refused.value.code == "over"
    assert Viewing.objects.get(id=opened.viewing.id).ending == "revoked"


def test_the_api_says_how_much_may_be_opened_and_the_page_of_the_room_asks_for_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    district = District()
    ruled(district, playback_span_hours=2)
    client = signed_in(district.people["commune_chairman"])
    wish = {
        "kind": "playback", "cameras": [str(district.camera("A"))],
        "begin": (district.now - 5 * HOUR).isoformat(), "end": district.now.isoformat(),
    }  # fmt: skip
    said = client.post("/api/viewings", json.dumps(wish), content_type="application/json")
    assert said.status_code == 422
    assert "2 giờ" in said.json()["vi"]
    page = client.get(reverse("room", args=[district.rooms["A", "one_stop"].id])).content.decode()
    assert 'data-playback-hours="2"' in page
    assert "30 phút trước, sau mỗi buổi" in page
