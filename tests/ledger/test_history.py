"""Each rule of a history has a case that breaks it, and the replay says so once, at the entry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minhbach.ledger import rules
from minhbach.ledger.entry import make
from minhbach.ledger.findings import CATALOGUE, Finding, Weight, accusations
from minhbach.ledger.history import HistoryError, Replay
from minhbach.ledger.state import insert, overlaps, remaining

S, DAY = 1_000_000, 86_400 * 1_000_000
RECORDER = "0191a5e2-7b1c-7e00-8000-00000000000a"
HOLD = "0191a5e2-7b1c-7e00-8000-0000000000aa"
BASE = 1_797_000_000 * S
SHA = "ab" * 32
PLACE = {"camera": "c", "stream": "main"}


def origin(name: str = "2026") -> str:
    return f"example.vn/log/{RECORDER}/{name}"


class Line:
    """One camera's log, written entry by entry; wall = mono + BASE unless a test says otherwise."""

    def __init__(self) -> None:
        self.replay = Replay()
        self.found: list[Finding] = []
        self.index, self.clock, self.number, self.end = 0, 1, 0, 0
        self.log, self.now, self.run = "2026", 0, 0

    def add(self, kind: str, **fields: Any) -> list[str]:
        at_us = fields.pop("at_us", BASE + self.now)
        clock = fields.pop("clock", -1 if kind == "log_opened" else self.clock)
        new = self.replay.feed(self.index, make(kind, at_us=at_us, clock=clock, **fields))
        self.found += new
        self.index += 1
        return [each.kind for each in new]

    def opened(self, **changes: Any) -> list[str]:
        fields = {"origin": origin(), "recorder": RECORDER, "year": 2026, "key": "k", "previous": None, "reason": "new"}
        self.index = changes.pop("index", 0)
        fields.update(changes)
        return self.add("log_opened", **fields)

    def boot(self, **changes: Any) -> list[str]:
        self.clock = self.index
        fields: dict[str, Any] = {"boot": "00" * 16, "mono_us": self.now, "offset_us": BASE, "run_us": self.run}
        fields.update({"version": "1", "previous_end": "first", **changes})
        at_us = fields["mono_us"] + fields["offset_us"]
        return self.add("boot", at_us=at_us, **fields)

    def step(self, kind: str = "clock_step", **changes: Any) -> list[str]:
        self.clock = self.index
        fields: dict[str, Any] = {"boot": "00" * 16, "mono_us": self.now, "offset_us": BASE, "run_us": self.now}
        if kind == "clock_step":
            fields["before_offset_us"] = BASE
        fields.update(changes)
        return self.add(kind, at_us=fields["mono_us"] + fields["offset_us"], **fields)

    def configure(self, days: int = 1, minimum: int = 1, lead_us: int = 0, streams: int = 1) -> list[str]:
        row = {**PLACE, "content": "av", "days": days, "minimum_days": minimum}
        self.end = self.now if not self.replay.state.configured else self.end
        return self.add("configuration", cameras=[row] * streams, intent_lead_us=lead_us, sha256=SHA)

    def segment(self, seconds: int = 10, **changes: Any) -> list[str]:
        begin = self.end
        self.now = max(self.now, begin + seconds * S)
        fields: dict[str, Any] = {**PLACE, "number": self.number, "disk": "d", "path": "p"}
        fields.update({"footage_clock": [self.log, self.clock], "begin_us": BASE + begin})
        fields.update({"end_us": BASE + begin + seconds * S, "bytes": 1, "sha256": SHA, "init_sha256": SHA})
        fields.update({"tracks": ["x"], "start": "key", "cut": "key", "notes": {}, "camera_offset_us": None})
        fields.update(changes)
        self.number, self.end = fields["number"] + 1, fields["end_us"] - BASE
        return self.add("segment", **fields)

    def gap(self, seconds: int = 600, **changes: Any) -> list[str]:
        begin = self.end
        self.now = max(self.now, begin + seconds * S)
        fields: dict[str, Any] = {**PLACE, "begin_us": BASE + begin, "begin_clock": [self.log, self.clock]}
        fields.update({"end_us": BASE + self.now, "cause": "stream_lost", **changes})
        self.end = fields["end_us"] - BASE
        return self.add("gap", **fields)

    def wait(self, days: float) -> None:
        """Running time passes with the camera away."""
        for _ in range(round(days * 144)):
            self.gap(600)

    def remove(self, kind: str, first: int, last: int, **fields: Any) -> list[str]:
        return self.add(kind, segments=[["c", "main", first, last]], **fields)

    def intend(self, first: int, last: int, days: int = 1, minimum: int = 1) -> int:
        self.remove("deletion_intent", first, last, rule={"days": days, "minimum_days": minimum})
        return self.index - 1

    def delete(self, first: int, last: int, intent: int) -> list[str]:
        return self.remove("deletion", first, last, intent=[self.log, intent])

    def hold(self, begin: int, end: int, **changes: Any) -> list[str]:
        fields = {"hold": HOLD, "camera": "c", "stream": "*", "begin_us": BASE + begin, "end_us": BASE + end}
        return self.add("hold", **{**fields, **changes}, commitment=SHA)

    def release(self) -> list[str]:
        return self.add("hold_released", hold=HOLD, commitment=SHA)


def line(segments: int = 3, **configuration: Any) -> Line:
    one = Line()
    one.opened()
    one.boot()
    one.configure(**configuration)
    for _ in range(segments):
        one.segment()
    assert accusations(one.found) == []
    return one


def ripe(**configuration: Any) -> tuple[Line, int]:
    """Three segments, an intent over them, and a day and a half."""
    one = line(**configuration)
    intent = one.intend(0, 2)
    one.wait(1.5)
    assert accusations(one.found) == []
    return one, intent


# --- lawful ---------------------------------------------------------------------------------------------


def test_a_deletion_after_its_intent_and_its_days_is_lawful() -> None:
    one, intent = ripe(lead_us=DAY)
    assert one.delete(0, 2, intent) == []


def test_judging_changes_nothing() -> None:
    one = line()
    before = one.replay.saved()
    value = make("hold_released", at_us=BASE + one.now, clock=1, hold=HOLD, commitment=SHA)
    assert [each.kind for each in one.replay.judge(one.index, value)] == ["hold_unknown"]
    assert one.replay.saved() == before


def test_time_without_a_recorder_makes_nothing_older() -> None:
    one = line(days=1)
    intent = one.intend(0, 2)
    one.add("shutdown")
    one.run, one.now = one.now, one.now + 400 * DAY
    one.boot(previous_end="clean")
    begin = {"begin_us": BASE + one.end, "begin_clock": ["2026", 1]}
    assert one.gap(0, **begin, cause="recorder_stopped") == []
    assert one.delete(0, 2, intent) == ["too_young"]


def test_a_clock_step_forward_makes_nothing_older() -> None:
    one = line()
    intent = one.intend(0, 2)
    assert one.step(offset_us=BASE + 400 * DAY) == []
    at_us = BASE + 400 * DAY + one.now
    fields = {"segments": [["c", "main", 0, 2]], "intent": ["2026", intent]}
    assert one.add("deletion", at_us=at_us, **fields) == ["too_young"]


def test_a_finding_is_placed_and_has_its_sentences() -> None:
    one = line()
    one.segment(number=7)
    [finding] = one.found
    assert (finding.kind, finding.log, finding.index, finding.camera) == ("number_broken", "2026", 6, "c")
    assert finding.weight is Weight.FINDING
    assert "7" in finding.text[0]
    assert finding.text[0] != finding.text[1]


def test_after_one_fault_the_next_entry_is_not_accused() -> None:
    one = line()
    one.end += 5 * S
    assert one.segment() == ["not_joined"]
    assert one.segment() == []


def test_a_hold_over_another_time_or_stream_does_not_protect() -> None:
    for changes in ({"stream": "sub"}, {"camera": "d"}):
        one, intent = ripe()
        one.hold(0, 30 * S, **changes)
        assert one.delete(0, 2, intent) == []
    one, intent = ripe()
    one.hold(30 * S, 40 * S)  # begins where the last segment ends
    assert one.delete(0, 2, intent) == []


def test_a_replay_without_the_times_of_old_segments_refuses_to_judge_their_removal() -> None:
    one, intent = ripe()
    one.replay = Replay.resume(one.replay.saved())
    with pytest.raises(HistoryError):
        one.delete(0, 2, intent)


def test_a_second_log_alone_is_not_accused_of_what_it_cannot_show() -> None:
    one = Line()
    previous = {"origin": origin("2025"), "size": 9, "root": SHA}
    assert one.opened(previous=previous, reason="new_year") == ["log_before_seen"]
    one.step("clock_carried", run_us=77 * DAY)
    one.configure()
    one.number = 500
    assert one.gap(10, begin_us=5, begin_clock=["2025", 3]) == []
    assert one.segment() == []
    assert one.remove("erasure", 3, 4, commitment=SHA) == ["erased", "rests_on_unseen"]
    assert accusations(one.found) == []


# --- unlawful: one case per code -----------------------------------------------------------------------

Case = Callable[[], list[str]]


def _opened(**changes: Any) -> Case:
    return lambda: Line().opened(**changes)


def _second_log(size: int = 6, **changes: Any) -> Case:
    def case() -> list[str]:
        one = line()
        one.replay.end_log("cd" * 32)
        bound = {"origin": origin(), "size": size, "root": "cd" * 32}
        fields = {"origin": origin("2/2026"), "previous": bound, "reason": "key_lost", **changes}
        return one.opened(**fields)

    return case


def _on(act: Callable[[Line], list[str]], **configuration: Any) -> Case:
    return lambda: act(line(**configuration))


def _ripe(act: Callable[[Line, int], list[str]], **configuration: Any) -> Case:
    return lambda: act(*ripe(**configuration))


def _after_kill(**changes: Any) -> Callable[[Line], list[str]]:
    def act(one: Line) -> list[str]:
        one.run = one.now
        boot = {name: changes.pop(name) for name in ("run_us", "previous_end", "mono_us", "boot") if name in changes}
        found = one.boot(**{"previous_end": "killed", "boot": "11" * 16, "mono_us": one.now + S, **boot})
        if boot and found:
            return found
        one.now += S
        begin = {"begin_us": BASE + one.end, "begin_clock": ["2026", 1]}
        return one.gap(2, **{**begin, "cause": "recorder_killed", **changes})

    return act


def _twice(one: Line, intent: int) -> list[str]:
    one.delete(0, 0, intent)
    return one.delete(0, 2, intent)


def _voided(one: Line, intent: int) -> list[str]:
    one.hold(0, 5 * S)
    one.release()
    return one.delete(0, 2, intent)


def _held(kind: str, **fields: Any) -> Callable[[Line, int], list[str]]:
    def act(one: Line, intent: int) -> list[str]:
        one.hold(9 * S, 11 * S)
        return one.delete(0, 2, intent) if kind == "deletion" else one.remove(kind, 0, 2, **fields)

    return act


def _lapsed(one: Line) -> list[str]:
    intent = one.intend(0, 0)
    one.wait(31)
    return one.delete(0, 0, intent)


def _emergency(one: Line, **changes: Any) -> list[str]:
    return one.remove("emergency_deletion", 0, 0, **{**EMERGENCY, **changes})


EMERGENCY = {"disk": "d", "free_bytes": 0, "need_bytes": 1, "below_minimum": True}


def _late(one: Line) -> list[str]:
    one.now += 721 * S
    return one.add("fault", subject="x", code="x", state="began")


def _both(first: Callable[[Line], Any], second: Callable[[Line], list[str]]) -> Callable[[Line], list[str]]:
    def act(one: Line) -> list[str]:
        first(one)
        return second(one)

    return act


def _leaves_a_hole(one: Line) -> list[str]:
    one.index += 3
    return one.add("shutdown")


SHUTDOWN: Callable[[Line], list[str]] = lambda one: one.add("shutdown")  # noqa: E731
CASES: list[tuple[str, Case]] = [
    ("log_unopened", lambda: Line().add("shutdown", clock=1)),
    ("log_reopened", _on(lambda one: one.opened(index=6, previous=None))),
    ("entry_misplaced", _on(_leaves_a_hole)),
    ("entry_after_close", _on(_both(SHUTDOWN, SHUTDOWN))),
    ("entry_after_close", _on(_both(lambda one: one.add("log_closed", next=origin("2027")), SHUTDOWN))),
    ("key_was_rotated", _on(lambda one: one.add("key_rotated", key="example.vn/r1+00000000+AQ"))),
    ("log_before_seen", _opened(previous={"origin": origin("2025"), "size": 1, "root": SHA}, reason="new_year")),
    ("log_unbound", _opened(previous=None, reason="new_year")),
    ("log_unbound", _second_log(previous=None)),
    ("log_unbound", _second_log(size=5)),
    ("log_unbound", _second_log(previous={"origin": origin(), "size": 6, "root": SHA})),
    ("log_unbound", _second_log(previous={"origin": origin("2025"), "size": 6, "root": "cd" * 32})),
    ("log_unbound", _second_log(origin=origin("2026"))),
    ("log_unbound", _second_log(reason="new_year", origin=origin("2027"), year=2027)),
    ("log_rolled_early", _second_log(reason="new_year", origin=origin("2027"), year=2027)),
    ("key_was_lost", _second_log()),
    ("log_was_damaged", _second_log(reason="log_damaged")),
    ("clock_unknown", _on(lambda one: one.add("shutdown", clock=3))),
    ("clock_unknown", _on(lambda one: one.segment(footage_clock=["2026", 3]))),
    ("clock_unknown", _on(lambda one: one.gap(begin_clock=["2025", 1]))),
    ("clock_backwards", _on(lambda one: one.add("shutdown", at_us=BASE + one.now - 1))),
    ("clock_backwards", _on(_after_kill(boot="00" * 16, mono_us=5))),
    ("clock_inconsistent", _on(_after_kill(run_us=10**9))),
    ("clock_inconsistent", _on(_after_kill(previous_end="clean"))),
    ("clock_inconsistent", _on(lambda one: one.step(run_us=one.now + 1))),
    ("clock_inconsistent", _on(lambda one: one.step(before_offset_us=3))),
    ("clock_inconsistent", _on(lambda one: one.step(boot="22" * 16))),
    ("clock_inconsistent", _on(lambda one: one.step("clock_carried"))),
    ("stream_unknown", _on(lambda one: one.segment(stream="sub"))),
    ("stream_unknown", _on(lambda one: one.gap(camera="d"))),
    ("stream_doubled", _on(lambda one: one.configure(streams=2))),
    ("number_broken", _on(lambda one: one.segment(number=4))),
    ("number_broken", _on(lambda one: one.segment(number=2))),
    ("not_joined", _on(lambda one: one.segment(begin_us=BASE + one.end + 1))),
    ("not_joined", _on(lambda one: one.gap(begin_us=BASE + one.end - 1))),
    ("ends_in_future", _on(lambda one: one.segment(end_us=BASE + one.end + 16 * S))),
    ("ends_in_future", _on(lambda one: one.gap(10, end_us=BASE + one.end + 16 * S))),
    ("stretch_empty", _on(lambda one: one.gap(0))),
    ("segment_too_long", _on(lambda one: one.segment(121))),
    ("cause_wrong", _on(lambda one: one.gap(cause="recorder_killed"))),
    ("cause_wrong", _on(_after_kill(cause="recorder_stopped"))),
    ("cause_wrong", _on(_after_kill(cause="stream_lost"))),
    ("clock_inconsistent", _on(_after_kill(end_us=BASE + 25 * S))),
    ("unaccounted", _on(_late)),
    ("retention_below_minimum", _on(lambda one: one.configure(days=1, minimum=2))),
    ("retention_shortened", _on(lambda one: one.configure(days=1), days=2)),
    ("lead_shortened", _on(lambda one: one.configure(lead_us=1), lead_us=2)),
    ("segment_unknown", _ripe(lambda one, intent: one.delete(0, 3, intent))),
    ("deleted_twice", _ripe(_twice)),
    ("intent_missing", _ripe(lambda one, _: one.delete(0, 0, 2))),
    ("intent_missing", _on(_lapsed)),
    ("intent_missing", lambda: _outside_the_intent()),
    ("intent_too_fresh", _ripe(lambda one, _: one.delete(0, 0, one.intend(0, 0)), lead_us=1)),
    ("intent_voided", _ripe(_voided)),
    ("rule_wrong", _on(lambda one: (one.intend(0, 0, days=2), [one.found[-1].kind])[1])),
    ("too_young", _on(lambda one: one.delete(0, 0, one.intend(0, 0)))),
    ("too_young", _ripe(lambda one, intent: (one.configure(days=9), one.delete(0, 0, intent))[1])),
    ("deleted_under_hold", _ripe(_held("deletion"))),
    ("deleted_under_hold", _ripe(_held("erasure", commitment=SHA))),
    ("deleted_under_hold", _ripe(_held("emergency_deletion", **{**EMERGENCY, "below_minimum": False}))),
    ("emergency", _on(_emergency)),
    ("emergency_without_need", _on(lambda one: _emergency(one, free_bytes=1))),
    ("below_minimum_untrue", _on(lambda one: _emergency(one, below_minimum=False))),
    ("erased", _on(lambda one: one.remove("erasure", 0, 0, commitment=SHA))),
    ("hold_doubled", _on(_both(lambda one: one.hold(0, S), lambda one: one.hold(0, S)))),
    ("hold_unknown", _on(lambda one: one.release())),
    ("hold_unknown", _on(_both(lambda one: (one.hold(0, S), one.release()), lambda one: one.release()))),
    ("rests_on_unseen", lambda: _unseen()),
]


def _outside_the_intent() -> list[str]:
    one = line()
    intent = one.intend(0, 1)
    one.wait(1.5)
    return one.delete(0, 2, intent)


def _unseen() -> list[str]:
    one = Line()
    one.opened(previous={"origin": origin("2025"), "size": 1, "root": SHA}, reason="new_year")
    one.boot(previous_end="clean", run_us=5)
    return one.release()


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{at}-{kind}" for at, (kind, _) in enumerate(CASES)])
def test_each_breach_has_its_finding(kind: str, case: Case) -> None:
    assert kind in case()


def test_every_code_of_the_law_has_a_case() -> None:
    text = Path(rules.__file__).read_text(encoding="utf-8")
    spoken = {code for code in CATALOGUE if f'"{code}"' in text}
    assert spoken <= {kind for kind, _ in CASES}


def test_the_format_document_names_every_code() -> None:
    folder = Path(rules.__file__).parent
    text = "".join(each.read_text(encoding="utf-8") for each in folder.glob("FORMAT*.md"))
    law = Path(rules.__file__).read_text(encoding="utf-8")
    missing = {code for code in CATALOGUE if f'"{code}"' in law and f"`{code}`" not in text}
    assert missing == set()


def test_every_sentence_has_the_same_fields_in_both_languages() -> None:
    for kind, (_, vi, en) in CATALOGUE.items():
        assert sorted(part.partition("}")[0] for part in vi.split("{")[1:]) == sorted(
            part.partition("}")[0] for part in en.split("{")[1:]
        ), kind


def test_ranges_of_numbers_join_and_are_cut() -> None:
    ranges: list[list[int]] = []
    for first, last in ((5, 6), (0, 1), (9, 9), (7, 8), (3, 3)):
        insert(ranges, first, last)
    assert ranges == [[0, 1], [3, 3], [5, 9]]
    assert list(remaining(ranges, 0, 12)) == [(2, 2), (4, 4), (10, 12)]
    assert overlaps(ranges, 2, 3)
    assert not overlaps(ranges, 2, 2)
    assert not overlaps(ranges, 10, 90)
