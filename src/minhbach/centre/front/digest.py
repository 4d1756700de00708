"""The daily digest: what happened yesterday, what waits for me, what is late anywhere below me; as text for e-mail.

Says only what the person's own pages would show at that moment: the same questions under the same rights make it. What
waits and what is late is counted before long lists are cut. Sent once for a day, on mornings when the office works.
Promises that a digest which cannot be made costs nobody else theirs, and that making them, dozens of questions each,
holds up the other work of the worker's thread for seconds only.
"""

import datetime
import logging
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils import translation

from minhbach.centre.access.actions.own_errors import tell_own_error
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

_LOGGER = logging.getLogger(__name__)

#: Not before: whoever opens it early in the morning finds the whole night in it.
BEGINS_AT = datetime.time(6, 45)
#: So many at a beat at most, and none is begun after so long; whose digest failed is tried again after a while.
AT_ONCE, LONGEST_S, AGAIN = 50, 3.0, datetime.timedelta(minutes=10)
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
NOT_MADE = Words(
    "Phần mềm gặp lỗi khi soạn tin ngày cho một số người; những người khác vẫn nhận được. Hệ thống tự thử lại; chi "
    "tiết ở nhật ký của tiến trình nền.",
    "The software made a mistake at the digests of some people; everybody else gets theirs. It tries again by itself; "
    "the worker's log says which, and why.",
)


class Digests:
    """The round of the worker: some at a beat, until everybody had their turn this morning."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._day: datetime.date | None = None
        self._left: list[UUID] = []
        self._failed: list[UUID] = []
        self._again_at: datetime.datetime | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Queue some of the morning's digests; how many were queued."""
        if formats.local(now).time() < BEGINS_AT:
            return 0
        some = self._next(now)
        queued = count = 0
        failed: list[UUID] = []
        begun = time.monotonic()
        for made in _one_by_one(some, now=now, site=self._site):
            if made is None:
                failed.append(some[count])
            count, queued = count + 1, queued + bool(made)
            if time.monotonic() - begun > LONGEST_S:
                break
        del self._left[:count]
        if failed:
            self._failed += failed
            self._again_at = now + AGAIN
            tell_own_error(NOT_MADE, now=now)
        return queued

    def _next(self, now: datetime.datetime) -> list[UUID]:
        """Whose turn it is."""
        if self._day != formats.local(now).date():
            self._day, self._failed, self._left = formats.local(now).date(), [], _everybody(now)
        elif not self._left and self._again_at is not None and now >= self._again_at:
            self._left, self._failed = self._failed, []
        return self._left[:AT_ONCE]


def queue_digests(*, now: datetime.datetime, site: str) -> int:
    """A digest for everybody with a mailbox whose office works today and who has something to read; how many."""
    return sum(bool(made) for made in _one_by_one(_everybody(now), now=now, site=site))


def _everybody(now: datetime.datetime) -> list[UUID]:
    return list(mailboxes(now).order_by("id").values_list("id", flat=True))


def _one_by_one(people: Sequence[UUID], *, now: datetime.datetime, site: str) -> Iterator[bool | None]:
    """Of each of these people, in their order, whether a digest was queued; none where it could not be made."""
    day = reading.day_of(now)
    emails = {person.id: person.email for person in mailboxes(now).filter(id__in=people)} if people else {}
    wishes = mailing.wishes_of(emails)
    done = set(Mail.objects.filter(day=day, address__in=emails).values_list("address", flat=True))
    resting = mailing.resting(emails.values(), now=now)
    open_ones = Account.objects.filter(person__in=emails.keys() - done, is_active=True).select_related("person")
    accounts = {account.person_id: account for account in open_ones}
    calendars: dict[UUID, Calendar] = {}
    for person in people:
        account, wish = accounts.get(person), wishes.get(person)
        if account is None or (wish and not wish.digest) or emails[person] in resting:
            yield False
            continue
        try:
            language = wish.language if wish else "vi"
            made = _works(account, day, calendars) and _queue(account, emails[person], language, now, site)
        except Exception:
            _LOGGER.exception("the digest of account %s could not be made", account.id)
            yield None
        else:
            yield made


def _works(account: Account, day: datetime.date, calendars: dict[UUID, Calendar]) -> bool:
    for post in reading.posts(account.person_id, day):
        if post.unit_id not in calendars:
            calendars[post.unit_id] = calendar_of(post.unit_id, day)
        if calendars[post.unit_id].works_on(day):
            return True
    return False


def _queue(account: Account, to: str, language: str, now: datetime.datetime, site: str) -> bool:
    """Whether there was something to say, and it is new."""
    with translation.override(language), remembering():
        made = digest(account, now=now, site=site)
    if made is None:
        return False
    subject, body = made
    return mailing.put(
        address=account.person_id, to=to, kind=mailing.DIGEST, subject=subject, body=body, day=reading.day_of(now),
        now=now,
    )  # fmt: skip


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
