"""What became of findings in the weeks before: a case in each stage, from a reminder to a proposal of discipline.

Written through the product's own actions, each at its own time, over the moments that were held, so that each case
leads to its picture. The officers are those of the demo; what they did is invented.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from minhbach.centre.access.models import Account
from minhbach.centre.oversight.actions import cases, findings, gaps, measures, overdue
from minhbach.centre.oversight.models import CorrectionKind, Finding
from minhbach.centre.oversight.models import StepKind as Step
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.reading import day_of
from minhbach.demo.district.photo import photograph

_DAY, _HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
_LATE = "late_or_absent"


def follow(now: datetime.datetime, held: Sequence[Mapping[str, Any]]) -> int:
    """The cases of the first commune, the oldest first; how many. None where no camera stands in its one-stop room."""
    camera = Camera.objects.filter(room__room_type="one_stop", name="mot-cua-1").select_related("room").first()
    if camera is None:
        return 0
    moments = sorted(
        (each["begin_us"], each["end_us"]) for each in held if str(each["camera"]) in _names(camera.room_id)
    )
    told = _Told(now, camera)
    spans = [span for span in moments if span[1] < (now - 3 * _DAY).timestamp() * 1_000_000]
    stages = (told.reminded, told.corrected, told.criticised, told.proposed, told.late)
    for stage, span in zip(stages, _spread(spans, len(stages)), strict=False):
        stage(*span)
    overdue.remind(now=now)
    gaps.raise_gaps(now=now)
    return Finding.objects.count()


def _names(room: Any) -> set[str]:
    return set(Camera.objects.filter(room=room).values_list("name", flat=True))


def _spread(spans: Sequence[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """So many of them, over the whole time."""
    if len(spans) <= count:
        return list(spans)
    return [spans[place * (len(spans) - 1) // (count - 1)] for place in range(count)]


class _Told:
    """Who does what in the cases."""

    def __init__(self, now: datetime.datetime, camera: Camera) -> None:
        self._now, self._room, self._camera = now, camera.room_id, camera.id
        people = {row.username: row for row in Account.objects.select_related("person")}
        self._finder, self._chief = people["vanphong"], people["chanhvanphong"]
        self._head, self._chairman, self._officer = people["motcua"], people["chutich"], people["canbo"]

    def reminded(self, begin_us: int, end_us: int) -> None:
        """Late the first time: explained, upheld, put right, a reminder."""
        row, at = self._explained(begin_us, end_us, _LATE, "Quầy 1 chưa có người trực 12 phút đầu giờ")
        self._concluded(row, "minor", at)
        task = cases.ask_correction(
            self._chief,
            row.id,
            words="Phân công người trực thay khi cán bộ quầy vắng",
            due_on=day_of(at + 4 * _DAY),
            now=at,
        )
        cases.correct(
            self._head, task.id, kind=CorrectionKind.REPORTED, words="Đã niêm yết lịch trực thay tại quầy.",
            photo=photograph(), now=self._by(at + 2 * _DAY),
        )  # fmt: skip
        cases.correct(
            self._chief, task.id, kind=CorrectionKind.ACCEPTED, words="Đã xem lịch trực.", now=self._by(at + 3 * _DAY)
        )
        self._taken(row, "reminder", at)

    def corrected(self, begin_us: int, end_us: int) -> None:
        """Late again: reminded, and what was to be put right is reported and waits."""
        row, at = self._explained(begin_us, end_us, _LATE, "Vắng mặt tại quầy sau giờ nghỉ trưa")
        self._concluded(row, "minor", at)
        self._taken(row, "reminder", at)

    def criticised(self, begin_us: int, end_us: int) -> None:
        """The third time: the ladder suggests criticism; the correction is overdue."""
        row, at = self._explained(begin_us, end_us, _LATE, "Rời quầy khi còn người chờ")
        self._concluded(row, "minor", at)
        cases.ask_correction(
            self._chief, row.id, words="Bố trí lại ca trực, báo cáo người đứng đầu", due_on=day_of(at + _DAY), now=at
        )
        self._taken(row, "criticism", at)

    def proposed(self, begin_us: int, end_us: int) -> None:
        """Improper words, grave enough to propose a reprimand; the competent body has not decided."""
        row, at = self._explained(begin_us, end_us, "attitude", "Nói to, đẩy hồ sơ về phía người dân")
        cases.add_basis(
            self._chief, row.id, kind="witness", words="Biên bản làm việc với người phản ánh, số 12/BB-VP.", now=at
        )
        self._concluded(row, "serious", at)
        self._taken(row, "reprimand", at, deferral=measures.CHECKED)

    def late(self, begin_us: int, end_us: int) -> None:
        """Nobody explained it in time."""
        found = findings.Found(
            begin_us=begin_us, end_us=end_us, situation="no_receipt", note="Nhận giấy tờ, chưa in giấy hẹn"
        )
        row = findings.make(self._finder, room=self._room, found=found, now=self._after(end_us))
        cases.name_concerned(self._finder, row.id, person=self._officer.person_id, now=self._after(end_us))

    def _explained(self, begin_us: int, end_us: int, situation: str, note: str) -> tuple[Finding, datetime.datetime]:
        at = self._after(end_us)
        found = findings.Found(
            begin_us=begin_us, end_us=end_us, situation=situation, note=note, cameras=(self._camera,)
        )
        row = findings.make(self._finder, room=self._room, found=found, now=at)
        cases.name_concerned(self._finder, row.id, person=self._officer.person_id, now=at + _HOUR / 4)
        findings.note_read(self._head, row, now=at + _HOUR / 2)
        cases.explain_own(
            self._officer,
            row.id,
            words="Tôi đi lấy hồ sơ ở bộ phận chuyên môn, chưa kịp báo người trực thay.",
            now=at + _HOUR,
        )
        findings.step(
            self._head,
            row.id,
            kind=Step.EXPLAINED,
            words="Đã làm việc với cán bộ, chấn chỉnh trong giao ban.",
            now=at + 2 * _HOUR,
        )
        return row, self._by(at + _DAY)

    def _concluded(self, row: Finding, severity: str, at: datetime.datetime) -> None:
        words = "Hình và giải trình phù hợp; có vi phạm như đã ghi nhận."
        cases.conclude(self._finder, row.id, upheld=True, severity=severity, words=words, now=at)

    def _taken(self, row: Finding, form: str, at: datetime.datetime, deferral: str = "") -> None:
        chosen = measures.Chosen(form=form, words="Theo kết luận và mức độ của hành vi.", deferral=deferral)
        measures.take(self._chairman, row.id, person=self._officer.person_id, chosen=chosen, now=at + _HOUR)

    def _after(self, end_us: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(end_us / 1_000_000, datetime.UTC) + _HOUR

    def _by(self, at: datetime.datetime) -> datetime.datetime:
        return min(at, self._now - 2 * _HOUR)
