"""A counter with a procedure and a dossier, for the tests of dossiers."""

import datetime

from minhbach.centre.dossiers.actions.receiving import Brought, Handed, Part, publish_procedure, receive
from minhbach.centre.dossiers.actions.slips import write_slip
from minhbach.centre.dossiers.models import Dossier, PaperKind, Procedure, Slip
from minhbach.centre.registry.models import Counter, Unit
from minhbach.centre.registry.reading import holder_on
from tests.centre.access.district import DAY, SETUP, District

PARTS = (Part("Tờ khai", PaperKind.ORIGINAL, 1), Part("Căn cước", PaperKind.COPY, 2))
CITIZEN = Brought(name="Trần Thị Bé", personal_id="001199000001", address="Thôn Hạ", phone="0900000001")


def procedure(district: District) -> Procedure:
    """One that area one publishes."""
    return publish_procedure(
        SETUP,
        unit=district.units["top"],
        code="1.001193",
        name="Đăng ký khai sinh",
        field="Hộ tịch",
        working_days=1,
        parts=PARTS,
        day=DAY,
    )


def handed(of: Procedure, now: datetime.datetime) -> Handed:
    """The usual papers, due in three days."""
    return Handed(procedure=of, parts=PARTS, due_at=now + datetime.timedelta(days=3))


def dossier(
    district: District, of: Procedure, *, commune: str = "A", now: datetime.datetime | None = None,
    brought: Brought = CITIZEN,
) -> Dossier:  # fmt: skip
    """Received at the counter of a commune."""
    now = now or district.now
    return receive(
        district.people["one_stop_officer"].person,
        counter=district.counters[commune],
        brought=brought,
        handed=handed(of, now),
        now=now,
    )


def dossier_row(district: District, counter: Counter) -> Dossier:
    """A dossier at any counter, by a procedure that its own unit publishes, once for all its counters."""
    unit = holder_on(counter.room_id, DAY)
    assert unit
    of = Procedure.objects.filter(unit=unit, code="1.000001").first() or publish_procedure(
        SETUP, unit=Unit.objects.get(id=unit), code="1.000001", name="Chứng thực", field="Tư pháp", working_days=0,
        parts=PARTS, day=DAY,
    )  # fmt: skip
    return receive(SETUP, counter=counter, brought=CITIZEN, handed=handed(of, district.now), now=district.now)


def slip_row(of: Dossier) -> Slip:
    """A slip of the dossier's first event."""
    event = of.events.select_related("counter__room").get()
    return write_slip(event, reason="chưa đủ giấy tờ", items=(), now=event.at)
