"""The addresses of monthly reports. Whoever reads figures somewhere comes in; whether the report is theirs to read, to
write or to receive is decided by the page and its actions."""

from django.urls import URLPattern

from minhbach.centre.access.places import somewhere, unit_through
from minhbach.centre.addresses.listing import button, form, page
from minhbach.centre.publishing.models import Report
from minhbach.centre.publishing.views import reports
from minhbach.centre.regulation.rights import Right

REPORT = unit_through("report", Report, "unit_id")
READS = (Right.FIGURES, Right.REPORT, Right.REPORT_SIGN, Right.REPORT_RECEIVE)
WRITES = (Right.REPORT, Right.REPORT_SIGN)
STEPS = (Right.REPORT, Right.REPORT_SIGN, Right.REPORT_RECEIVE)
REPORT_PAGES: list[URLPattern] = [
    page("bao-cao", READS, somewhere, reports.reports, "reports"),
    page("bao-cao/<uuid:report>", READS, REPORT, reports.report, "report"),
    page("bao-cao/<uuid:report>/bao-cao.pdf", READS, REPORT, reports.report_pdf, "report_pdf"),
    # Whose council it was sent to is decided by the view: a council has no right at the unit that reports.
    page("bao-cao/<uuid:report>/da-gui.pdf", Right.FIGURES, somewhere, reports.report_sent, "report_sent"),
    page("bao-cao/<uuid:report>/bao-cao.docx", READS, REPORT, reports.report_docx, "report_docx"),
    page("bao-cao/<uuid:report>/bao-cao.xlsx", READS, REPORT, reports.report_xlsx, "report_xlsx"),
    page("bao-cao/<uuid:report>/cac-don-vi", READS, REPORT, reports.report_units, "report_units"),
    page("bao-cao/<uuid:report>/cac-don-vi.xlsx", READS, REPORT, reports.report_units_xlsx, "report_units_xlsx"),
    form("bao-cao/<uuid:report>/so-lieu/<slug:code>", READS, REPORT, reports.report_figure, "report_figure"),
    form("bao-cao/<uuid:report>/loi-van/<slug:part_name>", WRITES, REPORT, reports.report_text, "report_text"),
    button("bao-cao/<uuid:report>/buoc", STEPS, REPORT, reports.report_step, "report_step"),
    button("bao-cao/<uuid:report>/tinh-lai", WRITES, REPORT, reports.report_recount, "report_recount"),
]
