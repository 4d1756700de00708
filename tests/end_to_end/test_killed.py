"""kill -9 at random points: what was received is there but for the last second, and why it ends is on record.

`MINHBACH_KILLS=200` for the long run. The loss is measured between the wire and the recovered files: from the last
picture (or sound) that was found there to the last one that had been handed to the recorder when it was killed.
"""

import os
import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from tests.end_to_end import footage, tape
from tests.end_to_end.recorder import RECORDING, Recorder
from tests.end_to_end.wire import Passage, Wire
from tests.slowness import Slowness

KILLS = int(os.environ.get("MINHBACH_KILLS", "12"))
LONGEST_LOSS_US = 1_000_000
LONGEST_RETURN_S = 10.0
CAMERAS = FLEET[:3]


@dataclass
class Run:
    """One life of the recorder: Unix µs, and what each camera sent it."""

    began_us: int
    passages: dict[str, list[Passage]] = field(default_factory=dict)
    killed_us: int = 0
    returned_s: float = 0.0


def test_after_a_kill_at_any_instant_all_but_the_last_second_is_there_and_the_loss_is_a_gap_with_its_cause(tmp_path):
    archive = tmp_path / "archive"
    with ExitStack() as stack:
        cameras = stack.enter_context(hosted(CAMERAS))
        wires = {each.spec.name: stack.enter_context(Wire(each.port)) for each in cameras}
        urls = {each.spec.name: wires[each.spec.name].through(each.url) for each in cameras}
        with Slowness() as slow:
            runs = [live_and_die(archive, urls, wires, number) for number in range(KILLS)]
        with Recorder(archive, urls) as last:
            last.wait_until_recording()
            time.sleep(1)
            assert last.stop() == 0
    footage.sound(archive)
    losses = {name: losses_of(archive, name, runs) for name in urls}
    longest_ms = {name: max(found) // 1000 for name, found in losses.items()}
    print(
        f"\nlongest loss, ms: {longest_ms}; recording again after at most {max(run.returned_s for run in runs):.2f} s"
    )
    longest_us = LONGEST_LOSS_US * slow.factor
    assert {name: [loss for loss in found if loss > longest_us] for name, found in losses.items()} == {
        name: [] for name in urls
    }
    assert max(run.returned_s for run in runs) <= LONGEST_RETURN_S * slow.factor
    for name in urls:
        check_causes(archive, name)


def life_s(number: int) -> float:
    """Mostly short; now and then until about the time when the first segment is cut, sealed and logged."""
    return random.uniform(11.0, 12.4) if number % 8 == 7 else random.uniform(0.2, 2.8)


def live_and_die(archive: Path, urls: dict[str, str], wires: dict[str, Wire], number: int) -> Run:
    before = sealed_files(archive)
    run = Run(time.time_ns() // 1000)
    marks = {name: len(wire.passages) for name, wire in wires.items()}
    with Recorder(archive, urls) as recorder:
        if number % 2:
            # Every second one is killed for certain after its start, the others also amid it.
            recorder.wait_for("recording ")
        time.sleep(life_s(number))
        told = [at for label in urls for at in recorder.said(RECORDING, label)]
        run.returned_s = max(told) if len(told) == len(urls) else 0.0
        assert recorder.process.poll() is None, recorder.errors
        run.killed_us = time.time_ns() // 1000
        recorder.kill()
    assert before <= sealed_files(archive), "a sealed segment is gone"
    for name, wire in wires.items():
        run.passages[name] = wire.passages[marks[name] :]
    return run


def sealed_files(archive: Path) -> set[str]:
    return {path.relative_to(archive).as_posix() for path in (archive / "footage").rglob("*.mp4")}


def losses_of(archive: Path, name: str, runs: Sequence[Run]) -> list[int]:
    """What each kill lost of a camera, in µs: the longer of picture and sound."""
    entries = footage.of_kind(archive, "segment", name)
    losses = []
    for run in runs:
        mine = [archive / each["path"] for each in entries if run.began_us <= each["begin_us"] < run.killed_us]
        found = [footage.samples(path) for path in mine]
        tapes = [tape.read(each, run.killed_us) for each in run.passages[name]]
        units = [unit for each in tapes for unit in each.pictures]
        frames = [(frame, unit.sent_us) for each in tapes for unit in each.sounds for frame in unit.parts]
        pictures = [part for each in found for part in each.pictures]
        sounds = [part for each in found for part in each.sounds]
        losses.append(
            max(
                lost(pictures, [unit.parts for unit in units], [unit.sent_us for unit in units]),
                lost(sounds, [frame for frame, _ in frames], [at_us for _, at_us in frames]),
            )
        )
    return losses


def lost(found: Sequence, sent: Sequence, times: Sequence[int]) -> int:
    """How long the end of `sent` is that is missing in `found`, which must otherwise be one piece of it."""
    if not sent:
        assert not found
        return 0
    if not found:
        return times[-1] - times[0]
    first = sent.index(found[0])
    assert list(sent[first : first + len(found)]) == list(found), "something is missing or changed in the middle"
    return times[-1] - times[first + len(found) - 1]


def check_causes(archive: Path, name: str) -> None:
    """Each stretch without footage is the time of a kill until the next start, then the wait for a first picture."""
    ends = [boot["previous_end"] for boot in footage.of_kind(archive, "boot")]
    assert set(ends[1:]) == {"killed"}
    gaps = footage.of_kind(archive, "gap", name)
    causes = [gap["cause"] for gap in gaps]
    assert set(causes) == {"recorder_killed", "recorder_starting"}
    # A start that was killed before it could explain the one before leaves that to the next.
    assert causes.count("recorder_starting") <= 1 + causes.count("recorder_killed") <= len(ends)
    for gap, following in pairwise(gaps):
        if following["cause"] == "recorder_starting":
            assert (gap["cause"], gap["end_us"]) == ("recorder_killed", following["begin_us"])
