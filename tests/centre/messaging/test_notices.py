"""Notices: sent once to each, kept as sent, read by the one they are for."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.messaging import actions, reading
from minhbach.centre.messaging.actions import Link, both
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.words import Words
from tests.centre.access.district import District
from tests.centre.people import signed_in

FAULT = Words("Camera {name} không có hình.", "Camera {name} has no picture.")


AT_ONE = FAULT.fill(name="Quầy 1")


def send(*to, words=AT_ONE, link=None):
    return actions.send(to=to, kind="fault", words=words, link=link, now=timezone.now())


@pytest.mark.django_db
def test_a_notice_goes_once_to_each_and_says_the_same_in_both_languages():
    one, two = uuid.uuid4(), uuid.uuid4()
    notice = send(one, two, one)
    assert [each.address for each in reading.told(notice.id)] == [one, two]
    assert (notice.vi, notice.en) == ("Camera Quầy 1 không có hình.", "Camera Quầy 1 has no picture.")
    assert reading.unread_count(one) == 1


@pytest.mark.django_db
def test_what_was_sent_is_not_rewritten_and_what_was_read_stays_read():
    person = uuid.uuid4()
    notice = send(person)
    actions.mark_read(person, now=timezone.now(), notice=notice.id)
    first = Delivery.objects.get().read_at
    actions.mark_read(person, now=timezone.now() + datetime.timedelta(hours=1))
    assert Delivery.objects.get().read_at == first
    for change in (lambda: Notice.objects.update(vi="khác"), lambda: Delivery.objects.update(address=uuid.uuid4())):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_notice_of_a_write_that_fails_was_never_sent():
    person = uuid.uuid4()
    with transaction.atomic():
        send(person)
        transaction.set_rollback(True)
    assert reading.unread_count(person) == 0


@pytest.mark.django_db
def test_each_person_sees_and_reads_their_own_only():
    district = District()
    mine, other = district.people["technician"], district.people["inspector"]
    send(mine.person_id)
    send(other.person_id, words=Words("Việc khác", "Something else"))
    page = signed_in(mine).get("/thong-bao").content.decode()
    assert "Camera Quầy 1 không có hình." in page
    assert "Việc khác" not in page
    signed_in(mine).post("/thong-bao/da-doc")
    assert (reading.unread_count(mine.person_id), reading.unread_count(other.person_id)) == (0, 1)


@pytest.mark.django_db
def test_looking_at_the_notices_reads_none():
    district = District()
    technician = district.people["technician"]
    send(technician.person_id)
    signed_in(technician).get("/thong-bao")
    assert reading.unread_count(technician.person_id) == 1


@pytest.mark.django_db
def test_braces_and_markup_in_a_name_stay_text():
    district = District()
    technician = district.people["technician"]
    send(technician.person_id, words=FAULT.fill(name="{0} <script>x</script>"))
    page = signed_in(technician).get("/thong-bao").content.decode()
    assert "{0} &lt;script&gt;" in page


@pytest.mark.django_db
def test_a_link_to_a_page_that_is_gone_is_none():
    assert reading.url_of(send(uuid.uuid4(), link=Link("no_such_route", "1"))) == ""
    assert reading.url_of(send(uuid.uuid4(), link=Link("notices"))) == "/thong-bao"


def test_a_sentence_inside_a_sentence_follows_its_language():
    words = Words("Cần «{right}»", "Needs “{right}”").fill(right=Words("xem lại", "playback"))
    assert both(words) == ("Cần «xem lại»", "Needs “playback”")


@pytest.mark.django_db
def test_a_notice_leads_only_to_a_page_that_its_reader_may_open():
    district = District()
    technician = district.people["technician"]
    for route in ("mail_log", "notices"):
        send(technician.person_id, words=Words(route, route), link=Link(route))
    page = signed_in(technician).get("/thong-bao").content.decode()
    assert f'<a href="{reverse("notices")}">notices</a>' in page
    assert "<p>mail_log</p>" in page
