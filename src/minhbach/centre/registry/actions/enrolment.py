"""Letting a recorder onto the fabric: the file a technician carries to the site.

The file holds the recorder's password and is made anew each time, so that an older copy stops working. It is handed
out once and never kept.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection

from minhbach.centre.fabric import enrolment
from minhbach.centre.fabric.keys import KeysUnusable, load
from minhbach.centre.fabric.server import Users
from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

RETIRED = Words("Đầu ghi này đã ngừng sử dụng.", "This recorder has been retired.")
#: One at a time may change the fabric's list of users.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('registry.enrolment'))"


def enrol_recorder(actor: Actor, *, recorder: Recorder) -> str:
    """The text of the recorder's enrolment file; the one before is worthless from now on. Raises NotPossible."""
    if recorder.retired_at is not None:
        raise NotPossible(RETIRED)
    data = Path(settings.MINHBACH_DATA)
    try:
        keys = load(data / "keys")
    except KeysUnusable as unusable:
        raise NotPossible(Words(unusable.vi, unusable.en)) from None
    users = Users(data / "fabric")
    with writing(actor, "enrol_recorder"):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        password = users.add_recorder(str(recorder.id))
    users.reload()
    return enrolment.text(str(recorder.id), settings.MINHBACH_NATS, password, keys)
