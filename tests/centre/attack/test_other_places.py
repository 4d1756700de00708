"""Somebody who may do a thing at home names, in a field, in a query or as a second id, what belongs to others.

Generated from the list of addresses and the description of the API: whoever may come in at commune A asks with every id
that commune C has (another area, so nobody of A may touch or learn anything of it), and at the end nothing of C has
changed, nothing new points to it, and no answer told its names. Who comes in at all is `test_matrix`.
"""

import datetime
import inspect
import json
import re
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from minhbach.centre.access.guard import PUBLIC, SIGNED_IN
from minhbach.centre.addresses.operations import API, api
from minhbach.centre.fabric import keys
from tests.centre.access.district import SERVES, District
from tests.centre.access.test_attacks import ELSEWHERE, address
from tests.centre.access.test_matrix import Rows, may, pages
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
#: What tells that somebody else's place was read.
NAMES = ("Xã C", "one_stop C", "reception_room C", "Camera C", "Đầu ghi C", "Vùng 2")
#: Everybody signed in reads every regulation, and whose it is.
READ_BY_ALL = {"regulations", "regulation", "regulation_pdf", "league"}
#: Tables about asking itself: that somebody asked for what is C's is told there, which is meant so. Anybody may say
#: what they would need a room's footage for; it opens nothing (`test_attacks`).
ABOUT_ASKING = ("access_refusal", "access_auditrow", "journal_", "django_", "feedback_try", "access_signin",
                "access_purpose_rooms")  # fmt: skip
#: What a field of that name speaks of; anything else is given a room.
SPEAKS_OF = {
    "room": "room", "rooms": "room", "phong": "room", "camera": "camera", "cameras": "camera", "unit": "unit",
    "parent": "unit", "into": "unit", "duoi": "unit", "person": "person", "receiver": "person", "counter": "counter",
    "quay": "counter", "counters": "counter", "procedure": "procedure", "dossier": "dossier", "ho-so": "dossier",
    "hold": "hold", "giu": "hold", "recorder": "recorder", "extraction": "extraction", "account": "account",
}  # fmt: skip


@dataclass
class World:
    """Both communes, and what was seen."""

    district: District
    own: dict[str, object]
    foreign: dict[str, object]
    told: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)

    def browser(self, rights):
        """Somebody of A who may come in there; None where nobody may."""
        role = "commune_chairman" if rights is SIGNED_IN else next(
            (role for role in SERVES if may(role, rights, "A", "one_stop")), None
        )  # fmt: skip
        if role is None:
            return None
        found = signed_in(self.district.people[role])
        found.raise_request_exception = False
        return found

    def look(self, name, answer):
        """Keep what an answer told, and whether it was one of our own failures."""
        if answer.status_code >= 500:
            self.broken.append(name)
        if answer.streaming or answer.status_code == 302:
            return
        body = answer.content.decode(errors="replace")
        self.told += [f"{name}: {word}" for word in NAMES if word in body]


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    district = District()
    rows = Rows(district)
    return World(district, rows.of["A", "one_stop"], rows.of["C", "one_stop"])


def everything_of(ids):
    """Every row that is one of these or points to one: table and key → its values."""
    found: dict[tuple[str, object], dict[str, object]] = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table.startswith(ABOUT_ASKING) or hasattr(model, "pgh_tracked_model"):
            continue
        pointing = [each for each in model._meta.concrete_fields
                    if isinstance(getattr(each, "target_field", each), models.UUIDField)]  # fmt: skip
        wanted = models.Q()
        for each in pointing:
            wanted |= models.Q(**{f"{each.attname}__in": ids})
        if pointing:
            found |= {(table, row["pk"]): row for row in model._default_manager.filter(wanted).values("pk", *(
                each.attname for each in model._meta.concrete_fields))}  # fmt: skip
    return found


def fields_of(view):
    """What the module of a view reads of a request: the fields of its forms, and what it names in its source."""
    module = sys.modules[inspect.unwrap(view).__module__]
    shaped: dict[str, Any] = {}
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, forms.BaseForm):
            shaped |= getattr(value, "base_fields", {})
    said = re.findall(r"""(?:GET|POST)(?:\.get(?:list)?\(|\[)["']([\w-]+)["']""", inspect.getsource(module))
    return dict.fromkeys(said) | shaped


def plausible(kind: Any, given: object) -> Any:
    """A value that a field takes, which is this id wherever an id could stand."""
    if isinstance(kind, forms.FileField):
        return SimpleUploadedFile("anh.jpg", photograph(), "image/jpeg")
    if isinstance(kind, forms.DateTimeField):
        return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    if isinstance(kind, forms.DateField):
        return (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    if isinstance(kind, forms.TimeField):
        return "09:00"
    if isinstance(kind, forms.IntegerField):
        return "1"
    if isinstance(kind, forms.BooleanField):
        return "on"
    if isinstance(kind, forms.ChoiceField) and not isinstance(kind, forms.ModelChoiceField):
        offered: Any = kind.choices
        choices = [key for key, _ in offered if isinstance(key, str) and key and "-" not in key]
        return choices[0] if choices else str(given)
    if type(kind) is forms.CharField and getattr(kind.widget, "input_type", "") != "hidden":
        return "chờ lâu ở quầy"
    return str(given)


def named(name, ids):
    """The id for a field of that name."""
    return ids[SPEAKS_OF.get(name, "room")]


def ask_pages(world, ids, methods):
    """Every page that somebody of A may open, with these ids in all that it reads."""
    for route, each in pages():
        if each.callback.rights is PUBLIC or each.name in ELSEWHERE:
            continue
        browser = world.browser(each.callback.rights)
        if browser is None:
            continue
        fields = fields_of(each.callback.view)
        where = address(route, world.own)
        for method in sorted(set(each.callback.methods) & methods):
            values = {name: named(name, ids) for name in fields}
            if method == "POST":
                values = {name: plausible(kind, values[name]) for name, kind in fields.items()}
            answer = getattr(browser, method.lower())(where, values)
            if each.name not in READ_BY_ALL:
                world.look(f"{method} {where}", answer)
            if method == "POST" and answer.status_code == 302:
                world.passed.add(each.name)


def body_of(schema, whole, ids, given):
    """A body as the description of the API wants it, with this id wherever an id stands."""
    schema = whole[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return body_of(schema[several][0], whole, ids, given)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    match schema.get("type"):
        case "object":
            return {name: body_of(each, whole, ids, named(name, ids))
                    for name, each in schema.get("properties", {}).items()}  # fmt: skip
        case "array":
            return [body_of(schema["items"], whole, ids, given)]
        case "integer" | "number":
            return max(schema.get("minimum", 1), 1)
        case "boolean":
            return True
    texts = {
        "uuid": str(given),
        "date-time": timezone.now().isoformat(),
        "date": (timezone.localdate() + datetime.timedelta(days=1)).isoformat(),
    }
    return texts.get(schema.get("format", ""), "chờ lâu ở quầy")


def ask_api(world, ids, methods):
    """Every operation of the API that somebody of A may use, with these ids in its query and its body."""
    described = api.get_openapi_schema(path_prefix="/api/")
    whole = described["components"]["schemas"]
    for key, listed in API.items():
        method, _, route = key.partition(" ")
        browser = world.browser(listed.rights)
        if browser is None or method not in methods:
            continue
        path = "/api/" + re.sub(r"<uuid:(\w+)>", r"{\1}", re.sub(r"<(?!uuid)\w+:(\w+)>", r"{\1}", route))
        told = described["paths"][path][method.lower()]
        schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        where = address(f"api/{route}", world.own)
        query = [each["name"] for each in told.get("parameters", []) if each["in"] == "query"]
        asked = where + "?" + "&".join(f"{name}={named(name, ids)}" for name in query)
        body = json.dumps(body_of(schema, whole, ids, ids["room"])) if schema else "{}"
        answer = browser.generic(method, asked, body, "application/json")
        world.look(f"{method} {asked}", answer)
        if method != "GET" and answer.status_code < 300:
            world.passed.add(key)


@pytest.mark.parametrize("ask", [ask_pages, ask_api], ids=["pages", "api"])
def test_no_field_no_query_and_no_second_id_reaches_another_place(world, ask):
    theirs = {value for value in world.foreign.values() if isinstance(value, uuid.UUID)}
    before = everything_of(theirs)
    ask(world, world.foreign, {"GET", "POST"})
    after = everything_of(theirs)
    changed = sorted(f"{table} {key}" for table, key in after.keys() | before.keys()
                     if after.get((table, key)) != before.get((table, key)))  # fmt: skip
    assert changed == []
    assert world.told == []
    assert world.broken == []
    world.passed.clear()
    ask(world, world.own, {"POST"})
    # The same with ids of one's own gets through: what was refused before was refused for whose it is.
    assert len(world.passed) > (25 if ask is ask_pages else 8), sorted(world.passed)


def test_a_second_id_of_another_place_is_none_of_the_first(world):
    """Addresses with two ids: the place is judged by the first, so the second must be one of the first's own."""
    for route, each in pages():
        names = re.findall(r"<uuid:(\w+)>", route)
        if len(names) < 2:
            continue
        browser = world.browser(each.callback.rights)
        mixed = {**world.own, **{name: world.foreign[name] for name in names[1:]}}
        for method in sorted(set(each.callback.methods) & {"GET", "POST"}):
            answer = getattr(browser, method.lower())(address(route, mixed))
            assert answer.status_code in (403, 404), (route, method, answer.status_code)
