"""How far a package has come while the worker makes it: one small file beside its parts, read by whoever looks.

Owns the steps, their words, and that file. Promises that telling costs nothing noticeable, however often it is done,
and that a page never sees half of it. Nothing rests on it: what is lost is a bar on a page. Leaves when to tell to
`packing` and `mask_building`.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from minhbach.centre.words import Words

FILE = "progress.json"
EVERY_S = 0.5


class Step(Enum):
    """What the worker is at: the words, and whether it is counted in seconds of footage (else in files)."""

    FETCH = (Words("Lấy tệp đã niêm phong từ đầu ghi", "Fetching sealed files from the recorder"), False)
    SHEETS = (Words("Tách hình để vẽ vùng che", "Taking out the pictures to draw on"), True)
    FOLLOW = (Words("Dò theo từng người giữa các lần vẽ", "Following everybody between the boxes"), True)
    COVER = (Words("Che hình và nén bản sao", "Covering and writing the copy"), True)
    WORKING = (Words("Lập bản sao làm việc", "Making the working copies"), True)
    PACK = (Words("Đóng gói", "Packing"), False)
    VERIFY = (Words("Kiểm tra gói như tòa án sẽ kiểm tra", "Checking the package as a court will"), False)

    @property
    def words(self) -> Words:
        """What people read."""
        return self.value[0]

    @property
    def in_seconds(self) -> bool:
        """Whether what is counted are seconds of footage."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Progress:
    """So many files or seconds `done` `of` all of this step."""

    step: Step
    done: int
    of: int

    @property
    def told(self) -> Words:
        """How far, as people read it; empty where nothing is counted."""
        if self.of < 1:
            return Words("", "")
        if self.step.in_seconds:
            return Words("{done}/{of} giây", "{done} of {of} seconds").fill(done=self.done, of=self.of)
        return Words("{done}/{of} tệp", "{done} of {of} files").fill(done=self.done, of=self.of)


class Telling:
    """Writes it down for one build, at most twice a second and at every new step. `whole_s` is all its footage."""

    def __init__(self, folder: Path, whole_s: int = 0) -> None:
        self._folder, self._whole_s = folder, whole_s
        self._last: tuple[Step | None, float] = (None, 0.0)

    def files(self, step: Step, done: int, of: int) -> None:
        """So many files."""
        self._tell(Progress(step, done, of))

    def share(self, step: Step, number: int = 0, count: int = 1) -> Callable[[float], None]:
        """For who says 0 to 1: of camera `number` of `count`."""
        return lambda part: self._tell(
            Progress(step, round((number + min(max(part, 0.0), 1.0)) / count * self._whole_s), self._whole_s)
        )

    def _tell(self, found: Progress) -> None:
        step, at_s = self._last
        now_s = time.monotonic()
        if step is found.step and now_s - at_s < EVERY_S:
            return
        self._last = found.step, now_s
        fresh = self._folder / (FILE + ".part")
        try:
            fresh.write_text(json.dumps([found.step.name, found.done, found.of]))
            os.replace(fresh, self._folder / FILE)
        except OSError:
            return  # a full disk is said by whoever writes what matters

    def over(self) -> None:
        """Nothing is under way."""
        self._last = (None, 0.0)
        (self._folder / FILE).unlink(missing_ok=True)


def progress(folder: Path) -> Progress | None:
    """What was told last of the build in that folder; None: nothing is under way."""
    try:
        name, done, of = json.loads((folder / FILE).read_bytes())
        return Progress(Step[name], int(done), int(of))
    except (OSError, ValueError, TypeError, KeyError):
        return None
