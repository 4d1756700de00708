"""A recorder as a process of its own, as an office runs it.

Owns `Recorder`: starting `python -m minhbach record`, reading what it says with the time of each line, killing or
stopping it, and its size in memory. Promises that no process outlives the `with` block.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
RECORDING = "đang ghi / recording"


@dataclass
class Words:
    """What a recorder said: `lines` are (seconds since the start, text) of standard output; `errors` of the other."""

    lines: list[tuple[float, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def said(self, text: str, label: str = "") -> list[float]:
        """When lines with `text` came, of one camera if it is named."""
        return [at for at, line in self.lines if text in line and line.startswith(f"{label}: " if label else "")]


class Recorder(Words):
    """`cameras`: label → URL."""

    def __init__(self, archive: Path, cameras: Mapping[str, str], *words: str) -> None:
        options = [word for label, url in cameras.items() for word in ("--camera", f"{label}={url}")]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}
        super().__init__()
        self.labels = list(cameras)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "minhbach", "record", *options, "--archive", str(archive), *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment,
        )  # fmt: skip
        self._threads = [threading.Thread(target=self._listen), threading.Thread(target=self._listen_to_errors)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def words(self) -> Words:
        """What was said so far, without the process."""
        return Words(list(self.lines), list(self.errors))

    def wait_for(self, text: str, label: str = "", *, seconds: float = 120, times: int = 1) -> float:
        """Wait until the text has come so often; returns when it did."""
        until = time.monotonic() + seconds
        while len(self.said(text, label)) < times:
            assert self.process.poll() is None, f"the recorder ended: {self.lines} {self.errors}"
            assert time.monotonic() < until, f"no {text!r} of {label!r} in {seconds} s: {self.lines} {self.errors}"
            time.sleep(0.02)
        return self.said(text, label)[times - 1]

    def wait_until_recording(self, *, seconds: float = 120) -> float:
        """Wait until all cameras are recorded; returns the seconds since the start of the process."""
        return max(self.wait_for(RECORDING, label, seconds=seconds) for label in self.labels)

    def resident_bytes(self) -> int:
        """Memory that is this process' own (`RssAnon`); mapped files of the interpreter do not count."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) * 1024

    def processor_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """As if the power went, for this process."""
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended(60)

    def ended(self, seconds: float) -> int:
        """Wait for its own end; returns the exit status."""
        self.process.wait(seconds)
        self._reap()
        return self.process.returncode

    def _reap(self) -> None:
        self.process.wait(60)
        for thread in self._threads:
            thread.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((time.monotonic() - self.started, line.rstrip("\n")))

    def _listen_to_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))
