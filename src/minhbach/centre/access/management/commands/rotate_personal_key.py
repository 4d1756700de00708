"""`minhbach centre rotate_personal_key`: a new key for citizens' data, and everything closed anew under it."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minhbach.centre.access.actions.personal import rotate_key
from minhbach.centre.access.closing import PersonalKeyMissing


class Command(BaseCommand):
    """Can run while the site works; repeating it makes one more key."""

    help = "Đổi khóa dữ liệu cá nhân của công dân. / Change the key of citizens' personal data."

    def handle(self, *args: Any, **words: Any) -> None:
        """Change it, or say why not."""
        try:
            moved = rotate_key(now=datetime.datetime.now(datetime.UTC))
        except PersonalKeyMissing as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            f"Đã đổi khóa; {moved} dòng được mã hóa lại. Hãy sao lưu thư mục keys. / "
            f"The key is changed; {moved} rows were closed anew. Back the folder of keys up."
        )
