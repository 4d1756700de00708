"""What set-up fetches for the pages: locked by hash, from nowhere in particular, and with digits that line up."""

import json
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.house.source import ROOT

LISTS = ROOT / "requirements" / "web"
WEB = Path(sys.prefix) / "web"


def test_every_package_is_locked_by_hash_and_no_address_is_named() -> None:
    lock = json.loads((LISTS / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_what_is_wanted_is_what_is_locked() -> None:
    wanted = json.loads((LISTS / "package.json").read_text("utf-8"))
    locked = json.loads((LISTS / "package-lock.json").read_text("utf-8"))["packages"][""]
    assert {key: wanted[key] for key in ("dependencies", "devDependencies")} == {
        key: locked[key] for key in ("dependencies", "devDependencies")
    }


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_all_ten_digits_are_as_wide_as_each_other_and_keep_their_ink(weight: int) -> None:
    font = TTFont(WEB / "public" / "figures" / f"figures-{weight}.woff2")
    names = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
    assert len({font["hmtx"][name][0] for name in names}) == 1
    for name in names:
        shape = font["glyf"][name]
        assert shape.xMin >= 0
        assert shape.xMax <= font["hmtx"][name][0]
    assert len(font.getBestCmap()) == 10


def test_nothing_that_only_tests_use_is_served_and_each_font_has_its_licence() -> None:
    assert not list((WEB / "public").rglob("axe*"))
    assert (WEB / "checks" / "axe-core" / "axe.min.js").exists()
    for folder in {path.parent for path in (WEB / "public").rglob("*.woff2")} | {WEB / "fonts"}:
        licences = {"OFL.txt", "LICENSE", "LICENSE_FONT"}
        assert licences & {path.name for near in (folder, folder.parent) for path in near.iterdir()}, folder
