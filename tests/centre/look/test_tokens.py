"""What the style sheets promise: readable colours, room for stacked marks, nothing that an old browser lacks."""

import re
from pathlib import Path

import pytest

from tests.centre.look import sheets

STATES = ("ok", "soon", "late", "fault", "unseen")
THEMES = {":root": 4.5, '[data-theme="dark"]': 4.5, '[data-theme="board"]': 7.0}
PAIRS = [
    *((ink, ground) for ground in ("ground", "surface", "sunken") for ink in ("ink", "ink-2", "ink-3", *STATES)),
    *((ink, ground) for ground in ("ground", "surface", "sunken") for ink in ("accent", "accent-strong")),
    *((ink, f"{state}-soft") for state in STATES for ink in (state, "ink", "ink-2")),
    *(("on-accent", ground) for ground in ("accent", "accent-strong")),
    *((ink, "accent-soft") for ink in ("accent", "ink", "ink-2", "ink-3")),
    *(("surface", ground) for ground in ("ok", "ink", "late")),
    ("ground", "ink"),
]


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_every_ground_it_stands_on(theme: str) -> None:
    colours = sheets.tokens(theme)
    low = {pair: round(sheets.contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in PAIRS}
    assert {pair: value for pair, value in low.items() if value < THEMES[theme]} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_edge_of_a_box_and_the_ring_of_the_focus_are_seen(theme: str) -> None:
    colours = sheets.tokens(theme)
    for line in ("edge", "ring"):
        for ground in ("ground", "surface", "sunken"):
            assert sheets.contrast(colours[line], colours[ground]) >= 3


def test_dark_is_the_same_whether_a_person_or_the_machine_chose_it() -> None:
    text = sheets.css(sheets.STATIC / "css" / "tokens.css")
    chosen, wished = (sheets.block(selector, text) for selector in ('[data-theme="dark"]', '[data-theme="auto"]'))
    assert chosen.split() == wished.split()


def test_every_line_of_text_leaves_room_for_stacked_marks() -> None:
    faces = re.findall(r"(\d+)px/(\d+)px", sheets.css(sheets.STATIC / "css" / "tokens.css"))
    assert len(faces) >= 8
    for size, line in faces:
        assert int(line) % 4 == 0
        assert int(line) / int(size) >= 1.4


@pytest.mark.parametrize("path", sheets.SHEETS, ids=lambda p: p.name)
def test_no_sheet_asks_for_what_an_old_browser_does_not_know(path: Path) -> None:
    text = sheets.css(path)
    assert not re.search(r"light-dark\(|color-mix\(|oklch\(|@layer|@scope|@container|text-wrap|:has\(", text)
    around: list[bool] = []
    for before, brace in re.findall(r"([^{}]*)([{}])", text):
        if brace == "}":
            around.pop()
            continue
        is_rule = not before.strip().startswith("@")
        assert not (is_rule and any(around)), f"{before.strip()} stands inside a rule"
        around.append(is_rule)


#: Sheets where a colour may be written down: where all have their names, on paper, and on pictures.
NAMED = ("tokens.css", "print.css", "tiles.css")


@pytest.mark.parametrize("path", [p for p in sheets.SHEETS if p.name not in NAMED], ids=lambda p: p.name)
def test_colours_are_named_once_except_on_pictures(path: Path) -> None:
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheets.css(path))
    own = [selector for selector, text in rules if re.search(r"#[0-9a-fA-F]{3,8}\b", text)]
    assert [selector for selector in own if ".camera" not in selector] == []


@pytest.mark.parametrize("path", sheets.TEMPLATES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_template_carries_style_or_script_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", text)


@pytest.mark.parametrize("path", sheets.TEMPLATES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_drawing_a_template_asks_for_is_drawn(path: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (sheets.STATIC / "icons" / "icons.svg").read_text("utf-8")))
    asked = set(re.findall(r'{%\s*icon\s+"([\w-]+)"', path.read_text("utf-8")))
    assert asked <= drawn
