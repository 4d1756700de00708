"""A report that was returned: not sent until it is sent again, late again, and its unit's own meanwhile."""

import datetime

import pytest

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.front.reporting import reports_waiting
from minhbach.centre.papers import actions as papers
from minhbach.centre.publishing import behind, duties, reading
from minhbach.centre.publishing.actions.reminding import remind
from minhbach.centre.publishing.models import Report, ReportReminder, StepKind
from minhbach.centre.publishing.scopes import spans_of
from tests.centre.people import signed_in
from tests.centre.publishing.doing import page, put, step, who
from tests.centre.publishing.month import Month, at

D = datetime.date


@pytest.fixture
def month(db):
    made = Month()
    made.dossier(D(2026, 3, 2), 9, back_after_days=9)
    return made


def returned(month, on):
    """Sent with a figure that its unit changed, and returned on that day; then its unit changes the figure anew."""
    row = month.draft()
    put(month, row)
    signed = step(month, row, "commune_chairman", StepKind.SIGNED)
    step(month, row, "commune_chairman", StepKind.SENT)
    step(month, row, "chief_of_office", StepKind.RETURNED, words="Chưa nêu nguyên nhân", now=at(on, 15))
    put(month, row, value=7, seen=1)
    return row, signed


def test_a_report_that_came_back_is_not_sent_and_is_late_again_until_it_is(month):
    row, _ = returned(month, D(2026, 3, 24))
    whole = Report.objects.get(unit=month.district.units["top"], kind="leads")
    due = at(month.due, 9)
    assert behind.whole_of(reading.told(whole.id, now=due), now=due).sent == 0
    undone = duties.undone(whole, spans_of(whole), now=due)
    assert "Xã A: chưa gửi báo cáo tháng" in [str(each.words) for each in undone.rows]
    late = D(2026, 3, 26)
    assert reading.told(row.id, now=at(month.due, 9)).state == reading.STATES[StepKind.RETURNED]
    assert reading.told(row.id, now=at(late, 9)).state is reading.LATE_AGAIN
    head = standing_of(who(month, "commune_chairman"), now=at(late, 9))
    [waits] = [each for each in reports_waiting(head, now=at(late, 9)) if str(row.id) in each.url]
    assert waits.kind == "late"
    assert [remind(now=at(late, hour)) > 0 for hour in (8, 9)] == [True, False]
    assert ReportReminder.objects.filter(report=row, late=True).count() == 1
    again = at(D(2026, 3, 27), 9)
    step(month, row, "commune_chairman", StepKind.SIGNED, now=again)
    step(month, row, "commune_chairman", StepKind.SENT, now=again)
    above = standing_of(who(month, "area_chairman"), now=again)
    [listed] = [each for each in reading.reports_of(above, row.month, now=again).rows if each.report.id == row.id]
    assert (listed.sent_at, listed.sent_late) == (again, True)


def test_a_report_that_came_back_behind_its_day_is_late_from_the_next_day_on(month):
    row, _ = returned(month, D(2026, 3, 27))
    for day, late in ((27, False), (28, True)):
        assert (reading.told(row.id, now=at(D(2026, 3, day), 17)).state is reading.LATE_AGAIN) is late, day
        remind(now=at(D(2026, 3, day), 17))
        assert ReportReminder.objects.filter(report=row, late=True).exists() is late, day


def test_what_is_changed_since_a_report_came_back_is_its_units_own_until_it_is_sent_again(month):
    row, signed = returned(month, D(2026, 3, 24))
    whole = Report.objects.get(unit=month.district.units["top"], kind="leads")
    below = behind.whole_of(reading.told(whole.id, now=at(month.due, 9)), now=at(month.due, 9)).rows
    assert [each.values for each in below if each.listed.report.id == row.id] == [{}]
    above = page(month, "chief_of_office", "report", row.id).content.decode()
    assert "Chưa nêu nguyên nhân" in above
    assert "Số liệu" not in above
    paper = page(month, "chief_of_office", "report_pdf", row.id)
    assert b"".join(paper.streaming_content if paper.streaming else [paper.content]) == papers.read(signed.paper)
    for name, *more in (("report_figure", "dossiers_late"), ("report_docx",), ("report_xlsx",)):
        assert page(month, "chief_of_office", name, row.id, *more).status_code == 404, name
        assert page(month, "commune_chairman", name, row.id, *more).status_code == 200, name
    asked = signed_in(who(month, "chief_of_office")).get(f"/api/reports/{row.id}")
    assert asked.status_code == 404
    standing = standing_of(who(month, "chief_of_office"), now=at(month.due, 9))
    for kind in (StepKind.SIGNED, StepKind.UNSIGNED):
        step(month, row, "commune_chairman", kind)
        listed = reading.reports_of(standing, row.month, now=at(month.due, 9)).rows
        assert [each.open for each in listed if each.report.id == row.id] == [False], kind


def test_the_list_counts_the_same_units_as_sent_or_not_as_the_whole_that_adds_them_up(month):
    row, _ = returned(month, D(2026, 3, 24))
    now = at(month.due, 9)
    whole = Report.objects.get(unit=month.district.units["inspectorate"])
    added_up = behind.whole_of(reading.told(whole.id, now=now), now=now)
    assert len(added_up.rows) == 2
    for role in ("inspector", "chief_of_office"):
        listed = reading.reports_of(standing_of(who(month, role), now=now), row.month, now=now)
        assert (listed.sent, len(listed.owed)) == (added_up.sent, len(added_up.rows)), role
        assert (listed.sent, listed.drafts, listed.returned) == (0, 1, 1), role
        # What was returned is there as its paper, a draft as its state alone.
        assert [each.report.id for each in listed.owed if each.open] == [row.id], role
    own = reading.reports_of(standing_of(who(month, "commune_chairman"), now=now), row.month, now=now)
    assert [each.report.id for each in own.rows] == [row.id]
