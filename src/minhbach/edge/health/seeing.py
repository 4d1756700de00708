"""What is wrong with a camera's picture, look by look.

Owns the three judgements (black, covered, frozen), what is remembered between looks, and which of them is said when
several hold: a black picture is frozen too, but black is what a person can mend. Promises to judge by measurements
alone: no picture is seen here, only samples that the decode child asked to be handed back.

A room is known by its *face*, a sample in which it was plainly seen. Until there is one (a recorder that starts at
night) what keeps its structure from look to look is a room, however dark, and becomes the face; what is only noise is
not.

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
        self._dim_face = False
        self._steady_looks = 0
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
        if self._face and math.isnan(look.likeness):
            self._face = b""  # The camera sends another size than before.
        self._remember_hidden(_hidden(look) if self._face else _hidden_unknown(look))
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
        if self.verdict or self._hidden:
            self._steady_looks = 0
            return
        plain = look.structure >= thresholds.FACE_STRUCTURE
        if not self._face:
            self._steady_looks = self._steady_looks + 1 if look.steadiness >= thresholds.FACE_STEADY else 0
            if plain or self._steady_looks >= thresholds.SURE_LOOKS:
                self._face, self._face_us, self._dim_face = sample, now_us, not plain
            return
        due = now_us - self._face_us >= thresholds.FACE_EVERY_US and look.likeness >= thresholds.FACE_LIKENESS
        if plain and (due or self._dim_face):
            self._face, self._face_us, self._dim_face = sample, now_us, False


def _hidden(look: Look) -> Verdict:
    """Whether one picture shows nothing of the room as it is known."""
    return _named(look) if look.likeness <= thresholds.UNLIKE else ""


def _hidden_unknown(look: Look) -> Verdict:
    """Whether one picture shows nothing at all, while the room is not known."""
    if look.structure > thresholds.BARE or math.isnan(look.steadiness):
        return ""
    return _named(look) if look.light >= thresholds.LIT or look.steadiness <= thresholds.UNLIKE else ""


def _named(look: Look) -> Verdict:
    """Dark noise is black; something dark that shows and stays is something, only not the room.

    That it shows is asked for because a black picture without noise stays too: what its encoder makes of nothing.
    """
    something = look.structure > 0 and look.steadiness >= thresholds.FACE_STEADY
    return "black" if look.brightest <= thresholds.DARK and not something else "covered"
