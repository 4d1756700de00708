"""``minhbach check``: re-hash and re-walk an archive, also while it is being written.

``inspection`` is one check from the folders to the findings: ``place`` finds what is there, ``log_files`` compares the
files of a log with each other, ``timeline`` collects what the log says of each second, ``files`` reads footage;
``report`` and ``page`` tell it, with the words of ``words``. Exit status: 0 sound, 1 findings, 2 cannot run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from minhbach.edge.check import page, report
from minhbach.edge.check.inspection import fast_check, inspect
from minhbach.edge.check.place import CannotRead
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import WitnessView, read_witness_file

_MOST_PROCESSES = 8


def command(args: argparse.Namespace) -> int:
    """The ``check`` command."""
    try:
        view = None if args.witness is None else read_witness(args.witness)
        cores = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
        result = inspect(args.archive.absolute(), view, quick=args.quick, progress=_progress, processes=cores)
    except CannotRead as problem:
        print(f"{problem.vi}\n{problem.en}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report.as_json(result), ensure_ascii=False))
    else:
        for line in report.lines(result, witnessed=view is not None):
            print(line)
    if args.html:
        now_us = time.time_ns() // 1000
        try:
            args.html.write_text(
                page.render(result, now_us=now_us, quick=args.quick, witnessed=view is not None), "utf-8"
            )
        except OSError as problem:
            print(f"Không ghi được {args.html}: {problem}\n{args.html} cannot be written: {problem}", file=sys.stderr)
            return 2
    return 1 if result.findings else 0


def read_witness(path: Path) -> WitnessView:
    """What a witness has cosigned. Raises CannotRead when the file cannot be used."""
    try:
        return read_witness_file(path.read_bytes(), fast_check)
    except (OSError, LedgerError) as problem:
        raise CannotRead(
            f"Không dùng được tệp của bên làm chứng {path}: {problem}", f"Cannot use the witness file {path}: {problem}"
        ) from problem


def _progress(done: int, total: int) -> None:
    """A line that rewrites itself, only where a person is looking."""
    if sys.stderr.isatty() and total:
        end = "\n" if done >= total else ""
        print(f"\r{done * 100 // total:3d} %", end=end, file=sys.stderr, flush=True)
