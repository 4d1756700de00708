"""Which cameras of a room may have recorded a stretch: what a citizen's request can be about.

Owns the question for the form and for `actions.subjects`. Promises that a camera with footage of the stretch is among
them, whatever the registry says of it since.
"""

import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.footage.timeline import us
from minhbach.centre.registry.models import Camera

_STREAMS = FootageStream.objects.filter(recorder=OuterRef("recorder"), camera=OuterRef("name"))
_EVER = Q(recording_since__isnull=False) | Q(Exists(_STREAMS))


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
