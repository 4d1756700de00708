"""A citizen's request about their own recording: taken with its clock, decided by others."""

import datetime
import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from minhbach.centre.access.actions.purposes import open_purpose
from minhbach.centre.access.actions.viewings import Asker, Left, open_viewing, record_served
from minhbach.centre.access.models import AuditRow, Refusal
from minhbach.centre.evidence.actions import approving, deciding, releasing, subject_reminding, subjects
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.erasing import (
    ask_again,
    due_erasures,
    erase_copies,
    forget,
    note_asked,
    order_erasures,
    settle,
    take_entries,
)
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.erasing import erasure_token
from minhbach.centre.evidence.models import (
    Act,
    Erasure,
    SubjectPerson,
    SubjectRequest,
    SubjectStep,
)
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.evidence.subject_clock import Terms
from minhbach.centre.fabric import keys
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.coverage import coverage
from minhbach.centre.footage.models import Alarm, Hold, LegalHold
from minhbach.centre.messaging.actions import both
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import CounterPost
from minhbach.centre.words import Words
from minhbach.edge.recorder.erasing import erase
from minhbach.edge.uplink.orders import OrderRefused, Orders
from tests.centre.evidence.asking import DOCUMENT, NAME, asked, now_of, taken
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.people import signed_in
from tests.edge.keeping import COMMIT, S, checked

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def terms_of(case: Case, row: SubjectRequest) -> Terms:
    terms = now_of(case, row).terms
    assert terms is not None
    return terms


def erased_by_two(case: Case) -> SubjectRequest:
    """An erasure that both have decided."""
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14 Luật 91/2025", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    return row


def test_at_the_counter_a_request_gets_its_number_its_hold_and_its_clock_and_deciders_are_told(case):
    row = taken(case)
    found = now_of(case, row)
    assert (str(row), found.code, found.stage) == ("01/2026", "YC-01/2026", Stage.OPEN)
    assert row.hold is not None
    assert {hold.camera for hold in Hold.objects.all()} == {"quay-1"}
    told = set(Delivery.objects.filter(notice__kind="subject").values_list("address", flat=True))
    assert told == {case.person(role).person_id for role in ("commune_chairman", "chief_of_office")}
    days = (terms_of(case, row).answer_by.date() - row.received_at.astimezone(found.begin.tzinfo).date()).days
    assert 10 <= days <= 13  # ten days, and over a weekend or a holiday to the next working day


def test_a_name_and_a_document_stand_nowhere_but_with_the_person(case):
    row = taken(case)
    told = [*LegalHold.objects.values_list("reason", "document"), *Hold.objects.values_list("reason", "reference"),
            *AuditRow.objects.values_list("details", "object_id"),
            *Delivery.objects.values_list("notice__vi", "notice__en")]  # fmt: skip
    assert NAME not in str(told)
    person = SubjectPerson.objects.get(request=row)
    assert DOCUMENT not in str({field.name: getattr(person, field.name) for field in person._meta.concrete_fields})


def test_a_letter_is_confirmed_before_it_is_decided(case):
    row = taken(case, channel="letter", received_at=case.now - DAY)
    chairman = case.person("commune_chairman")
    assert now_of(case, row).stage is Stage.RECEIVED
    with pytest.raises(SubjectRefused, match="Confirm receipt"):
        deciding.grant(chairman, row.id, now=case.now)
    case.now += 6 * DAY
    assert now_of(case, row).late
    subjects.acknowledge(case.person("one_stop_officer"), row.id, now=case.now)
    deciding.grant(chairman, row.id, pictured="alone", now=case.now)
    assert now_of(case, row).stage is Stage.TO_SHOW


def test_who_took_it_decides_nothing_of_it(case):
    chairman = case.person("commune_chairman")
    row = subjects.take(chairman, room=case.room, asked=asked(case), now=case.now)
    for act in (deciding.grant, lambda *a, **k: deciding.refuse(*a, reason="secret", **k)):
        with pytest.raises(SubjectRefused, match="took the request"):
            act(chairman, row.id, now=case.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectStep.objects.create(request=row, kind=Act.GRANTED, at=case.now, by=chairman.person)


@pytest.mark.parametrize("role", ["one_stop_officer", "service_centre_head", "inspector", "technician"])
def test_who_has_no_right_to_decide_is_refused_and_the_refusal_is_kept(case, role):
    row = subjects.take(case.person("office_specialist"), room=case.room, asked=asked(case), now=case.now)
    before = Refusal.objects.count()
    with pytest.raises(ExtractionRefused):
        deciding.grant(case.person(role), row.id, now=case.now)
    assert Refusal.objects.count() == before + 1


def test_who_worked_at_the_counter_that_day_decides_nothing_about_it(case):
    row, chairman = taken(case, "erase"), case.person("commune_chairman")
    day = now_of(case, row).begin.date()
    CounterPost.objects.create(person=chairman.person, counter=case.district.counters["A"], valid_from=day)
    for act in (deciding.grant, deciding.extend):
        with pytest.raises(ExtractionRefused, match="counter"):
            act(chairman, row.id, note="x", now=case.now)


def test_it_is_refused_only_with_a_reason_of_the_regulation(case):
    row, chairman = taken(case), case.person("commune_chairman")
    with pytest.raises(SubjectRefused, match="reason of the regulation"):
        deciding.refuse(chairman, row.id, reason="vi-thich", now=case.now)
    deciding.refuse(chairman, row.id, reason="not_in_it", note="Xem từ 8 giờ", now=case.now)
    found = now_of(case, row)
    assert found.stage is Stage.REFUSED
    assert found.reason is not None
    assert "cannot be found" in found.reason.en
    with pytest.raises(SubjectRefused, match="over"):
        deciding.grant(chairman, row.id, now=case.now)


def test_it_is_extended_once_and_the_clock_follows(case):
    row, chairman = taken(case), case.person("commune_chairman")
    before = terms_of(case, row).answer_by
    deciding.extend(chairman, row.id, note="Cần tìm trong nhiều camera", now=case.now)
    longer = terms_of(case, row).answer_by - before
    assert 6 * DAY <= longer <= 14 * DAY
    with pytest.raises(SubjectRefused, match="before"):
        deciding.extend(chairman, row.id, note="nữa", now=case.now)


def test_whoever_decides_is_reminded_before_the_end_and_those_above_are_told_after_it_each_once(case):
    terms = terms_of(case, taken(case))

    def told_by(now: datetime.datetime) -> tuple[int, bool]:
        """How many were told, and whether the area's chairman is among all who ever were."""
        sent = subject_reminding.remind(now=now)
        chairman = case.person("area_chairman").person_id
        return sent, Delivery.objects.filter(notice__kind="subject", address=chairman).exists()

    assert told_by(case.now) == (0, False)
    assert told_by(terms.remind_at) == (1, False)
    assert told_by(terms.remind_at + DAY / 24) == (0, False)
    assert told_by(terms.answer_by) == (1, True)
    assert told_by(terms.answer_by + DAY) == (0, True)


def test_it_counts_as_shown_only_with_a_viewing_that_names_it(case):
    row = taken(case)
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    with pytest.raises(SubjectRefused, match="no viewing"):
        subjects.show(case.asker, row.id, note="Chỉ có người yêu cầu trong hình", now=case.now)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Write the name"),
        ({"document": ""}, "Write the name"),
        ({"identity": "face"}, "Write the name"),
        ({"behalf": "guardian"}, "represented"),
        ({"cameras": ()}, "cameras"),
        ({"dossier": "H81.01-261122-9999"}, "No dossier"),
    ],
)
def test_what_makes_no_sense_is_not_taken(case, changed, said):
    with pytest.raises(SubjectRefused, match=said):
        taken(case, **changed)
    assert SubjectRequest.objects.count() == 0


def test_nobody_finds_themselves_in_more_than_two_hours_or_in_the_future(case):
    for begin_us, end_us in ((case.begin_us, case.begin_us + 7_201 * S), (case.end_us, case.begin_us)):
        with pytest.raises(SubjectRefused, match="two hours"):
            taken(case, begin_us=begin_us, end_us=end_us)


def test_a_copy_goes_the_way_of_an_extraction_and_names_nobody(case):
    row = taken(case, "copy")
    with pytest.raises(SubjectRefused, match="not granted"):
        subjects.ask_copy(case.asker, row.id, now=case.now)
    deciding.grant(case.person("commune_chairman"), row.id, now=case.now)
    made = subjects.ask_copy(case.asker, row.id, now=case.now)
    revision = case.item(made).revision
    assert (revision.kind, revision.case_number) == ("masked", "YC-01/2026")
    assert NAME not in f"{revision.purpose} {revision.receiver_name} {revision.receiver_body}"
    assert now_of(case, row).stage is Stage.COPYING
    with pytest.raises(SubjectRefused, match="being made"):
        subjects.ask_copy(case.asker, row.id, now=case.now)
    approving.refuse(case.person("chief_of_office"), made.id, reason="Chưa đủ", now=case.now)
    assert now_of(case, row).stage is Stage.TO_COPY


def test_nothing_that_is_held_or_asked_for_otherwise_is_erased(case):
    seen = taken(case)
    row, chairman = taken(case, "erase"), case.person("commune_chairman")
    held, other = obstacles(now_of(case, row), now=case.now)
    assert both(held.words)[1] == f"This footage is held: Yêu cầu của công dân số {now_of(case, seen).code}"
    assert both(other.words)[1].startswith(f"Request {now_of(case, seen).code} ")
    with pytest.raises(SubjectRefused, match="is held"):
        deciding.grant(chairman, row.id, note="Điều 14", now=case.now)


def test_what_an_extraction_is_about_is_not_erased_until_it_is_over(case):
    case.ask()
    row = taken(case, "erase")
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    [against] = obstacles(now_of(case, row), now=case.now)
    assert both(against.words)[1] == "Extraction 01/2026 is about it and is not over."
    assert against.url.startswith("/trich-xuat/")


def test_what_is_held_for_a_request_is_not_released_before_it_is_answered(case):
    row = taken(case)
    assert row.hold_id is not None
    with pytest.raises(ExtractionRefused, match="not settled"):
        releasing.ask_release(case.asker, row.hold_id, reason="không cần nữa", now=case.now)
    deciding.refuse(case.person("commune_chairman"), row.id, reason="not_in_it", now=case.now)
    asked_for = releasing.ask_release(case.asker, row.hold_id, reason="đã trả lời", now=case.now)
    assert asked_for.hold_id == row.hold_id


def test_what_lies_at_the_centre_of_an_extraction_that_is_over_goes_with_the_footage(case):
    open_one, over = case.ask(), case.ask()
    approving.refuse(case.person("chief_of_office"), over.id, reason="Không có căn cứ", now=case.now)
    left = []
    for row in (open_one, over):
        left.append(package_path(row.id))
        left[-1].with_suffix(".work").mkdir(parents=True)
        left[-1].write_bytes(b"a package")
    assert erase_copies(now_of(case, taken(case, "erase")), now=case.now) == 1
    assert [(path.exists(), path.with_suffix(".work").exists()) for path in left] == [(True, True), (False, False)]
    assert AuditRow.objects.filter(act="package_erased", object_id=str(over.id)).count() == 1


def test_an_erasure_takes_two_others_one_of_them_of_the_managing_body(case):
    case.district.appoint("commune_chairman", "A", "vice")
    row, chairman = taken(case, "erase"), case.person("commune_chairman")
    with pytest.raises(SubjectRefused, match="Say why"):
        deciding.grant(chairman, row.id, now=case.now)
    deciding.grant(chairman, row.id, note="Điều 14", now=case.now)
    assert now_of(case, row).stage is Stage.GRANTED_ONCE
    for role, said in (("commune_chairman", "another"), ("vice", "managing|manages")):
        with pytest.raises(SubjectRefused, match=said):
            deciding.second(case.person(role), row.id, now=case.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        order_erasures(now_of(case, row), chairman.person_id, chairman.person_id, now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    assert now_of(case, row).stage is Stage.ERASING
    assert Erasure.objects.filter(request=row, name="quay-1").count() == 1


def test_who_asked_is_forgotten_and_the_rest_stays(case):
    row, chairman = taken(case), case.person("commune_chairman")
    with pytest.raises(SubjectRefused, match="not over"):
        forget(chairman, row.id, now=case.now)
    deciding.refuse(chairman, row.id, reason="identity", now=case.now)
    forget(chairman, row.id, now=case.now)
    assert not SubjectPerson.objects.exists()
    found = now_of(case, row)
    assert isinstance(found.name, Words)
    assert found.name.en == "(forgotten)"
    assert [each.kind for each in found.steps][-1] == Act.FORGOTTEN
    with pytest.raises(SubjectRefused):
        forget(chairman, row.id, now=case.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubjectRequest.objects.all().delete()


def test_who_asked_is_forgotten_by_itself_when_the_days_of_the_regulation_are_over(case):
    row = taken(case)
    deciding.refuse(case.person("commune_chairman"), row.id, reason="identity", now=case.now)
    subject_reminding.remind(now=case.now + 729 * DAY)
    assert SubjectPerson.objects.exists()
    subject_reminding.remind(now=case.now + 731 * DAY)
    assert not SubjectPerson.objects.exists()


def told(own: Case, erasure: Erasure) -> int:
    """The signed order, read and carried out as a recorder does."""
    held = keys.load(own.centre.folder / "keys").lease
    site = own.centre.site
    orders = Orders(str(erasure.recorder_id), held.public_key(), site.folder / "private", site.files)
    return erase(site.keeper, orders.erasure(erasure_token(erasure, held)))


def brought_in(own: Case) -> None:
    """What the recorder logged since comes to the centre."""
    own.centre.site.settle()
    own.centre.site.archive.poll()
    take_entries(own.centre.recorder, own.centre.take_in(), now=own.now)


def test_the_recorder_erases_its_log_says_so_and_a_check_calls_it_lawful(own):
    row = erased_by_two(own)
    site = own.centre.site
    before = len(site.files_there())
    [erasure] = due_erasures(own.centre.recorder, now=own.now)
    assert told(own, erasure) == before - len([each for each in site.numbers() if each not in _touched(own)])
    note_asked(erasure.id, now=own.now)
    assert due_erasures(own.centre.recorder, now=own.now) == []
    assert settle(now=own.now) == 0, "the answer of a recorder is not believed"
    brought_in(own)
    assert settle(now=own.now) == 1
    found = now_of(own, row)
    assert found.stage is Stage.DONE
    [done] = found.erasures
    assert done.segments > 0
    assert done.entry is not None
    [gap] = coverage([own.camera], own.begin_us, own.end_us)[own.camera].gaps
    assert gap.cause == "erasure"
    assert len(site.files_there()) < before
    report = json.dumps(site.entries("erasure"))
    assert NAME not in report
    assert done.commitment in report
    site.stop()
    checked(site.folder)


def _touched(own: Case) -> list[int]:
    site = own.centre.site
    return [each.number for each in site.catalogue.segments("quay-1", "main", own.begin_us, own.end_us)]


def test_a_hold_that_only_the_recorder_knows_keeps_it_and_says_so(own):
    erased_by_two(own)
    own.centre.site.hold()
    [erasure] = due_erasures(own.centre.recorder, now=own.now)
    with pytest.raises(OrderRefused, match="under a hold"):
        told(own, erasure)


def test_what_was_held_since_two_decided_is_not_erased_though_the_recorder_does_not_know_it_yet(case):
    row = erased_by_two(case)
    hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us, reason="Vụ việc",
        now=case.now,
    )  # fmt: skip
    assert due_erasures(case.centre.recorder, now=case.now) == []
    assert now_of(case, row).stage is Stage.STUCK
    assert "Vụ việc" in Erasure.objects.get().refused_vi
    ask_again(case.person("chief_of_office"), row.id, now=case.now)
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    assert len(due_erasures(case.centre.recorder, now=case.now)) == 1


def test_an_erasure_that_nobody_ordered_here_is_an_alarm(own):
    site = own.centre.site
    site.keeper.erase_stretch("quay-1", own.begin_us, own.end_us, COMMIT)
    brought_in(own)
    assert Alarm.objects.get(kind="erasure_unknown").grave


def page(case: Case, role: str, row: SubjectRequest, name: str = "subject", **given: str):
    browser, url = signed_in(case.person(role)), reverse(name, args=[row.id])
    return browser.post(url, given) if name not in ("subject", "subject_slip", "subject_answer") else browser.get(url)


def test_a_counter_takes_a_request_on_its_page_and_hands_out_a_slip(case):
    browser = signed_in(case.person("one_stop_officer"))
    url, found = reverse("subject_new", args=[case.room]), now_of(case, taken(case))
    assert browser.get(url).status_code == 200
    given = {
        "wanted": "copy", "day": found.begin.date().isoformat(), "begin": f"{found.begin:%H:%M:%S}",
        "end": f"{found.end:%H:%M:%S}", "cameras": [str(case.camera)], "name": NAME, "contact": "Thôn 3",
        "identity": "card", "document": DOCUMENT, "behalf": "oneself", "channel": "counter",
    }  # fmt: skip
    assert browser.post(url, given | {"name": ""}).status_code == 422
    answer = browser.post(url, given)
    assert answer.status_code == 302, answer.content.decode()
    row = SubjectRequest.objects.get(wanted="copy")
    said = browser.get(answer["Location"]).content.decode()
    assert NAME in said
    assert DOCUMENT not in said
    assert browser.get(reverse("subject_slip", args=[row.id])).content.startswith(b"%PDF")
    assert "YC-02/2026" in browser.get(reverse("subjects")).content.decode()


def test_a_name_that_the_choice_does_not_ask_for_is_not_kept(case):
    browser, found = signed_in(case.person("one_stop_officer")), now_of(case, taken(case))
    url = reverse("subject_new", args=[case.room])
    assert 'data-only="behalf:guardian authorised"' in browser.get(url).content.decode()
    given = {
        "wanted": "see", "day": found.begin.date().isoformat(), "begin": f"{found.begin:%H:%M:%S}",
        "end": f"{found.end:%H:%M:%S}", "cameras": [str(case.camera)], "name": NAME, "contact": "Thôn 3",
        "identity": "card", "document": DOCUMENT, "represents": "Lò Thị Ín", "proof": "birth", "channel": "counter",
    }  # fmt: skip
    for behalf, kept in (("oneself", ""), ("guardian", "Lò Thị Ín")):
        assert browser.post(url, given | {"behalf": behalf}).status_code == 302
        assert SubjectRequest.objects.latest("number").person.represents == kept


def test_the_page_offers_each_only_what_is_theirs_and_the_answer_prints(case):
    row = taken(case)
    assert "Chấp thuận" not in page(case, "one_stop_officer", row).content.decode()
    assert "Chấp thuận" in page(case, "commune_chairman", row).content.decode()
    assert page(case, "technician", row).status_code == 403
    assert page(case, "one_stop_officer", row, "subject_grant").status_code == 403
    assert page(case, "commune_chairman", row, "subject_refuse", reason="secret", note="").status_code == 302
    assert "phải giữ bí mật" in page(case, "one_stop_officer", row).content.decode()
    assert page(case, "one_stop_officer", row, "subject_answer").content.startswith(b"%PDF")


def test_a_page_that_waits_for_the_recorder_asks_by_itself_and_is_drawn_anew_once_that_is_through(case):
    row, browser = erased_by_two(case), signed_in(case.person("commune_chairman"))
    url, asks = reverse("subject", args=[row.id]), {"HX-Request": "true"}
    answer = browser.get(url, headers=asks)
    assert 'hx-trigger="every 5s"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    Erasure.objects.update(done_at=case.now)
    subjects.step(row.id, Act.ERASED, now=case.now)
    answer = browser.get(url, headers=asks)
    assert "every 5s" not in answer.content.decode()
    assert answer["HX-Refresh"] == "true"
    assert "HX-Refresh" not in browser.get(url)


def test_one_of_two_is_no_answer_and_what_is_on_its_way_is_not_withdrawn(case):
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14 Luật 91/2025", now=case.now)
    said = page(case, "one_stop_officer", row).content.decode()
    assert "Văn bản trả lời" not in said
    assert 'id="withdraw"' in said
    assert page(case, "one_stop_officer", row, "subject_answer").status_code == 404
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    said = page(case, "one_stop_officer", row).content.decode()
    assert "Văn bản trả lời" in said
    assert 'id="withdraw"' not in said
    with pytest.raises(SubjectRefused):
        subjects.withdraw(case.person("one_stop_officer"), row.id, note="bằng thư", now=case.now)
    other = taken(case)
    deciding.grant(case.person("commune_chairman"), other.id, pictured="alone", now=case.now)
    subjects.withdraw(case.person("one_stop_officer"), other.id, note="bằng thư", now=case.now)
    assert page(case, "one_stop_officer", other, "subject_answer").status_code == 404


def test_the_page_of_an_erasure_says_what_stands_against_it_and_who_is_still_needed(case):
    seen, row = taken(case), taken(case, "erase")
    said = page(case, "commune_chairman", row).content.decode()
    assert "Chưa xóa được" in said
    assert now_of(case, seen).code in said
    deciding.refuse(case.person("commune_chairman"), seen.id, reason="not_in_it", now=case.now)
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    page(case, "commune_chairman", row, "subject_grant", note="Điều 14 Luật 91/2025")
    assert "Lần thứ hai phải là người khác" in page(case, "commune_chairman", row).content.decode()
    assert "Đồng ý xóa" in page(case, "chief_of_office", row).content.decode()
    page(case, "chief_of_office", row, "subject_second")
    assert "chưa tính là đã xóa cho đến khi" in page(case, "chief_of_office", row).content.decode()


def test_it_is_shown_by_a_viewing_that_names_it_and_in_which_pictures_of_its_stretch_were_played(case):
    row = taken(case)
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    found = now_of(case, row)
    [camera] = found.cameras
    purpose = open_purpose(
        case.asker, text="Cho người yêu cầu xem", reference=found.code, rooms=[case.room], now=case.now
    )

    def played(begin_us: int, end_us: int, *, sound: bool = False, size: int = 1000) -> None:
        opened = open_viewing(
            Asker(case.asker, session="0" * 64), kind="playback", cameras=[case.camera],
            begin=found.begin - MINUTE, end=found.end, purpose=purpose.id, now=case.now,
        )  # fmt: skip
        left = Left(f"{camera.recorder_id}/{camera.name}", sound, begin_us, end_us)
        record_served(opened.viewing.id, [left] if size else [], size, now=case.now)

    def not_shown() -> None:
        with pytest.raises(SubjectRefused, match="no viewing"):
            subjects.show(case.asker, row.id, note="Chỉ có người yêu cầu trong hình", now=case.now)

    played(row.begin_us, row.end_us, size=0)
    not_shown()  # opened, and nothing left
    played(row.begin_us - 30 * S, row.begin_us)
    not_shown()  # the minute before
    played(row.begin_us, row.end_us, sound=True)
    not_shown()  # heard, not seen
    played(row.begin_us, row.end_us)
    subjects.show(case.asker, row.id, note="Chỉ có người yêu cầu trong hình", now=case.now)
    assert now_of(case, row).stage is Stage.DONE
