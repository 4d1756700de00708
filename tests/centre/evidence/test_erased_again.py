"""A restoration brings back what was erased since; by a list of ids that lies apart from the database it goes again."""

import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.evidence.actions import deciding, erased_again
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.erasing import forget
from minhbach.centre.evidence.actions.subjects import OVER, SubjectRefused
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


def beat(now: datetime.datetime) -> None:
    """As a worker does that has just begun."""
    erased_again.Erased().beat(now=now)


def test_whoever_is_forgotten_stands_in_the_list_by_number_only_and_once(case: Case) -> None:
    row, chairman = taken(case), case.person("commune_chairman")
    beat(case.now)
    assert listed() == []
    deciding.refuse(chairman, row.id, reason="identity", now=case.now)
    forget(chairman, row.id, now=case.now)
    for _ in range(2):
        beat(case.now)
        assert listed() == [f"subject_forgotten {row.id}"]
    later = taken(case)
    deciding.refuse(chairman, later.id, reason="identity", now=case.now)
    forget(chairman, later.id, now=case.now + HOUR)
    beat(case.now + HOUR)
    assert listed() == [f"subject_forgotten {row.id}", f"subject_forgotten {later.id}"]


def test_who_asked_and_what_was_destroyed_go_again_after_a_restoration(case: Case) -> None:
    row, extraction = taken(case), case.ask()
    path = package_path(extraction.id)
    path.with_suffix(".work").mkdir(parents=True)
    path.write_bytes(b"a package")
    mark = restored(case.now, ("subject_forgotten", row.id), ("extraction_destroyed", extraction.id))
    beat(case.now)
    assert not SubjectPerson.objects.exists()
    assert now_of(case, row).step(Act.FORGOTTEN) is not None
    assert not path.exists()
    assert not path.with_suffix(".work").exists()
    assert AuditRow.objects.filter(act="package_erased", object_id=str(extraction.id)).exists()
    assert not mark.exists()
    taken(case)
    beat(case.now)
    assert SubjectPerson.objects.count() == 1


def test_nothing_is_erased_by_a_list_without_a_restoration(case: Case) -> None:
    row = taken(case)
    restored(case.now, ("subject_forgotten", row.id)).unlink()
    beat(case.now)
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
    beat(town.now)
    for row in (petition, done, still_open):
        row.refresh_from_db()
    assert petition.petitioner.erased_at == town.now
    assert (done.submitter.erased_at, still_open.submitter.erased_at) == (town.now, None)
    assert mark.exists()
    move_on(HERE, EventKind.HANDED_BACK, dossier=still_open, counter=town.counter, now=town.now)
    beat(town.now + HOUR)
    still_open.submitter.refresh_from_db()
    assert still_open.submitter.erased_at == town.now + HOUR
    assert not mark.exists()


def test_a_package_that_is_built_after_the_restoration_stays_while_something_else_cannot_be_erased(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, waits = case.approved(), taken(case)
    mark = restored(
        case.now,
        *((act, row.id) for act in ("extraction_destroyed", "package_erased")),
        ("subject_forgotten", waits.id),
    )
    with monkeypatch.context() as patched:
        patched.setattr(erased_again, "step", not_yet)
        beat(case.now)
    assert mark.read_text("ascii").split()[1:] == ["subject_forgotten", str(waits.id)]
    case.packed(row)
    with monkeypatch.context() as patched:
        patched.setattr(erased_again, "step", not_yet)
        beat(case.now + HOUR)
    assert package_path(row.id).exists()
    beat(case.now + HOUR)
    assert not mark.exists()
    assert package_path(row.id).exists()
    assert not SubjectPerson.objects.filter(request=waits).exists()


def not_yet(*_: object, **__: object) -> None:
    raise SubjectRefused(OVER)


def test_what_cannot_be_deleted_or_read_keeps_nothing_else_from_being_erased_or_listed(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    row, extraction, gone = taken(case), case.ask(), taken(case)
    package_path(extraction.id).mkdir(parents=True)
    deciding.refuse(case.person("commune_chairman"), gone.id, reason="identity", now=case.now)
    forget(case.person("commune_chairman"), gone.id, now=case.now)
    folder = Path(settings.MINHBACH_DATA)
    (folder / erased_again.LIST).write_bytes(b"2026-09-01T00:00:00+00:00 subject_forg\nh\xe1\xbb\x8fng\n")
    mark = restored(case.now, ("extraction_destroyed", extraction.id), ("subject_forgotten", row.id))
    beat(case.now)
    assert not SubjectPerson.objects.filter(request=row).exists()
    left = mark.read_bytes()
    assert [line in left for line in (b"subject_forg\n", b"h\xe1\xbb\x8fng\n")] == [True, True]
    assert f"extraction_destroyed {extraction.id}".encode() in left
    assert str(row.id).encode() not in left
    kept = (folder / erased_again.LIST).read_bytes()
    assert f"subject_forgotten {gone.id}".encode() in kept
    assert b"subject_forg\n" in kept
    assert "cannot be read" in caplog.text
    assert "is not erased again yet" in caplog.text
    package_path(extraction.id).rmdir()
    mark.write_bytes(b"\n".join(line for line in left.splitlines() if b"extraction" in line))
    beat(case.now + HOUR)
    assert not mark.exists()


def test_the_audit_log_is_read_once_and_then_only_what_is_new(case: Case) -> None:
    worker = erased_again.Erased()
    worker.beat(now=case.now)
    early, late = (uuid4() for _ in range(2))
    record("tests", "petitioner_erased", now=case.now - 2 * HOUR, about=("petition", early))
    record("tests", "petitioner_erased", now=case.now - HOUR / 2, about=("petition", late))
    worker.beat(now=case.now + HOUR / 60)
    assert listed() == [f"petitioner_erased {late}"]
    beat(case.now + HOUR)
    assert listed() == [f"petitioner_erased {late}", f"petitioner_erased {early}"]
