"""By what a recorder knows that it talks to its own centre: a certificate of our own, pinned in the enrolment.

Owns, in the folder ``fabric``: ``ca.pem`` and ``ca.key``, which sign nothing but the server's certificate, and
``server.pem`` and ``server.key``, which ``nats-server`` shows. The name in the certificate is that of the fabric and
not of a machine, so a centre may move. It never ends, as a recorder whose clock stands in 1970 or 2070 must still find
its centre; what ends an authority here is a new enrolment. To replace a server's key, delete ``server.*`` and run
``minhbach centre init``; only for that is ``ca.key`` needed, which may lie elsewhere until then.

Errors::

    NoAuthority    the server's certificate is missing, and so is the key that could sign another
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from minhbach.durable import Files
from minhbach.protocol.line import SERVER_NAME

CA, CA_KEY, SERVER, SERVER_KEY = "ca.pem", "ca.key", "server.pem", "server.key"
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280 4.1.2.5: no end that is known


class NoAuthority(Exception):
    """The server can get no certificate. ``vi`` and ``en`` say what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} ({en})")
        self.vi = vi
        self.en = en


def ensure(folder: Path, files: Files) -> None:
    """Make what is missing, durably. Raises NoAuthority, OSError."""
    if not (folder / CA).exists() and not (folder / SERVER).exists():
        key = _made(folder / CA_KEY, files)
        files.replace(folder / CA, _pem(_authority(key)), mode=0o600)
    if not (folder / SERVER).exists() or not (folder / SERVER_KEY).exists():
        authority, signer = _loaded(folder)
        key = _made(folder / SERVER_KEY, files)
        files.replace(folder / SERVER, _pem(_server(key, authority, signer)), mode=0o600)


def ca_pem(folder: Path, address: str) -> str:
    """The certificates that may vouch for the fabric at an address, for ``Access``; empty where it is not encrypted.

    Raises OSError.
    """
    return (folder / CA).read_text("ascii") if address.startswith("tls://") else ""


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Minh Bạch fabric")
    return (
        _certificate(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        _certificate(_name(SERVER_NAME), authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _certificate(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(not_valid_before=_BEGIN, not_valid_after=_END)
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _made(path: Path, files: Files) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files.replace(path, pem, mode=0o600)
    return key


def _loaded(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    authority = signer = None
    try:
        authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
        signer = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        signer = None
    if authority is None or not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise NoAuthority(
            f"Thiếu chứng chỉ của đường kết nối và khóa ký của nó ({folder / CA_KEY}); hãy phục hồi từ bản sao lưu.",
            f"The fabric's certificate and the key that signs it ({folder / CA_KEY}) are missing; restore a backup.",
        )
    return authority, signer


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
