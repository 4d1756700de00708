"""Bytes that no rule could place, kept for the person who has to find out why.

Owns ``side/<camera>-<stream>.jsonl`` in the archive folder: one line per scrap (what, when, where in the stream, the
bytes in base64). Promises a bound: two files of ``FILE_BYTES`` per stream, the older one is replaced. It is a help
for repair, not evidence: it is neither logged nor signed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

from minhbach.edge.rtp.notes import Scrap

FILE_BYTES = 1 << 20


def append(folder: Path, name: str, scraps: Sequence[Scrap], offset_us: int) -> None:
    """Append scraps of one stream; ``offset_us`` makes their arrival wall time. Blocks; raises OSError."""
    folder.mkdir(mode=0o750, exist_ok=True)
    path = folder / f"{name}.jsonl"
    if path.exists() and path.stat().st_size > FILE_BYTES:
        path.replace(folder / f"{name}.old.jsonl")
    with path.open("a", encoding="ascii") as file:
        for scrap in scraps:
            file.write(json.dumps(_record(scrap, offset_us)) + "\n")


def _record(scrap: Scrap, offset_us: int) -> dict[str, object]:
    return {
        "kind": scrap.kind,
        "track": scrap.track,
        "sequence": scrap.sequence,
        "timestamp": scrap.timestamp,
        "arrival_us": scrap.arrival_us + offset_us,
        "bytes": scrap.size_bytes,
        "data": base64.b64encode(scrap.data).decode(),
    }
