"""What a row behind a figure is called, for whoever may open its page: its code, number or kind; nobody's name.

Promises a few queries for the rows of a page, however many, and that what lies in restricted time is called no more
here than on its own page. Who may open what is the caller's to ask, before it asks here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Max

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import passes_restriction
from minhbach.centre.access.may import May
from minhbach.centre.access.restricting import closed_among
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.feedback.actions.petitions import name_of
from minhbach.centre.feedback.forms import SCORES
from minhbach.centre.feedback.models import Petition, Rating, Score
from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.faults import words_of
from minhbach.centre.footage.models import Fault, Gap, LegalHold
from minhbach.centre.footage.timeline import UNREADABLE, moment
from minhbach.centre.oversight.models import Finding
from minhbach.centre.reception.models import MissedDay, Session, SessionKind
from minhbach.centre.reception.reading import KINDS, NEUTRAL
from minhbach.centre.registry.models import Camera
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

FINDING = Words("Phát hiện số {n}: {what}", "Finding {n}: {what}")
EXTRACTION = Words("Trích xuất số {n}", "Extraction {n}")
SESSION = Words("Buổi tiếp số {n}: {kind}", "Session {n}: {kind}")
DAY = Words("Ngày tiếp công dân {day}", "Reception day {day}")
PARTS = Words("{first}: {then}", "{first}: {then}")

Name = Words | str
Named = Iterator[tuple[UUID, Name]]


def names_of(route: str, ids: Collection[UUID], reader: May) -> dict[UUID, Name]:
    """What each of these things is called to this reader, by id; what has no name is absent. `route`: of their page."""
    name = _NAMES.get(route)
    return dict(name(ids, reader)) if name and ids else {}


def gaps(ids: Collection[UUID]) -> dict[UUID, Name]:
    """Why and how long there was no footage, and of which camera. Two queries."""
    rows = list(Gap.objects.filter(id__in=ids).select_related("stream"))
    known = Camera.objects.filter(recorder__in={row.stream.recorder_id for row in rows})
    labels = {(recorder, name): label for recorder, name, label in known.values_list("recorder", "name", "label")}
    return {
        row.id: PARTS.fill(
            first=labels.get((row.stream.recorder_id, row.stream.camera), row.stream.camera),
            then=PARTS.fill(first=cause_words(row.cause), then=formats.duration((row.end_us - row.begin_us) / 1e6)),
        )
        for row in rows
    }


def _dossiers(ids: Collection[UUID], _: May) -> Named:
    for each, code, procedure in Dossier.objects.filter(id__in=ids).values_list("id", "code", "procedure__name"):
        yield each, f"{code}, {procedure}"


def _findings(ids: Collection[UUID], reader: May) -> Named:
    rows = list(Finding.objects.filter(id__in=ids).annotate(last_us=Max("prolonged__end_us")))
    shut = _shut(reader, ((row.id, row.room_id, row.begin_us, max(row.end_us, row.last_us or 0)) for row in rows))
    for row in rows:
        what = UNREADABLE if row.id in shut else Words(row.situation_vi, row.situation_en)
        yield row.id, FINDING.fill(n=str(row), what=what)


def _faults(ids: Collection[UUID], _: May) -> Named:
    for row in Fault.objects.filter(id__in=ids):
        yield row.id, words_of(row)


def _holds(ids: Collection[UUID], reader: May) -> Named:
    rows = list(LegalHold.objects.filter(id__in=ids))
    shut = _shut(reader, ((row.id, row.room_id, row.begin_us, row.end_us) for row in rows))
    for row in rows:
        yield row.id, UNREADABLE if row.id in shut else row.reason


def _extractions(ids: Collection[UUID], _: May) -> Named:
    for row in Extraction.objects.filter(id__in=ids):
        yield row.id, EXTRACTION.fill(n=str(row))


def _subjects(ids: Collection[UUID], _: May) -> Named:
    for row in SubjectRequest.objects.filter(id__in=ids):
        yield row.id, f"YC-{row}"


def _sessions(ids: Collection[UUID], reader: May) -> Named:
    standing = standing_of(reader.account, now=reader.now)
    for row in Session.objects.filter(id__in=ids):
        passes = passes_restriction(standing, row.received_by_id, row.room_id, Right.PLAYBACK)
        shut = row.restriction_id is not None and not passes
        yield row.id, NEUTRAL if shut else SESSION.fill(n=str(row), kind=KINDS[SessionKind(row.kind)])


def _missed(ids: Collection[UUID], _: May) -> Named:
    for each, day in MissedDay.objects.filter(id__in=ids).values_list("id", "day"):
        yield each, DAY.fill(day=formats.day(day))


def _ratings(ids: Collection[UUID], _: May) -> Named:
    for each, score, counter in Rating.objects.filter(id__in=ids).values_list("id", "score", "counter__name"):
        yield each, PARTS.fill(first=counter, then=SCORES[Score(score)])


def _petitions(ids: Collection[UUID], _: May) -> Named:
    for row in Petition.objects.filter(id__in=ids):
        yield row.id, name_of(row)


def _shut(reader: May, rows: Iterable[tuple[UUID, UUID, int, int]]) -> set[UUID]:
    """Those (id, room, begin, end) in time that is closed to the reader."""
    stretches = {each: (room, (moment(begin), moment(end))) for each, room, begin, end in rows}
    return closed_among(standing_of(reader.account, now=reader.now), Right.PLAYBACK, stretches)


_NAMES: dict[str, Callable[[Collection[UUID], May], Named]] = {
    "dossier": _dossiers,
    "finding": _findings,
    "fault": _faults,
    "hold": _holds,
    "extraction": _extractions,
    "subject": _subjects,
    "session": _sessions,
    "missed_day": _missed,
    "rating": _ratings,
    "petition": _petitions,
}
