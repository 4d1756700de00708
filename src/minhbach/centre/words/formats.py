"""How numbers, times and lengths are written for people, in both languages.

Owns the formats of the pages: 14.528 · 99,9 % · 05/03/2026 · 10 giờ 30 (English: 14,528 · 99.9% · 05/03/2026 · 10:30).
Pure functions of a value; the language is that of the request, the zone of a time is Vietnam's. What a file for a
machine needs (ISO times, plain numbers) is left to whoever writes the file.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from minhbach.centre.words import Words

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = (
    Words("thứ Hai", "Monday"),
    Words("thứ Ba", "Tuesday"),
    Words("thứ Tư", "Wednesday"),
    Words("thứ Năm", "Thursday"),
    Words("thứ Sáu", "Friday"),
    Words("thứ Bảy", "Saturday"),
    Words("Chủ nhật", "Sunday"),
)
#: Seconds of each unit of a length, the largest first; English has one of a thing and many.
UNITS = (
    (86_400, "ngày", "day", "days"),
    (3_600, "giờ", "hour", "hours"),
    (60, "phút", "minute", "minutes"),
    (1, "giây", "second", "seconds"),
)
SIZES = ("B", "KB", "MB", "GB", "TB", "PB")


def english() -> bool:
    """Whether the request at hand is answered in English."""
    return (get_language() or "vi").startswith("en")


def number(value: float | Decimal, places: int = 0) -> str:
    """`14528` → `14.528`, `99.94` with one place → `99,9`; English swaps point and comma. Halves go up."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,f}"
    return text if english() else text.translate({ord(","): ".", ord("."): ","})


def percent(share: float | Decimal, places: int = 1) -> str:
    """A share of one as per cent: `0.9994` → `99,9 %` (a space that does not break), English `99.9%`."""
    return number(Decimal(str(share)) * 100, places) + ("%" if english() else "\u00a0%")


def size(count_bytes: float) -> str:
    """Bytes in thousands, three figures at most: `12,4 GB`."""
    value, unit = float(count_bytes), 0
    while value >= 999.5 and unit < len(SIZES) - 1:
        value, unit = value / 1000, unit + 1
    return f"{number(value, 1 if unit and value < 99.5 else 0)}\u00a0{SIZES[unit]}"


def local(at: datetime) -> datetime:
    """The same moment on a clock in Vietnam."""
    return at.astimezone(VIETNAM)


def _day_of(at: date) -> date:
    return local(at).date() if isinstance(at, datetime) else at


def day(at: date) -> str:
    """`05/03/2026`; a moment counts for the day it is in Vietnam."""
    return f"{_day_of(at):%d/%m/%Y}"


def weekday(at: date) -> str:
    """`thứ Sáu, 20/11/2026`."""
    return f"{WEEKDAYS[_day_of(at).weekday()]}, {day(at)}"


def clock(at: datetime) -> str:
    """`09:41:07`, for pictures, logs and columns."""
    return f"{local(at):%H:%M:%S}"


def minute(at: datetime) -> str:
    """`09:41`, for lists."""
    return f"{local(at):%H:%M}"


def moment(at: datetime) -> str:
    """`09:41, 22/11/2026`."""
    return f"{minute(at)}, {day(at)}"


def span(begin: datetime, end: datetime) -> str:
    """`09:41:07–09:45:00, 22/11/2026`; over several days `09:41, 22/11/2026 – 17:00, 25/11/2026`."""
    if day(begin) == day(end):
        return f"{clock(begin)}–{clock(end)}, {day(end)}"
    return f"{moment(begin)} – {moment(end)}"


def hour(at: datetime) -> str:
    """A time of day as it is said: `10 giờ 30`, English `10:30`."""
    there = local(at)
    return f"{there:%H:%M}" if english() else f"{there:%H} giờ {there:%M}"


def duration(length: timedelta | float) -> str:
    """A length by its two largest units: `12 phút 40 giây`; parts of a second are dropped, the sign too."""
    rest = abs(int(length.total_seconds() if isinstance(length, timedelta) else length))
    parts: list[str] = []
    for seconds, vi, one, many in UNITS:
        count, rest = divmod(rest, seconds)
        if parts and not count:
            break
        if count:
            parts.append(f"{number(count)} {(one if count == 1 else many) if english() else vi}")
        if len(parts) == 2:
            break
    return " ".join(parts) or f"0 {UNITS[-1][3] if english() else UNITS[-1][1]}"


def since(at: datetime, now: datetime) -> str:
    """How long ago: `12 phút trước`; under a minute `vừa xong`; after a day the day itself."""
    gone = now - at
    if gone < timedelta(minutes=1):
        return str(Words("vừa xong", "just now"))
    if gone >= timedelta(days=1):
        return moment(at)
    whole = timedelta(minutes=1) if gone < timedelta(hours=1) else timedelta(hours=1)
    return str(Words("{length} trước", "{length} ago").fill(length=duration(gone - gone % whole)))


def initials(name: str) -> str:
    """Two letters of the given name, which stands last in Vietnamese: Nguyễn Thu Hà → `HÀ`."""
    words = name.split()
    return words[-1][:2].upper() if words else "?"
