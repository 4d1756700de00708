"""What it costs to draw the moments of a province and to have them assessed, apart from watching them.

Owns ``minhbach bench assess``. A real PostgreSQL with 584 units, each with a reception room and a one-stop room that
recorded all week. Figures: ``assess.sampling_s`` (drawing alone, of all rooms), ``assess.drawing_s`` (with reading what
could be drawn and writing the rows), ``assess.month_page_ms`` and ``assess.month_page_queries`` for whoever supervises
half of them, and per clip what the machine needs between two pictures: ``assess.machine_ms_p50`` and ``_p95`` (the next
clip, its viewing, the answers, through the whole of the pages), ``assess.keys_per_clip`` (one an item, one to save),
and ``assess.overhead_s``: what a clip costs beside watching it, the machine's p95 and ``assess.second_per_key`` a key.
That second and a half is a model's (Card, Moran and Newell 1980: 1.35 s to make up one's mind, 0.28 s to press), no
measure of people, and counts as if nobody answered while they watch. Twenty seconds are allowed.
Leaves how soon the picture stands to ``bench live``; the desk writes on its page how long each change took.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from minhbach.engines import ports
from minhbach.serve.site import Site

UNITS = 584
CLIPS = 20


def run(units: int = UNITS, clips: int = CLIPS) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises SiteFailed when the database cannot be started."""
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        folder = Path(name)
        site = Site(folder, ports.choose(folder / "port.json", ("pages",))["pages"])
        answer = folder / "figures.json"
        try:
            site.open()
            words = json.dumps({"many": units, "clips": clips, "answer": str(answer)})
            site.call("draws", ["-m", "minhbach.bench.draws", words])
            figures: dict[str, float] = json.loads(answer.read_text("ascii"))
        finally:
            site.close()
        yield from (f"assess.{figure}: {value}" for figure, value in figures.items())
