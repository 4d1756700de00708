"""What is installed: pinned, hashed, from nowhere in particular, and no more than the house says."""

import re
import tomllib

import pytest

from tests.house.source import ROOT

FOLDER = ROOT / "requirements"
PROFILES = ("edge", "centre", "demo", "dev")


def pins(profile: str) -> dict[str, str]:
    """Requirement line (with its marker) → its block of hashes."""
    text = (FOLDER / f"{profile}.txt").read_text("utf-8")
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
    return {block.split(" \\\n")[0]: block for block in blocks if re.match(r"\w", block)}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_package_is_pinned_and_hashed(profile: str) -> None:
    assert pins(profile)
    for line, block in pins(profile).items():
        assert re.match(r"^[a-z0-9-]+==[0-9][\w.]*( ; .+)?$", line), line
        assert "--hash=sha256:" in block, line


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_says_where_packages_come_from(profile: str) -> None:
    for suffix in ("in", "txt"):
        text = (FOLDER / f"{profile}.{suffix}").read_text("utf-8")
        assert not re.search(r"https?:|--index|--extra-index|--find-links|^-i ", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("smaller", "larger"), [("edge", "centre"), ("centre", "demo"), ("demo", "dev")])
def test_the_larger_list_pins_what_the_smaller_does(smaller: str, larger: str) -> None:
    # A marker may widen where a second package wants the same one; the version may not differ.
    assert {line.split(" ;")[0] for line in pins(smaller)} <= {line.split(" ;")[0] for line in pins(larger)}


def test_a_recorder_needs_four_packages_beside_python() -> None:
    asked = [line for line in (FOLDER / "edge.in").read_text("utf-8").splitlines() if line and line[0] not in "#-"]
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert asked == table["project"]["dependencies"]
    assert [re.split(r"\W", line)[0] for line in asked] == ["av", "cryptography", "nats", "numpy"]
