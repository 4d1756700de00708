"""A report of which nobody can be reminded costs nobody else their reminder; it is logged, and administrators hear."""

import datetime
import logging

import pytest

from minhbach.centre.access.actions.own_errors import KIND
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.publishing import recipients
from minhbach.centre.publishing.actions import reminding
from minhbach.centre.publishing.actions.reminding import NOT_REMINDED, Reporting, remind
from minhbach.centre.publishing.models import Report, ReportReminder
from minhbach.centre.regulation.reading import NothingInForce, in_force
from tests.centre.publishing.month import Month, at

D = datetime.date
REMINDED, LATE = at(D(2026, 3, 23), 8), at(D(2026, 3, 26), 9)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def month(db):
    made = Month()
    made.draft()
    return made


def reminded(month, *, late=False):
    """The names of the communes whose people were reminded."""
    rows = ReportReminder.objects.filter(report__kind="operates", late=late).values_list("report__unit", flat=True)
    return {name for name in "AB" if month.district.units[name].id in set(rows)}


def test_one_whose_people_cannot_be_found_is_logged_told_and_tried_again(month, monkeypatch, caplog):
    found, broken = recipients.reporters, Report.objects.get(unit=month.district.units["A"], kind="operates")

    def reporters(report, *, now):
        if report.id == broken.id:
            raise ValueError("people that nobody can find")
        return found(report, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(recipients, "reporters", reporters)
        assert remind(now=REMINDED) > 0
        assert reminded(month) == {"B"}
        [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert str(broken.id) in line.getMessage()
        assert line.exc_info
        told = Notice.objects.get(kind=KIND)
        assert told.vi == NOT_REMINDED.vi
        administrator = month.district.people["system_administrator"].person_id
        assert administrator in set(Delivery.objects.filter(notice=told).values_list("address", flat=True))
        remind(now=REMINDED + HOUR)
        assert Notice.objects.filter(kind=KIND).count() == 1, "once a day is enough"
        Reporting().beat(now=LATE)
        assert reminded(month, late=True) == {"B"}
        assert Notice.objects.filter(kind=KIND).count() == 2
    remind(now=LATE + HOUR)
    assert reminded(month, late=True) == {"A", "B"}


def test_one_whose_days_cannot_be_worked_out_stops_nobody_either(month, monkeypatch):
    rules, broken = in_force, month.district.units["A"].id

    def rules_of(unit, day):
        if unit == broken:
            raise NothingInForce(unit, day)
        return rules(unit, day)

    monkeypatch.setattr(reminding, "in_force", rules_of)
    assert remind(now=REMINDED) > 0
    assert reminded(month) == {"B"}
    assert Notice.objects.filter(kind=KIND).exists()
