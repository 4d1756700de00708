"""Whoever asked for footage has left, or its time was restricted since: it goes on, or who can end it is named."""

from uuid import UUID

import pytest

from minhbach.centre.access.actions.grants import restrict
from minhbach.centre.access.models import Account, Restriction
from minhbach.centre.evidence.actions import approving, building, custody, masking
from minhbach.centre.evidence.duties import duties, who_next
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.evidence.people import ExtractionRefused, moment, people_who
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.messaging.actions import both
from minhbach.centre.regulation.rights import Right
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_masking import Masked

pytestmark = pytest.mark.django_db


def left(case: Case) -> None:
    """The account of who asks is closed."""
    asker = case.asker
    asker.is_active, asker.closed_at = False, case.now
    asker.save()


def closed(case: Case, receiver: UUID | None = None) -> Restriction:
    return restrict(
        "tests", room=case.room, begin=moment(case.begin_us), end=moment(case.end_us), reference="session:1",
        receiver=receiver, now=case.now,
    )  # fmt: skip


def built(case: Case, row: Extraction) -> str:
    """What the technician reads who begins the package."""
    with pytest.raises(ExtractionRefused) as refused:
        building.begin_build(case.person("technician"), row.id, now=case.now)
    return both(refused.value.words)[0]


def copied(case: Case, row: Extraction) -> str:
    """What the technician reads who copies it out."""
    with pytest.raises(ExtractionRefused) as refused:
        building.copy_package(case.person("technician"), row.id, address=None, now=case.now)
    return both(refused.value.words)[0]


def hands_over(case: Case) -> Account:
    """Somebody else than who asked who may write down what became of a package."""
    people = people_who(Right.HAND_OVER, case.room, now=case.now) - {case.asker.person_id}
    found = Account.objects.filter(person__in=people).first()
    assert found is not None
    return found


def test_a_package_is_built_and_copied_out_though_who_asked_has_left(case: Case) -> None:
    row = case.approved()
    left(case)
    case.taken_out(row)
    assert case.item(row).is_copied


def test_what_was_restricted_and_whose_asker_has_left_is_refused_by_an_approver(case: Case) -> None:
    row = case.approved()
    left(case)
    closed(case)
    assert "Người duyệt cần từ chối đề nghị này" in built(case, row)
    approving.refuse(case.person("chief_of_office"), row.id, reason="Đã hạn chế xem", now=case.now)
    assert case.item(row).stage is Stage.REFUSED


def test_what_was_restricted_for_everybody_but_who_asked_goes_on_without_them(case: Case) -> None:
    row = case.approved()
    left(case)
    closed(case, receiver=case.asker.person_id)
    case.taken_out(row)
    assert case.item(row).is_copied


def test_who_asked_and_is_here_withdraws_what_was_restricted_before_it_is_built(case: Case) -> None:
    row = case.approved()
    closed(case)
    assert built(case, row) == building.CLOSED_SINCE.vi


def test_the_covers_of_a_masked_copy_wait_for_whoever_may_ask_there(case: Case) -> None:
    masked, chairman = Masked(case).laid_out(), case.person("commune_chairman")

    def waits() -> list[str]:
        return [duty.verb.en for duty in duties(chairman, now=case.now)]

    assert (waits(), who_next(case.item(masked.row), now=case.now)) == ([], [case.asker.person.full_name])
    left(case)
    assert waits() == ["Draw covers"]
    names = who_next(case.item(masked.row), now=case.now)
    assert (chairman.person.full_name in names, case.asker.person.full_name in names) == (True, False)
    row = masking.draw(chairman, masked.row.id, decisions=masked.decisions(), now=case.now)
    masking.made(row.id, copies={str(case.camera): "ab" * 32}, now=case.now)
    assert waits() == [], "who drew does not review"
    assert masked.accept("chief_of_office").accepted


@pytest.mark.parametrize("gone", [True, False])
def test_a_package_of_what_was_restricted_is_destroyed_by_who_hands_over(case: Case, gone: bool) -> None:
    row = case.built()
    if gone:
        left(case)
    closed(case)
    said = copied(case, row)
    assert "Người có quyền bàn giao cần ghi tiêu hủy gói" in said
    assert "rút" not in said
    custody.close(hands_over(case), row.id, destroyed=True, document="BB 4", note="Đã hạn chế xem", now=case.now)
    assert case.item(row).stage is Stage.DESTROYED
