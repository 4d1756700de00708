"""The receipt with the appointment for the result: form 01 of Thông tư 03/2025/TT-VPCP, drawn from a dossier's rows.

Two copies, one kept and one for the citizen, each with the bar code that leads to the dossier and to its minute.
"""

import datetime
from pathlib import Path

from django.conf import settings

from minhbach.centre.dossiers import bars, codes
from minhbach.centre.dossiers.models import Dossier, EventKind, PaperKind, ReturnBy
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.reading import VIETNAM, name_on, parent_on

FORM = Path(__file__).resolve().parent / "printed" / "receipt.typ"
KINDS = {
    PaperKind.ORIGINAL: "Bản chính",
    PaperKind.COPY: "Bản sao",
    PaperKind.CERTIFIED_COPY: "Bản chứng thực",
    PaperKind.ELECTRONIC: "Bản điện tử",
}
RETURNS = {
    ReturnBy.COUNTER: "tại quầy",
    ReturnBy.POST: "qua bưu chính công ích",
    ReturnBy.ONLINE: "trực tuyến",
}


def content(dossier: Dossier) -> dict[str, object]:
    """The values of the printed form, as JSON."""
    received = dossier.received_at.astimezone(VIETNAM)
    day = received.date()
    unit = name_on(dossier.unit_id, day)
    parent = parent_on(dossier.unit_id, day)
    brought = dossier.submitter
    officer = dossier.events.filter(kind=EventKind.RECEIVED).values_list("made_by__full_name", flat=True).first()
    return {
        "title": f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {dossier.code}",
        "above": name_on(parent, day).name if parent else "",
        "unit": unit.name,
        "section": ["Bộ phận Tiếp nhận", "và Trả kết quả"],
        "number": f"Số: {dossier.code.rpartition('-')[2]}/BPTNTKQ",
        "place_and_date": f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "code": dossier.code,
        "copies": ["Liên 1: Lưu", "Liên 2: Giao người nộp"],
        "from": brought.name,
        "personal_id": brought.personal_id,
        "address": brought.address,
        "phone": brought.phone,
        "procedure": f"{dossier.procedure.name} ({dossier.procedure.code})",
        "components": [
            {"name": part.name, "kind": KINDS[PaperKind(part.kind)], "copies": part.copies}
            for part in dossier.components.all()
        ],
        "sets": dossier.sets,
        "term": _term(dossier.procedure.working_days),
        "received": _clock(received),
        "due": _clock(dossier.due_at.astimezone(VIETNAM)),
        "return_by": RETURNS[ReturnBy(dossier.return_by)],
        "counter": dossier.counter.name,
        "officer": officer or "",
        **drawn_from(dossier.scan),
        **_way_back(dossier),
    }


def _way_back(dossier: Dossier) -> dict[str, object]:
    """Where the citizen rates the visit or complains: the site's address and the secret, as text and as a QR code."""
    site, secret = settings.PUBLIC_ADDRESS, dossier.lookup_secret
    if not secret:
        return {}
    told: dict[str, object] = {"secret": f"{secret[:3]} {secret[3:]}"}
    if not site:
        return told
    # Behind the #: a browser sends that to nobody, so that no log along the way holds the secret.
    way = f"{site}/danh-gia#{dossier.scan}-{secret}"
    return told | {"way_qr": bars.qr(way), "way_side": bars.qr_side(way), "way": f"{site.partition('://')[2]}/danh-gia"}


def drawn_from(digits: str) -> dict[str, object]:
    """What is drawn of the bar code: its bars, its QR code, its digits for a person to type."""
    return {
        "digits": codes.spaced(digits),
        "bars": bars.code_128(digits),
        "qr": bars.qr(digits),
        "qr_side": bars.qr_side(digits),
    }


def _term(working_days: int) -> str:
    return f"{working_days:02d} ngày làm việc" if working_days else "trong ngày"


def _clock(at: datetime.datetime) -> str:
    return f"{at:%H} giờ {at:%M} phút, ngày {at:%d/%m/%Y}"


def printed(values: dict[str, object], *, at: datetime.datetime) -> bytes:
    """The receipt as PDF. Raises NotPrinted."""
    return pdf(FORM, values, at=at)
