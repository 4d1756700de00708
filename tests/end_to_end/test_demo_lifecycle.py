"""What a person does to the demo: stops it early, starts it, kills it, starts it again. Nothing survives or is lost."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demo with one camera and little past."""
    made = Terminal(tmp_path, "demo", "--cameras", "1", "--days", "1")
    yield made
    made.end(signal.SIGKILL)


def test_stopped_while_it_makes_its_past_or_killed_it_leaves_no_process_and_goes_on_where_it_was(
    demo: Terminal,
) -> None:
    demo.start()
    demo.until("making a past")
    # Its engines and the makers are on their way then.
    demo.part("minhbach.demo.past.make")
    assert demo.end(signal.SIGINT) == 0
    assert demo.survivors() == []

    demo.start()
    demo.until("ready http")
    assert "thanhtra" in demo.page()
    demo.end(signal.SIGKILL)
    assert demo.survivors() == []

    demo.start()
    demo.until("ready http")
    assert "making a past" not in demo.said, "it was there"
    assert "thanhtra" in demo.page()
    assert demo.end(signal.SIGTERM) == 0
    assert demo.survivors() == []
