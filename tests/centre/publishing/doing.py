"""What people do with the reports of a `Month`: edit, sign, send, return, open their pages."""

from django.urls import reverse

from minhbach.centre.publishing.actions import reports
from minhbach.centre.publishing.models import Part
from tests.centre.people import signed_in
from tests.centre.publishing.month import at


def who(month, role):
    return month.district.people[role]


def step(month, row, role, kind, words="", now=None):
    return reports.step(who(month, role), row.id, kind=kind, words=words, now=now or at(month.draft_day, 10))


def put(month, row, role="commune_chairman", code="dossiers_late", value=0, seen=0):
    now = at(month.draft_day, 9)
    return reports.put_figure(
        who(month, role), row.id, code=code, value=value, reason="Hồ sơ lùi hạn có lý do", seen=seen, now=now
    )


def write(month, row, role, words):
    """Somebody who has seen the draft's own words writes these about shortcomings."""
    now = at(month.draft_day, 9)
    return reports.write(who(month, role), row.id, part=Part.SHORTCOMINGS, words=words, seen=1, now=now)


def page(month, role, name, *args):
    return signed_in(who(month, role)).get(reverse(name, args=args))
