"""How tests are handed to workers: what shares a running site stays together, and no name of a place is stale."""

import re
import signal
import subprocess
import sys
from itertools import chain

import checks
import pytest

from tests import handing_out, kept
from tests.house.source import ROOT
from tests.site import engines

FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
ASKS = re.compile(r"^from tests\.site import .*\benter\b|^from tests\.site import RunningSite", re.MULTILINE)


def test_whoever_asks_for_the_running_site_is_handed_out_with_the_others() -> None:
    asking = {file for file in FILES if ASKS.search((ROOT / file).read_text("utf-8"))}
    assert {file for file in asking if handing_out.place(f"{file}::test_x[a]") != "the site"} == set()


def test_every_place_that_is_named_exists() -> None:
    named = set(chain(handing_out.EARLY, *handing_out.TOGETHER.values()))
    assert {begin for begin in named if not any(file.startswith(begin) for file in FILES)} == set()


def test_what_the_second_python_is_spared_exists() -> None:
    for name in checks.ONCE:
        file, _, function = name.partition("::")
        assert f"def {function.partition('[')[0]}(" in (ROOT / file).read_text("utf-8")


def test_the_tests_of_a_file_go_to_one_worker_and_the_long_ones_first() -> None:
    assert handing_out.place("tests/a/test_b.py::test_c[x::y]") == handing_out.place("tests/a/test_b.py::Test::test_d")
    assert handing_out.rank("tests/end_to_end/test_room.py::test_a") < handing_out.rank(
        "tests/house/test_tree.py::test_a"
    )


def test_an_engine_is_told_to_end_by_the_last_test_that_needs_it(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHBACH_DATA", str(tmp_path))
    kept.done_with("x", 1)  # it was never started, for want of a program: nobody is told
    (tmp_path / "x.over").unlink()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as engine:
        (tmp_path / "x.ready").write_text(f"{engine.pid}\nanswer", "utf-8")
        assert kept.ask("x") == "answer"
        kept.done_with("x", 2)
        assert engine.poll() is None
        kept.done_with("x", 2)
        assert engine.wait(30) == -signal.SIGTERM


def test_only_whoever_shares_the_running_site_keeps_it_running(request: pytest.FixtureRequest) -> None:
    keeping = {item.nodeid for item in request.session.items if "site" in engines(item)}
    assert {each for each in keeping if handing_out.place(each) != "the site"} == set()


def test_what_did_not_start_is_not_tried_again_by_everybody(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHBACH_DATA", str(tmp_path))
    (tmp_path / "x.failed").write_text("it said why", "utf-8")
    with pytest.raises(AssertionError, match="it said why"):
        kept.ask("x")
