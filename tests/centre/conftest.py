"""What the tests of the supervision site share: one real PostgreSQL for the run, and in it a database for each worker.

The settings are read from the environment that `tests/centre_settings.py` lays when pytest starts; the server itself
starts with the first test that asks for the database.
"""

import itertools
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import kept, laid

NAME = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this worker's own, as migrations leave one; the server ends with the whole run, and takes it along.

    A test that commits (`transaction=True`) is followed by a fresh one: emptying two hundred tables and laying again
    what migrations laid there took three times as long, and the next test found other numbers.
    """
    kept.ask("postgres")
    laid.copy(NAME)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = NAME
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _afresh)
        yield
    with django_db_blocker.unblock():
        connection.close()


def _afresh(_: TransactionTestCase) -> None:
    connection.close()
    laid.copy(NAME)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test asks faster than people do: the site sees its requests a minute apart, but where a test is about that."""
    from minhbach.centre.access import guard  # Django is not set up when this file is read
    from minhbach.centre.access.pace import WINDOW_S, Pace

    minutes = itertools.count()
    monkeypatch.setattr(guard, "PACE", Pace(lambda: next(minutes) * WINDOW_S))
