"""The reception book: twelve columns, names closed, terms counted, and nothing told of what is restricted."""

import datetime
import io
import zipfile

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.actions.personal import SHOWN, rotate_key
from minhbach.centre.access.models import AuditRow, Restriction
from minhbach.centre.footage.models import Mark
from minhbach.centre.reception import printing
from minhbach.centre.reception.actions import book, restricting, sessions
from minhbach.centre.reception.book import Book, Sought, related
from minhbach.centre.reception.figures import received
from minhbach.centre.reception.models import BookEntry, BookPerson, BookStep, BookStepKind, Matter
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import calendar_of
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
NAME, NUMBER, MATTER = "Lê Thị Hường Sen", "035190001234", "Tranh chấp ranh giới thửa đất số 15"


@pytest.fixture
def district(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    return District()


def held(district, commune="A"):
    return sessions.open_session(
        district.people["reception_officer"].person, room=district.rooms[commune, "reception_room"], kind="regular",
        people=3, now=district.now - 30 * MINUTE,
    )  # fmt: skip


def written(district, session=None, matter=Matter.COMPLAINT, **more):
    said = {"people": 1, "name": NAME, "content": MATTER, "personal_id": NUMBER, "address": "Thôn Đoài", **more}
    return book.write_entry(
        district.people["reception_officer"], session=(session or held(district)).id,
        brought=book.Brought(matter=matter, **said), now=district.now,
    )  # fmt: skip


def step(district, entry, kind, by="reception_officer", **more):
    return book.take_step(district.people[by], entry.id, kind=kind, now=district.now, **more)


def test_who_came_and_with_what_stands_nowhere_in_the_database_in_words(district):
    entry = written(district)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text FROM reception_bookentry r UNION ALL SELECT encode(sealed, 'escape') "
                       "FROM reception_bookperson")  # fmt: skip
        kept = "".join(row[0] for row in cursor.fetchall())
    for said in (NAME, NUMBER, MATTER, "Thôn Đoài"):
        assert said not in kept
    assert not Mark.objects.filter(vi__contains=NAME).exists()
    assert (entry.person.name, entry.person.content) == (NAME, MATTER)
    assert rotate_key(now=district.now) >= 1
    assert BookPerson.objects.get().name == NAME


def test_numbers_run_through_the_year_of_the_unit_without_holes(district):
    session = held(district)
    assert [written(district, session).number for _ in range(3)] == [1, 2, 3]


def test_many_in_one_matter_name_who_speaks_for_them(district):
    session = held(district)
    for people, spoken in ((5, ""), (500, " \n "), (7, "\n".join(["Ông A"] * 6))):
        with pytest.raises(NotPossible) as refused:
            written(district, session, people=people, representatives=spoken)
        assert refused.value.field == "representatives"
    assert written(district, session, people=4).number == 1
    entry = written(district, session, people=7, representatives="Ông Trần Văn Bảy, thôn 2\nBà Vũ Thị Ba")
    assert entry.person.representatives.splitlines() == ["Ông Trần Văn Bảy, thôn 2", "Bà Vũ Thị Ba"]


@pytest.mark.parametrize("missing", [{"name": " "}, {"content": ""}, {"people": 0}, {"people": 501}])
def test_what_is_missing_is_refused_and_leaves_no_number_behind(district, missing):
    session = held(district)
    with pytest.raises(NotPossible), transaction.atomic():
        written(district, session, **missing)
    assert written(district, session).number == 1


def test_a_matter_goes_one_way_then_has_its_result(district):
    entry = written(district)
    with pytest.raises(NotPossible):
        step(district, entry, BookStepKind.RESULT, words="xong")
    with pytest.raises(NotPossible):
        step(district, entry, BookStepKind.FORWARDED)
    step(district, entry, BookStepKind.ACCEPTED)
    with pytest.raises(NotPossible):
        step(district, entry, BookStepKind.RETURNED, words="không thuộc thẩm quyền")
    step(district, entry, BookStepKind.RESULT, words="Quyết định 12/QĐ-UBND")
    line = Book(district.people["reception_officer"], now=district.now).one(entry.id)
    assert line.state(entry.settle_by + datetime.timedelta(days=9))[0] == "ok"


def test_an_unhandled_and_an_unsettled_matter_are_late_after_their_terms(district):
    entry, reader = written(district), Book(district.people["reception_officer"], now=district.now)
    day = datetime.timedelta(days=1)
    assert [reader.one(entry.id).state(entry.handle_by + n * day)[0] for n in (0, 1)] == ["soon", "late"]
    step(district, entry, BookStepKind.ACCEPTED)
    line = reader.one(entry.id)
    settle_by = line.terms()[1]
    assert settle_by == calendar_of(entry.unit_id, settle_by).on_or_after(day_of(district.now) + 30 * day)
    assert settle_by < entry.settle_by  # which counts from the last lawful day of acceptance
    assert [line.state(settle_by + n * day)[0] for n in (0, 1)] == ["soon", "late"]


def extended(district, entry, until, now=None, **more):
    said = {"words": "Vụ việc phức tạp", "document": "15/QĐ-UBND", **more}
    officer = district.people["reception_officer"]
    kind, now = BookStepKind.EXTENDED, now or district.now
    return book.take_step(officer, entry.id, kind=kind, until=until, now=now, **said)


def in_days(district, entry, days):
    """The first working day after so many."""
    day = day_of(district.now) + datetime.timedelta(days=days)
    return calendar_of(entry.unit_id, day).on_or_after(day)


def test_an_accepted_complaint_is_extended_once_by_a_paper_and_to_its_longest_term(district):
    entry, reader = written(district), Book(district.people["reception_officer"], now=district.now)
    last = in_days(district, entry, 45)
    with pytest.raises(NotPossible, match="accepted and has no result"):
        extended(district, entry, last)
    step(district, entry, BookStepKind.ACCEPTED)
    settle_by = reader.one(entry.id).terms()[1]
    one = datetime.timedelta(days=1)
    for field, until, more in (
        ("words", last, {"words": " "}), ("document", last, {"document": " "}), ("until", None, {}),
        ("until", settle_by, {}), ("until", last + one, {}),
    ):  # fmt: skip
        with pytest.raises(NotPossible) as refused:
            extended(district, entry, until, **more)
        assert refused.value.field == field
    made = extended(district, entry, last)
    assert made.words == "Vụ việc phức tạp (15/QĐ-UBND)"
    line = reader.one(entry.id)
    assert line.terms() == (entry.handle_by, last)
    assert [line.state(last + n * one)[0] for n in (0, 1)] == ["soon", "late"]
    with pytest.raises(NotPossible, match="as often as"):
        extended(district, entry, last + one)


def test_a_denunciation_is_extended_twice_and_a_petition_never(district):
    session = held(district)
    entry = written(district, session, Matter.DENUNCIATION)
    step(district, entry, BookStepKind.ACCEPTED)
    last = None
    for _ in range(2):
        entry = BookEntry.objects.get(id=entry.id)
        last = book.may_extend_to(entry, now=district.now)
        before = book.terms_now(entry).settle_by
        assert last is not None
        assert before is not None
        assert last - before >= datetime.timedelta(days=30)
        extended(district, entry, last)
    assert last is not None
    with pytest.raises(NotPossible, match="as often as"):
        extended(district, entry, last + datetime.timedelta(days=7))
    petition = written(district, session, Matter.PETITION)
    step(district, petition, BookStepKind.ACCEPTED)
    with pytest.raises(NotPossible, match="as often as"):
        extended(district, petition, in_days(district, petition, 40))


def test_what_is_overdue_or_has_its_result_is_extended_no_more(district):
    session = held(district)
    late, over = written(district, session), written(district, session)
    for entry in (late, over):
        step(district, entry, BookStepKind.ACCEPTED)
    after = book.terms_now(late).settle_by - day_of(district.now) + datetime.timedelta(days=1)
    with pytest.raises(NotPossible, match="overdue since"):
        extended(district, late, in_days(district, late, 45), now=district.now + after)
    step(district, over, BookStepKind.RESULT, words="Quyết định 12/QĐ-UBND")
    with pytest.raises(NotPossible, match="accepted and has no result"):
        extended(district, over, in_days(district, over, 45))


def test_a_class_put_right_counts_from_the_same_acceptance_and_gains_no_time(district):
    entry = written(district)
    step(district, entry, BookStepKind.ACCEPTED)
    settle_by = book.terms_now(BookEntry.objects.get(id=entry.id)).settle_by
    extended(district, entry, in_days(district, entry, 45))
    for matter in (Matter.DENUNCIATION, Matter.COMPLAINT):
        step(district, entry, BookStepKind.RECLASSIFIED, matter=matter, words="Phân loại lại")
        assert book.terms_now(BookEntry.objects.get(id=entry.id)).settle_by == settle_by
    with pytest.raises(NotPossible) as refused:
        extended(district, entry, in_days(district, entry, 60))
    assert refused.value.field == "until"


def test_page_program_and_paper_tell_until_when_and_by_which_paper_it_is_extended(district):
    session = held(district)
    browser = signed_in(district.people["reception_officer"])
    entries = [written(district, session) for _ in range(2)]
    first, second = entries
    assert "Gia hạn giải quyết đến ngày" not in browser.get(reverse("book_entry", args=[first.id])).content.decode()
    for entry in entries:
        step(district, entry, BookStepKind.ACCEPTED)
    until = in_days(district, first, 45)
    said = {"kind": "extended", "words": "Phức tạp", "document": "15/QĐ-UBND", "until": str(until)}
    assert "Gia hạn giải quyết đến ngày" in browser.get(reverse("book_entry", args=[first.id])).content.decode()
    page = browser.post(reverse("book_step", args=[first.id]), said, follow=True).content.decode()
    assert "Phức tạp (15/QĐ-UBND)" in page
    assert f"đến {until:%d/%m/%Y}" in page
    assert "Gia hạn giải quyết đến ngày" not in page
    answer = browser.post(f"/api/reception-book/{second.id}/steps", said, content_type="application/json")
    assert answer.json()["settle_by"] == answer.json()["steps"][-1]["settle_by"] == str(until)
    again = browser.post(f"/api/reception-book/{second.id}/steps", said, content_type="application/json")
    assert again.status_code == 409
    lines = Book(district.people["reception_officer"], now=district.now).lines(related(BookEntry.objects.all()))
    for row in printing.rows_of(lines, named=False):
        assert f"gia hạn giải quyết đến {until:%d/%m/%Y}: Phức tạp (15/QĐ-UBND)" in row[10]


def test_a_denunciation_restricts_its_session_and_others_learn_its_number_alone(district):
    session = held(district)
    before = written(district, session)
    entry = written(district, session, Matter.DENUNCIATION)
    assert Restriction.objects.get().receiver == district.people["reception_officer"].person
    for role in ("commune_chairman", "inspector", "chief_inspector", "area_chairman"):
        browser = signed_in(district.people[role])
        for each in (before, entry):
            page = browser.get(reverse("book_entry", args=[each.id])).content.decode()
            assert "Hạn chế xem" in page, role
            assert "Khiếu nại" not in page, role
            assert "Tố cáo" not in page, role
            assert browser.post(reverse("book_person", args=[each.id])).status_code == 404, role
            told = browser.get(f"/api/reception-book/{each.id}").json()
            assert (told["restricted"], told["matter"], told["session"], told["steps"]) == (True, None, None, [])
            answer = browser.post(f"/api/reception-book/{each.id}/person", {}, content_type="application/json")
            assert answer.status_code == 404
        listed = browser.get(reverse("reception_book") + "?matter=complaint").content.decode()
        assert f"{before}</a>" not in listed, role
    line = Book(district.people["commune_chairman"], now=district.now).one(entry.id)
    assert printing.rows_of([line], named=True) == [
        ["2", f"{session.opened_at.astimezone(VIETNAM):%d/%m/%Y}", "Hạn chế xem", *[""] * 9]
    ]
    assert not Book(district.people["reception_officer"], now=district.now).one(entry.id).neutral


def test_lifting_the_restriction_opens_no_denunciation_until_it_is_classed_anew(district):
    session = held(district)
    entry = written(district, session, Matter.DENUNCIATION)
    first, second = (district.people[role].person for role in ("commune_chairman", "chief_inspector"))
    restricting.ask_reopening(first, session=session, reason="Nhầm", now=district.now)
    restricting.decide_reopening(second, session=session, agreed=True, now=district.now)
    chairman = Book(district.people["commune_chairman"], now=district.now)
    assert chairman.one(entry.id).neutral
    step(district, entry, BookStepKind.RECLASSIFIED, matter=Matter.PETITION, words="Là kiến nghị")
    line = chairman.one(entry.id)
    assert (line.neutral, line.matter) == (False, Matter.PETITION)
    assert line.terms() != (entry.handle_by, entry.settle_by)
    step(district, entry, BookStepKind.RECLASSIFIED, matter=Matter.DENUNCIATION, words="Là tố cáo")
    assert chairman.one(entry.id).neutral
    session.refresh_from_db()
    assert session.restriction is not None


def test_names_are_masked_until_they_are_shown_which_is_written_down(district):
    entry = written(district)
    browser = signed_in(district.people["inspector"])
    for address in (reverse("book_entry", args=[entry.id]), reverse("reception_book")):
        page = browser.get(address).content.decode()
        for said in (NAME, NUMBER, MATTER):
            assert said not in page
    assert not AuditRow.objects.filter(act=SHOWN).exists()
    page = browser.post(reverse("book_person", args=[entry.id])).content.decode()
    assert NAME in page
    assert MATTER in page
    [shown] = AuditRow.objects.filter(act=SHOWN)
    assert (shown.object_kind, shown.object_id) == ("book_entry", str(entry.id))
    told = browser.post(f"/api/reception-book/{entry.id}/person", {}, content_type="application/json").json()
    assert told["personal_id"] == NUMBER
    assert AuditRow.objects.filter(act=SHOWN).count() == 2


def test_the_book_is_taken_along_in_twelve_columns_with_names_only_by_who_keeps_it(district):
    entry = written(district, settled_before="UBND xã")
    step(district, entry, BookStepKind.FORWARDED, to_body="Văn phòng Đăng ký đất đai")
    for role, sees in (("reception_officer", True), ("chief_inspector", False)):
        browser = signed_in(district.people[role])
        assert browser.get(reverse("reception_book_pdf")).content.startswith(b"%PDF"), role
        data = browser.get(reverse("reception_book_sheet")).content
        sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
        assert (NAME in sheet, NUMBER in sheet) == (sees, sees), role
        assert "Văn phòng Đăng ký đất đai" in sheet, role
        assert AuditRow.objects.filter(act="book_exported", account=district.people[role]).count() == 2
    [row] = printing.rows_of(Book(district.people["reception_officer"], now=district.now).lines([entry]), named=True)
    assert len(row) == len(printing.COLUMNS) == 12


def test_strangers_and_neighbours_read_no_book(district):
    entry = written(district)
    neighbour = district.appoint("reception_officer", "B", "neighbour")
    for account in (neighbour, district.people["office_specialist"], district.people["one_stop_officer"]):
        assert signed_in(account).get(reverse("book_entry", args=[entry.id])).status_code == 403
        assert not Book(account, now=district.now).found(Sought(entry.year)).exists()


def test_an_officer_writes_and_handles_an_entry_with_the_pages(district):
    session, browser = held(district), signed_in(district.people["reception_officer"])
    form = {"name": NAME, "content": MATTER, "matter": "petition", "people": "6"}
    address = reverse("book_new", args=[session.id])
    refused = browser.post(address, form)
    assert refused.status_code == 422
    assert MATTER in refused.content.decode()
    answer = browser.post(address, {**form, "representatives": "Bà Ba"}, follow=True)
    assert "Bước tiếp theo" in answer.content.decode()
    entry = BookEntry.objects.get()
    said = {"kind": "returned", "words": "Hướng dẫn gửi Tòa án"}
    page = browser.post(reverse("book_step", args=[entry.id]), said, follow=True).content.decode()
    assert "Hướng dẫn gửi Tòa án" in page
    assert f"Số {entry}" in browser.get(reverse("session", args=[session.id])).content.decode()
    assert reverse("book_entry", args=[entry.id]) not in browser.get("/").content.decode()
    assert browser.post(reverse("book_step", args=[entry.id]), {"kind": "burnt"}).status_code == 404


def test_what_waits_stands_on_the_start_page_of_who_keeps_the_book(district):
    entry = written(district)
    assert (
        reverse("book_entry", args=[entry.id])
        in signed_in(district.people["commune_chairman"]).get("/").content.decode()
    )
    assert (
        reverse("book_entry", args=[entry.id]) not in signed_in(district.people["inspector"]).get("/").content.decode()
    )


def test_the_api_writes_and_handles_as_the_pages_do(district):
    session, browser = held(district), signed_in(district.people["reception_officer"])

    def post(path, body):
        answer = browser.post(f"/api/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    new = {"matter": "feedback", "people": 9, "name": NAME, "content": MATTER}
    assert post(f"sessions/{session.id}/entries", new)[0] == 409
    status, made = post(f"sessions/{session.id}/entries", {**new, "representatives": "Bà Ba"})
    assert (status, made["matter"], made["people"]) == (200, "feedback", 9)
    assert NAME not in str(made)
    assert post(f"reception-book/{made['id']}/steps", {"kind": "result", "words": "x"})[0] == 409
    assert post(f"reception-book/{made['id']}/steps", {"kind": "accepted"})[1]["steps"][0]["kind"] == "accepted"
    assert [each["id"] for each in browser.get("/api/reception-book").json()] == [made["id"]]


def test_postgresql_keeps_the_book_as_it_was_written(district):
    entry = written(district)
    step(district, entry, BookStepKind.ACCEPTED)
    changes = (
        lambda: BookEntry.objects.update(people=2),
        lambda: BookEntry.objects.all().delete(),
        lambda: BookPerson.objects.all().delete(),
        lambda: BookPerson.objects.update(sealed=b"x"),
        lambda: BookStep.objects.update(words="khác"),
        lambda: BookStep.objects.create(
            entry=entry, kind="returned", words="x", at=district.now, by=entry.written_by
        ),
        lambda: BookStep.objects.create(
            entry=entry, kind="extended", words="x", at=district.now, by=entry.written_by
        ),
        lambda: BookStep.objects.create(
            entry=entry, kind="result", words="x", at=district.now, by=entry.written_by, settle_by=entry.settle_by
        ),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_page_of_the_book_asks_no_more_of_the_database_for_more_entries(district):
    session, asked = held(district), []
    browser = signed_in(district.people["inspector"])
    for _ in range(3):
        written(district, session)
        browser.get(reverse("reception_book"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("reception_book"))
        asked.append(len(queries))
    assert len(set(asked)) == 1
    assert len(Book(district.people["inspector"], now=district.now).lines(related(BookEntry.objects.all()))) == 3


def test_who_came_is_found_by_name_in_ones_own_book_and_the_name_stands_nowhere(district):
    session = held(district)
    first = written(district, session)
    spoken = "Ông Trần Văn Bảy, thôn 2\nBà Vũ Thị Ba"
    many = written(district, session, name="Phạm Văn Đức", people=7, representatives=spoken)
    officer = signed_in(district.people["reception_officer"])
    for sought, wanted in (
        ("le thi huong", [first]), ("Sen", [first]), ("TRẦN BẢY", [many]), ("pham duc", [many]), ("thi", [many, first]),
        ("Hường Đức", []), ("huo", [first]), ("uong", []), ("  ", []),
    ):  # fmt: skip
        page = officer.post(reverse("book_search"), {"ten": sought})
        assert [line.row for line, _ in page.context["lines"]] == wanted, sought
    assert (
        reverse("book_entry", args=[many.id]) in officer.post(reverse("book_search"), {"ten": "đức"}).content.decode()
    )
    looked = AuditRow.objects.filter(act="searched:reception_book")
    assert looked.count() == 10
    assert not any("duc" in str(row.details).lower() for row in looked)
    assert officer.get(reverse("book_search")).status_code == 405  # a name in an address would stand in logs


def test_nobody_finds_by_name_in_anothers_book_nor_what_is_restricted(district):
    written(district)
    written(district, matter=Matter.DENUNCIATION, name="Người Tố Cáo", session=another(district))
    for role in ("inspector", "office_specialist", "commune_chairman", "technician"):
        answer = signed_in(district.people[role]).post(reverse("book_search"), {"ten": "Hường"})
        if role == "commune_chairman":  # keeps the book too
            found = signed_in(district.people[role]).post(reverse("book_search"), {"ten": "Tố Cáo"})
            assert (len(answer.context["lines"]), found.context["lines"]) == (1, [])
        else:
            assert answer.status_code == 403
    district.appoint("reception_officer", "B", "reception_b")
    other = signed_in(district.people["reception_b"]).post(reverse("book_search"), {"ten": "Hường"})
    assert other.context["lines"] == []
    receiver = signed_in(district.people["reception_officer"]).post(reverse("book_search"), {"ten": "Tố Cáo"})
    assert len(receiver.context["lines"]) == 1


def another(district):
    """A session after the first is over."""
    first = Book(district.people["reception_officer"], now=district.now).found(Sought(district.now.year))[0].session
    sessions.close_session(district.people["reception_officer"].person, session=first, now=district.now - 20 * MINUTE)
    return sessions.open_session(
        district.people["reception_officer"].person, room=district.rooms["A", "reception_room"], kind="regular",
        people=1, now=district.now - 10 * MINUTE,
    )  # fmt: skip


def test_a_session_has_no_fewer_people_than_its_book(district):
    receiver, session = district.people["reception_officer"].person, held(district)
    for number in range(14):
        written(district, session, name=f"Người {number}")
    with pytest.raises(NotPossible, match="more people"):
        sessions.close_session(receiver, session=session, people=13, now=district.now)
    assert sessions.close_session(receiver, session=session, now=district.now).people == 14
    written(district, session, people=2, name="Người ghi sau")
    page = signed_in(district.people["reception_officer"]).get(reverse("session", args=[session.id]))
    assert page.context["page"].told.people == 16
    day = session.opened_at.astimezone(VIETNAM).date()
    [found] = received([session.unit_id], day, day).values()
    assert (found.sessions, found.people) == (1, 16)


def test_only_so_many_entries_are_opened_for_a_name_and_the_page_says_so(district, monkeypatch):
    session = held(district)
    for name in ("Lê Một", "Lê Hai", "Lê Ba"):
        written(district, session, name=name)
    monkeypatch.setattr("minhbach.centre.reception.book.MOST_OPENED", 2)
    book_of = Book(district.people["reception_officer"], now=district.now)
    lines, all_of_it = book_of.named("lê", district.now.astimezone(VIETNAM).year)
    assert ([line.row.number for line in lines], all_of_it) == ([3, 2], False)
    assert "lượt tiếp mới nhất" in signed_in(district.people["reception_officer"]).post(
        reverse("book_search"), {"ten": "lê"}
    ).content.decode()  # fmt: skip


def test_many_in_one_matter_sign_who_speaks_for_them_on_a_paper_of_who_keeps_the_book(district):
    session = held(district)
    few = written(district, session, people=4)
    many = written(district, session, people=7, representatives="Ông Trần Văn Bảy, thôn 2\nBà Vũ Thị Ba")
    officer = signed_in(district.people["reception_officer"])
    assert officer.get(reverse("book_slip", args=[few.id])).status_code == 404
    page = officer.get(reverse("book_entry", args=[many.id])).content.decode()
    assert reverse("book_slip", args=[many.id]) in page
    assert "Trần Văn Bảy" not in page
    before = AuditRow.objects.filter(act=SHOWN).count()
    paper = officer.get(reverse("book_slip", args=[many.id]))
    said = " ".join(" ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(paper.content)).pages).split())
    for words in ("PHIẾU CỬ NGƯỜI ĐẠI DIỆN", "Trần Văn Bảy", "Vũ Thị Ba", "có 7 người", "từ 5 người", MATTER):
        assert words in said, words
    assert AuditRow.objects.filter(act=SHOWN).count() == before + 1
    for role in ("inspector", "technician"):
        assert signed_in(district.people[role]).get(reverse("book_slip", args=[many.id])).status_code == 403


def test_the_api_searches_as_the_page_does(district):
    entry = written(district)
    browser = signed_in(district.people["reception_officer"])
    found = browser.post("/api/reception-book/search", {"name": "huong sen"}, "application/json").json()
    assert [each["id"] for each in found] == [str(entry.id)]
    assert browser.post("/api/reception-book/search", {"name": ""}, "application/json").status_code == 422
