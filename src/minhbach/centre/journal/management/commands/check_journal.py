"""`minhbach centre check_journal`, which `minhbach check --centre` runs: the watchers' own book, row by row.

One line for each finding, then a summary; exit status 1 where there is a finding, 0 else. Changes nothing.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.journal import witnesses
from minhbach.centre.journal.checking import Result, check
from minhbach.centre.journal.logged import NoRoom
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import read_witness_file

MOST_LINES = 200


class Command(BaseCommand):
    """Reads the words; `journal.checking` does the rest."""

    help = "Đối chiếu sổ của trung tâm với nhật ký của nó. / Check the centre's own log and the rows it anchors."

    def add_arguments(self, parser: CommandParser) -> None:
        """What a witness kept, and how to print."""
        parser.add_argument("--witness", type=Path, action="append", default=[], metavar="FILE")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **words: Any) -> None:
        """Check, print, end."""
        try:
            views = [read_witness_file(path.read_bytes(), fast_check) for path in words["witness"]]
        except (OSError, LedgerError) as problem:
            told = f"Không dùng được tệp làm chứng. / The witness file is unusable: {problem}"
            raise CommandError(told, returncode=2) from None
        views += witnesses.views(settings.MINHBACH_DATA)
        try:
            result = check(settings.MINHBACH_DATA, views, now=timezone.now())
        except NoRoom as problem:
            told = (
                "Đĩa không đủ chỗ để xếp các dòng sổ; hãy dọn chỗ rồi chạy lại. / "
                f"The disk has no room to sort the lines of the book; make some, then run this again: {problem}"
            )
            raise CommandError(told, returncode=2) from None
        if words["json"]:
            self.stdout.write(json.dumps(_as_json(result), ensure_ascii=False))
        else:
            self._print(result)
        if result.findings:
            sys.exit(1)

    def _print(self, result: Result) -> None:
        for found in result.findings[:MOST_LINES]:
            self.stdout.write(f"!! {found.line()}")
        if len(result.findings) > MOST_LINES:
            self.stdout.write(f"!! … +{len(result.findings) - MOST_LINES}")
        for found in result.notices:
            self.stdout.write(f"   {found.line()}")
        self.stdout.write(
            f"journal.rows: {result.rows}\njournal.lines: {result.lines}\n"
            f"journal.log: {result.origin} {result.size} {result.root}\njournal.witnessed: {result.witnessed}\n"
            f"journal.findings: {len(result.findings)}"
        )


def _as_json(result: Result) -> dict[str, Any]:
    said = asdict(result)
    for name in ("findings", "notices"):
        said[name] = [{**asdict(found), "vi": found.vi, "en": found.en} for found in getattr(result, name)]
    return said
