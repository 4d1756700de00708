"""How each camera is right now, in one of the five states, in words and since when.

Owns the reading behind the wall and the grid of communes, from what the recorders said: the line to the centre, the
log, the newest gap, and the open faults. Promises the same answer for the same rows and a number of queries that does
not grow with cameras. Leaves finding faults to `faults`.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.footage.coverage import MAIN, cause_words
from minhbach.centre.footage.faults import CameraState, state_now
from minhbach.centre.footage.models import FootageStream, Gap, RecorderLine
from minhbach.centre.footage.timeline import LAWFUL, us
from minhbach.centre.registry.models import Camera
from minhbach.centre.words import Words

#: A recorder that has said nothing for so long is not there; it says something every ten seconds.
_SILENT_US = 60_000_000
#: Footage enters the log when a segment is sealed, about every ten seconds, at most every minute.
_BEHIND_US = 180_000_000

#: Worst first: the order of the wall.
KINDS = ("fault", "late", "soon", "unseen", "ok")
RECORDING = Words("Đang ghi hình", "Recording")
NOT_YET = Words("Chưa ghi hình", "Not recording yet")
NO_RECORDER = Words("Đầu ghi chưa kết nối lần nào", "The recorder has never connected")
NO_LINE = Words("Mất kết nối với đầu ghi", "No connection to the recorder")
BEHIND = Words("Nhật ký của đầu ghi đến chậm", "The recorder's log is behind")
PAUSED = Words("Tạm nghỉ theo quy định", "Not recording, by the rules")


@dataclass(frozen=True, slots=True)
class State:
    """One of the five kinds of status, its words, and since when (Unix µs; none: not known or not worth saying)."""

    kind: str
    words: Words
    since_us: int | None = None

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return KINDS.index(self.kind)


def states_of(cameras: Collection[Camera], *, now: datetime.datetime) -> dict[UUID, State]:
    """The state of each camera; five queries."""
    recorders = {camera.recorder_id for camera in cameras}
    heard = dict(RecorderLine.objects.filter(recorder__in=recorders).values_list("recorder", "last_heard_at"))
    rows = FootageStream.objects.filter(recorder__in=recorders, stream=MAIN)
    streams = {(row.recorder_id, row.camera): row for row in rows}
    gaps = _newest_gaps([row.id for row in streams.values()])
    faults = state_now([camera.id for camera in cameras], now)
    return {
        camera.id: _at_fault(camera, faults[camera.id]) or _state(camera, heard, streams, gaps, us(now))
        for camera in cameras
    }


def _at_fault(camera: Camera, found: CameraState) -> State | None:
    """An open fault says more than a gap: what is wrong with the picture, too."""
    if camera.recording_since is None or found.words is None or found.since is None:
        return None
    return State("fault", found.words, us(found.since))


def _newest_gaps(streams: Collection[UUID]) -> dict[UUID, Gap]:
    newest = Gap.objects.filter(stream__in=streams).order_by("stream", "-end_us").distinct("stream")
    return {gap.stream_id: gap for gap in newest}


def _state(
    camera: Camera,
    heard: Mapping[UUID, datetime.datetime],
    streams: Mapping[tuple[UUID, str], FootageStream],
    gaps: Mapping[UUID, Gap],
    now_us: int,
) -> State:
    if camera.recording_since is None:
        return State("unseen", NOT_YET)
    if camera.recorder_id not in heard:
        return State("unseen", NO_RECORDER)
    heard_us = us(heard[camera.recorder_id])
    if now_us - heard_us > _SILENT_US:
        return State("fault", NO_LINE, heard_us)
    stream = streams.get((camera.recorder_id, camera.name))
    if stream is None:
        return State("soon", BEHIND)
    gap = gaps.get(stream.id)
    if gap is not None and gap.end_us >= stream.known_until_us:
        if gap.cause in LAWFUL:
            return State("unseen", PAUSED, gap.begin_us)
        return State("fault", cause_words(gap.cause), gap.begin_us)
    if now_us - stream.known_until_us > _BEHIND_US:
        return State("soon", BEHIND, stream.known_until_us)
    return State("ok", RECORDING)
