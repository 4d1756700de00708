"""Letting a recorder onto the fabric, by the file a technician carries to the site, and letting it in no more.

The file holds the recorder's password and is made anew each time, so that an older copy stops working. It is handed
out once and never kept. A recorder that is retired loses its password in the same step, and so does one whose file may
be in other hands.
"""

import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from minhbach.centre.fabric import enrolment
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.fabric.keys import KeysUnusable, load
from minhbach.centre.fabric.server import Users
from minhbach.centre.registry.actions.devices import retire_recorder
from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

RETIRED = Words("Đầu ghi này đã ngừng sử dụng.", "This recorder has been retired.")
REVOKED = Words("Kết nối của đầu ghi này đã được thu hồi trước đó.", "The line of this recorder was revoked already.")
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
    address = settings.MINHBACH_NATS_PUBLIC
    return enrolment.text(str(recorder.id), address, password, keys, ca_pem(data / "fabric", address))


def revoke_line(actor: Actor, *, recorder: Recorder) -> None:
    """Let nobody in by the recorder's enrolment any more, at once; the recorder needs a new file to be heard again.

    What it records meanwhile stays with it and is sent later. Raises NotPossible.
    """
    if recorder.retired_at is not None:
        raise NotPossible(RETIRED)
    users = Users(Path(settings.MINHBACH_DATA) / "fabric")
    with writing(actor, "revoke_line"):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        if not users.knows(str(recorder.id)):
            raise NotPossible(REVOKED)
        users.remove_recorder(str(recorder.id))
    users.reload()


def is_let_in(recorder: Recorder) -> bool:
    """Whether some enrolment file of the recorder is worth something now."""
    return Users(Path(settings.MINHBACH_DATA) / "fabric").knows(str(recorder.id))


def dismiss_recorder(actor: Actor, *, recorder: Recorder, now: datetime.datetime) -> None:
    """Retire the recorder and let it onto the fabric no more. Raises NotPossible while cameras are left on it."""
    users = Users(Path(settings.MINHBACH_DATA) / "fabric")
    with writing(actor, "dismiss_recorder"):
        retire_recorder(actor, recorder=recorder, now=now)
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        users.remove_recorder(str(recorder.id))
    users.reload()
