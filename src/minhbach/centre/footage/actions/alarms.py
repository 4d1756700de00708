"""Telling people of alarms: each once, to those who keep the recorder's room running; many of one recorder together."""

import datetime
from itertools import groupby

from minhbach.centre.footage.actions.faults import people_for
from minhbach.centre.footage.models import Alarm, FaultStep
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.regulation.reading import NothingInForce
from minhbach.centre.words import Words

ROUTE = "logbooks"
_MOST_AT_ONCE = 200
SENTENCE = Words("{recorder}: {vi}", "{recorder}: {en}")
MANY = Words("{recorder}: {n} cảnh báo mới, trong đó: {vi}", "{recorder}: {n} new alarms, among them: {en}")
_ONE_BY_ONE = 3


def tell_alarms(*, now: datetime.datetime) -> int:
    """Send a notice for every grave alarm that nobody was told of yet; how many were sent."""
    waiting = Alarm.objects.filter(grave=True, told_at__isnull=True).select_related("recorder")[:_MOST_AT_ONCE]
    sent = 0
    for _, alarms in groupby(sorted(waiting, key=lambda each: each.recorder_id), key=lambda each: each.recorder_id):
        sent += _tell_of_recorder(list(alarms), now)
    return sent


def _tell_of_recorder(alarms: list[Alarm], now: datetime.datetime) -> int:
    """One notice for each; of a recorder that has much wrong with it at once, one for all."""
    first = alarms[0]
    if len(alarms) <= _ONE_BY_ONE:
        said = [(SENTENCE.fill(vi=each.vi, en=each.en, recorder=each.recorder.name), [each.pk]) for each in alarms]
    else:
        words = MANY.fill(recorder=first.recorder.name, n=len(alarms), vi=first.vi, en=first.en)
        said = [(words, [each.pk for each in alarms])]
    for words, rows in said:
        # Two workers never run at once; a kill in between tells twice rather than not at all.
        _tell(first, words, now)
        Alarm.objects.filter(pk__in=rows).update(told_at=now)
    return len(said)


def _tell(alarm: Alarm, words: Words, now: datetime.datetime) -> None:
    room = alarm.recorder.room_id
    try:
        people = [*people_for(FaultStep.TECHNICIAN, room, now=now), *people_for(FaultStep.HEAD, room, now=now)]
    except NothingInForce:
        return  # Nobody has a duty yet; the alarm stays on its page.
    if people:
        send(to=people, kind="alarm", words=words, link=Link(ROUTE, ""), now=now)
