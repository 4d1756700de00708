"""Reviews of rooms and proposals to buy as official papers: PDF to sign, .docx to go on editing; a list as a workbook.

Print only what rows say. A paper of a review says what was measured then, not what is there by now.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from minhbach.centre.oversight.needs import Need
from minhbach.centre.papers.docx import Letterhead, Paragraph, Part, Signatures, Table, docx
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.models import Proposal, RoomReview, Verdict
from minhbach.centre.registry.workbooks import workbook

FOLDER = Path(__file__).resolve().parent / "printed"
SAID = {"yes": "đạt", "no": "không đạt", "unknown": "chưa có dữ liệu", "waived": "được miễn"}
VERDICTS = {
    Verdict.MET: "đạt", Verdict.PARTLY: "đạt một phần", Verdict.UNMET: "chưa đạt", Verdict.LEFT_OUT: "không áp dụng",
}  # fmt: skip
WHAT = "Đề nghị bố trí kinh phí mua sắm, thay thế trang thiết bị"


def review_pdf(review: RoomReview, *, now: datetime.datetime) -> bytes:
    """The sheet of a review, to be signed. Raises NotPrinted."""
    day = registry.day_of(review.made_at)
    above, unit = _heads(review.unit_id, day)
    values = {
        "title": f"Phiếu chấm phòng: {review.room.name}, {unit}",
        "above": above,
        "unit": unit,
        "number": "",
        "place_and_date": f"........, {in_words(day)}",
        "room": f"{review.room.name}, {unit}",
        "measured": [{**each, "met": SAID[each["met"]]} for each in review.measured],
        "lines": [
            {
                "words": line.vi, "points": str(line.points_of), "verdict": VERDICTS[Verdict(line.verdict)],
                "note": line.note + (" (có ảnh)" if line.photo_id else ""),
            }
            for line in review.lines.all()
        ],
        "points": f"{review.points:.1f}".replace(".", ","),
        "points_of": f"{review.points_of:.0f}",
        "note": review.note,
        "by": review.made_by.full_name,
    }  # fmt: skip
    return pdf(FOLDER / "room_review.typ", values, at=now)


def proposal_pdf(proposal: Proposal, *, now: datetime.datetime) -> bytes:
    """The proposal, to be signed. Raises NotPrinted."""
    above, unit, number, place_and_date = _letterhead(proposal)
    values = {
        "title": f"{WHAT}: {unit}, số {proposal}",
        "above": above,
        "unit": unit,
        "number": number,
        "place_and_date": place_and_date,
        "what": WHAT,
        "to": above or "cấp có thẩm quyền",
        "reason": proposal.reason,
        "lines": [{**line, "quantity": str(line["quantity"])} for line in proposal.lines],
        "by": proposal.made_by.full_name if proposal.made_by else "",
    }
    return pdf(FOLDER / "proposal.typ", values, at=now)


def proposal_docx(proposal: Proposal) -> bytes:
    """The same, to go on editing: prices are filled in by whoever asks for offers."""
    above, unit, number, place_and_date = _letterhead(proposal)
    rows = [["TT", "Thiết bị", "Phòng", "Số lượng", "Lý do", "Dự kiến kinh phí (đồng)"]]
    rows += [
        [str(place), line["kind"], line["room_name"], str(line["quantity"]), line["why"], ""]
        for place, line in enumerate(proposal.lines, 1)
    ]
    parts: list[Part] = [
        Letterhead(above, unit, number, place_and_date),
        Paragraph("ĐỀ NGHỊ", bold=True, centred=True),
        Paragraph(WHAT.removeprefix("Đề nghị ").capitalize(), bold=True, centred=True),
        Paragraph(f"Kính gửi: {above or 'cấp có thẩm quyền'}."),
        Paragraph(f"{proposal.reason}"),
        Paragraph(f"{unit} đề nghị bố trí kinh phí mua sắm, thay thế các trang thiết bị sau:"),
        Table(rows, [1, 4, 4, 2, 6, 4]),
        Paragraph("Trân trọng đề nghị xem xét, quyết định./."),
        Signatures([
            ("Người lập", proposal.made_by.full_name if proposal.made_by else ""), ("Thủ trưởng đơn vị", "")
        ]),
    ]  # fmt: skip
    return docx(f"{WHAT}: {unit}, số {proposal}", parts)


def needs_xlsx(found: Sequence[Need]) -> bytes:
    """The list of needs."""
    rows = [["Đơn vị", "Phòng", "Thiết bị", "Số lượng", "Lý do", "Hỏng từ ngày", "Kinh phí", "Đề nghị số"]]
    rows += [
        [
            need.unit_name, need.room.name, need.kind, str(need.quantity), need.why.vi,
            f"{need.broken_since:%d/%m/%Y}" if need.broken_since else "", need.budget[1].vi,
            str(need.proposal) if need.proposal else "",
        ]
        for need in found
    ]  # fmt: skip
    return workbook(rows, widths=(24, 26, 20, 10, 46, 14, 22, 12), sheet="Nhu cầu trang thiết bị")


def _letterhead(proposal: Proposal) -> tuple[str, str, str, str]:
    day = registry.day_of(proposal.made_at)
    above, unit = _heads(proposal.unit_id, day)
    return above, unit, f"Số: {proposal.number:02}/ĐN", f"........, {in_words(day)}"


def _heads(unit: UUID, day: datetime.date) -> tuple[str, str]:
    names = [step.name for step in registry.path_to(unit, day)]
    return (names[-2] if len(names) > 1 else ""), names[-1]
