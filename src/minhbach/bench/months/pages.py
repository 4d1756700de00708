"""What the pages of reports and rankings cost whoever stands above all communes: queries and seconds, page by page."""

import datetime
import time
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.models import Account
from minhbach.centre.publishing.models import Kind, Report, Scoring
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.actors import System

BENCH = System("bench")
#: A page is looked at so often before it counts: what a process learns once is no cost of the page.
WARM = 2


def reader(top: UUID, day: datetime.date) -> Client:
    """A browser in which the head of the top unit is signed in."""
    now = timezone.now()
    person = people.add_person(BENCH, details=people.PersonDetails(full_name="Nguyễn Văn Đầu"), now=now)
    people.assign(
        BENCH, person=person, unit=top, role="area_chairman", decision=people.Decision(number="3/QĐ", date=day),
        begin=day,
    )  # fmt: skip
    account = Account.objects.create(
        person=person, username="bench", password="!", must_change_password=False, decision_number="4/QĐ", opened_at=now
    )
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(account)
    session = browser.session
    sessions.begin(session, now=now)
    session.save()
    return browser


def costs(browser: Client) -> dict[str, float]:
    """The most queries and the longest time that one of the pages takes."""
    report = Report.objects.get(kind=Kind.LEADS)
    first = Scoring.objects.order_by("first_day").first()
    ways = [
        reverse("reports"), reverse("report", args=[report.id]), reverse("report_units", args=[report.id]),
        *(reverse("report_figure", args=[report.id, code]) for code in ("sessions", "faults", "uptime", "gaps")),
        reverse("league"), *([reverse("scoring", args=[first.id])] if first else []),
    ]  # fmt: skip
    queries, seconds = zip(*(_cost(browser, way) for way in ways), strict=True)
    return {"page_queries": max(queries), "page_s": round(max(seconds), 2)}


def _cost(browser: Client, way: str) -> tuple[int, float]:
    for _ in range(WARM):
        browser.get(way)
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        status = browser.get(way).status_code
    took = time.perf_counter() - begun
    if status != 200:
        raise RuntimeError(f"{way}: {status}")
    return len(asked), took
