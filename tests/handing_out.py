"""Which tests a worker gets together, in which order, and how many workers there are.

Promises that the tests of a file go to one worker, so that what a file sets up is set up once; that those of one place
which share a running site (`TOGETHER`) do as well; and that what takes longest begins first, so that no worker is left
alone with it at the end. It changes nothing in what a test may rely on: each one still stands for itself.

Loaded as a plug-in by the whole suite. Without pytest-xdist, or without `-n`, it only orders.
"""

import os

import pytest

try:
    from xdist.scheduler import LoadScopeScheduling
except ImportError:  # the packages of a recorder alone
    LoadScopeScheduling = None

#: One worker for all that begin so.
TOGETHER = {
    "the site": (
        "tests/end_to_end/test_assessors_desk.py",
        "tests/end_to_end/test_demo_site.py",
        "tests/end_to_end/test_every_account.py",
        "tests/end_to_end/test_first_run.py",
        "tests/end_to_end/test_pictures.py",
        "tests/end_to_end/test_room.py",
        "tests/end_to_end/test_scan.py",
        "tests/end_to_end/test_trouble.py",
        "tests/end_to_end/test_wall.py",
        # Turns on one-time codes for an account of the site.
        "tests/end_to_end/test_extraction.py",
    ),
    "the stream": ("tests/centre/stream/",),
}
#: What takes longest, the longest first; everything else follows as pytest finds it. The stream, which measures how old
#: a picture is, comes when the site has long been started, as that keeps every core busy for a minute.
EARLY: tuple[str, ...] = (
    *TOGETHER["the site"],
    "tests/end_to_end/",
    *TOGETHER["the stream"],
    "tests/centre/look/",
    "tests/edge/",
    "tests/demo/",
    "tests/bench/",
)
#: Many tests wait for what takes its time (a camera, a lease, a clock), so there is work for more workers than cores.
MORE_THAN_CORES = 1


def place(nodeid: str) -> str:
    """What a test is handed out with: its file, or the place its file belongs to."""
    file = nodeid.split("::", 1)[0]
    return next((name for name, begins in TOGETHER.items() if file.startswith(begins)), file)


def rank(nodeid: str) -> int:
    """How early it begins: 0 first."""
    return next((at for at, begin in enumerate(EARLY) if nodeid.startswith(begin)), len(EARLY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; within a rank, as found."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`."""
    return (os.cpu_count() or 1) + MORE_THAN_CORES


if LoadScopeScheduling is not None:

    class ByPlace(LoadScopeScheduling):  # type: ignore[misc]  # a library without types
        """Hands out place after place, in the order of collection."""

        def _split_scope(self, nodeid: str) -> str:
            return place(nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
        """Instead of handing out test by test."""
        config.option.loadscopereorder = False
        return ByPlace(config, log)
