"""Who signs in these tests: keys made from one letter each, so that every run and every vector has the same ones."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.ledger import checkpoint, note

RECORDER = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60"
OTHER_RECORDER = "0190b6a0-5c1e-7d2a-9f3b-ffffffffffff"
ORIGIN = checkpoint.log_origin(RECORDER, 2026)


def signer(name: str, letter: str, algorithm: int = note.LOG_KEY) -> note.Signer:
    key = Ed25519PrivateKey.from_private_bytes(letter.encode() * 32)
    return note.Signer(name, key.public_key().public_bytes_raw(), key.sign, algorithm)


LOG = signer(checkpoint.log_key_name(RECORDER), "L")
NEXT_LOG = signer(checkpoint.log_key_name(RECORDER), "N")
OTHER_LOG = signer(checkpoint.log_key_name(OTHER_RECORDER), "O")
WITNESS = signer("minhbach.vn/witness/so-noi-vu", "W", note.WITNESS_KEY)
OTHER_WITNESS = signer("minhbach.vn/witness/thanh-tra", "T", note.WITNESS_KEY)
