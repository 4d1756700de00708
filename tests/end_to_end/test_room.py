"""A person at the room's page of a whole running site: live, yesterday under a purpose, a bookmark, the way back.

Real recorder, fabric, stream, decoder and Chromium. What the strip alone must do is held in
`tests/centre/footage/test_timeline_script.py`; how fast footage comes, in the live bench.
"""

import bisect
import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.centre.stream import archived
from tests.site import PATIENCE_MS, RunningSite, enter

LONG_MS = PATIENCE_MS


@pytest.fixture
def room(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """The one-stop room of the chairman's commune, live."""
    with browser.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = enter(context, site, "chutich", "/tuong")
        way = page.locator("#cameras li", has_not_text="x").first.get_attribute("data-way")
        page.goto(f"{site.url}{way}")
        page.wait_for_selector("body[data-ready]")
        yield page


def said(page: Page) -> str:
    """What the slider says: the moment, and what each camera has."""
    return page.locator(".timeline-surface").get_attribute("aria-valuetext") or ""


def until(page: Page, words: str) -> None:
    """Wait for an expression to be true; asked from outside, because the page's policy forbids to evaluate inside."""
    deadline = time.monotonic() + LONG_MS / 1000
    while not page.evaluate(words):
        assert time.monotonic() < deadline, words
        page.wait_for_timeout(50)


def wait_for_pictures(page: Page) -> None:
    """Until every tile shows moving or standing pictures."""
    until(
        page,
        "[...document.querySelectorAll('figure video')].every((video) => video.readyState >= 2 && video.videoWidth)",
    )


def say_why(page: Page) -> None:
    """Write the purpose that playback asks for; one that is still open from before is good for this room."""
    until(page, "document.querySelector('#purpose[open], #purpose-line:not([hidden])') !== null")
    if page.locator("#purpose[open]").count():
        page.fill("#purpose-field", "Phản ánh PA-2026-0123: chờ lâu ở Quầy 2")
        page.click("#purpose-ok")


def test_the_room_is_live_without_a_question_and_says_who_watches(room: Page) -> None:
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_have_text("Trực tiếp")
    expect(room.locator("#live")).to_have_attribute("aria-pressed", "true")
    expect(room.locator("#watching")).to_contain_text("1 người đang xem", timeout=LONG_MS)
    expect(room.locator("figure .state").first).to_contain_text("Có hình", timeout=LONG_MS)


def yesterday_at_nine(page: Page) -> None:
    """Lead the room's page to a moment that the demo's past has footage of."""
    wait_for_pictures(page)
    yesterday = page.evaluate(
        "new Date(Date.now() - 86400e3).toLocaleDateString('sv-SE', {timeZone: 'Asia/Ho_Chi_Minh'})"
    )
    page.goto(f"{page.url.split('?')[0]}?luc={yesterday}T09:00:00")
    say_why(page)


def test_a_past_moment_asks_for_a_purpose_and_then_shows_that_moment(room: Page) -> None:
    yesterday_at_nine(room)
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    expect(room.locator("#purpose-text")).to_have_text(re.compile("PA-2026-0123"))
    expect(room.locator("#purpose-left")).to_contain_text("còn")
    assert said(room).startswith("09:0")
    room.keyboard.press("k")
    expect(room.locator("figure .state").first).to_have_text("Đang dừng")
    before = said(room)
    room.keyboard.press("ArrowLeft")
    until(room, f"document.querySelector('.timeline-surface').ariaValueText !== {json.dumps(before)}")
    assert "T09:0" in room.url or "T08:59" in room.url  # the address leads back to what is shown


def told_to_the_centre(page: Page, address: str) -> None:
    """Says something to the API from within the page, as another window of the same person would."""
    csrf = page.locator("#main").get_attribute("data-csrf")
    answer = page.request.post(
        f"{page.url.split('/phong/')[0]}/api/{address}",
        headers={"X-CSRFToken": csrf or "", "Referer": page.url, "Content-Type": "application/json"},
        data="{}",
    )
    assert answer.ok, answer.text()


def close_the_purpose(page: Page) -> None:
    """The open purpose of this room ends, as if its time had run out."""
    [known] = page.request.get(f"{page.url.split('/phong/')[0]}/api/purposes?room={room_of(page)}").json()["purposes"]
    told_to_the_centre(page, f"purposes/{known['id']}/close")


def test_when_the_purpose_ends_it_is_asked_anew_and_the_page_goes_on_where_it_was(room: Page) -> None:
    yesterday_at_nine(room)
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    room.keyboard.press("k")
    expect(room.locator("figure .state").first).to_have_text("Đang dừng")
    before = said(room)
    close_the_purpose(room)
    expect(room.locator("#purpose[open]")).to_be_visible(timeout=LONG_MS)
    room.keyboard.press("Escape")
    expect(room.locator("#notices")).to_contain_text("Chưa ghi mục đích")
    assert room.locator("figure .none:visible").count() == room.locator("figure:visible").count()
    room.locator("#notices button").click()
    say_why(room)
    wait_for_pictures(room)
    expect(room.locator("#notices .notice")).to_have_count(0)
    expect(room.locator("figure .state").first).to_have_text("Đang dừng")
    assert said(room) == before


def test_pausing_live_shows_the_moment_just_past_and_the_address_leads_there(room: Page) -> None:
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_have_text("Trực tiếp")
    before = room.evaluate("Date.now()") / 1000
    room.keyboard.press("k")
    after = room.evaluate("Date.now()") / 1000
    say_why(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    until(room, "location.search.includes('luc=')")
    led = room.evaluate("Date.parse(new URLSearchParams(location.search).get('luc') + '+07:00')") / 1000
    # A commune's clock may be seconds off, and the picture told of is up to a second old; live itself is not 8 s past.
    assert before - 20 < led < after - 8
    assert said(room).startswith(room.evaluate("new URLSearchParams(location.search).get('luc').slice(11)"))


def room_of(page: Page) -> str:
    """The id of the room."""
    return page.locator("#main").get_attribute("data-room") or ""


def test_a_viewing_that_was_ended_elsewhere_says_so_and_is_opened_again_by_a_button(room: Page) -> None:
    wait_for_pictures(room)
    with room.expect_response(lambda answer: answer.url.endswith("/api/viewings")) as opening:
        room.keyboard.press("End")
    told_to_the_centre(room, f"viewings/{opening.value.json()['viewing']}/close")
    expect(room.locator("#notices")).to_contain_text("kết thúc", timeout=LONG_MS)
    expect(room.locator("figure .state").first).to_have_text("Không xem được")
    room.locator("#notices button").click()
    wait_for_pictures(room)
    expect(room.locator("figure .state").first).to_contain_text("Có hình", timeout=LONG_MS)


def test_a_page_whose_script_does_not_come_says_so_by_itself(browser: Browser, site: RunningSite) -> None:
    with browser.new_context() as context:
        page = enter(context, site, "chutich", "/tuong")
        way = page.locator("#cameras li").first.get_attribute("data-way")
        page.route("**/js/room/session*.js", lambda route: route.abort())
        page.goto(f"{site.url}{way}")
        expect(page.locator("#unready")).to_be_visible(timeout=LONG_MS)
        cookies = context.cookies()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies([{**cookie, "url": None} for cookie in cookies])
        page = context.new_page()
        page.goto(f"{site.url}{way}")
        expect(page.get_by_text("JavaScript")).to_be_visible(timeout=LONG_MS)


def test_a_small_picture_stands_over_the_strip_while_the_pointer_is_there(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("k")  # looking at the moment just past is playback: it asks why
    say_why(room)
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    box = room.locator(".timeline-surface").bounding_box()
    assert box
    moment = float(room.locator(".timeline-surface").get_attribute("aria-valuenow") or 0)
    assert moment
    row = room.locator(".timeline-name.of-camera").first.bounding_box()
    assert row
    # Somewhere on the strip there is footage: a young site has a minute of it, and the strip hears of it in seconds.
    deadline, across = time.monotonic() + LONG_MS / 1000, 0.0
    while not room.locator("#peek-said").inner_text().endswith("có hình"):
        assert time.monotonic() < deadline, room.locator("#peek-said").inner_text()
        across = (across + 7) % (box["width"] - 2)
        room.mouse.move(box["x"] + box["width"] - 1 - across, row["y"] + row["height"] / 2)
    until(room, "document.getElementById('peek-image').naturalWidth > 0")


def test_a_bookmark_is_set_by_key_and_taken_back(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("b")
    room.fill("#bookmark-field", "Hướng dẫn tận tình")
    room.keyboard.press("Enter")
    toast = room.locator(".toast", has_text="Hướng dẫn tận tình")
    expect(toast).to_be_visible(timeout=LONG_MS)
    with room.expect_response(lambda answer: answer.request.method == "DELETE") as taken:
        toast.locator("button").click()
    assert taken.value.status == 204


def test_a_range_is_held_by_key_and_the_recorder_takes_the_order(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("h")
    expect(room.locator("#holding")).to_be_visible()
    room.keyboard.press("Enter")
    expect(room.locator("#hold-error")).to_contain_text("lý do")
    room.fill("#hold-reason", "Xác minh phản ánh")
    room.keyboard.press("Enter")
    toast = room.locator(".toast", has_text="đang chờ đầu ghi xác nhận")
    expect(toast).to_be_visible(timeout=LONG_MS)
    toast.locator("button").click()
    room.wait_for_url("**/giu-lai/*")
    expect(room.locator("#hold dd").first).to_have_text("Đang giữ", timeout=LONG_MS)
    expect(room.locator("#orders")).to_be_visible()


def test_every_key_that_is_listed_does_what_it_says(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("k")
    say_why(room)
    wait_for_pictures(room)
    paused(room)
    room.keyboard.press("Space")
    playing(room)
    room.keyboard.press("l")
    expect(room.locator("#speed")).to_have_value("2")
    room.keyboard.press("j")
    expect(room.locator("#shuttle")).to_have_text("Lùi 1×")
    room.keyboard.press("k")
    expect(room.locator("#shuttle")).to_be_hidden()
    paused(room)
    for key, far in {"ArrowLeft": -5, "Shift+ArrowLeft": -60, "ArrowRight": 5, "PageUp": -100}.items():
        before = now_of(room)
        room.keyboard.press(key)
        assert (now_of(room) - before) * far > 0
    span = zoom_of(room)
    room.keyboard.press("+")
    until(room, f"document.querySelector('#zooms [aria-pressed=true]')?.textContent !== {json.dumps(span)}")
    room.keyboard.press("-")
    until(room, f"document.querySelector('#zooms [aria-pressed=true]')?.textContent === {json.dumps(span)}")
    room.keyboard.press("[")
    room.keyboard.press("Shift+ArrowRight")
    room.keyboard.press("]")
    expect(room.locator("#pick-length")).to_have_text("1 phút")
    room.keyboard.press("Escape")
    expect(room.locator("#pick-times")).to_have_text("")
    room.keyboard.press("s")
    expect(room.locator("figure.loud")).to_have_count(1)
    room.keyboard.press("s")
    expect(room.locator("figure.loud")).to_have_count(0)
    for key, dialog in {"b": "#bookmarking", "h": "#holding", "?": "#keys"}.items():
        room.keyboard.press(key)
        expect(room.locator(dialog)).to_be_visible()
        room.keyboard.press("Escape")
        expect(room.locator(dialog)).to_be_hidden()
        until(room, "document.activeElement === document.body")  # a dialog gives the focus back after it closed
    room.keyboard.press("d")
    expect(room.locator("#days-leaf")).to_be_visible()
    room.keyboard.press("Escape")
    room.keyboard.press("Home")
    expect(room.locator("#day-words")).to_have_text(re.compile(r"\d\d/\d\d/\d{4}"))
    assert said(room).startswith("00:00:00")
    before = now_of(room)
    room.keyboard.press("n")
    until(room, f"Number(document.querySelector('.timeline-surface').ariaValueNow) !== {before}")
    room.keyboard.press("End")
    expect(room.locator("#live")).to_have_attribute("aria-pressed", "true", timeout=LONG_MS)


def test_one_picture_takes_the_whole_place_without_bars_and_gives_it_back_by_escape(room: Page) -> None:
    figures = room.locator("#pictures figure:visible")
    count = figures.count()
    assert count > 1
    small = widths(room)
    room.keyboard.press("1")
    expect(figures).to_have_count(1)
    [large] = widths(room)
    assert large > max(small)
    room.keyboard.press("Escape")
    expect(figures).to_have_count(count)
    assert widths(room) == pytest.approx(small, abs=1)


def widths(page: Page) -> list[float]:
    """Of the places of pictures, each of the shape that a picture has."""
    boxes = [place.bounding_box() for place in page.locator("#pictures .shown:visible").all()]
    assert all(box and box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.03) for box in boxes)
    return [box["width"] for box in boxes if box]


def test_a_step_is_one_picture_there_and_back(room: Page, site: RunningSite) -> None:
    wait_for_pictures(room)
    line = room.locator("figure.camera").first.get_attribute("data-line") or ""
    # Where recording has just begun there is nothing to step back to.
    for _ in range(300):
        if {int(time.time() - s) for s in lately_taken(site, line)}.issuperset(range(20, 40)):
            break
        room.wait_for_timeout(1000)
    else:
        pytest.fail("nothing was taken in the twenty seconds that a step leads back to")
    room.keyboard.press("k")
    say_why(room)
    wait_for_pictures(room)
    paused(room)
    expect(room.locator("figure .state").first).to_have_text("Đang dừng", timeout=LONG_MS)
    stood = place_of(room)
    room.keyboard.press("ArrowLeft")  # away from what the recorder has not sealed yet: there is no step beyond that
    until(room, f"Math.abs(document.querySelector('figure video').currentTime - {stood}) > 1")
    wait_for_pictures(room)
    paused(room)
    places = [place_of(room)]
    for key in (".", ".", ".", ".", ",", ",", ",", ","):
        room.keyboard.press(key)
        until(room, f"Math.abs(document.querySelector('figure video').currentTime - {places[-1]}) > 0.001")
        room.wait_for_timeout(100)
        places.append(place_of(room))
    # A camera on a busy machine leaves pictures out: what a step must not pass over is what the recorder has.
    taken = lately_taken(site, line)
    shown = [bisect.bisect(taken, place + 0.001) - 1 for place in places]
    assert [each - shown[0] for each in shown] == [0, 1, 2, 3, 4, 3, 2, 1, 0], (places, taken[shown[0] : shown[0] + 9])


def lately_taken(site: RunningSite, line: str) -> list[float]:
    """When each picture was taken that the recorder of a line has sealed in the last minutes, in Unix seconds."""
    recorder, _, camera = line.partition("/")
    archives = (site.data / "recorders").glob("*/archive")
    [archive] = (each for each in archives if recorder in (each / "archive.json").read_text("utf-8"))
    since = time.strftime("%Y%m%dT%H%M%S", time.gmtime(time.time() - 300))  # as files are named
    late = [file for file in (archive / "footage" / camera / "main").rglob("*.mp4") if file.name >= since]
    return sorted(each.us / 1_000_000 for file in late for each in archived.pictures(file))


def place_of(page: Page) -> float:
    """Where in its media the first picture is, s."""
    return float(page.evaluate("document.querySelector('figure video').currentTime"))


def now_of(page: Page) -> float:
    """The moment at the playhead, s."""
    return float(page.locator(".timeline-surface").get_attribute("aria-valuenow") or 0)


def zoom_of(page: Page) -> str:
    """What the strip shows, as its button says it."""
    return page.locator("#zooms [aria-pressed=true]").inner_text()


def playing(page: Page) -> None:
    """Until it plays."""
    expect(page.locator("body.playing")).to_have_count(1, timeout=LONG_MS)


def paused(page: Page) -> None:
    """Until it stands."""
    expect(page.locator("body:not(.playing)")).to_have_count(1, timeout=LONG_MS)


def test_one_key_enlarges_a_picture_and_every_key_on_the_page_is_listed(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("1")
    expect(room.locator("figure.camera:visible")).to_have_count(1)
    room.keyboard.press("0")
    assert room.locator("figure.camera:visible").count() > 1
    room.keyboard.press("?")
    listed = room.locator("#keys").inner_text()
    for key in ("Space", "J", "K", "L", "←", "→", "[", "]", "N", "M", "S", "B", "C", "D", "H", "End", ",", "."):
        assert key in listed
