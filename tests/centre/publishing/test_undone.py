"""What was left undone stands first in a report, each kind of duty, until it is done; and what is counted anew."""

import datetime
import io

import pypdf
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.oversight.models import EmptyWeek, Visit, VisitStep
from minhbach.centre.publishing import duties, printing, reading
from minhbach.centre.publishing.actions.reminding import count_days
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.publishing.scopes import spans_of
from minhbach.centre.reception.models import BookStep
from tests.centre.access.district import SETUP
from tests.centre.people import signed_in
from tests.centre.publishing.doing import page, step, who
from tests.centre.publishing.month import Month, at
from tests.centre.publishing.undone import Undone

D = datetime.date
#: In the order of the paper.
ALL = [
    "Xã A: không thực hiện việc tiếp công dân ngày 10/03/2026",
    "Phát hiện số 001/2026, Xã A: hết hạn khắc phục 10/03/2026",
    "Xã A: vụ việc số 1/2026 trong sổ tiếp công dân hết hạn xử lý 10/03/2026",
    "Xã A: vụ việc số 2/2026 trong sổ tiếp công dân hết hạn giải quyết 10/03/2026",
    "Xã A: nhiệm vụ 1 của văn bản 01/CT-UBND hết hạn 01/03/2026",
]


@pytest.fixture
def month(db):
    return Month()


def of(month, name, kind):
    return Report.objects.get(unit=month.district.units[name], kind=kind)


def left(month, report):
    return duties.undone(report, spans_of(report), now=at(month.draft_day, 9))


def said(month, report):
    return [str(each.words) for each in left(month, report).rows]


def test_every_duty_of_its_days_that_a_commune_left_undone_stands_first_until_it_is_done(month):
    undone = Undone(month)
    row = month.draft()
    assert said(month, row) == ALL
    html = page(month, "commune_chairman", "report", row.id).content.decode()
    assert all(words in html for words in ALL)
    # The whole above says the same, and who has not sent.
    assert [words for words in said(month, of(month, "top", "leads")) if words in ALL] == ALL
    undone.do()
    assert said(month, row) == []


def test_a_matter_of_the_book_is_overdue_by_the_term_of_its_acceptance_and_not_while_it_is_lawfully_extended(month):
    undone = Undone(month)
    row = month.draft()
    BookStep.objects.create(
        entry=undone.waiting, kind="accepted", settle_by=D(2026, 3, 12), at=at(D(2026, 3, 9), 8), by=undone.officer
    )
    BookStep.objects.create(
        entry=undone.accepted, kind="extended", words="Phức tạp (15/QĐ-UBND)", settle_by=D(2026, 4, 1),
        at=at(D(2026, 3, 9), 9), by=undone.officer,
    )  # fmt: skip
    accepted = "Xã A: vụ việc số 1/2026 trong sổ tiếp công dân hết hạn giải quyết 12/03/2026"
    assert said(month, row) == [*ALL[:2], accepted, ALL[4]]


def test_what_is_not_of_its_days_or_not_late_yet_is_no_duty_left_undone(month):
    Undone(month)
    row = month.draft()
    before = at(D(2026, 3, 1), 9)
    early = duties.undone(row, spans_of(row), now=before)
    assert [str(each.words) for each in early.rows] == ALL[:1]
    other = of(month, "B", "operates")
    assert said(month, other) == []


def test_a_body_owes_the_weeks_in_which_it_visited_too_few_rooms(month):
    for monday in (D(2026, 2, 9), D(2026, 3, 2), D(2026, 3, 9)):
        EmptyWeek.objects.create(
            body=month.district.units["inspectorate"], monday=monday, held=0, wanted=1, found_at=at(monday, 24 * 7 + 7)
        )
    row = month.draft()
    # The week of 9 February ended on the 15th, the first day; that of 9 March ends on the day after the last.
    expected = [f"inspectorate 1: tuần từ {day} có 0/1 chuyến kiểm tra tại chỗ" for day in ("09/02/2026", "02/03/2026")]
    assert said(month, of(month, "inspectorate", "supervises_reception_room")) == expected
    assert [words for words in said(month, of(month, "top", "leads")) if "chuyến kiểm tra" in words] == expected
    assert said(month, row) == []


def test_a_week_whose_visit_was_written_down_after_it_was_found_is_owed_no_more(month):
    body, head = month.district.units["inspectorate"], month.district.people["chief_inspector"].person
    for monday in (D(2026, 2, 16), D(2026, 3, 2)):
        EmptyWeek.objects.create(body=body, monday=monday, held=0, wanted=1, found_at=at(monday, 24 * 7 + 7))
    visit = Visit.objects.create(
        body=body, room=month.reception, unit=month.district.units["A"], visitor=head, day=D(2026, 3, 6),
        planned_by=head, planned_at=at(D(2026, 3, 3), 8),
    )  # fmt: skip
    month.draft()
    row = of(month, "inspectorate", "supervises_reception_room")
    owed = [f"inspectorate 1: tuần từ {day} có 0/1 chuyến kiểm tra tại chỗ" for day in ("16/02/2026", "02/03/2026")]
    assert said(month, row) == owed
    VisitStep.objects.create(visit=visit, kind="held", by=head, at=at(D(2026, 3, 9), 8))
    assert said(month, row) == owed[:1]


def test_a_report_says_of_how_many_rooms_how_many_were_assessed(month):
    month.record(at(D(2026, 3, 1), 0), at(D(2026, 3, 4), 0), (at(D(2026, 3, 2), 23), at(D(2026, 3, 3), 2)))
    row = month.draft()
    for name, kind in (("office", "supervises_one_stop"), ("top", "leads")):
        found = left(month, of(month, name, kind))
        assert (found.assessed, found.recorded) == (0, 1), kind
        assert "one_stop A, Xã A: chưa được đánh giá lần nào trong kỳ" in [str(each.words) for each in found.rows]
    assert left(month, row).recorded is None
    html = page(month, "office_specialist", "report", of(month, "office", "supervises_one_stop").id).content.decode()
    assert "đã đánh giá 0/1 phòng" in html


def month_late(month, now):
    return duties.late_in([month.room.id, month.reception.id], now - datetime.timedelta(days=1), now)


def test_a_leader_sees_what_is_late_below_also_of_findings_that_were_concluded(month):
    Undone(month)
    now = at(month.draft_day, 9)
    rooms = [month.room.id, month.reception.id]
    with CaptureQueriesContext(connection) as queries:
        found = duties.late_in(rooms, now - datetime.timedelta(days=30), now)
    assert [str(each.words) for each in found] == ALL[:4]
    assert len(queries) == 1


def test_a_leader_sees_of_each_unit_how_many_dossiers_are_overdue_and_the_first_of_them(month):
    rows = [month.dossier(D(2026, 3, day), 9) for day in (3, 2)]
    before, between, after = (month_late(month, at(D(2026, 3, day), 10)) for day in (4, 5, 6))
    assert (before, len(between), len(after)) == ([], 1, 1)
    assert str(between[0].words) == "Xã A: 1 hồ sơ quá hẹn trả, sớm nhất hẹn 05/03/2026"
    assert str(after[0].words) == "Xã A: 2 hồ sơ quá hẹn trả, sớm nhất hẹn 05/03/2026"
    assert after[0].url == reverse("dossier", args=[rows[1].id])
    assert after[0].room == month.room.id
    move_on(SETUP, EventKind.HANDED_BACK, dossier=rows[1], counter=month.counter, now=at(D(2026, 3, 6), 10))
    (left,) = month_late(month, at(D(2026, 3, 6), 11))
    assert str(left.words) == "Xã A: 1 hồ sơ quá hẹn trả, sớm nhất hẹn 06/03/2026"


def test_all_duties_are_one_question_however_many_are_left_undone(month):
    asked = []
    for numbers in ((1,), range(2, 14)):
        for number in numbers:
            Undone(month, number).more()
        month.draft()
        for name, kind in (("A", "operates"), ("inspectorate", "supervises_reception_room"), ("top", "leads")):
            report = of(month, name, kind)
            spans = spans_of(report)
            with CaptureQueriesContext(connection) as queries:
                found = duties.undone(report, spans, now=at(month.draft_day, 9))
            asked.append((len(queries), len(found.rows) < found.count))
    assert {queries for queries, _ in asked} == {1}
    assert [more for _, more in asked] == [False, False, False, True, True, True]


def test_the_paper_the_document_and_the_workbook_say_all_of_part_one(month):
    Undone(month)
    month.record(at(D(2026, 3, 1), 0), at(D(2026, 3, 4), 0), (at(D(2026, 3, 2), 23), at(D(2026, 3, 3), 2)))
    month.draft()
    now, row = at(month.draft_day, 9), of(month, "top", "leads")
    told = reading.told(row.id, now=now)
    lines = [*ALL, "Số phòng đã được đánh giá trong kỳ: 0/1 phòng có ghi hình."]
    paper = pypdf.PdfReader(io.BytesIO(printing.paper(told, now=now)))
    text = "".join("".join(each.extract_text().split()) for each in paper.pages)
    assert all("".join(line.split()) in text for line in lines)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(printing.workbook(told, now=now))).get_sheet_by_name("Nội dung")
    [head], [words], *rest = sheet.to_python()
    assert head == "I. Nhiệm vụ chưa thực hiện"
    assert all(line in str(words) for line in lines)
    assert str(rest[0][0]).startswith("II. ")


def test_what_a_report_would_state_by_now_stands_beside_what_it_took_from_the_system(month, capsys):
    month.dossier(D(2026, 3, 2), 9)
    row = month.draft()
    step(month, row, "commune_chairman", StepKind.SIGNED)
    assert "nay đếm lại" not in page(month, "commune_chairman", "report", row.id).content.decode()
    call_command("check_figures")
    assert "of reports" not in capsys.readouterr().out
    month.dossier(D(2026, 3, 3), 9)
    count_days(now=at(month.draft_day, 12))
    html = page(month, "commune_chairman", "report", row.id).content.decode()
    assert html.count("nay đếm lại: 2") == 1
    figure = page(month, "commune_chairman", "report_figure", row.id, "dossiers_received").content.decode()
    assert "Nay đếm lại" in figure
    assert "Nay đếm lại" not in page(month, "commune_chairman", "report_figure", row.id, "findings").content.decode()
    api = signed_in(who(month, "commune_chairman")).get(f"/api/reports/{row.id}").json()
    [of_api] = [each for each in api["figures"] if each["code"] == "dossiers_received"]
    assert (of_api["system"], of_api["stated"], of_api["by_now"]) == (1, 1, 2)
    call_command("check_figures")
    assert "03/2026 Xã A, operates, dossiers_received: 1 stated, 2 by now" in capsys.readouterr().out
