"""A district in whose commune A a month went by: dossiers, ratings, a session, a finding, footage with a gap."""

import datetime
from zoneinfo import ZoneInfo

from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.actions.receiving import receive
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.feedback.actions.rating import rate
from minhbach.centre.feedback.models import Score
from minhbach.centre.footage.models import FootageStream, Gap, Run
from minhbach.centre.oversight.models import Finding
from minhbach.centre.publishing.actions.reminding import count_days, draft_due
from minhbach.centre.publishing.models import Report
from minhbach.centre.reception.models import MissedDay, Session
from minhbach.centre.registry.actions import commissioning
from minhbach.centre.registry.models import Camera, Room
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.dossiers.counters import CITIZEN, handed, procedure
from tests.photographs import photograph

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TERMS = ("read_by", "explain_by", "conclude_by", "correct_by")
DAY_US, HOUR_US = 86_400_000_000, 3_600_000_000


def at(day: datetime.date, hour: float) -> datetime.datetime:
    """A moment of a Vietnamese day."""
    return datetime.datetime.combine(day, datetime.time(), VIETNAM) + datetime.timedelta(hours=hour)


def us(moment: datetime.datetime) -> int:
    return round(moment.timestamp()) * 1_000_000


class Month:
    """March 2026: the report counts 15 February to 14 March, is drafted on 20 March (a Friday), due on Wednesday 25."""

    first, last = datetime.date(2026, 2, 15), datetime.date(2026, 3, 14)
    draft_day, due = datetime.date(2026, 3, 20), datetime.date(2026, 3, 25)

    def __init__(self) -> None:
        self.district = District(now=at(self.draft_day, 6))
        Room.objects.update(in_service_on=DAY)
        self.room = self.district.rooms["A", "one_stop"]
        self.reception = self.district.rooms["A", "reception_room"]
        self.counter = self.district.counters["A"]
        self.procedure = procedure(self.district)

    def dossier(
        self, day: datetime.date, hour: float, *, back_after_days: float | None = None, score: Score | None = None
    ):
        """Somebody hands a dossier in, gets the result, says how it was."""
        moment = at(day, hour)
        row = receive(SETUP, counter=self.counter, brought=CITIZEN, handed=handed(self.procedure, moment), now=moment)
        if back_after_days is not None:
            moment += datetime.timedelta(days=back_after_days)
            move_on(SETUP, EventKind.HANDED_BACK, dossier=row, counter=self.counter, now=moment)
        if score is not None:
            rate(event=row.events.latest("at"), score=score, now=moment + datetime.timedelta(minutes=1))
        return row

    def session(self, day: datetime.date, number: int, people: int = 3) -> Session:
        """A session of reception that the head held, past the counter of numbers."""
        return Session.objects.create(
            unit=self.district.units["A"], year=2026, number=number, room=self.reception, kind="regular",
            people=people, received_by=self.district.people["commune_chairman"].person, opened_at=at(day, 8),
            closed_at=at(day, 9),
        )  # fmt: skip

    def record(
        self, begin: datetime.datetime, end: datetime.datetime, gap: tuple[datetime.datetime, datetime.datetime]
    ):
        """Footage of the one-stop camera from begin to end, but for the gap; then it rests, and its log says so."""
        camera = self.district.cameras["A", "one_stop"]
        sign = commissioning.draw_sign(SETUP, room=self.room, days=30, now=at(self.first, 0))
        commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=at(self.first, 0))
        Camera.objects.filter(id=camera.id).update(recording_since=begin)
        stream, _ = FootageStream.objects.get_or_create(
            recorder_id=camera.recorder_id, camera=camera.name, stream="main",
            defaults={"content": "av"},
        )  # fmt: skip
        known = us(self.district.now)
        FootageStream.objects.filter(id=stream.id).update(known_until_us=known, witnessed_until_us=known)
        Run.objects.create(stream=stream, begin_us=us(begin), end_us=us(gap[0]), first=1, last=2)
        Run.objects.create(stream=stream, begin_us=us(gap[1]), end_us=us(end), first=3, last=4)
        Gap.objects.create(
            stream=stream, begin_us=us(gap[0]), end_us=us(gap[1]), cause="camera_offline", log="2026", index=7
        )
        Gap.objects.create(stream=stream, begin_us=us(end), end_us=known, cause="outside_hours", log="2026", index=8)

    def finding(self, at_: datetime.datetime, *, source: str = "footage", number: int = 1, name: str = "A") -> Finding:
        """Something found in the one-stop room, or a gap that the system found."""
        return Finding.objects.create(
            unit=self.district.units[name], room=self.district.rooms[name, "one_stop"], year=at_.year, number=number,
            begin_us=us(at_) - HOUR_US, end_us=us(at_), situation="other", situation_vi="Khác", situation_en="Other",
            source=source, source_reference=f"gap:{number}" if source == "gap" else "", found_at=at_,
            found_by=None if source == "gap" else self.district.people["inspector"].person,
            **{term: at_ + datetime.timedelta(days=n) for n, term in enumerate(TERMS, 1)},
        )  # fmt: skip

    def missed(self, day: datetime.date) -> MissedDay:
        """A reception day on which nobody had begun by its hour."""
        return MissedDay.objects.create(
            unit=self.district.units["A"], room=self.reception, day=day, found_at=at(day, 8.5)
        )

    def draft(self, day: datetime.date | None = None) -> Report:
        """Count the days and draft; the report of commune A."""
        now = at(day or self.draft_day, 6)
        count_days(now=now)
        draft_due(now=now)
        return Report.objects.get(unit=self.district.units["A"], kind="operates", month=self.due.replace(day=1))
