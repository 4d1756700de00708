"""The centre's clock as far as this recorder knows it.

Owns the challenge: a fresh nonce goes out, the centre signs it with its time, and the time is kept against the
monotonic clock. Leases are judged by it, so nobody who sets this machine's clock, or repeats an old answer, can make
one last. Promises an error below half of ``MOST_TRIP_US``; an answer that took longer is not believed.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.clock import Clock
from minhbach.protocol import codec, signed
from minhbach.protocol.codec import Malformed
from minhbach.protocol.messages import TIME, TimeAsked, TimeTold, Token

MOST_TRIP_US = 2_000_000
RENEW_US = 60_000_000
"""By then two cheap clocks have drifted apart by six milliseconds."""


class CentreClock:
    """``question`` and ``hear`` belong together; between them nothing of an earlier question is believed."""

    def __init__(self, recorder: str, keys: Collection[Ed25519PublicKey], clock: Clock) -> None:
        self._recorder = recorder
        self._keys = keys
        self._clock = clock
        self._nonce = ""
        self._asked_us = 0
        self._offset_us: int | None = None
        self._learned_us = 0

    def now_us(self) -> int | None:
        """Unix µs by the centre's clock; None before the first answer."""
        return None if self._offset_us is None else self._clock.mono_us() + self._offset_us

    @property
    def stale(self) -> bool:
        """Whether it is time to ask."""
        return self._offset_us is None or self._clock.mono_us() - self._learned_us >= RENEW_US

    def question(self) -> bytes:
        """What to ask now."""
        self._nonce, self._asked_us = secrets.token_hex(16), self._clock.mono_us()
        return codec.encode(TimeAsked(self._nonce))

    def hear(self, answer: bytes) -> bool:
        """Take an answer in; false when it is none that can be believed."""
        now_us, nonce, self._nonce = self._clock.mono_us(), self._nonce, ""
        try:
            told = signed.read(TIME, TimeTold, codec.decode(Token, answer).token, self._keys)
        except (Malformed, signed.NotSigned):
            return False
        trip_us = now_us - self._asked_us
        if not nonce or told.nonce != nonce or told.recorder != self._recorder or trip_us > MOST_TRIP_US:
            return False
        self._offset_us, self._learned_us = told.now_us + trip_us // 2 - now_us, now_us
        return True
