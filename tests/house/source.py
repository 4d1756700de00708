"""The source of the product as data for the house's laws: which modules there are, and what each one says.

Reads files only; nothing of the product is imported, so a law can be checked of code that does not even run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "minhbach"


@dataclass(frozen=True)
class Module:
    """One Python file of `src/`, by its dotted name."""

    path: Path

    @cached_property
    def name(self) -> str:
        """`minhbach.edge.rtp` for both `rtp.py` and `rtp/__init__.py`."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.path.read_text("utf-8"), str(self.path))

    @cached_property
    def lines(self) -> int:
        """How long the file is."""
        return len(self.path.read_text("utf-8").splitlines())

    @property
    def room(self) -> str:
        """The part of the house it lies in: `edge`, `ledger`, `cli`, … ; empty for the package itself."""
        return [*self.name.split("."), ""][1]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@dataclass(frozen=True, slots=True)
class Import:
    """One name imported: from where, which name of it, and whether only when a function runs."""

    module: Module
    source: str
    name: str
    inside_function: bool

    @property
    def top(self) -> str:
        """The distribution-level name: `cryptography` of `cryptography.hazmat.primitives`."""
        return self.source.split(".")[0]


def modules() -> list[Module]:
    """Every module of the product there is now."""
    return [Module(path) for path in sorted(PACKAGE.rglob("*.py")) if "__pycache__" not in path.parts]


@cache
def imports(module: Module) -> tuple[Import, ...]:
    """Every import of a module, wherever it stands."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[Import]:
    inside = {id(node) for function in module.functions() for node in ast.walk(function)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, "", id(node) in inside)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(module, "." * node.level + (node.module or ""), alias.name, id(node) in inside)
