"""The pages of monthly reports: the months, one report as the paper it becomes, the rows behind a figure, its words."""

import datetime
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access import may as may_open
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.look.paging import part
from minhbach.centre.papers import docx
from minhbach.centre.papers.serving import served
from minhbach.centre.publishing import behind, duties, printing, reading, recipients
from minhbach.centre.publishing.actions import reports as actions
from minhbach.centre.publishing.deciding import Hands, hands_by, informed
from minhbach.centre.publishing.drafting import PARTS
from minhbach.centre.publishing.forms import FigureForm, TextForm
from minhbach.centre.publishing.lines import Line, Measure, written
from minhbach.centre.publishing.models import Kind, Part, Report, ReportStep, StepKind
from minhbach.centre.publishing.reading import Figure, Told
from minhbach.centre.publishing.recounting import recounted
from minhbach.centre.publishing.scopes import spans_of
from minhbach.centre.registry.pages import Crumbs, FormPage, act, answer, last_is_here
from minhbach.centre.words import Words

HERE = Words("Báo cáo tháng", "Monthly reports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE = {
    StepKind.SIGNED: Words("Đã ký; bản đã ký được giữ nguyên.", "Signed; the signed paper is kept as it is."),
    StepKind.UNSIGNED: Words("Đã gỡ chữ ký, sửa được.", "The signature is taken back; it can be changed."),
    StepKind.SENT: Words("Đã gửi lên cấp trên.", "Sent."),
    StepKind.RETURNED: Words("Đã trả lại.", "Returned."),
    StepKind.ACCEPTED: Words("Đã chấp nhận.", "Accepted."),
}
TO_COUNCIL = Words("Gửi Hội đồng nhân dân để biết", "Sent to the council for information")
INFORMED = Words("Đã gửi Hội đồng nhân dân để biết.", "Sent to the council for information.")
FIRST = Words(
    "Báo cáo được hệ thống lập dự thảo vào ngày mà quy chế định; đến lúc đó mục này còn trống.",
    "The system drafts reports on the day that the regulation names; until then nothing stands here.",
)


class Read(Protocol):
    """How much of a report a page reads."""

    def __call__(self, report: UUID, *, now: datetime.datetime) -> Told:
        """The report."""


def reports(request: GuardedRequest) -> HttpResponse:
    """The reports of a month within reach: who has sent, who is late, and one's own first."""
    months = reading.months()
    month = _month(request, months)
    found = reading.reports_of(request.standing, month, now=request.now) if month else reading.Month()
    here = part(_Cut(found.rows), request.GET)
    page = {
        "month": month,
        "months": months,
        "found": found,
        "rows": here.rows,
        "first": FIRST,
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "publishing/reports.html", page | here.pager)


class _Cut:
    """A list that was gathered, for the pager."""

    def __init__(self, rows: list[reading.Listed]) -> None:
        self._rows = rows

    def count(self) -> int:
        return len(self._rows)

    def __getitem__(self, cut: slice, /) -> list[reading.Listed]:
        return self._rows[cut]


def _month(request: GuardedRequest, months: list[datetime.date]) -> datetime.date | None:
    try:
        asked = datetime.date.fromisoformat(f"{request.GET.get('thang', '')}-01")
    except ValueError:
        asked = None
    return asked if asked in months else months[0] if months else None


def _reached(request: GuardedRequest, report: UUID, read: Read = reading.told) -> tuple[Told, Hands]:
    """The report and what may be done with it; Http404 where it is still its unit's own."""
    told = read(report, now=request.now)
    may = hands_by(request.standing, told.report, told.last, request.place)
    if not may.reads:
        raise Http404
    # Every page of a report asks for what the report itself asks, or more.
    may_open.of(request).entered(reverse("report", args=[report]))
    return told, may


def _opened(request: GuardedRequest, report: UUID, read: Read = reading.told) -> tuple[Told, Hands]:
    """The same for what is in it; Http404 too where only the paper is the reader's."""
    told, may = _reached(request, report, read)
    if may.paper_only:
        raise Http404
    return told, may


def report(request: GuardedRequest, report: UUID) -> HttpResponse:
    """One report: what was not done first, then words and figures, then what happened to it."""
    told, may = _reached(request, report)
    if may.paper_only:
        return render(request, "publishing/returned.html", _frame(told, may))
    spans = spans_of(told.report)
    left = duties.undone(told.report, spans, now=request.now)
    may_open.of(request).foresee_in({each.url: each.room for each in left.rows if each.room})
    waits = told.last == StepKind.SENT and not told.nobody_above
    rules = request.standing.rules.values()
    council = told.nobody_above and may.sends and recipients.has_council(told.report, rules, now=request.now)
    page = _frame(told, may) | {
        "accept_by": reading.accept_one_by(told.report, request.place.path) if waits else None,
        "left": left,
        "chapters": _chapters(told, recounted(told.figures, spans, told.report.last_day)),
        "can_send": may.sends and not (told.nobody_above and not council),
        "can_sign": may.signs and told.last != StepKind.SIGNED,
        "can_unsign": may.signs and told.last == StepKind.SIGNED,
        "adds_up": told.report.kind != Kind.OPERATES,
        "charts": printing.charts(told, paper=False),
        "now": request.now,
    }
    return render(request, "publishing/report.html", page)


def _chapters(told: Told, again: Mapping[str, int | None]) -> list[tuple[Words, list[tuple[Figure, str]]]]:
    """The figures, chapter by chapter; with each what it comes to when counted again, where that differs."""

    def said(line: Line) -> str:
        return written(line.measure, again[line.code]) if line.code in again else ""

    return [(words, [(each, said(each.line)) for each in figures]) for words, figures in told.chapters]


def _frame(told: Told, may: Hands) -> dict[str, object]:
    """What every page of a whole report says: which, how it stands, what was done with it."""
    return {
        "told": told, "report": told.report, "may_do": may, "crumbs": _crumbs(told),
        "steps": [(_step_words(told, StepKind(step.kind)), step) for step in told.steps],
    }  # fmt: skip


def _step_words(told: Told, kind: StepKind) -> Words:
    return TO_COUNCIL if told.nobody_above and kind is StepKind.SENT else reading.STEPS[kind]


def _crumbs(told: Told, *after: tuple[Words | str, str | None]) -> Crumbs:
    month = reverse("reports") + f"?thang={told.report.month:%Y-%m}"
    mine = (f"{told.unit_name}, {told.report.month:%m/%Y}", reverse("report", args=[told.report.id]))
    return last_is_here([(HERE, month), mine, *after])


def report_step(request: GuardedRequest, report: UUID) -> HttpResponse:
    """Sign, take back, send, accept or return."""
    told, _ = _reached(request, report)
    kind = next((each for each in StepKind if each == request.POST.get("kind")), StepKind.SENT)
    words = request.POST.get("words", "")
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: actions.step(request.user, told.report.id, kind=kind, words=words, now=request.now),
        done=INFORMED if told.nobody_above and kind is StepKind.SENT else DONE[kind],
        back=reverse("report", args=[report]),
    )


def report_recount(request: GuardedRequest, report: UUID) -> HttpResponse:
    """Take the newest count of the system."""
    _opened(request, report)
    return act(
        request,  # type: ignore[arg-type]  # as above
        lambda: actions.recount(request.user, report, now=request.now),
        done=Words("Đã lấy số liệu mới nhất của hệ thống.", "The system's newest figures are taken."),
        back=reverse("report", args=[report]),
    )


def report_figure(request: GuardedRequest, report: UUID, code: str) -> HttpResponse:
    """The rows behind one figure; and, while it is a draft, another value in its place."""
    told, may = _opened(request, report, reading.told_figures)
    figure = told.figures.get(code)
    if figure is None:
        raise Http404
    line = figure.line
    spans = spans_of(told.report)
    again = recounted({code: figure}, spans, told.report.last_day)
    here = part(behind.Rows(spans, line), request.GET) if line.rows else None
    rows = behind.named(here.rows, line, may_open.of(request)) if here else []
    extra: dict[str, object] = {
        "told": told, "figure": figure, "line": line, "may_do": may, "rows": rows,
        "count": here.count if here else 0, "earlier": [(each, _said(line, each.value)) for each in figure.edits],
        "unit_of": UNIT_OF[line.measure], "again": written(line.measure, again[code]) if code in again else "",
    }  # fmt: skip
    if here:
        extra |= here.pager
    page = FormPage(
        heading=line.words,
        lead=Words(
            "Số hệ thống tính vẫn được giữ và hiện cạnh số bạn nhập.",
            "The system's figure is kept and shown beside yours.",
        ),
        submit=Words("Lưu số liệu", "Save"),
        back=reverse("report", args=[report]),
        crumbs=_crumbs(told, (line.words, None)),
        done=Words("Đã lưu số liệu; số hệ thống vẫn được giữ.", "Saved; the system's figure is kept."),
        template="publishing/figure.html",
    )
    form = FigureForm(request.POST or None, measure=line.measure, initial={"seen": figure.serial})

    def put(values: dict[str, Any]) -> str:
        actions.put_figure(
            request.user, report, code=code, value=values["value"], reason=values["reason"], seen=values["seen"],
            now=request.now,
        )  # fmt: skip
        return page.back

    return answer(request, page, form, put, extra)  # type: ignore[arg-type]  # as above


UNIT_OF = {
    Measure.THINGS: Words("số lượng", "number"),
    Measure.SHARE: Words("phần trăm", "per cent"),
    Measure.SECONDS: Words("phút", "minutes"),
}


def _said(line: Line, value: int | None) -> str:
    return written(line.measure, value) if value is not None else str(Words("theo hệ thống", "as the system has it"))


def report_text(request: GuardedRequest, report: UUID, part_name: str) -> HttpResponse:
    """Write one part; who wrote before stays visible."""
    told, may = _opened(request, report)
    text = next((each for each in told.texts if each.part == part_name), None)
    if text is None or not may.writes:
        raise Http404
    page = FormPage(
        heading=PARTS[Part(part_name)],
        lead=Words("Phần này in vào báo cáo; không ghi tên công dân.", "This part is printed; name no citizens."),
        submit=Words("Lưu", "Save"),
        back=reverse("report", args=[report]) + f"#{part_name}",
        crumbs=_crumbs(told, (PARTS[Part(part_name)], None)),
        done=Words("Đã lưu.", "Saved."),
    )
    newest = text.newest
    form = TextForm(request.POST or None, initial={"words": newest.words, "seen": newest.serial})

    def put(values: dict[str, Any]) -> str:
        words, seen = values["words"], values["seen"]
        actions.write(request.user, report, part=Part(part_name), words=words, seen=seen, now=request.now)
        return page.back

    return answer(request, page, form, put)  # type: ignore[arg-type]  # as above


def report_units(request: GuardedRequest, report: UUID) -> HttpResponse:
    """What the units below state, line by line, beside what the system counted itself."""
    told, _ = _opened(request, report, reading.told_figures)
    if told.report.kind == Kind.OPERATES:
        raise Http404
    whole = behind.whole_of(told, now=request.now)
    names = [row.listed for row in whole.rows]
    table = [
        {
            "line": line,
            "sum": written(line.measure, whole.sums[line.code]),
            "system": written(line.measure, whole.counted.get(line.code)),
            "differs": line.code in whole.counted and whole.counted[line.code] != whole.sums[line.code],
        }
        for line in whole.lines
    ]
    page = {
        "told": told, "report": told.report, "whole": whole, "names": names, "table": table, "now": request.now,
        "crumbs": _crumbs(told, (Words("Tổng hợp các đơn vị", "Units below"), None)),
    }  # fmt: skip
    return render(request, "publishing/units.html", page)


def report_units_xlsx(request: GuardedRequest, report: UUID) -> HttpResponse:
    """The same for every line and unit as a workbook."""
    told, _ = _opened(request, report, reading.told_figures)
    if told.report.kind == Kind.OPERATES:
        raise Http404
    data = printing.units_workbook(told, behind.whole_of(told, now=request.now))
    return _file(data, XLSX, f"tong-hop-{told.report.month:%Y-%m}.xlsx", "attachment")


def report_pdf(request: GuardedRequest, report: UUID) -> HttpResponse:
    """The paper that was signed; before that, the draft as it would be. Of a returned one, to others, what was sent."""
    told, may = _reached(request, report)
    name = f"bao-cao-{told.report.month:%Y-%m}.pdf"
    if may.paper_only or told.last in (StepKind.SIGNED, StepKind.SENT, StepKind.ACCEPTED):
        return served(next(step.paper for step in reversed(told.steps) if step.paper), name=name)
    return _file(printing.paper(told, now=request.now), "application/pdf", name, "inline")


def report_sent(request: GuardedRequest, report: UUID) -> HttpResponse:
    """The signed paper of the top of the tree, for the council that it was sent to."""
    row = get_object_or_404(reading.listing(Report.objects.all()), id=report)
    if not informed(request.standing, row, row.last_kind):
        raise Http404
    signed = ReportStep.objects.filter(report=row, paper__isnull=False).select_related("paper").latest("serial")
    assert signed.paper is not None
    return served(signed.paper, name=f"bao-cao-{row.month:%Y-%m}.pdf")


def report_docx(request: GuardedRequest, report: UUID) -> HttpResponse:
    """The report to go on editing in an office."""
    told, _ = _opened(request, report)
    data = printing.document(told, now=request.now, signer=_signer(told))
    return _file(data, docx.MEDIA_TYPE, f"bao-cao-{told.report.month:%Y-%m}.docx", "attachment")


def report_xlsx(request: GuardedRequest, report: UUID) -> HttpResponse:
    """The figures as a workbook with charts."""
    told, _ = _opened(request, report)
    return _file(
        printing.workbook(told, now=request.now), XLSX, f"bao-cao-{told.report.month:%Y-%m}.xlsx", "attachment"
    )


def _signer(told: Told) -> Any:
    held = told.last in (StepKind.SIGNED, StepKind.SENT, StepKind.ACCEPTED)
    return next((step.by for step in reversed(told.steps) if step.kind == StepKind.SIGNED), None) if held else None


def _file(data: bytes, media_type: str, name: str, how: str) -> HttpResponse:
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})
