"""A command of the product as a person runs it in a terminal: started, listened to, ended, killed, and looked for."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from minhbach.engines import ports
from tests.kept import ROOT

READY_S = 480


class Terminal:
    """`minhbach WORDS --data … --port …` with a folder and a port of its own; only its own settings reach it."""

    def __init__(self, folder: Path, *words: str) -> None:
        folder.mkdir(exist_ok=True)
        self.data = folder / "data"
        self.port = ports.choose(folder / "port.json", ["pages"])["pages"]
        self._words = words
        self._said = folder / "said"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ["--data", str(self.data), "--port", str(self.port)]
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("MINHBACH_", "DJANGO_"))}
        command = [sys.executable, "-m", "minhbach", self._words[0], *where, *self._words[1:]]
        with self._said.open("wb") as said:
            self._child = subprocess.Popen(command, cwd=ROOT / "src", env=plain, stdout=said, stderr=said)

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def until(self, said: str) -> None:
        assert self._child is not None
        deadline = time.monotonic() + READY_S
        while said not in (text := self.said):
            assert self._child.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)

    def wait(self, within_s: float = 180) -> int:
        assert self._child is not None
        return self._child.wait(within_s)

    def end(self, number: signal.Signals, within_s: float = 180) -> int:
        assert self._child is not None
        if self._child.poll() is None:
            self._child.send_signal(number)
        return self._child.wait(within_s)

    def page(self, path: str = "/dang-nhap") -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            text: str = answer.read().decode()
        return text

    def part(self, *words: str) -> int:
        """The process below this one whose command holds all the words."""
        found = [pid for pid, about in self._processes().items() if all(word.encode() in about for word in words)]
        assert found, words
        return min(found)

    def survivors(self, within_s: float = 120) -> list[str]:
        """Processes that have anything to do with the folder; waits for those that are on their way out."""
        deadline = time.monotonic() + within_s
        while (found := self._processes()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return [f"{pid} {about[:200]!r}" for pid, about in found.items()]

    def _processes(self) -> dict[int, bytes]:
        mark, found = os.fsencode(self.data), {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                state = (process / "stat").read_text("utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if mark in about and state != "Z":
                found[int(process.name)] = about
        return found
