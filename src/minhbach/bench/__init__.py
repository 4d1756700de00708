"""One command per figure of the product, both sides of a comparison in the same run.

``source`` gives the benches their load: many cameras with identical bytes from one cheap process, made by ``film``,
kept by ``tape``, sent by ``sender``; ``archive`` makes large archives; ``processes`` reads what a side costs. Each
figure's own module says what its sides are, ``bounds`` what was promised of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from minhbach.bench import (
    assess,
    check,
    copies,
    evidence,
    health,
    journal,
    live,
    player,
    record,
    reports,
    timeline,
    wall,
)
from minhbach.bench.bounds import judged
from minhbach.serve.site import SiteFailed

DEFAULT_SECONDS = 30.0


def command(args: argparse.Namespace) -> int:
    """``minhbach bench NAME``: prints ``figure: value`` lines, and of each that has a bound whether it holds.

    1 when one does not, 2 when it cannot run.
    """
    benches = {
        "assess": lambda args: assess.run(),
        "check": _check,
        "copies": _copies,
        "evidence": _evidence,
        "live": _live,
        "health": _health,
        "journal": _journal,
        "player": lambda args: player.run(round(args.seconds or player.SECONDS), cache_folder()),
        "record": _record,
        "reports": _reports,
        "timeline": _timeline,
    }
    if args.name not in benches:
        names = ", ".join(sorted(benches))
        print(f"Không có phép đo '{args.name}'; có: {names}. / There is no such bench.", file=sys.stderr)
        return 2
    kept = True
    try:
        for line in benches[args.name](args):
            said, holds = judged(line)
            kept = kept and holds
            print(said, flush=True)
    except FileNotFoundError as missing:
        print(f"Thiếu chương trình {missing}; hãy cài gói cùng tên. / Install {missing} first.", file=sys.stderr)
        return 2
    except SiteFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0 if kept else 1


def cache_folder() -> Path:
    """Where benches keep what takes long to make."""
    prefix = Path(sys.prefix)
    return (prefix.parent if prefix.name == ".venv" else Path.cwd()) / "var" / "bench"


def _reports(args: argparse.Namespace) -> Iterator[str]:
    return reports.run()


def _record(args: argparse.Namespace) -> Iterator[str]:
    cameras = [args.cameras] if args.cameras else [8, 100]
    return record.run(cameras, args.seconds or DEFAULT_SECONDS, cache_folder())


def _live(args: argparse.Namespace) -> Iterator[str]:
    if args.tiles:
        return wall.run(args.tiles, args.cameras, args.seconds or DEFAULT_SECONDS)
    return live.run(args.seconds or DEFAULT_SECONDS)


def _check(args: argparse.Namespace) -> Iterator[str]:
    return check.run()


def _copies(args: argparse.Namespace) -> Iterator[str]:
    return copies.run(round(args.seconds or copies.SECONDS), cache_folder())


def _evidence(args: argparse.Namespace) -> Iterator[str]:
    return evidence.run(cache=cache_folder())


def _health(args: argparse.Namespace) -> Iterator[str]:
    return health.run()


def _journal(args: argparse.Namespace) -> Iterator[str]:
    return journal.run()


def _timeline(args: argparse.Namespace) -> Iterator[str]:
    return timeline.run()
