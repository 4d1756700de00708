"""The page of a package in a real browser, opened as a file: it plays sealed files as cameras sent them, G.711 too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from minhbach.bench.site import Site
from minhbach.centre.evidence.player import Piece, Shown, player
from minhbach.edge.check.place import look
from minhbach.ledger.entry import Entry, decode

S = 1_000_000


@pytest.fixture(scope="module")
def opened(running: Site, begin_us: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A folder as a package has it, with two cameras (G.711; AAC) and ten seconds that were never recorded."""
    assert begin_us
    folder = tmp_path_factory.mktemp("package")
    (folder / "originals").mkdir()
    streams = [Shown(camera, pieces(running, camera, folder)) for camera in ("quay-1", "quay-2")]
    begin = max(stream.pieces[0].begin_us for stream in streams)
    end = streams[0].pieces[-1].end_us
    (folder / "player.html").write_bytes(player("Phòng <một cửa> & khác", begin, end, streams))
    return folder / "player.html", begin


def pieces(running: Site, camera: str, folder: Path) -> list[Piece]:
    reader = look(running.archive).logs[-1].reader()
    values = (decode(data) for data in reader.entries(0, reader.size))
    segments: list[Entry] = [each for each in values if each["kind"] == "segment" and each["camera"] == camera][:2]
    found = []
    for number, each in enumerate(segments):
        name = f"originals/{camera} {number}#.mp4"
        shutil.copyfile(running.archive / each["path"], folder / name)
        found.append(Piece(each["begin_us"], each["end_us"], name))
    end_us = found[-1].end_us
    return [*found, Piece(end_us, end_us + 10 * S, "", "Camera mất kết nối", "Camera away")]


@pytest.fixture
def page(browser: Browser, opened: tuple[Path, int]) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(60_000)
    troubles: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(opened[0].as_uri())
    yield page
    page.close()
    assert troubles == []
    assert all(url.startswith("file:") for url in asked)


def test_it_shows_the_first_picture_by_itself_and_plays_both_cameras_together(page: Page) -> None:
    page.wait_for_function("() => document.querySelectorAll('video.shown').length == 2")
    page.wait_for_function(
        "() => [...document.querySelectorAll('video.shown')].every((video) => video.readyState >= 2)"
    )
    page.select_option("#sound", "0")
    page.click("#play")
    page.wait_for_function("() => document.querySelector('video.shown').currentTime > 2")
    shown = "[...document.querySelectorAll('video.shown')]"
    times = page.evaluate(
        f"{shown}.map((video, index) => video.currentTime"
        " + panes[index].stream.pieces.find((piece) => piece.file === video.file).begin_us / 1e6)"
    )
    assert abs(times[0] - times[1]) < 0.5
    # G.711 is decoded: the sealed file is heard as the camera sent it.
    assert page.evaluate(f"{shown}[0].webkitAudioDecodedByteCount") > 0
    assert page.evaluate(f"{shown}.map((video) => video.videoWidth)") == [640, 640]


def test_it_goes_from_one_file_to_the_next_and_says_why_there_is_none(page: Page) -> None:
    first = page.evaluate("panes[0].stream.pieces[0].end_us")
    page.evaluate(f"jump({first - S})")
    page.click("#play")
    page.wait_for_function(
        f"() => at > {first + S // 2} && document.querySelector('video.shown')?.file?.includes('1#')"
    )
    page.evaluate("jump(panes[0].stream.pieces[2].begin_us + 1e6)")
    page.wait_for_function("() => document.querySelector('.note.shown')")
    assert "Camera mất kết nối" in page.inner_text(".note.shown")
    assert page.inner_text("h1") == "Phòng <một cửa> & khác"
