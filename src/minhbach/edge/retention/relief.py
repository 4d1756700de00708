"""Room on a disk that is nearly full.

Owns the emergency deletion: when it is due, what goes (never anything held; first what is past its legal minimum, the
oldest first) and what is told when the disk is too small for the law (fault ``below_minimum``) or full of held footage
(``all_held``). It begins before the reserve is touched, so that recording need not stop for it, and not at all while
another disk has room. Leaves writing the entries to ``removal`` and refusing to write to ``archive.disks``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from heapq import merge
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive.archive import Archive
from minhbach.edge.archive.disks import Disk
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.clock import Clock
from minhbach.edge.config import DAY_US
from minhbach.edge.retention.ballast import Ballast
from minhbach.edge.retention.removal import MOST_FILES, Removal, held_stretches, portions, present, stream_of
from minhbach.ledger.state import State

MARGIN_BYTES = 256 << 20
"""Relief begins this much before the reserve and frees twice as much, so that it is not needed again at once."""
SMALLEST_MARGIN_BYTES = 1 << 20
HOPELESS_US = 30_000_000
"""How long a disk full of held footage is left alone before it is looked through again."""
INSISTENCE_US = 300_000_000
FEW_INODES = 256


class Relief:
    """Call ``look`` every few seconds with the running time."""

    def __init__(
        self, archive: Archive, catalogue: Catalogue, removal: Removal, ballast: Ballast, files: Files, clock: Clock
    ) -> None:
        self._archive = archive
        self._ballast = ballast
        self._files = files
        self._catalogue = catalogue
        self._removal = removal
        self._clock = clock
        self._again_us: dict[str, int] = {}
        self._believed_us: dict[str, int] = {}
        self._below_run_us: dict[str, int] = {}

    def look(self, run_us: int) -> None:
        """Relieve each disk that needs it, unless what was logged last is still on its way off that disk."""
        for disk in self._archive.disks.all:
            if disk.trouble in ("", "disk_full") and not self._removal.is_making_room(disk):
                self._look(disk, run_us)
        for name, below_us in list(self._below_run_us.items()):
            if run_us - below_us > DAY_US:
                del self._below_run_us[name]
                self._archive.fault(f"retention {name}", "")

    def _look(self, disk: Disk, run_us: int) -> None:
        now_us = self._clock.mono_us()
        if now_us < self._again_us.get(disk.name, now_us):
            return
        try:
            free_bytes = self._files.space(disk.path).free_bytes
            out_of_names = _is_out_of_inodes(disk.path)
        except OSError:
            return
        margin = margin_bytes(disk)
        need_bytes = disk.keep_free_bytes + 2 * margin
        if free_bytes >= self._begin_bytes(disk, margin):
            if self._room_elsewhere(disk) or not (out_of_names or self._refuses(disk, now_us)):
                if self._again_us.pop(disk.name, None) is not None:
                    self._tell(disk)
                return
            need_bytes = max(need_bytes, free_bytes + margin)
        self._relieve(disk, free_bytes, need_bytes, run_us)

    def _begin_bytes(self, disk: Disk, margin: int) -> int:
        """Relief begins below this; with room elsewhere only for the log, which cannot move."""
        if not self._room_elsewhere(disk):
            return disk.keep_free_bytes + margin
        return disk.keep_free_bytes // 2 if disk is self._archive.disks.all[0] else 0

    def _room_elsewhere(self, disk: Disk) -> bool:
        return any(
            each is not disk and not each.trouble and each.free_bytes - each.keep_free_bytes > margin_bytes(each)
            for each in self._archive.disks.all
        )

    def _refuses(self, disk: Disk, now_us: int) -> bool:
        """Whether a disk that claims to have room refuses writes: a quota, perhaps.

        Once the claim is believed, for somebody else's file may have come and gone; but not while the log lives on the
        last bytes, because footage would take those first.
        """
        if disk.trouble != "disk_full":
            return False
        last_us = self._believed_us.get(disk.name)
        if last_us is not None and now_us - last_us < INSISTENCE_US:
            return True
        if disk is self._archive.disks.all[0] and self._ballast.used_up:
            return True
        self._believed_us[disk.name] = now_us
        disk.resting_until_us = 0
        return False

    def _relieve(self, disk: Disk, free_bytes: int, need_bytes: int, run_us: int) -> None:
        chosen = self._choose(disk, need_bytes - free_bytes, run_us)
        if not chosen:
            self._again_us[disk.name] = self._clock.mono_us() + HOPELESS_US
            self._archive.fault(f"retention {disk.name}", "all_held")
            return
        for portion in portions(sorted(chosen, key=lambda each: (each.camera, each.stream, each.number))):
            below = any(_below_minimum(self._state, each, run_us) for each in portion)
            self._removal.remove(
                "emergency_deletion",
                portion,
                disk=disk.name,
                free_bytes=free_bytes,
                need_bytes=need_bytes,
                below_minimum=below,
            )
            if below:
                self._below_run_us[disk.name] = run_us
        self._tell(disk)
        disk.resting_until_us = 0

    def _tell(self, disk: Disk) -> None:
        """What of this disk is worth an alarm, now that something goes or has room."""
        code = "below_minimum" if disk.name in self._below_run_us else ""
        self._archive.fault(f"retention {disk.name}", code)

    def _choose(self, disk: Disk, missing_bytes: int, run_us: int) -> list[Segment]:
        chosen: dict[tuple[str, str, int], Segment] = {}
        for segment in self._candidates(disk, run_us):
            if missing_bytes <= 0 or len(chosen) >= MOST_FILES:
                break
            key = segment.camera, segment.stream, segment.number
            if key not in chosen:
                chosen[key] = segment
                missing_bytes -= segment.size_bytes
        return list(chosen.values())

    def _candidates(self, disk: Disk, run_us: int) -> Iterator[Segment]:
        """What may go, in the order in which it goes; what is past its minimum comes twice."""
        for past_only in (True, False):
            streams = (self._on_disk(disk, *key, run_us, past_only) for key in self._state.streams)
            yield from merge(*streams, key=lambda each: each.end_run_us)

    def _on_disk(self, disk: Disk, camera: str, stream: str, run_us: int, past_only: bool) -> Iterator[Segment]:
        held = held_stretches(self._state, camera, stream)
        for segment in present(self._state, self._catalogue.on_disk(disk.name, camera, stream, held)):
            if past_only and _below_minimum(self._state, segment, run_us):
                return
            yield segment

    @property
    def _state(self) -> State:
        return self._archive.book.replay.state


def _below_minimum(state: State, segment: Segment, run_us: int) -> bool:
    return run_us - segment.end_run_us < stream_of(state, segment).minimum_days * DAY_US


def margin_bytes(disk: Disk) -> int:
    """How early relief begins."""
    return min(MARGIN_BYTES, max(disk.keep_free_bytes // 4, SMALLEST_MARGIN_BYTES))


def _is_out_of_inodes(path: Path) -> bool:
    stat = os.statvfs(path)
    return stat.f_files > 0 and stat.f_favail < min(FEW_INODES, stat.f_files >> 4)
