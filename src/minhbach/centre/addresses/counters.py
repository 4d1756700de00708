"""The addresses of the counter: reception, procedures, dossiers, ratings and complaints."""

from django.urls import URLPattern, path

from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, guard
from minhbach.centre.access.pace import Cost
from minhbach.centre.access.places import (
    somewhere,
    through,
)
from minhbach.centre.addresses.listing import button, form, page, search
from minhbach.centre.addresses.places import (
    BOOK_ENTRY,
    COUNTER,
    DOSSIER,
    DOSSIER_RIGHTS,
    HANDLES,
    MISSED,
    PETITION,
    RATING,
    ROOM,
    SESSION,
    SESSION_RIGHTS,
    SLIP,
    UNIT,
)
from minhbach.centre.dossiers.models import Event
from minhbach.centre.dossiers.views import desks, dossiers, procedures
from minhbach.centre.feedback.models import Panel
from minhbach.centre.feedback.views import answers, citizens, offices, panels
from minhbach.centre.reception.models import SessionEvent
from minhbach.centre.reception.views import books, days, sessions
from minhbach.centre.regulation.rights import Right

RECEPTION_PAGES: list[URLPattern] = [
    page("tiep-cong-dan", SESSION_RIGHTS, somewhere, sessions.overview, "sessions"),
    form("phong/<uuid:room>/tiep-cong-dan", Right.RECEPTION, ROOM, sessions.session_open, "session_open"),
    page("tiep-cong-dan/<uuid:session>", (*SESSION_RIGHTS, Right.GRANT), SESSION, sessions.session, "session"),
    page(
        "tiep-cong-dan/su-kien/<uuid:session_event>",
        SESSION_RIGHTS,
        through("session_event", SessionEvent, "session__room_id"),
        sessions.session_event,
        "session_event",
    ),
    button("tiep-cong-dan/<uuid:session>/ket-thuc", Right.RECEPTION, SESSION, sessions.session_close, "session_close"),
    button(
        "tiep-cong-dan/<uuid:session>/han-che", Right.RECEPTION, SESSION, sessions.session_restrict, "session_restrict"
    ),
    button("tiep-cong-dan/<uuid:session>/mo-lai", Right.RECEPTION, SESSION, sessions.session_reopen, "session_reopen"),
    button(
        "tiep-cong-dan/<uuid:session>/mo-lai/quyet-dinh",
        Right.GRANT,
        SESSION,
        sessions.session_reopen_decide,
        "session_reopen_decide",
    ),
]

RECEPTION_PAGES += [
    page("lich-tiep-cong-dan", PUBLIC, somewhere, days.reception_calendars, "reception_calendars"),
    page("lich-tiep-cong-dan/<uuid:unit>", PUBLIC, somewhere, days.reception_calendar, "reception_calendar"),
    page(
        "lich-tiep-cong-dan/<uuid:unit>.pdf", PUBLIC, somewhere, days.reception_calendar_pdf, "reception_calendar_pdf"
    ),
    page(
        "lich-tiep-cong-dan/<uuid:unit>.ics", PUBLIC, somewhere, days.reception_calendar_ics, "reception_calendar_ics"
    ),
    page("tiep-cong-dan/ngay", SESSION_RIGHTS, somewhere, days.reception_days, "reception_days"),
    page("don-vi/<uuid:unit>/lich-tiep-cong-dan", Right.RECEPTION, UNIT, days.schedule, "reception_schedule"),
    form(
        "don-vi/<uuid:unit>/lich-tiep-cong-dan/thay-doi",
        Right.RECEPTION,
        UNIT,
        days.schedule_change,
        "reception_change",
    ),
    page("tiep-cong-dan/ngay/<uuid:missed>", SESSION_RIGHTS, MISSED, days.missed_day, "missed_day"),
    button("tiep-cong-dan/ngay/<uuid:missed>/ly-do", Right.RECEPTION, MISSED, days.missed_explain, "missed_explain"),
    button("tiep-cong-dan/ngay/<uuid:missed>/ket-luan", Right.HOLD, MISSED, days.missed_answer, "missed_answer"),
    page("tiep-cong-dan/so", SESSION_RIGHTS, somewhere, books.reception_book, "reception_book"),
    page(
        "tiep-cong-dan/so.pdf", SESSION_RIGHTS, somewhere, books.reception_book_pdf, "reception_book_pdf", noted=False
    ),
    page(
        "tiep-cong-dan/so.xlsx",
        SESSION_RIGHTS,
        somewhere,
        books.reception_book_sheet,
        "reception_book_sheet",
        noted=False,
    ),
    button("tiep-cong-dan/so/tim", Right.RECEPTION, somewhere, books.book_search, "book_search"),
    page(
        "tiep-cong-dan/so/<uuid:book_entry>/nguoi-dai-dien.pdf",
        Right.RECEPTION,
        BOOK_ENTRY,
        books.book_slip,
        "book_slip",
    ),
    form("tiep-cong-dan/<uuid:session>/ghi-so", Right.RECEPTION, SESSION, books.book_new, "book_new"),
    page("tiep-cong-dan/so/<uuid:book_entry>", SESSION_RIGHTS, BOOK_ENTRY, books.book_entry, "book_entry"),
    path(
        "tiep-cong-dan/so/<uuid:book_entry>/nguoi-den",
        guard(SESSION_RIGHTS, BOOK_ENTRY, books.book_person, methods="POST", noted=False),
        name="book_person",
    ),
    button("tiep-cong-dan/so/<uuid:book_entry>/buoc", Right.RECEPTION, BOOK_ENTRY, books.book_step, "book_step"),
]

PROCEDURE_PAGES: list[URLPattern] = [
    page("don-vi/<uuid:unit>/thu-tuc", (Right.DOSSIERS, Right.REGISTRY), UNIT, procedures.procedures, "procedures"),
    page("don-vi/<uuid:unit>/thu-tuc.csv", Right.REGISTRY, UNIT, procedures.procedures_csv, "procedures_csv"),
    form("don-vi/<uuid:unit>/thu-tuc/them", Right.CONFIGURE, UNIT, procedures.procedure_new, "procedure_new"),
    form("don-vi/<uuid:unit>/thu-tuc/nhap", Right.CONFIGURE, UNIT, procedures.procedure_import, "procedure_import"),
    form(
        "don-vi/<uuid:unit>/thu-tuc/<uuid:procedure>/sua",
        Right.CONFIGURE,
        UNIT,
        procedures.procedure_edit,
        "procedure_edit",
    ),
    form(
        "don-vi/<uuid:unit>/thu-tuc/<uuid:procedure>/ngung",
        Right.CONFIGURE,
        UNIT,
        procedures.procedure_end,
        "procedure_end",
    ),
]

DOSSIER_PAGES: list[URLPattern] = [
    path("quet", guard(SIGNED_IN, somewhere, dossiers.scan, cost=Cost.LOOKING_UP), name="scan"),
    page("quay", Right.DOSSIERS, somewhere, desks.desks_page, "desks"),
    page("quay/<uuid:counter>", Right.DOSSIERS, COUNTER, desks.desk, "desk"),
    button("quay/<uuid:counter>/goi", Right.DOSSIERS, COUNTER, desks.call, "desk_call"),
    button("quay/<uuid:counter>/ho-tro", Right.DOSSIERS, COUNTER, desks.ask_help, "desk_help"),
    form("quay/<uuid:counter>/tiep-nhan", Right.DOSSIERS, COUNTER, desks.receive, "receive"),
    path(
        "quay/<uuid:counter>/tiep-nhan/xem-truoc",
        # Asked at every pause of typing, and nothing is changed: not a line of the audit log each.
        guard(Right.DOSSIERS, COUNTER, desks.preview, methods="POST", noted=False),
        name="receipt_preview",
    ),
    form("quay/<uuid:counter>/tu-choi", Right.DOSSIERS, COUNTER, desks.refuse, "refuse"),
    page("ho-so/phieu/<uuid:slip>.pdf", Right.DOSSIERS, SLIP, dossiers.slip, "slip"),
    page("ho-so/<uuid:dossier>", DOSSIER_RIGHTS, DOSSIER, dossiers.dossier, "dossier"),
    page("ho-so/<uuid:dossier>/giay-tiep-nhan.pdf", Right.DOSSIERS, DOSSIER, dossiers.receipt, "receipt"),
    path(
        "ho-so/<uuid:dossier>/nguoi-nop",
        guard(Right.DOSSIERS, DOSSIER, dossiers.person, methods="POST", noted=False),
        name="dossier_person",
    ),
    button("ho-so/<uuid:dossier>/buoc", Right.DOSSIERS, DOSSIER, dossiers.step, "dossier_step"),
    page(
        "ho-so/su-kien/<uuid:event>",
        DOSSIER_RIGHTS,
        through("event", Event, "counter__room_id"),
        dossiers.event,
        "dossier_event",
    ),
]

FEEDBACK_PAGES: list[URLPattern] = [
    form("danh-gia", PUBLIC, somewhere, citizens.rate, "rate"),
    button("danh-gia/vi-sao", PUBLIC, somewhere, citizens.why, "rate_why"),
    form("phan-anh", PUBLIC, somewhere, citizens.complain, "complain"),
    page("phan-anh/da-tra-loi", PUBLIC, somewhere, answers.answers, "answers"),
    form("phan-anh/tra-cuu", PUBLIC, somewhere, citizens.look_up, "look_up"),
    page("bang-danh-gia", PUBLIC, somewhere, panels.panel, "panel"),
    button("bang-danh-gia/cham", PUBLIC, somewhere, panels.panel_rate, "panel_rate"),
    button("bang-danh-gia/vi-sao", PUBLIC, somewhere, panels.panel_why, "panel_why"),
    button(
        "bang-danh-gia/<uuid:panel>/dong",
        HANDLES,
        through("panel", Panel, "counter__room_id"),
        panels.panel_close,
        "panel_close",
    ),
    button("quay/<uuid:counter>/bang-danh-gia", HANDLES, COUNTER, panels.panel_open, "panel_open"),
    page("phong/<uuid:room>/bang-danh-gia", HANDLES, ROOM, offices.screens, "screens"),
    search("danh-gia-phan-anh", Right.FEEDBACK, somewhere, offices.feedback, "feedback"),
    form("phong/<uuid:room>/phan-anh", HANDLES, ROOM, offices.petition_new, "petition_new"),
    page("phan-anh/<uuid:petition>", Right.FEEDBACK, PETITION, offices.petition, "petition"),
    path(
        "phan-anh/<uuid:petition>/nguoi-gui",
        guard(Right.FEEDBACK, PETITION, offices.person, methods="POST", noted=False),
        name="petition_person",
    ),
    button("phan-anh/<uuid:petition>/buoc", Right.FEEDBACK, PETITION, offices.petition_step, "petition_step"),
    button(
        "phan-anh/<uuid:petition>/cong-khai", Right.FEEDBACK, PETITION, answers.petition_publish, "petition_publish"
    ),
    button("phan-anh/<uuid:petition>/go", Right.FEEDBACK, PETITION, answers.petition_take_back, "petition_take_back"),
    button("phan-anh/<uuid:petition>/giu-lai", Right.HOLD, PETITION, offices.petition_hold, "petition_hold"),
    page("danh-gia/<uuid:rating>", Right.FEEDBACK, RATING, offices.rating, "rating"),
]
