"""A whole running site for tests: the demo with three days of past, once for the run, and a browser to look at it.

It ends with the last test that asks for it: its cameras and recorders work as long as it stands.

Ask for `site` (its address, the password of every demo account) and for `browser` (real Chromium, no network but this
machine); `enter(context, site, "thanhtra")` gives a page that is signed in. What one test changes there, the next one
sees: tests that need a state of their own use the database of `tests/centre`.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import kept

PASSWORD = "Minh-Bach-2026"
PATIENCE_MS = 60_000
"""A guard against waiting for good: what a busy machine delays comes in the end, what is wrong never does."""
expect.set_options(timeout=PATIENCE_MS)
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


#: Fixtures that stand for an engine of the run (`tests.keeper`) which ends with the last test that asks for it.
ENDING = ("site", "house")
#: How many of the tests that were chosen ask for each.
NEEDED = pytest.StashKey[dict[str, int]]()


@dataclass(frozen=True, slots=True)
class RunningSite:
    """Where the pages are, and how every account of the demo signs in."""

    url: str
    password: str = field(default=PASSWORD, repr=False)

    @property
    def data(self) -> Path:
        """Its folder: recorders' archives, logs, packages."""
        return Path(os.environ["MINHBACH_DATA"]) / "site"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count who needs what; every worker counts the same."""
    needed = [name for item in session.items for name in engines(item)]
    session.config.stash[NEEDED] = {name: needed.count(name) for name in ENDING}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Count who has needed it."""
    answer = yield
    for name in engines(item):
        kept.done_with(name, item.config.stash[NEEDED][name])
    return answer


def engines(item: pytest.Item) -> list[str]:
    """Those that a test needs; what a file makes for itself under the same name is another thing."""
    known = getattr(item, "_fixtureinfo", None)
    made = known.name2fixturedefs if known else {}
    return [name for name in ENDING if made.get(name) and not made[name][-1].baseid.endswith(".py")]


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
    context.set_default_timeout(PATIENCE_MS)
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
