"""A sign says what the law asks and hangs by a photograph; picture and voice are accepted for both sides."""

import datetime
import functools
from typing import cast
from uuid import uuid4

import pytest

from minhbach.centre.papers import actions as papers
from minhbach.centre.registry import minutes
from minhbach.centre.registry.actions import commissioning, devices, people
from minhbach.centre.registry.models import Medium, NoticeSign, Party, Room
from minhbach.centre.registry.steps import steps_of, steps_of_all
from minhbach.centre.registry.writing import NotPossible
from tests.centre.registry.places import (
    DAY,
    NOW,
    SETUP,
    TODAY,
    camera,
    commune,
    details,
    one_stop,
    province,
    recorder,
)
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


def test_a_sign_says_who_records_why_by_which_law_how_long_and_whom_to_ask() -> None:
    room = one_stop(commune(province()).id, contact="0226 385 2773")
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    said = str(sign.content)
    for part in ("Xã Mộc Xuyên", "Giám sát việc tiếp công dân", "91/2025/QH15", "30 ngày", "0226 385 2773"):
        assert part in said
    assert papers.read(sign.paper).startswith(b"%PDF-")


def test_a_sign_promises_sound_only_where_sound_is_recorded() -> None:
    room = one_stop(commune(province()).id)
    at = recorder(room)
    camera(room, at)
    silent = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    camera(room, at, has_sound=True)
    loud = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    assert "GHI ÂM" not in str(silent.content)
    assert "GHI ÂM" in str(loud.content)
    assert (silent.number, loud.number) == (1, 2)


def test_a_sign_that_hangs_keeps_its_words_when_the_room_changes() -> None:
    room = one_stop(commune(province()).id)
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    from_then = sign.content
    Room.objects.filter(id=room.id).update(name=details("Một cửa mới").name)
    assert NoticeSign.objects.get().content == from_then


def test_a_sign_hangs_only_by_a_photograph_and_only_once() -> None:
    room = one_stop(commune(province()).id)
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    with pytest.raises(NotPossible) as refused:
        commissioning.hang_sign(SETUP, sign=sign, photo=b"<svg onload=alert(1)>", where="Cửa", now=NOW)
    assert refused.value.field == "photo"
    commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=NOW)
    with pytest.raises(NotPossible, match="already"):
        commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=NOW)


def test_the_newest_word_on_a_picture_counts_and_a_refusal_says_why() -> None:
    room = one_stop(commune(province()).id)
    one = camera(room, recorder(room))
    say = functools.partial(commissioning.accept, SETUP, camera=one, medium=Medium.PICTURE, party=Party.CITIZEN)
    with pytest.raises(NotPossible) as refused:
        say(passed=False, now=NOW)
    assert refused.value.field == "note"
    say(passed=False, note="Ngược sáng", now=NOW)
    assert not steps_of(room, TODAY).verdicts[0].passed
    say(passed=True, now=NOW + datetime.timedelta(minutes=5))
    assert steps_of(room, TODAY).verdicts[0].passed


def test_a_voice_is_accepted_only_where_sound_is_recorded() -> None:
    room = one_stop(commune(province()).id)
    one = camera(room, recorder(room))
    with pytest.raises(NotPossible, match="no sound"):
        commissioning.accept(SETUP, camera=one, medium=Medium.VOICE, party=Party.OFFICER, passed=True, now=NOW)


def test_nobody_accepts_what_they_were_not_shown() -> None:
    one = camera(one_stop(commune(province()).id), recorder(one_stop(commune(province("36"), code="00009").id)))
    somebody = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    say = functools.partial(commissioning.accept, somebody, camera=one, medium=Medium.PICTURE, party=Party.CITIZEN)
    with pytest.raises(NotPossible, match="Look first"):
        say(passed=True, now=NOW)
    assert not say(passed=False, note="Không có ảnh", now=NOW).passed


def test_a_new_room_is_led_step_by_step_until_nothing_is_left() -> None:
    unit = commune(province())
    room = one_stop(unit.id)
    seen = [steps_of(room, TODAY).next]
    at = recorder(room)
    seen.append(steps_of(room, TODAY).next)
    one = camera(room, at, has_sound=True)
    seen.append(steps_of(room, TODAY).next)
    sign = commissioning.draw_sign(SETUP, room=room, days=30, now=NOW)
    commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=NOW)
    seen.append(steps_of(room, TODAY).next)
    devices.switch_on(SETUP, camera=one, now=NOW)
    seen.append(steps_of(room, TODAY).next)
    for medium in Medium:
        for party in Party:
            commissioning.accept(SETUP, camera=one, medium=medium, party=party, passed=True, now=NOW)
    seen.append(steps_of(room, TODAY).next)
    person = people.add_person(SETUP, details=people.PersonDetails(full_name="Đỗ Thị Thắm"), now=NOW)
    decision = people.Decision(number="45/QĐ-UBND", date=DAY)
    people.assign(SETUP, person=person, unit=unit.id, role="one_stop_officer", decision=decision, begin=DAY)
    seen.append(steps_of(room, TODAY).next)
    assert seen == ["recorder", "cameras", "sign", "recording", "acceptance", "people", "done"]


def test_the_minutes_say_what_was_accepted_by_whom_and_claim_nothing_else() -> None:
    unit = commune(province())
    room = one_stop(unit.id)
    one = camera(room, recorder(room))
    inspector = people.add_person(SETUP, details=people.PersonDetails(full_name="Lý Thành Công"), now=NOW)
    looked = commissioning.Seen(uuid4(), NOW - datetime.timedelta(minutes=1), NOW - datetime.timedelta(minutes=1))
    say = functools.partial(commissioning.accept, inspector, camera=one, medium=Medium.PICTURE, party=Party.CITIZEN)
    say(passed=True, seen=looked, now=NOW)
    values = minutes.content(room, NOW)
    verdicts = cast(list[dict[str, str]], values["verdicts"])
    results = [(one["asked"], one["result"], one["who"]) for one in verdicts]
    assert results == [("Thấy rõ công dân", "đạt", "Lý Thành Công"), ("Thấy rõ cán bộ", "chưa có", "")]
    assert verdicts[0]["when"] == "09:00 22/11/2026, xem ảnh lúc 08:59:00"
    assert values["sign"] == "chưa treo"
    assert values["conclusion"] == minutes.NOT_YET
    assert values["above"] == "Tỉnh Hòa Giang"
    assert values["day_in_words"] == "ngày 22 tháng 11 năm 2026"
    assert minutes.printed(values, at=NOW).startswith(b"%PDF-")


def test_the_steps_of_many_rooms_cost_no_more_questions_than_those_of_one(django_assert_max_num_queries) -> None:
    top = province()
    rooms = []
    for number in range(1, 13):
        room = one_stop(commune(top, f"Xã {number}", f"{number:05}").id)
        camera(room, recorder(room))
        rooms.append(room)
    bare = one_stop(commune(top, "Xã trống", "00099").id)
    with django_assert_max_num_queries(9):
        steps = steps_of_all([*rooms, bare], TODAY)
    assert [steps[room.id].next for room in rooms] == ["sign"] * 12
    assert steps[bare.id].next == "recorder"


def test_a_second_room_of_a_unit_uses_the_recorder_of_the_first() -> None:
    unit = commune(province())
    first, second = one_stop(unit.id), one_stop(unit.id, name="Điểm tiếp nhận số 2")
    at = recorder(first)
    assert steps_of(second, TODAY).recorder == at
