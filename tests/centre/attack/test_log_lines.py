"""Whoever has words of theirs logged (a recorder, an address, a file) writes no line of their own there."""

import logging
from typing import Any

import pytest
from django.conf import settings

from minhbach.centre.look.lines import OneLine

FORGED = "no\nERROR minhbach: the log was cut by root\r\x1b[2K\u202e\x85\u2028end"


@pytest.fixture
def lines():
    """What comes out of the formatter that the settings name, for one record."""
    logging_of: Any = settings.LOGGING
    named = dict(logging_of["formatters"]["line"])
    assert named.pop("()") == f"{OneLine.__module__}.{OneLine.__qualname__}"
    formatter = OneLine(**named)

    def written(message, *values, error=None):
        caught = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("minhbach", logging.WARNING, "", 0, message, values, caught)
        return formatter.format(record)

    return written


def test_a_message_is_one_line_whatever_is_in_it(lines):
    text = lines("recorder %s does not cosign: %s", "a", FORGED)
    assert len(text.splitlines()) == 1
    assert text.isprintable()
    assert r"no\nERROR" in text
    assert (
        lines("Không đọc được tệp «%s»", "Sổ tiếp công dân")
        == "WARNING minhbach: Không đọc được tệp «Sổ tiếp công dân»"
    )


def test_a_traceback_is_seen_to_be_one_also_where_its_error_speaks_in_lines(lines):
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        text = lines("an error of our own", error=error)
    first, *others = text.split("\n")
    assert first == "WARNING minhbach: an error of our own"
    assert len(others) > 2
    assert all(line.startswith("| ") and line.isprintable() for line in others)
