"""Says once, at the end, when the answers of real cameras were not there to be tested."""

import os
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not os.environ.get("MINHBACH_SDP_DIR"):
        terminalreporter.write_line(
            "MINHBACH_SDP_DIR chưa đặt: không thử câu trả lời của camera thật / "
            "is not set: answers of real cameras were not tested, only our own scripts."
        )
