"""Telling people of alarms: once for each, to those who keep the recorder's room running."""

import datetime

from minhbach.centre.footage.actions.faults import people_for
from minhbach.centre.footage.models import Alarm, FaultStep
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.regulation.reading import NothingInForce
from minhbach.centre.words import Words

ROUTE = "logbooks"
_MOST_AT_ONCE = 20
SENTENCE = Words("{recorder}: {vi}", "{recorder}: {en}")


def tell_alarms(*, now: datetime.datetime) -> int:
    """Send a notice for every grave alarm that nobody was told of yet; how many were sent."""
    waiting = Alarm.objects.filter(grave=True, told_at__isnull=True).select_related("recorder")[:_MOST_AT_ONCE]
    for alarm in waiting:
        # Two workers never run at once; a kill in between tells twice rather than not at all.
        _tell(alarm, now)
        Alarm.objects.filter(pk=alarm.pk).update(told_at=now)
    return len(waiting)


def _tell(alarm: Alarm, now: datetime.datetime) -> None:
    room = alarm.recorder.room_id
    try:
        people = [*people_for(FaultStep.TECHNICIAN, room, now=now), *people_for(FaultStep.HEAD, room, now=now)]
    except NothingInForce:
        return  # Nobody has a duty yet; the alarm stays on its page.
    if people:
        words = SENTENCE.fill(recorder=alarm.recorder.name, vi=alarm.vi, en=alarm.en)
        send(to=people, kind="alarm", words=words, link=Link(ROUTE, ""), now=now)
