"""``minhbach check``: re-hash and re-walk an archive, also while it is being written.

``inspection`` is one check from the folders to the findings, ``files`` the part of it that reads footage,
``timeline`` what the log says of each second, ``report`` and ``page`` how it is told. Exit status: 0 sound, 1
findings, 2 cannot run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from minhbach.edge.check import page, report
from minhbach.edge.check.inspection import CannotCheck, inspect
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import WitnessView, read_witness_file


def command(args: argparse.Namespace) -> int:
    """The ``check`` command."""
    try:
        view = _witness(args.witness)
        result = inspect(args.archive.absolute(), view, quick=args.quick, progress=_progress)
    except CannotCheck as problem:
        print(f"{problem.vi}\n{problem.en}", file=sys.stderr)
        return 2
    if args.html:
        now_us = time.time_ns() // 1000
        text = page.render(result, now_us=now_us, quick=args.quick, witnessed=view is not None)
        args.html.write_text(text, encoding="utf-8")
    if args.json:
        print(json.dumps(report.as_json(result), ensure_ascii=False))
    else:
        for line in report.lines(result, witnessed=view is not None):
            print(line)
    return 1 if result.findings else 0


def _witness(path: Path | None) -> WitnessView | None:
    if path is None:
        return None
    try:
        return read_witness_file(path.read_bytes())
    except (OSError, LedgerError) as problem:
        raise CannotCheck(
            f"Không đọc được tệp của bên làm chứng {path}: {problem}", f"Cannot read the witness file {path}: {problem}"
        ) from problem


def _progress(done: int, total: int) -> None:
    """A line that rewrites itself, only where a person is looking."""
    if sys.stderr.isatty() and total:
        end = "\n" if done >= total else ""
        print(f"\r{done * 100 // total:3d} %", end=end, file=sys.stderr, flush=True)
