"""The law of a history: which entry may follow which, as pure functions of a state and an entry.

Owns: FORMAT.md sections 6 to 8 except what needs bytes (roots, signatures, files: `audit`). Promises: a rule
reads and never writes, so a recorder can ask before it logs; a rule says all it has against an entry.
Leaves to others: changing the state (`history`), the shape of one entry alone (`entry`).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from minhbach.ledger.entry import CLOCK_KINDS, Entry, log_name
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.findings import ANOTHER_BOOT, Finding
from minhbach.ledger.spans import Span, Spans
from minhbach.ledger.state import Clock, Intent, Range, Reference, State, Stream, overlaps, remaining

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
HOUR_US = 3_600 * SECOND_US
UNACCOUNTED_LIMIT_US = 12 * 60 * SECOND_US
SEGMENT_LIMIT_US = 120 * SECOND_US
FUTURE_TOLERANCE_US = 5 * SECOND_US
_YEAR_9999_S = 253_370_000_000
INTENT_LIFE_US = 30 * DAY_US
SPANNING_CAUSES = frozenset({"recorder_stopped", "recorder_killed", "log_damaged"})

Rule = Callable[[State, Spans, Entry], Iterator[Finding]]


class HistoryError(LedgerError):
    """A replay was asked to judge a removal of segments whose times nobody gave it."""


def judge(state: State, spans: Spans, index: int, entry: Entry) -> list[Finding]:
    """All that the law has against `entry` as number `index` after `state`; nothing is changed."""
    if entry["kind"] == "log_opened":
        found = list(_opening(state, index, entry))
    else:
        found = list(_place(state, index, entry))
        if not any(each.kind in ("clock_unknown", "log_unopened") for each in found):
            rule = _RULES.get(entry["kind"])
            found += rule(state, spans, entry) if rule else ()
    if state.partial:
        found = [Finding("rests_on_unseen") if each.kind in _UNSEEN else each for each in found]
    log = log_name(entry["origin"]) if entry["kind"] == "log_opened" else state.log
    return [_placed(each, log, index) for each in found]


def _placed(finding: Finding, log: str, index: int) -> Finding:
    camera, stream, begin_us, end_us = finding.camera, finding.stream, finding.begin_us, finding.end_us
    return Finding(finding.kind, log, index, camera, stream, begin_us, end_us, finding.values)


# --- the line: openings, order, clocks --------------------------------------------------------------


def _opening(state: State, index: int, entry: Entry) -> Iterator[Finding]:
    reason = entry["reason"]
    if index != 0:
        yield Finding("log_reopened")
    if reason in ("key_lost", "log_damaged"):
        yield Finding({"key_lost": "key_was_lost", "log_damaged": "log_was_damaged"}[reason])
    if reason == "new_year" and vietnam_year(entry["at_us"]) < entry["year"]:
        yield Finding("log_rolled_early", values={"year": entry["year"]})
    if not state.fed:
        yield from _first_opening(entry)
    else:
        yield from (Finding("log_unbound", values={"why": why}) for why in _binding_faults(state, entry))


def _first_opening(entry: Entry) -> Iterator[Finding]:
    if entry["previous"] is not None:
        yield Finding("log_before_seen", values={"origin": entry["previous"]["origin"]})
    if (entry["previous"] is None) != (entry["reason"] == "new") and entry["reason"] != "log_damaged":
        yield Finding("log_unbound", values={"why": "reason and previous contradict each other"})


def _binding_faults(state: State, entry: Entry) -> Iterator[str]:
    previous, reason = entry["previous"], entry["reason"]
    if previous is None or reason == "new":
        yield "the history before it is denied"
        return
    if previous["origin"] != state.origin:
        yield "another log came before it"
    if previous["size"] != state.next_index:
        yield f"it binds {previous['size']} entries of {state.next_index}"
    if state.root is not None and previous["root"] != state.root:
        yield "it binds another root"
    if entry["recorder"] != state.recorder:
        yield "it names another recorder"
    if reason == "new_year":
        if state.next_origin != entry["origin"]:
            yield "the log before it was not closed in its favour"
        if entry["year"] <= state.year:
            yield "its year is not later"
    elif entry["year"] < state.year or entry["origin"] == state.origin:
        yield "it takes the name or an earlier year of the log before it"


def _place(state: State, index: int, entry: Entry) -> Iterator[Finding]:
    kind = entry["kind"]
    if not state.log:
        yield Finding("log_unopened")
        return
    if index != state.next_index:
        yield Finding("entry_misplaced", values={"expected": state.next_index})
    if state.next_origin is not None or (state.stopped and kind != "boot"):
        yield Finding("entry_after_close")
    if kind in CLOCK_KINDS:
        if entry["clock"] != index:
            yield Finding("clock_unknown", values={"why": "a clock entry names itself"})
        return
    clock = state.clocks.get((state.log, entry["clock"]))
    now = state.now
    if clock is None or now is None or clock.start != now.start or state.clock is None or state.clock[0] != state.log:
        yield Finding("clock_unknown", values={"why": f"entry {entry['clock']} is no clock of this start in this log"})
        return
    at_mono_us = clock.mono(entry["at_us"])
    if at_mono_us < state.last_mono_us:
        yield Finding("clock_backwards", values={"by_us": state.last_mono_us - at_mono_us})
    if at_mono_us > state.alarm_us:
        yield from _unaccounted(state, at_mono_us)


def unaccounted_since_us(state: State, stream: Stream) -> int:
    """The monotonic instant of this start since which an active stream is unaccounted for."""
    return stream.end_mono_us if stream.end_start == state.starts else state.start_mono_us


def _unaccounted(state: State, at_mono_us: int) -> Iterator[Finding]:
    for stream in state.streams.values():
        if stream.active and not stream.accused:
            lag_us = at_mono_us - unaccounted_since_us(state, stream)
            if lag_us > UNACCOUNTED_LIMIT_US:
                values: dict[str, object] = {"lag_s": lag_us // SECOND_US}
                begin_us = stream.end_us
                yield Finding("unaccounted", "", -1, stream.camera, stream.stream, begin_us, begin_us + lag_us, values)


def _boot(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    del spans
    if entry["run_us"] != state.last_run_us and not (state.starts == 0 and state.partial):
        yield _clock_fault(f"run_us {entry['run_us']}, last counted {state.last_run_us}")
    expected = "first" if state.starts == 0 else "clean" if state.stopped else "killed"
    if entry["previous_end"] != expected and not (state.starts == 0 and state.partial):
        yield _clock_fault(f"previous_end is {expected}, not {entry['previous_end']}")
    now = state.now
    if now is not None and now.boot == entry["boot"] and entry["mono_us"] < state.last_mono_us:
        yield Finding("clock_backwards", values={"by_us": state.last_mono_us - entry["mono_us"]})


def _clock_step(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    yield from _same_start(state, entry)
    now = state.now
    if now is not None and entry["before_offset_us"] != now.offset_us:
        yield _clock_fault("before_offset_us is not the offset in force")


def _clock_carried(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    yield from _same_start(state, entry)
    now = state.now
    if now is not None and entry["offset_us"] != now.offset_us:
        yield _clock_fault("a carried clock changes its offset")
    if state.next_index != 1:
        yield _clock_fault("a clock is carried only right behind the opening of a log")


def _same_start(state: State, entry: Entry) -> Iterator[Finding]:
    now = state.now
    if now is None:
        if not state.partial:
            yield _clock_fault("no boot came before")
        return
    if entry["boot"] != now.boot:
        yield _clock_fault("another boot without a boot entry")
        return
    if entry["mono_us"] < state.last_mono_us:
        yield Finding("clock_backwards", values={"by_us": state.last_mono_us - entry["mono_us"]})
    if entry["run_us"] - now.run_us != entry["mono_us"] - now.mono_us:
        yield _clock_fault("run_us does not follow mono_us")


def _clock_fault(why: str) -> Finding:
    return Finding("clock_inconsistent", values={"why": why})


def vietnam_year(wall_us: int) -> int:
    """The year in Vietnam, whose time has been UTC+7 without summer time since 1975; at most 9999."""
    return datetime.fromtimestamp(min(wall_us // SECOND_US, _YEAR_9999_S) + 7 * 3600, UTC).year


# --- coverage ---------------------------------------------------------------------------------------


def _configuration(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    if entry["intent_lead_us"] < state.lead_us:
        hours = {"hours_before": state.lead_us // HOUR_US, "hours": entry["intent_lead_us"] // HOUR_US}
        yield Finding("lead_shortened", values=hours)
    for row in entry["cameras"]:
        camera, stream, days, minimum = row["camera"], row["stream"], row["days"], row["minimum_days"]
        if (camera, stream) in seen:
            yield Finding("stream_doubled", "", -1, camera, stream)
        seen.add((camera, stream))
        if days < minimum:
            values: dict[str, object] = {"days": days, "minimum": minimum}
            yield Finding("retention_below_minimum", "", -1, camera, stream, values=values)
        old = state.streams.get((camera, stream))
        if old is not None and (days < old.days or minimum < old.minimum_days):
            before: dict[str, object] = {"days_before": old.days, "minimum_before": old.minimum_days}
            values = {**before, "days": days, "minimum": minimum}
            yield Finding("retention_shortened", "", -1, camera, stream, values=values)


def _segment(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    stream = state.streams.get((entry["camera"], entry["stream"]))
    clock = state.clocks.get(_reference(entry["footage_clock"]))
    if stream is None or not stream.active or not state.configured:
        yield _about(entry, "stream_unknown")
    elif stream.next_number not in (-1, entry["number"]):
        yield _about(entry, "number_broken", number=entry["number"], expected=stream.next_number)
    if clock is None:
        yield _about(entry, "clock_unknown", why="footage_clock is no clock entry")
        return
    if stream is not None:
        yield from _joined(stream, entry, clock)
    if entry["end_us"] - entry["begin_us"] > SEGMENT_LIMIT_US:
        yield _about(entry, "segment_too_long")
    if clock.start != state.starts and entry["cut"] != "recovered":
        yield _about(entry, "clock_unknown", why="footage of an earlier start that is not marked recovered")
    if clock.mono(entry["end_us"]) > _latest_end_us(state, clock, entry):
        yield _about(entry, "ends_in_future")


def _latest_end_us(state: State, clock: Clock, entry: Entry) -> int:
    """The latest monotonic instant at which a stretch labelled by `clock` may end."""
    if clock.start == state.starts:
        return state.clocks[state.log, entry["clock"]].mono(entry["at_us"]) + FUTURE_TOLERANCE_US
    # A crash loses at most what was not yet logged; several starts may die before the footage is recovered.
    return state.ends[clock.start] + UNACCOUNTED_LIMIT_US


def _gap(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    stream = state.streams.get((entry["camera"], entry["stream"]))
    begin_clock = state.clocks.get(_reference(entry["begin_clock"]))
    end_clock = state.clocks[state.log, entry["clock"]]
    if stream is None or not stream.active or not state.configured:
        yield _about(entry, "stream_unknown")
    if begin_clock is None:
        if not state.partial or entry["begin_clock"][0] == state.log:
            yield _about(entry, "clock_unknown", why="begin_clock is no clock entry")
        return
    if stream is not None:
        yield from _joined(stream, entry, begin_clock)
        yield from _cause(state, stream, entry)
    begin_us, end_us = begin_clock.mono(entry["begin_us"]), end_clock.mono(entry["end_us"])
    if begin_clock.boot == end_clock.boot and begin_us >= end_us:
        yield _about(entry, "stretch_empty")
    if end_us > end_clock.mono(entry["at_us"]) + FUTURE_TOLERANCE_US:
        yield _about(entry, "ends_in_future")
    if stream is not None and stream.end_start < state.starts and end_us < state.start_mono_us:
        yield _about(entry, "clock_inconsistent", why="a gap over a boot ends before that boot")


def _cause(state: State, stream: Stream, entry: Entry) -> Iterator[Finding]:
    cause = entry["cause"]
    spans_boot = stream.end_start < state.starts
    killed = state.killed_start > stream.end_start
    lawful = cause == "log_damaged" or (cause == ("recorder_killed" if killed else "recorder_stopped"))
    if spans_boot != (cause in SPANNING_CAUSES) or (spans_boot and not lawful):
        yield _about(entry, "cause_wrong", cause=cause)


def _joined(stream: Stream, entry: Entry, clock: Clock) -> Iterator[Finding]:
    begin_us = clock.mono(entry["begin_us"])
    if not stream.end_boot:
        return
    if clock.boot != stream.end_boot:
        yield _about(entry, "not_joined", by=ANOTHER_BOOT)
    elif begin_us != stream.end_mono_us:
        yield _about(entry, "not_joined", by=f"{begin_us - stream.end_mono_us} µs")


def _about(entry: Entry, kind: str, **values: object) -> Finding:
    return Finding(kind, "", -1, entry["camera"], entry["stream"], entry["begin_us"], entry["end_us"], dict(values))


def _reference(value: list[object]) -> Reference:
    return str(value[0]), int(str(value[1]))


# --- retention --------------------------------------------------------------------------------------


def _hold(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    if entry["hold"] in state.holds:
        yield Finding("hold_doubled")


def _hold_released(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    hold = state.holds.get(entry["hold"])
    if hold is None or hold.released_at:
        yield Finding("hold_unknown")


def _deletion_intent(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    for item in entry["segments"]:
        yield from _existing(state, item)
        stream = state.streams.get((item[0], item[1]))
        rule = entry["rule"]
        if stream and (rule["days"], rule["minimum_days"]) != (stream.days, stream.minimum_days):
            yield Finding("rule_wrong", "", -1, item[0], item[1])


def _deletion(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    run_us = run_at_us(state, entry)
    intent = state.intents.get(_reference(entry["intent"]))
    if intent is None or run_us - intent.run_us > INTENT_LIFE_US:
        yield Finding("intent_missing")
        intent = None
    elif run_us - intent.run_us < max(intent.lead_us, state.lead_us):
        by_us = max(intent.lead_us, state.lead_us) - (run_us - intent.run_us)
        yield Finding("intent_too_fresh", values={"by_us": by_us})
    for item in entry["segments"]:
        missing = list(_existing(state, item))
        yield from missing
        if not missing:
            if intent is not None and not any(_covers(each, item) for each in intent.ranges):
                yield Finding("intent_missing", "", -1, item[0], item[1])
            yield from _held(state, spans, item, intent)
            yield from _aged(state, spans, item, intent, run_us)


def _emergency(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    run_us = run_at_us(state, entry)
    values: dict[str, object] = {"disk": entry["disk"], "below_minimum": entry["below_minimum"]}
    if entry["free_bytes"] >= entry["need_bytes"]:
        yield Finding("emergency_without_need")
    below, judged = False, True
    for item in entry["segments"]:
        begin_us, end_us = _stretch(spans, item)
        yield Finding("emergency", "", -1, item[0], item[1], begin_us, end_us, values)
        missing = list(_existing(state, item))
        yield from missing
        if missing:
            judged = False
            continue
        yield from _held(state, spans, item, None)
        minimum_us = state.streams[item[0], item[1]].minimum_days * DAY_US
        below = below or run_us - _newest(spans, item).end_run_us < minimum_us
    if judged and below != entry["below_minimum"]:
        yield Finding("below_minimum_untrue")


def _erasure(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    for item in entry["segments"]:
        begin_us, end_us = _stretch(spans, item)
        yield Finding("erased", "", -1, item[0], item[1], begin_us, end_us)
        missing = list(_existing(state, item))
        yield from missing
        if not missing:
            yield from _held(state, spans, item, None)


def _existing(state: State, item: Range) -> Iterator[Finding]:
    camera, stream_name, first, last = item
    stream = state.streams.get((camera, stream_name))
    values: dict[str, object] = {"first": first, "last": last}
    if stream is None or last >= stream.next_number or (state.partial and first < stream.first_number):
        yield Finding("segment_unknown", "", -1, camera, stream_name, values=values)
    elif overlaps(stream.removed, first, last):
        yield Finding("deleted_twice", "", -1, camera, stream_name, values=values)


def _held(state: State, spans: Spans, item: Range, intent: Intent | None) -> Iterator[Finding]:
    for hold in state.holds.values():
        voids = intent is not None and hold.released_at > intent.placed_at
        if not hold.concerns(item[0], item[1]) or (hold.released_at and not voids):
            continue
        inside = [each for each in spans.find(*item) if each.begin_us < hold.end_us and hold.begin_us < each.end_us]
        if inside:
            kind = "intent_voided" if hold.released_at else "deleted_under_hold"
            values: dict[str, object] = {"hold": hold.hold}
            yield Finding(kind, "", -1, item[0], item[1], inside[0].begin_us, inside[-1].end_us, values)


def _aged(state: State, spans: Spans, item: Range, intent: Intent | None, run_us: int) -> Iterator[Finding]:
    stream, newest = state.streams[item[0], item[1]], _newest(spans, item)
    days = max(stream.days, stream.minimum_days, intent.days if intent else 0)
    young_us = days * DAY_US - (run_us - newest.end_run_us)
    if young_us > 0:
        values: dict[str, object] = {"by_us": young_us, "days": days}
        yield Finding("too_young", "", -1, item[0], item[1], newest.begin_us, newest.end_us, values)


def _newest(spans: Spans, item: Range) -> Span:
    """The last segment of a range; running time never shrinks with the number, so it is the youngest."""
    for span in spans.find(item[0], item[1], item[3], item[3]):
        return span
    raise HistoryError(f"The times of segment {item[3]} of {item[0]}/{item[1]} were not kept for this replay.")


def _stretch(spans: Spans, item: Range) -> tuple[int | None, int | None]:
    first = next(iter(spans.find(item[0], item[1], item[2], item[2])), None)
    last = next(iter(spans.find(item[0], item[1], item[3], item[3])), None)
    return (first.begin_us if first else None), (last.end_us if last else None)


def _covers(outer: Range, inner: Range) -> bool:
    return bool(outer[:2] == inner[:2] and outer[2] <= inner[2] and inner[3] <= outer[3])


def run_at_us(state: State, entry: Entry) -> int:
    """The running time at which an entry that names a clock of this log was made."""
    return state.clocks[state.log, entry["clock"]].run(entry["at_us"])


def _key_rotated(state: State, spans: Spans, entry: Entry) -> Iterator[Finding]:
    yield Finding("key_was_rotated")


def left_of(stream: Stream, first: int, last: int) -> list[tuple[int, int]]:
    """What of first..last has not been removed: a recorder builds the ranges of a removal from it."""
    return list(remaining(stream.removed, first, last))


_UNSEEN = frozenset({"segment_unknown", "hold_unknown", "intent_missing"})
_RULES: dict[str, Rule] = {
    "boot": _boot,
    "clock_step": _clock_step,
    "clock_carried": _clock_carried,
    "configuration": _configuration,
    "segment": _segment,
    "gap": _gap,
    "hold": _hold,
    "hold_released": _hold_released,
    "deletion_intent": _deletion_intent,
    "deletion": _deletion,
    "emergency_deletion": _emergency,
    "erasure": _erasure,
    "key_rotated": _key_rotated,
}
