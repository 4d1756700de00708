"""A name that somebody looks for stands in no address that a page leads to, and is found all the same."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from django.test import RequestFactory
from django.urls import reverse

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.sought import closed_way, opened, words_in
from minhbach.centre.journal import deeds
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
NAME = "Lê Thị Hường"
#: Every list in which a citizen may be named, who searches it, and the field of its words.
LISTS = {
    "feedback": ("inspector", "chief_inspector", "q"),
    "holds": ("inspector", "chief_inspector", "q"),
    "findings": ("inspector", "chief_inspector", "q"),
    "finding_book": ("inspector", "chief_inspector", "q"),
    "extractions": ("chief_of_office", "office_specialist", "q"),
    "viewings": ("viewing_auditor", "inspector", "purpose"),
}
WAY = re.compile(r'(?:href|action|hx-get)="([^"]*)"')


@pytest.fixture
def district():
    return District()


def field(page, name):
    """What stands in the search field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1]) if value else ""


@pytest.mark.parametrize("name", LISTS)
def test_words_are_sent_in_a_body_and_no_way_on_says_them(district, name):
    role, other, words = LISTS[name]
    browser, where = signed_in(district.people[role]), reverse(name)
    answer = browser.post(where, {words: NAME, "nam": "2026", "da-xong": ""})
    assert answer.status_code == 302
    address = urlsplit(answer["Location"])
    said = parse_qs(address.query, keep_blank_values=True)
    assert (address.path, said["nam"], said["da-xong"]) == (where, ["2026"], [""])
    assert "Hường" not in unquote_plus(address.query)
    page = browser.get(answer["Location"]).content.decode()
    assert field(page, words) == NAME
    form = re.search(rf'<form[^>]*>(?:(?!</form>).)*name="{words}"', page, re.DOTALL)
    assert form
    assert 'method="post"' in form[0].partition(">")[0]
    ways = [unquote_plus(unescape(way)) for way in WAY.findall(page)]
    assert [way for way in ways if "Hường" in way] == []
    rows = AuditRow.objects.filter(deeds.SEARCHES, account=district.people[role])
    assert len(rows) == 1
    assert "Hường" not in str(rows[0].details)
    # Nobody else looks for it by that address, nor reads it there.
    theirs = signed_in(district.people[other]).get(answer["Location"])
    assert NAME not in theirs.content.decode()


def asked(account, **said):
    request = RequestFactory().get("/giu-lai", said)
    request.user = account
    return request


def test_closed_words_open_for_who_looked_and_for_nobody_else_and_not_when_they_were_changed(district):
    inspector, chief = district.people["inspector"], district.people["chief_inspector"]
    sent = RequestFactory().post("/giu-lai", {"q": f"  {NAME} ", "unit": "x", "csrfmiddlewaretoken": "t"})
    sent.user = inspector
    ways = [closed_way(sent, ("q",))["Location"] for _ in range(2)]
    assert ways[0] != ways[1], "the same name is not known again by who reads addresses"
    assert "csrf" not in ways[0]
    closed = parse_qs(urlsplit(ways[0]).query)["q"][0]
    assert words_in(asked(inspector, q=closed)) == NAME
    assert opened(asked(inspector, q=closed, unit="x"), "q").dict() == {"q": NAME, "unit": "x"}
    assert words_in(asked(chief, q=closed)) == ""
    for wrong in ("~", "~x", "~é", closed[:-2], closed[:20] + ("A" if closed[20] != "A" else "B") + closed[21:]):
        assert words_in(asked(inspector, q=wrong)) == ""
    assert words_in(asked(inspector, q="mộc xuyên")) == "mộc xuyên"
    nothing = RequestFactory().post("/giu-lai", {"q": "  "})
    nothing.user = inspector
    assert closed_way(nothing, ("q",))["Location"] == "/giu-lai"


def test_what_is_taken_along_is_what_was_found(district):
    """The sheet and the paper of a search go by the same closed words as the page."""
    browser = signed_in(district.people["viewing_auditor"])
    way = browser.post(reverse("viewings"), {"purpose": NAME, "who": "Người"})["Location"]
    export = re.search(rf'href="({re.escape(reverse("viewings_csv"))}[^"]*)"', browser.get(way).content.decode())
    assert export
    assert browser.get(unescape(export[1])).status_code == 200
    [row] = AuditRow.objects.filter(act="log_exported")
    assert row.details == {"text": "Người", "purpose": "True"}


def test_the_proxys_log_has_no_query_and_no_referrer():
    conf = (Path(__file__).resolve().parents[3] / "deploy/nginx.conf").read_text("utf-8")
    [form] = re.findall(r"^log_format minhbach '(.*)';$", conf, re.MULTILINE)
    assert not re.search(r"\$(request\b(?!_)|request_uri|args|query_string|http_referer|is_args|arg_)", form)
    for server in conf.split("\nserver {")[1:]:
        assert re.search(r"^    access_log (off|/\S+ minhbach);$", server, re.MULTILINE)
