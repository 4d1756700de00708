"""``bin/demo``: the whole product on one machine, with cameras that are simulated and everything else real.

Owns which processes the demo is made of and that none of them outlives it. Each part runs as it would in an office: the
cameras behind real RTSP sockets with passwords, the recorder and the witness as programs of their own that know nothing
of the demo. Leaves what they do to them.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec

_GOODBYE_S = 15
_SETTINGS = """# Demo: a short memory, so that the disk of a notebook does not fill.
[retention]
picture_days = 2
sound_days = 2
minimum_days = 1
intent_lead_hours = 1
"""


def command(args: argparse.Namespace) -> int:
    """The ``demo`` command: 0 ended as asked, 1 a part ended by itself, 2 could not start."""
    folder = (args.data or default_folder()).absolute()
    archive = folder / "archive"
    try:
        archive.mkdir(parents=True, exist_ok=True)
        settings = archive / "recorder.toml"
        if not settings.exists():
            settings.write_text(_SETTINGS)
    except OSError as error:
        print(f"Không ghi được vào {folder}: {error.strerror}. / Cannot write there.", file=sys.stderr)
        return 2
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        cameras = stack.enter_context(hosted(_fleet(args.cameras)))
        # They end in the opposite order, so that the witness sees the recorder's last entries.
        witness = _start(stack, "witness", [str(archive), *_witness_words(folder)])
        recorder = _start(stack, "record", ["--archive", str(archive), *_camera_words(folder, cameras)])
        _tell(archive, folder / "witness.txt")
        return _wait(ended, (recorder, witness), args.seconds)


def default_folder() -> Path:
    """``var/demo`` beside the virtual environment that runs this, below the present folder otherwise."""
    prefix = Path(sys.prefix)
    return (prefix.parent if prefix.name == ".venv" else Path.cwd()) / "var" / "demo"


def _fleet(count: int) -> Sequence[CameraSpec]:
    """The demo's cameras; beyond four they come again under other names."""
    rounds = [FLEET[number % len(FLEET)] for number in range(count)]
    return [
        spec if number < len(FLEET) else replace(spec, name=f"{spec.name}-{number // len(FLEET) + 1}")
        for number, spec in enumerate(rounds)
    ]


def _camera_words(folder: Path, cameras: Sequence[SimulatedCamera]) -> list[str]:
    """``--camera NAME=@FILE`` for every stream: addresses hold passwords, so they stay off the command line."""
    words = []
    for camera in cameras:
        for number, stream in enumerate(camera.spec.streams):
            label = camera.spec.name if number == 0 else f"{camera.spec.name}/{stream.path}"
            file = folder / f"camera-{label.replace('/', '-')}.url"
            file.touch(mode=0o600)
            file.write_text(camera.url_of(stream.path) + "\n")
            words += ["--camera", f"{label}=@{file}"]
    return words


def _witness_words(folder: Path) -> list[str]:
    return ["--key", str(folder / "witness.key"), "--file", str(folder / "witness.txt")]


def _start(stack: ExitStack, name: str, words: Sequence[str]) -> subprocess.Popen[bytes]:
    # Its own session: Ctrl-C reaches only us, and we end the parts in order.
    process = subprocess.Popen([sys.executable, "-m", "minhbach", name, *words], start_new_session=True)
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tell(archive: Path, witness: Path) -> None:
    print(
        f"""
Camera mô phỏng đang phát, đầu ghi đang ghi vào {archive}
Xem bản ghi và khoảng trống (chạy được ngay trong lúc ghi):
    .venv/bin/minhbach check {archive} --witness {witness} --html check.html
Dừng: Ctrl-C.

The cameras stream and the recorder writes. See what it has, while it runs, with the command above. Stop with Ctrl-C.
""",
        flush=True,
    )


def _wait(ended: threading.Event, parts: Sequence[subprocess.Popen[bytes]], seconds: float | None) -> int:
    """Until asked to end, or until a part ends by itself, which the demo says and ends with."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not ended.wait(0.5):
        if deadline is not None and time.monotonic() >= deadline:
            return 0
        for process in parts:
            if process.poll() is not None:
                print(f"Một phần của bản chạy thử đã dừng. / Part {process.pid} of the demo has ended.", flush=True)
                return 1
    return 0
