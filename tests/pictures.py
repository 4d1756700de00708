"""The pictures of the README: taken from a running site by a browser, never drawn.

`python -m tests.pictures URL` takes them anew into `docs/pictures` from a demo that runs there. The suite takes them
from its own site as well, so that each of them can still be taken.
"""

import datetime
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from tests.site import ARGUMENTS, RunningSite, enter

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PURPOSE = "Phản ánh PA-2026-0123: chờ lâu ở Quầy 2"
PLAYING = "() => [...document.querySelectorAll('video')].filter(v => v.videoWidth > 0 && !v.paused).length >= {count}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: whose screen, which page, what must be seen on it before it is taken."""

    name: str
    who: str
    path: str
    ready: Callable[[Page], None]
    size: tuple[int, int] = (1366, 768)


def _playing(count: int) -> Callable[[Page], None]:
    def wait(page: Page) -> None:
        page.wait_for_function(PLAYING.format(count=count), timeout=60_000)

    return wait


def _played_back(page: Page) -> None:
    yesterday = datetime.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) - datetime.timedelta(days=1)
    room = page.locator("#cameras li[data-way*='/phong/']").first.get_attribute("data-way")
    page.goto(f"{page.url.removesuffix('/tuong')}{room}?luc={yesterday:%Y-%m-%d}T09:04:12")
    # A purpose that this account still has open is not asked for again.
    page.locator("#purpose-field:visible, #purpose-line:visible").first.wait_for()
    if page.locator("#purpose-field").is_visible():
        page.fill("#purpose-field", PURPOSE)
        page.click("#purpose-ok")
    _playing(2)(page)


def _told(page: Page) -> None:
    """The newest fault that this person was told of, with its pictures where they may still be seen."""
    page.locator("main a[href*='/su-co/']").first.click()
    page.get_by_text("Đã báo cho ai").wait_for()
    stills = page.locator("#show-stills")
    if stills.count():
        stills.click()
        page.locator("#still-before:visible").wait_for()


def _shown(text: str) -> Callable[[Page], None]:
    def wait(page: Page) -> None:
        page.locator("main").get_by_text(text).first.wait_for()

    return wait


PICTURES = (
    Picture("room", "chutich", "/tuong", _played_back),
    Picture("wall", "chutich", "/tuong", _playing(3), (1920, 1080)),
    Picture("technician", "kythuat", "/ky-thuat", _shown("UBND xã Mộc Xuyên")),
    Picture("fault", "kythuat", "/thong-bao", _told),
    Picture("viewings", "kiemsoat", "/nhat-ky-xem", _shown("Nhật ký xem")),
)


def take(picture: Picture, browser: Browser, site: RunningSite, folder: Path) -> Path:
    """Take one picture; what it shows must be there within half a minute."""
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    try:
        page = enter(context, site, picture.who, picture.path)
        picture.ready(page)
        page.evaluate("document.fonts.ready")
        # Sound curves, states and the clock of the data come a moment after the picture.
        page.wait_for_timeout(3000)
        file = folder / f"{picture.name}.jpg"
        page.screenshot(path=file, type="jpeg", quality=82)
        return file
    finally:
        context.close()


def main(url: str) -> None:
    """Take all of them into the documents."""
    FOLDER.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for picture in PICTURES:
            print(take(picture, browser, RunningSite(url), FOLDER))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
