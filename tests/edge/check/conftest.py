"""One recording for all tests of the check; whoever damages it takes a copy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.edge.check import recorded
from tests.edge.check.recorded import Archive


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Never to be changed."""
    return recorded.record(tmp_path_factory.mktemp("recorded") / "kho")


@pytest.fixture
def archive(pristine: Archive, tmp_path: Path) -> Archive:
    """A copy to damage."""
    return recorded.copy(pristine, tmp_path / "kho")


@pytest.fixture
def another(pristine: Archive, tmp_path: Path) -> Callable[[str], Archive]:
    """Further copies by name."""
    return lambda name: recorded.copy(pristine, tmp_path / name)
