"""Months of cameras' time, one line each: what a timeline draws.

Owns the reading of `models.coverage` for long spans: each camera's time as stretches that follow one another, footage
or the cause why there is none, nothing left out and nothing twice. Promises a constant number of queries, and to be as
quick for a camera that broke every ten minutes of a month as pages need it: PostgreSQL packs a stream's edges into one
value, and no stretch becomes an object of its own. Edges are told in whole ms, which is closer than any screen shows
and a third less to send; all else in Unix µs as the recorder labelled it. Leaves single moments, with the rows behind
them, to `coverage`, and drawing to `static/js/timeline`.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from operator import sub
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery

from minhbach.centre.footage.coverage import MAIN
from minhbach.centre.footage.models import FootageStream, Gap, LateSpan, Removal, Run
from minhbach.centre.registry.models import Camera

_MS = 1000
#: Places in `Kinds.codes` that always mean the same.
FOOTAGE, UNKNOWN = 0, 1
#: Begins and ends (ms) of one table's stretches of one stream, and their kinds; none: footage.
_Piece = tuple[array[int], array[int], list[int] | None]


class Kinds:
    """What stretches are: footage, nothing known, and each cause that occurs, named by its place in the list."""

    def __init__(self) -> None:
        self.codes = ["footage", "unknown"]
        self._places: dict[str, int] = {}

    def places(self, causes: Iterable[str]) -> list[int]:
        """The place of each cause."""
        known = self._places
        try:
            return [known[cause] for cause in causes]
        except KeyError:
            for cause in dict.fromkeys(causes):
                if cause not in known:
                    known[cause] = len(self.codes)
                    self.codes.append(cause)
        return [known[cause] for cause in causes]


@dataclass(slots=True)
class Strip:
    """One camera's time: stretches of `lengths_ms` from `begin_us` on, each with its place in `Kinds.codes`.

    ``known_until_us``: how far its log has come; 0: it has none. ``late``: what a witness saw late.
    """

    camera: UUID
    begin_us: int
    known_until_us: int = 0
    witnessed_until_us: int = 0
    lengths_ms: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    late: list[tuple[int, int]] = field(default_factory=list)

    def unwitnessed(self) -> list[tuple[int, int]]:
        """The stretches that no witness has seen yet: what the log accounts for behind the newest cosignature."""
        found: list[tuple[int, int]] = []
        begin = self.begin_us + sum(self.lengths_ms) * _MS
        for length_ms, kind in zip(reversed(self.lengths_ms), reversed(self.kinds), strict=True):
            end, begin = begin, begin - length_ms * _MS
            if end <= self.witnessed_until_us:
                break
            if kind != UNKNOWN:
                found.append((max(begin, self.witnessed_until_us), min(end, self.known_until_us)))
        return [(low, high) for low, high in reversed(found) if low < high]


def streams_of(cameras: Collection[Camera], since_us: int) -> dict[UUID, Any]:
    """The streams by camera, each with ``first_us``: the begin of its oldest footage after `since_us`, or None."""
    ids = {(camera.recorder_id, camera.name): camera.id for camera in cameras}
    # The oldest by its end: that is what the index knows, a smallest begin would be looked for among all rows.
    oldest = Run.objects.filter(stream=OuterRef("pk"), end_us__gt=since_us).order_by("end_us").values("begin_us")[:1]
    rows = FootageStream.objects.filter(recorder__in={recorder for recorder, _ in ids}, stream=MAIN)
    streams = rows.annotate(first_us=Subquery(oldest))
    return {ids[key]: row for row in streams if (key := (row.recorder_id, row.camera)) in ids}


def strips(streams: Mapping[UUID, FootageStream], begin_us: int, end_us: int, kinds: Kinds) -> dict[UUID, Strip]:
    """What is known of each camera between two instants; four queries."""
    found = {
        camera: Strip(camera, begin_us, row.known_until_us, row.witnessed_until_us) for camera, row in streams.items()
    }
    whose = {row.id: found[camera] for camera, row in streams.items()}
    pieces: dict[UUID, list[_Piece]] = {stream: [] for stream in whose}
    for model, cause in ((Run, None), (Gap, "cause"), (Removal, "kind")):
        for stream, begins, ends, causes in _packed(model, cause, whose, begin_us, end_us):
            places = kinds.places(causes.split(",")) if causes else None
            pieces[stream].append((_times(begins), _times(ends), places))
    for stream, strip in whose.items():
        _lay(strip, pieces[stream], begin_us, end_us)
    late = LateSpan.objects.filter(stream__in=whose, end_us__gt=begin_us, begin_us__lt=end_us).order_by("begin_us")
    for stream, begin, end in late.values_list("stream", "begin_us", "end_us"):
        whose[stream].late.append((max(begin, begin_us), min(end, end_us)))
    return found


def _packed(
    model: Any, cause: str | None, streams: Collection[UUID], begin_us: int, end_us: int
) -> list[tuple[UUID, bytes, bytes, str | None]]:
    """For each stream its stretches, in no order: begins and ends (ms) as big-endian int64, causes joined by commas.

    A cause is a word of the log's format: it holds no comma.
    """
    causes = f"string_agg({cause}, ',')" if cause else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT stream_id, string_agg(int8send(begin_us / {_MS}), ''::bytea),
                       string_agg(int8send(end_us / {_MS}), ''::bytea), {causes}
                FROM {model._meta.db_table} WHERE stream_id = ANY(%s) AND end_us > %s AND begin_us < %s
                GROUP BY stream_id""",  # nosec B608 # names of our own table and columns
            [list(streams), begin_us, end_us],
        )
        return list(cursor.fetchall())


def _times(packed: bytes) -> array[int]:
    times = array("q", packed)
    times.byteswap()
    return times


def _lay(strip: Strip, pieces: list[_Piece], begin_us: int, end_us: int) -> None:
    """Put footage and gaps one behind the other, from the first of them on."""
    # Numbers alone, no pairs: tens of thousands of tuples would set the garbage collector to work.
    begins = [begin for piece in pieces for begin in piece[0]]
    ends = [end for piece in pieces for end in piece[1]]
    begins.sort()
    ends.sort()
    if not begins:
        return
    # What is asked from a moment on is told from the next whole ms on: it is put behind what was told before.
    first_ms, last_ms = max(begins[0], -(-begin_us // _MS)), end_us // _MS
    strip.begin_us = first_ms * _MS
    lengths_ms = [ends[0] - first_ms, *map(sub, ends[1:], begins[1:])]
    # What is shorter than a ms has no length here; what begins before the span and ends in it is cut.
    if begins[1:] != ends[:-1] or ends[-1] > last_ms or ends[0] <= first_ms or 0 in lengths_ms:
        rows = chain.from_iterable(zip(*edges, why or repeat(FOOTAGE), strict=False) for *edges, why in pieces)
        _lay_around_holes(strip, sorted(rows), first_ms, last_ms)
        return
    strip.lengths_ms = lengths_ms
    strip.kinds = _by_turns(begins, pieces) or _looked_up(begins, pieces)


def _by_turns(begins: list[int], pieces: list[_Piece]) -> list[int]:
    """The kinds where footage and gaps take turns, as a camera leaves them that comes and goes; empty where not."""
    if [why is None for _, _, why in pieces] != [True, False]:
        return []
    _, (gaps, _, why) = pieces
    first = 0 if gaps[0] == begins[0] else 1
    if begins[first::2] != gaps.tolist():
        return []
    kinds = [FOOTAGE] * len(begins)
    kinds[first::2] = why or ()
    return kinds


def _looked_up(begins: list[int], pieces: list[_Piece]) -> list[int]:
    """The kinds by when they begin."""
    kinds = dict.fromkeys(begins, FOOTAGE)
    for began, _, why in pieces:
        if why is not None:
            kinds.update(zip(began, why, strict=True))
    return list(kinds.values())


def _lay_around_holes(strip: Strip, rows: Iterable[tuple[int, int, int]], at_ms: int, last_ms: int) -> None:
    """The same where labels jump: what nobody accounts for is unknown, and of what is labelled twice the first stands.

    A clock that is set leaves a hole in the labels, or two stretches that claim the same moments.
    """
    for begin, end, kind in rows:
        if begin > at_ms:
            strip.lengths_ms.append(begin - at_ms)
            strip.kinds.append(UNKNOWN)
            at_ms = begin
        end = min(end, last_ms)
        if end > at_ms:
            strip.lengths_ms.append(end - at_ms)
            strip.kinds.append(kind)
            at_ms = end
