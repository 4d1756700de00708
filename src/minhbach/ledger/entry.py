"""What one line of a recorder's log may say, and the only bytes in which it may be said.

Owns: the canonical JSON of entries and manifests (RFC 8785 without floats), the fields of every kind
of entry, and salted commitments. Promises: `decode` accepts exactly what `encode` can produce, so one
meaning has one sequence of bytes and a leaf hash names one meaning. Leaves to others: whether a line is
lawful after the lines before it (`history`, `rules`), and where lines are kept (`tiles`).

Errors: EntryError (a LedgerError): not canonical, too long, an unknown kind, a missing or wrong field.
Normative text: FORMAT.md section 5.
"""

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from minhbach.ledger.errors import LedgerError

VERSION = 1
MAX_ENTRY_BYTES = 60 * 1024
MAX_INTEGER = 2**53 - 1

Entry = dict[str, Any]
Check = Callable[[Any], bool]


class EntryError(LedgerError, ValueError):
    """These bytes or this mapping are no entry of a log; the sentence says why."""


# --- canonical JSON ---------------------------------------------------------------------------------

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
_KEY = re.compile(r"[\x20-\x7e]{1,64}")


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of objects, arrays, strings, integers |n| < 2^53, booleans and null; else EntryError.

    Keys are printable ASCII, so that sorting by code point and by UTF-16 unit is the same.
    """
    try:
        _require_plain(value)
        return _encoder.encode(value).encode()
    except (RecursionError, UnicodeEncodeError) as error:
        raise EntryError("A value nests too deep or holds a half of a surrogate pair.") from error


def _require_plain(value: object) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if type(key) is not str or not _KEY.fullmatch(key):
                raise EntryError(f"The key {key!r} is not 1 to 64 printable ASCII characters.")
            _require_plain(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
    elif type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise EntryError("An integer reaches 2^53, beyond what every JSON reader keeps exactly.")
    elif value is not None and type(value) not in (str, bool):
        raise EntryError(f"A {type(value).__name__} has no canonical form; only integers count here.")


def read_canonical(data: bytes, limit_bytes: int) -> Any:
    """The value of canonical bytes of at most `limit_bytes`; EntryError for anything else."""
    value = _loaded(data, limit_bytes)
    if canonical(value) != data:
        raise EntryError("The JSON is not in its canonical form (RFC 8785).")
    return value


def _loaded(data: bytes, limit_bytes: int) -> Any:
    if len(data) > limit_bytes:
        raise EntryError(f"{len(data)} bytes are more than the {limit_bytes} allowed.")
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise EntryError("The bytes are not JSON in UTF-8.") from error


def commitment(salt: bytes, value: object) -> str:
    """Hex SHA-256 of salt (≥16 secret random bytes) and canonical value; erasing the salt erases the person."""
    if len(salt) < 16:
        raise EntryError("A salt under 16 bytes can be guessed, so it hides nothing.")
    return hashlib.sha256(salt + canonical(value)).hexdigest()


# --- the shape of fields ----------------------------------------------------------------------------


def _text(pattern: str) -> Check:
    match = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and match(value) is not None


def _one_of(*words: str) -> Check:
    allowed = frozenset(words)
    return lambda value: type(value) is str and value in allowed


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list_of(check: Check) -> Check:
    return lambda value: type(value) is list and all(map(check, value))


def _some_of(check: Check) -> Check:
    return lambda value: type(value) is list and bool(value) and all(map(check, value))


def _object(fields: Mapping[str, Check]) -> Check:
    names = fields.keys()
    return lambda value: (
        type(value) is dict and value.keys() == names and all(check(value[name]) for name, check in fields.items())
    )


def _integer(value: Any) -> bool:
    return type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER


def _natural(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _positive(value: Any) -> bool:
    return type(value) is int and 0 < value <= MAX_INTEGER


def _flag(value: Any) -> bool:
    return type(value) is bool


def _path(value: Any) -> bool:
    """A relative path that no reader can be led out of its folder by."""
    if not _PATH(value):
        return False
    return all(part not in ("", ".", "..") for part in value.split("/"))


def _counts(value: Any) -> bool:
    return type(value) is dict and all(_WORD(key) and _positive(count) for key, count in value.items())


def _origin(value: Any) -> bool:
    return type(value) is str and _ORIGIN_PARTS.fullmatch(value) is not None


def _reference(value: Any) -> bool:
    """[log name, index] of an entry of this recorder."""
    return type(value) is list and len(value) == 2 and _LOG(value[0]) and _natural(value[1])


def _range(value: Any) -> bool:
    """[camera, stream, first number, last number], both included."""
    if type(value) is not list or len(value) != 4:
        return False
    camera, stream, first, last = value
    return _NAME(camera) and _NAME(stream) and _natural(first) and _natural(last) and bool(first <= last)


_NAME = _text(r"(?!\*$)[^\x00-\x1f\x7f/\\]{1,64}")
_PATH = _text(r"[^\x00-\x1f\x7f\\]{1,512}")
_LINE = _text(r"[^\x00-\x1f\x7f]{1,512}")
_WORD = _text(r"[a-z][a-z0-9_]{0,63}")
_SHA256 = _text(r"[0-9a-f]{64}")
_BOOT = _text(r"[0-9a-f]{32}")
_UUID = _text(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LOG = _text(r"([1-9][0-9]{0,3}/)?[0-9]{4}")
_ORIGIN_PARTS = re.compile(
    r"[^\x00-\x20\x7f+]{1,200}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/((?:[1-9][0-9]{0,3}/)?[0-9]{4})"
)
_WHOM = _text(r"\*|[^\x00-\x1f\x7f/\\]{1,64}")
_CAUSE = _text(
    "recorder_(stopped|killed|starting|error)|camera_[a-z0-9_]{1,50}|stream_lost|disk_(full|missing|error)"
    "|outside_hours|reconfigured|log_damaged"
)
_RANGES = _some_of(_range)
_CLOCK_FIELDS: dict[str, Check] = {"boot": _BOOT, "mono_us": _natural, "offset_us": _integer, "run_us": _natural}
_STREAM = _object(
    {
        "camera": _NAME,
        "stream": _NAME,
        "content": _one_of("av", "picture", "sound"),
        "days": _natural,
        "minimum_days": _natural,
    }
)
_COMMON: dict[str, Check] = {
    "v": lambda value: type(value) is int and value == VERSION,
    "kind": _WORD,
    "at_us": _natural,
    "clock": _natural,
}

KINDS: dict[str, dict[str, Check]] = {
    "log_opened": {
        "clock": lambda value: type(value) is int and value == -1,
        "origin": _origin,
        "recorder": _UUID,
        "year": lambda value: type(value) is int and 1970 <= value <= 9999,
        "key": _LINE,
        "previous": _or_null(_object({"origin": _origin, "size": _natural, "root": _SHA256})),
        "reason": _one_of("new", "new_year", "key_lost", "log_damaged"),
    },
    "log_closed": {"next": _origin},
    "key_rotated": {"key": _LINE},
    "boot": {**_CLOCK_FIELDS, "version": _LINE, "previous_end": _one_of("first", "clean", "killed")},
    "clock_step": {**_CLOCK_FIELDS, "before_offset_us": _integer},
    "clock_carried": dict(_CLOCK_FIELDS),
    "shutdown": {},
    "configuration": {"cameras": _list_of(_STREAM), "intent_lead_us": _natural, "sha256": _SHA256},
    "segment": {
        "camera": _NAME,
        "stream": _NAME,
        "number": _natural,
        "disk": _NAME,
        "path": _path,
        "footage_clock": _reference,
        "begin_us": _natural,
        "end_us": _natural,
        "bytes": _positive,
        "sha256": _SHA256,
        "init_sha256": _SHA256,
        "tracks": _some_of(_LINE),
        "start": _one_of("key", "recovery_point", "unclean"),
        "cut": _one_of("key", "limit", "change", "stop", "lost", "clock", "recovered"),
        "notes": _counts,
        "camera_offset_us": _or_null(_integer),
    },
    "gap": {
        "camera": _NAME,
        "stream": _NAME,
        "begin_us": _natural,
        "begin_clock": _reference,
        "end_us": _natural,
        "cause": _CAUSE,
    },
    "fault": {"subject": _LINE, "code": _WORD, "state": _one_of("began", "ended")},
    "viewing": {
        "cameras": _some_of(_NAME),
        "begin_us": _natural,
        "end_us": _natural,
        "mode": _one_of("live", "playback", "still", "export"),
        "commitment": _SHA256,
    },
    "hold": {
        "hold": _UUID,
        "camera": _WHOM,
        "stream": _WHOM,
        "begin_us": _natural,
        "end_us": _natural,
        "commitment": _SHA256,
    },
    "hold_released": {"hold": _UUID, "commitment": _SHA256},
    "deletion_intent": {"segments": _RANGES, "rule": _object({"days": _natural, "minimum_days": _natural})},
    "deletion": {"segments": _RANGES, "intent": _reference},
    "emergency_deletion": {
        "segments": _RANGES,
        "disk": _NAME,
        "free_bytes": _natural,
        "need_bytes": _positive,
        "below_minimum": _flag,
    },
    "erasure": {"segments": _RANGES, "commitment": _SHA256},
}
CLOCK_KINDS = frozenset({"boot", "clock_step", "clock_carried"})
REMOVAL_KINDS = frozenset({"deletion", "emergency_deletion", "erasure"})
_FIELDS = {kind: {**_COMMON, **fields} for kind, fields in KINDS.items()}


def validate(entry: Mapping[str, Any]) -> None:
    """EntryError unless the mapping has exactly the fields of its kind, each of its shape and plausible alone."""
    kind = entry.get("kind")
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise EntryError(f"There is no kind of entry called {kind!r} in format version {VERSION}.")
    if entry.keys() != fields.keys():
        wrong = ", ".join(sorted(map(str, entry.keys() ^ fields.keys())))
        raise EntryError(f"A {kind} entry lacks or must not have: {wrong}.")
    for name, check in fields.items():
        if not check(entry[name]):
            raise EntryError(f"The field {name} of a {kind} entry has no valid value: {entry[name]!r:.80}.")
    _validate_together(str(kind), entry)


def _validate_together(kind: str, entry: Mapping[str, Any]) -> None:
    if kind in CLOCK_KINDS and entry["at_us"] != entry["mono_us"] + entry["offset_us"]:
        raise EntryError(f"The at_us of a {kind} entry is not its mono_us plus its offset_us.")
    if kind in ("segment", "hold", "viewing") and entry["begin_us"] >= entry["end_us"]:
        raise EntryError(f"A {kind} entry ends before it has begun.")
    if "segments" in entry and not _disjoint(entry["segments"]):
        raise EntryError(f"The ranges of a {kind} entry are not sorted and disjoint.")
    if kind == "log_opened" and not entry["origin"].endswith(f"/{entry['recorder']}/{log_name(entry['origin'])}"):
        raise EntryError("The origin of a log names another recorder than its log_opened entry.")
    if kind == "log_opened" and int(entry["origin"][-4:]) != entry["year"]:
        raise EntryError("The origin of a log names another year than its log_opened entry.")


def _disjoint(ranges: list[list[Any]]) -> bool:
    pairs = itertools.pairwise(ranges)
    return all(a[:2] < b[:2] or (a[:2] == b[:2] and a[3] < b[2]) for a, b in pairs)


def encode(entry: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a valid entry; EntryError otherwise or above 60 KiB."""
    validate(entry)
    data = _valid_bytes(entry)
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryError(f"An entry of {len(data)} bytes is above {MAX_ENTRY_BYTES}; split its ranges.")
    return data


def decode(data: bytes) -> Entry:
    """The valid entry in exactly these bytes; EntryError for anything `encode` would not have written."""
    value = _loaded(data, MAX_ENTRY_BYTES)
    if type(value) is not dict:
        raise EntryError("An entry is a JSON object.")
    validate(value)
    if _valid_bytes(value) != data:
        raise EntryError("The JSON is not in its canonical form (RFC 8785).")
    return value


def _valid_bytes(entry: Mapping[str, Any]) -> bytes:
    """A valid entry holds nothing but plain values with known keys, so nothing is left to look for (half the cost)."""
    try:
        return _encoder.encode(dict(entry)).encode()
    except UnicodeEncodeError as error:
        raise EntryError("A value holds a half of a surrogate pair.") from error


def make(kind: str, *, at_us: int, clock: int, **fields: Any) -> Entry:
    """A valid entry of one kind: wall time, index of its clock entry in this log (-1 in log_opened), its fields."""
    entry = {"v": VERSION, "kind": kind, "at_us": at_us, "clock": clock, **fields}
    validate(entry)
    return entry


def is_log(name: str) -> bool:
    """Whether this is the name of a log, as references and manifests give it."""
    return _LOG(name)


def log_name(origin: str) -> str:
    """`2026` or `2/2026`: what an origin says behind the recorder's UUID; references to entries use it.

    EntryError when the origin is not `<where>/<recorder UUID>/<name>`.
    """
    parts = _ORIGIN_PARTS.fullmatch(origin)
    if parts is None:
        raise EntryError("The origin of a recorder's log is a place, the recorder's UUID and a year.")
    return parts[2]
