"""The morning's digest: once, on a working day, of what the person's own pages show, to whom it may concern."""

import datetime

import pytest

from minhbach.centre.front.digest import Digests, queue_digests
from minhbach.centre.messaging import mailing
from minhbach.centre.messaging.models import Mail
from minhbach.centre.publishing.actions.rolling import roll
from tests.centre.publishing.month import Month, at

D = datetime.date
MONDAY, SUNDAY = D(2026, 3, 9), D(2026, 3, 8)
SITE = "https://minhbach.xa.example"


@pytest.fixture
def month(db):
    made = Month()
    made.dossier(D(2026, 3, 6), 8)
    roll(D(2026, 3, 1), SUNDAY, now=at(MONDAY, 1))
    for role in ("commune_chairman", "one_stop_officer"):
        person = made.district.people[role].person
        person.email = f"{role}@xa.example"
        person.save(update_fields=["email"])
    return made


def test_it_comes_once_on_a_working_morning_and_not_before_its_hour(month):
    round_ = Digests(SITE)
    assert round_.beat(now=at(SUNDAY, 8)) == 0
    assert round_.beat(now=at(MONDAY, 6)) == 0
    assert round_.beat(now=at(MONDAY, 7)) == 1
    assert round_.beat(now=at(MONDAY, 7.5)) == 0
    assert Digests(SITE).beat(now=at(MONDAY, 8)) == 0


def test_it_says_yesterday_what_waits_and_what_is_late_to_its_reader_alone(month):
    month.draft()
    friday = D(2026, 3, 27)
    queue_digests(now=at(friday, 7), site=SITE)
    mail = Mail.objects.get(to="commune_chairman@xa.example")
    assert "Báo cáo tháng 03/2026, Xã A" in mail.body
    assert f"{SITE}/bao-cao/" in mail.body
    assert "Hồ sơ tiếp nhận: " in mail.body
    assert "Xã B" not in mail.body
    assert mail.body.index("QUÁ HẠN") < mail.body.index("CHỜ BẠN")
    # The officer at the counter has no figures and nothing waits: no empty mail.
    assert not Mail.objects.filter(to="one_stop_officer@xa.example").exists()


def test_who_does_not_want_it_does_not_get_it_and_who_reads_english_reads_english(month):
    me = month.district.people["commune_chairman"].person_id
    mailing.wish(me, notices=True, digest=False, language="vi", now=at(MONDAY, 6))
    assert queue_digests(now=at(MONDAY, 7), site=SITE) == 0
    mailing.wish(me, notices=True, digest=True, language="en", now=at(MONDAY, 6))
    assert queue_digests(now=at(MONDAY, 7), site=SITE) == 1
    assert "Dossiers received: 1" in Mail.objects.get().body
