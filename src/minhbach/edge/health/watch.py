"""All cameras of a recorder, watched: who is gone, who is blind, who is deaf.

Owns when a key frame is looked at and sound is heard (each every ten seconds), the faults of every camera and what the
log is told of them: ``fault`` entries whose subject is ``health NAME/KIND``. Promises never to hold the loop: taps copy
one key frame, and everything that decodes waits in one task of its own, camera after camera; whatever the decoder does,
recording goes on. When it cannot decode, pictures are not judged, and ``Condition.looked_us`` says since when. What is
known of a room outlives the recorder (``faces``), as long as the camera is the same and looks the same way.
Leaves the judgements to ``seeing`` and ``hearing``, the rule of flapping to ``spell``.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from minhbach.decode.child import Decoder, DecodeTrouble
from minhbach.decode.wire import Footage, Loudness, Sound
from minhbach.edge.config import CameraConfig
from minhbach.edge.health import thresholds
from minhbach.edge.health.faces import Faces
from minhbach.edge.health.hearing import Hearing
from minhbach.edge.health.seeing import Face, Seeing
from minhbach.edge.health.spell import Spell
from minhbach.edge.health.stirring import Stirring
from minhbach.edge.rtp.track import DAMAGED, SYNC, Samples
from minhbach.fmp4 import AudioConfig, TrackConfig, VideoConfig
from minhbach.protocol.health import Quarter

_LOGGER = logging.getLogger(__name__)

KINDS = ("offline", "silent", "frozen", "black", "covered")
PICTURE_KINDS = ("frozen", "black", "covered")

LogFault = Callable[[str, str], None]
"""(subject, code): a fault of the subject began, or its fault ended when the code is empty."""


class Tapped(Protocol):
    """What is watched: a camera of the recorder."""

    @property
    def config(self) -> CameraConfig: ...

    @property
    def taps(self) -> list[Callable[[Literal["video", "audio"], int, Samples], None]]: ...

    @property
    def sound_off(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """One camera now. ``faults``: kind → since when (µs, monotonic) and how often it came back; ``looked_us``: when its
    picture was last judged; ``loudness_rms``: of the last window, None without sound; ``frames_mhz``: pictures of
    the last window, in thousandths a second; ``quarters``: in which of the last quarter hours something stirred;
    ``sound_off``: the order lets no sound be kept now, so none is heard here either.
    """

    camera: str
    faults: tuple[tuple[str, int, int], ...]
    picture_us: int | None
    looked_us: int | None
    loudness_rms: float | None
    width: int = 0
    height: int = 0
    frames_mhz: int | None = None
    quarters: tuple[Quarter, ...] = ()
    sound_off: bool = False


class Health:
    """``tick`` it every second on the cameras' loop; ``conditions`` any time; ``close`` it before the decoder."""

    def __init__(
        self, cameras: Sequence[Tapped], decoder: Decoder, faces: Faces, log_fault: LogFault, now_us: int
    ) -> None:
        """Blocks on the disk for as long as it takes to read some small files."""
        self._decoder = decoder
        self._faces = faces
        self._log_fault = log_fault
        self._patients: list[_Patient] = []
        self._round: asyncio.Task[None] | None = None
        for camera in cameras:
            self.attach(camera, now_us)

    def attach(self, camera: Tapped, now_us: int) -> None:
        """Watch over a camera from now on; a smaller stream of it shows nothing else."""
        if camera.config.stream == "main":
            view = camera.config.view
            face = self._faces.known(camera.config.name, view)
            self._patients.append(_Patient(camera, now_us, Seeing(face), view, face))

    def detach(self, camera: Tapped) -> None:
        """Watch over it no more: none of its faults stands."""
        for patient in [each for each in self._patients if each.camera is camera]:
            self._patients.remove(patient)
            camera.taps.remove(patient.tap)
            for kind, spell in patient.spells.items():
                if spell.since_us is not None:
                    self._log_fault(f"health {patient.name}/{kind}", "")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every watched camera now."""
        return tuple(each.condition() for each in self._patients)

    async def settled(self) -> None:
        """Wait until the round of looks that is under way is over."""
        if self._round is not None:
            await self._round

    def tick(self, now_us: int) -> None:
        """Judge what needs no decoder, and begin a round of looks when the last one is over."""
        for patient in self._patients:
            for kind, bad in patient.judged_alone(now_us):
                self._judge(patient, kind, bad, now_us)
        due = [each for each in self._patients if each.wants(now_us)]
        if due and (self._round is None or self._round.done()):
            self._round = asyncio.get_running_loop().create_task(self._examine(due, now_us))

    async def close(self) -> None:
        """Stop looking."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)

    async def _examine(self, patients: Sequence[_Patient], now_us: int) -> None:
        for patient in patients:
            try:
                for kind, bad in await patient.examined(self._decoder, now_us):
                    self._judge(patient, kind, bad, now_us)
                await self._keep_face(patient)
            except DecodeTrouble as trouble:
                _LOGGER.info("camera %s could not be looked at: %s", patient.name, trouble)
            except Exception:
                _LOGGER.exception("camera %s: an error of health itself", patient.name)

    async def _keep_face(self, patient: _Patient) -> None:
        face = patient.seeing.face
        if face is None or face is patient.kept or face.looks < thresholds.FACE_LOOKS:
            return
        try:
            await asyncio.to_thread(self._faces.keep, patient.name, patient.view, face)
        except OSError as error:
            _LOGGER.warning("camera %s: what is known of its room could not be kept: %s", patient.name, error)
        patient.kept = face

    def _judge(self, patient: _Patient, kind: str, bad: bool, now_us: int) -> None:
        if all(each is not patient for each in self._patients):
            return  # It went while it was looked at.
        change = patient.spells[kind].judge(bad, now_us)
        if change:
            self._log_fault(f"health {patient.name}/{kind}", kind if change == "began" else "")


@dataclass(slots=True)
class _Patient:
    """One camera under watch. ``came``: a picture has come since the last tick; ``wanted``: the next key frame is to be
    kept, ``key``: it is here; ``view``: the accepted view that ``seeing`` knows, ``kept``: its face on the disk;
    ``frames``: pictures since ``counted_us``.
    """

    camera: Tapped
    picture_us: int
    seeing: Seeing
    view: str
    kept: Face | None
    spells: dict[str, Spell] = field(default_factory=lambda: {kind: Spell(thresholds.QUIET_US[kind]) for kind in KINDS})
    hearing: Hearing = field(default_factory=Hearing)
    stirring: Stirring = field(default_factory=Stirring)
    came: bool = False
    wanted: bool = True
    key: Footage | None = None
    look_due_us: int = 0
    hear_due_us: int = 0
    looked_us: int | None = None
    loudness_rms: float | None = None
    seen_once: bool = False
    size: tuple[int, int] = (0, 0)
    frames: int = 0
    counted_us: int | None = None
    frames_mhz: int | None = None

    def __post_init__(self) -> None:
        self.hear_due_us = self.picture_us + thresholds.HEAR_EVERY_US
        self.camera.taps.append(self.tap)

    @property
    def name(self) -> str:
        return self.camera.config.name

    @property
    def offline(self) -> bool:
        return self.spells["offline"].since_us is not None

    def tap(self, kind: Literal["video", "audio"], step_us: int, samples: Samples) -> None:
        """On the loop's thread: keep one key frame when one is wanted, and count the sound."""
        if kind == "audio":
            for config, packets in _packets(samples):
                self.hearing.hear(config, packets)
            return
        self.came = True
        self.frames += len(samples.sizes)
        if self.wanted:
            self.key = _key_frame(samples)
            self.wanted = self.key is None
            if self.key is not None and self.key.config.width:
                self.size = self.key.config.width, self.key.config.height

    def judged_alone(self, now_us: int) -> list[tuple[str, bool]]:
        """Whether pictures come at all."""
        if self.came:
            self.came, self.seen_once, self.picture_us = False, True, now_us
        # Kept earlier it would be ten seconds old when it is looked at.
        self.wanted = self.key is None and now_us >= self.look_due_us
        gone = self._gone(now_us)
        self._count(now_us, gone)
        if gone:
            # Nothing is known of what is not seen, and nothing that was remembered of its noise holds.
            self.key = None
            self.seeing.begin()
            self.hearing.away()
        return [("offline", gone)]

    def _count(self, now_us: int, gone: bool) -> None:
        """How many pictures come in a second; anew after a break, which is a fault and no slow camera."""
        if gone:
            self.counted_us = self.frames_mhz = None
        elif self.counted_us is None:
            self.counted_us, self.frames = (now_us, 0) if self.seen_once else (None, 0)
        elif now_us - self.counted_us >= thresholds.LOOK_EVERY_US:
            self.frames_mhz = self.frames * 1_000_000_000 // (now_us - self.counted_us)
            self.counted_us, self.frames = now_us, 0

    def wants(self, now_us: int) -> bool:
        """Whether there is something to look at or to hear."""
        return self.key is not None or (now_us >= self.hear_due_us and not self._gone(now_us))

    async def examined(self, decoder: Decoder, now_us: int) -> list[tuple[str, bool]]:
        """Look and hear what is due. Raises DecodeTrouble."""
        judged: list[tuple[str, bool]] = []
        if now_us >= self.hear_due_us and not self._gone(now_us):
            self.hear_due_us = now_us + thresholds.HEAR_EVERY_US
            judged += await self._heard(decoder, now_us)
        if self.key is not None:
            key, self.key = self.key, None
            if self.view != self.camera.config.view:
                self.view = self.camera.config.view
                self.seeing.forget()
            # By the rhythm, not by when the key frame came: or ten seconds would be thirteen.
            rhythm_us = (self.look_due_us or now_us) + thresholds.LOOK_EVERY_US
            self.look_due_us = max(rhythm_us, now_us + thresholds.LOOK_EVERY_US // 2)
            look, sample, relief = await decoder.look(key, *self.seeing.others)
            verdict = self.seeing.saw(look, sample, relief, now_us)
            self.looked_us = now_us
            if not verdict and not math.isnan(look.change):
                self.stirring.looked(look.movement, now_us)
            judged += [(kind, kind == verdict) for kind in PICTURE_KINDS]
        return judged

    async def _heard(self, decoder: Decoder, now_us: int) -> list[tuple[str, bool]]:
        if self.camera.sound_off:
            # Off by the rules is no dead microphone: nothing is known of one, as of a picture that does not come.
            self.hearing.away()
            return []
        window = self.hearing.window()
        if window is None:
            return []
        heard: Loudness = await decoder.loudness(window) if isinstance(window, Sound) else window
        self.loudness_rms = heard.rms
        self.stirring.listened(heard.rms, now_us)
        return [("silent", self.hearing.judge(heard))]

    def _gone(self, now_us: int) -> bool:
        return now_us - self.picture_us >= thresholds.OFFLINE_US

    def condition(self) -> Condition:
        faults = tuple(
            (kind, spell.since_us, spell.times) for kind, spell in self.spells.items() if spell.since_us is not None
        )
        return Condition(
            self.name, faults, self.picture_us if self.seen_once else None, self.looked_us, self.loudness_rms,
            *self.size, self.frames_mhz, self.stirring.quarters, self.camera.sound_off,
        )  # fmt: skip


def _key_frame(samples: Samples) -> Footage | None:
    """The newest undamaged key frame among samples, copied."""
    end = len(samples.data)
    for index in range(len(samples.sizes) - 1, -1, -1):
        begin = end - samples.sizes[index]
        if samples.flags[index] & SYNC and not samples.flags[index] & DAMAGED:
            config = _config_at(samples, index)
            return Footage(config, (bytes(samples.data[begin:end]),)) if isinstance(config, VideoConfig) else None
        end = begin
    return None


def _packets(samples: Samples) -> list[tuple[AudioConfig, list[bytes]]]:
    """Runs of packets of one configuration, copied."""
    found: list[tuple[AudioConfig, list[bytes]]] = []
    begin = 0
    for index, size in enumerate(samples.sizes):
        config = _config_at(samples, index)
        packet = bytes(samples.data[begin : begin + size])
        begin += size
        if not isinstance(config, AudioConfig):
            continue
        if found and found[-1][0] == config:
            found[-1][1].append(packet)
        else:
            found.append((config, [packet]))
    return found


def _config_at(samples: Samples, index: int) -> TrackConfig | None:
    configs = [config for begin, config in samples.configs if begin <= index]
    return configs[-1] if configs else None
