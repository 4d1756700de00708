"""Logging in at a camera: which challenge to answer, and how (RFC 7616, 2617, 2069, 7617).

Owns: a quote-aware parser of WWW-Authenticate (several lines, or several challenges in one line: A01), the choice
among challenges, Digest and Basic answers, and the count of refusals.

Promises: the strongest Digest first, Basic only when nothing else is offered and it is allowed; one try per nonce
and at most two refusals of a secret in a row, because cameras lock accounts (A06); a nonce that simply aged is
answered again without counting (A05); passwords appear in no repr and no exception.

Leaves to others: sending (`dialog`), the wait after a refusal (`faults.Backoff`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from minhbach.edge import faults
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.message import encode
from minhbach.edge.rtsp.url import Credentials

MAX_REFUSALS = 2
_MAX_STALE = 4
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_STRENGTH = ("SHA-256", "SHA-256-SESS", "MD5", "MD5-SESS")
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_ITEM = re.compile(
    rf"""\s*(?:(?P<scheme>{_TOKEN})\s+(?={_TOKEN}\s*=)|(?P<alone>{_TOKEN})\s*(?=,|$))?
         (?:(?P<key>{_TOKEN})\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^,"]*)))?\s*(?:,|$)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One offer of the camera; parameter names in lower case, values unquoted."""

    scheme: str
    parameters: Mapping[str, str]

    @property
    def algorithm(self) -> str:
        """`MD5`, `SHA-256`, … upper case; MD5 when the camera names none."""
        return self.parameters.get("algorithm", "").strip().upper() or "MD5"

    @property
    def answerable(self) -> bool:
        """A Digest whose algorithm we know and that has a nonce."""
        return self.scheme == "digest" and self.algorithm in _STRENGTH and "nonce" in self.parameters

    @property
    def stale(self) -> bool:
        """Only a plain `true` counts; cameras write "FALSE" on the first refusal (A06)."""
        return self.parameters.get("stale", "").strip().lower() == "true"

    @property
    def qop(self) -> str | None:
        """`auth` if offered, else `auth-int` if offered, None for the RFC 2069 form (A04, A07)."""
        offered = [part.strip().lower() for part in self.parameters.get("qop", "").split(",")]
        return next((kind for kind in ("auth", "auth-int") if kind in offered), None)


def parse_challenges(values: Sequence[str]) -> tuple[Challenge, ...]:
    """All challenges of all WWW-Authenticate values, in order. Never raises; nonsense gives fewer challenges."""
    found: list[tuple[str, dict[str, str]]] = []
    for value in values[:16]:
        position = 0
        while position < len(value) and (match := _ITEM.match(value, position)) and match.end() > position:
            position = match.end()
            if scheme := match.group("scheme") or match.group("alone"):
                found.append((scheme.lower(), {}))
            if match.group("key") and found:
                quoted = match.group("quoted")
                text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match.group("bare").strip()
                found[-1][1].setdefault(match.group("key").lower(), text)
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found)


class Authenticator:
    """Answers the challenges of one session. `token` yields a fresh cnonce; `secure` is true on TLS."""

    def __init__(
        self, credentials: Credentials | None, habits: Habits, *, secure: bool, token: Callable[[], str]
    ) -> None:
        self._credentials = credentials
        self._habits = habits
        self._secure = secure
        self._token = token
        self._challenge: Challenge | None = None
        self._count = 0
        self._accepted = False
        self._stale = 0
        self._offers: tuple[Challenge, ...] = ()

    @property
    def used(self) -> str:
        """How the last answer was made: `none`, `basic` or the digest algorithm. For notes (A01)."""
        if self._challenge is None:
            return "none"
        return "basic" if self._challenge.scheme == "basic" else self._challenge.algorithm

    @property
    def offers(self) -> str:
        """The last challenges without secrets, for a report (A08): scheme, algorithm and the keys present."""
        return "; ".join(
            f"{offer.scheme} {offer.algorithm} keys={'/'.join(sorted(offer.parameters))[:80]}"
            for offer in self._offers[:4]
        )

    def authorization(self, method: str, target: str, body: bytes = b"") -> str | None:
        """The Authorization value for a request, None before any challenge."""
        if self._challenge is None or self._credentials is None:
            return None
        if self._challenge.scheme == "basic":
            pair = f"{self._credentials.user}:{self._credentials.password}"
            return "Basic " + base64.b64encode(pair.encode("utf-8", "surrogateescape")).decode()
        self._count += 1
        return digest(self._challenge, self._credentials, method, target, body, self._token(), self._count)

    def challenged(self, values: Sequence[str], *, signed: bool) -> None:
        """A 401 came; `signed`: the refused request carried our answer. Afterwards the next `authorization` answers
        the new challenge. Raises CameraTrouble when there is no sense in another try."""
        self._offers = parse_challenges(values)
        if self._credentials is None:
            raise faults.CameraTrouble(faults.NEEDS_PASSWORD)
        refused = self._challenge if signed else None
        chosen = self._choose(refused)
        if refused is not None:
            self._count_refusal(refused, chosen)
        self._challenge = chosen
        self._count = 0
        self._accepted = False

    def accepted(self) -> None:
        """A signed request was answered other than by 401."""
        if self._challenge is None:
            return
        if self._habits.refusals and self._challenge.algorithm.startswith("MD5") and len(self._algorithms()) > 1:
            self._habits.prefers_md5 = True
        self._accepted = True
        self._habits.refusals = 0
        self._stale = 0

    def _algorithms(self) -> set[str]:
        return {offer.algorithm for offer in self._offers if offer.scheme == "digest"}

    def _count_refusal(self, refused: Challenge, chosen: Challenge) -> None:
        same = chosen.parameters.get("nonce") == refused.parameters.get("nonce")
        if (chosen.stale or self._accepted) and not (same and refused.scheme == "digest"):
            self._stale += 1
            if self._stale <= _MAX_STALE:
                return
        self._habits.refusals += 1
        repeated = same and chosen.algorithm == refused.algorithm
        if self._habits.refusals >= MAX_REFUSALS or repeated:
            self._habits.refusals = 0
            self._habits.prefers_md5 = False
            raise faults.CameraTrouble(faults.WRONG_PASSWORD, f"after {self.used}")

    def _choose(self, refused: Challenge | None) -> Challenge:
        """The strongest Digest we can answer; MD5 after a refused SHA-256 (A03); Basic last."""
        digests = [offer for offer in self._offers if offer.answerable]
        digests.sort(key=lambda offer: _STRENGTH.index(offer.algorithm))
        weak_first = self._habits.prefers_md5 or (
            refused is not None and refused.algorithm.startswith("SHA") and not self._accepted
        )
        if digests:
            self._habits.digest_seen = True
            md5 = [offer for offer in digests if offer.algorithm.startswith("MD5")]
            return md5[0] if weak_first and md5 else digests[0]
        basic = next((offer for offer in self._offers if offer.scheme == "basic"), None)
        if basic is None:
            raise faults.CameraTrouble(faults.LOGIN_UNSUPPORTED, self.offers)
        allowed = self._credentials is not None and self._credentials.allow_basic and not self._habits.digest_seen
        if not allowed and not self._secure:
            raise faults.CameraTrouble(faults.CLEAR_PASSWORD)
        return basic


def digest(
    challenge: Challenge, credentials: Credentials, method: str, target: str, body: bytes, cnonce: str, count: int
) -> str:
    """A Digest Authorization value (RFC 7616 3.4; RFC 2069 form when the camera offers no qop, A04)."""
    algorithm, qop = challenge.algorithm, challenge.qop
    realm, nonce = challenge.parameters.get("realm", ""), challenge.parameters.get("nonce", "")
    user = credentials.user.encode("utf-8", "surrogateescape")
    secret = credentials.password.encode("utf-8", "surrogateescape")
    first = _hash(algorithm, user + b":" + encode(realm) + b":" + secret)
    if algorithm.endswith("-SESS"):
        first = _hash(algorithm, encode(f"{first}:{nonce}:{cnonce}"))
    asked = f"{method}:{target}" + (f":{_hash(algorithm, body)}" if qop == "auth-int" else "")
    second = _hash(algorithm, encode(asked))
    between = f"{nonce}:{count:08x}:{cnonce}:{qop}" if qop else nonce
    fields = [
        f'username="{_quote(user.decode("latin-1"))}"', f'realm="{_quote(realm)}"', f'nonce="{_quote(nonce)}"',
        f'uri="{target}"', f'response="{_hash(algorithm, encode(f"{first}:{between}:{second}"))}"',
    ]  # fmt: skip
    # Some cameras refuse an answer that names the algorithm they did not name (A02).
    if algorithm != "MD5":
        fields.append(f"algorithm={challenge.parameters.get('algorithm', '').strip()}")
    if "opaque" in challenge.parameters:
        fields.append(f'opaque="{_quote(challenge.parameters["opaque"])}"')
    if qop:
        fields += [f"qop={qop}", f"nc={count:08x}"]
    if qop or algorithm.endswith("-SESS"):
        fields.append(f'cnonce="{cnonce}"')
    return "Digest " + ", ".join(fields)


def _hash(algorithm: str, data: bytes) -> str:
    return hashlib.new(_HASHES[algorithm.removesuffix("-SESS")], data, usedforsecurity=False).hexdigest()


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
