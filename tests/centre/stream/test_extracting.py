"""Sealed files come byte for byte, under a lease for extraction alone, which the recorder logs before the first one."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from minhbach.bench.site import Site
from minhbach.centre.evidence.fetching import FetchFailed, fetch
from minhbach.centre.fabric import certificate, server
from minhbach.centre.fabric.client import Client, access
from minhbach.edge.check.place import look
from minhbach.ledger.entry import Entry, decode

HOUR_US = 3_600_000_000


def entries(here: Site, kind: str) -> list[Entry]:
    reader = look(here.archive).logs[-1].reader()
    found = map(decode, reader.entries(0, reader.size))
    return [each for each in found if each["kind"] == kind]


def segment(here: Site, camera: str = "quay-1") -> Entry:
    return next(each for each in entries(here, "segment") if each["camera"] == camera)


def opened(here: Site, entry: Entry, kind: Any = "export", **changes: Any) -> tuple[str, str]:
    times = {"begin_us": entry["begin_us"], "end_us": entry["end_us"], **changes}
    return here.pages.open(kind, [f"{here.recorder}/{entry['camera']}"], **times)


def fetched(here: Site, entry: Entry, token: str, target: Path) -> None:
    """As the worker fetches it."""

    async def given() -> str:
        return token

    async def work(client: Client) -> None:
        await fetch(client, here.recorder, entry, given, target)

    asyncio.run(asyncio.wait_for(_online(here, work), 60))


async def _online(here: Site, work: Callable[[Client], Awaitable[None]]) -> None:
    users = server.Users(here.folder / "fabric")
    ca = certificate.ca_pem(here.folder / "fabric", here.fabric_address)
    client = Client(access(here.fabric_address, users.password(server.CENTRE), ca_pem=ca), "test")
    try:
        online = asyncio.Event()
        client.line.on_connect.append(online.set)
        client.start()
        await online.wait()
        await work(client)
    finally:
        await client.stop()


@pytest.mark.usefixtures("begin_us")
def test_a_sealed_file_comes_byte_for_byte_and_the_extraction_stands_in_the_log(here: Site, tmp_path: Path) -> None:
    entry = segment(here)
    viewing, token = opened(here, entry)
    fetched(here, entry, token, tmp_path / "x.mp4")
    sealed = (tmp_path / "x.mp4").read_bytes()
    assert (len(sealed), hashlib.sha256(sealed).hexdigest()) == (entry["bytes"], entry["sha256"])
    commitment = here.pages.lease(viewing).commitment
    [logged] = [each for each in entries(here, "viewing") if each["commitment"] == commitment]
    assert (logged["mode"], logged["cameras"]) == ("export", ["quay-1"])


@pytest.mark.usefixtures("begin_us")
def test_a_right_to_watch_is_no_right_to_the_files(here: Site, tmp_path: Path) -> None:
    entry = segment(here)
    _, token = opened(here, entry, "playback")
    with pytest.raises(FetchFailed, match="not for this camera or this way"):
        fetched(here, entry, token, tmp_path / "x.mp4")
    assert not (tmp_path / "x.mp4").exists()


@pytest.mark.usefixtures("begin_us")
def test_no_file_leaves_that_the_lease_does_not_reach(here: Site, tmp_path: Path) -> None:
    entry = segment(here)
    _, early = opened(here, entry, begin_us=entry["begin_us"] - HOUR_US, end_us=entry["begin_us"])
    _, other = opened(here, segment(here, "quay-2"))
    for token in (early, other):
        with pytest.raises(FetchFailed):
            fetched(here, entry, token, tmp_path / "x.mp4")
    assert list(tmp_path.glob("x.mp4")) == []


@pytest.mark.usefixtures("begin_us")
def test_bytes_that_are_not_what_was_sealed_are_refused(here: Site, tmp_path: Path) -> None:
    entry = segment(here)
    _, token = opened(here, entry)
    with pytest.raises(FetchFailed, match="not what was sealed"):
        fetched(here, {**entry, "sha256": "00" * 32}, token, tmp_path / "x.mp4")
    assert not (tmp_path / "x.mp4").exists()
