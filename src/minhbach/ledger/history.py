"""The replay of a recorder's logs, entry by entry, and what it found.

Owns: how each entry changes what is known (`State`), so that recorder, checker, verifier and centre all
apply one law. Promises: incremental; a replay can be stored as JSON and resumed in the middle of a log; one
fault yields its finding and then the entry's own claim is adopted, so that it is not repeated by what follows.
Leaves to others: the law itself (`rules`), reading and proving the log (`audit`), files.

    replay = Replay()
    for index, line in enumerate(lines): found += replay.feed(index, entry.decode(line))
    replay.end_log(root)          # before the first entry of the log that follows
"""

from typing import Any

from minhbach.ledger.entry import CLOCK_KINDS, REMOVAL_KINDS, Entry, log_name
from minhbach.ledger.findings import Finding
from minhbach.ledger.rules import (
    INTENT_LIFE_US,
    UNACCOUNTED_LIMIT_US,
    HistoryError,
    judge,
    run_at_us,
    unaccounted_since_us,
)
from minhbach.ledger.spans import MemorySpans, Span, Spans
from minhbach.ledger.state import Clock, Hold, Intent, State, Stream, insert

__all__ = ["HistoryError", "Replay"]


class Replay:
    """Judges and remembers the logs of one recorder, oldest first.

    `spans` answers for the times of segments sealed before a resumed state; without it a removal of such
    a segment raises HistoryError.
    """

    def __init__(self, spans: Spans | None = None) -> None:
        self.state = State()
        self._spans: Spans = spans if spans is not None else MemorySpans()

    @classmethod
    def resume(cls, state: dict[str, Any], spans: Spans | None = None) -> "Replay":
        """A replay that goes on behind the entry after which `saved` was called."""
        replay = cls(spans)
        replay.state = State.from_json(state)
        return replay

    def saved(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        return self.state.to_json()

    def judge(self, index: int, entry: Entry) -> list[Finding]:
        """What `feed` would find, without feeding: a recorder asks before it logs."""
        return judge(self.state, self._spans, index, entry)

    def feed(self, index: int, entry: Entry) -> list[Finding]:
        """Judges entry number `index` (0-based) of the current log, or 0 of the next one, and applies it."""
        found = judge(self.state, self._spans, index, entry)
        for finding in found:
            self._accuse(finding)
        if entry["kind"] == "log_opened":
            self._open(entry)
        else:
            self._advance(index, entry)
        self.state.fed += 1
        return found

    def skip(self, index: int) -> None:
        """Entry number `index` is unreadable: the replay goes on behind it."""
        self.state.next_index = index + 1
        self.state.fed += 1

    def end_log(self, root: str) -> None:
        """Tells the hex root over all entries fed of the current log; the log that follows must bind it."""
        self.state.root = root

    def _accuse(self, finding: Finding) -> None:
        if finding.kind == "unaccounted" and finding.camera is not None and finding.stream is not None:
            self.state.streams[finding.camera, finding.stream].accused = True

    # --- the line -----------------------------------------------------------------------------------

    def _open(self, entry: Entry) -> None:
        state = self.state
        state.partial = state.partial or (not state.fed and entry["reason"] != "new")
        state.origin, state.log = entry["origin"], log_name(entry["origin"])
        state.recorder, state.year, state.key = entry["recorder"], entry["year"], entry["key"]
        state.next_index, state.root, state.next_origin, state.configured = 1, None, None, False

    def _advance(self, index: int, entry: Entry) -> None:
        state, kind = self.state, entry["kind"]
        if not state.log:
            return
        if kind in CLOCK_KINDS:
            self._set_clock(index, entry)
        clock = state.clocks.get((state.log, entry["clock"]))
        if clock is not None:
            state.last_mono_us = max(state.last_mono_us, clock.mono(entry["at_us"]))
            state.last_run_us = max(state.last_run_us, clock.run(entry["at_us"]))
            self._apply(index, entry)
            if state.last_mono_us > state.alarm_us:
                self._set_alarm()
        state.stopped = kind == "shutdown"
        state.next_index = index + 1

    def _set_alarm(self) -> None:
        """Remembers until when no stream can lapse, so that most entries cost no look at the streams."""
        state = self.state
        open_streams = (each for each in state.streams.values() if each.active and not each.accused)
        earliest_us = min((unaccounted_since_us(state, each) for each in open_streams), default=state.last_mono_us)
        state.alarm_us = earliest_us + UNACCOUNTED_LIMIT_US

    def _set_clock(self, index: int, entry: Entry) -> None:
        state = self.state
        if entry["kind"] == "boot":
            state.ends[state.starts] = state.last_mono_us
            state.starts += 1
            state.killed_start = state.starts if entry["previous_end"] == "killed" else state.killed_start
            state.start_mono_us = state.last_mono_us = entry["mono_us"]
            state.alarm_us = 0
            self._drop_spent_clocks()
        elif state.partial and not state.starts:
            state.starts, state.start_mono_us = 1, entry["mono_us"]
        reference = (state.log, index)
        state.clocks[reference] = Clock(
            entry["boot"], entry["mono_us"], entry["offset_us"], entry["run_us"], state.starts
        )
        state.clock = reference

    def _drop_spent_clocks(self) -> None:
        """An epoch is named again only by a stream that is not yet accounted for since its start."""
        state = self.state
        oldest = min((each.end_start for each in state.streams.values() if each.active), default=state.starts)
        for reference in [key for key, each in state.clocks.items() if each.start < oldest]:
            del state.clocks[reference]
        for start in [each for each in state.ends if each < oldest]:
            del state.ends[start]

    def _apply(self, index: int, entry: Entry) -> None:
        kind = entry["kind"]
        if kind == "segment":
            self._seal(entry)
        elif kind == "gap":
            self._cover(entry, entry["clock"])
        elif kind in REMOVAL_KINDS:
            self._remove(entry)
        elif kind == "deletion_intent":
            self._intend(index, entry)
        elif kind == "configuration":
            self._configure(entry)
        elif kind == "hold":
            fields = {name: entry[name] for name in ("hold", "camera", "stream", "begin_us", "end_us")}
            self.state.holds.setdefault(entry["hold"], Hold(**fields))
        elif kind == "hold_released" and entry["hold"] in self.state.holds:
            self.state.holds[entry["hold"]].released_at = self.state.fed + 1
        elif kind == "log_closed":
            self.state.next_origin = entry["next"]
        elif kind == "key_rotated":
            self.state.key = entry["key"]

    # --- coverage -----------------------------------------------------------------------------------

    def _configure(self, entry: Entry) -> None:
        state, named = self.state, set()
        state.lead_us, state.configured = entry["intent_lead_us"], True
        for row in entry["cameras"]:
            key = row["camera"], row["stream"]
            named.add(key)
            stream = state.streams.get(key)
            if stream is None:
                stream = state.streams[key] = self._new_stream(entry, *key)
            elif not stream.active:
                self._begin(stream, entry)
            stream.active, stream.days, stream.minimum_days = True, row["days"], row["minimum_days"]
        for key, stream in state.streams.items():
            stream.active = key in named

    def _new_stream(self, entry: Entry, camera: str, name: str) -> Stream:
        number = -1 if self.state.partial else 0
        stream = Stream(camera, name, 0, 0, True, number, "", 0, 0, 0, ("", 0))
        self._begin(stream, entry)
        if self.state.partial:
            stream.end_boot = ""
        return stream

    def _begin(self, stream: Stream, entry: Entry) -> None:
        """From this instant on the stream must be accounted for."""
        reference = (self.state.log, entry["clock"])
        clock = self.state.clocks[reference]
        stream.end_boot, stream.end_mono_us, stream.end_start = clock.boot, clock.mono(entry["at_us"]), clock.start
        stream.end_us, stream.end_clock, stream.accused = entry["at_us"], reference, False

    def _seal(self, entry: Entry) -> None:
        log, index = entry["footage_clock"]
        stream = self.state.streams.get((entry["camera"], entry["stream"]))
        clock = self.state.clocks.get((log, index))
        if stream is None or clock is None:
            return
        if stream.next_number == -1:
            stream.first_number = entry["number"]
        stream.next_number = entry["number"] + 1
        stream.newest_run_us = max(stream.newest_run_us, clock.run(entry["end_us"]))
        span = Span(entry["number"], entry["begin_us"], entry["end_us"], stream.newest_run_us)
        self._spans.add(stream.camera, stream.stream, span)
        self._end(stream, entry["end_us"], (log, index), clock)

    def _cover(self, entry: Entry, clock_index: int) -> None:
        stream = self.state.streams.get((entry["camera"], entry["stream"]))
        reference = (self.state.log, clock_index)
        if stream is not None:
            self._end(stream, entry["end_us"], reference, self.state.clocks[reference])

    def _end(self, stream: Stream, end_us: int, reference: tuple[str, int], clock: Clock) -> None:
        stream.end_boot, stream.end_mono_us, stream.end_start = clock.boot, clock.mono(end_us), clock.start
        stream.end_us, stream.end_clock, stream.accused = end_us, reference, False
        since_us = unaccounted_since_us(self.state, stream)
        self.state.alarm_us = min(self.state.alarm_us, since_us + UNACCOUNTED_LIMIT_US)

    # --- retention ----------------------------------------------------------------------------------

    def _intend(self, index: int, entry: Entry) -> None:
        state, rule = self.state, entry["rule"]
        run_us = run_at_us(state, entry)
        ranges = [list(item) for item in entry["segments"]]
        lapsed = [key for key, each in state.intents.items() if run_us - each.run_us > INTENT_LIFE_US]
        for key in lapsed:
            del state.intents[key]
        state.intents[state.log, index] = Intent(
            state.log, index, state.fed + 1, run_us, state.lead_us, rule["days"], rule["minimum_days"], ranges
        )
        self._drop_spent_holds()

    def _remove(self, entry: Entry) -> None:
        for camera, name, first, last in entry["segments"]:
            stream = self.state.streams.get((camera, name))
            if stream is not None:
                insert(stream.removed, first, last)
                gone = next(each for each in stream.removed if each[0] <= first <= each[1])
                self._spans.forget(camera, name, *gone)

    def _drop_spent_holds(self) -> None:
        """A released hold only matters to intents older than its release."""
        oldest = min((each.placed_at for each in self.state.intents.values()), default=self.state.fed + 1)
        spent = [key for key, each in self.state.holds.items() if each.released_at and each.released_at < oldest]
        for key in spent:
            del self.state.holds[key]
