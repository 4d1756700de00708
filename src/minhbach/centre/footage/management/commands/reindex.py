"""`minhbach centre reindex RECORDER`: make the rows of a recorder's logs anew from the stored files.

For when rows are doubted. Nothing that was verified, cosigned or found is lost; the worker does the work when it next
hears of the recorder.
"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from minhbach.centre.footage.indexing import forget
from minhbach.centre.registry.models import Recorder


class Command(BaseCommand):
    """Forget the rows; the worker makes them anew."""

    help = "Lập lại chỉ mục từ nhật ký đã lưu. / Make the rows of a recorder's logs anew from the stored files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recorder", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        recorder: UUID = options["recorder"]
        if not Recorder.objects.filter(pk=recorder).exists():
            raise CommandError("Không có đầu ghi này. / There is no such recorder.")
        forget(recorder)
        self.stdout.write("Đã xóa chỉ mục; tiến trình nền sẽ lập lại. / The rows are gone; the worker makes them anew.")
