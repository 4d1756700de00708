"""A new configuration, carried out while the recorder runs.

Owns which cameras it concerns and in which order things happen: what changed says goodbye, its last segment is sealed
and logged, the configuration becomes an entry of the log, and only then does anything new begin. Promises that a camera
whose stream did not change keeps its connection and loses nothing, that what does change is missing for about as long
as dialling takes, with ``reconfigured`` as the cause, and that other days of keeping, or other hours of sound, cost no
picture at all. Leaves judging configurations to ``uplink.orders``.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Protocol

from minhbach.edge.config import CameraConfig, Config
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.camera import Camera, target_of
from minhbach.edge.recorder.loop import Driven
from minhbach.edge.recorder.substream import SubStream

CAUSE = "reconfigured"
_LOOK_S = 0.02


class Audience(Protocol):
    """Who wants to know which cameras there are: live pictures, health."""

    def attach(self, camera: Camera | SubStream) -> None: ...

    def detach(self, camera: Camera | SubStream) -> None: ...


class Changing:
    """``await carry_out`` while the recorder's loop runs, one at a time."""

    def __init__(self, recorder: Recorder, audience: Audience) -> None:
        self._recorder = recorder
        self._audience = audience

    async def carry_out(self, config: Config) -> None:
        """Record this from now on. Cancelled midway, the next start of the recorder carries it out."""
        recorder = self._recorder
        wanted = {each.label: each for each in config.cameras}
        leaving = [each for each in recorder.cameras if each.config.label not in wanted]
        staying = [each for each in recorder.cameras if each.config.label in wanted]
        moving = [each for each in staying if not _same_stream(each.config, wanted[each.config.label])]
        await self._part([*leaving, *moving])
        for camera in leaving:
            recorder.remove(camera)
            self._audience.detach(camera)
        recorder.archive.reconfigure(config)
        for camera in staying:
            settings = wanted[camera.config.label]
            if camera in moving:
                camera.move(settings, target_of(settings))
            else:
                camera.config = settings
        known = {each.config.label for each in staying}
        for settings in config.cameras:
            if settings.label not in known:
                self._audience.attach(recorder.add(settings, CAUSE))
        await self._change_subs(config)

    async def _part(self, cameras: list[Camera]) -> None:
        """Until nothing of them is on its way into the log any more."""

        def close(camera: Driven, now_us: int) -> None:
            assert isinstance(camera, Camera)
            camera.close(now_us, CAUSE)

        await self._recorder.loop.part(cameras, close)
        while True:
            if all(each.settled for each in cameras):
                return
            await asyncio.sleep(_LOOK_S)

    async def _change_subs(self, config: Config) -> None:
        wanted = {each.name: each for each in config.cameras if each.sub_url}
        leaving = [
            each
            for each in self._recorder.subs
            if each.config.name not in wanted or not _same_sub(each.config, wanted[each.config.name])
        ]
        for sub in leaving:
            self._audience.detach(sub)
        await self._recorder.loop.part(leaving)
        for sub in leaving:
            self._recorder.remove_sub(sub)
        for sub in self._recorder.subs:
            sub.config = replace(sub.config, sound_hours=wanted[sub.config.name].sound_hours)
        known = {each.config.name for each in self._recorder.subs}
        for settings in wanted.values():
            if settings.name not in known:
                self._audience.attach(self._recorder.add_sub(settings))


def _same_stream(one: CameraConfig, other: CameraConfig) -> bool:
    """Whether a camera may go on as it is: how long footage is kept, when sound is, and what else it offers do not
    touch its stream.
    """
    same = replace(one, retention=other.retention, sub_url=other.sub_url, view=other.view)
    return replace(same, sound_hours=other.sound_hours) == other


def _same_sub(one: CameraConfig, other: CameraConfig) -> bool:
    same = replace(one, stream=other.stream, url=other.url, retention=other.retention, view=other.view)
    return replace(same, sound_hours=other.sound_hours) == other
