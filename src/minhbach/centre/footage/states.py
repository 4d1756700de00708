"""How each camera is right now, in one of the five states, in words and since when.

Owns the reading behind the wall and the grid of communes, from what the recorders said: the line to the centre, the
log, the newest gap, the open faults, and whether pictures come, which a recorder tells before its log does. Promises
the same answer for the same rows and a number of queries that does not grow with cameras. Leaves finding faults to
`faults`.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.coverage import MAIN
from minhbach.centre.footage.faults import CameraState, state_now
from minhbach.centre.footage.models import FootageStream, Gap, RecorderHealth, RecorderLine
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
AGAIN = Words("Đã ghi hình trở lại", "Recording again")
STARTED = Words("Đầu ghi vừa bật lại, đang chờ hình", "The recorder has just started, waiting for pictures")

#: Why nothing was recorded while the recorder did not run: over as soon as it is heard.
_NOT_RUNNING = frozenset({"recorder_stopped", "recorder_killed", "recorder_starting"})


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
    """The state of each camera; six queries."""
    recorders = {camera.recorder_id for camera in cameras}
    heard = dict(RecorderLine.objects.filter(recorder__in=recorders).values_list("recorder", "last_heard_at"))
    rows = FootageStream.objects.filter(recorder__in=recorders, stream=MAIN)
    streams = {(row.recorder_id, row.camera): row for row in rows}
    gaps = _newest_gaps([row.id for row in streams.values()])
    pictures = _pictures(recorders, now)
    faults = state_now([camera.id for camera in cameras], now)
    return {
        camera.id: _at_fault(camera, faults[camera.id]) or _state(camera, heard, streams, gaps, pictures, us(now))
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


def _pictures(recorders: Collection[UUID], now: datetime.datetime) -> dict[tuple[UUID, str], int | None]:
    """When each camera's newest picture came to its recorder, as it says itself; None: none since it started."""
    since = now - datetime.timedelta(microseconds=_SILENT_US)
    rows = RecorderHealth.objects.filter(recorder__in=recorders, reported_at__gte=since)
    told = rows.values_list("recorder", "report__cameras")
    return {(recorder, each["camera"]): each["picture_us"] for recorder, cameras in told for each in cameras}


def _state(
    camera: Camera,
    heard: Mapping[UUID, datetime.datetime],
    streams: Mapping[tuple[UUID, str], FootageStream],
    gaps: Mapping[UUID, Gap],
    pictures: Mapping[tuple[UUID, str], int | None],
    now_us: int,
) -> State:
    if camera.recording_since is None:
        return State("unseen", NOT_YET)
    if camera.recorder_id not in heard:
        return State("unseen", NO_RECORDER)
    heard_us = us(heard[camera.recorder_id])
    if now_us - heard_us > _SILENT_US:
        return State("fault", NO_LINE, heard_us)
    key = (camera.recorder_id, camera.name)
    stream = streams.get(key)
    if stream is None:
        return State("soon", BEHIND)
    gap = gaps.get(stream.id)
    if gap is not None and gap.end_us >= stream.known_until_us:
        return _in_gap(gap, pictures.get(key))
    if key in pictures and pictures[key] is None:
        return State("soon", STARTED)
    if now_us - stream.known_until_us > _BEHIND_US:
        return State("soon", BEHIND, stream.known_until_us)
    return State("ok", RECORDING)


def _in_gap(gap: Gap, picture_us: int | None) -> State:
    """Of a camera whose log ends with a gap: footage is in the log when its first segment is sealed, not before."""
    if gap.cause in LAWFUL:
        return State("unseen", PAUSED, gap.begin_us)
    if picture_us is not None and picture_us >= gap.end_us:
        return State("ok", AGAIN, gap.end_us)
    if gap.cause in _NOT_RUNNING:
        return State("soon", STARTED, gap.end_us)
    return State("fault", cause_words(gap.cause), gap.begin_us)
