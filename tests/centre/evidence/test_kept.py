"""What rows say is kept lies there as it was, or the check of the centre names it, and nobody is given another file."""

import pytest

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions import building, custody
from minhbach.centre.evidence.leavings import left_over, sweep
from minhbach.centre.evidence.models import Custody
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.journal.kept import check_kept
from minhbach.centre.papers import actions as papers
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


def found():
    return [(each.kind, each.where) for each in check_kept()]


def test_a_package_that_was_swapped_or_taken_away_is_found_and_never_leaves(case):
    row, technician = case.built(), case.person("technician")
    path, name = building.package_path(row.id), f"evidence_build {row.id}"
    assert found() == []
    building.copy_package(technician, row.id, address=None, now=case.now)
    path.write_bytes(b"another")
    assert found() == [("package_other", name)]
    with pytest.raises(ExtractionRefused):
        building.copy_package(technician, row.id, address=None, now=case.now)
    assert Custody.objects.filter(extraction=row, kind="copied").count() == 1
    path.unlink()
    assert found() == [("package_missing", name)]
    AuditRow.objects.create(at=case.now, system="evidence", act="package_erased", object_id=str(row.id))
    assert found() == []


def test_a_package_that_came_to_its_end_is_not_missed(case):
    row, owner = case.copied(), case.person("service_centre_head")
    custody.hand_over(owner, row.id, medium="USB", document="", note="", now=case.now)
    Custody.objects.create(extraction=row, kind="returned", at=case.now, by=owner.person)
    building.package_path(row.id).unlink()
    assert found() == []


def test_a_package_that_the_book_says_is_destroyed_and_is_not_is_found_and_swept(case, monkeypatch):
    row, owner = case.copied(), case.person("service_centre_head")
    custody.hand_over(owner, row.id, medium="USB", document="", note="", now=case.now)
    custody.sign_for(owner, row.id, photo=photograph(), note="", now=case.now)
    path = building.package_path(row.id)

    def stuck(self, missing_ok=False):
        raise OSError(5, "the disk does not answer", str(self))

    with monkeypatch.context() as broken:
        broken.setattr(type(path), "unlink", stuck)
        custody.close(owner, row.id, destroyed=True, document="BB 3", note="", now=case.now)
        assert case.item(row).stage is Stage.DESTROYED
        assert left_over(now=case.now) == [path]
        sweep(path)
    assert found() == [("package_left", f"evidence_build {row.id}")]
    for each in left_over(now=case.now):
        sweep(each)
    assert not path.exists()
    assert found() == []


def test_a_package_that_is_not_over_and_a_file_of_somebodys_own_stay(case):
    row = case.built()
    path = building.package_path(row.id)
    (path.parent / "thử.zip").write_bytes(b"own")
    assert left_over(now=case.now) == []


def test_a_paper_that_was_changed_or_lost_is_found(case):
    paper = papers.keep_made(data=b"%PDF", media_type="application/pdf", title="thử", person_id=None, now=case.now)
    file = papers.store()._path(paper.digest)
    assert found() == []
    file.write_bytes(b"%PDX")
    assert found() == [("paper_lost", f"papers_paper {paper.id}")]
    file.unlink()
    assert found() == [("paper_lost", f"papers_paper {paper.id}")]
