"""The demo's past: lawful, signed, cosigned at its time, and there to be looked at."""

import contextlib
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from minhbach import cli
from minhbach.demo import barcode
from minhbach.demo.past.plan import DAY_US, VIETNAM, plan_of
from minhbach.edge.archive import home, layout
from minhbach.ledger.entry import Entry, commitment, decode
from minhbach.ledger.witness import read_witness_file
from tests.kept import ROOT

NOW_US = int(datetime(2026, 11, 20, 10, 15, tzinfo=VIETNAM).timestamp()) * 1_000_000
CAMERA = "tiep-dan"
ASKER = "7b0d2c5e-95a1-4d0e-8d0c-0d1f7f6f0a11"


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
        "askers": {CAMERA: ASKER},
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


def test_each_hold_in_the_log_is_bound_to_who_asked_for_it_and_why(past: dict[str, Any]) -> None:
    archive = Path(past["archive"])
    logged = {
        entry["hold"]: entry
        for name in layout.log_names(archive)
        for entry in _entries(layout.log_folder(archive, name))
        if entry["kind"] == "hold"
    }
    assert logged.keys() == {one["hold"] for one in past["held"]}
    for one in past["held"]:
        entry = logged[one["hold"]]
        said = f"{one['reason']} ({one['document']})" if one["document"] else one["reason"]
        value = {"who": ASKER, "kind": "legal_hold", "reference": one["matter"], "reason": said}
        assert entry["commitment"] == commitment(bytes.fromhex(one["salt"]), value)
        assert one["end_us"] < one["asked_us"] <= entry["at_us"]


def _entries(folder: Path) -> Iterator[Entry]:
    reader = home.reader(folder)
    return map(decode, reader.entries(0, reader.size))


def test_yesterday_moves_from_morning_to_evening_and_can_be_heard(past: dict[str, Any]) -> None:
    days = Path(past["archive"]) / "footage" / CAMERA / "main"
    files = sorted(days.rglob("20261119T*.mp4"))
    # Seven and a half hours, less 34 minutes of a camera that failed and seven of a power cut.
    assert len(files) >= (450 - 41) * 4
    for file in (files[0], files[len(files) // 2], files[-1]):
        with av.open(str(file)) as container:
            luma = [frame.to_ndarray(format="yuv420p")[:360].astype(np.uint8) for frame in container.decode(video=0)]
        stamps = [barcode.read(picture) for picture in luma]
        assert all(stamps)
        assert [two.unix_ms - one.unix_ms for one, two in pairwise(stamps) if one and two] == [1000] * (len(luma) - 1)
        assert any(np.abs(one[50:340].astype(int) - two[50:340]).max() > 60 for one, two in pairwise(luma))
        with av.open(str(file)) as container:
            assert sum(frame.samples for frame in container.decode(audio=0)) > 14 * 8_000


def test_what_went_wrong_is_told_with_its_cause_and_no_working_day_was_without_a_recorder(past: dict[str, Any]) -> None:
    words = io.StringIO()
    with contextlib.redirect_stdout(words):
        assert cli.main(["check", past["archive"], "--quick", "--json", "--witness", past["witness_file"]]) == 0
    told = json.loads(words.getvalue())
    causes = Counter(gap["cause"] for gap in told["cameras"][0]["gaps"])
    assert causes["camera_unreachable"] >= 1
    assert causes["deletion"] >= 3
    assert not {"recorder_stopped", "recorder_starting"} & set(causes)


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
