"""The tree of the house: every module has a place that was given to it, a size, and a sentence of its own."""

import ast
import sys

import pytest

from tests.house import source
from tests.house.source import Module

#: What may lie in each folder that the design orders. A folder not named here belongs to one noun and names its own
#: files; the import contracts refuse circles in it, and the laws below hold for it too.
PLACES = {
    "minhbach": {
        *("__main__", "cli", "bench", "demo", "serve", "edge", "centre"),
        *("protocol", "lease", "decode", "ledger", "fmp4", "durable", "engines"),
    },
    "minhbach.edge": {
        *("recorder", "check", "uplink", "health", "retention", "catalogue", "archive", "rtsp", "rtp"),
        *("config", "clock", "faults"),
    },
    "minhbach.centre": {
        *(
            "command",
            "pages",
            "urls",
            "worker",
            "stream",
            "settings",
            "papers",
            "messaging",
            "fabric",
            "registry",
            "regulation",
            "access",
        ),
        *(
            "words",
            "look",
            "front",
            "templates",
            "static",
            "footage",
            "reception",
            "dossiers",
            "feedback",
            "oversight",
            "evidence",
            "publishing",
        ),
    },
}
#: Names that say nothing about what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "managers"}
#: What each room may import beside the standard library and the product itself.
FOREIGN = {
    "edge": {"cryptography", "nats"},
    "centre": {"cryptography"},  # of its fabric; the rest of the centre is free, see below
    "protocol": {"cryptography", "nats"},
    "lease": {"cryptography"},
    "decode": {"av", "numpy"},
    "demo": {"av", "numpy", "cryptography", "django"},
    "bench": {"av", "numpy", "cryptography", "django"},
}
LONGEST_FUNCTION = 60
LONGEST_FILE = 500

ALL = source.modules()
every_module = pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)


@every_module
def test_a_module_has_a_place_in_the_declared_tree(module: Module) -> None:
    parent, _, name = module.name.rpartition(".")
    if parent in PLACES:
        assert name in PLACES[parent], f"{module.name} has no place: give it one in the design, or another name"


@every_module
def test_a_name_says_what_is_inside(module: Module) -> None:
    assert not set(module.name.split(".")) & EMPTY_NAMES


@every_module
def test_a_file_owns_one_noun(module: Module) -> None:
    if "migrations" not in module.name.split("."):
        assert module.lines <= LONGEST_FILE, "which second noun moved in?"


@every_module
def test_a_function_can_be_read_at_a_glance(module: Module) -> None:
    sizes = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in module.functions()}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


@every_module
def test_a_module_says_what_it_owns(module: Module) -> None:
    docstring = ast.get_docstring(module.tree) or ""
    assert len(docstring) >= 30, f"{module.name} says nothing that its name does not"


@every_module
def test_a_runtime_is_imported_at_the_top_except_by_the_command_line(module: Module) -> None:
    late = [found for found in source.imports(module) if found.inside_function and found.top == "minhbach"]
    assert module.name == "minhbach.cli" or not late


@every_module
def test_own_imports_are_absolute(module: Module) -> None:
    assert not [found for found in source.imports(module) if found.source.startswith(".")]


@every_module
def test_nobody_imports_a_private_name(module: Module) -> None:
    names = [f"{found.source}.{found.name}" for found in source.imports(module) if found.top == "minhbach"]
    private = [
        name for name in names if any(part.startswith("_") and part != "__version__" for part in name.split("."))
    ]
    assert not private


@every_module
def test_only_the_packages_of_its_room_are_imported(module: Module) -> None:
    allowed = sys.stdlib_module_names | {"minhbach"} | FOREIGN.get(module.room, set())
    if module.room == "centre" and not module.name.startswith("minhbach.centre.fabric"):
        return  # the centre names its packages in requirements/, and those are pinned
    assert {found.top for found in source.imports(module)} <= allowed


@every_module
def test_a_court_runs_the_ledger_without_the_rest_of_the_product(module: Module) -> None:
    if module.room == "ledger":
        own = {found.source for found in source.imports(module) if found.top == "minhbach"}
        assert all(
            name == "minhbach.ledger" or name.startswith("minhbach.ledger.") or name == "minhbach" for name in own
        )
