"""What the README shows can still be seen on a running site, and is a picture of one."""

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pictures import FOLDER, PICTURES, Picture, take
from tests.site import RunningSite


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height out of the first frame header."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    height, width = struct.unpack_from(">HH", jpeg, at + 5)
    return width, height


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_each_picture_of_the_readme_can_be_taken_anew(
    picture: Picture, browser: Browser, site: RunningSite, tmp_path: Path
) -> None:
    taken = take(picture, browser, site, tmp_path).read_bytes()
    assert size_of(taken) == picture.size
    kept = (FOLDER / f"{picture.name}.jpg").read_bytes()
    assert size_of(kept) == picture.size


def test_the_readme_shows_every_picture_and_no_other(checkout: Path) -> None:
    text = (checkout / "README.md").read_text("utf-8")
    shown = {picture.name for picture in PICTURES if f"docs/pictures/{picture.name}.jpg" in text}
    assert shown == {picture.name for picture in PICTURES} == {file.stem for file in FOLDER.iterdir()}
