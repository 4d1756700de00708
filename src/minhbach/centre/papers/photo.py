"""Photographs that people bring: drawn anew by a confined child process (`redraw`), or refused with a sentence.

Errors:

    PhotoRefused    no JPEG or PNG, too large, or too much for the child; `words` says what to do
"""

import subprocess
import sys
from pathlib import Path

from minhbach.centre.words import Words

MOST_BYTES = 20_000_000
PATIENCE_S = 20
REDRAW = Path(__file__).with_name("redraw.py")
TOO_LARGE = Words(
    "Ảnh lớn hơn 20 MB. Hãy chụp ở độ phân giải thấp hơn.", "The photograph is over 20 MB. Take a smaller one."
)
NO_PHOTO = Words(
    "Tệp này không phải là ảnh JPEG hoặc PNG đọc được. Hãy chụp lại hoặc chọn tệp khác.",
    "This file is no readable JPEG or PNG photograph. Take it again or choose another file.",
)


class PhotoRefused(Exception):
    """The photograph was not taken; the words say what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def redrawn(data: bytes) -> bytes:
    """The photograph as an upright JPEG of at most 2000 px without the sender's metadata. Raises PhotoRefused."""
    if len(data) > MOST_BYTES:
        raise PhotoRefused(TOO_LARGE)
    try:
        # No variable of ours reaches the child: a password in one would be there for the taking.
        child = subprocess.run(
            [sys.executable, "-I", str(REDRAW)],
            input=data,
            capture_output=True,
            timeout=PATIENCE_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotoRefused(NO_PHOTO) from None
    if child.returncode != 0 or not child.stdout.startswith(b"\xff\xd8"):
        raise PhotoRefused(NO_PHOTO)
    return child.stdout
