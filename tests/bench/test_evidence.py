"""The bench of evidence measures sound packages and prints its figures."""

import re
from pathlib import Path

import pytest

from minhbach.bench import evidence
from minhbach.bench.expiring import false_alarms, history


def test_each_figure_is_a_name_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = list(evidence.run(forgery_count=20, segments=16, expiries=40))
    assert [line.partition(":")[0] for line in lines] == [
        "evidence.log_bytes_per_camera_day",
        "evidence.log_cpu_s_per_camera_day",
        "evidence.expiries",
        "evidence.false_alarms",
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
    assert list(tmp_path.iterdir()) == []


def test_a_life_of_lawful_deletions_holds_as_many_as_it_says_and_nobody_is_accused() -> None:
    assert sum(entry["kind"] == "deletion" for entry in history(500)) == 500
    assert false_alarms(500) == []
