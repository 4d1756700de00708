"""One timeline for all cameras of a room: what it says, to whom, and how little it asks of the database."""

import gzip
import itertools
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.access.models import Refusal
from minhbach.centre.footage.actions import marks
from minhbach.centre.footage.models import FootageStream, Gap, Removal, Run
from minhbach.centre.footage.timeline import flat
from minhbach.centre.registry.actors import System
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from tests.centre.footage.watched import HOUR, MINUTE, Watched, us

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched() -> Watched:
    return Watched()


def told(watched: Watched, name: str = "chairman"):
    answer = watched.browser(name).get(f"/api/rooms/{watched.room.id}/timeline")
    assert answer.status_code == 200, answer.content
    return answer.json()


def stretches(seen, camera):
    """What a camera's line says: (begin, end, code) one after the other."""
    lengths = (length * 1000 for length in camera["lengths_ms"])
    edges = list(itertools.accumulate(lengths, initial=camera["begin"]))
    codes = [seen["kinds"][place]["code"] for place in camera["kinds"]]
    return list(zip(edges, edges[1:], codes, strict=False))


def test_all_cameras_of_the_room_stand_on_one_timeline_with_the_causes_of_their_gaps(watched):
    end = us(watched.now)
    begin = end - 10 * HOUR
    gap = (begin + HOUR, begin + HOUR + 40 * MINUTE, "stream_lost")
    watched.recorded(watched.cameras[0], begin, end)
    watched.recorded(watched.cameras[1], begin, end, gap)
    seen = told(watched)
    first, second = seen["cameras"]
    assert [first["name"], first["place"]] == ["Camera 1 · Quầy 1 và 2", "Quầy 1 và 2"]
    assert stretches(seen, first) == [(begin, end, "footage")]
    assert stretches(seen, second) == [
        (begin, gap[0], "footage"), (gap[0], gap[1], "stream_lost"), (gap[1], end, "footage")
    ]  # fmt: skip
    assert seen["kinds"][2]["vi"] == "Mất luồng hình từ camera"
    assert seen["known_until"] == end


def test_the_strip_reaches_back_as_far_as_footage_is_kept_and_ends_with_today(watched):
    seen = told(watched)
    assert (seen["end"] - seen["begin"]) // (24 * HOUR) == 31  # thirty days of a one-stop room, and today
    assert seen["begin"] % (24 * HOUR) == 17 * HOUR  # midnight in Vietnam
    assert seen["begin"] < seen["now"] < seen["end"]


def test_deleted_by_the_rule_is_absence_that_the_rules_want(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (end - 2 * HOUR, end - HOUR, "outside_hours"))
    assert [(kind["code"], kind["lawful"]) for kind in told(watched)["kinds"][2:]] == [("outside_hours", True)]


def test_working_hours_are_those_of_the_regulation_on_working_days_only(watched):
    seen = told(watched)
    spans = list(zip(seen["hours"][::2], seen["hours"][1::2], strict=True))
    assert len(spans) % 2 == 0
    assert {end - begin for begin, end in spans} == {4 * HOUR, 3 * HOUR + 30 * MINUTE}
    days = {(begin - seen["begin"]) // (24 * HOUR) for begin, _ in spans}
    assert len(days) in range(21, 24)  # thirty-one days hold four or five week-ends


def test_a_clock_that_was_set_back_does_not_tell_a_moment_twice(watched):
    assert flat([(5, 9), (1, 4), (3, 6), (12, 13)]) == [1, 9, 12, 13]
    end = us(watched.now)
    stream = watched.recorded(watched.cameras[0], end - 3 * HOUR, end - HOUR)
    Run.objects.create(stream=stream, begin_us=end - 2 * HOUR, end_us=end, first=5, last=6)
    seen = told(watched)
    assert stretches(seen, seen["cameras"][0]) == [
        (end - 3 * HOUR, end - HOUR, "footage"), (end - HOUR, end, "footage")
    ]  # fmt: skip


def test_what_no_entry_accounts_for_is_told_as_unknown(watched):
    end = us(watched.now)
    stream = watched.recorded(watched.cameras[0], end - 3 * HOUR, end - 2 * HOUR)
    Run.objects.create(stream=stream, begin_us=end - HOUR, end_us=end, first=5, last=6)
    seen = told(watched)
    assert [code for *_, code in stretches(seen, seen["cameras"][0])] == ["footage", "unknown", "footage"]


def test_what_was_deleted_lies_between_what_was_held_and_what_is_kept(watched):
    end = us(watched.now)
    stream = watched.recorded(watched.cameras[0], end - 2 * HOUR, end)
    Run.objects.create(stream=stream, begin_us=end - 5 * HOUR, end_us=end - 4 * HOUR, first=1, last=2)
    Removal.objects.create(
        stream=stream, begin_us=end - 4 * HOUR, end_us=end - 2 * HOUR, kind="deletion", first=3, last=4, removed_us=end
    )
    seen = told(watched)
    assert [code for *_, code in stretches(seen, seen["cameras"][0])] == ["footage", "deletion", "footage"]


def test_only_what_no_witness_saw_yet_is_told_as_unwitnessed(watched):
    end = us(watched.now)
    stream = watched.recorded(
        watched.cameras[0], end - 3 * HOUR, end, (end - 10 * MINUTE, end - 5 * MINUTE, "stream_lost")
    )
    FootageStream.objects.filter(id=stream.id).update(witnessed_until_us=end - 7 * MINUTE)
    assert told(watched)["cameras"][0]["unwitnessed"] == [end - 7 * MINUTE, end]
    FootageStream.objects.filter(id=stream.id).update(witnessed_until_us=end)
    assert told(watched)["cameras"][0]["unwitnessed"] == []


def test_who_has_the_rest_already_is_told_only_what_came_since(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end, (end - 2 * HOUR, end - HOUR, "stream_lost"))
    since = end - 90 * MINUTE
    seen = watched.browser("chairman").get(f"/api/rooms/{watched.room.id}/timeline?since={since}").json()
    assert stretches(seen, seen["cameras"][0]) == [(since, end - HOUR, "stream_lost"), (end - HOUR, end, "footage")]
    assert seen["begin"] == told(watched)["begin"]
    assert watched.browser("chairman").get(f"/api/rooms/{watched.room.id}/timeline?since=-1").status_code == 422


def test_a_month_travels_compressed_to_a_browser_that_takes_it(watched):
    end = us(watched.now)
    watched.recorded(watched.cameras[0], end - 3 * HOUR, end)
    client, way = watched.browser("chairman"), f"/api/rooms/{watched.room.id}/timeline"
    plain, small = client.get(way), client.get(way, headers={"accept-encoding": "gzip, deflate, br"})
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"]
    assert len(small.content) < len(plain.content)
    assert json.loads(gzip.decompress(small.content))["cameras"] == plain.json()["cameras"]


def test_a_stranger_is_told_nothing_and_the_attempt_is_on_record(watched):
    client = watched.browser("stranger")
    answer = client.get(f"/api/rooms/{watched.room.id}/timeline")
    assert answer.status_code == 403
    assert set(answer.json()) >= {"vi", "en"}
    refused = Refusal.objects.get()
    assert refused.account == watched.people["stranger"]


def test_the_supervising_office_sees_the_strip_and_a_technician_does_not(watched):
    assert told(watched, "specialist")["cameras"]
    assert watched.browser("technician").get(f"/api/rooms/{watched.room.id}/timeline").status_code == 403


def test_the_number_of_queries_grows_neither_with_cameras_nor_with_gaps(watched):
    end = us(watched.now)
    stream = watched.recorded(watched.cameras[0], end - 20 * HOUR, end)
    browser, address = watched.browser("chairman"), f"/api/rooms/{watched.room.id}/timeline"
    browser.get(address)  # the rules are read once
    with CaptureQueriesContext(connection) as before:
        browser.get(address)
    for index in range(50):
        begin = end - 20 * HOUR + index * 10 * MINUTE
        Gap.objects.create(
            stream=stream, begin_us=begin, end_us=begin + MINUTE, cause="camera_timeout", log="1", index=index
        )
        Run.objects.create(stream=stream, begin_us=begin + MINUTE, end_us=begin + 2 * MINUTE, first=1, last=2)
    watched.recorded(watched.cameras[1], end - HOUR, end)
    with CaptureQueriesContext(connection) as after:
        browser.get(address)
    assert len(after) == len(before)
    assert len(after) <= 30


def test_a_mark_is_read_by_who_has_its_right_and_is_only_restricted_for_others(watched):
    at = us(watched.now) - HOUR
    marks.mark(
        System("tests"), room=watched.room.id, kind="finding", reference="1", right=Right.APPROVE,
        words=Words("Thiếu biển tên", "No name plate"), begin_us=at, end_us=at, now=watched.now,
    )  # fmt: skip
    [seen] = told(watched, "chairman")["marks"]
    assert (seen["kind"], seen["words"]["vi"]) == ("finding", "Thiếu biển tên")
    [hidden] = told(watched, "specialist")["marks"]
    assert hidden["kind"] == "restricted"
    assert "biển tên" not in str(hidden)


def test_what_is_held_longer_than_its_term_can_still_be_gone_to(watched):
    end = us(watched.now)
    held = end - 50 * 24 * HOUR
    stream = watched.recorded(watched.cameras[0], end - HOUR, end)
    Run.objects.create(stream=stream, begin_us=held, end_us=held + HOUR, first=1, last=2)
    seen = told(watched)
    assert seen["begin"] <= held
    assert (seen["end"] - seen["begin"]) // (24 * HOUR) == 51
    assert stretches(seen, seen["cameras"][0])[:2] == [
        (held, held + HOUR, "footage"),
        (held + HOUR, end - HOUR, "unknown"),
    ]
