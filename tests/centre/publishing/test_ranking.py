"""Score sheets: opened after a period, scored by the unit, settled above by others, and a league with its history."""

import datetime
import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.footage.models import Fault
from minhbach.centre.front.scoring import sheets_waiting
from minhbach.centre.look import paging
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.actions import ranking as actions
from minhbach.centre.publishing.counted import counted
from minhbach.centre.publishing.models import DayFigures, Score, ScoreKind, Scoring, ScoringStep, ScoringStepKind
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.tables import rows_of
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import DAY, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: A morning after the end of October.
NOW = datetime.datetime(2026, 11, 2, 9, tzinfo=VIETNAM)
DAY_LONG = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)


@pytest.fixture
def district():
    district = District(now=NOW)
    Room.objects.update(in_service_on=DAY)
    for name, recorded in (("A", 75), ("B", 50), ("C", 100)):
        DayFigures.objects.create(
            unit=district.units[name], day=LAST, room_type="one_stop", counted_at=NOW,
            figures={"recorded_us": recorded, "missing_us": 100 - recorded, "dossiers_returned": 8, "dossiers_late": 2},
        )  # fmt: skip
    return district


def sheet(district, name, code="camera", first=FIRST):
    return Scoring.objects.get(unit=district.units[name], sheet=code, first_day=first)


def given(told, kind, points=None):
    """As proposed, or so many tenths each, with a reason."""
    found = {}
    for line in told.lines:
        other = line.proposed if kind == ScoreKind.SELF else line.self_tenths
        tenths = points if points is not None else (other if other is not None else line.criterion.points * 10)
        found[line.criterion.code] = actions.Given(min(tenths, line.criterion.points * 10), "theo hồ sơ minh chứng")
    return found


def handed_in(district, name, now=NOW, first=FIRST):
    row = sheet(district, name, first=first)
    person = district.people.get(f"chairman {name}") or district.appoint("commune_chairman", name, f"chairman {name}")
    actions.give(person.person, row, ScoreKind.SELF, given(ranking.sheet_of(row.id), ScoreKind.SELF), now=now)
    actions.step(person.person, row, ScoringStepKind.HANDED_IN, now=now)
    return row


def settled(district, name, points=None, first=FIRST):
    row = handed_in(district, name, first=first)
    above = district.people["chief_of_office"].person
    told = ranking.sheet_of(row.id)
    actions.give(above, row, ScoreKind.APPRAISED, given(told, ScoreKind.APPRAISED, points), now=NOW)
    actions.step(above, row, ScoringStepKind.SETTLED, now=NOW)
    return row


# --- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "day", "days"),
    [
        ("month", "2026-11-02", ("2026-10-01", "2026-10-31")),
        ("month", "2027-01-01", ("2026-12-01", "2026-12-31")),
        ("quarter", "2026-11-02", ("2026-07-01", "2026-09-30")),
        ("quarter", "2027-02-28", ("2026-10-01", "2026-12-31")),
        ("year", "2026-11-02", ("2025-01-01", "2025-12-31")),
    ],
)
def test_the_last_period_that_is_over_is_scored(period, day, days):
    found = actions.period_before(period, datetime.date.fromisoformat(day))
    assert tuple(each.isoformat() for each in found) == days


def test_sheets_are_opened_once_for_units_with_rooms_and_what_was_counted_is_proposed(district):
    made = actions.open_due(now=NOW)
    assert made == Scoring.objects.count() == 6  # three communes, a month's and a quarter's sheet
    assert actions.open_due(now=NOW) == 0
    told = ranking.sheet_of(sheet(district, "A").id)
    lines = {line.criterion.code: line for line in told.lines}
    assert lines["recorded"].proposed == 150  # three quarters of 20 points
    assert lines["recorded"].share == "75/100"
    assert lines["initiative"].counted is None
    assert (told.scoring.self_by, told.scoring.appraised_by) == (
        LAST + datetime.timedelta(days=5),
        LAST + datetime.timedelta(days=15),
    )
    chairman = district.people["commune_chairman"].person_id
    assert Delivery.objects.filter(address=chairman).count() == 2


def test_what_did_not_happen_is_no_figure_and_gives_no_points(district):
    units = {district.units[name].id for name in "AB"}
    found = counted(units, FIRST, LAST)[district.units["A"].id]
    assert found["dossiers_on_time"] == (6, 8)
    assert "satisfied" not in found
    assert "tasks_on_time" not in found
    assert found["reception_held"] == (0, 4)
    assert found["without_finding"] == (2, 2)
    assert found["confirmed"] == (0, 6)  # those who serve there confirmed it after these days


def moment(month, day, hour):
    return datetime.datetime(2026, month, day, hour, tzinfo=VIETNAM)


def test_faults_are_mended_or_not_one_by_one_and_those_of_before_mend_none_of_these(district):
    recorder, room = district.recorders["A"], district.rooms["A", "one_stop"]

    def fault(began, ended):
        begin = moment(*began)
        end = moment(*ended) if ended else None
        Fault.objects.create(recorder=recorder, room=room, kind="line", began_at=begin, known_at=begin, ended_at=end)

    fault((9, 29, 8), (10, 2, 8))  # of the month before
    fault((10, 3, 8), (10, 3, 9))
    fault((10, 9, 8), None)
    fault((10, 31, 23), (11, 1, 1))  # after the month
    of = counted({district.units[name].id for name in "AB"}, FIRST, LAST)
    assert of[district.units["A"].id]["faults_mended"] == (1, 3)
    assert "faults_mended" not in of[district.units["B"].id]
    district.rooms["A", "one_stop"].in_service_on = datetime.date(2026, 10, 5)
    district.rooms["A", "one_stop"].save(update_fields=["in_service_on"])
    assert counted({district.units["A"].id}, FIRST, LAST)[district.units["A"].id]["faults_mended"] == (0, 2)
    Room.objects.filter(id=room.id).update(in_service_on=None)  # on trial, nothing of it counts
    found = counted({district.units["A"].id}, FIRST, LAST)[district.units["A"].id]
    assert "faults_mended" not in found
    assert found["without_finding"] == (1, 1)


# --- scoring --------------------------------------------------------------------------------------------------------


def test_another_number_than_was_counted_or_given_needs_a_reason(district):
    actions.open_due(now=NOW)
    row, person = sheet(district, "A"), district.people["commune_chairman"].person
    with pytest.raises(NotPossible) as refused:
        actions.give(person, row, ScoreKind.SELF, {"recorded": actions.Given(200)}, now=NOW)
    assert refused.value.field == "recorded_reason"
    with pytest.raises(NotPossible) as refused:
        actions.give(person, row, ScoreKind.SELF, {"recorded": actions.Given(201, "vì")}, now=NOW)
    assert refused.value.field == "recorded_points"
    same = {"recorded": actions.Given(150)}
    assert actions.give(person, row, ScoreKind.SELF, same, now=NOW) == 1
    assert actions.give(person, row, ScoreKind.SELF, same, now=NOW) == 0
    changed = {"recorded": actions.Given(200, "mất điện lưới cả xã")}
    assert actions.give(person, row, ScoreKind.SELF, changed, now=NOW) == 1
    [line] = [each for each in ranking.sheet_of(row.id).lines if each.criterion.code == "recorded"]
    assert [score.tenths for score in line.own] == [150, 200]
    with pytest.raises(NotPossible):
        actions.step(person, row, ScoringStepKind.HANDED_IN, now=NOW)  # the rest is not scored


def test_the_turns_are_kept_by_postgresql_and_nobody_settles_what_they_handed_in(district):
    actions.open_due(now=NOW)
    row = handed_in(district, "A")
    person, above = district.people["chairman A"].person, district.people["chief_of_office"].person
    with pytest.raises(NotPossible):  # it is not with the unit any more
        actions.give(person, row, ScoreKind.SELF, {"room": actions.Given(10, "thêm")}, now=NOW)
    with pytest.raises(NotPossible):
        actions.step(above, row, ScoringStepKind.RETURNED, now=NOW)  # without a reason
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoringStep.objects.create(scoring=row, serial=2, kind="settled", at=NOW, by=person)
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.filter(scoring=row).update(tenths=1)
    actions.step(above, row, ScoringStepKind.RETURNED, words="bổ sung minh chứng", now=NOW)
    assert ranking.sheet_of(row.id).state_at(NOW)[1].vi == "Trả lại để chấm lại"
    actions.give(person, row, ScoreKind.SELF, {"room": actions.Given(10, "ảnh kèm theo")}, now=NOW)
    actions.step(person, row, ScoringStepKind.HANDED_IN, now=NOW)
    told = ranking.sheet_of(row.id)
    actions.give(above, row, ScoreKind.APPRAISED, given(told, ScoreKind.APPRAISED), now=NOW)
    actions.step(above, row, ScoringStepKind.SETTLED, now=NOW)
    with pytest.raises(NotPossible):
        actions.step(above, row, ScoringStepKind.RETURNED, words="nghĩ lại", now=NOW)
    assert ranking.sheet_of(row.id).grade is not None


# --- the league -----------------------------------------------------------------------------------------------------


def test_places_follow_the_appraised_points_equal_ones_share_a_place_and_the_history_stands_beside(district):
    september = datetime.datetime(2026, 10, 2, 9, tzinfo=VIETNAM)
    actions.open_due(now=september)
    for name, points in (("A", 0), ("B", 50)):
        settled(district, name, points, first=datetime.date(2026, 9, 1))
    actions.open_due(now=NOW)
    for name in "AB":
        settled(district, name, 50)
    league = ranking.league("camera", FIRST, now=NOW)
    assert league is not None
    rows = {row.scoring.unit_id: row for row in league.rows}
    first, second, third = (rows[district.units[name].id] for name in "ABC")
    assert (first.place, second.place, third.place) == (1, 1, None)
    assert first.before[-1][1] == 2
    assert (first.moved, second.moved) == (1, 0)
    assert third.state[1].vi == "Đơn vị tự chấm"
    assert league.settled == 2
    late = ranking.league("camera", FIRST, now=NOW + datetime.timedelta(days=7))
    assert late is not None
    assert {row.scoring.unit_id: row.state[1].vi for row in late.rows}[district.units["C"].id] == "Quá hạn tự chấm"
    with CaptureQueriesContext(connection) as queries:
        ranking.league("camera", FIRST, now=NOW)
    assert len(queries) <= 8


def test_the_course_of_the_places_is_drawn_with_the_better_ones_higher(district):
    september = datetime.datetime(2026, 10, 2, 9, tzinfo=VIETNAM)
    actions.open_due(now=september)
    for name, points in (("A", 0), ("B", 50)):
        settled(district, name, points, first=datetime.date(2026, 9, 1))
    actions.open_due(now=NOW)
    settled(district, "A", 50)
    league = ranking.league("camera", FIRST, now=NOW)
    assert league is not None
    courses = {row.unit_name: row.course for row in league.rows}
    assert courses == {"Xã A": (-2.0, -1.0), "Xã B": (), "Xã C": ()}


def test_the_table_shows_whose_figures_are_within_reach_and_places_among_all(district):
    actions.open_due(now=NOW)
    settled(district, "A", 0)
    settled(district, "B", 50)
    for role, names in (("commune_chairman", ["Xã A"]), ("chief_of_office", ["Xã B", "Xã A"]), ("technician", [])):
        shown = ranking.reach_of(standing_of(district.people[role], now=NOW))
        league = ranking.league("camera", FIRST, now=NOW, shown=shown)
        assert league is not None
        assert [row.unit_name for row in league.rows] == names
        assert (league.settled, league.units) == (2, 3)
        assert all(row.place == {"Xã A": 2, "Xã B": 1}[row.unit_name] for row in league.rows)


def test_a_sheet_waits_for_the_unit_then_for_those_above_and_never_for_who_handed_it_in(district):
    actions.open_due(now=NOW)
    chairman, chief = district.people["commune_chairman"], district.people["chief_of_office"]

    def waits(account, now=NOW):
        return [(each.verb.vi, each.kind) for each in sheets_waiting(standing_of(account, now=now), now=now)]

    # The quarter before was to be scored by the 5th of October, the month by the 5th of November.
    assert waits(chairman) == [("Tự chấm", "late"), ("Tự chấm", "soon")]
    assert waits(chief) == []
    assert waits(chairman, NOW + datetime.timedelta(days=8)) == [("Tự chấm", "late")] * 2
    row = handed_in(district, "A")
    assert waits(chief) == [("Thẩm định", "soon")]
    assert waits(chairman) == [("Tự chấm", "late")]
    above = district.appoint("chief_of_office", "office", "second chief")
    actions.step(chief.person, row, ScoringStepKind.RETURNED, words="thiếu minh chứng", now=NOW)
    assert ("Chấm lại", "soon") in waits(chairman)
    actions.step(above.person, row, ScoringStepKind.HANDED_IN, now=NOW)
    assert waits(above) == []
    assert waits(chief) == [("Thẩm định", "soon")]


def test_what_waits_asks_as_little_for_many_sheets_as_for_one(district):
    chief = district.people["chief_of_office"]
    actions.open_due(now=NOW)
    handed_in(district, "A")
    asked = []
    for name in ("", "B"):
        if name:
            handed_in(district, name)
        standing = standing_of(chief, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert list(sheets_waiting(standing, now=NOW))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 5


@pytest.mark.parametrize(("tenths", "said"), [(None, "–"), (0, "0"), (75, "7,5"), (200, "20")])
def test_points_are_read_as_vietnamese_write_them(tenths, said):
    assert ranking.points(tenths) == said


def test_points_and_shares_are_written_as_the_language_of_the_page_writes_them(district):
    actions.open_due(now=NOW)
    told = ranking.sheet_of(sheet(district, "A").id)
    counted_of = Score(kind=ScoreKind.COUNTED, part=788_000, whole=1_000_000)
    line = replace(told.lines[0], counted=counted_of)
    for language, said in (("vi", ("78,8", "78,8\u00a0%")), ("en", ("78.8", "78.8%"))):
        with translation.override(language):
            assert (ranking.points(788), line.share) == said, language


def test_a_sheet_is_late_on_its_own_page_when_it_is_late_in_the_table_and_unscored_is_no_nought(district):
    actions.open_due(now=NOW)
    row = sheet(district, "C")
    last, behind = (datetime.datetime.combine(row.self_by, datetime.time(9), VIETNAM) + n * DAY_LONG for n in (0, 1))
    for now, state in ((last, ranking.WITH_UNIT), (behind, ranking.LATE)):
        league = ranking.league("camera", FIRST, now=now)
        assert league is not None
        [listed] = [each for each in league.rows if each.scoring == row]
        assert ranking.sheet_of(row.id).state_at(now) == listed.state
        assert listed.state[1] is state
    assert ranking.sheet_of(row.id).totals[1:] == (None, None)
    handed_in(district, "C")
    _, own, appraised = ranking.sheet_of(row.id).totals
    assert own
    assert appraised is None


# --- pages and JSON -------------------------------------------------------------------------------------------------


@pytest.fixture
def today():
    """A district of now, with the sheets of the last periods: browsers sign in by the clock."""
    district = District()
    actions.open_due(now=district.now)
    return district


def first_day(district):
    return actions.period_before("month", day_of(district.now))[0]


def test_the_table_asks_once_where_its_sheets_lead(today):
    browser = signed_in(today.people["chief_of_office"])
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(reverse("league"))
    assert len(page.context["league"].rows) == 2
    assert sum('FROM "publishing_scoring"' in each["sql"] and 'AS "pk"' in each["sql"] for each in queries) == 1


def test_a_long_table_is_turned_and_its_papers_are_whole(today, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 1)
    browser = signed_in(today.people["area_chairman"])
    first, second = (browser.get(reverse("league"), {"bang": "camera", "tu": str(skip)}) for skip in (0, 1))
    rows = first.context["league"].rows
    assert len(rows) == 2
    assert [[row.unit_name for row in page.context["rows"]] for page in (first, second)] == [
        [row.unit_name] for row in rows
    ]
    assert "1–1 trong 2" in first.content.decode()
    assert len(rows_of(browser.get(reverse("league_xlsx") + "?bang=camera").content)) == 3


def test_a_unit_scores_itself_and_those_above_settle_it_by_the_pages_alone(today):
    row = sheet(today, "A", first=first_day(today))
    unit, above = signed_in(today.people["commune_chairman"]), signed_in(today.people["chief_of_office"])
    way, give = reverse("scoring", args=[row.id]), reverse("scoring_give", args=[row.id])
    criteria = [line.criterion for line in ranking.sheet_of(row.id).lines]
    assert 'value="handed_in"' in unit.get(way).content.decode()
    assert 'value="handed_in"' not in above.get(way).content.decode()
    typed = {f"{each.code}_points": str(each.points) for each in criteria}
    reasons = {f"{each.code}_reason": "theo minh chứng" for each in criteria}
    wrong = unit.post(give, typed | reasons | {"room_points": "nhiều"})
    assert wrong.status_code == 422
    assert "7,5" in wrong.content.decode()
    assert unit.post(give, typed | reasons | {"room_points": "7,5", "step": "handed_in"}).status_code == 302
    page = above.get(way).content.decode()
    assert "theo minh chứng" in page
    assert (
        above.post(give, typed | {"room_points": "5"}).status_code == 422
    )  # otherwise than the unit, without a reason
    assert (
        above.post(give, typed | {"room_points": "5", "room_reason": "thiếu niêm yết", "step": "settled"}).status_code
        == 302
    )
    league = signed_in(today.people["area_chairman"]).get(reverse("league"), {"bang": "camera"}).content.decode()
    assert "Xuất sắc" in league
    for name, start in (("league_pdf", b"%PDF-"), ("league_xlsx", b"PK")):
        assert above.get(reverse(name) + "?bang=camera").content.startswith(start)
    assert above.get(reverse("scoring_pdf", args=[row.id])).content.startswith(b"%PDF-")
    table = rows_of(above.get(reverse("league_xlsx") + "?bang=camera").content)
    assert table[1][0] == "1"


def test_a_neighbour_neither_scores_nor_returns_and_a_sheet_goes_back_with_its_reason(today):
    row = sheet(today, "B", first=first_day(today))
    stranger, above = signed_in(today.people["commune_chairman"]), signed_in(today.people["chief_of_office"])
    assert stranger.post(reverse("scoring_give", args=[row.id]), {"room_points": "5"}).status_code == 403
    assert above.post(reverse("scoring_give", args=[row.id]), {"room_points": "5"}).status_code == 403
    assert stranger.post(reverse("scoring_return", args=[row.id]), {"words": "x"}).status_code == 403
    assert not Score.objects.filter(scoring=row, kind=ScoreKind.SELF).exists()


def test_the_same_goes_by_json(today):
    row = sheet(today, "A", first=first_day(today))
    unit, above = signed_in(today.people["commune_chairman"]), signed_in(today.people["chief_of_office"])

    def send(browser, what, body):
        return browser.post(f"/api/scorings/{row.id}/{what}", json.dumps(body), content_type="application/json")

    told = unit.get(f"/api/scorings/{row.id}").json()
    scores = [
        {"criterion": each["code"], "tenths": each["points"] * 10, "reason": "minh chứng"} for each in told["criteria"]
    ]
    assert send(above, "scores", {"scores": scores}).status_code == 403
    assert send(unit, "scores", {"scores": scores}).status_code == 200
    assert send(unit, "steps", {"kind": "settled"}).status_code == 403
    assert send(unit, "steps", {"kind": "handed_in"}).status_code == 200
    assert send(above, "steps", {"kind": "returned"}).status_code == 422
    assert send(above, "scores", {"scores": [{**each, "reason": ""} for each in scores]}).status_code == 200
    assert send(above, "steps", {"kind": "settled"}).json()["state"]["en"] == "Appraised"
    sheets = {each["code"]: each["periods"] for each in above.get("/api/rankings").json()}
    league = above.get(f"/api/rankings/camera/{sheets['camera'][0]}").json()
    # Commune C lies in another area than those who appraise here.
    assert [each["place"] for each in league["rows"]] == [1, None]
    assert above.get("/api/rankings/camera/2001-01-01").status_code == 404
