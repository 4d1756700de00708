"""What is wrong with a camera's picture, look by look.

Owns the three judgements (black, covered, frozen), what is remembered between looks, and which of them is said when
several hold: a black picture is frozen too, but black is what a person can mend. Promises to judge by measurements
alone: no picture is seen here, only samples and reliefs that the decode child asked to be handed back.

A room is known by its *face*, the relief in which it was seen. A look is *strange* when it shows nothing of the face,
or, while there is none, nothing at all. Strange looks in a row are a *run*: bright ones are covered; dark ones are
black, unless what they have in common stays from look to look and is deep enough to be something: then that is what is
before the lens (covered), or, while no face is known, a dark room that becomes the face. So noise is told from a room
that is nearly lost in it, and what an encoder makes of nothing from a room.

*Covered* means that the room is not to be seen any more: something is before the lens, or the camera looks elsewhere.
*Frozen* is known by the noise that every sensor has: in a live picture two looks differ as much from each other as from
an earlier look; in a frozen one they do not, whether its clock runs on or not. After lights were switched the earlier
look says nothing for a while, and only a picture without any change is then called frozen. Where a camera takes away
all noise, its clock tells: something in the picture changed at every look, and now nothing does.
"""

from __future__ import annotations

import math
import statistics
import sys
from array import array
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from minhbach.decode.wire import Look
from minhbach.edge.health import thresholds

Verdict = Literal["", "black", "covered", "frozen"]


@dataclass(frozen=True, slots=True)
class Face:
    """How a room is known: a relief, and from how many looks it was averaged; ``dim`` where little of it showed."""

    relief: bytes
    looks: int
    dim: bool


class Seeing:
    """One camera's pictures. Ask ``others`` before a look and tell what came of it with ``saw``."""

    def __init__(self, face: Face | None = None) -> None:
        self.verdict: Verdict = ""
        self.face = face
        """The room as it is known; from an earlier life of the recorder, perhaps."""
        self._face_us = 0
        self._samples: deque[bytes] = deque(maxlen=thresholds.EARLIER_LOOKS)
        self._last = b""
        self._plain: deque[bytes] = deque(maxlen=thresholds.FACE_LOOKS)
        self._run: deque[tuple[Look, bytes]] = deque(maxlen=thresholds.LONGEST_RUN)
        self._steady_looks = 0
        self._recent: deque[Look] = deque(maxlen=thresholds.STILL_LOOKS_ALONE)
        self._live_changes: deque[float] = deque(maxlen=thresholds.EARLIER_LOOKS)
        self._live_stirs: deque[float] = deque(maxlen=thresholds.CLOCK_LOOKS)

    @property
    def others(self) -> tuple[bytes, bytes, bytes, bytes]:
        """What to compare the next picture with: the last sample, an earlier one, the face, the reliefs of the run."""
        earlier = self._samples[0] if len(self._samples) == thresholds.EARLIER_LOOKS else b""
        run = b"".join(relief for _, relief in self._run)
        return self._last, earlier, self.face.relief if self.face else b"", run

    def begin(self) -> None:
        """A new session with the camera: another encoder, so the earlier pictures say nothing about noise."""
        self._samples.clear()
        self._recent.clear()
        self._live_changes.clear()
        self._live_stirs.clear()
        self._last = b""

    def forget(self) -> None:
        """The camera was moved on purpose: the next room it sees is the room."""
        self.face = None
        self._run.clear()
        self._plain.clear()
        self.verdict = ""

    def saw(self, look: Look, sample: bytes, relief: bytes, now_us: int) -> Verdict:
        """Judge after one more look."""
        self._recent.append(look)
        if look.change > thresholds.STILL_CHANGE and not look.ratio <= thresholds.STILL_RATIO:
            self._live_changes.append(look.change)
        if not math.isnan(look.stir) and not self._stands(look):
            self._live_stirs.append(look.stir)
        if _strange(look, self.face):
            self._run.append((look, relief))
        else:
            self._run.clear()
        self.verdict = self._hidden() or ("frozen" if self._is_frozen() else "")
        self._last = sample
        if self.verdict != "frozen":
            # The earlier look must stay one from before the picture froze.
            self._samples.append(sample)
        if not self.verdict:
            self._remember(look, relief, now_us)
        return self.verdict

    def _hidden(self) -> Verdict:
        """What a run of strange looks is called, when it is long enough."""
        if not self._run:
            return ""
        look = self._run[-1][0]
        dark = look.brightest <= thresholds.DARK if self.face else look.light < thresholds.LIT
        if len(self._run) < (thresholds.SURE_DARK_LOOKS if dark else thresholds.SURE_LOOKS):
            return ""
        if dark and self._stays():
            return "covered" if self.face else ""
        return "black" if look.brightest <= thresholds.DARK else "covered"

    def _stays(self) -> bool:
        """Whether the looks of the run have something in common."""
        later = [look for look, _ in self._run if not math.isnan(look.remains)]
        return bool(later) and (
            statistics.fmean(look.remains for look in later) >= thresholds.SOMETHING_REMAINS
            and statistics.fmean(look.depth for look in later) >= thresholds.SOMETHING_DEPTH
        )

    def _is_frozen(self) -> bool:
        looks = list(self._recent)[-thresholds.STILL_LOOKS :]
        if len(looks) < thresholds.STILL_LOOKS or any(each.movement > thresholds.MOST_MOVEMENT for each in looks):
            return False
        if all(map(self._stands, looks)):
            return True
        ratios = [each.ratio for each in looks]
        if not any(map(math.isnan, ratios)):
            # By the least of what is usual, too: an encoder short of bits keeps now more of the noise, now less.
            usual = min(self._live_changes, default=math.inf)
            change = statistics.median(each.change for each in looks)
            return statistics.median(ratios) <= thresholds.STILL_RATIO and change <= thresholds.STILL_SHARE * usual
        if self.verdict == "frozen":
            return looks[-1].change <= thresholds.STILL_CHANGE
        return len(self._recent) == thresholds.STILL_LOOKS_ALONE and all(
            each.change <= thresholds.STILL_CHANGE and each.movement <= thresholds.MOST_MOVEMENT
            for each in self._recent
        )

    def _stands(self, look: Look) -> bool:
        """Whether nothing at all changed in the picture of a camera without noise, in which a clock had run."""
        if (
            len(self._live_stirs) < thresholds.EARLIER_LOOKS
            or min(self._live_changes, default=0) > thresholds.NOISELESS
        ):
            return False
        usual = min(self._live_stirs)
        return usual >= thresholds.CLOCK_STIR and look.stir <= thresholds.STILL_STIR * usual

    def _remember(self, look: Look, relief: bytes, now_us: int) -> None:
        """Take the face of the room, or take it anew."""
        if self._run:
            if self.face is None and len(self._run) >= thresholds.SURE_DARK_LOOKS and self._stays():
                self._take(_mean(each for _, each in self._run), len(self._run), dim=True, now_us=now_us)
            return
        plain = look.structure >= thresholds.FACE_STRUCTURE
        self._steady_looks = self._steady_looks + 1 if look.steadiness >= thresholds.FACE_STEADY else 0
        if not plain and self._steady_looks < thresholds.SURE_LOOKS:
            return
        self._plain.append(relief)
        if self._is_better(look, plain=plain, now_us=now_us):
            self._take(_mean(self._plain), len(self._plain), dim=not plain, now_us=now_us)

    def _is_better(self, look: Look, *, plain: bool, now_us: int) -> bool:
        """Than the face as it is."""
        face = self.face
        if face is None:
            return True
        if face.looks < thresholds.FACE_LOOKS and plain != face.dim:
            return True
        due = now_us - self._face_us >= thresholds.FACE_EVERY_US and look.likeness >= thresholds.FACE_LIKENESS
        return plain and (due or face.dim)

    def _take(self, relief: bytes, looks: int, *, dim: bool, now_us: int) -> None:
        self.face, self._face_us = Face(relief, looks, dim), now_us
        self._run.clear()


def _strange(look: Look, face: Face | None) -> bool:
    """Whether one picture shows nothing of the room as it is known; without a face, nothing at all."""
    if face is None:
        return look.structure <= thresholds.BARE
    if look.likeness <= thresholds.UNLIKE:
        return True
    # What is like itself from look to look, and much less like the room, is not the room; but a frozen picture is like
    # itself by its noise.
    frozen = look.ratio <= thresholds.STILL_RATIO
    return not frozen and look.likeness <= thresholds.UNLIKE_SHARE * look.steadiness


def _mean(reliefs: Iterable[bytes]) -> bytes:
    """Of reliefs as ``decode.looks`` writes them."""
    columns = [array("h", each) for each in reliefs]
    if sys.byteorder == "big":
        for each in columns:
            each.byteswap()
    mean = array("h", (sum(values) // len(columns) for values in zip(*columns, strict=True)))
    if sys.byteorder == "big":
        mean.byteswap()
    return mean.tobytes()
