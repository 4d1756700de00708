"""The morning's digest: once, on a working day, of what the person's own pages show, to whom it may concern."""

import datetime

import pytest

from minhbach.centre.access.may import May
from minhbach.centre.access.models import CodeReset
from minhbach.centre.front.digest import Digests, queue_digests
from minhbach.centre.front.waiting import CONFIRM, waiting
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
