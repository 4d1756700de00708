"""What the catalogues of a version answer to those who go by them: by day, by room, by how often it happened."""

import copy
import datetime

import pytest

from minhbach.centre.regulation import laid_down, sections
from minhbach.centre.regulation.calendar import DAY_OFF, Calendar
from minhbach.centre.regulation.catalogues import content_of, headings_of, read
from minhbach.centre.regulation.columns import CATALOGUES, FIGURES, NORM_FIGURES
from minhbach.centre.regulation.items import RulesError
from minhbach.centre.regulation.reading import ORDINARY
from minhbach.centre.regulation.rules import PROFILES, parse, shipped

RULES = parse(shipped(PROFILES[1]))
BEFORE, SINCE = datetime.date(2025, 6, 30), datetime.date(2025, 7, 1)


def test_the_form_of_a_room_has_what_belongs_to_rooms_of_its_type_and_leads_to_its_situation():
    desk = {item.code: item.situation for item in laid_down.conduct_form(RULES, "one_stop")}
    reception = {item.code for item in laid_down.conduct_form(RULES, "reception_room")}
    assert set(desk) - reception == {"receipt"}
    assert desk["greeting"] == "no_greeting"
    assert set(desk.values()) - {""} <= set(RULES.situations)


@pytest.mark.parametrize(
    ("occurrence", "step"), [(1, "reminder"), (2, "reminder"), (3, "criticism"), (4, "self_review"), (9, "emulation")]
)
def test_what_follows_grows_with_how_often_it_happened(occurrence, step):
    assert laid_down.step_for(RULES, "attitude", occurrence) == step


def test_what_follows_is_never_lighter_than_the_catalogue_says_of_the_situation():
    content = shipped(PROFILES[1])
    content["situations"]["harassment"]["sanction"] = "criticism"
    rules = parse(content)
    assert laid_down.step_for(rules, "harassment", 1) == "criticism"
    assert laid_down.step_for(rules, "harassment", 4) == "self_review"


def test_discipline_goes_by_the_law_of_the_day_of_the_act():
    assert {"pay_step", "demotion"} <= laid_down.forms_on(RULES, BEFORE).keys()
    assert not {"pay_step", "demotion"} & laid_down.forms_on(RULES, SINCE).keys()
    assert "reminder" not in laid_down.forms_on(RULES, SINCE)
    laws = [laid_down.law_on(RULES, day) for day in (BEFORE, SINCE)]
    assert [law.vi for law in laws if law] == ["Nghị định 112/2020/NĐ-CP", "Nghị định 172/2025/NĐ-CP"]


def test_norms_go_by_the_kind_of_unit_and_room_and_by_the_day():
    rules = parse(shipped(PROFILES[0]))
    district = {norm.code: norm for norm in laid_down.norms_for(rules, "district", "one_stop", SINCE)}
    commune = {norm.code: norm for norm in laid_down.norms_for(rules, "commune", "one_stop", SINCE)}
    assert (district["area_district"].least, district["area_district"].most) == (80, 150)
    assert "area_district" not in commune
    assert commune["area"].least == 40
    assert "reception_area" not in commune
    content = shipped(PROFILES[0])
    content["norms"]["height"]["from"] = "2026-01-01"
    before = laid_down.norms_for(parse(content), "commune", "one_stop", SINCE)
    assert "height" not in {norm.code for norm in before}


@pytest.mark.parametrize("profile", PROFILES)
def test_what_ships_fits_together(profile):
    rules = parse(shipped(profile))
    for sheet in laid_down.score_sheets(rules):
        assert sheet.criteria
        assert sheet.grade(0) == sheet.grades[-1]
        assert sheet.grade(sheet.points * 10) == sheet.grades[0]
        assert {criterion.figure for criterion in sheet.criteria} - {""} <= set(FIGURES)
    assert sum(points for _, _, points in laid_down.checklist(rules, "one_stop")) == 100
    assert {item.text("figure") for item in rules.catalogues["norms"].values()} == set(NORM_FIGURES)


def test_a_closed_day_of_a_rule_moves_as_the_rule_says():
    sunday = datetime.date(2026, 10, 25)
    calendar = Calendar(ORDINARY, {datetime.date(2026, 10, 26): DAY_OFF})
    assert laid_down.moved(calendar, sunday, "before") == datetime.date(2026, 10, 23)
    assert laid_down.moved(calendar, sunday, "after") == datetime.date(2026, 10, 27)
    assert laid_down.moved(calendar, sunday, "skip") is None
    assert laid_down.moved(calendar, datetime.date(2026, 10, 23), "skip") == datetime.date(2026, 10, 23)


# --- files ----------------------------------------------------------------------------------------------------------


def test_every_error_of_a_row_is_named_at_once():
    head = [words.vi for words in headings_of("norms")]
    row = ["Diện tích", "", "", "thể tích", "", "nhà kho", "", "bốn mươi", "", "", "31/02/2026", "", ""]
    _, wrong = read([head, row], "norms", RULES)
    assert [each.number for each in wrong] == [2] * 6
    said = " ".join(each.words.vi.format(**dict(each.words.values)) for each in wrong)
    for part in ("diện tích", "Thiếu nội dung", "thể tích", "nhà kho", "bốn mươi", "31/02/2026"):
        assert part in said


@pytest.mark.parametrize("said", ["01/07/2025", "1.7.2025", "2025-07-01", "2025-07-01 00:00:00"])
def test_a_day_is_read_as_offices_and_spreadsheets_write_it(said):
    head = [words.vi for words in headings_of("discipline_laws")]
    items, wrong = read([head, ["nd_1", "Nghị định 1", "", said, ""]], "discipline_laws", RULES)
    assert not wrong
    assert items["nd_1"]["from"] == "2025-07-01"


# --- references -----------------------------------------------------------------------------------------------------


def test_what_only_points_at_a_withdrawn_item_lets_it_go_and_what_cannot_be_without_it_is_refused():
    content = shipped(PROFILES[1])
    left = {code: content_of(item) for code, item in RULES.catalogues["situations"].items() if code != "no_greeting"}
    sections.write_catalogue(content, "situations", left)
    rules = parse(content)
    assert rules.catalogues["conduct"]["greeting"].text("situation") == ""
    assert list(rules.conduct) == list(RULES.conduct)

    sheets = {"service": content_of(RULES.catalogues["score_sheets"]["service"])}
    broken = copy.deepcopy(content)
    sections.write_catalogue(broken, "score_sheets", sheets)
    with pytest.raises(RulesError) as refused:
        parse(broken)
    assert "Tiêu chí chấm điểm" in refused.value.words.vi.format(**dict(refused.value.words.values))


def test_a_version_issued_before_a_catalogue_was_known_has_what_ships():
    content = shipped(PROFILES[1])
    for name in CATALOGUES:
        if name not in ("conduct", "situations", "sanctions"):
            del content[name]
    content["reception"] = {"days": [15], "closed": "skip"}
    content["report"] = {"reminders": [20]}
    rules = parse(content)
    assert rules.reception.days == (15,)
    assert rules.reception.delegation == RULES.reception.delegation
    assert rules.report.reporters == RULES.report.reporters
    assert rules.catalogues["norms"].keys() == RULES.catalogues["norms"].keys()
