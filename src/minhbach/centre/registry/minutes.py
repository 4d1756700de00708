"""The minutes of acceptance and hand-over of a room: what was installed, what was seen and heard, what is handed over.

Printed from what the registry knows at that moment, in the form of an official paper, to be signed by both sides. It
claims nothing that no row says: a verdict nobody gave stands there as not given.
"""

import datetime
from pathlib import Path

from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.models import Camera, Medium, Party, Room
from minhbach.centre.registry.reading import VIETNAM, holder_on, parent_on, path_to
from minhbach.centre.registry.steps import Steps, Verdict, steps_of

FORM = Path(__file__).resolve().parent / "printed" / "handover.typ"
ASKED = {
    (Medium.PICTURE, Party.CITIZEN): "Thấy rõ công dân",
    (Medium.PICTURE, Party.OFFICER): "Thấy rõ cán bộ",
    (Medium.VOICE, Party.CITIZEN): "Nghe rõ công dân",
    (Medium.VOICE, Party.OFFICER): "Nghe rõ cán bộ",
}
ACCEPTED = "Hệ thống đạt yêu cầu, đồng ý nghiệm thu và bàn giao đưa vào sử dụng."
NOT_YET = "Hệ thống chưa đạt đủ yêu cầu; các bên khắc phục rồi nghiệm thu lại."


def content(room: Room, now: datetime.datetime) -> dict[str, object]:
    """The values of the printed form, as JSON."""
    local = now.astimezone(VIETNAM)
    day = local.date()
    holder = holder_on(room.id, day)
    path = path_to(holder, day) if holder else []
    steps = steps_of(room, day)
    above = path[-2].name if len(path) > 1 and holder and parent_on(holder, day) else ""
    unit = path[-1].name if path else ""
    return {
        "title": f"Biên bản nghiệm thu, bàn giao: {room.name}, {unit}",
        "above": above,
        "unit": unit,
        "number": "Số:        /BB",
        "place_and_date": f"........, {in_words(day)}",
        "room": f"{room.name}, {unit}",
        "legal_basis": room.legal_basis,
        "purpose": room.purpose,
        "place": room.address or room.name,
        "day_in_words": in_words(day),
        "sign": _sign(steps),
        "cameras": [_camera(camera) for camera in steps.cameras],
        "verdicts": [_verdict(verdict) for verdict in steps.verdicts],
        "equipment": [f"{one.kind} {one.name}" for one in room.equipment.exclude(condition="removed")],
        "conclusion": ACCEPTED if steps.accepted and steps.sign_hangs else NOT_YET,
    }


def printed(values: dict[str, object], *, at: datetime.datetime) -> bytes:
    """The minutes as PDF. Raises NotPrinted."""
    return pdf(FORM, values, at=at)


def _sign(steps: Steps) -> str:
    if steps.hanging is None or steps.hanging.hung_at is None:
        return "chưa treo"
    hung = f"{steps.hanging.hung_at.astimezone(VIETNAM):%d/%m/%Y}"
    return f"biển số {steps.hanging.number}, treo ngày {hung}, {steps.hanging.hung_where}, có ảnh lưu"


def _camera(camera: Camera) -> dict[str, str]:
    views = camera.counter_views.filter(valid_until__isnull=True).select_related("counter")
    since = camera.recording_since
    return {
        "label": camera.label,
        "counters": ", ".join(sorted(view.counter.name for view in views)) or "toàn phòng",
        "sound": "có thu âm" if camera.has_sound else "không thu âm",
        "since": f"{since.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if since else "chưa ghi",
    }


def _verdict(verdict: Verdict) -> dict[str, str]:
    asked = ASKED[Medium(verdict.medium), Party(verdict.party)]
    if verdict.word is None:
        return {"asked": asked, "result": "chưa có", "who": "", "when": ""}
    when = f"{verdict.word.accepted_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    if verdict.word.seen_from is not None:
        basis = "nghe đoạn từ" if verdict.medium == Medium.VOICE else "xem ảnh lúc"
        when = f"{when}, {basis} {verdict.word.seen_from.astimezone(VIETNAM):%H:%M:%S}"
    return {
        "asked": asked,
        "result": "đạt" if verdict.passed else "chưa đạt",
        "who": verdict.word.accepted_by.full_name if verdict.word.accepted_by else "",
        "when": f"{when} {verdict.word.note}".strip(),
    }
