"""The page of a mail: the same words, addresses to click, and nothing that somebody typed as markup; pure."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.messaging.mail_page import page_of

DIGEST = """HÔM QUA (20/11/2026)
- Hồ sơ tiếp nhận: 46

QUÁ HẠN (0)
Không có.

CHỜ BẠN (2)
- Xem: Phát hiện số 001/2026 (Phòng A & B) – trước 10:00
  https://minhbach.xa.example/phat-hien/1
- Ký: Cấp quyền

--
Thư tự động. https://minhbach.xa.example
Không muốn nhận: mục Thông báo.
""".replace("--\n", "-- \n")


def said(page):
    """The words of a page, without markup."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page.split("</head>")[1])).split()


def test_a_digest_has_headings_lists_and_lines_that_lead_to_their_pages():
    page = page_of(DIGEST)
    assert page.count("<h2") == 3
    assert page.count("<li") == 3
    line = "Xem: Phát hiện số 001/2026 (Phòng A &amp; B) – trước 10:00"
    assert f'<a href="https://minhbach.xa.example/phat-hien/1">{line}</a>' in page
    assert '<a href="https://minhbach.xa.example">https://minhbach.xa.example</a>' in page
    assert page.index("CHỜ BẠN") < page.index("Thư tự động")


@given(st.text(st.sampled_from("aB -\n<>\"'&:/.é"), max_size=80))
def test_no_word_is_lost_and_none_becomes_markup(body):
    page = page_of(body)
    assert set(re.findall(r"<(\w+)", page.split("</head>")[1])) <= {"body", "div", "h2", "p", "ul", "li", "br", "a"}
    letters = re.sub(r"[\s-]", "", body)
    assert re.sub(r"[\s-]", "", "".join(said(page))) == letters


def test_nothing_is_loaded_from_anywhere():
    page = page_of(DIGEST + "<img src=https://kẻ.khac.example/x.png><script>alert(1)</script>")
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img" in page
