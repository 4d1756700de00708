"""The pages of findings, of what follows from them, and of what an officer reads about themselves."""

from minhbach.centre.access.places import somewhere
from minhbach.centre.addresses.listing import button, form, page, search
from minhbach.centre.addresses.places import FINDING, ROOM
from minhbach.centre.oversight.views import cases, finding_books, findings, gaps, measures, own_findings
from minhbach.centre.regulation.rights import Right

_ONE = "phat-hien/<uuid:finding>"
_TASK = f"{_ONE}/khac-phuc/<uuid:correction>"
_MEASURE = f"{_ONE}/xu-ly/<uuid:measure>"

FINDING_PAGES = (
    search("phat-hien", Right.HOLD, somewhere, findings.findings, "findings"),
    search("phat-hien/so", Right.HOLD, somewhere, finding_books.finding_book, "finding_book"),
    page("phat-hien/so.pdf", Right.HOLD, somewhere, finding_books.finding_book_pdf, "finding_book_pdf", noted=False),
    page("phat-hien/so.xlsx", Right.HOLD, somewhere, finding_books.finding_book_xlsx, "finding_book_xlsx", noted=False),
    page(_ONE, Right.HOLD, FINDING, findings.finding, "finding"),
    button(f"{_ONE}/buoc", Right.HOLD, FINDING, findings.finding_step, "finding_step"),
    page(f"{_ONE}/yeu-cau-giai-trinh.pdf", Right.HOLD, FINDING, finding_books.finding_request, "finding_request"),
    page(f"{_ONE}/ket-luan.pdf", Right.HOLD, FINDING, finding_books.finding_conclusion, "finding_conclusion"),
    form(f"{_ONE}/nguoi-lien-quan", Right.HOLD, FINDING, cases.concern, "finding_concern"),
    form(f"{_ONE}/can-cu", Right.HOLD, FINDING, cases.basis, "finding_basis"),
    page(f"{_ONE}/can-cu/<uuid:basis>/giay-to", Right.HOLD, FINDING, cases.basis_paper, "basis_paper"),
    form(f"{_ONE}/ket-luan", Right.HOLD, FINDING, cases.conclude, "finding_conclude"),
    form(f"{_ONE}/khac-phuc", Right.HOLD, FINDING, cases.correction_new, "correction_new"),
    form(f"{_TASK}/<slug:kind>", Right.HOLD, FINDING, cases.correction_step, "correction_step"),
    page(f"{_ONE}/minh-chung/<uuid:step>", Right.HOLD, FINDING, cases.correction_proof, "correction_proof"),
    form(f"{_ONE}/xu-ly/nguoi/<uuid:officer>", Right.HOLD, FINDING, measures.measure_new, "measure_new"),
    page(_MEASURE, Right.HOLD, FINDING, measures.measure, "measure"),
    page(f"{_MEASURE}/van-ban.pdf", Right.HOLD, FINDING, finding_books.measure_pdf, "measure_pdf"),
    button(f"{_MEASURE}/ly-do-tam-hoan", Right.HOLD, FINDING, measures.deferral_read, "deferral_read"),
    form(f"{_MEASURE}/buoc/<slug:kind>", Right.HOLD, FINDING, measures.measure_step, "measure_step"),
    form("phong/<uuid:room>/ly-do-mat-hinh", Right.EQUIP, ROOM, gaps.gap_cause, "gap_cause"),
    page("ve-toi/phat-hien", Right.OWN_PAGE, somewhere, own_findings.own_findings, "own_findings"),
    page("ve-toi/phat-hien/<uuid:finding>", Right.OWN_PAGE, somewhere, own_findings.own_finding, "own_finding"),
    button(
        "ve-toi/phat-hien/<uuid:finding>/giai-trinh", Right.OWN_PAGE, somewhere, own_findings.own_explanation,
        "own_explanation",
    ),
)  # fmt: skip
