"""Against servers on a socket: gst-rtsp-server, which is not ours, and the demo's cameras, each kind at once."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.edge.rtsp.connection import SCRATCH_BYTES
from minhbach.edge.rtsp.link import Link, LinkState, Target
from minhbach.edge.rtsp.reception import make_receiver
from minhbach.edge.rtsp.url import parse
from minhbach.fmp4 import AudioConfig, VideoConfig
from tests.edge.rtsp.server import EXECUTOR, LINKS


@contextlib.contextmanager
def gst_camera(python: str, mode: str) -> Iterator[int]:
    """The port of a running gst_camera.py."""
    script = Path(__file__).with_name("gst_camera.py")
    process = subprocess.Popen([python, str(script), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait(10)


def open_link(address: str) -> Link:
    target, credentials = parse(address)
    executor: ThreadPoolExecutor = EXECUTOR
    link = Link(Target(target, credentials), make_receiver=make_receiver, executor=executor, random=lambda: 0.0)
    LINKS.append(link)
    return link


def gather(link: Link, seconds: float) -> dict[str, list[Samples]]:
    """Pump in real time with the recorder's tick and take the samples of each track."""
    taken: dict[str, list[Samples]] = {}
    scratch = bytearray(SCRATCH_BYTES)
    until = time.monotonic() + seconds
    while time.monotonic() < until and link.fault is None:
        link.pump(scratch, time.monotonic_ns() // 1000)
        for track in link.receiver.tracks if isinstance(link.receiver, Receiver) else []:
            if (samples := track.take()) is not None:
                taken.setdefault(track.name, []).append(samples)
        time.sleep(0.1)
    return taken


@pytest.mark.parametrize("mode", ["open", "digest"])
def test_picture_and_sound_of_an_independent_server_arrive_as_samples(needs, mode):
    with gst_camera(needs("gst-rtsp-server"), mode) as port:
        user = "admin:minh%20b%E1%BA%A1ch@" if mode == "digest" else ""
        link = open_link(f"rtsp://{user}127.0.0.1:{port}/cam")
        taken = gather(link, 6)
        assert link.fault is None
        assert link.state is LinkState.PLAYING
        assert link.session is not None
        assert link.session.login == ("MD5" if mode == "digest" else "none")
        video, audio = taken["video"], taken["audio"]
        configs = [config for samples in (*video, *audio) for _, config in samples.configs]
        assert {(c.width, c.height) for c in configs if isinstance(c, VideoConfig)} == {(320, 240)}
        assert {(c.codec, c.rate) for c in configs if isinstance(c, AudioConfig)} == {("alaw", 8000)}
        flags = [flag for samples in video for flag in samples.flags]
        assert len(flags) >= 30
        assert flags[0] & SYNC
        assert sum(flag & SYNC for flag in flags) >= 2
        assert sum(size for samples in audio for size in samples.sizes) >= 2 * 8000
        link.close(time.monotonic_ns() // 1000)
        gather(link, 0.5)
        assert link.state.value == "closed"


def test_all_cameras_of_the_demo_at_once_deliver_their_codecs_over_one_thread():
    specs = [*FLEET, CameraSpec("sha", digest_algorithm="SHA-256", digest_qop=True)]
    with hosted(specs) as cameras:
        links = [open_link(camera.url_of(spec.streams[0].path)) for camera, spec in zip(cameras, specs, strict=True)]
        links.append(open_link(cameras[1].url_of("sub")))
        scratch = bytearray(SCRATCH_BYTES)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for link in links:
                link.pump(scratch, time.monotonic_ns() // 1000)
            time.sleep(0.1)
        codecs = []
        for link in links:
            assert link.fault is None
            assert isinstance(link.receiver, Receiver)
            taken = [track.take() for track in link.receiver.tracks]
            codecs.append([samples.configs[0][1].codec for samples in taken if samples is not None])
            assert all(samples is not None and len(samples.sizes) >= 10 for samples in taken)
        assert codecs == [
            ["h264", "alaw"],
            ["h265", "alaw"],
            ["h264", "aac"],
            ["h264", "ulaw"],
            ["h264", "alaw"],
            ["h264", "alaw"],
        ]
        assert links[4].session is not None
        assert links[4].session.login == "SHA-256"


def test_a_wrong_password_and_a_wrong_path_at_an_independent_server_have_their_sentences(needs):
    with gst_camera(needs("gst-rtsp-server"), "digest") as port:
        for address, expected in (
            (f"rtsp://admin:wrong@127.0.0.1:{port}/cam", "wrong_password"),
            (f"rtsp://127.0.0.1:{port}/cam", "needs_password"),
            (f"rtsp://admin:minh%20b%E1%BA%A1ch@127.0.0.1:{port}/nothing", "wrong_url"),
        ):
            link = open_link(address)
            gather(link, 5)
            assert link.fault is not None
            assert link.fault.fault.code == expected
