"""Who presses at the same moment as somebody else, or three times: what takes two takes two, what is once is once.

Over real connections of PostgreSQL, one for each thread. Approvals, grants and viewings have the like beside their own
rules (`test_nobody_alone`, `test_requests`, `test_attacks`).
"""

import datetime
import threading

import pytest
from django.db import connection

from minhbach.centre.evidence.actions import building, custody, releasing
from minhbach.centre.evidence.models import Build, Custody, HoldRelease
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.footage.actions import holds
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold
from minhbach.centre.papers.models import Paper
from minhbach.centre.reception.actions import restricting, sessions
from minhbach.centre.reception.models import Reopening, SessionEvent
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import District

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do them at the same moment, each on a connection of its own; how many were done and not refused."""
    ready, done = threading.Barrier(len(deeds)), []
    failed: list[BaseException] = []

    def run(deed):
        try:
            ready.wait(60)
            deed()
            done.append(deed)
        except (ExtractionRefused, NotPossible):
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return len(done)


def test_a_package_is_begun_handed_over_and_ended_once_however_many_press(case):
    row, technician = case.approved(), case.person("technician")
    assert at_once(*[lambda: building.begin_build(technician, row.id, now=case.now)] * 4) == 1
    assert Build.objects.count() == 1
    path = building.package_path(row.id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a package")
    building.finish_build(Build.objects.get().id, digest="0" * 64, size_bytes=9, now=case.now)

    # What those bytes prove is not asked here: a digest that none has.
    Custody.objects.create(extraction=row, kind="copied", at=case.now, by_id=technician.person_id)
    hands = Custody.objects.exclude(kind="copied")

    def over():
        custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)

    assert at_once(over, over, over) == 1

    def end(destroyed):
        return lambda: custody.close(
            case.asker, row.id, destroyed=destroyed, document="12/BB", note="", now=case.now
        )  # fmt: skip

    Custody.objects.create(extraction=row, kind="signed", at=case.now, by_id=case.asker.person_id, paper=_paper(case))
    assert at_once(end(True), end(False), end(True)) == 1
    assert sorted(hands.values_list("kind", flat=True))[:2] in (["destroyed", "handed_over"],
                                                                ["handed_over", "returned"])  # fmt: skip
    assert hands.count() == 3


def test_a_package_is_handed_over_or_destroyed_however_many_press_at_once(case):
    row = case.copied()

    def over():
        custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)

    def end():
        custody.close(case.asker, row.id, destroyed=True, document="12/BB", note="Không đến", now=case.now)

    at_once(over, end, over, end)
    kinds = list(Custody.objects.exclude(kind="copied").order_by("id").values_list("kind", flat=True))
    # Whoever came first: nothing is handed over that was destroyed before.
    assert kinds in (["destroyed"], ["handed_over", "destroyed"])
    assert case.item(row).stage is Stage.DESTROYED


def _paper(case):
    return Paper.objects.create(
        digest="1" * 64, size_bytes=1, media_type="image/jpeg", origin="uploaded", title="x", kept_at=case.now
    )  # fmt: skip


def test_a_hold_is_released_by_two_others_also_when_all_answer_at_once(case):
    hold = hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Phản ánh", document="PA-1", now=case.now,
    ).id  # fmt: skip
    askers = [case.person(role) for role in ("commune_chairman", "chief_of_office", "area_chairman")]

    def ask(actor):
        return lambda: releasing.ask_release(actor, hold, reason="Đã xong", now=case.now)

    assert at_once(*map(ask, askers)) == 1
    asked = HoldRelease.objects.get()

    def decide(actor, agreed):
        return lambda: releasing.decide_release(actor, hold, agreed=agreed, now=case.now)

    assert at_once(*(decide(actor, agreed) for actor in askers for agreed in (True, False))) == 1
    asked.refresh_from_db()
    assert asked.decided_by_id not in (None, asked.asked_by_id)
    released = set(Hold.objects.values_list("release_asked_at", flat=True))
    assert released == ({case.now} if asked.agreed else {None})


def test_a_denunciation_is_opened_again_once_by_another_also_when_all_decide_at_once(monkeypatch):
    district = District()
    found = lambda room, cameras, begin, end: list(Camera.objects.filter(room=room).select_related("recorder"))  # noqa: E731
    monkeypatch.setattr(holds, "_with_footage", found)
    receiver, now = district.people["reception_officer"].person, district.now
    room = district.rooms["A", "reception_room"]
    session = sessions.open_session(receiver, room=room, kind="regular", people=1, now=now)
    restricting.restrict_session(receiver, session=session, now=now + datetime.timedelta(minutes=1))
    people = [district.people[role].person for role in ("chief_inspector", "area_chairman", "inspector")]

    def ask(actor):
        return lambda: restricting.ask_reopening(actor, session=session, reason="Bấm nhầm", now=now)

    assert at_once(*map(ask, people)) == 1

    def decide(actor, agreed):
        return lambda: restricting.decide_reopening(actor, session=session, agreed=agreed, now=now)

    everybody = [*people, receiver]
    assert at_once(*(decide(actor, agreed) for actor in everybody for agreed in (True, False))) == 1
    asked = Reopening.objects.get()
    assert asked.decided_by_id not in (None, asked.asked_by_id, receiver.id)
    assert SessionEvent.objects.filter(kind="reopened").count() == int(bool(asked.agreed))
