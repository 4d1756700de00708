"""Originals leave as whole sealed files: none that reaches into time closed to who asks, approves, or asked."""

import pytest

from minhbach.centre.access.actions.grants import restrict
from minhbach.centre.access.api import pair
from minhbach.centre.access.models import Refusal
from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building
from minhbach.centre.evidence.models import CopyKind, Extraction
from minhbach.centre.evidence.people import ExtractionRefused, moment
from minhbach.centre.evidence.scope import files_of
from minhbach.centre.registry.reading import VIETNAM
from minhbach.ledger.scope import MARGIN_US, Scope, read
from tests.centre.evidence.case import Case, S

pytestmark = pytest.mark.django_db


def scope_of(case: Case, row: Extraction) -> Scope:
    return read(bytes(case.item(row).revision.scope))


def joint(case: Case) -> int:
    """Where one sealed file ends and the next begins, well inside of what the case has."""
    row = case.ask()
    files = sorted(files_of(scope_of(case, row)))
    assert min(first_us for first_us, _ in files) < case.begin_us, "whole files, not what was asked for"
    return next(last_us for _, last_us in files if last_us > case.begin_us + 8 * S)


def close(case: Case, begin_us: int, end_us: int) -> None:
    """A restricted session, as one is marked where somebody denounces."""
    restrict(
        "tests", room=case.room, begin=moment(begin_us), end=moment(end_us), reference="session:1", receiver=None,
        now=case.now,
    )  # fmt: skip


def clock(us: int) -> str:
    return f"{moment(us).astimezone(VIETNAM):%H:%M:%S}"


def test_where_only_the_seconds_beside_are_closed_the_scope_is_chosen_without_them(case: Case) -> None:
    at_us = joint(case)
    assert scope_of(case, case.ask(end_us=at_us)).asked.margin_us == MARGIN_US
    close(case, at_us + S, at_us + 4 * S)
    ends = scope_of(case, case.ask(end_us=at_us))
    assert ends.asked.margin_us == 0
    assert max(last_us for _, last_us in files_of(ends)) <= at_us
    begins = scope_of(case, case.ask(begin_us=at_us + 4 * S, kind=CopyKind.MASKED))
    assert begins.asked.margin_us == MARGIN_US, "a copy cut to the second has no file to leave"


def test_a_file_that_reaches_into_a_restricted_session_is_refused_and_the_edge_is_named(case: Case) -> None:
    at_us = joint(case)
    asked, told = Extraction.objects.count(), Refusal.objects.count()
    close(case, at_us + 3 * S, at_us + 5 * S)
    with pytest.raises(ExtractionRefused) as refusal:
        case.ask(end_us=at_us + 2 * S)
    said = pair(refusal.value.words)
    assert f"ends by {clock(at_us)}" in said["en"]
    assert f"muộn nhất lúc {clock(at_us)}" in said["vi"]
    assert (Extraction.objects.count(), Refusal.objects.count()) == (asked, told + 1)
    case.ask(end_us=at_us)
    case.ask(end_us=at_us + 2 * S, kind=CopyKind.MASKED)


def test_the_same_holds_at_the_beginning(case: Case) -> None:
    at_us = joint(case)
    close(case, at_us - 5 * S, at_us - 3 * S)
    with pytest.raises(ExtractionRefused, match="The sealed file at the beginning"):
        case.ask(begin_us=at_us - 2 * S)
    begins = scope_of(case, case.ask(begin_us=at_us))
    assert (begins.asked.margin_us, min(first_us for first_us, _ in files_of(begins))) == (0, at_us)


def test_a_session_marked_since_beside_what_was_asked_for_stops_approving_building_fetching_and_copying_out(
    case: Case,
) -> None:
    at_us = joint(case)
    asked, approved, begun, built = (case.ask(end_us=at_us), *(case.approved(end_us=at_us) for _ in range(3)))
    technician = case.person("technician")
    build = building.begin_build(technician, begun.id, now=case.now)
    case.packed(built)
    plan = packing.planned(build.id)
    close(case, at_us + S, at_us + 4 * S)
    with pytest.raises(ExtractionRefused, match="reaches into time that is closed"):
        case.approve(asked, "commune_chairman")
    with pytest.raises(ExtractionRefused, match="restricted after the request"):
        building.begin_build(technician, approved.id, now=case.now)
    with pytest.raises(ExtractionRefused, match="restricted after the request"):
        packing.opened(plan, now=case.now)
    with pytest.raises(ExtractionRefused, match="write it down as destroyed"):
        building.copy_package(technician, built.id, address=None, now=case.now)
