"""A whole running site for tests: the demo with three days of past, once for the run, and a browser to look at it.

Ask for `site` (its address, the password of every demo account) and for `browser` (real Chromium, no network but this
machine); `enter(context, site, "thanhtra")` gives a page that is signed in. What one test changes there, the next one
sees: tests that need a state of their own use the database of `tests/centre`.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import kept

PASSWORD = "Minh-Bach-2026"
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


@dataclass(frozen=True, slots=True)
class RunningSite:
    """Where the pages are, and how every account of the demo signs in."""

    url: str
    password: str = field(default=PASSWORD, repr=False)


@pytest.fixture(scope="session")
def site() -> RunningSite:
    """The site of this run; the first test that asks waits until it is ready."""
    return RunningSite(kept.ask("site"))


@pytest.fixture(scope="module")
def browser(needs: Callable[[str], str]) -> Iterator[Browser]:
    """One Chromium for a module's tests; each makes contexts of its own.

    Not for a whole worker: while Playwright runs, no other test of that process can run a loop of its own.
    """
    program = needs("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


def enter(context: BrowserContext, site: RunningSite, username: str, path: str = "/") -> Page:
    """A page of that account, signed in through the form as a person does."""
    page = context.new_page()
    page.goto(f"{site.url}/dang-nhap?next={path}")
    page.fill("#id_username", username)
    page.fill("#id_password", site.password)
    with page.expect_navigation():
        page.press("#id_password", "Enter")
    return page


def checks(name: str) -> Path:
    """A script that only tests load into a page, such as `axe-core/axe.min.js`."""
    return Path(sys.prefix) / "web" / "checks" / name
