"""A site that was started once and given its first administrator: made once a run, copied by whoever needs one.

Making the tables of a new site takes longer than everything else about its start.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.once import once
from tests.end_to_end.terminal import Terminal
from tests.kept import ROOT

ADMINISTRATOR = ("--unit", "UBND tỉnh A", "--code", "H00", "--name", "Nguyễn Văn A", "--username", "quantri")


@dataclass(frozen=True)
class Founded:
    """The folder as it was left, and what was said on the way: by `begin`, on the page of sign-in, by the end."""

    data: Path
    begun: str
    page: str
    status: int


def founded(factory: pytest.TempPathFactory) -> Founded:
    """The one of this run."""
    return once(factory, "founded", _found)


def _found(folder: Path) -> Founded:
    site = Terminal(folder, "serve")
    site.start()
    try:
        site.until("ready http")
        done = centre(site, "begin", *ADMINISTRATOR, "--decision", "1/QĐ-UBND")
        assert done.returncode == 0, done.stderr
        return Founded(site.data, done.stdout, site.page(), site.end(signal.SIGTERM))
    finally:
        site.end(signal.SIGKILL)


def settle(site: Terminal, made: Founded) -> Terminal:
    """Give a site a copy of that folder, with the owners of the files, and ports of its own."""
    subprocess.run(["cp", "-a", made.data, site.data], check=True)
    (site.data / "ports.json").unlink()
    return site


def centre(site: Terminal, *words: str) -> subprocess.CompletedProcess[str]:
    """`minhbach centre --data … WORDS`, beside the running site."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("MINHBACH_", "DJANGO_"))}
    command = [sys.executable, "-m", "minhbach", "centre", "--data", str(site.data), *words]
    return subprocess.run(command, cwd=ROOT / "src", env=plain, capture_output=True, text=True, check=False)


def settings(site: Terminal) -> dict[str, str]:
    """What `serve` wrote down of it."""
    lines = (site.data / "site.env").read_text("utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
