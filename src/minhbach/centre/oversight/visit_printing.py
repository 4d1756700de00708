"""The minutes of a visit as an official paper (Nghị định 30/2020): from the rows at that moment."""

import datetime
from pathlib import Path

from minhbach.centre.oversight.models import Seen, Visit, VisitStepKind
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import reading as registry
from minhbach.centre.words import formats

FORMS = Path(__file__).with_name("printed")
SEEN = {Seen.GOOD: "Đạt", Seen.BAD: "Chưa đạt", Seen.NOT_SEEN: "Không kiểm tra"}


def minutes(visit: Visit, *, now: datetime.datetime) -> bytes:
    """The minutes of a visit that was held. Raises NotPrinted."""
    local = now.astimezone(registry.VIETNAM)
    # Nghị định 30/2020: days below ten and the first two months are written with a nought.
    month = f"{local.month:02}" if local.month < 3 else str(local.month)
    steps = {step.kind: step for step in visit.steps.select_related("by")}
    held = steps[VisitStepKind.HELD]
    signed = steps.get(VisitStepKind.SIGNED) or steps.get(VisitStepKind.OBJECTED)
    inspection = visit.inspection
    values = {
        "title": f"Biên bản kiểm tra tại chỗ ngày {visit.day:%d/%m/%Y}", "above": "",
        "unit": registry.name_on(visit.body_id, visit.day).name, "number": "",
        "place_and_date": f"ngày {local:%d} tháng {month} năm {local:%Y}",
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
        "signed_at": formats.moment(signed.at) if signed else "",
    }  # fmt: skip
    return pdf(FORMS / "visit.typ", values, at=now)
