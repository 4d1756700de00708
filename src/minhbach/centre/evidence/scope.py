"""The scope of a request over the centre's own copies of the recorders' logs: which entries exactly would leave.

Owns the way from cameras of the registry to streams in logs. Promises that only entries which were verified and stored
are named. Leaves the form of a scope to `ledger.scope`, who may ask to `actions`.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings

from minhbach.centre.footage.coverage import MAIN
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.registry.models import Camera
from minhbach.ledger.entry import decode
from minhbach.ledger.scope import MARGIN_US, Asked, Scope, ScopeStream, choose
from minhbach.ledger.selection import EntryReader, PackageError

#: Of a masked copy: somebody looks at every second of it.
LONGEST_MASKED_US = 30 * 60_000_000


def streams_of(cameras: Sequence[UUID]) -> tuple[ScopeStream, ...]:
    """The recorded main stream of each camera, as its recorder's log names it."""
    rows = Camera.objects.filter(id__in=cameras).values_list("recorder", "name")
    return tuple(sorted(ScopeStream(str(recorder), name, MAIN) for recorder, name in rows))


def named(scope: Scope, cameras: Iterable[UUID]) -> dict[str, ScopeStream]:
    """The streams of a scope by the id of their camera, in the order of the scope; a camera that moved has none."""
    rows = Camera.objects.filter(id__in=list(cameras)).values_list("recorder", "name", "id")
    known = {(str(recorder), name): str(camera) for recorder, name, camera in rows}
    places = ((known.get((each.recorder, each.camera)), each) for each in scope.asked.streams)
    return {camera: each for camera, each in places if camera is not None}


def readers(recorder: UUID) -> list[EntryReader]:
    """The recorder's logs as far as the centre has verified them, oldest first."""
    desk = Desk(recorder, settings.MINHBACH_DATA / "logs")
    return [desk.copy(log.name).reader() for log in desk.logs()]


def chosen(
    *,
    cameras: Sequence[UUID],
    begin_us: int,
    end_us: int,
    request: UUID,
    commitment: str,
    requester: UUID,
    copy: str = "original",
    margin_us: int = MARGIN_US,
) -> Scope:
    """The scope of such a request; times in Unix µs. Raises PackageError where the logs do not account for it all."""
    streams = streams_of(cameras)
    asked = Asked(
        request=str(request), commitment=commitment, requester=str(requester), streams=streams, begin_us=begin_us,
        end_us=end_us, copy=copy, margin_us=margin_us,
    )  # fmt: skip
    return choose(asked, {recorder: readers(UUID(recorder)) for recorder in {each.recorder for each in streams}})


def files_of(scope: Scope) -> list[tuple[int, int]]:
    """From when to when (Unix µs, by its labels) each sealed file of a scope goes. Raises OSError, LedgerError."""
    logs: dict[str, EntryReader] = {}
    for recorder in {each.recorder for each in scope.asked.streams}:
        desk = Desk(UUID(recorder), settings.MINHBACH_DATA / "logs")
        logs |= {log.origin: desk.copy(log.name).reader() for log in desk.logs()}
    found: list[tuple[int, int]] = []
    for leaf in scope.leaves:
        if leaf.origin not in logs:
            raise PackageError(f"The log {leaf.origin} is not at the centre.")
        entry = decode(logs[leaf.origin].entry(leaf.index))
        if entry["kind"] == "segment":
            first_us, last_us = sorted((int(entry["begin_us"]), int(entry["end_us"])))
            found.append((first_us, last_us))
    return found
