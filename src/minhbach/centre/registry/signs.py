"""What a notice sign says, drawn from what the registry knows of a room; and its printed form.

Law 91/2025/QH15, article 32: people must be told that they are recorded, why, by whom, for how long, whom to ask. The
content is a value: it is kept with the sign, so that what hung on a wall can be read years later.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.models import Room, RoomType

FORM = Path(__file__).resolve().parent / "printed" / "notice_sign.typ"
HEADLINES = {
    True: (("KHU VỰC CÓ CAMERA", "GHI HÌNH, GHI ÂM"), "This area is under video and audio recording"),
    False: (("KHU VỰC CÓ", "CAMERA GHI HÌNH"), "This area is under video recording"),
}
RIGHTS_VI = "Công dân được biết việc ghi hình, được xem và xin bản ghi của chính mình, được khiếu nại."
RIGHTS_EN = "You may ask to see and to have the recording of yourself, and you may complain."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFacts:
    """What a sign says beside the room's own words. `days`: how long footage is kept."""

    number: int
    unit: str
    days: int
    sound: bool


def content(room: Room, facts: SignFacts, day: datetime.date) -> dict[str, object]:
    """The values of the printed form, as JSON."""
    headline_vi, headline_en = HEADLINES[facts.sound]
    what = "hình ảnh, âm thanh" if facts.sound else "hình ảnh"
    rows = (
        ("Mục đích", "Purpose", room.purpose, ""),
        ("Căn cứ pháp lý", "Legal basis", room.legal_basis, ""),
        ("Đơn vị quản lý", "Managed by", facts.unit, room.address),
        ("Thời gian lưu", "Kept for", f"{facts.days} ngày, sau đó xóa", f"{facts.days} days, then deleted"),
        ("Quyền của bạn", "Your rights", RIGHTS_VI, RIGHTS_EN),
        ("Liên hệ", "Contact", room.contact or facts.unit, ""),
    )
    return {
        "title": f"Biển báo ghi hình số {facts.number}: {room.name}, {facts.unit}",
        "unit": facts.unit,
        "room": room.name,
        "room_type": RoomType(room.room_type).value,
        "headline_vi": list(headline_vi),
        "headline_en": headline_en,
        "rows": [dict(zip(("label_vi", "label_en", "vi", "en"), row, strict=True)) for row in rows],
        "footer_vi": f"Hệ thống ghi {what}; không nhận diện khuôn mặt, không chấm điểm giọng nói.",
        "number": f"Biển số {facts.number} · in ngày {day:%d/%m/%Y}",
    }


def printed(values: dict[str, object], *, at: datetime.datetime) -> bytes:
    """The sign as PDF. Raises NotPrinted."""
    return pdf(FORM, values, at=at)
