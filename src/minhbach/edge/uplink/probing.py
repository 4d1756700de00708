"""One look at a camera that is not recorded yet: does it answer, what does it offer, what does it see?

Owns a link of its own that is given up as soon as the camera has described itself, has sent one picture or has failed
once. Promises to stay within the networks it is given, after name resolution (``rtsp.connection``), to end within
``PATIENCE_US``, and that no picture is kept. Leaves words for faults to ``edge.faults``, and to who asks for a picture
that a lease lets it out.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from minhbach.edge import faults
from minhbach.edge.clock import Clock
from minhbach.edge.config import ConfigError
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.track import DAMAGED, SYNC, Samples
from minhbach.edge.rtsp import url
from minhbach.edge.rtsp.connection import SCRATCH_BYTES
from minhbach.edge.rtsp.link import Link, LinkState, Target
from minhbach.edge.rtsp.reception import make_receiver
from minhbach.edge.uplink.orders import OrderRefused, Orders, networks_of
from minhbach.fmp4 import VideoConfig
from minhbach.protocol.messages import Probed, ProbeWanted

PATIENCE_US = 12_000_000
GOODBYE_US = 1_000_000
_LOOK_S = 0.02

_Found = TypeVar("_Found")


async def probe(wanted: ProbeWanted, orders: Orders, executor: Executor, clock: Clock) -> Probed:
    """Dial a camera and report. Never raises for what the camera or the request is."""
    return await _dial(wanted, orders, executor, clock, _described)


async def first_picture(
    wanted: ProbeWanted, orders: Orders, executor: Executor, clock: Clock
) -> tuple[VideoConfig, bytes] | Probed:
    """Dial a camera for its first whole key frame: (configuration, access unit), or why there is none."""
    return await _dial(wanted, orders, executor, clock, _seen)


async def _dial(
    wanted: ProbeWanted,
    orders: Orders,
    executor: Executor,
    clock: Clock,
    found: Callable[[Link, str, int], _Found | None],
) -> _Found | Probed:
    """Until ``found`` has what it looks for on the link; it is given the host and how long it took in ms."""
    began_us = clock.mono_us()
    try:
        address, _ = url.parse(wanted.address)
        networks = networks_of(wanted.networks, f"camera {wanted.name[:48]}")
        login = orders.login(wanted.credentials, wanted.name)
    except url.BadUrl:
        return _failed(faults.CameraTrouble(faults.BAD_URL), "", 0)
    except (ConfigError, OrderRefused) as error:
        return Probed(code="refused", vi=error.vi, en=error.en, host="", formats=(), took_ms=0)
    credentials = url.Credentials(*login) if login else None
    target = Target(address, credentials, networks, wanted.tls_fingerprint)
    link = Link(target, make_receiver=make_receiver, executor=executor, random=random.random)
    scratch = bytearray(2 * SCRATCH_BYTES)
    try:
        while True:
            now_us = clock.mono_us()
            link.pump(scratch, now_us)
            took_ms = (now_us - began_us) // 1000
            # One second try is the link's own, for cameras that hang up on the first (A64).
            if link.fault is not None:
                return _failed(link.fault, address.host, took_ms)
            if (what := found(link, address.host, took_ms)) is not None:
                return what
            if now_us - began_us > PATIENCE_US:
                return _failed(faults.CameraTrouble(faults.STREAM_SILENT), address.host, took_ms)
            await asyncio.sleep(_LOOK_S)
    finally:
        await _part(link, scratch, clock)


async def _part(link: Link, scratch: bytearray, clock: Clock) -> None:
    """With a word of goodbye: many cameras count a session that nobody ended for a minute."""
    deadline_us = clock.mono_us() + GOODBYE_US
    link.close(clock.mono_us())
    while link.state is not LinkState.CLOSED and clock.mono_us() < deadline_us:
        link.pump(scratch, clock.mono_us())
        await asyncio.sleep(_LOOK_S)
    link.abandon()


def _described(link: Link, host: str, took_ms: int) -> Probed | None:
    if link.receiver is None or link.session is None or link.session.description is None:
        return None
    media = link.session.description.media
    offered = (f"{each.kind} {form.encoding}" for each in media for form in each.formats)
    return Probed(code="", vi="", en="", host=host, formats=tuple(dict.fromkeys(offered)), took_ms=took_ms)


def _seen(link: Link, host: str, took_ms: int) -> tuple[VideoConfig, bytes] | None:
    if not isinstance(link.receiver, Receiver):
        return None
    found = None
    for track in link.receiver.tracks:
        samples = track.take()
        if samples is not None and track.kind == "video" and found is None:
            found = _key_frame(samples)
    return found


def _key_frame(samples: Samples) -> tuple[VideoConfig, bytes] | None:
    """The first undamaged key frame among samples, copied."""
    begin = 0
    for index, size in enumerate(samples.sizes):
        if samples.flags[index] & SYNC and not samples.flags[index] & DAMAGED:
            configs = [config for first, config in samples.configs if first <= index]
            if configs and isinstance(configs[-1], VideoConfig):
                return configs[-1], bytes(samples.data[begin : begin + size])
        begin += size
    return None


def _failed(trouble: faults.CameraTrouble, host: str, took_ms: int) -> Probed:
    fault = trouble.fault
    return Probed(code=fault.code, vi=fault.vi, en=fault.en, host=host, formats=(), took_ms=took_ms)
