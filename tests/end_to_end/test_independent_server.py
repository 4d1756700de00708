"""What a server that is not ours (gst-rtsp-server) sends is recorded unit for unit, in step, behind every login."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tests.end_to_end import footage, tape
from tests.end_to_end.once import once
from tests.end_to_end.recorder import Recorder
from tests.end_to_end.wire import Wire

LOGIN = "admin:minh%20b%E1%BA%A1ch@"
KINDS = {
    "cong-an": ("h264", "aac", "basic"),
    "tu-phap": ("h265", "alaw", "digest"),
    "dia-chinh": ("h264-reordered", "alaw", "open"),
}
RECORDED_S = 12


@contextlib.contextmanager
def gst_camera(python: str, *words: str) -> Iterator[int]:
    """The port of a running gst_camera.py."""
    script = Path(__file__).with_name("gst_camera.py")
    process = subprocess.Popen([python, str(script), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait(10)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, needs):
    python = needs("gst-rtsp-server")
    return once(tmp_path_factory, "independent", lambda folder: record(folder / "archive", python))


def record(archive: Path, python: str) -> tuple[Path, dict[str, tape.Tape]]:
    with ExitStack() as stack:
        wires, urls = {}, {}
        for name, (picture, sound, login) in KINDS.items():
            port = stack.enter_context(gst_camera(python, picture, sound, login))
            wires[name] = stack.enter_context(Wire(port))
            urls[name] = f"rtsp://{'' if login == 'open' else LOGIN}127.0.0.1:{wires[name].port}/cam"
        with Recorder(archive, urls) as recorder:
            recorder.wait_until_recording()
            time.sleep(RECORDED_S)
            assert recorder.stop() == 0
            assert recorder.errors == []
        return archive, {name: tape.read(wire.passages[0]) for name, wire in wires.items()}


def test_the_archive_of_an_independent_server_checks(recorded):
    archive, _ = recorded
    footage.sound(archive)
    for name in KINDS:
        segments = footage.of_kind(archive, "segment", name)
        assert len(segments) >= 2
        assert all(len(each["tracks"]) == 2 for each in segments)


@pytest.mark.parametrize("name", KINDS)
def test_every_unit_of_an_independent_server_is_in_the_files_unchanged(recorded, name):
    archive, tapes = recorded
    sent = tapes[name]
    found = [footage.samples(archive / each["path"]) for each in footage.of_kind(archive, "segment", name)]
    pictures = [each for file in found for each in file.pictures]
    units = [unit.parts for unit in sent.pictures]
    first = units.index(pictures[0])
    assert first <= 20
    # Who stops amid a picture keeps of it what had come whole.
    assert pictures == [*units, sent.half][first : first + len(pictures)]
    assert len(units) - first - len(pictures) <= 3
    sounds = b"".join(each for file in found for each in file.sounds)
    frames = b"".join(frame for unit in sent.sounds for frame in unit.parts)
    assert sounds in frames
    assert len(sounds) > len(frames) * 0.8


@pytest.mark.parametrize("name", KINDS)
def test_every_file_of_an_independent_server_decodes_in_order_and_without_a_warning(recorded, name, needs):
    archive, _ = recorded
    for each in footage.of_kind(archive, "segment", name):
        path = archive / each["path"]
        pictures = len(footage.samples(path).pictures)
        assert footage.probed(needs("ffprobe"), path) == (0, "", pictures)
        with av.open(str(path)) as file:
            times = [frame.time for frame in file.decode(video=0)]
        steps = [after - before for before, after in pairwise(times)]
        assert len(times) == pictures
        assert all(0.04 < step < 0.1 for step in steps), (min(steps), max(steps))
