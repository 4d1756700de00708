"""The page a check leaves: what its strips show, that it says all in words too, and that every eye can read it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from minhbach.edge.check import page, strips
from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.style import STYLE
from minhbach.edge.check.timeline import Stretch, Timeline
from minhbach.ledger.audit import Witnessed
from minhbach.ledger.findings import Finding
from tests.edge.check.recorded import Archive, flip

S = 1_000_000
HOUR = 3600 * S
DAY = 24 * HOUR
MIDNIGHT_US = 1_790_010_000 * S  # 00:00 in Vietnam, 22 September 2026
NOW_US = MIDNIGHT_US + 40 * HOUR


def shown(
    lines: list[Timeline], findings: list[Finding] | None = None, witnessed: list[Witnessed] | None = None
) -> str:
    result = Inspection(Path("kho"), lines, witnessed or [], 1234, findings or [])
    return page.render(result, now_us=NOW_US, quick=False, witnessed=witnessed is not None)


def line(*parts: Stretch, name: str = "quay-1") -> Timeline:
    return Timeline(name, list(parts))


class Words(HTMLParser):
    """What stands on a page, and whether its tags fit together."""

    EMPTY = frozenset({"meta", "br", "rect", "path", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# --- strips -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin_us", "length_us", "first", "last", "labels"),
    [
        (MIDNIGHT_US + 9 * HOUR + 3 * S, 24 * S, "09:00:00", "09:00:30", 7),
        (MIDNIGHT_US + 9 * HOUR + 7 * 60 * S, 20 * 60 * S, "09:05", "09:30", 6),
        (MIDNIGHT_US + 9 * HOUR, 2 * HOUR + 50 * 60 * S, "09:00", "12:00", 7),
        (MIDNIGHT_US + 8 * HOUR, 11 * HOUR, "08:00", "20:00", 7),
        (MIDNIGHT_US - 600 * S, 1200 * S, "23:50", "00:10", 5),
    ],
)
def test_a_short_archive_gets_one_strip_over_its_own_minutes(
    begin_us: int, length_us: int, first: str, last: str, labels: int
) -> None:
    (window,) = strips.windows([Stretch(begin_us, begin_us + length_us)])
    assert (window.ticks[0], window.ticks[-1], len(window.ticks)) == (first, last, labels)
    assert window.begin_us <= begin_us
    assert begin_us + length_us <= window.end_us
    assert length_us > (window.end_us - window.begin_us) * 0.6, "most of the strip shows something"


def test_a_strip_over_midnight_names_both_days() -> None:
    (window,) = strips.windows([Stretch(MIDNIGHT_US - 60 * S, MIDNIGHT_US + 60 * S)])
    assert window.title == "21/09 – 22/09/2026"


def test_a_long_archive_gets_a_strip_per_vietnamese_day_newest_first() -> None:
    found = strips.windows([Stretch(MIDNIGHT_US - HOUR, MIDNIGHT_US + 30 * HOUR)])
    assert [window.title for window in found] == ["23/09/2026", "22/09/2026", "21/09/2026"]
    assert all(window.end_us - window.begin_us == DAY for window in found)
    assert found[1].begin_us == MIDNIGHT_US


def test_a_clock_that_began_in_1970_does_not_make_twenty_thousand_strips() -> None:
    parts = [Stretch(1_000, NOW_US, "recorder_stopped"), Stretch(NOW_US, NOW_US + HOUR)]
    assert len(strips.windows(parts)) <= strips.SHOWN_DAYS + 1
    assert shown([line(*parts)]).count('class="row"') <= strips.SHOWN_DAYS


def test_nothing_recorded_yet_needs_no_strip() -> None:
    assert strips.windows([]) == []
    assert "Chưa có bản ghi" in shown([line()])
    assert "minhbach record" in shown([])


# --- what it says -------------------------------------------------------------------------------------


def test_every_strip_says_in_words_what_it_shows() -> None:
    gap = Stretch(MIDNIGHT_US + HOUR, MIDNIGHT_US + 2 * HOUR, "camera_unreachable")
    lost = Finding("file_altered", "2026", 1, "quay-1", "main", MIDNIGHT_US, MIDNIGHT_US + 10 * S, {"path": "x.mp4"})
    text = shown([line(Stretch(MIDNIGHT_US, gap.begin_us), gap)], [lost])
    words = Words(text)
    labels = [each["aria-label"] for each in words.named("svg") if each.get("role") == "img"]
    assert labels == ["22/09/2026: 1 giờ 00 phút có bản ghi, 1 giờ 00 phút trống, 1 phát hiện"]
    assert "Không có đường mạng tới camera" in text
    assert "camera_unreachable" not in text


def test_findings_stand_in_a_table_with_camera_begin_end_and_what() -> None:
    found = [
        Finding("file_altered", "2026", 1, "quay-1", "main", MIDNIGHT_US, MIDNIGHT_US + 10 * S, {"path": "x.mp4"}),
        Finding("archive_file_damaged", values={"path": "disk.json"}),
    ]
    words = Words(shown([line(Stretch(MIDNIGHT_US, MIDNIGHT_US + HOUR))], found))
    assert [each["data-head"] for each in words.named("td")] == ["Camera", "Từ", "Đến", "Nội dung"] * 2
    for piece in ("Có 2 phát hiện", "quay-1", "22/09/2026 00:00:00", "22/09/2026 00:00:10", "disk.json"):
        assert any(piece in text for text in words.text)


def test_what_a_stranger_wrote_cannot_become_part_of_the_page() -> None:
    evil = "<script>alert(1)</script>\"'"
    text = shown(
        [line(Stretch(0, HOUR, evil), name=evil)], [Finding("file_unlogged", "", -1, evil, None, 1, 2, {"path": evil})]
    )
    assert "<script" not in text
    assert Words(text).open == []


@pytest.mark.parametrize(
    ("witnessed", "words"),
    [
        (None, "chưa đối chiếu"),
        ([Witnessed("2026", 0, 10, None)], "không có chữ ký nào"),
        ([Witnessed("2026", 0, 1000, NOW_US // S), Witnessed("2026", 1000, 1234, None)], "1.000 trên 1.234 mục"),
    ],
)
def test_the_verdict_says_what_the_witness_is_worth(witnessed: list[Witnessed] | None, words: str) -> None:
    text = shown([line(Stretch(MIDNIGHT_US, MIDNIGHT_US + HOUR))], witnessed=witnessed)
    assert words in text
    assert ("UNWITNESSED" in text) == (words != "1.000 trên 1.234 mục")


def test_long_lists_end_with_how_many_are_left_out() -> None:
    gaps = [Stretch(MIDNIGHT_US + at * 60 * S, MIDNIGHT_US + at * 60 * S + S, "stream_lost") for at in range(1700)]
    text = shown([line(*gaps)])
    assert "Còn 1.200 dòng nữa" in text
    assert "1.700 lần" in text


def test_a_real_archive_makes_a_whole_page(archive: Archive) -> None:
    flip(archive.target().path, -1)
    text = page.render(archive.check(), now_us=NOW_US, quick=False, witnessed=False)
    words = Words(text)
    assert words.open == []
    assert words.named("html")[0]["lang"] == "vi"
    assert [len(words.named(tag)) for tag in ("main", "h1")] == [1, 1]
    assert not words.named("script") + words.named("link") + words.named("img"), "one file, no network"
    assert "21/09/2026" in text


# --- every eye ----------------------------------------------------------------------------------------


def colours(dark: bool) -> dict[str, str]:
    light, _, night = STYLE.partition("prefers-color-scheme:dark")
    found = dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", light))
    return {**found, **dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", night))} if dark else found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_signs_stand_out_from_their_ground(dark: bool) -> None:
    look = colours(dark)
    for ink in ("ink", "ink2"):
        assert contrast(look[ink], look["ground"]) >= 4.5
        assert contrast(look[ink], look["surface"]) >= 4.5
    for sign in ("ok", "late", "fault"):
        assert contrast(look[sign], look["surface"]) >= 3
    assert contrast(look["late"], look["unseen-soft"]) >= 3


@pytest.fixture
def chromium(needs):
    path = needs("chromium")
    with sync_playwright() as playwright:
        words = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=words)
        yield browser
        browser.close()


def test_nothing_is_cut_off_on_a_phone_and_every_cell_keeps_its_heading(archive: Archive, tmp_path, chromium) -> None:
    archive.target().path.unlink()
    target = tmp_path / "page.html"
    target.write_text(page.render(archive.check(quick=True), now_us=NOW_US, quick=True, witnessed=False), "utf-8")
    view = chromium.new_page(viewport={"width": 390, "height": 800})
    view.goto(target.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") == 390
    heading = view.evaluate("getComputedStyle(document.querySelector('td'), '::before').content")
    assert heading == '"Camera"'
    view.emulate_media(media="print", color_scheme="dark")
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert view.evaluate("getComputedStyle(document.body).color") == "rgb(26, 28, 31)", "dark ink also from a dark desk"
