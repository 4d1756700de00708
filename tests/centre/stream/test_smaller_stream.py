"""A camera's smaller stream: where the browser cannot decode what is recorded (else words), and on small tiles."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.centre.stream.test_footage_in_chromium import PATIENCE_S, age_s, begin, browser, until, wait

__all__ = ["browser"]

LARGE = StreamSpec(video="h265", audio=None)
SMALL = StreamSpec(path="sub", width=320, height=180, audio=None)
SMALL_H265 = StreamSpec(path="sub", video="h265", width=320, height=180, audio=None)
WIDTHS = "videos.map((video) => video.videoWidth)"
# Whether a tile was ever without a picture after its first.
WATCH_FOR_BLACK = """() => { window.black = 0; const look = () => {
  if (videos[2].readyState < 1) window.black += 1; requestAnimationFrame(look); }; look(); }"""


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Iterator[Site]:
    specs = [
        CameraSpec("quay-1", streams=(LARGE, SMALL)),
        CameraSpec("quay-2", streams=(LARGE,)),
        CameraSpec("quay-3", streams=(StreamSpec(audio=None), SMALL)),
        CameraSpec("quay-4", streams=(StreamSpec(audio=None), SMALL_H265)),
    ]
    with site(tmp_path_factory.mktemp("site"), specs) as found:
        yield found


@pytest.fixture
def page(browser, here) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})  # all tiles in sight
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{here.pages.origin}/")
    if page.evaluate("MediaSource.isTypeSupported('video/mp4; codecs=\"hvc1.1.6.L120.90\"')"):
        # One that can gets what is recorded; here the question is what one gets that cannot.
        page.add_init_script("MediaSource.isTypeSupported = (type) => !type.includes('hvc1') && !type.includes('hev1')")
        page.reload()
    yield page
    page.close()


def test_the_smaller_stream_is_shown_live_and_asked_of_the_camera_only_then(page, here):
    begin(page, "live", sound=False)
    page.evaluate("footage.live()")
    wait(page, "states.at(-1)?.what === 'playing'")
    assert page.evaluate("[videos[0].videoWidth, videos[0].videoHeight]") == [320, 180]
    wait(page, "videos[0].getVideoPlaybackQuality().totalVideoFrames > 30")
    until(page, lambda: age_s(page) < 2)
    assert not list(here.archive.rglob("*/quay-1/sub/**/*.mp4")), "it is never recorded"


def test_a_camera_without_one_says_on_its_tile_why_there_is_no_picture(page, here):
    begin(page, "live", sound=False, tiles=2)
    page.evaluate("footage.live()")
    condition = "states.some((state) => state.camera === 'quay-2' && state.what === 'failed')"
    wait(page, condition)
    said = page.evaluate("states.filter((state) => state.camera === 'quay-2').at(-1)")
    assert "H265" in json.dumps(said["words"], ensure_ascii=False)
    assert "luồng phụ" in said["words"]["vi"]
    assert "sub-stream" in said["words"]["en"]


def test_a_small_tile_begins_with_the_recorded_stream_and_goes_on_with_the_smaller_one_where_that_is_h264(page, here):
    begin(page, "live", sound=False, tiles=4, small=700)
    page.evaluate("footage.live()")
    wait(page, "videos[2].videoWidth === 640 && videos[3].videoWidth === 640")
    page.evaluate(WATCH_FOR_BLACK)
    wait(page, f"{WIDTHS}[2] === 320")
    page.wait_for_timeout(1_500)
    assert page.evaluate(WIDTHS)[3] == 640, "a smaller stream in H.265 is of no use here"
    assert page.evaluate("black") == 0, "the picture stays on the screen while the other stream begins"
    now_playing = "states.filter(({camera}) => camera === 'quay-3').at(-1).what === 'playing'"
    wait(page, f"{now_playing} && Date.now() - stamp()[2] < 2000")


def test_a_tile_that_grows_gets_the_recorded_stream_again(page, here):
    page.evaluate("() => { for (const video of document.querySelectorAll('video')) video.width = 320; }")
    begin(page, "live", sound=False, tiles=3, small=480)
    page.evaluate("footage.live()")
    wait(page, f"{WIDTHS}[2] === 320")
    page.evaluate("videos[2].width = 640")
    wait(page, f"{WIDTHS}[2] === 640")
    page.evaluate("videos[2].width = 320")
    wait(page, f"{WIDTHS}[2] === 320")
