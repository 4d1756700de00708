"""Every change of the disk fails once, fails although it was done, and fails until somebody mends the disk.

One run is looked at for the kinds of calls it makes (what is done to which kind of file); of each kind one call fails,
with TESTS_LONG all of them. Whatever fails: the recorder goes on, says so, and claims nothing that is not there, not
even after a power cut that takes what a failed sync has lost.
"""

import errno
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from minhbach.edge.archive.archive import Unsettled
from minhbach.edge.config import ConfigError
from tests.edge.archive.stage import START_US, TICK_US, HastyClock, S, Stage, accused, configured, kept, lines
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles, OrderlyLanes, wipe

LONG = bool(os.environ.get("TESTS_LONG"))
REST_US = 17 * S
GROWING = ("open", "write", "mkdir", "link")


def kind_of(call: Call) -> str:
    """What is done to which kind of file; the names of cameras, times and numbers left out."""
    path = re.sub(r"[0-9]{8}T[0-9.]+Z-[0-9]+", "SEGMENT", call.path)
    path = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{2}", "HOUR", path)
    path = re.sub(r"(tile/[0-9a-z]+)/[0-9]{3}", r"\1/TILE", path)
    path = re.sub(r"\b(a|b)\+(main|main-sound)\+", "", path)
    path = re.sub(r"footage/(a|b)/(main|main-sound)", "footage/STREAM", path)
    return f"{call.kind} {path}"


def recorded(files: ForgetfulFiles, seed: int = 3) -> Stage:
    """Start and record for a while; what fails, fails."""
    clock = HastyClock(START_US, 5 * S)
    config = configured(files.root / "a", files.root / "b")
    stage = Stage(config, files, clock, OrderlyLanes(Random(seed))).start()
    stage.film("a")
    stage.film("b")
    stage.run(2 * S)
    for number in range(140):
        stage.archive.fault("probe", "even" if number % 2 else "odd")
    stage.run(4 * S)
    return stage


def representatives(tmp: Path) -> list[Call]:
    """One call of each kind that a run makes, some way into the run where there are several; or all."""
    files = ForgetfulFiles(tmp)
    recorded(files).stop()
    wipe(tmp)
    kinds: dict[str, list[Call]] = {}
    for call in files.calls:
        kinds.setdefault(kind_of(call), []).append(call)
    if LONG:
        return files.calls
    return [calls[len(calls) // 2] for calls in kinds.values()]


def finished(files: FailingFiles, seed: int = 3) -> Stage | None:
    """A run to its clean end, the disk being whole at last; None when it did not even start."""
    try:
        stage = recorded(files, seed)
    except (ConfigError, Unsettled, OSError):
        return None
    stage.run(S)
    files.heal()
    stage.run(REST_US, 4 * TICK_US)
    stage.stop()
    return stage


def verify(files: FailingFiles, stage: Stage | None, root: Path) -> None:
    """What the log says is there, on the disk as it is and on what a power cut leaves of it."""
    config = configured(root / "a", root / "b")
    if stage is not None:
        assert accused(config.archive) == [], files.failed[:1]
        last_us = stage.clock.mono_us() - 2 * S
        there = set(kept(config))
        for feed in stage.feeds:
            newest = {item for time_us, item in feed.fed if time_us > last_us - 3 * S}
            assert newest <= there, f"it did not go on after {files.failed[0]}"
        assert len(list(kept(config))) == len(there), "a sample stands in two places"
    for seed in range(3 if LONG else 1):
        after = Random(seed)
        image = files.cut(root / "after", after)
        again = configured(root / "after" / "a", root / "after" / "b")
        clock = HastyClock(START_US + 900 * S, 2 * S)
        Stage(again, image, clock, OrderlyLanes(after)).start().stop()
        assert accused(again.archive) == [], files.failed[:1]
        if stage is not None:
            assert lines(again.archive)[: len(lines(config.archive))] == lines(config.archive)
        wipe(image.root)


def told(stage: Stage) -> set[tuple[str, str]]:
    """The faults that were logged, without the test's own."""
    names = {disk.name: disk.path.name for disk in stage.archive.disks.all}
    found = [entry for entry in lines(stage.config.archive) if entry["kind"] == "fault"]
    subjects = [(entry["subject"].split(), entry["code"], entry["state"]) for entry in found]
    return {
        (" ".join([subject[0], *(names[each] for each in subject[1:])]), state)
        for subject, _, state in subjects
        if subject[0] in ("disk", "log")
    }


def alarming(call: Call) -> str:
    """Who has to be told of by a failure of this call; empty where nothing of lasting worth was touched."""
    place = call.path.split("/")[0]
    if "/open/" in call.path and call.kind in ("open", "write", "sync"):
        return f"disk {place}"
    if "/footage/" in call.path or (call.kind == "link" and "/open/" in call.path):
        return f"disk {place}"
    return "log" if "/log/" in call.path and call.kind != "unlink" else ""


Plan = Callable[[Call, Call], Failure | None]

PLANS: dict[str, Plan] = {
    "once": lambda call, chosen: Failure() if call.number == chosen.number else None,
    "once though done": lambda call, chosen: Failure(stored=True) if call.number == chosen.number else None,
    "full": lambda call, chosen: Failure(errno.ENOSPC) if _grows(call, chosen) else None,
    "for long": lambda call, chosen: Failure() if _again(call, chosen) else None,
}


def sample(how: str, calls: Sequence[Call]) -> Sequence[Call]:
    """Where a disk that goes on failing makes little difference between neighbours, every second one will do."""
    if how == "full":
        return [call for call in calls if call.kind in GROWING][::2]
    return calls[::2] if how == "for long" else calls


def _again(call: Call, chosen: Call) -> bool:
    same_place = call.path.split("/")[0] == chosen.path.split("/")[0]
    return call.number >= chosen.number and call.kind == chosen.kind and same_place


def _grows(call: Call, chosen: Call) -> bool:
    same_place = call.path.split("/")[0] == chosen.path.split("/")[0]
    return call.number >= chosen.number and call.kind in GROWING and same_place


@pytest.mark.parametrize("how", PLANS)
def test_whatever_fails_the_recorder_goes_on_and_claims_nothing_that_is_not_there(how: str, scratch: Path) -> None:
    root = scratch / "disk"
    chosen = representatives(root)
    assert len({kind_of(call) for call in chosen}) > 40
    for call in chosen if LONG else sample(how, chosen):
        files = FailingFiles(root, lambda each, call=call: PLANS[how](each, call))  # type: ignore[misc]
        stage = finished(files)
        if stage is not None and files.failed and alarming(files.failed[0]):
            assert (alarming(files.failed[0]), "began") in told(stage), call
            assert (alarming(files.failed[0]), "ended") in told(stage), call
        verify(files, stage, root)
        wipe(root)
