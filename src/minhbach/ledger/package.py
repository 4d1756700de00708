"""Building an evidence package: footage byte for byte, and what proves it, for somebody who trusts only his own keys.

Owns: the layout and manifest of a package (FORMAT.md section 9) and which entries belong to a request. Promises: a
package is complete for its streams and range or is not written at all; a file that is no longer what its entry says is
refused; nothing is called approved. Leaves to others: who may ask (the centre's `evidence`), reading it (`verify`).

Errors: PackageError: the log does not account for the range, no checkpoint covers an entry, a file is not what was
sealed.
"""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger.entry import CLOCK_KINDS, REMOVAL_KINDS, Entry, canonical, decode, log_name
from minhbach.ledger.errors import LedgerError

FORMAT = "minhbach-package"
VERSION = 1
MANIFEST, HASHES = "manifest.json", "hashes.sha256"
_CHUNK_BYTES = 1 << 20

Place = tuple[str, int]  # log name, index


class PackageError(LedgerError):
    """This package cannot be built; the sentence says what is missing."""


class EntryReader(Protocol):
    """What of a log is needed; `tiles.LogReader` is one."""

    @property
    def size(self) -> int: ...
    def entries(self, start: int, end: int) -> Iterator[bytes]: ...
    def entry(self, index: int) -> bytes: ...
    def inclusion_proof(self, index: int, size: int) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class PackageLog:
    """One log and every checkpoint note at hand: the cosigned ones, and the newest of the recorder itself."""

    reader: EntryReader
    notes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """Which streams (camera, stream) in which wall time as labelled (begin ≤ t < end), and when it was asked."""

    streams: tuple[tuple[str, str], ...]
    begin_us: int
    end_us: int
    now_us: int


@dataclass(slots=True)
class _Chain:
    """The unbroken stretches of one stream from the first to the last that touch the range."""

    chosen: list[tuple[Place, Entry]] = field(default_factory=list)
    behind: list[tuple[Place, Entry]] = field(default_factory=list)

    def add(self, place: Place, stretch: Entry, touches: bool) -> None:
        if touches:
            self.chosen += [*self.behind, (place, stretch)]
            self.behind.clear()
        elif self.chosen:
            self.behind.append((place, stretch))

    def covers(self, begin_us: int, end_us: int) -> bool:
        labels = [label for _, each in self.chosen for label in (each["begin_us"], each["end_us"])]
        return bool(labels) and min(labels) <= begin_us and end_us <= max(labels)


class _Selection:
    """One pass over the logs, oldest first, that keeps what the request needs."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._needles = [b'"camera":' + canonical(camera) for camera, _ in request.streams]
        self.chains = {stream: _Chain() for stream in request.streams}
        self.kept: dict[Place, Entry] = {}
        self._removals: list[tuple[Place, Entry]] = []
        self._clocks: dict[Place, Entry] = {}

    def scan(self, reader: EntryReader) -> str:
        """Reads one log and returns its name."""
        opened = decode(reader.entry(0))
        name = log_name(opened["origin"])
        self.kept[name, 0] = opened
        for index, data in enumerate(reader.entries(0, reader.size)):
            if self._may_matter(data):
                self._look((name, index), decode(data))
        return name

    def _may_matter(self, data: bytes) -> bool:
        # Quotes inside a string are escaped, so these bytes occur nowhere else in canonical JSON.
        if b'"kind":"segment"' in data or b'"kind":"gap"' in data:
            return any(needle in data for needle in self._needles)
        return any(marker in data for marker in _MARKERS)

    def _look(self, place: Place, value: Entry) -> None:
        kind = value["kind"]
        if kind in CLOCK_KINDS:
            self._clocks[place] = value
        elif kind in REMOVAL_KINDS:
            self._removals.append((place, value))
        elif (value["camera"], value["stream"]) in self.chains:
            low, high = sorted((value["begin_us"], value["end_us"]))
            touches = low < self._request.end_us and self._request.begin_us < high
            self.chains[value["camera"], value["stream"]].add(place, value, touches)

    def finish(self) -> None:
        """Adds to the stretches what they rest on: clocks and removals."""
        for (camera, stream), chain in self.chains.items():
            if not chain.covers(self._request.begin_us, self._request.end_us):
                raise PackageError(f"The log does not account for all of the range of {camera}/{stream}.")
            numbers = {value["number"] for _, value in chain.chosen if value["kind"] == "segment"}
            for place, value in chain.chosen:
                self.kept[place] = value
                for clock in _clock_places(place[0], value):
                    self._keep_clock(clock)
            for place, value in self._removals:
                if any(_removes(item, camera, stream, numbers) for item in value["segments"]):
                    self.kept[place] = value
                    self._keep_clock((place[0], value["clock"]))

    def _keep_clock(self, place: Place) -> None:
        if place not in self._clocks:
            raise PackageError(f"The clock entry {place[1]} of the log {place[0]} is not in the logs given.")
        self.kept[place] = self._clocks[place]

    def removed(self, segment: Entry) -> bool:
        camera, stream, numbers = segment["camera"], segment["stream"], {segment["number"]}
        return any(_removes(item, camera, stream, numbers) for _, value in self._removals for item in value["segments"])


_MARKERS = [b'"kind":"' + kind.encode() + b'"' for kind in sorted(CLOCK_KINDS | REMOVAL_KINDS)]


def _clock_places(log: str, value: Entry) -> Iterator[Place]:
    yield log, value["clock"]
    other = value.get("footage_clock") or value.get("begin_clock")
    if other is not None:
        yield other[0], other[1]


def _removes(item: list[Any], camera: str, stream: str, numbers: set[int]) -> bool:
    return item[:2] == [camera, stream] and any(item[2] <= number <= item[3] for number in numbers)


def log_order(name: str) -> tuple[int, int]:
    """Sorts the names of one recorder's logs by age: `2026`, `2027`, `2/2027`."""
    part, _, year = name.rpartition("/")
    return int(part or 1), int(year)


# --- proofs -------------------------------------------------------------------------------------------


class _Proofs:
    """For each entry the smallest checkpoint at hand that covers it: the earliest moment that can be shown."""

    def __init__(self) -> None:
        self.files: list[bytes] = []
        self._logs: dict[str, tuple[EntryReader, list[tuple[int, bytes]]]] = {}
        self._numbers: dict[bytes, int] = {}
        self._node_numbers: dict[str, int] = {}

    @property
    def nodes(self) -> list[str]:
        """The tree's nodes that the proofs name by number: neighbours share most of theirs."""
        return list(self._node_numbers)

    def _node(self, step: bytes) -> int:
        return self._node_numbers.setdefault(step.hex(), len(self._node_numbers))

    def add(self, name: str, log: PackageLog) -> None:
        sized = sorted(((checkpoints.claimed(note).size, note) for note in log.notes), key=lambda each: each[0])
        self._logs[name] = (log.reader, [each for each in sized if each[0] <= log.reader.size])

    def row(self, place: Place, value: Entry) -> dict[str, Any]:
        reader, sized = self._logs[place[0]]
        found = next(((size, note) for size, note in sized if size > place[1]), None)
        if found is None:
            raise PackageError(f"No checkpoint covers entry {place[1]} of the log {place[0]}.")
        size, note = found
        if note not in self._numbers:
            self._numbers[note] = len(self.files)
            self.files.append(note)
        proof = [self._node(step) for step in reader.inclusion_proof(place[1], size)]
        number = self._numbers[note]
        return {"log": place[0], "index": place[1], "entry": value, "checkpoint": number, "proof": proof}


def checkpoint_file(number: int) -> str:
    """Where the package keeps its checkpoint note `number` (0-based)."""
    return f"checkpoints/{number:06d}.txt"


# --- writing ------------------------------------------------------------------------------------------


class _Sink:
    """Files into a folder or a zip that appears only when it is whole."""

    def __init__(self, target: Path) -> None:
        self._target, self._part = target, target.with_name(target.name + ".part")
        self.hashes: list[tuple[str, str]] = []
        zipped = target.suffix == ".zip"
        if not zipped:
            self._part.mkdir(parents=True)
        self._zip = zipfile.ZipFile(self._part, "x", zipfile.ZIP_STORED, allowZip64=True) if zipped else None

    def copy(self, name: str, source: BinaryIO) -> tuple[int, str]:
        """Writes the source under `name`; returns (bytes, hex SHA-256)."""
        digest, count = hashlib.sha256(), 0
        with self._create(name) as sink:
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                sink.write(chunk)
                count += len(chunk)
        self.hashes.append((digest.hexdigest(), name))
        return count, digest.hexdigest()

    def write(self, name: str, data: bytes) -> None:
        with self._create(name) as sink:
            sink.write(data)
        self.hashes.append((hashlib.sha256(data).hexdigest(), name))

    def _create(self, name: str) -> Any:
        if self._zip is not None:
            return self._zip.open(zipfile.ZipInfo(name), "w", force_zip64=True)
        path = self._part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    def finish(self) -> None:
        lines = [f"{digest}  {name}\n" for digest, name in sorted(self.hashes, key=lambda each: each[1])]
        self.write(HASHES, "".join(lines).encode())
        if self._zip is not None:
            self._zip.close()
        os.replace(self._part, self._target)

    def abandon(self) -> None:
        if self._zip is not None:
            self._zip.close()
            self._part.unlink(missing_ok=True)
        else:
            shutil.rmtree(self._part, ignore_errors=True)


def build(
    target: Path, request: Request, logs: Sequence[PackageLog], open_file: Callable[[str, str], BinaryIO]
) -> None:
    """Writes the package (a zip when `target` ends in .zip, else a folder), or nothing and PackageError.

    `logs` are the recorder's, oldest first, as far back as the footage's clocks reach; `open_file(disk, path)` opens
    a sealed file. FileExistsError when the target is there.
    """
    if request.begin_us >= request.end_us or not request.streams or len(set(request.streams)) < len(request.streams):
        raise PackageError("A request names streams, each once, and a range that ends after it begins.")
    if target.exists():
        raise FileExistsError(target)
    selection, proofs = _Selection(request), _Proofs()
    for log in logs:
        proofs.add(selection.scan(log.reader), log)
    selection.finish()
    places = sorted(selection.kept, key=lambda place: (log_order(place[0]), place[1]))
    rows = [proofs.row(place, selection.kept[place]) for place in places]
    sink = _Sink(target)
    try:
        _fill(sink, request, selection, rows, proofs, open_file)
        sink.finish()
    except BaseException:
        sink.abandon()
        raise


def _fill(
    sink: _Sink,
    request: Request,
    selection: _Selection,
    rows: list[dict[str, Any]],
    proofs: _Proofs,
    open_file: Callable[[str, str], BinaryIO],
) -> None:
    originals: list[dict[str, Any]] = []
    for row in rows:
        value = row["entry"]
        if value["kind"] == "segment" and not selection.removed(value):
            name = f"originals/{len(originals) + 1:06d}-{value['path'].rpartition('/')[2]}"
            with open_file(value["disk"], value["path"]) as source:
                if sink.copy(name, source) != (value["bytes"], value["sha256"]):
                    raise PackageError(f"The file {value['path']} is not what its entry says.")
            originals.append({"file": name, "log": row["log"], "index": row["index"]})
    for number, note in enumerate(proofs.files):
        sink.write(checkpoint_file(number), note)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "approved": False,
        "recorder": next(row["entry"]["recorder"] for row in rows if row["entry"]["kind"] == "log_opened"),
        "created_us": request.now_us,
        "range": {"begin_us": request.begin_us, "end_us": request.end_us},
        "streams": [{"camera": camera, "stream": stream} for camera, stream in request.streams],
        "checkpoints": len(proofs.files),
        "nodes": proofs.nodes,
        "entries": rows,
        "originals": originals,
    }
    sink.write(MANIFEST, canonical(manifest))
    for name, data in _documents(request):
        sink.write(name, data)


def _documents(request: Request) -> Iterator[tuple[str, bytes]]:
    folder = resources.files("minhbach.ledger")
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        if each.name == "FORMAT.md":
            yield each.name, each.read_bytes()
    asked = json.dumps([f"{camera}/{stream}" for camera, stream in request.streams], ensure_ascii=False)
    yield "README.txt", _README.format(streams=asked).encode()


_README = """\
GÓI CHỨNG CỨ MINH BẠCH: CHƯA ĐƯỢC PHÊ DUYỆT (NOT APPROVED)

Luồng ghi: {streams}
Gói này chứa các tệp gốc (originals/), các mục nhật ký cùng bằng chứng (manifest.json) và các điểm kiểm tra đã ký
(checkpoints/). Kiểm tra ngoại tuyến bằng tệp duy nhất minhbach-verify.pyz và danh sách khóa do chính nơi kiểm tra giữ:

    python -I -S minhbach-verify.pyz GÓI --keys KHÓA.txt

Không dùng khóa hoặc chương trình nhận cùng gói này. Định dạng được mô tả đầy đủ trong FORMAT.md.

---

MINH BACH EVIDENCE PACKAGE: NOT APPROVED

This package holds original files (originals/), log entries with their proofs (manifest.json) and signed checkpoints
(checkpoints/). Verify it offline with the single file minhbach-verify.pyz and with keys you hold yourself, as above.
Do not use keys or a program that came with this package. FORMAT.md describes everything in it.
"""
