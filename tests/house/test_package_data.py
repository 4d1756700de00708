"""What is installed beside the modules: every file that the product reads from its own folders."""

import fnmatch
import tomllib

from tests.house.source import ROOT

SOURCE = ROOT / "src"


def test_every_file_that_is_no_module_is_packed_with_its_package() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    packed = [f"{package.replace('.', '/')}/{pattern}" for package, patterns in table.items() for pattern in patterns]
    # `**` stands for any number of folders, also none.
    flat = [pattern.replace("**/*", "*") for pattern in packed]
    others = (path for path in SOURCE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))
    names = [path.relative_to(SOURCE).as_posix() for path in others]
    assert [name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in flat)] == []
