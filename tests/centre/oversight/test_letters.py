"""What is printed and cited of findings: the days of a gap, the footage there is of it, and whose letter it is."""

import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight.actions import cases, findings
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.models import Acceptance, Room
from minhbach.centre.words import formats
from tests.centre.access.district import DAY, SETUP
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_drafts import text_of
from tests.centre.oversight.test_gaps import HOUR, MINUTE, a_working_morning, footage, gap, raised
from tests.centre.people import signed_in


@pytest.fixture
def town(db):
    found = Town()
    Room.objects.update(in_service_on=DAY)
    camera = found.district.cameras["A", "one_stop"]
    Acceptance.objects.create(
        camera=camera, medium="picture", party="citizen", passed=True, accepted_at=found.now - 90 * 24 * HOUR
    )
    return found


def test_a_gap_over_several_days_says_its_first_and_its_last_wherever_it_is_told(town):
    begin = a_working_morning(town)
    end = begin + 27 * HOUR
    gap(town, begin, 27 * 60)
    [row] = raised(town, begin, 28 * HOUR)
    officer, chief = (town.district.people[role] for role in ("one_stop_officer", "chief_of_office"))
    cases.name_concerned(chief, row.id, person=officer.person_id, now=begin + 28 * HOUR)
    said, browser = formats.span(begin, end), signed_in(chief)
    assert f" – {formats.moment(end)}" in said
    year = {"nam": row.year}
    for address in (reverse("findings"), reverse("finding_book"), reverse("finding", args=[row.id])):
        assert said in browser.get(address, year).content.decode(), address
    own = signed_in(officer)
    for address in (reverse("own_findings"), reverse("own_finding", args=[row.id])):
        assert said in own.get(address).content.decode(), address
    for address in (reverse("finding_request", args=[row.id]), reverse("finding_book_pdf")):
        assert said in text_of(browser.get(address, year).content), address
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(reverse("finding_book_xlsx"), year).content))
    assert any(said in str(cell) for cell in book.get_sheet_by_index(0).to_python()[1])


def test_the_conclusion_about_a_gap_rests_on_what_is_held_and_not_on_time_without_footage(town):
    begin = a_working_morning(town)
    end = begin + 60 * MINUTE
    footage(town, begin - HOUR, begin)
    footage(town, end, end + HOUR)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    chief, at = town.district.people["chief_of_office"], row.explain_by + HOUR
    cases.conclude(chief, row.id, upheld=False, words="Máy chủ nâng cấp.", now=at)
    wanted = "; ".join(formats.span(each - 10 * MINUTE, each + 10 * MINUTE) for each in (begin, end))
    assert [(basis.kind, basis.words) for basis in row.bases.all()] == [("recording", wanted)]


def head_of(browser, row):
    """What the request to explain says above its date: whose it is."""
    return text_of(browser.get(reverse("finding_request", args=[row.id])).content).split("Độc lập")[0]


def seconded(town, account, role, where):
    """The account's person holds a further post, since a month after their first."""
    people.assign(
        SETUP, person=account.person, unit=town.district.units[where].id, role=role,
        decision=people.Decision(number="9/QĐ", date=DAY), begin=DAY + datetime.timedelta(days=30),
    )  # fmt: skip


def test_no_unit_asks_itself_about_a_gap(town, monkeypatch):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    assert "OFFICE 1" in head_of(signed_in(town.district.people["chief_of_office"]), row)
    chairman = town.district.people["commune_chairman"]
    head = head_of(signed_in(chairman), row)
    assert ("VÙNG 1" in head, "XÃ A" in head) == (True, False)
    seconded(town, chairman, "chief_of_office", "office")
    assert "OFFICE 1" in head_of(signed_in(chairman), row)
    monkeypatch.setattr(registry, "parent_on", lambda *_: None)  # a unit at the top of the tree
    head_of_centre = signed_in(town.district.people["service_centre_head"])
    refused = head_of_centre.get(reverse("finding_request", args=[row.id]), follow=True)
    assert refused.redirect_chain == [(reverse("finding", args=[row.id]), 302)]
    assert "không tự yêu cầu mình giải trình" in refused.content.decode()


def test_a_letter_is_of_the_post_that_had_a_part_in_it_and_not_of_the_oldest(town):
    both = town.district.appoint("technician", "C", name="both")
    seconded(town, both, "chief_of_office", "office")
    begin = us(town.ago(60))
    what = findings.Found(begin_us=begin, end_us=begin + 60_000_000, situation="late_or_absent")
    row = findings.make(both, room=town.room.id, found=what, now=town.now)
    head = head_of(signed_in(both), row)
    assert ("OFFICE 1" in head, "XÃ C" in head) == (True, False)
