"""Every address × every role × own, neighbouring and foreign place: generated from the list of addresses itself.

What should come of it is written down here a second time, from the profiles' document and not from the code: rights in
rooms in `test_judging.TABLE`, rights of units below. The guards are the real ones; only the views behind are stubs,
so that asking for all of them changes nothing.
"""

import dataclasses
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
from minhbach.centre import urls
from minhbach.centre.access import deciding, guard, sessions
from minhbach.centre.access.api import ApiGuard, SignInFirst
from minhbach.centre.access.guard import PUBLIC, SIGNED_IN, Guarded
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Refusal
from minhbach.centre.access.places import Place, somewhere
from minhbach.centre.footage.models import Fault
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import CounterPost, Equipment, NoticeSign
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from tests.centre.access.district import DAY, SERVES, TYPES, District
from tests.centre.access.test_judging import LETTERS, expected

#: Rights that are had of units, and in which communes: as the document of the profiles says.
UNIT_TABLE = """
commune_chairman      A    health registry figures
service_centre_head   A    health registry figures
inspector             AB   health registry figures
chief_inspector       AB   health registry figures
office_specialist     AB   health registry figures
chief_of_office       AB   health registry figures
area_chairman         AB   health registry figures
technician            A    health registry equip
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
    for prefix, router in urls.api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                route = re.sub(r"{(\w+):(\w+)}", r"<\1:\2>", f"{prefix}/{path}".replace("//", "/").strip("/"))
                route = route.replace("<uuidstr:", "<uuid:")
                found |= {f"{method} {route}" for method in operation.methods}
    return found


#: What of a commune belongs to a room of one type whatever the cell asks about, or to no room at all.
TYPE_OF = {
    "recorder": "reception_room",
    "counter": "one_stop",
    "post": "one_stop",
    "unit": None,
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
        return {
            "unit": district.units[name].id,
            "room": room.id,
            "camera": camera,
            "recorder": district.recorders[name].id,
            "person": officer.person_id,
            "account": officer.id,
            "assignment": district.assignments[key].id,
            "counter": district.counters[name].id,
            "post": post.id,
            "equipment": equipment.id,
            "sign": sign.id,
            "fault": fault.id,
            # What is decided by its owner, not by its place.
            "viewing": uuid.uuid4(),
            "purpose": uuid.uuid4(),
            "bookmark": uuid.uuid4(),
            "grant": uuid.uuid4(),
        }


def may(role, rights, commune, room_type):
    """What the documents say of one cell; a commune of None stands for "anywhere"."""
    return any(_may(role, right, commune, room_type) for right in rights)


def _may(role, right, commune, room_type):
    if right is Right.OWN_PAGE:
        return True
    if right in OF_ROOMS:
        cells, communes = HAS[role]
        letters = "".join(cells.values()) if commune is None else cells.get(room_type, "")
        return right in {LETTERS[letter] for letter in letters if letter != "-"} and (commune or "A") in communes
    where, rights = HOLDS.get(role, ("", set()))
    return str(right) in rights and (commune or "A") in where and room_type in (None, ONE_TYPE.get(role, room_type))


def test_every_address_stands_behind_a_guard():
    bare = [route for route, each in patterns() if not isinstance(each.callback, Guarded)]
    assert bare
    assert all(route.startswith("api/") for route in bare)
    assert operations() == urls.API.keys()


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
    monkeypatch.setattr(guard, "decide_any", _decide_by(remembered, district.now))
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
    assert Refusal.objects.count() == refused
    assert asked > 3000


def _decide_by(remembered, now):
    """The real decision over a standing that is loaded once per person: the world stands still here."""

    def decide_any(account, rights, place, *, now=now):
        decisions = [judge(remembered(account, now), right, place) for right in rights]
        return next((decision for decision in decisions if decision.allowed), decisions[0])

    return decide_any


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
    listed = {route_of: each.callback for route_of, each in pages()}
    place_of = listed[route].place_of if route in listed else None
    return place_of is somewhere


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
    table = {key: dataclasses.replace(each, place_of=_remembered(each.place_of)) for key, each in urls.API.items()}
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
    for key in urls.API:
        method, _, route = key.partition(" ")
        names = re.findall(r"<\w+:(\w+)>", route)
        request = rf.generic(method, _address(f"api/{route}", dict.fromkeys(names, uuid.uuid4())))
        request.user, request.resolver_match = AnonymousUser(), resolve(request.path)
        with pytest.raises(SignInFirst):
            ApiGuard(urls.API)(request)


def test_only_few_addresses_are_public():
    public = {each.name for _, each in pages() if each.callback.rights is PUBLIC}
    assert public <= {"sign_in", "choose", "style", "health"}


def test_only_what_concerns_oneself_or_decides_by_itself_needs_no_right():
    signed_in = {each.name for _, each in pages() if each.callback.rights is SIGNED_IN}
    assert signed_in <= {
        "sign_out", "change_password", "codes", "begin_codes", "start", "find", "notices", "notices_read",
        "api_description", "style",
    }  # fmt: skip
    assert {key for key, entry in urls.API.items() if entry.rights is SIGNED_IN} <= {
        "POST viewings", "POST viewings/<uuid:viewing>/renew", "POST viewings/<uuid:viewing>/close", "GET purposes",
        "POST purposes", "POST purposes/<uuid:purpose>/renew", "POST purposes/<uuid:purpose>/close",
    }  # fmt: skip


def test_nothing_is_changed_by_looking():
    """A page that is only read answers GET; what writes has a method of its own."""
    for route, each in pages():
        if not {"GET", "HEAD"} & set(each.callback.methods):
            assert "POST" in each.callback.methods, route
