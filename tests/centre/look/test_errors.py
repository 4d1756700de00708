"""What went wrong is said in words, with what to do and a code that stands in the log."""

import io
import logging
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from minhbach.centre.access import sizes
from minhbach.centre.look import errors
from minhbach.centre.words import Words

CODE = re.compile(r"\b[346789ACDEFGHJKMNPQRTUVWXY]{3}-[346789ACDEFGHJKMNPQRTUVWXY]{3}\b")


def test_our_own_failure_is_told_without_the_database(caplog):
    with caplog.at_level(logging.ERROR):
        answer = errors.failed(RequestFactory().get("/phong"))
    code = CODE.search(answer.content.decode())
    assert answer.status_code == 500
    assert code
    assert code[0] in caplog.text
    assert "không phải do bạn" in answer.content.decode()


def test_no_address_writes_a_line_of_its_own_into_the_log(db, caplog):
    with caplog.at_level(logging.WARNING):
        Client().get("/khong%0aERROR%20root:%20disk%20full%0d%1b%5b2J")
        errors.failed(RequestFactory().get("/phong%0aERROR%20root:%20disk%20full"))
    said = [record.getMessage() for record in caplog.records if "answered" in record.getMessage()]
    assert len(said) == 2
    assert not any(character in line for line in said for character in "\n\r\x1b")


def test_a_page_that_is_not_there_says_so_with_a_code(db):
    answer = Client().get("/khong-co-trang-nay")
    assert answer.status_code == 404
    assert CODE.search(answer.content.decode())


def test_a_refusal_is_given_with_its_own_words(rf, db):
    request = Client().get("/dang-nhap").wsgi_request
    answer = errors.forbidden(
        request, PermissionDenied(Words("Phòng này không thuộc xã của bạn.", "Not your commune."))
    )
    assert answer.status_code == 403
    assert "Phòng này không thuộc xã của bạn." in answer.content.decode()


def test_the_address_of_a_button_is_told_apart_from_a_page_that_is_missing(db):
    answer = Client().get("/giao-dien", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert CODE.search(answer.content.decode())
    assert Client().get("/giao-dien", headers={"Accept": "application/json"}).content == b""


def test_a_host_that_is_not_ours_is_answered_in_words_and_without_a_page_of_ours(db):
    answer = Client().get("/dang-nhap", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "không đọc được yêu cầu" in answer.content.decode()
    assert CODE.search(answer.content.decode())


@pytest.mark.parametrize("length", [sizes.MOST_BYTES + 1, 10**15, "9" * 400, "-1", "1e9", "٣"])
def test_a_form_with_a_huge_file_is_told_so_before_a_byte_of_it_is_read(db, length):
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("it was read")

    environ: dict[str, Any] = {
        "wsgi.input": Unread(),
        "CONTENT_LENGTH": str(length),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    answer = Client().generic("POST", "/dang-nhap", **environ)
    assert answer.status_code == 413
    assert "quá lớn" in answer.content.decode()


def test_what_is_too_large_is_told_so(db, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = Client().post("/giao-dien", {"theme": "x" * 5000})
    assert answer.status_code == 413
    assert "quá lớn" in answer.content.decode()


def test_a_form_without_its_token_is_told_to_reload(db):
    answer = Client(enforce_csrf_checks=True).post("/giao-dien", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Hãy tải lại trang" in answer.content.decode()


def test_every_answer_carries_the_policy_that_forbids_what_is_inline(db):
    for path in ("/dang-nhap", "/khong-co-trang-nay"):
        policy = Client().get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("name", "value", "kept"), [("theme", "dark", True), ("theme", "pink", False), ("language", "en", True)]
)
def test_a_choice_is_kept_by_the_browser_and_only_a_known_one(db, name, value, kept):
    answer = Client().post("/giao-dien", {name: value, "next": "/dang-nhap"})
    assert answer.headers["Location"] == "/dang-nhap"
    assert (name in answer.cookies) == kept


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_a_choice_leads_back_to_this_site_only(db, elsewhere):
    assert Client().post("/giao-dien", {"theme": "dark", "next": elsewhere}).headers["Location"] == "/"
