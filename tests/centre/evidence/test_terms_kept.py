"""The clocks of a citizen's request: of each term people are told in time and once it is over, extended or not."""

import datetime

import pytest

from minhbach.centre.evidence.actions import deciding, subject_reminding, subjects
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Act, SubjectRequest
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.evidence.subject_clock import Terms
from minhbach.centre.messaging.models import Delivery
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import MINUTE, Case

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def terms_of(case: Case, row: SubjectRequest) -> Terms:
    terms = now_of(case, row).terms
    assert terms is not None
    return terms


def reminded(now: datetime.datetime) -> list[str]:
    """What was told at that moment."""
    subject_reminding.remind(now=now)
    said = Delivery.objects.filter(notice__kind="subject", notice__sent_at=now)
    return sorted(set(said.values_list("notice__en", flat=True)))


def test_a_letter_that_nobody_confirms_is_told_of_on_its_last_day_and_higher_up_when_that_is_over(case):
    row = taken(case, channel="letter", received_at=case.now)
    terms = terms_of(case, row)
    early = terms.acknowledge_remind_at
    assert early < terms.acknowledge_by < early + DAY
    assert reminded(early - MINUTE) == []
    [said] = reminded(early)
    assert said.startswith("Receipt of request YC-01/2026")
    assert reminded(early + MINUTE) == []
    [said] = reminded(terms.acknowledge_by)
    assert "should have been confirmed" in said
    above = case.person("area_chairman").person_id
    assert Delivery.objects.filter(address=above, notice__en=said).exists()
    assert reminded(terms.acknowledge_by + MINUTE) == []


def test_a_letter_that_was_confirmed_is_told_of_no_more(case):
    row = taken(case, channel="letter", received_at=case.now)
    subjects.acknowledge(case.person("one_stop_officer"), row.id, now=case.now)
    assert reminded(terms_of(case, row).acknowledge_by) == []


def test_a_term_that_was_extended_is_told_of_anew(case):
    row = taken(case)
    first = terms_of(case, row)
    assert len(reminded(first.remind_at)) == 1
    deciding.extend(case.person("commune_chairman"), row.id, note="Cần tìm thêm", now=first.remind_at)
    longer = terms_of(case, row)
    assert longer.answer_by > first.answer_by
    assert reminded(first.answer_by) == []
    assert len(reminded(longer.remind_at)) == 1
    assert reminded(longer.remind_at + MINUTE) == []
    assert len(reminded(longer.answer_by)) == 1
    assert reminded(longer.answer_by + DAY) == []
    notes = [each.note for each in now_of(case, row).steps if each.kind in (Act.TOLD_SOON, Act.TOLD_LATE)]
    assert len(set(notes)) == 2
    assert all(note.startswith("Hạn trả lời ") for note in notes)


def test_what_was_told_before_terms_were_named_is_not_told_again_until_the_term_is_extended(case):
    row = taken(case)
    first = terms_of(case, row)
    subjects.step(row.id, Act.TOLD_SOON, now=first.remind_at)
    assert reminded(first.remind_at + MINUTE) == []
    deciding.extend(case.person("commune_chairman"), row.id, note="Cần tìm thêm", now=first.remind_at + MINUTE)
    longer = terms_of(case, row)
    assert len(reminded(longer.remind_at)) == 1
    subjects.step(row.id, Act.TOLD_LATE, now=longer.answer_by)
    assert reminded(longer.answer_by + MINUTE) == []


def test_what_was_told_before_terms_were_named_was_not_that_receipt_is_to_be_confirmed(case):
    row = taken(case, channel="letter", received_at=case.now)
    subjects.step(row.id, Act.TOLD_SOON, now=case.now)
    assert len(reminded(terms_of(case, row).acknowledge_remind_at)) == 1


def test_a_term_that_is_over_is_not_extended(case):
    row, chairman = taken(case), case.person("commune_chairman")
    case.now = terms_of(case, row).answer_by
    with pytest.raises(SubjectRefused, match="cannot be extended any more"):
        deciding.extend(chairman, row.id, note="Cần thêm", now=case.now)
    assert not now_of(case, row).may_extend


@pytest.mark.parametrize(("wanted", "stage"), [("copy", Stage.TO_COPY), ("erase", Stage.ERASING)])
def test_what_was_decided_is_not_extended(case, wanted, stage):
    row, chairman = taken(case, wanted), case.person("commune_chairman")
    assert now_of(case, row).may_extend
    deciding.grant(chairman, row.id, note="Điều 14", now=case.now)
    if wanted == "erase":
        deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    assert now_of(case, row).stage is stage
    with pytest.raises(SubjectRefused, match="was decided"):
        deciding.extend(chairman, row.id, note="Cần thêm", now=case.now)
    assert not now_of(case, row).may_extend
