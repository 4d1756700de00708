"""A commune whose camera recorded the day, and citizens who came to its counter: for the tests of what they say."""

import datetime

from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.actions.receiving import receive
from minhbach.centre.dossiers.models import Dossier, Event, EventKind
from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.registry.actors import System
from tests.centre.access.district import District
from tests.centre.dossiers.counters import CITIZEN, handed, procedure
from tests.centre.footage.watched import HOUR, us

HERE = System("tests")


class Town:
    """Commune A of a district, its one-stop recorded from five hours ago until now."""

    def __init__(self) -> None:
        self.district = District()
        self.now = self.district.now
        self.room = self.district.rooms["A", "one_stop"]
        self.counter = self.district.counters["A"]
        self.procedure = procedure(self.district)
        camera = self.district.cameras["A", "one_stop"]
        stream = FootageStream.objects.create(
            recorder_id=camera.recorder_id, camera=camera.name, stream="main", content="av",
            known_until_us=us(self.now), witnessed_until_us=us(self.now),
        )  # fmt: skip
        Run.objects.create(stream=stream, begin_us=us(self.now) - 5 * HOUR, end_us=us(self.now), first=1, last=2)

    def ago(self, minutes: float) -> datetime.datetime:
        """So long before now."""
        return self.now - datetime.timedelta(minutes=minutes)

    def received(self, minutes_ago: float) -> Dossier:
        """Somebody handed a dossier in."""
        at = self.ago(minutes_ago)
        return receive(HERE, counter=self.counter, brought=CITIZEN, handed=handed(self.procedure, at), now=at)

    def handed_back(self, minutes_ago: float) -> Dossier:
        """Somebody got the result, ten minutes after they handed it in."""
        row = self.received(minutes_ago + 10)
        at = self.ago(minutes_ago)
        move_on(HERE, EventKind.HANDED_BACK, dossier=row, counter=self.counter, now=at)
        return row

    def visit(self, row: Dossier) -> Event:
        """The dossier's newest event."""
        return row.events.select_related("counter__room").latest("at")
