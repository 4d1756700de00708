"""The morning's digest: once, on a working day, of what the person's own pages show, to whom it may concern."""

import datetime
import logging

import pytest

from minhbach.centre.access.actions.own_errors import KIND
from minhbach.centre.access.may import May
from minhbach.centre.access.models import CodeReset
from minhbach.centre.front import digest as module
from minhbach.centre.front.digest import AGAIN, NOT_MADE, Digests, queue_digests
from minhbach.centre.front.waiting import CONFIRM, waiting
from minhbach.centre.messaging import mailing
from minhbach.centre.messaging.models import Delivery, Mail, Notice
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


@pytest.fixture
def turns(month, monkeypatch):
    """Whose digest was made, in order; of whom it cannot be made are in `broken`."""
    for role in ("chief_of_office", "service_centre_head"):
        person = month.district.people[role].person
        person.email = f"{role}@xa.example"
        person.save(update_fields=["email"])
    broken: set[str] = set()
    real, taken = module.digest, []

    def digest(account, *, now, site):
        taken.append(account.person.email.partition("@")[0])
        if taken[-1] in broken:
            raise ValueError("a digest that nobody can make")
        return real(account, now=now, site=site)

    monkeypatch.setattr(module, "digest", digest)
    return taken, broken


EVERYBODY = ["chief_of_office", "commune_chairman", "one_stop_officer", "service_centre_head"]


def test_one_that_cannot_be_made_costs_nobody_theirs_and_is_told_and_tried_again(month, turns, caplog):
    taken, broken = turns
    broken.add("commune_chairman")
    round_, begun = Digests(SITE), at(MONDAY, 7)
    round_.beat(now=begun)
    assert sorted(taken) == EVERYBODY
    assert not Mail.objects.filter(to="commune_chairman@xa.example").exists()
    assert Mail.objects.filter(to="service_centre_head@xa.example").exists()
    [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert str(month.district.people["commune_chairman"].id) in line.getMessage()
    told = Notice.objects.get(kind=KIND)
    assert told.vi == NOT_MADE.vi
    keeper = month.district.people["system_administrator"].person_id
    assert keeper in set(Delivery.objects.filter(notice=told).values_list("address", flat=True))
    taken.clear()
    assert round_.beat(now=begun + AGAIN / 2) == 0
    assert taken == []
    broken.clear()
    assert round_.beat(now=begun + AGAIN) == 1
    assert taken == ["commune_chairman"], "nobody else has another turn"
    assert round_.beat(now=begun + 3 * AGAIN) == 0
    assert taken == ["commune_chairman"]
    assert Notice.objects.filter(kind=KIND).count() == 1


@pytest.mark.parametrize("bound", [("AT_ONCE", 1), ("LONGEST_S", 0.0)])
def test_one_beat_makes_some_and_the_next_goes_on_where_it_ended(turns, monkeypatch, bound):
    taken, _ = turns
    monkeypatch.setattr(module, *bound)
    round_, queued = Digests(SITE), 0
    for beat in range(len(EVERYBODY)):
        queued += round_.beat(now=at(MONDAY, 7) + beat * datetime.timedelta(seconds=10))
        assert len(taken) == beat + 1
    assert sorted(taken) == EVERYBODY
    assert queued == Mail.objects.count() > 1
    assert round_.beat(now=at(MONDAY, 8)) == 0
    assert len(taken) == len(EVERYBODY)
    taken.clear()
    round_.beat(now=at(D(2026, 3, 10), 7))
    assert len(taken) == 1, "the next morning everybody has a turn again"


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


def test_whoever_leads_reads_what_is_late_anywhere_below_them(month):
    above = month.district.people["area_chairman"].person
    above.email = "above@xa.example"
    above.save(update_fields=["email"])
    month.draft()
    queue_digests(now=at(D(2026, 3, 27), 7), site=SITE)
    mail = Mail.objects.get(to="above@xa.example")
    _, _, rest = mail.body.partition("CHẬM Ở CÁC ĐƠN VỊ TRONG PHẠM VI (")
    count = int(rest.partition(")")[0])
    assert count >= 1
    assert "Xã A: báo cáo tháng 03/2026 chưa gửi" in rest
    assert int(mail.subject.rpartition(", ")[2].split()[0]) >= count
    # What is the chairman's own to send stands once, with what to do about it.
    own = Mail.objects.get(to="commune_chairman@xa.example").body
    assert own.count("áo cáo tháng 03/2026") == 1


def test_what_waits_is_counted_before_long_lists_are_cut(month):
    district = month.district
    second = district.appoint("system_administrator", "top", "second")
    keeper = district.people["system_administrator"]
    keeper.person.email = "keeper@xa.example"
    keeper.person.save(update_fields=["email"])
    asked = [account for account in district.people.values() if account not in (second, keeper)]
    for account in asked:
        CodeReset.objects.create(account=account, asked_by=second, asked_at=at(MONDAY, 6.5))
    now = at(MONDAY, 7)
    resets = [task for task in waiting(keeper, May(keeper, now), now=now) if task.verb == CONFIRM]
    assert len(asked) > 10
    assert (len(resets), sum(task.count for task in resets)) == (6, len(asked))
    assert resets[-1].title == f"và {len(asked) - 5} việc khác"
    assert queue_digests(now=now, site=SITE)
    mail = Mail.objects.get(to="keeper@xa.example")
    assert int(mail.body.partition("CHỜ BẠN (")[2].partition(")")[0]) >= len(asked)
    assert mail.body.count("Gỡ mã dùng một lần") >= 10


def test_the_weekend_is_told_with_friday(month):
    month.session(D(2026, 3, 7), 2, people=3)
    roll(D(2026, 3, 6), SUNDAY, now=at(MONDAY, 1))
    queue_digests(now=at(MONDAY, 7), site=SITE)
    body = Mail.objects.get(to="commune_chairman@xa.example").body
    assert body.startswith("TỪ 06/03/2026 ĐẾN HÔM QUA, 08/03/2026")
    assert "- Lượt người được tiếp: 3" in body


def test_who_does_not_want_it_does_not_get_it_and_who_reads_english_reads_english(month):
    me = month.district.people["commune_chairman"].person_id
    mailing.wish(me, notices=True, digest=False, language="vi", now=at(MONDAY, 6))
    assert queue_digests(now=at(MONDAY, 7), site=SITE) == 0
    mailing.wish(me, notices=True, digest=True, language="en", now=at(MONDAY, 6))
    assert queue_digests(now=at(MONDAY, 7), site=SITE) == 1
    assert "Dossiers received: 1" in Mail.objects.get().body
