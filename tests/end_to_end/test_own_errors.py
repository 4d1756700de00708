"""An error of the recorder itself with one camera: that one pauses, says so and comes back; the others go on."""

import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge import faults
from minhbach.edge.config import CameraConfig, Config, DiskConfig
from minhbach.edge.recorder import camera as camera_module
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.load import Load
from minhbach.edge.recorder.loop import TICK_US, Loop
from tests.end_to_end import footage

SMALL = StreamSpec(width=320, height=180, kbit_per_s=80)


def drive(recorder: Recorder, until: Callable[[], bool], seconds: float = 180) -> None:
    """The recorder's loop by hand, on this thread."""
    limit = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < limit
        recorder.loop.tick(recorder.clock.mono_us())
        time.sleep(TICK_US / 1e6)


def test_a_camera_whose_code_fails_pauses_and_comes_back_and_the_other_loses_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(camera_module, "RESTART_US", 1_500_000)
    told: list[tuple[str, str]] = []

    def tell(label: str, fault: faults.Fault | None, detail: str) -> None:
        told.append((label, fault.code if fault else ""))
        if told.count(("loi", "")) == 1 and (label, fault) == ("loi", None):
            raise RuntimeError("a bug of ours")

    with hosted([CameraSpec("a", streams=(SMALL,)), CameraSpec("b", streams=(SMALL,))]) as (good, bad):
        cameras = (CameraConfig("tot", url=good.url), CameraConfig("loi", url=bad.url))
        recorder = Recorder(Config(cameras, (DiskConfig(tmp_path),)), tell_person=tell)
        try:
            with caplog.at_level(logging.CRITICAL):
                drive(recorder, lambda: told.count(("loi", "")) == 2)
            begin = time.monotonic()
            drive(recorder, lambda: time.monotonic() - begin > 1)
        finally:
            recorder.close()
    footage.sound(tmp_path)
    assert [code for label, code in told if label == "tot"] == [""]
    assert [code for label, code in told if label == "loi"] == ["", "recorder_error", ""]
    assert [each["cause"] for each in footage.of_kind(tmp_path, "gap", "tot")] == ["recorder_starting"]
    assert [each["cause"] for each in footage.of_kind(tmp_path, "gap", "loi")] == [
        "recorder_starting",
        "recorder_error",
    ]
    logged = [(each["code"], each["state"]) for each in footage.of_kind(tmp_path, "fault")]
    assert logged == [("recorder_error", "began"), ("recorder_error", "ended")]


class Stub:
    """Stands in the loop where a camera stands; `broken`: everything about it fails."""

    def __init__(self, broken: bool) -> None:
        self.config = CameraConfig("quay")
        self.flush_due_us = 0
        self.load = Load()
        self.pumped = self.flushed = 0
        self._broken = broken

    def pump(self, scratch: bytearray, now_us: int) -> None:
        self.pumped += 1
        self._fail()

    def wants_flush(self, now_us: int) -> bool:
        return True

    def flush(self, now_us: int) -> None:
        self.flushed += 1

    def restart(self, now_us: int) -> None:
        self._fail()

    def abandon(self, now_us: int) -> None:
        self._fail()

    def _fail(self) -> None:
        if self._broken:
            raise RuntimeError("a bug of ours")


@pytest.mark.parametrize("place", [0, 1])
def test_a_camera_that_cannot_even_be_restarted_stops_no_other(tmp_path, caplog, place):
    config = Config((CameraConfig("quay", url="rtsp://127.0.0.1/x"),), (DiskConfig(tmp_path),))
    recorder = Recorder(config)
    try:
        stubs: list[Any] = [Stub(broken=False), Stub(broken=False)]
        stubs[place] = Stub(broken=True)
        loop = Loop(recorder.archive, recorder.retention, stubs, recorder.clock)
        with caplog.at_level(logging.CRITICAL):
            for _ in range(5):
                loop.tick(recorder.clock.mono_us())
        assert [stub.pumped for stub in stubs] == [5, 5]
        assert stubs[1 - place].flushed == 5
    finally:
        recorder.close()
