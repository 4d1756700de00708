"""Every address × every role × own, neighbouring and foreign place: generated from the list of addresses itself.

What should come of it is written down here a second time, from the profiles' document and not from the code: rights in
rooms in `test_judging.TABLE`, rights of units below. The guards are the real ones; only the views behind are stubs,
so that asking for all of them changes nothing.
"""

import dataclasses
import datetime
import functools
import importlib
import inspect
import pkgutil
import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone

import minhbach.centre
from minhbach.centre.access import deciding, guard, sessions
from minhbach.centre.access.api import ApiGuard, SignInFirst
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, Guarded
from minhbach.centre.access.models import Refusal, RefusalTally, Viewing
from minhbach.centre.access.places import Place, somewhere
from minhbach.centre.addresses.operations import API, api
from minhbach.centre.evidence.models import Extraction, Revision, SubjectRequest
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.actions.rating import open_panel, rate
from minhbach.centre.feedback.models import PetitionKind, Score, Topic, Way
from minhbach.centre.footage.models import Fault, LegalHold
from minhbach.centre.oversight.actions import findings
from minhbach.centre.oversight.frames import as_json
from minhbach.centre.oversight.models import Assessment, Clip, Draw, Inspection, Visit
from minhbach.centre.oversight.sampling import Frame
from minhbach.centre.papers.models import Paper
from minhbach.centre.publishing.models import Report, Scoring
from minhbach.centre.reception.models import BookEntry, BookPerson, MissedDay, Session, SessionEvent
from minhbach.centre.registry.models import (
    CounterPost,
    Equipment,
    HandOver,
    NoticeSign,
    Proposal,
    Rollout,
    RolloutSite,
    RoomReview,
    Tenure,
)
from minhbach.centre.regulation.models import Directive, Draft, Regulation, Supervision, Task
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.ledger.checkpoint import log_origin
from minhbach.ledger.scope import Asked, Leaf, Scope, ScopeStream
from tests.centre.access.district import DAY, SERVES, TYPES, District
from tests.centre.access.test_judging import LETTERS, expected
from tests.centre.dossiers.counters import dossier_row, slip_row

#: Rights that are had of units, and in which communes: as the document of the profiles says.
UNIT_TABLE = """
one_stop_officer      A    dossiers subject_take
commune_chairman      A    health registry figures feedback reception subject_take direct report report_sign score
service_centre_head   A    health registry figures dossiers feedback subject_take report score
reception_officer     A    reception subject_take
inspector             AB   health registry figures feedback subject_take report
chief_inspector       AB   health registry figures feedback subject_take direct report report_sign
office_specialist     AB   health registry figures feedback subject_take report
chief_of_office      AB  health registry figures feedback subject_take direct appraise report report_sign report_receive
area_chairman         AB   health registry figures feedback direct report report_sign report_receive appraise
technician            A    health registry equip
council_delegate      top  figures
viewing_auditor       A    read_viewings
system_administrator  AB   accounts configure registry equip health
"""
#: Bodies that supervise one type of room have the rights of units only for rooms of that type.
ONE_TYPE = {
    "inspector": "reception_room",
    "chief_inspector": "reception_room",
    "office_specialist": "one_stop",
    "chief_of_office": "one_stop",
}
HOLDS = {
    role: (where, set(rights)) for role, where, *rights in (line.split() for line in UNIT_TABLE.split("\n") if line)
}
HAS = {role: (cells, communes) for role, cells, communes in expected()}


def patterns(resolver=None, prefix=""):
    """Every address with a view, its whole route beside it."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, prefix + str(each.pattern))
        else:
            yield prefix + str(each.pattern), each


def pages():
    return [(route, each) for route, each in patterns() if isinstance(each.callback, Guarded)]


def operations():
    """Every operation of the API: method, and route without the prefix."""
    found = set()
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                route = re.sub(r"{(\w+):(\w+)}", r"<\1:\2>", re.sub("/+", "/", f"{prefix}/{path}").strip("/"))
                route = route.replace("<uuidstr:", "<uuid:")
                found |= {f"{method} {route}" for method in operation.methods}
    return found


#: What of a commune belongs to a room of one type whatever the cell asks about, or to no room at all.
TYPE_OF = {
    "recorder": "reception_room",
    "counter": "one_stop",
    "dossier": "one_stop",
    "event": "one_stop",
    "rating": "one_stop",
    "panel": "one_stop",
    "slip": "one_stop",
    "post": "one_stop",
    "unit": None,
    "draft": None,
    "directive": None,
    "task": None,
    "report": None,
    "scoring": None,
    "proposal": None,
    "rollout_site": None,
    "person": None,
    "account": None,
    "assignment": None,
}


class Rows:
    """Something of every kind that an address may speak of, in each commune."""

    def __init__(self, district):
        self.district = district
        self.of = {(name, str(each)): self._lay(name, str(each)) for name in "ABC" for each in TYPES}

    def _lay(self, name, room_type):
        district, room = self.district, self.district.rooms[name, room_type]
        key = f"officer {name} {room_type}"
        officer = district.appoint("one_stop_officer", name, key)
        post = CounterPost.objects.create(person=officer.person, counter=district.counters[name], valid_from=DAY)
        equipment = Equipment.objects.create(room=room, kind="Micro", name="Micro", condition_since=DAY)
        paper = Paper.objects.create(
            digest="0" * 64,
            size_bytes=1,
            media_type="application/pdf",
            origin="made",
            title="Biển",
            kept_at=district.now,
        )
        sign = NoticeSign.objects.create(room=room, number=1, content={}, paper=paper, made_at=district.now)
        camera = district.camera(name, room_type)
        fault = Fault.objects.create(
            recorder=district.recorders[name], camera_id=camera, room=room, kind="black", began_at=district.now,
            known_at=district.now,
        )  # fmt: skip
        hold = LegalHold.objects.create(
            room=room, begin_us=1, end_us=2, reason="vụ việc", asked_by=officer.person, asked_at=district.now
        )
        extraction = Extraction.objects.create(
            unit=district.units[name], room=room, year=2026, number=len(TYPES) + TYPES.index(room_type),
            requested_by=officer.person, requested_at=district.now,
        )  # fmt: skip
        _revised(extraction, hold, district.recorders[name].id)
        said = petitions.Said(kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="chờ lâu")
        petition = petitions.register(
            officer.person, room=room, said=said, contact=petitions.Contact(), now=district.now
        )
        at_us = round(district.now.timestamp() - 3600) * 1_000_000
        found = findings.Found(begin_us=at_us, end_us=at_us + 1_000_000, situation="other")
        finding = findings.make(officer, room=room.id, found=found, now=district.now)
        received = dossier_row(district, district.counters[name])
        session_row = _session(room, district.units[name], officer.person, district.now)
        subject = _subject(room, district.units[name], officer.person, district.now)
        return {
            "subject": subject.id,
            **_assessed(self, room, district, officer, DAY),
            "month": "2026-10",
            "hold": hold.id,
            "extraction": extraction.id,
            "serial": 1,
            "at_us": 1_790_000_000_000_000,
            "unit": district.units[name].id,
            "room": room.id,
            "camera": camera,
            "recorder": district.recorders[name].id,
            "person": officer.person_id,
            "account": officer.id,
            "assignment": district.assignments[key].id,
            "counter": district.counters[name].id,
            "post": post.id,
            "dossier": received.id,
            "event": received.events.get().id,
            "petition": petition.id,
            "finding": finding.id,
            # What is of a finding; its place is the finding's.
            "correction": uuid.uuid4(),
            "basis": uuid.uuid4(),
            "step": uuid.uuid4(),
            "measure": uuid.uuid4(),
            "officer": uuid.uuid4(),
            "kind": "reported",
            "rating": rate(event=received.events.get(), score=Score.SATISFIED, now=district.now).id,
            "panel": open_panel(officer.person, counter=district.counters[name], now=district.now)[0].id,
            "slip": slip_row(received).id,
            "procedure": received.procedure_id,
            "session": session_row.id,
            "session_event": session_row.events.get().id,
            "missed": _missed(room, district.units[name], district.now).id,
            "book_entry": _entry(session_row).id,
            **_inspected(district, name, room, officer.person),
            "equipment": equipment.id,
            "sign": sign.id,
            "draft": _draft(district, name).id,
            **_directed(district, name, officer.person),
            "report": _report(district, name).id,
            "scoring": _scoring(district, name).id,
            "sheet": "camera",
            "number": 1,
            "first_day": "2026-01-01",
            "part": "results",
            "part_name": "results",
            **_fitted_out(room, district.units[name], officer.person, district.now),
            "regulation": uuid.uuid4(),
            "supervision": Supervision.objects.order_by("id").values_list("id", flat=True)[0],
            "name": "situations",
            "code": "inspector",
            "fault": fault.id,
            # What is decided by its owner, not by its place.
            "viewing": uuid.uuid4(),
            "purpose": uuid.uuid4(),
            "bookmark": uuid.uuid4(),
            "grant": uuid.uuid4(),
            "sign_in": uuid.uuid4(),
            "asked": uuid.uuid4(),
            "key": uuid.uuid4(),
        }


def _fitted_out(room, unit, person, now):
    """A review, a proposal to buy, a hand-over, a plan with a site."""
    review = RoomReview.objects.create(
        room=room, unit=unit, version=uuid.uuid4(), points=1, points_of=1, measured=[], made_by=person, made_at=now
    )
    year = 2000 + TYPES.index(room.room_type)
    proposal = Proposal.objects.create(
        unit=unit, year=year, number=1, reason="hỏng", lines=[], made_by=person, made_at=now
    )
    paper = Paper.objects.latest("id")
    over = HandOver.objects.create(
        room=room, signed_on=DAY, live_from=DAY, giver="A", receiver="B", minutes=paper, by=person, at=now
    )
    plan = Rollout.objects.create(
        unit=unit, title="Lắp đặt", decision_number=room.room_type, due_on=DAY, milestones=[], made_at=now
    )
    site = RolloutSite.objects.create(rollout=plan, unit=unit)
    return {
        "room_review": review.id, "line": uuid.uuid4(), "proposal": proposal.id, "hand_over": over.id,
        "rollout": plan.id, "rollout_site": site.id,
    }  # fmt: skip


def _revised(extraction, hold, recorder):
    """What is asked for: one second of one camera, over one entry."""
    asked = Asked(
        str(uuid.uuid4()), "0" * 64, str(extraction.requested_by_id), (ScopeStream(str(recorder), "quay-1", "main"),),
        1_000_000, 2_000_000,
    )  # fmt: skip
    scope = Scope(asked, (Leaf(log_origin(str(recorder), 2026), 1, "0" * 64),))
    Revision.objects.create(
        extraction=extraction, serial=1, begin_us=asked.begin_us, end_us=asked.end_us, kind=asked.copy,
        purpose="vụ việc", legal_basis="quy chế", receiver_body="cơ quan", receiver_name="người nhận", hold=hold,
        made_at=extraction.requested_at, salt=b"0" * 32, scope=scope.data, scope_hash=scope.hash,
    )  # fmt: skip


def _draft(district, name):
    """The next version of a commune's rules while it is written."""
    base = Regulation.objects.get(unit=district.units["top"])
    named = {"base": base, "content": base.content, "begun_at": district.now, "changed_at": district.now}
    return Draft.objects.get_or_create(unit=district.units[name], closed_at=None, defaults=named)[0]


def _directed(district, name, person):
    """A document of a commune, and a task by it."""
    made, _ = Directive.objects.get_or_create(
        unit=district.units[name], kind="directive", number="04/CT", title="Chấn chỉnh", issued_on=DAY,
        defaults={"entered_by": person, "entered_at": district.now},
    )  # fmt: skip
    task = Task.objects.create(
        directive=made, position=1 + made.tasks.count(), unit=district.units[name], holder=person, words="Rà soát",
        due_on=DAY, given_by=person, given_at=district.now,
    )  # fmt: skip
    return {"directive": made.id, "task": task.id, "task_step": uuid.uuid4()}


def _report(district, name):
    """The monthly report that a commune owes."""
    days = {"first_day": DAY, "last_day": DAY, "due_on": DAY, "drafted_at": district.now}
    month = DAY.replace(day=1)
    return Report.objects.get_or_create(unit=district.units[name], kind="operates", month=month, defaults=days)[0]


def _scoring(district, name):
    """The score sheet of a commune."""
    days = {"last_day": DAY, "self_by": DAY, "appraised_by": DAY, "opened_at": district.now}
    version = Regulation.objects.order_by("number").first()
    key = {"unit": district.units[name], "sheet": "camera", "first_day": DAY}
    return Scoring.objects.get_or_create(**key, defaults=days | {"regulation": version})[0]


def _assessed(rows, room, district, officer, day):
    """A draw of a room with one clip; what was answered is decided by its author, so any id will do."""
    rules = Regulation.objects.filter(number=1).first()
    assert rules is not None
    unit = Tenure.objects.get(room=room).unit
    draw = Draw.objects.create(
        room=room, unit=unit, month=day.replace(day=1), first_day=day, last_day=day, rules=rules, seed="0" * 64,
        origin="log", checkpoint="log", cosigned_at=district.now, frame=as_json(Frame([], [])), frame_digest="0" * 64,
        by_chance=1, by_signs=0, clip_us=1, lead_us=0, twice_percent=0, open_s=1, covered_s=1, drawn_at=district.now,
    )  # fmt: skip
    clip = Clip.objects.create(draw=draw, room=room, position=0, begin_us=1, end_us=2)
    viewing = Viewing.objects.create(
        account=officer, session_digest="0" * 64, kind="playback", sound=False, begins_at=district.now,
        ends_at=district.now, opened_at=district.now, leased_until=district.now, commitment=uuid.uuid4().hex * 2,
    )  # fmt: skip
    made = Assessment.objects.create(
        clip=clip, room=room, answers={}, form=rules, viewing=viewing, by=officer.person, at=district.now
    )
    return {"draw": draw.id, "clip": clip.id, "assessment": made.id}


def _session(room, unit, person, now):
    """A session in any room, whatever its type: who comes in is decided by the room."""
    made = Session.objects.create(
        unit=unit, year=2026, number=1000 + Session.objects.filter(unit=unit).count(), room=room, kind="regular",
        people=1, received_by=person, opened_at=now,
    )  # fmt: skip
    # Laid past the counter of numbers, so with one that the counter does not reach.
    SessionEvent.objects.create(unit=unit, number=1000 + made.number, session=made, kind="opened", at=now)
    return made


def _missed(room, unit, now):
    """A reception day that went by, of any room."""
    day = now.date() - datetime.timedelta(days=MissedDay.objects.filter(unit=unit).count())
    return MissedDay.objects.create(unit=unit, room=room, day=day, found_at=now)


def _inspected(district, name, room, person):
    """An inspection that opens a room, and a visit to it."""
    body = district.units["inspectorate"]
    made = Inspection.objects.create(
        body=body, year=2026, number=1 + Inspection.objects.count(), kind="surprise", subject="Giờ giấc",
        decision_number="3/QĐ", room=room, begins_at=district.now, ends_at=district.now + datetime.timedelta(days=1),
        opened_by=person, opened_at=district.now,
    )  # fmt: skip
    visit = Visit.objects.create(
        body=body, room=room, unit=district.units[name], visitor=person, day=DAY, planned_by=person,
        planned_at=district.now,
    )  # fmt: skip
    return {"inspection": made.id, "visit": visit.id, "photo": uuid.uuid4()}


def _entry(session):
    """An entry of the book, and who came."""
    day = session.opened_at.date()
    made = BookEntry.objects.create(
        unit=session.unit, year=session.year, number=session.number, session=session, matter="petition", people=1,
        written_by=session.received_by, written_at=session.opened_at, handle_by=day, settle_by=day,
    )  # fmt: skip
    BookPerson.about({"name": "Trần Thị Na"}, entry=made).save(force_insert=True)
    return made


def _subject(room, unit, person, now):
    """A citizen's request about any room."""
    return SubjectRequest.objects.create(
        unit=unit, room=room, year=2026, number=1 + SubjectRequest.objects.filter(unit=unit).count(), wanted="see",
        channel="counter", received_at=now, begin_us=1, end_us=2, identity="card", behalf="oneself", taken_by=person,
        taken_at=now, commitment="0" * 64,
    )  # fmt: skip


def may(role, rights, commune, room_type):
    """What the documents say of one cell; a commune of None stands for "anywhere"."""
    return isinstance(rights, guard.Door) or any(_may(role, right, commune, room_type) for right in rights)


def _may(role, right, commune, room_type):
    if right is Right.OWN_PAGE:
        return True
    if right in OF_ROOMS:
        cells, communes = HAS[role]
        letters = "".join(cells.values()) if commune is None else cells.get(room_type, "")
        return right in {LETTERS[letter] for letter in letters if letter != "-"} and (commune or "A") in communes
    where, rights = HOLDS.get(role, ("", set()))
    return (
        str(right) in rights
        and (commune in where if commune else bool(where))
        and room_type in (None, ONE_TYPE.get(role, room_type))
    )


def test_every_address_stands_behind_a_guard():
    bare = [route for route, each in patterns() if not isinstance(each.callback, Guarded)]
    assert bare
    assert all(route.startswith("api/") for route in bare)
    assert operations() == API.keys()


def test_every_view_of_every_app_has_an_address():
    listed = {each.callback.view for _, each in pages()}
    listed |= {inspect.unwrap(view) for view in listed}
    missing = [
        f"{module.__name__}.{name}"
        for module in _view_modules()
        for name, value in vars(module).items()
        if _is_view(module, name, value) and value not in listed
    ]
    assert missing == []


def _view_modules():
    for found in pkgutil.walk_packages(minhbach.centre.__path__, "minhbach.centre."):
        if "views" in found.name.split("."):
            yield importlib.import_module(found.name)


def _is_view(module, name, value):
    if name.startswith("_") or not inspect.isfunction(value) or value.__module__ != module.__name__:
        return False
    return next(iter(inspect.signature(value).parameters), "") == "request"


@pytest.mark.django_db
def test_who_comes_in_is_what_the_regulation_says_for_every_address_role_and_place(monkeypatch):
    district = District()
    rows = Rows(district)
    remembered = functools.lru_cache(maxsize=None)(lambda account, now: deciding.standing_of(account, now=now))
    # The world stands still here, so what a person has is loaded once.
    monkeypatch.setattr(guard, "standing_of", lambda account, *, now: remembered(account, district.now))
    wrong, asked, refused = [], 0, 0
    for route, rights, ask in [*_pages_to_ask(), *_operations_to_ask()]:
        for commune, room_type, arguments, of in _places(route, rows):
            for role in SERVES:
                asked += 1
                came_in = ask(district.people[role], route, arguments, district.now)
                wanted = isinstance(rights, guard.Door) or may(role, rights, commune, of)
                refused += not came_in
                if came_in != wanted:
                    wrong.append(f"{role} at {route} in {commune} {room_type}: {came_in}, not {wanted}")
    assert wrong == []
    counted = sum(RefusalTally.objects.values_list("count", flat=True))
    assert Refusal.objects.count() + counted == refused
    assert asked > 3000


def _places(route, rows):
    """The cells an address can be asked in: (commune, room type, its arguments, the type its place is of)."""
    names = re.findall(r"<\w+:(\w+)>", route)
    unknown = set(names) - rows.of["A", "one_stop"].keys()
    assert not unknown, f"{route}: let Rows lay a row for {', '.join(unknown)}"
    if not names or urls_are_anywhere(route):
        yield None, None, rows.of["A", "one_stop"] | {}, None
        return
    for (commune, room_type), objects in rows.of.items():
        yield commune, room_type, {name: objects[name] for name in names}, TYPE_OF.get(names[0], room_type)


def urls_are_anywhere(route):
    """Addresses whose arguments say nothing about a place."""
    operations_there = [each for key, each in API.items() if f"api/{key.partition(' ')[2]}" == route]
    found = [each.callback for route_of, each in pages() if route_of == route] + operations_there
    return all(each.place_of is somewhere for each in found)


def _pages_to_ask():
    for route, each in pages():
        if each.callback.rights is not PUBLIC:
            yield route, each.callback.rights, _page(each.callback)


def _page(guarded):
    stub = dataclasses.replace(
        guarded, view=lambda request, **arguments: HttpResponse("in"), place_of=_remembered(guarded.place_of)
    )

    def ask(account, route, arguments, now):
        request = _request(account, stub.methods[0], _address(route, arguments), now)
        try:
            answer = stub(request, **arguments)
        except PermissionDenied:
            return False
        assert answer.content == b"in", f"{route} answered {answer.status_code}"
        return True

    return ask


def _remembered(place_of):
    """The same place for the same arguments, found once for all roles."""
    found: dict[tuple[tuple[str, str], ...], Place] = {}

    def place(arguments, now):
        key = tuple(sorted((name, str(value)) for name, value in arguments.items()))
        return found[key] if key in found else found.setdefault(key, place_of(arguments, now))

    return place


def _operations_to_ask():
    table = {key: dataclasses.replace(each, place_of=_remembered(each.place_of)) for key, each in API.items()}
    for key, entry in table.items():
        method, _, route = key.partition(" ")
        yield f"api/{route}", entry.rights, _operation(method, table)


def _operation(method, table):
    def ask(account, route, arguments, now):
        request = _request(account, method, _address(route, arguments), now)
        try:
            ApiGuard(table)(request)
        except PermissionDenied:
            return False
        return True

    return ask


def _address(route, arguments):
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(arguments[found[1]]), route)


def _request(account, method, address, now):
    request = RequestFactory().generic(method, address)
    request.user = account
    request.session = SessionStore()
    sessions.begin(request.session, now=timezone.now())
    request.resolver_match = resolve(address)
    setattr(request, "_dont_enforce_csrf_checks", True)  # noqa: B010
    return request


def test_nobody_comes_in_anywhere_without_signing_in(rf):
    for route, each in pages():
        if each.callback.rights is PUBLIC:
            continue
        address = _address(route, dict.fromkeys(re.findall(r"<\w+:(\w+)>", route), uuid.uuid4()))
        request = rf.generic(each.callback.methods[0], address)
        request.user = AnonymousUser()
        answer = each.callback(request)
        assert answer.status_code in (302, 401), route
    for key in (key for key, listed in API.items() if listed.rights is not PUBLIC):
        method, _, route = key.partition(" ")
        names = re.findall(r"<\w+:(\w+)>", route)
        request = rf.generic(method, _address(f"api/{route}", dict.fromkeys(names, uuid.uuid4())))
        request.user, request.resolver_match = AnonymousUser(), resolve(request.path)
        with pytest.raises(SignInFirst):
            ApiGuard(API)(request)


def test_only_few_addresses_are_public():
    public = {each.name for _, each in pages() if each.callback.rights is PUBLIC}
    for_citizens = {"rate", "rate_why", "complain", "look_up", "answers", "panel", "panel_rate", "panel_why"}
    for_citizens |= {"reception_calendars", "reception_calendar", "reception_calendar_pdf", "reception_calendar_ics"}
    for_courts = {"verifier", "verifier_file"}
    assert public <= {"sign_in", "choose", "style", "health"} | for_citizens | for_courts
    assert {key for key, listed in API.items() if listed.rights is PUBLIC} <= {"GET feedback/answers"}


def test_only_what_concerns_oneself_or_decides_by_itself_needs_no_right():
    signed_in = {each.name for _, each in pages() if each.callback.rights is SIGNED_IN}
    assert signed_in <= {
        "sign_out", "change_password", "codes", "begin_codes", "start", "find", "notices", "notices_read",
        "api_description", "scan", "style", "renew_recovery", "own_account", "end_session", "end_other_sessions",
        "security_keys", "security_key_remove", "regulations", "regulation", "regulation_pdf", "mail_wishes",
        "regulation_confirm", "regulation_catalogue", "regulation_catalogue_csv",
    }  # fmt: skip
    assert {key for key, entry in API.items() if entry.rights is SIGNED_IN} <= {
        "POST viewings", "POST viewings/<uuid:viewing>/renew", "POST viewings/<uuid:viewing>/close", "GET purposes",
        "POST purposes", "POST purposes/<uuid:purpose>/renew", "POST purposes/<uuid:purpose>/close",
        "GET dossiers/scan", "GET regulations/<uuid:regulation>", "GET regulations/<uuid:regulation>/differences",
        "GET regulations/<uuid:regulation>/catalogues/<slug:name>", "POST regulations/<uuid:regulation>/confirmations",
    }  # fmt: skip


def test_nothing_is_changed_by_looking():
    """A page that is only read answers GET; what writes has a method of its own."""
    for route, each in pages():
        if not {"GET", "HEAD"} & set(each.callback.methods):
            assert "POST" in each.callback.methods, route
