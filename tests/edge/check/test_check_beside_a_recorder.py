"""A check of an archive that is being written finds nothing, however often the recorder seals and deletes meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from minhbach.edge.check.inspection import inspect
from minhbach.edge.check.place import CannotRead
from tests.edge.keeping import COMMIT, MINUTE, Site, configured

RECORDS_S = 6.0


def record_and_erase(folder: Path, seconds: float) -> None:
    """A recorder in a great hurry: each round seals two segments and deletes two; now and then it stops or dies."""
    site = Site(configured(folder, "quay-1", "quay-2")).start()
    deadline = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < deadline:
        site.record(size=4000)
        rounds += 1
        if rounds > 20:
            site.keeper.erase(
                [
                    each
                    for name in ("quay-1", "quay-2")
                    for each in site.catalogue.numbered(name, "main", 0, rounds - 20)
                ],
                COMMIT,
            )
        if rounds % 40 == 0:
            site.restart()
        if rounds % 40 == 20:
            site.kill()
            site.off(MINUTE)
            site.start()
    site.stop()


@pytest.fixture
def recorder(tmp_path: Path, checkout: Path) -> Iterator[subprocess.Popen[bytes]]:
    module = "tests.edge.check.test_check_beside_a_recorder"
    path = os.pathsep.join([str(checkout / "src"), str(checkout)])
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(tmp_path / "kho"), str(RECORDS_S)],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()


def test_what_a_running_recorder_does_is_never_a_finding(tmp_path: Path, recorder: subprocess.Popen[bytes]) -> None:
    folder = tmp_path / "kho"
    checks = entries = 0
    while recorder.poll() is None:
        try:
            result = inspect(folder, None, quick=checks % 2 == 0)
        except CannotRead:
            assert not checks, "once it is an archive it stays one"
            time.sleep(0.02)
            continue
        assert [(each.kind, each.index, each.values) for each in result.findings] == []
        checks += 1
        entries = max(entries, result.entries)
    assert recorder.returncode == 0
    assert checks > 10
    assert entries > 300, "bundles were filled meanwhile"
    done = inspect(folder, None, quick=False)
    assert done.findings == []
    assert [each.kind for each in done.notices if each.kind not in ("erased", "more_noted")] == []


if __name__ == "__main__":
    record_and_erase(Path(sys.argv[1]), float(sys.argv[2]))
