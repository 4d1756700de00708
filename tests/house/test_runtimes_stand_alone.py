"""Each runtime with nothing but what it is promised: the recorder without Django or a decoder, the verifier without us.

The machine of a test always has more installed than the machine at a site. So the imports are done in a process whose
door lets in only what may be there.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import environment
import pytest

from minhbach.ledger import pyz
from tests.house import source
from tests.ledger import evidence

DOOR = """
import importlib, importlib.abc, sys

class Door(importlib.abc.MetaPathFinder):
    '''Lets in the standard library, the product, and the packages named.'''
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in allowed:
            raise ModuleNotFoundError(f"{name} is not on this machine", name=name)
        return None

*names, packages = sys.argv[1:]
allowed = sys.stdlib_module_names | {"minhbach"} | set(packages.split(","))
sys.meta_path.insert(0, Door())
for name in names:
    importlib.import_module(name)
loaded = sorted(name for name in sys.modules if name.startswith("minhbach."))
print("\\n".join(loaded))
"""
#: What `requirements/edge.txt` installs, by import name; not av, which only the child that decodes loads.
EDGE = "cryptography,cffi,_cffi_backend,nats,pycparser"


def load(*names: str, packages: str = "") -> "subprocess.CompletedProcess[str]":
    """Import modules behind the door; prints the product's modules that came in."""
    flags = ["-I"] if packages else ["-I", "-S"]
    door = f"import sys; sys.path.insert(0, {str(source.ROOT / 'src')!r})\n{DOOR}"
    return subprocess.run(
        [sys.executable, *flags, "-c", door, *names, packages], capture_output=True, text=True, check=False
    )


def named(*rooms: str) -> list[str]:
    """The modules of some rooms; not `__main__`, which runs when it is imported."""
    return [module.name for module in source.modules() if module.room in rooms and not module.name.endswith("__main__")]


def test_the_recorder_runs_where_only_its_requirements_are_installed() -> None:
    done = load("minhbach.cli", *named("edge", "ledger", "fmp4", "durable", "protocol", "lease"), packages=EDGE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("stranger", ["django", "psycopg", "av", "numpy", "pytest"])
def test_the_door_lets_nothing_else_in(stranger: str) -> None:
    done = load(stranger, packages=EDGE)
    assert f"{stranger} is not on this machine" in done.stderr


@pytest.mark.parametrize("room", ["ledger", "fmp4", "durable"])
def test_what_a_court_runs_needs_the_standard_library_alone(room: str) -> None:
    done = load(*named(room))
    assert done.returncode == 0, done.stderr


def test_the_command_line_brings_in_no_runtime_before_it_is_asked() -> None:
    done = load("minhbach.cli", packages=EDGE)
    assert done.stdout.split() == ["minhbach.cli"]


@pytest.mark.parametrize("room", ["edge", "ledger", "fmp4", "durable"])
def test_a_runtime_does_not_bring_in_the_other(room: str) -> None:
    done = load(*named(room), packages=EDGE)
    strangers = [name for name in done.stdout.split() if name.split(".")[1] in {"centre", "demo", "bench"}]
    assert (done.returncode, strangers) == (0, []), done.stderr


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a court has: the single file, a package, and keys of its own."""
    folder = tmp_path_factory.mktemp("court")
    pyz.build_pyz(folder / "minhbach-verify.pyz")
    room = evidence.scene(steps=4)
    room.build(folder / "package")
    (folder / "keys.txt").write_text(evidence.key_file(room.recorder), "utf-8")
    return folder


@pytest.mark.parametrize("interpreter", environment.suitable_interpreters(), ids=lambda one: one.label)
def test_the_single_file_tells_true_from_altered_on_every_python_here(
    interpreter: environment.Interpreter, court: Path, tmp_path: Path
) -> None:
    altered = Path(shutil.copytree(court / "package", tmp_path / "altered"))
    original = next(path for path in sorted((altered / "originals").rglob("*")) if path.is_file())
    original.write_bytes(original.read_bytes()[:-1] + b"\0")
    verdicts = {}
    for package in (court / "package", altered, tmp_path / "absent"):
        command = [interpreter.path, "-I", "-S", "minhbach-verify.pyz", str(package), "--keys", "keys.txt"]
        done = subprocess.run(command, cwd=court, env={}, capture_output=True, timeout=60, check=False)
        assert b"Traceback" not in done.stderr
        verdicts[package.name] = done.returncode
    assert verdicts == {"package": 0, "altered": 21, "absent": 2}
