"""What is published is what happened: days add up to a recount of the events, whoever held a room when."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minhbach.centre.feedback.models import Score
from minhbach.centre.footage.models import FootageStream, Gap
from minhbach.centre.oversight.counts import finding_counts
from minhbach.centre.oversight.models import Basis, FindingStep, GapCause, Measure, MeasureStep
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import add_up, camera_days, count, differences, rows_of, together, whole
from minhbach.centre.publishing.drafting import draft
from minhbach.centre.publishing.lines import LINES
from minhbach.centre.publishing.models import DayFigures, Part, Report
from minhbach.centre.publishing.scopes import figures_of
from minhbach.centre.reception.figures import missed_days
from minhbach.centre.reception.models import BookEntry, DayChange, MissedStep
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.models import Camera, Room, Tenure
from tests.centre.access.district import SETUP
from tests.centre.publishing.month import DAY_US, HOUR_US, Month, at, us

D = datetime.date


@pytest.fixture
def month(db):
    made = Month()
    made.dossier(D(2026, 2, 16), 8, back_after_days=0.1, score=Score.VERY_SATISFIED)
    made.dossier(D(2026, 3, 2), 9, back_after_days=9, score=Score.DISSATISFIED)
    made.dossier(D(2026, 3, 3), 9)
    made.session(D(2026, 3, 5), 1, people=7)
    # The last minute before midnight in Vietnam, and the first after it.
    made.dossier(D(2026, 3, 14), 23.99)
    made.dossier(D(2026, 3, 15), 0.01)
    made.record(at(D(2026, 3, 1), 0), at(D(2026, 3, 4), 0), (at(D(2026, 3, 2), 23), at(D(2026, 3, 3), 2)))
    return made


def commune(month, name="A"):
    return month.district.units[name].id


def test_a_month_is_what_happened_in_it(month):
    found = {
        key[1]: figures for key, figures in count(whole(month.first, month.last)).items() if key[0] == commune(month)
    }
    one_stop, reception = found["one_stop"], found["reception_room"]
    assert one_stop["dossiers_received"] == 4
    assert one_stop["dossiers_returned"] == 2
    assert one_stop["dossiers_late"] == 1
    assert (one_stop["ratings"], one_stop["ratings_good"]) == (2, 1)
    assert (reception["sessions"], reception["people_received"]) == (1, 7)
    assert (one_stop["recorded_us"], one_stop["missing_us"]) == (69 * HOUR_US, 3 * HOUR_US)
    assert one_stop["gaps"] == 1


def test_who_stands_in_the_book_was_received(month):
    """A morning that was opened with three people and has fourteen in its book counts as fourteen."""
    session = month.session(D(2026, 3, 6), 2, people=3)
    for number in range(14):
        BookEntry.objects.create(
            unit=session.unit, year=2026, number=1 + number, session=session, matter="petition", people=1,
            handle_by=D(2026, 3, 20), settle_by=D(2026, 3, 20), written_by=session.received_by,
            written_at=at(D(2026, 3, 6), 10),
        )  # fmt: skip
    figures = count(whole(month.first, month.last))[commune(month), "reception_room", month.last]
    assert (figures["sessions"], figures["people_received"]) == (2, 7 + 14)
    assert type(figures["people_received"]) is int
    rows, total = rows_of("people_received", [commune(month)], ["reception_room"], month.first, month.last)
    assert (total, [row.value for row in rows]) == (2, [14, 7])


def test_outside_the_hours_of_recording_nothing_is_missing(month):
    Gap.objects.update(cause="outside_hours")
    found = count(whole(month.first, month.last))[commune(month), "one_stop", month.last]
    assert (found["recorded_us"], found.get("missing_us", 0), found["gaps"]) == (69 * HOUR_US, 0, 0)


def lost(month, known_until):
    """The recorder of the one-stop camera is heard no more: its log came as far as this."""
    FootageStream.objects.update(known_until_us=us(known_until))
    Gap.objects.filter(cause="outside_hours").delete()


def test_what_no_log_speaks_of_is_unknown_and_never_counts_as_recorded(month):
    """A recorder that was stolen on 4 March does not have all of March."""
    lost(month, at(D(2026, 3, 4), 0))
    found = count(whole(month.first, month.last))[commune(month), "one_stop", month.last]
    assert (found["recorded_us"], found["missing_us"], found["unknown_us"]) == (
        69 * HOUR_US, 3 * HOUR_US, 11 * 24 * HOUR_US,
    )  # fmt: skip
    assert LINES["uptime"].of(found) == 10_000 * 69 // (72 + 264)
    assert LINES["unknown"].of(found) == 264 * 3600
    days, total = camera_days([commune(month)], ["one_stop"], month.first, month.last)
    assert total == 14
    assert [(each.day.day, each.unknown_us) for each in days[:2]] == [(14, DAY_US), (13, DAY_US)]
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []


def test_a_camera_of_which_no_log_ever_came_is_unknown_from_its_first_day(month):
    FootageStream.objects.update(camera="another")
    found = count(whole(month.first, month.last))[commune(month), "one_stop", month.last]
    assert (found.get("recorded_us"), found["unknown_us"]) == (None, 14 * DAY_US)
    assert (LINES["uptime"].of(found), LINES["missing"].of(found)) == (0, None)


def test_a_camera_that_went_out_of_use_is_unknown_only_where_its_recorder_never_heard_of_it(month):
    lost(month, at(D(2026, 3, 4), 0))
    camera = month.district.cameras["A", "one_stop"]
    Camera.objects.filter(id=camera.id).update(
        recording_since=None, added_at=at(D(2026, 3, 1), 0), retired_at=at(D(2026, 3, 6), 0)
    )
    key = commune(month), "one_stop", month.last
    assert count(whole(month.first, month.last))[key]["unknown_us"] == 2 * DAY_US
    FootageStream.objects.update(active=False)
    assert "unknown_us" not in count(whole(month.first, month.last))[key]


def test_days_add_up_to_a_recount_of_the_events(month):
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []
    kept = add_up({commune(month)}, ["one_stop"], month.first, month.last)[commune(month), "one_stop"]
    assert (kept["recorded_us"], kept["missing_us"], kept["dossiers_received"]) == (69 * HOUR_US, 3 * HOUR_US, 4)
    of_day = DayFigures.objects.get(unit=commune(month), day=D(2026, 3, 3), room_type="one_stop").figures
    assert (of_day["recorded_us"], of_day["missing_us"]) == (DAY_US - 2 * HOUR_US, 2 * HOUR_US)


def test_a_figure_that_was_changed_past_the_events_is_found(month):
    roll(month.first, month.last, now=month.district.now)
    row = DayFigures.objects.get(unit=commune(month), day=D(2026, 3, 2), room_type="one_stop")
    row.figures["dossiers_received"] += 1
    row.save()
    assert [line.split()[2].rstrip(":") for line in differences(month.first, month.last)] == ["dossiers_received"]


def test_what_was_not_counted_is_no_zero(month):
    """No camera recorded in the reception room, so nobody knows of gaps there; sessions could have been."""
    found = count(whole(month.first, month.last))
    reception = next(figures for key, figures in found.items() if key[:2] == (commune(month, "B"), "reception_room"))
    assert reception["sessions"] == 0
    assert "gaps" not in reception
    assert "ratings" not in reception


def test_missed_reception_days_are_those_of_the_reception_itself(month):
    """A day that was received on after all, and one whose reason was taken, are none."""
    month.missed(D(2026, 3, 5))  # there is a session
    month.missed(D(2026, 3, 10))
    excused = month.missed(D(2026, 2, 20))
    one, other = (month.district.people[role].person for role in ("commune_chairman", "chief_inspector"))
    MissedStep.objects.create(
        missed=excused, kind="explained", code="storm", vi="Bão", en="Storm", by=one, at=at(D(2026, 2, 21), 9)
    )
    MissedStep.objects.create(missed=excused, kind="accepted", by=other, at=at(D(2026, 2, 22), 9))
    month.missed(D(2026, 3, 15))  # behind the days of the report
    figures = count(whole(month.first, month.last))[commune(month), "reception_room", month.last]
    assert figures["missed_days"] == 1
    assert missed_days(month.first, month.last) == {commune(month): [D(2026, 3, 10)]}
    rows, total = rows_of("missed_days", [commune(month)], ["reception_room"], month.first, month.last)
    assert (total, rows[0].at) == (1, at(D(2026, 3, 10), 12))
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []


def test_days_that_a_unit_cancelled_or_moved_are_counted_by_what_holds_of_each(month):
    unit, head = month.district.units["A"], month.district.people["commune_chairman"].person
    changes = (
        (D(2026, 3, 5), "cancelled"), (D(2026, 3, 10), "moved"), (D(2026, 2, 25), "cancelled"),
        (D(2026, 2, 25), "restored"), (D(2026, 3, 12), "added"), (D(2026, 3, 20), "cancelled"),
    )  # fmt: skip
    for number, (day, kind) in enumerate(changes):
        DayChange.objects.create(
            unit=unit, day=day, kind=kind, moved_to=D(2026, 3, 11) if kind == "moved" else None, reason="Họp",
            made_by=head, made_at=at(D(2026, 2, 20), number),
        )  # fmt: skip
    figures = count(whole(month.first, month.last))[commune(month), "reception_room", month.last]
    assert (figures["days_cancelled"], figures["days_moved"]) == (1, 1)
    rows, total = rows_of("days_cancelled", [commune(month)], ["reception_room"], month.first, month.last)
    assert (total, rows[0].at) == (1, at(D(2026, 3, 5), 12))
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []
    assert "Đơn vị tự hủy 1 ngày, dời 1 ngày tiếp công dân" in draft(Part.RESULTS, figures)


def test_findings_are_counted_by_the_question_of_oversight_alone(month):
    seen, gap = month.finding(at(D(2026, 3, 2), 10)), month.finding(at(D(2026, 3, 3), 10), source="gap", number=2)
    lawful = month.finding(at(D(2026, 3, 4), 10), source="gap", number=3)
    chief, unit = (month.district.people[role].person for role in ("chief_of_office", "commune_chairman"))
    for row in (seen, gap):
        Basis.objects.create(
            finding=row, kind="minutes", vi="Biên bản", en="Minutes", words="Số 3", by=chief, at=at(D(2026, 3, 5), 8)
        )
        FindingStep.objects.create(finding=row, kind="explained", words="Đã rõ", by=unit, at=at(D(2026, 3, 5), 9))
    day = at(D(2026, 3, 6), 9)
    FindingStep.objects.create(
        finding=seen, kind="concluded", words="Có", upheld=True, severity="minor", by=chief, at=day
    )
    FindingStep.objects.create(finding=gap, kind="concluded", words="Không", upheld=False, by=chief, at=day)
    GapCause.objects.create(
        room=lawful.room, begin_us=lawful.begin_us, end_us=lawful.end_us, cause="power", vi="Mất điện", en="Power cut",
        words="Cắt điện theo lịch", document="12/TB-ĐL", by=unit, at=day,
    )  # fmt: skip
    FindingStep.objects.create(finding=lawful, kind="lawful", words="Mất điện", by=chief, at=day)
    _, made = (
        Measure.objects.create(
            person=month.district.people["one_stop_officer"].person, unit=seen.unit, room=seen.room, year=2026,
            number=number, level=level, form="reprimand", form_vi="Khiển trách", form_en="Reprimand", occurrence=1,
            words="Theo quy chế", by=chief, at=day,
        )
        for level, number in (("internal", 1), ("formal", 2))
    )  # fmt: skip
    MeasureStep.objects.create(
        measure=made, kind="decided", at=day, by=chief, number="9/QĐ", decided_on=day.date(), form="reprimand",
        form_vi="Khiển trách", form_en="Reprimand",
    )  # fmt: skip
    figures = count(whole(month.first, month.last))[commune(month), "one_stop", month.last]
    codes = {
        "findings": 3, "findings_gap": 2, "findings_explained": 2, "findings_concluded": 2, "findings_upheld": 1,
        "findings_unfounded": 1, "findings_lawful": 1, "measures": 2, "measures_formal": 1, "measures_decided": 1,
    }  # fmt: skip
    assert {code: figures[code] for code in codes} == codes
    for code, value in codes.items():
        assert rows_of(code, [commune(month)], ["one_stop"], month.first, month.last)[1] == value, code
    [(of, counted)] = finding_counts(at(month.first, 0), at(month.last, 24)).items()
    assert (of, counted.events) == (commune(month), codes)
    assert (counted.sources, counted.decided) == ({"footage": 1, "gap": 2}, {"reprimand": 1})
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []


def test_a_room_that_changes_hands_amid_the_month_counts_for_each_in_its_time(month):
    Tenure.objects.filter(room=month.room).update(valid_until=D(2026, 3, 3))
    Tenure.objects.create(room=month.room, unit=month.district.units["B"], valid_from=D(2026, 3, 3))
    roll(month.first, month.last, now=month.district.now)
    assert list(differences(month.first, month.last)) == []
    of = {name: figures_of(commune(month, name), "operates", month.first, month.last) for name in "AB"}
    assert [of[name]["dossiers_received"] for name in "AB"] == [2, 2]
    assert [of[name]["recorded_us"] for name in "AB"] == [47 * HOUR_US, 22 * HOUR_US]


def test_a_unit_merged_away_amid_the_month_is_reported_by_its_only_heir(month):
    naming = units.NewName("Xã Mới", "0009", "commune")
    merged = units.merge_units(
        SETUP, units=[commune(month, "A"), commune(month, "B")], naming=naming, parent=month.district.units["top"].id,
        day=D(2026, 3, 3), decision_number="9/NQ",
    )  # fmt: skip
    roll(month.first, month.last, now=month.district.now)
    assert figures_of(merged.units[0].id, "operates", month.first, month.last)["dossiers_received"] == 4
    assert figures_of(month.district.units["top"].id, "leads", month.first, month.last)["dossiers_received"] == 4


def test_a_unit_merged_away_between_its_counted_days_and_the_draft_is_reported_by_its_heir(month):
    naming = units.NewName("Xã Mới", "0009", "commune")
    merged = units.merge_units(
        SETUP, units=[commune(month, "A"), commune(month, "B")], naming=naming, parent=month.district.units["top"].id,
        day=month.last + datetime.timedelta(days=3), decision_number="9/NQ",
    )  # fmt: skip
    roll(month.first, month.last, now=month.district.now)
    assert figures_of(merged.units[0].id, "operates", month.first, month.last)["dossiers_received"] == 4
    own = {"unit_id": commune(month), "kind": "operates", "month": month.last.replace(day=1), "due_on": month.last}
    Report.objects.create(**own, first_day=month.first, last_day=month.last, drafted_at=month.district.now)
    assert figures_of(merged.units[0].id, "operates", month.first, month.last)["dossiers_received"] == 0


def test_the_bodies_speak_of_the_rooms_they_supervise(month):
    roll(month.first, month.last, now=month.district.now)
    inspectorate = figures_of(
        month.district.units["inspectorate"].id, "supervises_reception_room", month.first, month.last
    )
    office = figures_of(month.district.units["office"].id, "supervises_one_stop", month.first, month.last)
    assert inspectorate["sessions"] == 1
    assert "dossiers_received" not in inspectorate
    assert office["dossiers_received"] == 4
    assert "sessions" in office  # of rooms of any type
    assert office["sessions"] == 0


def test_a_room_counts_from_the_day_it_went_into_service(month):
    month.room.in_service_on = D(2026, 3, 3)
    month.room.save(update_fields=["in_service_on"])
    found = together(
        figures for key, figures in count(whole(month.first, month.last)).items() if key[0] == commune(month)
    )
    assert found["dossiers_received"] == 2


def test_a_room_that_was_never_handed_over_counts_nowhere(month):
    Room.objects.filter(id=month.room.id).update(in_service_on=None)
    found = count(whole(month.first, month.last))
    assert (commune(month), "one_stop", month.last) not in found
    assert found[commune(month), "reception_room", month.last]["rooms"] == 1


def test_each_figure_opens_as_many_rows_as_it_says(month):
    every = [row for row in count(whole(month.first, month.last)).items() if row[0][:2] == (commune(month), "one_stop")]
    for code, value in every[0][1].items():
        if code in ("rooms", "cameras", "counters", "recorded_us", "missing_us", "people_received"):
            continue
        rows, total = rows_of(code, [commune(month)], ["one_stop"], month.first, month.last)
        assert (len(rows), total) == (value, value), code
    days, total = camera_days([commune(month)], ["one_stop"], month.first, month.last)
    assert total == 3
    assert [(each.day.day, each.missing_us) for each in days] == [(3, 2 * HOUR_US), (2, HOUR_US), (1, 0)]


def test_counting_asks_as_little_for_a_month_as_for_a_day(month):
    asked = []
    for first in (month.last, month.first):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            roll(first, month.last, now=month.district.now)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8
