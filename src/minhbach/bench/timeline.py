"""What the time of a room costs the server: eight cameras and thirty days in one answer.

Owns ``minhbach bench timeline``. A real PostgreSQL is filled with a room of eight cameras; requests go through the
whole of the pages (session, guard, decision, coverage, marks, JSON) within one process. Figures:
``timeline.server_ms_p50`` and ``_p95`` of a calm month (two gaps a camera and day, fifty marks a day), with
``timeline.server_cpu_ms`` beside them, which a busy machine does not swell,
``timeline.flapping_server_ms_p95`` of a month in which every camera breaks every ten minutes, ``timeline.sent_kb`` of
each, compressed as a browser gets it. Leaves what the browser does with it to the tests of the timeline.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from minhbach.engines import ports
from minhbach.serve.site import Site

CAMERAS = 8
DAYS = 30
REQUESTS = 60


def run(requests: int = REQUESTS) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises SiteFailed when the database cannot be started."""
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        folder = Path(name)
        site = Site(folder, ports.choose(folder / "port.json", ("pages",))["pages"])
        answer = folder / "figures.json"
        asked = {"cameras": CAMERAS, "days": DAYS, "requests": requests, "answer": str(answer)}
        try:
            site.open()
            site.call("rooms", ["-m", "minhbach.bench.rooms", json.dumps(asked)])
            figures: dict[str, float] = json.loads(answer.read_text("ascii"))
        finally:
            site.close()
        yield from (f"timeline.{figure}: {value}" for figure, value in figures.items())
