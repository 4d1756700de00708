"""``bin/demo``: the whole product on one machine, with cameras that are simulated and everything else real.

Owns which parts the demo is made of, its first start, and that none of them outlives it. Each part runs as it would in
an office: the cameras behind real RTSP sockets with passwords, one recorder for each commune that knows nothing of the
demo, the supervision site. Leaves the weeks before the first start to ``past``, the names to ``district``, the site's
own processes to ``serve``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from minhbach.demo import mischief
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.district import staff
from minhbach.demo.district.offices import Office, RunningOffice
from minhbach.demo.district.places import LIVE
from minhbach.demo.fleet import camera_named
from minhbach.demo.hosting import hosted
from minhbach.demo.mail import HOST, Catcher
from minhbach.engines import ports
from minhbach.serve.run import ToldToEnd, listen, wait
from minhbach.serve.site import Site, SiteFailed

PICTURES_S = 30
TROUBLES = "cameras"
"""In the demo's folder: what goes wrong with which camera (``mischief``)."""


def command(args: argparse.Namespace) -> int:
    """The ``demo`` command: 0 ended as asked, 1 a part ended by itself, 2 could not start."""
    folder = (args.data or default_folder()).absolute()
    listen()
    try:
        with ExitStack() as stack:
            return _run(stack, folder, args)
    except SiteFailed as failure:
        print(failure, file=sys.stderr)
    except OSError as error:
        print(f"Không ghi được vào {folder}: {error.strerror}. / Cannot write there.", file=sys.stderr)
    except ToldToEnd:
        return 0
    return 2


def default_folder() -> Path:
    """``var/demo`` beside the virtual environment that runs this, below the present folder otherwise."""
    prefix = Path(sys.prefix)
    return (prefix.parent if prefix.name == ".venv" else Path.cwd()) / "var" / "demo"


def _run(stack: ExitStack, folder: Path, args: argparse.Namespace) -> int:
    began_s = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    offices = list(_offices(folder, args.cameras))
    catcher = stack.enter_context(Catcher(folder / "caught-mail"))
    site = Site(folder, args.port, demo=True, extra={"MINHBACH_SMTP": f"smtp://{HOST}:{catcher.port}"})
    makers = [office.begin_past(time.time_ns() // 1000, args.days) for office in offices]
    if any(makers):
        print(
            f"Đang dựng dữ liệu trình diễn {args.days} ngày … / making a past of {args.days} days …",
            file=sys.stderr,
            flush=True,
        )
    names = [f"camera {office.key} {lens.name}" for office in offices for lens in office.lenses]
    chosen = ports.choose(folder / "ports.json", names)
    specs = [camera_named(lens.name) for office in offices for lens in office.lenses]
    troubles = mischief.Folder(folder / TROUBLES, [spec.name for spec in specs])
    cameras = stack.enter_context(hosted(specs, ports=[chosen[name] for name in names], folder=troubles))
    stack.callback(site.close)
    site.open()
    for office, maker in zip(offices, makers, strict=True):
        office.end_past(maker)
    _lay(site, offices, cameras)
    # They take as long to begin as the pages do, and wait for nobody.
    for office in offices:
        office.start(site)
    site.run()
    _await_pictures(site, offices)
    _tell(site, folder / TROUBLES / specs[0].name, time.monotonic() - began_s)
    return wait(args.seconds, site.look)


def _offices(folder: Path, count: int) -> Iterator[RunningOffice]:
    """The live communes with the first ``count`` of their cameras."""
    left = count
    for office in LIVE:
        lenses = office.lenses[:left]
        left -= len(lenses)
        if lenses:
            yield RunningOffice(folder, Office(office.key, office.commune, office.counters, lenses))


def _lay(site: Site, offices: Sequence[RunningOffice], cameras: Sequence[SimulatedCamera]) -> None:
    """Tell the site what there is, where it does not know it yet."""
    addresses = iter(cameras)
    words = {
        "now_us": time.time_ns() // 1000,
        "sites": [office.words({lens.name: next(addresses) for lens in office.lenses}) for office in offices],
    }
    office = offices[0]
    if office.knows(words):
        return
    file = office.hand_over(words)
    try:
        site.call("district", ["-m", "minhbach.demo.district", str(file)])
    finally:
        file.unlink()
    office.remember(words)


def _await_pictures(site: Site, offices: Sequence[RunningOffice]) -> None:
    """Whoever opens a room at once shall see it; the first configuration takes some seconds on its way."""
    deadline = time.monotonic() + PICTURES_S
    while time.monotonic() < deadline and not all(office.recording(site) for office in offices):
        time.sleep(0.1)


def _tell(site: Site, trouble: Path, seconds: float) -> None:
    width = max(len(member.username) for member in staff.MEMBERS)
    lines = [f"  {one.username:<{width}}  {one.title}, {one.unit} / {one.en}" for one in staff.MEMBERS]
    print(
        f"""
Tài khoản trình diễn, mật khẩu chung: {staff.PASSWORD}
Demo accounts; the password of all is the one above.
{chr(10).join(lines)}

Làm hỏng thử một camera: echo covered > {trouble}
Put a camera into trouble as above: {", ".join(mischief.WORDS)}.

Dừng: Ctrl-C. / Stop with Ctrl-C. ({seconds:.0f} s)
ready {site.url}""",
        flush=True,
    )
