"""A package never waits for an authority; its time stamp comes with it or after it, and who asked is told."""

import asyncio
import datetime
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import rfc3161_client
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building, stamping
from minhbach.centre.evidence.actions.stamping import Attesting, keep_stamp
from minhbach.centre.evidence.models import Extraction, ReportSignature, Revision, Stamp
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.proofs import court_keys, key_file
from minhbach.centre.evidence.stamping import Stamping
from minhbach.ledger import scope, stamp
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.verdicts import Report, Verdict
from minhbach.ledger.verify import Beside, verify
from tests.centre.evidence.authority import Authority, Holder
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_packing import brought
from tests.centre.people import signed_in
from tests.edge.keeping import Site

SEAL = b"minhbach-package\n00\n"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Authority, str]]:
    authority = Authority()
    with authority.listening() as url:
        yield authority, url


@pytest.fixture
def authority(running: tuple[Authority, str], settings: LazySettings, tmp_path: Path) -> Authority:
    settings.MINHBACH_STAMP_URL = running[1]
    settings.MINHBACH_STAMP_ROOTS_FILE = str(running[0].roots(tmp_path))
    running[0].broken.clear()
    return running[0]


def waiting(case: Case) -> tuple[Extraction, Stamp]:
    """A package that was built while there was no authority."""
    row = case.built()
    found = Attesting(case.now, seal=SEAL, failure=stamping.NO_AUTHORITY)
    build = row.build
    keep_stamp(build.id, found)
    return row, Stamp.objects.get(build=build)


def turn(case: Case) -> int:
    """As the worker does it: its loop in a thread, work with the database in this one, where the test's rows are."""
    asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()

    async def do(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        answer: Future[Any] = Future()
        asked.put((answer, partial(work, *given, **named)))
        return await asyncio.wrap_future(answer)

    def loop() -> int:
        try:
            return asyncio.run(Stamping(do, lambda: case.now).turn())
        finally:
            asked.put(None)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(loop)
        while (item := asked.get()) is not None:
            item[0].set_result(item[1]())
        return running.result()


def test_a_package_is_stamped_and_signed_while_it_is_built(
    case: Case, history: Site, authority: Authority, settings: LazySettings, tmp_path: Path
) -> None:
    office = Holder("Văn phòng UBND xã A", Holder("Gốc chữ ký số"))
    (tmp_path / "office.p12").write_bytes(office.packed(b"x"))
    (tmp_path / "password").write_text("x")
    settings.MINHBACH_REPORT_CERTIFICATE_FILE = str(tmp_path / "office.p12")
    settings.MINHBACH_REPORT_PASSWORD_FILE = str(tmp_path / "password")
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    plan = packing.planned(build.id)
    brought(plan, history)
    attesting = Attesting(case.now)
    digest, size = packing.pack(plan, now=case.now, attesting=attesting)
    stamping.finish_vouched(build.id, attesting, digest=digest, size_bytes=size, now=case.now)
    stamping.finish_vouched(
        build.id, Attesting(case.now), digest=digest, size_bytes=size, now=case.now
    )  # killed, and anew
    report = verify(plan.target, read_keys(key_file(plan.keys)))
    assert report.verdict in (Verdict.AUTHENTIC, Verdict.UNWITNESSED)
    [found] = report.stamps
    kept = Stamp.objects.get(build=build)
    assert (kept.inside, kept.signed_by, kept.failure_vi) == (True, "Văn phòng UBND xã A", "")
    assert kept.stamped_at is not None
    assert round(kept.stamped_at.timestamp() * 1e6) == found.at_us
    with zipfile.ZipFile(plan.target) as archive:
        assert b"ETSI.CAdES.detached" in archive.read("report.pdf")
        assert bytes(kept.seal) == archive.read("seal.txt")


def test_an_authority_that_is_away_holds_no_package_up(
    case: Case, history: Site, authority: Authority, settings: LazySettings
) -> None:
    settings.MINHBACH_STAMP_URL = "http://127.0.0.1:1/"
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    plan = packing.planned(build.id)
    brought(plan, history)
    attesting = Attesting(case.now)
    packing.pack(plan, now=case.now, attesting=attesting)
    keys = read_keys(key_file(plan.keys))
    assert verify(plan.target, keys).stamps == ()
    keep_stamp(build.id, attesting)
    kept = Stamp.objects.get(build=build)
    assert (kept.stamped_at, kept.inside) == (None, False)
    assert "Không liên hệ được" in kept.failure_vi
    assert "{" not in kept.failure_vi + kept.failure_en
    # It came later, and counts as one inside.
    later = verify(plan.target, keys, Beside(stamp=answered(authority, bytes(kept.seal))))
    assert len(later.stamps) == 1


def answered(authority: Authority, seal: bytes) -> bytes:
    asked = rfc3161_client.TimestampRequestBuilder().data(seal).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    return authority.answer(asked.build().as_bytes())


def test_what_waited_is_asked_for_again_each_time_later_until_it_comes(case: Case, authority: Authority) -> None:
    row, kept = waiting(case)
    assert turn(case) == 0  # not due yet
    case.now = kept.next_at
    authority.broken.append((503, b""))
    assert turn(case) == 0
    kept.refresh_from_db()
    assert (kept.tries, kept.next_at - case.now) == (2, datetime.timedelta(minutes=2))
    assert "503" in kept.failure_vi
    case.now = kept.next_at
    asked = authority.asked
    assert turn(case) == 1
    assert turn(case) == 0
    assert authority.asked == asked + 1
    kept.refresh_from_db()
    assert kept.stamped_at is not None
    assert stamp.read(bytes(kept.answer)).is_of(SEAL)
    assert (kept.inside, kept.failure_vi) == (False, "")
    assert AuditRow.objects.filter(act="package_stamped", object_id=str(row.id)).count() == 1


def test_one_that_does_not_answer_is_not_asked_for_each_package(case: Case, authority: Authority) -> None:
    waiting(case)
    waiting(case)
    _, kept = waiting(case)
    case.now = kept.next_at + datetime.timedelta(minutes=1)
    authority.broken += [(503, b"")] * 3
    asked = authority.asked
    assert turn(case) == 0
    assert authority.asked == asked + 1
    assert set(Stamp.objects.values_list("tries", flat=True)) == {2}


def test_waiting_grows_to_six_hours_and_no_further(case: Case) -> None:
    _, kept = waiting(case)
    for _ in range(40):
        stamping.wait_longer(kept, stamping.NO_AUTHORITY, now=case.now)
        kept.refresh_from_db()
    assert kept.next_at - case.now == datetime.timedelta(hours=6)


def test_a_stamp_is_kept_once_and_for_ever(case: Case, authority: Authority) -> None:
    _, kept = waiting(case)
    stamping.came(kept, b"answer", case.now, now=case.now)
    stamping.came(kept, b"another", case.now, now=case.now)
    kept.refresh_from_db()
    assert bytes(kept.answer) == b"answer"
    for change in ({"answer": b"x"}, {"seal": b"x"}, {"stamped_at": None, "answer": b""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Stamp.objects.filter(id=kept.id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


# --- pages and files ------------------------------------------------------------------------------------


def test_the_page_says_what_is_waited_for_and_offers_the_stamp_when_it_came(case: Case) -> None:
    row, kept = waiting(case)
    here = reverse("extraction", args=[row.id])
    browser = signed_in(case.asker)
    assert "Đang chờ tổ chức cấp dấu" in browser.get(here).content.decode()
    assert browser.get(reverse("extraction_stamp", args=[row.id])).status_code == 404
    stamping.came(kept, b"answer", case.now, now=case.now)
    assert "dau-thoi-gian.tsr" in browser.get(here).content.decode()
    taken = browser.get(reverse("extraction_stamp", args=[row.id]))
    assert (taken.content, taken["Content-Type"]) == (b"answer", "application/timestamp-reply")
    assert "attachment" in taken["Content-Disposition"]


def test_the_office_sees_who_vouches_and_tries_it(case: Case, authority: Authority) -> None:
    waiting(case)
    browser = signed_in(case.person("technician"))
    page = browser.get(reverse("attestation")).content.decode()
    assert "127.0.0.1" in page
    assert "Gốc thử nghiệm" in page
    assert "Chưa cấu hình. Báo cáo" in page
    tried = browser.post(reverse("attestation"), follow=True).content.decode()
    assert "Đã nhận và kiểm tra một dấu thời gian" in tried
    authority.broken.append((200, b"no"))
    assert "trả lời sai" in browser.post(reverse("attestation"), follow=True).content.decode()


def test_without_an_authority_the_page_says_so_and_nothing_is_tried(case: Case) -> None:
    browser = signed_in(case.person("technician"))
    page = browser.get(reverse("attestation")).content.decode()
    assert "Các gói vẫn được lập và chờ dấu thời gian" in page
    assert "Thử ngay" not in page
    assert browser.post(reverse("attestation")).status_code == 200


def test_the_page_of_stamps_shows_each_office_its_own_packages_by_unit_and_room_and_with_the_way_there(
    case: Case, authority: Authority
) -> None:
    """Every unit has a number 01 of the year: without its unit it says nothing, to another office it says too much."""
    row, kept = waiting(case)
    ReportSignature.objects.create(
        build=kept.build, report=b"report", tries=1, next_at=case.now, failure_vi="Chưa ký", failure_en="Not signed"
    )
    neighbour = case.district.appoint("technician", "B", "neighbour")
    way = f'href="{reverse("extraction", args=[row.id])}"'

    def told(account: Account) -> tuple[int, int, int, bool, bool]:
        page = signed_in(account).get(reverse("attestation"))
        counts = page.context["waiting_count"], page.context["unsigned_count"], page.context["came"]
        text = page.content.decode()
        assert (f">{row}<" in text) == ("Xã A" in text) == (row.room.name in text) == (counts != (0, 0, 0))
        return *counts, way in text, f">{row}</span>" in text

    assert told(case.person("technician")) == (1, 1, 0, True, False)
    assert told(neighbour) == (0, 0, 0, False, False)
    # Whoever looks after the province's server learns which package waits, and has no business in it.
    assert told(case.person("system_administrator")) == (1, 1, 0, False, True)
    second = waiting(case)[1]
    stamping.came(second, b"answer", case.now, now=case.now)
    assert told(case.person("technician")) == (1, 1, 1, True, False)
    assert told(neighbour) == (0, 0, 0, False, False)


def opened(case: Case, row: Extraction) -> bytes:
    answer = signed_in(case.asker).get(reverse("extraction_request", args=[row.id]))
    assert "attachment" in answer["Content-Disposition"]
    return bytes(answer.content)


def judged(plan: packing.Plan, request: bytes) -> Report:
    return verify(plan.target, read_keys(key_file(plan.keys)), Beside(request=request))


def test_the_request_that_is_taken_from_the_page_opens_the_scope_of_its_package_and_of_no_other(
    case: Case, history: Site
) -> None:
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    plan = packing.planned(build.id)
    brought(plan, history)
    packing.pack(plan, now=case.now)
    report = judged(plan, opened(case, row))
    assert report.request["purpose"] == case.wish().purpose
    assert report.request["receiver_name"] == case.wish().receiver_name
    assert report.verdict in (Verdict.AUTHENTIC, Verdict.UNWITNESSED)
    other = case.ask(purpose="Việc khác")
    assert judged(plan, opened(case, other)).verdict == Verdict.ALTERED
    assert AuditRow.objects.filter(act="request_opened").count() == 2
    assert scope.read(plan.scope.data).asked.commitment == plan.scope.asked.commitment
    assert court_keys(plan.scope, plan.target.parent.parent).centres


def test_the_technician_gets_no_opening_and_sees_no_way_to_it(case: Case) -> None:
    row = case.built()
    browser = signed_in(case.person("technician"))
    assert browser.get(reverse("extraction_request", args=[row.id])).status_code in (403, 404)
    assert "de-nghi.json" not in browser.get(reverse("extraction", args=[row.id])).content.decode()
    assert "de-nghi.json" in signed_in(case.asker).get(reverse("extraction", args=[row.id])).content.decode()


def test_whoever_was_forgotten_is_not_opened_again(case: Case) -> None:
    row = case.ask()
    Revision.objects.filter(extraction=row).update(salt=b"")
    with pytest.raises(ExtractionRefused):
        stamping.opening_of(case.asker, row.id, now=case.now)
    answer = signed_in(case.asker).get(reverse("extraction_request", args=[row.id]))
    assert answer.status_code == 302
