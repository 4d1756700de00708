"""The verifier, which a court runs alone, calls things what the centre's pages call them."""

from dataclasses import fields

from minhbach.centre.evidence.actions.requests import Wish, request_said
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.footage.causes import cause_words
from minhbach.edge.check.words import CAUSES as RECORDERS
from minhbach.edge.check.words import cause_words as recorders_words
from minhbach.ledger.words import CAUSES, REQUEST, cause


def test_every_cause_of_a_gap_is_called_what_the_centre_calls_it() -> None:
    for code, pair in CAUSES.items():
        assert pair == (cause_words(code).vi, cause_words(code).en)
    for code in ("camera_bewitched", "bewitched"):
        assert cause(code)[0] == cause_words(code).vi[:1].lower() + cause_words(code).vi[1:]


def test_the_recorders_check_calls_what_is_missing_what_the_centre_calls_it() -> None:
    for code in {*RECORDERS, *CAUSES, "camera_bewitched", "bewitched"} - {"file_missing"}:
        assert recorders_words(code) == (cause_words(code).vi, cause_words(code).en)


def test_every_part_of_a_request_has_its_words() -> None:
    wish = object.__new__(Wish)
    for each in fields(Wish):
        object.__setattr__(wish, each.name, "")
    assert REQUEST.keys() == request_said(Extraction(number=1, year=2026), wish).keys()
