"""The bench of evidence measures sound packages and prints its figures."""

import re
from pathlib import Path

import pytest

from minhbach.bench import cache_folder, evidence, expiring
from minhbach.bench.cadence import cost
from minhbach.bench.expiring import false_alarms, history, missed, unlawful
from minhbach.edge.archive.home import reader
from minhbach.ledger.entry import decode
from minhbach.ledger.history import Replay


def test_each_figure_is_a_name_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(evidence, "LOG_HOURS", 1)
    lines = list(evidence.run(forgery_count=20, segments=16, expiries=40, footage_s=20, cache=cache_folder()))
    assert [line.partition(":")[0] for line in lines] == [
        "evidence.log_bytes_per_camera_day",
        "evidence.log_cpu_s_per_camera_day",
        "evidence.log_hours_measured",
        "evidence.expiries",
        "evidence.false_alarms",
        "evidence.unlawful",
        "evidence.unlawful_missed",
        "evidence.packed_footage_s",
        "evidence.packed_mb",
        "evidence.packed_s",
        "evidence.packed_x_realtime",
        "evidence.packed_vs_copy",
        "evidence.package_mb",
        "evidence.build_mb_per_s",
        "evidence.build_vs_copy",
        "evidence.verify_mb_per_s",
        "evidence.verify_vs_sha256sum",
        "evidence.forged_packages",
        "evidence.false_authentic",
        "evidence.raised",
    ]
    assert all(re.fullmatch(r"[a-z0-9_.]+: [0-9]+(\.[0-9]+)?", line) for line in lines)
    assert {"evidence.false_alarms: 0", "evidence.false_authentic: 0", "evidence.raised: 0"} <= set(lines)
    assert {"evidence.unlawful_missed: 0", "evidence.packed_footage_s: 20"} <= set(lines)
    assert list(tmp_path.iterdir()) == []


def test_a_life_of_lawful_deletions_holds_as_many_as_it_says_and_nobody_is_accused() -> None:
    assert sum(entry["kind"] == "deletion" for entry in history(500)) == 500
    assert false_alarms(500) == []


def test_an_unlawful_deletion_that_the_law_does_not_accuse_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(unlawful()) >= 10
    assert missed() == []
    found = expiring._Ending(list(history(50)))
    lawful = [found.deletion(50, found.intents[0])]
    replay = Replay()
    for index, entry in enumerate(history(50)):
        replay.feed(index, entry)
    assert expiring._accused(replay, 3 + found.segments + len(found.intents) + 50, lawful) == set()
    # What would not be found were it named unlawful is what lawful recorders do: that is counted.
    monkeypatch.setattr(expiring, "unlawful", lambda: [("too_young", lawful)])
    assert missed() == ["too_young"]


def test_the_log_that_is_measured_is_a_recorders_own_with_a_days_entries(tmp_path: Path) -> None:
    found = cost(tmp_path / "archive", 1)
    [folder] = [path.parent for path in (tmp_path / "archive").rglob("checkpoint")]
    log = reader(folder)
    kinds = [decode(data)["kind"] for data in log.entries(log.size - 8_688, log.size)]
    assert {kind: kinds.count(kind) for kind in kinds} == {"segment": 8_640, "deletion_intent": 24, "deletion": 24}
    assert found.bytes_a_day > 8_640 * 400, "an entry names its file, its hashes and its times"
    assert found.cpu_s_a_day > 0
