"""The checker never accuses a lawful history and never acquits a change to what a witness cosigned."""

import json
import random
from collections.abc import Callable
from hashlib import sha256

import pytest

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note
from minhbach.ledger.audit import Audit, Sealed, Witnessed, audit, files_against
from minhbach.ledger.entry import CLOCK_KINDS, KINDS, Entry, EntryError, canonical, decode, encode, log_name, make
from minhbach.ledger.findings import Finding, accusations
from minhbach.ledger.history import Replay
from minhbach.ledger.spans import MemorySpans
from minhbach.ledger.witness import WitnessView
from tests.ledger.simulation import DAY, HOUR, Recorder, ToyLog, ToyStream, fast_check, signer


def examine(logs: list[ToyLog], files: dict[str, bytes], view: WitnessView | None) -> tuple[Audit, list[Finding]]:
    """What a check of an archive does: the walk, then every file."""
    sealed: list[Sealed] = []

    def remember(log: str, index: int, entry: Entry) -> None:
        if entry["kind"] == "segment":
            sealed.append(Sealed(log, index, entry))

    def stat(disk: str, path: str) -> tuple[int, str] | None:
        data = files.get(path)
        return (len(data), sha256(data).hexdigest()) if data is not None else None

    result = audit([log.as_log() for log in logs], view, remember, check=fast_check)
    found = result.findings + list(files_against(sealed, result.replay, stat))
    logged = {each.entry["path"] for each in sealed}
    found += [Finding("file_unlogged", values={"path": path}) for path in files if path not in logged]
    return result, found


@pytest.mark.parametrize("seed", range(50))
def test_a_lawful_history_is_never_accused(seed: int) -> None:
    recorder = Recorder(seed)
    recorder.carry_on(14)
    _, found = examine(recorder.logs, recorder.files, recorder.view())
    assert [(each.kind, each.log, each.index, each.values) for each in accusations(found)] == []


def test_the_simulation_meets_every_kind_of_entry_and_every_event() -> None:
    kinds: set[str] = set()
    events: set[str] = set()
    for seed in range(40):
        recorder = Recorder(seed)
        recorder.carry_on(14)
        kinds.update(decode(line)["kind"] for log in recorder.logs for line in log.lines)
        events.update(recorder.happened)
    assert kinds == KINDS.keys()
    assert len(events) == 14


@pytest.mark.parametrize("seed", range(5))
def test_a_replay_resumed_from_json_anywhere_finds_what_one_run_finds(seed: int) -> None:
    recorder = Recorder(seed)
    recorder.carry_on(14)
    spans, chance = MemorySpans(), random.Random(seed)
    broken, whole = Replay(spans), Replay()
    for log in recorder.logs:
        for index, line in enumerate(log.lines):
            value = decode(line)
            if chance.random() < 0.1:
                broken = Replay.resume(json.loads(json.dumps(broken.saved())), spans)
            assert broken.feed(index, value) == whole.feed(index, value)
        for replay in (broken, whole):
            replay.end_log(log.head().root.hex())
    assert broken.saved() == whole.saved()


# --- someone with root --------------------------------------------------------------------------------


class Forgery:
    """A history in the hands of someone who has the disk and every key of the recorder, and no witness's key."""

    def __init__(self, seed: int) -> None:
        self.recorder = Recorder(seed)
        self.recorder.carry_on(7)
        self.recorder.cover()
        self.recorder.cosign()
        self.random = random.Random(seed)
        self.logs = [[decode(line) for line in log.lines] for log in self.recorder.logs]
        self.files = dict(self.recorder.files)

    def log_with(self, *kinds: str) -> tuple[list[Entry], int]:
        """A log and the index of an entry of one of these kinds; skips the run when there is none."""
        places = [(log, at) for log in self.logs for at, value in enumerate(log) if value["kind"] in kinds]
        if not places:
            raise Unsuited
        return self.random.choice(places)

    def live_segment(self) -> Entry:
        live = [e for log in self.logs for e in log if e["kind"] == "segment" and e["path"] in self.files]
        if not live:
            raise Unsuited
        return self.random.choice(live)

    def publish(self) -> list[ToyLog]:
        """Writes the logs anew: bindings, trees and signatures all fit again."""
        done: list[ToyLog] = []
        for values in self.logs:
            opened = values[0]
            if done and opened["kind"] == "log_opened":
                head = done[-1].head()
                opened["previous"] = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
            log = ToyLog(opened["origin"], [canonical(value) for value in values])
            log.checkpoint = checkpoints.sign(log.head(), *self._signers(log))
            done.append(log)
        return done

    def _signers(self, log: ToyLog) -> list[note.Signer]:
        name = checkpoints.key_name(log.origin)
        keys = {value["key"] for values in self.logs for value in values if "key" in value}
        return [each for each in (signer(name, seed) for seed in range(1, 60)) if each.verifier.vkey in keys]

    def append(self, kind: str, **fields: object) -> None:
        recorder = self.recorder
        recorder.log(kind, **fields)
        self.logs[-1].append(decode(recorder.logs[-1].lines[-1]))


class Unsuited(Exception):
    """This history has nothing for this forgery; another seed has."""


def rewrites_a_segment_and_its_file(it: Forgery) -> None:
    value = it.live_segment()
    it.files[value["path"]] = b"another picture"
    value["bytes"], value["sha256"] = 15, sha256(b"another picture").hexdigest()


def drops_an_entry(it: Forgery) -> None:
    log, at = it.log_with("viewing", "fault", "hold", "segment", "gap")
    del log[at]
    for value in log:
        for name in ("clock",):
            value[name] -= 1 if value[name] > at else 0


def drops_a_segment_and_renumbers(it: Forgery) -> None:
    log, at = it.log_with("segment")
    gone = log.pop(at)
    for value in log[at:]:
        if value["kind"] == "segment" and (value["camera"], value["stream"]) == (gone["camera"], gone["stream"]):
            value["number"] -= 1
        if value["clock"] > at:
            value["clock"] -= 1


def puts_a_gap_where_footage_was(it: Forgery) -> None:
    log, at = it.log_with("segment")
    old = log[at]
    times = {"begin_us": old["begin_us"], "begin_clock": old["footage_clock"], "end_us": old["end_us"]}
    place = {"camera": old["camera"], "stream": old["stream"]}
    log[at] = make("gap", at_us=old["at_us"], clock=old["clock"], cause="camera_unreachable", **place, **times)
    it.files.pop(old["path"], None)


def back_dates_an_entry(it: Forgery) -> None:
    log, at = it.log_with("segment", "gap", "viewing", "hold")
    log[at]["at_us"] -= 60_000_000


def moves_the_clock_of_a_boot(it: Forgery) -> None:
    log, at = it.log_with("boot", "clock_step")
    log[at]["offset_us"] += 7_200_000_000
    log[at]["at_us"] += 7_200_000_000


def counts_more_running_time_at_a_boot(it: Forgery) -> None:
    log, at = it.log_with("boot")
    log[at]["run_us"] += 86_400_000_000 * 400


def changes_the_cause_of_a_gap(it: Forgery) -> None:
    log, at = it.log_with("gap")
    log[at]["cause"] = "outside_hours" if log[at]["cause"] != "outside_hours" else "stream_lost"


def swaps_two_entries(it: Forgery) -> None:
    log, at = it.log_with("gap", "segment")
    if at + 1 == len(log) or log[at] == log[at + 1] or log[at + 1]["kind"] in CLOCK_KINDS:
        raise Unsuited
    log[at], log[at + 1] = log[at + 1], log[at]


def doubles_an_entry(it: Forgery) -> None:
    log, at = it.log_with("viewing", "fault", "gap")
    log.insert(at, dict(log[at]))


def takes_back_a_hold(it: Forgery) -> None:
    log, at = it.log_with("hold")
    old = log[at]
    log[at] = make("fault", at_us=old["at_us"], clock=old["clock"], subject="x", code="x", state="began")


def shortens_the_retention_afterwards(it: Forgery) -> None:
    log, at = it.log_with("configuration")
    if not log[at]["cameras"]:
        raise Unsuited
    for row in log[at]["cameras"]:
        row["days"] = row["minimum_days"] = 0


def hides_who_watched(it: Forgery) -> None:
    log, at = it.log_with("viewing")
    log[at]["commitment"] = "00" * 32


def cuts_the_log_short(it: Forgery) -> None:
    del it.logs[-1][-max(1, len(it.logs[-1]) // 3) :]
    if not it.logs[-1]:
        raise Unsuited


def drops_the_first_log(it: Forgery) -> None:
    if len(it.logs) < 2:
        raise Unsuited
    del it.logs[0]
    it.logs[0][0].update(previous=None, reason="log_damaged")


def drops_the_newest_log(it: Forgery) -> None:
    if len(it.logs) < 2:
        raise Unsuited
    del it.logs[-1]


def rewrites_the_whole_history(it: Forgery) -> None:
    for log in it.logs:
        for value in log:
            if value["kind"] == "configuration":
                value["sha256"] = "11" * 32


def replaces_the_key(it: Forgery) -> None:
    log, at = it.log_with("log_opened", "key_rotated")
    name = checkpoints.key_name(log[0]["origin"])
    log[at]["key"] = signer(name, 59).verifier.vkey


def deletes_a_file(it: Forgery) -> None:
    del it.files[it.live_segment()["path"]]


def resizes_a_file(it: Forgery) -> None:
    it.files[it.live_segment()["path"]] += b"\0"


def flips_a_bit(it: Forgery) -> None:
    path = it.live_segment()["path"]
    it.files[path] = bytes([it.files[path][0] ^ 1]) + it.files[path][1:]


def swaps_two_files(it: Forgery) -> None:
    first, second = it.live_segment()["path"], it.live_segment()["path"]
    if it.files[first] == it.files[second]:
        raise Unsuited
    it.files[first], it.files[second] = it.files[second], it.files[first]


def adds_a_file(it: Forgery) -> None:
    it.files["footage/0/forged.mp4"] = b"never recorded"


def _live_numbers(it: Forgery) -> tuple[ToyStream, list[int]]:
    for stream in it.recorder.active:
        numbers = [each.number for each in stream.sealed if not each.gone]
        if numbers:
            return stream, numbers
    raise Unsuited


def deletes_without_an_intent(it: Forgery) -> None:
    stream, numbers = _live_numbers(it)
    it.append("deletion", segments=[[stream.camera, stream.name, numbers[0], numbers[0]]], intent=["2026", 1])
    del it.files[stream.sealed[numbers[0]].path]


def deletes_too_young(it: Forgery) -> None:
    stream, numbers = _live_numbers(it)
    recorder, ranges = it.recorder, [[stream.camera, stream.name, numbers[-1], numbers[-1]]]
    index = len(it.logs[-1])
    it.append("deletion_intent", segments=ranges, rule={"days": recorder.days, "minimum_days": recorder.minimum})
    recorder.live(9 * HOUR)
    it.logs[-1] = [decode(line) for line in recorder.logs[-1].lines]
    if recorder.now_run_us - stream.sealed[numbers[-1]].end_run_us >= DAY:
        raise Unsuited
    it.append("deletion", segments=ranges, intent=[log_name(recorder.origin()), index])
    it.files = {path: data for path, data in recorder.files.items() if path != stream.sealed[numbers[-1]].path}


def erases_under_a_hold(it: Forgery) -> None:
    stream, numbers = _live_numbers(it)
    one = stream.sealed[numbers[0]]
    hold = "0191a5e2-7b1c-7e00-8000-0000000000bb"
    what = {"camera": stream.camera, "stream": "*", "begin_us": one.begin_us, "end_us": one.end_us}
    it.append("hold", hold=hold, commitment="00" * 32, **what)
    it.append("erasure", segments=[[stream.camera, stream.name, one.number, one.number]], commitment="00" * 32)
    del it.files[one.path]


def lies_about_an_emergency(it: Forgery) -> None:
    stream, numbers = _live_numbers(it)
    ranges = [[stream.camera, stream.name, numbers[0], numbers[0]]]
    need = {"disk": "d1", "free_bytes": 9, "need_bytes": 1, "below_minimum": False}
    it.append("emergency_deletion", segments=ranges, **need)
    del it.files[stream.sealed[numbers[0]].path]


FORGERIES: list[Callable[[Forgery], None]] = [
    rewrites_a_segment_and_its_file, drops_an_entry, drops_a_segment_and_renumbers, puts_a_gap_where_footage_was,
    back_dates_an_entry, moves_the_clock_of_a_boot, counts_more_running_time_at_a_boot, changes_the_cause_of_a_gap,
    swaps_two_entries, doubles_an_entry, takes_back_a_hold, shortens_the_retention_afterwards, hides_who_watched,
    cuts_the_log_short, drops_the_first_log, drops_the_newest_log, rewrites_the_whole_history, replaces_the_key,
    deletes_a_file, resizes_a_file, flips_a_bit, swaps_two_files, adds_a_file, deletes_without_an_intent,
    deletes_too_young, erases_under_a_hold, lies_about_an_emergency,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda each: each.__name__)
def test_no_forgery_of_what_a_witness_cosigned_is_acquitted(forge: Callable[[Forgery], None]) -> None:
    tried = 0
    for seed in range(100, 160):
        forgery = Forgery(seed)
        try:
            forge(forgery)
        except Unsuited:
            continue
        _, found = examine(forgery.publish(), forgery.files, forgery.recorder.view())
        assert accusations(found), (seed, forge.__name__)
        tried += 1
        if tried == 3:
            return
    pytest.fail(f"Only {tried} histories were fit for this forgery.")


def test_an_untouched_history_published_by_the_forger_is_not_accused() -> None:
    for seed in range(100, 110):
        forgery = Forgery(seed)
        _, found = examine(forgery.publish(), forgery.files, forgery.recorder.view())
        assert accusations(found) == [], seed


def test_what_no_witness_saw_is_said_to_be_unwitnessed() -> None:
    for seed in range(10):
        forgery = Forgery(seed)
        seen = len(forgery.logs[-1])
        forgery.append("fault", subject="x", code="x", state="began")
        forgery.logs[-1][-1]["code"] = "forged"
        result, found = examine(forgery.publish(), forgery.files, forgery.recorder.view())
        assert accusations(found) == []
        name = log_name(forgery.recorder.origin())
        assert Witnessed(name, seen, seen + 1, None) in result.witnessed
        assert [each.index for each in found if each.kind == "unwitnessed" and each.log == name] == [seen]


def test_running_time_that_outruns_the_witness_is_a_finding() -> None:
    recorder = Recorder(3)
    recorder.live(HOUR)
    recorder.cosign()
    recorder.mono_us += 40 * DAY  # the monotonic clock is turned forward, the true time is not
    recorder.offset_us -= 40 * DAY
    recorder._clock_entry("clock_step", before_offset_us=recorder.offset_us + 40 * DAY)
    recorder.cover()
    recorder.live(HOUR)
    recorder.cosign()
    _, found = examine(recorder.logs, recorder.files, recorder.view())
    assert "clock_ahead_of_witness" in {each.kind for each in found}


def test_entries_cosigned_after_a_cut_line_are_witnessed_late() -> None:
    recorder = Recorder(4)
    recorder.cosign()
    recorder.live(HOUR)
    recorder.cosign()
    result, found = examine(recorder.logs, recorder.files, recorder.view())
    assert accusations(found) == []
    late = [each for each in found if each.kind == "witnessed_late"]
    assert len(late) == 1
    assert late[0].values["late_s"] == pytest.approx(3600, abs=1200)
    assert result.witnessed[-1].time_s == recorder.real_us // 1_000_000


def test_a_log_of_nonsense_gets_findings_and_never_an_exception() -> None:
    values: list[object] = [0, 1, 2**53 - 1, "x", "Quầy 1", "main", ["2026", 1], ["2026", 0], None, True, "*", [], {}]
    accused = 0
    for seed in range(60):
        chance = random.Random(seed)
        recorder = Recorder(seed % 6)
        recorder.carry_on(4)
        logs = recorder.logs
        for log in logs:
            good = [decode(line) for line in log.lines]
            for _ in range(chance.randrange(1, 12)):
                at = chance.randrange(len(log.lines))
                line = dict(good[at])
                name = chance.choice(sorted(line))
                others = [each[name] for each in good if name in each]
                line[name] = chance.choice([*values, *others])
                try:
                    log.lines[at] = encode(line)
                except EntryError:
                    torn = log.lines[at][:-1] or b"y"
                    log.lines[at] = chance.choice([b"x", b"{}", canonical([1]), torn, log.lines[0]])
                if chance.random() < 0.1:
                    chance.shuffle(log.lines)
        _, found = examine(logs, recorder.files, recorder.view())
        assert all(each.text for each in found)
        accused += bool(accusations(found))
    assert accused > 50
