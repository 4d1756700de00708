"""The order of imports, tried with empty rooms before code stands on it (docs/decisions/0001-import-order.md).

Each story is the few imports that one thing people do would need. Each temptation is the import that would be handy
and must fail: there the lower app would come to know a higher one.
"""

from pathlib import Path

import pytest

from tests.house import skeleton, source
from tests.house.skeleton import Story

FROM = "from minhbach.centre."
STORIES: dict[str, Story] = {
    "a hold from a rating": {
        "centre/footage/actions.py": "def hold(): ...",
        "centre/dossiers/models.py": "class Visit: ...",
        "centre/feedback/models.py": f"{FROM}dossiers.models import Visit",
        "centre/feedback/actions.py": f"{FROM}feedback import models\n{FROM}footage.actions import hold",
        "centre/feedback/views.py": f"{FROM}feedback import actions",
    },
    "a denunciation restricts a room": {
        "centre/access/actions.py": "def restriction(): ...",
        "centre/footage/actions.py": f"def hold(): ...\n{FROM}access import actions as access",
        "centre/reception/actions.py": f"{FROM}access.actions import restriction\n{FROM}footage.actions import hold",
    },
    "a notice of a fault": {
        "centre/messaging/actions.py": "def send(addresses): ...",
        "centre/registry/models.py": "class Staff: ...",
        "centre/regulation/models.py": "class FaultTimes: ...",
        "centre/footage/faults.py": (
            f"{FROM}messaging.actions import send\n{FROM}registry.models import Staff\n"
            f"{FROM}regulation.models import FaultTimes"
        ),
        "centre/worker.py": f"{FROM}footage import faults\n{FROM}messaging import actions",
    },
    "marks on a timeline": {
        "centre/footage/actions.py": "def mark(kind, reference, route, label, right): ...",
        "centre/footage/views.py": f"{FROM}footage import actions\n{FROM}access import actions as access",
        "centre/access/actions.py": "def may(right): ...",
        "centre/dossiers/actions.py": f"{FROM}footage.actions import mark",
        "centre/oversight/actions.py": f"{FROM}footage.actions import mark",
    },
    "a grant from an inspection": {
        "centre/access/actions.py": "def grant(): ...",
        "centre/papers/actions.py": "def render(): ...",
        "centre/oversight/actions.py": f"{FROM}access.actions import grant\n{FROM}papers.actions import render",
    },
}
#: What was found on the way: three more that the first order on paper could not tell.
FURTHER: dict[str, Story] = {
    "a page below `access` is guarded where addresses are listed": {
        "centre/access/guard.py": "def guard(right, unit_of, view): ...",
        "centre/registry/views.py": "def room(request): ...",
        "centre/papers/views.py": "def paper(request): ...",
        "centre/urls.py": (
            f"{FROM}access.guard import guard\n{FROM}registry import views as registry\n"
            f"{FROM}papers import views as papers"
        ),
    },
    "a camera is probed before it is saved": {
        "protocol.py": "class Probe: ...",
        "centre/fabric/client.py": "from minhbach.protocol import Probe",
        "centre/registry/actions.py": f"{FROM}fabric import client",
        "centre/stream.py": f"{FROM}fabric import client",
    },
    "the first picture of a camera is a viewing": {
        "centre/access/actions.py": "def open_viewing(): ...",
        "centre/fabric/client.py": "",
        "centre/registry/models.py": "class Camera: ...",
        "centre/footage/commissioning.py": (
            f"{FROM}access.actions import open_viewing\n{FROM}fabric import client\n{FROM}registry.models import Camera"
        ),
    },
}
TEMPTATIONS: dict[str, tuple[Story, str]] = {
    "footage looks up the rating that holds it": (
        {"centre/footage/actions.py": f"{FROM}feedback import models", "centre/feedback/models.py": ""},
        "minhbach.centre.footage is not allowed to import minhbach.centre.feedback",
    ),
    "access asks reception whether a session was a denunciation": (
        {"centre/access/actions.py": f"{FROM}reception import models", "centre/reception/models.py": ""},
        "minhbach.centre.access is not allowed to import minhbach.centre.reception",
    ),
    "messaging finds out who is responsible": (
        {"centre/messaging/actions.py": f"{FROM}registry import models", "centre/registry/models.py": ""},
        "minhbach.centre.messaging is not allowed to import minhbach.centre.registry",
    ),
    "the timeline asks a dossier for its title": (
        {"centre/footage/views.py": f"{FROM}dossiers import models", "centre/dossiers/models.py": ""},
        "minhbach.centre.footage is not allowed to import minhbach.centre.dossiers",
    ),
    "a grant knows its inspection": (
        {"centre/access/models.py": f"{FROM}oversight import models", "centre/oversight/models.py": ""},
        "minhbach.centre.access is not allowed to import minhbach.centre.oversight",
    ),
    "a page of the registry asks for rights itself": (
        {"centre/registry/views.py": f"{FROM}access import actions", "centre/access/actions.py": ""},
        "minhbach.centre.registry is not allowed to import minhbach.centre.access",
    ),
    "the registry takes a test picture without a viewing": (
        {"centre/registry/actions.py": f"{FROM}footage import actions", "centre/footage/actions.py": ""},
        "minhbach.centre.registry is not allowed to import minhbach.centre.footage",
    ),
    "dossiers and reception grow together": (
        {"centre/dossiers/actions.py": f"{FROM}reception import models", "centre/reception/models.py": ""},
        "minhbach.centre.dossiers is not allowed to import minhbach.centre.reception",
    ),
    "a write calls a page": (
        {"centre/footage/actions.py": f"{FROM}footage import views", "centre/footage/views.py": ""},
        "minhbach.centre.footage.actions is not allowed to import minhbach.centre.footage.views",
    ),
    "the recorder reads the centre": (
        {"edge/uplink.py": "from minhbach.centre.footage import models", "centre/footage/models.py": ""},
        "minhbach.edge is not allowed to import minhbach.centre",
    ),
    "the court's tool reads the recorder": (
        {"ledger/verify.py": "from minhbach.edge import clock", "edge/clock.py": ""},
        "minhbach.ledger is not allowed to import minhbach.edge",
    ),
    "the recorder decodes": (
        {"edge/health.py": "from minhbach import decode", "decode.py": "import av"},
        "minhbach.edge is not allowed to import av",
    ),
    "the fabric keeps rows": (
        {"centre/fabric/client.py": "import django"},
        "minhbach.centre.fabric is not allowed to import django",
    ),
    "two files of one room need each other": (
        {"ledger/tree.py": "from minhbach.ledger import tiles", "ledger/tiles.py": "from minhbach.ledger import tree"},
        "No circle between neighbours, inside any package BROKEN",
    ),
}
UNPLACED = ("extra.py", "edge/extra.py", "centre/extra.py", "centre/footage_two/__init__.py")


def test_the_five_stories_need_no_import_upwards(tmp_path: Path) -> None:
    skeleton.build(tmp_path, *STORIES.values())
    kept, said = skeleton.lint(tmp_path)
    assert kept, said


def test_what_the_stories_taught_needs_none_either(tmp_path: Path) -> None:
    skeleton.build(tmp_path, *STORIES.values(), *FURTHER.values())
    kept, said = skeleton.lint(tmp_path)
    assert kept, said


@pytest.mark.parametrize(("story", "verdict"), TEMPTATIONS.values(), ids=TEMPTATIONS)
def test_the_handy_import_upwards_breaks_the_build(story: Story, verdict: str, tmp_path: Path) -> None:
    skeleton.build(tmp_path, story)
    kept, said = skeleton.lint(tmp_path)
    assert not kept
    assert verdict in " ".join(said.split()), said


@pytest.mark.parametrize("path", UNPLACED)
def test_a_module_without_a_place_breaks_the_build(path: str, tmp_path: Path) -> None:
    skeleton.build(tmp_path, {path: ""})
    kept, said = skeleton.lint(tmp_path)
    name = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    assert not kept
    assert name in said


@pytest.mark.parametrize(("name", "has_code"), skeleton.rooms().items())
def test_a_room_stands_in_parentheses_only_until_it_has_code(name: str, has_code: bool) -> None:
    there = name in {module.name for module in source.modules()}
    assert there == has_code, f"{name}: take its parentheses in pyproject.toml away, or put them back"


def test_no_contract_ignores_an_import() -> None:
    assert "ignore_imports" not in skeleton.contracts()
    assert "exhaustive_ignores" not in skeleton.contracts()
