"""What is printed and cited of findings: the days of a gap, the footage there is of it, and whose letter it is."""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from minhbach.centre.oversight.actions import cases
from minhbach.centre.registry.models import Acceptance
from minhbach.centre.words import formats
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_drafts import text_of
from tests.centre.oversight.test_gaps import HOUR, MINUTE, a_working_morning, footage, gap, raised
from tests.centre.people import signed_in


@pytest.fixture
def town(db):
    found = Town()
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
