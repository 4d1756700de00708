"""The reception calendar for other programs (RFC 5545): what a telephone or a desk takes over and shows.

Pure: a posted calendar in, bytes out, the same for the same calendar. A day that is not held stands there cancelled, so
that whoever took it over before learns of it.
"""

import datetime

from minhbach.centre.messaging.actions import both
from minhbach.centre.reception.calendars import DayLine, Posted
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.words import Words

TITLE = Words("Tiếp công dân: {name}", "Citizen reception: {name}")
OCTETS = 75


def calendar_file(found: Posted, *, now: datetime.datetime) -> bytes:
    """The month as an iCalendar file."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minh Bach//Lich tiep cong dan//VI", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(both(TITLE.fill(name=found.name))[0])}",
    ]  # fmt: skip
    for line in found.days:
        lines += _event(found, line, now)
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(found: Posted, line: DayLine, now: datetime.datetime) -> list[str]:
    begin, end = (_utc(line.day, clock) for clock in (found.hours[:5], found.hours[-5:]))
    why = [both(words)[0] for words in line.said]
    changes = [each for each in (line.plan.change, line.plan.delegated) if each is not None]
    why += [each.reason for each in changes]
    where = "; ".join(", ".join(part for part in (room.name, room.address) if part) for room in found.rooms)
    # Later files overrule earlier ones of the same day by their number.
    sequence = max((int(each.made_at.timestamp()) for each in changes), default=0)
    return [
        "BEGIN:VEVENT",
        f"UID:{found.unit}-{line.day:%Y%m%d}@tiep-cong-dan",
        f"DTSTAMP:{now.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{begin}",
        f"DTEND:{end}",
        f"SUMMARY:{_text(both(TITLE.fill(name=found.name))[0])}",
        f"LOCATION:{_text(where)}",
        f"DESCRIPTION:{_text('. '.join(why))}",
        f"STATUS:{'CANCELLED' if line.plan.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _utc(day: datetime.date, clock: str) -> str:
    at = datetime.datetime.combine(day, datetime.time.fromisoformat(clock), tzinfo=VIETNAM)
    return f"{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    for sign, stands in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        said = said.replace(sign, stands)
    return said


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no letter torn apart."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS - (1 if pieces else 0):
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + letter, size + octets
    return "\r\n ".join([*pieces, piece]) + "\r\n"
