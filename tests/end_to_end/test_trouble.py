"""A camera is covered in front of a whole running site: what its technician sees, until it is well again.

Real camera, recorder, decode child, fabric, worker, pages and Chromium: the fault comes through all of it.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import RunningSite, enter

CAMERA = "phong-tiep-dan"
PATIENCE_S = 300
"""How soon a covered camera is found is held by `tests/edge/health/test_watch.py` on a clock of its own, and measured
by `minhbach bench health`.
"""


@pytest.fixture
def trouble(site: RunningSite) -> Iterator[Path]:
    """The file in which the trouble of a camera of the other commune is written; well at the end."""
    file = Path(os.environ["MINHBACH_DATA"]) / "site" / "cameras" / CAMERA
    yield file
    file.write_text("well")


def row(page: Page) -> str:
    """What the technician's table says of the room of that camera."""
    page.goto(page.url)
    line = page.locator("#health tbody tr").filter(has_text="Đông Lạc").filter(has_text="Phòng tiếp công dân")
    return line.inner_text()


def until(page: Page, words: str, *, there: bool) -> None:
    """Wait until the table says so, or says it no more."""
    deadline = time.monotonic() + PATIENCE_S
    while (words in row(page)) != there:
        assert time.monotonic() < deadline, row(page)
        page.wait_for_timeout(1000)


def shown(page: Page, name: str) -> bytes:
    """The still that the page shows, as a picture of it."""
    image = page.locator(f"#still-{name}")
    expect(image).to_be_visible(timeout=60_000)
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    return image.screenshot()


def test_a_covered_camera_reaches_its_technician_with_stills_clocks_and_its_end(
    browser: Browser, site: RunningSite, trouble: Path
) -> None:
    with browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN") as context:
        page = enter(context, site, "kythuat", "/ky-thuat")
        assert "Camera bị che" not in row(page)
        trouble.write_text("covered")
        until(page, "Camera bị che", there=True)

        page.locator("#health td a", has_text="Camera bị che").last.click()
        page.wait_for_url(re.compile("su-co"))
        fault = page.url
        expect(page.locator("main")).to_contain_text("Gỡ vật che")
        expect(page.locator("section", has_text="Đã báo cho ai").last).to_contain_text("Lý Thành Công")
        expect(page.locator("section", has_text="Thời hạn").last).to_contain_text("Bắt đầu sửa trong 4 giờ làm việc")
        page.click("#show-stills")
        assert shown(page, "before") != shown(page, "after")
        expect(page.locator("#stills-said")).to_contain_text("ghi vào nhật ký")

        page.fill("#note", "Có người treo áo lên camera, đã gỡ.")
        page.get_by_role("button", name="Bắt đầu sửa").click()
        expect(page.locator("section", has_text="Đã làm gì").last).to_contain_text("đã gỡ")
        expect(page.locator(".duties")).to_contain_text("đúng hạn")

        trouble.write_text("well")
        page.goto(f"{site.url}/ky-thuat")
        until(page, "Camera bị che", there=False)
        page.goto(fault)
        expect(page.locator("main")).to_contain_text("Đã hết")
        # Its right to stills ends with the fault.
        expect(page.locator("#show-stills")).to_have_count(0)
