"""`minhbach centre check_figures`: every published figure that a recount of the events does not confirm.

One line for each, exit status 1 where there is one: invariant 10, checked in a running site. Behind them, a line for
each figure of a monthly report that would be another by now: what came after a report was drafted changes its days, not
the report, so that alone is no fault; the report's page says it too. Changes nothing.
"""

import datetime
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from minhbach.centre.publishing.counting import DAY, differences
from minhbach.centre.publishing.models import DayFigures
from minhbach.centre.publishing.recounting import changed
from minhbach.centre.registry.reading import day_of


class Command(BaseCommand):
    """Prints what differs."""

    help = "Tính lại số liệu đã công bố từ sự kiện gốc. / Recount published figures from the events."

    def add_arguments(self, parser: CommandParser) -> None:
        """The first and the last day; without them, all that is counted."""
        parser.add_argument("--first", type=datetime.date.fromisoformat)
        parser.add_argument("--last", type=datetime.date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print, end."""
        known = list(DayFigures.objects.order_by("day").values_list("day", flat=True).distinct())
        if not known:
            self.stdout.write("0 ngày / no day is counted yet")
            return
        first = options["first"] or known[0]
        last = options["last"] or min(known[-1], day_of(timezone.now()) - DAY)
        found = list(differences(first, last))
        for line in found:
            self.stdout.write(line)
        self.stdout.write(f"{first} – {last}: {len(found)} khác / differ")
        later = list(changed(first, last))
        for line in later:
            self.stdout.write(line)
        if later:
            self.stdout.write(f"{len(later)} số liệu báo cáo nay đếm lại khác / figures of reports are others by now")
        if found:
            sys.exit(1)
