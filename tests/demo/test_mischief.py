"""A word in a file puts a simulated camera into trouble, as somebody who shows the product needs it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from minhbach.demo import g711, room
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.hosting import hosted
from minhbach.demo.mischief import WORDS, Folder
from minhbach.demo.spec import CameraSpec
from tests.demo.rtsp_client import Client

SOON_S = 10.0
CLOCK = np.s_[0:30, room.WIDTH - 300 :]


@pytest.fixture
def said(tmp_path: Path) -> Iterator[tuple[SimulatedCamera, Callable[[str], None]]]:
    """A running camera and how to write a word for it."""
    folder = Folder(tmp_path / "cameras", ["camera"])
    with hosted([CameraSpec()], folder=folder) as (camera,):

        def say(word: str) -> None:
            (tmp_path / "cameras" / "camera").write_text(word)

        yield camera, say


def pictures(camera: SimulatedCamera, count: int = 4) -> list[np.ndarray]:
    """Lumas of pictures as a viewer who dials now decodes them."""
    with av.open(camera.url, options={"rtsp_transport": "tcp"}, timeout=60) as stream:
        found = []
        for frame in stream.decode(video=0):
            found.append(frame.to_ndarray(format="gray"))
            if len(found) == count:
                return found
    raise AssertionError("The camera hung up.")


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """Their correlation; a picture without anything in it is like nothing."""
    scale = max(one.std(), 1.0) * max(other.std(), 1.0)
    return float(((one - one.mean()) * (other - other.mean())).mean() / scale)


def loudest(camera: SimulatedCamera) -> int:
    """The highest level of what a viewer hears who dials now, 8 being the lowest there is."""
    with Client(camera.url) as client:
        client.play()
        sound = (packet.payload for packet in client.packets() if packet.channel == 2)
        codes = b"".join(next(sound) for _ in range(3))
    return max(abs(int(g711.levels("alaw")[code])) for code in codes)


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def test_a_covered_lens_a_black_picture_and_a_turned_camera_show_nothing_of_the_room_and_a_running_clock(said):
    camera, say = said
    well = pictures(camera)[-1].astype(float)
    for word, shows in (("covered", 90), ("black", 14), ("turned", 60)):
        say(word)

        def gone(least: int = shows) -> bool:
            seen = pictures(camera, 1)[0][60:-60].astype(float)
            return abs(alike(seen, well[60:-60])) < 0.5 and seen.mean() > least

        assert soon(gone), word
        first, *_, last = pictures(camera, 12)
        assert (first[CLOCK] != last[CLOCK]).any()
    say("well")
    assert soon(lambda: alike(pictures(camera, 1)[0].astype(float), well) > 0.8)


def test_a_frozen_picture_stands_still_with_its_clock(said):
    camera, say = said
    say("frozen")

    def stands() -> bool:
        first, *_, last = pictures(camera, 15)
        return bool(np.abs(first[CLOCK].astype(float) - last[CLOCK]).mean() < 3)

    assert soon(stands)


def test_a_silent_microphone_sends_zeros_and_hears_again(said):
    camera, say = said
    assert loudest(camera) > 8
    say("silent")
    assert soon(lambda: loudest(camera) == 8)
    say("well")
    assert soon(lambda: loudest(camera) > 8)


def test_a_camera_that_is_switched_off_answers_nobody_and_comes_back_to_its_address(said):
    camera, say = said
    url = camera.url

    def refused() -> bool:
        try:
            Client(url).socket.close()
        except ConnectionRefusedError:
            return True
        return False

    say("off")
    assert soon(refused)
    say("well")
    assert soon(lambda: not refused())
    assert camera.url == url


def test_a_word_nobody_knows_changes_nothing_and_all_are_well_at_the_start(tmp_path: Path):
    (tmp_path / "quay-1").write_text("black")
    folder = Folder(tmp_path, ["quay-1"])
    assert folder.word("quay-1") == "well"
    for word in WORDS:
        (tmp_path / "quay-1").write_text(f" {word.upper()} \n")
        assert folder.word("quay-1") == word
    for nonsense in ("", "exploded", "well off", "\0" * 100):
        (tmp_path / "quay-1").write_text(nonsense)
        assert folder.word("quay-1") is None
    (tmp_path / "quay-1").unlink()
    assert folder.word("quay-1") is None
