"""Every account of the demo gets in with one press, finds a start page, and every way its bar shows opens."""

from playwright.sync_api import Browser

from tests.site import RunningSite


def test_every_demo_account_enters_and_every_way_it_is_shown_opens(browser: Browser, site: RunningSite) -> None:
    door = browser.new_context().new_page()
    door.goto(f"{site.url}/dang-nhap")
    names = door.locator("#demo-accounts tbody tr td:nth-child(2)").all_inner_texts()
    assert len(names) >= 10
    for number, name in enumerate(names):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site.url}/dang-nhap")
        with page.expect_navigation(url=f"{site.url}/") as entered:
            page.locator("#demo-accounts tbody tr").nth(number).get_by_role("button").click()
        assert entered.value.status == 200, name
        for way in page.locator("nav.places a").all():
            answer = context.request.get(site.url + (way.get_attribute("href") or ""))
            assert answer.status == 200, (name, way.get_attribute("href"))
        context.close()
