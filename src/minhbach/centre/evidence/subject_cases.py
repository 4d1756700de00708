"""How far a citizen's request has come, worked out from its rows each time; nothing is stored twice.

Owns the stages of such a request, their words and its clocks, and what each step reads like. Promises a number of
queries that does not grow with the list. Leaves steps to `actions`.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.evidence.models import (
    Act,
    Behalf,
    Channel,
    CustodyKind,
    Erasure,
    Extraction,
    Identity,
    Pictured,
    Proof,
    SubjectPerson,
    SubjectRequest,
    SubjectStep,
    Wanted,
)
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.scope import LONGEST_MASKED_US
from minhbach.centre.evidence.stages import Item, items
from minhbach.centre.evidence.stages import Stage as CopyStage
from minhbach.centre.evidence.subject_clock import Terms, terms
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera
from minhbach.centre.regulation.reading import Law, laws_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

WANTED: Mapping[str, Words] = {
    Wanted.SEE: Words("Xem bản ghi", "See the recording"),
    Wanted.COPY: Words("Cung cấp bản sao", "Have a copy"),
    Wanted.ERASE: Words("Xóa bản ghi", "Have it erased"),
}
CHANNELS: Mapping[str, Words] = {
    Channel.COUNTER: Words("Trực tiếp tại quầy", "At the counter"),
    Channel.LETTER: Words("Bằng thư", "By letter"),
}
IDENTITIES: Mapping[str, Words] = {
    Identity.CARD: Words("Thẻ căn cước", "Identity card"),
    Identity.VNEID: Words("Căn cước điện tử (VNeID)", "Electronic identity (VNeID)"),
    Identity.PASSPORT: Words("Hộ chiếu", "Passport"),
    Identity.CERTIFIED: Words("Bản sao có chứng thực gửi kèm thư", "Certified copy sent with the letter"),
}
BEHALVES: Mapping[str, Words] = {
    Behalf.ONESELF: Words("Chính mình", "Oneself"),
    Behalf.GUARDIAN: Words("Cha mẹ, người giám hộ", "Parent or guardian"),
    Behalf.AUTHORISED: Words("Người được ủy quyền", "Authorised person"),
}
PROOFS: Mapping[str, Words] = {
    Proof.BIRTH: Words("Giấy khai sinh", "Birth certificate"),
    Proof.GUARDIANSHIP: Words("Trích lục đăng ký giám hộ", "Extract of the register of guardians"),
    Proof.COURT: Words("Bản án, quyết định của Tòa án", "Judgment or decision of a court"),
    Proof.VNEID: Words("Thông tin trên căn cước điện tử (VNeID)", "Shown by electronic identity (VNeID)"),
    Proof.AUTHORISATION: Words(
        "Văn bản ủy quyền có công chứng hoặc chứng thực", "Notarised or certified authorisation"
    ),
}
#: By which papers whoever speaks for another may show that they may.
PROOFS_OF: Mapping[str, frozenset[str]] = {
    Behalf.ONESELF: frozenset(),
    Behalf.GUARDIAN: frozenset({Proof.BIRTH, Proof.GUARDIANSHIP, Proof.COURT, Proof.VNEID}),
    Behalf.AUTHORISED: frozenset({Proof.AUTHORISATION}),
}
PICTURED: Mapping[str, Words] = {
    Pictured.ALONE: Words(
        "Trong hình chỉ có người yêu cầu (hoặc người được đại diện): cho xem bản ghi gốc",
        "Only who asks (or whom they represent) is in the picture: the original is shown",
    ),
    Pictured.OTHERS: Words(
        "Trong hình có người khác: chỉ cung cấp bản sao đã che",
        "Others are in the picture: only a masked copy is given",
    ),
}
ACTS: Mapping[str, Words] = {
    Act.ACKNOWLEDGED: Words("Xác nhận đã nhận yêu cầu", "Receipt confirmed"),
    Act.EXTENDED: Words("Kéo dài thời hạn", "Term extended"),
    Act.GRANTED: Words("Quyết định chấp thuận", "Granted"),
    Act.SECONDED: Words("Người thứ hai đồng ý xóa", "The second person agrees to the erasure"),
    Act.REFUSED: Words("Từ chối", "Refused"),
    Act.OTHERS_FOUND: Words(
        "Phát hiện trong hình có người khác: không cho xem bản ghi gốc",
        "Others were found in the picture: the original is not shown",
    ),
    Act.SHOWN: Words("Đã cho xem", "Shown"),
    Act.COPY_ASKED: Words("Đề nghị lập bản sao đã che", "Masked copy asked for"),
    Act.ERASED: Words("Đã xóa xong", "Erased"),
    Act.WITHDRAWN: Words("Người yêu cầu rút", "Withdrawn by who asked"),
    Act.TOLD_SOON: Words("Nhắc sắp đến hạn", "Reminded that the term ends"),
    Act.TOLD_LATE: Words("Báo quá hạn lên cấp giám sát", "Told the supervising body that it is overdue"),
    Act.FORGOTTEN: Words("Đã xóa thông tin người yêu cầu", "Who asked was forgotten"),
}
#: How an erasure ends of which a retired recorder has the rest, by the reason of its last step.
DISKS_DESTROYED, DISKS_GONE = "disks_destroyed", "disks_gone"
ENDINGS: Mapping[str, Words] = {
    DISKS_DESTROYED: Words(
        "Ổ đĩa của đầu ghi đã ngừng sử dụng đã được tiêu hủy, có biên bản",
        "The disks of the retired recorder were destroyed, with minutes",
    ),
    DISKS_GONE: Words(
        "Cơ quan không còn giữ ổ đĩa của đầu ghi đã ngừng sử dụng nên không xóa được",
        "The office has the disks of the retired recorder no more, so they cannot be erased",
    ),
}

#: It was granted, and nobody refused it: its recorder's disks are gone.
UNDONE = Words("Đã kết thúc, không xóa được", "Ended; it could not be erased")


class Stage(Enum):
    """What it waits for, or how it ended: kind of status, words."""

    RECEIVED = ("soon", Words("Chờ xác nhận đã nhận", "Receipt is to be confirmed"))
    OPEN = ("soon", Words("Chờ quyết định", "Waits for a decision"))
    GRANTED_ONCE = ("soon", Words("Chờ người thứ hai đồng ý", "Waits for a second person"))
    TO_SHOW = ("soon", Words("Chờ cho xem", "To be shown"))
    TO_COPY = ("soon", Words("Chờ lập bản sao đã che", "A masked copy is to be made"))
    COPYING = ("soon", Words("Đang lập bản sao đã che", "A masked copy is being made"))
    ERASING = ("soon", Words("Chờ đầu ghi xóa", "Waits for the recorder to erase"))
    STUCK = ("fault", Words("Đầu ghi không xóa được", "The recorder did not erase"))
    DONE = ("ok", Words("Đã giải quyết", "Settled"))
    REFUSED = ("unseen", Words("Đã từ chối", "Refused"))
    WITHDRAWN = ("unseen", Words("Đã rút", "Withdrawn"))

    @property
    def status(self) -> str:
        """The kind of status."""
        return self.value[0]

    @property
    def words(self) -> Words:
        """What people read."""
        return self.value[1]


ENDED = {Stage.DONE, Stage.REFUSED, Stage.WITHDRAWN}
UNDECIDED = {Stage.RECEIVED, Stage.OPEN, Stage.GRANTED_ONCE}
#: By which right of the room what was granted is done.
BY_RIGHT: Mapping[Stage, Right] = {Stage.TO_SHOW: Right.PLAYBACK, Stage.TO_COPY: Right.EXTRACT}
#: An extraction that will come to nothing: the copy is asked for again, as one that was destroyed before it was got.
DEAD = {CopyStage.REFUSED, CopyStage.WITHDRAWN, CopyStage.EXPIRED}


@dataclass(frozen=True, slots=True)
class Case:
    """A request with everything that happened to it. `terms` is none where no regulation is in force.

    `copies`: every masked copy that was asked for, the newest last; those before it came to nothing.
    """

    row: SubjectRequest
    unit_name: str
    person: SubjectPerson | None
    steps: tuple[SubjectStep, ...]
    erasures: tuple[Erasure, ...]
    copies: tuple[Item, ...]
    stage: Stage
    terms: Terms | None
    rules: Rules | None
    now: datetime.datetime

    def step(self, kind: str) -> SubjectStep | None:
        """The newest thing of that kind that happened."""
        return next((each for each in reversed(self.steps) if each.kind == kind), None)

    @property
    def copy(self) -> Item | None:
        """The masked copy that counts, where one was asked for."""
        return self.copies[-1] if self.copies else None

    @property
    def copy_is_part(self) -> bool:
        """Whether the copy is of less than was asked for: the recorders' logs account for no more."""
        copy = self.copy
        if copy is None:
            return False
        said, asked = copy.revision, (self.row.begin_us, self.row.end_us)
        return (said.begin_us, said.end_us) != asked or set(copy.cameras) != set(self.cameras)

    @property
    def code(self) -> str:
        """What people call it: YC-03/2026. Stands where a name would, in holds, purposes and extractions."""
        return f"YC-{self.row}"

    @property
    def wanted(self) -> Words:
        """What is asked for."""
        return WANTED[self.row.wanted]

    @property
    def name(self) -> str | Words:
        """Who asks, as long as they are not forgotten."""
        return self.person.name if self.person else Words("(đã xóa thông tin)", "(forgotten)")

    @property
    def proof(self) -> Words | None:
        """By which paper it was shown that they may speak for another, as long as they are not forgotten."""
        return PROOFS.get(self.person.proof) if self.person else None

    @property
    def cameras(self) -> list[Camera]:
        """Whose footage it is, by label."""
        return sorted(self.row.cameras.all(), key=lambda camera: camera.label)

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.row.begin_us).astimezone(registry.VIETNAM)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.row.end_us).astimezone(registry.VIETNAM)

    @property
    def ended_at(self) -> datetime.datetime | None:
        """When it was settled, refused or withdrawn."""
        if self.stage not in ENDED:
            return None
        handed = self.copy.custody_of(CustodyKind.HANDED_OVER) if self.copy is not None else None
        if handed is not None:
            return handed.at
        ends = (Act.REFUSED, Act.WITHDRAWN, Act.SHOWN, Act.ERASED)
        return next((each.at for each in self.steps if each.kind in ends), None)

    @property
    def until(self) -> datetime.datetime | None:
        """Until when the next thing is to be done."""
        if self.terms is None or self.stage in ENDED:
            return None
        return self.terms.acknowledge_by if self.stage is Stage.RECEIVED else self.terms.answer_by

    @property
    def late(self) -> bool:
        """Whether a term is over without what it was for."""
        return self.until is not None and self.until <= self.now

    @property
    def pictured(self) -> str:
        """Who is in what is to be seen, as was said with the grant or found later; empty where nobody was asked."""
        return _pictured(self.steps)

    @property
    def masked(self) -> bool:
        """Whether the person gets a copy in which others are masked, and nothing else."""
        return self.row.wanted == Wanted.COPY or _only_masked(self.pictured, self.copy)

    @property
    def too_long_to_mask(self) -> bool:
        """Whether no copy of it can be asked for: whoever asks withdraws it, and asks for less."""
        return self.row.end_us - self.row.begin_us > LONGEST_MASKED_US

    @property
    def answer_late(self) -> bool:
        """Whether the term for the answer is over, whatever else is still to be done."""
        return self.terms is not None and self.terms.answer_by <= self.now

    @property
    def may_extend(self) -> bool:
        """Whether the term may be extended: once, while it runs, before anything is decided."""
        return self.stage in UNDECIDED and not self.answer_late and self.step(Act.EXTENDED) is None

    @property
    def status(self) -> str:
        """The kind of status, a lateness included."""
        return "late" if self.late and self.stage is not Stage.STUCK else self.stage.status

    @property
    def words(self) -> Words:
        """What people read of its stage."""
        refused = self.step(Act.REFUSED)
        return UNDONE if refused is not None and refused.reason == DISKS_GONE else self.stage.words

    @property
    def reason(self) -> Words | None:
        """Of a refusal, as the catalogue has it."""
        refused = self.step(Act.REFUSED)
        if refused is None or refused.reason in ENDINGS or self.rules is None:
            return None
        return self.rules.subject_refusals.get(refused.reason)

    @property
    def ending(self) -> Words | None:
        """What became of the disks of a retired recorder, where that ended it."""
        last = self.step(Act.REFUSED) or self.step(Act.ERASED)
        return ENDINGS.get(last.reason) if last is not None else None


def act_words(step: SubjectStep) -> Words:
    """What people read of a step."""
    return UNDONE if step.kind == Act.REFUSED and step.reason == DISKS_GONE else ACTS[step.kind]


def case(request: UUID, *, now: datetime.datetime) -> Case:
    """One of them."""
    [found] = cases(SubjectRequest.objects.filter(id=request), now=now)
    return found


def cases(rows: QuerySet[SubjectRequest], *, now: datetime.datetime) -> list[Case]:
    """These, in the order of the query."""
    found = list(
        rows.select_related("room", "unit", "taken_by", "person", "dossier__submitter", "hold").prefetch_related(
            "cameras", "steps__by", "erasures__camera", "erasures__recorder"
        )
    )
    day = registry.day_of(now)
    units = {row.unit_id for row in found}
    names = registry.names_on(units, day)
    laws = laws_of(units, day)
    copies = _copies(found, now)
    return [
        _case(row, names[row.unit_id].name if row.unit_id in names else "", laws[row.unit_id], copies, now)
        for row in found
    ]


def _copies(rows: list[SubjectRequest], now: datetime.datetime) -> dict[UUID, Item]:
    asked = [step.extraction_id for row in rows for step in row.steps.all() if step.extraction_id]
    if not asked:
        return {}
    return {each.extraction.id: each for each in items(Extraction.objects.filter(id__in=asked), now=now)}


def _case(row: SubjectRequest, unit_name: str, law: Law, copies: Mapping[UUID, Item], now: datetime.datetime) -> Case:
    rules, calendar = law.rules, law.calendar
    steps = tuple(row.steps.all())
    kinds = {step.kind for step in steps}
    mine = tuple(copies[step.extraction_id] for step in steps if step.extraction_id)
    copy = mine[-1] if mine else None
    erasures = tuple(row.erasures.all())
    clock = None
    if rules is not None:
        extended = Act.EXTENDED in kinds
        clock = terms(
            row.received_at, row.wanted, calendar, rules.times, third_party=row.third_party, extended=extended
        )
    wanted = Wanted.COPY if row.wanted == Wanted.SEE and _only_masked(_pictured(steps), copy) else row.wanted
    stage = _stage(wanted, kinds, erasures, copy)
    person = getattr(row, "person", None)
    return Case(row, unit_name, person, steps, erasures, mine, stage, clock, rules, now)


def _pictured(steps: Sequence[SubjectStep]) -> str:
    if any(step.kind == Act.OTHERS_FOUND for step in steps):
        return Pictured.OTHERS
    return next((step.reason for step in steps if step.kind == Act.GRANTED), "")


def _only_masked(pictured: str, copy: Item | None) -> bool:
    """Others are in the picture: it was said with the grant, or found when it was to be shown. Of what was found before
    that was a step of its own, only the copy tells.
    """
    return pictured == Pictured.OTHERS or copy is not None


def _stage(wanted: str, kinds: set[str], erasures: tuple[Erasure, ...], copy: Item | None) -> Stage:
    if Act.REFUSED in kinds:
        return Stage.REFUSED
    if Act.WITHDRAWN in kinds:
        return Stage.WITHDRAWN
    if {Act.SHOWN, Act.ERASED} & kinds:
        return Stage.DONE
    if Act.GRANTED not in kinds:
        return Stage.OPEN if Act.ACKNOWLEDGED in kinds else Stage.RECEIVED
    if wanted == Wanted.SEE:
        return Stage.TO_SHOW
    if wanted == Wanted.COPY:
        if copy is None or copy.stage in DEAD or copy.never_received:
            return Stage.TO_COPY
        return Stage.DONE if copy.custody_of(CustodyKind.HANDED_OVER) else Stage.COPYING
    if Act.SECONDED not in kinds:
        return Stage.GRANTED_ONCE
    return Stage.STUCK if any(each.refused_en for each in erasures) else Stage.ERASING
