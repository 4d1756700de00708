"""The daily digest: what happened yesterday, what waits for me, what is late anywhere below me; as text for e-mail.

Says only what the person's own pages would show at that moment: the same questions under the same rights make it. Sent
once for a day, on mornings when the office works.
"""

import datetime
from uuid import UUID

from django.utils import translation

from minhbach.centre.access.deciding import remembering
from minhbach.centre.access.mailing import mailboxes
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account
from minhbach.centre.front.leading import yesterday_for
from minhbach.centre.front.waiting import Task, waiting
from minhbach.centre.messaging import mailing
from minhbach.centre.messaging.models import Mail
from minhbach.centre.registry import reading
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import calendar_of
from minhbach.centre.words import Words, formats

#: Not before: whoever opens it early in the morning finds the whole night in it.
BEGINS_AT = datetime.time(6, 45)
MOST = 15
SUBJECT = Words(
    "[Minh Bạch] Tin ngày {day}: {n} việc chờ, {late} việc quá hạn", "[Minh Bạch] {day}: {n} waiting, {late} late"
)
HEADS = {
    "yesterday": Words("HÔM QUA ({day})", "YESTERDAY ({day})"),
    "waiting": Words("CHỜ BẠN ({n})", "WAITING FOR YOU ({n})"),
    "late": Words("QUÁ HẠN ({n})", "LATE ({n})"),
}
NOTHING = Words("Không có.", "Nothing.")
MORE = Words("… và {n} việc khác", "… and {n} more")
FOOTER = Words(
    "Thư tự động của hệ thống Minh Bạch, xin không trả lời. {link}\nKhông muốn nhận tin ngày: mục Thông báo.",
    "Sent by the Minh Bạch system; please do not reply. {link}\nTo stop the digest: the page Notices.",
)


class Digests:
    """The round of the worker: once a morning; remembers the day that is done."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._done: datetime.date | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Queue the digests of the morning; how many were queued."""
        local = formats.local(now)
        if self._done == local.date() or local.time() < BEGINS_AT:
            return 0
        queued = queue_digests(now=now, site=self._site)
        self._done = local.date()
        return queued


def queue_digests(*, now: datetime.datetime, site: str) -> int:
    """A digest for everybody with a mailbox whose office works today and who has something to read; how many."""
    day = reading.day_of(now)
    people = {person.id: person.email for person in mailboxes(now)}
    wishes = mailing.wishes_of(people)
    done = set(Mail.objects.filter(day=day).values_list("address", flat=True))
    resting = mailing.resting(people.values(), now=now)
    calendars: dict[UUID, Calendar] = {}
    queued = 0
    for account in Account.objects.filter(person__in=people.keys() - done, is_active=True).select_related("person"):
        wish, to = wishes.get(account.person_id), people[account.person_id]
        if (wish and not wish.digest) or to in resting or not _works(account, day, calendars):
            continue
        with translation.override(wish.language if wish else "vi"), remembering():
            made = digest(account, now=now, site=site)
        if made is not None:
            queued += mailing.put(
                address=account.person_id, to=to, kind=mailing.DIGEST, subject=made[0], body=made[1], day=day, now=now
            )
    return queued


def _works(account: Account, day: datetime.date, calendars: dict[UUID, Calendar]) -> bool:
    for post in reading.posts(account.person_id, day):
        if post.unit_id not in calendars:
            calendars[post.unit_id] = calendar_of(post.unit_id, day)
        if calendars[post.unit_id].works_on(day):
            return True
    return False


def digest(account: Account, *, now: datetime.datetime, site: str) -> tuple[str, str] | None:
    """Subject and text in the language that is set; none where there is nothing to say."""
    may = May(account, now)
    tasks = waiting(account, may, now=now)
    yesterday = yesterday_for(may.standing, now=now) if may.standing else None
    if not tasks and yesterday is None:
        return None
    late = [task for task in tasks if task.kind in ("late", "fault")]
    day = formats.day(reading.day_of(now))
    parts = []
    if yesterday is not None:
        head = HEADS["yesterday"].fill(day=formats.day(yesterday.day))
        lines = (f"- {tile.words}: {tile.said} {tile.unit}".rstrip() for tile in yesterday.tiles)
        parts.append("\n".join([str(head), *lines]))
    parts.append(_listed(HEADS["late"], late, site))
    parts.append(_listed(HEADS["waiting"], [task for task in tasks if task not in late], site))
    body = "\n\n".join(parts) + "\n\n-- \n" + str(FOOTER.fill(link=site))
    return str(SUBJECT.fill(day=day, n=len(tasks), late=len(late))), body


def _listed(head: Words, tasks: list[Task], site: str) -> str:
    lines = [str(head.fill(n=len(tasks)))]
    for task in tasks[:MOST]:
        about = f" ({task.about})" if task.about else ""
        words = f" – {task.words}" if task.words else ""
        lines.append(f"- {task.verb}: {task.title}{about}{words}" + (f"\n  {site}{task.url}" if site else ""))
    if not tasks:
        lines.append(str(NOTHING))
    if len(tasks) > MOST:
        lines.append(str(MORE.fill(n=len(tasks) - MOST)))
    return "\n".join(lines)
