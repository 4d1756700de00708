"""The demo's district, laid through the site's own actions."""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minhbach.centre.access.models import Account
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Room, Unit
from minhbach.centre.regulation.reading import in_force
from minhbach.demo.district import laying, places, staff

NOW = datetime.datetime(2026, 11, 20, 2, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The district without live communes, and the folder of its site."""
    settings.MINHBACH_DATA = tmp_path
    laying.lay(laying.Past(NOW, ()))
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_it_has_eighteen_communes_each_with_both_kinds_of_room(district: Path) -> None:
    for name in places.COMMUNES:
        unit = Unit.objects.get(names__name=places.commune(name))
        rooms = reading.rooms_of([unit.id], TODAY)
        assert {room.room_type for room in rooms} == {"one_stop", "reception_room"}
    assert len(places.COMMUNES) == 18
    assert Room.objects.count() == 36


def test_every_person_signs_in_with_the_password_shown_and_is_shown(district: Path) -> None:
    shown = {each["username"]: each for each in json.loads((district / laying.ACCOUNTS_FILE).read_text("utf-8"))}
    assert shown.keys() == {member.username for member in staff.MEMBERS}
    signing = Account.objects.filter(password="!")  # chairmen of reports: no password is theirs
    assert not any(account.has_usable_password() for account in signing)
    for account in Account.objects.exclude(password="!"):
        assert account.check_password(shown[account.username]["password"])
        assert not account.must_change_password


def test_every_role_is_one_of_the_rules_and_counts_at_that_kind_of_unit(district: Path) -> None:
    province = Unit.objects.get(names__name=places.PROVINCE)
    roles = in_force(province.id, TODAY).roles
    for account in Account.objects.all():
        (post,) = reading.posts(account.person_id, TODAY)
        kind = reading.name_on(post.unit_id, TODAY).kind
        assert str(kind) in roles[post.role].held_at, account.username
    assert {member.role for member in staff.MEMBERS} >= set(roles) - {"inspection_member"}


def test_footage_is_kept_so_short_that_a_notebook_does_not_fill(district: Path) -> None:
    province = Unit.objects.get(names__name=places.PROVINCE)
    times = in_force(province.id, TODAY).times
    assert times.retention_one_stop_days == times.retention_reception_room_days == 2
    assert times.deletion_intent_hours == 1


def test_laid_twice_it_is_there_once(district: Path) -> None:
    laying.lay(laying.Past(NOW, ()))
    assert Room.objects.count() == 36
