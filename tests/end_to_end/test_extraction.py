"""Footage leaves the house, in real Chromium: one asks, two others sign, a technician packs, a court checks.

Behind the tests that sign in with every account: it turns on one-time codes for one of them.
"""

import json
import subprocess
import sys
import zipfile
from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from minhbach.centre.access.one_time import code_at, step_of
from minhbach.ledger.pyz import build_pyz
from tests.photographs import photograph
from tests.site import RunningSite, enter

VIETNAM = timezone(timedelta(hours=7))
MINUTE_US = 60_000_000
BUILT_S = 600
ASKER, CHAIRMAN, CHIEF, VICE, TECHNICIAN = "motcua", "chutich", "chanhvanphong", "chutich.tinh", "kythuat"
PURPOSE = "Xác minh phản ánh về thái độ phục vụ"
CITIZEN = "Lê Thị Hạnh"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Office:
    """Everybody at their own screen; the site by its name, since keys belong to names."""

    def __init__(self, browser: Browser, site: RunningSite) -> None:
        self._browser = browser
        self._site = RunningSite(site.url.replace("127.0.0.1", "localhost"), site.password)
        self._pages: dict[str, Page] = {}

    @property
    def password(self) -> str:
        """Of every account."""
        return self._site.password

    def at(self, who: str, path: str) -> Page:
        """Somebody opens a page; signed in the first time."""
        if who not in self._pages:
            self._pages[who] = enter(self._browser.new_context(), self._site, who)
        page = self._pages[who]
        page.goto(self._site.url + path)
        return page

    def offline(self) -> BrowserContext:
        """The browser of somebody who has the package and no network."""
        return self._browser.new_context(offline=True)

    def context(self, who: str) -> BrowserContext:
        """Their browser."""
        return self._pages[who].context

    def url(self, path: str) -> str:
        return self._site.url + path

    def give_key(self, who: str) -> None:
        """A virtual key that checks its owner, added on the page as a person does."""
        page = self.at(who, "/khoa-bao-mat")
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.fill("#id_label", "Khóa ở bàn làm việc")
        page.fill("#id_password", self._site.password)
        with page.expect_navigation():
            page.click("form[data-key] button.primary")

    def ask(self, who: str, minute: int, purpose: str, *, seconds: int = 20, kind: str = "original") -> str:
        """Twenty seconds of yesterday morning leave; returns the request's address."""
        room = str(self.at(who, "/tuong").locator("#cameras li").first.get_attribute("data-way")).partition("?")[0]
        begin = datetime.now(VIETNAM).replace(hour=8, minute=minute, second=0, microsecond=0) - timedelta(days=1)
        begin_us = round(begin.timestamp()) * 1_000_000
        page = self.at(who, f"{room}/trich-xuat?tu={begin_us}&den={begin_us + seconds * 1_000_000}")
        for box in page.locator("input[name=cameras]").all()[1:]:
            box.uncheck()
        page.check(f"input[name=kind][value={kind}]")
        page.fill("#id_purpose", purpose)
        page.fill("#id_legal_basis", "Quyết định số 12/QĐ-UBND")
        page.fill("#id_receiver_body", "Công an xã Mộc Xuyên")
        page.fill("#id_receiver_name", "Trung tá Nguyễn Văn Hùng")
        with page.expect_navigation():
            page.click("form .button.primary")
        return page.url.removeprefix(self._site.url)

    def press(self, who: str, path: str, button: str) -> Page:
        """Somebody opens a page and presses the button of one of its forms, named by the end of where it goes."""
        page = self.at(who, path)
        with page.expect_navigation():
            page.click(f"form[action$='{button}'] button")
        return page

    def take_in(self, minute: int, seconds: int) -> str:
        """A citizen asks the counter for a copy of seconds of yesterday morning; returns the request's address."""
        way = self.at(ASKER, "/tuong").locator("#cameras li").first
        room = str(way.get_attribute("data-way")).partition("?")[0].removeprefix("/phong/")
        page = self.at(ASKER, f"/phong/{room}/yeu-cau-du-lieu")
        begin = datetime.now(VIETNAM).replace(hour=8, minute=minute, second=0, microsecond=0) - timedelta(days=1)
        asked = {
            "wanted": "copy", "cameras": [page.locator("input[name=cameras]").first.get_attribute("value")],
            "begin": begin.isoformat(), "end": (begin + timedelta(seconds=seconds)).isoformat(), "name": CITIZEN,
            "contact": "Thôn 3, xã Mộc Xuyên", "identity": "card", "document": "001185012345",
        }  # fmt: skip
        token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        made = page.request.post(
            self.url(f"/api/rooms/{room}/subject-requests"), data=asked,
            headers={"X-CSRFToken": token, "Referer": page.url},
        )  # fmt: skip
        assert made.ok, made.text()
        return f"/yeu-cau-du-lieu/{made.json()['id']}"

    def sign(self, who: str, extraction: str) -> dict[str, str]:
        """Approve with the key; returns what the browser sent."""
        page = self.at(who, extraction)
        with page.expect_request("**/duyet") as sent, page.expect_navigation():
            page.click("form[data-key=sign] button.primary")
        assert "Đã duyệt" in page.inner_text("body")
        return {name: str(value) for name, value in (sent.value.post_data_json or {}).items()}

    def build(self, extraction: str) -> Page:
        """The technician has the package made and waits for it."""
        page = self.at(TECHNICIAN, extraction)
        page.click("form[action$='lap-goi'] button")
        page.wait_for_selector("form[action$='goi.zip']", timeout=BUILT_S * 1000)
        return page

    def copy_out(self, extraction: str, folder: Path) -> tuple[Path, Path]:
        """The package as the technician takes it, the keys as the office sends them on another way."""
        page = self.at(TECHNICIAN, extraction)
        with page.expect_download() as taken:
            page.click("form[action$='goi.zip'] button")
        package, keys = folder / "goi.zip", folder / "khoa.txt"
        taken.value.save_as(package)
        keys.write_bytes(self.context(ASKER).request.get(self.url(f"{extraction}/khoa.txt")).body())
        return package, keys

    def stage(self, who: str, extraction: str) -> str:
        return self.at(who, extraction).locator("#steps-title ~ .end").inner_text()

    def approvals(self, extraction: str) -> int:
        """How many count, by the page's own steps."""
        done = self.at(ASKER, extraction).locator(".steps li.done h3").all_inner_texts()
        return sum(words.startswith("Duyệt") for words in done)


def _code(typed: str, ahead: int) -> str:
    """The code of this moment, or of the next: phones may be that far off."""
    secret = b32decode("".join(typed.split()))
    return code_at(secret, step_of(datetime.now(UTC)) + ahead)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Of a sheet of paper."""
    (tmp_path / "bien-ban.jpg").write_bytes(photograph())
    return tmp_path / "bien-ban.jpg"


@pytest.fixture(scope="module")
def office(browser: Browser, site: RunningSite) -> Office:
    found = Office(browser, site)
    for who in (CHAIRMAN, CHIEF):
        found.give_key(who)
    return found


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, Path], tuple[int, str]]:
    """The court's single file, alone: the exit code and what it said."""
    tool = build_pyz(tmp_path_factory.mktemp("court") / "minhbach-verify.pyz")

    def verify(package: Path, keys: Path) -> tuple[int, str]:
        words = [sys.executable, "-I", "-S", str(tool), str(package), "--keys", str(keys)]
        answer = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
        return answer.returncode, answer.stdout + answer.stderr

    return verify


def test_what_two_signed_with_their_keys_is_packed_once_and_authentic_to_the_court(office, judge, tmp_path):
    here = office.ask(ASKER, 5, PURPOSE)
    office.sign(CHAIRMAN, here)
    sent = office.sign(CHIEF, here)
    again = office.context(CHIEF).request.post(office.url(f"{here}/duyet"), form=sent, headers={"Referer": here})
    assert again.status < 500
    assert office.approvals(here) == 2
    technician = office.build(here)
    assert PURPOSE not in technician.content()
    assert "Nguyễn Văn Hùng" not in technician.content()
    assert office.context(TECHNICIAN).request.get(office.url(f"{here}/qua-trinh.pdf")).status == 403
    package, keys = office.copy_out(here, tmp_path)
    code, said = judge(package, keys)
    assert code == 0, said
    assert "AUTHENTIC" in said
    bent = tmp_path / "bent.zip"
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 1
    bent.write_bytes(data)
    assert judge(bent, keys)[0] != 0


def test_the_copy_goes_hand_to_hand_on_the_page_and_its_whole_life_prints(office, photo):
    [row] = office.at(ASKER, "/trich-xuat?q=thai+do+phuc+vu&state=").locator("th a.num").all()
    here = str(row.get_attribute("href"))
    page = office.at(ASKER, here)
    page.fill("#id_medium", "USB 32 GB, số 0417")
    page.click("form[action$='ban-giao'] button")
    page.set_input_files("#id_photo", photo)
    page.click("form[action$='ky-nhan'] button")
    page.check("input[name=how][value=returned]")
    page.fill("form[action$='ket-thuc'] [name=document]", "BB 12")
    page.click("form[action$='ket-thuc'] button")
    page.wait_for_selector("text=Đã trả lại")
    for paper in ("bien-ban.pdf", "qua-trinh.pdf"):
        assert office.context(ASKER).request.get(office.url(f"{here}/{paper}")).body().startswith(b"%PDF-")
    lines = office.context(ASKER).request.get(office.url(f"{here}/qua-trinh.csv")).text()
    assert [what in lines for what in ("Đề nghị", "Duyệt lần 2", "Gói đã lập xong", "Bàn giao", "Trả lại")] == [
        True
    ] * 5


def test_nobody_alone_nobody_twice_and_no_change_keeps_a_signature(office):
    own = office.ask(CHAIRMAN, 15, "Việc của chính Chủ tịch")
    page = office.at(CHAIRMAN, own)
    assert "Không ai duyệt đề nghị của chính mình" in page.inner_text("main")
    assert page.locator("form[action$='/duyet']").count() == 0
    here = office.ask(ASKER, 25, "Đối chiếu giờ trả kết quả")
    office.sign(CHAIRMAN, here)
    page = office.at(CHAIRMAN, here)
    assert "Bạn đã duyệt đề nghị này" in page.inner_text("main")
    assert page.locator("form[action$='/duyet']").count() == 0
    waiting = office.at(CHIEF, here)
    page = office.at(ASKER, f"{here}/sua")
    page.fill("#id_purpose", "Đối chiếu giờ trả kết quả và lời hướng dẫn")
    page.click("form .button.primary")
    assert office.approvals(here) == 0
    # What lies on the chief's screen speaks of the scope as it was.
    with waiting.expect_navigation():
        waiting.click("form[data-key=sign] button.primary")
    assert "Đề nghị đã thay đổi" in waiting.inner_text("body")
    assert office.approvals(here) == 0
    page = office.at(CHIEF, here)
    page.click("[data-open=refuse]")
    page.fill("#refuse-reason", "Chưa đủ căn cứ")
    page.click("#refuse button.danger")
    page.wait_for_selector("text=Không được duyệt")
    assert "Chưa đủ căn cứ" in office.at(ASKER, here).inner_text("main")
    assert office.at(CHAIRMAN, here).locator("form[action$='/duyet']").count() == 0


def test_where_there_is_no_key_password_and_code_approve_and_the_package_says_so(office, judge, tmp_path):
    here = office.ask(ASKER, 35, "Xác minh theo đơn")
    office.sign(CHAIRMAN, here)
    page = office.at(VICE, "/ma-dung-mot-lan")
    page.click("form[action$='/moi'] button")
    secret = page.locator("code").inner_text()
    page.fill("#id_code", _code(secret, 0))
    page.click("form .button.primary")
    page = office.at(VICE, here)
    page.fill("#id_password", office.password)
    page.fill("#id_code", _code(secret, 1))
    with page.expect_navigation():
        page.locator("form", has=page.locator("#id_code")).get_by_role("button").click()
    assert "Đã duyệt" in page.inner_text("body")
    office.build(here)
    code, said = judge(*office.copy_out(here, tmp_path))
    assert code == 0, said
    assert "the weaker kind" in said


def test_a_citizen_gets_a_masked_copy_drawn_by_one_and_signed_by_another_which_a_court_calls_derived(
    office, judge, photo, tmp_path
):
    request = office.take_in(45, seconds=8)
    office.press(CHAIRMAN, request, "chap-thuan")
    page = office.press(ASKER, request, "ban-sao")
    here = str(page.get_by_role("link", name="Trích xuất số").get_attribute("href"))
    for who in (CHAIRMAN, CHIEF):
        office.sign(who, here)
    office.at(TECHNICIAN, here).click("form[action$='lap-goi'] button")
    page = office.at(ASKER, f"{here}/che")
    _draw(page)
    page.get_by_text("Xem bản sao vừa lập").click(timeout=BUILT_S * 1000)
    assert "chờ người khác kiểm duyệt" in page.inner_text("#masking-news")
    assert page.locator("form[action$='che/ky']").count() == 0
    review = office.at(CHAIRMAN, f"{here}/che")
    assert review.locator("form[action$='che/ky']").count() == 0
    review.click("#see-copy")
    _until(review, "document.querySelector('#masking-copy').readyState >= 2")
    # Eight seconds are no further ahead than a page asks; all of them have to have come.
    _until(review, "document.querySelector('#masking-copy').buffered.end(0) >= 7.5")
    with review.expect_navigation():
        review.click("#review-on")
    with review.expect_navigation():
        review.click("form[data-key=sign] button.primary")
    office.at(TECHNICIAN, here).wait_for_selector("form[action$='goi.zip']", timeout=BUILT_S * 1000)
    package, keys = office.copy_out(here, tmp_path)
    code, said = judge(package, keys)
    assert code == 12, said
    assert "Masked copies reviewed" in said
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "goi")
    [copy] = (tmp_path / "goi" / "copies").iterdir()
    assert _flat(copy) >= 8
    assert not (tmp_path / "goi" / "originals").exists()
    assert _plays(office, tmp_path / "goi" / "player.html")
    page = office.at(ASKER, here)
    assert CITIZEN not in page.content()
    page.fill("#id_medium", "USB 8 GB, số 0418")
    page.click("form[action$='ban-giao'] button")
    page.set_input_files("#id_photo", photo)
    with page.expect_navigation():
        page.click("form[action$='ky-nhan'] button")
    assert "Đã giải quyết" in office.at(ASKER, request).inner_text("#main")
    answer = office.context(ASKER).request.get(office.url(f"{request}/tra-loi.pdf"))
    assert answer.body().startswith(b"%PDF-")


def test_what_two_decide_to_erase_goes_at_the_recorder_and_a_check_of_its_archive_calls_it_lawful(office, site):
    page = office.at(ASKER, "/yeu-cau-du-lieu/moi")
    page.get_by_role("link", name="Bộ phận Một cửa").click()
    page.wait_for_url("**/phong/**")
    room = page.url.split("/phong/")[1].split("/")[0]
    page.check("input[name=wanted][value=erase]")
    morning = datetime.now(VIETNAM).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    begin = _free_minute(office, room, morning)
    end = begin + timedelta(minutes=1)
    page.fill("#id_day", f"{begin:%d/%m/%Y}")
    page.fill("#id_begin", f"{begin:%H:%M}")
    page.fill("#id_end", f"{end:%H:%M}")
    for box in page.locator("input[name=cameras]").all()[1:]:
        box.uncheck()
    for field, typed in (("name", CITIZEN), ("contact", "Thôn 3, xã Mộc Xuyên"), ("document", "001185012345")):
        page.fill(f"#id_{field}", typed)
    with page.expect_navigation():
        page.click("form .button.primary")
    here = page.url.removeprefix(office.url(""))
    page = office.at(CHAIRMAN, here)
    page.fill("form[action$='chap-thuan'] [name=note]", "Điều 14 Luật 91/2025/QH15")
    page.click("form[action$='chap-thuan'] button")
    page.get_by_text("Lần thứ hai phải là người khác").wait_for()
    office.press(CHIEF, here, "dong-y")
    _told(office, here, "Đã xóa xong")
    archive = site.data / "recorders" / "moc-xuyen" / "archive"
    command = [sys.executable, "-m", "minhbach", "check", str(archive), "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    gaps = [gap for camera in json.loads(answer.stdout)["cameras"] for gap in camera["gaps"]]
    covers = [gap for gap in gaps if gap["from"] <= begin.timestamp() and gap["to"] >= end.timestamp()]
    assert [gap["cause"] for gap in covers if gap["cause"] == "erasure"] == ["erasure"]


def _free_minute(office: Office, room: str, morning: datetime) -> datetime:
    """A minute of that morning, after those that other tests ask for, that was recorded and that nothing holds."""
    told = office.context(ASKER).request.get(office.url(f"/api/rooms/{room}/timeline?since=0")).json()
    camera, held = told["cameras"][0], [mark for mark in told["marks"] if mark["kind"] == "hold"]
    ends = [camera["begin"] + 1000 * sum(camera["lengths_ms"][:count]) for count in range(len(camera["kinds"]) + 1)]
    recorded = [span for span, kind in zip(pairwise(ends), camera["kinds"], strict=True) if kind == 0]
    for begin in (morning.replace(hour=9) + timedelta(minutes=count) for count in range(140)):
        us = round(begin.timestamp()) * 1_000_000
        if any(first <= us - MINUTE_US and us + 2 * MINUTE_US <= last for first, last in recorded) and not any(
            mark["begin"] < us + 2 * MINUTE_US and us - MINUTE_US < mark["end"] for mark in held
        ):
            return begin
    pytest.fail("no minute of that morning may be erased")


def _told(office: Office, here: str, words: str) -> None:
    """The page says so, once the recorder's log has come; it is read anew until then."""
    page = office.at(ASKER, here)
    for _ in range(BUILT_S):
        if words in page.inner_text("#main"):
            return
        page.wait_for_timeout(1000)
        page = office.at(ASKER, here)
    pytest.fail(page.inner_text("#main"))


BOX = (0.3, 0.3, 0.5, 0.8)
"""Left, top, right, bottom, as shares of the picture."""


def _draw(page: Page) -> None:
    """One person, the same box in every second, each of which was looked at."""
    canvas = page.locator("#masking-canvas")
    canvas.wait_for(timeout=BUILT_S * 1000)
    page.wait_for_selector("#masking-strip[data-at='0']", state="attached")
    for place in range(int(page.get_attribute("#masking-at", "max") or 0) + 1):
        page.wait_for_selector(f"#masking-strip[data-at='{place}']", state="attached")
        area = canvas.bounding_box()
        assert area is not None
        corners = [(area["x"] + area["width"] * BOX[n], area["y"] + area["height"] * BOX[n + 1]) for n in (0, 2)]
        page.mouse.move(*corners[0])
        page.mouse.down()
        page.mouse.move(*corners[1])
        page.mouse.up()
        page.keyboard.press("d")
        page.keyboard.press("ArrowRight")
    page.locator("#masking-left", has_text="Mọi giây đã được xét").wait_for()
    with page.expect_navigation():
        page.click("#masking-form button.primary")


def _until(page: Page, holds: str) -> None:
    """The pages' policy forbids what Playwright itself would wait with."""
    for _ in range(BUILT_S * 5):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(200)
    pytest.fail(holds)


def _flat(copy: Path) -> int:
    """How many pictures there are; in each the box is one tone, and what is around it is none."""
    count = 0
    with av.open(str(copy)) as film:
        for picture in film.decode(video=0):
            luma = picture.to_ndarray(format="gray")
            # The strip stands below the picture.
            height, width = luma.shape[1] * 9 // 16, luma.shape[1]
            left, top, right, bottom = (round(part * size) for part, size in zip(BOX, (width, height) * 2, strict=True))
            assert luma[top + 4 : bottom - 4, left + 4 : right - 4].std() < 3
            assert luma[:height].std() > 10
            count += 1
    return count


def _plays(office: Office, player: Path) -> bool:
    """Opened by double click, with no network at all."""
    context = office.offline()
    page = context.new_page()
    page.goto(player.as_uri())
    _until(page, "[...document.querySelectorAll('video')].some((each) => each.readyState >= 2)")
    said = page.inner_text("#copies")
    context.close()
    return "không phải bản gốc" in said
