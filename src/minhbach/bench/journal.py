"""What it costs that every row about people is committed to, and whether a row written past that is found.

Owns ``minhbach bench journal``. A real PostgreSQL with the tables and triggers of the product; the same rows with lines
and without, in one run. Figures: rows a second each way and what a line costs (``journal.line_ms``), lines anchored a
second and the bytes of log that each takes, rows checked a second, findings about lawful rows
(``journal.false_findings``, 0) and forged rows that the check does not name (``journal.forged_missed``, 0).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from minhbach.engines import ports, postgres
from minhbach.serve.site import Site

ROWS = 4000


def run(rows: int = ROWS) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises SiteFailed when the database cannot be started."""
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        folder = Path(name)
        site = Site(folder, ports.choose(folder / "port.json", ("pages",))["pages"])
        answer = folder / "figures.json"
        try:
            site.open()
            words = json.dumps({"rows": rows, "answer": str(answer)})
            site.call("lines", ["-m", "minhbach.bench.lines", words], _as_owner(site))
            figures: dict[str, float] = json.loads(answer.read_text("ascii"))
        finally:
            site.close()
        yield from (f"journal.{figure}: {value}" for figure, value in figures.items())


def _as_owner(site: Site) -> dict[str, str]:
    """How the owner of the tables signs in: only the owner can write past the journal."""
    words = site.environment["MINHBACH_DATABASE"].split()
    owner = [f"user={postgres.USER}" if word.startswith("user=") else word for word in words]
    password = site.folder / "postgres" / "password"
    return {"MINHBACH_OWNER": " ".join(owner), "MINHBACH_OWNER_PASSWORD_FILE": str(password)}
