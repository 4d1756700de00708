"""docs/operations.md says what the recorder does."""

import re
import tomllib
from pathlib import Path

import pytest

from minhbach.edge.config import DiskConfig, Retention, parse
from minhbach.edge.retention import ballast


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "operations.md").read_text("utf-8")


def test_the_example_is_a_configuration_and_means_what_the_page_says(page: str) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    config = parse(tomllib.loads(example), Path("/srv/minhbach"), own_disk=False)
    assert config.archive == Path("/srv/minhbach")
    assert config.disks == (
        DiskConfig(Path("/srv/minhbach"), 2 << 30),
        DiskConfig(Path("/srv/minhbach-2"), 1 << 30),
    )
    first, second = config.cameras
    assert first.retention == Retention(picture_days=30, sound_days=20, minimum_days=15, intent_lead_hours=48)
    assert (first.sound, second.sound) == ("own_file", "with_picture")
    assert second.retention == Retention(picture_days=90, sound_days=90, minimum_days=15, intent_lead_hours=48)


def test_every_alarm_that_retention_and_disks_can_raise_is_explained(page: str, checkout: Path) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    rooms = checkout / "src" / "minhbach" / "edge"
    sources = [*(rooms / "retention").glob("*.py"), rooms / "archive" / "disks.py"]
    words = {
        word
        for path in sources
        for word in re.findall(r'"((?:disk|catalogue)_\w+|all_held|below_minimum)"', path.read_text("utf-8"))
    }
    assert explained == words


def test_the_page_names_the_ballast_as_it_is(page: str) -> None:
    assert f"`{ballast.NAME}` (tối đa {ballast.LARGEST_BYTES >> 20} MB)" in page
