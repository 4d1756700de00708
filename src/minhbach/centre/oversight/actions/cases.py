"""A finding as a case: whom it concerns, what it rests on, the conclusion, and what has to be corrected.

Whoever may make findings in the room leads the case; whoever it concerns explains it from a page of their own and never
judges it. What is upheld rests on more than a recording, and everybody named in it has explained it or let a term of
their own pass: PostgreSQL refuses the rest. Nobody is named once it has ended, so nobody unheard meets what follows.

    NotPossible    what was asked cannot be so; names the form's field
"""

import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_who
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.footage.timeline import UNREADABLE, moment
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions.findings import (
    NOT_EXPLAINED,
    NOT_IN_ORDER,
    NOTICE,
    ROUTE,
    SAY_WHAT,
    answers_for,
    demand_judge,
    may_read,
    tell_step,
    unit_of,
)
from minhbach.centre.oversight.models import (
    NOTE_LENGTH,
    RECORDING,
    Basis,
    Concerned,
    Correction,
    CorrectionKind,
    CorrectionStep,
    Finding,
    FindingStep,
    Source,
    StepKind,
)
from minhbach.centre.oversight.reading import due_of, holds_for, unheard
from minhbach.centre.oversight.sides import may_judge
from minhbach.centre.oversight.terms import is_waited_for, own_term, terms_of
from minhbach.centre.papers.actions import keep_proof
from minhbach.centre.papers.models import Paper
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, constraint_of
from minhbach.centre.regulation.columns import SEVERITIES
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words, formats

OWN_ROUTE = "own_finding"
NOT_STAFF = Words(
    "Người này không làm việc tại đơn vị vào ngày có phát hiện.", "This person did not serve at the unit on that day."
)
NAMED_ALREADY = Words("Người này đã được nêu tên.", "This person is named already.")
NOT_THEMSELVES = Words(
    "Không nêu tên được: phát hiện đã kết thúc, hoặc chính người này đã lập phát hiện.",
    "This person cannot be named: it has ended, or they made the finding themselves.",
)
NO_BASIS = Words("Hãy chọn loại căn cứ.", "Choose what kind of basis it is.")
NOT_CONCERNED = Words("Phát hiện này không liên quan đến bạn.", "This finding does not concern you.")
NOT_UPHELD = Words(
    "Chỉ yêu cầu khắc phục khi phát hiện còn mở hoặc đã kết luận là đúng.",
    "Corrections are asked for while it is open, or once it is upheld.",
)
NOT_PAST = Words("Hạn khắc phục phải từ hôm nay trở đi.", "The due day must not be past.")
NOT_LATER = Words("Hạn mới phải sau hạn đang có ({day}).", "The new day must come after the present one ({day}).")
NO_SEVERITY = Words("Hãy chọn mức độ.", "Choose how grave it is.")
ONLY_RECORDED = Words(
    "Bản ghi không phải là căn cứ duy nhất: hãy bổ sung sổ sách, biên bản, ý kiến người chứng kiến hoặc giấy tờ khác.",
    "A recording is never the only basis: add books, minutes, a witness or other papers.",
)
NOT_HEARD = Words(
    "Chưa kết luận có vi phạm được: {names} chưa giải trình và còn hạn đến {by}.",
    "It cannot be upheld yet: {names} did not explain it, and may until {by}.",
)
UPHELD, UNFOUNDED = Words("có vi phạm", "it is so"), Words("không có vi phạm", "it is not so")
ENDED = Words(
    "Phát hiện số {number}, {unit}, đã được kết luận: {what}.", "Finding {number}, {unit}, is concluded: {what}."
)
PROVE = Words("Hãy kèm ảnh hoặc tệp PDF minh chứng.", "Bring a photograph or a PDF as proof.")
NOT_NOW = Words(
    "Chưa làm được bước này: việc đã được xác nhận, hoặc phải do người khác làm.",
    "This step cannot be taken: it was accepted, or another person has to take it.",
)
NOT_GIVEN_HERE = Words(
    "Việc này do cơ quan ngoài đơn vị yêu cầu: đơn vị báo cáo, không tự xác nhận, trả lại hoặc gia hạn.",
    "A body outside the unit asked for this: the unit reports it, and neither accepts it, returns it nor puts it off.",
)
NAMED = Words(
    "Phát hiện số {number}, {unit}, liên quan đến bạn: {what}. Giải trình trước {by}.",
    "Finding {number}, {unit}, concerns you: {what}. Explain it by {by}.",
)
GIVEN = Words(
    "Khắc phục theo phát hiện số {number}, {unit}: {what}. Hạn {day}.",
    "Put right by finding {number}, {unit}: {what}. Due {day}.",
)
CORRECTED = Words(
    "Phát hiện số {number}, {unit}, việc khắc phục: {what}.", "Finding {number}, {unit}, what is put right: {what}."
)
KINDS = {
    CorrectionKind.REPORTED: Words("đã báo cáo khắc phục", "reported as done"),
    CorrectionKind.RETURNED: Words("yêu cầu làm tiếp", "to go on"),
    CorrectionKind.ACCEPTED: Words("đã xác nhận khắc phục", "accepted as done"),
    CorrectionKind.EXTENDED: Words("gia hạn", "more time"),
}


def rules_of(finding: Finding) -> Rules:
    """The regulation of the day on which it was found: old cases keep the catalogues of their day.

    Of a unit that ended on that very day it is the one of its last.
    """
    return in_force(finding.unit_id, registry.last_day(finding.unit_id, registry.day_of(finding.found_at)))


def leads(actor: Account, finding: Finding, now: datetime.datetime) -> None:
    """Whoever may make findings in the room. Raises NotPossible."""
    decision = decide(actor, Right.HOLD, place_of_room(finding.room_id, now), now=now)
    if not decision.allowed:
        raise NotPossible(decision.why)


def act_day(finding: Finding) -> datetime.date:
    """The Vietnamese day of the act."""
    return registry.day_of(_span(finding)[0])


def could_be_named(finding: Finding) -> list[Assignment]:
    """Who served at the unit on the day of the act, each once, with their post."""
    day = act_day(finding)
    taken = set(finding.concerned.values_list("person", flat=True)) | {finding.found_by_id}
    posts = {post.person_id: post for post in registry.staff_of(_units_then(finding), day)}
    return [post for person, post in posts.items() if person not in taken]


def _units_then(finding: Finding) -> set[UUID]:
    """Whose room it was on the day of the act, which may have ended or given it away before it was found."""
    held = registry.holder_on(finding.room_id, act_day(finding))
    return {held} if held else {finding.unit_id}


def name_concerned(actor: Account, finding: UUID, *, person: UUID, now: datetime.datetime) -> Concerned:
    """An officer of the unit whom it concerns: they are told, see it, and have a term of their own. NotPossible."""
    row = Finding.objects.get(id=finding)
    leads(actor, row, now)
    post = registry.staff_of(_units_then(row), act_day(row)).filter(person=person).first()
    if post is None:
        raise NotPossible(NOT_STAFF, "person")
    rules = rules_of(row)
    title = post.title or (both(rules.roles[post.role].words)[0] if post.role in rules.roles else "")
    until = _own_term(row, rules, now)
    try:
        with transaction.atomic():
            made = Concerned.objects.create(
                finding=row, person_id=person, unit_id=post.unit_id, post=title, named_by_id=actor.person_id,
                named_at=now, explain_by=until,
            )  # fmt: skip
            record(actor, "finding_concerns", now=now, about=("finding", row.id))
            what = _what(row) if may_read(row, {person}, now=now) else UNREADABLE
            words = NAMED.fill(number=str(row), unit=unit_of(row, now), what=what, by=_day(until))
            send(to={person}, kind=NOTICE, words=words, link=Link(OWN_ROUTE, str(row.id)), now=now)
    except IntegrityError as error:
        raise NotPossible(NAMED_ALREADY if constraint_of(error) else NOT_THEMSELVES, "person") from None
    return made


def _own_term(row: Finding, rules: Rules, now: datetime.datetime) -> datetime.datetime:
    """As many working days from now as anybody has to explain a finding; never less than the finding's own term."""
    local, day = now.astimezone(registry.VIETNAM), registry.day_of(now)
    calendar = calendar_of(row.unit_id, registry.last_day(row.unit_id, day))
    last = calendar.after(local.date(), rules.times.finding_explained_wd)
    return max(row.explain_by, closing(last, calendar.hours, local))


def explain_own(actor: Account, finding: UUID, *, words: str, now: datetime.datetime) -> FindingStep:
    """The explanation of whom it concerns, wherever they serve by now. Raises NotPossible."""
    row = Finding.objects.select_related("room").get(id=finding)
    said = plain(words)[:NOTE_LENGTH]
    if not row.concerned.filter(person=actor.person_id).exists():
        raise NotPossible(NOT_CONCERNED)
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    try:
        with transaction.atomic():
            made = FindingStep.objects.create(
                finding=row, kind=StepKind.EXPLAINED, at=now, by_id=actor.person_id, words=said
            )
            record(actor, "finding_explained", now=now, about=("finding", row.id))
            tell_step(row, StepKind.EXPLAINED, actor, now)
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def add_basis(
    actor: Account, finding: UUID, *, kind: str, words: str, photo: bytes | None = None, now: datetime.datetime
) -> Basis:
    """Something that the conclusion will rest on. Raises NotPossible."""
    row = Finding.objects.get(id=finding)
    leads(actor, row, now)
    said, known = plain(words)[:NOTE_LENGTH], ladder.bases(rules_of(row)).get(kind)
    if known is None:
        raise NotPossible(NO_BASIS, "basis")
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    try:
        with transaction.atomic():
            paper = _photo(photo, f"Căn cứ, phát hiện số {row}", actor.person_id, now)
            made = _basis(row, kind, known, said, paper, actor.person_id, now)
            record(actor, "finding_basis", now=now, about=("finding", row.id))
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def _basis(
    row: Finding, kind: str, words: Words, said: str, paper: Paper | None, by: UUID, now: datetime.datetime
) -> Basis:
    vi, en = both(words)
    return Basis.objects.create(
        finding=row, kind=kind, vi=vi[:200], en=en[:200], words=said, paper=paper, by_id=by, at=now
    )


def conclude(
    actor: Account, finding: UUID, *, upheld: bool, severity: str = "", words: str, now: datetime.datetime
) -> FindingStep:
    """Whether it is so, how grave it is, and why. Before the term to explain only what was explained, also when more
    was asked for; nothing is upheld before everybody named in it was heard, or had their own term. Raises NotPossible.
    """
    row = Finding.objects.select_related("room").prefetch_related("steps").get(id=finding)
    leads(actor, row, now)
    demand_judge(actor, row, now)
    said = plain(words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if upheld and severity not in SEVERITIES:
        raise NotPossible(NO_SEVERITY, "severity")
    terms = terms_of(row)
    if is_waited_for(row, now):
        raise NotPossible(NOT_EXPLAINED.fill(by=_day(terms.explain_by)))
    if upheld and (waiting := unheard(row, now)):
        names, by = ", ".join(each.person.full_name for each in waiting), max(own_term(each, terms) for each in waiting)
        raise NotPossible(NOT_HEARD.fill(names=names, by=_day(by)), "upheld")
    try:
        with transaction.atomic():
            rests_on(row, actor.person_id, now)
            if upheld and not row.bases.exclude(kind=RECORDING).exists():
                raise NotPossible(ONLY_RECORDED, "basis")
            made = FindingStep.objects.create(
                finding=row, kind=StepKind.CONCLUDED, at=now, by_id=actor.person_id, words=said, upheld=upheld,
                severity=severity if upheld else "",
            )  # fmt: skip
            record(actor, "finding_concluded", now=now, about=("finding", row.id))
            tell_step(row, StepKind.CONCLUDED, actor, now)
            named = set(row.concerned.values_list("person", flat=True)) - {actor.person_id}
            told = ENDED.fill(number=str(row), unit=unit_of(row, now), what=UPHELD if upheld else UNFOUNDED)
            send(to=sorted(named), kind=NOTICE, words=told, link=Link(OWN_ROUTE, str(row.id)), now=now)
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def rests_on(row: Finding, by: UUID, now: datetime.datetime) -> None:
    """Write down what a conclusion rests on by itself: the footage that is held, and what was explained."""
    known, there = ladder.bases(rules_of(row)), set(row.bases.values_list("kind", flat=True))
    recorded = _recorded(row)
    if recorded and RECORDING not in there:
        _basis(row, RECORDING, known[RECORDING], recorded, None, by, now)
    explained = row.steps.filter(kind=StepKind.EXPLAINED).select_related("by").order_by("at").last()
    if explained and ladder.EXPLANATION not in there and ladder.EXPLANATION in known:
        said = f"{explained.by.full_name}, {_day(explained.at)}"
        _basis(row, ladder.EXPLANATION, known[ladder.EXPLANATION], said, None, by, now)


def _recorded(row: Finding) -> str:
    """When there is footage for it: of a gap what is held around its ends, since the gap itself is what is missing."""
    if row.source == Source.GAP:
        return "; ".join(formats.span(moment(hold.begin_us), moment(hold.end_us)) for hold in holds_for(row))
    return formats.span(*_span(row)) if row.hold_id else ""


def _span(row: Finding) -> tuple[datetime.datetime, datetime.datetime]:
    begin, end = (datetime.datetime.fromtimestamp(us / 1_000_000, datetime.UTC) for us in (row.begin_us, row.until_us))
    return begin, end


def ask_correction(
    actor: Account, finding: UUID, *, words: str, due_on: datetime.date, now: datetime.datetime
) -> Correction:
    """Something that the unit has to put right by a day. Raises NotPossible."""
    row = Finding.objects.select_related("room").get(id=finding)
    leads(actor, row, now)
    said = plain(words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if due_on < registry.day_of(now):
        raise NotPossible(NOT_PAST, "due_on")
    end = row.steps.exclude(kind__in=[StepKind.READ, StepKind.EXPLAINED, StepKind.RETURNED]).first()
    if end is not None and not end.upheld:
        raise NotPossible(NOT_UPHELD)
    with transaction.atomic():
        with connection.cursor() as cursor:  # one at a time, so that positions have no holes
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 27))", [str(row.id)])
        last = row.corrections.aggregate(last=Max("position"))["last"] or 0
        made = Correction.objects.create(
            finding=row, position=last + 1, words=said, due_on=due_on, given_by_id=actor.person_id, given_at=now
        )
        record(actor, "correction_asked", now=now, about=("finding", row.id))
        told = GIVEN.fill(number=str(row), unit=unit_of(row, now), what=said[:200], day=f"{due_on:%d/%m/%Y}")
        to = people_who(Right.HOLD, row.room_id, now=now, at_home=True) - {actor.person_id}
        send(to=sorted(to), kind=NOTICE, words=told, link=Link(ROUTE, str(row.id)), now=now)
    return made


def correct(
    actor: Account,
    correction: UUID,
    *,
    kind: CorrectionKind,
    words: str,
    photo: bytes | None = None,
    due_on: datetime.date | None = None,
    now: datetime.datetime,
) -> CorrectionStep:
    """One step: the unit reports with its proof; another accepts, sends back or gives time, who is not of the unit if
    whoever asked for it was not. Raises NotPossible.
    """
    task = Correction.objects.select_related("finding").get(id=correction)
    row = task.finding
    leads(actor, row, now)
    said = plain(words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if kind is CorrectionKind.REPORTED:
        if not answers_for(actor, row, now):
            raise NotPossible(NOT_NOW)
        if not photo:
            raise NotPossible(PROVE, "photo")
    elif not may_judge(actor.person_id, row.room_id, (task.given_by_id, task.given_at), now=now):
        raise NotPossible(NOT_GIVEN_HERE)
    if kind is CorrectionKind.EXTENDED:
        due = due_of(task)
        if due_on is None or due_on <= due or due_on < registry.day_of(now):
            raise NotPossible(NOT_LATER.fill(day=f"{due:%d/%m/%Y}"), "due_on")
    try:
        with transaction.atomic():
            brought = photo if kind is CorrectionKind.REPORTED else None
            made = CorrectionStep.objects.create(
                correction=task, kind=kind, at=now, by_id=actor.person_id, words=said,
                due_on=due_on if kind is CorrectionKind.EXTENDED else None,
                proof=_photo(brought, f"Minh chứng khắc phục, phát hiện số {row}", actor.person_id, now),
            )  # fmt: skip
            record(actor, f"correction_{kind.value}", now=now, about=("finding", row.id))
            home = people_who(Right.HOLD, row.room_id, now=now, at_home=True)
            to = {task.given_by_id} if kind is CorrectionKind.REPORTED else home
            told = CORRECTED.fill(number=str(row), unit=unit_of(row, now), what=KINDS[kind])
            send(to=sorted(to - {actor.person_id}), kind=NOTICE, words=told, link=Link(ROUTE, str(row.id)), now=now)
    except IntegrityError:
        raise NotPossible(NOT_NOW) from None
    return made


def _photo(data: bytes | None, title: str, person: UUID, now: datetime.datetime) -> Paper | None:
    if not data:
        return None
    try:
        return keep_proof(data=data, title=title, person_id=person, now=now)
    except PhotoRefused as refused:
        raise NotPossible(refused.words, "photo") from None


def _what(row: Finding) -> Words:
    return Words(row.situation_vi, row.situation_en)


def _day(at: datetime.datetime) -> str:
    return f"{at.astimezone(registry.VIETNAM):%d/%m/%Y}"
