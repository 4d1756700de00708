"""Minutes of a visit and of a whole inspection as official papers (Nghị định 30/2020): from the rows at that moment.

A paper says no more than its page: visits and findings are those that whoever prints it may read.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path

from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight import drafts
from minhbach.centre.oversight.models import Inspection, InspectionKind, Seen, Visit, VisitStepKind
from minhbach.centre.oversight.reading import Told
from minhbach.centre.oversight.visit_forms import KINDS
from minhbach.centre.oversight.visiting import VisitLine
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.words import Words, formats

FORMS = Path(__file__).with_name("printed")
SEEN = {Seen.GOOD: "Đạt", Seen.BAD: "Chưa đạt", Seen.NOT_SEEN: "Không kiểm tra"}


def minutes(visit: Visit, *, now: datetime.datetime) -> bytes:
    """The minutes of a visit that was held. Raises NotPrinted."""
    steps = {step.kind: step for step in visit.steps.select_related("by")}
    held = steps[VisitStepKind.HELD]
    signed = steps.get(VisitStepKind.SIGNED) or steps.get(VisitStepKind.OBJECTED)
    reply = steps.get(VisitStepKind.ANSWERED) or steps.get(VisitStepKind.WITHDRAWN)
    inspection = visit.inspection
    values = {
        "title": f"Biên bản kiểm tra tại chỗ ngày {visit.day:%d/%m/%Y}", "above": "",
        "unit": registry.name_on(visit.body_id, visit.day).name, "number": "",
        "place_and_date": _place_and_date(now),
        "visited": registry.name_on(visit.unit_id, visit.day).name, "room": visit.room.name,
        "at": formats.moment(held.at), "visitor": visit.visitor.full_name,
        "decision": f"{inspection.decision_number}, {inspection.subject}" if inspection else "",
        "rows": [
            [str(each.position), each.vi, SEEN[Seen(each.seen)], each.note]
            for each in visit.answers.all()
        ],
        "words": held.words, "photos": str(visit.photos.count()),
        "signed": signed.by.full_name if signed else "",
        "objection": signed.words if signed and signed.kind == VisitStepKind.OBJECTED else "",
        "answer": reply.words if reply else "", "withdrawn": str(VisitStepKind.WITHDRAWN in steps).lower(),
        "signed_at": formats.moment(signed.at) if signed else "",
    }  # fmt: skip
    return pdf(FORMS / "visit.typ", values, at=now)


def summary(row: Inspection, visits: Sequence[VisitLine], found: Sequence[Told], *, now: datetime.datetime) -> bytes:
    """The minutes of a whole inspection: its team, rooms and time, its visits, what was found. Raises NotPrinted."""
    day = registry.day_of(row.opened_at)
    rooms = list(row.rooms.all())
    holders = registry.holders_on({room.id for room in rooms}, day)
    names = registry.names_on(set(holders.values()), day)
    told = [f"{room.name}, {names[holders[room.id]].name}" if room.id in holders else room.name for room in rooms]
    team = [f"{each.person.full_name}{', trưởng đoàn' if each.leads else ''}" for each in row.members.all()]
    end = row.closed_at or row.ends_at
    values = {
        "title": f"Biên bản cuộc kiểm tra số {row}", "above": "", "unit": registry.name_on(row.body_id, day).name,
        "number": "", "place_and_date": _place_and_date(now), "decision": row.decision_number,
        "subject": row.subject, "kind": both(KINDS[InspectionKind(row.kind)])[0], "team": team,
        "leader": next((each.person.full_name for each in row.members.all() if each.leads), ""),
        "rooms": sorted(told, key=sort_key), "span": f"{formats.moment(row.begins_at)} – {formats.moment(end)}",
        "early": "kết thúc trước thời hạn" if row.closed_at else "" if row.ends_at <= now else "chưa kết thúc",
        "visits": [_visit(line) for line in visits], "findings": drafts.titles(found),
    }  # fmt: skip
    return pdf(FORMS / "inspection.typ", values, at=now)


def _visit(line: VisitLine) -> list[str]:
    row, state = line.visit, line.state[1]
    wrong = "; ".join(f"{each.vi}: {each.note}" for each in row.answers.all() if each.seen == Seen.BAD)
    said = "; ".join(step.words for step in row.steps.all() if step.words)
    return [
        f"{row.day:%d/%m/%Y}", f"{row.room.name}, {line.unit_name}", row.visitor.full_name,
        ". ".join(part for part in (wrong, said) if part) or "–", both(state)[0] if isinstance(state, Words) else state,
    ]  # fmt: skip


def _place_and_date(now: datetime.datetime) -> str:
    return in_words(registry.day_of(now))
