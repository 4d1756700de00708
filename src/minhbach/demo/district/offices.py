"""A live commune of the demo from the outside: its recorder's folder, its past, its enrolment, its process.

Owns the files below ``recorders/<key>``. Promises that a past is made once, and that the recorder which runs afterwards
finds an archive like any other.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minhbach.centre.fabric import enrolment, keys
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.fabric.server import Users
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.district import staff
from minhbach.demo.district.places import Lens, Office
from minhbach.durable import Files
from minhbach.edge.uplink.orders import SEAL_KEY, load_seal_key
from minhbach.engines import children
from minhbach.protocol import sealed
from minhbach.serve.site import Part, Site, SiteFailed

__all__ = ["Office", "RunningOffice"]

LAID_FILE = "laid.json"


class RunningOffice:
    """One live commune below the demo's folder."""

    def __init__(self, folder: Path, office: Office) -> None:
        self.key = office.key
        self.lenses: tuple[Lens, ...] = office.lenses
        self._data = folder
        self._folder = folder / "recorders" / office.key
        self._archive = self._folder / "archive"
        self._made = self._folder / "past.json"
        self._said = 0

    @property
    def part(self) -> Part:
        """The recorder as one of the site's processes."""
        words = ("-m", "minhbach", "record", "--centre", str(self._enrolment), "--archive", str(self._archive))
        # Before the site's own processes: a recorder says goodbye to a centre that still listens.
        return Part(f"recorder-{self.key}", words, rank=1)

    def begin_past(self, now_us: int, days: int) -> children.Child | None:
        """Begin to make the past, unless there is one. The centre's key must be there first: it cosigns."""
        if self._made.exists():
            return None
        keys.ensure(self._data / "keys")
        self._folder.mkdir(parents=True, exist_ok=True)
        order = self._folder / "order.json"
        words = {
            "archive": str(self._archive),
            "cameras": [lens.name for lens in self.lenses],
            "witness_key": str(self._data / "keys" / keys.WITNESS),
            "witness_file": str(self._folder / "past.witness"),
            "result": str(self._folder / "past.json.new"),
            "now_us": now_us,
            "days": days,
            "askers": {lens.name: str(staff.supervisor(lens.room).person_id) for lens in self.lenses},
        }
        order.write_text(json.dumps(words), "utf-8")
        return children.start(
            [sys.executable, "-m", "minhbach.demo.past.make", str(order)], log=self._folder / "past.log"
        )

    def end_past(self, maker: children.Child | None) -> None:
        """Wait until the past is whole, and hand its cosignatures to the centre. Raises SiteFailed."""
        if maker is None:
            return
        if maker.wait() != 0:
            words = (self._folder / "past.log").read_text("utf-8", errors="replace")[-1500:]
            raise SiteFailed("Không dựng được dữ liệu trình diễn.", "The demo's past could not be made.", words)
        made = json.loads((self._folder / "past.json.new").read_text("utf-8"))
        load_seal_key(self._archive / "private" / SEAL_KEY, Files())
        witness = self._data / "witness"
        witness.mkdir(mode=0o700, exist_ok=True)
        (self._folder / "past.witness").replace(witness / f"{made['recorder']}.witness")
        # For people, who check the archive by hand: the centre's file goes by a number.
        name = self._folder / "witness.txt"
        name.unlink(missing_ok=True)
        name.symlink_to(f"../../witness/{made['recorder']}.witness")
        (self._folder / "past.json.new").replace(self._made)

    def words(self, cameras: Mapping[str, SimulatedCamera]) -> dict[str, Any]:
        """What the site is told of this commune; holds the cameras' passwords."""
        made = json.loads(self._made.read_text("utf-8"))
        seal = load_seal_key(self._archive / "private" / SEAL_KEY, Files())
        return {
            "key": self.key,
            "archive": str(self._archive),
            "recorder": made["recorder"],
            "sealing_key": sealed.public_text(seal),
            "held": made["held"],
            "addresses": {
                name: (_address(one, 0), one.spec.user, one.spec.password or "", _address(one, 1))
                for name, one in cameras.items()
            },
        }

    def enrol(self, site: Site) -> None:
        """Write the file with which the recorder finds its centre; the address may be another than last time."""
        recorder = json.loads(self._made.read_text("utf-8"))["recorder"]
        users = Users(self._data / "fabric")
        try:
            password = users.password(recorder)
        except KeyError:
            password = users.add_recorder(recorder)
            users.reload()
        vouched = ca_pem(self._data / "fabric", site.nats_address)
        text = enrolment.text(recorder, site.nats_address, password, keys.load(self._data / "keys"), vouched)
        Files().replace(self._enrolment, text.encode(), mode=0o600)

    def start(self, site: Site) -> None:
        """Start the recorder with the file by which it finds its centre."""
        self.enrol(site)
        log = site.log(self.part.name)
        self._said = log.stat().st_size if log.exists() else 0
        site.start(self.part)

    def recording(self, site: Site) -> bool:
        """Whether every camera is being recorded since the start."""
        with site.log(self.part.name).open("rb") as words:
            words.seek(self._said)
            said = words.read().decode(errors="replace")
        return all(f"{lens.name}: đang ghi" in said for lens in self.lenses)

    def knows(self, words: Mapping[str, Any]) -> bool:
        """Whether the site was told all this before."""
        try:
            return (self._data / LAID_FILE).read_text("ascii") == _digest(words)
        except OSError:
            return False

    def remember(self, words: Mapping[str, Any]) -> None:
        """The site knows it now."""
        (self._data / LAID_FILE).write_text(_digest(words), "ascii")

    def hand_over(self, words: Mapping[str, Any]) -> Path:
        """A file with the words that only we can read."""
        file = self._data / "district.json"
        file.unlink(missing_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(words, stream)
        return file

    @property
    def _enrolment(self) -> Path:
        return self._folder / "centre.toml"


def _address(camera: SimulatedCamera, number: int) -> str:
    """Of a camera's first stream, or of its smaller one; empty where it has none."""
    streams = camera.spec.streams[number : number + 1]
    return "".join(f"rtsp://{camera.host}:{camera.port}/{stream.path}" for stream in streams)


def _digest(words: Mapping[str, Any]) -> str:
    text = json.dumps(words["sites"], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
