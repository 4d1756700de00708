"""Answered complaints before the public: the page of them, and what those who handle complaints do about it."""

import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.feedback import published
from minhbach.centre.feedback.actions import publishing
from minhbach.centre.feedback.models import Publication
from minhbach.centre.feedback.views.citizens import Public
from minhbach.centre.feedback.views.offices import petition_act
from minhbach.centre.words import Words


def answers(request: Public) -> HttpResponse:
    """What citizens told and what was answered, the newest first; searched by words."""
    sought = " ".join(request.GET.get("tim", "").split())[:100]
    before = _moment(request.GET.get("truoc", ""))
    found, after = published.published(sought=sought, before=before)
    page = {"found": found, "after": after, "sought": sought, "older": before is not None}
    return render(request, "feedback/answers.html", page)


def _moment(said: str) -> datetime.datetime | None:
    """The moment of a page's address; none for what is no moment with its zone."""
    try:
        at = datetime.datetime.fromisoformat(said)
    except ValueError:
        return None
    return at if at.tzinfo else None


def petition_publish(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """Publish the answer in these words, or say why not."""
    said = request.POST

    def publish() -> Publication:
        what, answer = said.get("what", ""), said.get("answer", "")
        return publishing.publish(request.user, petition, what=what, answer=answer, now=request.now)

    def withhold() -> Publication:
        return publishing.withhold(request.user, petition, reason=said.get("reason", ""), now=request.now)

    if said.get("kind") == "withheld":
        done = Words("Đã ghi lý do không công khai.", "The reason why it is not published is written down.")
        return petition_act(request, petition, withhold, done)
    return petition_act(request, petition, publish, Words("Đã công khai trả lời.", "The answer is published."))


def petition_take_back(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """Take it down, and say why."""
    row = get_object_or_404(Publication, petition=petition, taken_back_at=None)
    done = Words("Đã gỡ; có thể công khai lại bằng lời khác.", "It is taken down; it may be published in other words.")
    return petition_act(
        request, petition,
        lambda: publishing.take_back(request.user, row.id, why=request.POST.get("why", ""), now=request.now), done,
    )  # fmt: skip
