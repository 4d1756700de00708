"""The bench of the check measures a sound archive and prints its figures."""

import re
from pathlib import Path

import pytest

from minhbach.bench import check
from minhbach.bench.archive import make_archive
from minhbach.edge.check.inspection import inspect


@pytest.mark.parametrize("dense", [False, True])
def test_the_archive_it_makes_is_sound(tmp_path: Path, dense: bool) -> None:
    paths = make_archive(tmp_path / "kho", 40, dense=dense)
    result = inspect(tmp_path / "kho", None, quick=False)
    assert result.findings == []
    assert len(set(paths)) == 40
    assert len(result.timelines) == 8
    assert all(line.footage_us == 50_000_000 for line in result.timelines)
    assert all(path.stat().st_size > 2_400_000 for path in paths)


def test_each_figure_is_a_name_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(checkout / "src"))
    lines = list(check.run(segments=80, hashed=8))
    assert [line.partition(":")[0] for line in lines] == [
        "check.quick_s_per_500k",
        "check.quick_memory_mb",
        "check.hash_vs_sha256sum",
        "check.hash_mb_per_s",
        "check.sha256sum_mb_per_s",
    ]
    assert all(re.fullmatch(r"[a-z0-9_.]+: [0-9]+(\.[0-9]+)?", line) for line in lines)
    assert list(tmp_path.iterdir()) == []
