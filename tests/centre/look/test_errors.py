"""What went wrong is said in words, with what to do and a code that stands in the log."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

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
