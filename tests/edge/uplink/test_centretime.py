"""The centre's clock is believed only fresh, signed, and for this recorder's own question."""

import dataclasses

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.edge.clock import SimulatedClock
from minhbach.edge.uplink.centretime import RENEW_US, CentreClock
from minhbach.protocol import codec, signed
from minhbach.protocol.messages import HOLD, TIME, TimeAsked, TimeTold, Token

RECORDER = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60"
KEY, STRANGER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
S = 1_000_000
NOW_US = 1_790_000_000 * S


def answer(question: bytes, key: Ed25519PrivateKey = KEY, purpose: str = TIME, **change: object) -> bytes:
    told = TimeTold(RECORDER, codec.decode(TimeAsked, question).nonce, NOW_US)
    told = dataclasses.replace(told, **change)  # type: ignore[arg-type]
    return codec.encode(Token(signed.sign(purpose, told, key)))


def clocks() -> tuple[SimulatedClock, CentreClock]:
    clock = SimulatedClock(5 * S, 7 * S)
    return clock, CentreClock(RECORDER, [KEY.public_key()], clock)


def test_it_is_unknown_until_told_and_then_runs_with_the_monotonic_clock() -> None:
    clock, centre = clocks()
    assert centre.now_us() is None
    assert centre.stale
    asked = centre.question()
    clock.advance(400_000)
    assert centre.hear(answer(asked))
    assert centre.now_us() == NOW_US + 200_000
    clock.step(1_000 * S)
    clock.advance(3 * S)
    assert centre.now_us() == NOW_US + 200_000 + 3 * S
    assert not centre.stale
    clock.advance(RENEW_US)
    assert centre.stale


def test_an_answer_serves_once_and_only_its_own_question() -> None:
    clock, centre = clocks()
    old = answer(centre.question())
    new = centre.question()
    assert not centre.hear(old)
    assert not centre.hear(answer(new))  # a wrong answer ends the question
    new = centre.question()
    assert centre.hear(answer(new))
    assert not centre.hear(answer(new))
    clock.advance(S)
    assert centre.now_us() == NOW_US + S


def test_a_late_or_forged_answer_is_not_believed() -> None:
    clock, centre = clocks()
    asked = centre.question()
    clock.advance(3 * S)
    assert not centre.hear(answer(asked))
    for forged in (
        answer(centre.question(), STRANGER),
        answer(centre.question(), purpose=HOLD),
        answer(centre.question(), recorder="another"),
        answer(centre.question(), nonce="0" * 32),
        b"nonsense",
    ):
        assert not centre.hear(forged)
    assert centre.now_us() is None
