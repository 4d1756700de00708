"""Of everything that a report counts, something that happened in a commune's month: one code left at nothing would say
that a recount of nothing equals nothing.

The rows are those that the product's own actions leave behind, written many at once and in the order in which they came
about; what happened is the same in every commune.
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from minhbach.centre.access.models import Account, ViewedCamera, Viewing
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, Procedure
from minhbach.centre.dossiers.models.dossier import State
from minhbach.centre.evidence.models import CopyKind, Custody, CustodyKind, Extraction, Revision, SubjectRequest
from minhbach.centre.feedback.models import Petition, PetitionEvent, Rating, Score
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.oversight.models import (
    Assessment,
    Basis,
    Clip,
    Correction,
    CorrectionKind,
    CorrectionStep,
    Draw,
    Finding,
    FindingStep,
    GapCause,
    Level,
    Measure,
    MeasureKind,
    MeasureStep,
    Source,
    StepKind,
)
from minhbach.centre.papers.models import Origin, Paper
from minhbach.centre.publishing.counting import DAY
from minhbach.centre.reception.models import DayChange, DayChangeKind, MissedDay, Session
from minhbach.centre.registry.models import Camera, Counter, NoticeSign, Person, Room, Unit
from minhbach.centre.regulation.models import Regulation

HOUR, HOUR_US, HOURS_A_MONTH_S = datetime.timedelta(hours=1), 3_600_000_000, 20 * 8 * 3600
SESSIONS_A_MONTH = 20
TERMS = ("read_by", "explain_by", "conclude_by", "correct_by")
#: The reception day on which nobody received, behind the last session; one that was cancelled, one that was moved.
MISSED_ON, CANCELLED_ON, MOVED_ON = 22, 23, 24


@dataclass(frozen=True, slots=True)
class People:
    """Who does all this in every commune, and by what: nobody concludes or accepts what they did themselves."""

    officer: Person
    inspector: Person
    viewer: Account
    regulation: Regulation
    procedure: Procedure
    paper: Paper


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with its rooms, from the first moment of the month on."""

    unit: Unit
    office: Room
    reception: Room
    camera: Camera
    counter: Counter
    begun: datetime.datetime

    def at(self, day: int, hour: float = 9) -> datetime.datetime:
        """A moment so many days later."""
        return self.begun + DAY * day + HOUR * hour

    def us(self, day: int) -> int:
        """The same in Unix µs."""
        return round(self.at(day).timestamp()) * 1_000_000


def paper(now: datetime.datetime) -> Paper:
    """The one file that every photograph and proof is."""
    return Paper.objects.create(
        digest=_hex("paper"), size_bytes=1, media_type="image/webp", origin=Origin.UPLOADED, title="Ảnh", kept_at=now
    )


def recorded(camera: Camera, room: Room, people: People, since: datetime.datetime) -> None:
    """The notice hangs, and the camera is to record from then on."""
    NoticeSign.objects.create(
        room=room, number=1, content={}, paper=people.paper, made_at=since, hung_at=since, hung_by=people.officer,
        hung_where="Cửa", photo=people.paper,
    )  # fmt: skip
    Camera.objects.filter(id=camera.id).update(recording_since=since)


def lay(place: Place, people: People) -> None:
    """The month of one commune."""
    viewing = _viewings(place, people)
    hold = _hold(place, people)
    _extraction(place, people, hold)
    _findings(place, people)
    _assessed(place, people, viewing)
    _reception(place, people)
    _counter(place, people)
    _petition(place, people)


def _viewings(place: Place, people: People) -> Viewing:
    span: dict[str, Any] = {"begins_at": place.at(1), "ends_at": place.at(1, 10)}
    made = Viewing.objects.bulk_create(
        Viewing(
            account=people.viewer, session_digest=_hex("session"), kind=kind, sound=False, opened_at=place.at(2),
            leased_until=place.at(2, 10), closed_at=place.at(2, 10), ending="closed",
            commitment=_hex(f"{kind} {place.unit.id}"), **(span if kind == "playback" else {}),
        )
        for kind in ("live", "playback")
    )  # fmt: skip
    ViewedCamera.objects.bulk_create(
        ViewedCamera(
            viewing=each, camera=place.camera, room=place.office, unit=place.unit, ground="post:bench",
            opened_at=each.opened_at, kind=each.kind,
        )
        for each in made
    )  # fmt: skip
    return made[-1]


def _hold(place: Place, people: People) -> LegalHold:
    return LegalHold.objects.create(
        room=place.office, begin_us=place.us(3), end_us=place.us(3) + HOUR_US, reason="Xác minh phản ánh",
        asked_by=people.officer, asked_at=place.at(4),
    )  # fmt: skip


def _extraction(place: Place, people: People, hold: LegalHold) -> None:
    of: dict[str, Any] = {"unit": place.unit, "room": place.office, "year": place.begun.year, "number": 1}
    span: dict[str, Any] = {"begin_us": place.us(3), "end_us": place.us(3) + HOUR_US}
    row = Extraction.objects.create(requested_by=people.officer, requested_at=place.at(4), **of)
    Revision.objects.create(
        extraction=row, serial=1, kind=CopyKind.ORIGINAL, purpose="Xác minh phản ánh", legal_basis="Quyết định 12",
        receiver_body="Công an xã", receiver_name="Nguyễn Văn Hùng", hold=hold, made_at=place.at(4), salt=b"",
        scope=b"", scope_hash=_hex(f"scope {place.unit.id}"), **span,
    )  # fmt: skip
    Custody.objects.create(
        extraction=row, kind=CustodyKind.HANDED_OVER, at=place.at(8), by=people.officer, medium="USB 0417"
    )
    SubjectRequest.objects.create(
        wanted="see", channel="counter", received_at=place.at(5), identity="card", behalf="oneself",
        taken_by=people.officer, taken_at=place.at(5), commitment=_hex("subject"), **of, **span,
    )  # fmt: skip


def _findings(place: Place, people: People) -> None:
    """One upheld and put right, one not upheld, one withdrawn, and a gap whose cause was found."""
    upheld, unfounded, withdrawn, gap = Finding.objects.bulk_create(
        Finding(
            unit=place.unit, room=place.office, year=place.begun.year, number=number, begin_us=place.us(number),
            end_us=place.us(number) + HOUR_US, situation="other", situation_vi="Khác", situation_en="Other",
            source=source, source_reference=f"gap:{place.office.id}" if source == Source.GAP else "",
            found_by=None if source == Source.GAP else people.inspector, found_at=place.at(6),
            **{term: place.at(6 + n) for n, term in enumerate(TERMS, 1)},
        )
        for number, source in enumerate((*[Source.FOOTAGE] * 3, Source.GAP), 1)
    )  # fmt: skip
    officer, inspector = people.officer, people.inspector
    FindingStep.objects.create(finding=upheld, kind=StepKind.EXPLAINED, at=place.at(7), by=officer, words="Đông người")
    Basis.objects.create(
        finding=upheld, kind="minutes", vi="Biên bản", en="Minutes", words="BB 4", by=inspector, at=place.at(7)
    )
    GapCause.objects.create(
        room=place.office, begin_us=gap.begin_us, end_us=gap.end_us, cause="power", vi="Mất điện", en="No power",
        words="Điện lực cắt điện", document="TB 12", by=officer, at=place.at(7),
    )  # fmt: skip
    ends: tuple[tuple[Finding, StepKind, dict[str, Any]], ...] = (
        (upheld, StepKind.CONCLUDED, {"upheld": True, "severity": "minor"}),
        (unfounded, StepKind.CONCLUDED, {"upheld": False}),
        (withdrawn, StepKind.WITHDRAWN, {}),
        (gap, StepKind.LAWFUL, {}),
    )
    FindingStep.objects.bulk_create(
        FindingStep(finding=finding, kind=kind, at=place.at(9), by=inspector, words="Đã xem lại", **more)
        for finding, kind, more in ends
    )
    _put_right(place, people, upheld)


def _put_right(place: Place, people: People, upheld: Finding) -> None:
    officer, inspector = people.officer, people.inspector
    correction = Correction.objects.create(
        finding=upheld, position=1, words="Bố trí thêm người", due_on=place.at(15).date(), given_by=inspector,
        given_at=place.at(9),
    )  # fmt: skip
    for day, kind, by, proof in (
        (11, CorrectionKind.REPORTED, officer, people.paper), (12, CorrectionKind.ACCEPTED, inspector, None),
    ):  # fmt: skip
        CorrectionStep.objects.create(
            correction=correction, kind=kind, at=place.at(day), by=by, words="Đã bố trí", proof=proof
        )
    measure = Measure.objects.create(
        person=officer, unit=place.unit, room=place.office, year=place.begun.year, number=1, level=Level.FORMAL,
        form="reprimand", form_vi="Khiển trách", form_en="Reprimand", law="Nghị định 172/2025", occurrence=1,
        words="Lần đầu", by=inspector, at=place.at(13),
    )  # fmt: skip
    MeasureStep.objects.create(
        measure=measure, kind=MeasureKind.DECIDED, at=place.at(20), by=inspector, number="7/QĐ",
        decided_on=place.at(20).date(), form="reprimand", form_vi="Khiển trách", form_en="Reprimand",
    )  # fmt: skip


def _assessed(place: Place, people: People, viewing: Viewing) -> None:
    first = place.begun.date()
    drawn = Draw.objects.create(
        room=place.office, unit=place.unit, month=first.replace(day=1), first_day=first, last_day=first + DAY * 6,
        rules=people.regulation, seed=_hex("seed"), origin="minhbach.vn/log/bench/2026", checkpoint="bench",
        cosigned_at=place.at(7), frame={}, frame_digest=_hex("frame"), by_chance=3, by_signs=0,
        clip_us=HOUR_US // 60, lead_us=0, twice_percent=10, open_s=HOURS_A_MONTH_S, covered_s=HOURS_A_MONTH_S // 2,
        drawn_at=place.at(8),
    )  # fmt: skip
    clips = Clip.objects.bulk_create(
        Clip(draw=drawn, room=place.office, position=n, begin_us=place.us(n), end_us=place.us(n) + HOUR_US // 60)
        for n in range(1, 4)
    )
    Assessment.objects.bulk_create(
        Assessment(
            clip=clip, room=place.office, answers={}, form=people.regulation, viewing=viewing, by=people.inspector,
            at=place.at(9),
        )
        for clip in clips
    )  # fmt: skip


def _reception(place: Place, people: People) -> None:
    Session.objects.bulk_create(
        Session(
            unit=place.unit, year=place.begun.year, number=1 + n, room=place.reception, kind="regular", people=3,
            received_by=people.officer, opened_at=place.at(n, 0), closed_at=place.at(n, 1),
        )
        for n in range(SESSIONS_A_MONTH)
    )  # fmt: skip
    MissedDay.objects.create(
        unit=place.unit, room=place.reception, day=place.at(MISSED_ON).date(), found_at=place.at(MISSED_ON)
    )
    changed = ((DayChangeKind.CANCELLED, CANCELLED_ON, None), (DayChangeKind.MOVED, MOVED_ON, place.at(MOVED_ON + 1)))
    DayChange.objects.bulk_create(
        DayChange(
            unit=place.unit, day=place.at(day).date(), kind=kind, moved_to=to.date() if to else None,
            reason="Họp Hội đồng nhân dân", made_by=people.officer, made_at=place.begun,
        )
        for kind, day, to in changed
    )  # fmt: skip


def _counter(place: Place, people: People) -> None:
    """A dossier in time and one that is late, both rated; one refused; somebody who needs help."""
    kept, late, refused = Dossier.objects.bulk_create(
        Dossier(
            unit=place.unit, code=f"H99-{number:04}", scan=f"{number:016}", counter=place.counter,
            procedure=people.procedure, received_at=place.at(1), due_at=place.at(due), state=state,
        )
        for number, due, state in (
            (1, 20, State.HANDED_BACK), (2, 5, State.HANDED_BACK), (3, 5, State.REFUSED),
        )
    )  # fmt: skip
    happened = (
        (EventKind.RECEIVED, kept, 1), (EventKind.RECEIVED, late, 1), (EventKind.REFUSED, refused, 1),
        (EventKind.SUPPLEMENT, kept, 2), (EventKind.HANDED_BACK, kept, 9), (EventKind.HANDED_BACK, late, 9),
        (EventKind.HELP, None, 9),
    )  # fmt: skip
    rows = Event.objects.bulk_create(
        Event(unit=place.unit, number=number, kind=kind, at=place.at(day), counter=place.counter, dossier=dossier)
        for number, (kind, dossier, day) in enumerate(happened, 1)
    )
    scores = (Score.VERY_SATISFIED, Score.DISSATISFIED)
    Rating.objects.bulk_create(
        Rating(unit=place.unit, counter=place.counter, event=event, score=score, at=event.at)
        for event, score in zip(rows[4:6], scores, strict=True)
    )


def _petition(place: Place, people: People) -> None:
    digits = f"{place.unit.id.int % 10**14:014}"
    row = Petition.objects.create(
        unit=place.unit, room=place.office, year=place.begun.year, number=1, kind="feedback", topic="conduct",
        way="web", content="Phải chờ lâu", received_at=place.at(3), code=digits, lookup_secret=digits[:6],
        refuse_by=place.at(5), ask_by=place.at(8), answer_by=place.at(20),
    )  # fmt: skip
    PetitionEvent.objects.create(
        petition=row, kind="answered", at=place.at(9), by=people.officer, words="Đã bố trí thêm người"
    )


def _hex(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()
