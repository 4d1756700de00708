"""Which cameras of a room may have recorded a stretch, and how far their recorders' logs account for it: what a request
for footage can be about.

Owns the question for the forms, for `actions.requests` and for `actions.subjects`. Promises that a camera with footage
of the stretch is among them, whatever the registry says of it since. What is asked for is chosen from the logs
themselves (`scope`); this is the centre's index of them, so that a person reads which camera it is.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from minhbach.centre.footage.coverage import MAIN, Coverage, coverage
from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera
from minhbach.centre.words import Words, formats

_STREAMS = FootageStream.objects.filter(recorder=OuterRef("recorder"), camera=OuterRef("name"))
_EVER = Q(recording_since__isnull=False) | Q(Exists(_STREAMS))

RETIRED = Words("{camera} (ngừng sử dụng từ {day})", "{camera} (retired on {day})")
PART = Words("{camera} (chỉ từ {begin} đến {end})", "{camera} (only from {begin} to {end})")
NOTHING = Words("{camera} (không có)", "{camera} (nothing)")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a recorder's log accounts for a stretch of one camera, by footage or by why there is none.

    Unix µs, cut to the stretch; both 0 where the log says nothing of it. `footage`: there is some still. `grows`: the
    log has not come so far yet, and the camera is still in its recorder's configuration.
    """

    camera: Camera
    begin_us: int
    end_us: int
    whole: bool
    footage: bool
    grows: bool

    @property
    def length_us(self) -> int:
        """Of what is accounted for."""
        return self.end_us - self.begin_us

    @property
    def words(self) -> Words:
        """The camera, and from when to when."""
        if not self.length_us:
            return NOTHING.fill(camera=self.camera.label)
        begin, end = (f"{moment(at):%H:%M:%S}" for at in (self.begin_us, self.end_us))
        return PART.fill(camera=self.camera.label, begin=begin, end=end)

    def covers(self, begin_us: int, end_us: int) -> bool:
        """Whether it accounts for all of that."""
        return self.begin_us <= begin_us and end_us <= self.end_us


def in_service(room: UUID, begin: datetime.datetime, end: datetime.datetime) -> set[UUID]:
    """In use at that time and recorded at any, or with footage of it."""
    footage = Run.objects.filter(
        stream__recorder=OuterRef("recorder"), stream__camera=OuterRef("name"), begin_us__lt=us(end),
        end_us__gt=us(begin),
    )  # fmt: skip
    used = Q(added_at__lt=end) & (Q(retired_at__isnull=True) | Q(retired_at__gt=begin))
    rows = Camera.objects.filter(room=room).filter(Q(Exists(footage)) | (used & _EVER))
    return set(rows.values_list("id", flat=True))


def ever_recorded(room: UUID) -> list[Camera]:
    """Those that were ever recorded, by label, retired ones too; where none was, all."""
    rows = Camera.objects.filter(room=room).order_by("label")
    return list(rows.filter(_EVER)) or list(rows)


def choices(room: UUID) -> list[tuple[str, str]]:
    """Those that were ever recorded as a form offers them: by id, with the day since which one is retired."""
    return [(str(camera.id), _label(camera)) for camera in ever_recorded(room)]


def answerable(room: UUID, begin: datetime.datetime, end: datetime.datetime) -> set[UUID]:
    """Those in service then of which all of the stretch can be asked for, now or once their log has come so far; where
    there is none, those in service.
    """
    serving = in_service(room, begin, end)
    known = reaches(serving, us(begin), us(end))
    return {each.camera.id for each in known if each.whole or each.grows} or serving


def reaches(cameras: Collection[UUID], begin_us: int, end_us: int) -> list[Reach]:
    """How far each of them is accounted for between these instants, by label."""
    rows = list(Camera.objects.filter(id__in=cameras).order_by("label", "id"))
    known = coverage([row.id for row in rows], begin_us, end_us)
    # A retired recorder is heard no more: what its log lacks never comes.
    named = FootageStream.objects.filter(stream=MAIN, active=True, recorder__retired_at__isnull=True)
    going_on = set(named.filter(recorder__in={row.recorder_id for row in rows}).values_list("recorder", "camera"))
    return [_reach(row, known[row.id], begin_us, end_us, (row.recorder_id, row.name) in going_on) for row in rows]


def in_words(known: Iterable[Reach]) -> Words:
    """These cameras and how far they are accounted for, in one text."""
    each = [both(one.words) for one in known]
    return Words(", ".join(vi for vi, _ in each), ", ".join(en for _, en in each))


def _reach(camera: Camera, known: Coverage, begin_us: int, end_us: int, going_on: bool) -> Reach:
    spans = [*((run.begin_us, run.end_us) for run in known.runs), *((gap.begin_us, gap.end_us) for gap in known.gaps)]
    first, last = min((span[0] for span in spans), default=0), max((span[1] for span in spans), default=0)
    # What lacks its beginning never gets it: a log only grows at its end.
    grows = going_on and known.known_until_us < end_us and first in (0, begin_us)
    return Reach(camera, first, last, (first, last) == (begin_us, end_us), bool(known.runs), grows)


def _label(camera: Camera) -> str:
    if camera.retired_at is None:
        return camera.label
    return str(RETIRED.fill(camera=camera.label, day=formats.day(registry.day_of(camera.retired_at))))
