"""The pages of a counter's desk as their officer uses them, and their API."""

import datetime
import json

import pytest
from django.urls import reverse

from minhbach.centre.dossiers.models import Dossier, Event, State
from minhbach.centre.registry.models import CounterPost
from minhbach.centre.words.formats import VIETNAM
from tests.centre.access.district import DAY, District
from tests.centre.dossiers.counters import CITIZEN, dossier, procedure
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return District()


def officer(district):
    return signed_in(district.people["one_stop_officer"])


def filled(of, **more):
    due = (datetime.datetime.now(VIETNAM).date() + datetime.timedelta(days=7)).isoformat()
    papers = {"part-0": "1", "part-1": "0"}
    return (
        {"name": "Lê Văn Tám", "procedure": str(of.id), "due_on": due, "sets": "1", "return_by": "counter"}
        | papers
        | more
    )


def test_an_officer_with_one_counter_comes_to_it_at_once(district):
    counter = district.counters["A"]
    browser = officer(district)
    assert b"/quay/" in browser.get(reverse("desks")).content
    CounterPost.objects.create(person=district.people["one_stop_officer"].person, counter=counter, valid_from=DAY)
    assert browser.get(reverse("desks")).headers["Location"] == reverse("desk", args=[counter.id])


def test_a_dossier_is_received_with_only_the_papers_that_were_handed_in(district):
    of, counter = procedure(district), district.counters["A"]
    browser = officer(district)
    assert "Tờ khai" in browser.get(reverse("receive", args=[counter.id]), {"procedure": of.id}).content.decode()
    answer = browser.post(reverse("receive", args=[counter.id]), filled(of))
    made = Dossier.objects.get()
    assert answer.headers["Location"] == f"{reverse('desk', args=[counter.id])}?da-nhan={made.id}"
    assert [part.name for part in made.components.all()] == ["Tờ khai"]
    assert made.submitter.name == "Lê Văn Tám"
    desk = browser.get(answer.headers["Location"]).content.decode()
    assert made.code in desk
    receipt = browser.get(reverse("receipt", args=[made.id]))
    assert receipt.content.startswith(b"%PDF-")
    assert receipt.content == browser.get(reverse("receipt", args=[made.id])).content


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"procedure": "00000000-0000-7000-8000-000000000000"},
        {"due_on": "2020-01-01"},
        {"part-0": "-1"},
        {"part-0": "x"},
        {"sets": "0"},
        {"return_by": "chim bồ câu"},
    ],
)
def test_a_form_that_cannot_be_comes_back_with_what_was_typed_and_nothing_is_written(district, wrong):
    of, counter = procedure(district), district.counters["A"]
    answer = officer(district).post(reverse("receive", args=[counter.id]), filled(of) | wrong)
    assert answer.status_code == 422
    assert b'class="error"' in answer.content or b"wrong" in answer.content
    assert not Event.objects.exists()


def test_a_scanned_dossier_is_handed_back_at_the_desk_and_a_second_time_is_told(district):
    found = dossier(district, procedure(district))
    browser, counter = officer(district), found.counter
    at_desk = browser.get(reverse("scan"), {"ma": found.scan, "quay": counter.id}).headers["Location"]
    assert b'value="handed_back"' in browser.get(at_desk).content
    asked = {"kind": "handed_back", "counter": counter.id}
    browser.post(reverse("dossier_step", args=[found.id]), asked)
    answer = browser.post(reverse("dossier_step", args=[found.id]), asked, follow=True)
    found.refresh_from_db()
    assert found.state == State.HANDED_BACK
    assert "không còn ở bước đó" in answer.content.decode()
    assert Event.objects.filter(kind="handed_back").count() == 1


@pytest.mark.parametrize("wrong", [{"kind": "received"}, {"kind": ""}, {"counter": "1"}, {"counter": "other"}])
def test_a_step_that_is_none_or_at_a_counter_elsewhere_does_not_exist(district, wrong):
    found = dossier(district, procedure(district))
    asked = {"kind": "handed_back", "counter": str(found.counter_id)} | wrong
    if asked["counter"] == "other":
        asked["counter"] = str(district.counters["B"].id)
    assert officer(district).post(reverse("dossier_step", args=[found.id]), asked).status_code == 404


def test_calls_and_help_are_buttons_that_mark_the_minute(district):
    browser, counter = officer(district), district.counters["A"]
    browser.post(reverse("desk_call", args=[counter.id]))
    browser.post(reverse("desk_help", args=[counter.id]))
    assert "1001" in browser.get(reverse("desk", args=[counter.id])).content.decode()
    assert list(Event.objects.values_list("kind", flat=True)) == ["called", "help"]


def test_the_api_does_what_the_pages_do(district):
    of, counter = procedure(district), district.counters["A"]
    browser = officer(district)

    def post(address, body=None):
        answer = browser.post(address, json.dumps(body or {}), content_type="application/json")
        return answer.status_code, answer.json()

    assert post(f"/api/counters/{counter.id}/calls")[1]["note"] == "1001"
    assert post(f"/api/counters/{counter.id}/help")[0] == 200
    papers = [{"name": "Tờ khai", "kind": "original", "copies": 1}]
    body = {"procedure": str(of.id), "name": "Lê Văn Tám", "papers": papers}
    status, made = post(f"/api/counters/{counter.id}/dossiers", body)
    assert status == 200
    assert post(f"/api/counters/{counter.id}/dossiers", body | {"procedure": made["id"]})[0] == 409
    assert post(f"/api/counters/{counter.id}/dossiers", body | {"papers": []})[0] == 422
    assert browser.get("/api/dossiers/scan", {"code": made["scan"]}).json() == {
        "url": reverse("dossier", args=[made["id"]]), "code": made["code"],
    }  # fmt: skip
    assert browser.get("/api/dossiers/scan", {"code": "1234"}).status_code == 404
    step = {"kind": "supplement", "counter": str(counter.id)}
    assert post(f"/api/dossiers/{made['id']}/steps", step)[0] == 409
    assert post(f"/api/dossiers/{made['id']}/steps", step | {"papers": ["Giấy chứng sinh"]})[0] == 200
    told = browser.get(f"/api/dossiers/{made['id']}").json()
    assert [moment["en"] for moment in told["moments"]] == ["A dossier was received", "More papers were asked for"]
    assert told["submitter"] == "Lê Văn Tám"


def test_the_desk_asks_no_more_of_the_database_when_more_is_due(district, django_assert_max_num_queries):
    of = procedure(district)
    for _ in range(3):
        dossier(district, of)
    browser = officer(district)
    with django_assert_max_num_queries(45):
        browser.get(reverse("desk", args=[district.counters["A"].id]))
    assert CITIZEN.name not in browser.get(reverse("desk", args=[district.counters["A"].id])).content.decode()
