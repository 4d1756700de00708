"""What PostgreSQL itself refuses, whoever writes: two truths for one day, circles, a recording without a sign."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from minhbach.centre.registry.models import Placement, Unit, UnitKind, UnitName

DAY = datetime.date(2026, 3, 5)
LATER = datetime.date(2026, 7, 1)


def unit() -> Unit:
    return Unit.objects.create(valid_from=DAY)


def name(of: Unit, code: str, begin: datetime.date = DAY, until: datetime.date | None = None) -> UnitName:
    kind = UnitKind.objects.get(code="commune")
    return UnitName.objects.create(
        unit=of,
        code=code,
        kind=kind,
        name="Xã Mộc Xuyên",
        search_key="",
        sort_key="",
        valid_from=begin,
        valid_until=until,
    )


@pytest.mark.django_db
def test_a_unit_has_one_name_on_a_day_and_another_the_day_after() -> None:
    one = unit()
    name(one, "00001", DAY, LATER)
    name(one, "00002", LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        name(one, "00003", DAY, LATER)


@pytest.mark.django_db
def test_no_code_is_two_units_at_the_same_time() -> None:
    name(unit(), "00001")
    with pytest.raises(IntegrityError), transaction.atomic():
        name(unit(), "00001")


@pytest.mark.django_db
def test_no_unit_stands_below_itself_on_any_day() -> None:
    a, b, c = unit(), unit(), unit()
    Placement.objects.create(unit=b, parent=a, valid_from=DAY)
    Placement.objects.create(unit=c, parent=b, valid_from=DAY, valid_until=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(unit=a, parent=c, valid_from=DAY + datetime.timedelta(1))
    Placement.objects.create(unit=a, parent=c, valid_from=LATER)


@pytest.mark.django_db(transaction=True)
def test_two_movers_at_the_same_time_close_no_circle() -> None:
    a, b = unit(), unit()
    refused: list[str] = []

    def put_a_below_b() -> None:
        try:
            Placement.objects.create(unit=a, parent=b, valid_from=DAY)
        except IntegrityError as error:
            refused.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        Placement.objects.create(unit=b, parent=a, valid_from=DAY)
        other = threading.Thread(target=put_a_below_b)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "the second mover waits until the first is done"
    other.join(10)
    assert "below itself" in refused[0]
    assert Placement.objects.count() == 1
