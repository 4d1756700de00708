"""Handing one e-mail to the office's mail server. No rows here; runs beside the database's thread.

Promises that nothing leaves in the clear but to this very machine, that a server's certificate is checked, and that no
answer of ours starts a conversation with another robot. What a server says is kept short and in one line.

    MailRefused     the server will never take this mail: no such mailbox, not allowed
    MailDelayed     not now: nobody answers, busy, wrong certificate; try again later
"""

import datetime
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from minhbach.centre.messaging.mail_page import page_of

TIMEOUT_S = 20.0
HERE = ("127.0.0.1", "::1", "localhost")


class MailRefused(Exception):
    """The server will never take this mail; says why."""


class MailDelayed(Exception):
    """Not now; says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: how it is spoken to ("smtp" here only, "smtp+tls", "smtps"), where, as whom."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    #: A PEM file of the office's own authority, known beside those of the machine; empty: those alone.
    authority: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Server({self.scheme}://{self.host}:{self.port})"


def server() -> Server | None:
    """The mail server of the settings, or none. Raises ValueError for an address that cannot be meant."""
    if not settings.MINHBACH_SMTP:
        return None
    parts = urlsplit(settings.MINHBACH_SMTP)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        raise ValueError("MINHBACH_SMTP must be smtps://host:465 or smtp+tls://host:587")
    if parts.scheme == "smtp" and parts.hostname not in HERE:
        raise ValueError("MINHBACH_SMTP: mail leaves this machine encrypted only, use smtps:// or smtp+tls://")
    secret = settings.MINHBACH_SMTP_PASSWORD_FILE
    password = Path(secret).read_text("utf-8").strip() if secret else ""
    port = parts.port or {"smtps": 465, "smtp+tls": 587, "smtp": 25}[parts.scheme]
    user = settings.MINHBACH_SMTP_USER
    authority = settings.MINHBACH_SMTP_AUTHORITY_FILE
    return Server(parts.scheme, parts.hostname, port, settings.MINHBACH_MAIL_FROM, user, password, authority)


def message(*, sender: str, to: str, subject: str, body: str, key: str, now: datetime.datetime) -> EmailMessage:
    """The mail as it goes out. `key` makes its id: sent twice after a kill, it is one mail in most mailboxes."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, " ".join(subject.split())
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{key}@{sender.rpartition('@')[2].strip('>') or 'minhbach'}>"
    # Nobody's absence note answers a robot, and no list takes it up.
    made["Auto-Submitted"], made["X-Auto-Response-Suppress"] = "auto-generated", "All"
    made.set_content(body)
    made.add_alternative(page_of(body, settings.PUBLIC_ADDRESS), subtype="html")
    return made


def hand_over(found: Server, mail: EmailMessage) -> None:
    """Give it to the server. Raises MailRefused, MailDelayed."""
    try:
        with _connected(found, _context(found)) as line:
            if found.user:
                line.login(found.user, found.password)
            line.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise _problem(code, said) from None
    except smtplib.SMTPAuthenticationError as refused:
        # Our own settings are wrong, not the mailbox: somebody mends them, and the mail still goes out.
        raise MailDelayed(_line(refused.smtp_code, refused.smtp_error)) from None
    except smtplib.SMTPResponseException as refused:
        raise _problem(refused.smtp_code, refused.smtp_error) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise MailDelayed(f"{type(problem).__name__}: {problem}"[:300]) from None


def _context(found: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if found.authority:
        context.load_verify_locations(found.authority)
    return context


def _connected(found: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if found.scheme == "smtps":
        return smtplib.SMTP_SSL(found.host, found.port, timeout=TIMEOUT_S, context=context)
    line = smtplib.SMTP(found.host, found.port, timeout=TIMEOUT_S)
    if found.scheme == "smtp+tls":
        try:
            line.starttls(context=context)
        except BaseException:
            line.close()
            raise
    return line


def _problem(code: int, said: bytes | str) -> MailRefused | MailDelayed:
    return (MailRefused if 500 <= code < 600 else MailDelayed)(_line(code, said))


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]
