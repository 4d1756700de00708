"""One recorder's part of a package: are its entries proven, do they join, are the files what they sealed?

Owns: the examination of entries and originals (FORMAT.md section 9, steps 3 to 5). Promises: an entry counts only under
a checkpoint handed in as signed; each original is read once. Leaves to others: signatures and the list of hashes
(`verify`), joining in time (`coverage`), the words (`verdicts`).
"""

from collections.abc import Iterable, Iterator, Mapping

from minhbach.ledger import tree
from minhbach.ledger.checkpoint import Signed
from minhbach.ledger.container import Container, PackageUnreadable
from minhbach.ledger.coverage import Proven, examine_stream
from minhbach.ledger.entry import EntryError, encode, log_name
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.grounds import examine_grounds
from minhbach.ledger.manifest import Part, Row
from minhbach.ledger.selection import Place, Stream
from minhbach.ledger.verdicts import Remark, local_time

LATE_S = 120


class PartExamination:
    """`remarks` says everything about one part; `proven` and `digests` are there afterwards.

    `signed` are the checkpoints by number that a trusted key of their log has signed; `checkpoints` is how many the
    package names. A `masked` part holds no originals.
    """

    def __init__(
        self, container: Container, part: Part, signed: Mapping[int, Signed], checkpoints: int, *, masked: bool = False
    ) -> None:
        self._container = container
        self._part = part
        self._signed = signed
        self._checkpoints = checkpoints
        self._masked = masked
        self.proven: dict[Place, Proven] = {}
        self.digests: dict[str, tuple[int, str]] = {}

    def remarks(self, streams: tuple[Stream, ...], begin_us: int, end_us: int) -> Iterator[Remark]:
        """What is wrong or missing of these streams in begin ≤ t < end."""
        yield from self._entries()
        for camera, stream in streams:
            yield from examine_stream(self.proven, camera, stream, begin_us, end_us)
            stretches = (each for each in self.proven.values() if each.is_stretch_of(camera, stream))
            yield from _merged(remark for each in stretches for remark in _witnessed(each))
        yield from _merged(examine_grounds(self.proven, streams))
        yield from self._grounds()
        yield from self._originals(streams)

    def _entries(self) -> Iterator[Remark]:
        seen: set[tuple[str, int]] = set()
        for row in self._part.rows:
            place = {"log": row.log, "index": row.index}
            if (row.log, row.index) in seen:
                yield Remark("entry_doubled", values={**place})
                continue
            seen.add((row.log, row.index))
            why = self._prove(row)
            if why is not None:
                yield _about(row, "entry_altered", {**place, "why": why})

    def _prove(self, row: Row) -> str | None:
        """Keeps an entry that is proven, or that nobody can judge for want of a key; else says what is wrong."""
        try:
            leaf = tree.leaf_hash(encode(row.entry))
        except EntryError as problem:
            return str(problem)
        if row.checkpoint >= self._checkpoints:
            return "it names no checkpoint"
        signed = self._signed.get(row.checkpoint)
        if signed is not None:
            head = signed.checkpoint
            try:
                if log_name(head.origin) != row.log or f"/{self._part.recorder}/" not in head.origin:
                    return "its checkpoint is of another log"
                tree.verify_inclusion(leaf, row.index, head.size, list(row.proof), head.root)
            except LedgerError as problem:
                return str(problem)
        time_s = signed.witnessed_s() if signed is not None else None
        self.proven[row.log, row.index] = Proven((row.log, row.index), row.entry, signed is not None, time_s)
        return None

    def _grounds(self) -> Iterator[Remark]:
        """Clocks and removals count as little as the stretches while nobody has witnessed them."""
        for (log, index), each in self.proven.items():
            if each.entry["kind"] not in ("segment", "gap") and each.trusted and each.time_s is None:
                yield Remark("rests_on_unwitnessed", values={"kind": each.entry["kind"], "log": log, "index": index})

    def _originals(self, streams: tuple[Stream, ...]) -> Iterator[Remark]:
        if self._masked:
            for file in self._part.originals.values():
                yield Remark("original_in_copy", values={"file": file})
            return
        claimed: set[str] = set()
        for place, file in self._part.originals.items():
            proven = self.proven.get(place)
            asked = proven is not None and any(proven.is_stretch_of(*stream) for stream in streams)
            if proven is None or not asked or proven.entry["kind"] != "segment" or file in claimed:
                yield Remark("file_stray", values={"file": file})
                continue
            claimed.add(file)
            kind = self._original(file, proven)
            if kind is not None:
                yield proven.remark(kind, {"file": file})
        removed = [each.entry for each in self.proven.values() if each.removes]
        for place, proven in self.proven.items():
            if proven.entry["kind"] == "segment" and place not in self._part.originals and not proven.is_in(removed):
                yield proven.remark("file_missing", {"file": proven.entry["path"]})

    def _original(self, file: str, proven: Proven) -> str | None:
        size = self._container.sizes.get(file)
        if size is None:
            return "file_missing"
        if size != proven.entry["bytes"]:  # and so nothing is unpacked beyond what the log promised
            return "file_altered"
        try:
            self.digests[file] = self._container.digest(file)
        except PackageUnreadable:
            return "file_altered"
        return None if self.digests[file] == (proven.entry["bytes"], proven.entry["sha256"]) else "file_altered"


def _about(row: Row, kind: str, values: dict[str, object]) -> Remark:
    """A remark on a row that was not even proven: its own words are quoted only where they have the right shape."""
    words = [row.entry.get(name) for name in ("camera", "stream")]
    times = [row.entry.get(name) for name in ("begin_us", "end_us")]
    camera, stream = (word if isinstance(word, str) else None for word in words)
    begin_us, end_us = (time if type(time) is int else None for time in times)
    return Remark(kind, camera, stream, begin_us, end_us, values)


def _witnessed(proven: Proven) -> Iterator[Remark]:
    at_s = proven.entry["at_us"] // 1_000_000
    if not proven.trusted:
        yield proven.remark("no_trusted_checkpoint", {})
    elif proven.time_s is None:
        yield proven.remark("unwitnessed", {})
    elif proven.time_s - at_s > LATE_S:
        yield proven.remark(
            "witnessed_late", {"at": local_time(proven.time_s * 1_000_000), "late_s": proven.time_s - at_s}
        )
    elif at_s - proven.time_s > LATE_S:
        yield proven.remark("clock_ahead", {"ahead_s": at_s - proven.time_s})


def _merged(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Joins remarks of one kind whose times touch and whose words are the same."""
    last: Remark | None = None
    for each in remarks:
        if last is not None and (last.kind, last.end_us, last.values) == (each.kind, each.begin_us, each.values):
            last = Remark(last.kind, last.camera, last.stream, last.begin_us, each.end_us, last.values)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last
