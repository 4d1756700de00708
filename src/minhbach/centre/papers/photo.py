"""Photographs and PDFs that people bring: looked at by a confined child process (`redraw`), or refused with a sentence.

A photograph is drawn anew. A PDF stays as it is, with all that its sender wrote into it, once the child found nothing
in it but pages; it is handed out as a file to be saved, never shown in a page (`serving`).

Errors:

    PhotoRefused    no JPEG or PNG, too large, or too much for the child; `words` says what to do
"""

import subprocess
import sys
from pathlib import Path

from minhbach.centre.words import Words

MOST_BYTES = 20_000_000
PATIENCE_S = 20
JPEG_BEGINS = b"\xff\xd8"
REDRAW = Path(__file__).with_name("redraw.py")
TOO_LARGE = Words(
    "Ảnh lớn hơn 20 MB. Hãy chụp ở độ phân giải thấp hơn.", "The photograph is over 20 MB. Take a smaller one."
)
NO_PHOTO = Words(
    "Tệp này không phải là ảnh JPEG hoặc PNG đọc được. Hãy chụp lại hoặc chọn tệp khác.",
    "This file is no readable JPEG or PNG photograph. Take it again or choose another file.",
)


NO_PAPER = Words(
    "Tệp PDF này không đọc được, bị khóa, hoặc có mã chạy, tệp kèm. Hãy in hoặc quét lại thành PDF thường.",
    "This PDF is not readable, is locked, or holds programs or other files. Print or scan it to a plain PDF again.",
)
PDF, JPEG = "application/pdf", "image/jpeg"


class PhotoRefused(Exception):
    """The photograph was not taken; the words say what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def redrawn(data: bytes) -> bytes:
    """The photograph as an upright JPEG of at most 2000 px without the sender's metadata. Raises PhotoRefused."""
    return _by_child(data)


def photo_or_pdf(data: bytes) -> tuple[bytes, str]:
    """The photograph as `redrawn` has it, or a PDF as it is, and which of both. Raises PhotoRefused."""
    kept = _by_child(data, "pdf")
    return kept, JPEG if kept.startswith(JPEG_BEGINS) else PDF


def _by_child(data: bytes, *also: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise PhotoRefused(TOO_LARGE)
    too_much = NO_PAPER if also and data.startswith(b"%PDF-") else NO_PHOTO
    try:
        # No variable of ours reaches the child: a password in one would be there for the taking.
        child = subprocess.run(
            [sys.executable, "-I", str(REDRAW), *also],
            input=data,
            capture_output=True,
            timeout=PATIENCE_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotoRefused(too_much) from None
    if child.returncode != 0 or not child.stdout.startswith((JPEG_BEGINS, b"%PDF-") if also else JPEG_BEGINS):
        raise PhotoRefused(too_much)
    return child.stdout
