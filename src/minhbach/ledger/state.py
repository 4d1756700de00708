"""What a replay of a recorder's logs has to remember to judge the next entry, small enough to store.

Owns: the values (clocks, streams, holds, intents, removed numbers) and their JSON form. Promises: the
size grows with boots, streams, holds and open intents, never with segments; `from_json(to_json())` is
the same state. Leaves to others: the law (`rules`) and how an entry changes the state (`history`).
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

Reference = tuple[str, int]  # log name, index: one entry of this recorder
Range = list[Any]  # [camera, stream, first number, last number], both included


class Clock(NamedTuple):
    """A clock epoch: wall = mono + offset_us; run_us is the running time counted at mono_us."""

    boot: str
    mono_us: int
    offset_us: int
    run_us: int
    start: int  # how many times the recorder had started, this time included

    def mono(self, wall_us: int) -> int:
        """The recorder's monotonic instant of a wall time labelled in this epoch."""
        return wall_us - self.offset_us

    def run(self, wall_us: int) -> int:
        """The running time counted at a wall time labelled in this epoch."""
        return self.run_us + wall_us - self.offset_us - self.mono_us


@dataclass(slots=True)
class Stream:
    """One stream: the rule in force, its next number, and the instant up to which it is accounted for."""

    camera: str
    stream: str
    days: int
    minimum_days: int
    active: bool
    next_number: int  # -1: any (the history before is lost)
    end_boot: str  # "": any (the history before is lost)
    end_mono_us: int
    end_start: int
    end_us: int
    end_clock: Reference
    first_number: int = 0  # the oldest segment this replay knows
    newest_run_us: int = 0  # running time at the end of the newest segment
    accused: bool = False  # said to be unaccounted for since its last stretch
    removed: list[list[int]] = field(default_factory=list)  # sorted, disjoint [first, last]


@dataclass(slots=True)
class Hold:
    """A hold in force, or one released (`released_at` > 0) that still voids older intents."""

    hold: str
    camera: str
    stream: str
    begin_us: int
    end_us: int
    released_at: int = 0  # count of entries fed when it was released

    def concerns(self, camera: str, stream: str) -> bool:
        return self.camera in ("*", camera) and self.stream in ("*", stream)


@dataclass(slots=True)
class Intent:
    """A deletion intent with the rule and the running time of its moment."""

    log: str
    index: int
    placed_at: int  # count of entries fed when it was logged
    run_us: int
    lead_us: int
    days: int
    minimum_days: int
    ranges: list[Range]


@dataclass(slots=True)
class State:
    """Everything `history.Replay` knows between two entries."""

    origin: str = ""
    log: str = ""
    recorder: str = ""
    year: int = 0
    key: str = ""
    next_index: int = 0
    root: str | None = None  # of the whole current log, told by its walker when it ends
    next_origin: str | None = None  # the current log is closed and names its successor
    stopped: bool = False  # the last entry was a shutdown
    partial: bool = False  # the logs before the first one fed are not here
    configured: bool = False  # this log has its configuration entry
    alarm_us: int = 0  # no stream can be unaccounted for before this monotonic instant
    fed: int = 0
    starts: int = 0
    killed_start: int = 0  # the newest start that followed a kill
    start_mono_us: int = 0
    last_mono_us: int = 0
    last_run_us: int = 0
    lead_us: int = 0
    clock: Reference | None = None
    clocks: dict[Reference, Clock] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)  # start → mono of its last entry
    streams: dict[tuple[str, str], Stream] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    intents: dict[Reference, Intent] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; give it back to `from_json`."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _TABLES}
        plain["clock"] = list(self.clock) if self.clock else None
        plain["clocks"] = [[*reference, *clock] for reference, clock in self.clocks.items()]
        plain["ends"] = [list(item) for item in self.ends.items()]
        plain["streams"] = [asdict(stream) for stream in self.streams.values()]
        plain["holds"] = [asdict(hold) for hold in self.holds.values()]
        plain["intents"] = [asdict(intent) for intent in self.intents.values()]
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "State":
        """The state that `to_json` described; KeyError or TypeError when it did not."""
        state = cls(**{name: value for name, value in plain.items() if name not in _TABLES})
        state.clock = (plain["clock"][0], plain["clock"][1]) if plain["clock"] else None
        state.clocks = {(row[0], row[1]): Clock(*row[2:]) for row in plain["clocks"]}
        state.ends = dict(plain["ends"])
        streams = [Stream(**{**row, "end_clock": tuple(row["end_clock"])}) for row in plain["streams"]]
        state.streams = {(stream.camera, stream.stream): stream for stream in streams}
        state.holds = {row["hold"]: Hold(**row) for row in plain["holds"]}
        state.intents = {(row["log"], row["index"]): Intent(**row) for row in plain["intents"]}
        return state

    @property
    def now(self) -> Clock | None:
        """The clock epoch of the newest clock entry, also across the opening of a new log."""
        return self.clocks.get(self.clock) if self.clock else None


_TABLES = frozenset({"clock", "clocks", "ends", "streams", "holds", "intents"})


def overlaps(ranges: list[list[int]], first: int, last: int) -> bool:
    """True when any number of first..last lies in sorted disjoint ranges."""
    at = bisect_left(ranges, first, key=lambda each: each[1])
    return at < len(ranges) and ranges[at][0] <= last


def insert(ranges: list[list[int]], first: int, last: int) -> None:
    """Adds first..last to sorted disjoint ranges in place, joining what touches."""
    low = bisect_left(ranges, first - 1, key=lambda each: each[1])
    high = low
    while high < len(ranges) and ranges[high][0] <= last + 1:
        first, last = min(first, ranges[high][0]), max(last, ranges[high][1])
        high += 1
    ranges[low:high] = [[first, last]]


def remaining(ranges: list[list[int]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The parts of first..last that sorted disjoint ranges do not hold."""
    for low, high in ranges:
        if high < first:
            continue
        if low > last:
            break
        if low > first:
            yield first, low - 1
        first = high + 1
    if first <= last:
        yield first, last
