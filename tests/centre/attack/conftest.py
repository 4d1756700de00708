"""A case of extraction for the tests that race for it: made as its own tests make it."""

from tests.centre.evidence.conftest import case, history

__all__ = ["case", "history"]
