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


def rooms() -> dict[str, bool]:
    """Every module that a layer names, and whether it has code (its name then stands without parentheses).

    Not the layers inside an app: there the name always stands in parentheses, as some apps have no pages, say.
    """
    table = tomllib.loads(contracts())["tool"]["importlinter"]["contracts"]
    found = {}
    for contract in table:
        for container in contract.get("containers", []):
            found[container] = True
            if not contract.get("exhaustive"):
                continue
            for name in " | ".join(contract["layers"]).split(" | "):
                found[f"{container}.{name.strip('()')}"] = not name.startswith("(")
    return found


def build(folder: Path, *stories: Story) -> None:
    """Lay empty rooms and then what the stories put there."""
    package = folder / "minhbach"
    needed = [name.split(".")[1:] for name, has_code in rooms().items() if has_code]
    modules = {"/".join([*parts, "__init__.py"]): "" for parts in needed}
    for story in stories:
        modules |= {path: modules.get(path, "") + text + "\n" for path, text in story.items()}
        # A story may put one file where the house has a folder.
        for path in story:
            modules.pop(path.replace(".py", "/__init__.py"), None)
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
