"""A site with a province in it, and a browser that is signed in as any of its people."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import kept
from tests.centre.look.province import PASSWORD
from tests.site import PATIENCE_MS, checks

AXE = checks("axe-core/axe.min.js")
#: An office's screen, a telephone, the screen on the wall; the office's screen at 200 %, and 1280 pixels at 400 %.
SIZES = {
    "desk": (1366, 768),
    "phone": (390, 844),
    "wall": (1920, 1080),
    "twice as large": (683, 384),
    "four times": (320, 256),
}


@dataclass
class House:
    """Where the pages are, and the ids of what can be opened."""

    address: str
    ids: dict[str, str]


@pytest.fixture(scope="session")
def house(django_db_modify_db_settings: None) -> House:
    """The pages over a database of their own: one for all workers, and none of its tests changes a row."""
    found = json.loads(kept.ask("house"))
    return House(f"http://127.0.0.1:{found.pop('port')}", found)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, house: House) -> Callable[[str], Any]:
    """The cookies of a person who signed in once, by name; none for nobody."""
    kept: dict[str, Any] = {}

    def state(who: str) -> Any:
        if who not in kept:
            context = browser.new_context()
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(f"{house.address}/dang-nhap")
            page.fill("#id_username", who)
            page.fill("#id_password", PASSWORD)
            page.press("#id_password", "Enter")
            page.wait_for_url(f"{house.address}/")
            kept[who] = context.storage_state()
            context.close()
        return kept[who]

    return state


class Visits:
    """Opens pages as somebody, on a screen of a size, in a language and a light; keeps what their scripts complain."""

    def __init__(self, browser: Browser, house: House, signed_in: Callable[[str], Any]) -> None:
        self._browser, self._house, self._signed_in = browser, house, signed_in
        self._opened: list[BrowserContext] = []
        self._kept: dict[tuple[str, str, str], BrowserContext] = {}
        self._window: tuple[tuple[str, str, str], Page] | None = None
        self.complaints: list[str] = []

    def __call__(
        self, path: str, who: str = "", size: str = "desk", language: str = "vi", theme: str = "light"
    ) -> Page:
        """A page that has been drawn with its own faces, in a browser that was never here before."""
        context = self._context(who, language, theme)
        self._opened.append(context)
        return self._draw(self._open(context), path, size)

    def again(self, path: str, who: str = "", size: str = "desk", language: str = "vi", theme: str = "light") -> Page:
        """As above, in a window that knows the sheets, scripts and faces from the page before, and axe already."""
        key = (who, language, theme)
        if key not in self._kept:
            self._kept[key] = self._context(*key)
            self._kept[key].add_init_script(path=AXE)
        if self._window is None or self._window[0] != key:
            self._close_window()
            self._window = key, self._open(self._kept[key])
        return self._draw(self._window[1], path, size)

    def _context(self, who: str, language: str, theme: str) -> BrowserContext:
        context = self._browser.new_context(storage_state=self._signed_in(who) if who else None)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(
            [{"name": n, "value": v, "url": self._house.address} for n, v in (("language", language), ("theme", theme))]
        )
        return context

    def _open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        return page

    def _draw(self, page: Page, path: str, size: str) -> Page:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(self._house.address + path)
        page.evaluate("document.fonts.ready")
        return page

    def _close_window(self) -> None:
        if self._window is not None:
            self._window[1].close()
            self._window = None

    def leave(self) -> None:
        """Close every page but the window that is used again, and forget what was complained."""
        for context in self._opened:
            context.close()
        self._opened.clear()
        self.complaints.clear()

    def close(self) -> None:
        """Close everything."""
        self.leave()
        self._close_window()
        for context in self._kept.values():
            context.close()


@pytest.fixture(scope="module")
def visits(browser: Browser, house: House, signed_in) -> Iterator[Visits]:
    """What the pages of a module are opened with."""
    visits = Visits(browser, house, signed_in)
    yield visits
    visits.close()


@pytest.fixture
def visit(visits: Visits) -> Iterator[Visits]:
    """Open pages."""
    yield visits
    visits.leave()
