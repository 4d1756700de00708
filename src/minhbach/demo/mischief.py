"""What goes wrong with a simulated camera when somebody asks for it: one file for each camera, one word in it.

Owns the words, the folder in which they are written (``echo covered > FOLDER/mot-cua-1``), and what each does to a
picture. Promises that every camera is well when the demo starts, and that a word nobody knows changes nothing. Leaves
switching off, freezing and silence to ``camera``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from minhbach.demo import room

Trouble = Literal["well", "off", "covered", "turned", "frozen", "black", "silent"]
WORDS: tuple[Trouble, ...] = get_args(Trouble)
LOOK_S = 0.5
_MOST_BYTES = 64
_SKIN = (112, 146)

Bytes = NDArray[np.uint8]


class Folder:
    """Where people write what shall go wrong."""

    def __init__(self, path: Path, cameras: Iterable[str]) -> None:
        """Make the folder; all cameras are well. Raises OSError."""
        self._path = path
        path.mkdir(parents=True, exist_ok=True)
        for name in cameras:
            (path / name).write_text("well\n", "utf-8")

    def word(self, camera: str) -> Trouble | None:
        """What shall go wrong with it now; None for what nobody knows."""
        try:
            with (self._path / camera).open("rb") as file:
                said = file.read(_MOST_BYTES).decode("utf-8", "replace").strip().lower()
        except OSError:
            return None
        return next((word for word in WORDS if word == said), None)


def spoil(planes: Bytes, trouble: Trouble) -> None:
    """Make of a good picture, (HEIGHT · 3/2, WIDTH), what a camera in trouble sees, in place."""
    luma, colour = planes[: room.HEIGHT], planes[room.HEIGHT :].reshape(2, room.HEIGHT // 2, room.WIDTH // 2)
    if trouble == "black":
        luma[:] = 16
        colour[:] = 128
    elif trouble == "covered":
        luma[:] = _hand()
        colour[:] = np.reshape(_SKIN, (2, 1, 1))
    elif trouble == "turned":
        # It hangs upside down and looks another way.
        luma[:] = np.roll(luma[::-1], room.WIDTH // 3, 1)
        colour[:] = np.roll(colour[:, ::-1], room.WIDTH // 6, 2)


def _hand() -> Bytes:
    """Very near: soft, and darker towards its edges."""
    down, across = np.mgrid[0 : room.HEIGHT, 0 : room.WIDTH].astype(np.float32)
    far = (across / room.WIDTH - 0.45) ** 2 + (down / room.HEIGHT - 0.6) ** 2
    hand: Bytes = np.rint(118 - 90 * far).astype(np.uint8)
    return hand
