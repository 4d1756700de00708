"""The page of a package that shows it: opened by double click, without network, without anything installed.

Owns what the page is told: which file is when, and why there is none. Promises that no word of a name can become markup
or script. The browser plays the sealed files themselves, H.264 with AAC or G.711; one that it cannot play, as H.265 in
many of them, gives way to the working copy, which is called one. The page proves nothing and says so.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch (wall µs as labelled): its `file` in the package, or empty and the words for why there is none."""

    begin_us: int
    end_us: int
    file: str = ""
    vi: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A stream with its pieces in order of time. `copy` is the file of all that was asked, for what does not play."""

    label: str
    pieces: Sequence[Piece]
    copy: str = ""


ORIGINALS, COPIES = "originals", "copies"
"""What the page shows: sealed files, or copies in which others are covered."""


def player(title: str, begin_us: int, end_us: int, streams: Sequence[Shown], kind: str = ORIGINALS) -> bytes:
    """The page for what was asked, begin ≤ t < end."""
    values: dict[str, Any] = {
        "title": title,
        "kind": kind,
        "begin_us": begin_us,
        "end_us": end_us,
        "streams": [asdict(each) for each in streams],
    }
    text = json.dumps(values, ensure_ascii=False)
    # Inside a script element only these begin something else.
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    page = resources.files("minhbach.centre.evidence").joinpath("player.html").read_text("utf-8")
    return page.replace("@DATA@", safe).encode()
