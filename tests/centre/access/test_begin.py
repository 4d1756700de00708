"""The first unit and the first person of a new site, made before anybody can sign in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.registry.models import Unit
from minhbach.centre.regulation.reading import in_force

WORDS = {
    "unit": "Tỉnh Hòa Giang",
    "code": "H81",
    "name": "Mai Thanh Tùng",
    "username": "quantri",
    "decision": "1/QĐ-UBND",
}
pytestmark = pytest.mark.django_db


def begin(**other: str) -> str:
    said = StringIO()
    call_command("begin", stdout=said, **{**WORDS, **other})
    return said.getvalue()


def test_it_makes_one_administrator_who_must_change_the_password_shown_once() -> None:
    said = begin()
    account = Account.objects.get()
    password = said.split()[1]
    assert account.check_password(password)
    assert account.must_change_password
    assert password not in str(AuditRow.objects.values_list("details", flat=True))
    unit = Unit.objects.get()
    assert in_force(unit.id, unit.valid_from).profile == "MO_HINH_2_CAP_2025"


def test_where_there_is_a_unit_already_it_refuses_and_writes_nothing() -> None:
    begin()
    with pytest.raises(CommandError, match="There is a unit already"):
        begin(username="another")
    assert Account.objects.count() == 1


def test_a_kind_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="province"):
        begin(kind="village")
    assert not Unit.objects.exists()
