"""Ends every link a test has opened, and says once at the end when the answers of real cameras were not there."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.edge.rtsp.server import LINKS


@pytest.fixture(autouse=True)
def _no_link_stays_open() -> Iterator[None]:
    yield
    while LINKS:
        LINKS.pop().abandon()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not os.environ.get("MINHBACH_SDP_DIR"):
        terminalreporter.write_line(
            "MINHBACH_SDP_DIR chưa đặt: không thử câu trả lời của camera thật / "
            "is not set: answers of real cameras were not tested, only our own scripts."
        )
