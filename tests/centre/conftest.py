"""What the tests of the supervision site share: one real PostgreSQL for the run, one database for each worker.

The settings are read from the environment that `tests/centre_settings.py` lays when pytest starts; the server itself
starts with the first test that asks for the database.
"""

import pytest

from tests import kept


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the server before the first database is made on it; it ends with the whole run."""
    kept.ask("postgres")
