"""FORMAT.md as the tests use it: the blocks a reader would copy out of it."""

import re
from pathlib import Path

from minhbach import ledger

TEXT = Path(ledger.__file__).with_name("FORMAT.md").read_text(encoding="utf-8")


def block(info: str) -> str:
    """The text of the one fenced block with these words behind its opening fence."""
    found = re.findall(rf"^```{re.escape(info)}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{info!r} stands {len(found)} times in FORMAT.md"
    return str(found[0])


def names() -> list[str]:
    """Names of all vectors, in order."""
    return re.findall(r"^```vector (\S+)$", TEXT, re.MULTILINE)
