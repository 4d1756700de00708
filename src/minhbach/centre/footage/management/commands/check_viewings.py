"""`minhbach centre check_viewings`: every viewing that stands in a recorder's log only, or in the centre's book only.

One line for each, exit status 1 where there is one: invariant 6, checked in a running site. Changes nothing.
"""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from minhbach.centre.footage.countersigned import compare_all

SAID = {
    "viewing_unknown": "đầu ghi có, trung tâm không có / logged by the recorder, unknown to the centre",
    "viewing_unlogged": "đã gửi hình, đầu ghi không ghi / served, and in no recorder's log",
}


class Command(BaseCommand):
    """Prints what does not match."""

    help = "So lượt xem trong nhật ký đầu ghi với sổ của trung tâm. / Compare viewings in both books."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print, end."""
        found = compare_all(settings.MINHBACH_DATA / "logs", now=timezone.now())
        for each in found:
            place = f"{each.log}#{each.index}" if each.index >= 0 else "-"
            self.stdout.write(f"{each.kind} {each.recorder} {place} {each.commitment}: {SAID[each.kind]}")
        self.stdout.write(f"viewings.discrepancies: {len(found)}")
        if found:
            sys.exit(1)
