"""Units merge, split and move, officers go elsewhere, words of the catalogue go: what was begun is gone on with."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.access.people import people_who
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight import reading, visiting
from minhbach.centre.oversight.actions import cases, findings, measures, visits
from minhbach.centre.oversight.actions.visits import Found
from minhbach.centre.oversight.models import Draw, Finding, Seen, StepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.models import Assignment, Room, Tenure
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import Acknowledgement
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import SETUP
from tests.centre.feedback.visits import Town
from tests.centre.oversight.drawn import draw, founded, recorded
from tests.centre.people import signed_in
from tests.photographs import photograph

MINUTE = 60_000_000
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town(db):
    return Town()


def found(town, **more):
    begin = us(town.ago(60))
    said = {"begin_us": begin, "end_us": begin + MINUTE, "situation": "late_or_absent", **more}
    return findings.make(
        town.district.people["office_specialist"], room=town.room.id, found=findings.Found(**said), now=town.now
    )


def merged(town):
    """A and B are one commune from today on; who serves there."""
    district, day = town.district, day_of(town.now)
    naming = units.NewName("Xã Mới", "0009", "commune")
    heir = units.merge_units(
        SETUP, units=[district.units["A"].id, district.units["B"].id], naming=naming,
        parent=district.units["top"].id, day=day, decision_number="9/NQ",
    ).units[0]  # fmt: skip
    district.units["new"] = heir
    for role in ("commune_chairman", "one_stop_officer"):
        district.appoint(role, "new", f"new_{role}", begin=day)
    return heir


def test_a_merger_leaves_a_finding_to_who_has_the_room_by_now_from_its_page_to_its_end(town):
    row, district = found(town), town.district
    merged(town)
    chairman, before = district.people["new_commune_chairman"], district.people["commune_chairman"]
    home = people_who(Right.HOLD, town.room.id, now=town.now, at_home=True)
    assert chairman.person_id in home
    assert before.person_id not in home
    browser = signed_in(chairman)
    assert f"{row}" in browser.get(reverse("findings")).content.decode()
    here = reverse("finding", args=[row.id])
    page = browser.get(here).content.decode()
    assert "Xã A" in page  # as it was called on that day
    assert signed_in(before).get(here).status_code == 403
    browser.post(reverse("finding_step", args=[row.id]), {"kind": "explained", "words": "Đã nhắc nhở."})
    assert [step.by_id for step in row.steps.filter(kind="explained")] == [chairman.person_id]
    specialist = district.people["office_specialist"]
    cases.add_basis(specialist, row.id, kind="minutes", words="Biên bản số 3.", now=town.now)
    cases.conclude(specialist, row.id, upheld=True, severity="minor", words="Đúng như ghi nhận.", now=town.now)
    task = cases.ask_correction(specialist, row.id, words="Bố trí người trực", due_on=day_of(town.now), now=town.now)
    report = reverse("correction_step", args=[row.id, task.id, "reported"])
    assert report in browser.get(here).content.decode()
    assert browser.get(reverse("finding_conclusion", args=[row.id])).status_code == 200
    assert "Xã A" in browser.get(reverse("finding_book")).content.decode()


def test_a_split_leaves_a_finding_to_the_part_that_has_the_room(town):
    row, district, day = found(town), town.district, day_of(town.now)
    rooms = {kind: district.rooms["A", kind].id for kind in ("one_stop", "reception_room")}
    parts = [
        units.Part(units.NewName("Xã Đông", "0101", "commune"), [rooms["one_stop"]]),
        units.Part(units.NewName("Xã Tây", "0102", "commune"), [rooms["reception_room"]]),
    ]
    made = units.split_unit(SETUP, unit=district.units["A"].id, parts=parts, day=day, decision_number="9/NQ").units
    district.units |= {"east": made[0], "west": made[1]}
    for name in ("east", "west"):
        district.appoint("commune_chairman", name, f"{name}_chairman", begin=day)
    here = reverse("finding", args=[row.id])
    assert signed_in(district.people["east_chairman"]).get(here).status_code == 200
    assert signed_in(district.people["west_chairman"]).get(here).status_code == 403
    home = people_who(Right.HOLD, town.room.id, now=town.now, at_home=True)
    assert home & {district.people[f"{name}_chairman"].person_id for name in ("east", "west")} == {
        district.people["east_chairman"].person_id
    }


def test_a_unit_that_moves_below_another_takes_its_findings_along(town):
    row, district, day = found(town), town.district, day_of(town.now)
    above = registry.parent_on(district.units["C"].id, day)
    assert above is not None
    units.move_unit(SETUP, unit=district.units["A"].id, parent=above, day=day, decision_number="9/NQ")
    here = reverse("finding", args=[row.id])
    # Neither those who were above nor their bodies reach it any more; the unit itself does.
    assert signed_in(district.people["office_specialist"]).get(here).status_code == 403
    assert signed_in(district.people["area_chairman"]).get(here).status_code == 403
    assert signed_in(district.people["commune_chairman"]).get(here).status_code == 200


def test_whoever_served_there_then_can_be_named_though_the_unit_is_no_more(town):
    merged(town)
    row, district = found(town, begin_us=us(town.now - 2 * DAY), end_us=us(town.now - 2 * DAY) + MINUTE), town.district
    assert row.unit_id == district.units["new"].id
    officer = district.people["one_stop_officer"].person_id
    assert officer in {post.person_id for post in cases.could_be_named(row)}
    named = cases.name_concerned(district.people["office_specialist"], row.id, person=officer, now=town.now)
    assert (named.unit_id, named.person_id) == (district.units["A"].id, officer)
    assert district.people["new_one_stop_officer"].person_id not in {p.person_id for p in cases.could_be_named(row)}


def test_a_room_that_is_closed_keeps_its_findings_in_the_lists_of_who_answers(town):
    row, day = found(town), day_of(town.now)
    Tenure.objects.filter(room=town.room).update(valid_until=day)
    Room.objects.filter(id=town.room.id).update(valid_until=day)
    chairman = signed_in(town.district.people["commune_chairman"])
    assert f"{row}" in chairman.get(reverse("findings")).content.decode()
    assert f"{row}" in chairman.get(reverse("finding_book")).content.decode()
    assert chairman.get(reverse("finding", args=[row.id])).status_code == 200
    other = town.district.appoint("commune_chairman", "B", "chairman_b")
    assert town.room.id not in reading.rooms_within(other, now=town.now)


def test_an_officer_who_moves_amid_a_finding_explains_it_from_where_they_are(town):
    row, district, day = found(town), town.district, day_of(town.now)
    officer = district.people["one_stop_officer"]
    cases.name_concerned(district.people["office_specialist"], row.id, person=officer.person_id, now=town.now)
    Assignment.objects.filter(person=officer.person).update(valid_until=day)
    people.assign(
        SETUP, person=officer.person, unit=district.units["C"].id, role="one_stop_officer",
        decision=people.Decision(number="8/QĐ", date=day), begin=day,
    )  # fmt: skip
    browser = signed_in(officer)
    assert str(row) in browser.get(reverse("own_findings")).content.decode()
    browser.post(reverse("own_explanation", args=[row.id]), {"words": "Tôi đi lấy hồ sơ."})
    assert row.steps.filter(kind=StepKind.EXPLAINED, by=officer.person).exists()
    page = signed_in(district.people["office_specialist"]).get(reverse("finding", args=[row.id])).content.decode()
    assert "Xã C" in page  # where they serve by now, beside the post of that day
    assert browser.get(reverse("finding", args=[row.id])).status_code == 403


def test_the_unit_that_has_the_room_by_now_signs_what_a_visit_found(town, settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    district, now = town.district, town.now
    specialist = district.people["office_specialist"]
    row = visits.plan_visit(
        specialist, room=town.room.id, visitor=specialist.person_id, day=day_of(now), now=now
    )  # fmt: skip
    checklist = visiting.checklist(in_force(row.unit_id, row.day), row.room)
    good = {code: Found(Seen.GOOD) for code, _ in checklist}
    visits.write_visit(specialist, row.id, found=good, photos=[photograph()], now=now)
    merged(town)
    here, browser = reverse("visit", args=[row.id]), signed_in(district.people["new_commune_chairman"])
    assert reverse("visit_sign", args=[row.id]) in browser.get(here).content.decode()
    browser.post(reverse("visit_sign", args=[row.id]), {"agreed": "1"})
    assert row.steps.filter(kind="signed", by=district.people["new_commune_chairman"].person).exists()


def test_moments_are_drawn_and_assessed_across_a_merger_amid_the_month(db):
    district = founded()
    recorded(district)
    heir = units.merge_units(
        SETUP, units=[district.units["A"].id, district.units["B"].id],
        naming=units.NewName("Xã Mới", "0009", "commune"), parent=district.units["top"].id,
        day=datetime.date(2026, 10, 4), decision_number="9/NQ",
    ).units[0]  # fmt: skip
    draw(district)
    rows = Draw.objects.filter(room=district.rooms["A", "one_stop"])
    assert rows.count() == 1
    assert rows.get().clips.exists()
    assert rows.get().unit_id in (heir.id, district.units["A"].id)
    browser = signed_in(district.people["office_specialist"])
    page = browser.get(reverse("assessments"), {"thang": "2026-10"}).content.decode()
    assert "one_stop A" in page


def withdrawn(town, catalogue, *codes):
    """A version from today on that knows these codes no more."""
    content = shipped("MO_HINH_2_CAP_2025")
    for code in codes:
        del content[catalogue][code]
    version = regulation.issue(
        unit=town.district.units["top"].id, content=content, valid_from=day_of(town.now), decision_number="2/QĐ",
        now=town.now,
    )  # fmt: skip
    for account in town.district.people.values():
        Acknowledgement.objects.get_or_create(
            regulation=version, person=account.person, defaults={"digest": version.digest, "at": town.now}
        )


def test_what_the_catalogue_knows_no_more_ends_in_the_words_of_its_day_and_is_found_no_more(town):
    early = town.now - DAY
    begin = us(early) - 60 * MINUTE
    said = findings.Found(begin_us=begin, end_us=begin + MINUTE, situation="outside_matters")
    specialist = town.district.people["office_specialist"]
    row = findings.make(specialist, room=town.room.id, found=said, now=early)
    cases.name_concerned(specialist, row.id, person=town.district.people["one_stop_officer"].person_id, now=early)
    withdrawn(town, "situations", "outside_matters")
    browser = signed_in(specialist)
    assert "Làm việc riêng trong giờ" in browser.get(reverse("finding", args=[row.id])).content.decode()
    cases.explain_own(town.district.people["one_stop_officer"], row.id, words="Đã rút kinh nghiệm.", now=town.now)
    cases.conclude(specialist, row.id, upheld=True, severity="minor", words="Đúng.", now=town.now)
    head = town.district.people["service_centre_head"]
    officer = town.district.people["one_stop_officer"].person_id
    chosen = measures.Chosen(form="reminder", words="Theo kết luận.")
    made = measures.take(head, row.id, person=officer, chosen=chosen, now=town.now)
    for address in (
        reverse("measure", args=[row.id, made.id]), reverse("measure_pdf", args=[row.id, made.id]),
        reverse("finding_conclusion", args=[row.id]), reverse("finding_book"), reverse("finding_book_pdf"),
    ):  # fmt: skip
        assert browser.get(address).status_code == 200, address
    with pytest.raises(NotPossible) as refused:
        found(town, situation="outside_matters")
    assert refused.value.words is findings.NO_SITUATION
    assert Finding.objects.count() == 1
