"""Runs simulated cameras in a thread of their own, for callers without an asyncio loop.

Promises that all cameras listen when the `with` block begins and that none does when it ends; an error inside a
camera is raised at the end of the block. With a folder of `mischief`, what is written there happens to them meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager

from minhbach.demo import mischief
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.spec import CameraSpec


@contextmanager
def hosted(
    specs: Sequence[CameraSpec],
    host: str = "127.0.0.1",
    ports: Sequence[int] = (),
    folder: mischief.Folder | None = None,
) -> Iterator[list[SimulatedCamera]]:
    """Cameras running, in the order of `specs`; read their URLs only, they belong to the other thread.

    `ports`: one for each, or none where any will do.
    """
    wanted = ports or [0] * len(specs)
    cameras = [SimulatedCamera(spec, host, port) for spec, port in zip(specs, wanted, strict=True)]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="cameras", daemon=True)
    thread.start()
    stack = AsyncExitStack()
    try:
        asyncio.run_coroutine_threadsafe(_enter(stack, cameras, folder), loop).result()
        yield cameras
    finally:
        try:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _enter(stack: AsyncExitStack, cameras: Sequence[SimulatedCamera], folder: mischief.Folder | None) -> None:
    for camera in cameras:
        await stack.enter_async_context(camera)
    if folder is not None:
        # Ended first: a camera that is switched on while all are stopped would stay.
        task = asyncio.get_running_loop().create_task(_obey(cameras, folder))
        stack.push_async_callback(_end, task)


async def _obey(cameras: Sequence[SimulatedCamera], folder: mischief.Folder) -> None:
    known: dict[str, mischief.Trouble] = {}
    while True:
        for camera in cameras:
            word = folder.word(camera.spec.name)
            if word is not None and word != known.get(camera.spec.name, "well"):
                await camera.suffer(word)
                known[camera.spec.name] = word
        await asyncio.sleep(mischief.LOOK_S)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
