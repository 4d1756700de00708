"""A new version is read and confirmed within its term: a banner first, then no footage; nothing else is ever locked."""

import datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.actions import confirming, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused
from minhbach.centre.access.confirming import bound_at, shares_below, to_confirm
from minhbach.centre.access.deciding import decide, rooms_where, standing_of, standings_of
from minhbach.centre.access.judging import CONFIRM_FIRST
from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.access.places import ANYWHERE, place_of_room
from minhbach.centre.fabric import keys
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.calendar import HOLIDAY
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from minhbach.centre.regulation.rights import FOOTAGE, Right
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: A Monday; the profiles give five working days, so the term ends with the Monday after.
MONDAY = datetime.datetime(2026, 6, 1, 9, 0, tzinfo=VIETNAM)
WATCHER = "commune_chairman"


@pytest.fixture
def district():
    return District(now=MONDAY, confirmed=False)


def version(district):
    return Regulation.objects.get(unit=district.units["top"])


def confirm(district, who, at=MONDAY, **given):
    row = version(district)
    asked = {"digest": row.digest, "read": True} | given
    return confirming.confirm(district.people[who], row.id, **asked, now=at)


def later(days):
    return MONDAY + datetime.timedelta(days=days)


def may(district, who, right, at):
    place = place_of_room(district.rooms["A", "one_stop"].id, at)
    return decide(district.people[who], right, place, now=at).allowed


@pytest.mark.parametrize(("days", "watches"), [(0, True), (7, True), (8, False), (30, False)])
def test_nobody_watches_once_the_term_is_over_and_everybody_does_until_then(district, days, watches):
    assert may(district, WATCHER, Right.PLAYBACK, later(days)) == watches
    assert bool(rooms_where(district.people[WATCHER], Right.LIVE, now=later(days))) == watches
    confirm(district, WATCHER)
    assert may(district, WATCHER, Right.PLAYBACK, later(days))


def test_a_day_off_moves_the_end_of_the_term(district):
    regulation.add_day(
        SETUP, unit=district.units["top"].id, day=day_of(later(7)), kind=HOLIDAY, name="Nghỉ", now=MONDAY
    )
    assert may(district, WATCHER, Right.LIVE, later(8))
    assert not may(district, WATCHER, Right.LIVE, later(9))


def test_being_late_takes_the_footage_and_nothing_else(district):
    for name, account in district.people.items():
        lost = {
            right
            for right in Right
            if decide(account, right, ANYWHERE, now=MONDAY).allowed
            and not decide(account, right, ANYWHERE, now=later(8)).allowed
        }
        assert lost <= FOOTAGE, name
    assert may(district, WATCHER, Right.HOLD, later(8))
    counter = signed_in(district.people["one_stop_officer"])
    assert counter.get(reverse("desk", args=[district.counters["A"].id])).status_code == 200


def test_the_term_begins_when_all_of_it_is_there_version_post_and_account(district):
    late = district.appoint("commune_chairman", "A", "newcomer", begin=day_of(later(21)))
    assert [each.since for each in standing_of(late, now=later(21)).unconfirmed] == [day_of(later(21))]
    assert not standing_of(late, now=later(28)).overdue
    assert standing_of(late, now=later(29)).overdue
    assert standing_of(district.nobody(), now=later(29)).unconfirmed == ()


def test_of_many_accounts_is_known_what_is_known_of_each(district):
    confirm(district, "inspector")
    district.appoint("commune_chairman", "B", "neighbour")
    regulation.add_day(SETUP, unit=district.units["B"].id, day=day_of(later(7)), kind=HOLIDAY, name="Nghỉ", now=MONDAY)
    Account.objects.filter(username="technician").update(is_active=False, closed_at=MONDAY)
    accounts = [*district.people.values(), district.nobody()]
    for days in (0, 8, 9):
        known = standings_of(accounts, now=later(days))
        assert known == {account.id: standing_of(account, now=later(days)) for account in accounts}
        late = {name for name, account in district.people.items() if known[account.id].overdue}
        assert ("neighbour" in late, "one_stop_officer" in late) == (days == 9, days >= 8)


def test_a_version_for_the_future_waits_for_its_day_and_can_be_confirmed_before(district):
    confirm(district, WATCHER)
    content = version(district).content
    row = regulation.issue(
        unit=district.units["top"].id, content=content, valid_from=day_of(later(14)), decision_number="2/QĐ", now=MONDAY
    )
    assert not standing_of(district.people[WATCHER], now=later(13)).unconfirmed
    waiting = to_confirm(standing_of(district.people[WATCHER], now=later(14)), day_of(later(14)))
    assert [(each.version, each.until) for each in waiting] == [(row.id, day_of(later(21)))]
    confirming.confirm(district.people[WATCHER], row.id, digest=row.digest, read=True, now=later(2))
    assert not standing_of(district.people[WATCHER], now=later(14)).unconfirmed


def test_what_is_confirmed_is_the_text_that_is_enforced_once_and_for_ever(district):
    for wrong in ({"digest": "0" * 64}, {"read": False}):
        with pytest.raises(NotPossible):
            confirm(district, WATCHER, **wrong)
    row = Regulation.objects.exclude(unit=district.units["top"]).get()
    with pytest.raises(NotPossible):
        confirming.confirm(district.people[WATCHER], row.id, digest=row.digest, read=True, now=MONDAY)
    first, again = confirm(district, WATCHER), confirm(district, WATCHER, later(3))
    assert first.id == again.id
    assert again.at == MONDAY
    assert AuditRow.objects.filter(act="regulation_confirmed").count() == 1
    for forbidden in (
        lambda: Acknowledgement.objects.filter(id=first.id).delete(),
        lambda: Acknowledgement.objects.filter(id=first.id).update(at=later(1)),
        lambda: Acknowledgement.objects.create(
            regulation=version(district), person=district.people["inspector"].person, digest="0" * 64, at=MONDAY
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()


def test_a_running_viewing_ends_with_the_term_and_the_words_say_what_to_do(district, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    midnight = datetime.datetime.combine(day_of(later(8)), datetime.time(), VIETNAM)
    before, after = midnight - datetime.timedelta(seconds=3), midnight + datetime.timedelta(seconds=1)
    who = Asker(district.people["inspector"], "s" * 64)
    camera = district.camera("A", "reception_room")
    room = district.rooms["A", "reception_room"].id
    reason = purposes.open_purpose(who.account, text="kiểm tra đột xuất", reference="", rooms=[room], now=before)
    opened = viewings.open_viewing(who, kind="live", cameras=[camera], purpose=reason.id, now=before)
    with pytest.raises(ViewingRefused) as refused:
        viewings.renew_viewing(who, opened.viewing.id, now=after)
    assert refused.value.words == CONFIRM_FIRST


def test_the_head_sees_who_has_not_and_how_far_the_units_below_are(district):
    confirm(district, WATCHER)
    unit, day = district.units["A"].id, day_of(later(8))
    found, people = bound_at(unit, day)
    assert found is not None
    states = {each.name: (each.confirmed_at is not None, each.overdue) for each in people}
    assert states[district.people[WATCHER].person.full_name] == (True, False)
    assert states[district.people["one_stop_officer"].person.full_name] == (False, True)
    assert people[0].overdue
    shares = {share.unit: (share.confirmed, share.bound) for share in shares_below(district.units["top"].id, day)}
    assert shares[unit] == (1, len(people))
    assert shares[district.units["inspectorate"].id] == (0, 3)


def test_the_banner_leads_to_the_text_and_goes_with_the_confirmation():
    district = District(confirmed=False)
    chairman = district.people[WATCHER]
    browser = signed_in(chairman)
    row = version(district)
    page = reverse("regulation", args=[row.id])
    assert f"{page}#xac-nhan" in browser.get("/").content.decode()
    assert browser.post(reverse("regulation_confirm", args=[row.id]), {"digest": row.digest}).status_code == 302
    assert not Acknowledgement.objects.exists()
    browser.post(reverse("regulation_confirm", args=[row.id]), {"digest": row.digest, "read": "on"})
    assert Acknowledgement.objects.get().person == chairman.person
    assert f"{page}#xac-nhan" not in browser.get("/").content.decode()
    assert "Bạn đã xác nhận" in browser.get(page).content.decode()
    there = reverse("confirmations", args=[district.units["A"].id])
    assert chairman.person.full_name in browser.get(there).content.decode()
    assert (
        chairman.person.full_name
        not in browser.get(there + "?chua").content.decode().split("<table")[1].split("</table>")[0]
    )
    assert day_of(district.now) > DAY
