"""Marks on a timeline, set and withdrawn; bookmarks are the first that use them.

`mark` is what the apps above call (decision 0001): their kind, their reference, their words, the right that reads them.
A bookmark and its mark are written together or not at all. Refusals are `MarkRefused`, with a sentence for the person.
"""

import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.footage.models import Bookmark, Mark
from minhbach.centre.footage.models.marks import NOTE_LENGTH
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

BOOKMARK = "bookmark"
#: A person marks what there may be footage of: not before the first camera, not after today.
FIRST_US = 1_500_000_000_000_000
_AHEAD_US = 60_000_000
_LONGEST_US = 24 * 3_600_000_000


class Moment(StrEnum):
    """Kinds of marks that say when something happened to a citizen: of each there must be footage, or a reason."""

    CALLED = "called"
    RECEIVED = "received"
    REFUSED = "refused"
    SUPPLEMENT = "supplement"
    SUPPLEMENTED = "supplemented"
    HANDED_BACK = "handed_back"
    RATED = "rated"
    HELP = "help"
    SESSION = "session"

    @property
    def words(self) -> Words:
        """What such a moment is called where its own words may not be read."""
        return _MOMENTS[self]


_MOMENTS = {
    Moment.CALLED: Words("Gọi đến quầy", "Called to the counter"),
    Moment.RECEIVED: Words("Tiếp nhận hồ sơ", "A dossier was received"),
    Moment.REFUSED: Words("Từ chối tiếp nhận hồ sơ", "A dossier was not taken"),
    Moment.SUPPLEMENT: Words("Yêu cầu bổ sung giấy tờ", "More papers were asked for"),
    Moment.SUPPLEMENTED: Words("Nhận giấy tờ bổ sung", "Missing papers were handed in"),
    Moment.HANDED_BACK: Words("Trả kết quả", "A result was handed over"),
    Moment.RATED: Words("Đánh giá của công dân", "A citizen's rating"),
    Moment.HELP: Words("Cán bộ cần hỗ trợ", "An officer asked for help"),
    Moment.SESSION: Words("Buổi tiếp công dân", "A reception of citizens"),
}


class MarkRefused(Exception):
    """This cannot be marked, or not withdrawn; `words` say what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def mark(
    actor: Actor,
    *,
    room: UUID,
    kind: str,
    reference: str,
    words: Words,
    right: Right,
    begin_us: int,
    end_us: int,
    now: datetime.datetime,
    camera: UUID | None = None,
    counter: UUID | None = None,
    route: str = "",
) -> Mark:
    """A mark on the room's timeline; `end_us` = `begin_us` for a moment. IntegrityError when the reference has one."""
    return Mark.objects.create(
        room_id=room,
        camera_id=camera,
        counter_id=counter,
        kind=kind,
        reference=reference,
        vi=words.vi,
        en=words.en,
        right=right,
        begin_us=begin_us,
        end_us=end_us,
        route=route,
        made_at=now,
    )


def withdraw_mark(actor: Actor, *, kind: str, reference: str, now: datetime.datetime) -> bool:
    """Take the mark of a reference off the timeline; False when it was not there, or somebody did it before."""
    standing = Mark.objects.filter(kind=kind, reference=reference, withdrawn_at__isnull=True)
    return standing.update(withdrawn_at=now, withdrawn_by=person_id_of(actor)) == 1


@transaction.atomic
def bookmark(actor: Account, *, room: UUID, begin_us: int, end_us: int, note: str, now: datetime.datetime) -> Bookmark:
    """A note at a moment or a stretch of the room's time. Raises MarkRefused."""
    text = " ".join(note.split())
    _refuse_what_cannot_be(text, begin_us, end_us, now)
    made = Bookmark.objects.create(
        room_id=room, begin_us=begin_us, end_us=end_us, note=text, author_id=actor.person_id, made_at=now
    )
    mark(
        actor.person,
        room=room,
        kind=BOOKMARK,
        reference=str(made.id),
        words=Words(text, text),
        right=Right.PLAYBACK,
        begin_us=begin_us,
        end_us=end_us,
        now=now,
    )
    return made


def _refuse_what_cannot_be(note: str, begin_us: int, end_us: int, now: datetime.datetime) -> None:
    if not note or len(note) > NOTE_LENGTH:
        raise MarkRefused(
            Words(
                f"Hãy viết ghi chú, nhiều nhất {NOTE_LENGTH} chữ cái.",
                f"Write a note of at most {NOTE_LENGTH} letters.",
            )
        )
    latest_us = round(now.timestamp() * 1_000_000) + _AHEAD_US
    if not FIRST_US <= begin_us <= end_us <= latest_us:
        raise MarkRefused(Words("Chỉ đánh dấu được thời gian đã qua.", "Only time that has passed can be bookmarked."))
    if end_us - begin_us > _LONGEST_US:
        raise MarkRefused(Words("Đoạn đánh dấu dài nhất là 24 giờ.", "A bookmark is at most 24 hours long."))


@transaction.atomic
def withdraw_bookmark(actor: Account, *, room: UUID, bookmark: UUID, now: datetime.datetime) -> None:
    """Take back one's own bookmark; the row stays. Raises MarkRefused when it is not one's own or is gone."""
    own = Bookmark.objects.filter(id=bookmark, room=room, author=actor.person_id, withdrawn_at__isnull=True)
    # Conditional: a second click, or another window, may have been first.
    if own.update(withdrawn_at=now, withdrawn_by=actor.person_id) != 1:
        raise MarkRefused(
            Words(
                "Chỉ người đánh dấu bỏ được, và chỉ một lần. Hãy tải lại trang.",
                "Only who set a bookmark takes it back, and only once. Reload the page.",
            )
        )
    withdraw_mark(actor.person, kind=BOOKMARK, reference=str(bookmark), now=now)
