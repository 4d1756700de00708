"""The documents of this checkout as data: their text outside code, their headings, links and commands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.house.source import ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = {"sh", "bash", "console"}


@dataclass(frozen=True)
class Document:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root of the checkout."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text("utf-8")

    @cached_property
    def prose(self) -> str:
        """What stands outside fenced code."""
        return FENCE.sub("", self.text)

    def anchors(self) -> set[str]:
        """What its headings can be reached by: as the usual viewers make them."""
        found: set[str] = set()
        for heading in re.findall(r"^#+ +(.+)$", self.prose, flags=re.MULTILINE):
            plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
            slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            found.add(
                slug if slug not in found else next(f"{slug}-{n}" for n in range(1, 99) if f"{slug}-{n}" not in found)
            )
        return found

    def links(self) -> list[str]:
        """Where it points to, inside and outside."""
        without_code = re.sub(r"`[^`\n]*`", "", self.prose)
        return re.findall(r"\[[^]]*\]\(([^)\s]+)\)", without_code)

    def commands(self) -> Iterator[list[str]]:
        """Each command in its fenced shell blocks, in words."""
        for language, block in FENCE.findall(self.text):
            if language in SHELL:
                for line in block.replace("\\\n", " ").splitlines():
                    words = shlex.split(line.removeprefix("$ "), comments=True)
                    if words:
                        yield words


def documents() -> list[Document]:
    """Every document of the checkout, not of what is installed in it."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")]
    return [Document(path) for path in sorted(paths)]
