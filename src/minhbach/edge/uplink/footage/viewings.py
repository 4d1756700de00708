"""Who may have footage now: leases verified, and each viewing in the log before its first byte.

Owns the recorder's own judgement of a lease, by the centre's time as it is known here, and the ``viewing`` entries: one
for a viewing of recorded footage or a still, one an hour for a live one. Promises that ``admit`` returns only when the
entry would survive a power cut. A recorder that was started again writes the entry again: better twice than not.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.archive.archive import Archive
from minhbach.lease import Kind, Lease, LeaseRefused, verify
from minhbach.protocol.footage import split_camera

LIVE_ENTRY_US = 3_600_000_000
"""How long a viewing entry speaks for a live picture whose end nobody knows yet."""
DURABLE_WITHIN_S = 5.0
POLL_S = 0.002
MOST_REMEMBERED = 1_000


@dataclass(slots=True)
class _Known:
    until_us: int
    cameras: frozenset[str]
    durable: asyncio.Future[None]


class Viewings:
    """``recorder`` is this recorder's UUID as leases write it; ``centre_now_us`` gives None while it is not known."""

    def __init__(
        self,
        recorder: str,
        keys: Collection[Ed25519PublicKey],
        archive: Archive,
        centre_now_us: Callable[[], int | None],
        wall_us: Callable[[], int],
    ) -> None:
        self._recorder = recorder
        self._keys = keys
        self._archive = archive
        self._centre_now_us = centre_now_us
        self._wall_us = wall_us
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def alive(self, lease: Lease) -> bool:
        """Whether bytes may go out under it at this moment."""
        now_us = self._centre_now_us()
        return now_us is not None and lease.alive(now_us)

    async def admit(self, token: str, camera: str, *kinds: Kind) -> Lease:
        """The lease that lets this camera's footage out, once its viewing is in the log. Raises LeaseRefused."""
        now_us = self._centre_now_us()
        if now_us is None:
            raise LeaseRefused(
                "clock",
                "Đầu ghi chưa nhận được giờ của trung tâm; hãy thử lại sau ít giây.",
                "The recorder does not know the centre's time yet; try again in a few seconds.",
            )
        lease = verify(token, self._keys, now_us)
        mine = frozenset(name for recorder, name in map(split_camera, lease.cameras) if recorder == self._recorder)
        if lease.kind not in kinds or camera not in mine:
            raise LeaseRefused(
                "scope",
                "Quyền xem này không dành cho camera hoặc cách xem này.",
                "This lease is not for this camera or this way of viewing.",
            )
        await self._log(lease, mine)
        if not self.alive(lease):
            raise LeaseRefused("expired", "Quyền xem đã hết hạn.", "The lease has expired.")
        return lease

    async def _log(self, lease: Lease, cameras: frozenset[str]) -> None:
        known = self._known.get(lease.viewing)
        if known is None or self._wall_us() >= known.until_us or not cameras <= known.cameras:
            known = self._append(lease, cameras)
        deadline = asyncio.get_running_loop().time() + DURABLE_WITHIN_S
        while not known.durable.done():
            # The loop polls ten times a second; a person who waits for a picture would feel that.
            self._archive.poll()
            if known.durable.done():
                break
            if asyncio.get_running_loop().time() > deadline:
                self._known.pop(lease.viewing, None)
                _refuse_unlogged()
            await asyncio.sleep(POLL_S)

    def _append(self, lease: Lease, cameras: frozenset[str]) -> _Known:
        if self._archive.book.crowded:
            _refuse_unlogged()
        wall_us = self._wall_us()
        live = lease.kind == "live"
        begin_us, end_us = (wall_us, wall_us + LIVE_ENTRY_US) if live else (lease.begin_us, lease.end_us)
        durable = asyncio.get_running_loop().create_future()
        known = _Known(end_us if live else 1 << 62, cameras, durable)
        self._archive.book.append(
            "viewing",
            lambda _: None if durable.done() else durable.set_result(None),
            cameras=sorted(cameras),
            begin_us=begin_us,
            end_us=end_us,
            mode=lease.kind,
            commitment=lease.commitment,
        )
        self._known[lease.viewing] = known
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return known


def _refuse_unlogged() -> NoReturn:
    raise LeaseRefused(
        "log",
        "Đầu ghi không ghi được lượt xem vào nhật ký, nên không gửi hình; hãy báo kỹ thuật.",
        "The recorder cannot write the viewing into its log, so it sends nothing; tell a technician.",
    )
