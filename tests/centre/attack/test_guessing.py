"""Whoever guesses is counted by the line they have, not by how they spell it; an answer tells no more than it says."""

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from minhbach.centre.access import throttle
from minhbach.centre.access.addresses import address_of, line_of
from minhbach.centre.access.models import SignInAttempt
from minhbach.centre.dossiers.codes import Scan, read_scan, scan_digits
from minhbach.centre.feedback import throttling
from minhbach.centre.feedback.models import Rating
from tests.centre.access.district import District
from tests.centre.dossiers.counters import dossier, procedure
from tests.centre.feedback.visits import Town
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


def unknown_to(scan: str, number: int) -> str:
    """Digits as they stand on a receipt of the same office, of which there is none."""
    read = read_scan(scan)
    return scan_digits(Scan(read.unit_range, read.box, read.number + 1000 + number))


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:0:0:9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("nothing", "0.0.0.0"),
    ],
)
def test_attempts_are_counted_by_the_line_that_somebody_has(address: str, line: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert line_of(address_of(request)) == line


def test_a_line_with_more_addresses_than_there_are_receipts_guesses_no_more_than_one_address() -> None:
    town = Town()
    row = town.handed_back(20)

    def guess(number: int, address: str) -> int:
        form = {"scan": unknown_to(row.scan, number), "secret": f"{number:06d}"}
        return Client(REMOTE_ADDR=address).post(reverse("rate"), form).status_code

    for number in range(throttling.WRONG_FROM.most):
        assert guess(number, f"2001:db8::{number:x}:1") == 422
    assert guess(99, "2001:db8::ffff:1") == 429
    assert guess(99, "2001:db8:0:1::1") == 422, "a neighbour"


@pytest.mark.parametrize(
    "spell",
    [
        lambda scan: " ".join(scan),
        lambda scan: f"\u00a0{scan}\u2003",
        lambda scan: "".join(chr(0xFF10 + int(digit)) for digit in scan),
        lambda scan: "".join(chr(0x0660 + int(digit)) for digit in scan),
    ],
    ids=["spaces", "odd spaces", "wide digits", "arabic digits"],
)
def test_no_spelling_of_a_receipt_guesses_on_where_its_digits_may_not(spell) -> None:
    town = Town()
    row = town.handed_back(20)
    wrong = f"{(int(row.lookup_secret) + 1) % 1_000_000:06d}"
    for number in range(throttling.WRONG_OF.most):
        Client(REMOTE_ADDR=f"10.1.0.{number}").post(reverse("rate"), {"scan": row.scan, "secret": wrong})
    form = {"scan": spell(row.scan), "secret": row.lookup_secret, "score": "1"}
    assert Client(REMOTE_ADDR="10.2.0.1").post(reverse("rate"), form).status_code in (422, 429)
    assert not Rating.objects.exists()


def test_passwords_are_guessed_from_a_line_and_not_from_an_address() -> None:
    District()

    def enter(number: int, address: str) -> None:
        form = {"username": f"ai.{number}", "password": "sai"}
        Client(REMOTE_ADDR=address).post("/dang-nhap", form)

    enter(1, "2001:db8::1")
    first = SignInAttempt.objects.get()
    for number in range(throttle.FREE_FOR_ADDRESS):  # as many more, without the second that each password takes
        SignInAttempt.objects.create(name_digest=f"{number}", source=first.source, address=first.address, at=first.at)
    counted = SignInAttempt.objects.count()
    enter(2, "2001:db8::ffff:2")
    assert SignInAttempt.objects.count() == counted, "who waits does not try"
    enter(77, "2001:db8:0:9::1")
    assert SignInAttempt.objects.count() == counted + 1, "nor does a neighbour wait"


def plain(content: bytes, said: str) -> str:
    """A page without what its asker typed and what is random in it."""
    return re.sub(r"[A-Za-z0-9]{64}", "", content.decode()).replace(said, "")


@pytest.mark.parametrize("role", ["inspector", "technician", "council_delegate", "viewing_auditor"])
def test_a_bar_code_of_another_place_and_one_of_nobody_read_the_same_to_the_last_letter(role: str) -> None:
    district = District()
    row = dossier(district, procedure(district), now=district.now)
    browser = signed_in(district.people[role])
    none = unknown_to(row.scan, 1)
    for name, ask in (("page", reverse("scan")), ("api", "/api/dossiers/scan")):
        given = {"page": "ma", "api": "code"}[name]
        browser.get(ask, {given: unknown_to(row.scan, 2)})  # what is said once alone is said
        theirs, nobodys = browser.get(ask, {given: row.scan}), browser.get(ask, {given: none})
        assert theirs.status_code == nobodys.status_code == 404
        assert plain(theirs.content, row.scan) == plain(nobodys.content, none)
        assert {k: v for k, v in theirs.headers.items() if k != "Content-Length"} == {
            k: v for k, v in nobodys.headers.items() if k != "Content-Length"
        }
