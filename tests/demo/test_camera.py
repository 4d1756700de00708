"""A simulated camera on its socket: passwords, viewers, clocks, power cuts."""

import asyncio
import socket
import time
from itertools import pairwise

import av
import numpy as np
import pytest

from minhbach.demo import barcode
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.demo.rtsp_client import Client, Packet, report


@pytest.fixture(scope="module")
def camera():
    with hosted([CameraSpec()]) as (one,):
        yield one


def _first(client, channel, count=1):
    packets = (packet for packet in client.packets() if packet.channel == channel)
    return [next(packets) for _ in range(count)]


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", [False, True])
def test_every_flavour_of_digest_opens_to_the_password_and_to_nothing_else(algorithm, qop):
    with hosted([CameraSpec(digest_algorithm=algorithm, digest_qop=qop)]) as (camera,):
        with Client(camera.url) as client:
            assert client.play().code == 200
        with Client(camera.url_of("main", password="wrong")) as client:
            assert client.ask("DESCRIBE").code == 401


def test_the_stream_begins_where_play_said_with_parameter_sets_and_a_key_frame(camera):
    with Client(camera.url) as client:
        info = client.play().fields["rtp-info"]
        begun = [dict(part.split("=", 1) for part in track.split(";")) for track in info.split(",")]
        first: dict[int, Packet] = {}
        for packet in client.packets():
            first.setdefault(packet.channel, packet)
            if len(first) == 2:
                break
    for track, claim in enumerate(begun):
        packet = first[2 * track]
        assert (str(packet.sequence), str(packet.timestamp)) == (claim["seq"], claim["rtptime"])
    assert first[0].payload[0] & 0x1F == 7


def test_two_viewers_get_the_same_packets(camera):
    with Client(camera.url) as one, Client(camera.url) as other:
        one.play()
        other.play()
        seen = [{packet.sequence: packet for packet in _first(client, 0, 30)} for client in (one, other)]
    both = seen[0].keys() & seen[1].keys()
    assert len(both) > 15
    assert all(seen[0][number] == seen[1][number] for number in both)


def test_a_viewer_may_choose_channels_and_leave_the_sound(camera):
    with Client(camera.url) as client:
        assert client.setup(0, 6).fields["transport"].endswith("interleaved=6-7")
        client.ask("PLAY")
        frames = client.frames()
        assert {next(frames)[1] for _ in range(20)} == {6, 7}


def test_teardown_hangs_up_and_leaves_the_other_viewer_alone(camera):
    with Client(camera.url) as stays, Client(camera.url) as goes:
        stays.play()
        goes.play()
        goes.ask("TEARDOWN")
        assert list(goes.frames()) == []
        assert len(_first(stays, 0, 20)) == 20


def test_frames_are_tenths_of_a_second_apart_by_both_clocks(camera):
    """As many of them as a camera that was busy left out."""
    with Client(camera.url) as client:
        client.play(0)
        ends = [packet for packet in _first(client, 0, 60) if packet.marker]
    steps = {(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(ends)}
    assert all(step and step % 9000 == 0 for step in steps), steps


def test_sender_reports_tell_that_the_sound_clock_is_fast():
    with hosted([CameraSpec(audio_ppm=5000)]) as (camera,), Client(camera.url) as client:
        client.play()
        reports: dict[int, list[tuple[int, int]]] = {1: [], 3: []}
        for frame in client.frames():
            if frame[1] in reports:
                reports[frame[1]].append(report(frame))
            if all(len(of_track) == 2 for of_track in reports.values()):
                break
    for channel, rate in ((1, 90_000), (3, 8000 * 1.005)):
        (begin_us, begin), (end_us, end) = reports[channel]
        assert end_us - begin_us > 1_000_000
        assert ((end - begin) & 0xFFFFFFFF) / (end_us - begin_us) * 1e6 == pytest.approx(rate, rel=1e-4)


def test_a_camera_with_a_wrong_clock_shows_and_reports_the_wrong_time():
    with hosted([CameraSpec(clock_offset_us=-86_400_000_000)]) as (camera,), Client(camera.url) as client:
        client.play(0)
        wall_us, _ = next(report(frame) for frame in client.frames() if frame[1] == 1)
    assert wall_us / 1e6 == pytest.approx(time.time() - 86_400, abs=5)


def test_who_asks_nothing_for_longer_than_the_timeout_is_cut_off():
    with hosted([CameraSpec(session_timeout_s=1)]) as (camera,), Client(camera.url) as client:
        client.play()
        assert sum(1 for _ in client.frames()) > 0


def test_a_viewer_who_does_not_read_is_cut_off_and_others_are_not():
    spec = CameraSpec(streams=(StreamSpec(kbit_per_s=50_000),), frames_per_s=50, gop_frames=1)
    with hosted([spec]) as (camera,), Client(camera.url) as reads, Client(camera.url) as sleeps:
        sleeps.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sleeps.play()
        reads.play()
        packets = reads.packets()
        assert next(packets).payload
        assert camera.viewers == 2
        end = time.monotonic() + 120
        while camera.viewers == 2 and time.monotonic() < end:
            next(packets)
        assert camera.viewers == 1
        assert len(_first(reads, 0, 50)) == 50


def test_a_power_cut_keeps_the_address():
    async def addresses():
        async with SimulatedCamera(CameraSpec()) as camera:
            yield camera.host, camera.port
            await camera.stop()
            yield camera.host, camera.port
            await camera.start()
            yield camera.host, camera.port

    async def reachable():
        answers = []
        async for place in addresses():
            with socket.socket() as dialling:
                answers.append((place, dialling.connect_ex(place) == 0))
        return answers

    (before, on), (during, off), (after, again) = asyncio.run(reachable())
    assert before == during == after
    assert (on, off, again) == (True, False, True)


def test_the_password_does_not_show_in_a_spec():
    assert "mat-khau" not in repr(CameraSpec())


@pytest.mark.parametrize("spec", [FLEET[0], FLEET[2]], ids=["alaw", "aac"])
def test_picture_and_sound_agree_to_forty_milliseconds_by_the_peers_own_clock(spec):
    """FFmpeg aligns the tracks by our sender reports; the barcode and the beep must then name the same second."""
    with hosted([spec]) as (camera,):
        container = av.open(camera.url, options={"rtsp_transport": "tcp"}, timeout=60)
        shown: list[float] = []
        sound: list[float] = []
        for frame in container.decode():
            if frame.pts is None:
                continue
            if isinstance(frame, av.VideoFrame):
                planes = frame.to_ndarray(format="yuv420p").astype(np.uint8)
                stamp = barcode.read(planes[: frame.height])
                assert stamp is not None
                shown.append(stamp.unix_ms / 1000 - frame.time)
            else:
                level = np.abs(frame.to_ndarray().reshape(-1).astype(float))
                scale = 1 if frame.format.name.startswith("flt") else 32768
                loud = np.flatnonzero(level > 0.1 * scale)
                sound += [frame.time + int(loud[0]) / frame.sample_rate] if len(loud) else []
            if len(shown) > 35:
                break
        container.close()
    onsets = [at for before, at in zip([-1.0, *sound], sound, strict=False) if at - before > 0.5]
    assert len(onsets) >= 2
    offset = float(np.median(shown))
    for onset in onsets[1:]:
        assert abs((onset + offset + 0.5) % 1 - 0.5) < 0.040
