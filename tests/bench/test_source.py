"""The load of the benches: realistic, the same for every viewer, and nearly free."""

import os
import subprocess
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from minhbach.bench import film, tape
from minhbach.bench.sender import BACKLOG_BYTES, Sender
from minhbach.bench.source import source
from minhbach.bench.tape import Frame, Tape
from tests.demo.rtsp_client import Client

SETS = (b"\x67\x64\x00\x1f\xac", b"\x68\xee\x3c")
LOOP = 30


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("tapes")


@pytest.fixture(scope="module")
def filmed(cache):
    return tape.load(film.filmed(cache))


def _short_tape(unit_bytes: int = 3000) -> Tape:
    """Two seconds; each unit names its frame."""
    frames = []
    for index in range(LOOP):
        key = index % 10 == 0
        unit = bytes([0x65 if key else 0x41, index + 1]) + bytes([0xAA]) * unit_bytes
        frames.append(Frame(key, (*SETS, unit) if key else (unit,)))
    return Tape(SETS, tuple(frames), bytes(range(250)) * 64)


def _leash():
    """A pipe: who closes the first file lets the sender at the second end."""
    reading, writing = os.pipe()
    return os.fdopen(writing, "wb", buffering=0), os.fdopen(reading, "rb", buffering=0)


@pytest.fixture
def sender():
    ours, theirs = _leash()
    one = Sender(_short_tape(), 10)
    thread = threading.Thread(target=one.run, args=(theirs,))
    thread.start()
    yield one
    ours.close()
    thread.join(60)
    assert not thread.is_alive()
    theirs.close()


def _url(sender, camera):
    return f"rtsp://127.0.0.1:{sender.port}/camera{camera}"


def test_the_film_has_the_rate_and_the_sizes_of_a_real_camera(filmed):
    sizes = [sum(map(len, frame.units)) for frame in filmed.frames]
    seconds = len(sizes) / tape.FRAMES_PER_S
    assert sum(sizes) * 8 / seconds == pytest.approx(film.BIT_PER_S, rel=0.05)
    assert [index for index, frame in enumerate(filmed.frames) if frame.key] == list(range(0, 300, 30))
    keys = [size for size, frame in zip(sizes, filmed.frames, strict=True) if frame.key]
    assert min(keys) > 50_000
    assert max(keys) < 250_000
    assert sorted(sizes)[150] > 8_000
    assert len(filmed.sound) == seconds * tape.SOUND_RATE


def test_a_film_is_made_once(cache, filmed):
    before = film.filmed(cache).stat().st_mtime_ns
    assert film.filmed(cache).stat().st_mtime_ns == before
    assert [path.suffix for path in cache.iterdir()] == [".tape1"]


def test_a_tape_is_read_back_as_it_was_stored_and_a_torn_one_is_refused(tmp_path: Path):
    path = tmp_path / "a.tape1"
    tape.store(_short_tape(), path)
    assert tape.load(path) == _short_tape()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="ends before its sound does"):
        tape.load(path)


def test_ffmpeg_decodes_the_film_over_rtsp_and_warns_of_nothing(needs, cache):
    with source(3, cache) as cameras:
        words = (needs("ffmpeg"), "-v", "warning", "-rtsp_transport", "tcp", "-i", cameras.urls[2], "-t", "3")
        done = subprocess.run([*words, "-f", "null", "-"], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_process_ends_with_its_block(cache):
    with source(1, cache) as cameras:
        assert cameras.cpu_s() < 5
        place = Path(f"/proc/{cameras.pid}")
        assert place.exists()
    assert not place.exists()


def test_viewers_of_all_cameras_get_the_same_bytes(sender):
    seen = []
    with Client(_url(sender, 0)) as one, Client(_url(sender, 7)) as other:
        for client in (one, other):
            client.play()
        for client in (one, other):
            packets = client.packets()
            seen.append({(p.channel, p.sequence): p for p in (next(packets) for _ in range(250))})
    common = seen[0].keys() & seen[1].keys()
    assert len(common) > 100
    assert all(seen[0][key] == seen[1][key] for key in common)


def test_each_viewer_begins_with_reports_and_a_key_frame(sender):
    with Client(_url(sender, 5)) as client:
        client.play()
        frames = client.frames()
        first = [next(frames) for _ in range(3)]
    assert [frame[1] for frame in first] == [1, 3, 0]
    assert first[2][16:] == SETS[0]


def test_numbers_and_times_go_on_over_the_seam_of_the_loop(sender):
    with Client(_url(sender, 0)) as client:
        client.play()
        packets = client.packets()
        numbers: list[int] = []
        times: list[int] = []
        while len(times) < LOOP + 5:
            packet = next(packets)
            if packet.channel:
                continue
            numbers.append(packet.sequence)
            if packet.marker:
                times.append(packet.timestamp)
    assert {b - a for a, b in pairwise(times)} == {6000}
    assert {b - a for a, b in pairwise(numbers)} == {1}


def test_sound_keeps_pace_with_the_picture(sender):
    with Client(_url(sender, 0)) as client:
        client.play()
        packets = client.packets()
        seen = [next(packets) for _ in range(120)]
    video = [packet.timestamp for packet in seen if packet.channel == 0]
    sound = [packet.timestamp for packet in seen if packet.channel == 2]
    assert {b - a for a, b in pairwise(sound)} == {160}
    assert (sound[-1] - sound[0]) / 8000 == pytest.approx((video[-1] - video[0]) / 90_000, abs=0.1)


def test_a_viewer_who_does_not_read_is_cut_off_and_counted():
    ours, theirs = _leash()
    sender = Sender(_short_tape(BACKLOG_BYTES // 4), 2)
    thread = threading.Thread(target=sender.run, args=(theirs,))
    thread.start()
    with Client(_url(sender, 0)) as sleeps:
        sleeps.play()
        end = time.monotonic() + 120
        while not sender.cut_off and time.monotonic() < end:
            time.sleep(0.05)
    ours.close()
    thread.join(60)
    theirs.close()
    assert sender.cut_off == 1
