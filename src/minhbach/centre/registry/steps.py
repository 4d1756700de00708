"""How far the first set-up of a room has come: unit, recorder, cameras, sign, acceptance, people.

Owns the order of the steps and when each counts as done; pure reads. What a step looks like is the page's.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.centre.registry.models import Acceptance, Camera, Medium, NoticeSign, Party, Recorder, Room
from minhbach.centre.registry.reading import holder_on, recorder_for, staff_of


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
    """The steps of a room; a small, constant number of queries."""
    cameras = list(room.cameras.filter(retired_at__isnull=True).select_related("recorder"))
    holder = holder_on(room.id, day)
    signs = list(room.signs.select_related("paper", "photo", "hung_by"))
    return Steps(
        recorder=cameras[0].recorder if cameras else recorder_for(room.id, day),
        cameras=cameras,
        sign=signs[0] if signs else None,
        hanging=next((sign for sign in signs if sign.hung_at is not None and sign.taken_down_at is None), None),
        verdicts=verdicts_of(cameras),
        people=staff_of((holder,), day).count() if holder else 0,
    )


def verdicts_of(cameras: Sequence[Camera]) -> list[Verdict]:
    """One verdict per medium and party; voices are asked only where sound is recorded."""
    newest = (
        Acceptance.objects.filter(camera__in=cameras)
        .order_by("camera_id", "medium", "party", "-accepted_at", "-id")
        .distinct("camera_id", "medium", "party")
        .select_related("camera", "accepted_by")
    )
    words: dict[tuple[str, str], Acceptance] = {}
    for word in newest:
        known = words.get((word.medium, word.party))
        if known is None or (word.passed, word.accepted_at) > (known.passed, known.accepted_at):
            words[word.medium, word.party] = word
    sound = any(camera.has_sound for camera in cameras)
    asked = [Medium.PICTURE, *([Medium.VOICE] if sound else [])]
    return [Verdict(medium, party, words.get((medium, party))) for medium in asked for party in Party]
