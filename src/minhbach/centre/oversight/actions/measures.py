"""What follows for an officer: one form for one or several acts, and what becomes of it.

Inside the unit whoever stands over the officer says it, and it takes effect until another takes it back. Discipline is
proposed by them or by the body that concluded it, to the competent body under the law of the day of the gravest act,
after it was checked that nothing has to be waited for. What a body outside proposes, the unit neither ends nor puts
off. What the ladder suggests is kept beside what was chosen.

    NotPossible    what was asked cannot be so; names the form's field
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from minhbach.centre.access.deciding import decide, rooms_where
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.footage.timeline import moment
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions.cases import NOT_CONCERNED, OWN_ROUTE, act_day, leads, rules_of
from minhbach.centre.oversight.actions.findings import NOTICE, ROUTE, SAY_WHAT
from minhbach.centre.oversight.models import (
    FREED,
    NOTE_LENGTH,
    DeferralGround,
    Finding,
    FindingStep,
    Level,
    Measure,
    MeasureAct,
    MeasureKind,
    MeasureStep,
    StepKind,
)
from minhbach.centre.oversight.sides import height, may_judge, serves_where_run, speaks_for, stands_over
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.laid_down import law_on
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: What is answered to the question of deferral where nothing is waited for: there is no ground, or there is one and the
#: officer asks in writing to be considered all the same.
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
NOT_WAIVABLE = Words(
    "Trường hợp này không được xem xét theo đề nghị của người đó: hãy chọn lý do tạm hoãn, hoặc xác nhận không thuộc "
    "trường hợp nào.",
    "That ground is not lifted because the officer asks: defer it, or say that no ground applies.",
)
NO_PAPER = Words(
    "Hãy ghi số, ngày văn bản mà người đó đề nghị được xem xét.",
    "Write the number and day of the paper in which the officer asks for it.",
)
NOT_A_REVIEW_DAY = Words(
    "Ngày xem xét lại phải sau hôm nay và không quá {n} ngày.",
    "The day on which it is looked at again comes after today, within {n} days.",
)
#: A pregnancy, and then a child's first twelve months.
LONGEST_DEFERRAL_DAYS = 660
ONE_ACT = Words(
    "Một hành vi chỉ áp dụng một hình thức: phát hiện này đã được xử lý đối với người đó, hoặc chưa kết luận là đúng.",
    "One act has one form: this finding was dealt with for that officer, or was not upheld.",
)
NOT_THEMSELVES = Words("Không ai tự xử lý chính mình.", "Nobody deals with themselves.")
NOT_OVER = Words(
    "Hình thức này do người đứng đầu, người phụ trách trực tiếp của cán bộ hoặc cấp trên của họ áp dụng. Cơ quan đã "
    "kết luận phát hiện thì đề nghị xem xét kỷ luật.",
    "This is said by the officer's head, whoever leads them there, or those above. The body that concluded it may "
    "propose discipline.",
)
NOT_PROPOSER = Words(
    "Chỉ người đứng đầu, người phụ trách trực tiếp của cán bộ, cấp trên của họ hoặc cơ quan đã kết luận phát hiện mới "
    "đề nghị xem xét kỷ luật: hãy chuyển hồ sơ cho một trong những nơi đó.",
    "Discipline is proposed by the officer's head, whoever leads them there, those above, or the body that concluded "
    "it: hand the case to one of them.",
)
NOT_TO_FOLLOW = Words(
    "Bước này do nơi đã đề nghị ghi; đơn vị không tự kết thúc hay tạm hoãn đề nghị của cơ quan bên ngoài.",
    "Whoever proposed it goes on with it; a unit neither ends nor defers what a body outside proposes.",
)
NOT_TO_WITHDRAW = Words(
    "Hình thức này do người khác thu hồi: người có cùng hoặc cao hơn thẩm quyền của người đã áp dụng, cơ quan đã kết "
    "luận, hoặc người đứng đầu cơ quan giám sát.",
    "Another takes it back: somebody of the same or higher standing than who took it, the body that concluded it, or "
    "the head of the supervising body.",
)
NOT_NOW = Words(
    "Chưa làm được bước này: đã kết thúc, hoặc đang tạm hoãn.", "This cannot be done: it has ended, or is deferred."
)
NO_NUMBER = Words("Hãy ghi số quyết định.", "Write the number of the decision.")
NO_DAY = Words("Ngày quyết định không thể sau hôm nay.", "It cannot have been decided after today.")
TAKEN = Words("{form} theo phát hiện số {number}.", "{form}, by finding {number}.")
PROPOSED = Words("Đề nghị xem xét kỷ luật theo phát hiện số {number}.", "Discipline is proposed, by finding {number}.")
WITHDRAWN = Words(
    "Đã thu hồi hình thức «{form}» theo phát hiện số {number}.", "“{form}”, by finding {number}, is taken back."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What could follow for an officer: the acts that have no form yet, the forms of that day, what is suggested."""

    acts: tuple[Finding, ...]
    forms: tuple[ladder.Form, ...]
    suggested: ladder.Form | None
    occurrence: int
    law: Words | None
    deferrals: tuple[tuple[str, Words, bool], ...]
    #: What of it whoever asks may say or propose.
    levels: frozenset[Level]


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
        max(count for _, count in times), law, tuple(ladder.deferrals(rules)), levels_for(actor, finding, person, now),
    )  # fmt: skip


def levels_for(actor: Account, finding: Finding, person: UUID, now: datetime.datetime) -> frozenset[Level]:
    """Who stands over the officer says a form and proposes one; the body outside that concluded it proposes alone."""
    if stands_over(actor.person_id, person, finding.room_id, moment(finding.begin_us), now=now):
        return frozenset({Level.INTERNAL, Level.FORMAL})
    return frozenset({Level.FORMAL}) if _concluded_it(actor, finding, now) else frozenset()


def _concluded_it(actor: Account, finding: Finding, now: datetime.datetime) -> bool:
    """Whether they serve in the body outside that concluded it."""
    step = finding.steps.filter(kind=StepKind.CONCLUDED).first()
    return step is not None and speaks_for(actor.person_id, finding.room_id, (step.by_id, step.at), now=now)


def unhandled(person: UUID, rooms: Collection[UUID]) -> "QuerySet[Finding]":
    """Upheld findings about the officer in these rooms that have no form, the oldest first."""
    taken = MeasureAct.objects.filter(finding=OuterRef("pk"), measure__person=person).exclude(
        measure__steps__kind__in=FREED
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
    #: `CHECKED`; or a ground by its code; or `WAIVED`, then with the ground, and the officer's paper by its number.
    deferral: str = ""
    ground: str = ""
    paper: str = ""
    more: str = ""
    #: When a deferral is looked at again, such as the day on which the child is twelve months old; none: as a proposal.
    review_on: datetime.date | None = None
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
    if form.level not in offered.levels:
        raise NotPossible(NOT_OVER if form.level is Level.INTERNAL else NOT_PROPOSER, "form")
    if form.whom in ladder.WHOM and form.whom not in chosen.whom:
        raise NotPossible(NOT_FOR_THEM.fill(form=form.words, whom=ladder.WHOM[form.whom]), "whom")
    waits = _waits(row, form, offered, chosen, now)
    made = _write(actor, row, person, form, offered, said, now)
    acts = [row, *(each for each in offered.acts if each.id in set(chosen.acts) and each.id != row.id)]
    try:
        for act in acts:
            MeasureAct.objects.create(measure=made, finding=act)
    except IntegrityError:
        raise NotPossible(ONE_ACT) from None
    said_to_be = {"whom": form.whom} if form.whom else {}
    record(actor, "measure_taken", now=now, about=("measure", made.id), details=said_to_be)
    if waits is not None:
        _note_ground(actor, made, waits, chosen.more, now)
    words = (TAKEN if form.level is Level.INTERNAL else PROPOSED).fill(form=form.words, number=str(row))
    send(to={person}, kind=NOTICE, words=words, link=Link(OWN_ROUTE, str(row.id)), now=now)
    return made


@dataclass(frozen=True, slots=True)
class _Waits:
    """Why a proposal has to wait, or would have to if the officer did not ask, by the paper of that number."""

    kind: MeasureKind
    ground: Words
    paper: str = ""
    due_on: datetime.date | None = None


def _waits(row: Finding, form: ladder.Form, offered: Offer, chosen: Chosen, now: datetime.datetime) -> _Waits | None:
    """None where nothing stands in the way. Raises NotPossible where nobody looked, or not every word was said."""
    if form.level is Level.INTERNAL or chosen.deferral == CHECKED:
        return None
    grounds = {code: (words, may) for code, words, may in offered.deferrals}
    if chosen.deferral in grounds:
        review = _review(row, chosen.review_on, now)
        return _Waits(MeasureKind.DEFERRED, grounds[chosen.deferral][0], due_on=review)
    if chosen.deferral != WAIVED:
        raise NotPossible(NOT_CHECKED, "deferral")
    words, may = grounds.get(chosen.ground, (NOT_CHECKED, False))
    if not may:
        raise NotPossible(NOT_WAIVABLE, "deferral")
    if not (paper := plain(chosen.paper)[:60]):
        raise NotPossible(NO_PAPER, "paper")
    return _Waits(MeasureKind.WAIVED, words, paper)


def _term(row: Finding, now: datetime.datetime) -> datetime.date:
    """By which day what begins to wait now is to go on."""
    return registry.day_of(now) + datetime.timedelta(days=rules_of(row).times.finding_proposal_days)


def _review(row: Finding, said: datetime.date | None, now: datetime.datetime) -> datetime.date:
    """When a deferral is looked at again: the day that was said, else as a proposal. Raises NotPossible."""
    today = registry.day_of(now)
    if said is None:
        return _term(row, now)
    if not today < said <= today + datetime.timedelta(days=LONGEST_DEFERRAL_DAYS):
        raise NotPossible(NOT_A_REVIEW_DAY.fill(n=LONGEST_DEFERRAL_DAYS), "review_on")
    return said


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
        due_on=_term(row, now) if form.level is Level.FORMAL else None, by_id=actor.person_id, at=now,
    )  # fmt: skip


def _note_ground(actor: Account, made: Measure, waits: _Waits, more: str, now: datetime.datetime) -> MeasureStep:
    """The step, and the ground beside it, which lies closed."""
    step = MeasureStep.objects.create(
        measure=made, kind=waits.kind, at=now, by_id=actor.person_id, number=waits.paper, due_on=waits.due_on
    )
    vi, en = both(waits.ground)
    DeferralGround.about({"vi": vi, "en": en, "words": plain(more)}, step=step).save(force_insert=True)
    return step


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of a proposal: the decision's form, number and day; or words; or why it waits."""

    words: str = ""
    form: str = ""
    number: str = ""
    decided_on: datetime.date | None = None
    deferral: str = ""
    review_on: datetime.date | None = None


def proceed(actor: Account, measure: UUID, *, kind: MeasureKind, became: Became, now: datetime.datetime) -> MeasureStep:
    """One step of a proposal, or that a form inside the unit is taken back. Raises NotPossible."""
    made = Measure.objects.get(id=measure)
    first = Finding.objects.get(id=made.acts.order_by("id").values_list("finding", flat=True)[0])
    leads(actor, first, now)
    if actor.person_id == made.person_id:
        raise NotPossible(NOT_THEMSELVES)
    if not may_proceed(actor, made, kind, now=now):
        raise NotPossible(NOT_TO_WITHDRAW if kind is MeasureKind.WITHDRAWN else NOT_TO_FOLLOW)
    fields: dict[str, object] = {"words": plain(became.words)[:NOTE_LENGTH]}
    if kind is MeasureKind.DECIDED:
        fields |= _decision(first, became, now)
    elif kind is not MeasureKind.DEFERRED and not fields["words"]:
        raise NotPossible(SAY_WHAT, "words")
    if kind is MeasureKind.RESUMED:
        fields["due_on"] = _term(first, now)
    ground: Words | None = None
    review: datetime.date | None = None
    if kind is MeasureKind.DEFERRED:
        ground = next((words for code, words, _ in ladder.deferrals(rules_of(first)) if code == became.deferral), None)
        if ground is None:
            raise NotPossible(NOT_CHECKED, "deferral")
        review = _review(first, became.review_on, now)
    try:
        with transaction.atomic():
            record(actor, f"measure_{kind.value}", now=now, about=("measure", made.id))
            if ground is not None:
                return _note_ground(actor, made, _Waits(kind, ground, due_on=review), became.words, now)
            step = MeasureStep.objects.create(measure=made, kind=kind, at=now, by_id=actor.person_id, **fields)
            if kind is MeasureKind.WITHDRAWN:
                _tell_withdrawn(made, first, now)
            return step
    except IntegrityError:
        raise NotPossible(NOT_NOW) from None


def may_proceed(actor: Account, made: Measure, kind: MeasureKind, *, now: datetime.datetime) -> bool:
    """Whether that step of it is this person's: of a form inside the unit that it is taken back, else any other."""
    acts = list(Finding.objects.filter(measures__measure=made).order_by("measures__id"))
    if actor.person_id == made.person_id or not acts:
        return False
    if kind is MeasureKind.WITHDRAWN:
        return _may_withdraw(actor, made, acts, now)
    if not may_judge(actor.person_id, made.room_id, (made.by_id, made.at), now=now):
        return False
    return bool(levels_for(actor, acts[0], made.person_id, now))


def _may_withdraw(actor: Account, made: Measure, acts: Sequence[Finding], now: datetime.datetime) -> bool:
    """Another than who took it: inside no lower than they, outside of a body that concluded, or the supervisors' head.

    A unit with one head alone has its wrong form taken back by those who supervise the room.
    """
    me, room = actor.person_id, made.room_id
    if me == made.by_id:
        return False
    if serves_where_run(me, room, now):
        over = stands_over(me, made.person_id, room, moment(acts[0].begin_us), now=now)
        return over and height(me, room, now) >= height(made.by_id, room, made.at)
    heads = decide(actor, Right.GRANT, place_of_room(room, now), now=now).allowed
    return heads or any(_concluded_it(actor, act, now) for act in acts)


def _tell_withdrawn(made: Measure, first: Finding, now: datetime.datetime) -> None:
    """Whom it was about, on their own page, and who took it."""
    words = WITHDRAWN.fill(form=Words(made.form_vi, made.form_en), number=str(first))
    send(to={made.person_id}, kind=NOTICE, words=words, link=Link(OWN_ROUTE, str(first.id)), now=now)
    send(to={made.by_id}, kind=NOTICE, words=words, link=Link(ROUTE, str(first.id)), now=now)


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
    """Why it waits, or need not: read out, and written down who read it. None where there is no ground."""
    row = DeferralGround.objects.filter(step__measure=measure).order_by("-step__at").first()
    if row is not None:
        record(actor, "deferral_read", now=now, about=("measure", measure.id))
    return row
