"""``minhbach record``: the recorder alone, as a process.

Owns what a recorder tells the person who started it, and its exit status: 0 ended as asked, 1 ended but the disk did
not take the last of it, 2 could not start. Promises that nobody has to listen: a reader of its output who goes away
stops no camera, and nothing of what a camera says reaches a terminal as a command. Leaves putting it together to
``assembly``, a recorder with a centre to ``uplinked``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from minhbach.edge import faults
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Unsettled
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.config import Config, ConfigError, DiskConfig, load, parse_camera, with_cameras
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.thrift import be_thrifty


def record(args: argparse.Namespace) -> int:
    """The ``record`` command."""
    begin_logging()
    try:
        recorder = Recorder(configuration(args.archive, args.config, args.camera), tell_person=tell)
    except ConfigError as error:
        return refuse(error.vi, error.en)
    except faults.CameraTrouble as trouble:
        return refuse(f"{trouble.detail}: {trouble.fault.vi}", f"{trouble.detail}: {trouble.fault.en}")
    except (KeyUnreadable, Unsettled, OSError) as error:
        return refuse(f"Không khởi động được đầu ghi: {error}", f"The recorder cannot start: {error}")
    be_thrifty()
    say(f"recording {recorder.home.folder}")
    try:
        try:
            asyncio.run(run(recorder, args.seconds))
        finally:
            recorder.close()
    except Unsettled as error:
        return tell_unsettled(error)
    return 0


async def run(recorder: Recorder, seconds: float | None) -> None:
    """Record until SIGINT, SIGTERM or the end of ``seconds``."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, recorder.loop.stop)
    if seconds is not None:
        loop.call_later(seconds, recorder.loop.stop)
    await recorder.loop.run()


def configuration(archive: Path | None, file: Path | None, cameras: Sequence[str]) -> Config:
    """What the command line and the TOML file say together. Raises ConfigError."""
    if file is None and archive is not None and (archive / layout.CONFIG_FILE).exists():
        file = archive / layout.CONFIG_FILE
    if archive is None and file is None:
        raise ConfigError("Hãy cho biết thư mục lưu trữ: --archive THƯ_MỤC.", "Say where to record: --archive DIR.")
    folder = archive.absolute() if archive else None
    config = load(file, folder) if file else Config((), (DiskConfig(_given(folder)),))
    config = with_cameras(config, [parse_camera(argument) for argument in cameras])
    if not config.cameras:
        raise ConfigError(
            "Chưa khai báo camera nào: dùng --camera TÊN=ĐỊA_CHỈ hoặc viết [[camera]] trong recorder.toml.",
            "No camera is named: use --camera NAME=URL or write [[camera]] in recorder.toml.",
        )
    return config


def tell(label: str, fault: faults.Fault | None, detail: str) -> None:
    """One line for the person who watches."""
    if fault is None:
        say(f"{label}: đang ghi / recording")
    else:
        shown = "".join(letter if letter.isprintable() else "?" for letter in detail)
        say(f"{label}: {fault.vi}{f' [{shown}]' if shown else ''}\n    {fault.en}")


def say(text: str) -> None:
    """Print at once, also into a pipe; whether anybody reads it is not the recorder's worry."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def _given(folder: Path | None) -> Path:
    assert folder is not None, "there is a folder wherever there is no file"
    return folder


def begin_logging() -> None:
    """What a service manager keeps of a recorder."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)


def refuse(vi: str, en: str) -> int:
    """The exit status of a recorder that could not start, which is told."""
    print(f"{vi}\n{en}", file=sys.stderr, flush=True)
    return 2


def tell_unsettled(error: Unsettled) -> int:
    """The exit status of a recorder that ended, but the disk did not take the last of it."""
    print(f"Đầu ghi đã dừng nhưng ổ đĩa không nhận hết: {error}\nThe recorder stopped, but: {error}", file=sys.stderr)
    return 1
