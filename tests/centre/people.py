"""Signing people in for tests of pages: a client whose session came through no form but is a real one."""

from django.test import Client
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.models import Account

PASSWORD = "một câu dài dễ nhớ"


def signed_in(account: Account, *, enforce_csrf_checks: bool = False) -> Client:
    """A client signed in as the account, as if a moment ago."""
    browser = Client(enforce_csrf_checks=enforce_csrf_checks)
    browser.force_login(account)
    session = browser.session
    sessions.begin(session, now=timezone.now())
    session.save()
    return browser
