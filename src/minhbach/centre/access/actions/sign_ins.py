"""Sessions of a person: written down when they begin, ended one by one or all others, with what is watched in them."""

import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from minhbach.centre.access.models import Account, SignIn, Viewing
from minhbach.centre.access.recording import record
from minhbach.centre.access.session_store import LENGTH


@transaction.atomic
def end_sign_in(actor: Account, sign_in: UUID, *, now: datetime.datetime) -> bool:
    """End one of the actor's own sessions; whether there was one."""
    return bool(_end(_open(actor).filter(id=sign_in), actor, now))


@transaction.atomic
def end_sign_ins(
    account: Account, *, besides: str = "", by: Account | str | None = None, now: datetime.datetime
) -> int:
    """End every session of the account but the one with this digest; how many."""
    return _end(_open(account).exclude(digest=besides), by or account, now)


def moved(before: str, after: str) -> None:
    """The session has another key from now on."""
    SignIn.objects.filter(digest=before).update(digest=after)


def _open(account: Account) -> QuerySet[SignIn]:
    return SignIn.objects.filter(account=account, ended_at__isnull=True)


def _end(rows: QuerySet[SignIn], actor: Account | str, now: datetime.datetime) -> int:
    """End these sessions: no page, no further lease; a request that is under way cannot bring its session back."""
    ended = dict(rows.values_list("id", "digest"))
    digests = list(ended.values())
    SignIn.objects.filter(id__in=ended).update(ended_at=now)
    Session.objects.filter(session_key__in=[digest[:LENGTH] for digest in digests]).delete()
    running = Viewing.objects.filter(session_digest__in=digests, closed_at__isnull=True)
    running.update(closed_at=now, ending="signed_out")
    for row in ended:
        record(actor, "session_ended", now=now, about=("sign_in", row))
    return len(ended)
