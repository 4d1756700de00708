"""`python -m minhbach.demo.past.make FILE`: lives through the past of one recorder.

The file holds a JSON object: `archive` (the folder to make), `cameras` (their names in the fleet), `witness_key`,
`witness_file`, `result`, `now_us`, `days`, `askers` (by camera: the person who asked for its holds). Promises that the
folder appears under its name only when its past is whole, and writes to `result` what the centre has to know: the
recorder's UUID and the moments that are held.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minhbach.demo.fleet import DEMO_RETENTION, camera_named
from minhbach.demo.past.film import SECOND_US, Film
from minhbach.demo.past.plan import MINUTE_US, Moment, Plan, plan_of
from minhbach.demo.past.recorder import OUTSIDE, PastRecorder
from minhbach.demo.past.reel import GOP_US, Dial
from minhbach.demo.spec import CameraSpec
from minhbach.edge.config import CameraConfig, Config, DiskConfig
from minhbach.ledger.entry import commitment

HOUSE_EVERY_US = 30 * MINUTE_US
"""Between two rounds of deletion."""


def main() -> int:
    """Make the past that the file describes."""
    words = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    archive = Path(words["archive"])
    draft = archive.with_name(f"{archive.name}.new")
    witness = Path(words["witness_file"])
    for leftover in (draft, archive):
        shutil.rmtree(leftover, ignore_errors=True)
    witness.unlink(missing_ok=True)
    specs = [camera_named(name) for name in words["cameras"]]
    plan = plan_of(archive.parent.name, [spec.name for spec in specs], words["now_us"], words["days"])
    cameras = tuple(CameraConfig(spec.name, url="rtsp://camera.invalid/", retention=DEMO_RETENTION) for spec in specs)
    recorder = PastRecorder(Config(cameras, (DiskConfig(draft),)), Path(words["witness_key"]), witness, plan.begin_us)
    held = Life(recorder, specs, plan, words["askers"]).live()
    recorder.end()
    draft.rename(archive)
    made = {"recorder": recorder.identity, "held": held}
    Path(words["result"]).write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return 0


class Life:
    """One recorder going through its plan."""

    def __init__(
        self, recorder: PastRecorder, specs: Sequence[CameraSpec], plan: Plan, askers: Mapping[str, str]
    ) -> None:
        self._recorder = recorder
        self._specs = specs
        self._plan = plan
        self._askers = askers
        dial = Dial()
        self._films = {spec.name: Film(spec, dial) for spec in specs}
        self._set_films()
        self._failing: set[str] = set()
        self._held: list[dict[str, Any]] = []
        self._due: list[Moment] = []

    def live(self) -> list[dict[str, Any]]:
        """Everything up to now; returns the holds."""
        for begin_us, end_us in self._plan.shifts:
            self._recorder.rest_to(begin_us)
            self._work(begin_us, end_us)
            self._hold_all()
            for spec in self._specs:
                self._last(spec.name, end_us)
                self._recorder.lose(spec.name, OUTSIDE)
            self._recorder.settle()
        self._recorder.rest_to(self._plan.now_us)
        return self._held

    def _work(self, begin_us: int, end_us: int) -> None:
        at_us, housed_us = begin_us, begin_us
        while at_us < end_us:
            cut = next((cut for cut in self._plan.cuts if cut.begin_us <= at_us < cut.end_us), None)
            if cut is not None:
                at_us = cut.end_us
                self._recorder.power_cut(at_us)
                self._set_films()
                continue
            self._recorder.linked = not any(line.begin_us <= at_us < line.end_us for line in self._plan.apart)
            until_us = min(at_us + MINUTE_US, end_us)
            self._recorder.advance_to(until_us)
            for spec in self._specs:
                self._show(spec.name, at_us, until_us)
            self._recorder.settle()
            at_us = until_us
            if at_us - housed_us >= HOUSE_EVERY_US:
                housed_us = at_us
                self._recorder.keep_house()

    def _set_films(self) -> None:
        """After a start the monotonic clock is another."""
        for film in self._films.values():
            film.offset_us = self._recorder.offset_us

    def _last(self, camera: str, end_us: int) -> None:
        """One more picture right before the end, since nobody knows how long the last one lasts."""
        if camera not in self._failing and end_us <= self._plan.kept_from_us:
            self._recorder.show(camera, self._films[camera].stand_in(end_us - SECOND_US, end_us))

    def _show(self, camera: str, at_us: int, until_us: int) -> None:
        trouble = _at(at_us, camera, self._plan.troubles)
        if trouble is not None:
            if camera not in self._failing:
                self._failing.add(camera)
                self._recorder.lose(camera, f"camera_{trouble.code}")
                self._recorder.fault(camera, trouble.code)
            return
        if camera in self._failing:
            self._failing.discard(camera)
            self._recorder.fault(camera, "")
        moment = _at(at_us, camera, self._plan.moments)
        film = self._films[camera]
        if moment is not None:
            for begin_us in range(moment.begin_us, moment.end_us, 10_000_000):
                self._recorder.show(camera, *film.full(begin_us, min(begin_us + 10_000_000, moment.end_us)))
            self._due.append(moment)
            at_us = moment.end_us
        if at_us >= self._plan.kept_from_us:
            for begin_us in range(at_us, until_us, GOP_US):
                self._recorder.show(camera, *film.group(begin_us))
        elif moment is None:
            self._recorder.show(camera, film.stand_in(at_us, until_us))

    def _hold_all(self) -> None:
        """Somebody asks for what was to be held of this shift, at its end."""
        for moment in self._due:
            hold, matter, salt = str(uuid.uuid4()), str(uuid.uuid4()), secrets.token_bytes(16)
            said = f"{moment.reason} ({moment.document})" if moment.document else moment.reason
            # As the centre binds a hold's entry to its row: who, what for.
            who = self._askers[moment.camera]
            bound = commitment(salt, {"who": who, "kind": "legal_hold", "reference": matter, "reason": said})
            self._recorder.hold(hold, moment.camera, moment.begin_us, moment.end_us, bound)
            known = {"hold": hold, "matter": matter, "salt": salt.hex(), "asked_us": self._recorder.now_us - SECOND_US}
            self._held.append({**asdict(moment), **known})
        self._due.clear()


def _at(at_us: int, camera: str, things: Sequence[Any]) -> Any:
    """What of these happens to a camera in the minute that begins then."""
    return next((one for one in things if one.camera == camera and one.begin_us <= at_us < one.end_us), None)


if __name__ == "__main__":
    sys.exit(main())
