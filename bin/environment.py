"""Makes `.venv/` of this checkout what `bin/demo` and `bin/test` need; the standard library only.

Promises: every package is one whose hash stands in `requirements/`; a set-up that was interrupted, moved, or made by a
Python that is gone is noticed and made anew; when nothing changed, the answer comes in a fraction of a second. The
stamp is written last and removed first, so that a `.venv` with a stamp is whole.

It leaves to pip where packages come from, and to the person what only an administrator can install.
"""

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
#: Each profile with the requirement files it satisfies: what `dev` pins, it pins exactly as `demo` does.
PROFILES = {"demo": ("demo",), "dev": ("dev", "demo")}
PROBE = """
import importlib.util as find, json, os, sys
def has(name):
    try:
        return bool(__import__(name))
    except Exception:
        return False
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "final": sys.version_info.releaselevel == "final",
    "name": sys.implementation.name,
    "base": sys._base_executable if sys.prefix != sys.base_prefix else "",
    "path": os.path.realpath(sys.executable),
    "missing": [n for n in ("ssl", "sqlite3", "venv", "zlib") if not has(n)],
    "ensurepip": find.find_spec("ensurepip") is not None,
    "pip": has("pip") and tuple(map(int, sys.modules["pip"].__version__.split(".")[:2])) >= (22, 3),
}))
"""
LAUNCHER = """#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"
' '''
import sys

from minhbach.cli import main

sys.exit(main())
"""


class SetupFailed(Exception):
    """Set-up cannot go on; the text says what to do, in Vietnamese and in English."""

    def __init__(self, vi: str, en: str, detail: str = "") -> None:
        super().__init__("\n".join(part for part in (vi, en, detail) if part))


class NoWheel(SetupFailed):
    """This Python is too new, too old or too rare for one of the pinned packages: another may do."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that was run and answered."""

    path: str
    version: tuple[int, int, int]
    missing: tuple[str, ...]
    ensurepip: bool
    #: Its own pip can work on an environment from outside (`--python`, since pip 22.3).
    pip: bool

    @property
    def suitable(self) -> bool:
        """Whether a whole environment can be made with it."""
        return self.version >= OLDEST and not self.missing and (self.ensurepip or self.pip)

    @property
    def label(self) -> str:
        """`3.13.0`."""
        return ".".join(map(str, self.version))


def main(argv: list[str]) -> int:
    """Make `.venv` ready for the profile named; 0, or 2 when it cannot be."""
    if len(argv) != 1 or argv[0] not in PROFILES:
        print(f"environment.py {{{'|'.join(PROFILES)}}}", file=sys.stderr)
        return 2
    (profile,) = argv
    try:
        with alone():
            prepare(ROOT / ".venv", profile)
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    except PermissionError as error:
        print(
            f"Không có quyền ghi vào {error.filename}; có thể .venv do người dùng khác tạo: hãy xóa nó rồi chạy lại.\n"
            f"No right to write {error.filename}; .venv may belong to another user: remove it and try again.",
            file=sys.stderr,
        )
        return 2
    return 0


def prepare(folder: Path, profile: str, interpreter: Interpreter | None = None) -> None:
    """Make the environment in `folder` whole for `profile`, with `interpreter` or the newest that can."""
    stamp = _read_stamp(folder)
    if stamp is not None and not _whole(folder, stamp, interpreter):
        stamp = None
    if stamp is not None and stamp["files"].get(profile) == fingerprint(profile):
        return
    started = time.monotonic()
    if stamp is not None and all(stamp["files"][name] == fingerprint(name) for name in stamp["files"]):
        _complete(folder, profile, stamp)
    else:
        _rebuild(folder, profile, [interpreter] if interpreter else suitable_interpreters())
    print(f"Đã chuẩn bị xong / set up: {folder.name} ({time.monotonic() - started:.0f} s)", file=sys.stderr)


def fingerprint(profile: str) -> str:
    """SHA-256 of what the profile installs, and of how these files install it."""
    lists = [ROOT / "requirements" / f"{profile}.txt", *sorted((ROOT / "requirements" / "web").glob("*.json"))]
    content = [file.read_bytes() for file in (*lists, ROOT / "bin" / "environment.py", ROOT / "bin" / "web.py")]
    return hashlib.sha256(b"".join(content)).hexdigest()


def suitable_interpreters() -> list[Interpreter]:
    """Every Python of this machine that can carry the product, newest first. Raises SetupFailed when there is none."""
    found = list(interpreters())
    suitable = sorted((one for one in found if one.suitable), key=lambda one: one.version, reverse=True)
    if suitable:
        return suitable
    seen = "; ".join(f"{one.path} {one.label}: {_lacks(one)}" for one in found if one.version >= OLDEST)
    raise SetupFailed(
        "Không có Python 3.11 trở lên nào dùng được; hãy cài, ví dụ: apt-get install python3 python3-venv python3-pip",
        "No usable Python 3.11 or newer; install one, for example: apt-get install python3 python3-venv python3-pip",
        seen,
    )


def interpreters() -> Iterator[Interpreter]:
    """Every different CPython release on this machine, in the order found."""
    seen: set[str] = set()
    waiting = list(_places())
    while waiting:
        answer = _ask(waiting.pop(0))
        if answer is None or answer["path"] in seen:
            continue
        seen.add(answer["path"])
        if answer["base"]:
            waiting.append(answer["base"])
        elif answer["name"] == "cpython" and answer["final"]:
            major, minor, micro = answer["version"]
            missing = tuple(answer["missing"])
            yield Interpreter(answer["path"], (major, minor, micro), missing, answer["ensurepip"], answer["pip"])


def _places() -> Iterator[str]:
    names = [f"python3.{minor}" for minor in range(15, OLDEST[1] - 1, -1)] + ["python3", "python"]
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for folder in [*folders, "/usr/local/bin", "/usr/bin"]:
        yield from (path for name in names if os.access(path := os.path.join(folder, name), os.X_OK))
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for pattern in (f"{pyenv}/versions/*/bin/python3", "/opt/python*/bin/python3"):
        yield from sorted(glob.glob(pattern))
    yield sys.executable


def _ask(path: str) -> dict[str, Any] | None:
    """What the Python at `path` says of itself; None when it does not run (a shim that leads nowhere, say)."""
    try:
        done = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, timeout=30, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return answer


def _lacks(one: Interpreter) -> str:
    missing = list(one.missing) + ([] if one.ensurepip or one.pip else ["pip"])
    return "thiếu / lacks " + ", ".join(missing)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time; the lock lies on the checkout itself, so nothing is left behind."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read_stamp(folder: Path) -> dict[str, Any] | None:
    try:
        stamp: dict[str, Any] = json.loads((folder / "setup.json").read_text("utf-8"))
        return stamp if isinstance(stamp["files"], dict) and stamp["python"] and stamp["place"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _whole(folder: Path, stamp: Mapping[str, Any], interpreter: Interpreter | None) -> bool:
    """Whether the environment still stands where it was made and its Python still runs and is the same."""
    if stamp["place"] != str(folder) or (interpreter and interpreter.label != stamp["python"]):
        return False
    if Path(sys.prefix) == folder:
        return ".".join(map(str, sys.version_info[:3])) == str(stamp["python"])
    answer = _ask(str(folder / "bin" / "python"))
    return answer is not None and ".".join(map(str, answer["version"])) == stamp["python"]


def _rebuild(folder: Path, profile: str, candidates: Sequence[Interpreter]) -> None:
    for interpreter in candidates:
        print(f"Đang chuẩn bị / setting up: {folder.name}, Python {interpreter.label} …", file=sys.stderr)
        _remove(folder)
        try:
            _create(folder, interpreter)
            _install(folder, profile)
        except NoWheel as failure:
            print(failure, file=sys.stderr)
            if interpreter is candidates[-1]:
                raise
            continue
        _finish(folder, profile, interpreter.label)
        return


def _complete(folder: Path, profile: str, stamp: Mapping[str, Any]) -> None:
    """Add what a further profile needs to an environment that is whole."""
    print(f"Đang cài thêm / adding: {profile} …", file=sys.stderr)
    (folder / "setup.json").unlink()
    _install(folder, profile)
    _finish(folder, profile, str(stamp["python"]))


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        with contextlib.suppress(FileNotFoundError):
            (folder / "setup.json").unlink()
        shutil.rmtree(folder)


def _create(folder: Path, interpreter: Interpreter) -> None:
    _run([interpreter.path, "-I", "-m", "venv", "--without-pip", str(folder)])
    if not interpreter.pip:
        _run([str(folder / "bin" / "python"), "-I", "-m", "ensurepip", "--default-pip"])


def _install(folder: Path, profile: str) -> None:
    """Install exactly the pinned wheels. No package runs code of its own meanwhile, as none is built here."""
    python = folder / "bin" / "python"
    pip = [str(python), "-I", "-m", "pip"]
    if not list(folder.glob("lib/python*/site-packages/pip")):
        # Its Python has a pip that works from outside: a second copy in here would cost more than all the rest.
        pip = [os.path.realpath(python), "-I", "-m", "pip", "--python", str(python)]
    requirements = str(ROOT / "requirements" / f"{profile}.txt")
    flags = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-user", "--no-input", "--quiet"]
    # Compiled at once, which takes a third of this step: where Python may write no bytecode, as in many containers,
    # each process of the product would otherwise compile Django anew at every start.
    _run([*pip, "install", *flags, "--disable-pip-version-check", "-r", requirements])
    if (ROOT / "requirements" / "web").is_dir():
        _run([str(python), "-I", str(ROOT / "bin" / "web.py"), str(folder / "web"), profile])


def _finish(folder: Path, profile: str, python: str) -> None:
    """Let the environment see this checkout, give it the command, and stamp it."""
    (packages,) = folder.glob("lib/python*/site-packages")
    # Relative, so that a letter of the path which the locale cannot spell does no harm.
    (packages / "minhbach.pth").write_text(os.path.relpath(ROOT / "src", packages) + "\n", "utf-8")
    # For the same reason the product itself, where it may be written; what is edited later is compiled by who runs it.
    with contextlib.suppress(SetupFailed):
        _run([str(folder / "bin" / "python"), "-I", "-m", "compileall", "-q", str(ROOT / "src")])
    launcher = folder / "bin" / "minhbach"
    launcher.write_text(LAUNCHER, "utf-8")
    launcher.chmod(0o755)
    files = {name: fingerprint(name) for name in PROFILES[profile]}
    draft = folder / "setup.json.new"
    draft.write_text(json.dumps({"place": str(folder), "python": python, "files": files}), "utf-8")
    draft.replace(folder / "setup.json")


def _run(command: Sequence[str]) -> None:
    """Run a step of the set-up. Raises SetupFailed with its last words, NoWheel when a package has none for us."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(), check=False)
    if done.returncode == 0:
        return
    words = done.stdout.decode(errors="replace").strip()
    detail = "\n".join(words.splitlines()[-12:])
    if "No matching distribution" in words and "connection" not in words.lower():
        raise NoWheel("Một gói chưa có bản dựng sẵn cho Python này.", "A package has no wheel for this Python.", detail)
    raise SetupFailed(
        "Chuẩn bị không thành công; kiểm tra mạng và chỗ trống trên đĩa rồi chạy lại lệnh này.",
        "The set-up failed; check the network and the free space on the disk, then run this command again.",
        f"$ {shlex.join(command)}\n{detail}",
    )


def _environment() -> dict[str, str]:
    """The person's own settings of where packages come from, without those that lead packages elsewhere."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_BINARY")
    return {"PIP_ROOT_USER_ACTION": "ignore"} | {k: v for k, v in os.environ.items() if k not in astray}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
