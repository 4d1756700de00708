"""A district whose one-stop room of A recorded the first week of October 2026, and the moments drawn of it."""

import datetime

from django.db import transaction

from minhbach.centre.access.actions import viewings
from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.oversight.actions import assessing, drawing
from minhbach.centre.oversight.conduct import form_of
from minhbach.centre.oversight.seeds import Seen
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from tests.centre.access.district import DAY, District

#: A Thursday morning, after the first week of October 2026 is over.
NOW = datetime.datetime(2026, 10, 8, 9, 0, tzinfo=VIETNAM)
MINUTE = datetime.timedelta(minutes=1)


def founded() -> District:
    """As it stood when the month began, its rooms in service."""
    made = District(now=datetime.datetime(2026, 10, 1, tzinfo=VIETNAM))
    Room.objects.update(in_service_on=DAY)
    return made


def recorded(district, commune="A", room_type="one_stop", first=1, last=7):
    """Footage of these days of October, day and night."""
    camera = district.cameras[commune, room_type]
    stream, _ = FootageStream.objects.get_or_create(
        recorder_id=camera.recorder_id, camera=camera.name, stream="main",
        defaults={"content": "av", "known_until_us": us(NOW), "witnessed_until_us": us(NOW)},
    )  # fmt: skip
    begin = datetime.datetime(2026, 10, first, tzinfo=VIETNAM)
    end = datetime.datetime(2026, 10, last, tzinfo=VIETNAM) + datetime.timedelta(days=1)
    return Run.objects.create(stream=stream, begin_us=us(begin), end_us=us(end), first=1, last=2)


def cosigned(text="minhbach.vn/log/x/2026\n9\nroot\n"):
    """What a witness file would answer: one checkpoint, a minute after the period."""

    def first(recorders, after):
        assert recorders
        return Seen(text.split("\n")[0], text, after + MINUTE)

    return first


def draw(district, text="minhbach.vn/log/x/2026\n9\nroot\n", now=NOW):
    """Draw all that is due."""
    return drawing.draw_due(cosigned(text), now=now)


def watched(account, clip, now=NOW, kind="playback", part=(0.0, 1.0)):
    """A viewing of the clip by this account, of which that part left the stream."""
    who = viewings.Asker(account, "session")
    cameras = list(clip.room.cameras.values_list("id", flat=True))
    purpose = assessing.purpose_of(account, clip, now)
    made = viewings.open_viewing(
        who, kind=kind, cameras=cameras, begin=moment(clip.begin_us), end=moment(clip.end_us), purpose=purpose.id,
        now=now,
    ).viewing  # fmt: skip
    begin_us, end_us = (clip.begin_us + round(share * (clip.end_us - clip.begin_us)) for share in part)
    camera = clip.room.cameras.first()
    left = viewings.Left(f"{camera.recorder_id}/{camera.name}", False, begin_us, end_us)
    viewings.record_served(made.id, [left], 1000, now=now)
    return made


def answers(clip, **other):
    """Everything met, but for what is said."""
    items = form_of(clip.draw.rules_id, clip.room.room_type)
    return {item.code: other.get(item.code, "good") for item in items}


def assessed(account, clip, now=NOW, comment="", **other):
    """The clip given, watched and assessed."""
    assessing.take(account, now=now)
    viewing = watched(account, clip, now)
    return assessing.assess(
        account, clip.id, answers=answers(clip, **other), comment=comment, viewing=viewing.id, now=now
    )


def allowing(district, **times):
    """The regulation of the district with other figures from the first of October on, confirmed by all."""
    row = Regulation.objects.get(unit=district.units["top"])
    content = row.content | {"times": row.content["times"] | times}
    day = datetime.date(2026, 10, 1)
    with transaction.atomic():
        Regulation.objects.filter(id=row.id).update(valid_until=day)
        made = Regulation.objects.create(
            unit=row.unit, number=2, content=content, digest="1" * 64, decision_number="9/QĐ", issued_at=district.now,
            valid_from=day,
        )  # fmt: skip
    for account in district.people.values():
        Acknowledgement.objects.create(regulation=made, person=account.person, digest=made.digest, at=district.now)
