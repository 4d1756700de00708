"""The addresses of inspections and visits."""

from django.urls import URLPattern

from minhbach.centre.access.places import somewhere
from minhbach.centre.addresses.listing import button, form, page
from minhbach.centre.addresses.places import INSPECTED, INSPECTION, MISSED, ROOM, VISIT
from minhbach.centre.oversight.views import drafting, inspections
from minhbach.centre.regulation.rights import Right

INSPECTION_PAGES: list[URLPattern] = [
    page("kiem-tra", (Right.HOLD, Right.GRANT), somewhere, inspections.inspections, "inspections"),
    form("kiem-tra/moi", Right.GRANT, somewhere, inspections.inspection_new, "inspection_new"),
    page("kiem-tra/<uuid:inspection>", INSPECTED, INSPECTION, inspections.inspection, "inspection"),
    button(
        "kiem-tra/<uuid:inspection>/ket-thuc", Right.GRANT, INSPECTION, inspections.inspection_close, "inspection_close"
    ),
    page(
        "kiem-tra/<uuid:inspection>/bien-ban.pdf", INSPECTED, INSPECTION,
        inspections.inspection_minutes, "inspection_minutes",
    ),
    form("phong/<uuid:room>/kiem-tra", Right.HOLD, ROOM, inspections.visit_new, "visit_new"),
    page("kiem-tra/tai-cho/<uuid:visit>", Right.HOLD, VISIT, inspections.visit, "visit"),
    form("kiem-tra/tai-cho/<uuid:visit>/ket-qua", Right.HOLD, VISIT, inspections.visit_result, "visit_result"),
    button("kiem-tra/tai-cho/<uuid:visit>/ky", Right.HOLD, VISIT, inspections.visit_sign, "visit_sign"),
    button("kiem-tra/tai-cho/<uuid:visit>/huy", Right.HOLD, VISIT, inspections.visit_cancel, "visit_cancel"),
    button("kiem-tra/tai-cho/<uuid:visit>/tra-loi", Right.HOLD, VISIT, inspections.visit_reply, "visit_reply"),
    page("kiem-tra/tai-cho/<uuid:visit>/bien-ban.pdf", Right.HOLD, VISIT, inspections.visit_minutes, "visit_minutes"),
    page("kiem-tra/tai-cho/<uuid:visit>/anh/<uuid:photo>", Right.HOLD, VISIT, inspections.visit_photo, "visit_photo"),
    form("kiem-tra/tai-cho/<uuid:visit>/phat-hien", Right.HOLD, VISIT, drafting.finding_from_visit, "visit_finding"),
    form(
        "tiep-cong-dan/ngay/<uuid:missed>/phat-hien", Right.HOLD, MISSED, drafting.finding_from_missed,
        "missed_finding",
    ),
]  # fmt: skip
