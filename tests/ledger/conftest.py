"""Packages that several verifier tests start from; building one takes a second."""

import shutil
from pathlib import Path

import pytest

from tests.ledger.evidence import Scene, scene


@pytest.fixture(scope="session")
def room() -> Scene:
    return scene(steps=6)


@pytest.fixture(scope="session")
def whole(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return room.build(tmp_path_factory.mktemp("whole") / "p")


@pytest.fixture
def package(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "p"))


@pytest.fixture(scope="session")
def packed(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return room.build(tmp_path_factory.mktemp("packed") / "p.zip").read_bytes()
