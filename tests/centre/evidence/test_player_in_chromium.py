"""The page of a package in a real browser, where it cannot play an original: the working copy, called one."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from minhbach.centre.evidence.player import Piece, Shown, player
from tests.decode.sealing import film

S = 1_000_000
BEGIN_US = 1_800_000_000 * S
MARGIN_S, LENGTH_S, RATE = 4, 12, 8000
COPY = "copies/01-quay-1-working.mp4"
CALLED = "bản sao làm việc, không phải bản gốc"
Open = Callable[..., Page]


def hevc(path: Path, seconds: int, *, sound: bool) -> None:
    """As an H.265 camera would have sent it."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as made:
        pictures: Any = made.add_stream("libx265", rate=10, options={"x265-params": "log-level=none:keyint=10"})
        pictures.width, pictures.height, pictures.pix_fmt = 320, 180, "yuv420p"
        voice: Any = made.add_stream("aac", rate=RATE, layout="mono") if sound else None
        for number in range(seconds * 10):
            shade = np.full((180, 320, 3), number % 256, np.uint8)
            made.mux(pictures.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        made.mux(pictures.encode())
        if voice is not None:
            heard = np.zeros((1, 1024), np.float32)
            for number in range(seconds * RATE // 1024):
                packet = av.AudioFrame.from_ndarray(heard, format="fltp", layout="mono")
                packet.sample_rate, packet.pts, packet.time_base = RATE, number * 1024, Fraction(1, RATE)
                made.mux(voice.encode(packet))
            made.mux(voice.encode())


def laid(folder: Path, originals: list[Path], *, copy: str = COPY) -> Path:
    """A package's page over these files, each as long as another; the first begins before what was asked for."""
    each_us = (MARGIN_S + LENGTH_S) * S // len(originals)
    begins = [BEGIN_US - MARGIN_S * S + number * each_us for number in range(len(originals))]
    pieces = [
        Piece(begin, begin + each_us, str(path.relative_to(folder)))
        for begin, path in zip(begins, originals, strict=True)
    ]
    (folder / "copies").mkdir(exist_ok=True)
    if copy:
        (folder / copy).write_bytes(film(BEGIN_US, LENGTH_S))
    page = player("Phòng một cửa", BEGIN_US, BEGIN_US + LENGTH_S * S, [Shown("Quầy 1", pieces, copy=copy)])
    (folder / "player.html").write_bytes(page)
    return folder / "player.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "originals").mkdir()
    return tmp_path


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    pages: list[Page] = []

    def open_(path: Path) -> Page:
        pages.append(browser.new_page())
        pages[-1].set_default_timeout(60_000)
        pages[-1].goto(path.as_uri())
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


def shown(page: Page) -> tuple[str, float, int]:
    """Which file is on the screen, at which second of it, how wide."""
    page.wait_for_function(
        "() => document.querySelector('video.shown')?.readyState >= 2 && !panes[0].videos.some((v) => v.seeking)"
    )
    found = page.evaluate(
        "(() => { const v = document.querySelector('video.shown'); return [v.file, v.currentTime, v.videoWidth]; })()"
    )
    return found[0], found[1], found[2]


def on_the_copy(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('video.shown')?.file?.startsWith('copies/')")


@pytest.mark.parametrize("sound", [True, False])
def test_an_h265_original_plays_or_gives_way_to_the_working_copy(folder: Path, opened: Open, sound: bool) -> None:
    original = folder / "originals" / "1.mp4"
    hevc(original, MARGIN_S + LENGTH_S, sound=sound)
    page = opened(laid(folder, [original]))
    # Whether a browser has H.265 is its maker's choice: it shows one of the two, and says which.
    file, _, width = shown(page)
    page.wait_for_timeout(500)
    file, _, width = shown(page)
    assert width > 0
    assert (CALLED in page.inner_text("figcaption")) == (file == COPY)
    assert not page.query_selector(".note.shown")


def test_the_copy_is_shown_at_the_same_moment_called_a_copy_and_plays_on(folder: Path, opened: Open) -> None:
    originals = [folder / "originals" / f"{number}.mp4" for number in range(2)]
    for each in originals:
        each.write_bytes(b"\0\0\0\x10ftypisom, and nothing a browser knows")
    page = opened(laid(folder, originals))
    on_the_copy(page)
    assert CALLED in page.inner_text("figcaption")
    assert page.inner_text("figcaption").startswith("Quầy 1")
    page.evaluate(f"jump({BEGIN_US + 9 * S})")
    # The second original is tried by itself, and gives way too.
    page.wait_for_function("() => panes[0].broken.size == 2")
    on_the_copy(page)
    page.wait_for_function("() => Math.abs(document.querySelector('video.shown').currentTime - 9) < 0.1")
    page.evaluate(f"jump({BEGIN_US + 2 * S})")
    page.wait_for_function("() => Math.abs(document.querySelector('video.shown').currentTime - 2) < 0.1")
    page.click("#play")
    page.wait_for_function(f"() => at > {BEGIN_US + 5 * S}")
    file, at_s, _ = shown(page)
    assert file == COPY
    assert abs(page.evaluate("at") / S - BEGIN_US / S - at_s) < 1


def test_sound_without_pictures_is_not_taken_for_the_original(folder: Path, opened: Open) -> None:
    original = folder / "originals" / "1.mp4"
    with av.open(str(original), "w", format="mp4") as made:
        voice: Any = made.add_stream("aac", rate=RATE, layout="mono")
        for number in range((MARGIN_S + LENGTH_S) * RATE // 1024):
            packet = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            packet.sample_rate, packet.pts, packet.time_base = RATE, number * 1024, Fraction(1, RATE)
            made.mux(voice.encode(packet))
        made.mux(voice.encode())
    page = opened(laid(folder, [original]))
    on_the_copy(page)
    assert shown(page)[2] == 640


def test_an_original_that_plays_is_shown_and_the_copy_is_not(folder: Path, opened: Open) -> None:
    original = folder / "originals" / "1.mp4"
    original.write_bytes(film(BEGIN_US - MARGIN_S * S, MARGIN_S + LENGTH_S))
    page = opened(laid(folder, [original]))
    page.evaluate(f"jump({BEGIN_US + 3 * S})")
    page.wait_for_function("() => Math.abs(document.querySelector('video.shown')?.currentTime - 7) < 0.1")
    assert shown(page)[0] == "originals/1.mp4"
    assert page.inner_text("figcaption") == "Quầy 1"


def test_without_a_copy_it_says_which_file_does_not_play(folder: Path, opened: Open) -> None:
    original = folder / "originals" / "1.mp4"
    original.write_bytes(b"nothing a browser knows")
    page = opened(laid(folder, [original], copy=""))
    page.wait_for_selector(".note.shown")
    assert "không phát được tệp originals/1.mp4" in page.inner_text(".note.shown")
