"""The demo as a person meets it: started once, signed in to, looked at."""

from playwright.sync_api import Browser

from tests.site import RunningSite, enter


def test_a_person_signs_in_and_finds_a_room_with_yesterdays_footage(browser: Browser, site: RunningSite) -> None:
    page = enter(browser.new_context(), site, "chutich")
    assert page.url == f"{site.url}/"
    assert "Bộ phận Một cửa" in page.inner_text("main")
