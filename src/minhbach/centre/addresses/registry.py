"""The addresses of units, rooms, devices, people, and of the rules that bind them."""

from django.urls import URLPattern

from minhbach.centre.access.guard import SIGNED_IN
from minhbach.centre.access.places import (
    assignment_named,
    somewhere,
    through,
)
from minhbach.centre.access.seen import newest_seen, note_trial
from minhbach.centre.access.views.confirming import confirmations, regulation_confirm
from minhbach.centre.addresses.listing import button, form, naming_roles, page, reaching, seeing
from minhbach.centre.addresses.places import (
    CAMERA,
    COUNTER,
    DIRECTED,
    DIRECTIVE,
    DRAFT,
    EQUIPMENT,
    PERSON,
    RECORDER,
    ROOM,
    SET_UP,
    SIGN,
    TASK,
    UNIT,
)
from minhbach.centre.footage.holds import matters_on
from minhbach.centre.footage.views import log_keys
from minhbach.centre.registry.models import CounterPost
from minhbach.centre.registry.views import cameras, devices, endings, people, rooms, setup, units
from minhbach.centre.regulation.reading import retention_days
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.views import calendar, catalogues, directives, drafts, supervision, versions

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
    page("don-vi/<uuid:unit>/giam-sat", Right.REGISTRY, UNIT, supervision.supervisions, "supervisions"),
    form(
        "don-vi/<uuid:unit>/giam-sat/them",
        Right.CONFIGURE,
        UNIT,
        reaching(Right.CONFIGURE, supervision.supervision_new),
        "supervision_new",
    ),
    form(
        "don-vi/<uuid:unit>/giam-sat/<uuid:supervision>/thoi",
        Right.CONFIGURE,
        UNIT,
        reaching(Right.CONFIGURE, supervision.supervision_end),
        "supervision_end",
    ),
    page("don-vi/<uuid:unit>/lich", Right.REGISTRY, UNIT, calendar.calendar, "calendar"),
    form("don-vi/<uuid:unit>/lich/them", Right.CONFIGURE, UNIT, calendar.calendar_day_new, "calendar_day_new"),
    button(
        "don-vi/<uuid:unit>/lich/bo", Right.CONFIGURE, UNIT, calendar.calendar_day_withdraw, "calendar_day_withdraw"
    ),
    button("don-vi/<uuid:unit>/lich/nap", Right.CONFIGURE, UNIT, calendar.calendar_adopt, "calendar_adopt"),
    page("phong/<uuid:room>/ho-so", Right.REGISTRY, ROOM, rooms.room_card, "room_card"),
    form("phong/<uuid:room>/sua", Right.CONFIGURE, ROOM, rooms.room_edit, "room_edit"),
    form("phong/<uuid:room>/quay-moi", Right.CONFIGURE, ROOM, rooms.counter_new, "counter_new"),
    form("phong/<uuid:room>/dong", Right.CONFIGURE, ROOM, endings.room_close, "room_close"),
    form("don-vi/<uuid:unit>/ket-thuc", Right.CONFIGURE, UNIT, endings.unit_end, "unit_end"),
    button(
        "don-vi/<uuid:unit>/bo-thay-doi",
        Right.CONFIGURE,
        UNIT,
        reaching(Right.CONFIGURE, endings.change_withdraw),
        "change_withdraw",
    ),
    form("quay/<uuid:counter>/bo", Right.CONFIGURE, COUNTER, endings.counter_end, "counter_end"),
    form(
        "dau-ghi/<uuid:recorder>/ngung",
        Right.EQUIP,
        RECORDER,
        endings.recorder_ending(retention_days, matters_on),
        "recorder_retire",
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
    form(
        "camera/<uuid:camera>/nghiem-thu",
        (Right.EQUIP, Right.LIVE),
        CAMERA,
        setup.accepting(newest_seen),
        "acceptance",
    ),
    page("thiet-bi", Right.REGISTRY, somewhere, seeing(Right.REGISTRY, devices.devices), "devices"),
    form("phong/<uuid:room>/dau-ghi-moi", Right.EQUIP, ROOM, devices.recorder_new, "recorder_new"),
    page("dau-ghi/<uuid:recorder>", Right.REGISTRY, RECORDER, devices.recorder, "recorder"),
    form("dau-ghi/<uuid:recorder>/sua", Right.EQUIP, RECORDER, devices.recorder_edit, "recorder_edit"),
    button("dau-ghi/<uuid:recorder>/ghi-danh", Right.EQUIP, RECORDER, devices.recorder_enrol, "recorder_enrol"),
    button("dau-ghi/<uuid:recorder>/thu-hoi", Right.EQUIP, RECORDER, devices.recorder_revoke, "recorder_revoke"),
    page("dau-ghi/<uuid:recorder>/khoa", Right.REGISTRY, RECORDER, log_keys.keys, "recorder_keys"),
    button("dau-ghi/<uuid:recorder>/khoa/thay", Right.EQUIP, RECORDER, log_keys.replace, "recorder_key_replace"),
    button("dau-ghi/<uuid:recorder>/khoa/giu", Right.EQUIP, RECORDER, log_keys.keep, "recorder_key_keep"),
    page("dau-ghi/<uuid:recorder>/tim-camera", Right.EQUIP, RECORDER, cameras.discover, "discover"),
    form("phong/<uuid:room>/camera-moi", Right.EQUIP, ROOM, cameras.camera_new, "camera_new"),
    page("camera/<uuid:camera>", Right.REGISTRY, CAMERA, cameras.camera, "camera"),
    form("camera/<uuid:camera>/sua", Right.EQUIP, CAMERA, cameras.camera_edit, "camera_edit"),
    form("camera/<uuid:camera>/anh-thu", Right.EQUIP, CAMERA, cameras.trying(note_trial), "camera_trial"),
    form("camera/<uuid:camera>/thay", Right.EQUIP, CAMERA, cameras.camera_replace, "camera_replace"),
    form("dau-ghi/<uuid:recorder>/thay", Right.EQUIP, RECORDER, devices.recorder_replace, "recorder_replace"),
    page("dau-ghi/<uuid:recorder>/ket-noi", Right.EQUIP, RECORDER, devices.recorder_connected, "recorder_connected"),
    button("camera/<uuid:camera>/ghi-hinh", Right.EQUIP, CAMERA, cameras.camera_switch, "camera_switch"),
    button("camera/<uuid:camera>/ngung", Right.EQUIP, CAMERA, cameras.camera_retire, "camera_retire"),
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
    form(
        "phan-cong/<uuid:assignment>/thu-hoi",
        Right.CONFIGURE,
        assignment_named("assignment"),
        people.assignment_withdraw,
        "assignment_withdraw",
    ),
    button(
        "phan-cong-quay/<uuid:post>/roi",
        Right.CONFIGURE,
        through("post", CounterPost, "counter__room_id"),
        people.counter_leave,
        "counter_leave",
    ),
]

REGULATION_PAGES: list[URLPattern] = [
    page("chi-dao", DIRECTED, somewhere, reaching(Right.DIRECT, directives.tasks), "tasks"),
    form("don-vi/<uuid:unit>/chi-dao/them", Right.DIRECT, UNIT, directives.directive_new, "directive_new"),
    page("chi-dao/<uuid:directive>", DIRECTED, DIRECTIVE, reaching(Right.DIRECT, directives.directive), "directive"),
    form(
        "chi-dao/<uuid:directive>/giao",
        Right.DIRECT,
        DIRECTIVE,
        reaching(Right.DIRECT, directives.task_new),
        "task_new",
    ),
    form(
        "chi-dao/<uuid:directive>/trang-moi",
        Right.DIRECT,
        DIRECTIVE,
        directives.directive_page_new,
        "directive_page_new",
    ),
    page(
        "chi-dao/<uuid:directive>/trang/<int:number>.jpg",
        DIRECTED,
        DIRECTIVE,
        reaching(Right.DIRECT, directives.directive_page),
        "directive_page",
    ),
    page("nhiem-vu/<uuid:task>", DIRECTED, TASK, reaching(Right.DIRECT, directives.task), "task"),
    button("nhiem-vu/<uuid:task>/buoc", DIRECTED, TASK, reaching(Right.DIRECT, directives.task_step), "task_step"),
    page(
        "nhiem-vu/<uuid:task>/minh-chung/<uuid:task_step>.jpg",
        DIRECTED,
        TASK,
        reaching(Right.DIRECT, directives.task_proof),
        "task_proof",
    ),
    page("quy-che", SIGNED_IN, somewhere, versions.regulations, "regulations"),
    page("quy-che/<uuid:regulation>", SIGNED_IN, somewhere, versions.version, "regulation"),
    page("quy-che/<uuid:regulation>/quy-che.pdf", SIGNED_IN, somewhere, versions.version_pdf, "regulation_pdf"),
    button("quy-che/<uuid:regulation>/xac-nhan", SIGNED_IN, somewhere, regulation_confirm, "regulation_confirm"),
    page("don-vi/<uuid:unit>/quy-che", Right.REGISTRY, UNIT, versions.of_unit, "unit_regulation"),
    page("don-vi/<uuid:unit>/quy-che/xac-nhan", Right.REGISTRY, UNIT, confirmations, "confirmations"),
    button("don-vi/<uuid:unit>/quy-che/du-thao", Right.CONFIGURE, UNIT, drafts.begin, "draft_begin"),
    form("du-thao/<uuid:draft>", Right.CONFIGURE, DRAFT, drafts.draft, "draft"),
    button("du-thao/<uuid:draft>/bo", Right.CONFIGURE, DRAFT, drafts.drop, "draft_drop"),
    form("du-thao/<uuid:draft>/thoi-han", Right.CONFIGURE, DRAFT, drafts.times, "draft_times"),
    form("du-thao/<uuid:draft>/lich", Right.CONFIGURE, DRAFT, drafts.calendar, "draft_calendar"),
    *(
        page(f"quy-che/<uuid:regulation>/danh-muc/<slug:name>.{kind}", SIGNED_IN, somewhere, view, name)
        for kind, view, name in (
            ("xlsx", catalogues.regulation_catalogue, "regulation_catalogue"),
            ("csv", catalogues.regulation_catalogue_csv, "regulation_catalogue_csv"),
        )
    ),
    page(
        "du-thao/<uuid:draft>/danh-muc/<slug:name>.xlsx",
        Right.CONFIGURE,
        DRAFT,
        catalogues.draft_catalogue_file,
        "draft_catalogue_file",
    ),
    form("du-thao/<uuid:draft>/danh-muc/<slug:name>", Right.CONFIGURE, DRAFT, catalogues.catalogue, "draft_catalogue"),
    form(
        "du-thao/<uuid:draft>/danh-muc/<slug:name>/nhap",
        Right.CONFIGURE,
        DRAFT,
        catalogues.catalogue_import,
        "draft_catalogue_import",
    ),
    button(
        "du-thao/<uuid:draft>/danh-muc/<slug:name>/can-sua.xlsx",
        Right.CONFIGURE,
        DRAFT,
        catalogues.catalogue_errors,
        "draft_catalogue_errors",
    ),
    form("du-thao/<uuid:draft>/vai-tro-moi", Right.CONFIGURE, DRAFT, drafts.role_new, "draft_role_new"),
    form("du-thao/<uuid:draft>/vai-tro/<slug:code>", Right.CONFIGURE, DRAFT, drafts.role, "draft_role"),
    button("du-thao/<uuid:draft>/vai-tro/<slug:code>/bo", Right.CONFIGURE, DRAFT, drafts.role_drop, "draft_role_drop"),
]
