"""E-mail: queued once, handed to a real server, tried again, given up, never to whom it does not concern."""

import asyncio
import datetime
import email
import email.policy
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.mailing import queue_notices
from minhbach.centre.messaging import mailing, smtp
from minhbach.centre.messaging.actions import Link, mark_read, send
from minhbach.centre.messaging.models import Mail, MailTry
from minhbach.centre.messaging.posting import Posting
from minhbach.centre.messaging.smtp import Server
from minhbach.centre.words import Words
from minhbach.demo.mail import Catcher
from tests.centre.access.district import District
from tests.centre.people import signed_in

MINUTE = datetime.timedelta(minutes=1)
TEXT = Words("Phát hiện số 001/2026 tại Bộ phận Một cửa.", "Finding 001/2026 at the one-stop room.")
GOOD, BAD = "chutich@xa.example", "khongco@xa.example"


@pytest.fixture
def district(db):
    made = District()
    for role, mailbox in (("commune_chairman", GOOD), ("inspector", BAD)):
        person = made.people[role].person
        person.email = mailbox
        person.save(update_fields=["email"])
    return made


@pytest.fixture
def folder(tmp_path):
    """Where the catcher puts what it takes."""
    return tmp_path / "caught"


@pytest.fixture
def catcher(folder):
    with Catcher(folder, refused=frozenset({BAD})) as running:
        yield running


def caught(folder):
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def notify(district, role="commune_chairman", kind="finding"):
    return send(
        to=[district.people[role].person_id], kind=kind, words=TEXT, link=Link("notices"), now=district.now
    )  # fmt: skip


def turn(port, now):
    """One turn of the loop, against the catcher."""

    async def do(work, *given, **named):
        return work(*given, **named)

    server = Server("smtp", "127.0.0.1", port, "Minh Bạch <minhbach@xa.example>")
    # Nothing in it waits here, so no event loop is needed, which would have another connection to the database.
    try:
        Posting(do, lambda: now, server).turn().send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("something waited")


@pytest.fixture
def direct(monkeypatch):
    """The database's connection is this thread's: what waits for the server waits here."""

    async def here(work, *given):
        return work(*given)

    monkeypatch.setattr(asyncio, "to_thread", here)


def test_a_notice_goes_out_once_and_arrives_as_it_was_said(district, catcher, folder, direct, settings):
    settings.PUBLIC_ADDRESS = "https://minhbach.xa.example"
    notify(district)
    for _ in range(2):
        queue_notices(now=district.now, site="https://minhbach.xa.example")
    assert turn(catcher.port, district.now) == 1
    assert turn(catcher.port, district.now) == 0
    (mail,) = caught(folder)
    assert mail["To"] == GOOD
    assert mail["Subject"] == "[Minh Bạch] Phát hiện số 001/2026 tại Bộ phận Một cửa."
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "https://minhbach.xa.example/thong-bao" in plain
    assert 'href="https://minhbach.xa.example/thong-bao"' in page
    row = Mail.objects.get()
    assert row.sent_at == district.now
    assert MailTry.objects.get(mail=row).taken


def test_what_was_read_or_is_old_or_has_no_mailbox_does_not_go_out(district):
    notice = notify(district)
    mark_read(district.people["commune_chairman"].person_id, now=district.now, notice=notice.id)
    notify(district, role="technician")
    assert queue_notices(now=district.now, site="") == 0
    notify(district)
    assert queue_notices(now=district.now + datetime.timedelta(days=2), site="") == 0
    assert queue_notices(now=district.now, site="") == 1


def test_a_closed_account_gets_no_mail(district):
    notify(district)
    account = district.people["commune_chairman"]
    account.is_active, account.closed_at = False, district.now
    account.save(update_fields=["is_active", "closed_at"])
    assert queue_notices(now=district.now, site="") == 0


def test_what_is_a_duty_comes_whatever_is_wished_and_the_rest_as_wished(district):
    me = district.people["commune_chairman"].person_id
    mailing.wish(me, notices=False, digest=False, language="en", now=district.now)
    notify(district, kind="viewing")
    assert queue_notices(now=district.now, site="") == 0
    notify(district, kind="finding")
    assert queue_notices(now=district.now, site="") == 1
    assert Mail.objects.get().subject == "[Minh Bạch] Finding 001/2026 at the one-stop room."


def test_a_mailbox_that_is_refused_for_good_is_not_tried_again_and_rests(district, catcher, direct):
    notify(district, role="inspector")
    queue_notices(now=district.now, site="")
    assert turn(catcher.port, district.now) == 0
    row = Mail.objects.get()
    assert row.failed_at == district.now
    assert MailTry.objects.get().said.startswith("550 5.1.1")
    notify(district, role="inspector")
    assert queue_notices(now=district.now + MINUTE, site="") == 0
    assert queue_notices(now=district.now + 8 * datetime.timedelta(days=1), site="") == 0


def test_where_nobody_answers_it_is_tried_again_later_and_given_up_after_two_days(district, folder, direct):
    notify(district)
    queue_notices(now=district.now, site="")
    with Catcher(folder) as gone:
        port = gone.port
    now, waits = district.now, []
    while Mail.objects.filter(failed_at__isnull=True).exists():
        assert turn(port, now) == 0
        row = Mail.objects.get()
        if row.failed_at:
            break
        waits.append(row.next_at - now)
        assert mailing.due(now=row.next_at - MINUTE / 2) == []
        now = row.next_at
    assert waits[:5] == [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE]
    assert now - district.now >= datetime.timedelta(days=2)
    assert MailTry.objects.filter(taken=False).count() == len(waits) + 1


@pytest.mark.parametrize("address", ["smtp://mail.xa.example", "http://mail.xa.example", "smtps://"])
def test_mail_never_leaves_this_machine_in_the_clear(settings, address):
    settings.MINHBACH_SMTP = address
    with pytest.raises(ValueError, match="MINHBACH_SMTP"):
        smtp.server()


def test_a_server_that_speaks_no_tls_is_told_nothing(catcher, folder):
    plain = Server("smtp+tls", "127.0.0.1", catcher.port, "a@xa.example", "user", "secret")
    made = smtp.message(sender=plain.sender, to=GOOD, subject="x", body="y", key="1", now=timezone.now())
    with pytest.raises(smtp.MailDelayed):
        smtp.hand_over(plain, made)
    assert caught(folder) == []
    assert "secret" not in repr(plain)


def test_a_line_break_in_what_somebody_typed_makes_no_header(catcher, folder):
    here = Server("smtp", "127.0.0.1", catcher.port, "a@xa.example")
    made = smtp.message(
        sender=here.sender, to=GOOD, subject="x\r\nBcc: kẻ@khac.example", body="y", key=str(uuid.uuid4()),
        now=timezone.now(),
    )  # fmt: skip
    smtp.hand_over(here, made)
    (mail,) = caught(folder)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: kẻ@khac.example"


def test_a_mail_leads_to_our_own_pages_and_nowhere_else(settings):
    settings.PUBLIC_ADDRESS = "https://minhbach.xa.example"
    body = "https://minhbach.xa.example/a\nhttps://khac.example/a"
    made = smtp.message(sender="a@xa.example", to=GOOD, subject="x", body=body, key="1", now=timezone.now())
    shown = made.get_body(("html",))
    assert shown is not None
    page = shown.get_content()
    assert page.count("<a ") == 1
    assert 'href="https://minhbach.xa.example/a"' in page


def test_the_log_names_mailboxes_and_answers_but_not_what_was_said(district, catcher, direct):
    notify(district)
    queue_notices(now=district.now, site="")
    turn(catcher.port, district.now)
    html = signed_in(district.people["system_administrator"]).get(reverse("mail_log")).content.decode()
    assert GOOD in html
    assert "Phát hiện số 001/2026" not in html
    assert signed_in(district.people["commune_chairman"]).get(reverse("mail_log")).status_code == 403


def test_a_person_chooses_on_the_page_of_notices(district, settings):
    settings.MINHBACH_SMTP = "smtps://mail.xa.example"
    browser = signed_in(district.people["commune_chairman"])
    assert GOOD in browser.get(reverse("notices")).content.decode()
    browser.post(reverse("mail_wishes"), {"digest": "on", "language": "en"})
    wish = mailing.wishes_of([district.people["commune_chairman"].person_id]).popitem()[1]
    assert (wish.notices, wish.digest, wish.language) == (False, True, "en")
