"""What PostgreSQL itself refuses about rights and history."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_database_stands():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from access_account")
        assert cursor.fetchone() == (0,)
