"""A site with a province in it, and a browser that is signed in as any of its people."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.centre.look.province import PASSWORD

#: An office's screen, a telephone, the screen on the wall.
SIZES = {"desk": (1366, 768), "phone": (390, 844), "wall": (1920, 1080)}


@dataclass
class House:
    """Where the pages are, and the ids of what can be opened."""

    address: str
    ids: dict[str, str]


@pytest.fixture(scope="session")
def house(django_db_modify_db_settings: None, checkout: Path) -> Iterator[House]:
    """The pages over a database of their own."""
    name = f"look_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    environment = {**os.environ, "MINHBACH_DEMO": "1", "MINHBACH_STREAM_URL": "ws://127.0.0.1:9"}
    command = [sys.executable, "-m", "tests.centre.look.site", name]
    server = subprocess.Popen(
        command, cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout
        line = server.stdout.readline()
        assert line, f"the site ended with {server.wait(10)}"
        found = json.loads(line)
        yield House(f"http://127.0.0.1:{found.pop('port')}", found)
        server.terminate()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, house: House) -> Callable[[str], Any]:
    """The cookies of a person who signed in once, by name; none for nobody."""
    kept: dict[str, Any] = {}

    def state(who: str) -> Any:
        if who not in kept:
            context = browser.new_context()
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
        self.complaints: list[str] = []

    def __call__(
        self, path: str, who: str = "", size: str = "desk", language: str = "vi", theme: str = "light"
    ) -> Page:
        """A page that has been drawn with its own faces."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, storage_state=self._signed_in(who) if who else None
        )
        self._opened.append(context)
        context.add_cookies(
            [{"name": n, "value": v, "url": self._house.address} for n, v in (("language", language), ("theme", theme))]
        )
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.goto(self._house.address + path)
        page.evaluate("document.fonts.ready")
        return page

    def close(self) -> None:
        """Leave every page."""
        for context in self._opened:
            context.close()


@pytest.fixture
def visit(browser: Browser, house: House, signed_in) -> Iterator[Visits]:
    """Open pages."""
    visits = Visits(browser, house, signed_in)
    yield visits
    visits.close()
