"""The logs of the recorders, as a technician reads them: verified how far, witnessed how far, and what was wrong.

Owns the reading behind that page. Promises that an alarm is never left out, however old, until somebody has looked into
it; and a number of queries that does not grow with recorders. Leaves coverage of cameras to `coverage`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Sum

from minhbach.centre.footage.models import Alarm, LateSpan, RecorderLine, RecorderLog
from minhbach.centre.registry.models import Recorder
from minhbach.centre.words.formats import duration

SILENT_AFTER = timedelta(seconds=20)
WITNESS_WITHIN = timedelta(minutes=2)
LATE_DAYS = 30
MOST_ALARMS = 50


@dataclass(slots=True)
class Logbook:
    """One recorder. ``waiting``: entries that no witness has signed yet; ``late``: footage time of the last 30 days
    that was signed more than two minutes after it was logged. The newest log is what is shown of several.
    """

    recorder: Recorder
    line: RecorderLine | None = None
    log: RecorderLog | None = None
    late: timedelta = timedelta()
    alarms: list[Alarm] = field(default_factory=list)
    heard: bool = False
    in_time: bool = False

    @property
    def waiting(self) -> int:
        return self.log.size - self.log.cosigned if self.log else 0

    @property
    def late_words(self) -> str:
        """The time that was late."""
        return duration(self.late)

    @property
    def grave(self) -> int:
        """How many of its alarms accuse."""
        return sum(each.grave for each in self.alarms)


def logbooks(rooms: Collection[UUID], *, now: datetime) -> list[Logbook]:
    """The recorders that stand in these rooms, those with the gravest trouble first."""
    recorders = Recorder.objects.filter(room__in=rooms, retired_at__isnull=True).select_related("room", "line")
    books = {row.id: Logbook(row, getattr(row, "line", None)) for row in recorders.order_by("name")}
    for log in RecorderLog.objects.filter(recorder__in=books).order_by("place"):
        books[log.recorder_id].log = log
    for alarm in Alarm.objects.filter(recorder__in=books).order_by("-grave", "-last_at"):
        if len(books[alarm.recorder_id].alarms) < MOST_ALARMS:
            books[alarm.recorder_id].alarms.append(alarm)
    since_us = round((now - timedelta(days=LATE_DAYS)).timestamp() * 1_000_000)
    late = LateSpan.objects.filter(stream__recorder__in=books, end_us__gt=since_us).values_list("stream__recorder")
    for recorder, length_us in late.annotate(length=Sum(F("end_us") - F("begin_us"))):
        books[recorder].late = timedelta(microseconds=length_us)
    for book in books.values():
        book.heard = book.line is not None and now - book.line.last_heard_at <= SILENT_AFTER
        signed_at = book.log.cosigned_at if book.log else None
        book.in_time = not book.waiting or (signed_at is not None and now - signed_at <= WITNESS_WITHIN)
    return sorted(books.values(), key=lambda book: (-book.grave, book.heard, book.in_time))
