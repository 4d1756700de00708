"""What recorders tell of quarter hours in which nothing stirred: taken in, and forgotten when nobody draws by it.

Promises to keep no quarter hour in which something stirred, none of which too little was seen, none of the night, and
none that lies elsewhere than in the hour just past: a recorder may say anything, and at worst makes somebody look at an
empty room.
"""

import datetime
from uuid import UUID

from minhbach.centre.footage.models import StillQuarter
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.registry.models import Camera
from minhbach.protocol.health import MOST_QUARTERS, QUARTER_US, HealthReport, Quarter

#: Of ninety in a quarter hour.
LEAST = 45
#: So few may have stirred: a lamp that is switched, a door that falls shut.
ONE_OF = 20
#: A period of a whole month, and as long as a draw may wait for it.
KEPT = datetime.timedelta(days=70)
#: Four quarter hours that are over, one that has just ended, and clocks that differ a little.
_PAST_US = 80 * 60 * 1_000_000
_AHEAD_US = 300 * 1_000_000
#: Hours of Vietnam within which any office could be open: what stands still at night is no sign, and is most of it.
_DAYTIME = range(5, 21)


def take_report(report: HealthReport, *, now: datetime.datetime) -> None:
    """Keep what was still; a report that says it again changes nothing. No query where something stirred."""
    until_us = us(now) + _AHEAD_US
    found = {
        (camera.camera, quarter.begin_us): quarter.windows >= LEAST
        for camera in report.cameras
        for quarter in camera.quarters[-MOST_QUARTERS:]
        if is_still(quarter)
        and until_us - _PAST_US < quarter.begin_us <= until_us - QUARTER_US
        and moment(quarter.begin_us).hour in _DAYTIME
    }
    if not found:
        return
    names = {name for name, _ in found}
    cameras = Camera.objects.filter(recorder=UUID(report.recorder), name__in=names)
    ids = dict(cameras.values_list("name", "id"))
    rows = [
        StillQuarter(camera_id=ids[name], begin_us=begin_us, listened=listened)
        for (name, begin_us), listened in sorted(found.items())
        if name in ids
    ]
    StillQuarter.objects.bulk_create(rows, ignore_conflicts=True)


def is_still(quarter: Quarter) -> bool:
    """Whether enough was seen, and next to nothing of it stirred."""
    seen = 0 <= quarter.moved <= quarter.looks and quarter.looks >= LEAST
    return seen and quarter.moved * ONE_OF <= quarter.looks and 0 <= quarter.heard * ONE_OF <= quarter.windows


def forget(*, now: datetime.datetime) -> int:
    """What no draw reads any more; how many rows."""
    gone, _ = StillQuarter.objects.filter(begin_us__lt=us(now - KEPT)).delete()
    return gone
