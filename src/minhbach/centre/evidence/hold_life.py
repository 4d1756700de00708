"""The whole life of held footage: what had it kept, each recorder's answer, what leaned on it, and who let it go.

Owns the sentences, the same on the page, on paper and in the file. Promises that nothing which is a row is left out,
and that of restricted time only its being held is told.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence import whole_life
from minhbach.centre.evidence.actions.releasing import AGAIN
from minhbach.centre.evidence.models import HoldRelease, Revision
from minhbach.centre.evidence.whole_life import Event, at_said, for_paper, said_vi
from minhbach.centre.feedback.actions.petitions import name_of
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.holds import Held, Order
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM, holder_on, path_to
from minhbach.centre.words import Words

FORM = Path(__file__).resolve().parent / "printed" / "hold_life.typ"
AGAIN_WORDS = Words("Gửi lại lệnh gỡ; trước đó đầu ghi không gỡ được", "Release sent again; the recorder had refused")
OVER_WORDS = Words(
    "Lệnh giữ {camera} hết hiệu lực: hai người đã đồng ý gỡ, đầu ghi đã ngừng sử dụng nên không ghi vào nhật ký nữa",
    "The hold of {camera} is over: two agreed to its release, and the recorder is retired and writes no log any more",
)


def life(held: Held) -> list[Event]:
    """Everything, the oldest first."""
    return sorted(_events(held), key=lambda event: event.at)


def _events(held: Held) -> Iterator[Event]:
    row = held.hold
    who = row.asked_by.full_name if row.asked_by else ""
    reason = held.reason + (f" ({held.document})" if held.document else "")
    yield Event(row.asked_at, who, Words("Giữ lại: {origin}", "Held: {origin}").fill(origin=held.origin), reason)
    yield from _at_recorders(held)
    for release in HoldRelease.objects.filter(hold=row).select_related("asked_by", "decided_by"):
        why = "" if held.closed else release.reason
        yield Event(release.asked_at, release.asked_by.full_name, Words("Đề nghị gỡ", "Release asked for"), why)
        if release.decided_at and release.decided_by:
            what = Words("Đồng ý gỡ", "Release agreed") if release.agreed else Words("Vẫn giữ", "Kept")
            yield Event(release.decided_at, release.decided_by.full_name, what)
    yield from _told_again(held)
    if not held.closed:
        yield from _leaning(held)


def _told_again(held: Held) -> Iterator[Event]:
    """With what the recorders had said until then: their orders do not keep it."""
    rows = AuditRow.objects.filter(object_kind="legal_hold", object_id=str(held.hold.id), act=AGAIN)
    for row in rows.select_related("account__person"):
        who = row.account.person.full_name if row.account else ""
        for vi, en in row.details["refused"]:
            yield Event(row.at, who, AGAIN_WORDS, Words(vi, en))


def _at_recorders(held: Held) -> Iterator[Event]:
    for order in held.orders:
        hold = order.hold
        if hold.placed_at:
            what = Words("Đầu ghi xác nhận giữ {camera}", "The recorder holds {camera}")
            entry = Words("mục {n} trong nhật ký", "entry {n} of its log").fill(n=hold.placed_index)
            yield Event(hold.placed_at, "", what.fill(camera=order.label), entry)
        if order.over_at:
            yield Event(order.over_at, "", OVER_WORDS.fill(camera=order.label))
        if order.refusal is not None:
            yield _refusal(order, order.refusal)
        if hold.released_at:
            what = Words("Đầu ghi đã gỡ {camera}", "The recorder let {camera} go")
            yield Event(hold.released_at, "", what.fill(camera=order.label))


def _refusal(order: Order, words: Words) -> Event:
    """When a recorder refused is not kept: it stands where what it refused was asked. Of what it had held already, it
    is the release that it refused.
    """
    hold = order.hold
    if hold.placed_at is None:
        what = Words("Đầu ghi không giữ được {camera}", "The recorder did not hold {camera}")
        return Event(hold.asked_at, "", what.fill(camera=order.label), words)
    what = Words("Đầu ghi không gỡ {camera}", "The recorder did not release {camera}")
    return Event(hold.release_asked_at or hold.placed_at, "", what.fill(camera=order.label), words)


def _leaning(held: Held) -> Iterator[Event]:
    """What else needs the same minutes."""
    row = held.hold
    for revision in Revision.objects.filter(hold=row).select_related("extraction__requested_by"):
        what = Words("Phục vụ trích xuất số {n}", "Needed by extraction {n}").fill(n=str(revision.extraction))
        yield Event(revision.made_at, revision.extraction.requested_by.full_name, what)
    for petition in Petition.objects.filter(hold=row).exclude(id__in=_own(held)):
        what = Words("Cũng giữ cho: {name}", "Also kept for: {name}").fill(name=name_of(petition))
        yield Event(petition.received_at, "", what)
    for rating in Rating.objects.filter(hold=row).exclude(id__in=_own(held)):
        yield Event(rating.at, "", Words("Cũng giữ cho một đánh giá không hài lòng", "Also kept for a low rating"))


def _own(held: Held) -> list[str]:
    return [held.hold.reference] if held.hold.reference else []


def on_paper(held: Held, *, now: datetime.datetime) -> bytes:
    """The same as PDF, in the layout of Nghị định 30/2020. Raises NotPrinted."""
    local = now.astimezone(VIETNAM)
    holder = holder_on(held.hold.room_id, local.date())
    path = path_to(holder, local.date()) if holder else []
    values = {
        "title": f"Quá trình giữ lại hình {at_said(held.begin)}",
        "above": path[-2].name if len(path) > 1 else "",
        "unit": held.unit_name,
        "number": "",
        "place_and_date": f"........, {in_words(local.date())}",
        "room": f"{held.hold.room.name}, {held.unit_name}",
        "begin": at_said(held.begin),
        "end": at_said(held.end),
        "state": said_vi(held.state[1]),
        "events": for_paper(life(held)),
    }
    return pdf(FORM, values, at=now)


def as_csv(held: Held) -> str:
    """The same as a file that spreadsheets open."""
    return whole_life.as_csv(life(held))
