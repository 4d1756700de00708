"""``minhbach package``: footage of a time and its proofs, out of an archive.

Owns what a package command reads: which streams a camera's name means, the logs as far as they are signed, the notes at
hand (the witness' and the recorder's own), and the files. The package it makes holds no approvals and says so. Leaves
its form to ``ledger.package``; who may ask for footage is the centre's to decide, here it is whoever may read the
archive.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from minhbach.edge.check import read_witness
from minhbach.edge.check.place import CannotRead, Place, look, open_plain
from minhbach.edge.check.timeline import label
from minhbach.edge.check.words import moment
from minhbach.ledger.entry import Entry, EntryError, decode
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.package import Request, build
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.selection import PackageError
from minhbach.ledger.witness import WitnessView

Stream = tuple[str, str]


def command(args: argparse.Namespace) -> int:
    """The ``package`` command: 0 written, 2 not."""
    try:
        view = None if args.witness is None else read_witness(args.witness)
        place = look(args.archive.absolute())
        request = Request(streams_of(args.camera, known_streams(place)), args.begin_us, args.end_us, _now_us())
        try:
            build(args.out, request, package_logs(place, view), opener(place))
        except PackageError as problem:
            _explain(place, request, problem)
    except CannotRead as problem:
        return _refuse(problem.vi, problem.en)
    except FileExistsError:
        return _refuse(f"{args.out} đã có; hãy chọn tên khác.", f"{args.out} exists; choose another name.")
    except (LedgerError, OSError) as problem:
        return _refuse(f"Không lập được gói: {problem}", f"The package cannot be built: {problem}")
    print(f"Đã lập {args.out} (CHƯA ĐƯỢC PHÊ DUYỆT). / {args.out} is written (NOT APPROVED).")
    if view is None:
        print(
            "CHƯA ĐƯỢC LÀM CHỨNG: gói không có chữ ký của bên làm chứng (--witness TỆP). / "
            "UNWITNESSED: the package holds no cosignature (--witness FILE)."
        )
    return 0


def known_streams(place: Place) -> list[Stream]:
    """Every stream that any configuration in the logs names. Raises LedgerError when a log cannot be read."""
    rows = [row for entry in _entries(place, "configuration") for row in entry["cameras"]]
    return list(dict.fromkeys((row["camera"], row["stream"]) for row in rows))


def streams_of(names: Sequence[str], known: Sequence[Stream]) -> tuple[Stream, ...]:
    """The streams that camera names mean: ``quay-1`` its main picture and sound, ``quay-1/sub`` that stream alone.

    Raises CannotRead for a name that the log does not know.
    """
    found: list[Stream] = []
    for name in names:
        camera, slash, stream = name.partition("/")
        wanted = [(camera, stream)] if slash else [(camera, "main"), (camera, "main-sound")]
        here = [each for each in wanted if each in known]
        if not here:
            have = ", ".join(sorted(label(*each) for each in known))
            raise CannotRead(f"Nhật ký không có camera {name}; có: {have}.", f"The log knows no {name}, but: {have}.")
        found += [each for each in here if each not in found]
    return tuple(found)


def package_logs(place: Place, view: WitnessView | None) -> list[PackageLog]:
    """The archive's logs, oldest first, each with every checkpoint at hand. Raises LedgerError."""
    known = view.cosigned if view is not None else ()
    return [
        PackageLog(
            log.reader(),
            [*(each.note for each in known if each.checkpoint.origin == log.origin), log.checkpoint or b""],
        )
        for log in place.logs
    ]


def opener(place: Place) -> Callable[[str, str], BinaryIO]:
    """Opens a sealed file by its disk's name and its path."""

    def open_file(disk: str, path: str) -> BinaryIO:
        folder = place.disks.get(disk)
        if folder is None:
            raise CannotRead(f"Không thấy ổ đĩa {disk} chứa {path}.", f"The disk {disk} with {path} is not here.")
        return os.fdopen(open_plain(folder / path), "rb")

    return open_file


def _explain(place: Place, request: Request, problem: PackageError) -> None:
    """Say for which time the log accounts, if the request goes beyond it; else let the problem speak."""
    for camera, stream in request.streams:
        labels = [
            at_us
            for entry in _entries(place, "segment", "gap")
            if (entry["camera"], entry["stream"]) == (camera, stream)
            for at_us in (entry["begin_us"], entry["end_us"])
        ]
        if not labels or request.begin_us < min(labels) or max(labels) < request.end_us:
            span = f"{moment(min(labels))} → {moment(max(labels))}" if labels else "–"
            name = label(camera, stream)
            raise CannotRead(
                f"Nhật ký mới ghi về {name} trong khoảng {span}; hãy chọn --from, --to trong khoảng đó.",
                f"The log accounts for {name} only from {span}; choose --from and --to within that.",
            ) from problem
    raise problem


def _entries(place: Place, *kinds: str) -> Iterator[Entry]:
    markers = [f'"kind":"{kind}"'.encode() for kind in kinds]
    for log in place.logs:
        reader = log.reader()
        for data in reader.entries(0, reader.size):
            if any(marker in data for marker in markers):
                try:
                    yield decode(data)
                except EntryError:
                    continue  # What cannot be read accounts for nothing; `check` says so.


def _now_us() -> int:
    return time.time_ns() // 1000


def _refuse(vi: str, en: str) -> int:
    print(f"{vi}\n{en}", file=sys.stderr)
    return 2
