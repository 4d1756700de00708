"""Programs of ours as a user this machine does not know, on a Python that may lie in somebody's private folder.

Owns the way there: where the user cannot pass a folder on the way to the interpreter or the checkout, the program gets
a mount namespace of its own in which that folder holds nothing but what it needs. Nobody else sees it, nothing is left.
"""

import shlex
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.centre.footage.lines import SOURCE

_STAGE = "/mnt"


def needed() -> list[Path]:
    """What a program of ours reads: the interpreter, its packages, the source."""
    return [Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), SOURCE]


def closed(paths: Iterable[Path]) -> set[Path]:
    """The topmost folders on the way that strangers may not pass."""
    found = set()
    for path in paths:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                found.add(folder)
                break
    return found


def command(user: int, words: list[str]) -> list[str]:
    """The command that runs words as the user; to be started by root."""
    drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--", *words]
    doors = closed(needed())
    if not doors:
        return drop
    steps = ["set -e"]
    for door in doors:
        inside = [path for path in needed() if path.is_relative_to(door)]
        steps.append(f"mount -t tmpfs -o mode=755 tmpfs {_STAGE}")
        for path in inside:
            place = shlex.quote(_STAGE + "/" + str(path.relative_to(door)))
            steps += [f"mkdir -p {place}", f"mount --bind {shlex.quote(str(path))} {place}"]
        steps.append(f"mount --rbind {_STAGE} {shlex.quote(str(door))}")
    return ["unshare", "-m", "sh", "-c", "; ".join([*steps, "exec " + shlex.join(drop)])]
