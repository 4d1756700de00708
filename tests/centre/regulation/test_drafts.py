"""A draft becomes a version: part by part, seen as a difference, checked as a whole; until then it binds nobody."""

import copy
import dataclasses
import datetime
import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.html import escape

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models.standing import LONGEST_GRANT
from minhbach.centre.access.places import place_of_room
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import bounds, drafting, reading, sections
from minhbach.centre.regulation.columns import CATALOGUES, FIGURES, NORM_FIGURES
from minhbach.centre.regulation.document import differences, document
from minhbach.centre.regulation.forms import CalendarForm, CatalogueForm, RoleForm, TimesForm
from minhbach.centre.regulation.models import Draft, Regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import DELEGATION, PROFILES, ROOM_TYPES, Times, parse, shipped
from minhbach.centre.regulation.views.versions import kinds
from minhbach.centre.regulation.wording import CHAPTERS, amount
from tests.centre.access.district import District
from tests.centre.people import signed_in

# --- reading --------------------------------------------------------------------------------------------------------


def test_every_period_has_a_name_and_a_measure_once():
    named = [code for chapter in CHAPTERS for code in chapter.periods]
    assert sorted(named) == sorted(field.name for field in dataclasses.fields(Times))
    assert str(amount("purpose_minutes", 30)) == "30 phút"
    assert str(amount("report_day", 25)) == "ngày 25"
    assert str(amount("finding_read_wd", 1)) == "1 ngày làm việc"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_version_does_not_differ_from_itself(profile):
    rules = parse(shipped(profile))
    assert differences(rules, rules) == []


def leaves(value, path=()):
    """Every way to a leaf of the content."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("path", [path for path in leaves(shipped(PROFILES[1])) if path != ("profile",)], ids=".".join)
def test_whatever_is_changed_stands_in_the_difference(path):
    content = copy.deepcopy(shipped(PROFILES[1]))
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    if path[-1] == "waived":
        del holder["waived"]
    else:
        holder[path[-1]] = other_than(path, holder[path[-1]])
    assert differences(parse(shipped(PROFILES[1])), parse(content))


#: Codes and days that a place may hold in turn.
OTHERS = {
    "closed": ("after", "before"),
    "delegation": DELEGATION,
    "room": ROOM_TYPES,
    "until": ("2025-06-30", "2026-06-30"),
    "from": ("2025-07-01", "2026-07-01"),
    "situation": ("attitude", "other"),
    "severity": ("minor", "grave"),
    "level": ("internal", "formal"),
    "whom": ("leaders", "servants"),
    "sheet": ("camera", "service"),
    "period": ("month", "year"),
}


def other_than(path, value):
    """Another value that the place may hold."""
    if isinstance(value, int):
        return value + 1
    if path[-1] in OTHERS:
        return next(code for code in OTHERS[path[-1]] if code != value)
    if path[-1] == "scope":
        return "own" if value != "own" else "sup"
    if path[-1] == "spans":
        return value[:1]
    if path[-1] == "oneself":
        return []
    if path[-1] in ("held_at", "levels"):
        return [*value, "village"]
    if path[-1] == "figure":
        known = NORM_FIGURES if path[0] == "norms" else FIGURES
        return next(code for code in known if code != value)
    return value[1:] if isinstance(value, list) else value + " khác"


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_role_goes_through_its_form_unchanged():
    for profile in PROFILES:
        content = shipped(profile)
        for code in content["roles"]:
            initial = sections.role_initial(content, code)
            kinds = [(kind, kind) for kind in content["roles"][code]["held_at"]]
            others = [(each, each) for each in content["roles"] if each != code]
            form = RoleForm(initial, kinds=kinds, others=others)
            assert form.is_valid(), (code, form.errors)
            written = copy.deepcopy(content)
            sections.write_role(written, code, form.cleaned_data)
            assert differences(parse(content), parse(written)) == []


def test_periods_calendar_and_catalogues_go_through_their_forms_unchanged():
    content = shipped(PROFILES[0])
    written = copy.deepcopy(content)
    times = TimesForm(sections.times_initial(content))
    calendar = CalendarForm(sections.calendar_initial(content))
    rules = parse(content)
    typed = {
        name: CatalogueForm(sections.catalogue_initial(content, name), name=name, rules=rules) for name in CATALOGUES
    }
    assert times.is_valid()
    assert calendar.is_valid()
    sections.write_times(written, times.cleaned_data)
    sections.write_calendar(written, calendar.cleaned_data)
    for name, form in typed.items():
        assert form.is_valid(), form.errors
        sections.write_catalogue(written, name, form.cleaned_data["lines"])
    assert differences(parse(content), parse(written)) == []


def test_who_reports_keeps_the_order_in_which_it_was_written():
    content = shipped(PROFILES[0])
    content["report"]["reporters"] = content["report"]["reporters"][::-1]
    written = copy.deepcopy(content)
    form = CalendarForm(sections.calendar_initial(content))
    assert form.is_valid()
    sections.write_calendar(written, form.cleaned_data)
    assert len(content["report"]["reporters"]) > 1
    assert differences(parse(content), parse(written)) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("late", "Dòng 1"),
        ("late | Đi muộn | Late | tệ | ", "Dòng 1"),
        ("late | Đi muộn | Late | | bắt làm lại", "Dòng 1"),
        ("late | Đi muộn | Late\nlate | Về sớm | Early", "Dòng 2"),
        ("Đi-muộn | Đi muộn | Late", "Dòng 1"),
        ("late\tĐi muộn\tLate\n\nx|", "Dòng 3"),
        ("   ", ""),
    ],
)
def test_a_wrong_line_of_a_catalogue_is_named(lines, said):
    form = CatalogueForm({"lines": lines}, name="situations", rules=parse(shipped(PROFILES[1])))
    assert not form.is_valid()
    assert said in str(form.errors)


@pytest.mark.parametrize("spans", ["07:30", "11:30-07:30", "07:30-11:30, 11:00-17:00", "7h30-11h30", "25:00-26:00"])
def test_hours_that_are_none_are_refused(spans):
    assert "spans" in CalendarForm({"spans": spans}).errors


# --- life -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def district(db):
    return District()


def begun(district):
    return drafting.begin(
        district.people["system_administrator"].person, unit=district.units["top"].id, now=district.now
    )


def today(district):
    return day_of(district.now)


@pytest.mark.django_db
def test_a_draft_binds_nobody_until_it_is_issued_and_then_from_its_day_on(district):
    draft, actor = begun(district), district.people["system_administrator"].person

    def take_playback(content):
        content["roles"]["chief_inspector"]["reception_room"]["rights"].remove("playback")

    def may(days):
        then = district.now + datetime.timedelta(days=days)
        room = place_of_room(district.rooms["A", "reception_room"].id, then)
        return decide(district.people["chief_inspector"], Right.PLAYBACK, room, now=then).allowed

    drafting.change(actor, draft, take_playback, now=district.now)
    assert may(0)
    assert may(1)
    tomorrow = today(district) + datetime.timedelta(days=1)
    version = drafting.issue(actor, draft, decision_number="15/QĐ", valid_from=tomorrow, now=district.now)
    assert may(0)
    assert not may(1)
    assert Regulation.objects.get(unit=version.unit_id, number=1).valid_until == tomorrow
    with pytest.raises(NotPossible):
        drafting.change(actor, draft, take_playback, now=district.now)
    with pytest.raises(NotPossible):
        drafting.issue(actor, draft, decision_number="16/QĐ", valid_from=tomorrow, now=district.now)


@pytest.mark.django_db
def test_a_unit_has_one_draft_and_another_after_it_is_dropped(district):
    draft, actor = begun(district), district.people["system_administrator"].person
    with pytest.raises(NotPossible):
        begun(district)
    drafting.drop(actor, draft, now=district.now)
    begun(district)
    with pytest.raises(DatabaseError), transaction.atomic():
        Draft.objects.filter(id=draft.id).delete()


@pytest.mark.django_db
def test_a_commune_begins_its_own_version_from_the_one_above_and_follows_it_alone(district):
    actor, commune = district.people["system_administrator"].person, district.units["A"].id
    draft = drafting.begin(actor, unit=commune, now=district.now)
    drafting.change(actor, draft, lambda content: content["times"].update(purpose_minutes=5), now=district.now)
    drafting.issue(actor, draft, decision_number="3/QĐ", valid_from=today(district), now=district.now)
    assert reading.in_force(commune, today(district)).times.purpose_minutes == 5
    assert reading.in_force(district.units["B"].id, today(district)).times.purpose_minutes == 30


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["roles"]["system_administrator"].pop("unit"), drafting.NOBODY_CONFIGURES),
        (lambda c: c["times"].update(retention_one_stop_days=10), drafting.TOO_SHORT),
        (lambda c: [role.pop("one_stop", None) for role in c["roles"].values()], drafting.NO_TWO_APPROVE),
        (lambda c: c["hours"].update(spans=[]), drafting.NO_HOURS),
        (lambda c: c["hours"].update(weekdays=[]), drafting.NO_HOURS),
        (lambda c: c["hours"].update(spans=[["13:00", "17:00"], ["07:30", "11:30"]]), drafting.HOURS_CROSS),
        (lambda c: c["reception"].update(days=[]), drafting.NO_RECEPTION_DAY),
        (lambda c: c["times"].update(report_cutoff_day=31), drafting.REPORT_DAYS),
        (lambda c: c["times"].update(report_draft_day=26), drafting.REPORT_DAYS),
        (
            lambda c: (c["report"].update(closed="after"), c["times"].update(report_draft_day=21)),
            drafting.REPORT_LEAVES_MONTH.fill(draft=21, latest=20),
        ),
        (lambda c: c["hours"].update(spans=[["07:30", "24:00"]]), drafting.OPEN_AT_MIDNIGHT),
        (lambda c: c["reception"].update(days=[29, 31]), drafting.NO_RECEPTION_DAY),
        (lambda c: c["times"].update(reception_begun_minutes=600), drafting.TOLD_TOO_LATE),
        (lambda c: c["times"].update(purpose_minutes=300), drafting.PURPOSE_LONGER),
        (lambda c: c["times"].update(grant_longest_calendar_days=32), drafting.GRANT_LONGER),
        (lambda c: c["times"].update(reception_session_longest_hours=745), drafting.GRANT_LONGER),
        (lambda c: c["times"].update(assessed_twice_percent=101), drafting.OVER_A_HUNDRED),
        (lambda c: c["reception_reasons"].clear(), drafting.EMPTY_CATALOGUE),
    ],
)
def test_rules_that_nobody_could_live_with_are_told_and_not_issued(district, change, words):
    draft, actor = begun(district), district.people["system_administrator"].person
    drafting.change(actor, draft, change, now=district.now)
    draft.refresh_from_db()
    assert [each.vi for each in drafting.troubles(parse(draft.content))] == [words.vi]
    with pytest.raises(NotPossible):
        drafting.issue(actor, draft, decision_number="3/QĐ", valid_from=today(district), now=district.now)
    assert Regulation.objects.filter(unit=draft.unit_id).count() == 1


def test_a_draft_of_reports_that_moves_back_or_stays_in_its_month_is_let_be():
    for closed, day in (("after", 20), ("before", 24)):
        content = shipped("MO_HINH_2_CAP_2025")
        content["report"]["closed"], content["times"]["report_draft_day"] = closed, day
        assert drafting.troubles(parse(content)) == []


def test_a_form_without_items_for_a_room_is_told(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["conduct"] = {code: item for code, item in content["conduct"].items() if item.get("room") == "one_stop"}
    said = drafting.troubles(parse(content))
    assert [each.vi for each in said] == [drafting.EMPTY_FORM.fill(room=drafting.ROOM_WORDS["reception_room"]).vi]


@pytest.mark.parametrize(("days", "field"), [(-1, "valid_from"), (0, "")])
def test_a_version_is_never_issued_for_days_that_are_past(district, days, field):
    draft, actor = begun(district), district.people["system_administrator"].person
    begin = today(district) + datetime.timedelta(days=days)
    if not field:
        drafting.issue(actor, draft, decision_number="3/QĐ", valid_from=begin, now=district.now)
        return
    with pytest.raises(NotPossible) as refused:
        drafting.issue(actor, draft, decision_number="3/QĐ", valid_from=begin, now=district.now)
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_version_does_not_begin_before_one_that_is_issued_already(district):
    actor = district.people["system_administrator"].person
    later = today(district) + datetime.timedelta(days=30)
    drafting.issue(actor, begun(district), decision_number="3/QĐ", valid_from=later, now=district.now)
    with pytest.raises(NotPossible) as refused:
        drafting.issue(actor, begun(district), decision_number="4/QĐ", valid_from=today(district), now=district.now)
    assert refused.value.field == "valid_from"


# --- bounds ---------------------------------------------------------------------------------------------------------


def for_oneself(content):
    content["roles"]["system_administrator"]["one_stop"] = {"scope": "own", "rights": ["live", "playback"]}


def the_log(content):
    content["roles"]["system_administrator"]["unit"]["rights"].append("read_viewings")


@pytest.mark.parametrize("change", [for_oneself, the_log])
@pytest.mark.parametrize("where", ["top", "A"])
def test_nobody_issues_rules_that_let_themselves_watch(district, change, where):
    account = district.people["system_administrator"]
    draft = drafting.begin(account.person, unit=district.units[where].id, now=district.now)
    drafting.change(account.person, draft, change, now=district.now)
    with pytest.raises(NotPossible) as refused:
        drafting.issue(account.person, draft, decision_number="1/QĐ", valid_from=today(district), now=district.now)
    assert "chính người ban hành" in refused.value.words.vi
    room = place_of_room(district.rooms["A", "one_stop"].id, district.now)
    assert not decide(account, Right.LIVE, room, now=district.now).allowed
    browser = signed_in(account)
    assert "chính người ban hành" in browser.get(reverse("draft", args=[draft.id])).content.decode()
    assert "chính người ban hành" in str(browser.get(f"/api/regulation-drafts/{draft.id}").json()["troubles"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["times"].update(finding_gap_minutes=10_000), "lỏng hơn mức 30 phút"),
        (lambda c: c["times"].update(finding_explained_wd=10_000), "lỏng hơn"),
        (lambda c: c["times"].update(subject_copy_third_days=16), "16 ngày là lỏng hơn mức 15 ngày"),
        (lambda c: c["times"].update(subject_copy_more_days=11), "11 ngày là lỏng hơn mức 10 ngày"),
        (lambda c: c["times"].update(subject_erase_third_days=31), "31 ngày là lỏng hơn mức 30 ngày"),
        (lambda c: c["times"].update(subject_erase_more_days=21), "21 ngày là lỏng hơn mức 20 ngày"),
        (lambda c: c["times"].update(moments_per_room_month=1), "lỏng hơn"),
        (lambda c: c["report"].update(reporters=["supervises_one_stop"]), "không bỏ được việc đó"),
        (lambda c: c["reception"].update(days=[28]), "ngày tiếp công dân mỗi tháng"),
        (lambda c: c["reception"].update(days=[5, 29, 30, 31]), "(tháng có 28 ngày); quy chế của đơn vị có 1 ngày"),
        (lambda c: c["reception"].update(closed="skip"), "không bỏ qua được"),
        (lambda c: c["reception"].update(delegation="decision"), "thay người đứng đầu"),
        (lambda c: c["report"].update(closed="after"), "không lùi lại được"),
        (lambda c: c["hours"].update(weekdays=[1, 2, 3, 4]), "4 ngày"),
        (lambda c: c["hours"].update(spans=[["07:30", "11:30"]]), "có 5 ngày, 20 giờ, ít hơn"),
        (lambda c: c["times"].update(reception_complaint_settle_days=45), "lỏng hơn mức 30 ngày"),
        (lambda c: c["times"].update(purpose_minutes=60), "60 phút là lỏng hơn mức 30 phút"),
        (lambda c: c["times"].update(unusual_refusals_week=10_000), "lỏng hơn"),
        (lambda c: c["times"].update(feedback_held_minutes_day=1), "lỏng hơn"),
        (lambda c: [c["conduct"].pop("greeting"), c["situations"].pop("no_greeting")], "không bỏ được"),
        (lambda c: c["reception_reasons"].update(slept={"vi": "Ngủ quên", "en": "Slept"}), "Ngủ quên"),
    ],
)
def test_a_unit_makes_none_of_its_own_duties_lighter_than_those_above_say(district, change, words):
    chairman, commune = district.people["area_chairman"].person, district.units["A"].id
    draft = drafting.begin(chairman, unit=commune, now=district.now)
    drafting.change(chairman, draft, change, now=district.now)
    with pytest.raises(NotPossible) as refused:
        drafting.issue(chairman, draft, decision_number="1/QĐ", valid_from=today(district), now=district.now)
    assert words in both(refused.value.words)[0]
    top = begun(district)
    drafting.change(chairman, top, change, now=district.now)
    drafting.issue(chairman, top, decision_number="2/QĐ", valid_from=today(district), now=district.now)


def test_of_every_period_it_is_said_which_way_a_unit_may_not_go():
    assert sorted(bounds.LAXER_WAY) == sorted(field.name for field in dataclasses.fields(Times))
    assert bounds.LAXER_WAY["finding_explained_wd"] == 1
    assert bounds.LAXER_WAY["visits_week"] == -1
    assert bounds.LAXER_WAY["sound_margin_minutes"] == 0


def test_a_unit_may_be_stricter_with_itself_and_open_longer(district):
    chairman, commune = district.people["area_chairman"].person, district.units["A"].id
    draft = drafting.begin(chairman, unit=commune, now=district.now)

    def stricter(content):
        content["times"].update(finding_explained_wd=1, visits_week=2, sound_margin_minutes=5)
        content["reception"].update(days=[1, 5, 10, 20, 25])
        content["hours"].update(weekdays=[1, 2, 3, 4, 5, 6])
        content["situations"]["sleeping"] = {"vi": "Ngủ trong giờ", "en": "Asleep"}
        del content["reception_reasons"]["ill"]

    drafting.change(chairman, draft, stricter, now=district.now)
    drafting.issue(chairman, draft, decision_number="1/QĐ", valid_from=today(district), now=district.now)
    assert reading.in_force(commune, today(district)).reception_days == (1, 5, 10, 20, 25)


def test_a_limit_of_the_database_is_the_limit_of_a_draft():
    assert datetime.timedelta(days=drafting.LONGEST_GRANT_DAYS) == LONGEST_GRANT


def test_another_role_may_give_what_one_cannot_give_oneself(district):
    """The control: the same version, issued by somebody whose own rights it does not touch."""
    draft, other = begun(district), district.people["area_chairman"].person
    drafting.change(other, draft, for_oneself, now=district.now)
    drafting.issue(other, draft, decision_number="1/QĐ", valid_from=today(district), now=district.now)
    room = place_of_room(district.rooms["A", "one_stop"].id, district.now)
    assert decide(district.people["system_administrator"], Right.LIVE, room, now=district.now).allowed


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["roles"]["office_specialist"]["one_stop"]["rights"].remove("playback"),
        lambda c: c["roles"].pop("chief_of_office"),
        lambda c: c["roles"]["inspector"].update(held_at=["team"]),
        lambda c: c["roles"]["chief_inspector"]["reception_room"].update(scope="own"),
        lambda c: c["roles"]["viewing_auditor"]["unit"]["rights"].remove("read_viewings"),
        lambda c: c["times"].update(retention_one_stop_minimum_days=1),
    ],
)
def test_a_unit_takes_nothing_from_those_who_supervise_it_by_rules_of_its_own(district, change):
    keeper = district.appoint("system_administrator", "A", "keeper").person
    draft = drafting.begin(keeper, unit=district.units["A"].id, now=district.now)
    drafting.change(keeper, draft, change, now=district.now)
    with pytest.raises(NotPossible) as refused:
        drafting.issue(keeper, draft, decision_number="1/QĐ", valid_from=today(district), now=district.now)
    assert "cấp trên" in refused.value.words.vi
    above = begun(district)
    drafting.change(keeper, above, change, now=district.now)
    drafting.issue(keeper, above, decision_number="1/QĐ", valid_from=today(district), now=district.now)


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_whole_way_goes_by_pages_and_the_difference_is_shown(district):
    browser = signed_in(district.people["system_administrator"])
    unit = district.units["top"].id
    browser.post(reverse("draft_begin", args=[unit]))
    draft = Draft.objects.get()
    role = reverse("draft_role", args=[draft.id, "inspector"])
    fields = sections.role_initial(draft.content, "inspector") | {"vi": "Thanh tra viên chính"}
    assert browser.get(role).status_code == 200
    assert browser.post(role, fields | as_seen(browser, role)).status_code == 302
    times = reverse("draft_times", args=[draft.id])
    wrong = sections.times_initial(draft.content) | {"purpose_minutes": 0}
    assert browser.post(times, wrong).status_code == 422
    right = wrong | {"purpose_minutes": 45}
    assert browser.post(times, right | as_seen(browser, times)).status_code == 302
    new = reverse("draft_role_new", args=[draft.id])
    assert browser.post(new, {"code": "inspector", "like": "inspector"}).status_code == 422
    assert browser.post(new, {"code": "deputy", "like": "inspector"}).status_code == 302
    assert browser.get(reverse("draft_calendar", args=[draft.id])).status_code == 200
    assert browser.get(reverse("draft_catalogue", args=[draft.id, "situations"])).status_code == 200
    assert browser.get(reverse("draft_catalogue", args=[draft.id, "none"])).status_code == 404
    page = browser.get(reverse("draft", args=[draft.id])).content.decode()
    assert "<del>30 phút</del>" in page
    assert "<ins>45 phút</ins>" in page
    unnumbered = browser.post(reverse("draft", args=[draft.id]), {"decision_number": ""})
    assert "decision_number" in unnumbered.context["form"].errors
    issue = {"decision_number": "9/QĐ-UBND", "valid_from": today(district).isoformat()}
    version = browser.post(reverse("draft", args=[draft.id]), issue, follow=True).content.decode()
    assert "<ins>45 phút</ins>" in version
    assert "Thanh tra viên chính" in version
    assert browser.get(reverse("draft", args=[draft.id])).status_code == 404


def as_seen(browser, way):
    """What the form was filled from, as a browser sends it along."""
    found = re.search(r'name="as_seen" value="([0-9a-f]*)"', browser.get(way).content.decode())
    return {"as_seen": found[1]} if found else {}


@pytest.mark.django_db
def test_everybody_reads_what_binds_them_and_the_paper_says_the_same(district):
    for name in ("one_stop_officer", "council_delegate"):
        browser = signed_in(district.people[name])
        assert "Quy chế giám sát" in browser.get(reverse("regulations")).content.decode()
        [version] = Regulation.objects.filter(unit=district.units["top"].id)
        page = browser.get(reverse("regulation", args=[version.id])).content.decode()
        assert version.digest in page
        # A key is for who edits: whoever reads what binds them has the words.
        assert "no_greeting" not in page
        rules = parse(version.content)
        for section in document(rules, kinds()):
            for line in section.lines:
                assert escape(str(line.says)) in page, line
        paper = browser.get(reverse("regulation_pdf", args=[version.id]))
        assert paper.content[:5] == b"%PDF-"
        assert browser.get(reverse("draft", args=[version.id])).status_code in (403, 404)


@pytest.mark.django_db
def test_who_may_not_configure_reads_the_versions_and_begins_no_draft(district):
    browser = signed_in(district.people["commune_chairman"])
    unit = district.units["A"].id
    page = browser.get(reverse("unit_regulation", args=[unit]))
    assert page.status_code == 200
    assert reverse("draft_begin", args=[unit]) not in page.content.decode()
    assert browser.post(reverse("draft_begin", args=[unit])).status_code == 403
