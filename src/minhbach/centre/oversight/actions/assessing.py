"""A clip taken, assessed, taken back, or left because it cannot be shown: one person at a time, each step a row.

Who assesses chooses nothing: the next clip is given, and only the centre's own knowledge, or words that are kept and
seen by whoever reads the month, replace it by another of its stratum. An assessment is one only of a clip that was
given to the person, of which enough left the stream for them, and in which something was to be seen; it names the
viewing under which that was. Raises NotPossible with the sentence for the page.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from minhbach.centre.access.actions import purposes
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account, Purpose, Served, Viewing
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.oversight import conduct, frames, queue
from minhbach.centre.oversight.actions import findings
from minhbach.centre.oversight.models import Assessment, Claim, Clip, Finding, Skipped, Source, Why
from minhbach.centre.oversight.sampling import instead, is_twice, joined
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

#: So long a clip stays with who took it: a clip of some minutes, its form, and a telephone that rings.
HELD = datetime.timedelta(minutes=20)
#: A page that finds nothing to show in so many clips one after the other says that there is nothing.
MOST_TRIES = 40
PURPOSE = "Đánh giá tháng {month}: {room}"
NOT_YOURS = Words("Phòng này không thuộc phạm vi đánh giá của bạn.", "This room is not one that you may assess.")
TAKEN = Words(
    "Thời điểm này đang được người khác đánh giá, hoặc đã xong.", "Somebody else assesses this clip, or it is done."
)
ALL_ITEMS = Words("Hãy trả lời đủ các mục của phiếu.", "Answer every item of the form.")
NO_ITEMS = Words(
    "Phiếu của quy chế không có mục nào cho loại phòng này, nên không đánh giá được.",
    "The form of the regulation has no item for such a room, so it cannot be assessed.",
)
NOTHING_SEEN = Words(
    "Không mục nào thấy rõ thì chưa phải là đánh giá: hãy bấm «Không đánh giá được» và ghi lý do.",
    "Where nothing was seen nothing is assessed: press “Cannot be assessed” and say why.",
)
NOT_GIVEN = Words(
    "Thời điểm này chưa được giao cho bạn, hoặc đã quá tháng được đánh giá.",
    "This clip was not given to you, or its month can no longer be assessed.",
)
WATCH_FIRST = Words("Chưa có lượt xem thời điểm này; hãy xem trước.", "This clip was not watched; watch it first.")
WATCH_ON = Words(
    "Mới xem {seen} giây trong {length} giây có hình: hãy xem ít nhất {least} giây. Nếu vừa xem xong, chờ vài giây rồi "
    "lưu lại.",
    "You have watched {seen} of {length} seconds of footage: watch {least} at least. If you just have, wait a few "
    "seconds and save again.",
)
#: So much of the footage of a clip must have left the stream for who assesses it. The rest is what a person may skip,
#: and what the stream, which tells every few seconds, has not told yet of a clip that was played fast.
WATCHED_SHARE = 0.5
SECOND_US = 1_000_000
NOT_BACK = Words(
    "Không lấy lại được: đã qua ngày, đã có người thứ hai đánh giá, hoặc không phải của bạn.",
    "It cannot be taken back: it is of another day, a second person assessed it, or it is not yours.",
)
SAY_WHY = Words("Hãy ghi vì sao không đánh giá được, ít nhất 5 ký tự.", "Say why it cannot be assessed.")


@dataclass(frozen=True, slots=True)
class Taken:
    """A clip that is with this person now, and the purpose under which they may watch it."""

    clip: Clip
    again: bool
    purpose: Purpose


def take(actor: Account, *, have: Collection[UUID] = (), now: datetime.datetime) -> Taken | None:
    """The next clip for this person beside those they `have`; none where nothing waits.

    What cannot be shown is written down on the way, and replaced.
    """
    standing = standing_of(actor, now=now)
    rooms = queue.rooms_to_assess(standing, now=now)
    rooms -= queue.silent_rooms(rooms, now=now)
    for _ in range(MOST_TRIES):
        with transaction.atomic():
            rows = queue.waiting(actor.person_id, rooms, now=now).exclude(id__in=have)
            clip = rows.select_related("draw", "room").first()
            if clip is None:
                return None
            # Another may have been quicker since: then the clip is theirs, and the next round finds another.
            _lock(clip.id)
            if not rows.filter(id=clip.id).exists():
                continue
            why = queue.why_not(standing, clip)
            if why is None:
                _claim(actor, clip, now)
                return Taken(clip, bool(clip.again), purpose_of(actor, clip, now))  # type: ignore[attr-defined]
            _replace(actor, clip, why, "", now)
    return None


def _lock(clip: UUID) -> None:
    """One at a time works on a clip, up to the end of the transaction; its row is never changed, so never locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 18))", [str(clip)])


def _claim(actor: Account, clip: Clip, now: datetime.datetime) -> None:
    until = now + HELD
    made, new = Claim.objects.get_or_create(clip=clip, defaults={"by_id": actor.person_id, "until": until})
    if not new:
        # Over, or one's own: the clip is locked, so nobody else renews it in this moment.
        Claim.objects.filter(clip=made.clip_id).update(by=actor.person_id, until=until)


def purpose_of(actor: Account, clip: Clip, now: datetime.datetime) -> Purpose:
    """What the clip is watched for, written by the system in the assessor's name: they were given it."""
    text = PURPOSE.format(month=f"{clip.draw.month:%m/%Y}", room=clip.room.name)
    lasts = now + datetime.timedelta(microseconds=2 * (clip.end_us - clip.begin_us))
    rows = Purpose.objects.filter(
        account=actor, text=plain(text), reference="", closed_at__isnull=True, until__gt=lasts
    )
    if (known := rows.filter(rooms=clip.room_id).order_by("-until").first()) is not None:
        return known
    try:
        return purposes.open_purpose(actor, text=text, reference="", rooms=[clip.room_id], now=now)
    except purposes.PurposeRefused as refused:
        raise NotPossible(refused.words) from None


@transaction.atomic
def assess(
    actor: Account, clip: UUID, *, answers: Mapping[str, str], comment: str, viewing: UUID, now: datetime.datetime
) -> Assessment:
    """What was seen, item by item; the second time by another person."""
    row = _mine(actor, clip, now)
    items = conduct.form_of(row.draw.rules_id, row.room.room_type)
    if not items:
        raise NotPossible(NO_ITEMS)
    if set(answers) != {item.code for item in items} or set(answers.values()) - set(conduct.ANSWERS):
        raise NotPossible(ALL_ITEMS)
    if set(answers.values()) == {conduct.UNSEEN}:
        raise NotPossible(NOTHING_SEEN)
    # Its term may be over: as long as nobody else was given the clip, it is with this person.
    if not Claim.objects.filter(clip=row, by=actor.person_id).exists():
        raise NotPossible(NOT_GIVEN)
    if not _is_of(actor, row, viewing):
        raise NotPossible(WATCH_FIRST)
    _demand_watched(actor, row)
    said = plain(comment)[:1000]
    again = Assessment.objects.filter(clip=row, withdrawn_at__isnull=True).exists()
    if again and not row.twice:
        raise NotPossible(TAKEN)
    try:
        with transaction.atomic():
            made = Assessment.objects.create(
                clip=row, room_id=row.room_id, second=again, answers={item.code: answers[item.code] for item in items},
                comment=said, form_id=row.draw.rules_id, viewing_id=viewing, by_id=actor.person_id, at=now,
            )  # fmt: skip
    except IntegrityError:
        raise NotPossible(TAKEN) from None
    Claim.objects.filter(clip=row).delete()
    record(actor, "assessed", now=now, about=("clip", row.id))
    return made


def _mine(actor: Account, clip: UUID, now: datetime.datetime) -> Clip:
    """The clip, with this person now or with nobody. Raises NotPossible."""
    _lock(clip)
    row = Clip.objects.select_related("draw", "room").get(id=clip)
    place = place_of_room(row.room_id, now)
    if not queue.may_assess(standing_of(actor, now=now), place):
        raise NotPossible(NOT_YOURS)
    others = Claim.objects.filter(clip=row, until__gt=now).exclude(by=actor.person_id)
    if others.exists() or Skipped.objects.filter(clip=row).exists():
        raise NotPossible(TAKEN)
    if row.draw.month not in queue.months(now):
        raise NotPossible(NOT_GIVEN)
    return row


def _is_of(actor: Account, clip: Clip, viewing: UUID) -> bool:
    """Whether this is the person's own viewing, of that room and of these minutes."""
    rows = Viewing.objects.filter(
        id=viewing, account=actor, kind="playback", begins_at__lt=moment(clip.end_us), ends_at__gt=moment(clip.begin_us)
    )
    return rows.filter(cameras__room=clip.room_id).exists()


def _demand_watched(actor: Account, clip: Clip) -> None:
    """Raises NotPossible where too little of the clip's footage has left the stream for this person since it was drawn.

    In all their viewings together: whoever was cut off, or took their answers back, need not begin anew.
    """
    rows = Served.objects.filter(
        viewing__account=actor, viewing__kind="playback", viewing__opened_at__gte=clip.draw.drawn_at, sound=False,
        camera__room=clip.room_id, bytes__gt=0, begins_at__lt=moment(clip.end_us), ends_at__gt=moment(clip.begin_us),
    )  # fmt: skip
    served = [(us(begin), us(end)) for begin, end in rows.values_list("begins_at", "ends_at")]
    seen_us, length_us = _within(served, clip), queue.recorded_us(clip)
    least_us = max(1, round(length_us * WATCHED_SHARE))
    if seen_us < least_us:
        seconds = {"seen": seen_us, "length": length_us, "least": least_us}
        raise NotPossible(WATCH_ON.fill(**{name: each // SECOND_US for name, each in seconds.items()}))


def _within(spans: Iterable[tuple[int, int]], clip: Clip) -> int:
    """How much of the clip these cover; what several cover counts once."""
    cut = joined((max(begin, clip.begin_us), min(end, clip.end_us)) for begin, end in spans)
    return sum(end - begin for begin, end in cut)


@transaction.atomic
def take_back(actor: Account, assessment: UUID, *, now: datetime.datetime) -> Taken:
    """Undo: one's own, of the same day, that no second person has followed. The clip is one's own again."""
    _lock(Assessment.objects.values_list("clip", flat=True).get(id=assessment))
    row = Assessment.objects.select_related("clip__draw", "clip__room").get(id=assessment)
    followed = not row.second and Assessment.objects.filter(clip=row.clip, second=True, withdrawn_at__isnull=True)
    same_day = registry.day_of(row.at) == registry.day_of(now)
    if row.by_id != actor.person_id or row.withdrawn_at is not None or not same_day or (followed and followed.exists()):
        raise NotPossible(NOT_BACK)
    Assessment.objects.filter(id=row.id).update(withdrawn_at=now)
    _claim(actor, row.clip, now)
    record(actor, "assessment_taken_back", now=now, about=("clip", row.clip_id))
    return Taken(row.clip, row.second, purpose_of(actor, row.clip, now))


@transaction.atomic
def leave(actor: Account, clip: UUID, *, words: str, now: datetime.datetime) -> Clip | None:
    """A clip that cannot be assessed; what takes its place, or none. The centre's reason comes before the words."""
    row = _mine(actor, clip, now)
    if Assessment.objects.filter(clip=row, withdrawn_at__isnull=True).exists():
        raise NotPossible(TAKEN)
    why = queue.why_not(standing_of(actor, now=now), row)
    if why is None and row.room_id in queue.silent_rooms([row.room_id], now=now):
        why = Why.LINE
    said = plain(words)[:1000]
    if why is None and len(said) < 5:
        raise NotPossible(SAY_WHY, "words")
    record(actor, "clip_left", now=now, about=("clip", row.id))
    return _replace(actor, row, why or Why.SAID, said, now)


def _replace(actor: Account, clip: Clip, why: Why, words: str, now: datetime.datetime) -> Clip | None:
    Skipped.objects.create(clip=clip, why=why, words=words, by_id=actor.person_id, at=now)
    Claim.objects.filter(clip=clip).delete()
    draw, seed = clip.draw, bytes.fromhex(clip.draw.seed)
    tried = list(draw.clips.values_list("begin_us", "end_us"))
    found = instead(seed, frames.from_json(draw.frame), draw.clip_us, (clip.begin_us, clip.end_us), tried)
    if found is None:
        return None
    last = draw.clips.aggregate(last=Max("position"))["last"]
    return Clip.objects.create(
        draw=draw, room_id=clip.room_id, position=1 + last, begin_us=found.begin_us, end_us=found.end_us,
        twice=is_twice(seed, found.begin_us, draw.twice_percent), replaces=clip,
    )  # fmt: skip


def find(
    actor: Account, clip: UUID, *, begin_us: int, end_us: int, situation: str, note: str, now: datetime.datetime
) -> Finding:
    """A finding made from a clip, with where it comes from."""
    row = Clip.objects.get(id=clip)
    found = findings.Found(
        begin_us=begin_us, end_us=end_us, situation=situation, note=note, source=Source.ASSESSMENT,
        source_reference=str(row.id),
    )  # fmt: skip
    return findings.make(actor, room=row.room_id, found=found, now=now)
