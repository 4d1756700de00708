"""A report's life: drafted by the system, written by its unit, signed and sent, accepted or returned above.

Whoever writes says from which version they began: two who edit one report at once do not overwrite each other, the
second is told that it changed. The paper that was signed is kept as it was.
"""

import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.papers.actions import keep_made
from minhbach.centre.publishing import lines, printing, reading, recipients, scopes
from minhbach.centre.publishing.deciding import Hands, hands
from minhbach.centre.publishing.drafting import draft as first_words
from minhbach.centre.publishing.models import (
    TEXT_LENGTH,
    FigureEdit,
    Part,
    Report,
    ReportFigure,
    ReportStep,
    ReportText,
    StepKind,
)
from minhbach.centre.publishing.periods import Period
from minhbach.centre.publishing.reading import Told
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

ROUTE, NOTICE = "report", "report"
#: What a council opens: the signed paper alone.
SENT_ROUTE = "report_sent"
#: No figure is larger: what is typed beyond is a slip of the hand.
LARGEST = 10**12
NOT_YOURS = Words(
    "Bước này không thuộc phần việc của bạn, hoặc báo cáo đã sang bước khác.",
    "This step is not yours to take, or the report has moved on.",
)
OVERTAKEN = Words(
    "Người khác đã sửa trong lúc bạn nhập. Điều bạn nhập vẫn còn bên dưới: xem lại rồi lưu.",
    "Somebody changed this while you typed. What you typed is still below: look again, then save.",
)
WHY = Words("Hãy ghi lý do.", "Write why.")
COUNTED = Words(
    "Số đã đánh giá chỉ tính từ phiếu đánh giá và lần rút chọn, không sửa được.",
    "What was assessed follows from assessments and draws alone; it cannot be edited.",
)
WRONG_VALUE = Words("Hãy nhập một số không âm.", "Enter a number that is not negative.")
NO_COUNCIL = Words(
    "Không có cấp trên và không có đại biểu nào để gửi: chữ ký đã hoàn thành báo cáo này.",
    "Nobody is above and no delegate is there to send it to: the signature has completed this report.",
)
TO_COUNCIL = Words(
    "{unit} gửi Hội đồng nhân dân báo cáo tháng {month} để biết.", "{unit} sent the council its report of {month}."
)
TOLD = {
    StepKind.SENT: Words("{unit} đã gửi báo cáo tháng {month}.", "{unit} has sent its report of {month}."),
    StepKind.RETURNED: Words(
        "Báo cáo tháng {month} của {unit} bị trả lại: {why}", "The report of {month} by {unit} was returned: {why}"
    ),
    StepKind.ACCEPTED: Words(
        "Báo cáo tháng {month} của {unit} đã được chấp nhận.", "The report of {month} by {unit} was accepted."
    ),
}


@transaction.atomic
def draft(owed: scopes.Owed, period: Period, *, now: datetime.datetime) -> Report | None:
    """Draft it from the days that were counted; none where it was drafted before."""
    report, made = Report.objects.get_or_create(
        unit_id=owed.unit, kind=owed.kind, month=period.month,
        defaults={
            "first_day": period.first_day, "last_day": period.last_day, "due_on": period.due_on, "drafted_at": now,
        },
    )  # fmt: skip
    if not made:
        return None
    values = _count(report)
    ReportFigure.objects.bulk_create(
        ReportFigure(report=report, code=code, system=value, counted_at=now) for code, value in values.items()
    )
    ReportText.objects.bulk_create(
        ReportText(report=report, part=part, serial=1, words=first_words(part, values), at=now) for part in Part
    )
    return report


def _count(report: Report) -> dict[str, int | None]:
    totals = scopes.figures(report)
    return {line.code: line.of(totals) for line in lines.lines_for(report.kind)}


@transaction.atomic
def recount(actor: Account, report: UUID, *, now: datetime.datetime) -> int:
    """Take the newest count of the system; what people wrote stays. How many figures changed. Raises NotPossible."""
    row = _row(report)
    _refuse_unless(_hands(actor, row, now).writes)
    values, changed = _count(row), 0
    for figure in ReportFigure.objects.filter(report=row):
        if figure.code in values and values[figure.code] != figure.system:
            ReportFigure.objects.filter(id=figure.id).update(system=values[figure.code], counted_at=now)
            changed += 1
    known = set(ReportFigure.objects.filter(report=row).values_list("code", flat=True))
    new = [code for code in values if code not in known]
    ReportFigure.objects.bulk_create(
        ReportFigure(report=row, code=code, system=values[code], counted_at=now) for code in new
    )
    record(actor, "report_recounted", now=now, about=("report", row.id), details={"changed": changed + len(new)})
    return changed + len(new)


def put_figure(
    actor: Account, report: UUID, *, code: str, value: int | None, reason: str, seen: int, now: datetime.datetime
) -> FigureEdit:
    """Put a value in the system's place, or give it its word back (`value` none). Raises NotPossible.

    `seen`: the serial of the newest edit that the person had before their eyes, 0 for none.
    """
    row = _row(report)
    _refuse_unless(_hands(actor, row, now).writes)
    said = plain(reason)[:300]
    if not said:
        raise NotPossible(WHY, "reason")
    if code in lines.COUNTED_ONLY and value is not None:
        raise NotPossible(COUNTED, "value")
    if code not in reading.figures_of(row) or (value is not None and not 0 <= value <= LARGEST):
        raise NotPossible(WRONG_VALUE, "value")
    try:
        with transaction.atomic():
            made = FigureEdit.objects.create(
                report=row, code=code, serial=seen + 1, value=value, reason=said, by_id=actor.person_id, at=now
            )
            record(actor, "report_figure", now=now, about=("report", row.id), details={"code": code})
    except IntegrityError as error:
        raise NotPossible(_why(error)) from None
    return made


def write(actor: Account, report: UUID, *, part: Part, words: str, seen: int, now: datetime.datetime) -> ReportText:
    """Put these words into a part. `seen` as above. Raises NotPossible."""
    row = _row(report)
    _refuse_unless(_hands(actor, row, now).writes)
    text = "\n".join(plain(line) for line in words.replace("\r\n", "\n").split("\n")).strip()[:TEXT_LENGTH]
    try:
        with transaction.atomic():
            made = ReportText.objects.create(
                report=row, part=part, serial=seen + 1, words=text, by_id=actor.person_id, at=now
            )
            record(actor, "report_text", now=now, about=("report", row.id), details={"part": part})
    except IntegrityError as error:
        raise NotPossible(_why(error)) from None
    return made


def _why(error: IntegrityError) -> Words:
    return OVERTAKEN if "_once" in str(error) else NOT_YOURS


def step(actor: Account, report: UUID, *, kind: StepKind, words: str = "", now: datetime.datetime) -> ReportStep:
    """Sign, take the signature back, send, accept or return. Raises NotPossible, NotPrinted."""
    row = _row(report)
    told = reading.told(report, now=now)
    _refuse_unless(_may(_hands(actor, row, now), kind, told.last))
    if kind is StepKind.SENT and told.nobody_above and not recipients.council(row, now=now):
        raise NotPossible(NO_COUNCIL)
    said = plain(words)[:300]
    if kind is StepKind.RETURNED and not said:
        raise NotPossible(WHY, "words")
    paper = None
    if kind is StepKind.SIGNED:
        data = printing.paper(told, now=now, signer=actor.person)
        title = f"Báo cáo tháng {row.month:%m/%Y}, {told.unit_name}"[:200]
        paper = keep_made(data=data, media_type="application/pdf", title=title, person_id=actor.person_id, now=now)
    try:
        with transaction.atomic():
            made = ReportStep.objects.create(
                report=row, serial=len(told.steps) + 1, kind=kind, at=now, by_id=actor.person_id, words=said,
                paper=paper,
            )  # fmt: skip
            record(actor, f"report_{kind}", now=now, about=("report", row.id))
            _tell(told, kind, said, actor, now)
    except IntegrityError:
        raise NotPossible(NOT_YOURS) from None
    return made


def _may(may: Hands, kind: StepKind, last: str | None) -> bool:
    return {
        StepKind.SIGNED: may.signs and last != StepKind.SIGNED,
        StepKind.UNSIGNED: may.signs and last == StepKind.SIGNED,
        StepKind.SENT: may.sends,
        StepKind.RETURNED: may.receives,
        StepKind.ACCEPTED: may.receives,
    }[kind]


def _tell(told: Told, kind: StepKind, said: str, actor: Account, now: datetime.datetime) -> None:
    """The other side: those above who receive it, or those who prepared and signed it."""
    if kind not in TOLD:
        return
    row, informs = told.report, kind is StepKind.SENT and told.nobody_above
    if informs:
        to = recipients.council(row, now=now)
    else:
        to = recipients.receivers(row, now=now) if kind is StepKind.SENT else recipients.reporters(row, now=now)
    said_words = TO_COUNCIL if informs else TOLD[kind]
    words = said_words.fill(unit=told.unit_name, month=f"{row.month:%m/%Y}", why=said)
    link = Link(SENT_ROUTE if informs else ROUTE, str(row.id))
    send(to=sorted(to - {actor.person_id}), kind=NOTICE, words=words, link=link, now=now)


def _row(report: UUID) -> Report:
    return Report.objects.select_related("unit").get(id=report)


def _hands(actor: Account, row: Report, now: datetime.datetime) -> Hands:
    last = ReportStep.objects.filter(report=row).order_by("-serial").values_list("kind", flat=True).first()
    return hands(actor, row, last, now=now)


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise NotPossible(NOT_YOURS)
