"""`{% if may.configure %}`: a right the person has anywhere, so that a page offers no button the guard refuses."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import ANYWHERE
from minhbach.centre.regulation.rights import Right


class May:
    """The rights of one request's person, by code; loaded when a page first asks, and never used to decide."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._standing: Standing | None = None

    def __getitem__(self, code: str) -> bool:
        account: Any = getattr(self._request, "user", None)
        if not isinstance(account, Account):
            return False
        if self._standing is None:
            self._standing = standing_of(account, now=timezone.now())
        return judge(self._standing, Right(code), ANYWHERE).allowed


def may(request: HttpRequest) -> dict[str, object]:
    """Context of every page."""
    return {"may": May(request)}
