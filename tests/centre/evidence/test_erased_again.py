"""A restoration brings back what was erased since; by a list of ids that lies apart from the database it goes again."""

import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from minhbach.centre.access.models import AuditRow
from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.evidence.actions import deciding, erased_again
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.erasing import forget
from minhbach.centre.evidence.models import Act, SubjectPerson
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.models import PetitionKind, Topic, Way
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.centre.feedback.visits import HERE, Town

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def listed() -> list[str]:
    path = Path(settings.MINHBACH_DATA) / erased_again.LIST
    return [line.split(" ", 1)[1] for line in path.read_text("ascii").splitlines()] if path.exists() else []


def restored(now: datetime.datetime, *gone: tuple[str, UUID]) -> Path:
    """As a restoration leaves it: the newest list, the mark, and a database that knows nothing of it."""
    folder = Path(settings.MINHBACH_DATA)
    with (folder / erased_again.LIST).open("a", encoding="ascii") as file:
        file.writelines(f"{now.isoformat()} {act} {about}\n" for act, about in gone)
    (folder / erased_again.MARK).touch()
    return folder / erased_again.MARK


def test_whoever_is_forgotten_stands_in_the_list_by_number_only_and_once(case: Case) -> None:
    row, chairman = taken(case), case.person("commune_chairman")
    erased_again.beat(now=case.now)
    assert listed() == []
    deciding.refuse(chairman, row.id, reason="identity", now=case.now)
    forget(chairman, row.id, now=case.now)
    for _ in range(2):
        erased_again.beat(now=case.now)
        assert listed() == [f"subject_forgotten {row.id}"]
    later = taken(case)
    deciding.refuse(chairman, later.id, reason="identity", now=case.now)
    forget(chairman, later.id, now=case.now + HOUR)
    erased_again.beat(now=case.now + HOUR)
    assert listed() == [f"subject_forgotten {row.id}", f"subject_forgotten {later.id}"]


def test_who_asked_and_what_was_destroyed_go_again_after_a_restoration(case: Case) -> None:
    row, extraction = taken(case), case.ask()
    path = package_path(extraction.id)
    path.with_suffix(".work").mkdir(parents=True)
    path.write_bytes(b"a package")
    mark = restored(case.now, ("subject_forgotten", row.id), ("extraction_destroyed", extraction.id))
    erased_again.beat(now=case.now)
    assert not SubjectPerson.objects.exists()
    assert now_of(case, row).step(Act.FORGOTTEN) is not None
    assert not path.exists()
    assert not path.with_suffix(".work").exists()
    assert AuditRow.objects.filter(act="package_erased", object_id=str(extraction.id)).exists()
    assert not mark.exists()
    taken(case)
    erased_again.beat(now=case.now)
    assert SubjectPerson.objects.count() == 1


def test_nothing_is_erased_by_a_list_without_a_restoration(case: Case) -> None:
    row = taken(case)
    restored(case.now, ("subject_forgotten", row.id)).unlink()
    erased_again.beat(now=case.now)
    assert SubjectPerson.objects.filter(request=row).exists()


def test_who_complained_and_who_brought_a_dossier_go_again_the_latter_once_it_is_over(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    town = Town()
    said = petitions.Said(kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="chờ lâu")
    petition = petitions.register(None, room=town.room, said=said, contact=petitions.Contact(name="Lò"), now=town.now)
    done, still_open = town.handed_back(30), town.received(20)
    mark = restored(
        town.now, ("petitioner_erased", petition.id), ("submitter_erased", still_open.id), ("submitter_erased", done.id)
    )
    erased_again.beat(now=town.now)
    for row in (petition, done, still_open):
        row.refresh_from_db()
    assert petition.petitioner.erased_at == town.now
    assert (done.submitter.erased_at, still_open.submitter.erased_at) == (town.now, None)
    assert mark.exists()
    move_on(HERE, EventKind.HANDED_BACK, dossier=still_open, counter=town.counter, now=town.now)
    erased_again.beat(now=town.now + HOUR)
    still_open.submitter.refresh_from_db()
    assert still_open.submitter.erased_at == town.now + HOUR
    assert not mark.exists()
