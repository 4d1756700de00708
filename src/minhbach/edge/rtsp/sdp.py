"""Session descriptions as cameras write them (RFC 4566, leniently).

Owns: `parse` (bytes → `Description`), which media are receivable (`receivable`), and the RFC 3551 table of static
payload types.

Promises: gather first, interpret then, so the order of lines never matters (B32); a line nobody needs is never a
reason to refuse (B18-B23); one bad media never costs the others (B16, B17, B24); the text is kept as evidence (B33);
repairs are told in `notes`; nothing here gives times.

Leaves to others: the parameter sets inside fmtp (`parameter_sets`), what is recorded of it (`dialog`, `rtp`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from minhbach.edge.rtsp.url import strip_userinfo

_LINE_END = re.compile(r"\r\n|\r|\n")
_MAX_MEDIA = 32
_MAX_FORMATS = 32
_MAX_LINES = 20_000
_STATIC: Mapping[int, tuple[str, int, int]] = {
    0: ("PCMU", 8000, 1), 3: ("GSM", 8000, 1), 4: ("G723", 8000, 1), 5: ("DVI4", 8000, 1), 6: ("DVI4", 16000, 1),
    8: ("PCMA", 8000, 1), 9: ("G722", 8000, 1), 10: ("L16", 44100, 2), 11: ("L16", 44100, 1), 14: ("MPA", 90000, 1),
    15: ("G728", 8000, 1), 18: ("G729", 8000, 1), 26: ("JPEG", 90000, 1), 31: ("H261", 90000, 1),
    32: ("MPV", 90000, 1), 33: ("MP2T", 90000, 1), 34: ("H263", 90000, 1),
}  # fmt: skip
VIDEO = frozenset({"H264", "H265", "HEVC"})
AUDIO = frozenset({"PCMA", "PCMU", "MPEG4-GENERIC", "OPUS"})

Direction = Literal["recvonly", "sendonly", "sendrecv", "inactive", ""]


class BadDescription(Exception):
    """The body holds no media section at all."""


@dataclass(frozen=True, slots=True)
class Format:
    """One payload type of a media. `encoding` upper case; `clock_hz` > 0; fmtp keys lower case, values trimmed."""

    payload_type: int
    encoding: str
    clock_hz: int
    channels: int = 1
    fmtp: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Media:
    """One `m=` section. `kind` lower case (`video`, `audio`, `application`, …); `control` as written, without
    user-info; `formats` only those that could be understood, in the order of the `m=` line."""

    index: int
    kind: str
    protocol: str
    formats: tuple[Format, ...]
    control: str | None
    direction: Direction
    line: str


@dataclass(frozen=True, slots=True)
class Description:
    """A whole SDP. `text` is the body in latin-1 (B33); `notes` counts the repairs by kind."""

    media: tuple[Media, ...]
    control: str | None
    tool: str
    text: str
    notes: Mapping[str, int]


@dataclass(slots=True)
class _Section:
    """Lines of one media (or of the session, for `line` empty), gathered before anything is interpreted."""

    line: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def parse(body: bytes) -> Description:
    """Read an SDP body; raises BadDescription only when there is no `m=` line. At most 32 media are looked at."""
    text = body.decode("latin-1")
    session, sections = _gather(text)
    if not sections:
        raise BadDescription("The answer holds no media line.")
    notes: Counter[str] = Counter()
    media = tuple(_interpret(i, section, sections, notes) for i, section in enumerate(sections))
    tool = next(iter(session.values("tool")), "")
    return Description(media, _control(session), tool, text, dict(notes))


def receivable(description: Description, *, encodings: frozenset[str] = VIDEO | AUDIO) -> tuple[Media, ...]:
    """The media we can record, in order. Talk-back (`sendonly` beside others, B27) is left out; when every media is
    marked so, the camera speaks of its own side and all count (B28)."""
    ours = [m for m in description.media if m.direction not in ("sendonly", "inactive")]
    return tuple(m for m in ours or description.media if any(f.encoding in encodings for f in m.formats))


def offered(description: Description) -> str:
    """What the camera offers, in a few words for a fault's detail: `video H264, audio G726-32`."""
    words = []
    for media in description.media[:8]:
        names = "/".join(f.encoding for f in media.formats[:4]) or "?"
        words.append(f"{media.kind[:16]} {names[:40]}")
    return ", ".join(words)


def _gather(text: str) -> tuple[_Section, list[_Section]]:
    session = _Section()
    sections: list[_Section] = []
    current = session
    for line in _LINE_END.split(text)[:_MAX_LINES]:
        key, equals, value = line.strip().partition("=")
        if not equals:
            continue
        if key.lower() == "m":
            current = _Section(value.strip())
            if len(sections) < _MAX_MEDIA:
                sections.append(current)
        elif key.lower() == "a":
            name, _, rest = value.partition(":")
            current.attributes.append((name.strip().lower(), rest.strip()))
    return session, sections


def _interpret(index: int, section: _Section, sections: Sequence[_Section], notes: Counter[str]) -> Media:
    words = section.line.split()
    kind = words[0].partition("/")[0].lower() if words else ""
    protocol = words[2].upper() if len(words) > 2 else ""
    types = [int(word) for word in words[3:] if re.fullmatch(r"\d{1,3}", word) and int(word) < 128]
    formats = (_format(payload_type, section, sections, notes) for payload_type in types[:_MAX_FORMATS])
    known = tuple(f for f in formats if f is not None)
    if not known:
        notes["media_not_understood"] += 1
    return Media(index, kind, protocol, known, _control(section), _direction(section), section.line[:200])


def _control(section: _Section) -> str | None:
    """The last usable control (B20), without user-info (A29)."""
    usable = [value for value in section.values("control") if value]
    return strip_userinfo(usable[-1]) if usable else None


def _direction(section: _Section) -> Direction:
    names = {name for name, _ in section.attributes}
    directions: tuple[Direction, ...] = ("recvonly", "sendrecv", "sendonly", "inactive")
    return next((direction for direction in directions if direction in names), "")


def _format(payload_type: int, section: _Section, sections: Sequence[_Section], notes: Counter[str]) -> Format | None:
    described = _rtpmap(payload_type, section, notes)
    if described is None:
        return None
    encoding, clock_hz, channels = described
    return Format(payload_type, encoding, clock_hz, channels, _fmtp(payload_type, section, sections, notes))


def _rtpmap(payload_type: int, section: _Section, notes: Counter[str]) -> tuple[str, int, int] | None:
    """(encoding, clock, channels). RFC 3551 settles a static number that is mapped twice (B15) or not at all (B12);
    a map for a number that the `m=` line does not list is never looked at (B14)."""
    maps = [found for value in section.values("rtpmap") if (found := _one_rtpmap(value, payload_type))]
    static = _STATIC.get(payload_type)
    if len({name for name, _, _ in maps}) > 1:
        notes["rtpmap_twice"] += 1
        if static is not None:
            return static
    return maps[0] if maps else static


def _one_rtpmap(value: str, payload_type: int) -> tuple[str, int, int] | None:
    match = re.match(r"\s*(\d{1,3})\s+([^\s/]+)\s*/\s*(\d{1,9})\s*(?:/\s*(\d{1,3}))?", value)
    if match is None or int(match.group(1)) != payload_type or int(match.group(3)) == 0:
        return None
    # `/90000/500` stands on video lines (B17); only a count a microphone can have is one.
    channels = int(match.group(4) or 1)
    return match.group(2).upper(), int(match.group(3)), channels if 1 <= channels <= 8 else 1


def _fmtp(payload_type: int, section: _Section, sections: Sequence[_Section], notes: Counter[str]) -> Mapping[str, str]:
    """The format parameters: by number in this section; else by number in another (B13); else the only one here
    whatever its number (B16)."""
    own = [pair for value in section.values("fmtp") if (pair := _numbered(value))]
    for number, text in own:
        if number == payload_type:
            return parse_fmtp(text)
    listed = {word for s in sections if s is not section for word in s.line.split()[3:]}
    for other in sections:
        for number, text in (pair for value in other.values("fmtp") if (pair := _numbered(value))):
            if number == payload_type and str(number) not in listed:
                notes["fmtp_in_other_media"] += 1
                return parse_fmtp(text)
    if len(own) == 1 and len(section.line.split()) == 4 and str(own[0][0]) not in listed:
        notes["fmtp_wrong_number"] += 1
        return parse_fmtp(own[0][1])
    return {}


def _numbered(value: str) -> tuple[int, str] | None:
    match = re.match(r"\s*(\d{1,3})(?:\s+|$)(.*)", value, re.DOTALL)
    return (int(match.group(1)), match.group(2)) if match else None


def parse_fmtp(text: str) -> dict[str, str]:
    """`key=value;…` or blank-separated flags; the first of a repeated key counts; at most 64 keys."""
    found: dict[str, str] = {}
    for part in text.split(";")[:64]:
        key, _, value = part.strip().partition("=")
        if key:
            found.setdefault(key.strip().lower(), value.strip())
    return found
