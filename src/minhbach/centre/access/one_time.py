"""One-time codes as RFC 6238 has them, and codes to come in without the phone. No I/O, no rows.

Six digits from HMAC-SHA-1 over steps of thirty seconds: what every authenticator reads. A code serves once: whoever
keeps the device keeps the last step that was used and asks for a later one.
"""

import base64
import datetime
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
#: Phones are some seconds off: the step before and after count too.
DRIFT_STEPS = 1
ISSUER = "Minh Bạch"
RECOVERY_CODES = 8
#: Without letters and digits that are mistaken for each other on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 5


def new_secret() -> bytes:
    """A secret for a new phone."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step."""
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # nosec B303 # HMAC, as RFC 6238 wants


def step_of(now: datetime.datetime) -> int:
    """The number of the step that this moment lies in."""
    return int(now.timestamp()) // STEP_S


def proved_step(secret: bytes, code: str, *, after: int, now: datetime.datetime) -> int | None:
    """The step whose code this is, if it is of about now and later than the step `after`; else none."""
    given = "".join(code.split())
    here = step_of(now)
    for step in range(max(here - DRIFT_STEPS, after + 1), here + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given.encode()):
            return step
    return None


def address(secret: bytes, username: str) -> str:
    """What the picture to scan says: an `otpauth` address."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).get_provisioning_uri(username, ISSUER)  # nosec B303


def base32(secret: bytes) -> str:
    """The secret as a person types it where no picture can be scanned."""
    return base64.b32encode(secret).decode().rstrip("=")


def new_recovery_codes() -> list[str]:
    """Codes that each let in once without the phone: three groups of five, 74 bits."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def normal(recovery_code: str) -> str:
    """A recovery code as it was made, however it was typed."""
    letters = "".join(letter for letter in recovery_code.lower() if letter.isalnum())
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
