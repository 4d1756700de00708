"""What every test may ask for: `needs("ffprobe")`.

Owns the list of what a test may need beyond the pinned requirements: system programs and privilege. Promises that a
test which cannot run for lack of one says so at the end, with what to install, and that the run then does not end in
success (exit status 2). Every other skip is a failure: a test nobody sees not running is worse than none.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environment
import hypothesis
import pytest

pytest_plugins = ("tests.site",)

SYSTEM_PYTHON = "/usr/bin/python3"
GST_PROBE = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
PREFIX = "needs "
#: Lines of a failure that are printed when it happens; the rest stands at the end of the run.
SAID_AT_ONCE = 40

# A deadline per example fails on a busy machine and proves nothing; how long tests take is watched as a whole.
hypothesis.settings.register_profile("minhbach", deadline=None, print_blob=True)
hypothesis.settings.load_profile("minhbach")


@dataclass(frozen=True, slots=True)
class Need:
    """How to find a thing a test cannot do without (None when absent), and what to tell a person to do."""

    find: Callable[[], str | None]
    install: str


def _program(*names: str) -> Callable[[], str | None]:
    return lambda: next((path for name in names if (path := shutil.which(name))), None)


def _system_python() -> str | None:
    """A Python that every user of this machine may run."""
    for one in environment.suitable_interpreters():
        if one.path.startswith(("/usr/", "/opt/")):
            return one.path
    return None


def _gst_rtsp_server() -> str | None:
    """The Python that can run gst-rtsp-server: the system's, as the bindings come from its packages."""
    try:
        done = subprocess.run([SYSTEM_PYTHON, "-c", GST_PROBE], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return SYSTEM_PYTHON if done.returncode == 0 else None


def _loop_mount() -> str | None:
    """`mount`, when this process may mount a file as a small disk."""
    program = shutil.which("mount")
    if os.geteuid() or not program or not shutil.which("mkfs.ext4"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        image, place = Path(folder, "image"), Path(folder, "place")
        place.mkdir()
        with image.open("wb") as file:
            file.truncate(1 << 20)
        made = subprocess.run(["mkfs.ext4", "-q", image], capture_output=True, check=False)
        mounted = subprocess.run([program, "-o", "loop", image, place], capture_output=True, check=False)
        if made.returncode == mounted.returncode == 0:
            return program if subprocess.run(["umount", place], check=False).returncode == 0 else None
    return None


GST_PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad "
    "gstreamer1.0-plugins-ugly gstreamer1.0-libav"
)
NEEDS = {
    "ffmpeg": Need(_program("ffmpeg"), "apt-get install ffmpeg"),
    "ffprobe": Need(_program("ffprobe"), "apt-get install ffmpeg"),
    "chromium": Need(_program("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium"),
    "openssl": Need(_program("openssl"), "apt-get install openssl"),
    "gst-rtsp-server": Need(_gst_rtsp_server, f"apt-get install {GST_PACKAGES}"),
    "system-python": Need(_system_python, "apt-get install python3 python3-venv"),
    "loop-mount": Need(_loop_mount, "run as root where loop devices are allowed; apt-get install e2fsprogs mount"),
    "root": Need(lambda: "root" if os.geteuid() == 0 else None, "run as root"),
}


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """Ask for a thing by its name in NEEDS: its path, or this test is named at the end as one that could not run."""
    found: dict[str, str | None] = {}

    def ask(name: str) -> str:
        if name not in found:
            found[name] = NEEDS[name].find()
        path = found[name]
        if path is None:
            pytest.skip(f"{PREFIX}{name}: {NEEDS[name].install}")
        return path

    return ask


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip that `needs` did not make is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not _reason(report).startswith(PREFIX):
        report.outcome = "failed"
        report.longrepr = f"Skipped in silence ({_reason(report)}); ask the fixture `needs` instead."
    return report


class FailuresAtOnce:
    """Prints a failure when it happens: a run that is stopped from outside has then said what it found."""

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """After the letter of the test."""
        if report.failed:
            self._reporter.ensure_newline()
            self._reporter.write_line(f"FAILED {report.nodeid} ({report.when}, {report.duration:.1f} s)", red=True)
            self._reporter.write_line("\n".join(report.longreprtext.splitlines()[-SAID_AT_ONCE:]))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Where reports come together: not in the workers. Behind pytest's own, which make the reporter."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FailuresAtOnce(reporter), "failures at once")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what could not run, and what would let it run; `bin/test` gathers it to say it once more at its end."""
    missing = _missing(terminalreporter)
    for reason, count in sorted(missing.items()):
        terminalreporter.write_line(f"KHÔNG CHẠY ĐƯỢC / COULD NOT RUN: {count} × {reason}", yellow=True)
    if missing and (place := os.environ.get("MINHBACH_MISSING")):
        with open(place, "a", encoding="utf-8") as stream:
            stream.writelines(f"{reason}\n" for reason in missing)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What did not run is no success: exit status 2 instead of 0."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.exitstatus == pytest.ExitCode.OK and _missing(reporter):
        session.exitstatus = 2


def _missing(reporter: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for report in reporter.stats.get("skipped", []):
        reason = _reason(report)
        counts[reason] = counts.get(reason, 0) + 1
    return counts


def _reason(report: Any) -> str:
    """The words given to `pytest.skip`; a report of a skip holds (file, line, 'Skipped: words')."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(text).removeprefix("Skipped: ")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder this suite stands in."""
    return Path(__file__).resolve().parent.parent
