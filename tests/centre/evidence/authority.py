"""A time-stamping authority and an office's certificate, made here: a root, what it vouches for, and a server.

Owns a real HTTP server whose answers are signed by a key of this process. Leaves to others: what is asked of it.
"""

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = datetime.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Holder:
    """A certificate with its key, vouched for by `by`, or by itself."""

    name: str
    by: "Holder | None" = None
    stamping: bool = False
    begin: datetime.datetime = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    end: datetime.datetime = datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC)
    key: rsa.RSAPrivateKey = field(init=False, repr=False)
    certificate: x509.Certificate = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        above = self.by or self
        made = (
            x509.CertificateBuilder()
            .subject_name(_name(self.name))
            .issuer_name(_name(above.name))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begin)
            .not_valid_after(self.end)
            .add_extension(x509.BasicConstraints(ca=self.by is None, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
                    key_agreement=False, key_cert_sign=self.by is None, crl_sign=self.by is None, encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False
            )
        )  # fmt: skip
        if self.stamping:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        self.certificate = made.sign(above.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def packed(self, password: bytes) -> bytes:
        """As offices are given it: PKCS#12."""
        chain = [self.by.certificate] if self.by is not None else None
        return pkcs12.serialize_key_and_certificates(
            self.name.encode(), self.key, self.certificate, chain, BestAvailableEncryption(password)
        )


class Authority:
    """Stamps what it is sent; `broken` answers are sent instead where there are any, the first one first."""

    def __init__(self) -> None:
        self.root = Holder("Gốc thử nghiệm")
        self.own = Holder("Cấp dấu thử nghiệm", self.root, stamping=True)
        self.asked = 0
        self.broken: list[tuple[int, bytes]] = []
        leaf = asn1_x509.Certificate.load(self.own.certificate.public_bytes(Encoding.DER))
        private = self.own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore()
        store.register(leaf)
        self._stamper = DummyTimeStamper(leaf, asn1_keys.PrivateKeyInfo.load(private), certs_to_embed=store)

    def answer(self, asked: bytes) -> bytes:
        """The response to a request, both DER."""
        found: bytes = self._stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
        return found

    def roots(self, folder: Path) -> Path:
        """The file an office is given."""
        path = folder / "roots.pem"
        path.write_bytes(self.root.pem)
        return path

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The address it answers at."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked += 1
                status, data = authority.broken.pop(0) if authority.broken else (200, authority.answer(body))
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words: object) -> None:
                """Nothing: tests read no log of it."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
