"""One site for all tests of this folder: three cameras, recorded from the start, every hop real but the pages."""

import time
from collections.abc import Iterator

import pytest

from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec, StreamSpec
from tests.centre.stream import archived

LEAST_US = 17_000_000
PATIENCE_S = 240

SPECS = (
    CameraSpec("quay-1", frames_per_s=10, gop_frames=20),
    CameraSpec("quay-2", streams=(StreamSpec(audio="aac"),)),
    CameraSpec("quay-3", streams=(StreamSpec(video="h265", audio=None),)),
)


@pytest.fixture(scope="package")
def running(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), SPECS) as found:
        yield found


@pytest.fixture
def here(running: Site) -> Site:
    """The site, with every right given."""
    running.pages.allowed = True
    return running


@pytest.fixture(scope="package")
def begin_us(running: Site) -> int:
    """A moment behind which each camera has fifteen seconds of sealed pictures one after another, and one before it."""
    names = [camera.rpartition("/")[2] for camera in running.cameras]
    deadline = time.monotonic() + PATIENCE_S
    while (found := archived.whole(running, names, LEAST_US)) is None:
        assert time.monotonic() < deadline, "nothing is recorded without a hole"
        time.sleep(0.5)
    return round(found) + 1_000_000
