"""The book of citizens' requests: found by what is remembered, page by page, on paper; and all of it by JSON alone."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions.personal import SHOWN
from minhbach.centre.access.models import AuditRow
from minhbach.centre.dossiers.actions import moments
from minhbach.centre.dossiers.models import EventKind, Submitter
from minhbach.centre.evidence import subject_book, subject_letters
from minhbach.centre.evidence.actions import deciding, erasing, subjects
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.subject_book import OPEN, OVER, Sought, SubjectBook
from minhbach.centre.footage.timeline import us
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.access.district import SETUP
from tests.centre.dossiers.counters import CITIZEN, dossier, procedure
from tests.centre.evidence.asking import DOCUMENT, NAME, now_of, taken
from tests.centre.evidence.test_api import Speaker
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
YEAR = 2026


def codes(case, role="commune_chairman", **sought):
    book = SubjectBook(case.person(role), now=case.now)
    return [each.code for each in book.page(Sought(YEAR, **sought)).cases]


@pytest.fixture
def three(case):
    """One that waits, one that was refused, one that is to be erased."""
    made = [
        taken(case),
        taken(case, name="Hoàng Văn Páo"),
        taken(case, "erase", represents="Lò Thị Ín", behalf="guardian", proof="birth"),
    ]
    deciding.refuse(case.person("commune_chairman"), made[1].id, reason="not_in_it", now=case.now)
    return made


def test_a_request_is_found_by_name_number_state_and_what_is_asked_without_accents(case, three):
    assert codes(case) == ["YC-03/2026", "YC-02/2026", "YC-01/2026"]
    assert codes(case, state=OVER) == ["YC-02/2026"]
    assert codes(case, state=OPEN) == ["YC-03/2026", "YC-01/2026"]
    for text, found in (
        ("hoang pao", "YC-02/2026"), ("lo thi in", "YC-03/2026"), ("xoa", "YC-03/2026"), ("2/2026", "YC-02/2026"),
    ):  # fmt: skip
        assert codes(case, text=text) == [found], text
    assert codes(case, text="không ai cả") == []
    assert codes(case, role="chief_of_office", text="Hạnh") == codes(case, role="chief_of_office")[::2]


def test_nobody_finds_requests_of_rooms_that_are_not_theirs(case, three):
    for role in ("technician", "viewing_auditor"):
        assert codes(case, role=role) == []


def test_page_after_page_has_each_request_once_the_newest_first(case, monkeypatch):
    monkeypatch.setattr(subject_book, "PAGE", 2)
    for _ in range(5):
        taken(case)
    book, seen, before = SubjectBook(case.person("commune_chairman"), now=case.now), [], ""
    while True:
        page = book.page(Sought(YEAR), before=before)
        seen += [each.code for each in page.cases]
        before = page.older
        if not before:
            break
    assert seen == [f"YC-{number:02}/2026" for number in (5, 4, 3, 2, 1)]
    assert [each.code for each in book.page(Sought(YEAR), before="nonsense").cases] == seen[:2]
    assert [each.code for each in book.whole(Sought(YEAR))] == seen[::-1]


def test_a_page_of_the_book_costs_the_same_however_many_requests_there_are(case, django_assert_max_num_queries):
    for _ in range(4):
        taken(case)
    browser, url = signed_in(case.person("commune_chairman")), reverse("subjects")
    browser.get(url)
    with django_assert_max_num_queries(200) as few:
        browser.get(url)
    for _ in range(4):
        taken(case)
    with django_assert_max_num_queries(len(few)):
        browser.get(url)


def test_the_page_narrows_and_that_somebody_searched_is_written_down_without_the_name(case, three):
    browser = signed_in(case.person("commune_chairman"))
    said = browser.post(reverse("subjects"), {"q": "Páo", "nam": "2026"}).content.decode()
    assert "YC-02/2026" in said
    assert "YC-01/2026" not in said
    assert AuditRow.objects.get(act="subjects_searched").details == {"year": "2026", "found": "1"}
    links = re.findall(r'(?:href|action|hx-get)="([^"]*)"', said)
    assert not [link for link in links if "q=" in link or "P%C3%A1o" in link or "Páo" in link]
    assert browser.get(reverse("subjects"), {"q": "x", "nam": "1", "unit": "?", "state": "?"}).status_code == 200


def test_a_name_stands_in_no_row_whichever_way_it_is_looked_for(case, three):
    account = case.person("commune_chairman")
    browser, said = signed_in(account), {"q": "Hoàng Văn Páo", "nam": "2026"}
    browser.post(reverse("subjects"), said, headers={"HX-Request": "true"})
    browser.post(f"{reverse('subjects')}?skip=0&tu=0", said)
    # A name in an address looks for nothing: who writes one there sees the whole year.
    for url in (reverse("subjects"), reverse("subjects_pdf"), reverse("subjects_csv")):
        assert browser.get(url, said).status_code == 200
    assert len(browser.get(reverse("subjects"), said).context["rows"]) == 3
    browser.post("/api/subject-requests/search", {"q": "Hoàng Văn Páo"}, "application/json")
    assert browser.get("/api/subject-requests", said).status_code == 422
    rows = AuditRow.objects.filter(account=account)
    acts = [act for act in rows.order_by("at", "id").values_list("act", flat=True) if act.startswith("subjects_")]
    assert acts == ["subjects_searched"] * 2 + ["subjects_exported"] * 2 + ["subjects_searched"]
    assert not [row.act for row in rows if "Páo" in str(row.details) or "pao" in str(row.details).lower()]


def test_what_was_found_by_a_name_is_turned_without_an_address_that_says_it(case, three, monkeypatch):
    monkeypatch.setattr(subject_book, "PAGE", 2)
    browser = signed_in(case.person("commune_chairman"))
    first = browser.post(reverse("subjects"), {"q": "yc", "nam": "2026"})
    assert (len(first.context["rows"]), first.context["older"]) == (2, "")
    fields = dict(re.findall(r'type="hidden" name="(q|before)" value="([^"]*)"', first.content.decode()))
    last = browser.post(reverse("subjects"), {"nam": "2026", **fields})
    assert [each.code for each, _ in last.context["rows"]] == ["YC-01/2026"]


def test_the_book_prints_and_no_cell_of_it_computes(case, three):
    taken(case, name="=HYPERLINK(1)")
    browser = signed_in(case.person("commune_chairman"))
    assert browser.get(reverse("subjects_pdf")).content.startswith(b"%PDF")
    sheet = b"".join(browser.get(reverse("subjects_csv")).streaming_content).decode()  # type: ignore[attr-defined]
    lines = sheet.splitlines()
    assert len(lines) == 5
    assert [name in sheet for name in (NAME, "Hoàng Văn Páo", "'=HYPERLINK(1)")] == [True] * 3
    assert DOCUMENT not in sheet
    assert AuditRow.objects.filter(act="subjects_exported").count() == 2


def test_a_request_over_midnight_names_both_its_days_in_the_book_its_letter_and_on_the_page(case, three):
    midnight = datetime.datetime.combine(case.now.astimezone(VIETNAM).date(), datetime.time(), VIETNAM)
    begin, end = (us(midnight + datetime.timedelta(minutes=minutes)) for minutes in (-10, 20))
    row = taken(case, begin_us=begin, end_us=end)
    browser = signed_in(case.person("commune_chairman"))
    sheet = b"".join(browser.get(reverse("subjects_csv")).streaming_content).decode()  # type: ignore[attr-defined]
    first, last = (f"{midnight - datetime.timedelta(days=days):%d/%m/%Y}" for days in (1, 0))
    assert f"23:50 {first} – 00:20 {last}" in sheet
    page = browser.get(reverse("subject", args=[row.id])).content.decode()
    assert f"23:50, {first} – 00:20, {last}" in page
    assert f"23:50, {first} – 00:20, {last}" in browser.get(reverse("subjects")).content.decode()
    assert subject_letters.span_of(now_of(case, row)) == f"từ 23:50 ngày {first} đến 00:20 ngày {last}"


def visited(case):
    """A request to erase, by the receipt of a dossier that is over."""
    made = dossier(case.district, procedure(case.district), now=case.now - datetime.timedelta(minutes=1))
    row = taken(case, "erase", dossier=made.code)
    moments.move_on(SETUP, EventKind.HANDED_BACK, dossier=made, counter=made.counter, now=case.now)
    return row


def test_with_an_erasure_that_two_decided_goes_who_brought_the_dossier(case):
    row = visited(case)
    chairman, chief = case.person("commune_chairman"), case.person("chief_of_office")
    deciding.grant(chairman, row.id, note="Điều 14", now=case.now)
    with pytest.raises(SubjectRefused, match="not decided"):
        erasing.forget_dossier(chairman, row.id, now=case.now)
    deciding.second(chief, row.id, now=case.now)
    assert CITIZEN.name == row.dossier.submitter.name
    page = signed_in(chief).get(reverse("subject", args=[row.id])).content.decode()
    assert "Xóa cả dữ liệu người nộp hồ sơ" in page
    assert signed_in(chief).post(reverse("subject_forget_dossier", args=[row.id])).status_code == 302
    gone = Submitter.objects.get(dossier=row.dossier_id)
    assert (gone.name, gone.erased_at is not None) == ("", True)
    assert AuditRow.objects.get(act="submitter_erased").details == {"reason": "Yêu cầu YC-01/2026"}
    with pytest.raises(SubjectRefused, match="forgotten"):
        erasing.forget_dossier(chief, row.id, now=case.now)


@pytest.fixture
def speak(case):
    case.now = timezone.now()
    return lambda role: Speaker(case, role)


def asked(case, **more):
    return {
        "wanted": "see", "cameras": [str(case.camera)], "begin": moment(case.begin_us).isoformat(),
        "end": moment(case.end_us).isoformat(), "name": NAME, "contact": "Thôn 3, xã A", "identity": "card",
        "document": DOCUMENT, "looks": "Áo xanh",
    } | more  # fmt: skip


def test_a_program_takes_decides_and_reads_a_request_as_the_pages_do(case, speak):
    officer, chairman = speak("one_stop_officer"), speak("commune_chairman")
    made = officer.post(f"rooms/{case.room}/subject-requests", asked(case, wanted="erase"))
    assert made.status_code == 200, made.content
    here = f"subject-requests/{made.json()['id']}"
    assert made.json()["stage"] == "open"
    for nobody in (officer, speak("technician")):
        assert nobody.post(f"{here}/decision", {"note": "x"}).status_code == 403
    assert chairman.post(f"{here}/second-decision").status_code == 409
    assert chairman.post(f"{here}/decision", {"note": "Điều 14"}).json()["stage"] == "granted_once"
    assert chairman.post(f"{here}/second-decision").json()["en"].startswith("The second person")
    assert speak("chief_of_office").post(f"{here}/second-decision").json()["stage"] == "erasing"
    told = officer.get(here).json()
    assert [each["kind"] for each in told["steps"]] == ["acknowledged", "granted", "seconded"]
    assert (len(told["erasures"]), told["who"], told["late"]) == (1, NAME, False)
    for hidden in (DOCUMENT, "Thôn 3", "Áo xanh"):
        assert hidden not in str(told)


def test_a_program_is_told_where_the_answer_goes_only_in_a_way_that_is_written_down(case, speak):
    officer = speak("one_stop_officer")
    here = f"subject-requests/{officer.post(f'rooms/{case.room}/subject-requests', asked(case)).json()['id']}"
    assert officer.get(f"{here}/person").status_code == 405
    assert officer.post(f"{here}/person").json()["contact"] == "Thôn 3, xã A"
    assert AuditRow.objects.filter(act=SHOWN, account=case.person("one_stop_officer")).count() == 1
    chairman = speak("commune_chairman")
    assert chairman.post(f"{here}/refusal", {"reason": "vi-thich"}).status_code == 409
    assert chairman.post(f"{here}/refusal", {"reason": "identity"}).json()["stage"] == "refused"
    assert chairman.post(f"{here}/forgetting").status_code == 200
    assert officer.post(f"{here}/person").status_code == 404
    assert officer.get(here).json()["who"] is None


def test_a_program_reads_the_book_and_what_makes_no_sense_is_refused_in_both_languages(case, speak):
    officer = speak("one_stop_officer")
    for _ in range(2):
        officer.post(f"rooms/{case.room}/subject-requests", asked(case))
    found = officer.post("subject-requests/search", {"q": "hanh", "state": OPEN}).json()
    assert [each["code"] for each in found["items"]] == ["YC-02/2026", "YC-01/2026"]
    assert found["older"] == ""
    refused = officer.post(f"rooms/{case.room}/subject-requests", asked(case, begin=moment(case.end_us).isoformat()))
    assert refused.status_code == 409
    assert {"vi", "en"} <= refused.json().keys()
    assert officer.post(f"rooms/{case.room}/subject-requests", asked(case, wanted="rewrite")).status_code == 422
    assert subjects.NOTICE == "subject"
