"""A finding that cannot be told of as overdue costs no other finding its turn; administrators hear of it."""

import datetime
import logging

import pytest

from minhbach.centre.access.actions.own_errors import KIND
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.oversight.actions import findings, overdue
from minhbach.centre.oversight.models import FindingTold
from tests.centre.feedback.visits import Town

MINUTE = 60_000_000
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def town(db):
    return Town()


def found(town, minutes_ago):
    begin = us(town.ago(minutes_ago))
    what = findings.Found(begin_us=begin, end_us=begin + MINUTE, situation="late_or_absent", note="Quầy trống")
    return findings.make(town.district.people["office_specialist"], room=town.room.id, found=what, now=town.now)


def test_one_that_raises_is_logged_told_and_tried_again(town, monkeypatch, caplog):
    first, second = found(town, 60), found(town, 30)
    steps, now = overdue.late_steps, first.read_by + HOUR

    def late_steps(row, at):
        if row.id == first.id:
            raise ValueError("a term that nobody can work out")
        return steps(row, at)

    with monkeypatch.context() as patch:
        patch.setattr(overdue, "late_steps", late_steps)
        assert overdue.remind(now=now) == 1
        assert [told.finding_id for told in FindingTold.objects.all()] == [second.id]
        [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert str(first.id) in line.getMessage()
        told = Notice.objects.get(kind=KIND)
        assert told.vi == overdue.NOT_TOLD.vi
        administrator = town.district.people["system_administrator"].person_id
        assert administrator in set(Delivery.objects.filter(notice=told).values_list("address", flat=True))
        overdue.remind(now=now + HOUR)
        assert Notice.objects.filter(kind=KIND).count() == 1, "once a day is enough"
    assert overdue.remind(now=now + 2 * HOUR) == 1
    assert set(FindingTold.objects.values_list("finding", flat=True)) == {first.id, second.id}
