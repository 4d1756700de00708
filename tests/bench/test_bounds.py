"""A bench says of a figure that was promised whether it holds, and fails when it does not. Nothing is measured here."""

import re
from argparse import Namespace
from pathlib import Path

import pytest

from minhbach import bench
from minhbach.bench import evidence
from minhbach.bench.bounds import BOUNDS, Bound, judged

GOOD = {
    "evidence.false_alarms": "0",
    "evidence.build_mb_per_s": "7",
    "evidence.build_vs_copy": "0.50",
    "evidence.verify_vs_sha256sum": "0.80",
    "evidence.unlawful_missed": "0",
    "evidence.false_authentic": "0",
    "evidence.raised": "0",
}


def run(monkeypatch: pytest.MonkeyPatch, **changes: str) -> int:
    figures = GOOD | {f"evidence.{name}": value for name, value in changes.items()}
    monkeypatch.setattr(evidence, "run", lambda **_: (f"{name}: {value}" for name, value in figures.items()))
    return bench.command(Namespace(name="evidence"))


def test_figures_within_their_bounds_are_told_so_and_end_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "evidence.verify_vs_sha256sum: 0.80 (≥ 0.8: đạt / holds)" in lines
    assert "evidence.build_vs_copy: 0.50 (≥ 0.5: đạt / holds)" in lines
    assert "evidence.false_authentic: 0 (≤ 0: đạt / holds)" in lines
    assert "evidence.build_mb_per_s: 7" in lines  # nothing was promised of it


def test_the_operators_page_names_every_bound_as_it_is(checkout: Path) -> None:
    page = (checkout / "docs" / "operations.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| ([≥≤] [\d.]+) \|", page, re.MULTILINE)
    assert dict(rows) == {figure: str(bound) for figure, bound in BOUNDS.items()}
    assert len(rows) == len(BOUNDS)


@pytest.mark.parametrize(
    ("figure", "value", "said"),
    [
        ("verify_vs_sha256sum", "0.79", "0.79 (≥ 0.8: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("build_vs_copy", "0.49", "0.49 (≥ 0.5: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("false_alarms", "1", "1 (≤ 0: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("unlawful_missed", "1", "1 (≤ 0: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("false_authentic", "1", "1 (≤ 0: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("raised", "2", "2 (≤ 0: KHÔNG ĐẠT / DOES NOT HOLD)"),
        ("build_vs_copy", "nan", "nan (≥ 0.5: KHÔNG ĐẠT / DOES NOT HOLD)"),
    ],
)
def test_one_figure_beyond_its_bound_is_told_and_the_bench_fails_after_all_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], figure: str, value: str, said: str
) -> None:
    assert run(monkeypatch, **{figure: value}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"evidence.{figure}: {said}" in lines
    assert len(lines) == len(GOOD)


def test_every_bound_is_of_a_figure_that_the_bench_tells() -> None:
    source = evidence.__doc__ or ""
    assert all(name.removeprefix("evidence.") in source for name in BOUNDS)
    assert all((each.least is None) != (each.most is None) for each in BOUNDS.values())
    assert BOUNDS["evidence.verify_vs_sha256sum"] == Bound(least=0.8)
    assert BOUNDS["evidence.build_vs_copy"] == Bound(least=0.5)


def test_a_figure_without_a_bound_is_left_as_it_is() -> None:
    assert judged("live.p50_ms: 120") == ("live.p50_ms: 120", True)
