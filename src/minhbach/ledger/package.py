"""Building an evidence package: footage byte for byte, and what proves it, for somebody who trusts only his own keys.

Owns: the layout and manifest of a package (FORMAT.md section 9) and which entries belong to a request. Promises: a
package is complete for its streams and range or is not written at all; a file that is no longer what its entry says is
refused; nothing is called approved. Leaves to others: who may ask (the centre's `evidence`), which entries a range
means (`selection`), reading it (`verify`).

Errors: PackageError: the log does not account for the range, no checkpoint covers an entry, a file is not what was
sealed.
"""

import json
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO

from minhbach.ledger.entry import Entry, canonical, log_name
from minhbach.ledger.proofs import PackageLog, Proofs, checkpoint_file
from minhbach.ledger.selection import PackageError, Place, Selection, log_order
from minhbach.ledger.sink import Sink

FORMAT = "minhbach-package"
VERSION = 1
MANIFEST, FORMAT_TEXT, README = "manifest.json", "FORMAT.md", "README.txt"


@dataclass(frozen=True, slots=True)
class Request:
    """Which streams (camera, stream) in which wall time as labelled (begin ≤ t < end), and when it was asked."""

    streams: tuple[tuple[str, str], ...]
    begin_us: int
    end_us: int
    now_us: int


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
    selection, proofs = Selection(request.streams, request.begin_us, request.end_us), Proofs()
    rows = proven_rows(selection, logs, proofs)
    sink = Sink(target)
    try:
        _fill(sink, request, selection, rows, proofs, open_file)
        sink.finish()
    except BaseException:
        sink.abandon()
        raise


def _fill(
    sink: Sink,
    request: Request,
    selection: Selection,
    rows: list[dict[str, Any]],
    proofs: Proofs,
    open_file: Callable[[str, str], BinaryIO],
) -> None:
    originals = copy_originals(sink, rows, selection, lambda value: open_file(value["disk"], value["path"]))
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
    sink.write(FORMAT_TEXT, format_text())
    asked = json.dumps([f"{camera}/{stream}" for camera, stream in request.streams], ensure_ascii=False)
    sink.write(README, _README.format(streams=asked).encode())


def proven_rows(
    selection: Selection, logs: Sequence[PackageLog], proofs: Proofs, only: Set[Place] | None = None
) -> list[dict[str, Any]]:
    """The manifest's rows of all that a selection comes to over one recorder's logs, oldest first.

    `only` leaves out every stretch that stands elsewhere. Raises PackageError.
    """
    origins: dict[str, str] = {}
    for log in logs:
        origin = selection.scan(log.reader)
        origins[log_name(origin)] = origin
        proofs.add(origin, log)
    if only is not None:
        selection.keep_only(only)
    selection.finish()
    places = sorted(selection.kept, key=lambda place: (log_order(place[0]), place[1]))
    return [proofs.row(origins[place[0]], place, selection.kept[place]) for place in places]


def copy_originals(
    sink: Sink,
    rows: list[dict[str, Any]],
    selection: Selection,
    open_file: Callable[[Entry], BinaryIO],
    before: int = 0,
) -> list[dict[str, Any]]:
    """Copies the sealed file of every segment that no removal names, numbered behind the `before` that are there.

    Returns the manifest's list of them. Raises PackageError, and what `open_file` raises.
    """
    originals: list[dict[str, Any]] = []
    for row in rows:
        value = row["entry"]
        if value["kind"] == "segment" and not selection.removed(value):
            name = f"originals/{before + len(originals) + 1:06d}-{value['path'].rpartition('/')[2]}"
            with open_file(value) as source:
                if sink.copy(name, source) != (value["bytes"], value["sha256"]):
                    raise PackageError(f"The file {value['path']} is not what its entry says.")
            originals.append({"file": name, "log": row["log"], "index": row["index"]})
    return originals


def format_text() -> bytes:
    """FORMAT.md, the normative text that travels in every package."""
    return resources.files("minhbach.ledger").joinpath(FORMAT_TEXT).read_bytes()


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
