"""A bookmark: set by who may play back, read by all who may, taken back by its author, never rewritten."""

import json

import pytest
from django.db import DatabaseError, transaction

from minhbach.centre.footage.models import Bookmark, Mark
from tests.centre.footage.watched import HOUR, Watched, us

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched() -> Watched:
    return Watched()


def send(watched: Watched, name: str, note: str = "Dân đến sớm", begin: int | None = None, end: int | None = None):
    at = us(watched.now) - HOUR
    body = {"begin": at if begin is None else begin, "end": at if end is None else end, "note": note}
    address = f"/api/rooms/{watched.room.id}/bookmarks"
    return watched.browser(name).post(address, json.dumps(body), content_type="application/json")


def marks_seen(watched: Watched, name: str):
    return watched.browser(name).get(f"/api/rooms/{watched.room.id}/timeline").json()["marks"]


def test_a_bookmark_stands_on_the_timeline_of_everybody_who_may_play_back(watched):
    answer = send(watched, "chairman")
    assert answer.status_code == 200, answer.content
    [mark] = marks_seen(watched, "specialist")
    assert mark["kind"] == "bookmark"
    assert mark["words"]["vi"] == "Dân đến sớm"


def test_a_stranger_sets_none(watched):
    assert send(watched, "stranger").status_code == 403
    assert not Bookmark.objects.exists()


def test_only_its_author_takes_a_bookmark_back_and_only_once(watched):
    made = send(watched, "chairman").json()["id"]
    address = f"/api/rooms/{watched.room.id}/bookmarks/{made}"
    assert watched.browser("specialist").delete(address).status_code == 409
    assert watched.browser("chairman").delete(address).status_code == 204
    assert watched.browser("chairman").delete(address).status_code == 409
    assert marks_seen(watched, "chairman") == []
    assert Bookmark.objects.get().withdrawn_by == watched.people["chairman"].person  # the row stays


@pytest.mark.parametrize(
    ("note", "begin_shift", "end_shift"),
    [(" ", 0, 0), ("x" * 301, 0, 0), ("lùi", 0, -1), ("tương lai", 2 * HOUR, 2 * HOUR), ("quá dài", -30 * HOUR, 0)],
)
def test_what_cannot_be_marked_is_refused_with_a_sentence(watched, note, begin_shift, end_shift):
    at = us(watched.now) - HOUR
    answer = send(watched, "chairman", note, at + begin_shift, at + end_shift)
    assert answer.status_code == 409
    assert all(answer.json()[side] for side in ("vi", "en"))
    assert not Mark.objects.exists()


def test_postgresql_lets_nobody_rewrite_or_delete_a_mark(watched):
    send(watched, "chairman")
    for forbidden in (
        lambda: Mark.objects.update(vi="khác"),
        lambda: Mark.objects.all().delete(),
        lambda: Bookmark.objects.update(note="khác"),
        lambda: Bookmark.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()
