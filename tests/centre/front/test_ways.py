"""The bar and finding: each person sees the ways that are open to them, and nothing more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.front.finding import find
from minhbach.centre.front.ways import OWN_WAYS, WAYS
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District()


@pytest.mark.parametrize("way", [*WAYS, *OWN_WAYS], ids=lambda way: way.route)
def test_every_way_leads_to_a_page_that_exists(way):
    assert reverse(way.route) == way.url


def test_no_two_ways_have_one_letter():
    letters = [way.letter for way in (*WAYS, *OWN_WAYS) if way.letter]
    assert len(letters) == len(set(letters))
    assert not {"g", "h", "n"} & set(letters), "taken by the frame itself"


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("commune_chairman", {"wall", "technician", "units"}, {"viewings"}),
        ("technician", {"technician", "devices", "setups"}, {"wall", "viewings"}),
        ("viewing_auditor", {"viewings"}, {"wall", "technician", "units"}),
        ("one_stop_officer", set(), {"wall", "technician", "units", "viewings"}),
    ],
)
def test_the_bar_shows_what_a_right_opens_and_the_pages_agree(district, role, shown, hidden):
    client = signed_in(district.people[role])
    bar = client.get("/").content.decode().split("<main", 1)[0]
    for way in WAYS:
        drawn = f'href="{way.url}"' in bar
        assert drawn == (client.get(way.url).status_code == 200), way.route
        assert drawn or way.route not in shown
        assert not drawn or way.route not in hidden


def test_a_name_is_found_without_marks_but_only_within_reach(district):
    now = timezone.now()
    room = district.rooms["A", "one_stop"]
    words = room.name
    mine = find(district.people["commune_chairman"], words, now=now)
    found = {hit.url for group in mine for hit in group.hits}
    assert reverse("room", args=[room.id]) in found
    assert reverse("room", args=[district.rooms["C", "one_stop"].id]) not in found
    assert find(district.nobody(), words, now=now) == []


def test_who_looks_after_devices_finds_their_pages_where_they_may_not_watch(district):
    found = find(district.people["technician"], "quay", now=timezone.now())
    camera = district.cameras["A", "one_stop"]
    urls = {
        hit.url for group in find(district.people["technician"], camera.label, now=timezone.now()) for hit in group.hits
    }
    assert reverse("camera", args=[camera.id]) in urls
    assert all("/phong/" not in hit.url or hit.url.endswith("/ho-so") for group in found for hit in group.hits)


def test_nothing_is_found_for_nothing(district):
    for text in ("", "   ", "..."):
        assert find(district.people["commune_chairman"], text, now=timezone.now()) == []


def test_typing_gets_the_list_alone(district):
    client = signed_in(district.people["commune_chairman"])
    alone = client.get("/tim", {"q": "quay"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in alone
    assert "<html" in client.get("/tim", {"q": "quay"}).content.decode()
