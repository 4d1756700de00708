"""Frozen dataclasses as canonical JSON and back, strictly.

Owns how a message of this protocol is spelled and how a stranger's bytes are read: at most so many bytes, one spelling
(``ledger.entry.canonical``), exactly the fields of the class, each of its type. A field that has a default may be left
out, so that a newer side understands an older one; and is, where it says no more than that, so that an older side
understands a newer one that has nothing new to say. So a default may never change its value: a side with the old one
and a side with the new one would read the same unsaid field as two things. Knows ``str``, ``int``, ``bool``, ``None``,
tuples, other such dataclasses, and unions with ``None``. Leaves ranges and meaning to whoever reads.

Errors::

    Malformed    the bytes are no message of this kind; the sentence never repeats what stood in them
"""

from __future__ import annotations

import dataclasses
import types
import typing
from functools import cache
from typing import Any, TypeVar

from minhbach.ledger import entry as entries
from minhbach.ledger.entry import EntryError
from minhbach.protocol import VERSION

MOST_BYTES = 256 * 1024

_Message = TypeVar("_Message")
_SCALARS = (str, int, bool)


class Malformed(Exception):
    """Bytes that are no message of the kind expected."""


def encode(message: Any) -> bytes:
    """The bytes of a message. Raises ValueError for a value that has no canonical form."""
    return entries.canonical({"v": VERSION, **_plain(message)})


def decode(kind: type[_Message], data: bytes, most_bytes: int = MOST_BYTES) -> _Message:
    """The message in these bytes. Raises Malformed."""
    try:
        value = entries.read_canonical(bytes(data), most_bytes)
    except EntryError as error:
        raise Malformed(f"A {kind.__name__} message is not canonical JSON of at most {most_bytes} bytes.") from error
    if not isinstance(value, dict) or type(value.get("v")) is not int or value.pop("v") != VERSION:
        raise Malformed(f"A {kind.__name__} message is not of version {VERSION}.")
    return typing.cast(_Message, _built(kind, value))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        said = {each: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {each.name: _plain(content) for each, content in said.items() if not _goes_unsaid(each, content)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _goes_unsaid(field: dataclasses.Field[Any], content: Any) -> bool:
    return type(content) is type(field.default) and bool(content == field.default)


def _built(kind: type, value: Any) -> Any:
    shape, needed = _shape(kind)
    if type(value) is not dict or not needed <= value.keys() <= shape.keys():
        raise Malformed(f"A {kind.__name__} has other fields than it must.")
    return kind(**{name: _read(shape[name], each, f"{kind.__name__}.{name}") for name, each in value.items()})


@cache
def _shape(kind: type) -> tuple[dict[str, Any], frozenset[str]]:
    """The types of all fields, and the fields that must be there."""
    hints, fields = typing.get_type_hints(kind), dataclasses.fields(kind)
    needed = frozenset(each.name for each in fields if each.default is dataclasses.MISSING)
    return {each.name: hints[each.name] for each in fields}, needed


def _read(wanted: Any, value: Any, where: str) -> Any:
    origin, parts = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _read(next(each for each in parts if each is not type(None)), value, where)
    if origin is typing.Literal:
        if type(value) is str and value in parts:
            return value
    elif origin is tuple:
        if type(value) is list:
            return tuple(_read(parts[0], each, where) for each in value)
    elif dataclasses.is_dataclass(wanted):
        return _built(typing.cast(type, wanted), value)
    elif wanted in _SCALARS and type(value) is wanted:
        return value
    raise Malformed(f"{where} has a value of another type than it must.")
