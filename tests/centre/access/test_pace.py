"""Programs are told to wait, people never; and whatever is refused or looked for is counted, all of it."""

import datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access import guard, recording
from minhbach.centre.access.models import AuditRow, Refusal, RefusalTally
from minhbach.centre.access.pace import MOST_KNOWN, WINDOW_S, Cost, Pace, cost_of
from minhbach.centre.access.recording import ROWS_AN_HOUR, record_refusal
from minhbach.centre.fabric import keys
from minhbach.centre.papers import printing
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from tests.centre.access.district import District
from tests.centre.people import signed_in

HOUR, SECOND = datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
NO = Words("Không", "No")


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_who_asks_as_fast_as_a_program_waits_and_a_minute_later_goes_on():
    clock = Clock()
    pace = Pace(clock)
    for _ in range(Cost.TAKING.most):
        assert pace.wait_s("a", Cost.TAKING) == (0.0, False)
    assert pace.wait_s("a", Cost.TAKING) == (WINDOW_S, True)
    clock.now_s += 20
    assert pace.wait_s("a", Cost.TAKING) == (WINDOW_S - 20, False)
    assert pace.wait_s("a", Cost.READING) == (0.0, False)
    assert pace.wait_s("b", Cost.TAKING) == (0.0, False)
    clock.now_s += 40
    assert pace.wait_s("a", Cost.TAKING) == (0.0, False)


def test_a_crowd_of_addresses_fills_no_memory_and_hides_nobody_who_asks_much():
    pace = Pace(Clock())
    for _ in range(Cost.TAKING.most + 5):
        pace.wait_s("greedy", Cost.TAKING)
    for number in range(3 * MOST_KNOWN):
        pace.wait_s(f"address {number}", Cost.READING)
    assert len(pace._seen) <= MOST_KNOWN
    assert pace.wait_s("greedy", Cost.TAKING)[0] > 0


def test_what_an_address_costs_is_seen_in_its_name():
    assert cost_of("trich-xuat/so.pdf", reading=True) is Cost.TAKING
    assert cost_of("trich-xuat/<uuid:extraction>/goi.zip", reading=False) is Cost.TAKING
    assert cost_of("phong/<uuid:room>", reading=True) is Cost.READING
    assert cost_of("phong/<uuid:room>/sua", reading=False) is Cost.CHANGING


# -- through the site ----------------------------------------------------------------------------------------------


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


@pytest.fixture
def hurried(monkeypatch):
    """All within one minute."""
    monkeypatch.setattr(guard, "PACE", Pace(Clock()))


@pytest.mark.django_db
@pytest.mark.usefixtures("hurried")
def test_searching_like_a_program_is_answered_in_words_and_told_once(district):
    browser = signed_in(district.people["inspector"])
    for number in range(Cost.LOOKING_UP.most):
        assert browser.get(reverse("find"), {"q": f"hồ sơ {number}"}).status_code == 200
    for _ in range(3):
        answer = browser.get(reverse("find"), {"q": "H81"})
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= WINDOW_S
        assert "quá nhanh" in answer.content.decode()
    assert browser.get("/api/dossiers/scan", {"code": "0" * 16}).status_code == 429
    assert browser.get(reverse("notices")).status_code == 200
    assert Refusal.objects.filter(wanted="looking_up").count() == 1
    other = signed_in(district.people["commune_chairman"])
    assert other.get(reverse("find"), {"q": "H81"}).status_code == 200


@pytest.mark.django_db
def test_what_somebody_looked_for_and_took_along_is_written_down(district):
    browser = signed_in(district.people["inspector"])
    browser.get(reverse("scan"), {"ma": "0000 1000 0000 0001"})
    browser.get(reverse("find"), {"q": "Mộc"})
    browser.get(reverse("find"), {"q": "Mộc Xu"}, headers={"HX-Request": "true"})
    browser.get(reverse("find"), {"q": "00001000"}, headers={"HX-Request": "true"})
    browser.get(reverse("find"))
    assert signed_in(district.people["viewing_auditor"]).get(reverse("viewings_csv")).status_code == 200
    found = AuditRow.objects.exclude(act__in=("signed_in", "page:")).order_by("at", "id")
    told = [(row.act, row.details) for row in found if row.act.startswith(("searched", "taken", "log"))]
    assert told == [
        ("searched:scan", {"ma": "0000 1000 0000 0001"}),
        ("searched:find", {"q": "Mộc"}),
        ("searched:find", {"q": "00001000"}),
        ("log_exported", {}),
    ]


@pytest.mark.django_db
def test_refusals_beyond_those_of_an_hour_are_counted_and_none_is_lost(district):
    account, now = district.people["inspector"], timezone.now().replace(minute=30, second=0)
    for number in range(ROWS_AN_HOUR + 25):
        record_refusal(account, Right.LIVE, NO, now=now + number * SECOND, address="10.0.0.7")
    record_refusal(account, Right.PLAYBACK, NO, now=now)
    record_refusal(district.people["technician"], Right.LIVE, NO, now=now)
    rows = Refusal.objects.filter(account=account, wanted=Right.LIVE)
    tally = RefusalTally.objects.get()
    assert (rows.count(), tally.count, tally.account, tally.wanted) == (ROWS_AN_HOUR, 25, account, "live")
    assert tally.last_at == now + (ROWS_AN_HOUR + 24) * SECOND
    record_refusal(account, Right.LIVE, NO, now=now + HOUR)
    assert rows.count() == ROWS_AN_HOUR + 1


@pytest.mark.django_db
def test_a_stranger_s_refusals_are_counted_by_where_they_come_from(monkeypatch):
    monkeypatch.setattr(recording, "ROWS_AN_HOUR", 2)
    now = timezone.now()
    for _ in range(5):
        record_refusal(None, Right.LIVE, NO, now=now, address="10.0.0.7")
    record_refusal(None, Right.LIVE, NO, now=now, address="10.0.0.8")
    assert Refusal.objects.count() == 3
    assert list(RefusalTally.objects.values_list("address", "count")) == [("10.0.0.7", 3)]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SET count = count - 1", "SET wanted = 'sound'", "SET hour = now()"])
def test_a_count_never_goes_down(monkeypatch, statement):
    monkeypatch.setattr(recording, "ROWS_AN_HOUR", 0)
    record_refusal(None, Right.LIVE, NO, now=timezone.now(), address="10.0.0.7")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE access_refusaltally {statement}")


@pytest.mark.django_db
def test_a_machine_without_its_fonts_says_so_and_does_not_break(district, monkeypatch, tmp_path):
    monkeypatch.setattr(printing, "FONTS", tmp_path / "none")
    room = district.rooms["A", "one_stop"]
    answer = signed_in(district.people["technician"]).get(reverse("minutes_pdf", args=[room.id]))
    assert answer.status_code == 503
    assert "phông chữ" in answer.content.decode()
