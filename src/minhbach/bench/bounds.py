"""What a figure must be, where something was promised of it.

Owns the bounds, and the words that stand behind a figure that has one. A speed is only ever a ratio of two sides of one
run, so that its bound holds on a slow machine too. Leaves measuring to each bench, the exit code to ``bench``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """`least` or `most`, whichever is set."""

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a figure keeps to it; a figure that is no number never does."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


BOUNDS = {
    "evidence.verify_vs_sha256sum": Bound(least=0.8),
    "evidence.build_vs_copy": Bound(least=0.5),
    "evidence.false_alarms": Bound(most=0),
    "evidence.unlawful_missed": Bound(most=0),
    "evidence.false_authentic": Bound(most=0),
    "evidence.raised": Bound(most=0),
}


def judged(line: str) -> tuple[str, bool]:
    """A ``figure: value`` line with its bound behind it, if it has one, and whether that holds."""
    figure, _, value = line.partition(": ")
    bound = BOUNDS.get(figure)
    if bound is None:
        return line, True
    holds = bound.holds(float(value))
    words = "đạt / holds" if holds else "KHÔNG ĐẠT / DOES NOT HOLD"
    return f"{line} ({bound}: {words})", holds
