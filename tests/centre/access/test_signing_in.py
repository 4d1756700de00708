"""Signing in: one answer for everything that is wrong, waiting that cannot lock an office out, codes used once."""

import pytest
from django.test import Client
from django.utils import timezone

from minhbach.centre.access.actions import accounts
from minhbach.centre.access.models import AuditRow
from minhbach.centre.registry.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài dễ nhớ"


@pytest.fixture
def account():
    now = timezone.now()
    person = Person.objects.create(full_name="Nguyễn Thu Hà", sort_key="ha", search_key="ha", added_at=now)
    return accounts.open_account(
        "test", person=person.id, username="ha.nt", password=PASSWORD, decision_number="12/QĐ",
        must_change_password=False, now=now,
    )  # fmt: skip


def enter(client, name="ha.nt", password=PASSWORD, code="", **more):
    return client.post("/dang-nhap", {"username": name, "password": password, "code": code}, **more)


def test_the_right_password_begins_a_session(account):
    client = Client()
    assert enter(client, name=" HA.NT ").status_code == 302
    assert client.get("/mat-khau").status_code == 200
    assert AuditRow.objects.filter(account=account, act="signed_in").count() == 1
