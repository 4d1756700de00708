"""Duties of a `Month` that were left undone, one of each kind, and how each of them is done late."""

import datetime

from minhbach.centre.feedback.models import Petition
from minhbach.centre.footage.models import Fault
from minhbach.centre.oversight.models import Basis, Correction, CorrectionStep, EmptyWeek, FindingStep
from minhbach.centre.reception.models import BookEntry, BookStep, MissedStep
from minhbach.centre.regulation.models import Directive, Task, TaskStep
from tests.centre.publishing.month import at

D = datetime.date
FOUND, CONCLUDED, DUE = D(2026, 3, 2), D(2026, 3, 6), D(2026, 3, 10)


class Undone:
    """The `number`-th of each, all of them in commune A."""

    def __init__(self, month, number: int = 1) -> None:
        self.month, self.number = month, number
        self.unit, self.top = month.district.units["A"], month.district.units["top"]
        self.head, self.chief, self.officer = (
            month.district.people[role].person for role in ("commune_chairman", "chief_of_office", "reception_officer")
        )
        self.missed = month.missed(DUE - datetime.timedelta(number - 1))
        self.correction = self._correction()
        session = month.session(D(2026, 3, 5), 100 + number)
        self.waiting, self.accepted = (self._matter(session, 2 * number - 1 + more) for more in (0, 1))
        BookStep.objects.create(entry=self.accepted, kind="accepted", at=at(CONCLUDED, 8), by=self.officer)
        directive = Directive.objects.create(
            unit=self.top, kind="directive", number=f"{number:02}/CT-UBND", title="Về camera", issued_on=D(2026, 2, 1),
            entered_by=self.chief, entered_at=at(D(2026, 2, 1), 8),
        )  # fmt: skip
        self.task = Task.objects.create(
            directive=directive, position=1, unit=self.unit, holder=self.head, words="Niêm yết thủ tục",
            due_on=D(2026, 3, 1), given_by=self.chief, given_at=at(D(2026, 2, 1), 8),
        )  # fmt: skip

    def _correction(self) -> Correction:
        finding = self.month.finding(at(FOUND, 10), number=self.number)
        Basis.objects.create(
            finding=finding, kind="minutes", vi="Biên bản", en="Minutes", words="Số 3", by=self.chief, at=at(FOUND, 11)
        )
        for kind, by, more in (
            ("explained", self.head, {}), ("concluded", self.chief, {"upheld": True, "severity": "minor"}),
        ):  # fmt: skip
            FindingStep.objects.create(finding=finding, kind=kind, words="Rõ", by=by, at=at(CONCLUDED, 9), **more)
        return Correction.objects.create(
            finding=finding, position=1, words="Gắn lại camera", due_on=DUE, given_by=self.chief,
            given_at=at(CONCLUDED, 9),
        )  # fmt: skip

    def _matter(self, session, number: int) -> BookEntry:
        return BookEntry.objects.create(
            unit=self.unit, year=2026, number=number, session=session, matter="petition", people=1, handle_by=DUE,
            settle_by=DUE, written_by=self.officer, written_at=at(D(2026, 3, 5), 8),
        )  # fmt: skip

    def more(self) -> None:
        """A fault of which nobody wrote anything, a complaint without an answer, a finding without an explanation, and
        a week in which the inspectorate went nowhere.
        """
        moment = at(FOUND, 8 + self.number / 100)
        Fault.objects.create(
            recorder=self.month.district.recorders["A"], room=self.month.room, kind="line", began_at=moment,
            known_at=moment, ended_at=moment,
        )  # fmt: skip
        Petition.objects.create(
            unit=self.unit, room=self.month.room, year=2026, number=self.number, kind="feedback", topic="conduct",
            way="counter", content="Chờ lâu", received_at=moment, code=f"{self.number:014}", lookup_secret="123456",
            refuse_by=moment + datetime.timedelta(1), ask_by=moment + datetime.timedelta(1),
            answer_by=moment + datetime.timedelta(2),
        )  # fmt: skip
        self.month.finding(moment, number=100 + self.number)
        EmptyWeek.objects.get_or_create(
            body=self.month.district.units["inspectorate"], monday=D(2026, 3, 2),
            defaults={"held": 0, "wanted": 1, "found_at": at(D(2026, 3, 9), 8)},
        )  # fmt: skip

    def do(self) -> None:
        """What was left undone is done, forgiven or given more time."""
        now, later = at(D(2026, 3, 20), 7), D(2026, 4, 1)
        for kind, more in (("explained", {"code": "ill", "vi": "Ốm", "en": "Ill"}), ("accepted", {})):
            by = self.head if kind == "explained" else self.chief
            MissedStep.objects.create(missed=self.missed, kind=kind, by=by, at=now, **more)
        CorrectionStep.objects.create(
            correction=self.correction, kind="extended", words="Chờ vật tư", due_on=later, by=self.chief, at=now
        )
        BookStep.objects.create(entry=self.waiting, kind="forwarded", to_body="Sở Y tế", at=now, by=self.officer)
        BookStep.objects.create(entry=self.accepted, kind="result", words="Đã giải quyết", at=now, by=self.officer)
        TaskStep.objects.create(task=self.task, kind="extended", words="Chờ", due_on=later, by=self.chief, at=now)
