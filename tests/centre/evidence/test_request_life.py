"""A citizen's request has its whole life as page, PDF and CSV; who speaks for another does so by a paper."""

from uuid import UUID

import pytest
from django.urls import reverse

from minhbach.centre.evidence import subject_letters, subject_life
from minhbach.centre.evidence.actions import custody, deciding, subjects
from minhbach.centre.evidence.actions.erasing import due_erasures, forget, note_asked
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Act, Erasure, SubjectRequest
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words
from tests.centre.evidence.asking import NAME, Printer, now_of, taken
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
CHILD = {"behalf": "guardian", "represents": "Lò Thị Ín"}


def copied_out(case: Case, row: SubjectRequest) -> None:
    """A masked copy that was asked for, approved by two, built and taken out."""
    made = subjects.ask_copy(case.asker, row.id, now=case.now)
    case.approve(made, "commune_chairman")
    case.approve(made, "chief_of_office")
    case.taken_out(made)
    case.now += MINUTE


def last_copy(case: Case, row: SubjectRequest) -> UUID:
    copy = now_of(case, row).copy
    assert copy is not None
    return copy.extraction.id


def test_its_life_is_the_same_on_the_page_on_paper_and_in_the_file(case):
    row, chairman = taken(case), case.person("commune_chairman")
    case.now += MINUTE
    deciding.extend(chairman, row.id, note="=1+1 nhiều camera", now=case.now)
    case.now += MINUTE
    deciding.refuse(chairman, row.id, reason="not_in_it", note="Xem từ 8 giờ", now=case.now)
    browser = signed_in(case.person("one_stop_officer"))
    page = browser.get(reverse("subject", args=[row.id])).content.decode()
    file = browser.get(reverse("subject_csv", args=[row.id]))
    lines = file.content.decode().splitlines()
    assert file["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + len(subject_life.life(now_of(case, row))) == 5
    assert "'=1+1" in lines[3], "and a spreadsheet computes nothing of it"
    for said in ("Tiếp nhận yêu cầu", "Kéo dài thời hạn", "Không xác định được người yêu cầu", "Xem từ 8 giờ"):
        assert said in page
        assert said in file.content.decode()
    assert reverse("subject_life", args=[row.id]) in page
    assert browser.get(reverse("subject_life", args=[row.id])).content.startswith(b"%PDF")


def test_the_life_of_an_erasure_has_what_the_recorder_did(case):
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    [erasure] = due_erasures(case.centre.recorder, now=case.now)
    note_asked(erasure.id, now=case.now, refusal=Words("đang giữ", "held"))
    said = [event.what.en for event in subject_life.life(now_of(case, row))]
    assert {"The recorder is told to erase {camera}", "The recorder did not erase {camera}"} <= set(said)
    Erasure.objects.update(done_at=case.now, refused_en="", refused_vi="", segments=3, entry=9)
    assert "3 tệp, mục nhật ký 9" in subject_life.as_csv(now_of(case, row))


def test_the_life_of_a_copy_has_where_it_went_also_of_one_that_came_to_nothing(case):
    row = taken(case, "copy")
    deciding.grant(case.person("commune_chairman"), row.id, now=case.now)
    copied_out(case, row)
    custody.close(case.asker, last_copy(case, row), destroyed=True, document="BB 4", note="Không đến", now=case.now)
    copied_out(case, row)
    custody.hand_over(case.asker, last_copy(case, row), medium="USB 0418", document="", note="", now=case.now)
    life = [event for event in subject_life.life(now_of(case, row)) if event.what.vi.startswith("Bản sao đã che")]
    said = [(both(event.what)[1], event.more) for event in life]
    assert said == [
        ("Masked copy: Package copied out", ""),
        ("Masked copy: Destroyed", "BB 4"),
        ("Masked copy: Package copied out", ""),
        ("Masked copy: Handed over", "USB 0418"),
    ]
    assert "USB 0418" in subject_life.as_csv(now_of(case, row))


@pytest.mark.parametrize("role", ["technician", "inspection_member"])
def test_nobody_else_reads_its_life(case, role):
    row, browser = taken(case), signed_in(case.person(role))
    for name in ("subject_life", "subject_csv"):
        assert browser.get(reverse(name, args=[row.id])).status_code == 403


def test_whoever_was_forgotten_stands_on_no_paper_of_its_life(case, monkeypatch):
    row, chairman = taken(case), case.person("commune_chairman")
    printer = Printer()
    monkeypatch.setattr(subject_life, "pdf", printer)
    subject_life.on_paper(now_of(case, row), now=case.now)
    deciding.refuse(chairman, row.id, reason="identity", now=case.now)
    forget(chairman, row.id, now=case.now)
    subject_life.on_paper(now_of(case, row), now=case.now)
    assert [NAME in str(each) for each in printer.given] == [True, False]
    assert now_of(case, row).steps[-1].kind == Act.FORGOTTEN


@pytest.mark.parametrize(
    "said",
    [
        {"behalf": "guardian", "represents": "Lò Thị Ín"},
        {"behalf": "guardian", "represents": "Lò Thị Ín", "proof": "authorisation"},
        {"behalf": "authorised", "represents": "Lò Thị Ín", "proof": "birth"},
        {"behalf": "guardian", "represents": "Lò Thị Ín", "proof": "word"},
        {"proof": "birth"},
    ],
)
def test_whoever_speaks_for_another_shows_by_which_paper(case, said):
    with pytest.raises(SubjectRefused, match="right to represent"):
        taken(case, **said)
    assert SubjectRequest.objects.count() == 0


def test_the_paper_stands_on_the_slip_and_on_the_page_and_goes_with_the_person(case, monkeypatch):
    row = taken(case, **CHILD, proof="birth")
    printer = Printer()
    monkeypatch.setattr(subject_letters, "pdf", printer)
    subject_letters.slip(now_of(case, row), now=case.now)
    assert "['Giấy tờ chứng minh quyền đại diện', 'Giấy khai sinh (không lưu bản chụp)']" in str(printer.given)
    browser = signed_in(case.person("one_stop_officer"))
    assert "Giấy khai sinh" in browser.get(reverse("subject", args=[row.id])).content.decode()
    assert browser.get(f"/api/subject-requests/{row.id}").json()["proof"] == "birth"
    subjects.withdraw(case.person("one_stop_officer"), row.id, note="bằng thư", now=case.now)
    forget(case.person("commune_chairman"), row.id, now=case.now)
    assert now_of(case, row).proof is None


def test_a_counter_chooses_the_paper_on_its_page(case):
    page = signed_in(case.person("one_stop_officer")).get(reverse("subject_new", args=[case.room])).content.decode()
    assert 'name="proof"' in page
    assert "Văn bản ủy quyền có công chứng hoặc chứng thực" in page
