"""That somebody searched a list, and for what, whatever was found: a row of the audit log, which the watchers count.

Owns which searches are the same one gone on with: a list that asks itself anew or is turned, and a word that is being
typed. Promises that no header and no field of the address decides it, but what is written already. Words that may be a
citizen's name stand in no row, as no row is ever rewritten: of such a search it is told that it was made.
"""

import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.access.recording import record

LONGEST = 80
#: Within it the same words in the same list are one search: a page of the list may stay open and ask itself anew.
SAME = datetime.timedelta(minutes=30)
#: Within it words that grow out of each other are still being typed.
TYPING = datetime.timedelta(minutes=2)


def searched(
    request: HttpRequest, actor: Account, where: str, text: str, *, now: datetime.datetime, told: bool = True
) -> str:
    """The text to look for. `told=False`: citizens may be named in such a list, so each search is a row without it."""
    said, act = text.strip()[:LONGEST], f"searched:{where}"
    if said and not (told and _recent(actor, act, now - SAME).filter(details__q=said).exists()):
        record(actor, act, now=now, details={"q": said} if told else {}, address=address_of(request))
    return said


def goes_on(actor: Account, act: str, asked: dict[str, str], *, now: datetime.datetime) -> bool:
    """Whether what is asked is the last row's words, longer or shorter by what was typed or taken away since."""
    rows = _recent(actor, act, now - TYPING).order_by("-at", "-id")
    last = rows.values_list("details", flat=True).first()
    return last is not None and last.keys() == asked.keys() and all(
        said.startswith(str(last[name])) or str(last[name]).startswith(said) for name, said in asked.items()
    )  # fmt: skip


def _recent(actor: Account, act: str, since: datetime.datetime) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(account=actor, act=act, at__gte=since)
