"""The receipt with the appointment for the result: form 01 of Thông tư 03/2025/TT-VPCP, drawn from a dossier's rows.

Two copies, one kept and one for the citizen, each with the bar code that leads to the dossier and to its minute.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from minhbach.centre.dossiers import bars, codes
from minhbach.centre.dossiers.models import Dossier, EventKind, PaperKind, Procedure, ReturnBy
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
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


#: Of who hands a dossier in, what the receipt says.
WHO = ("name", "personal_id", "address", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a receipt says of a dossier apart from its numbers: the same before and after it has them."""

    unit: UUID
    received: datetime.datetime
    who: Mapping[str, str]
    procedure: Procedure | None
    #: Name, kind, copies.
    parts: Sequence[tuple[str, PaperKind, int]]
    sets: int
    due_at: datetime.datetime | None
    return_by: ReturnBy
    counter: str
    officer: str


def content(dossier: Dossier) -> dict[str, object]:
    """The values of the printed form, as JSON."""
    officer = dossier.events.filter(kind=EventKind.RECEIVED).values_list("made_by__full_name", flat=True).first()
    told = Told(
        unit=dossier.unit_id,
        received=dossier.received_at,
        who={name: getattr(dossier.submitter, name) for name in WHO},
        procedure=dossier.procedure,
        parts=[(part.name, PaperKind(part.kind), part.copies) for part in dossier.components.all()],
        sets=dossier.sets,
        due_at=dossier.due_at,
        return_by=ReturnBy(dossier.return_by),
        counter=dossier.counter.name,
        officer=officer or "",
    )
    return {
        "title": f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {dossier.code}",
        "number": f"Số: {dossier.code.rpartition('-')[2]}/BPTNTKQ",
        "code": dossier.code,
        "copies": ["Liên 1: Lưu", "Liên 2: Giao người nộp"],
        **said(told),
        **drawn_from(dossier.scan),
        **_way_back(dossier),
    }


def said(told: Told) -> dict[str, object]:
    """The lines of the form that need no number; empty where nothing is known yet."""
    received = told.received.astimezone(VIETNAM)
    day, of = received.date(), told.procedure
    parent = parent_on(told.unit, day)
    return {
        "above": name_on(parent, day).name if parent else "",
        "unit": name_on(told.unit, day).name,
        "section": ["Bộ phận Tiếp nhận", "và Trả kết quả"],
        "place_and_date": in_words(day).capitalize(),
        "from": told.who["name"],
        "personal_id": told.who["personal_id"],
        "address": told.who["address"],
        "phone": told.who["phone"],
        "procedure": f"{of.name} ({of.code})" if of else "",
        "components": [{"name": name, "kind": KINDS[kind], "copies": copies} for name, kind, copies in told.parts],
        "sets": told.sets,
        "term": _term(of.working_days) if of else "",
        "received": _clock(received),
        "due": _clock(told.due_at.astimezone(VIETNAM)) if told.due_at else "",
        "return_by": RETURNS[told.return_by],
        "counter": told.counter,
        "officer": told.officer,
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
