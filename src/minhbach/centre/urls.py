"""Every address of the supervision site, beside the right it needs. A page that is not listed here does not exist.

Pages are `path(route, guard(right, place, view))`; operations of the API stand in `API` as "METHOD route" beside
`entry(right, place)`. What has neither is refused, and fails the build.
"""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from minhbach.centre.access import endpoints as access_api
from minhbach.centre.access.api import PREFIX, guarded_api
from minhbach.centre.access.deciding import units_where
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, Entry, Rights, View, entry, guard
from minhbach.centre.access.places import (
    PlaceOf,
    assignment_named,
    camera_named,
    person_named,
    recorder_named,
    room_named,
    somewhere,
    through,
    unit_named,
)
from minhbach.centre.access.views import accounts, grants, log, own
from minhbach.centre.footage.api import timeline as room_api
from minhbach.centre.footage.api import wall as wall_api
from minhbach.centre.footage.models import Fault
from minhbach.centre.footage.views import health, logbooks, room, van_mieu, wall
from minhbach.centre.front import views as front
from minhbach.centre.look import views as look
from minhbach.centre.messaging import views as messaging
from minhbach.centre.registry import api as registry_api
from minhbach.centre.registry.models import Counter, CounterPost, Equipment, NoticeSign
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.views import devices, people, rooms, setup, units
from minhbach.centre.regulation.reading import retention_days, roles_on
from minhbach.centre.regulation.rights import Right

#: Every operation of the API. Viewings decide camera by camera themselves, and write rows of their own.
API: dict[str, Entry] = {
    "POST viewings": entry(SIGNED_IN, noted=False),
    "POST viewings/<uuid:viewing>/renew": entry(SIGNED_IN, noted=False),
    "POST viewings/<uuid:viewing>/close": entry(SIGNED_IN, noted=False),
    "GET purposes": entry(SIGNED_IN),
    "POST purposes": entry(SIGNED_IN),
    "POST purposes/<uuid:purpose>/renew": entry(SIGNED_IN, noted=False),
    "POST purposes/<uuid:purpose>/close": entry(SIGNED_IN),
    "GET rooms/<uuid:room>/timeline": entry([Right.LIVE, Right.PLAYBACK], room_named("room")),
    "POST rooms/<uuid:room>/bookmarks": entry(Right.PLAYBACK, room_named("room")),
    "DELETE rooms/<uuid:room>/bookmarks/<uuid:bookmark>": entry(Right.PLAYBACK, room_named("room")),
    "GET wall/states": entry(Right.LIVE),
    "GET registry/units": entry(Right.REGISTRY),
    "GET registry/units/<uuid:unit>": entry(Right.REGISTRY, unit_named("unit")),
    "POST registry/units/<uuid:unit>/units": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/names": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/mergers": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/rooms": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/units/<uuid:unit>/assignments": entry(Right.CONFIGURE, unit_named("unit")),
    "POST registry/assignments/<uuid:assignment>/end": entry(Right.CONFIGURE, assignment_named("assignment")),
    "POST registry/people": entry(Right.CONFIGURE),
    "GET registry/people/<uuid:person>": entry(Right.REGISTRY, person_named("person")),
    "GET registry/rooms/<uuid:room>": entry(Right.REGISTRY, room_named("room")),
    "POST registry/rooms/<uuid:room>/counters": entry(Right.CONFIGURE, room_named("room")),
    "GET registry/cameras/<uuid:camera>": entry(Right.REGISTRY, camera_named("camera")),
    "POST registry/cameras/<uuid:camera>/recording": entry(Right.EQUIP, camera_named("camera")),
    "GET registry/recorders/<uuid:recorder>": entry(Right.REGISTRY, recorder_named("recorder")),
    "POST registry/equipment/<uuid:equipment>/condition": entry(
        Right.EQUIP, through("equipment", Equipment, "room_id")
    ),
}
api = guarded_api(
    {"": access_api.router, "rooms": room_api.router, "wall": wall_api.router, "registry": registry_api.router}, API
)


def description(request: HttpRequest) -> JsonResponse:
    """OpenAPI of everything above."""
    return JsonResponse(api.get_openapi_schema(path_prefix=f"/{PREFIX}"))


def page(route: str, rights: Rights, place: PlaceOf, view: View, name: str) -> URLPattern:
    """A page that is only looked at."""
    return path(route, guard(rights, place, view), name=name)


def form(route: str, rights: Rights, place: PlaceOf, view: View, name: str) -> URLPattern:
    """A page with a form of its own."""
    return path(route, guard(rights, place, view, methods="GET POST"), name=name)


def button(route: str, rights: Rights, place: PlaceOf, view: View, name: str) -> URLPattern:
    """What stands behind a button."""
    return path(route, guard(rights, place, view, methods="POST"), name=name)


def reaching(right: Right, view: View) -> View:
    """The view, told in which units the person has the right: what it lists and offers is of those."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        request.reach = units_where(request.user, right, now=request.now)
        return view(request, **arguments)

    return within


def naming_roles(view: View) -> View:
    """The view, told what the regulations of today call the roles."""

    @wraps(view)
    def within(request: Any, **arguments: object) -> HttpResponseBase:
        request.roles = dict(roles_on(day_of(request.now)))
        return view(request, **arguments)

    return within


SET_UP = (Right.EQUIP, Right.CONFIGURE)
UNIT, ROOM, PERSON = unit_named("unit"), room_named("room"), person_named("person")
RECORDER, CAMERA = recorder_named("recorder"), camera_named("camera")
COUNTER = through("counter", Counter, "room_id")
SIGN = through("sign", NoticeSign, "room_id")
EQUIPMENT = through("equipment", Equipment, "room_id")
REGISTRY_PAGES: list[URLPattern] = [
    page("don-vi", Right.REGISTRY, somewhere, units.units, "units"),
    form("don-vi/them", Right.CONFIGURE, somewhere, reaching(Right.CONFIGURE, units.unit_new), "unit_new"),
    page("don-vi/<uuid:unit>", Right.REGISTRY, UNIT, naming_roles(units.unit), "unit"),
    form("don-vi/<uuid:unit>/doi-ten", Right.CONFIGURE, UNIT, units.unit_rename, "unit_rename"),
    form("don-vi/<uuid:unit>/chuyen", Right.CONFIGURE, UNIT, reaching(Right.CONFIGURE, units.unit_move), "unit_move"),
    form(
        "don-vi/<uuid:unit>/sap-nhap", Right.CONFIGURE, UNIT, reaching(Right.CONFIGURE, units.unit_merge), "unit_merge"
    ),
    form("don-vi/<uuid:unit>/chia-tach", Right.CONFIGURE, UNIT, units.unit_split, "unit_split"),
    form("don-vi/<uuid:unit>/phong-moi", Right.CONFIGURE, UNIT, rooms.room_new, "room_new"),
    page("phong/<uuid:room>/ho-so", Right.REGISTRY, ROOM, rooms.room_card, "room_card"),
    form("phong/<uuid:room>/sua", Right.CONFIGURE, ROOM, rooms.room_edit, "room_edit"),
    form("phong/<uuid:room>/quay-moi", Right.CONFIGURE, ROOM, rooms.counter_new, "counter_new"),
    button(
        "quay/<uuid:counter>/bo",
        Right.CONFIGURE,
        through("counter", Counter, "room_id"),
        rooms.counter_end,
        "counter_end",
    ),
    page("lap-dat", Right.EQUIP, somewhere, reaching(Right.EQUIP, setup.setups), "setups"),
    page("phong/<uuid:room>/lap-dat", SET_UP, ROOM, setup.setup, "setup"),
    button("phong/<uuid:room>/bien-bao", Right.EQUIP, ROOM, setup.sign_drawing(retention_days), "sign_draw"),
    page("phong/<uuid:room>/bien-ban.pdf", Right.REGISTRY, ROOM, setup.minutes_pdf, "minutes_pdf"),
    button("phong/<uuid:room>/ghi-hinh", Right.EQUIP, ROOM, setup.record_room, "record_room"),
    page("bien-bao/<uuid:sign>.pdf", Right.REGISTRY, SIGN, setup.sign_pdf, "sign_pdf"),
    page("bien-bao/<uuid:sign>/anh", Right.REGISTRY, SIGN, setup.sign_photo, "sign_photo"),
    form("bien-bao/<uuid:sign>/treo", Right.EQUIP, SIGN, setup.sign_hang, "sign_hang"),
    button("bien-bao/<uuid:sign>/go", Right.EQUIP, SIGN, setup.sign_down, "sign_down"),
    form("camera/<uuid:camera>/nghiem-thu", (Right.EQUIP, Right.LIVE), CAMERA, setup.acceptance, "acceptance"),
    page("thiet-bi", Right.REGISTRY, somewhere, reaching(Right.REGISTRY, devices.devices), "devices"),
    form("phong/<uuid:room>/dau-ghi-moi", Right.EQUIP, ROOM, devices.recorder_new, "recorder_new"),
    page("dau-ghi/<uuid:recorder>", Right.REGISTRY, RECORDER, devices.recorder, "recorder"),
    form("dau-ghi/<uuid:recorder>/sua", Right.EQUIP, RECORDER, devices.recorder_edit, "recorder_edit"),
    button("dau-ghi/<uuid:recorder>/ghi-danh", Right.EQUIP, RECORDER, devices.recorder_enrol, "recorder_enrol"),
    page("dau-ghi/<uuid:recorder>/tim-camera", Right.EQUIP, RECORDER, devices.discover, "discover"),
    form("phong/<uuid:room>/camera-moi", Right.EQUIP, ROOM, devices.camera_new, "camera_new"),
    page("camera/<uuid:camera>", Right.REGISTRY, CAMERA, devices.camera, "camera"),
    form("camera/<uuid:camera>/sua", Right.EQUIP, CAMERA, devices.camera_edit, "camera_edit"),
    button("camera/<uuid:camera>/ghi-hinh", Right.EQUIP, CAMERA, devices.camera_switch, "camera_switch"),
    button("camera/<uuid:camera>/ngung", Right.EQUIP, CAMERA, devices.camera_retire, "camera_retire"),
    form("phong/<uuid:room>/thiet-bi-moi", Right.EQUIP, ROOM, devices.equipment_new, "equipment_new"),
    page("thiet-bi/<uuid:equipment>", Right.REGISTRY, EQUIPMENT, devices.equipment, "equipment"),
    button("thiet-bi/<uuid:equipment>/tinh-trang", Right.EQUIP, EQUIPMENT, devices.equipment, "equipment_condition"),
    form("thiet-bi/<uuid:equipment>/sua", Right.EQUIP, EQUIPMENT, devices.equipment_edit, "equipment_edit"),
    page("nhan-su", Right.REGISTRY, somewhere, reaching(Right.REGISTRY, naming_roles(people.people)), "people"),
    form("nhan-su/them", Right.CONFIGURE, somewhere, people.person_new, "person_new"),
    page("nhan-su/<uuid:person>", Right.REGISTRY, PERSON, naming_roles(people.person), "person"),
    form("nhan-su/<uuid:person>/sua", Right.CONFIGURE, PERSON, people.person_edit, "person_edit"),
    form(
        "nhan-su/<uuid:person>/phan-cong",
        Right.CONFIGURE,
        PERSON,
        reaching(Right.CONFIGURE, naming_roles(people.assign)),
        "assign",
    ),
    form("nhan-su/<uuid:person>/quay", Right.CONFIGURE, PERSON, people.counter_post, "counter_post"),
    form(
        "phan-cong/<uuid:assignment>/ket-thuc",
        Right.CONFIGURE,
        assignment_named("assignment"),
        people.assignment_end,
        "assignment_end",
    ),
    button(
        "phan-cong-quay/<uuid:post>/roi",
        Right.CONFIGURE,
        through("post", CounterPost, "counter__room_id"),
        people.counter_leave,
        "counter_leave",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("dang-nhap", guard(PUBLIC, somewhere, own.sign_in, methods="GET POST"), name="sign_in"),
    path("dang-xuat", guard(SIGNED_IN, somewhere, own.sign_out, methods="POST", while_new=True), name="sign_out"),
    path(
        "mat-khau",
        guard(SIGNED_IN, somewhere, own.change_password, methods="GET POST", while_new=True),
        name="change_password",
    ),
    path("ma-dung-mot-lan", guard(SIGNED_IN, somewhere, own.codes, methods="GET POST"), name="codes"),
    path("ma-dung-mot-lan/moi", guard(SIGNED_IN, somewhere, own.begin_codes, methods="POST"), name="begin_codes"),
    path("", guard(SIGNED_IN, somewhere, front.start), name="start"),
    path("tim", guard(SIGNED_IN, somewhere, front.find), name="find"),
    path("phong/<uuid:room>", guard([Right.LIVE, Right.PLAYBACK], room_named("room"), room.room), name="room"),
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
    path("van-mieu", guard(list(van_mieu.RIGHTS), somewhere, van_mieu.van_mieu), name="van_mieu"),
    *REGISTRY_PAGES,
    path("style", guard(PUBLIC if settings.MINHBACH_DEMO else SIGNED_IN, somewhere, look.style), name="style"),
    path("giao-dien", guard(PUBLIC, somewhere, look.choose, methods="POST"), name="choose"),
    path("nhat-ky-xem", guard(Right.READ_VIEWINGS, somewhere, log.viewings_log), name="viewings"),
    path("nhat-ky-xem/quay-cua-toi", guard(Right.OWN_PAGE, somewhere, log.own_counter), name="own_counter"),
    page("tai-khoan", Right.ACCOUNTS, somewhere, accounts.accounts, "accounts"),
    form("tai-khoan/<uuid:person>/mo", Right.ACCOUNTS, PERSON, accounts.account_open, "account_open"),
    button("tai-khoan/<uuid:person>/mat-khau", Right.ACCOUNTS, PERSON, accounts.account_reset, "account_reset"),
    button("tai-khoan/<uuid:person>/dong", Right.ACCOUNTS, PERSON, accounts.account_close, "account_close"),
    page("cap-quyen", Right.GRANT, somewhere, grants.grants, "grants"),
    form("cap-quyen/moi", Right.GRANT, somewhere, grants.grant_new, "grant_new"),
    button("cap-quyen/<uuid:grant>/ket-thuc", Right.GRANT, somewhere, grants.grant_end, "grant_end"),
    path("thong-bao", guard(SIGNED_IN, somewhere, messaging.notices), name="notices"),
    path("thong-bao/da-doc", guard(SIGNED_IN, somewhere, messaging.read_all, methods="POST"), name="notices_read"),
    path(f"{PREFIX}openapi.json", guard(SIGNED_IN, somewhere, description), name="api_description"),
    path(PREFIX, api.urls),
]

handler403 = "minhbach.centre.look.errors.forbidden"
handler404 = "minhbach.centre.look.errors.missing"
handler500 = "minhbach.centre.look.errors.failed"
