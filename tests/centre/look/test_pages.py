"""Every page of the product in a real browser: whole on every screen, clean for axe, in both languages."""

from typing import Any

import pytest
from django.urls import URLPattern
from playwright.sync_api import Page

from minhbach.centre import urls
from minhbach.centre.access.guard import Guarded
from tests.centre.look.conftest import AXE, SIZES
from tests.centre.look.pages import NO_PAGES, PAGES, Seen

#: Only what is wrong is told in full: for what is right it would describe every element of the page.
AXE_RUN = "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
#: Person after person, so that a window serves many pages.
IN_TURN = sorted(PAGES, key=lambda seen: seen.who)
every_page = pytest.mark.parametrize("seen", IN_TURN, ids=lambda seen: seen.name)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page, a line for each kind. The policy of the page forbids scripts from a test."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(AXE_RUN)
    return [f"{v['id']}: {[node['target'] for node in v['nodes']][:3]}" for v in found["violations"]]


def test_every_page_that_exists_is_looked_at() -> None:
    patterns = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    pages = {each.name for each in patterns if isinstance(each.callback, Guarded) and "GET" in each.callback.methods}
    assert pages - NO_PAGES - {seen.route for seen in PAGES} == set()


@every_page
def test_a_page_is_whole_on_every_screen_and_its_scripts_and_policy_hold(seen: Seen, house, visit) -> None:
    page = visit.again(seen.at(house.ids), seen.who)
    assert page.locator("h1").count() == 1
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"wider than {width} pixels"
        assert name != "desk" or faults(page) == []
    broken = [text for text in visit.complaints if "uncaught" in text or "Content Security Policy" in text]
    assert broken == []


@every_page
def test_a_page_can_be_read_in_the_dark_in_english_and_on_a_telephone(seen: Seen, house, visit) -> None:
    page = visit.again(seen.at(house.ids), seen.who, language="en", theme="dark", size="phone")
    assert page.locator("html").get_attribute("lang") == "en"
    assert faults(page) == []
