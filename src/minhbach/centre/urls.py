"""Every address of the supervision site, beside the right it needs. A page that is not listed here does not exist.

Pages are `path(route, guard(right, place, view))`; what is long stands by area in `addresses`, as do the operations of
the API: "METHOD route" beside `entry(right, place)`. What has neither is refused, and fails the build.
"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from minhbach.centre.access.api import PREFIX
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, guard
from minhbach.centre.access.pace import Cost
from minhbach.centre.access.places import (
    room_named,
    somewhere,
    through,
)
from minhbach.centre.access.views import accounts, codes, grants, log, mine, own, security_keys
from minhbach.centre.addresses.assessing import ASSESSING_PAGES
from minhbach.centre.addresses.counters import DOSSIER_PAGES, FEEDBACK_PAGES, PROCEDURE_PAGES, RECEPTION_PAGES
from minhbach.centre.addresses.evidence import EVIDENCE_PAGES, SUBJECT_PAGES
from minhbach.centre.addresses.findings import FINDING_PAGES
from minhbach.centre.addresses.inspections import INSPECTION_PAGES
from minhbach.centre.addresses.listing import button, form, page, search
from minhbach.centre.addresses.operations import api, description
from minhbach.centre.addresses.places import HOLD, PERSON
from minhbach.centre.addresses.ranking import RANKING_PAGES
from minhbach.centre.addresses.registry import REGISTRY_PAGES, REGULATION_PAGES
from minhbach.centre.addresses.reports import REPORT_PAGES
from minhbach.centre.addresses.rooms import ROOM_PAGES
from minhbach.centre.evidence.views import holds as hold_pages
from minhbach.centre.footage.models import Fault
from minhbach.centre.footage.views import health, holds, logbooks, moments, room, van_mieu, wall
from minhbach.centre.front import views as front
from minhbach.centre.journal import views as journal
from minhbach.centre.look import views as look
from minhbach.centre.messaging import views as messaging
from minhbach.centre.regulation.rights import Right

urlpatterns: list[URLPattern | URLResolver] = [
    path("dang-nhap", guard(PUBLIC, somewhere, own.sign_in, methods="GET POST"), name="sign_in"),
    path("dang-xuat", guard(SIGNED_IN, somewhere, own.sign_out, methods="POST", while_new=True), name="sign_out"),
    path(
        "mat-khau",
        guard(SIGNED_IN, somewhere, own.change_password, methods="GET POST", while_new=True),
        name="change_password",
    ),
    path("ma-dung-mot-lan", guard(SIGNED_IN, somewhere, codes.codes, methods="GET POST"), name="codes"),
    path("ma-dung-mot-lan/moi", guard(SIGNED_IN, somewhere, codes.begin_codes, methods="POST"), name="begin_codes"),
    path(
        "ma-dung-mot-lan/khoi-phuc",
        guard(SIGNED_IN, somewhere, codes.renew_recovery, methods="POST"),
        name="renew_recovery",
    ),
    path("tai-khoan-cua-toi", guard(SIGNED_IN, somewhere, mine.own_account), name="own_account"),
    form("khoa-bao-mat", SIGNED_IN, somewhere, security_keys.security_keys, "security_keys"),
    button(
        "khoa-bao-mat/<uuid:key>/go", SIGNED_IN, somewhere, security_keys.security_key_remove, "security_key_remove"
    ),
    path(
        "tai-khoan-cua-toi/phien-khac/ket-thuc",
        guard(SIGNED_IN, somewhere, mine.end_other_sessions, methods="POST"),
        name="end_other_sessions",
    ),
    path(
        "tai-khoan-cua-toi/phien/<uuid:sign_in>/ket-thuc",
        guard(SIGNED_IN, somewhere, mine.end_session, methods="POST"),
        name="end_session",
    ),
    path("", guard(SIGNED_IN, somewhere, front.start), name="start"),
    path("tim", guard(SIGNED_IN, somewhere, front.find, cost=Cost.LOOKING_UP), name="find"),
    path("phong/<uuid:room>", guard([Right.LIVE, Right.PLAYBACK], room_named("room"), room.room), name="room"),
    search("giu-lai", Right.HOLD, somewhere, holds.holds, "holds"),
    page("giu-lai/<uuid:hold>", Right.HOLD, HOLD, hold_pages.hold, "hold"),
    page("giu-lai/<uuid:hold>/qua-trinh.pdf", Right.HOLD, HOLD, hold_pages.hold_pdf, "hold_life"),
    page("giu-lai/<uuid:hold>/qua-trinh.csv", Right.HOLD, HOLD, hold_pages.hold_csv, "hold_csv"),
    path("tuong", guard(Right.LIVE, somewhere, wall.pictures), name="wall"),
    path("tuong/trang-thai", guard([Right.HEALTH, Right.LIVE], somewhere, wall.states), name="wall_states"),
    path("ky-thuat", guard(Right.HEALTH, somewhere, health.technician), name="technician"),
    path("ky-thuat/so-ghi", guard(Right.HEALTH, somewhere, logbooks.logs), name="logbooks"),
    path(
        "ky-thuat/su-co/<uuid:fault>",
        guard(Right.HEALTH, through("fault", Fault, "room_id"), health.fault),
        name="fault",
    ),
    path(
        "ky-thuat/su-co/<uuid:fault>/viec",
        guard(Right.EQUIP, through("fault", Fault, "room_id"), health.work, methods="POST"),
        name="fault_work",
    ),
    page("doi-chieu", list(van_mieu.RIGHTS), somewhere, moments.moments, "moments"),
    *DOSSIER_PAGES,
    *FEEDBACK_PAGES,
    *FINDING_PAGES,
    *ASSESSING_PAGES,
    *RECEPTION_PAGES,
    *INSPECTION_PAGES,
    *PROCEDURE_PAGES,
    path("van-mieu", guard(list(van_mieu.RIGHTS), somewhere, van_mieu.van_mieu), name="van_mieu"),
    *ROOM_PAGES,
    *REGISTRY_PAGES,
    *REGULATION_PAGES,
    *EVIDENCE_PAGES,
    *SUBJECT_PAGES,
    *REPORT_PAGES,
    *RANKING_PAGES,
    path("style", guard(PUBLIC if settings.MINHBACH_DEMO else SIGNED_IN, somewhere, look.style), name="style"),
    path("giao-dien", guard(PUBLIC, somewhere, look.choose, methods="POST"), name="choose"),
    search("nhat-ky-xem", Right.READ_VIEWINGS, somewhere, log.viewings_log, "viewings", ("who", "purpose")),
    path("nhat-ky-xem/bat-thuong", guard(Right.READ_VIEWINGS, somewhere, journal.unusual), name="unusual"),
    path(
        "nhat-ky-xem/xuat.csv",
        guard(Right.READ_VIEWINGS, somewhere, log.viewings_csv, noted=False),
        name="viewings_csv",
    ),
    path(
        "nhat-ky-xem/<uuid:viewing>/dung",
        guard(Right.READ_VIEWINGS, somewhere, log.viewing_stop, methods="POST"),
        name="viewing_stop",
    ),
    path("nhat-ky-xem/quay-cua-toi", guard(Right.OWN_PAGE, somewhere, log.own_counter), name="own_counter"),
    page("tai-khoan", Right.ACCOUNTS, somewhere, accounts.accounts, "accounts"),
    form("tai-khoan/<uuid:person>/mo", Right.ACCOUNTS, PERSON, accounts.account_open, "account_open"),
    button("tai-khoan/<uuid:person>/mat-khau", Right.ACCOUNTS, PERSON, accounts.account_reset, "account_reset"),
    button("tai-khoan/<uuid:person>/go-ma", Right.ACCOUNTS, PERSON, accounts.code_reset, "code_reset"),
    button("tai-khoan/<uuid:person>/dong", Right.ACCOUNTS, PERSON, accounts.account_close, "account_close"),
    page("cap-quyen", Right.GRANT, somewhere, grants.grants, "grants"),
    form("cap-quyen/moi", Right.GRANT, somewhere, grants.grant_new, "grant_new"),
    button("cap-quyen/de-nghi/<uuid:asked>/ky", Right.GRANT, somewhere, grants.request_sign, "request_sign"),
    button("cap-quyen/de-nghi/<uuid:asked>/tu-choi", Right.GRANT, somewhere, grants.request_refuse, "request_refuse"),
    button("cap-quyen/<uuid:grant>/ket-thuc", Right.GRANT, somewhere, grants.grant_end, "grant_end"),
    path("thong-bao", guard(SIGNED_IN, somewhere, messaging.notices), name="notices"),
    button("thong-bao/thu", SIGNED_IN, somewhere, messaging.mail_wishes, "mail_wishes"),
    page("thu-dien-tu", Right.ACCOUNTS, somewhere, messaging.mail_log, "mail_log"),
    path("thong-bao/da-doc", guard(SIGNED_IN, somewhere, messaging.read_all, methods="POST"), name="notices_read"),
    path(f"{PREFIX}openapi.json", guard(SIGNED_IN, somewhere, description), name="api_description"),
    path(PREFIX, api.urls),
]

handler400 = "minhbach.centre.look.errors.malformed"

handler403 = "minhbach.centre.look.errors.forbidden"

handler404 = "minhbach.centre.look.errors.missing"

handler500 = "minhbach.centre.look.errors.failed"
