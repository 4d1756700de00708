"""One check of one archive, from the folders to the findings.

Owns the order of a check: what is there, the files of the logs against each other, the walk over the logs against the
witness, the footage against the log, and a second look at everything that a recorder which is running meanwhile may
explain. Promises to change nothing and to end with findings, never with an exception, whatever stands in the folders.
Leaves printing to ``report``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.check import files, log_files, place
from minhbach.edge.check.files import Suspect
from minhbach.edge.check.log_files import LogFiles
from minhbach.edge.check.place import CannotRead, Place
from minhbach.edge.check.timeline import Collector, Name, Timeline
from minhbach.ledger.audit import Audit, Witnessed, audit
from minhbach.ledger.entry import REMOVAL_KINDS, EntryError, decode
from minhbach.ledger.findings import Finding, Weight
from minhbach.ledger.history import Replay
from minhbach.ledger.rules import SEGMENT_LIMIT_US
from minhbach.ledger.state import Range
from minhbach.ledger.witness import WitnessView

__all__ = ["CannotRead", "Inspection", "fast_check", "inspect"]

SECOND_LOOK_S = 0.5
"""After this a running recorder has signed what it wrote a moment ago."""
MANY = 100
"""With more findings of one kind about files, those of neighbouring segments are told as one."""
MOST_OF_A_KIND = 1000
"""Findings of one kind that are told one by one: a log that broke early could fill pages with them."""


@dataclass(slots=True)
class Inspection:
    """What a check found. ``findings`` accuse, ``notices`` only say; both in the order in which they were found."""

    folder: Path
    timelines: list[Timeline]
    witnessed: list[Witnessed]
    entries: int
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)


def inspect(
    folder: Path,
    view: WitnessView | None,
    *,
    quick: bool,
    progress: files.Progress = lambda done, total: None,
    processes: int = 1,
) -> Inspection:
    """Check an archive, a large one with several ``processes`` (see ``files.compare``).

    Raises CannotRead when the folder holds none or this user may not read it.
    """
    check = _Check(place.look(folder), view)
    check.walk()
    check.compare(quick, processes, progress)
    check.look_again()
    return check.result()


class _Check:
    def __init__(self, here: Place, view: WitnessView | None) -> None:
        self._place = here
        self._view = view
        self._logs = log_files.open_logs(here.logs)
        self._collector = Collector()
        self._walked = Audit(Replay())
        self._timelines: list[Timeline] = []
        self._suspects: list[Suspect] = []
        self._found: list[Finding] = [*here.findings]

    def walk(self) -> None:
        """The logs: their files, their law, their signatures, the witness."""
        for log in self._logs:
            log.examine()
            self._found += log.findings
        self._walked = audit([log.as_log() for log in self._logs], self._view, self._collector.take, check=fast_check)
        self._found += self._walked.findings
        for log in self._logs:
            self._found += log_files.salvage(log, self._collector.take)
        self._found += self._unseen_by_audit()
        self._collector.removals.settle()

    def compare(self, quick: bool, processes: int, progress: files.Progress) -> None:
        """The footage against the logs."""
        disks, removals = self._place.disks, self._collector.removals
        tasks = files.tasks_of(self._logs, disks, removals, quick=quick)
        total = self._collector.segments, self._collector.bytes
        seen = files.compare(tasks, total, processes, progress)
        self._suspects = seen.suspects
        self._suspects += files.unlogged(self._logs, disks, seen.there)
        self._found += _away(seen.away)

    def look_again(self) -> None:
        """Drop what the recorder, if one is running here, has done meanwhile."""
        open_ends = [each for each in map(log_files.unsigned, self._logs) if each is not None]
        if any(each.weight is Weight.FINDING for each in open_ends):
            time.sleep(SECOND_LOOK_S)
        grown = {log.name for log in self._logs if _newer(log).signed_size != log.log.signed_size}
        self._found += [each for each in open_ends if each.log not in grown]
        if self._suspects:
            news = _News(self._place.folder, self._logs)
            self._suspects = [each for each in self._suspects if not news.explain(each, self._place)]
        self._found += [each.finding for each in self._suspects]
        self._timelines = self._collector.timelines(set(_missing(self._suspects)))

    def result(self) -> Inspection:
        """Everything found, each with the time it concerns where that can be told."""
        result = Inspection(self._place.folder, self._timelines, self._walked.witnessed, self._walked.replay.state.fed)
        for finding in map(self._timed, condensed(self._found)):
            (result.findings if finding.weight is Weight.FINDING else result.notices).append(finding)
        return result

    def _unseen_by_audit(self) -> Iterator[Finding]:
        """Judgements that need to know that this is a whole archive and not a part of a history."""
        for finding in self._walked.findings:
            if finding.kind == "log_before_seen":
                yield Finding("log_missing", finding.log, values={"path": finding.values["origin"]})
        unsigned = {each.log for each in self._walked.findings if each.kind == "checkpoint_unsigned"}
        for log in self._logs:
            if log.log.checkpoint is None and log.name not in unsigned and self._collector.segments:
                why = "none is here that can be read"
                yield Finding("checkpoint_unsigned", log.name, log.size, values={"why": why})
        known = self._view.cosigned if self._view is not None else ()
        if not self._walked.replay.state.recorder and self._place.recorder:
            origins = {each.checkpoint.origin for each in known}
            for origin in sorted(each for each in origins if f"/{self._place.recorder}/" in each):
                yield Finding("witnessed_log_missing", values={"origin": origin})

    def _timed(self, finding: Finding) -> Finding:
        """Findings about entries concern the time in which those were made."""
        if finding.begin_us is not None or not finding.log:
            return finding
        first, last = finding.values.get("first", finding.index), finding.values.get("last", finding.index)
        if finding.kind in _ABOUT_A_ROOT:
            first = self._sound_until(finding)
        if not isinstance(first, int) or not isinstance(last, int):
            return finding
        times = self._collector.between(finding.log, first, last)
        return finding if times is None else replace(finding, begin_us=times[0], end_us=times[1])

    def _sound_until(self, finding: Finding) -> int:
        """The size up to which a witness confirms the log that a root contradicts."""
        wrong = min(each.index for each in self._found if each.kind == "witness_differs" or each is finding)
        origins = {log.log.origin for log in self._logs if log.name == finding.log}
        known = self._view.cosigned if self._view is not None else ()
        sizes = [each.checkpoint.size for each in known if each.checkpoint.origin in origins]
        return max((size for size in sizes if size <= wrong), default=0)


def condensed(found: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings in fewer words where there are very many of one kind."""
    by_kind: dict[str, list[Finding]] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, []).append(finding)
    for kind, alike in by_kind.items():
        if kind == "witness_differs":
            alike = list({each.log: each for each in reversed(alike)}.values())  # what follows the first differs too
        elif kind.startswith("file_") and len(alike) > MANY:
            alike = list(_joined(alike))
        accuses = alike[0].weight is Weight.FINDING
        most = MOST_OF_A_KIND if accuses else MANY
        yield from alike[:most]
        if len(alike) > most:
            more = "more_alike" if accuses else "more_noted"
            yield Finding(more, values={"count": len(alike) - most, "kind": kind})


def _joined(found: list[Finding]) -> Iterator[Finding]:
    """Findings about files of one stream that follow each other as one: its time, and the first path with a count."""
    streams: dict[tuple[str | None, str | None], list[Finding]] = {}
    for finding in found:
        streams.setdefault((finding.camera, finding.stream), []).append(finding)
    for alike in streams.values():
        run: list[Finding] = []
        for finding in sorted(alike, key=lambda each: each.begin_us or 0):
            if run and not _follows(run[-1], finding):
                yield _one(run)
                run = []
            run.append(finding)
        yield _one(run)


def _follows(before: Finding, after: Finding) -> bool:
    if before.begin_us is None or after.begin_us is None:
        return False
    if before.end_us is None:
        return after.begin_us - before.begin_us <= SEGMENT_LIMIT_US
    return after.begin_us <= before.end_us


def _one(run: list[Finding]) -> Finding:
    first, last = run[0], run[-1]
    if len(run) == 1:
        return first
    path = f"{first.values['path']} (+{len(run) - 1})"
    return replace(first, end_us=last.end_us or last.begin_us, values={**first.values, "path": path})


def _missing(suspects: Iterable[Suspect]) -> Iterator[Name]:
    for finding, number in ((each.finding, each.number) for each in suspects):
        if finding.kind == "file_missing" and number is not None:
            yield str(finding.camera), str(finding.stream), number


def fast_check(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 by the library of the edge."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _newer(log: LogFiles) -> place.LogFolder:
    return place.look_at_log(log.log.folder)


def _away(away: dict[tuple[str, str, str], files.Away]) -> Iterator[Finding]:
    for (disk, camera, stream), each in sorted(away.items()):
        values: dict[str, object] = {"disk": disk, "count": each.count}
        yield Finding("disk_away", "", -1, camera, stream, each.begin_us, each.end_us, values)


_ABOUT_A_ROOT = frozenset({"witness_differs", "checkpoint_differs"})


class _News:
    """What the logs say beyond what was read before."""

    def __init__(self, folder: Path, read: Sequence[LogFiles]) -> None:
        before = {log.log.folder: log.size for log in read}
        self._sealed: set[tuple[str, str]] = set()
        self._removed: list[Range] = []
        for log in log_files.open_logs(place.look(folder).logs):
            for _, data in log.entries(before.get(log.log.folder, 0), log.size):
                self._take(data)

    def explain(self, suspect: Suspect, here: Place) -> bool:
        """Whether a suspect is what a running recorder did."""
        kind = suspect.finding.kind
        if kind == "file_unlogged":
            return (suspect.disk, suspect.path) in self._sealed
        if kind == "file_left":
            return not (here.disks.get(suspect.disk) or Path()).joinpath(suspect.path).exists()
        key, number = [suspect.finding.camera, suspect.finding.stream], suspect.number
        return (
            kind == "file_missing"
            and number is not None
            and any(item[:2] == key and item[2] <= number <= item[3] for item in self._removed)
        )

    def _take(self, data: bytes) -> None:
        try:
            entry = decode(data)
        except EntryError:
            return
        if entry["kind"] == "segment":
            self._sealed.add((entry["disk"], entry["path"]))
        elif entry["kind"] in REMOVAL_KINDS:
            self._removed += entry["segments"]
