"""The packages that forgers start from: one of each shape that evidence takes.

Owns five: approved by the centre's word with a working copy (`plain`); by security keys, one of the court's list and
one that the centre certified (`keyed`); with a gap, a clock that was set, a removal and two checkpoints (`gapped`); of
two recorders and three logs, with a time stamp (`several`); masked copies with their review (`masked`). Promises that
each is as true as its verdict says. Leaves forging to `forging`, counting to `evidence`.
"""

from __future__ import annotations

import hashlib
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from minhbach.bench.forging import Files
from minhbach.bench.packages import (
    BEGIN_US,
    CAMERA,
    CENTRE,
    LOG,
    NAME,
    RECORDER,
    SEGMENT_US,
    approvals,
    asked,
    built,
    content,
    cosigned,
    head_of,
    opening,
    path_of,
    reader_of,
    segment,
    signer,
    statement,
    toy,
    trusted,
)
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import ed25519
from minhbach.ledger import entry as entries
from minhbach.ledger.approval import Approval, Assertion, Credential, certificate_message, challenge
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.extract import Document, Material
from minhbach.ledger.proofs import PackageLog
from minhbach.ledger.scope import Scope, ScopeStream, choose

SECOND, SECOND_CAMERA = "01900000-0000-7000-8000-00000000000b", "quay-2"
SECOND_LOG = signer(checkpoints.log_key_name(SECOND))
NEXT_NAME = "2027"
RP_ID = "minhbach.example.vn"
JUMP_US = 60_000_000
SHARES = ("plain", "gapped", "masked", "several", "plain", "masked", "plain", "gapped", "plain", "keyed")
"""In which turn forgers take them: those that cost more to examine come less often."""


@dataclass(frozen=True)
class Base:
    """A true package, and the security keys that the court lists (hex → name)."""

    name: str
    files: Files
    listed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def keys(self) -> Keys:
        """The court's keys, checked by OpenSSL."""
        return trusted(LOG.verifier.vkey, SECOND_LOG.verifier.vkey, approvers=self.listed)

    @cached_property
    def own_keys(self) -> Keys:
        """The same, checked as the court's single file does it."""
        vkeys = LOG.verifier.vkey, SECOND_LOG.verifier.vkey
        return trusted(*vkeys, check=ed25519.verify, approvers=self.listed)


def corpus(folder: Path) -> list[Base]:
    """The bases in the turn of `SHARES`, built below `folder`."""
    made = {
        "plain": Base("plain", built(folder / "plain", toy().material(3))),
        "masked": Base("masked", built(folder / "masked", toy().material(2, masked=True))),
        "gapped": Base("gapped", built(folder / "gapped", _gapped())),
        "several": Base("several", built(folder / "several", _several())),
        "keyed": Base("keyed", built(folder / "keyed", _keyed()), {_public(_security_key(11)): "Người duyệt 11"}),
    }
    return [made[name] for name in SHARES]


# --- security keys ------------------------------------------------------------------------------------


def _keyed() -> Material:
    material = toy().material(2)
    signed = [_by_key(material.scope, number) for number in (11, 12)]
    return replace(material, approvals=signed, copies=[])


def _by_key(scope: Scope, number: int) -> Approval:
    """With a security key that the centre certified."""
    said, key = statement(scope, number), _security_key(number)
    whose = Credential(said.person, said.name, _public(key), RP_ID, BEGIN_US - 1)
    expected = urlsafe_b64encode(challenge(said)).rstrip(b"=").decode()
    client = json.dumps({"type": "webauthn.get", "challenge": expected, "origin": f"https://{RP_ID}"}).encode()
    data = hashlib.sha256(RP_ID.encode()).digest() + bytes((5, 0, 0, 0, 7))  # present and verified, the seventh time
    message = data + hashlib.sha256(client).digest()
    answer = Assertion(data, client, key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return Approval(said, CENTRE.sign(certificate_message(whose)), whose, answer)


def _security_key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number + 1000, ec.SECP256R1())


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


# --- what happens in a recorder's life ----------------------------------------------------------------


def _gapped() -> Material:
    """Footage, a gap, a clock that jumps a minute, footage; a month later the first of it goes by the rule."""
    gap_end_us = BEGIN_US + SEGMENT_US + 7_000_001
    clock = {"boot": "0" * 32, "mono_us": gap_end_us - BEGIN_US, "run_us": gap_end_us - BEGIN_US}
    step = {**clock, "offset_us": BEGIN_US + JUMP_US, "before_offset_us": BEGIN_US}
    gap = {"camera": CAMERA, "stream": "main", "begin_us": BEGIN_US + SEGMENT_US, "begin_clock": [NAME, 1]}
    values = [
        *opening(RECORDER, CAMERA, LOG),
        segment(0),
        entries.make("gap", at_us=gap_end_us, clock=1, end_us=gap_end_us, cause="camera_unreachable", **gap),
        entries.make("clock_step", at_us=gap_end_us + JUMP_US, clock=5, **step),
        segment(1, gap_end_us + JUMP_US, clock=5),
    ]
    end_us, early = values[-1]["end_us"], len(values)
    later_us, range_ = end_us + 31 * 86_400_000_000, [[CAMERA, "main", 0, 0]]
    rule = {"days": 30, "minimum_days": 15}
    values += [
        entries.make("deletion_intent", at_us=later_us, clock=5, segments=range_, rule=rule),
        entries.make("deletion", at_us=later_us + 1, clock=5, segments=range_, intent=[NAME, early]),
    ]
    notes = [cosigned(values[:early], LOG), cosigned(values, LOG)]
    logs = {RECORDER: [PackageLog(reader_of(values), notes)]}
    scope = choose(asked(RECORDER, [CAMERA], BEGIN_US, end_us), {RECORDER: [reader_of(values)]})
    return _material(scope, logs, range(1, 2))


def _several() -> Material:
    """Two recorders, the second of which began a new log, and a time stamp of the seal."""
    first = [*opening(RECORDER, CAMERA, LOG), segment(0), segment(1)]
    old = [*opening(SECOND, SECOND_CAMERA, SECOND_LOG), segment(0, recorder=SECOND, camera=SECOND_CAMERA)]
    head, at_us = head_of(old), old[-1]["at_us"]
    previous = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
    carried = {"boot": "0" * 32, "mono_us": at_us - BEGIN_US, "offset_us": BEGIN_US, "run_us": at_us - BEGIN_US}
    opened = {"recorder": SECOND, "key": SECOND_LOG.verifier.vkey, "previous": previous, "reason": "new_year"}
    origin = checkpoints.log_origin(SECOND, int(NEXT_NAME))
    new = [
        entries.make("log_opened", at_us=at_us, clock=-1, origin=origin, year=int(NEXT_NAME), **opened),
        entries.make("clock_carried", at_us=at_us, clock=1, **carried),
        segment(1, recorder=SECOND, camera=SECOND_CAMERA, log=NEXT_NAME),
    ]
    logs = {
        RECORDER: [PackageLog(reader_of(first), [cosigned(first, LOG)])],
        SECOND: [PackageLog(reader_of(each), [cosigned(each, SECOND_LOG)]) for each in (old, new)],
    }
    streams = ScopeStream(RECORDER, CAMERA, "main"), ScopeStream(SECOND, SECOND_CAMERA, "main")
    wish = replace(asked(RECORDER, [CAMERA], BEGIN_US, BEGIN_US + 2 * SEGMENT_US), streams=streams)
    scope = choose(wish, {RECORDER: [reader_of(first)], SECOND: [reader_of(old), reader_of(new)]})
    return replace(_material(scope, logs, range(2)), stamp=_stamp)


def _material(scope: Scope, logs: Mapping[str, Sequence[PackageLog]], numbers: range) -> Material:
    files = {path_of(number, each): content(number, each) for each in logs for number in numbers}

    def open_file(recorder: str, value: Entry) -> BinaryIO:
        return io.BytesIO(files[value["path"]])

    readme = Document("README.txt", lambda: io.BytesIO(b"minh bach"))
    return Material(scope, approvals(scope, 11, 12), logs, open_file, lambda _: [readme], CENTRE, BEGIN_US)


# --- a time stamp -------------------------------------------------------------------------------------


def _stamp(seal: bytes) -> bytes:
    """What an authority answers (RFC 3161), without certificates and signature: the verifier judges neither."""
    algorithm = _der(0x30, _object("608648016503040201"), b"\x05\x00")
    imprint = _der(0x30, algorithm, _der(0x04, hashlib.sha256(seal).digest()))
    when = _der(0x18, b"20261001000000Z")
    info = _der(0x30, _der(0x02, b"\x01"), _object("2a0304"), imprint, _der(0x02, b"\x07"), when)
    inner = _der(0x30, _object("2a864886f70d0109100104"), _der(0xA0, _der(0x04, info)))
    signed = _der(0x30, _der(0x02, b"\x03"), _der(0x31, algorithm), inner, _der(0x31))
    token = _der(0x30, _object("2a864886f70d010702"), _der(0xA0, signed))
    return _der(0x30, _der(0x30, _der(0x02, b"\x00")), token)


def _object(name: str) -> bytes:
    return _der(0x06, bytes.fromhex(name))


def _der(tag: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    length = bytes([len(data)]) if len(data) < 128 else bytes([0x82]) + len(data).to_bytes(2, "big")
    return bytes([tag]) + length + data
