"""How far the first set-up of a room has come: unit, recorder, cameras, sign, acceptance, people.

Owns the order of the steps and when each counts as done; pure reads. What a step looks like is the page's.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from minhbach.centre.registry.models import Acceptance, Camera, Medium, NoticeSign, Party, Recorder, Room
from minhbach.centre.registry.reading import holders_on, rooms_of, staff_of

Row = TypeVar("Row", Camera, NoticeSign)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest word on one party's picture or voice, over all cameras of the room; none while nobody said any."""

    medium: Medium
    party: Party
    word: Acceptance | None

    @property
    def passed(self) -> bool:
        """Whether some camera of the room shows or hears this party."""
        return self.word is not None and self.word.passed


@dataclass(frozen=True, slots=True)
class Steps:
    """The state of a room's set-up on a moment."""

    recorder: Recorder | None
    cameras: Sequence[Camera]
    #: The newest sign, and the newest that hangs: a new one may be printed while the old one still hangs.
    sign: NoticeSign | None
    hanging: NoticeSign | None
    verdicts: Sequence[Verdict]
    people: int

    @property
    def sign_hangs(self) -> bool:
        """Whether a sign hangs."""
        return self.hanging is not None

    @property
    def recording(self) -> bool:
        """Whether every camera is switched on."""
        return bool(self.cameras) and all(camera.recording_since is not None for camera in self.cameras)

    @property
    def accepted(self) -> bool:
        """Whether every verdict that is asked passed."""
        return bool(self.cameras) and all(verdict.passed for verdict in self.verdicts)

    @property
    def next(self) -> str:
        """The step to do now; `done` when nothing is left."""
        for name, done in (
            ("recorder", self.recorder is not None),
            ("cameras", bool(self.cameras)),
            ("sign", self.sign_hangs),
            ("recording", self.recording),
            ("acceptance", self.accepted),
            ("people", self.people > 0),
        ):
            if not done:
                return name
        return "done"


def steps_of(room: Room, day: datetime.date) -> Steps:
    """The steps of one room."""
    return steps_of_all([room], day)[room.id]


def steps_of_all(rooms: Sequence[Room], day: datetime.date) -> dict[UUID, Steps]:
    """The steps of many rooms, by room, in a number of queries that does not grow with them."""
    holders = holders_on([room.id for room in rooms], day)
    cameras = _by_room(Camera.objects.filter(room__in=rooms, retired_at__isnull=True).select_related("recorder"))
    signs = _by_room(NoticeSign.objects.filter(room__in=rooms).select_related("paper", "photo", "hung_by"))
    words = _newest_words([camera for found in cameras.values() for camera in found])
    recorders = _recorders(holders, day)
    people = Counter(staff_of(set(holders.values()), day).values_list("unit", flat=True))
    return {
        room.id: Steps(
            recorder=cameras[room.id][0].recorder if cameras[room.id] else recorders.get(room.id),
            cameras=cameras[room.id],
            sign=signs[room.id][0] if signs[room.id] else None,
            hanging=next((sign for sign in signs[room.id] if sign.hung_at and not sign.taken_down_at), None),
            verdicts=_verdicts(cameras[room.id], words),
            people=people[holders[room.id]] if room.id in holders else 0,
        )
        for room in rooms
    }


def verdicts_of(cameras: Sequence[Camera]) -> list[Verdict]:
    """One verdict per medium and party; voices are asked only where sound is recorded."""
    return _verdicts(cameras, _newest_words(cameras))


def _newest_words(cameras: Sequence[Camera]) -> dict[UUID, list[Acceptance]]:
    """The newest word per camera, medium and party, by camera."""
    newest = (
        Acceptance.objects.filter(camera__in=cameras)
        .order_by("camera_id", "medium", "party", "-accepted_at", "-id")
        .distinct("camera_id", "medium", "party")
        .select_related("camera", "accepted_by")
    )
    words: dict[UUID, list[Acceptance]] = defaultdict(list)
    for word in newest:
        words[word.camera_id].append(word)
    return words


def _verdicts(cameras: Sequence[Camera], words: Mapping[UUID, Sequence[Acceptance]]) -> list[Verdict]:
    """A room passes where one of its cameras does: so the best word counts, and the newest among equals."""
    best: dict[tuple[str, str], Acceptance] = {}
    for word in (word for camera in cameras for word in words.get(camera.id, ())):
        known = best.get((word.medium, word.party))
        if known is None or (word.passed, word.accepted_at) > (known.passed, known.accepted_at):
            best[word.medium, word.party] = word
    sound = any(camera.has_sound for camera in cameras)
    asked = [Medium.PICTURE, *([Medium.VOICE] if sound else [])]
    return [Verdict(medium, party, best.get((medium, party))) for medium in asked for party in Party]


def _recorders(holders: Mapping[UUID, UUID], day: datetime.date) -> dict[UUID, Recorder]:
    """For each room a recorder in use that stands in it, else one in another room of the same unit."""
    standing = holders_on(rooms_of(set(holders.values()), day).values_list("id", flat=True), day)
    in_use = Recorder.objects.filter(retired_at__isnull=True, replaced_by__isnull=True, room__in=standing)
    here = {recorder.room_id: recorder for recorder in in_use.order_by("-added_at")}
    of_unit = {standing[room]: recorder for room, recorder in here.items()}
    return {room: here.get(room) or of_unit[unit] for room, unit in holders.items() if room in here or unit in of_unit}


def _by_room(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.room_id].append(row)
    return found
