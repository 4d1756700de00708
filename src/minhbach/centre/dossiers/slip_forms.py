"""The slips in print: a request to complete a dossier (form 02) and a refusal (form 03 of Thông tư 03/2025/TT-VPCP).

A paper that the procedure asks for is printed with how many copies of which kind; what the officer wrote otherwise
stands as written.
"""

import datetime
from pathlib import Path

from minhbach.centre.dossiers.models import Dossier, EventKind, PaperKind, Slip
from minhbach.centre.dossiers.receipt import KINDS, drawn_from
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM, name_on, parent_on
from minhbach.centre.registry.vietnamese import search_key

FORM = Path(__file__).resolve().parent / "printed" / "slip.typ"
_SUPPLEMENT = {
    "heading": ["Phiếu yêu cầu", "bổ sung, hoàn thiện hồ sơ"],
    "asks": "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
    "help": "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, liên hệ:",
    "signs": ["Người hướng dẫn"],
    "closing": "Khi nộp bổ sung, mang theo phiếu này.",
}
_REFUSAL = {
    "heading": ["Phiếu từ chối", "tiếp nhận, giải quyết hồ sơ"],
    "asks": "Qua xem xét, bộ phận không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
    "help": "Nếu cần hỏi thêm, liên hệ:",
    "signs": ["Người nộp hồ sơ", "Người tiếp nhận hồ sơ"],
    "closing": "",
}


def content(slip: Slip) -> dict[str, object]:
    """The values of the printed form, as JSON."""
    event, dossier = slip.event, slip.event.dossier
    assert dossier is not None  # slips are written for dossiers alone
    local = event.at.astimezone(VIETNAM)
    unit, parent = name_on(slip.unit_id, local.date()), parent_on(slip.unit_id, local.date())
    form = _REFUSAL if event.kind == EventKind.REFUSED else _SUPPLEMENT
    brought = dossier.submitter
    return {
        "title": f"{' '.join(form['heading'])} {dossier.code}",
        **form,
        "above": name_on(parent, local.date()).name if parent else "",
        "unit": unit.name,
        "number": f"Số: {slip.number:02d}/BPTNTKQ",
        "place_and_date": in_words(local.date()).capitalize(),
        "code": dossier.code,
        "from": brought.name,
        "personal_id": brought.personal_id,
        "address": brought.address,
        "phone": brought.phone,
        "procedure": f"{dossier.procedure.name} ({dossier.procedure.code})",
        "items": _items(dossier, slip.items),
        "reason": slip.reason,
        "contact": slip.contact,
        "officer": event.made_by.full_name if event.made_by else "",
        "counter": event.counter.name,
        **drawn_from(dossier.scan),
    }


def _items(dossier: Dossier, said: list[str]) -> list[dict[str, str]]:
    known = {search_key(each["name"]): each for each in dossier.procedure.components}
    rows = []
    for item in said:
        found = known.get(search_key(item))
        rows.append({
            "name": item,
            "copies": f"{found['copies']:02d} {KINDS[PaperKind(found['kind'])].lower()}" if found else "",
        })  # fmt: skip
    return rows


def printed(values: dict[str, object], *, at: datetime.datetime) -> bytes:
    """The slip as PDF. Raises NotPrinted."""
    return pdf(FORM, values, at=at)
