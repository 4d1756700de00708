"""Which notices go out by e-mail as well: those to people with an open account and a mailbox, as they wish or must.

Here and not in `messaging`, which knows no people. A notice that was read in the product by now does not go out.
"""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from minhbach.centre.messaging import mailing
from minhbach.centre.messaging.models import Delivery, Mail, MailWish
from minhbach.centre.registry.models import Person

#: Older ones nobody wants in a mailbox: after an outage people look into the product.
YOUNG = datetime.timedelta(days=1)
BATCH = 500
FOOTER = {
    "vi": "Thư tự động của hệ thống Minh Bạch, xin không trả lời. {link}\nĐổi thư muốn nhận: mục Thông báo.",
    "en": "Sent by the Minh Bạch system; please do not reply. {link}\nChoose your mail on the page Notices.",
}
SUBJECT = {"vi": "[Minh Bạch] {text}", "en": "[Minh Bạch] {text}"}


def mailboxes(now: datetime.datetime) -> "QuerySet[Person]":
    """People with an open account and a mailbox."""
    return Person.objects.filter(account__is_active=True).exclude(email="")


def queue_notices(*, now: datetime.datetime, site: str) -> int:
    """Put what is new into the queue; how many. `site`: the address of the pages, for links; may be empty."""
    people = {person.id: person.email for person in mailboxes(now)}
    resting = mailing.resting(people.values(), now=now)
    people = {person: mailbox for person, mailbox in people.items() if mailbox not in resting}
    done = Exists(Mail.objects.filter(notice=OuterRef("notice"), address=OuterRef("address")))
    unwanted = MailWish.objects.filter(notices=False).values("address")
    wanted = Q(notice__kind__in=mailing.DUTIES) | ~Q(address__in=unwanted)
    rows = Delivery.objects.filter(wanted, ~done, address__in=people, read_at__isnull=True, delivered_at__lte=now)
    rows = rows.filter(delivered_at__gt=now - YOUNG).select_related("notice").order_by("delivered_at", "id")
    found = list(rows[:BATCH])
    wishes = mailing.wishes_of({row.address for row in found})
    queued = 0
    for row in found:
        wish = wishes.get(row.address)
        language = wish.language if wish else "vi"
        text = row.notice.en if language == "en" else row.notice.vi
        link = f"{site}{_path(row)}" if site else ""
        body = f"{text}\n\n{link}\n\n-- \n" + FOOTER[language].format(link=site)
        queued += mailing.put(
            address=row.address, to=people[row.address], kind=row.notice.kind,
            subject=SUBJECT[language].format(text=text), body=body, notice=row.notice, now=now,
        )  # fmt: skip
    return queued


def _path(row: Delivery) -> str:
    if not row.notice.route:
        return reverse("notices")
    try:
        return reverse(row.notice.route, args=[row.notice.reference] if row.notice.reference else None)
    except NoReverseMatch:
        return reverse("notices")
