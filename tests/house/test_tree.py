"""The tree of the house: every module has a place that was given to it, a size, and a sentence of its own."""

import ast
import sys

from tests.house import source

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
            "doorway",
            "urls",
            "addresses",
            "worker",
            "stream",
            "settings",
            "laying",
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
            "journal",
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
    "bench": {"av", "numpy", "cryptography", "django", "psycopg"},
}
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
SHORTEST_SENTENCE = 30

ALL = source.modules()


# One test for each law, not for each law and module: thousands of tests that read one syntax tree cost more in
# being handed out than in being run. What broke a law is named by its module.


def test_every_module_has_a_place_in_the_declared_tree() -> None:
    astray = {
        module.name
        for module in ALL
        for parent, _, name in [module.name.rpartition(".")]
        if parent in PLACES and name not in PLACES[parent]
    }
    assert astray == set(), "no place: give it one in the design, or another name"


def test_a_name_says_what_is_inside() -> None:
    assert {module.name for module in ALL if set(module.name.split(".")) & EMPTY_NAMES} == set()


def test_a_file_owns_one_noun() -> None:
    lines = {module.name: module.lines for module in ALL if "migrations" not in module.name.split(".")}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}, "which second noun moved in?"


def test_a_function_can_be_read_at_a_glance() -> None:
    sizes = {
        (module.name, function.name): (function.end_lineno or 0) - function.lineno + 1
        for module in ALL
        for function in module.functions()
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_a_module_says_what_it_owns() -> None:
    silent = {module.name for module in ALL if len(ast.get_docstring(module.tree) or "") < SHORTEST_SENTENCE}
    assert silent == set(), "they say nothing that their names do not"


def test_a_runtime_is_imported_at_the_top_except_by_the_command_line() -> None:
    late = {
        (module.name, found.source)
        for module in ALL
        if module.name != "minhbach.cli"
        for found in source.imports(module)
        if found.inside_function and found.top == "minhbach"
    }
    assert late == set()


def test_own_imports_are_absolute() -> None:
    relative = {module.name for module in ALL for found in source.imports(module) if found.source.startswith(".")}
    assert relative == set()


def test_nobody_imports_a_private_name() -> None:
    private = {
        (module.name, name)
        for module in ALL
        for found in source.imports(module)
        if found.top == "minhbach"
        for name in [f"{found.source}.{found.name}"]
        if any(part.startswith("_") and part != "__version__" for part in name.split("."))
    }
    assert private == set()


def test_only_the_packages_of_its_room_are_imported() -> None:
    # The centre names its packages in requirements/, and those are pinned.
    bound = [module for module in ALL if module.room != "centre" or module.name.startswith("minhbach.centre.fabric")]
    own = sys.stdlib_module_names | {"minhbach"}
    foreign = {
        (module.name, found.top)
        for module in bound
        for found in source.imports(module)
        if found.top not in own | FOREIGN.get(module.room, set())
    }
    assert foreign == set()


def test_a_court_runs_the_ledger_without_the_rest_of_the_product() -> None:
    others = {
        (module.name, found.source)
        for module in ALL
        if module.room == "ledger"
        for found in source.imports(module)
        if found.top == "minhbach" and found.source not in ("minhbach", "minhbach.ledger")
        if not found.source.startswith("minhbach.ledger.")
    }
    assert others == set()
