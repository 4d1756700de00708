"""Who had the footage of a package before their eyes or ears: live, played back, as stills or in an earlier package.

Owns the two forms in which a package tells it, for programs and for a spreadsheet. Promises that it rests on what left
for a viewing, not on what was asked for: who opened a whole day and was served other minutes is not in it, and who
watched live is.
"""

import csv
import datetime
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import F

from minhbach.centre.access.models import Served
from minhbach.centre.access.spreadsheet import BYTE_ORDER_MARK, safe
from minhbach.centre.registry.reading import VIETNAM

COLUMNS = (
    "Mở xem lúc", "Người xem", "Việc", "Camera", "Hình từ", "Hình đến", "Số giây hình", "Số giây âm thanh",
    "Mã cam kết của lượt xem",
)  # fmt: skip
DEEDS = {
    "live": "xem trực tiếp", "playback": "xem lại", "still": "xem ảnh tĩnh", "export": "lập gói trích xuất",
}  # fmt: skip
Span = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True, slots=True)
class Watched:
    """What of one camera left for one viewing, of the time that was asked for: from the first to the last of it."""

    at: datetime.datetime
    who: str
    kind: str
    camera: str
    begin: datetime.datetime
    end: datetime.datetime
    seconds: float
    sound_seconds: float
    commitment: str

    @classmethod
    def of(cls, rows: Sequence[Served], begin: datetime.datetime, end: datetime.datetime) -> Self:
        """What rows of one viewing and one camera come to within a time that each of them touches."""
        viewing = rows[0].viewing
        spans = [(max(begin, each.begins_at), min(end, each.ends_at), each.sound) for each in rows]
        return cls(
            at=viewing.opened_at,
            who=viewing.account.person.full_name,
            kind=viewing.kind,
            camera=rows[0].camera.label,
            begin=min(since for since, _, _ in spans),
            end=max(until for _, until, _ in spans),
            seconds=_seconds((since, until) for since, until, sound in spans if not sound),
            sound_seconds=_seconds((since, until) for since, until, sound in spans if sound),
            commitment=viewing.commitment,
        )


def watched(cameras: Sequence[UUID], begin: datetime.datetime, end: datetime.datetime) -> tuple[Watched, ...]:
    """Everybody for whom something of these cameras left of begin ≤ t < end, in the order of their viewings."""
    # By way of the viewing's cameras, which have an index of their own; of what left there is a row every few seconds.
    rows = Served.objects.filter(
        viewing__cameras__camera__in=cameras, camera=F("viewing__cameras__camera"), begins_at__lt=end, ends_at__gt=begin
    )  # fmt: skip
    found: dict[tuple[UUID, UUID], list[Served]] = defaultdict(list)
    for row in rows.select_related("viewing__account__person", "camera").order_by(
        "viewing__opened_at", "viewing", "camera__label", "camera", "begins_at"
    ):  # fmt: skip
        found[row.viewing_id, row.camera_id].append(row)
    return tuple(Watched.of(each, begin, end) for each in found.values())


def as_json(rows: Iterable[Watched]) -> bytes:
    """For programs."""
    told = [
        {
            "at": _local(each.at), "who": each.who, "kind": each.kind, "camera": each.camera,
            "from": _local(each.begin), "to": _local(each.end), "seconds": each.seconds,
            "sound_seconds": each.sound_seconds, "commitment": each.commitment,
        }
        for each in rows
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_csv(rows: Iterable[Watched]) -> bytes:
    """For a spreadsheet, which computes nothing of it; in Vietnamese, whoever built the package."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in rows:
        cells = [_day_and_time(each.at), each.who, DEEDS[each.kind], each.camera]
        cells += [_day_and_time(each.begin), _day_and_time(each.end)]
        cells += [_counted(each.seconds), _counted(each.sound_seconds), each.commitment]
        writer.writerow([safe(cell) for cell in cells])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _seconds(spans: Iterable[Span]) -> float:
    """How long they are together; what left twice counts once."""
    whole, until = datetime.timedelta(), datetime.datetime.min.replace(tzinfo=datetime.UTC)
    for begin, end in sorted(spans):
        whole += max(end - max(begin, until), datetime.timedelta())
        until = max(until, end)
    return round(whole.total_seconds(), 1)


def _local(at: datetime.datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _day_and_time(at: datetime.datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}"


def _counted(seconds: float) -> str:
    return f"{seconds:.1f}".replace(".", ",")
