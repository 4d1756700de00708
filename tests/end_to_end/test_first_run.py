"""A technician's first ten minutes: an empty room becomes a recorded room with an accepted picture, page by page.

Everything is real: the pages in a browser, the enrolment file they hand out, a recorder started with it as a process of
its own, a camera behind RTSP with a password, the fabric between them.
"""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec
from tests.edge.uplink.announcing import announcing
from tests.photographs import photograph
from tests.site import PATIENCE_MS, RunningSite, enter

COMMUNE = "UBND xã Tân Giang Thủy"
MINUTES = 10


@contextmanager
def recorder(enrolment: Path, archive: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "minhbach", "record", "--centre", str(enrolment), "--archive", str(archive)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def open_a_room(page: Page) -> None:
    """The administrator opens the room; the page goes on to its set-up."""
    page.get_by_role("link", name=COMMUNE).click()
    page.get_by_role("link", name="Thêm phòng").click()
    page.fill("#id_name", "Điểm tiếp nhận số 2")
    page.get_by_role("button", name="Thêm phòng và lắp đặt").click()
    page.get_by_role("link", name="Thêm quầy").click()
    page.get_by_role("button", name="Thêm quầy").click()


def add_a_recorder(page: Page, folder: Path) -> Path:
    """The recorder's enrolment file, as the page hands it out."""
    page.get_by_role("link", name="Thêm đầu ghi").click()
    page.fill("#id_name", "Đầu ghi điểm số 2")
    page.fill("#id_networks", "127.0.0.1/32")
    page.get_by_role("button", name="Thêm đầu ghi").click()
    page.get_by_role("button", name="Tệp ghi danh").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Lập và tải tệp").click()
    enrolment = folder / "enrolment.toml"
    download.value.save_as(enrolment)
    enrolment.chmod(0o600)
    return enrolment


def add_a_camera(page: Page, address: str, spec: CameraSpec) -> None:
    page.get_by_role("link", name="Thêm camera").first.click()
    page.wait_for_load_state()
    way = page.get_by_role("link", name="Dùng địa chỉ này")
    with announcing():
        for _ in range(5):  # where no camera answered in time a person asks once more
            with page.expect_response(re.compile("/tim-camera"), timeout=PATIENCE_MS):
                page.get_by_role("button", name="Tìm camera").click()
            page.wait_for_timeout(500)
            if way.is_visible():
                break
        way.click()
    assert page.input_value("#id_address") == "rtsp://127.0.0.1:554/"
    page.fill("#id_label", "Camera quầy")
    page.fill("#id_address", address)
    page.fill("#id_user_name", spec.user)
    page.get_by_text("Thu âm thanh").click()
    page.get_by_text("Quầy 1").first.click()
    page.fill("#id_password", "mật khẩu nhầm")
    page.get_by_role("button", name="Thử và lưu camera").click()
    expect(page.locator("#outcome")).to_contain_text("Camera từ chối", timeout=PATIENCE_MS)
    assert page.input_value("#id_label") == "Camera quầy", "what was typed is gone"
    assert page.input_value("#id_password") == "mật khẩu nhầm"
    page.fill("#id_password", spec.password or "")
    page.get_by_role("button", name="Thử và lưu camera").click()
    first = page.locator("#trial img")
    expect(first).to_be_visible(timeout=PATIENCE_MS)
    assert first.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("link", name="Đúng, tiếp tục lắp đặt").click()


def hang_a_sign(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Lập biển").click()
    page.get_by_role("link", name="Đã treo: gửi ảnh").click()
    picture = folder / "bien.jpg"
    picture.write_bytes(photograph())
    page.set_input_files("#id_photo", picture)
    page.fill("#id_where", "Bên phải cửa chính")
    page.get_by_role("button", name="Lưu ảnh và ghi nhận").click()


def test_an_empty_room_becomes_a_recorded_room_with_an_accepted_picture_in_ten_minutes(
    browser: Browser, site: RunningSite, tmp_path: Path
) -> None:
    began = time.monotonic()
    administrator = enter(browser.new_context(), site, "quantri", "/don-vi")
    open_a_room(administrator)
    room = administrator.url.rsplit("/", 2)[1]
    page = enter(browser.new_context(accept_downloads=True), site, "kythuat", f"/phong/{room}/lap-dat")
    enrolment = add_a_recorder(page, tmp_path)
    spec = CameraSpec("diem-2", "DIEM TIEP NHAN 2")
    with hosted([spec]) as cameras, recorder(enrolment, tmp_path / "archive"):
        # The recorder's page goes on by itself once the recorder has called.
        expect(page.get_by_text("Đầu ghi đã kết nối")).to_be_visible(timeout=PATIENCE_MS)
        add_a_camera(page, f"rtsp://127.0.0.1:{cameras[0].port}/main", spec)
        hang_a_sign(page, tmp_path)
        page.get_by_role("button", name="Bắt đầu ghi").click()
        page.get_by_role("link", name="Camera quầy").last.click()
        accept(page)
        expect(page.locator("#verdicts .status.ok")).to_have_count(2)
    page.goto(f"{site.url}/phong/{room}/lap-dat")
    expect(page.locator("li.done")).to_have_count(6)  # all but the acceptance; the commune has its people
    expect(page.locator("#nghiem-thu .status.ok")).to_have_count(2)
    assert time.monotonic() - began < MINUTES * 60


def accept(page: Page) -> None:
    """The still appears, and both parties are said to be seen."""
    image, again = page.locator("#still img"), page.locator("[data-again]")
    for _ in range(8):
        expect(again).to_be_enabled(timeout=PATIENCE_MS)
        if image.is_visible():
            break
        page.wait_for_timeout(8000)
        again.click()
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") > 0
    for number in (0, 1):
        page.locator("#verdicts button[value=yes]").nth(number).click()
        expect(page.locator("#verdicts .status.ok")).to_have_count(number + 1)
