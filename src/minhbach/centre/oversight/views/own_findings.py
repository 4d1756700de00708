"""An officer's own page: findings that concern them, what they may explain, what followed. Of nobody else."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import own
from minhbach.centre.oversight.actions.cases import NOT_CONCERNED, explain_own
from minhbach.centre.registry.pages import act
from minhbach.centre.words import Words

HERE = Words("Phát hiện về tôi", "Findings about me")
SENT = Words("Đã gửi giải trình.", "The explanation is sent.")


def own_findings(request: GuardedRequest) -> HttpResponse:
    """The findings that concern the person, the newest first."""
    here = part(own.rows_of(request.user.person_id), request.GET)
    page: dict[str, Any] = {
        "lines": own.lines_of(here.rows, request.user, now=request.now),
        "count": here.count,
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/own_findings.html", page | here.pager)


def own_finding(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """One of them, with what the person said to it; that they opened it is written down."""
    found = own.one(request.user, finding, now=request.now)
    if found is None:
        raise PermissionDenied(NOT_CONCERNED)
    page = {
        "line": found,
        "crumbs": [(HERE, reverse("own_findings")), (str(found.row), None)],
    }
    return render(request, "oversight/own_finding.html", page)


def own_explanation(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """The person's own explanation."""
    if own.one(request.user, finding, now=request.now) is None:
        raise PermissionDenied(NOT_CONCERNED)
    words = request.POST.get("words", "")
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: explain_own(request.user, finding, words=words, now=request.now),
        done=SENT,
        back=reverse("own_finding", args=[finding]),
    )
