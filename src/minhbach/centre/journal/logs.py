"""Whether the centre's log is one, and what it says: read from its files alone, as a stranger would.

Every entry is read and hashed again; tiles, root, signature and what witnesses cosigned must fit. Leaves the database
to `checking`.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.footage.logcopy import LogCopy
from minhbach.centre.journal import entries
from minhbach.centre.journal.book import generation_of
from minhbach.centre.journal.findings import Finding
from minhbach.centre.journal.logged import Logged, Place, told
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tree
from minhbach.ledger.checkpoint import Checkpoint
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import WitnessView


@dataclass(slots=True)
class Story:
    """What the logs say; origin, size and root are those of the one that grows. Close its lines."""

    origin: str = ""
    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    lines: Logged = field(default_factory=Logged)
    #: When lines came into the logs, in Unix µs: a moment for each batch.
    batches_us: array[int] = field(default_factory=lambda: array("Q"))
    #: Where a restoration is told, how many lines it lost, and the digest of their ids.
    restored: list[tuple[Place, int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    witnessed: int = 0
    previous: dict[str, Any] | None = None


def read(found: Sequence[LogCopy], views: Sequence[WitnessView], folder: Path | None = None) -> Story:
    """The whole logs, held against their signatures, each other, and what witnesses remember.

    Their lines are sorted in `folder`. Raises NoRoom.
    """
    story = Story(lines=Logged(folder))
    heads = [each.checkpoint for view in views for each in view.cosigned]
    before: dict[str, Any] | None = None
    behind: list[Finding] = []
    for log in found:
        story.size, story.root, story.previous = log.head.size, tree.EMPTY_ROOT, None
        try:
            story.origin = checkpoints.claimed(log.head.note).origin
            _take(story, log, {head.size: head for head in heads if head.origin == story.origin})
            _demand_signature(story, log)
            if story.previous != before:
                raise LedgerError("the log does not name the one before as it is")
        except (LedgerError, OSError, KeyError, TypeError, ValueError) as error:
            story.findings.append(Finding("log_damaged", story.origin or str(log.folder), why=str(error)))
        # What a log lacks of what was cosigned is said to be lost by the one that follows.
        story.findings += [Finding("restored", each.where, why=each.why) for each in behind]
        behind = _against(story, heads)
        before = {"origin": story.origin, "size": story.size, "root": story.root.hex()}
    for line, place in story.lines.settle():
        story.findings.append(Finding("log_damaged", spelled(place), why=f"line {line} stands there twice"))
    story.findings += behind
    if heads and not any(_centre(head.origin) == _centre(story.origin) for head in heads):
        story.findings.append(Finding("log_unknown", story.origin))
    return story


def gather(log: LogCopy, size: int, into: Logged) -> None:
    """Add the lines in entries behind the first `size`: what was anchored while somebody read."""
    for index, entry in enumerate(_entries(log, size), size):
        _lines(into, (generation_of(log.folder.name), index), entry)


def _entries(log: LogCopy, begin: int) -> Iterator[dict[str, Any]]:
    return map(entries.read, log.reader().entries(begin, log.head.size))


def _lines(into: Logged, place: Place, entry: dict[str, Any]) -> bool:
    """Add the lines that an entry names; whether it names any."""
    named = entry["lines"] if entry["kind"] == "lines" else ()
    for line, commitment in named:
        into.add(told(line, commitment, entry["at_us"], place))
    return bool(named)


def _take(story: Story, log: LogCopy, heads: dict[int, Checkpoint]) -> None:
    frontier, reader, generation = tree.Frontier(), log.reader(), generation_of(log.folder.name)
    for index, data in enumerate(reader.entries(0, story.size)):
        frontier.append(tree.leaf_hash(data))
        _note(story, (generation, index), entries.read(data))
        head = heads.get(index + 1)
        if head is not None and head.root != frontier.root():
            story.findings.append(Finding("log_rewritten", f"{story.origin} {head.size}"))
    story.root = frontier.root()
    if reader.root(story.size) != story.root or log.head.root != story.root:
        raise LedgerError("the tiles, the entries and the head give different roots")


def _note(story: Story, place: Place, entry: dict[str, Any]) -> None:
    if entry["kind"] == "restored":
        story.restored.append((place, entry["lost"], entry["sha256"]))
    if entry["kind"] == "log_opened":
        story.previous = entry["previous"]
    if _lines(story.lines, place, entry) and entry["at_us"] not in story.batches_us[-1:]:
        story.batches_us.append(entry["at_us"])


def _demand_signature(story: Story, log: LogCopy) -> None:
    first = entries.read(log.reader().entry(0))
    key = note.parse_vkey(first["key"], fast_check)
    signed = checkpoints.read(log.head.note, [key]).checkpoint
    if (signed.size, signed.root) != (story.size, story.root) or first["origin"] != story.origin:
        raise LedgerError("the signed checkpoint is not of these entries")


def _against(story: Story, heads: Sequence[Checkpoint]) -> list[Finding]:
    """What witnesses cosigned of this log beyond its end."""
    mine = [head for head in heads if head.origin == story.origin]
    story.witnessed = max((head.size for head in mine if head.size <= story.size), default=0)
    longer = [head for head in mine if head.size > story.size]
    why = f"{story.size} of {longer[-1].size} cosigned entries are left" if longer else ""
    return [Finding("log_rewritten", f"{story.origin} {head.size}", why=why) for head in longer[-1:]]


def _centre(origin: str) -> str:
    """Whose log it is: `minhbach.vn/log/UUID` of all generations."""
    return "/".join(origin.split("/")[:3])


def spelled(place: Place) -> str:
    """A place in the logs, as people read it."""
    return f"#{place[0]}/{place[1]}" if place[0] > 1 else f"#{place[1]}"
