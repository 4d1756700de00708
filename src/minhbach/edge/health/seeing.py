"""What is wrong with a camera's picture, look by look.

Owns the three judgements (black, covered, frozen), what is remembered between looks, and which of them is said when
several hold: a black picture is frozen too, but black is what a person can mend. Promises to judge by measurements
alone: no picture is seen here, only samples that the decode child asked to be handed back.

*Covered* means that the room is not to be seen any more: something is before the lens, or the camera looks elsewhere.
*Frozen* is known by the noise that every sensor has: in a live picture two looks differ as much from each other as from
an earlier look; in a frozen one they do not, whether its clock runs on or not. After lights were switched the earlier
look says nothing for a while, and only a picture without any change is then called frozen.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from typing import Literal

from minhbach.decode.wire import Look
from minhbach.edge.health import thresholds

Verdict = Literal["", "black", "covered", "frozen"]


class Seeing:
    """One camera's pictures. Ask ``others`` before a look and tell what came of it with ``saw``."""

    def __init__(self) -> None:
        self.verdict: Verdict = ""
        self._samples: deque[bytes] = deque(maxlen=thresholds.EARLIER_LOOKS)
        self._last = b""
        self._face = b""
        self._face_us = 0
        self._hidden: Verdict = ""
        self._hidden_looks = 0
        self._recent: deque[Look] = deque(maxlen=thresholds.STILL_LOOKS_ALONE)

    @property
    def others(self) -> tuple[bytes, bytes, bytes]:
        """The samples to compare the next picture with: the last, an earlier one, the face of the room."""
        earlier = self._samples[0] if len(self._samples) == thresholds.EARLIER_LOOKS else b""
        return self._last, earlier, self._face

    def begin(self) -> None:
        """A new session with the camera: another encoder, so the earlier pictures say nothing about noise."""
        self._samples.clear()
        self._recent.clear()
        self._last = b""

    def saw(self, look: Look, sample: bytes, now_us: int) -> Verdict:
        """Judge after one more look."""
        self._recent.append(look)
        self._remember_hidden(_hidden(look))
        if self._hidden_looks >= thresholds.SURE_LOOKS:
            self.verdict = self._hidden
        else:
            self.verdict = "frozen" if self._is_frozen() else ""
        self._last = sample
        if self.verdict != "frozen":
            # The earlier look must stay one from before the picture froze.
            self._samples.append(sample)
        self._remember_face(look, sample, now_us)
        return self.verdict

    def _remember_hidden(self, hidden: Verdict) -> None:
        self._hidden_looks = self._hidden_looks + 1 if hidden and hidden == self._hidden else int(bool(hidden))
        self._hidden = hidden

    def _is_frozen(self) -> bool:
        looks = list(self._recent)[-thresholds.STILL_LOOKS :]
        if len(looks) < thresholds.STILL_LOOKS or any(each.movement > thresholds.MOST_MOVEMENT for each in looks):
            return False
        ratios = [each.ratio for each in looks]
        if not any(map(math.isnan, ratios)):
            return statistics.median(ratios) <= thresholds.STILL_RATIO
        if self.verdict == "frozen":
            return looks[-1].change <= thresholds.STILL_CHANGE
        return len(self._recent) == thresholds.STILL_LOOKS_ALONE and all(
            each.change <= thresholds.STILL_CHANGE and each.movement <= thresholds.MOST_MOVEMENT
            for each in self._recent
        )

    def _remember_face(self, look: Look, sample: bytes, now_us: int) -> None:
        if self.verdict or self._hidden or look.structure < thresholds.FACE_STRUCTURE:
            return
        due = now_us - self._face_us >= thresholds.FACE_EVERY_US and look.likeness >= thresholds.FACE_LIKENESS
        if due or not self._face:
            self._face, self._face_us = sample, now_us


def _hidden(look: Look) -> Verdict:
    """Whether one picture shows no room: without a face to compare with, whether it shows anything at all."""
    dark = look.brightest <= thresholds.DARK
    if math.isnan(look.likeness):
        nothing = look.structure <= (thresholds.PLAIN if dark else thresholds.BARE)
    else:
        nothing = look.likeness <= thresholds.UNLIKE
    if not nothing:
        return ""
    return "black" if dark else "covered"
