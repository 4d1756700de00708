"""`minhbach centre begin`: the first unit, its rules, and the one person who can let others in.

Owns what nobody could do through a page, as nobody can sign in yet. Promises to refuse where there is a unit already,
and to print the first password once: it must be changed at the first sign-in and is kept nowhere.
"""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.registry.actions import people, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Unit, UnitKind
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation import rules

SETUP = System("cài đặt")
ROLE = "system_administrator"


class Command(BaseCommand):
    """Reads the words of the command line; everything is written in one transaction."""

    help = "Đơn vị đầu tiên, quy chế và người quản trị đầu tiên. / The first unit, its rules, the first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """What has to be known, each a word of an office."""
        parser.add_argument("--unit", required=True, help="tên đơn vị đứng đầu, ví dụ «Tỉnh Hòa Giang» / its name")
        parser.add_argument("--code", required=True, help="mã đơn vị / its code")
        parser.add_argument("--kind", default="province", help="loại đơn vị / its kind (province, district, commune …)")
        parser.add_argument(
            "--profile",
            choices=rules.PROFILES,
            default=rules.PROFILES[-1],
            help="quy chế ban đầu / which shipped rules",
        )
        parser.add_argument("--name", required=True, help="họ tên người quản trị / the administrator's full name")
        parser.add_argument("--username", required=True, help="tên đăng nhập / the name to sign in with")
        parser.add_argument("--decision", required=True, help="số quyết định phân công / the decision's number")

    def handle(self, *args: Any, **words: Any) -> None:
        """Write it all, then say the password."""
        if Unit.objects.exists():
            raise CommandError("Đã có đơn vị; hãy đăng nhập và làm tiếp ở đó. / There is a unit already; sign in.")
        if not UnitKind.objects.filter(code=words["kind"]).exists():
            kinds = ", ".join(UnitKind.objects.values_list("code", flat=True))
            raise CommandError(f"Loại đơn vị là một trong / the kind is one of: {kinds}")
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            self._write(words, password)
        self.stdout.write(f"{words['username']}  {password}")
        self.stdout.write("Mật khẩu này chỉ hiện một lần. / This password is shown only once.")

    @staticmethod
    def _write(words: dict[str, Any], password: str) -> None:
        now = timezone.now()
        day = day_of(now)
        naming = units.NewName(words["unit"], words["code"], words["kind"])
        unit = units.found_unit(SETUP, naming=naming, parent=None, day=day, decision_number=words["decision"])
        regulation.issue(
            unit=unit.id,
            content=rules.shipped(words["profile"]),
            valid_from=day,
            decision_number=words["decision"],
            now=now,
        )
        person = people.add_person(SETUP, details=people.PersonDetails(full_name=words["name"]), now=now)
        decision = people.Decision(number=words["decision"], date=day)
        people.assign(SETUP, person=person, unit=unit.id, role=ROLE, decision=decision, begin=day)
        open_account(
            "set-up",
            person=person.id,
            username=words["username"],
            password=password,
            decision_number=words["decision"],
            now=now,
        )
