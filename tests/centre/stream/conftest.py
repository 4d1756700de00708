"""One site for all tests of a module: two cameras, recorded from the start, every hop real but the pages."""

from collections.abc import Iterator

import pytest

from minhbach.bench.site import Site, site
from minhbach.demo.spec import CameraSpec, StreamSpec

SPECS = (
    CameraSpec("quay-1", frames_per_s=10, gop_frames=20),
    CameraSpec("quay-2", streams=(StreamSpec(audio="aac"),)),
    CameraSpec("quay-3", streams=(StreamSpec(video="h265", audio=None),)),
)


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), SPECS) as found:
        yield found


@pytest.fixture(autouse=True)
def allowed(here: Site) -> None:
    here.pages.allowed = True
