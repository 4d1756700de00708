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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that empties the tables behind it must put back what migrations laid there, or the next one misses it."""
    for item in items:
        for marker in item.iter_markers("django_db"):
            if marker.kwargs.get("transaction") and not marker.kwargs.get("serialized_rollback"):
                raise pytest.UsageError(f"{item.nodeid}: say serialized_rollback=True beside transaction=True")
        if "transactional_db" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid}: mark it django_db(transaction=True, serialized_rollback=True)")
