"""A room with true footage in its recorder's log, and everybody who may have to do with an extraction of it.

Owns a district (`tests.centre.access.district`) whose commune A has a recorder with a real history, taken in and
cosigned by the centre's own code. `owner` asks (head of one-stop), `chairman` and `chief` approve, `technician` builds.
"""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from minhbach.centre.access import one_time
from minhbach.centre.access.actions import codes
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.actions import approving, building, requests
from minhbach.centre.evidence.models import Approval, Extraction
from minhbach.centre.evidence.stages import Item, item
from minhbach.centre.fabric import keys
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.witnessing import CentreWitness
from minhbach.centre.registry.models import Camera, Recorder
from tests.centre.access.district import District
from tests.centre.footage.sites import Centre, at
from tests.centre.people import PASSWORD
from tests.edge.keeping import START_US, Site, configured

S = 1_000_000
MINUTE = datetime.timedelta(minutes=1)


class TakenIn(Centre):
    """The centre beside a recorder that the district has already."""

    def __init__(self, site: Site, recorder: UUID) -> None:
        self.site, self.recorder = site, recorder
        self.folder = Path(settings.MINHBACH_DATA)
        self.keys = keys.ensure(self.folder / "keys")
        self.desk = Desk(self.recorder, self.folder / "logs")
        self.witness = CentreWitness(self.recorder, self.folder / "witness", self.keys.witness)


class Case:
    """The room, its people, its footage from `begin_us` to `end_us`; `now` is a little later."""

    def __init__(self, site: Site) -> None:
        self.district = District(now=at(START_US))
        room = self.district.rooms["A", "one_stop"]
        self.room = room.id
        camera = self.district.cameras["A", "one_stop"]
        recorder = Recorder.objects.create(
            id=UUID(site.home.recorder), room=room, name="Đầu ghi", networks=["127.0.0.0/16"],
            **_rest_of(self.district.recorders["A"]),
        )  # fmt: skip
        Camera.objects.filter(id=camera.id).update(recorder=recorder, name="quay-1")
        self.camera = camera.id
        self.begin_us, self.end_us = START_US + 10 * S, START_US + 40 * S
        self.now = at(site.clock.wall_us()) + MINUTE
        self.centre = TakenIn(site, recorder.id)
        self.centre.take_in()
        self.centre.cosign()
        self.secrets: dict[UUID, bytes] = {}

    def person(self, role: str) -> Account:
        """By role, as the district appointed them."""
        return self.district.people[role]

    @property
    def asker(self) -> Account:
        return self.person("service_centre_head")

    def wish(self, **more: object) -> requests.Wish:
        given: dict[str, object] = {
            "cameras": (self.camera,), "begin_us": self.begin_us, "end_us": self.end_us,
            "purpose": "Xác minh phản ánh về thái độ phục vụ", "legal_basis": "Quyết định 12/QĐ-TTr ngày 05/9/2026",
            "receiver_body": "Công an xã A", "receiver_name": "Trung tá Nguyễn Văn Hùng", "case_number": "PA-2026-0123",
        }  # fmt: skip
        return requests.Wish(**(given | more))  # type: ignore[arg-type]

    def ask(self, **more: object) -> Extraction:
        """A request of the head of one-stop."""
        return requests.request(self.asker, room=self.room, wish=self.wish(**more), now=self.now)

    def item(self, row: Extraction) -> Item:
        return item(row.id, now=self.now)

    def code(self, account: Account) -> approving.ByCode:
        """Password and the one-time code of this moment; codes are turned on the first time."""
        if account.id not in self.secrets:
            account.set_password(PASSWORD)
            account.save()
            secret = codes.begin_codes(account, now=self.now)
            first = one_time.code_at(secret, one_time.step_of(self.now))
            codes.confirm_codes(account, code=first, now=self.now)
            self.secrets[account.id] = secret
            self.now += MINUTE
        return approving.ByCode(PASSWORD, one_time.code_at(self.secrets[account.id], one_time.step_of(self.now)))

    def approve(self, row: Extraction, role: str) -> Approval:
        """As that role, by password and code."""
        account = self.person(role)
        statement = approving.prepare(account, self.item(row), now=self.now)
        proof = self.code(account)
        self.now += MINUTE
        proof = self.code(account)
        return approving.approve(account, row.id, statement=statement, proof=proof, now=self.now)

    def approved(self, **more: object) -> Extraction:
        """A request with both approvals."""
        row = self.ask(**more)
        self.approve(row, "commune_chairman")
        self.approve(row, "chief_of_office")
        return row

    def built(self, data: bytes = b"a package") -> Extraction:
        """A request whose package lies there; what the bytes prove is tested elsewhere."""
        return self.packed(self.approved(), data)

    def packed(self, row: Extraction, data: bytes = b"a package") -> Extraction:
        """The same of a request that two approved."""
        build = building.begin_build(self.person("technician"), row.id, now=self.now)
        path = building.package_path(row.id)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        building.finish_build(build.id, digest=hashlib.sha256(data).hexdigest(), size_bytes=len(data), now=self.now)
        return row

    def copied(self) -> Extraction:
        """A request whose package the technician took out of the system."""
        return self.taken_out(self.approved())

    def taken_out(self, row: Extraction) -> Extraction:
        """The same of a request that two approved."""
        self.packed(row)
        building.copy_package(self.person("technician"), row.id, address=None, now=self.now)
        return row

    def close(self) -> None:
        self.centre.close()


def _rest_of(row: Recorder) -> dict[str, object]:
    known = {"id", "room", "name", "networks"}
    return {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in known
    }  # fmt: skip


@contextmanager
def recorded(folder: Path) -> Iterator[Site]:
    """A recorder whose camera quay-1 has a minute of footage and a quiet end."""
    site = Site(configured(folder, "quay-1")).start()
    site.stream(70)
    site.settle()
    yield site
    if site.alive:
        site.stop()
