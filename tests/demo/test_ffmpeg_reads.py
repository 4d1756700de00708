"""FFmpeg, a peer that is not ours, reads what the simulated cameras send."""

import json
import shutil
import subprocess

import pytest

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec

pytestmark = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs the system package ffmpeg")

SUB = StreamSpec("sub", width=320, height=180, kbit_per_s=100)
PLAIN = CameraSpec("plain")
CAMERAS = {
    "h264 with A-law": (PLAIN, {("h264", "High"), ("pcm_alaw", "unknown")}),
    "h265 with A-law": (
        CameraSpec("two", streams=(StreamSpec(video="h265"), SUB)),
        {("hevc", "Main"), ("pcm_alaw", "unknown")},
    ),
    "h264 with AAC": (
        CameraSpec("aac", streams=(StreamSpec(audio="aac"),), digest_qop=True),
        {("h264", "High"), ("aac", "LC")},
    ),
    "h264 with µ-law, sets in the SDP only": (
        CameraSpec("ulaw", streams=(StreamSpec(audio="ulaw", in_band_sets=False),)),
        {("h264", "High"), ("pcm_mulaw", "unknown")},
    ),
}


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("kind", CAMERAS)
def test_ffmpeg_decodes_each_stream_without_a_warning(kind):
    spec, expected = CAMERAS[kind]
    with hosted([spec]) as (camera,):
        entries = ("-show_entries", "stream=codec_name,profile", "-of", "json")
        probe = _run("ffprobe", "-v", "warning", "-rtsp_transport", "tcp", *entries, camera.url)
        play = _run(
            "ffmpeg", "-v", "warning", "-rtsp_transport", "tcp", "-i", camera.url, "-t", "2.5", "-f", "null", "-"
        )
    assert (probe.stderr, play.stderr, play.returncode) == ("", "", 0)
    streams = json.loads(probe.stdout)["streams"]
    assert {(stream["codec_name"], stream.get("profile", "unknown")) for stream in streams} == expected


def test_ffmpeg_is_refused_with_a_wrong_password_and_with_a_wrong_path():
    with hosted([PLAIN]) as (camera,):
        password = _run("ffprobe", "-v", "error", "-rtsp_transport", "tcp", camera.url_of("main", password="x"))
        path = _run("ffprobe", "-v", "error", "-rtsp_transport", "tcp", camera.url_of("nowhere"))
    assert "401 Unauthorized" in password.stderr
    assert "404 Not Found" in path.stderr
