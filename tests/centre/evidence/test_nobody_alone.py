"""Invariant 8: nobody extracts alone, and whatever is pressed twice or at once leaves one package at most."""

import datetime
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions.grants import restrict
from minhbach.centre.access.actions.security_keys import ProofRefused
from minhbach.centre.access.models import Refusal
from minhbach.centre.evidence.actions import approving, building, releasing, reminding, requests
from minhbach.centre.evidence.duties import duties
from minhbach.centre.evidence.models import Approval, Build, Ending, Extraction, Revision
from minhbach.centre.evidence.people import ExtractionRefused, moment
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.fabric import keys
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import CounterPost
from minhbach.ledger import approval as ledger
from minhbach.ledger import scope as scopes
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)


def test_two_others_approve_exactly_this_scope_and_the_court_can_check_it(case):
    row = case.approved()
    found = case.item(row)
    assert found.stage is Stage.APPROVED
    scope = scopes.read(bytes(found.revision.scope))
    assert scope.hash == found.revision.scope_hash
    assert scope.leaves
    centre = keys.load_approval(case.centre.folder / "keys").verifier
    judged = list(
        ledger.judge(
            [ledger.read(each.record) for each in found.approvals], scope.hash, scope.asked.requester, [centre], {}
        )
    )
    assert [(each.kind, each.problem) for each in judged] == [(ledger.Kind.ATTESTED, "")] * 2
    assert judged[0].statement.name == case.person("commune_chairman").person.full_name


def test_a_request_holds_its_footage_and_tells_whoever_may_approve(case):
    row = case.ask()
    [order] = Hold.objects.all()
    assert (order.begin_us, order.end_us) > (0, case.end_us)
    assert order.begin_us < case.begin_us
    told = set(Delivery.objects.filter(notice__kind="extraction").values_list("address", flat=True))
    assert told == {case.person(role).person_id for role in ("commune_chairman", "chief_of_office", "area_chairman")}
    assert str(row).startswith("01/")


def test_nobody_approves_their_own_request(case):
    chairman = case.person("commune_chairman")
    row = requests.request(chairman, room=case.room, wish=case.wish(), now=case.now)
    with pytest.raises(ExtractionRefused, match="their own"):
        case.approve(row, "commune_chairman")
    with pytest.raises(IntegrityError), transaction.atomic():
        _force(case, row, chairman.person_id, number=1)


def test_nobody_approves_twice(case):
    row = case.ask()
    case.approve(row, "chief_of_office")
    with pytest.raises(ExtractionRefused, match="have approved"):
        case.approve(row, "chief_of_office")
    with pytest.raises(IntegrityError), transaction.atomic():
        _force(case, row, case.person("chief_of_office").person_id, number=2)


def test_two_of_the_filmed_office_are_not_enough(case):
    case.district.appoint("commune_chairman", "A", "vice")
    row = case.ask()
    case.approve(row, "commune_chairman")
    with pytest.raises(ExtractionRefused, match="body that manages"):
        case.approve(row, "vice")
    with pytest.raises(IntegrityError), transaction.atomic():
        _force(case, row, case.person("vice").person_id, number=2)


def test_who_worked_at_a_counter_of_the_room_that_day_does_not_approve(case):
    row = case.ask()
    chairman = case.person("commune_chairman")
    day = moment(case.begin_us).date()
    CounterPost.objects.create(person=chairman.person, counter=case.district.counters["A"], valid_from=day)
    with pytest.raises(ExtractionRefused, match="counter"):
        case.approve(row, "commune_chairman")


@pytest.mark.parametrize("approved", [False, True])
def test_who_worked_at_a_counter_of_the_room_that_day_does_not_refuse_either(case, approved):
    case.now = timezone.now()
    row = case.approved() if approved else case.ask()
    filmed, day = case.person("area_chairman"), moment(case.begin_us).date()
    page = reverse("extraction", args=[row.id])
    assert 'data-open="refuse"' in signed_in(filmed).get(page).content.decode()
    CounterPost.objects.create(person=filmed.person, counter=case.district.counters["A"], valid_from=day)
    with pytest.raises(ExtractionRefused, match="counter"):
        approving.refuse(filmed, row.id, reason="Không cần", now=case.now)
    assert not Ending.objects.exists()
    said = signed_in(filmed).get(page).content.decode()
    assert 'data-open="refuse"' not in said
    assert "không được tham gia quyết định" in said


@pytest.mark.parametrize(
    "role", ["inspector", "chief_inspector", "technician", "one_stop_officer", "office_specialist"]
)
def test_who_has_no_right_to_approve_is_refused_and_the_refusal_is_kept(case, role):
    row = case.ask()
    before = Refusal.objects.count()
    with pytest.raises(ExtractionRefused):
        approving.prepare(case.person(role), case.item(row), now=case.now)
    assert Refusal.objects.count() == before + 1


def test_a_change_voids_the_approvals(case):
    row = case.approved()
    requests.change(case.asker, row.id, wish=case.wish(end_us=case.end_us - 5_000_000), now=case.now)
    assert case.item(row).stage is Stage.REQUESTED
    with pytest.raises(ExtractionRefused):
        building.begin_build(case.person("technician"), row.id, now=case.now)
    first = Revision.objects.get(extraction=row, serial=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Build.objects.create(
            extraction=row, revision=first, begun_by=case.person("technician").person, begun_at=case.now
        )


def test_what_was_signed_for_an_earlier_scope_approves_no_other(case):
    row = case.ask()
    chief = case.person("chief_of_office")
    statement = approving.prepare(chief, case.item(row), now=case.now)
    requests.change(case.asker, row.id, wish=case.wish(purpose="Việc khác"), now=case.now)
    with pytest.raises(ExtractionRefused, match="was changed"):
        approving.approve(chief, row.id, statement=statement, proof=case.code(chief), now=case.now)


def test_a_wrong_code_or_one_used_before_approves_nothing(case):
    row = case.ask()
    chief = case.person("chief_of_office")
    proof = case.code(chief)
    statement = approving.prepare(chief, case.item(row), now=case.now)
    with pytest.raises(ProofRefused):
        approving.approve(chief, row.id, statement=statement, proof=approving.ByCode("sai", proof.code), now=case.now)
    approving.approve(chief, row.id, statement=statement, proof=proof, now=case.now)
    other = case.ask()
    with pytest.raises(ProofRefused):
        approving.approve(
            chief, other.id, statement=approving.prepare(chief, case.item(other), now=case.now), proof=proof,
            now=case.now,
        )  # fmt: skip


def test_what_two_did_not_approve_in_time_is_over(case):
    row = case.ask()
    case.now += 8 * DAY
    assert case.item(row).stage is Stage.EXPIRED
    with pytest.raises(ExtractionRefused):
        case.approve(row, "chief_of_office")


def test_approvals_run_out_also_when_a_build_failed_and_are_told_so(case):
    row, technician = case.approved(), case.person("technician")
    build = building.begin_build(technician, row.id, now=case.now)
    building.fail_build(build.id, why=building.NO_PACKAGE, now=case.now)
    second = case.item(row).counting[-1].at
    assert (case.item(row).stage, case.item(row).until) == (Stage.FAILED, second + 7 * DAY)
    case.now = second + 7 * DAY - MINUTE
    again = building.begin_build(technician, row.id, now=case.now)
    assert case.item(row).stage is Stage.BUILDING
    case.now += DAY  # a build that runs is not stopped by the clock
    assert case.item(row).stage is Stage.BUILDING
    building.fail_build(again.id, why=building.NO_PACKAGE, now=case.now)
    assert case.item(row).stage is Stage.EXPIRED
    with pytest.raises(ExtractionRefused, match="has run out"):
        building.begin_build(technician, row.id, now=case.now)
    assert Build.objects.get().failed_at is not None
    assert list(duties(technician, now=case.now)) == []
    assert reminding.remind(now=case.now) == 1
    assert reminding.remind(now=case.now + DAY) == 0
    told = Delivery.objects.filter(address=case.asker.person_id, notice__en__contains="has run out")
    assert told.count() == 1


def test_a_build_that_failed_long_after_its_time_is_told_when_it_failed(case):
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    building.fail_build(build.id, why=building.NO_PACKAGE, now=case.now + 30 * DAY)
    assert reminding.remind(now=case.now + 31 * DAY) == 1
    assert reminding.remind(now=case.now + 60 * DAY) == 0


def test_a_refusal_needs_a_reason_and_ends_it(case):
    row, chief = case.ask(), case.person("chief_of_office")
    with pytest.raises(ExtractionRefused, match="Say why"):
        approving.refuse(chief, row.id, reason=" ", now=case.now)
    approving.refuse(chief, row.id, reason="Không có căn cứ", now=case.now)
    assert case.item(row).stage is Stage.REFUSED
    with pytest.raises(ExtractionRefused):
        case.approve(row, "commune_chairman")
    assert Delivery.objects.filter(address=case.asker.person_id, notice__vi__contains="Không có căn cứ").exists()


def test_who_asked_or_approved_does_not_build_and_nobody_without_two_approvals(case):
    row = case.ask()
    technician = case.person("technician")
    with pytest.raises(ExtractionRefused):
        building.begin_build(technician, row.id, now=case.now)
    case.approve(row, "commune_chairman")
    case.approve(row, "chief_of_office")
    with pytest.raises(IntegrityError), transaction.atomic():
        Build.objects.create(
            extraction=row, revision=case.item(row).revision, begun_by=case.asker.person, begun_at=case.now
        )
    with pytest.raises(ExtractionRefused):
        building.begin_build(case.asker, row.id, now=case.now)
    building.begin_build(technician, row.id, now=case.now)
    with pytest.raises(ExtractionRefused):
        building.begin_build(technician, row.id, now=case.now)
    assert Build.objects.count() == 1


def test_a_finished_package_stays_the_one_it_is(case):
    row = case.built()
    build = Build.objects.get(extraction=row)
    assert building.finish_build(build.id, digest="00" * 32, size_bytes=1, now=case.now) is False
    with pytest.raises(DatabaseError), transaction.atomic():
        Build.objects.filter(id=build.id).update(digest="00" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ending.objects.create(extraction=row, kind="refused", by=case.person("chief_of_office").person, at=case.now,
                              reason="quá muộn")  # fmt: skip


def test_time_that_was_closed_since_is_neither_asked_for_nor_approved_nor_built(case):
    row = case.approved()
    restrict(
        "tests", room=case.room, begin=moment(case.begin_us), end=moment(case.end_us), reference="session:1",
        receiver=None, now=case.now,
    )  # fmt: skip
    with pytest.raises(ExtractionRefused, match="restricted"):
        building.begin_build(case.person("technician"), row.id, now=case.now)
    with pytest.raises(ExtractionRefused, match="restricted"):
        case.ask()


def test_footage_that_the_log_does_not_account_for_cannot_be_asked_for(case):
    with pytest.raises(ExtractionRefused, match="does not account"):
        case.ask(begin_us=case.begin_us - 3_600_000_000)
    assert Extraction.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_the_same_moment_leave_one_first_and_one_second(case):
    row = case.ask()
    people = [case.person(role) for role in ("commune_chairman", "chief_of_office", "area_chairman")]
    proofs = [case.code(person) for person in people]
    case.now += datetime.timedelta(minutes=1)
    proofs = [case.code(person) for person in people]
    ready = [(person, approving.prepare(person, case.item(row), now=case.now), proof)
             for person, proof in zip(people, proofs, strict=True)]  # fmt: skip
    together, outcomes = threading.Barrier(len(ready)), []

    def press(person, statement, proof):
        try:
            together.wait(10)
            approving.approve(person, row.id, statement=statement, proof=proof, now=case.now)
            outcomes.append("approved")
        except ExtractionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=each) for each in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Approval.objects.filter(extraction=row).values_list("number", flat=True))
    assert numbers == list(range(1, outcomes.count("approved") + 1))
    assert 1 <= len(numbers) <= 2
    assert len(outcomes) == 3


def _force(case, row, approver, *, number):
    """As a program would that asks nobody."""
    Approval.objects.create(
        extraction=row, revision=case.item(row).revision, number=number, approver_id=approver, managing=False,
        kind="password_code", at=case.now, nonce=f"{number:032x}", record={},
    )  # fmt: skip


def test_footage_that_is_held_for_a_matter_is_asked_for_without_a_second_hold_and_stays_held(case):
    margin = 5_000_000
    matter = hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Phản ánh", document="PA-2026-0123", now=case.now,
    )  # fmt: skip
    within = {"begin_us": case.begin_us + margin, "end_us": case.end_us - margin, "hold": matter.id}
    with pytest.raises(ExtractionRefused, match="does not keep all"):
        case.ask(**within | {"begin_us": case.begin_us + margin - 1})
    row = case.ask(**within)
    assert LegalHold.objects.count() == 1
    assert case.item(row).revision.hold == matter
    with pytest.raises(ExtractionRefused, match="needs this footage"):
        releasing.ask_release(case.asker, matter.id, reason="Đã xong", now=case.now)
    requests.withdraw(case.asker, row.id, reason="Nhầm", now=case.now)
    releasing.ask_release(case.asker, matter.id, reason="Đã xong", now=case.now)
    again = case.ask(**within)
    with pytest.raises(ExtractionRefused, match="needs this footage"):
        releasing.decide_release(case.person("chief_of_office"), matter.id, agreed=True, now=case.now)
    requests.withdraw(case.asker, again.id, reason="Nhầm", now=case.now)
    releasing.decide_release(case.person("chief_of_office"), matter.id, agreed=True, now=case.now)
    with pytest.raises(ExtractionRefused, match="does not keep all"):
        case.ask(**within)


def test_a_request_from_the_page_of_a_hold_comes_filled_with_what_it_keeps(case):
    matter = hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Phản ánh", document="PA-2026-0123", now=case.now,
    )  # fmt: skip
    browser = signed_in(case.asker)
    assert f"?giu={matter.id}" in browser.get(reverse("hold", args=[matter.id])).content.decode()
    page = browser.get(reverse("extraction_new", args=[case.room]), {"giu": str(matter.id)})
    form = page.context["form"]
    assert (form.initial["hold"], form.initial["case_number"]) == (matter.id, "PA-2026-0123")
    assert form.initial["cameras"] == [str(case.camera)]
    for nonsense in ("x", "00000000-0000-0000-0000-000000000000"):
        page = browser.get(reverse("extraction_new", args=[case.room]), {"giu": nonsense})
        assert page.status_code == 200
        assert "hold" not in page.context["form"].initial
