"""A pre-encoded camera as a file: made once, replayed to any number of viewers.

Owns the file's layout: one line of JSON (`sets`, `frames` = [key, bytes of each unit…], `sound` = bytes), then all
units, then the sound. Promises that a tape in the cache is a whole one: it appears under its name only when complete.
Standard library only, so that the sending process stays small.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

FRAMES_PER_S = 15
SOUND_RATE = 8000


@dataclass(frozen=True, slots=True)
class Frame:
    """One access unit: NAL units without start codes; a key frame begins with the parameter sets."""

    key: bool
    units: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Tape:
    """A loop of H.264 at `FRAMES_PER_S` and A-law sound of exactly the same length, one byte per sample."""

    sets: tuple[bytes, ...]
    frames: tuple[Frame, ...]
    sound: bytes


def store(tape: Tape, path: Path) -> None:
    """Write `tape` to `path` under another name first."""
    head = {
        "sets": [unit.hex() for unit in tape.sets],
        "frames": [[int(frame.key), *map(len, frame.units)] for frame in tape.frames],
        "sound": len(tape.sound),
    }
    body = b"".join(unit for frame in tape.frames for unit in frame.units)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_bytes(json.dumps(head).encode() + b"\n" + body + tape.sound)
    draft.replace(path)


def load(path: Path) -> Tape:
    """The tape in `path`. Raises OSError; a damaged file raises ValueError or KeyError."""
    line, _, body = path.read_bytes().partition(b"\n")
    head = json.loads(line)
    frames = []
    at = 0
    for key, *sizes in head["frames"]:
        ends = [at + sum(sizes[: count + 1]) for count in range(len(sizes))]
        frames.append(Frame(bool(key), tuple(body[end - size : end] for size, end in zip(sizes, ends, strict=True))))
        at = ends[-1]
    sound = body[at : at + head["sound"]]
    if len(sound) != head["sound"]:
        raise ValueError(f"The tape {path} ends before its sound does.")
    return Tape(tuple(bytes.fromhex(unit) for unit in head["sets"]), tuple(frames), sound)
