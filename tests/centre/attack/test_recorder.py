"""A recorder that lies with its own key: about how much it has, what it has, and whose it is.

What it answers when it is asked is bytes of a stranger, whatever its heads promise: nothing of a lie is stored or
cosigned, each contradiction is an alarm, nobody else waits for it, and the truth that follows is taken in.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from minhbach.bench.packages import signer
from minhbach.centre.footage import collecting, tempo
from minhbach.centre.footage.logcopy import LogCopy
from minhbach.centre.footage.models import Alarm, Cosignature, RecorderLog
from minhbach.centre.registry.models import Recorder
from minhbach.durable import Files
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger import note, tree
from minhbach.protocol import codec, subjects
from minhbach.protocol.line import Heard, Line
from minhbach.protocol.messages import EntriesWanted, Hello, LogHead, Outcome, Proof, pack_entries
from tests.centre.footage.lines import PATIENCE_S, Fabric, until
from tests.centre.footage.test_hostile_recorder import (
    collected,
    fabric,
    heard_since,
    recorders,
    state,
    thief,
)

__all__ = ["fabric", "recorders"]
pytestmark = pytest.mark.django_db(transaction=True)
KNOWN, GROWN = 3, 6
Answer = Callable[["Liar"], bytes]


@dataclass
class Lie:
    """What is wrong, what it says of itself, what it answers, and the alarm that comes of it; none where it is only
    asked again.
    """

    name: str
    alarm: str = ""
    head: Callable[["Liar"], LogHead] | None = None
    told: Answer | None = None
    proof: Answer | None = None


@dataclass
class Liar:
    """A log of six entries under the recorder's own key; `lie` is what it tells now."""

    recorder: UUID
    lie: Lie = field(default_factory=lambda: Lie("none"))
    asked: int = 0

    def __post_init__(self) -> None:
        self.name = str(timezone.now().year)
        self.origin = checkpoints.log_origin(str(self.recorder), int(self.name))
        self.key = signer(checkpoints.key_name(self.origin))
        at_us = round(timezone.now().timestamp() * 1_000_000)
        clock = {"boot": "0" * 32, "mono_us": 0, "offset_us": at_us, "run_us": 0}
        opened = {"origin": self.origin, "recorder": str(self.recorder), "year": int(self.name), "previous": None}
        made = [
            entries.make("log_opened", at_us=at_us, clock=-1, key=self.key.verifier.vkey, reason="new", **opened),
            entries.make("boot", at_us=at_us, clock=1, version="0.1", previous_end="first", **clock),
            entries.make("configuration", at_us=at_us, clock=1, cameras=[], intent_lead_us=0, sha256="0" * 64),
        ]
        faults = [("began", "disk"), ("ended", "disk"), ("began", "clock")]
        made += [
            entries.make("fault", at_us=at_us + 1 + n, clock=1, subject=subject, code="full", state=what)
            for n, (what, subject) in enumerate(faults)
        ]
        self.lines = [entries.encode(each) for each in made]
        assert len(self.lines) == GROWN

    def head(self, size: int, *, root: bytes | None = None, origin: str = "", stranger: bool = False) -> LogHead:
        """Signed, whatever it says."""
        root = root or tree.root_of(map(tree.leaf_hash, self.lines[:size]))
        claim = checkpoints.Checkpoint(origin or self.origin, size, root)
        by = signer(checkpoints.key_name(claim.origin))
        if stranger:
            private = Ed25519PrivateKey.generate()
            by = note.Signer(by.name, private.public_key().public_bytes_raw(), private.sign, note.LOG_KEY)
        return LogHead(self.name, size, checkpoints.sign(claim, by).decode())

    def hello(self) -> bytes:
        head = self.lie.head(self) if self.lie.head else self.head(GROWN)
        return codec.encode(Hello(str(self.recorder), "0.1", "", 1, (head,)))

    async def was_asked_since(self, asked: int) -> bool:
        return self.asked > asked

    async def entries(self, heard: Heard) -> bytes:
        self.asked += 1
        if self.lie.told is not None:
            return self.lie.told(self)
        wanted = codec.decode(EntriesWanted, heard.data)
        return pack_entries(wanted.begin, self.lines[wanted.begin : wanted.end])

    async def proof(self, heard: Heard) -> bytes:
        self.asked += 1
        if self.lie.proof is not None:
            return self.lie.proof(self)
        return codec.encode(Proof(()))


HUGE = 1 << 52


def rooted(liar: Liar) -> LogHead:
    return liar.head(HUGE, root=b"\1" * 32)


OTHER = "01900000-0000-7000-8000-0000000000ff"
LIES = [
    Lie("nothing", told=lambda liar: b""),
    Lie("noise", told=lambda liar: os.urandom(300)),
    Lie("a length that nothing follows", told=lambda liar: KNOWN.to_bytes(8, "big") + b"\xff\xff"),
    Lie("more than was asked for", told=lambda liar: pack_entries(KNOWN, [*liar.lines[KNOWN:], *liar.lines])),
    Lie("another place", told=lambda liar: pack_entries(0, liar.lines[:KNOWN])),
    Lie("a place beyond all", told=lambda liar: b"\xff" * 8 + pack_entries(0, liar.lines[:KNOWN])[8:]),
    Lie("what was sent before", "log_contradicts", told=lambda liar: pack_entries(KNOWN, liar.lines[:KNOWN])),
    Lie("in another order", "log_contradicts", told=lambda liar: pack_entries(KNOWN, liar.lines[:2:-1])),
    Lie("one bit", "log_contradicts", told=lambda liar: pack_entries(KNOWN, [*liar.lines[3:5], b"{" + liar.lines[5]])),
    Lie("no JSON", "log_contradicts", told=lambda liar: pack_entries(KNOWN, [b"x", b"y", b"z"])),
    Lie("a size beyond all", "log_contradicts", head=rooted, proof=lambda liar: codec.encode(Proof(()))),
    Lie("a proof of no hashes", "log_contradicts", head=rooted, proof=lambda liar: codec.encode(Proof(("zz",) * 9))),
    Lie("a proof that is long", "log_contradicts", head=rooted,
        proof=lambda liar: codec.encode(Proof(("00" * 32,) * 3000))),
    Lie("a proof that is none", head=rooted, proof=lambda liar: b"[" * 1000),
    Lie("an older head", "log_shrunk", head=lambda liar: liar.head(KNOWN - 1)),
    Lie("another past", "log_forked", head=lambda liar: liar.head(KNOWN, root=b"\2" * 32)),
    Lie("another older past", "log_forked", head=lambda liar: liar.head(KNOWN - 1, root=b"\2" * 32)),
    Lie("another recorder's log", "log_foreign",
        head=lambda liar: liar.head(GROWN, origin=checkpoints.log_origin(OTHER, int(liar.name)))),
    Lie("another year under this name", "log_foreign",
        head=lambda liar: liar.head(GROWN, origin=checkpoints.log_origin(str(liar.recorder), int(liar.name) + 1))),
    Lie("another key", "head_unsigned", head=lambda liar: liar.head(GROWN, stranger=True)),
]  # fmt: skip


def seen() -> int:
    return sum(Alarm.objects.values_list("times", flat=True))


def more_than(before: int) -> bool:
    return seen() > before


def test_no_lie_of_a_recorder_is_stored_or_cosigned_and_the_truth_that_follows_is(
    fabric: Fabric, recorders: list[Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "REFUSED_S", 0.0)  # how long it is left alone is not what is tried here
    monkeypatch.setattr(collecting, "CHUNK", GROWN - KNOWN)
    monkeypatch.setattr(tempo, "PER_S", 1e6)
    bad, other = recorders
    liar = Liar(bad.id)
    folder = fabric.data / "logs" / str(bad.id) / liar.name

    def stored() -> int:
        return LogCopy(Files(), folder).head.size

    async def say(line: Line) -> None:
        await line.publish(subjects.up(str(bad.id), subjects.HELLO), liar.hello())

    async def story() -> None:
        async with collected(fabric) as collector, thief(fabric, bad) as line, thief(fabric, other) as honest:
            await line.serve(subjects.down(str(bad.id), subjects.ENTRIES), liar.entries)
            await line.serve(subjects.down(str(bad.id), subjects.PROOF), liar.proof)
            await line.serve(subjects.down(str(bad.id), subjects.COSIGNED), cosigned)
            await line.settled(PATIENCE_S)
            liar.lie = Lie("the truth", head=lambda known: known.head(KNOWN))
            await say(line)
            await until(lambda: collector.do(RecorderLog.objects.filter(size=KNOWN).exists))
            for lie in LIES:
                before, asked = await collector.do(seen), liar.asked
                liar.lie = lie
                await say(line)
                if lie.alarm:
                    await until(partial(collector.do, more_than, before))
                    kinds = await collector.do(lambda: set(Alarm.objects.values_list("kind", flat=True)))
                    assert lie.alarm in kinds, lie.name
                else:
                    await until(partial(liar.was_asked_since, asked))
                assert stored() == KNOWN, lie.name
            begin = timezone.now()
            await honest.publish(subjects.up(str(other.id), subjects.STATE), state(other))
            await until(partial(collector.do, heard_since, other.id, begin))
            assert await collector.do(lambda: set(Cosignature.objects.values_list("size", flat=True))) <= {KNOWN}
            liar.lie = Lie("the truth")
            await say(line)
            await until(lambda: collector.do(RecorderLog.objects.filter(size=GROWN).exists))

    asyncio.run(story())
    assert [*LogCopy(Files(), folder).reader().entries(0, GROWN)] == liar.lines
    assert set(Alarm.objects.values_list("recorder_id", flat=True)) == {bad.id}
    assert set(Alarm.objects.values_list("kind", flat=True)) >= {lie.alarm for lie in LIES if lie.alarm}


async def cosigned(heard: Heard) -> bytes:
    return codec.encode(Outcome(True))
