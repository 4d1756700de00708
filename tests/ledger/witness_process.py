"""A witness in a process of its own, killed at a named step: `python witness_process.py FILE STEP ROUND`.

Offers the witness tree A up to three sizes and prints each answered cosignature line. It kills itself with SIGKILL when
request number ROUND reaches STEP: `before` anything is stored, with `half` the record written, `written` but not
synced, `synced` but not answered, or `answered`.
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from minhbach.ledger import checkpoint, tree, witness
from tests.ledger.people import LOG, ORIGIN, WITNESS

SIZES = (3, 8, 13)
STEPS = ("before", "half", "written", "synced", "answered")


def leaves(branch: str, count: int) -> list[bytes]:
    """Leaf hashes of a tree; two branches share no leaf."""
    return [tree.leaf_hash(f"{branch} {number}".encode()) for number in range(count)]


def head(branch: str, size: int) -> checkpoint.Checkpoint:
    return checkpoint.Checkpoint(ORIGIN, size, tree.root_of(leaves(branch, size)))


def proof(branch: str, old: int, new: int) -> list[bytes]:
    known = leaves(branch, new)
    return tree.consistency_proof(old, new, lambda level, at: tree.root_of(known[at << level : (at + 1) << level]))


def die() -> NoReturn:
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL came back")


def run(path: Path, step: str, round_: int) -> None:
    number = 0

    def save(record: bytes) -> None:
        doomed = number == round_
        if doomed and step == "before":
            die()
        with path.open("ab") as file:
            file.write(record[: len(record) // 2])
            file.flush()
            if doomed and step == "half":
                die()
            file.write(record[len(record) // 2 :])
            file.flush()
            if doomed and step == "written":
                die()
            os.fsync(file.fileno())
        if doomed and step == "synced":
            die()

    past = path.read_bytes() if path.exists() else b""
    asked = witness.Witness(WITNESS, [LOG.verifier], past, save)
    old = 0
    for number, size in enumerate(SIZES):
        signed = checkpoint.sign(head("A", size), LOG)
        line = asked.add_checkpoint(old, proof("A", old, size), signed, 1_800_000_000 + number)
        sys.stdout.write(line.decode())
        if number == round_ and step == "answered":
            die()
        old = size


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
