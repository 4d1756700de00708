"""What follows for an officer: one form for one or several acts, and what becomes of a proposal.

Inside the unit the head says it, and it takes effect. Discipline is proposed to the competent body under the law of the
day of the gravest act, after it was checked that nothing has to be waited for. What the ladder suggests is kept beside
what was chosen.

    NotPossible    what was asked cannot be so; names the form's field
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions.cases import NOT_CONCERNED, OWN_ROUTE, act_day, leads, rules_of
from minhbach.centre.oversight.actions.findings import NOTICE, SAY_WHAT
from minhbach.centre.oversight.models import (
    NOTE_LENGTH,
    DeferralGround,
    Finding,
    FindingStep,
    Level,
    Measure,
    MeasureAct,
    MeasureKind,
    MeasureStep,
)
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.laid_down import law_on
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: What is answered to the question of deferral where nothing has to be waited for.
CHECKED, WAIVED = "checked", "waived"
NO_FORM = Words(
    "Hình thức này không có trong quy định vào ngày xảy ra hành vi.", "There was no such form on the day of the act."
)
NOT_FOR_THEM = Words(
    "Hình thức «{form}» chỉ áp dụng đối với {whom}: hãy xác nhận người này là {whom}, hoặc chọn hình thức khác.",
    "“{form}” is for {whom} only: say that this person is one, or choose another form.",
)
NOT_CHECKED = Words(
    "Hãy kiểm tra trường hợp chưa xem xét kỷ luật trước khi đề nghị.",
    "First check whether discipline is not to be considered yet.",
)
ONE_ACT = Words(
    "Một hành vi chỉ áp dụng một hình thức: phát hiện này đã được xử lý đối với người đó, hoặc chưa kết luận là đúng.",
    "One act has one form: this finding was dealt with for that officer, or was not upheld.",
)
NOT_THEMSELVES = Words("Không ai tự xử lý chính mình.", "Nobody deals with themselves.")
NOT_NOW = Words(
    "Chưa làm được bước này: đã kết thúc, hoặc đang tạm hoãn.", "This cannot be done: it has ended, or is deferred."
)
NO_NUMBER = Words("Hãy ghi số quyết định.", "Write the number of the decision.")
NO_DAY = Words("Ngày quyết định không thể sau hôm nay.", "It cannot have been decided after today.")
TAKEN = Words("{form} theo phát hiện số {number}.", "{form}, by finding {number}.")
PROPOSED = Words("Đề nghị xem xét kỷ luật theo phát hiện số {number}.", "Discipline is proposed, by finding {number}.")


@dataclass(frozen=True, slots=True)
class Offer:
    """What could follow for an officer: the acts that have no form yet, the forms of that day, what is suggested."""

    acts: tuple[Finding, ...]
    forms: tuple[ladder.Form, ...]
    suggested: ladder.Form | None
    occurrence: int
    law: Words | None
    deferrals: tuple[tuple[str, Words, bool], ...]


def offer(actor: Account, finding: Finding, person: UUID, *, now: datetime.datetime) -> Offer:
    """For this finding, and every other upheld one about the officer within reach that has no form yet."""
    rules, day = rules_of(finding), act_day(finding)
    reach = rooms_where(actor, Right.HOLD, now=now)
    acts = [finding, *unhandled(person, reach).exclude(id=finding.id)]
    forms = ladder.forms_on(rules, day)
    times = [(each.situation, occurrence(each, person, rules.times.finding_repeat_days)) for each in acts]
    serving = _serving(person, now, rules.times.finding_repeat_days)
    law = law_on(rules, day)
    return Offer(
        tuple(acts), tuple(forms), ladder.suggested(rules, times, forms, serving=serving),
        max(count for _, count in times), law, tuple(ladder.deferrals(rules)),
    )  # fmt: skip


def unhandled(person: UUID, rooms: Collection[UUID]) -> "QuerySet[Finding]":
    """Upheld findings about the officer in these rooms that have no form, the oldest first."""
    taken = MeasureAct.objects.filter(finding=OuterRef("pk"), measure__person=person).exclude(
        measure__steps__kind=MeasureKind.DROPPED
    )
    upheld = FindingStep.objects.filter(finding=OuterRef("pk"), upheld=True)
    return (
        Finding.objects.filter(~Exists(taken), Exists(upheld), concerned__person=person, room__in=rooms)
        .select_related("room")
        .order_by("found_at")
    )


def occurrence(finding: Finding, person: UUID, days: int) -> int:
    """The how-manieth upheld finding of that situation about the officer it is, within the window before it."""
    since = finding.begin_us - days * 86_400_000_000
    return 1 + (
        Finding.objects.filter(
            situation=finding.situation,
            concerned__person=person,
            begin_us__gte=since,
            begin_us__lt=finding.begin_us,
            steps__upheld=True,
        )
        .exclude(id=finding.id)
        .distinct()
        .count()
    )


def _serving(person: UUID, now: datetime.datetime, days: int) -> str:
    since = registry.day_of(now) - datetime.timedelta(days=days)
    rows = MeasureStep.objects.filter(measure__person=person, kind=MeasureKind.DECIDED, decided_on__gte=since)
    return rows.order_by("-decided_on").values_list("form", flat=True).first() or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What somebody takes up: the form, the acts beside the finding itself, why, and the check of deferral."""

    form: str
    words: str
    acts: Collection[UUID] = ()
    deferral: str = ""
    more: str = ""
    #: What the officer is, of `ladder.WHOM`: some forms fall on nobody else.
    whom: Collection[str] = ()


@transaction.atomic
def take(actor: Account, finding: UUID, *, person: UUID, chosen: Chosen, now: datetime.datetime) -> Measure:
    """One form for one officer and these acts. Raises NotPossible."""
    row = Finding.objects.select_related("room").get(id=finding)
    leads(actor, row, now)
    if person == actor.person_id:
        raise NotPossible(NOT_THEMSELVES)
    if not row.concerned.filter(person=person).exists():
        raise NotPossible(NOT_CONCERNED)
    said = plain(chosen.words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    offered = offer(actor, row, person, now=now)
    form = next((each for each in offered.forms if each.code == chosen.form), None)
    if form is None:
        raise NotPossible(NO_FORM, "form")
    if form.whom in ladder.WHOM and form.whom not in chosen.whom:
        raise NotPossible(NOT_FOR_THEM.fill(form=form.words, whom=ladder.WHOM[form.whom]), "whom")
    ground = _ground(form, offered, chosen)
    made = _write(actor, row, person, form, offered, said, now)
    acts = [row, *(each for each in offered.acts if each.id in set(chosen.acts) and each.id != row.id)]
    try:
        for act in acts:
            MeasureAct.objects.create(measure=made, finding=act)
    except IntegrityError:
        raise NotPossible(ONE_ACT) from None
    said_to_be = {"whom": form.whom} if form.whom else {}
    record(actor, "measure_taken", now=now, about=("measure", made.id), details=said_to_be)
    if ground is not None:
        _defer(actor, made, ground, chosen.more, now)
    words = (TAKEN if form.level is Level.INTERNAL else PROPOSED).fill(form=form.words, number=str(row))
    send(to={person}, kind=NOTICE, words=words, link=Link(OWN_ROUTE, str(row.id)), now=now)
    return made


def _ground(form: ladder.Form, offered: Offer, chosen: Chosen) -> Words | None:
    """Why it has to wait; none where nothing stands in the way. Raises NotPossible where nobody looked."""
    if form.level is Level.INTERNAL or chosen.deferral in (CHECKED, WAIVED):
        return None
    for code, words, _ in offered.deferrals:
        if code == chosen.deferral:
            return words
    raise NotPossible(NOT_CHECKED, "deferral")


def _write(
    actor: Account, row: Finding, person: UUID, form: ladder.Form, offered: Offer, said: str, now: datetime.datetime
) -> Measure:
    year = now.astimezone(registry.VIETNAM).year
    with connection.cursor() as cursor:  # one at a time, so that the book has no holes
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 26))", [f"{row.unit_id} {year}"])
    last = Measure.objects.filter(unit=row.unit_id, year=year).aggregate(last=Max("number"))["last"] or 0
    vi, en = both(form.words)
    return Measure.objects.create(
        person_id=person, unit_id=row.unit_id, room_id=row.room_id, year=year, number=last + 1, level=form.level,
        form=form.code, form_vi=vi, form_en=en,
        law=both(offered.law)[0] if offered.law and form.level is Level.FORMAL else "",
        suggested=offered.suggested.code if offered.suggested else "", occurrence=offered.occurrence, words=said,
        by_id=actor.person_id, at=now,
    )  # fmt: skip


def _defer(actor: Account, made: Measure, ground: Words, more: str, now: datetime.datetime) -> None:
    step = MeasureStep.objects.create(measure=made, kind=MeasureKind.DEFERRED, at=now, by_id=actor.person_id)
    vi, en = both(ground)
    DeferralGround.about({"vi": vi, "en": en, "words": plain(more)}, step=step).save(force_insert=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of a proposal: the decision's form, number and day; or words; or why it waits."""

    words: str = ""
    form: str = ""
    number: str = ""
    decided_on: datetime.date | None = None
    deferral: str = ""


def proceed(actor: Account, measure: UUID, *, kind: MeasureKind, became: Became, now: datetime.datetime) -> MeasureStep:
    """One step of a proposal. Raises NotPossible."""
    made = Measure.objects.get(id=measure)
    first = Finding.objects.get(id=made.acts.order_by("id").values_list("finding", flat=True)[0])
    leads(actor, first, now)
    if actor.person_id == made.person_id:
        raise NotPossible(NOT_THEMSELVES)
    fields: dict[str, object] = {"words": plain(became.words)[:NOTE_LENGTH]}
    if kind is MeasureKind.DECIDED:
        fields |= _decision(first, became, now)
    elif kind is not MeasureKind.DEFERRED and not fields["words"]:
        raise NotPossible(SAY_WHAT, "words")
    ground = None
    if kind is MeasureKind.DEFERRED:
        ground = next((words for code, words, _ in ladder.deferrals(rules_of(first)) if code == became.deferral), None)
        if ground is None:
            raise NotPossible(NOT_CHECKED, "deferral")
    try:
        with transaction.atomic():
            record(actor, f"measure_{kind.value}", now=now, about=("measure", made.id))
            if ground is not None:
                _defer(actor, made, ground, became.words, now)
                return made.steps.latest("at", "id")
            return MeasureStep.objects.create(measure=made, kind=kind, at=now, by_id=actor.person_id, **fields)
    except IntegrityError:
        raise NotPossible(NOT_NOW) from None


def _decision(first: Finding, became: Became, now: datetime.datetime) -> dict[str, object]:
    forms = ladder.forms_on(rules_of(first), act_day(first))
    form = next((each for each in forms if each.code == became.form), None)
    number = plain(became.number)[:60]
    if form is None:
        raise NotPossible(NO_FORM, "form")
    if not number:
        raise NotPossible(NO_NUMBER, "number")
    if became.decided_on is None or became.decided_on > registry.day_of(now):
        raise NotPossible(NO_DAY, "decided_on")
    vi, en = both(form.words)
    return {"number": number, "decided_on": became.decided_on, "form": form.code, "form_vi": vi, "form_en": en}


def grounds(actor: Account, measure: Measure, *, now: datetime.datetime) -> DeferralGround | None:
    """Why it waits: read out, and written down who read it. None where it does not wait."""
    row = DeferralGround.objects.filter(step__measure=measure).order_by("-step__at").first()
    if row is not None:
        record(actor, "deferral_read", now=now, about=("measure", measure.id))
    return row
