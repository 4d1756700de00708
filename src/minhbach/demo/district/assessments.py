"""The moments that were drawn of the demo's rooms, and what supervisors answered so far: a month partly done.

Drawn by the product's own drawing from the recorders' cosigned past, watched under viewings of their own and assessed
through the product's own actions, each at its own time. The demo keeps footage for two days and draws every day, so the
days before are as an office left them: what was drawn of the day before yesterday is done, yesterday's waits.
"""

import contextlib
import datetime
from random import Random

from minhbach.centre.access.actions import viewings
from minhbach.centre.access.models import Account
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.oversight.actions import assessing, drawing
from minhbach.centre.oversight.conduct import BAD, GOOD, UNSEEN, form_of
from minhbach.centre.oversight.models import Clip
from minhbach.centre.registry.models import Camera, RoomType
from minhbach.centre.registry.writing import NotPossible
from minhbach.demo.past.plan import VIETNAM

#: Of the regulation of the demo: drawn every day, two moments a day or so.
TIMES = {"assessment_draw_days": 1, "moments_per_room_month": 30, "assessment_signs_room_month": 30}
WHO = {RoomType.ONE_STOP: "vanphong", RoomType.RECEPTION_ROOM: "thanhtra"}
MOST = 8
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
COMMENTS = ("", "", "Cán bộ quầy vắng khoảng 2 phút, có người khác tiếp thay.", "", "Chào hỏi, hướng dẫn rõ ràng.")


def relive(now: datetime.datetime) -> int:
    """Draw what was due yesterday morning and now, and assess what a morning would have done; how much it was."""
    morning = now.astimezone(VIETNAM).replace(hour=8, minute=5, second=0, microsecond=0)
    made = 0
    for at in (morning - DAY, min(now, morning)):
        drawing.beat(now=at)
        if not made:
            made = _assess(at)
    return made


def _assess(at: datetime.datetime) -> int:
    """At each room all but the last clip, a few at most."""
    random, made = Random(f"{at:%Y%m%d}"), 0
    waiting = list(Clip.objects.filter(assessments=None).select_related("draw", "room").order_by("room", "begin_us"))
    for place, clip in enumerate(waiting):
        last = place + 1 == len(waiting) or waiting[place + 1].room_id != clip.room_id
        if made < MOST and not last and clip.end_us < us(at):
            # What may not be shown any more waits, as it would in an office.
            with contextlib.suppress(NotPossible, viewings.ViewingRefused):
                actor = Account.objects.get(username=WHO[RoomType(clip.room.room_type)])
                made += _watch_and_answer(actor, random, at)
            at += 4 * MINUTE
    return made


def _watch_and_answer(actor: Account, random: Random, at: datetime.datetime) -> bool:
    """The clip that this person is given; false where none is."""
    taken = assessing.take(actor, now=at)
    if taken is None:
        return False
    clip, purpose = taken.clip, taken.purpose
    who = viewings.Asker(actor, "0" * 64)
    cameras = list(Camera.objects.filter(room=clip.room_id).order_by("label"))
    opened = viewings.open_viewing(
        who, kind="playback", cameras=[camera.id for camera in cameras], begin=moment(clip.begin_us),
        end=moment(clip.end_us), purpose=purpose.id, now=at,
    )  # fmt: skip
    line = f"{cameras[0].recorder_id}/{cameras[0].name}"
    left = [viewings.Left(line, sound=False, begin_us=clip.begin_us, end_us=clip.end_us)]
    viewings.record_served(opened.viewing.id, left, 3_200_000, now=at + 2 * MINUTE)
    viewings.close_viewing(who, opened.viewing.id, now=at + 2 * MINUTE)
    form = form_of(clip.draw.rules_id, clip.room.room_type)
    answers = {item.code: random.choices((GOOD, BAD, UNSEEN), (78, 8, 14))[0] for item in form}
    comment = random.choice(COMMENTS) if BAD in answers.values() else ""
    assessing.assess(
        actor, clip.id, answers=answers, comment=comment or "Không rõ một số mục.", viewing=opened.viewing.id,
        now=at + 3 * MINUTE,
    )  # fmt: skip
    return True
