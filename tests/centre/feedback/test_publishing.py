"""An answered complaint is read by everybody, and nobody in it by anybody; what went out wrongly comes back."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from minhbach.centre.feedback import published
from minhbach.centre.feedback.actions import petitions, publishing
from minhbach.centre.feedback.models import Publication, StepKind
from minhbach.centre.registry.writing import NotPossible
from tests.centre.feedback.test_petitions import sent
from tests.centre.people import signed_in

WHAT, ANSWER = "Một người dân chờ hơn 40 phút.", "Đã nhắc nhở, mở thêm quầy vào sáng thứ Hai."


@pytest.fixture
def chairman(town):
    return town.district.people["commune_chairman"]


def answered(town, chairman, **more):
    row = sent(town, None, contact=petitions.Contact(name="Trần Thị Bé", phone="0900 000 001"), **more)
    petitions.step(chairman, row.id, kind=StepKind.ANSWERED, words="Chào bà Bé, đã nhắc nhở.", now=town.now)
    return row


def public(**asked):
    return Client().get(reverse("answers"), asked).content.decode()


def test_what_is_published_is_read_without_an_account_and_is_not_what_the_citizen_wrote(town, chairman):
    row = answered(town, chairman)
    assert "40 phút" not in public()
    publishing.publish(chairman, row.id, what=WHAT, answer=ANSWER, now=town.now)
    page = public()
    assert WHAT in page
    assert ANSWER in page
    for own in ("nói to với người già", "bà Bé", row.code, str(row.id)):
        assert own not in page
    assert WHAT in public(tim="cho hon 40")
    assert WHAT not in public(tim="karaoke")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("what", "Bà Trần Thị Bé chờ lâu."),
        ("answer", "Đã gọi bà tran thi be."),
        ("answer", "Đã gọi 0900.000.001 để xin lỗi."),
    ],
)
def test_words_in_which_who_sent_it_still_stands_are_refused_at_their_field(town, chairman, field, words):
    row = answered(town, chairman)
    with pytest.raises(NotPossible) as refused:
        publishing.publish(chairman, row.id, **({"what": WHAT, "answer": ANSWER} | {field: words}), now=town.now)
    assert (refused.value.words, refused.value.field) == (publishing.NAMED, field)
    assert "Bé" not in public()


def test_only_an_answer_is_published_and_only_once(town, chairman):
    open_row = sent(town, None)
    with pytest.raises(NotPossible):
        publishing.publish(chairman, open_row.id, what=WHAT, answer=ANSWER, now=town.now)
    petitions.step(chairman, open_row.id, kind=StepKind.REFUSED, words="Không thuộc thẩm quyền.", now=town.now)
    with pytest.raises(NotPossible):
        publishing.publish(chairman, open_row.id, what=WHAT, answer=ANSWER, now=town.now)
    row = answered(town, chairman)
    publishing.publish(chairman, row.id, what=WHAT, answer=ANSWER, now=town.now)
    for again in ({"what": "khác", "answer": "khác"},):
        with pytest.raises(NotPossible):
            publishing.publish(chairman, row.id, **again, now=town.now)
    assert Publication.objects.count() == 1


def test_what_is_taken_back_is_read_by_nobody_kept_and_may_be_published_in_other_words(town, chairman):
    row = answered(town, chairman)
    first = publishing.publish(chairman, row.id, what=WHAT, answer=ANSWER, now=town.now)
    publishing.take_back(chairman, first.id, why="Còn nhận ra được người gửi", now=town.now)
    assert WHAT not in public()
    with pytest.raises(NotPossible):
        publishing.take_back(chairman, first.id, why="nữa", now=town.now)
    publishing.publish(chairman, row.id, what="Một người chờ lâu.", answer=ANSWER, now=town.now)
    assert "Một người chờ lâu." in public()
    assert set(Publication.objects.values_list("what", flat=True)) == {WHAT, "Một người chờ lâu."}


@pytest.mark.parametrize("write", [lambda rows: rows.update(what="khác"), lambda rows: rows.delete()])
def test_no_publication_is_rewritten_or_lost(town, chairman, write):
    row = answered(town, chairman)
    publishing.publish(chairman, row.id, what=WHAT, answer=ANSWER, now=town.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        write(Publication.objects.all())


def test_an_answer_is_owed_to_the_public_within_the_working_days_of_the_regulation_until_somebody_decides(
    town, chairman
):
    row = answered(town, chairman)
    [owed] = published.owed_in({town.room.id})
    assert owed.petition == row
    assert datetime.timedelta(days=1) < owed.by - town.now < datetime.timedelta(days=7)
    publishing.withhold(chairman, row.id, reason="Liên quan bí mật nhà nước", now=town.now)
    assert published.owed_in({town.room.id}) == []
    assert "bí mật" not in public()


def test_a_refusal_on_the_page_keeps_every_word_that_was_written(town, chairman):
    row = answered(town, chairman)
    browser = signed_in(chairman)
    typed = {"kind": "published", "what": "Bà Trần Thị Bé chờ lâu.", "answer": "Một câu dài đã viết."}
    page = browser.post(reverse("petition_publish", args=[row.id]), typed)
    assert page.status_code == 409
    assert str(publishing.NAMED) in page.content.decode()
    assert typed["what"] in page.content.decode()
    assert typed["answer"] in page.content.decode()
    other = browser.post(reverse("petition_step", args=[row.id]), {"kind": "answered", "words": "Trả lời nữa."})
    assert other.status_code == 409
    browser.post(reverse("petition_publish", args=[row.id]), typed | {"what": WHAT})
    assert WHAT in public()
    browser.post(reverse("petition_take_back", args=[row.id]), {"why": "nhầm"})
    assert WHAT not in public()


def test_twenty_stand_on_a_page_and_the_older_ones_behind_it(town, chairman):
    for minute in range(published.SHOWN + 3):
        row = answered(town, chairman)
        at = town.now + datetime.timedelta(minutes=minute)
        publishing.publish(chairman, row.id, what=f"Việc thứ {minute}.", answer=ANSWER, now=at)
    newest, after = published.published()
    assert [each.what for each in newest[:2]] == [f"Việc thứ {published.SHOWN + n}." for n in (2, 1)]
    oldest, end = published.published(before=after)
    assert ([each.what for each in oldest], end) == ([f"Việc thứ {n}." for n in (2, 1, 0)], None)


def test_programs_read_what_is_published_without_an_account_in_pages_and_nothing_else(town, chairman, monkeypatch):
    monkeypatch.setattr(published, "SHOWN", 1)
    for place, what in enumerate((WHAT, "Một người dân được hướng dẫn sai quầy.")):
        row = answered(town, chairman)
        later = town.now + datetime.timedelta(minutes=place)
        publishing.publish(chairman, row.id, what=what, answer=ANSWER, now=later)
    first = Client().get("/api/feedback/answers").json()
    [newest] = first["answers"]
    assert newest.keys() == {"id", "place", "topic", "received_on", "answered_on", "what", "answer", "published_at"}
    assert (newest["what"], newest["answer"]) == ("Một người dân được hướng dẫn sai quầy.", ANSWER)
    second = Client().get("/api/feedback/answers", {"before": first["after"]}).json()
    assert ([each["what"] for each in second["answers"]], second["after"]) == ([WHAT], None)
    assert Client().get("/api/feedback/answers", {"q": "karaoke"}).json() == {"answers": [], "after": None}
    assert Client().get("/api/feedback/answers", {"before": "2026-11-22"}).status_code == 422
