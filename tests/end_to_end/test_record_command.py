"""`minhbach record` as a person meets it: exit status, sentences, a clean stop, and secrets that stay secret."""

import os
import signal
import subprocess
import sys
import time

import pytest

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.end_to_end import footage
from tests.end_to_end.recorder import RECORDING, SOURCE, Recorder

SECRET = "ch3-lac-Troi"
SPEC = CameraSpec("quay", streams=(StreamSpec(width=320, height=180, kbit_per_s=80),), password=SECRET)
VIETNAMESE = set("ạảãàáâậầấẩẫăắằặẳẵệếềểễêịỉĩọỏõộốồổỗôơớờợởỡụủũưứừựửữđĐ")


@pytest.fixture(scope="module")
def camera():
    with hosted([SPEC]) as cameras:
        yield cameras[0]


def refused(*words: object) -> tuple[str, str]:
    """The two sentences of a start that is refused with exit status 2 and nothing on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "minhbach", "record", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    vi, en = done.stderr.splitlines()
    assert VIETNAMESE & set(vi)
    assert en.isascii() or "«" in en
    assert SECRET not in done.stderr
    return vi, en


def test_without_a_camera_it_says_how_to_name_one_and_touches_nothing(tmp_path):
    assert "--camera NAME=URL" in refused("--archive", tmp_path / "archive")[1]
    assert not (tmp_path / "archive").exists()


def test_without_a_folder_it_asks_for_one():
    assert "--archive DIR" in refused("--camera", "quay=rtsp://127.0.0.1/x")[1]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("camera = [", "TOML"),
        ("[[camera]]\nname = 'quay'\nurl = 'rtsp://a:ch3-lac-Troi@h/x'\ncolour = 'red'", "colour"),
        ("[[camera]]\nname = 'Quầy'\nurl = 'rtsp://a:ch3-lac-Troi@h/x'", "a-z"),
        ("[[camera]]\nname = 'quay'\nurl = 'http://a:ch3-lac-Troi@h/x'", "rtsp://"),
        ("[[camera]]\nname = 'quay'\nurl_file = '/nonexistent/url'", "/nonexistent/url"),
        ("[retention]\npicture_days = 3\nsound_days = 3\nminimum_days = 9", "minimum_days"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place_in_it(tmp_path, text, word):
    (tmp_path / "recorder.toml").write_text(text, "utf-8")
    assert word in refused("--archive", tmp_path)[1]
    assert [path.name for path in tmp_path.iterdir()] == ["recorder.toml"]


@pytest.mark.parametrize(
    "argument", ["quay", "quay=", f"quay=http://a:{SECRET}@h/x", "quay=@/nonexistent", "Quay=rtsp://h/x"]
)
def test_a_camera_that_is_named_wrongly_is_refused_and_nothing_is_touched(tmp_path, argument):
    refused("--archive", tmp_path / "archive", "--camera", argument)
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("url", [f"rtsp://a:{SECRET}@:554/x", f"rtsp://a:{SECRET}@h:99999/x"])
def test_an_address_that_cannot_be_read_is_refused_by_the_name_of_its_camera(tmp_path, url):
    vi, en = refused("--archive", tmp_path / "archive", "--camera", f"quay={url}")
    assert vi.startswith("quay: ")
    assert en.startswith("quay: ")
    assert not (tmp_path / "archive").exists()


def test_an_address_in_the_wrong_place_is_not_repeated_with_its_password(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "minhbach", "record", f"quay=rtsp://a:{SECRET}/@h/x", "--archive", str(tmp_path / "a")],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "quay=rtsp://…@h/x" in done.stderr
    assert SECRET not in done.stderr + done.stdout


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert "Cannot write" in refused("--archive", tmp_path / "file" / "archive", "--camera", "quay=rtsp://h/x")[1]


def test_an_archive_in_use_is_refused_and_its_recorder_goes_on(tmp_path, camera):
    with Recorder(tmp_path, {"quay": camera.url}) as recorder:
        recorder.wait_until_recording()
        assert "in use" in refused("--archive", tmp_path, "--camera", "quay=rtsp://127.0.0.1/x")[1]
        assert recorder.stop() == 0
    footage.sound(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_and_the_next_start_says_so(tmp_path, camera, number):
    with Recorder(tmp_path, {"quay": camera.url}) as recorder:
        recorder.wait_until_recording()
        time.sleep(0.5)
        recorder.process.send_signal(number)
        assert recorder.ended(60) == 0
        assert recorder.errors == []
    assert footage.entries(tmp_path)[-1]["kind"] == "shutdown"
    assert footage.of_kind(tmp_path, "segment")[-1]["cut"] == "stop"
    with Recorder(tmp_path, {"quay": camera.url}, "--seconds", "2.5") as again:
        assert again.ended(60) == 0
        assert time.monotonic() - again.started > 2
    assert [each["previous_end"] for each in footage.of_kind(tmp_path, "boot")] == ["first", "clean"]
    causes = [each["cause"] for each in footage.of_kind(tmp_path, "gap")]
    assert causes == ["recorder_starting", "recorder_stopped", "recorder_starting"]
    footage.sound(tmp_path)


def test_a_stop_during_the_first_dial_is_clean_too(tmp_path, camera):
    with Recorder(tmp_path, {"quay": camera.url, "xa": "rtsp://192.0.2.1/x"}) as recorder:
        recorder.wait_for("recording ")
        time.sleep(0.2)
        assert recorder.stop() == 0
        assert recorder.errors == []
    footage.sound(tmp_path)


def test_nobody_has_to_read_what_it_says(tmp_path, camera):
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        [sys.executable, "-m", "minhbach", "record", "--camera", f"quay={camera.url}", "--archive", str(tmp_path),
         "--seconds", "3.5"], env={**os.environ, "PYTHONPATH": str(SOURCE)}, stdout=write, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(write)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, b"")
    assert footage.of_kind(tmp_path, "segment")[-1]["cut"] == "stop"
    footage.sound(tmp_path)


def test_the_password_of_a_camera_is_nowhere_but_where_it_was_given(tmp_path, camera):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "good").write_text(camera.url + "\n")
    (secrets / "bad").write_text(camera.url_of("main", password=f"{SECRET}x"))
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "recorder.toml").write_text(f"[[camera]]\nname = 'sai'\nurl_file = '{secrets / 'bad'}'\n")
    words = ["--camera", f"quay=@{secrets / 'good'}", "--camera", f"duong=@{secrets / 'path'}"]
    (secrets / "path").write_text(camera.url_of("nowhere"))
    with Recorder(archive, {}, *words) as recorder:
        recorder.wait_for(RECORDING, "quay")
        recorder.wait_for("sai: ")
        recorder.wait_for("duong: ")
        assert recorder.stop() == 0
    told = "\n".join([line for _, line in recorder.lines] + recorder.errors)
    assert SECRET not in told
    assert "xem:" not in told
    for path in archive.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
    assert footage.of_kind(archive, "segment", "quay")
