"""A town for every test of what citizens say."""

import pytest

from tests.centre.feedback.visits import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town()
