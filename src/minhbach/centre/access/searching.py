"""That somebody searched a list, and for what, whatever was found: a row of the audit log, which the watchers count."""

import datetime

from django.http import HttpRequest

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record

LONGEST = 80


def searched(request: HttpRequest, actor: Account, where: str, text: str, *, now: datetime.datetime) -> str:
    """The text to look for. A page that asks itself anew, or that is turned, searches nothing new."""
    said = text.strip()[:LONGEST]
    if said and request.headers.get("HX-Request") != "true" and "tu" not in request.GET and "skip" not in request.GET:
        record(actor, f"searched:{where}", now=now, details={"q": said}, address=address_of(request))
    return said
