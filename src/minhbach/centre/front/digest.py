"""The daily digest: what happened yesterday, what waits for me, what is late anywhere below me; as text for e-mail.

Says only what the person's own pages would show at that moment: the same questions under the same rights make it. What
waits and what is late is counted before long lists are cut. Sent once for a day, on mornings when the office works.
"""

import datetime
from uuid import UUID

from django.utils import translation

from minhbach.centre.access.deciding import remembering
from minhbach.centre.access.mailing import mailboxes
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account
from minhbach.centre.front.leading import Yesterday, all_late_below, yesterday_for
from minhbach.centre.front.waiting import Task, waiting
from minhbach.centre.messaging import mailing
from minhbach.centre.messaging.models import Mail
from minhbach.centre.publishing.duties import Missing
from minhbach.centre.registry import reading
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import calendar_of
from minhbach.centre.words import Words, formats

#: Not before: whoever opens it early in the morning finds the whole night in it.
BEGINS_AT = datetime.time(6, 45)
MOST = 15
#: Lines of one kind that are told apart and judged late or not; the rest of a kind is counted as one that waits.
EACH = 100
SUBJECT = Words(
    "[Minh Bạch] Tin ngày {day}: {n} việc chờ, {late} việc quá hạn", "[Minh Bạch] {day}: {n} waiting, {late} late"
)
HEADS = {
    "yesterday": Words("HÔM QUA ({day})", "YESTERDAY ({day})"),
    "waiting": Words("CHỜ BẠN ({n})", "WAITING FOR YOU ({n})"),
    "since": Words("TỪ {day} ĐẾN HÔM QUA, {last}", "FROM {day} TO YESTERDAY, {last}"),
    "late": Words("QUÁ HẠN ({n})", "LATE ({n})"),
    "below": Words("CHẬM Ở CÁC ĐƠN VỊ TRONG PHẠM VI ({n})", "LATE AT THE UNITS WITHIN REACH ({n})"),
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
    tasks = waiting(account, may, now=now, most=EACH)
    standing = may.standing if may["figures"] else None
    yesterday = yesterday_for(standing, now=now) if standing else None
    # What the person has to do themselves is told once, with what to do.
    own = {task.url for task in tasks}
    below = [each for each in all_late_below(standing, now=now) if each.url not in own] if standing else []
    if not tasks and yesterday is None and not below:
        return None
    late = [task for task in tasks if task.kind in ("late", "fault")]
    day = formats.day(reading.day_of(now))
    parts = [_figures(yesterday)] if yesterday is not None else []
    parts.append(_listed(HEADS["late"], late, site))
    if below:
        parts.append(_late(below, may, site))
    parts.append(_listed(HEADS["waiting"], [task for task in tasks if task not in late], site))
    body = "\n\n".join(parts) + "\n\n-- \n" + str(FOOTER.fill(link=site))
    return str(SUBJECT.fill(day=day, n=_count(tasks), late=_count(late) + len(below))), body


def _figures(told: Yesterday) -> str:
    days = {"day": formats.day(told.day), "last": formats.day(told.last)}
    head = HEADS["yesterday"] if told.last == told.day else HEADS["since"]
    lines = (f"- {tile.words}: {tile.said} {tile.unit}".rstrip() for tile in told.tiles)
    return "\n".join([str(head.fill(**days)), *lines])


def _late(below: list[Missing], may: May, site: str) -> str:
    lines = [str(HEADS["below"].fill(n=len(below)))]
    may.foresee(each.url for each in below[:MOST] if each.url)
    for each in below[:MOST]:
        opens = site and each.url and may.opens(each.url)
        lines.append(f"- {each.words}" + (f"\n  {site}{each.url}" if opens else ""))
    if len(below) > MOST:
        lines.append(str(MORE.fill(n=len(below) - MOST)))
    return "\n".join(lines)


def _count(tasks: list[Task]) -> int:
    return sum(task.count for task in tasks)


def _listed(head: Words, tasks: list[Task], site: str) -> str:
    lines = [str(head.fill(n=_count(tasks)))]
    for task in tasks[:MOST]:
        about = f" ({task.about})" if task.about else ""
        words = f" – {task.words}" if task.words else ""
        lines.append(f"- {task.verb}: {task.title}{about}{words}" + (f"\n  {site}{task.url}" if site else ""))
    if not tasks:
        lines.append(str(NOTHING))
    if len(tasks) > MOST:
        lines.append(str(MORE.fill(n=_count(tasks[MOST:]))))
    return "\n".join(lines)
