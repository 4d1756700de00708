"""A house with empty rooms: the contracts of pyproject.toml over a tree that holds only what a story puts there.

It answers one question: with these imports, would the build pass? So an order of imports can be tried before code
stands on it, and a contract that has gone blind is noticed.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.house.source import ROOT

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
Story = Mapping[str, str]
"""Path of a module below `minhbach/` → its text."""


def contracts() -> str:
    """The part of pyproject.toml that import-linter reads, unchanged."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return text[text.index("[tool.importlinter]") :]


def containers() -> list[str]:
    """Every package that a contract orders."""
    table = tomllib.loads(contracts())["tool"]["importlinter"]["contracts"]
    return sorted({name for contract in table for name in contract.get("containers", [])})


def build(folder: Path, *stories: Story) -> None:
    """Lay empty rooms and then what the stories put there."""
    package = folder / "minhbach"
    rooms = {name.replace(".", "/").removeprefix("minhbach").lstrip("/") for name in containers()} | {"edge", "ledger"}
    modules = {f"{room}/__init__.py": "" for room in rooms} | {"cli.py": ""}
    for story in stories:
        modules |= {path: modules.get(path, "") + text + "\n" for path, text in story.items()}
    for path, text in modules.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, "utf-8")
    for below in [package, *package.rglob("*")]:
        if below.is_dir():
            (below / "__init__.py").touch()
    (folder / "pyproject.toml").write_text(contracts(), "utf-8")


def lint(folder: Path) -> tuple[bool, str]:
    """Whether every contract holds, and what import-linter said."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    # Only a lint of these very files is an answer, not one of the product, which the environment knows too. What is
    # imported from outside is counted as a file.
    files = len(list(folder.rglob("*.py")))
    analyzed = re.search(r"Analyzed (\d+) files", done.stdout)
    assert analyzed is None or files <= int(analyzed[1]) <= files + 2, done.stdout
    return done.returncode == 0, done.stdout + done.stderr
