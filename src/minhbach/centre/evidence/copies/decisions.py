"""What a person decided about a masked copy, as the page sends it and as a row keeps it.

Owns the shape of these decisions and their bounds; a stranger may have written them. Promises one sequence of bytes for
one set of decisions, so that their hash names them, and that sound is heard only of a time that was looked at. Leaves
what is done with them to `masking`.

Errors: DecisionsMalformed: the words say which part.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minhbach.centre.evidence.copies.covering import Key, Track
from minhbach.centre.words import Words
from minhbach.decode.orders import DISTORTED, MUTED, PLAIN, read_box
from minhbach.decode.wire import BrokenMessage

MOST_BYTES = 4 << 20
MOST_TRACKS, MOST_KEYS, MOST_SPANS = 200, 2000, 500
_NEVER_US = 1 << 53
NOT_UNDERSTOOD = Words("Quyết định che hình không đúng định dạng.", "These decisions about covers are malformed.")


class DecisionsMalformed(ValueError):
    """These are no decisions."""

    def __init__(self) -> None:
        super().__init__(NOT_UNDERSTOOD.en)
        self.words = NOT_UNDERSTOOD


@dataclass(frozen=True, slots=True)
class Decided:
    """About one camera: what is covered, which time was looked at, how the sound of which time is treated."""

    tracks: tuple[Track, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    sound: tuple[tuple[int, int, str], ...] = ()

    @property
    def audible(self) -> tuple[tuple[int, int, str], ...]:
        """What of its sound is not silent, in order and once each: nothing of a time that was not looked at."""
        # Where two decisions meet the more careful one wins.
        taken, found = self._of(MUTED), list[tuple[int, int, str]]()
        for kind in (DISTORTED, PLAIN):
            spans = _without(_common(self._of(kind), _joined(self.spans)), taken)
            found += [(begin_us, end_us, kind) for begin_us, end_us in spans]
            taken = _joined([*taken, *spans])
        return tuple(sorted(found))

    def _of(self, wanted: str) -> list[tuple[int, int]]:
        return _joined((begin_us, end_us) for begin_us, end_us, kind in self.sound if kind == wanted)


def read(data: str) -> dict[str, Decided]:
    """By the camera's id. Raises DecisionsMalformed."""
    try:
        if len(data) > MOST_BYTES:
            raise ValueError("too long")
        value = json.loads(data)
        return {_word(camera): _decided(said) for camera, said in _fields(value, "cameras")[0].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, BrokenMessage):
        raise DecisionsMalformed from None


def written(decisions: Mapping[str, Decided]) -> str:
    """The reverse, always the same for the same decisions."""
    cameras = {camera: _said(each) for camera, each in decisions.items()}
    return json.dumps({"cameras": cameras}, sort_keys=True, separators=(",", ":"))


def keeps_voice(decisions: Mapping[str, Decided]) -> bool:
    """Whether some voice is to stay as it was; once that could be asked for, and rows still say so."""
    return any(kind == PLAIN for each in decisions.values() for _, _, kind in each.sound)


def digest(data: str) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(data.encode()).hexdigest()


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order; those that touch are one."""
    found: list[tuple[int, int]] = []
    for begin_us, end_us in sorted(spans):
        if found and begin_us <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_us))
        else:
            found.append((begin_us, end_us))
    return found


def _common(some: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The time that is in both; each joined."""
    both = ((max(begin, first), min(end, last)) for begin, end in some for first, last in others)
    return [(begin, end) for begin, end in both if begin < end]


def _without(spans: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The time of the first that is in none of the second; each joined."""
    edges = [0, *(us for span in taken for us in span), _NEVER_US]
    return _common(spans, [(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if begin < end])


def _decided(value: Any) -> Decided:
    tracks, spans, sound = _fields(value, "tracks", "decided", "sound")
    if len(tracks) > MOST_TRACKS or len(spans) > MOST_SPANS or len(sound) > MOST_SPANS:
        raise ValueError("too many")
    found = tuple(_track(each) for each in tracks)
    if len({track.number for track in found}) < len(found):
        raise ValueError("a number twice")
    return Decided(found, tuple(sorted(_span(each) for each in spans)), tuple(sorted(_treated(each) for each in sound)))


def _track(value: Any) -> Track:
    number, keys, ends_us = _fields(value, "number", "keys", "ends_us")
    found = sorted((Key(_whole(at_us), read_box(box)) for at_us, box in keys), key=lambda key: key.at_us)
    if not 0 < len(found) <= MOST_KEYS or len({key.at_us for key in found}) < len(found):
        raise ValueError("keys")
    ends = None if ends_us is None else _whole(ends_us)
    if ends is not None and ends <= found[-1].at_us:
        raise ValueError("an end before its last box")
    return Track(_whole(number), tuple(found), ends)


def _span(value: Any) -> tuple[int, int]:
    begin_us, end_us = value
    if _whole(begin_us) >= _whole(end_us):
        raise ValueError("a span of nothing")
    return begin_us, end_us


def _treated(value: Any) -> tuple[int, int, str]:
    begin_us, end_us, kind = value
    if kind not in (PLAIN, MUTED, DISTORTED):
        raise ValueError("no such treatment")
    return (*_span([begin_us, end_us]), kind)


def _said(each: Decided) -> dict[str, Any]:
    tracks = [
        {"number": track.number, "keys": [[key.at_us, list(key.box)] for key in track.keys], "ends_us": track.ends_us}
        for track in sorted(each.tracks, key=lambda track: track.number)
    ]
    return {"tracks": tracks, "decided": [list(span) for span in each.spans], "sound": [list(s) for s in each.sound]}


def _fields(value: Any, *names: str) -> list[Any]:
    if type(value) is not dict or value.keys() != set(names):
        raise ValueError("another shape")
    return [value[name] for name in names]


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _NEVER_US:
        raise ValueError("no number")
    return value


def _word(value: Any) -> str:
    if type(value) is not str or len(value) > 64:
        raise ValueError("no word")
    return value
