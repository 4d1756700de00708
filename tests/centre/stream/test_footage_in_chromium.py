"""The engine in a real browser, on a site whose every hop is real."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, TimeoutError, sync_playwright

S = 1_000_000
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]
WHAT_IS = """JSON.stringify({states, lost, times: times.slice(-3), videos: videos.map((video) => [
  video.currentTime, video.readyState, video.seeking, video.paused, video.buffered.length])})"""
BEGIN = """
async ({kind, begin, end, sound, tiles}) => {
  const {Footage} = await import('/static/js/footage/engine.js');
  const {Viewing} = await import('/static/js/footage/viewing.js');
  const bench = await import('/bench/live.js');
  const cameras = JSON.parse(document.body.dataset.cameras).slice(0, tiles);
  window.videos = [...document.querySelectorAll('video')].slice(0, tiles);
  window.states = []; window.times = []; window.lost = [];
  window.viewing = await Viewing.open({kind, cameras, begin, end, sound});
  window.footage = new Footage({
    url: document.body.dataset.streamUrl,
    lease: () => window.viewing.token,
    tiles: cameras.map((camera, index) => ({camera, video: videos[index], sound: sound && index === 0})),
    on: {
      state: (camera, state) => states.push({camera: camera.split('/')[1], ...state}),
      time: (us) => times.push(us),
      lost: (words) => lost.push(words),
    },
  });
  window.stamp = () => videos.map((video) => bench.stamp(video));
}
"""


@pytest.fixture(scope="module")
def browser(needs) -> Iterator[object]:
    program = needs("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def page(browser, here) -> Iterator[Page]:
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{here.pages.origin}/")
    yield page
    page.close()
    assert not troubles


def begin(page, kind, *, begin_us=0, end_us=0, sound=True, tiles=1):
    page.evaluate(BEGIN, {"kind": kind, "begin": begin_us, "end": end_us, "sound": sound, "tiles": tiles})


def wait(page, condition, seconds=15):
    try:
        page.wait_for_function(condition, timeout=seconds * 1000)
    except TimeoutError:
        pytest.fail(f"not in {seconds} s: {condition}; {page.evaluate(WHAT_IS)}")


def state(page, camera="quay-1"):
    found = [each for each in page.evaluate("states") if each["camera"] == camera]
    return found[-1] if found else None


def age_s(page):
    """How old the picture is by the clock that is burned into it."""
    (stamp,) = page.evaluate("stamp()")
    return None if stamp is None else time.time() - stamp / 1000


def test_live_pictures_are_of_now_and_move(page, here):
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, "states.some((state) => state.what === 'playing')")
    time.sleep(3)
    assert age_s(page) < 1.5
    shown = page.evaluate("videos[0].getVideoPlaybackQuality().totalVideoFrames")
    heard = page.evaluate("videos[0].webkitAudioDecodedByteCount")
    time.sleep(2)
    assert page.evaluate("videos[0].getVideoPlaybackQuality().totalVideoFrames") > shown + 3
    assert page.evaluate("videos[0].webkitAudioDecodedByteCount") > heard
    assert page.evaluate("lost") == []


def test_a_broken_picture_rebuilds_the_player_and_the_tile_heals(page, here):
    begin(page, "live", sound=False)
    page.evaluate("footage.live()")
    wait(page, "states.at(-1)?.what === 'playing'")
    page.evaluate(
        """() => { const add = SourceBuffer.prototype.appendBuffer; let spoilt = false;
        SourceBuffer.prototype.appendBuffer = function (data) {
          if (!spoilt && data.length > 300) { spoilt = true; data = data.slice(); data.fill(7, 4, 60); }
          return add.call(this, data); }; window.spoilt = () => spoilt; }"""
    )
    wait(page, "spoilt() && states.some((state) => state.what === 'waiting' && state.since_us > 0)")
    wait(page, "states.at(-1)?.what === 'playing'")
    time.sleep(1)
    assert age_s(page) < 1.5


def test_a_hidden_page_lets_go_of_the_bytes_and_is_of_now_when_it_is_shown_again(page, here):
    received: list[float] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(time.monotonic())))
    page.reload()
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, "states.at(-1)?.what === 'playing'")
    hide = (
        "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(hide, True)
    page.wait_for_timeout(6_500)
    count = len(received)
    page.wait_for_timeout(2_000)
    assert len(received) - count <= 1
    page.evaluate(hide, False)
    wait(page, "states.at(-1)?.what === 'playing'")
    page.wait_for_timeout(700)
    assert age_s(page) < 1.5


def test_a_lost_right_blanks_the_page_and_says_so(page, here):
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, "states.at(-1)?.what === 'playing'")
    here.pages.allowed = False
    wait(page, "lost.length > 0", 15)
    assert page.evaluate("lost[0].vi") == "Quyền xem đã hết hạn hoặc đã bị thu hồi."
    assert not page.evaluate("videos[0].src")
    assert state(page)["what"] == "failed"


def test_a_seek_shows_the_picture_of_the_moment(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    for at_s in (3.0, 9.5, 5.25):
        page.evaluate("(us) => { times.length = 0; footage.seek(us); }", begin_us + at_s * S)
        wait(page, "times.length > 0")
        page.wait_for_timeout(150)
        (stamp,) = page.evaluate("stamp()")
        assert abs(stamp * 1000 - begin_us - at_s * S) < 300_000
        assert state(page)["what"] == "paused"


def test_playback_moves_at_each_speed_and_steps_picture_by_picture(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    for speed in (0.5, 1, 4, 8):
        page.evaluate("([us, speed]) => { footage.seek(us); footage.play(speed); }", [begin_us + S, speed])
        wait(page, "states.at(-1)?.what === 'playing'")
        page.wait_for_timeout(600)
        first, begun = page.evaluate("[footage.now(), performance.now()]")
        page.wait_for_timeout(1_000)
        last, ended = page.evaluate("[footage.now(), performance.now()]")
        assert (last - first) / 1000 / (ended - begun) == pytest.approx(speed, rel=0.2)
    page.evaluate("(us) => { footage.pause(); footage.seek(us); }", begin_us + 4 * S)
    wait(page, "states.at(-1)?.what === 'paused'")
    moments = []
    for direction in (1, 1, 1, -1, -1):
        page.evaluate("(direction) => footage.step(direction)", direction)
        page.wait_for_timeout(300)
        moments.append(page.evaluate("stamp()")[0])
    forward, back = moments[1] - moments[0], moments[3] - moments[2]
    assert (forward, back) == (100, -100), moments


def test_two_cameras_stay_at_the_same_moment(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S, tiles=2)
    page.evaluate("(us) => { footage.seek(us); footage.play(1); }", begin_us + 2 * S)
    wait(page, "states.filter((state) => state.what === 'playing').length >= 2")
    page.wait_for_timeout(2_500)
    apart = []
    for _ in range(10):
        page.wait_for_timeout(150)
        one, other = page.evaluate("videos.map((video) => video.currentTime)")
        apart.append(abs(one - other))
    assert sorted(apart)[8] <= 0.1, apart


def test_a_moment_without_footage_is_a_gap_and_playing_goes_on_behind_it(page, here, begin_us):
    early_us = here.pages.began_us - 30 * S
    begin(page, "playback", begin_us=early_us, end_us=early_us + 3600 * S)
    page.evaluate("(us) => footage.seek(us)", early_us)
    wait(page, "states.at(-1)?.what === 'gap'")
    page.evaluate("footage.play(1)")
    wait(page, "states.at(-1)?.what === 'playing' && times.length > 5")
    assert page.evaluate("times.at(-1)") > early_us + 25 * S


def test_a_still_is_a_picture_of_the_moment(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    page.evaluate("(us) => footage.seek(us)", begin_us + 3 * S)
    wait(page, "states.at(-1)?.what === 'paused'")
    size = page.evaluate(
        "async (us) => { const blob = await footage.still(JSON.parse(document.body.dataset.cameras)[0], us, 320);"
        " const picture = await createImageBitmap(blob); return [picture.width, picture.height]; }",
        begin_us + 4 * S,
    )
    assert size == [320, 180]
