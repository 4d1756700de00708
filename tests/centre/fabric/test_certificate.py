"""Nobody but the centre that enrolled a recorder is told anything by it, not even that it is there."""

import asyncio
import contextlib
import dataclasses
import logging
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from minhbach.centre.fabric import certificate, keys
from minhbach.centre.fabric.certificate import NoAuthority
from minhbach.centre.fabric.server import Users
from minhbach.durable import Files
from minhbach.edge.config import ConfigError
from minhbach.edge.uplink import enrolment
from minhbach.protocol.line import SERVER_NAME, Access, Line
from tests.centre.footage.lines import Fabric, until

ONE = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60"


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Fabric]:
    with Fabric(tmp_path / "centre") as fabric:
        yield fabric


async def _dial(granted: Access) -> bool:
    line = Line(granted, "test")
    line.start()
    await until(lambda: asyncio.sleep(0, line.connected or line._complaint))
    connected, impostor = line.connected, line.impostor
    await line.stop()
    assert not connected, "it connected"
    return impostor


def dialled(granted: Access) -> bool:
    """Whether whoever answered was found to be an impostor; an error where he was believed."""
    return asyncio.run(_dial(granted))


def test_another_centre_under_the_same_address_is_refused_loudly(
    fabric: Fabric, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    granted = fabric.enrol(ONE).access
    with Fabric(tmp_path / "other") as other, caplog.at_level(logging.ERROR):
        assert dialled(dataclasses.replace(granted, address=other.address))
    assert "không phải là trung tâm" in caplog.text
    assert granted.password not in caplog.text


def test_the_same_authority_for_another_name_is_refused(fabric: Fabric, tmp_path: Path) -> None:
    """As if somebody got the authority to sign a certificate of his own machine."""
    granted = fabric.enrol(ONE).access
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.ensure(stranger, Files())
    folder = fabric.data / "fabric"
    # The authority's own certificate shown as a server's: signed by the right one, and for no server at all.
    context.load_cert_chain(folder / certificate.CA, folder / certificate.CA_KEY)
    with _server(context) as port:
        assert dialled(dataclasses.replace(granted, address=f"tls://127.0.0.1:{port}"))


def test_a_server_without_tls_hears_no_password(fabric: Fabric) -> None:
    granted = fabric.enrol(ONE).access
    heard = bytearray()
    info = b'INFO {"server_id":"X","version":"2.15.1","proto":1,"max_payload":1048576,"tls_required":false}\r\n'
    with _server(None, info, heard) as port:
        for scheme in ("tls", "nats"):
            dialled(dataclasses.replace(granted, address=f"{scheme}://127.0.0.1:{port}"))
    assert heard
    assert granted.password.encode() not in heard
    assert ONE.encode() not in heard


def test_a_client_without_tls_hears_nothing_of_the_fabric(fabric: Fabric) -> None:
    with socket.create_connection(("127.0.0.1", int(fabric.address.rpartition(":")[2])), 2) as plain:
        plain.settimeout(1)
        plain.sendall(b'CONNECT {"verbose":false}\r\nSUB > 1\r\n')
        with contextlib.suppress(TimeoutError):
            assert b"INFO" not in plain.recv(4096)


def test_a_server_with_a_new_key_of_the_same_authority_needs_no_new_enrolment(fabric: Fabric) -> None:
    enrolled = fabric.enrol(ONE)
    folder = fabric.data / "fabric"
    before = (folder / certificate.SERVER).read_bytes()
    fabric.cut()
    for name in (certificate.SERVER, certificate.SERVER_KEY):
        (folder / name).unlink()
    Users(folder).ensure()
    assert (folder / certificate.SERVER).read_bytes() != before
    fabric.mend()
    with pytest.raises(AssertionError, match="it connected"):
        dialled(enrolled.access)


def test_what_is_there_is_never_made_anew_and_without_the_key_nothing_is_signed(tmp_path: Path) -> None:
    certificate.ensure(tmp_path, Files())
    names = (certificate.CA, certificate.CA_KEY, certificate.SERVER, certificate.SERVER_KEY)
    first = {name: (tmp_path / name).read_bytes() for name in names}
    certificate.ensure(tmp_path, Files())
    assert {name: (tmp_path / name).read_bytes() for name in names} == first
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in names)
    (tmp_path / certificate.CA_KEY).unlink()
    certificate.ensure(tmp_path, Files())
    (tmp_path / certificate.SERVER).unlink()
    with pytest.raises(NoAuthority):
        certificate.ensure(tmp_path, Files())


def test_the_certificate_names_the_fabric_and_not_a_machine(tmp_path: Path) -> None:
    certificate.ensure(tmp_path, Files())
    shown = x509.load_pem_x509_certificate((tmp_path / certificate.SERVER).read_bytes())
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [SERVER_NAME]
    assert (shown.not_valid_before_utc.year, shown.not_valid_after_utc.year) == (1970, 9999)


@pytest.mark.parametrize("address", ["nats://10.1.2.3:4222", "nats://fabric.example.vn", "http://127.0.0.1", "", "x"])
def test_an_enrolment_whose_line_would_leave_the_machine_in_clear_is_refused(
    fabric: Fabric, tmp_path: Path, address: str
) -> None:
    file = tmp_path / "enrolment.toml"
    file.write_text(fabric.enrolment(ONE, "geheim").replace(fabric.address, address), "utf-8")
    file.chmod(0o600)
    with pytest.raises(ConfigError):
        enrolment.load(file, keys.fast_check)


class _server:
    """Somebody at a port: with a TLS context of his own, or in clear with a first word; what he hears is kept."""

    def __init__(self, context: ssl.SSLContext | None, says: bytes = b"", heard: bytearray | None = None) -> None:
        self._context, self._says, self._heard = context, says, heard if heard is not None else bytearray()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with plain, contextlib.suppress(OSError):
                plain.settimeout(1)
                line = self._context.wrap_socket(plain, server_side=True) if self._context else plain
                line.sendall(self._says)
                while data := line.recv(65536):
                    self._heard += data
