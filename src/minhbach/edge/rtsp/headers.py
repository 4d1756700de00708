"""The values of the RTSP headers a recorder acts on: Transport and Session.

Owns: reading them as cameras write them, not as the grammar has it. Every function is total: any text gives a value.

Promises: parameter order, blanks, empty parts and unknown keys do not matter (A46); `ssrc` is only a hint
(A47). RTP-Info is not read at all: its numbers are wrong so often (A62, A63) that a timeline that starts at the first
packet is the better one.

Leaves to others: what follows from the values (`dialog`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_TIMEOUT_US = 60_000_000
_MAX_TIMEOUT_S = 86_400


@dataclass(frozen=True, slots=True)
class Transport:
    """A Transport answer. `channels` is None when the answer names none; `tcp` is None when it does not say."""

    tcp: bool | None
    channels: tuple[int, int] | None
    ssrc: int | None


@dataclass(frozen=True, slots=True)
class SessionValue:
    """A Session header: the bare id (A19) and the timeout, None when the header names none."""

    identity: str
    timeout_us: int | None


def parse_transport(value: str) -> Transport:
    """Read a Transport answer; only the first of several comma-separated ones counts."""
    protocol, *parts = (part.strip() for part in value.split(",")[0].split(";"))
    keys = dict(_pair(part) for part in parts if part)
    channels = _channels(keys.get("interleaved"))
    tcp: bool | None = None
    if channels is not None or protocol.upper().endswith("/TCP") or "interleaved" in keys:
        tcp = True
    elif "server_port" in keys or "client_port" in keys or "port" in keys or protocol.upper().endswith("/UDP"):
        tcp = False
    return Transport(tcp, channels, _hex32(keys.get("ssrc")))


def parse_session(value: str) -> SessionValue:
    """Read a Session header: text before `;`, trimmed; `timeout` in whole seconds, 0 or nonsense counts as absent."""
    identity, *parts = value.split(";")
    timeout = dict(_pair(part) for part in parts).get("timeout", "")
    match = re.match(r"\d{1,9}", timeout)
    seconds = min(int(match.group()), _MAX_TIMEOUT_S) if match else 0
    return SessionValue(identity.strip(), seconds * 1_000_000 if seconds else None)


def _pair(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return key.strip().lower(), value.strip().strip('"')


def _channels(text: str | None) -> tuple[int, int] | None:
    """`2-3` or `2` (then 2 and 3, A43)."""
    match = re.match(r"\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text or "")
    if match is None:
        return None
    first = int(match.group(1))
    second = int(match.group(2)) if match.group(2) else first + 1
    return (first, second) if first <= 255 and second <= 255 else None


def _hex32(text: str | None) -> int | None:
    return int(text, 16) if text and re.fullmatch(r"[0-9A-Fa-f]{1,8}", text) else None
