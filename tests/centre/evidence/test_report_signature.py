"""A report that went into its package without the office's signature is signed later, and says until then why not."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence import attesting, packing
from minhbach.centre.evidence.actions import building, stamping
from minhbach.centre.evidence.actions.stamping import Attesting, keep_stamp
from minhbach.centre.evidence.attesting import NO_CERTIFICATE, NotAttested
from minhbach.centre.evidence.models import Build, Extraction, ReportSignature, Stamp
from minhbach.centre.messaging.models import Delivery
from tests.centre.evidence.authority import Holder
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_attesting import installed, judged, report
from tests.centre.evidence.test_packing import brought
from tests.centre.evidence.test_stamping import turn
from tests.centre.people import signed_in
from tests.edge.keeping import Site

NAME = "Văn phòng UBND xã A"


@pytest.fixture(scope="module")
def office() -> Holder:
    return Holder(NAME, Holder("Gốc chữ ký số"))


def packed(case: Case, history: Site) -> tuple[packing.Plan, Attesting]:
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    plan = packing.planned(build.id)
    brought(plan, history)
    found = Attesting(case.now)
    digest, size = packing.pack(plan, now=case.now, attesting=found)
    stamping.finish_vouched(build.id, found, digest=digest, size_bytes=size, now=case.now)
    return plan, found


def waiting(case: Case, data: bytes) -> tuple[Extraction, ReportSignature]:
    """A package whose report could not be signed."""
    row = case.built()
    found = Attesting(case.now, seal=b"seal", failure=stamping.NO_AUTHORITY)
    assert found.report(data) == data
    keep_stamp(row.build.id, found)
    return row, ReportSignature.objects.get(build=row.build)


def test_a_certificate_that_cannot_sign_holds_no_package_up_and_its_reason_stands_beside_the_stamps(
    case: Case, history: Site, settings: LazySettings, tmp_path: Path, office: Holder
) -> None:
    installed(settings, tmp_path, office, password="sai")
    plan, _ = packed(case, history)
    kept = ReportSignature.objects.get(build=plan.build)
    assert "MINHBACH_REPORT_CERTIFICATE_FILE" in kept.failure_vi
    stamp = Stamp.objects.get(build=plan.build)
    assert stamp.failure_vi == stamping.NO_AUTHORITY.vi, "each says its own"
    with zipfile.ZipFile(plan.target) as archive:
        assert bytes(kept.report) == archive.read("report.pdf")
    # The stamp that comes takes nothing of what is wrong with the signature from the page.
    stamping.came(stamp, b"answer", case.now, now=case.now)
    page = signed_in(case.asker).get(reverse("extraction", args=[plan.extraction])).content.decode()
    assert "Đang chờ ký số" in page
    assert "sai mật khẩu" in page


def test_it_is_tried_again_each_time_later_until_the_certificate_signs_and_who_asked_is_told(
    case: Case, settings: LazySettings, tmp_path: Path, office: Holder
) -> None:
    data = report()
    row, kept = waiting(case, data)
    assert kept.failure_vi == NO_CERTIFICATE.vi
    here = reverse("extraction_report", args=[row.id])
    browser = signed_in(case.asker)
    assert browser.get(here).status_code == 404
    assert turn(case) == 0  # not due yet
    case.now = kept.next_at
    installed(settings, tmp_path, office, password="sai")
    assert turn(case) == 0
    kept.refresh_from_db()
    assert (kept.tries, kept.next_at - case.now) == (2, datetime.timedelta(minutes=2))
    assert "sai mật khẩu" in kept.failure_vi
    case.now = kept.next_at
    installed(settings, tmp_path, office)
    assert turn(case) == 1
    assert turn(case) == 0
    kept.refresh_from_db()
    assert (kept.signed_by, kept.failure_vi, kept.signed_at) == (NAME, "", case.now)
    assert office.by is not None
    assert judged(bytes(kept.signed), office.by.certificate) == (True, True, "ENTIRE_FILE")
    assert bytes(kept.signed).startswith(data), "what was packed stands in it as it was, with the signature behind"
    assert AuditRow.objects.filter(act="report_signed", object_id=str(row.id)).count() == 1
    told = Delivery.objects.filter(notice__vi__contains="đã có chữ ký số của " + NAME)
    assert [each.address for each in told] == [row.requested_by_id]
    answer = browser.get(here)
    assert (answer.content, answer["Content-Type"]) == (bytes(kept.signed), "application/pdf")
    page = browser.get(reverse("extraction", args=[row.id])).content.decode()
    assert here in page
    assert NAME in page
    assert "Đang chờ ký số" not in page


def test_a_report_that_cannot_be_signed_keeps_no_other_from_its_signature(
    case: Case, settings: LazySettings, tmp_path: Path, office: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    _, broken = waiting(case, b"no PDF")
    _, whole = waiting(case, report())
    installed(settings, tmp_path, office)
    case.now = whole.next_at + datetime.timedelta(minutes=1)
    assert turn(case) == 1
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert whole.signed_at is not None
    assert (broken.signed_at, broken.tries) == (None, 2)
    assert "Không ký số được báo cáo" in broken.failure_vi
    assert "could not be signed" in caplog.text


def test_whatever_goes_wrong_at_signing_is_a_sentence_and_no_lost_package(
    settings: LazySettings, tmp_path: Path, office: Holder, case: Case
) -> None:
    installed(settings, tmp_path, office)
    found = Attesting(case.now)
    assert found.report(b"no PDF") == b"no PDF"
    assert found.not_signed is not None
    by = attesting.holder(case.now)
    assert by is not None
    with pytest.raises(NotAttested):
        attesting.signed(b"no PDF", by)


def test_a_signature_is_kept_once_and_for_ever(case: Case) -> None:
    _, kept = waiting(case, b"report")
    stamping.was_signed(kept, b"signed", NAME, now=case.now)
    stamping.was_signed(kept, b"another", "Người khác", now=case.now)
    kept.refresh_from_db()
    assert (bytes(kept.signed), kept.signed_by) == (b"signed", NAME)
    stamping.wait_longer(kept, NO_CERTIFICATE, now=case.now)
    for change in ({"signed": b"x"}, {"report": b"x"}, {"signed_at": None, "signed": b"", "signed_by": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReportSignature.objects.filter(id=kept.id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


def test_a_report_that_was_signed_in_time_waits_for_nothing(
    case: Case, history: Site, settings: LazySettings, tmp_path: Path, office: Holder
) -> None:
    installed(settings, tmp_path, office)
    plan, _ = packed(case, history)
    assert Stamp.objects.get(build=plan.build).signed_by == NAME
    assert not ReportSignature.objects.filter(build__in=Build.objects.all()).exists()
    with zipfile.ZipFile(plan.target) as archive:
        assert len(PdfFileReader(io.BytesIO(archive.read("report.pdf"))).embedded_signatures) == 1


def test_the_office_sees_which_reports_wait_and_why(case: Case) -> None:
    waiting(case, b"report")
    page = signed_in(case.person("technician")).get(reverse("attestation")).content.decode()
    assert "Báo cáo đang chờ ký số" in page
    assert NO_CERTIFICATE.vi in page
