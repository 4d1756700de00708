"""JSON of the wall: how each camera is, asked again while the wall stands."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from minhbach.centre.access.api import pair
from minhbach.centre.footage.walls import wall

router = Router(tags=["footage"])


class CameraState(Schema):
    """A camera's state: `kind` is ok, soon, late, fault or unseen; `since` Unix µs."""

    camera: UUID
    kind: str
    vi: str
    en: str
    since: int | None


@router.get("states", response=list[CameraState], summary="The state of each camera one may watch, the worst first")
def states(request: HttpRequest) -> list[dict[str, object]]:
    """In the order of the wall."""
    found = wall(request.user, now=request.now)  # type: ignore[arg-type,attr-defined]  # the guard's
    return [
        {"camera": each.tile.id, "kind": each.state.kind, **pair(each.state.words), "since": each.state.since_us}
        for each in found.tiles
    ]
