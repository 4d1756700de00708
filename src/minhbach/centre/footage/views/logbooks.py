"""The page of the recorders' logs."""

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.logbooks import logbooks
from minhbach.centre.footage.stock import stock
from minhbach.centre.regulation.rights import Right


def logs(request: GuardedRequest) -> HttpResponse:
    """Every recorder whose state the person may see; asks itself anew every fifteen seconds."""
    books = logbooks(rooms_where(request.user, Right.HEALTH, now=request.now), now=request.now)
    context = {"books": books, "grave": sum(book.grave for book in books), "stock": stock(), "now": request.now}
    return render(request, "footage/logbooks.html", context)
