"""The engine in a real browser, on a site whose every hop is real."""

import time
from collections import deque
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, TimeoutError, sync_playwright

from minhbach.lease import LIFE_US
from tests.centre.stream import archived

S = 1_000_000
PATIENCE_S = 60
"""A guard against waiting for good; how soon a picture comes is measured by `minhbach bench live`."""
YOUNG_S = 1.5
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]
WHAT_IS = """JSON.stringify({states, lost, times: times.slice(-3), videos: videos.map((video) => [
  video.currentTime, video.readyState, video.seeking, video.paused, Array.from({length: video.buffered.length},
  (_, at) => [video.buffered.start(at), video.buffered.end(at)])])})"""
SHOWN = "[videos[0].getVideoPlaybackQuality().totalVideoFrames, videos[0].webkitAudioDecodedByteCount]"
BEGIN = """
async ({kind, begin, end, sound, tiles, small}) => {
  const {Footage} = await import('/static/js/footage/engine.js');
  const {Viewing} = await import('/static/js/footage/viewing.js');
  const bench = await import('/bench/live.js');
  const cameras = JSON.parse(document.body.dataset.cameras).slice(0, tiles);
  window.videos = [...document.querySelectorAll('video')].slice(0, tiles);
  window.states = []; window.times = []; window.lost = [];
  window.viewing = await Viewing.open({kind, cameras, begin, end, sound, on: {refused: (words) => lost.push(words)}});
  window.footage = new Footage({
    url: document.body.dataset.streamUrl,
    lease: () => window.viewing.token,
    small,
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
    page.set_default_timeout(PATIENCE_S * 1000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{here.pages.origin}/")
    yield page
    page.close()
    assert not troubles


def begin(page, kind, *, begin_us=0, end_us=0, sound=True, tiles=1, small=0):
    asked = {"kind": kind, "begin": begin_us, "end": end_us, "sound": sound, "tiles": tiles, "small": small}
    page.evaluate(BEGIN, asked)


def wait(page, condition, seconds=PATIENCE_S):
    try:
        page.wait_for_function(condition, timeout=seconds * 1000)
    except TimeoutError:
        pytest.fail(f"not in {seconds} s: {condition}; {page.evaluate(WHAT_IS)}")


def until(page, holds):
    """Ask until it holds: what a machine that does much else delays comes true in the end, what is wrong never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not in {PATIENCE_S} s; {page.evaluate(WHAT_IS)}")
        page.wait_for_timeout(50)


def shown_more(page, count):
    """Wait until so many pictures more were shown, and some sound was heard."""
    shown, heard = page.evaluate(SHOWN)
    wait(page, f"{SHOWN}[0] >= {shown + count}")
    wait(page, f"{SHOWN}[1] > {heard}")


def stamped_us(page):
    """The moment that is burned into the picture of the first tile."""
    stamp, *_ = page.evaluate("stamp()")
    return -1 if stamp is None else stamp * 1000


def state(page, camera="quay-1"):
    found = [each for each in page.evaluate("states") if each["camera"] == camera]
    return found[-1] if found else None


def age_s(page):
    """How old the picture of the first tile is by the clock that is burned into it."""
    stamp, *_ = page.evaluate("stamp()")
    return float("inf") if stamp is None else time.time() - stamp / 1000


def test_live_pictures_are_of_now_and_move(page, here):
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, "states.some((state) => state.what === 'playing')")
    shown_more(page, 30)
    until(page, lambda: age_s(page) < YOUNG_S)
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
    until(page, lambda: age_s(page) < YOUNG_S)


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
    until(page, lambda: age_s(page) < YOUNG_S)


def test_a_lost_right_blanks_the_page_and_says_so(page, here):
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, "states.at(-1)?.what === 'playing'")
    here.pages.allowed = False
    wait(page, "lost.length > 0 && !videos[0].src")
    assert page.evaluate("lost[0].vi") == "Quyền xem đã bị thu hồi."
    assert state(page)["what"] == "failed"
    page.wait_for_timeout(LIFE_US // 1000 + 500)
    assert len(page.evaluate("lost")) == 1, "nothing is said again when the lease itself runs out"
    assert state(page)["what"] == "failed"
    here.pages.allowed = True
    page.evaluate(
        """async () => {
          const cameras = JSON.parse(document.body.dataset.cameras).slice(0, 1);
          viewing = await viewing.constructor.open({kind: 'live', cameras, sound: true});
        }"""
    )
    wait(page, "states.at(-1)?.what === 'playing'")


def test_a_seek_shows_the_picture_of_the_moment(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    burned = archived.stamps(here)
    for share in (0.2, 0.6, 0.4):
        at_us = archived.amid(here, begin_us, share)
        page.evaluate("(us) => { times.length = 0; footage.seek(us); }", at_us)
        wait(page, "times.length > 0")
        there_us = burned[round(archived.at(here, at_us) / 1000)]
        until(page, lambda: stamped_us(page) == there_us)  # noqa: B023 (asked here alone)
        assert state(page)["what"] == "paused"


def test_another_viewing_is_asked_under_its_own_lease_and_not_under_the_one_before(page, here, begin_us):
    """A restricted stretch cuts a day in two: under the morning's right the afternoon has ended before it began."""
    morning_us, noon_us = archived.amid(here, begin_us, 0.2), archived.amid(here, begin_us, 0.6)
    begin(page, "playback", begin_us=begin_us, end_us=noon_us - S)
    page.evaluate("(us) => footage.seek(us)", morning_us)
    wait(page, "times.length > 0")
    another = """async ({begin, end, at}) => {
      const {Viewing} = await import('/static/js/footage/viewing.js');
      const cameras = JSON.parse(document.body.dataset.cameras).slice(0, 1);
      const before = viewing;
      window.viewing = await Viewing.open({kind: "playback", cameras, begin, end, sound: true, on: {}});
      before.close();
      states.length = times.length = 0;
      footage.anew();
      footage.seek(at);
    }"""
    # Behind the first key frame of it: where the right begins, the picture may need one before it.
    page.evaluate(another, {"begin": noon_us, "end": noon_us + 60 * S, "at": noon_us + 3 * S})
    wait(page, "states.at(-1)?.what === 'paused' && times.length > 0")
    assert {each["what"] for each in page.evaluate("states")} <= {"waiting", "paused"}


def test_a_click_where_the_right_begins_shows_the_first_picture_that_may_be_shown(page, here, begin_us):
    """The first key frame: what depends on pictures before the right began cannot be decoded."""
    burned = archived.stamps(here)
    for after_us in (0, S // 2, S, 3 * S // 2):
        first_us = begin_us + after_us
        begin(page, "playback", begin_us=first_us, end_us=begin_us + 3600 * S)
        page.evaluate("(us) => footage.seek(us)", first_us + 2_500)
        wait(page, "states.at(-1)?.what === 'paused' && times.length > 0")
        there_us = min(each.us for each in archived.taken(here) if each.key and each.us >= first_us)
        until(page, lambda: stamped_us(page) == burned[round(there_us / 1000)])  # noqa: B023 (asked here alone)
        until(page, lambda: abs(page.evaluate("footage.now()") - there_us) < 100_000)  # noqa: B023
        page.evaluate("footage.play(1)")
        wait(page, "times.at(-1) > times[0] + 500000")
        page.evaluate("footage.close(); viewing.close()")


def test_playback_moves_at_each_speed_and_steps_picture_by_picture(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    for speed in (0.5, 1, 4, 8):
        until(page, lambda: measured_speed(page, begin_us, speed) == pytest.approx(speed, rel=0.2))  # noqa: B023
    at_us = archived.amid(here, begin_us, 0.3)
    page.evaluate("(us) => { footage.pause(); footage.seek(us); }", at_us)
    wait(page, "states.at(-1)?.what === 'paused'")
    there = [each.us for each in archived.taken(here)]
    place = there.index(archived.at(here, at_us))
    burned = archived.stamps(here)
    until(page, lambda: stamped_us(page) == burned[round(there[place] / 1000)])
    for direction, ahead in ((1, 1), (1, 2), (-1, 1), (-1, 0)):
        page.evaluate("(direction) => footage.step(direction)", direction)
        until(page, lambda: stamped_us(page) == burned[round(there[place + ahead] / 1000)])  # noqa: B023


# Of what a seek brings, all but the first message of each track waits while `late` is set.
SLOW_LINE = """async () => { window.late = true; const waiting = [], begun = new Set();
const {PlayedTile} = await import('/static/js/footage/played.js');
const {media} = PlayedTile.prototype;
PlayedTile.prototype.media = function (track, message) {
  const name = `${track} ${message.epoch}`;
  if (late && begun.has(name)) waiting.push([this, track, message]);
  else { begun.add(name); media.call(this, track, message); } };
const release = () => { const [tile, ...came] = waiting.shift(); media.apply(tile, came); };
setInterval(() => { while (!late && waiting.length) release(); }, 50); }"""


def test_steps_on_a_slow_line_wait_for_their_pictures_and_lead_to_each(page, here, begin_us):
    page.evaluate(SLOW_LINE)
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S, sound=False)
    at_us = archived.amid(here, begin_us, 0.3)
    page.evaluate("(us) => footage.seek(us)", at_us)
    wait(page, "states.at(-1)?.what === 'paused'")
    there = [each.us for each in archived.taken(here)]
    place, burned = there.index(archived.at(here, at_us)), archived.stamps(here)
    page.evaluate("for (let step = 0; step < 20; step += 1) footage.step(1); setTimeout(() => { late = false; }, 300)")
    until(page, lambda: stamped_us(page) == burned[round(there[place + 20] / 1000)])
    assert page.evaluate("footage.now()") == pytest.approx(there[place + 20], abs=1_000)


def measured_speed(page, begin_us, speed):
    """Seconds of footage in a second, over one of them, from a second after the begin."""
    page.evaluate("([us, speed]) => { footage.seek(us); footage.play(speed); }", [begin_us + S, speed])
    wait(page, "states.at(-1)?.what === 'playing'")
    page.wait_for_timeout(500)
    first, begun = page.evaluate("[footage.now(), performance.now()]")
    page.wait_for_timeout(1_000)
    last, ended = page.evaluate("[footage.now(), performance.now()]")
    return (last - first) / 1000 / (ended - begun)


def test_two_cameras_stay_at_the_same_moment(page, here, begin_us):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S, tiles=2)
    page.evaluate("(us) => { footage.seek(us); footage.play(1); }", begin_us + 2 * S)
    wait(page, "states.filter((state) => state.what === 'playing').length >= 2")
    apart = deque([1.0] * 10, maxlen=10)

    def in_step():
        one, other = page.evaluate("videos.map((video) => video.currentTime)")
        apart.append(abs(one - other))
        page.wait_for_timeout(100)
        return sorted(apart)[8] <= 0.1

    until(page, in_step)


# What has come for the second tile waits while `late` is set.
LATE = """async () => { window.late = true; const waiting = [];
const {PlayedTile} = await import('/static/js/footage/played.js');
const {media} = PlayedTile.prototype;
PlayedTile.prototype.media = function (track, message) {
  if (this.video !== videos[1]) media.call(this, track, message);
  else waiting.push([this, track, message]); };
const release = () => { const [tile, ...came] = waiting.shift(); media.apply(tile, came); };
setInterval(() => { while (!late && waiting.length) release(); }, 50); }"""


def test_a_camera_whose_footage_comes_late_stops_no_other_for_long_says_so_and_is_in_step_when_it_comes(
    page, here, begin_us
):
    page.evaluate(LATE)
    begin(page, "playback", begin_us=begin_us - 5 * S, end_us=begin_us + 60 * S, sound=False, tiles=2)
    page.evaluate(f"footage.seek({begin_us}); footage.play(0.5)")
    wait(page, "footage.now() > 0 && videos[0].readyState > 2")
    wait(page, f"footage.now() > {begin_us + S}")
    wait(page, "states.some(({camera, what}) => camera === 'quay-2' && ['waiting', 'stalled'].includes(what))")
    page.evaluate("window.held = []; setInterval(() => held.push(videos[0].paused), 100)")
    page.wait_for_timeout(3_000)
    assert page.evaluate("held.filter(Boolean).length / held.length") < 0.2, "the other goes on"
    page.evaluate("late = false")
    wait(page, "states.filter(({camera}) => camera === 'quay-2').at(-1).what === 'playing'")
    wait(page, "Math.abs(videos[0].currentTime - videos[1].currentTime) < 0.1")


def test_a_moment_without_footage_is_a_gap_and_playing_goes_on_behind_it(page, here, begin_us):
    early_us = here.pages.began_us - 30 * S
    begin(page, "playback", begin_us=early_us, end_us=early_us + 3600 * S)
    page.evaluate("(us) => footage.seek(us)", early_us)
    wait(page, "states.at(-1)?.what === 'gap'")
    page.evaluate("footage.play(1)")
    wait(page, "states.at(-1)?.what === 'playing' && times.length > 5")
    assert page.evaluate("times.at(-1)") > early_us + 25 * S


def test_a_step_on_from_a_moment_without_footage_leads_to_the_first_picture_behind_the_gap(page, here, begin_us):
    early_us = here.pages.began_us - 30 * S
    begin(page, "playback", begin_us=early_us, end_us=early_us + 3600 * S)
    page.evaluate("(us) => footage.seek(us)", early_us)
    wait(page, "states.at(-1)?.what === 'gap'")
    page.evaluate("footage.step(1)")
    wait(page, "states.at(-1)?.what === 'paused' && times.length > 0")
    assert page.evaluate("footage.now()") > early_us + 25 * S


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


def test_a_tile_out_of_sight_lets_go_of_its_bytes_and_comes_back(page, here):
    tiles: list[tuple[float, int]] = []

    def received(data):
        if isinstance(data, bytes) and data[0] == 3:
            tiles.append((time.monotonic(), data[1]))

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    page.reload()
    begin(page, "live", sound=False, tiles=2)
    page.evaluate("footage.live()")
    wait(page, "new Set(states.filter((state) => state.what === 'playing').map((state) => state.camera)).size === 2")
    page.evaluate("videos[0].style.display = 'none'")
    page.wait_for_timeout(2_500)
    since_s = time.monotonic()
    page.evaluate("times.length = 0")
    wait(page, "times.length > 5")  # the time is told by a tile that is seen
    assert {tile for at_s, tile in tiles if at_s > since_s} == {1}
    page.evaluate("states.length = 0; videos[0].style.display = ''")
    wait(page, "states.at(-1)?.what === 'playing' && states.at(-1).camera === 'quay-1'")
    until(page, lambda: all(stamp and time.time() - stamp / 1000 < YOUNG_S for stamp in page.evaluate("stamp()")))


@pytest.mark.parametrize("code", ["purpose", "restricted", "over", "refused"])
def test_how_a_right_ended_is_told_apart(page, here, code):
    words = {"vi": "Khung giờ hạn chế.", "en": "Restricted hours.", "code": code}
    page.route("**/renew", lambda route: route.fulfill(status=403, json=words))
    page.evaluate(
        """async () => {
          const {Viewing} = await import('/static/js/footage/viewing.js');
          window.told = [];
          const on = Object.fromEntries(['refused', 'purpose', 'restricted', 'over'].map(
            (name) => [name, (words) => told.push([name, words.code, words.vi])]));
          const cameras = JSON.parse(document.body.dataset.cameras);
          window.viewing = await Viewing.open({kind: 'live', cameras, on});
        }"""
    )
    page.wait_for_function("told.length > 0")
    assert page.evaluate("told") == [[code, code, "Khung giờ hạn chế."]]
    assert page.evaluate("viewing.token") is None
