"""The ten invariants: each names the test that breaks it and the command that notices it, or says that it has none."""

import ast
import re
from pathlib import Path

import pytest

from minhbach import cli
from tests.house.source import ROOT

NO_CODE = "no code yet"


def invariants() -> list[tuple[str, list[str]]]:
    """Each invariant with the lines below it."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    section = text.split("## The ten invariants\n")[1].split("\n## ")[0]
    items = re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]
    line = re.compile(r"^ +- (.+(?:\n {4,}(?!- ).+)*)", flags=re.MULTILINE)
    return [(item.split("\n")[0], line.findall(item)) for item in items]


def cited(line: str) -> list[str]:
    """The tests named in a line, as `path::name`."""
    return re.findall(r"`([\w/.]+\.py::\w+)`", line)


def exists(test: str) -> bool:
    """Whether a test of that name stands in that file."""
    path, _, name = test.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return name.startswith("test_") and any(getattr(node, "name", "") == name for node in ast.walk(tree))


def test_architecture_opens_with_the_path_and_the_ten_invariants() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE)[:2] == ["The path of a frame", "The ten invariants"]
    assert len(invariants()) == 10


@pytest.mark.parametrize(("title", "lines"), invariants(), ids=range(1, 11))
def test_an_invariant_names_its_test_and_its_command_or_has_no_code(title: str, lines: list[str]) -> None:
    if lines == [NO_CODE]:
        return
    tests = [line for line in lines if line.startswith("test:")]
    commands = [line for line in lines if line.startswith("command:")]
    assert len(tests) == len(commands) == 1, f"{title}: say `test: …` and `command: …`, or `{NO_CODE}`"
    assert cited(tests[0])
    assert [test for test in cited(tests[0]) if not exists(test)] == []
    named = re.findall(r"`minhbach ([a-z]+)", commands[0])
    assert named
    assert set(named) <= {command.name for command in cli.COMMANDS}


def test_a_test_that_is_not_there_is_noticed() -> None:
    here = Path(__file__).relative_to(ROOT)
    assert exists(f"{here}::test_a_test_that_is_not_there_is_noticed")
    assert not exists(f"{here}::test_nobody_wrote_this")
    assert not exists("tests/house/absent.py::test_nobody_wrote_this")
