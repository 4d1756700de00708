"""What leaves with originals beyond what was asked for: whole sealed files, and so the seconds before and after.

Owns whether any of these seconds is closed to a person: a restricted session beside what was asked for, or time that a
grant does not reach. Promises that no request of originals is made, approved, begun or copied out while a file of it
touches time that is closed. A masked copy is cut to the second and holds no originals: of it only what was asked for
counts. Leaves choosing files to `scope`, what is closed to `access.restricting`.
"""

import datetime
from collections.abc import Sequence
from uuid import UUID

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Standing
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record_refusal
from minhbach.centre.access.restricting import Span, closed_spans
from minhbach.centre.access.viewable import RESTRICTED
from minhbach.centre.evidence.models import CopyKind, Revision
from minhbach.centre.evidence.people import ExtractionRefused, demand_open, moment
from minhbach.centre.evidence.scope import files_of
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.scope import Scope, read

SECOND_US = 1_000_000
#: A label may lie that far off where a clock was set; nothing closed so near, and no file has to be looked at.
NEAR_US = 86_400 * SECOND_US

AT_BEGIN = Words(
    "Tệp gốc ở đầu đoạn chạm vào thời gian không được xem, nên không được ra khỏi hệ thống. Đoạn đề nghị phải bắt đầu "
    "từ {at} trở đi, hoặc là bản sao đã che, được cắt đúng từng giây.",
    "The sealed file at the beginning reaches into time that is closed, so it does not leave. Choose a stretch that "
    "begins at {at} or later, or a masked copy, which is cut to the second.",
)
AT_END = Words(
    "Tệp gốc ở cuối đoạn chạm vào thời gian không được xem, nên không được ra khỏi hệ thống. Đoạn đề nghị phải kết "
    "thúc muộn nhất lúc {at}, hoặc là bản sao đã che, được cắt đúng từng giây.",
    "The sealed file at the end reaches into time that is closed, so it does not leave. Choose a stretch that ends "
    "by {at}, or a masked copy, which is cut to the second.",
)
UNKNOWN = Words(
    "Gần đoạn này có thời gian không được xem, và nhật ký của đầu ghi không cho biết tệp gốc nào chạm vào đó. Hãy báo "
    "quản trị hệ thống chạy kiểm tra.",
    "Time near this stretch is closed, and the recorder's log does not tell which sealed files reach into it. Tell the "
    "system administrator to run a check.",
)


class EdgeClosed(ExtractionRefused):
    """A sealed file that would leave reaches into closed time; `words` name the edge and the time that is open."""


def closed_edge(actor: Account, room: UUID, scope: Scope, *, now: datetime.datetime) -> Words | None:
    """What to choose instead where a file of the scope touches time closed to the actor; None where none does."""
    if scope.asked.copy == CopyKind.MASKED:
        return None
    closed = _closed_near(standing_of(actor, now=now), room, scope.asked.range_us)
    return _edge(closed, scope) if closed else None


def demand_leaving_open(actor: Account, room: UUID, revision: Revision, *, now: datetime.datetime) -> None:
    """Nothing that leaves with the revision is closed to the actor, nor was closed since. Raises ExtractionRefused."""
    begin_us, end_us = revision.begin_us, revision.end_us
    demand_open(actor, room, begin_us, end_us, now=now)
    if (why := _leaving(standing_of(actor, now=now), room, revision)) is not None:
        note_closed(actor, room, why, now=now)
        raise EdgeClosed(why)


def is_closed_to_who_left(person: UUID, room: UUID, revision: Revision) -> bool:
    """Whether a restriction closes some of what leaves with the revision to somebody without an account: by what it
    says itself, as whoever has left has no grants.
    """
    left, asked = Standing(person, active=False), (moment(revision.begin_us), moment(revision.end_us))
    if closed_spans(left, Right.PLAYBACK, [room], *asked):
        return True
    return _leaving(left, room, revision) is not None


def _leaving(standing: Standing, room: UUID, revision: Revision) -> Words | None:
    if revision.kind == CopyKind.MASKED:
        return None
    closed = _closed_near(standing, room, (revision.begin_us, revision.end_us))
    # A scope of half a day names thousands of files: they are read only where something is closed beside it.
    return _edge(closed, read(bytes(revision.scope))) if closed else None


def note_closed(actor: Account, room: UUID, why: Words, *, now: datetime.datetime) -> None:
    """Write the refusal down; outside of any transaction that it ends."""
    record_refusal(actor, Right.EXTRACT, why, now=now, place=place_of_room(room, now), route="extraction")


def _closed_near(standing: Standing, room: UUID, range_us: tuple[int, int]) -> Sequence[Span]:
    begin, end = moment(range_us[0] - NEAR_US), moment(range_us[1] + NEAR_US)
    return closed_spans(standing, Right.PLAYBACK, [room], begin, end).get(room, ())


def _edge(closed: Sequence[Span], scope: Scope) -> Words | None:
    begin_us, end_us = scope.asked.range_us
    try:
        files = files_of(scope)
    except (OSError, LedgerError):
        return UNKNOWN
    touching = [each for each in files if any(since < moment(each[1]) and moment(each[0]) < to for since, to in closed)]
    if not touching:
        return None
    if before := [last_us for first_us, last_us in touching if first_us < begin_us]:
        return AT_BEGIN.fill(at=_clock(-(-max(before) // SECOND_US) * SECOND_US))
    if behind := [first_us for first_us, last_us in touching if last_us > end_us]:
        return AT_END.fill(at=_clock(min(behind)))
    return RESTRICTED


def _clock(us: int) -> str:
    """To the second, the earlier one."""
    return f"{moment(us).astimezone(VIETNAM):%H:%M:%S}"
