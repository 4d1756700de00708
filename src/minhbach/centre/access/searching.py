"""That somebody searched a list, and for what, whatever was found: a row of the audit log, which the watchers count.

Owns which searches are the same one gone on with: a list that asks itself anew or is turned, and a word that is being
typed. Promises that no header and no field of the address decides it, but what is written already. Words that may be a
citizen's name stand in no row, as no row is ever rewritten: of such a search it is told that it was made, with a mark
that only the centre's secret makes and that tells nobody the words.
"""

import datetime
from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.registry.vietnamese import search_key

LONGEST = 80
#: Within it the same words in the same list are one search: a page of the list may stay open and ask itself anew.
SAME = datetime.timedelta(days=1)
#: Within it words that grow out of each other are still being typed.
TYPING = datetime.timedelta(minutes=2)
#: So many letters more than the last row says are a row of their own: `m` finds other things than `mai`.
GROWN = 3
#: Hexadecimal digits of a mark: enough to tell the searches of somebody's day apart.
MARKED = 8


def searched(
    request: HttpRequest, actor: Account, where: str, text: str, *, now: datetime.datetime, told: bool = True
) -> str:
    """The text to look for. `told=False`: citizens may be named in such a list, so each search is a row without it."""
    said, act = text.strip()[:LONGEST], f"searched:{where}"
    if told:
        _once(request, actor, act, said, {"q": said}, now)
    else:
        note_search(request, actor, act, said, now=now)
    return said


def note_search(
    request: HttpRequest,
    actor: Account,
    act: str,
    text: str,
    *,
    now: datetime.datetime,
    part: Mapping[str, str] | None = None,
) -> None:
    """Write down that words were looked for in this part of a list, but not which; nothing where there are none."""
    said = text.strip()[:LONGEST]
    _once(request, actor, act, said, {**(part or {}), "mark": _mark(actor, act, said)}, now)


def goes_on(actor: Account, act: str, asked: dict[str, str], *, now: datetime.datetime) -> bool:
    """Whether what is asked is the last row's words with some taken away since, or with one or two letters more."""
    rows = _recent(actor, act, now - TYPING).order_by("-at", "-id")
    last = rows.values_list("details", flat=True).first()
    return last is not None and last.keys() == asked.keys() and all(
        _is_typed_on(str(last[name]), said) for name, said in asked.items()
    )  # fmt: skip


def _is_typed_on(before: str, said: str) -> bool:
    return before.startswith(said) or (said.startswith(before) and _letters(said) - _letters(before) < GROWN)


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)


def _once(
    request: HttpRequest, actor: Account, act: str, said: str, details: Mapping[str, str], now: datetime.datetime
) -> None:
    if said and not _recent(actor, act, now - SAME).filter(details=details).exists():
        record(actor, act, now=now, details=details, address=address_of(request))


def _mark(actor: Account, act: str, said: str) -> str:
    """The same for the same words of one person in one list. Of two people's searches it tells nobody that they agree,
    and without the secret no name can be tried against it.
    """
    words = f"{actor.id}:{act}:{search_key(said)}"
    return salted_hmac("access.searching", words, algorithm="sha256").hexdigest()[:MARKED]


def _recent(actor: Account, act: str, since: datetime.datetime) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(account=actor, act=act, at__gte=since)
