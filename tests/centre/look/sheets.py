"""Reads the style sheets, drawings and templates of the pages as text, for tests about what may stand in them."""

import re
from pathlib import Path

CENTRE = Path(__file__).resolve().parents[3] / "src" / "minhbach" / "centre"
STATIC = CENTRE / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
TEMPLATES = sorted(CENTRE.rglob("templates/**/*.html"))


def css(path: Path) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def block(selector: str, text: str) -> str:
    """What stands between the braces of the first rule of a selector."""
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", text, re.DOTALL)
    assert found, f"there is no {selector}"
    return found[1]


def tokens(selector: str) -> dict[str, str]:
    """The custom properties that a rule of tokens.css sets."""
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block(selector, css(STATIC / "css" / "tokens.css"))))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
