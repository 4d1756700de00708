"""What evidence costs and whether it can be forged.

Owns ``minhbach bench evidence``. Figures: ``evidence.forged_packages``, ``…false_authentic``, ``…raised`` (two forgers,
half each, of every shape in ``corpus``), ``…verify_vs_sha256sum`` (bytes per second of the single file over a package,
by those of ``sha256sum`` over the same files), ``…build_vs_copy`` (bytes per second of building a package of sealed
files, by those of copying them as one; each is synced once), ``…packed_footage_s``, ``…packed_s``,
``…packed_x_realtime`` and ``…packed_vs_copy`` (all that the worker does for a package, working copy, report and
verifier with it: of one camera's hour, or of as much as fits two minutes), ``…log_bytes_per_camera_day``,
``…log_cpu_s_per_camera_day`` and ``…log_hours_measured`` (``cadence``: a camera's entries one by one, for so many
hours; the rest is counted up), ``…expiries`` and ``…false_alarms`` (lawful deletions, by the check), ``…unlawful`` and
``…unlawful_missed`` (deletions that are not, of which it has to accuse each). The better of two runs each, but of the
worker's; everything is in the page cache. Leaves archives to ``archive``, true packages to ``corpus``, forgers to
``forging``, the worker's to ``hours``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import BinaryIO

from minhbach.bench.archive import make_archive
from minhbach.bench.cadence import cost
from minhbach.bench.corpus import SHARES, Base, corpus
from minhbach.bench.expiring import false_alarms, missed, unlawful
from minhbach.bench.forging import Files, damage, forged, meaning, unstamped, unzipped, zipped
from minhbach.bench.packages import CENTRE, WITNESS, approvals, asked, examined, trusted
from minhbach.bench.plain import copied_as_one, synced
from minhbach.edge.check.place import look
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import Entry, decode
from minhbach.ledger.extract import Material, build_approved
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.pyz import build_pyz
from minhbach.ledger.scope import choose
from minhbach.ledger.verdicts import GRAVEST_FIRST, Verdict
from minhbach.ledger.verify import verify

FORGED, EXPIRIES = 100_000, 10_000
ZIPPED = 50
HOUR_OF_SEGMENTS = 360
LOG_HOURS = 2
HOUR_S, BUDGET_S = 3_600, 120.0
_ACCEPTED = (Verdict.AUTHENTIC, Verdict.UNWITNESSED)
"""The one witness of this archive came at its end, later than two minutes after its first entries."""


@dataclass(slots=True)
class Tally:
    """What the verifier said. The lists hold the seeds of what must not be."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    false_authentic: list[int] = field(default_factory=list)
    raised: list[int] = field(default_factory=list)


def run(
    forgery_count: int = FORGED,
    segments: int = HOUR_OF_SEGMENTS,
    expiries: int = EXPIRIES,
    footage_s: int = HOUR_S,
    cache: Path = Path("var/bench"),
) -> Iterator[str]:
    """Yields ``figure: value`` lines; raises FileNotFoundError when there is no ``sha256sum``."""
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        raise FileNotFoundError("sha256sum")
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _log_costs(folder / "log")
        yield f"evidence.expiries: {expiries}"
        yield f"evidence.false_alarms: {len(false_alarms(expiries))}"
        yield f"evidence.unlawful: {len(unlawful())}"
        yield f"evidence.unlawful_missed: {len(missed())}"
        yield from _packing(folder / "packed", cache, footage_s)
        archive = _Archive(folder, segments)
        yield from archive.building()
        yield from archive.verifying(sha256sum)
        found = forgeries(corpus(folder / "corpus"), forgery_count)
        yield f"evidence.forged_packages: {forgery_count}"
        yield f"evidence.false_authentic: {len(found.false_authentic)}"
        yield f"evidence.raised: {len(found.raised)}"


def forgeries(bases: Sequence[Base], count: int, seed: int = 0) -> Tally:
    """Forge packages so many times, in turn as a stranger and as an insider, and have each examined.

    Most are examined in memory, with OpenSSL for Ed25519; each `ZIPPED`th turn as a court would, from a zip and by the
    verifier's own arithmetic, and every second of those is a true package whose zip is damaged (`is_damaged`).
    """
    forgers, found = [_Forger(base) for base in bases], Tally()
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-") as name:
        for number in range(seed * count, (seed + 1) * count):
            forger = forgers[number // 2 % len(forgers)]
            try:
                verdict, same = forger.forge(number, Path(name, "forged.zip"))
            except Exception:
                found.raised.append(number)
                continue
            found.verdicts[verdict] += 1
            if verdict in forger.never and not same:
                found.false_authentic.append(number)
    return found


def is_damaged(number: int) -> bool:
    """Whether of a forgery that is zipped the zip is damaged, and not what stands in it.

    Within a turn each package is forged once and damaged once; which of the two forgers does which changes with the
    package and the turn.
    """
    return (number + number // 2 + _turn(number) // ZIPPED) % 2 == 1


def _turn(number: int) -> int:
    """Each turn has every package of the corpus, by the stranger and by the insider."""
    return number // 2 // len(SHARES)


class _Forger:
    """`never` is what no forgery of this package may be called: what the true one is, or anything better."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._meaning = meaning(base.files, base.listed)
        weight = GRAVEST_FIRST.index(examined(base.files, base.keys).verdict)
        self.never = frozenset(GRAVEST_FIRST[weight:])

    def forge(self, number: int, target: Path) -> tuple[Verdict, bool]:
        """The verdict on forgery `number`, and whether it still is what the true package is."""
        chance, seal = Random(number), CENTRE if number % 2 else None
        if _turn(number) % ZIPPED == 0:
            return self._zipped(chance, seal, target, damaged=is_damaged(number))
        package = forged(self._base.files, chance, seal)
        report = examined(package, self._base.keys)
        report.lines()
        return report.verdict, self._same(package, seal)

    def _zipped(self, chance: Random, seal: note.Signer | None, target: Path, *, damaged: bool) -> tuple[Verdict, bool]:
        package = self._base.files if damaged else forged(self._base.files, chance, seal)
        zipped(package, target, packed=chance.random() < 0.5)
        if damaged:
            damage(target, chance)
        report = verify(target, self._base.own_keys)
        report.lines()
        found = unzipped(target)
        return report.verdict, found is not None and self._same(found, seal)

    def _same(self, package: Files, seal: note.Signer | None) -> bool:
        if seal is None:
            return unstamped(package) == unstamped(self._base.files)
        return bool(meaning(package, self._base.listed) == self._meaning)


def _log_costs(folder: Path) -> Iterator[str]:
    found = cost(folder, LOG_HOURS)
    yield f"evidence.log_bytes_per_camera_day: {found.bytes_a_day}"
    yield f"evidence.log_cpu_s_per_camera_day: {found.cpu_s_a_day:.2f}"
    yield f"evidence.log_hours_measured: {found.hours}"


def _packing(folder: Path, cache: Path, footage_s: int) -> Iterator[str]:
    """By the worker's own rooms, which need the centre's settings: in a process that has them, and no database."""
    folder.mkdir()
    answer = folder / "figures.json"
    words = {
        "folder": str(folder), "cache": str(cache.resolve()), "footage_s": footage_s, "budget_s": BUDGET_S,
        "answer": str(answer),
    }  # fmt: skip
    command = [sys.executable, "-m", "minhbach.bench.hours", json.dumps(words)]
    done = subprocess.run(command, env=_centre(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The worker's package could not be made: {done.stderr[-2000:]}")
    figures: dict[str, str] = json.loads(answer.read_text("ascii"))
    yield from (f"evidence.{figure}: {value}" for figure, value in figures.items())


def _centre(folder: Path) -> dict[str, str]:
    """The settings of a centre whose database and fabric nobody asks."""
    secret = folder / "secret"
    secret.write_text("bench" * 12, "ascii")
    others = {name: value for name, value in os.environ.items() if not name.startswith(("MINHBACH_", "DJANGO_"))}
    files = ("DATABASE_PASSWORD_FILE", "SECRET_KEY_FILE", "NATS_PASSWORD_FILE")
    return {
        **others,
        **{f"MINHBACH_{name}": str(secret) for name in files},
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DJANGO_SETTINGS_MODULE": "minhbach.centre.settings",
        "MINHBACH_DATA": str(folder),
        "MINHBACH_DATABASE": "host=127.0.0.1 port=1 user=nobody dbname=none",
        "MINHBACH_NATS": "tls://127.0.0.1:1",
        "MINHBACH_LISTEN": "127.0.0.1:1",
        "MINHBACH_STREAM_PORT": "2",
        "MINHBACH_STREAM_URL": "ws://127.0.0.1:2/footage",
        "MINHBACH_ORIGINS": "http://127.0.0.1:1",
    }


class _Archive:
    """Footage of eight cameras, as many files as one camera writes in the time."""

    def __init__(self, folder: Path, segments: int) -> None:
        self._folder = folder
        self._paths = make_archive(folder / "archive", segments, dense=True)
        self._place = look(folder / "archive")
        self._package = folder / "package.zip"
        [log] = self._place.logs
        self._vkey = str(decode(log.reader().entry(0))["key"])
        head = checkpoints.claimed(log.checkpoint or b"")
        last = decode(log.reader().entry(head.size - 1))
        cosigned = checkpoints.cosign(head, WITNESS, last["at_us"] // 1_000_000 + 1)
        self._log = PackageLog(log.reader(), [(log.checkpoint or b"") + cosigned])
        self.bytes = sum(path.stat().st_size for path in self._paths)

    @property
    def keys(self) -> Keys:
        return trusted(self._vkey)

    def material(self) -> Material:
        """A package of everything."""
        stretches = [decode(data) for data in self._log.reader.entries(0, self._log.reader.size)]
        segments = [each for each in stretches if each["kind"] == "segment"]
        cameras = sorted({each["camera"] for each in segments})
        ends = [max(each["end_us"] for each in segments if each["camera"] == camera) for camera in cameras]
        recorder = str(stretches[0]["recorder"])
        wanted = asked(recorder, cameras, min(each["begin_us"] for each in segments), min(ends))
        scope = choose(wanted, {recorder: [self._log.reader]})
        logs = {recorder: [self._log]}
        return Material(scope, approvals(scope, 11, 12), logs, self._open, lambda _: [], CENTRE, wanted.end_us)

    def _open(self, recorder: str, value: Entry) -> BinaryIO:
        path: Path = self._place.disks[value["disk"]] / value["path"]
        return path.open("rb")

    def building(self) -> Iterator[str]:
        """Beside copying the same files."""
        material = self.material()
        ours_s = _best(lambda: self._build(material))
        theirs_s = _best(self._copy)
        yield f"evidence.package_mb: {self._package.stat().st_size / 1e6:.0f}"
        yield f"evidence.build_mb_per_s: {self.bytes / 1e6 / ours_s:.0f}"
        yield f"evidence.build_vs_copy: {theirs_s / ours_s:.2f}"

    def _build(self, material: Material) -> None:
        self._package.unlink(missing_ok=True)
        build_approved(self._package, material)
        synced(self._package)

    def _copy(self) -> None:
        copied_as_one(self._paths, self._folder / "copy")

    def verifying(self, sha256sum: str) -> Iterator[str]:
        """The single file, as a court runs it, beside `sha256sum` over the originals."""
        tool, keys = build_pyz(self._folder / "minhbach-verify.pyz"), self._folder / "keys.txt"
        lines = [f"log {self._vkey}", f"witness {WITNESS.verifier.vkey}", f"centre {CENTRE.verifier.vkey}"]
        keys.write_text("\n".join(lines))
        ours = [sys.executable, "-I", "-S", str(tool), str(self._package), "--keys", str(keys)]
        theirs = [sha256sum, "--", *map(str, self._paths)]
        ours_s, theirs_s = _best(lambda: _ran(ours)), _best(lambda: _ran(theirs))
        yield f"evidence.verify_mb_per_s: {self.bytes / 1e6 / ours_s:.0f}"
        yield f"evidence.verify_vs_sha256sum: {theirs_s / ours_s:.2f}"


def _best(work: Callable[[], None]) -> float:
    """Wall seconds of the better of two runs."""
    spent = []
    for _ in range(2):
        begin_s = time.monotonic()
        work()
        spent.append(time.monotonic() - begin_s)
    return min(spent)


def _ran(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode not in _ACCEPTED:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stdout[:300]}{done.stderr[:300]}")
