"""The paper beside the form: what it says is what is printed, and nothing is written by looking at it."""

import datetime

import pytest
from django.http import QueryDict
from django.urls import reverse

from minhbach.centre.access.models import AuditRow
from minhbach.centre.dossiers import drafts, receipt
from minhbach.centre.dossiers.actions.receiving import Brought, Handed, Part, receive
from minhbach.centre.dossiers.models import Dossier, Event, PaperKind, ReturnBy, Running
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.words.formats import VIETNAM
from tests.centre.access.district import District
from tests.centre.dossiers.counters import procedure
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: A Thursday; the day of work after the next one is a Monday.
THURSDAY = datetime.datetime(2026, 11, 19, 9, 41, tzinfo=VIETNAM)
TYPED = {"name": "Bùi Thị  Nhạn", "personal_id": "036185000472", "address": "thôn Đồng Sậy", "phone": "0912345678"}


@pytest.fixture
def district():
    return District()


def draft(district, of=None, now=THURSDAY, **typed):
    given = None
    if typed:
        given = QueryDict(mutable=True)
        given.update({"procedure": str(of.id) if of else "", "sets": "1", "return_by": "counter"} | typed)
    counter = district.counters["A"]
    return drafts.draft(counter, chosen=str(of.id) if of else "", given=given, now=now)


def test_what_is_shown_is_what_is_printed_to_the_letter_but_for_its_numbers(district):
    of = procedure(district)
    officer = district.people["one_stop_officer"].person
    shown = drafts.preview(
        draft(district, of, due_on="2026-11-24", **TYPED, **{"part-0": "1", "part-1": "0"}), officer=officer.full_name
    )
    assert shown
    made = receive(
        officer, counter=district.counters["A"], brought=Brought(**TYPED), now=THURSDAY,
        handed=Handed(
            procedure=of, parts=[Part("Tờ khai", PaperKind.ORIGINAL, 1)], return_by=ReturnBy.COUNTER,
            due_at=datetime.datetime(2026, 11, 24, 9, 41, tzinfo=VIETNAM),
        ),
    )  # fmt: skip
    printed = receipt.content(Dossier.objects.get(id=made.id))
    assert shown.said == {name: printed[name] for name in shown.said}
    assert set(printed) - set(shown.said) == {
        "title", "number", "code", "copies", "digits", "bars", "qr", "qr_side", "secret",
    }  # fmt: skip
    assert made.code.startswith(f"{shown.code}-")
    assert shown.lacks == []


def test_a_chosen_procedure_proposes_its_day_by_the_clock_of_the_receipt(district):
    of = procedure(district)
    CalendarDay.objects.create(
        unit=district.units["top"], day=datetime.date(2026, 11, 20), kind="holiday", name="Lễ", added_at=district.now
    )
    first = draft(district, of)
    shown = drafts.preview(first, officer="")
    assert shown
    assert shown.said["due"] == "09 giờ 41 phút, ngày 23/11/2026"
    assert drafts.days_off(first) == [datetime.date(2026, 11, 20)]
    assert drafts.days_off(draft(district, of, due_on="2026-11-20", **TYPED)) == []


@pytest.mark.parametrize(
    ("typed", "lacks"),
    [
        ({"name": ""}, ["Họ và tên người nộp"]),
        ({"sets": "0"}, ["Số lượng hồ sơ (bộ)"]),
        ({"due_on": "2026-11-18"}, ["Hẹn trả kết quả ngày"]),
        ({"part-0": "0"}, ["Thành phần hồ sơ"]),
        ({"name": " ", "return_by": "chim"}, ["Họ và tên người nộp", "Đăng ký nhận kết quả"]),
        ({}, []),
    ],
)
def test_what_keeps_it_from_being_printed_is_named(district, typed, lacks):
    of = procedure(district)
    whole = {"due_on": "2026-11-23", **TYPED, "part-0": "1", "part-1": "0"}
    shown = drafts.preview(draft(district, of, **(whole | typed)), officer="")
    assert shown
    assert shown.lacks == lacks


def test_papers_that_the_procedure_does_not_name_are_handed_in_too(district):
    of, counter = procedure(district), district.counters["A"]
    browser = signed_in(district.people["one_stop_officer"])
    due = (datetime.datetime.now(VIETNAM).date() + datetime.timedelta(days=7)).isoformat()
    posted = TYPED | {"procedure": str(of.id), "sets": "1", "return_by": "counter", "due_on": due, "part-0": "0"}
    posted["more"] = "Giấy ủy quyền (bản chứng thực, 2); Sổ hộ khẩu cũ"
    assert "Bản chứng thực" in browser.post(reverse("receipt_preview", args=[counter.id]), posted).content.decode()
    assert browser.post(reverse("receive", args=[counter.id]), posted).status_code == 302
    assert [(part.name, part.kind, part.copies) for part in Dossier.objects.get().components.all()] == [
        ("Giấy ủy quyền", PaperKind.CERTIFIED_COPY, 2), ("Sổ hộ khẩu cũ", PaperKind.ORIGINAL, 1),
    ]  # fmt: skip
    wrong = browser.post(reverse("receive", args=[counter.id]), posted | {"more": "Tờ khai (bản chính, 0)"})
    assert wrong.status_code == 422
    assert Dossier.objects.count() == 1


def test_an_empty_form_shows_an_empty_paper_and_says_what_it_waits_for(district):
    procedure(district)
    shown = drafts.preview(draft(district), officer="")
    assert shown
    assert shown.lacks == ["Họ và tên người nộp", "Thủ tục"]
    assert (shown.said["due"], shown.said["term"], shown.said["components"]) == ("", "", [])


def test_a_counter_that_belongs_to_nobody_has_no_paper(district):
    long_ago = datetime.datetime(2000, 1, 1, tzinfo=VIETNAM)
    assert drafts.preview(draft(district, now=long_ago), officer="") is None


def test_looking_at_the_paper_writes_nothing_down(district, django_assert_max_num_queries):
    of, counter = procedure(district), district.counters["A"]
    browser = signed_in(district.people["one_stop_officer"])
    due = (datetime.datetime.now(VIETNAM).date() + datetime.timedelta(days=7)).isoformat()
    posted = TYPED | {"procedure": str(of.id), "sets": "1", "return_by": "post", "due_on": due, "part-0": "1"}
    browser.post(reverse("receipt_preview", args=[counter.id]), posted)
    before = AuditRow.objects.count()
    with django_assert_max_num_queries(30):
        answer = browser.post(reverse("receipt_preview", args=[counter.id]), posted)
    said = answer.content.decode()
    assert "Bùi Thị Nhạn" in said
    assert "qua bưu chính công ích" in said
    assert "<html" not in said
    assert AuditRow.objects.count() == before
    assert not Dossier.objects.exists()
    assert not Event.objects.exists()
    assert not Running.objects.exists()


def test_the_form_comes_back_with_its_paper_when_something_is_wrong(district):
    of, counter = procedure(district), district.counters["A"]
    browser = signed_in(district.people["one_stop_officer"])
    answer = browser.post(reverse("receive", args=[counter.id]), TYPED | {"procedure": str(of.id), "sets": "0"})
    assert answer.status_code == 422
    assert 'id="preview"' in answer.content.decode()
    assert "Số lượng hồ sơ (bộ)" in answer.content.decode().split('id="preview"')[1]
