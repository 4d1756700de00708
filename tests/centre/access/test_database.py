"""The application signs in to PostgreSQL as a role that can add to history and cannot change, empty or drop it.

Everything here is done as that role, not as the owner that ran the migrations: what its rights refuse is refused by
PostgreSQL, whatever the code of the pages does.
"""

import datetime
import io
import secrets

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from minhbach.centre.access.actions import grants, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, Left
from minhbach.centre.access.database import allowed
from minhbach.centre.access.models import AuditRow, Refusal, Served, Viewing
from minhbach.centre.fabric import keys
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import District

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
KEPT = ("access_auditrow", "access_refusal", "access_viewedcamera", "access_grant_rooms", "access_purpose_rooms",
        "messaging_notice", "footage_faulttold", "registry_assignmentevent")  # fmt: skip


@pytest.fixture
def role():
    name = f"pages_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} NOLOGIN")
    call_command("secure_database", role=name, stdout=io.StringIO())
    return name


@pytest.fixture
def as_role(role):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def refused(statement):
    """Whether PostgreSQL refuses this for lack of a right."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
    return False


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.usefixtures("as_role")
def test_what_is_history_can_neither_be_changed_nor_emptied_nor_dropped(table):
    first = next(iter(connection.introspection.get_table_description(connection.cursor(), table))).name
    assert refused(f"DELETE FROM {table}")
    assert refused(f"UPDATE {table} SET {first} = {first}")
    assert refused(f"TRUNCATE {table}")
    assert refused(f"DROP TABLE {table}")
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


@pytest.mark.usefixtures("as_role")
def test_no_setting_and_no_other_role_makes_triggers_be_silent(role):
    assert refused("SET session_replication_role = replica")
    assert refused("CREATE TABLE public.mine (a int)")
    assert refused("CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert refused("ALTER TABLE access_viewing DISABLE TRIGGER USER")
    # The trigger library's own way round its triggers ends at the rights.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pgtrigger.ignore = '{access.AuditRow,access.Viewing}'")
    assert refused("DELETE FROM access_auditrow")
    assert refused("UPDATE access_viewing SET account_id = account_id")


@pytest.mark.usefixtures("as_role")
def test_of_a_row_that_is_kept_only_what_may_change_may_be_changed():
    for column in ("leased_until", "closed_at", "ending", "salt"):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE access_viewing SET {column} = {column}")
    frozen = {
        "access_viewing": "sound",
        "access_grant": "ends_at",
        "access_signin": "address",
        "access_purpose": "text",
        "regulation_regulation": "content",
    }
    assert all(refused(f"UPDATE {table} SET {column} = {column}") for table, column in frozen.items())


def test_the_pages_can_work_as_this_role(tmp_path, monkeypatch, role):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    district = District()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    chairman, now = district.people["commune_chairman"], district.now
    who, room = Asker(chairman, "s" * 64, "10.0.0.7"), district.rooms["A", "one_stop"]
    reason = purposes.open_purpose(chairman, text="kiểm tra phản ánh", reference="", rooms=[room.id], now=now)
    opened = viewings.open_viewing(
        who, kind="playback", cameras=[district.camera("A")], begin=now - 2 * HOUR, end=now - HOUR, purpose=reason.id,
        now=now,
    )  # fmt: skip
    viewings.renew_viewing(who, opened.viewing.id, now=now)
    camera = district.cameras["A", "one_stop"]
    left = Left(f"{camera.recorder_id}/{camera.name}", False, 10**15, 10**15 + 10**6)
    for _ in range(2):
        viewings.record_served(opened.viewing.id, [left], 1000, now=now)
    viewings.close_viewing(who, opened.viewing.id, now=now)
    given = grants.grant(
        district.people["chief_of_office"],
        terms=grants.Terms(
            district.people["inspection_member"].person_id, frozenset({Right.LIVE}), frozenset({room.id}), now,
            now + HOUR, "5/QĐ",
        ),
        now=now,
    )  # fmt: skip
    grants.end_grant(district.people["chief_of_office"], given.id, now=now)
    with pytest.raises(viewings.ViewingRefused):
        viewings.open_viewing(
            Asker(district.people["technician"], "t" * 64, None), kind="live", cameras=[camera.id], now=now
        )
    assert (Viewing.objects.count(), Served.objects.count(), Refusal.objects.count()) == (1, 1, 1)
    assert AuditRow.objects.filter(act__in=["granted", "grant_ended"]).count() == 2


def test_every_table_of_every_app_has_rights_that_were_thought_of():
    tables = {each.table for each in allowed()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        there = {table for (table,) in cursor.fetchall()}
    assert there - tables == {"django_migrations"}  # read only, by SELECT on all tables


@pytest.mark.parametrize("extra", ["SUPERUSER", "CREATEROLE", "IN ROLE owner", ""])
def test_a_role_that_its_rights_would_not_hold_is_not_given_any(extra):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        cursor.execute(f"CREATE ROLE unfit NOLOGIN {extra.replace('owner', cursor.fetchone()[0])}")
    if extra:
        with pytest.raises(CommandError):
            call_command("secure_database", role="unfit")
    with pytest.raises(CommandError):
        call_command("secure_database", role="nobody_of_that_name")
