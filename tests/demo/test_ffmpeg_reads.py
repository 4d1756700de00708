"""FFmpeg, a peer that is not ours, reads what the simulated cameras send, without a word of complaint."""

import json
import subprocess

import pytest

from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec

BARE = CameraSpec("bare", streams=(StreamSpec(in_band_sets=False, audio=None),), password=None)
EXPECTED = (
    {("h264", "High", 640), ("pcm_alaw", None, None)},
    {("hevc", "Main", 640), ("pcm_alaw", None, None)},
    {("h264", "High", 320), ("pcm_alaw", None, None)},
    {("h264", "High", 640), ("aac", "LC", None)},
    {("h264", "High", 640), ("pcm_mulaw", None, None)},
    {("h264", "High", 640)},
)
TCP = ("-rtsp_transport", "tcp")


@pytest.fixture(scope="module")
def cameras():
    with hosted([*FLEET, BARE]) as all_of_them:
        yield all_of_them


@pytest.fixture
def urls(cameras):
    return [camera.url_of(stream.path) for camera in cameras for stream in camera.spec.streams]


def _run_together(*commands: tuple[str, ...]) -> list[tuple[int, str, str]]:
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for words in commands]
    ended = [process.communicate(timeout=240) for process in running]
    return [(process.returncode, *said) for process, said in zip(running, ended, strict=True)]


def test_ffprobe_names_each_codec_and_warns_of_nothing(needs, urls):
    probe = (needs("ffprobe"), "-v", "warning", *TCP, "-show_streams", "-of", "json")
    for (code, said, complaint), expected in zip(_run_together(*((*probe, u) for u in urls)), EXPECTED, strict=True):
        streams = json.loads(said)["streams"]
        found = {(stream["codec_name"], stream.get("profile"), stream.get("width")) for stream in streams}
        assert (code, complaint, found) == (0, "", expected)


def test_ffmpeg_decodes_each_stream_and_warns_of_nothing(needs, urls):
    player = needs("ffmpeg")
    commands = ((player, "-v", "warning", *TCP, "-i", url, "-t", "4.5", "-f", "null", "-") for url in urls)
    assert _run_together(*commands) == [(0, "", "")] * len(urls)


def test_ffmpeg_is_refused_with_a_wrong_password_and_with_a_wrong_path(needs, cameras):
    probe = (needs("ffprobe"), "-v", "error", *TCP)
    password, path = _run_together(
        (*probe, cameras[0].url_of("main", password="x")), (*probe, cameras[0].url_of("nowhere"))
    )
    assert "401 Unauthorized" in password[2]
    assert "404 Not Found" in path[2]
