"""Who supervises whose rooms is laid and ended by pages and API alone, by a decision, and never for oneself."""

import datetime
import json

import pytest
from django.urls import reverse

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.places import place_of_room
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
ONE_STOP, RECEPTION = "one_stop", "reception_room"
#: The first day on which nobody supervises.
AFTER = DAY + datetime.timedelta(days=1)


@pytest.fixture
def district() -> District:
    """Nobody supervises anything yet, as in a province that was just founded."""
    found = District()
    Supervision.objects.all().update(valid_until=AFTER)
    return found


def sees(district: District, name: str, room_type: str, days: int = 0) -> bool:
    now = district.now + datetime.timedelta(days=days)
    place = place_of_room(district.rooms["A", room_type].id, now)
    return decide(district.people[name], Right.LIVE, place, now=now).allowed


def given(district: District, browser, body: str, room_type: str, *, area: str = "top", **other: object):
    said = {
        "body": str(district.units[body].id), "room_type": room_type, "day": day_of(district.now).isoformat(),
        "decision_number": "15/QĐ-UBND",
    }  # fmt: skip
    return browser.post(reverse("supervision_new", args=[district.units[area].id]), said | other)


def test_a_founded_province_comes_to_its_supervisors_by_the_page_alone(district: District) -> None:
    browser = signed_in(district.people["system_administrator"])
    page = browser.get(reverse("supervisions", args=[district.units["A"].id])).content.decode()
    assert page.count("Chưa có cơ quan nào giám sát") == 2
    assert not sees(district, "inspector", RECEPTION)
    assert given(district, browser, "inspectorate", RECEPTION).status_code == 302
    assert given(district, browser, "office", ONE_STOP).status_code == 302
    kinds = (RECEPTION, ONE_STOP)
    assert [sees(district, "inspector", kind) for kind in kinds] == [True, False]
    assert [sees(district, "office_specialist", kind) for kind in kinds] == [False, True]
    page = browser.get(reverse("supervisions", args=[district.units["A"].id])).content.decode()
    assert "Chưa có cơ quan nào giám sát" not in page
    assert "15/QĐ-UBND" in page
    assert "giao cho cả Vùng 1" in page


def test_it_ends_on_its_day_and_only_then(district: District) -> None:
    browser = signed_in(district.people["system_administrator"])
    assert given(district, browser, "office", ONE_STOP, day=AFTER.isoformat()).status_code == 302
    row = Supervision.objects.get(valid_until=None)
    way = reverse("supervision_end", args=[district.units["top"].id, row.id])
    today = day_of(district.now)
    assert browser.get(way).status_code == 200
    assert browser.post(way, {"day": (today - datetime.timedelta(days=1)).isoformat()}).status_code == 422
    assert browser.post(way, {"day": (today + datetime.timedelta(days=1)).isoformat()}).status_code == 302
    assert [sees(district, "office_specialist", ONE_STOP, days) for days in (0, 1)] == [True, False]
    assert browser.post(way, {"day": (today + datetime.timedelta(days=2)).isoformat()}).status_code == 422


def test_what_cannot_be_is_said(district: District) -> None:
    browser = signed_in(district.people["system_administrator"])
    for body, other, said in (
        ("A", {}, ""),
        ("inspectorate", {"room_type": ONE_STOP}, "không có vai trò nào giám sát"),
        ("inspectorate", {"decision_number": ""}, ""),
        ("inspectorate", {"day": "2025-12-31"}, "không"),
    ):
        answer = given(district, browser, body, **({"room_type": RECEPTION} | other))
        assert answer.status_code == 422, body
        assert said in answer.content.decode()
    assert given(district, browser, "inspectorate", RECEPTION).status_code == 302
    again = given(district, browser, "inspectorate", RECEPTION)
    assert "đã được giao giám sát" in again.content.decode()
    assert Supervision.objects.filter(valid_until=None).count() == 1


def test_nobody_gives_their_own_body_supervision_or_one_outside_their_reach(district: District) -> None:
    keeper = district.people["system_administrator"]
    people.assign(
        SETUP, person=keeper.person, unit=district.units["office"].id, role="office_specialist",
        decision=people.Decision(number="7/QĐ", date=DAY), begin=DAY,
    )  # fmt: skip
    answer = given(district, signed_in(keeper), "office", ONE_STOP)
    assert answer.status_code == 422
    assert "Bạn công tác tại cơ quan này" in answer.content.decode()
    local = district.appoint("system_administrator", "A", "local keeper")
    answer = given(district, signed_in(local), "inspectorate", RECEPTION, area="A")
    assert answer.status_code == 422
    assert not Supervision.objects.filter(valid_until=None).exists()
    # Nor does a unit shake off those who watch it: the body lies outside what its administrator configures.
    assert (
        given(
            district, signed_in(district.people["system_administrator"]), "inspectorate", RECEPTION, area="A"
        ).status_code
        == 302
    )
    row = Supervision.objects.get(valid_until=None)
    way = reverse("supervision_end", args=[district.units["A"].id, row.id])
    tomorrow = day_of(district.now) + datetime.timedelta(days=1)
    assert signed_in(local).post(way, {"day": tomorrow.isoformat()}).status_code == 422


def test_after_a_body_is_merged_its_heir_is_given_what_it_had(district: District) -> None:
    browser, day = signed_in(district.people["system_administrator"]), day_of(district.now)
    given(district, browser, "office", ONE_STOP)
    naming = units.NewName("Văn phòng mới", "91vp", "office")
    [heir] = units.merge_units(
        SETUP, units=[district.units["office"].id, district.units["inspectorate"].id], naming=naming,
        parent=district.units["top"].id, day=day, decision_number="5/NQ",
    ).units  # fmt: skip
    district.units["heir"] = heir
    district.appoint("office_specialist", "heir", "specialist", begin=day)
    assert not sees(district, "specialist", ONE_STOP)
    assert given(district, browser, "heir", ONE_STOP).status_code == 302
    assert sees(district, "specialist", ONE_STOP)


def test_the_api_does_what_the_pages_do(district: District) -> None:
    browser, top = signed_in(district.people["system_administrator"]), district.units["top"].id
    said = {
        "body": str(district.units["office"].id), "room_type": ONE_STOP, "day": AFTER.isoformat(),
        "decision_number": "15/QĐ",
    }  # fmt: skip
    made = browser.post(f"/api/units/{top}/supervisions", json.dumps(said), content_type="application/json")
    assert made.status_code == 201
    assert sees(district, "office_specialist", ONE_STOP)
    assert [each["id"] for each in browser.get(f"/api/units/{district.units['A'].id}/supervisions").json()] == [
        made.json()["id"]
    ]
    refused = browser.post(f"/api/units/{top}/supervisions", json.dumps(said), content_type="application/json")
    assert refused.status_code == 422
    way = f"/api/units/{top}/supervisions/{made.json()['id']}/end"
    over = {"day": day_of(district.now).isoformat()}
    assert browser.post(way, json.dumps(over), content_type="application/json").status_code == 200
    assert not sees(district, "office_specialist", ONE_STOP)
    other = signed_in(district.people["commune_chairman"])
    assert other.post(way, json.dumps(over), content_type="application/json").status_code == 403
