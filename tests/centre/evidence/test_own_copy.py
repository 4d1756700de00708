"""A citizen's own copy is theirs: signed for, it is over, and the original may be erased afterwards."""

import datetime
from pathlib import Path

import pytest

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions import custody, deciding, reminding, subjects
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.book import OUT, OVER, Book, Sought
from minhbach.centre.evidence.duties import duties
from minhbach.centre.evidence.leavings import left_over, sweep
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.evidence.subject_cases import Stage as SubjectStage
from minhbach.centre.footage.models import Hold
from minhbach.centre.journal.kept import check_kept
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
YEAR = datetime.timedelta(days=365)


def given(case: Case) -> tuple[SubjectRequest, Extraction]:
    """A citizen's copy that was handed over and signed for."""
    row, made = asked(case)
    handed(case, made)
    signed(case, made)
    return row, made


def asked(case: Case) -> tuple[SubjectRequest, Extraction]:
    """A citizen's copy that somebody asked for."""
    row = taken(case, "copy")
    deciding.grant(case.person("commune_chairman"), row.id, now=case.now)
    return row, subjects.ask_copy(case.asker, row.id, now=case.now)


def handed(case: Case, made: Extraction) -> None:
    case.approve(made, "commune_chairman")
    case.approve(made, "chief_of_office")
    case.taken_out(made)
    custody.hand_over(case.asker, made.id, medium="USB 0417", document="", note="", now=case.now)


def signed(case: Case, made: Extraction) -> None:
    custody.sign_for(case.asker, made.id, photo=photograph(), note="", now=case.now)


def test_what_was_given_to_the_person_is_over_and_nobody_asks_for_it_back(case):
    row, made = given(case)
    case.now += YEAR
    found = case.item(made)
    assert (found.stage, found.until) == (Stage.GIVEN, None)
    assert now_of(case, row).stage is SubjectStage.DONE
    assert reminding.remind(now=case.now) == 0
    assert list(duties(case.asker, now=case.now)) == []
    with pytest.raises(ExtractionRefused, match="turn has not come"):
        custody.close(case.asker, made.id, destroyed=True, document="BB 1", note="", now=case.now)


def test_what_the_person_has_lies_at_the_centre_no_more_and_nobody_misses_it(case):
    _, made = given(case)
    assert not package_path(made.id).exists()
    assert AuditRow.objects.filter(act="package_erased", object_id=str(made.id)).count() == 1
    assert check_kept() == []


def test_a_copy_that_the_disk_did_not_let_go_goes_later_and_is_found_until_then(case, monkeypatch):
    def stuck(self, missing_ok=False):
        raise OSError(5, "the disk does not answer", str(self))

    _, made = asked(case)
    handed(case, made)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", stuck)
        signed(case, made)
    path = package_path(made.id)
    assert path.exists()
    assert case.item(made).stage is Stage.GIVEN
    assert [each.kind for each in check_kept()] == ["package_left"]
    assert left_over(now=case.now) == [path]
    sweep(path)
    assert check_kept() == []


def test_the_book_of_extractions_has_it_among_what_is_over(case):
    _, made = given(case)
    for state, there in ((OVER, [made.id]), (OUT, [])):
        page = Book(case.asker, now=case.now).page(Sought(case.now.year, state=state))
        assert [each.extraction.id for each in page.items] == there


def test_the_original_may_be_erased_afterwards(case):
    given(case)
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    assert obstacles(now_of(case, taken(case, "erase")), now=case.now) == []


def test_what_was_lent_to_another_body_is_still_to_come_back(case):
    row = case.ask()
    handed(case, row)
    signed(case, row)
    assert case.item(row).stage is Stage.SIGNED
    assert package_path(row.id).exists()
    assert left_over(now=case.now) == []
    case.now += YEAR
    assert case.item(row).stage is Stage.OVERDUE
    assert reminding.remind(now=case.now) == 1
