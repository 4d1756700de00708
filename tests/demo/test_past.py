"""The demo's past: lawful, signed, cosigned at its time, and there to be looked at."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from minhbach import cli
from minhbach.demo.past.plan import DAY_US, VIETNAM, plan_of
from minhbach.fmp4 import scan
from minhbach.ledger.witness import read_witness_file
from tests.kept import ROOT

NOW_US = int(datetime(2026, 11, 20, 10, 15, tzinfo=VIETNAM).timestamp()) * 1_000_000
CAMERA = "tiep-dan"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The past of one camera over a few days, and where it lies."""
    folder = tmp_path_factory.mktemp("past")
    order = {
        "archive": str(folder / "archive"),
        "cameras": [CAMERA],
        "witness_key": str(folder / "witness.key"),
        "witness_file": str(folder / "witness.txt"),
        "result": str(folder / "result.json"),
        "now_us": NOW_US,
        "days": 5,
    }
    (folder / "order.json").write_text(json.dumps(order), "utf-8")
    command = [sys.executable, "-m", "minhbach.demo.past.make", str(folder / "order.json")]
    subprocess.run(command, cwd=ROOT / "src", check=True)
    result: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    return {**order, **result}


def test_the_checker_finds_nothing_in_it(past: dict[str, Any]) -> None:
    # The command as a person runs it: 0 is sound, 1 would be findings.
    assert cli.main(["check", past["archive"], "--witness", past["witness_file"]]) == 0


def test_each_minute_of_it_was_cosigned_at_its_time(past: dict[str, Any]) -> None:
    view = read_witness_file(Path(past["witness_file"]).read_bytes())
    times = [each.time_s for each in view.cosigned]
    assert times == sorted(times)
    assert times[0] < NOW_US // 1_000_000 - 3 * 86_400
    assert NOW_US // 1_000_000 - 60 <= times[-1] <= NOW_US // 1_000_000
    assert len(times) > 1_000


def test_held_moments_are_there_though_the_days_around_them_are_deleted(past: dict[str, Any]) -> None:
    archive = Path(past["archive"])
    files = sorted(path.name for path in (archive / "footage" / CAMERA).rglob("*.mp4"))
    oldest = [one for one in past["held"] if one["begin_us"] < NOW_US - 2 * DAY_US]
    assert oldest
    for moment in oldest:
        begin = datetime.fromtimestamp(moment["begin_us"] / 1e6, VIETNAM) - timedelta(hours=7)
        assert any(name.startswith(f"{begin:%Y%m%dT%H%M%S}") for name in files)
    early = [name for name in files if name < f"{datetime.fromtimestamp(NOW_US / 1e6 - 4 * 86_400):%Y%m%d}"]
    assert len(early) <= 20


def test_yesterday_is_whole_and_its_pictures_are_real(past: dict[str, Any]) -> None:
    days = Path(past["archive"]) / "footage" / CAMERA / "main"
    files = list(days.rglob("20261119T*.mp4"))
    assert len(files) >= 440
    with files[0].open("rb") as file:
        found = scan(file)
    assert found.fault is None
    assert sum(path.stat().st_size for path in files) > 440 * 5_000


def test_a_past_of_another_day_never_reaches_into_the_future() -> None:
    for hour in range(24):
        now_us = NOW_US + (hour - 10) * 3_600_000_000
        plan = plan_of("x", ["a"], now_us)
        assert all(end <= now_us for _, end in plan.shifts)
        assert all(one.end_us <= now_us for one in plan.moments)
        assert [begin for begin, _ in plan.shifts] == sorted(begin for begin, _ in plan.shifts)


def test_in_january_the_past_begins_with_the_year() -> None:
    now_us = int(datetime(2027, 1, 9, 12, tzinfo=VIETNAM).timestamp()) * 1_000_000
    plan = plan_of("x", ["a"], now_us)
    assert datetime.fromtimestamp(plan.begin_us / 1e6, VIETNAM).year == 2027
