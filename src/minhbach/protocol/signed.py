"""Documents that one side signs and the other obeys: configuration, holds, the centre's time.

Owns the form (``<base64url of canonical JSON>.<base64url of the signature>``) and what is signed: the purpose of the
document stands in front of it, so that a document of one purpose, or a lease, which the same key signs, can never be
passed off as another. Leaves to the reader whether a document is still of today.

Errors::

    NotSigned    malformed, of another purpose, or signed by no known key
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from minhbach.protocol import codec

_Document = TypeVar("_Document")


class NotSigned(Exception):
    """This is no document of the purpose expected that a known key has signed."""


def sign(purpose: str, document: Any, key: Ed25519PrivateKey) -> str:
    """A dataclass of ``codec`` as a signed token. ``purpose`` is a word such as ``configure``."""
    body = urlsafe_b64encode(codec.encode(document))
    return f"{body.decode()}.{urlsafe_b64encode(key.sign(_message(purpose, body))).decode()}"


def read(
    purpose: str,
    kind: type[_Document],
    token: str,
    keys: Collection[Ed25519PublicKey],
    most_bytes: int = codec.MOST_BYTES,
) -> _Document:
    """The document in a token. Raises NotSigned, codec.Malformed."""
    body, dot, signature = token.partition(".")
    if not dot or len(token) > 2 * most_bytes:
        raise NotSigned("A signed document has two parts and is not that long.")
    raw, data = _decoded(signature), _decoded(body)
    if not any(_holds(key, raw, _message(purpose, body.encode())) for key in keys):
        raise NotSigned(f"No known key has signed this as «{purpose}».")
    return codec.decode(kind, data, most_bytes)


def _message(purpose: str, body: bytes) -> bytes:
    return b"minhbach-signed/1 " + purpose.encode() + b"\n" + body


def _holds(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    """Bytes of padded base64url in its one spelling."""
    try:
        data = urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        raise NotSigned("A part of the document is not base64url.") from None
    if urlsafe_b64encode(data).decode() != text:
        raise NotSigned("A part of the document is not spelled as base64url is.")
    return data
