"""RTSP messages as bytes: one assembler for what a camera sends, one writer for what we send (RFC 2326 sections 4-7).

Owns: `Assembler` (bytes in, whole `Request` or `Response` out, however the bytes are cut) and the limits of a message.

Promises: text is latin-1, so any byte survives unchanged and digest inputs are the raw bytes (A10); header names
compare without case (A60); values are trimmed (A04); a line that starts with a blank continues the one before and
only a truly empty line ends the headers (A41); at most 64 KiB of headers and 1 MiB of body are ever kept.

Leaves to others: interleaved frames and where a message starts (`framing`), what the headers mean (`headers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(r"\r\n|\n|\r")
_STATUS = re.compile(r"RTSP/\d+\.\d+[ \t]+(\d{3})(?:[ \t]+(.*))?$", re.IGNORECASE)
_REQUEST = re.compile(r"([A-Z_]{3,24}) +(\S+) +RTSP/\d+\.\d+\s*$")


class BadMessage(Exception):
    """The bytes are no RTSP message; a whole sentence says why."""


class MessageTooLong(BadMessage):
    """Headers or body exceed the permitted length (A59)."""


@dataclass(frozen=True, slots=True)
class Headers:
    """Header lines in order, names in lower case, values trimmed."""

    lines: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of `name` (lower case), None when absent."""
        return next((value for key, value in self.lines if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of `name` (lower case) in order."""
        return tuple(value for key, value in self.lines if key == name)

    def number(self, name: str) -> int | None:
        """The leading decimal digits of `name`, None when absent or without digits."""
        match = re.match(r"\d{1,18}", self.get(name) or "")
        return int(match.group()) if match else None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the camera."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the camera sends to us in mid-stream (A55)."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""


Message: TypeAlias = Request | Response


class Assembler:
    """Collects one message. `feed` takes bytes until the message is whole; `take` hands it out and starts anew.

    Memory: at most MAX_HEAD_BYTES + MAX_BODY_BYTES. Raises BadMessage / MessageTooLong from `feed`.
    """

    def __init__(self) -> None:
        self._head = bytearray()
        self._body = bytearray()
        self._missing = -1
        self._message: Message | None = None

    @property
    def active(self) -> bool:
        """Whether a message has begun and is not yet whole."""
        return bool(self._head)

    def feed(self, buffer: Buffer, start: int, end: int) -> int:
        """Take bytes of `buffer[start:end]`; return the first position that does not belong to this message."""
        if self._missing < 0:
            start = self._feed_head(buffer, start, end)
        if self._missing > 0:
            took = min(self._missing, end - start)
            self._body += buffer[start : start + took]
            self._missing -= took
            start += took
        return start

    def take(self) -> Message | None:
        """The message when it is whole, else None."""
        if self._missing != 0 or self._message is None:
            return None
        message = replace(self._message, body=bytes(self._body))
        self._head.clear()
        self._body.clear()
        self._missing, self._message = -1, None
        return message

    def _feed_head(self, buffer: Buffer, start: int, end: int) -> int:
        had = len(self._head)
        self._head += buffer[start : min(end, start + MAX_HEAD_BYTES + 4 - had)]
        found = _HEAD_END.search(self._head, max(0, had - 3))
        if found is None:
            if len(self._head) >= MAX_HEAD_BYTES:
                raise MessageTooLong(f"The headers exceed {MAX_HEAD_BYTES} bytes.")
            return end
        self._message = parse_head(bytes(self._head[: found.start()]))
        self._missing = self._message.headers.number("content-length") or 0
        if self._missing > MAX_BODY_BYTES:
            raise MessageTooLong(f"The body is announced with {self._missing} bytes, more than {MAX_BODY_BYTES}.")
        return start + found.end() - had


def parse_head(head: bytes) -> Message:
    """First line and headers of a message, without the empty line; raises BadMessage."""
    first, *rest = _LINE_END.split(head.decode("latin-1"))
    headers = _headers(rest)
    if match := _STATUS.match(first.rstrip()):
        return Response(int(match.group(1)), (match.group(2) or "").strip(), headers)
    if match := _REQUEST.match(first):
        return Request(match.group(1), match.group(2), headers)
    raise BadMessage("The first line is neither an RTSP status line nor an RTSP request.")


def _headers(lines: Iterable[str]) -> Headers:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            if found and line.strip():
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            found.append((name.strip().lower(), value.strip()))
    return Headers(tuple(found))


def write_request(method: str, target: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A request without a body, latin-1. Raises ValueError on a line end inside a value (header injection)."""
    return _write(f"{method} {target} RTSP/1.0", headers)


def write_response(status: int, reason: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """An answer without a body, latin-1."""
    return _write(f"RTSP/1.0 {status} {reason}", headers)


def _write(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("A line end inside an RTSP header is not sent.")
    return encode("\r\n".join(lines) + "\r\n\r\n")


def encode(text: str) -> bytes:
    """Text as bytes on the wire: latin-1, so that what a camera sent goes back unchanged; UTF-8 for what a person
    typed beyond it."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
