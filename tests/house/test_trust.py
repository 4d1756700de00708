"""Each line about who attacks names where it was tried, and there is something there."""

import re

import pytest

from tests.house.source import ROOT


def lines() -> list[tuple[str, str]]:
    """Who attacks and where it was tried, of each line of that table."""
    text = (ROOT / "docs/trust.md").read_text("utf-8")
    section = text.split("## Who attacks, and what stands in the way\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [(row[1].strip(), row[-1]) for row in rows[1:]]


@pytest.mark.parametrize(("attack", "tried"), lines())
def test_an_attack_is_written_down_with_where_it_was_tried(attack: str, tried: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", tried)
    assert named, f"«{attack}» names no test"
    for name in named:
        place = ROOT / name
        files = [place] if place.is_file() else sorted(place.glob("test_*.py"))
        assert any("def test_" in file.read_text("utf-8") for file in files), name
