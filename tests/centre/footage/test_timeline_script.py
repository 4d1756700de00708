"""The timeline in a real Chromium: wheel, mouse, finger, keys, and the words for who does not see it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.centre.footage.strip import (
    DAY,
    FOOTAGE,
    HOUR,
    LOST,
    MIDNIGHT,
    MINUTE,
    SECOND,
    Strip,
    at,
    camera,
    day,
)


@pytest.fixture
def strip(browser: Browser) -> Iterator[Strip]:
    with browser.new_context(viewport={"width": 1200, "height": 500}) as context:
        made = Strip(context, day())
        yield made
        assert made.errors == []


def test_the_wheel_zooms_at_the_pointer(strip):
    x, y = strip.point(0.25)
    under = strip.shown_at(0.25)
    strip.page.mouse.move(x, y)
    for _ in range(5):
        strip.page.mouse.wheel(0, -200)
    strip.settle()
    span = strip.ask("strip.shown.span")
    assert span < HOUR
    assert abs(strip.shown_at(0.25) - under) < span / 200  # half a hundredth of what is shown: a few pixels


def test_the_strip_shows_from_a_day_to_ten_seconds_and_no_more(strip):
    x, y = strip.point(0.5)
    strip.page.mouse.move(x, y)
    for delta, span in ((240, DAY), (-240, 10 * SECOND)):
        for _ in range(40):
            strip.page.mouse.wheel(0, delta)
        strip.settle()
        assert round(strip.ask("strip.shown.span")) == span


def test_a_click_on_a_camera_goes_to_that_moment_of_it(strip):
    where = strip.fraction(at(10, 30))
    strip.page.mouse.click(*strip.point(where, number=1))
    [seek] = strip.told("seek")
    assert seek["camera"] == "c1"
    assert abs(seek["us"] - at(10, 30)) < 30 * SECOND


def test_dragging_over_the_cameras_scrubs_and_ends_with_one_seek(strip):
    begin = strip.shown_at(0)
    strip.page.mouse.move(*strip.point(0.6))
    strip.page.mouse.down()
    for step in range(1, 9):
        strip.page.mouse.move(*strip.point(0.6 + step * 0.02))
        strip.page.wait_for_timeout(40)
    assert strip.told("scrub")
    assert strip.told("seek") == []
    strip.page.mouse.up()
    [seek] = strip.told("seek")
    assert abs(seek["us"] - strip.shown_at(0.76)) < MINUTE
    assert strip.shown_at(0) == begin


def test_dragging_the_ruler_moves_the_window_and_seeks_nothing(strip):
    begin = strip.shown_at(0)
    strip.page.mouse.move(*strip.point(0.3, "ruler"))
    strip.page.mouse.down()
    strip.page.mouse.move(*strip.point(0.5, "ruler"), steps=4)
    strip.page.mouse.up()
    strip.settle()
    assert abs(begin - strip.shown_at(0) - HOUR) < MINUTE
    assert strip.told("seek") == []


def test_nothing_is_sought_that_has_not_come_yet(strip):
    strip.ask("strip.level(24 * 3600e6)")
    strip.settle()
    strip.page.mouse.click(*strip.point(strip.fraction(at(20))))
    assert strip.told("seek")[0]["us"] == at(15, 41, 7)


@pytest.mark.parametrize(
    ("key", "moved"),
    [
        ("ArrowLeft", -5 * SECOND),
        ("ArrowRight", 5 * SECOND),
        ("Shift+ArrowLeft", -MINUTE),
        ("Shift+ArrowRight", MINUTE),
        ("PageUp", -150 * MINUTE),
        ("PageDown", 150 * MINUTE),
    ],
)
def test_keys_move_the_playhead(strip, key, moved):
    strip.press(key)
    assert strip.told("seek")[0]["us"] == at(9, 4, 12) + moved


def test_home_is_the_start_of_the_day(strip):
    strip.press("Home")
    assert strip.told("seek")[0]["us"] == MIDNIGHT


def test_a_range_is_marked_by_its_ends_and_cleared_by_escape(strip):
    strip.press("[")
    strip.press("Shift+ArrowRight")
    strip.press("]")
    assert strip.told("range")[-1] == {"begin": at(9, 4, 12), "end": at(9, 5, 12)}
    strip.press("Escape")
    assert strip.told("range")[-1] is None


def test_an_edge_of_the_range_is_dragged(strip):
    strip.ask(f"strip.setRange({{begin: {at(9)}, end: {at(9, 30)}}})")
    strip.page.mouse.move(*strip.point(strip.fraction(at(9, 30))))
    strip.page.mouse.down()
    strip.page.mouse.move(*strip.point(strip.fraction(at(10))), steps=3)
    strip.page.mouse.up()
    last = strip.told("range")[-1]
    assert last["begin"] == at(9)
    assert abs(last["end"] - at(10)) < MINUTE
    assert strip.told("seek") == []


def test_keys_go_from_gap_to_gap_and_from_mark_to_mark(strip):
    strip.press("n")
    assert strip.told("seek")[-1]["us"] == at(9, 57, 50)  # ten seconds before: one wants to see how it began
    strip.press("Shift+N")
    assert strip.told("seek")[-1]["us"] == at(7, 41, 50)
    strip.press("m")
    assert strip.told("mark")[-1]["mark"]["text"] == "Dân đến sớm"
    strip.press("m")
    assert strip.told("seek")[-1]["us"] == at(10, 5)


def test_a_key_with_ctrl_is_the_browsers(strip):
    strip.press("Control+ArrowRight")
    assert strip.told("seek") == []


def test_the_slider_says_the_moment_and_what_each_camera_has(strip):
    strip.ask(f"strip.seek({at(8)})")
    words = strip.surface.get_attribute("aria-valuetext")
    assert words.startswith("08:00:00, thứ Sáu 20/11/2026")
    assert "Quầy 1 và 2: có hình" in words
    assert "Quầy 3 và 4: Mất điện, 07:42:00–08:22:00, 40 phút" in words


def test_restricted_time_says_no_more_than_that(strip):
    strip.ask(f"strip.seek({at(14, 10)})")
    words = strip.surface.get_attribute("aria-valuetext")
    assert words.count("hạn chế") == 2
    assert "có hình" not in words


def test_the_table_in_words_tells_every_gap_of_the_day_and_leads_before_it(strip):
    strip.ask("window.spell()")
    table = strip.page.locator("table")
    assert "có 100 % thời gian, không có khoảng trống" in table.inner_text()
    assert table.locator("tbody tr").count() == 4
    line = table.locator("tr", has_text="Mất điện")
    assert [cell.inner_text() for cell in line.locator("td").all()] == [
        "Quầy 3 và 4", "07:42:00", "08:22:00", "40 phút", "Mất điện",
    ]  # fmt: skip
    line.locator("button").click()
    assert strip.told("seek")[-1]["us"] == at(7, 41, 50)


def test_the_window_follows_the_playhead_until_somebody_looks_elsewhere(strip):
    strip.ask(f"strip.time({at(13)})")
    strip.settle()
    assert 0 <= strip.fraction(at(13)) <= 1
    strip.ask(f"strip.pan(-{4 * HOUR})")
    begin = strip.shown_at(0)
    strip.ask(f"strip.time({at(13, 0, 5)})")
    strip.settle()
    assert strip.shown_at(0) == begin


def test_nothing_is_drawn_while_nothing_moves(strip):
    strip.settle()
    strip.page.wait_for_timeout(100)
    strip.ask("(() => { window.frames_ = 0; const real = requestAnimationFrame;"
              " window.requestAnimationFrame = (f) => { frames_ += 1; return real(f); }; })()")  # fmt: skip
    strip.page.wait_for_timeout(400)
    assert strip.ask("frames_") == 0


def test_a_month_of_eight_failing_cameras_draws_within_a_frame(browser):
    data = day()
    step = 10 * MINUTE
    begins = range(MIDNIGHT - 30 * DAY, at(15), step)
    edges = [*(edge for begin in begins for edge in (begin, begin + step - MINUTE)), begins[-1] + step]
    kinds = [FOOTAGE, LOST] * len(begins)
    data["cameras"] = [camera(f"c{number}", f"Quầy {number}", edges, kinds) for number in range(8)]
    with browser.new_context(viewport={"width": 1200, "height": 700}) as context:
        strip = Strip(context, data)
        spent = strip.ask(
            "(() => { const spent = []; for (const span of [24 * 3600e6, 3600e6, 60e6, 10e6]) {"
            " strip.shown.show(strip.playhead - span / 2, span, false);"
            " for (let i = 0; i < 10; i += 1) { strip.dirty = {strip: true, over: true};"
            " const from = performance.now(); strip.paint(0); spent.push(performance.now() - from); } }"
            " return spent.sort((a, b) => a - b)[spent.length / 2]; })()"
        )
        assert spent < 16.7


def test_what_came_since_is_joined_to_what_was_there(strip):
    since = at(15)
    newer = {**day(), "now": at(16), "known_until": at(16)}
    newer["cameras"] = [
        camera("c0", "Quầy 1 và 2", [since, at(15, 50), at(16)], [FOOTAGE, LOST]),
        camera("c1", "Quầy 3 và 4", [since, at(16)], [FOOTAGE]),
    ]
    strip.ask(f"void strip.update({json.dumps(newer)}, {since})")
    first, second = strip.ask("strip.model.cameras.map(({runs, gaps}) => [runs.flat, gaps.flat])")
    assert first == [[MIDNIGHT - 5 * DAY, at(15, 50)], [at(15, 50), at(16)]]
    assert second[0][-2:] == [at(10, 1), at(16)]
    assert second[1] == [at(7, 42), at(8, 22), at(9, 58), at(10, 1)]
    assert strip.ask("strip.model.any.flat") == [MIDNIGHT - 5 * DAY, at(16)]
    assert strip.ask("strip.model.now") == at(16)


def test_a_day_before_a_merger_bears_the_name_of_then(strip):
    assert strip.ask(f"strip.model.nameThen({MIDNIGHT - 3 * DAY})") == "Xã Cũ"
    assert strip.ask(f"strip.model.nameThen({at(9)})") == ""


def test_other_cameras_than_before_are_read_anew(strip):
    newer = {**day(), "cameras": [camera("c9", "Quầy 9", [at(14), at(16)], [FOOTAGE])]}
    strip.ask(f"void strip.update({json.dumps(newer)}, {at(15)})")
    assert strip.ask("strip.model.cameras.map(({id, runs}) => [id, runs.flat])") == [["c9", [at(14), at(16)]]]
    assert strip.ask("strip.rows.filter(({kind}) => kind === 'camera').length") == 1


def test_a_finger_moves_time_beneath_the_playhead(browser):
    with browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True) as context:
        strip = Strip(context, day())
        assert abs(strip.fraction(at(9, 4, 12)) - 0.5) < 0.01
        x, y = strip.point(0.5)
        touch = context.new_cdp_session(strip.page)
        points = [[{"x": x, "y": y}], *([{"x": x - 20 * step, "y": y}] for step in range(1, 4))]
        for kind, where in zip(["touchStart", "touchMove", "touchMove", "touchMove"], points, strict=True):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})
            strip.page.wait_for_timeout(30)
        strip.page.wait_for_timeout(150)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        strip.page.wait_for_function("told.some(([kind]) => kind === 'seek')")
        seek = strip.told("seek")[-1]["us"]
        assert seek > at(9, 4, 12) + 20 * MINUTE
        assert abs(strip.fraction(seek) - 0.5) < 0.01
        assert strip.errors == []


@pytest.mark.parametrize(("status", "said"), [(200, "không đúng dạng"), (502, "mã 502")])
def test_an_answer_that_is_no_json_is_told_in_words_and_not_in_the_scripts(strip, status, said):
    page = {"status": status, "body": "<!doctype html><p>Đăng nhập mạng</p>", "content_type": "text/html"}
    strip.page.route("**/api/rooms", lambda route: route.fulfill(**page))
    words = strip.ask(
        "import('/static/js/room/api.js').then(({ask}) => ask('GET', '/api/rooms')).catch(({message}) => message)"
    )
    assert said in words
    assert "technician" not in words
    assert "JSON.parse" not in words
    assert "token" not in words
