"""The camera's side of HTTP Digest (RFC 2617 and 7616) as RTSP uses it; nothing here opens a socket.

Promises: a nonce of this gate only is accepted, and with `qop` a nonce count never twice, so that a replayed header
is refused. Leaves out Basic and `auth-int`: the cameras simulated here never offer them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from minhbach.demo.spec import DigestAlgorithm

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class DigestGate:
    """Challenges and judges requests of one connection; `nonce` is drawn by lot unless a published example needs it."""

    def __init__(
        self, realm: str, user: str, password: str, algorithm: DigestAlgorithm, *, qop: bool, nonce: str = ""
    ) -> None:
        self._realm = realm
        self._user = user
        self._password = password
        self._algorithm = algorithm
        self._qop = qop
        self._nonce = nonce or secrets.token_hex(16)
        self._highest_count = 0

    def challenge(self) -> str:
        """The value of `WWW-Authenticate`."""
        text = f'Digest realm="{self._realm}", nonce="{self._nonce}"'
        # Old cameras name neither algorithm nor qop; a client must then fall back to RFC 2069.
        if self._algorithm != "MD5" or self._qop:
            text += f", algorithm={self._algorithm}"
        return text + ', qop="auth"' if self._qop else text

    def admits(self, header: str, method: str, uri: str) -> bool:
        """True when `header` (the value of `Authorization`) proves the password for this very request."""
        scheme, _, rest = header.partition(" ")
        given = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        if scheme.lower() != "digest" or given.get("username") != self._user:
            return False
        if given.get("nonce") != self._nonce or given.get("uri") != uri or given.get("realm") != self._realm:
            return False
        if given.get("algorithm", "MD5") != self._algorithm:
            return False
        return hmac.compare_digest(given.get("response", ""), self._response(given, method, uri)) and self._fresh(given)

    def _response(self, given: dict[str, str], method: str, uri: str) -> str:
        left = self._hash(f"{self._user}:{self._realm}:{self._password}")
        right = self._hash(f"{method}:{uri}")
        if not self._qop:
            return self._hash(f"{left}:{self._nonce}:{right}")
        middle = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        return self._hash(f"{left}:{middle}:{right}")

    def _fresh(self, given: dict[str, str]) -> bool:
        if not self._qop:
            return True
        count = given.get("nc", "")
        if given.get("qop") != "auth" or not re.fullmatch("[0-9a-fA-F]{8}", count):
            return False
        if int(count, 16) <= self._highest_count:
            return False
        self._highest_count = int(count, 16)
        return True

    def _hash(self, text: str) -> str:
        return _HASHES[self._algorithm](text.encode()).hexdigest()
