"""Others vouch for a package: an authority stamps its seal, the office signs its report; neither is believed unread."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from django.conf import LazySettings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from minhbach.centre.evidence import attesting
from minhbach.centre.evidence.attesting import NotAttested
from minhbach.centre.evidence.contents import REPORT
from minhbach.centre.papers.printing import pdf
from minhbach.ledger import stamp
from tests.centre.evidence.authority import Authority, Holder
from tests.centre.footage.sites import at
from tests.edge.keeping import START_US

SEAL = b"minhbach-package\n00\n"
NOW = at(START_US)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Authority, str]]:
    authority = Authority()
    with authority.listening() as url:
        yield authority, url


@pytest.fixture
def set_up(running: tuple[Authority, str], settings: LazySettings, tmp_path: Path) -> Authority:
    settings.MINHBACH_STAMP_URL = running[1]
    settings.MINHBACH_STAMP_ROOTS_FILE = str(running[0].roots(tmp_path))
    running[0].broken.clear()
    return running[0]


def asked() -> attesting.Authority:
    found = attesting.authority()
    assert found is not None
    return found


def test_a_stamp_of_a_local_authority_comes_verifies_and_is_read_by_the_courts_program(set_up: Authority) -> None:
    answer, when = attesting.stamped(asked(), SEAL)
    found = stamp.read(answer)
    assert found.is_of(SEAL)
    assert not found.is_of(SEAL + b"x")
    assert found.at_us == round(when.timestamp() * 1_000_000)


def test_openssl_agrees_about_it(set_up: Authority, tmp_path: Path, needs: object) -> None:
    needs("openssl")  # type: ignore[operator]
    answer, _ = attesting.stamped(asked(), SEAL)
    (tmp_path / "stamp.tsr").write_bytes(answer)
    (tmp_path / "seal.txt").write_bytes(SEAL)
    words = ["openssl", "ts", "-verify", "-data", "seal.txt", "-in", "stamp.tsr", "-CAfile", "roots.pem"]
    words += ["-untrusted", "own.pem"]
    (tmp_path / "own.pem").write_bytes(set_up.own.pem)
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "Verification: OK" in ran.stdout + ran.stderr, ran.stderr


def test_the_stamp_of_somebody_elses_root_is_refused(set_up: Authority, settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(Holder("Gốc khác").pem)
    settings.MINHBACH_STAMP_ROOTS_FILE = str(tmp_path / "other.pem")
    with pytest.raises(NotAttested, match="does not verify"):
        attesting.stamped(asked(), SEAL)


def test_an_old_answer_shown_again_is_refused(set_up: Authority) -> None:
    """Its number is another one's, though it is of this very seal."""
    answer, _ = attesting.stamped(asked(), SEAL)
    set_up.broken.append((200, answer))
    with pytest.raises(NotAttested, match="does not verify"):
        attesting.stamped(asked(), SEAL)


@pytest.mark.parametrize("broken", [(500, b""), (200, b""), (200, b"<html>"), (200, b"0" * 200_000), (302, b"x")])
def test_whatever_an_authority_answers_is_a_stamp_or_a_sentence(set_up: Authority, broken: tuple[int, bytes]) -> None:
    set_up.broken.append(broken)
    with pytest.raises(NotAttested) as problem:
        attesting.stamped(asked(), SEAL)
    assert problem.value.words.vi
    assert problem.value.words.en


def test_settings_that_cannot_be_used_are_said(settings: LazySettings, tmp_path: Path, set_up: Authority) -> None:
    for url in ("file:///etc/passwd", "gopher://x", "tsa.example.vn"):
        settings.MINHBACH_STAMP_URL = url
        with pytest.raises(NotAttested):
            attesting.authority()
    settings.MINHBACH_STAMP_URL = "https://tsa.example.vn"
    for data in (b"", b"no certificate", set_up.own.pem):  # the last is no root
        (tmp_path / "roots.pem").write_bytes(data)
        with pytest.raises(NotAttested):
            attesting.authority()
    settings.MINHBACH_STAMP_URL = ""
    assert attesting.authority() is None


def test_an_authority_that_is_away_is_said_to_be(settings: LazySettings, set_up: Authority) -> None:
    settings.MINHBACH_STAMP_URL = "http://127.0.0.1:1/tsa"
    with pytest.raises(NotAttested, match="out of reach"):
        attesting.stamped(asked(), SEAL)


# --- the office's signature -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Holder:
    return Holder("Văn phòng UBND xã A", Holder("Gốc chữ ký số"))


def installed(settings: LazySettings, folder: Path, who: Holder, password: str = "mật khẩu") -> None:
    (folder / "office.p12").write_bytes(who.packed("mật khẩu".encode()))
    (folder / "password").write_text(password + "\n", "utf-8")
    settings.MINHBACH_REPORT_CERTIFICATE_FILE = str(folder / "office.p12")
    settings.MINHBACH_REPORT_PASSWORD_FILE = str(folder / "password")


def report() -> bytes:
    words = dict.fromkeys(("title", "above", "unit", "number", "place_and_date", "extraction", "room"), "x")
    words |= {"begin": "x", "end": "x", "scope": "0" * 64}
    return pdf(REPORT, {**words, "streams": [], "gaps": [], "copies": []}, at=NOW)


def judged(data: bytes, root: Certificate) -> tuple[bool, bool, str]:
    """Intact, trusted, and how much of the file is covered: by a reader of PDFs that is not ours."""
    trusted = x509.Certificate.load(root.public_bytes(Encoding.DER))
    [found] = PdfFileReader(io.BytesIO(data)).embedded_signatures
    status = validate_pdf_signature(found, ValidationContext(trust_roots=[trusted]))
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    coverage = status.coverage.name if status.coverage is not None else ""
    return bool(status.intact and status.valid), bool(status.trusted), coverage


def test_the_report_carries_the_offices_signature_over_all_of_it(
    settings: LazySettings, tmp_path: Path, office: Holder
) -> None:
    installed(settings, tmp_path, office)
    by = attesting.holder(NOW)
    assert by is not None
    assert by.name == "Văn phòng UBND xã A"
    assert office.by is not None
    found = attesting.signed(report(), by)
    assert judged(found, office.by.certificate) == (True, True, "ENTIRE_FILE")
    changed = (
        found.replace(b"/Producer", b"/Produser", 1)
        if b"/Producer" in found
        else found.replace(b"/Title", b"/Titel", 1)
    )
    assert changed != found
    assert not judged(changed, office.by.certificate)[0]


def test_a_certificate_that_cannot_sign_is_said(settings: LazySettings, tmp_path: Path, office: Holder) -> None:
    assert attesting.holder(NOW) is None
    installed(settings, tmp_path, office, password="sai")
    with pytest.raises(NotAttested, match="cannot be read"):
        attesting.holder(NOW)
    (tmp_path / "office.p12").write_bytes(b"no certificate")
    with pytest.raises(NotAttested, match="cannot be read"):
        attesting.holder(NOW)
    past = Holder("Hết hạn", end=office.begin.replace(year=2021))
    installed(settings, tmp_path, past)
    with pytest.raises(NotAttested, match="01/01/2021"):
        attesting.holder(NOW)
