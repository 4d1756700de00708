"""What pages and worker may do in PostgreSQL: read and add, change what is meant to change, never erase history.

Triggers refuse what must not be, but whoever owns a table can drop its triggers. So the owner only migrates, and the
application signs in as another role, which `secure` gives its rights: derived from the very triggers that the models
declare, so that a new kept table is kept from its first day. Nobody but the owner may TRUNCATE, ALTER or CREATE.

    RoleUnfit    the role would not be held by its rights: it owns tables, is a superuser, or can become the owner
"""

from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field, Model, OneToOneField
from psycopg import sql

from minhbach.centre.registry.models.dates import Dated

#: Tables that are not the application's to change.
READ_ONLY = {"django_migrations", "django_content_type"}


class RoleUnfit(Exception):
    """Rights would not hold this role; the message says why."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the application may do with one table; `update`: the columns that it may change."""

    table: str
    insert: bool = True
    update: tuple[str, ...] = ()
    delete: bool = True


def allowed() -> list[Allowed]:
    """What the application may do with every table of every app."""
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return [_allowed(model) for model in models if model._meta.managed]


def _allowed(model: type[Model]) -> Allowed:
    table = model._meta.db_table
    if table in READ_ONLY:
        return Allowed(table, insert=False, update=(), delete=False)
    if hasattr(model, "pgh_tracked_model") or _joins_kept(model):
        return Allowed(table, update=(), delete=False)
    found = [trigger for trigger in getattr(model._meta, "triggers", ()) if trigger.condition is None]
    protects = [trigger for trigger in found if type(trigger) is pgtrigger.Protect]  # ReadOnly is one of its kind
    frozen = [trigger for trigger in found if isinstance(trigger, pgtrigger.ReadOnly)]
    # Neither what a row is called ever changes nor whose only one it is: it would become another's.
    columns = {field.column or "" for field in model._meta.concrete_fields if not _is_name(field)}
    for trigger in frozen:
        columns &= _changing(model, trigger)
    if any("UPDATE" in str(trigger.operation) for trigger in protects):
        columns = set()
    keeps = _is_tracked(model) or any("DELETE" in str(trigger.operation) for trigger in protects)
    insert = not getattr(model, "written_by_triggers", False)
    return Allowed(table, insert=insert, update=tuple(sorted(columns)), delete=not keeps)


def _is_name(field: "Field[Any, Any]") -> bool:
    return field.primary_key or (isinstance(field, OneToOneField) and not field.null)


def _is_tracked(model: type[Model]) -> bool:
    """Whether rows are for ever and have a history: what is true for days may give way on its first day, and so
    may what says that it ``gives_way``, within what its triggers let go."""
    tracked = any(getattr(other, "pgh_tracked_model", None) is model for other in apps.get_models())
    return tracked and not issubclass(model, Dated) and not getattr(model, "gives_way", False)


def _changing(model: type[Model], trigger: pgtrigger.ReadOnly) -> set[str]:
    """The columns that this trigger lets change."""
    every = {field.name: field.column or "" for field in model._meta.concrete_fields}
    if trigger.fields:
        return {column for name, column in every.items() if name not in trigger.fields}
    return {every[name] for name in trigger.exclude or ()}


def _joins_kept(model: type[Model]) -> bool:
    """Whether the table says what belongs to rows that are kept: the rooms of a grant are a part of the grant."""
    owner = model._meta.auto_created
    return isinstance(owner, type) and issubclass(owner, Model) and not _allowed(owner).delete


@transaction.atomic
def secure(role: str) -> None:
    """Give the role its rights and no others; again after every migration. Raises RoleUnfit, DatabaseError."""
    _check(role)
    name = sql.Identifier(role)
    run = [
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC"),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM {}").format(name),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(name),
        *(grant for each in allowed() for grant in _grants(each, name)),
    ]
    with connection.cursor() as cursor:
        for statement in run:
            cursor.execute(statement)


def _grants(each: Allowed, role: sql.Identifier) -> list[sql.Composed]:
    table = sql.Identifier(each.table)
    rights = [("INSERT", each.insert), ("DELETE", each.delete)]
    whole = [sql.SQL(right) for right, given in rights if given]
    found = []
    if whole:
        found.append(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(", ").join(whole), table, role))
    if each.update:
        columns = sql.SQL(", ").join(map(sql.Identifier, each.update))
        found.append(sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(columns, table, role))
    return found


def _check(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
        if row is None:
            raise RoleUnfit(f"Không có vai trò {role} trong PostgreSQL. / PostgreSQL has no role {role}.")
        if any(row):
            raise RoleUnfit(f"{role} là superuser hoặc tạo được vai trò. / {role} is a superuser or may create roles.")
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND pg_has_role(%s, c.relowner, 'MEMBER')",
            [role],
        )
        if cursor.fetchone()[0]:
            raise RoleUnfit(
                f"{role} sở hữu bảng hoặc trở thành chủ được. / {role} owns tables or can become the owner."
            )
