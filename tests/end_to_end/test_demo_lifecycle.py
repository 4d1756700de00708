"""What a person does to the demo: stops it early, kills it, starts it again. Nothing survives, nothing is lost."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from minhbach.engines import ports
from tests.kept import ROOT

READY_S = 240


class Demo:
    """The demo with one camera and little past, as somebody runs it in a terminal."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "demo"
        self._words = folder / "words"
        self._port = ports.choose(folder / "port.json", ["pages"])["pages"]
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "minhbach", "demo", "--data", str(self.data), "--port", str(self._port)]
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("MINHBACH_", "DJANGO_"))}
        with self._words.open("wb") as words:
            self._child = subprocess.Popen(
                [*command, "--cameras", "1", "--days", "1"], cwd=ROOT / "src", env=plain, stdout=words, stderr=words
            )

    def until(self, said: str) -> None:
        assert self._child is not None
        deadline = time.monotonic() + READY_S
        while said not in (text := self._words.read_text("utf-8")):
            assert self._child.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)

    def end(self, number: signal.Signals, within_s: float = 60) -> int:
        assert self._child is not None
        self._child.send_signal(number)
        return self._child.wait(within_s)

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/dang-nhap", timeout=20) as answer:
            text: str = answer.read().decode()
        return text

    def survivors(self, within_s: float = 40) -> list[str]:
        """Processes that have anything to do with the folder; waits for those that are on their way out."""
        deadline = time.monotonic() + within_s
        while (found := self._processes()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _processes(self) -> list[str]:
        mark, found = os.fsencode(self.data), []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                state = (process / "stat").read_text("utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if mark in about and state != "Z":
                found.append(f"{process.name} {about[:200]!r}")
        return found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    yield made
    made.end(signal.SIGKILL)


def test_stopped_while_it_makes_its_past_it_leaves_no_process_and_starts_again(demo: Demo) -> None:
    demo.start()
    demo.until("making a past")
    time.sleep(1)
    assert demo.end(signal.SIGINT) == 0
    assert demo.survivors() == []
    demo.start()
    demo.until("ready http")
    assert "thanhtra" in demo.page()
    assert demo.end(signal.SIGTERM) == 0
    assert demo.survivors() == []


def test_killed_it_leaves_no_process_and_goes_on_where_it_was(demo: Demo) -> None:
    demo.start()
    demo.until("ready http")
    demo.end(signal.SIGKILL)
    assert demo.survivors() == []
    demo.start()
    demo.until("ready http")
    assert "thanhtra" in demo.page()
    assert demo.end(signal.SIGINT) == 0
    assert demo.survivors() == []
