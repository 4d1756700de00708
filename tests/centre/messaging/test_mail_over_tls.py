"""Mail over TLS to a server whose authority an office made itself: taken where it is known, told and kept where not."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from minhbach.centre.messaging import smtp
from minhbach.centre.messaging.smtp import MailDelayed, Server

DAY = datetime.timedelta(days=1)
SCHEMES = pytest.mark.parametrize("scheme", ["smtps", "smtp+tls"])


class Office:
    """An authority of an office, and a certificate of it for 127.0.0.1 and localhost; PEM files in the folder."""

    def __init__(self, folder, *, valid=True):
        self.authority, self.chain, self.key = (folder / name for name in ("authority.pem", "server.pem", "key.pem"))
        own, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "UBND xã, tự cấp")])
        root = _begun(name, name, own.public_key(), valid=True)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        root = root.add_extension(_usage(), critical=True)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        leaf = _begun(subject, name, server.public_key(), valid=valid)
        leaf = leaf.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), critical=False)
        pem = serialization.Encoding.PEM
        self.authority.write_bytes(root.sign(own, hashes.SHA256()).public_bytes(pem))
        self.chain.write_bytes(leaf.sign(own, hashes.SHA256()).public_bytes(pem))
        self.key.write_bytes(server.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def _usage():
    named = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **named)


def _begun(subject, issuer, key, *, valid):
    now = datetime.datetime.now(datetime.UTC)
    begin, end = (now - DAY, now + DAY) if valid else (now - 3 * DAY, now - DAY)
    made = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
    made = made.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


class Post:
    """A mail server that speaks TLS from the first byte, or from STARTTLS on; keeps what it took and who signed in."""

    def __init__(self, office, scheme):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(office.chain, office.key)
        self._at_once = scheme == "smtps"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.took, self.said = [], []

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        # Closing alone would not wake who waits for a client that never came.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self):
        # A client that trusts nobody goes away amid the handshake.
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_ends:
            line, _ = self._socket.accept()
            line.settimeout(20)
            line = open_ends.enter_context(self._guarded(line) if self._at_once else line)
            self._talk(line, open_ends)

    def _guarded(self, line):
        return self._context.wrap_socket(line, server_side=True)

    def _talk(self, line, open_ends):
        safe, read = self._at_once, open_ends.enter_context(line.makefile("rb"))
        line.sendall(b"220 post\r\n")
        while said := read.readline():
            word = said.split()[0].upper()
            self.said.append((safe, word))
            match word:
                case b"EHLO":
                    line.sendall(b"250-post\r\n" + (b"250 AUTH PLAIN\r\n" if safe else b"250 STARTTLS\r\n"))
                case b"STARTTLS":
                    line.sendall(b"220 go on\r\n")
                    line, safe = open_ends.enter_context(self._guarded(line)), True
                    read = open_ends.enter_context(line.makefile("rb"))
                case b"DATA":
                    line.sendall(b"354 end with a dot\r\n")
                    self.took.append(b"".join(iter(read.readline, b".\r\n")))
                    line.sendall(b"250 ok\r\n")
                case _:
                    line.sendall({b"AUTH": b"235 ok\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))


def send(post, scheme, host="127.0.0.1", authority=""):
    sender = "Minh Bạch <minhbach@xa.example>"
    server = Server(scheme, host, post.port, sender, "minhbach", "bi-mat", str(authority))
    mail = smtp.message(
        sender=server.sender, to="chutich@xa.example", subject="Tin ngày", body="Hôm qua", key="1", now=timezone.now()
    )
    smtp.hand_over(server, mail)


@SCHEMES
def test_where_the_authority_of_the_office_is_known_mail_is_taken_and_nothing_was_said_in_the_clear(tmp_path, scheme):
    office = Office(tmp_path)
    with Post(office, scheme) as post:
        send(post, scheme, authority=office.authority)
    assert len(post.took) == 1
    assert {word for safe, word in post.said if not safe} <= {b"EHLO", b"STARTTLS"}
    assert (True, b"AUTH") in post.said


@SCHEMES
def test_where_it_is_not_known_the_server_is_told_no_word_and_the_log_says_why(tmp_path, scheme):
    with Post(Office(tmp_path), scheme) as post, pytest.raises(MailDelayed) as told:
        send(post, scheme)
    assert "CERTIFICATE_VERIFY_FAILED" in str(told.value)
    assert "bi-mat" not in str(told.value)
    assert post.took == []
    assert not [word for _, word in post.said if word in (b"AUTH", b"MAIL", b"DATA")]


@SCHEMES
@pytest.mark.parametrize(("wrong", "why"), [("host", "Hostname mismatch"), ("expired", "certificate has expired")])
def test_another_name_or_a_day_that_is_over_is_no_proof_of_the_server(tmp_path, monkeypatch, scheme, wrong, why):
    office = Office(tmp_path, valid=wrong != "expired")
    if wrong == "host":
        known = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **named: known("127.0.0.1", *more, **named))
    host = "mail.khac.example" if wrong == "host" else "127.0.0.1"
    with Post(office, scheme) as post, pytest.raises(MailDelayed) as told:
        send(post, scheme, host=host, authority=office.authority)
    assert why in str(told.value)
    assert post.took == []


def test_a_file_of_the_authority_that_cannot_be_read_delays_mail_and_says_so(tmp_path):
    with Post(Office(tmp_path), "smtps") as post, pytest.raises(MailDelayed) as told:
        send(post, "smtps", authority=tmp_path / "gone.pem")
    assert "FileNotFoundError" in str(told.value)
    assert post.said == []
