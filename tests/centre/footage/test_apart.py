"""A recorder and a centre that share nothing but the fabric: different users, no folder that both may read.

One story, told once: a technician enrols a recorder, names a camera, it records, all of it is cosigned within a minute,
footage is held; and nobody finds the camera's password anywhere but in the camera.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from minhbach.centre.fabric.asking import Asker
from minhbach.centre.footage.actions.holds import place_hold, release_hold
from minhbach.centre.footage.models import Alarm, Hold, LateSpan, RecorderLog, Run, SentConfiguration
from minhbach.centre.registry.actions import commissioning, devices
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge.check.inspection import inspect
from minhbach.ledger.entry import decode
from minhbach.ledger.tiles import LogReader
from minhbach.ledger.witness import read_witness_file
from minhbach.protocol import subjects
from minhbach.protocol.messages import Probed, ProbeWanted
from minhbach.protocol.sealed import seal_login
from tests.centre.footage import users
from tests.centre.footage.lines import SOURCE, Fabric
from tests.centre.registry.places import DAY, SETUP, commune, one_stop, province
from tests.edge.keeping import lines
from tests.photographs import photograph

pytestmark = pytest.mark.django_db(transaction=True)

AT_SITE, AT_CENTRE = 23_011, 23_012
"""Users that this machine does not know; nothing is theirs but what the test gives them."""
USER, SECRET = "viewer", "ch3-lac-Troi"
SPEC = CameraSpec("quay-1", streams=(StreamSpec(width=320, height=180, kbit_per_s=80),), user=USER, password=SECRET)
WITHIN_S = 60
PATIENCE_S = 150


class Story:
    """The two machines, each with its user and its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site, self.centre = folder / "site", folder / "centre"
        for each in (self.site, self.centre):
            each.mkdir()
        self.fabric = Fabric(self.centre)
        self.running: list[subprocess.Popen[bytes]] = []
        room = one_stop(commune(province()).id)
        self.now = timezone.now()
        regulation.issue(
            unit=UUID(str(room.tenures.get().unit_id)), content=shipped("MO_HINH_2_CAP_2025"), valid_from=DAY,
            decision_number="1/QĐ", now=self.now,
        )  # fmt: skip
        sign = commissioning.draw_sign(SETUP, room=room, days=30, now=self.now)
        commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa vào", now=self.now)
        self.room = room
        self.recorder: Recorder = devices.add_recorder(
            SETUP, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=self.now
        )

    def begin(self) -> None:
        """The technician carries the enrolment to the site; both programs start."""
        recorder = str(self.recorder.id)
        password = self.fabric.users.add_recorder(recorder)
        file = self.site / "enrolment.toml"
        file.write_text(self.fabric.enrolment(recorder, password), "utf-8")
        file.chmod(0o600)
        secret = self.centre / "database.password"
        secret.write_text(str(connection.settings_dict["PASSWORD"]), "utf-8")
        shutil.copy(os.environ["MINHBACH_SECRET_KEY_FILE"], self.centre / "session.key")
        self.fabric.mend()
        _give(self.site, AT_SITE)
        _give(self.centre, AT_CENTRE)
        self.start(AT_SITE, "-m", "minhbach", "record", "--centre", str(file), "--archive", str(self.archive))
        database = connection.settings_dict
        self.start(
            AT_CENTRE, "-m", "minhbach.centre.worker",
            MINHBACH_DATA=str(self.centre),
            MINHBACH_DATABASE=f"host={database['HOST']} user={database['USER']} dbname={database['NAME']}",
            MINHBACH_DATABASE_PASSWORD_FILE=str(secret),
            MINHBACH_SECRET_KEY_FILE=str(self.centre / "session.key"),
            MINHBACH_NATS=self.fabric.address,
            MINHBACH_NATS_PASSWORD_FILE=str(self.centre / "fabric" / "centre.password"),
        )  # fmt: skip

    @property
    def archive(self) -> Path:
        return self.site / "archive"

    def start(self, user: int, *words: str, **environment: str) -> None:
        """A program as its user; what it says is kept."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MINHBACH_")}
        own = {**inherited, "PYTHONPATH": str(SOURCE), "HOME": "/", **environment}
        with (self.folder / f"{user}.log").open("ab") as said:
            words_of_user = users.command(user, [sys.executable, "-B", *words])
            started = subprocess.Popen(words_of_user, cwd="/", env=own, stdout=said, stderr=said)
        self.running.append(started)

    def end(self) -> list[int]:
        """Both end as asked; their exit statuses."""
        for each in self.running:
            each.send_signal(signal.SIGTERM)
        statuses = [each.wait(PATIENCE_S) for each in self.running]
        self.running.clear()
        return statuses

    def kill(self) -> None:
        for each in self.running:
            each.kill()
            each.wait()
        self.fabric.cut()

    def said(self) -> str:
        return "".join(each.read_text("utf-8", errors="replace") for each in self.folder.glob("*.log"))


@pytest.fixture
def story(needs: Callable[[str], str]) -> Iterator[Story]:
    needs("loop-mount" if users.closed(users.needed()) else "root")
    folder = Path(tempfile.mkdtemp(prefix="mb-apart-", dir="/tmp"))
    folder.chmod(0o755)
    told = Story(folder)
    try:
        with _door_to_the_database():
            yield told
    finally:
        told.kill()
        shutil.rmtree(folder)


@contextlib.contextmanager
def _door_to_the_database() -> Iterator[None]:
    """The tests' server lets in its own user only; the worker's user comes with the password, as in an office."""
    folder = Path(str(connection.settings_dict["HOST"]))
    modes = {path: path.stat().st_mode for path in (folder, *folder.glob(".s.PGSQL.*[0-9]"))}
    for path in modes:
        path.chmod(0o777)
    yield
    for path, mode in modes.items():
        path.chmod(mode & 0o7777)


def test_everything_crosses_the_fabric_and_is_cosigned_within_a_minute(story: Story) -> None:
    story.begin()
    assert _refused(AT_SITE, story.centre / "keys" / "lease.key")
    assert _refused(AT_CENTRE, story.site / "enrolment.toml")
    _await(story, lambda: Recorder.objects.get().sealing_key)

    with hosted([SPEC]) as (camera,):
        address = f"rtsp://{camera.host}:{camera.port}/main"
        assert _probed(story, address, SECRET).formats == ("video H264", "audio PCMA")
        assert _probed(story, address, "wrong").code == "wrong_password"
        assert _probed(story, "rtsp://10.1.2.3/main", SECRET).code == "forbidden_network"
        _switch_on(story, address)
        _await(story, lambda: Run.objects.filter(stream__camera="camera-1").exists())
        hold = _held(story)
        _await(
            story, lambda: RecorderLog.objects.get().cosigned > (Hold.objects.get(pk=hold.pk).placed_index or 1 << 60)
        )
        release_hold(SETUP, hold=hold, now=timezone.now())
        _await(story, lambda: Hold.objects.get(pk=hold.pk).released_at)
        assert story.end() == [0, 0]

    assert [each.kind for each in inspect(story.archive, None, quick=False).findings] == []
    assert not Alarm.objects.filter(grave=True).exists()
    assert not LateSpan.objects.exists()
    assert _longest_wait_s(story) <= WITHIN_S
    assert SECRET not in story.said()
    assert not _files_with(story.folder, SECRET)
    assert not [row for row in _all_rows() if SECRET in row]


def _switch_on(story: Story, address: str) -> None:
    key, recorder = Recorder.objects.get().sealing_key, str(story.recorder.id)
    sealed = seal_login(USER, SECRET, key, recorder, "camera-1")
    now = timezone.now()
    details = devices.CameraDetails(label="Quầy 1", address=address, sealed_credentials=sealed, has_sound=True)
    made = devices.add_camera(SETUP, room=story.room, recorder=story.recorder, details=details, now=now, day=now.date())
    assert made.name == "camera-1"
    devices.switch_on(SETUP, camera=made, now=now)
    _await(story, lambda: SentConfiguration.objects.filter(taken_at__isnull=False).exists())


def _held(story: Story) -> Hold:
    hold = place_hold(
        SETUP, recorder=story.recorder, camera=Camera.objects.get(), begin_us=1, end_us=1 << 51, kind="test",
        reference="", reason="Phản ánh 12/2026", now=timezone.now(),
    )  # fmt: skip
    _await(story, lambda: Hold.objects.get(pk=hold.pk).placed_at)
    hold.refresh_from_db()
    assert [entry["kind"] for _, _, entry in lines(story.archive)].count("hold") == 1
    return hold


def _probed(story: Story, address: str, password: str) -> Probed:
    key, recorder = Recorder.objects.get().sealing_key, str(story.recorder.id)
    asker = Asker(story.fabric.access)
    login = seal_login(USER, password, key, recorder, "camera-1")
    wanted = ProbeWanted("camera-1", address, login, ("127.0.0.0/16",), "")
    try:
        return asker.ask(recorder, subjects.PROBE, wanted, Probed, 20.0)
    finally:
        asker.close()


def _longest_wait_s(story: Story) -> float:
    """From the making of an entry to the first cosignature over it, for all entries but those after the last one."""
    log = RecorderLog.objects.get()
    view = read_witness_file((story.centre / "witness" / f"{story.recorder.id}.witness").read_bytes())
    folder = story.centre / "logs" / str(story.recorder.id) / log.name
    entries = [
        decode(data) for data in LogReader(lambda path: (folder / path).read_bytes(), log.size).entries(0, log.cosigned)
    ]
    waits: list[float] = []
    first = 0
    for record in view.cosigned:
        waits += [record.time_s - entry["at_us"] / 1e6 for entry in entries[first : record.checkpoint.size]]
        first = record.checkpoint.size
    assert len(waits) == log.cosigned > 5
    return max(waits)


def _await(story: Story, true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert all(each.poll() is None for each in story.running), story.said()
        assert time.monotonic() < deadline, story.said()
        time.sleep(0.2)


def _give(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)
    folder.chmod(0o700)


def _refused(user: int, path: Path) -> bool:
    """Whether the user may not read a file that is there."""
    assert path.exists()
    done = subprocess.run(["cat", path], user=user, group=user, extra_groups=[], capture_output=True, check=False)
    return done.returncode != 0 and not done.stdout


def _files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def _all_rows() -> list[str]:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        names = [row[0] for row in cursor.fetchall()]
        found: list[str] = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" AS t')
            found += [row[0] for row in cursor.fetchall()]
    return found
