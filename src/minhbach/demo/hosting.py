"""Runs simulated cameras in a thread of their own, for callers without an asyncio loop.

Promises that all cameras listen when the `with` block begins and that none does when it ends; an error inside a
camera is raised at the end of the block.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager

from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.spec import CameraSpec


@contextmanager
def hosted(
    specs: Sequence[CameraSpec], host: str = "127.0.0.1", ports: Sequence[int] = ()
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
        asyncio.run_coroutine_threadsafe(_enter(stack, cameras), loop).result()
        yield cameras
    finally:
        try:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _enter(stack: AsyncExitStack, cameras: Sequence[SimulatedCamera]) -> None:
    for camera in cameras:
        await stack.enter_async_context(camera)
