"""Against servers on a socket: gst-rtsp-server, which is not ours, and the demo's cameras, each kind at once."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

PATIENCE_S = 60


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


def gather(link: Link, enough: Callable[[dict[str, list[Samples]]], bool]) -> dict[str, list[Samples]]:
    """Pump in real time with the recorder's tick and take the samples of each track, until it is enough or a fault."""
    taken: dict[str, list[Samples]] = {}
    scratch = bytearray(SCRATCH_BYTES)
    until = time.monotonic() + PATIENCE_S
    while not enough(taken) and link.fault is None:
        assert time.monotonic() < until, link.state
        link.pump(scratch, time.monotonic_ns() // 1000)
        for track in link.receiver.tracks if isinstance(link.receiver, Receiver) else []:
            if (samples := track.take()) is not None:
                taken.setdefault(track.name, []).append(samples)
        time.sleep(0.1)
    return taken


def pictures_of(taken: dict[str, list[Samples]]) -> int:
    return sum(len(samples.sizes) for samples in taken.get("video", ()))


def sound_of(taken: dict[str, list[Samples]]) -> int:
    """Bytes of it."""
    return sum(sum(samples.sizes) for samples in taken.get("audio", ()))


@pytest.mark.parametrize("mode", ["open", "digest"])
def test_picture_and_sound_of_an_independent_server_arrive_as_samples(needs, mode):
    with gst_camera(needs("gst-rtsp-server"), mode) as port:
        user = "admin:minh%20b%E1%BA%A1ch@" if mode == "digest" else ""
        link = open_link(f"rtsp://{user}127.0.0.1:{port}/cam")
        taken = gather(link, lambda taken: pictures_of(taken) >= 40 and sound_of(taken) >= 2 * 8000)
        assert link.fault is None
        assert link.state is LinkState.PLAYING
        assert link.session is not None
        assert link.session.login == ("MD5" if mode == "digest" else "none")
        video, audio = taken["video"], taken["audio"]
        configs = [config for samples in (*video, *audio) for _, config in samples.configs]
        assert {(c.width, c.height) for c in configs if isinstance(c, VideoConfig)} == {(320, 240)}
        assert {(c.codec, c.rate) for c in configs if isinstance(c, AudioConfig)} == {("alaw", 8000)}
        flags = [flag for samples in video for flag in samples.flags]
        assert flags[0] & SYNC
        assert sum(flag & SYNC for flag in flags) >= 2
        link.close(time.monotonic_ns() // 1000)
        gather(link, lambda _: link.state.value == "closed")


@dataclass
class Found:
    """What came of one track."""

    codec: str
    count: int = 0


def take(link: Link, found: dict[str, Found]) -> None:
    """Add what a link has, by the names of its tracks."""
    for track in link.receiver.tracks if isinstance(link.receiver, Receiver) else []:
        if (samples := track.take()) is not None:
            each = found.setdefault(track.name, Found(samples.configs[0][1].codec if samples.configs else ""))
            each.count += len(samples.sizes)


def test_all_cameras_of_the_demo_at_once_deliver_their_codecs_over_one_thread():
    specs = [*FLEET, CameraSpec("sha", digest_algorithm="SHA-256", digest_qop=True)]
    with hosted(specs) as cameras:
        links = [open_link(camera.url_of(spec.streams[0].path)) for camera, spec in zip(cameras, specs, strict=True)]
        links.append(open_link(cameras[1].url_of("sub")))
        scratch = bytearray(SCRATCH_BYTES)
        found: list[dict[str, Found]] = [{} for _ in links]
        until = time.monotonic() + PATIENCE_S
        while not all(len(each) == 2 and all(one.count >= 10 for one in each.values()) for each in found):
            assert time.monotonic() < until, found
            for link, each in zip(links, found, strict=True):
                link.pump(scratch, time.monotonic_ns() // 1000)
                assert link.fault is None
                take(link, each)
            time.sleep(0.1)
        assert [[each[name].codec for name in ("video", "audio")] for each in found] == [
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
            gather(link, lambda _: False)
            assert link.fault is not None
            assert link.fault.fault.code == expected
