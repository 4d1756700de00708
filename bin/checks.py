"""The whole suite, as `bin/test` runs it inside `.venv/`: linters, types, import contracts, tests on two Pythons.

Promises to run every step even when one fails, to name at the end what could not run and what to install for it, and
to end with 0 only when everything ran and passed: 1 when a step failed, 2 when something could not run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import environment

ROOT = environment.ROOT
PYTEST_INCOMPLETE = 2
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
#: What a recorder and a court run must work on the oldest and the newest Python; the rest follows the first.
ON_BOTH = ("tests/ledger", "tests/fmp4", "tests/edge")
#: Whole sweeps over every instant and every failure of a simulated disk, of which the second Python gets a part: where
#: Pythons differ, they differ at all instants.
ONCE = (
    *(
        "tests/edge/archive/test_power_cut.py"
        f"::test_a_power_cut_between_any_two_steps_loses_nothing_sealed_and_at_most_a_second[{part}]"
        for part in (1, 2, 3)
    ),
    *(
        "tests/edge/archive/test_failing_disk.py"
        f"::test_whatever_fails_the_recorder_goes_on_and_claims_nothing_that_is_not_there[{how}]"
        for how in ("once though done", "full", "for long")
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One check: its name for people, the command, and whether exit status 2 means `could not run everything`."""

    name: str
    command: tuple[str, ...]
    may_lack: bool = False


def main(arguments: Sequence[str]) -> int:
    """Run everything, or pytest alone with the arguments given."""
    os.chdir(ROOT)
    # A run starts hundreds of processes, and each would compile the product and its tests anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        missing = Path(folder, "missing")
        os.environ["MINHBACH_MISSING"] = str(missing)
        steps = _tests() if not arguments else iter([_pytest(sys.executable, *arguments)])
        failed = [] if arguments else _read_over()
        try:
            for step in steps:
                if not _passes(step, missing):
                    failed.append(step.name)
        except environment.SetupFailed as failure:
            print(failure)
            failed.append("the other Python")
        lacks = sorted(set(missing.read_text("utf-8").splitlines())) if missing.exists() else []
    return _verdict(failed, lacks)


def _read_over() -> list[str]:
    """What only reads the sources, beside one another, as each alone keeps one core busy: the names of what failed."""
    here = (sys.executable, "-m")
    steps = (
        Step("mypy", (*here, "tests.type_check")),
        Step("ruff check", (*here, "ruff", "check", ".")),
        Step("ruff format", (*here, "ruff", "format", "--check", ".")),
        Step("bandit", (*here, "bandit", "-q", "-c", "pyproject.toml", "-r", "src", "bin")),
        Step("import contracts", (sys.executable, "-c", LINT_IMPORTS, "--no-cache")),
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [step.name for step, passed in zip(steps, pool.map(_passes_apart, steps), strict=True) if not passed]


def _passes_apart(step: Step) -> bool:
    """Run a step, and say all it said when it is over."""
    started = time.monotonic()
    done = subprocess.run(step.command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode(errors="replace")
    print(f"\n{said}== {step.name}: {time.monotonic() - started:.0f} s, exit {done.returncode}", flush=True)
    return done.returncode == 0


def _tests() -> Iterator[Step]:
    yield _pytest(sys.executable, "-n", "auto", "--durations=40", "--durations-min=5")
    other = _other_python()
    if other is not None:
        paths = [path for path in ON_BOTH if Path(path).is_dir()]
        left = [word for name in ONCE for word in ("--deselect", name)]
        yield _pytest(other, "-n", "auto", "-p", "no:cacheprovider", *left, *paths)


def _pytest(python: str, *arguments: str) -> Step:
    label = "" if python == sys.executable else f" ({Path(python).parent.parent.name})"
    return Step(f"pytest{label}", (python, "-m", "pytest", *arguments), may_lack=True)


def _other_python() -> str | None:
    """The Python farthest from this one, with the same packages; None where this machine has only one."""
    mine = sys.version_info[:2]
    others = [one for one in environment.suitable_interpreters() if one.version[:2] != mine]
    if not others:
        print(f"Chỉ có Python {mine[0]}.{mine[1]} trên máy này / only one Python on this machine: tested on it alone.")
        return None
    farthest = max(others, key=lambda one: abs(one.version[1] - mine[1]))
    folder = ROOT / ".venv" / f"python{farthest.version[0]}.{farthest.version[1]}"
    with environment.alone():
        environment.prepare(folder, "dev", farthest)
    return str(folder / "bin" / "python")


def _passes(step: Step, missing: Path) -> bool:
    print(f"\n== {step.name}", flush=True)
    started = time.monotonic()
    status = subprocess.run(step.command, check=False).returncode
    print(f"== {step.name}: {time.monotonic() - started:.0f} s, exit {status}", flush=True)
    # pytest also ends with 2 when it could not even collect; then no test ran that could have lacked something.
    return status == 0 or (step.may_lack and status == PYTEST_INCOMPLETE and missing.exists())


def _verdict(failed: Sequence[str], lacks: Sequence[str]) -> int:
    print()
    for line in lacks:
        print(f"KHÔNG CHẠY ĐƯỢC / COULD NOT RUN: {line}")
    if failed:
        print(f"KHÔNG ĐẠT / FAILED: {', '.join(failed)}")
        return 1
    if lacks:
        print("CHƯA ĐỦ / INCOMPLETE: hãy cài những gì ghi ở trên / install what is named above.")
        return 2
    print("ĐẠT / PASSED")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
