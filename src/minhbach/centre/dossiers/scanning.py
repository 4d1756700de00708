"""From what was scanned to where the person is led: the counter's minute, the dossier at the desk, or words why not.

Promises that nobody is led past their rights, and that "no such dossier" and "not yours" read the same: the digits run
in order, and whether a number was given is nobody's to try out. Leaves writing the refusal down to the view.

    NotLed    where it ends, in words; `place` is where the right was missing, none when there is no such dossier
"""

import datetime
import re
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, place_of_room
from minhbach.centre.access.restricting import closed_spans, is_closed
from minhbach.centre.dossiers.codes import NotACode, read_scan
from minhbach.centre.dossiers.models import Dossier, UnitRange
from minhbach.centre.registry.reading import VIETNAM, cameras_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: How long before the moment the footage begins: one wants to see the citizen step up.
LEAD = datetime.timedelta(seconds=20)
NOT_READ = Words(
    "Không đọc được mã này: thiếu hoặc sai chữ số. Hãy quét lại, hoặc gõ mã hồ sơ in trên giấy tiếp nhận.",
    "This code cannot be read: a digit is missing or wrong. Scan again, or type the code printed on the receipt.",
)
NOT_FOUND = Words(
    "Không có hồ sơ nào mang mã này trong phần việc của bạn. Hãy quét lại; nếu vẫn vậy, hãy hỏi đơn vị đã tiếp nhận.",
    "No dossier of this code is part of your work. Scan again; if that does not help, ask the unit that received it.",
)
RESTRICTED = Words(
    "Khoảng thời gian của hồ sơ này đang bị hạn chế xem.", "The time of this dossier is restricted and not shown."
)
_CODE = re.compile(r"[A-Z0-9.]{2,24}-\d{6}-\d{4,7}")
_LONGEST = 60


class NotLed(Exception):
    """Nowhere to go; the words are for the person."""

    def __init__(self, words: Words, place: Place | None = None) -> None:
        super().__init__(words.en)
        self.words = words
        self.place = place


@dataclass(frozen=True, slots=True)
class Led:
    """The dossier that was meant, and the address that shows it to this person."""

    dossier: Dossier
    url: str


def lead(actor: Account, text: str, *, now: datetime.datetime, desk: UUID | None = None) -> Led:
    """Where a scan leads; at a ``desk`` (a counter) to the dossier there. Raises NotLed."""
    dossier = _find(text)
    if dossier is None:
        raise NotLed(NOT_FOUND)
    standing, place = standing_of(actor, now=now), place_of_room(dossier.counter.room_id, now)
    if desk is not None and judge(standing, Right.DOSSIERS, place).allowed:
        return Led(dossier, f"{reverse('desk', args=[desk])}?ho-so={dossier.id}")
    plays = judge(standing, Right.PLAYBACK, place).allowed
    closed = plays and closed_to(standing, dossier.counter.room_id, dossier.received_at)
    if plays and not closed:
        return Led(dossier, minute_of(dossier, dossier.received_at))
    # Restricted is the time, not the dossier: whoever works with it goes on with it.
    if judge(standing, Right.DOSSIERS, place).allowed:
        return Led(dossier, reverse("dossier", args=[dossier.id]))
    if closed:
        raise NotLed(RESTRICTED, place)
    raise NotLed(NOT_FOUND, place)


def _find(text: str) -> Dossier | None:
    rows = Dossier.objects.select_related("counter")
    said = text[:_LONGEST].strip().upper()
    if _CODE.fullmatch(said):
        return rows.filter(code=said).first()
    try:
        scan = read_scan(said)
    except NotACode:
        raise NotLed(NOT_READ) from None
    unit = UnitRange.objects.filter(number=scan.unit_range).values_list("unit", flat=True).first()
    return rows.filter(unit=unit, scan="".join(said.split())).first() if unit else None


def minute_of(dossier: Dossier, at: datetime.datetime, counter: UUID | None = None) -> str:
    """The room's page at a moment of the dossier, told which dossier and which counter it is about.

    So the purpose can name the dossier, and the picture of that counter stands out where one camera alone shows it.
    """
    begin = (at - LEAD).astimezone(VIETNAM)
    address = f"{reverse('room', args=[dossier.counter.room_id])}?luc={begin:%Y-%m-%dT%H:%M:%S}&ho-so={dossier.code}"
    seeing = list(cameras_of(counter or dossier.counter_id, begin.date(), begin.date())[:2])
    return f"{address}&camera={seeing[0].id}" if len(seeing) == 1 else address


def closed_to(standing: Standing, room: UUID, at: datetime.datetime) -> bool:
    """Whether the moment lies in restricted time that is closed to this person."""
    spans = closed_spans(standing, Right.PLAYBACK, [room], at, at + datetime.timedelta(seconds=1))
    return is_closed(spans.get(room, []), at)
