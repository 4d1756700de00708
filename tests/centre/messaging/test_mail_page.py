"""The page of a mail: the same words, addresses to click, and nothing that somebody typed as markup; pure."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.messaging.mail_page import page_of

SITE = "https://minhbach.xa.example"
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
    page = page_of(DIGEST, SITE)
    assert page.count("<h2") == 3
    assert page.count("<li") == 3
    line = "Xem: Phát hiện số 001/2026 (Phòng A &amp; B) – trước 10:00"
    assert f'<a href="https://minhbach.xa.example/phat-hien/1">{line}</a>' in page
    assert '<a href="https://minhbach.xa.example">https://minhbach.xa.example</a>' in page
    assert page.index("CHỜ BẠN") < page.index("Thư tự động")


WORDS = st.sampled_from([*"aB -\n<>\"'&:/.,)?é", "h://a"])


@given(st.lists(WORDS, max_size=80).map("".join))
def test_no_word_is_lost_and_none_becomes_markup(body):
    page = page_of(body, "h://a")
    assert set(re.findall(r"<(\w+)", page.split("</head>")[1])) <= {"body", "div", "h2", "p", "ul", "li", "br", "a"}
    letters = re.sub(r"[\s-]", "", body)
    assert re.sub(r"[\s-]", "", "".join(said(page))) == letters


def test_nothing_is_loaded_from_anywhere():
    page = page_of(DIGEST + "<img src=https://kẻ.khac.example/x.png><script>alert(1)</script>", SITE)
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img" in page


def links(body, site=SITE):
    """Where a mail leads to."""
    return re.findall(r'href="([^"]*)"', page_of(body, site))


@pytest.mark.parametrize(
    "typed",
    [
        "http://minhbach.xa.example/a",
        "https://khac.example/dang-nhap",
        "https://minhbach.xa.example.khac.example/a",
        "https://minhbach.xa.example@khac.example/a",
        "https://minhbach.xa.example:81/a",
        "https://khac.example/?https://minhbach.xa.example/a",
    ],
)
def test_an_address_that_somebody_typed_leads_nowhere_unless_it_is_our_own(typed):
    assert links(f"Người phản ánh viết: {typed} (xem)\n\n- Việc này\n  {typed}") == []
    assert html.escape(typed) in page_of(typed, SITE)


@pytest.mark.parametrize("end", [".", ",", ")", ").", "”, xem", " và"])
@pytest.mark.parametrize("where", ["", "/", "/phat-hien/1", "/tim?so=1&nam=2026", "/a.pdf#trang=2"])
def test_what_closes_a_sentence_is_not_taken_into_the_address(where, end):
    assert links(f"Xem ({SITE}{where}{end}") == [html.escape(SITE + where)]


def test_nothing_is_to_click_where_no_address_of_the_site_is_known():
    assert links(DIGEST, "") == []
