"""The rooms a recorder knows, kept over its restarts.

Owns one small file for each camera: the relief of its room (``decode.looks``: 80 blocks of 5 × 5 means without colour,
light or detail, in which nobody can be known) and which accepted view it belongs to. Promises that a file which cannot
be read is no face, that a camera which was lawfully turned has none, and that no camera's face outlives the camera. To
who can write here it is worth little: a forged face makes a camera be called covered, and covers nothing up in the log.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from minhbach.decode.wire import RELIEF_BYTES
from minhbach.durable import Files
from minhbach.edge.health.seeing import Face

SUFFIX = ".face"


class Faces:
    """In a folder of their own, which is made when the first is kept. All of it blocks on the disk."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files

    def known(self, camera: str, view: str) -> Face | None:
        """The room of a camera as it was known last, in this view; None when it was not."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            head, _, relief = self._path(camera).read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["view"] == view and len(relief) == RELIEF_BYTES:
                return Face(relief, int(said["looks"]), bool(said["dim"]))
        return None

    def keep(self, camera: str, view: str, face: Face) -> None:
        """Durably, instead of any other. Raises OSError."""
        self._files.make_folder(self._folder)
        head = json.dumps({"view": view, "looks": face.looks, "dim": face.dim})
        self._files.replace(self._path(camera), head.encode() + b"\n" + face.relief, mode=0o600)

    def keep_only(self, cameras: Collection[str]) -> None:
        """Forget the rooms of all other cameras. Raises OSError."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.name.removesuffix(SUFFIX) not in cameras:
                self._files.unlink(path)

    def _path(self, camera: str) -> Path:
        return self._folder / f"{camera}{SUFFIX}"
