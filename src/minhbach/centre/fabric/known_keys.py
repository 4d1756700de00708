"""Which public keys of the centre were in force when: after a change of keys, what the one before signed stays proven.

Owns ``public.list`` in the folder of the keys: a line for each public key of ``witness.key`` and ``approval.key``, and
since when. ``init`` adds the keys that it finds; nothing takes a line away. Only public halves stand in it: who adds a
line has courts trust another key, who removes one has honest packages of its time look altered. Leaves the private
keys to ``keys``, and which of these a package needs to ``evidence``.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.keys import KeysUnusable, fast_check
from minhbach.durable import Files
from minhbach.ledger import note

NAME = "public.list"


class Role(StrEnum):
    """What a key is trusted for, as the key file of a court calls it."""

    WITNESS = "witness"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Known:
    """A public key and from when until when the centre signed with it.

    `begin` is None of the first one that was written down, which is older than the list; `end` of today's.
    """

    role: Role
    verifier: note.Verifier
    begin: datetime.datetime | None
    end: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime.datetime
    role: Role
    vkey: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(datetime.UTC).isoformat(timespec='seconds')} {self.role} {self.vkey}\n"


def keep(folder: Path, *, now: datetime.datetime, files: Files | None = None) -> None:
    """Write down today's public keys beside those before, durably. Raises KeysUnusable, OSError."""
    lines, held = _read(folder), keys.load(folder)
    fresh = [
        _Line(now, role, vkey)
        for role, vkey in ((Role.WITNESS, held.witness.verifier.vkey), (Role.CENTRE, held.approval.verifier.vkey))
        if vkey != next((line.vkey for line in reversed(lines) if line.role == role), None)
    ]
    if fresh:
        text = "".join(map(str, [*lines, *fresh]))
        (files or Files()).replace(folder / NAME, text.encode("ascii"), mode=0o600)


def known(folder: Path, role: Role) -> list[Known]:
    """Every key of the role, the oldest first; one that came back stands there twice. Raises KeysUnusable.

    Today's is the last, also before it was written down.
    """
    lines = [line for line in _read(folder) if line.role == role]
    ends = [*(line.at for line in lines[1:]), None]
    found = [
        Known(role, note.parse_vkey(line.vkey, fast_check), line.at if number else None, end)
        for number, (line, end) in enumerate(zip(lines, ends, strict=False))
    ]
    held = keys.load(folder)
    today = held.witness.verifier if role is Role.WITNESS else held.approval.verifier
    if not found or found[-1].verifier.vkey != today.vkey:
        found.append(Known(role, note.parse_vkey(today.vkey, fast_check), None, None))
    return found


def in_force_since(found: Sequence[Known], since: datetime.datetime) -> list[Known]:
    """Those with which the centre signed at that time or later, each key once."""
    kept = [each for each in found if each.end is None or each.end >= since]
    return list({each.verifier.vkey: each for each in kept}.values())


def _read(folder: Path) -> list[_Line]:
    try:
        text = (folder / NAME).read_text("ascii")
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        raise _unreadable(folder) from None
    return [_line(folder, line) for line in text.splitlines()]


def _line(folder: Path, line: str) -> _Line:
    try:
        at, role, vkey = line.split(" ")
        note.parse_vkey(vkey, fast_check)
        return _Line(datetime.datetime.fromisoformat(at), Role(role), vkey)
    except (ValueError, note.NoteError):
        raise _unreadable(folder) from None


def _unreadable(folder: Path) -> KeysUnusable:
    return KeysUnusable(
        f"Không đọc được danh sách khóa công khai {folder / NAME}; hãy phục hồi tệp này từ bản sao lưu.",
        f"The list of public keys {folder / NAME} cannot be read; restore it from a backup.",
    )
