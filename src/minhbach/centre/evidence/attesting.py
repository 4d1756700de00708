"""Others who vouch for a package: an authority that stamps the time of its seal, and the office's own certificate.

Owns asking an authority by RFC 3161, judging what it answers by the certificates the office was given, and signing the
report by PAdES. Promises that only an answer which holds is kept, and that an authority which is away, slow or hostile
costs seconds. Which authority and which certificate stand in the settings; secrets are files. Leaves when to ask to
`actions.stamping`, what a court reads of it to `ledger.stamp`.

Errors: NotAttested: `words` say what to do.
"""

import datetime
import http.client
import io
import logging
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings

from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words
from minhbach.ledger import stamp
from minhbach.ledger.stamp import StampError

_LOGGER = logging.getLogger(__name__)

PATIENCE_S, AT_MOST_S = 10.0, 25.0
AWAY = Words(
    "Không liên hệ được tổ chức cấp dấu thời gian: {why}", "The time-stamping authority is out of reach: {why}"
)
NONSENSE = Words(
    "Tổ chức cấp dấu thời gian trả lời sai hoặc từ chối ({why}).",
    "The time-stamping authority's answer is wrong, or it refuses ({why}).",
)
UNTRUSTED = Words(
    "Dấu thời gian không kiểm tra được bằng chứng thư đã cài ({why}); hãy kiểm tra MINHBACH_STAMP_ROOTS_FILE.",
    "The time stamp does not verify by the certificates at hand ({why}); check MINHBACH_STAMP_ROOTS_FILE.",
)
BAD_ROOTS = Words(
    "Không đọc được chứng thư của tổ chức cấp dấu thời gian; hãy kiểm tra MINHBACH_STAMP_ROOTS_FILE.",
    "The authority's certificates cannot be read; check MINHBACH_STAMP_ROOTS_FILE.",
)
BAD_URL = Words(
    "Địa chỉ của tổ chức cấp dấu thời gian phải bắt đầu bằng https:// hoặc http://.",
    "The address of the time-stamping authority begins with https:// or http://.",
)
BAD_CERTIFICATE = Words(
    "Không đọc được chứng thư số của cơ quan hoặc sai mật khẩu; hãy kiểm tra MINHBACH_REPORT_CERTIFICATE_FILE.",
    "The office's certificate cannot be read, or its password is wrong; check MINHBACH_REPORT_CERTIFICATE_FILE.",
)
EXPIRED = Words(
    "Chứng thư số của cơ quan hết hạn ngày {day}.", "The office's certificate is not valid: it ran out on {day}."
)
NO_CERTIFICATE = Words("Chưa cấu hình chứng thư số của cơ quan.", "No certificate of the office is configured.")
NOT_SIGNED = Words(
    "Không ký số được báo cáo ({why}); chi tiết ở nhật ký của tiến trình nền.",
    "The report could not be signed ({why}); the worker's log says more.",
)


class NotAttested(Exception):
    """No stamp, or no signature; the words are for whoever looks after it."""

    def __init__(self, words: Words) -> None:
        super().__init__(both(words)[1])
        self.words = words


@dataclass(frozen=True, slots=True)
class Authority:
    """Where time stamps come from, and by which certificates their signatures are judged."""

    url: str
    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...]

    @property
    def host(self) -> str:
        """What a page shows of it."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The office's own certificate for signing reports. The password is in a file and stays there."""

    path: Path
    password_path: Path | None
    certificate: x509.Certificate

    @property
    def name(self) -> str:
        """Whose it is."""
        return _subject(self.certificate)


def authority() -> Authority | None:
    """The authority of the settings, None where there is none. Raises NotAttested."""
    if not settings.MINHBACH_STAMP_URL:
        return None
    parts = urlsplit(settings.MINHBACH_STAMP_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAttested(BAD_URL)
    try:
        found = x509.load_pem_x509_certificates(Path(settings.MINHBACH_STAMP_ROOTS_FILE).read_bytes())
    except (OSError, ValueError):
        raise NotAttested(BAD_ROOTS) from None
    roots = tuple(each for each in found if each.issuer == each.subject)
    if not roots:
        raise NotAttested(BAD_ROOTS)
    return Authority(settings.MINHBACH_STAMP_URL, roots, tuple(each for each in found if each not in roots))


def stamped(asked: Authority, seal: bytes) -> tuple[bytes, datetime.datetime]:
    """The authority's answer over this seal, and the time it says. Raises NotAttested."""
    sha256 = rfc3161_client.HashAlgorithm.SHA256
    request = rfc3161_client.TimestampRequestBuilder().data(seal).hash_algorithm(sha256).nonce(nonce=True).build()
    data = _asked(asked.url, request.as_bytes())
    try:
        response = rfc3161_client.decode_timestamp_response(data)
        found = stamp.read(data)
    except (ValueError, StampError) as error:
        raise NotAttested(NONSENSE.fill(why=f"{error!s:.120}")) from None
    judge = rfc3161_client.VerifierBuilder(
        roots=list(asked.roots), intermediates=list(asked.intermediates), nonce=request.nonce
    ).build()
    try:
        judge.verify_message(response, seal)
    except (rfc3161_client.VerificationError, ValueError) as error:
        raise NotAttested(UNTRUSTED.fill(why=f"{error!s:.120}")) from None
    if not found.is_of(seal):  # what a court reads has to say the same
        raise NotAttested(NONSENSE.fill(why="hash"))
    return data, datetime.datetime.fromtimestamp(found.at_us / 1_000_000, datetime.UTC)


def _asked(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    until_s = time.monotonic() + AT_MOST_S
    try:
        connection.request("POST", path, body, {"Content-Type": "application/timestamp-query"})
        with connection.getresponse() as response:
            return _read(response, until_s)
    except (OSError, http.client.HTTPException) as error:
        raise NotAttested(AWAY.fill(why=f"{error!s:.120}" or type(error).__name__)) from None
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, until_s: float) -> bytes:
    """The body, as long as it is short and comes soon; one byte a second is no answer."""
    if response.status != http.client.OK:
        raise NotAttested(NONSENSE.fill(why=f"HTTP {response.status}"))
    data = b""
    while piece := response.read1(stamp.LIMIT_BYTES):
        data += piece
        if len(data) > stamp.LIMIT_BYTES or time.monotonic() > until_s:
            raise NotAttested(NONSENSE.fill(why="too long"))
    return data


def holder(now: datetime.datetime) -> Holder | None:
    """The office's certificate of the settings, None where there is none. Raises NotAttested."""
    if not settings.MINHBACH_REPORT_CERTIFICATE_FILE:
        return None
    path = Path(settings.MINHBACH_REPORT_CERTIFICATE_FILE)
    secret = settings.MINHBACH_REPORT_PASSWORD_FILE
    password_path = Path(secret) if secret else None
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), _password(password_path))
    except (OSError, ValueError):
        raise NotAttested(BAD_CERTIFICATE) from None
    if key is None or certificate is None:
        raise NotAttested(BAD_CERTIFICATE)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotAttested(EXPIRED.fill(day=f"{certificate.not_valid_after_utc:%d/%m/%Y}"))
    return Holder(path, password_path, certificate)


def signed(report: bytes, by: Holder) -> bytes:
    """The report with the office's signature (PAdES baseline B). Raises NotAttested, whatever kept it from being."""
    try:
        return _signed(report, by)
    except NotAttested:
        raise
    except Exception as error:  # of the library or of the file: neither is to cost a package
        _LOGGER.exception("the report could not be signed by %s", by.name)
        raise NotAttested(NOT_SIGNED.fill(why=type(error).__name__)) from None


def _signed(report: bytes, by: Holder) -> bytes:
    # Two seconds and 40 MB, wanted only where an office has a certificate.
    signers = import_module("pyhanko.sign.signers")
    fields = import_module("pyhanko.sign.fields")
    writer = import_module("pyhanko.pdf_utils.incremental_writer").IncrementalPdfFileWriter
    with_key = signers.SimpleSigner.load_pkcs12(str(by.path), passphrase=_password(by.password_path))
    if with_key is None:
        raise NotAttested(BAD_CERTIFICATE)
    shape = signers.PdfSignatureMetadata(
        field_name="Chu_ky_so", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, name=by.name
    )
    found = io.BytesIO()
    signers.sign_pdf(writer(io.BytesIO(report)), shape, signer=with_key, output=found)
    return found.getvalue()


def _password(path: Path | None) -> bytes | None:
    return path.read_text("utf-8").strip().encode() if path is not None else None


def _subject(certificate: x509.Certificate) -> str:
    named = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(named[0].value)[:300] if named else certificate.subject.rfc4514_string()[:300]
