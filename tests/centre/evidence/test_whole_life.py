"""The whole life of an extraction has what a later step wrote over, and what stands in the audit log alone."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from minhbach.centre.access.recording import record
from minhbach.centre.evidence import printing
from minhbach.centre.evidence.actions import approving, building, stamping
from minhbach.centre.evidence.actions.building import FAILED
from minhbach.centre.evidence.actions.erasing import erase_copies
from minhbach.centre.evidence.actions.stamping import Attesting, keep_stamp
from minhbach.centre.evidence.life import Event, life
from minhbach.centre.evidence.models import Build, Extraction, ReportSignature, Stamp
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words
from tests.centre.evidence.asking import Printer, now_of, taken
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.people import signed_in

DAY = datetime.timedelta(days=1)
AWAY = Words("Đầu ghi đang mất kết nối", "The recorder is away")
FULL = Words("Kho đã đầy", "The store is full")


def told(case: Case, row: Extraction, *, reasons: bool = True) -> list[tuple[str, str, str]]:
    """Who, what and the details, in Vietnamese."""
    with translation.override("vi"):
        return [(each.who, str(each.what), each.details) for each in life(case.item(row), reasons=reasons)]


def failed(case: Case, row: Extraction, why: Words) -> Build:
    """The first of two technicians tried, and it came to nothing."""
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    case.now += MINUTE
    building.fail_build(build.id, why=why, now=case.now)
    case.now += MINUTE
    return build


def test_every_attempt_stands_there_with_who_began_it_and_why_it_failed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = case.district.appoint("technician", "A", "ky-thuat-2")
    first = case.person("technician")
    row = case.approved()
    failed(case, row, AWAY)
    failed(case, row, FULL)
    build = building.begin_build(other, row.id, now=case.now)
    case.now += MINUTE
    building.finish_build(build.id, digest="ab" * 32, size_bytes=9, now=case.now)
    expected = [
        (first.person.full_name, "Bắt đầu lập gói", ""),
        ("", "Lập gói chưa được", "Đầu ghi đang mất kết nối"),
        (first.person.full_name, "Bắt đầu lập gói", ""),
        ("", "Lập gói chưa được", "Kho đã đầy"),
        (other.person.full_name, "Bắt đầu lập gói", ""),
        ("", "Gói đã lập xong", f"SHA-256 {'ab' * 32}"),
    ]
    assert told(case, row)[-6:] == expected
    assert told(case, row, reasons=False)[-6:] == expected
    browser = signed_in(case.asker)
    page = browser.get(reverse("extraction", args=[row.id])).content.decode()
    file = browser.get(reverse("extraction_csv", args=[row.id])).getvalue().decode()
    for text in (page, file):
        assert (text.count("Bắt đầu lập gói"), text.count("Kho đã đầy")) == (3, 1)
        assert first.person.full_name in text
    printer = Printer()
    monkeypatch.setattr(printing, "pdf", printer)
    printing.life_of(case.item(row), now=case.now)
    [values] = printer.given
    events: Any = values["events"]
    assert [each["more"] for each in events[-5:-1:2]] == ["Đầu ghi đang mất kết nối", "Kho đã đầy"]


def test_a_failure_of_before_it_was_written_about_the_extraction_is_told_too(case: Case) -> None:
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    case.now += MINUTE
    said = {"failure_vi": AWAY.vi, "failure_en": AWAY.en}
    Build.objects.filter(id=build.id).update(failed_at=case.now, **said)
    record("evidence", FAILED, now=case.now, about=("build", build.id))
    assert told(case, row)[-1] == ("", "Lập gói chưa được", "Đầu ghi đang mất kết nối")


@pytest.mark.parametrize("approved", [False, True])
def test_a_request_that_ran_out_ends_with_that(case: Case, approved: bool) -> None:
    row = case.approved() if approved else case.ask()
    case.now += 400 * DAY
    found = case.item(row)
    assert found.stage is Stage.EXPIRED
    [*_, last] = life(found)
    assert (last.at, last.what) == (found.until, Stage.EXPIRED.words)
    assert both(last.more[0] if isinstance(last.more[0], Words) else AWAY)[0] == (
        "không lập được gói trong thời hạn" if approved else "không đủ hai lần duyệt trong thời hạn"
    )


def late(case: Case) -> Extraction:
    """Stamp and signature came after the package."""
    row = case.built()
    found = Attesting(case.now, seal=b"seal", failure=stamping.NO_AUTHORITY)
    found.unsigned, found.not_signed = b"%PDF-", stamping.NO_AUTHORITY
    keep_stamp(row.build.id, found)
    case.now += MINUTE
    stamping.came(Stamp.objects.get(build=row.build), b"answer", case.now, now=case.now)
    case.now += MINUTE
    stamping.was_signed(ReportSignature.objects.get(build=row.build), b"%PDF-x", "Văn phòng xã A", now=case.now)
    return row


def test_what_came_after_the_package_stands_there(case: Case) -> None:
    row = late(case)
    case.now += MINUTE
    stamping.opening_of(case.asker, row.id, now=case.now)
    stamped, signed, opened = told(case, row)[-3:]
    assert stamped[:2] == ("", "Gói đã có dấu thời gian")
    assert stamped[2].startswith("theo giờ của tổ chức cấp dấu: ")
    assert signed == ("", "Báo cáo của gói đã được ký số", "Văn phòng xã A")
    assert opened == (case.asker.person.full_name, "Lấy tệp mở cam kết của đề nghị", "")


def test_what_was_stamped_and_signed_within_the_package_is_said_where_it_was_built(case: Case) -> None:
    row = case.built()
    found = Attesting(case.now, seal=b"seal", answer=b"answer", stamped_at=case.now, signed_by="Văn phòng xã A")
    keep_stamp(row.build.id, found)
    [built] = [each for each in told(case, row) if each[1] == "Gói đã lập xong"]
    assert "; báo cáo có chữ ký số của Văn phòng xã A; có dấu thời gian lúc " in built[2]


def test_a_package_that_was_erased_for_a_citizen_says_so_and_for_whom_to_who_may_read_why(case: Case) -> None:
    row = case.ask()
    approving.refuse(case.person("chief_of_office"), row.id, reason="Không có căn cứ", now=case.now)
    path = building.package_path(row.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a package")
    asked = taken(case, "erase")
    case.now += MINUTE
    assert erase_copies(now_of(case, asked), now=case.now) == 1
    code = now_of(case, asked).code
    assert told(case, row)[-1] == ("", "Xóa tệp gói ở trung tâm", f"theo yêu cầu {code} của công dân")
    assert told(case, row, reasons=False)[-1] == ("", "Xóa tệp gói ở trung tâm", "")


def test_every_event_says_what_in_both_languages(case: Case) -> None:
    events: list[Event] = life(case.item(late(case)))
    assert all(both(each.what)[0] and both(each.what)[1] for each in events)
