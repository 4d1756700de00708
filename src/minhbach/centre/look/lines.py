"""Lines of the log of a service: one message is one line, whoever wrote the words in it.

A recorder's answer, a file's name or an error from elsewhere may hold line breaks and signs that steer a terminal; with
them, whoever speaks to us could write lines that we never wrote. Every process of the centre logs through this.
"""

import logging
from typing import Any


class OneLine(logging.Formatter):
    """Messages on one line, what cannot be seen written out; a traceback's lines begin with a bar."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # the standard library's name
        """The line itself."""
        return seen(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """A traceback; what the error says may have lines of its own."""
        return "\n".join(f"| {seen(line)}" for line in super().formatException(ei).splitlines())


def seen(text: str) -> str:
    """The text with every sign that is not shown as itself written out, as ``\\n`` or ``\\x1b``."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
