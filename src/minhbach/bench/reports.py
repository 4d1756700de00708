"""What a month of reports costs, for a district and for a city, and whether every figure equals a recount.

Owns ``minhbach bench reports``. A real PostgreSQL with the product's tables and a month of events in every commune,
some of each kind that is counted. For 18 and for 584 communes: counting all days once (``reports.18.count_s``),
drafting every report from the counted days (``reports.18.draft_s``, the promise: 2 s and 10 s), recounting the whole
month from the events (``reports.18.recount_s``), figures that differ from the recount (``reports.18.wrong``, 0), under
how many codes something was compared (``reports.18.codes``) and under how many only nothing with nothing
(``reports.18.empty_codes``, 0), opening the score sheets of the month before (``reports.18.score_s``), the digests of
the morning after (``reports.18.digests_s_per_100``: seconds for a hundred people), and of the pages of reports and
ranking, as the head above all communes sees them, the most queries and the longest time of one
(``reports.18.page_queries``, the promise: 20 at any size; ``reports.18.page_s``).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from minhbach.engines import ports
from minhbach.serve.site import Site

SIZES = (18, 584)


def run(sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises SiteFailed when the database cannot be started."""
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        folder = Path(name)
        site = Site(folder, ports.choose(folder / "port.json", ("pages",))["pages"])
        answer = folder / "figures.json"
        try:
            site.open()
            words = json.dumps({"sizes": list(sizes), "answer": str(answer)})
            site.call("months", ["-m", "minhbach.bench.months", words])
            figures: dict[str, float] = json.loads(answer.read_text("ascii"))
        finally:
            site.close()
        yield from (f"reports.{figure}: {value}" for figure, value in figures.items())
