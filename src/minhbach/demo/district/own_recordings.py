"""Citizens who asked about the recording of themselves before the demo began: one for each way such a request goes.

Written through the product's own actions, each at its own time: refused since nothing is left, waiting for a decision,
a letter that nobody confirmed in time, an erasure that waits for its second person. The citizens are invented.
"""

from __future__ import annotations

import datetime
from typing import Any

from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.actions import deciding, subjects
from minhbach.centre.evidence.actions.subjects import Asked, SubjectRefused
from minhbach.centre.evidence.models import SubjectRequest
from minhbach.centre.registry.models import Camera
from minhbach.demo.past.plan import VIETNAM

TAKER, DECIDER = "canbo", "chutich"
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
#: Around the moment of a receipt.
BEFORE, AFTER = 2 * MINUTE, 6 * MINUTE


class OwnRecordings:
    """The requests of the commune in which the officer of the counter serves."""

    def __init__(self, now: datetime.datetime) -> None:
        self._now = now
        self._taker = Account.objects.get(username=TAKER)
        self._decider = Account.objects.get(username=DECIDER)
        # The officer's own counter: its room is the officer's, and its dossiers are of citizens who were there.
        rows = Dossier.objects.filter(events__made_by=self._taker.person_id, received_at__lt=now - DAY / 24)
        self._dossiers = list(rows.distinct().order_by("received_at").select_related("counter"))

    def relive(self) -> None:
        """As many of them as there are dossiers for."""
        if len(self._dossiers) < 4:
            return
        long_ago, asks, writes, *rest = self._dossiers
        self._refused(long_ago)
        self._waiting(asks)
        self._unconfirmed(writes)
        self._to_erase(rest)

    def _refused(self, like: Dossier) -> None:
        at = self._workday(self._now - 9 * DAY)
        begin = at - 70 * DAY
        row = self._taken(
            like, at, wanted="see", name="Hoàng Thị Mai", contact="Thôn Nà Lốc, xã Mộc Xuyên; 0900 000 114",
            begin=begin, end=begin + 10 * MINUTE,
        )  # fmt: skip
        note = "Bản ghi ngày đó đã được xóa theo thời hạn lưu"
        deciding.refuse(self._decider, row.id, reason="not_there", note=note, now=at + 2 * DAY)

    def _waiting(self, dossier: Dossier) -> None:
        self._taken(
            dossier, min(dossier.received_at + DAY / 4, self._now - 40 * MINUTE), wanted="see", dossier=dossier.code,
            name="Lò Văn Pâng", contact="Bản Huổi Cọ, xã Mộc Xuyên; 0900 000 115", looks="Áo khoác xám, đội mũ vải",
        )  # fmt: skip

    def _unconfirmed(self, dossier: Dossier) -> None:
        at = self._workday(self._now - 5 * DAY)
        begin = min(dossier.received_at, at - DAY)
        self._taken(
            dossier, at, wanted="copy", channel="letter", identity="certified", name="Nguyễn Văn Sơn",
            contact="Tổ 4, phường Minh Khai", behalf="authorised", represents="Nguyễn Thị Hòe (mẹ)",
            proof="authorisation", begin=begin, end=begin + 8 * MINUTE,
        )  # fmt: skip

    def _to_erase(self, dossiers: list[Dossier]) -> None:
        for dossier in dossiers:
            at = min(dossier.received_at + DAY / 5, self._now - 30 * MINUTE)
            row = self._taken(
                dossier, at, wanted="erase", dossier=dossier.code, name="Trịnh Thị Ngọc Diệp", behalf="guardian",
                proof="birth", represents="con, 8 tuổi", contact="Thôn 2, xã Mộc Xuyên; 0900 000 117",
                looks="Bé gái áo đỏ",
            )  # fmt: skip
            note = "Điều 14 Luật số 91/2025/QH15: trẻ em, đã hết mục đích xử lý"
            try:
                deciding.grant(self._decider, row.id, note=note, now=min(at + DAY / 12, self._now - 5 * MINUTE))
            except SubjectRefused as refused:  # somebody holds these minutes: then the answer is no, and another asks
                deciding.refuse(
                    self._decider, row.id, reason="needed", note=refused.words.vi[:200],
                    now=min(at + DAY / 12, self._now - 5 * MINUTE),
                )  # fmt: skip
            else:
                return

    def _taken(self, visit: Dossier, at: datetime.datetime, **said: Any) -> SubjectRequest:
        begin = said.pop("begin", visit.received_at - BEFORE)
        end = said.pop("end", min(visit.received_at + AFTER, at))
        cameras = Camera.objects.filter(room=visit.counter.room_id, counter_views__counter=visit.counter)
        chosen = tuple(cameras.distinct().values_list("id", flat=True)) or tuple(
            Camera.objects.filter(room=visit.counter.room_id).values_list("id", flat=True)
        )
        given: dict[str, Any] = {"identity": "card", "document": "001185012345"} | said
        asked = Asked(cameras=chosen, begin_us=_us(begin), end_us=_us(end), **given)
        return subjects.take(self._taker, room=visit.counter.room_id, asked=asked, now=at)

    def _workday(self, at: datetime.datetime) -> datetime.datetime:
        """The same clock time on the last working weekday."""
        local = at.astimezone(VIETNAM).replace(hour=9, minute=20, second=0, microsecond=0)
        while local.isoweekday() > 5:
            local -= DAY
        return local


def _us(moment: datetime.datetime) -> int:
    return round(moment.timestamp()) * 1_000_000
