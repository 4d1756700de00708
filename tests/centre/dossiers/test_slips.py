"""Requests for papers and refusals: in writing, with their moment; and who brought a dossier, forgotten."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.models import AuditRow
from minhbach.centre.dossiers import slip_forms
from minhbach.centre.dossiers.actions import moments, receiving
from minhbach.centre.dossiers.actions.forgetting import forget_submitter
from minhbach.centre.dossiers.actions.receiving import receipt_of
from minhbach.centre.dossiers.actions.slips import ask_for_papers, slip_paper
from minhbach.centre.dossiers.forms import said_items
from minhbach.centre.dossiers.models import Dossier, EventKind, Slip, State, Submitter
from minhbach.centre.footage.models import Mark
from minhbach.centre.papers import actions as papers
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import SETUP, District
from tests.centre.dossiers.counters import CITIZEN, dossier, procedure
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
WHY = "Chưa có giấy chứng sinh của cơ sở y tế"


@pytest.fixture
def district():
    return District()


def refused(district, of=None, reason=WHY):
    of = of or procedure(district)
    return receiving.refuse(
        SETUP, counter=district.counters["A"], brought=CITIZEN, procedure=of, reason=reason, now=district.now
    )


def asked(district, found, items=("Căn cước", "Giấy chứng sinh")):
    return ask_for_papers(
        SETUP, dossier=found, counter=found.counter, items=items, reason="Bản sao đã mờ", now=district.now
    )


def test_a_refusal_is_a_dossier_that_was_not_taken_with_its_reason_number_and_minute(district):
    slip = refused(district)
    found = Dossier.objects.get()
    assert (found.state, found.has_ended, slip.number, slip.reason) == (State.REFUSED, True, 1, WHY)
    assert Mark.objects.get().kind == "refused"
    assert CITIZEN.name not in Mark.objects.get().vi
    assert "hoàn thiện" not in str(slip_forms.content(slip)["help"])
    for step in (EventKind.HANDED_BACK, EventKind.SUPPLEMENTED):
        with pytest.raises(NotPossible):
            moments.move_on(SETUP, step, dossier=found, counter=found.counter, now=district.now)
    with pytest.raises(NotPossible):
        receipt_of(SETUP, dossier=found, now=district.now)


@pytest.mark.parametrize("reason", ["", "Lỗi 0x80004005", "không được", "x " * 300])
def test_a_code_or_a_word_is_no_reason_to_refuse(district, reason):
    with pytest.raises(NotPossible) as told:
        refused(district, reason=reason)
    assert told.value.field == "reason"
    assert not Dossier.objects.exists()


def test_a_request_for_papers_lists_them_with_the_copies_that_the_procedure_asks_for(district):
    slip = asked(district, dossier(district, procedure(district)))
    values = slip_forms.content(slip)
    assert values["items"] == [
        {"name": "Căn cước", "copies": "02 bản sao"}, {"name": "Giấy chứng sinh", "copies": ""},
    ]  # fmt: skip
    assert (slip.event.note, slip.event.kind) == ("Căn cước; Giấy chứng sinh", EventKind.SUPPLEMENT)
    assert values["title"] == f"Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ {slip.event.dossier.code}"
    assert slip_paper(SETUP, slip=slip, now=district.now) == slip_paper(SETUP, slip=slip, now=district.now)


@pytest.mark.parametrize("items", [(), (" ", "\u200b"), ("tờ khai",) * 21])
def test_nobody_is_sent_home_for_papers_that_are_not_named(district, items):
    found = dossier(district, procedure(district))
    with pytest.raises(NotPossible):
        asked(district, found, items)
    assert not Slip.objects.exists()
    assert Dossier.objects.get().state == State.RECEIVED


def test_slips_are_numbered_through_the_year_and_never_rewritten(district):
    of = procedure(district)
    slips = [refused(district, of), asked(district, dossier(district, of)), refused(district, of)]
    assert [slip.number for slip in slips] == [1, 2, 3]
    with pytest.raises(DatabaseError), transaction.atomic():
        Slip.objects.update(reason="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        Slip.objects.all().delete()


def test_what_is_typed_into_one_field_is_several_papers():
    assert said_items(" Tờ khai;Căn cước ;; \r\nGiấy chứng sinh\n") == ["Tờ khai", "Căn cước", "Giấy chứng sinh"]


def test_an_officer_refuses_and_asks_for_papers_at_the_desk_and_prints_both(district):
    of, counter = procedure(district), district.counters["A"]
    browser = signed_in(district.people["one_stop_officer"])
    form = {"name": "Lê Văn Tám", "procedure": str(of.id), "reason": "không"}
    assert browser.post(reverse("refuse", args=[counter.id]), form).status_code == 422
    page = browser.post(reverse("refuse", args=[counter.id]), form | {"reason": WHY}, follow=True).content.decode()
    assert "In phiếu từ chối" in page
    assert "Không tiếp nhận" in page
    found = dossier(district, of)
    step = {"kind": "supplement", "counter": counter.id, "note": "Căn cước; Tờ khai", "reason": "mờ"}
    page = browser.post(reverse("dossier_step", args=[found.id]), step, follow=True).content.decode()
    assert "In phiếu yêu cầu bổ sung" in page
    for slip in Slip.objects.all():
        printed = browser.get(reverse("slip", args=[slip.id]))
        assert printed.content.startswith(b"%PDF-")
        assert printed.content == browser.get(reverse("slip", args=[slip.id])).content


def test_who_brought_an_ended_dossier_is_forgotten_with_everything_printed_and_the_dossier_stays(
    district, django_capture_on_commit_callbacks
):
    found = dossier(district, procedure(district))
    slip = asked(district, found)
    digests = [
        receipt_of(SETUP, dossier=found, now=district.now).digest,
        slip_paper(SETUP, slip=slip, now=district.now).digest,
    ]
    with pytest.raises(NotPossible):
        forget_submitter("test", found, reason="Yêu cầu 1/2026", now=district.now)
    for step in (EventKind.SUPPLEMENTED, EventKind.HANDED_BACK):
        moments.move_on(SETUP, step, dossier=found, counter=found.counter, now=district.now)
    with pytest.raises(NotPossible):
        forget_submitter("test", found, reason=" ", now=district.now)
    events = found.events.count()
    # The end of the transaction, to which a test never comes, is played.
    with django_capture_on_commit_callbacks(execute=True):
        forget_submitter("test", found, reason="Yêu cầu 1/2026", now=district.now)
    row = Submitter.objects.get()
    assert (row.name, row.personal_id, row.address, row.phone) == ("", "", "", "")
    assert not Paper.objects.filter(digest__in=digests).exists()
    assert not [digest for digest in digests if papers.store()._path(digest).exists()]
    assert found.events.count() == events
    audit = AuditRow.objects.get(act="submitter_erased")
    assert (audit.object_id, audit.details) == (str(found.id), {"reason": "Yêu cầu 1/2026"})
    for again in (
        lambda: forget_submitter("test", found, reason="lần nữa", now=district.now),
        lambda: receipt_of(SETUP, dossier=found, now=district.now),
        lambda: slip_paper(SETUP, slip=slip, now=district.now),
    ):
        with pytest.raises(NotPossible):
            again()


def test_the_database_lets_nobody_rename_or_bring_back_who_brought_a_dossier(district):
    found = dossier(district, procedure(district))
    row = found.submitter
    other = Submitter.about({"name": "Khác"}, id=row.id, dossier=found)
    renamed = {"sealed": other.sealed, "commitment": other.commitment}
    for change in (
        renamed,
        {**renamed, "key": 2},
        {"sealed": other.sealed},
        {"sealed": b""},
        {"erased_at": district.now},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Submitter.objects.filter(dossier=found).update(**change)
    Submitter.objects.filter(dossier=found).update(sealed=b"", mark="", erased_at=district.now)
    later = district.now + datetime.timedelta(seconds=1)
    for change in ({"sealed": row.sealed, "key": 2}, {"sealed": row.sealed, "erased_at": None}, {"erased_at": later}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Submitter.objects.filter(dossier=found).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Submitter.objects.all().delete()


def test_the_page_of_a_forgotten_person_says_so(district):
    slip = refused(district)
    forget_submitter("test", slip.event.dossier, reason="Yêu cầu 2/2026", now=district.now)
    browser = signed_in(district.people["one_stop_officer"])
    page = browser.get(reverse("dossier", args=[slip.event.dossier_id])).content.decode()
    assert "đã xóa ngày" in page
    assert CITIZEN.name not in page
    assert browser.get(reverse("slip", args=[slip.id])).status_code == 404
