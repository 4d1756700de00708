"""What is said on each subject, as frozen dataclasses.

Owns the fields. Each class names its subject; an *asked* subject gets the class named behind the arrow as its answer.
Signed documents travel as tokens of ``signed`` in a ``Token``. Leaves spelling to ``codec``, footage to ``footage``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minhbach.ledger import tiles
from minhbach.protocol.codec import Malformed
from minhbach.protocol.hours import SoundHours

MOST_ENTRIES_BYTES = 192 * 1024
"""Of one answer to ``EntriesWanted``; a single entry above that does not exist."""

CONFIGURE = "configure"
HOLD = "hold"
ERASE = "erase"
REKEY = "rekey"
TIME = "time"
"""The purposes of signed documents."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """``up…head``, told, and part of ``Hello``: a log of this recorder and its newest checkpoint (a signed note)."""

    log: str
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class Hello:
    """``up…hello`` → ``Outcome``: who dials in, after every dial. ``logs`` oldest first; ``sealing_key`` as in
    ``sealed``; ``configuration`` the serial number of the one in force, 0 without one.
    """

    recorder: str
    software: str
    sealing_key: str
    configuration: int
    logs: tuple[LogHead, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of whoever was asked to do something. ``vi``, ``en``: why not, or empty. ``value`` as the asker
    knows: the index of the entry for a hold, the serial number for a configuration. ``again``: not now; asked again, it
    may be done.
    """

    done: bool
    vi: str = ""
    en: str = ""
    value: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class StreamState:
    """One stream of a recorder now. ``fault``: the code of ``edge.faults``, empty while it records."""

    camera: str
    stream: str
    recording: bool
    fault: str


@dataclass(frozen=True, slots=True)
class State:
    """``up…state``, told every few seconds: the recorder lives. ``at_us``: its wall clock."""

    recorder: str
    at_us: int
    configuration: int
    streams: tuple[StreamState, ...]


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """``up…time`` → ``Token`` of ``TimeTold``: a nonce of 32 hex digits."""

    nonce: str


@dataclass(frozen=True, slots=True)
class TimeTold:
    """Signed: the centre's clock in Unix µs when it saw the nonce."""

    recorder: str
    nonce: str
    now_us: int


@dataclass(frozen=True, slots=True)
class Token:
    """A signed document."""

    token: str


@dataclass(frozen=True, slots=True)
class EntriesWanted:
    """``dn…entries`` → ``pack_entries``: entries ``begin`` ≤ index < ``end`` of a log, as many as fit."""

    log: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class ProofWanted:
    """``dn…proof`` → ``Proof``: that the first ``old`` entries of a log are the beginning of the first ``new``."""

    log: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A consistency proof (FORMAT.md 2.1), each hash in hex."""

    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineProofWanted:
    """``dn…prove`` → ``LineProof``: show that the recorder itself is behind this line. ``nonce``: 32 hex digits."""

    nonce: str


@dataclass(frozen=True, slots=True)
class LineProof:
    """The signed note of ``proving``, under the key that signs the recorder's log."""

    note: str


@dataclass(frozen=True, slots=True)
class CosignedHead:
    """``dn…cosigned`` → ``Outcome``: a checkpoint note that carries the centre's cosignature."""

    log: str
    note: str


@dataclass(frozen=True, slots=True)
class CentreHead:
    """``dn…witness`` → ``CentreHeadCosigned``: cosign the head of the centre's own log. ``request``: the body of
    ``add-checkpoint`` (FORMAT.md 4.3); ``key``: the log's vkey.
    """

    request: str
    key: str


@dataclass(frozen=True, slots=True)
class CentreHeadCosigned:
    """The witness' ``key`` and the cosignature ``line``; or no line, why (``vi``, ``en``), and the ``size`` that was
    cosigned last where the request began elsewhere.
    """

    key: str
    line: str
    size: int
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class CameraOrder:
    """One stream of one camera as a recorder shall record it. ``address`` has no name and password in it;
    ``credentials`` are ``seal_login``'s, empty for a camera that asks for none. ``sub_address``: a smaller stream of
    the same view that is never recorded, only shown live where a browser cannot decode the main one; may be empty.
    ``view``: another word whenever the camera was lawfully turned, so that health learns the new view.
    ``sound_hours``: when its sound may be kept; without them at any time, as an older centre means it.
    """

    name: str
    stream: str
    address: str
    credentials: str
    sound: Literal["with_picture", "own_file", "none"]
    networks: tuple[str, ...]
    tls_fingerprint: str
    picture_days: int
    sound_days: int
    minimum_days: int
    intent_lead_hours: int
    sub_address: str = ""
    view: str = ""
    sound_hours: SoundHours | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """Signed, ``dn…configure`` (as ``Token``) → ``Outcome``: all a recorder shall record. Serials only grow."""

    recorder: str
    serial: int
    issued_us: int
    cameras: tuple[CameraOrder, ...]


@dataclass(frozen=True, slots=True)
class ProbeWanted:
    """``dn…probe`` → ``Probed``: does a camera answer, and what does it offer? As ``CameraOrder``; ``networks``: where
    the address may lead after name resolution.
    """

    name: str
    address: str
    credentials: str
    networks: tuple[str, ...]
    tls_fingerprint: str


@dataclass(frozen=True, slots=True)
class Probed:
    """What a camera offers. ``code``, ``vi``, ``en``: the fault when it does not answer as a camera, else empty.
    ``formats``: codecs of picture and sound by kind, for example ``video H264``.
    """

    code: str
    vi: str
    en: str
    host: str
    formats: tuple[str, ...]
    took_ms: int


@dataclass(frozen=True, slots=True)
class TrialWanted:
    """``dn…trial`` → a JPEG, or ``footage.Answer``: one picture of a camera that is not recorded. ``token`` is the
    lease of a still that names the camera; ``asked`` how it is reached; ``width`` of the picture in pixels.
    """

    token: str
    asked: ProbeWanted
    width: int


@dataclass(frozen=True, slots=True)
class DiscoverWanted:
    """``dn…discover`` → ``Discovered``: which cameras introduce themselves in the networks."""

    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera that introduced itself; ``host`` is where its answer came from, the names are what it says."""

    host: str
    name: str
    hardware: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """The cameras that answered in time."""

    cameras: tuple[FoundCamera, ...]


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """Signed, ``dn…hold`` (as ``Token``) → ``Outcome``: place or release a hold (FORMAT.md section 5). Asked again
    until it is done; a hold that is already as ordered is done.
    """

    recorder: str
    hold: str
    action: Literal["place", "release"]
    camera: str
    stream: str
    begin_us: int
    end_us: int
    commitment: str


@dataclass(frozen=True, slots=True)
class EraseOrder:
    """Signed, ``dn…erase`` (as ``Token``) → ``Outcome``: erase what a camera recorded from ``begin_us`` to ``end_us``.

    Its value is how many segments go. Asked again until nothing is left; refused where a hold touches any of it.
    """

    recorder: str
    camera: str
    begin_us: int
    end_us: int
    commitment: str


@dataclass(frozen=True, slots=True)
class RekeyOrder:
    """Signed, ``dn…rekey`` (as ``Token``) → ``Outcome``: sign the log with another key than ``key`` (a vkey). Where
    another one is in force already, that is done; that it was done only the log says.
    """

    recorder: str
    key: str


def pack_entries(begin: int, entries: Sequence[bytes]) -> bytes:
    """The answer to ``EntriesWanted``: eight bytes of the first index, then entries framed as in a bundle."""
    return begin.to_bytes(8, "big") + b"".join(map(tiles.frame, entries))


def unpack_entries(data: bytes) -> tuple[int, list[bytes]]:
    """(first index, entries). Raises codec.Malformed."""
    entries, length = tiles.parse_bundle(data[8:])
    if len(data) < 8 or length != len(data) - 8 or len(data) > MOST_ENTRIES_BYTES + 8:
        raise Malformed("The answer does not hold whole entries.")
    return int.from_bytes(data[:8], "big"), entries
