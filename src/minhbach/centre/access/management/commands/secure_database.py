"""`minhbach centre secure_database --role NAME`: the rights of the application's role in PostgreSQL, nothing more.

Run as the owner of the tables, after every migration; repeating it changes nothing.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from minhbach.centre.access.database import RoleUnfit, secure


class Command(BaseCommand):
    """Reads the role's name; `access.database` does the rest."""

    help = "Quyền của vai trò ứng dụng trong PostgreSQL. / The rights of the application's role in PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        """The one thing to know."""
        parser.add_argument("--role", required=True, help="vai trò của trang và worker / the role of pages and worker")

    def handle(self, *args: Any, **words: Any) -> None:
        """Give the rights, or say why not."""
        try:
            secure(words["role"])
        except RoleUnfit as unfit:
            raise CommandError(str(unfit)) from None
        self.stdout.write(
            f"{words['role']}: chỉ đọc, thêm và sửa phần được sửa. / reads, adds, changes what may change."
        )
