"""Screen 2: the wall of live pictures, and the grid of communes."""

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.walls import grid, table_of, wall

SIZES = (4, 9, 16, 25)


def pictures(request: GuardedRequest) -> HttpResponse:
    """Live pictures, what is wrong first."""
    found = wall(request.user, now=request.now)
    context = {
        "tiles": found.tiles,
        "asking": " ".join(str(room) for room in found.asking),
        "sizes": SIZES,
        "viewer": request.user.person.full_name,
    }
    return render(request, "footage/wall.html", context)


def states(request: GuardedRequest) -> HttpResponse:
    """Every room of every unit as one field; asks itself anew every fifteen seconds."""
    heads, rows = table_of(grid(request.user, now=request.now))
    context = {"heads": heads, "rows": rows, "now": request.now}
    return render(request, "footage/states.html", context)
