"""The monthly report: drafted from real figures, edited in sight, signed, sent, accepted or returned above."""

import datetime
import io
import zipfile

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account, Restriction
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.feedback.models import Score
from minhbach.centre.footage import models as footage
from minhbach.centre.front.reporting import reports_waiting
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.papers import actions as papers
from minhbach.centre.publishing import printing, reading
from minhbach.centre.publishing.actions import reminding, reports
from minhbach.centre.publishing.actions.reminding import Reporting, SomeNotDrafted, draft_due, remind
from minhbach.centre.publishing.models import (
    FigureEdit,
    Report,
    ReportFigure,
    ReportReminder,
    ReportStep,
    StepKind,
)
from minhbach.centre.registry import tables
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.models import Supervision
from tests.centre.access.district import SETUP
from tests.centre.people import signed_in
from tests.centre.publishing.doing import page, put, step, who, write
from tests.centre.publishing.month import Month, at

D = datetime.date


@pytest.fixture
def month(db):
    made = Month()
    made.dossier(D(2026, 2, 16), 8, back_after_days=0.1, score=Score.VERY_SATISFIED)
    made.dossier(D(2026, 3, 2), 9, back_after_days=9)
    made.session(D(2026, 3, 5), 1)
    return made


def test_every_body_that_owes_a_report_has_its_draft_on_the_day_of_drafts(month):
    assert draft_due(now=at(D(2026, 3, 19), 23)) == 0
    month.draft()
    kinds = sorted(
        Report.objects.filter(unit__in=[unit.id for unit in month.district.units.values()]).values_list(
            "kind", flat=True
        )
    )
    assert kinds == ["leads", "operates", "operates", "operates", "supervises_one_stop", "supervises_reception_room"]
    assert draft_due(now=at(month.due, 9)) == 0


def test_a_body_whose_supervision_ended_amid_the_counted_days_still_reports_on_them(month):
    body = month.district.units["inspectorate"].id
    for until, owes in ((month.first, False), (D(2026, 3, 1), True)):
        Supervision.objects.filter(body=body).update(valid_until=until)
        draft_due(now=at(month.draft_day, 6))
        assert Report.objects.filter(unit=body).exists() is owes, until


def test_a_draft_states_what_was_counted_and_says_where_nothing_was(month):
    told = reading.told(month.draft().id, now=at(month.draft_day, 9))
    values = told.values
    assert (values["dossiers_received"], values["dossiers_late"], values["in_time"]) == (2, 1, 5_000)
    assert (values["sessions"], values["people_received"]) == (1, 3)
    assert (values["ratings"], values["satisfied"]) == (1, 10_000)
    assert values["uptime"] is None
    assert told.figures["uptime"].said == "chưa có dữ liệu"
    assert "Tiếp nhận 2 hồ sơ" in told.texts[1].newest.words


def test_what_a_person_puts_in_the_systems_place_stands_beside_it_with_the_reason(month):
    row = month.draft()
    put(month, row)
    figure = reading.figures_of(row)["dossiers_late"]
    assert figure.edit is not None
    assert (figure.system, figure.value, figure.edit.reason) == (1, 0, "Hồ sơ lùi hạn có lý do")
    html = page(month, "commune_chairman", "report", row.id).content.decode()
    assert "hệ thống: 1" in html
    assert "Hồ sơ lùi hạn có lý do" in html
    put(month, row, value=None, seen=1)
    assert reading.figures_of(row)["dossiers_late"].value == 1


def test_two_who_edit_at_once_do_not_overwrite_each_other(month):
    row = month.draft()
    put(month, row)
    with pytest.raises(NotPossible) as refused:
        put(month, row, role="service_centre_head", value=3)
    assert refused.value.words is reports.OVERTAKEN
    write(month, row, "commune_chairman", "Thiếu người.")
    with pytest.raises(NotPossible):
        write(month, row, "service_centre_head", "Không có.")
    assert reading.texts_of(row)[2].newest.words == "Thiếu người."


def test_whoever_prepares_does_not_sign_and_whoever_is_above_writes_nothing(month):
    row = month.draft()
    with pytest.raises(NotPossible):
        step(month, row, "service_centre_head", StepKind.SIGNED)
    for role in ("area_chairman", "chief_of_office", "inspector"):
        with pytest.raises(NotPossible):
            put(month, row, role=role)
        with pytest.raises(NotPossible):
            step(month, row, role, StepKind.SIGNED)
    assert not ReportStep.objects.exists()
    assert not FigureEdit.objects.exists()


def test_what_is_signed_stays_as_it_was_until_the_signature_is_taken_back(month):
    row = month.draft()
    put(month, row)
    signed = step(month, row, "commune_chairman", StepKind.SIGNED)
    assert papers.read(signed.paper).startswith(b"%PDF")
    with pytest.raises(NotPossible):
        put(month, row, value=5, seen=1)
    for change in (
        lambda: ReportFigure.objects.filter(report=row, code="rooms").update(system=99),
        lambda: FigureEdit.objects.create(
            report=row, code="rooms", serial=1, value=9, reason="x", by=who(month, "commune_chairman").person,
            at=at(month.draft_day, 9),
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    step(month, row, "commune_chairman", StepKind.UNSIGNED)
    put(month, row, value=5, seen=1)


def test_a_report_goes_up_comes_back_and_is_accepted_by_those_above_who_are_told(month):
    row = month.draft()
    step(month, row, "commune_chairman", StepKind.SIGNED)
    with pytest.raises(NotPossible):
        step(month, row, "chief_of_office", StepKind.ACCEPTED)
    step(month, row, "service_centre_head", StepKind.SENT)
    told = set(Delivery.objects.filter(notice__kind="report").values_list("address", flat=True))
    assert told == {who(month, role).person_id for role in ("chief_of_office", "area_chairman")}
    with pytest.raises(NotPossible):
        step(month, row, "chief_of_office", StepKind.RETURNED)
    step(month, row, "chief_of_office", StepKind.RETURNED, words="Chưa nêu nguyên nhân hồ sơ trễ")
    step(month, row, "commune_chairman", StepKind.SIGNED)
    step(month, row, "commune_chairman", StepKind.SENT)
    step(month, row, "area_chairman", StepKind.ACCEPTED)
    assert reading.told(row.id, now=at(month.due, 9)).state == reading.STATES[StepKind.ACCEPTED]
    with pytest.raises(NotPossible):
        step(month, row, "area_chairman", StepKind.RETURNED, words="x")


def test_a_report_that_was_sent_is_accepted_within_the_working_days_of_the_regulation_or_is_late_above(month):
    row = month.draft()
    step(month, row, "commune_chairman", StepKind.SIGNED)
    step(month, row, "commune_chairman", StepKind.SENT)
    assert reading.accept_by(list(reading.listing(Report.objects.filter(id=row.id)))) == {row.id: D(2026, 3, 25)}
    for day, kind in ((25, "soon"), (26, "late")):
        now = at(D(2026, 3, day), 9)
        waiting = list(reports_waiting(standing_of(who(month, "chief_of_office"), now=now), now=now))
        assert kind in {each.kind for each in waiting if str(row.id) in each.url}
    assert "25/03/2026" in page(month, "chief_of_office", "report", row.id).content.decode()


def test_at_the_top_the_signature_ends_the_report_and_a_council_gets_the_paper_for_information(month):
    month.draft()
    row = Report.objects.get(unit=month.district.units["top"], kind="leads")
    assert "không cần ai chấp nhận" in page(month, "area_chairman", "report", row.id).content.decode()
    assert page(month, "council_delegate", "report_sent", row.id).status_code == 404
    late = at(D(2026, 3, 27), 9)
    assert reading.told(row.id, now=late).state == reading.LATE
    step(month, row, "area_chairman", StepKind.SIGNED)
    told = reading.told(row.id, now=late)
    assert (told.closed, told.state[0]) == (True, "ok")
    # Nobody is reminded of it, it waits for nobody, and nobody can accept what nobody receives.
    remind(now=late)
    assert not ReportReminder.objects.filter(report=row, late=True).exists()
    standing = standing_of(who(month, "area_chairman"), now=late)
    assert str(row.id) not in "".join(each.url for each in reports_waiting(standing, now=late))
    for role in ("area_chairman", "chief_of_office"):
        with pytest.raises(NotPossible):
            step(month, row, role, StepKind.ACCEPTED)
    assert page(month, "council_delegate", "report_sent", row.id).status_code == 404
    step(month, row, "area_chairman", StepKind.SENT)
    reached = set(Delivery.objects.filter(notice__route="report_sent").values_list("address", flat=True))
    assert reached == {who(month, "council_delegate").person_id}
    assert reading.told(row.id, now=late).state == reading.CLOSED[StepKind.SENT]
    paper = page(month, "council_delegate", "report_sent", row.id)
    assert b"".join(paper.streaming_content if paper.streaming else [paper.content]).startswith(b"%PDF")
    assert page(month, "council_delegate", "report", row.id).status_code == 403
    listed = page(month, "council_delegate", "reports").content.decode()
    assert reverse("report_sent", args=[row.id]) in listed
    assert "Xã A" not in listed
    assert page(month, "technician", "report_sent", row.id).status_code == 403
    assert page(month, "inspector", "report_sent", row.id).status_code == 404


def test_where_no_delegate_is_there_the_top_sends_its_report_to_nobody(month):
    month.draft()
    row = Report.objects.get(unit=month.district.units["top"], kind="leads")
    Account.objects.filter(id=who(month, "council_delegate").id).update(is_active=False, closed_at=at(month.first, 8))
    step(month, row, "area_chairman", StepKind.SIGNED)
    with pytest.raises(NotPossible) as refused:
        step(month, row, "area_chairman", StepKind.SENT)
    assert refused.value.words is reports.NO_COUNCIL
    assert 'value="sent"' not in page(month, "area_chairman", "report", row.id).content.decode()


def test_bodies_side_by_side_receive_nothing_of_each_other(month):
    month.draft()
    row = Report.objects.get(unit=month.district.units["inspectorate"], kind="supervises_reception_room")
    step(month, row, "chief_inspector", StepKind.SIGNED)
    step(month, row, "inspector", StepKind.SENT)
    with pytest.raises(NotPossible):
        step(month, row, "chief_of_office", StepKind.ACCEPTED)
    step(month, row, "area_chairman", StepKind.ACCEPTED)


def test_a_draft_is_its_units_own_and_a_stranger_sees_nothing(month):
    row = month.draft()
    assert page(month, "commune_chairman", "report", row.id).status_code == 200
    assert page(month, "area_chairman", "report", row.id).status_code == 404
    foreign = Report.objects.get(unit=month.district.units["C"])
    assert page(month, "commune_chairman", "report", foreign.id).status_code == 403
    step(month, row, "commune_chairman", StepKind.SIGNED)
    assert page(month, "council_delegate", "report", row.id).status_code == 403
    step(month, row, "commune_chairman", StepKind.SENT)
    assert page(month, "area_chairman", "report", row.id).status_code == 200
    assert page(month, "inspector", "report", row.id).status_code == 200


def test_reminders_go_out_once_a_day_named_and_once_it_is_late_those_above_know(month):
    month.draft()
    commune = Report.objects.get(unit=month.district.units["A"], kind="operates")
    assert remind(now=at(D(2026, 3, 21), 9)) == 0
    assert remind(now=at(D(2026, 3, 23), 8)) > 0
    assert remind(now=at(D(2026, 3, 23), 9)) == 0
    reminder = ReportReminder.objects.get(report=commune)
    told = set(Delivery.objects.filter(notice=reminder.notice).values_list("address", flat=True))
    assert told == {who(month, role).person_id for role in ("commune_chairman", "service_centre_head")}
    remind(now=at(D(2026, 3, 26), 9))
    late = ReportReminder.objects.get(report=commune, late=True)
    told = set(Delivery.objects.filter(notice=late.notice).values_list("address", flat=True))
    assert {who(month, role).person_id for role in ("chief_of_office", "area_chairman")} < told
    assert remind(now=at(D(2026, 3, 27), 9)) == 0
    chairman = standing_of(who(month, "area_chairman"), now=at(D(2026, 3, 27), 9))
    assert reading.reports_of(chairman, D(2026, 3, 1), now=at(D(2026, 3, 27), 9)).late == 5


def test_a_unit_that_ended_after_its_draft_stops_nobodys_reminder(month):
    month.draft()
    merged = [month.district.units[name].id for name in "AB"]
    naming = units.NewName("Xã Mới", "0009", "commune")
    units.merge_units(
        SETUP, units=merged, naming=naming, parent=month.district.units["top"].id, day=D(2026, 3, 22),
        decision_number="9/NQ",
    )  # fmt: skip
    assert remind(now=at(D(2026, 3, 23), 8)) > 0
    reminded = set(ReportReminder.objects.values_list("report__unit", flat=True))
    assert month.district.units["top"].id in reminded


def test_the_workers_round_counts_drafts_and_reminds_once(month):
    round_ = Reporting()
    for hour in (7, 8, 9):
        round_.beat(now=at(month.draft_day, hour))
    assert Report.objects.filter(unit=month.district.units["A"]).count() == 1
    assert ReportReminder.objects.filter(report__unit=month.district.units["A"]).count() == 1


def test_a_report_that_cannot_be_drafted_costs_nobody_else_theirs_and_is_tried_again(month, monkeypatch, caplog):
    made, broken = reports.draft, month.district.units["A"].id

    def draft(owed, period, *, now):
        if owed.unit == broken:
            raise ValueError("figures that nobody can count")
        return made(owed, period, now=now)

    round_ = Reporting()
    with monkeypatch.context() as patch:
        patch.setattr(reminding, "draft", draft)
        round_.beat(now=at(month.draft_day, 7))
        assert draft_failures(month) == {"A"}
        assert ReportReminder.objects.filter(report__unit=month.district.units["B"]).count() == 1
        assert f"the report of unit {broken} (operates) could not be drafted" in caplog.text
        with pytest.raises(SomeNotDrafted):
            draft_due(now=at(month.draft_day, 8))
    round_.beat(now=at(month.draft_day, 9))
    assert draft_failures(month) == set()
    assert ReportReminder.objects.filter(report__unit=broken).count() == 1


def draft_failures(month):
    """The communes that have no draft of their own."""
    known = set(Report.objects.filter(kind="operates").values_list("unit", flat=True))
    return {name for name in "AB" if month.district.units[name].id not in known}


def test_days_that_cannot_be_counted_take_nobody_their_reminder(month, monkeypatch):
    month.draft()

    def roll(*args, **more):
        raise ValueError("a day that nobody can count")

    monkeypatch.setattr(reminding, "roll", roll)
    with pytest.raises(ValueError, match="nobody can count"):
        Reporting().beat(now=at(month.draft_day, 7))
    assert ReportReminder.objects.filter(report__unit=month.district.units["A"]).count() == 1


def test_the_paper_the_document_and_the_workbook_say_the_same(month):
    row = month.draft()
    put(month, row)
    told = reading.told(row.id, now=at(month.draft_day, 9))
    now = at(month.draft_day, 9)
    assert printing.paper(told, now=now) == printing.paper(told, now=now)
    with zipfile.ZipFile(io.BytesIO(printing.document(told, now=now))) as packed:
        text = packed.read("word/document.xml").decode()
        assert [name for name in packed.namelist() if name.endswith(".png")]
    assert "Hệ thống: 1. Lý do sửa: Hồ sơ lùi hạn có lý do" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    data = printing.workbook(told, now=now)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert any(name.startswith("xl/charts/chart") for name in packed.namelist())
    rows = {row[0]: row[1:] for row in tables.read_workbook(data)} if hasattr(tables, "read_workbook") else {}
    assert not rows or rows["Trong đó quá hạn"][:2] == ["0", "1"]


def test_the_whole_adds_up_what_was_sent_and_shows_the_systems_own_count(month):
    row = month.draft()
    put(month, row)
    step(month, row, "commune_chairman", StepKind.SIGNED)
    step(month, row, "commune_chairman", StepKind.SENT)
    leads = Report.objects.get(unit=month.district.units["top"], kind="leads")
    html = page(month, "area_chairman", "report_units", leads.id).content.decode()
    assert "Cộng 1/2 báo cáo đã gửi" in html
    answer = page(month, "area_chairman", "report_units_xlsx", leads.id)
    assert answer.content.startswith(b"PK")
    assert "Xã B: chưa gửi báo cáo tháng" in page(month, "area_chairman", "report", leads.id).content.decode()


def test_a_chart_is_as_high_as_it_has_bars(month):
    bars = [{"name": f"Nội dung {number}", "said": "1", "share": 1.0, "percent": 100} for number in range(40)]
    low, high = (printing.picture("Biểu đồ", bars[:count]) for count in (2, 40))
    assert low.height_mm * 10 < high.height_mm


@pytest.mark.parametrize("name", ["report_pdf", "report_docx", "report_xlsx"])
def test_every_form_of_the_report_opens(month, name):
    row = month.draft()
    assert page(month, "commune_chairman", name, row.id).status_code == 200


def test_each_figure_has_a_page_with_its_rows_and_takes_another_value(month):
    row = month.draft()
    browser = signed_in(who(month, "commune_chairman"))
    for code in reading.figures_of(row):
        assert browser.get(reverse("report_figure", args=[row.id, code])).status_code == 200, code
    assert browser.get(reverse("report_figure", args=[row.id, "nothing"])).status_code == 404
    where = reverse("report_figure", args=[row.id, "in_time"])
    assert browser.post(where, {"value": "120", "reason": "vì", "seen": "0"}).status_code == 422
    assert browser.post(where, {"value": "97.5", "reason": "vì", "seen": "0"}).status_code == 302
    assert reading.figures_of(row)["in_time"].value == 9_750


def test_the_new_lines_state_what_was_counted_and_only_a_person_states_apologies(month):
    month.finding(at(D(2026, 3, 2), 10))
    month.finding(at(D(2026, 3, 3), 10), source="gap", number=2)
    month.missed(D(2026, 3, 10))
    row = month.draft()
    told = reading.told(row.id, now=at(month.draft_day, 9))
    assert (told.values["findings"], told.values["findings_gap"], told.values["missed_days"]) == (2, 1, 1)
    assert "1 ngày tiếp công dân không có buổi tiếp" in told.texts[1].newest.words
    assert told.values["apologies"] is None
    assert "đơn vị tự ghi" in page(month, "commune_chairman", "report_figure", row.id, "apologies").content.decode()
    put(month, row, code="apologies", value=1)
    assert reading.figures_of(row)["apologies"].said == "1"
    reports.recount(who(month, "commune_chairman"), row.id, now=at(month.draft_day, 10))
    assert reading.figures_of(row)["apologies"].value == 1


def test_a_row_says_which_thing_it_was_to_whoever_may_open_its_page_and_to_nobody_else(month):
    month.finding(at(D(2026, 3, 2), 10), source="gap", number=7)
    row = month.draft()
    step(month, row, "commune_chairman", StepKind.SIGNED)
    step(month, row, "commune_chairman", StepKind.SENT)
    dossier = Dossier.objects.order_by("id")[0]
    for role, knows in (("commune_chairman", True), ("inspector", False)):
        rows = page(month, role, "report_figure", row.id, "dossiers_received").content.decode()
        assert (dossier.code in rows) is knows, role
        assert (reverse("dossier", args=[dossier.id]) in rows) is knows, role
    assert (
        "Phát hiện số 007/2026: Khác"
        in page(month, "commune_chairman", "report_figure", row.id, "findings_gap").content.decode()
    )


def test_what_lies_in_restricted_time_is_called_no_more_behind_a_figure_than_on_its_own_page(month):
    found = at(D(2026, 3, 2), 10)
    row_of = month.finding(found, source="gap", number=7)
    footage.LegalHold.objects.create(
        room=row_of.room, begin_us=row_of.begin_us, end_us=row_of.end_us, reason="Lời chửi mắng ở quầy",
        origin="finding", asked_at=found,
    )  # fmt: skip
    row = month.draft()
    pages = {code: reverse("report_figure", args=[row.id, code]) for code in ("findings_gap", "holds")}
    browser = signed_in(who(month, "commune_chairman"))
    assert "Phát hiện số 007/2026: Khác" in browser.get(pages["findings_gap"]).content.decode()
    assert "Lời chửi mắng" in browser.get(pages["holds"]).content.decode()
    Restriction.objects.create(
        room=row_of.room, begins_at=found - datetime.timedelta(hours=2), ends_at=found, reference="phiên", made_at=found
    )
    told = browser.get(pages["findings_gap"]).content.decode()
    assert "Phát hiện số 007/2026" in told
    assert "007/2026: Khác" not in told
    assert "Lời chửi mắng" not in browser.get(pages["holds"]).content.decode()


def test_a_figure_asks_as_little_for_many_rows_as_for_one(month):
    row = month.draft()
    browser = signed_in(who(month, "commune_chairman"))
    asked: dict[str, set[int]] = {}
    for first, more in ((0, 1), (1, 30)):
        for number in range(first, more):
            month.dossier(D(2026, 3, 3), 8 + number / 100, back_after_days=0.1, score=Score.SATISFIED)
            month.finding(at(D(2026, 3, 4), 8 + number / 100), number=10 + number)
        for code in ("dossiers_received", "findings", "ratings"):
            where = reverse("report_figure", args=[row.id, code])
            browser.get(where)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(where).status_code == 200
            asked.setdefault(code, set()).add(len(queries))
    assert all(len(each) == 1 and max(each) <= 20 for each in asked.values()), asked


def test_the_report_and_its_units_ask_as_little_for_much_that_is_missing(month):
    month.draft()
    own = Report.objects.get(unit=month.district.units["A"], kind="operates")
    whole = Report.objects.get(unit=month.district.units["top"], kind="leads")
    pages = (("commune_chairman", "report", own), ("area_chairman", "report", whole))
    asked: dict[str, set[int]] = {}
    for first, more in ((0, 1), (1, 15)):
        for number in range(first, more):
            month.finding(at(D(2026, 3, 2), 8 + number / 100), number=10 + number)
        for role, name, row in (*pages, ("area_chairman", "report_units", whole)):
            browser = signed_in(who(month, role))
            browser.get(reverse(name, args=[row.id]))
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(reverse(name, args=[row.id])).status_code == 200
            asked.setdefault(f"{role} {name}", set()).add(len(queries))
    assert all(len(each) == 1 and max(each) <= 20 for each in asked.values()), asked


def test_the_pages_ask_as_little_for_many_reports_as_for_one(month):
    month.draft()
    asked = []
    for who_ in ("commune_chairman", "area_chairman"):
        browser = signed_in(who(month, who_))
        browser.get(reverse("reports"))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("reports")).status_code == 200
        asked.append(len(queries))
    assert max(asked) <= 20, asked


def test_a_month_in_which_nothing_was_counted_is_drafted_without_a_single_invented_zero(db):
    bare = Month()
    row = bare.draft()
    values = reading.told(row.id, now=at(bare.draft_day, 9)).values
    assert values["uptime"] is None
    assert values["gaps"] is None
    assert values["satisfied"] is None
    assert values["rooms"] == 2
