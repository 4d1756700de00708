"""Prints an official document: a typst form and its values become a PDF with all fonts inside.

Promises the same bytes for the same form and values: the date in the file is an argument. Values are data, never
typst: whatever somebody writes into a name stays text, and what no letter of ours stands for is a box. No form loads
anything from outside the product.

Errors:

    NotPrinted      fonts are missing, or the form and its values do not fit; the text says which
"""

import datetime
import json
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

CENTRE = Path(__file__).resolve().parent.parent
FONTS = Path(sys.prefix) / "web" / "fonts"
BOX = "□"


class NotPrinted(Exception):
    """A document could not be printed."""


def pdf(form: Path, values: Mapping[str, object], *, at: datetime.datetime) -> bytes:
    """The form, a `.typ` file below the centre's folder, filled with the values. `at` becomes the date of the file.

    The form finds the values, JSON, as `sys.inputs.values`. Raises NotPrinted.
    """
    if not any(FONTS.glob("Tinos*.ttf")):
        raise NotPrinted(f"The fonts of official papers are not in {FONTS}: set up this machine again.")
    try:
        return typst.compile(
            str(form),
            root=str(CENTRE),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"values": _printable(json.dumps(values, ensure_ascii=False))},
            pdf_standards="a-2b",
            timestamp=int(at.timestamp()),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise NotPrinted(f"{form.name}: {error}") from error


def _printable(text: str) -> str:
    """A letter that no font has would not be left out: PDF/A forbids the whole paper, over one emoji in a comment."""
    return "".join(each if ord(each) in _letters() or unicodedata.category(each) == "Cf" else BOX for each in text)


@cache
def _letters() -> frozenset[int]:
    found: set[int] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
