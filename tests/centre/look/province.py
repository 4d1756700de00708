"""A whole fictional province for looking at pages: eighteen communes, rooms of both types, one person for each duty.

Made by the apps' own actions. Footage there is none of: pages that need it are looked at on a running site.
"""

import contextlib
import dataclasses
import datetime
from dataclasses import dataclass

from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused, open_viewing
from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.actions import moments, receiving
from minhbach.centre.dossiers.models import Dossier, PaperKind, Procedure
from minhbach.centre.evidence.actions import subjects
from minhbach.centre.evidence.models import CopyKind, Extraction, Revision, SubjectRequest
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.actions.rating import rate
from minhbach.centre.feedback.models import Petition, PetitionKind, Rating, Score, Topic, Way
from minhbach.centre.footage import alarms
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.actions.comparing import Comparing
from minhbach.centre.footage.models import Fault, LegalHold
from minhbach.centre.oversight import needs, standards
from minhbach.centre.oversight.actions import cases, findings, measures, purchases
from minhbach.centre.oversight.actions import rooms as room_actions
from minhbach.centre.oversight.actions.inspections import Ordered, open_inspection
from minhbach.centre.oversight.actions.visits import Found as VisitFound
from minhbach.centre.oversight.actions.visits import plan_visit, write_visit
from minhbach.centre.oversight.frames import as_json, digest
from minhbach.centre.oversight.models import (
    Correction,
    Draw,
    Finding,
    Inspection,
    InspectionKind,
    Measure,
    Seen,
    Visit,
)
from minhbach.centre.oversight.sampling import Frame
from minhbach.centre.oversight.visiting import checklist
from minhbach.centre.publishing.actions import ranking
from minhbach.centre.publishing.actions.reports import draft
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.models import Kind, Report, Scoring
from minhbach.centre.publishing.periods import Period
from minhbach.centre.publishing.scopes import Owed
from minhbach.centre.reception.actions import book, sessions
from minhbach.centre.reception.models import BookEntry, Matter, MissedDay, Session
from minhbach.centre.registry.actions import commissioning, devices, people, plans, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import (
    Assignment,
    Person,
    Proposal,
    Rollout,
    Room,
    RoomReview,
    RoomType,
    Unit,
    Verdict,
)
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation import directing, drafting
from minhbach.centre.regulation.models import (
    Acknowledgement,
    Directive,
    DirectiveKind,
    Draft,
    Regulation,
    Supervision,
    Task,
    TaskStepKind,
)
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.regulation.rules import shipped
from minhbach.ledger.checkpoint import log_origin
from minhbach.ledger.scope import Asked as ScopeAsked
from minhbach.ledger.scope import Leaf, Scope, ScopeStream
from tests.centre.footage.ill import began
from tests.photographs import photograph

SETUP = System("tests")
DAY = datetime.date(2026, 1, 5)
PASSWORD = "một câu dài dễ nhớ"
COMMUNES = (
    *("Mộc Xuyên", "Bãi Lam", "Đồng Sậy", "Hương Nhạn", "Cẩm Thạch", "Yên Khê", "Phú Ổi", "Tân Rạng", "Lũng Vầu"),
    *("Thạch Bình", "Quế Lâm", "Ninh Hạ", "Vân Đài", "Khe Ngái", "Trà Lĩnh Thượng", "Suối Reo", "Hợp Nhất", "Nà Phặc"),
)
#: Sign-in name, person, unit (commune by number, or what), role.
DUTIES = (
    ("chu-tich", "Phạm Văn Lâm", 0, "commune_chairman"),
    ("can-bo", "Vũ Thị Hương Lan", 0, "one_stop_officer"),
    ("thanh-tra", "Nguyễn Thu Hà", "inspectorate", "inspector"),
    ("van-phong", "Trần Quốc Bảo", "office", "chief_of_office"),
    ("ky-thuat", "Lương Thế Sáng", "province", "technician"),
    ("quan-tri", "Đỗ Minh Khuê", "province", "system_administrator"),
    ("kiem-soat", "Cao Thị Bích Ngọc", "province", "viewing_auditor"),
)


@dataclass(frozen=True)
class Province:
    """What was made: the units by name, the rooms of the first commune, and one of everything that has a page."""

    units: dict[str | int, Unit]
    one_stop: Room
    reception: Room

    def ids(self) -> dict[str, str]:
        """What addresses are made of."""
        camera = self.one_stop.cameras.order_by("label")[0]
        officer = Account.objects.get(username="can-bo").person
        found = {
            "one_stop": self.one_stop, "reception": self.reception, "commune": self.units[0], "camera": camera,
            "recorder": camera.recorder, "person": officer, "assignment": officer.assignments.get(),
            "newcomer": Person.objects.get(full_name="Bùi Ngọc Ánh"),
            "equipment": self.one_stop.equipment.get(), "sign": self.reception.signs.get(),
            "fault": Fault.objects.get(), "hold": LegalHold.objects.get(document="PA-2026-0123"),
            "province": self.units["province"], "regulation": Regulation.objects.get(), "draft": Draft.objects.get(),
            "supervision": Supervision.objects.order_by("id")[0],
            "directive": Directive.objects.get(), "task": Task.objects.get(),
            "inspection": Inspection.objects.get(), "visit": Visit.objects.get(room=self.one_stop),
            "visited": Visit.objects.exclude(room=self.one_stop).get(),
            "missed": MissedDay.objects.get(), "book_entry": BookEntry.objects.get(),
            "report": Report.objects.get(kind=Kind.OPERATES), "whole": Report.objects.get(kind=Kind.ONE_STOP),
            "scoring": Scoring.objects.filter(unit=self.units[0], sheet="camera").order_by("-first_day")[0],
            "session": Session.objects.get(), "rating": Rating.objects.get(), "petition": Petition.objects.get(),
            "finding": Finding.objects.get(situation="late_or_absent"),
            "handled": Finding.objects.get(situation="dress"), "measure": Measure.objects.get(),
            "correction": Correction.objects.get(), "officer": officer,
            "extraction": Extraction.objects.get(),
            "subject": SubjectRequest.objects.get(),
            "draw": Draw.objects.get(),
            "counter": self.one_stop.counters.order_by("number")[0],
            "dossier": Dossier.objects.get(), "procedure": Procedure.objects.get(),
            "review": RoomReview.objects.get(), "proposal": Proposal.objects.get(), "rollout": Rollout.objects.get(),
            "fresh": Assignment.objects.get(person__full_name="Tô Thị Xuân Mai"),
        }  # fmt: skip
        receipt = Dossier.objects.get()
        said = {"code": receipt.code, "receipt": f"{receipt.scan}-{receipt.lookup_secret}"}
        return {name: str(row.pk) for name, row in found.items()} | said


def settle(now: datetime.datetime) -> Province:
    """Found it all."""
    top = units.found_unit(SETUP, naming=units.NewName("Tỉnh Hòa Giang", "H99", "province"), parent=None, day=DAY)
    known: dict[str | int, Unit] = {"province": top}
    for key, name in (("inspectorate", "Thanh tra tỉnh"), ("office", "Văn phòng UBND tỉnh")):
        known[key] = units.found_unit(
            SETUP, naming=units.NewName(name, f"H99.{key[:2].upper()}", key), parent=top.id, day=DAY
        )
    for number, name in enumerate(COMMUNES):
        naming = units.NewName(f"Xã {name}", f"H99.{number + 11}", "commune")
        known[number] = units.found_unit(SETUP, naming=naming, parent=top.id, day=DAY)
    regulation.issue(
        unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=DAY, decision_number="02/QĐ-UBND", now=now
    )
    for body, room_type in (("inspectorate", RoomType.RECEPTION_ROOM), ("office", RoomType.ONE_STOP)):
        regulation.supervise(
            body=known[body].id, area=top.id, room_type=room_type, valid_from=DAY, decision_number="03/QĐ-UBND"
        )
    made = [_furnish(known[number], number, now) for number in range(len(COMMUNES))]
    for duty in DUTIES:
        _appoint(known, *duty, now=now)
    people.add_person(SETUP, details=people.PersonDetails(full_name="Bùi Ngọc Ánh"), now=now)
    fresh = people.add_person(SETUP, details=people.PersonDetails(full_name="Tô Thị Xuân Mai"), now=now)
    people.assign(
        SETUP, person=fresh, unit=known[0].id, role="one_stop_officer", begin=day_of(now),
        decision=people.Decision(number="88/QĐ-UBND", date=day_of(now)),
    )  # fmt: skip
    _live_in(*made[0], now=now)
    # All have confirmed the regulation but the one who keeps it: her pages show the banner.
    version = Regulation.objects.get()
    for account in Account.objects.exclude(username="quan-tri"):
        Acknowledgement.objects.create(regulation=version, person=account.person, digest=version.digest, at=now)
    _report(Owed(known[0].id, Kind.OPERATES), Owed(known["office"].id, Kind.ONE_STOP), now=now)
    _fit_out(known, made[0][0], now)
    _draw(known[0], made[0][0], now)
    Comparing().beat(now=now)
    return Province(known, *made[0])


def _draw(unit: Unit, room: Room, now: datetime.datetime) -> None:
    """A week in which nothing was there to be drawn."""
    said = as_json(Frame([], []))
    day, week = day_of(now), datetime.timedelta(days=7)
    Draw.objects.create(
        room=room, unit=unit, month=(day - week).replace(day=1), first_day=day - week, last_day=day, seed="5" * 64,
        rules=Regulation.objects.get(), origin="minhbach.vn/log", checkpoint="minhbach.vn/log", frame=said,
        cosigned_at=now, frame_digest=digest(said), by_chance=0, by_signs=0, clip_us=120_000_000, lead_us=0,
        twice_percent=10, open_s=0, covered_s=0, drawn_at=now,
    )  # fmt: skip


def _report(*bodies: Owed, now: datetime.datetime) -> None:
    """The last days are counted, and these bodies have the drafts of their reports."""
    last = day_of(now)
    first = last - datetime.timedelta(days=9)
    roll(first, last, now=now)
    for body in bodies:
        draft(body, Period(last.replace(day=1), first, last, last, last, ()), now=now)
    ranking.open_due(now=now)


def _fit_out(known: dict[str | int, Unit], one_stop: Room, now: datetime.datetime) -> None:
    """A plan under way, a room that was looked over and need not be larger yet, and what it lacks, asked for."""
    due = day_of(now) + datetime.timedelta(days=60)
    plans.plan(
        SETUP, unit=known["province"].id, title="Lắp đặt camera giám sát tại 18 xã", decision_number="45/KH-UBND",
        due_on=due, milestones=[plans.Milestone("Lắp đặt xong", day_of(now)), plans.Milestone("Tập huấn", due)],
        sites={known[number].id for number in range(len(COMMUNES))}, pilots={known[0].id}, now=now,
    )  # fmt: skip
    office, technician = Account.objects.get(username="van-phong"), Account.objects.get(username="ky-thuat")
    Room.objects.filter(id=one_stop.id).update(area_m2=32)
    one_stop.refresh_from_db()
    law = standards.standing(one_stop, now=now).rules
    assert law is not None
    answers = {code: room_actions.Answer(Verdict.MET) for code, _ in standards.checklist(law, "one_stop")}
    answers["seats"] = room_actions.Answer(Verdict.PARTLY, "Thiếu 4 ghế chờ", photograph())
    room_actions.review(office, room=one_stop, answers=answers, note="Phòng gọn gàng.", now=now)
    room_actions.waive(
        office,
        room=one_stop,
        code="area",
        reason="Trụ sở đang xây mới",
        decision_number="12/UBND-VP",
        until=due,
        now=now,
    )
    lacking = needs.needs([standards.standing(one_stop, now=now)])
    purchases.propose(
        technician, unit=known[0].id, chosen=lacking[:3], reason="Bộ phận Một cửa thiếu trang thiết bị.", now=now
    )


def _live_in(one_stop: Room, reception: Room, now: datetime.datetime) -> None:
    """A room that is lived in: signs printed, one hung, something bought, something broken, somebody refused."""
    hung = commissioning.draw_sign(SETUP, room=one_stop, days=30, now=now)
    commissioning.hang_sign(SETUP, sign=hung, photo=photograph(), where="Trên cửa vào", now=now)
    commissioning.draw_sign(SETUP, room=reception, days=90, now=now)
    bought = devices.EquipmentDetails(kind="camera", name="Camera bán cầu", maker="Hãng A", serial_number="A-0017")
    devices.add_equipment(SETUP, room=one_stop, details=bought, day=DAY)
    broken = one_stop.cameras.order_by("label")[0]
    faults.take_entries(broken.recorder_id, began(broken.name, "offline", now), now=now)
    alarms.tell(broken.recorder_id, "log_contradicts", now=now, log="2026", evidence=b"proof")
    begin_us = round((now - datetime.timedelta(hours=2)).timestamp() * 1_000_000)
    held = LegalHold.objects.create(
        room=one_stop, begin_us=begin_us, end_us=begin_us + 600_000_000, reason="Phản ánh về thái độ phục vụ",
        document="PA-2026-0123", asked_by=Account.objects.get(username="chu-tich").person, asked_at=now,
    )  # fmt: skip
    _receive(one_stop, now - datetime.timedelta(hours=2))
    _ask_for(held, now)
    _own_recording(one_stop, now)
    _be_heard(one_stop, reception, now)
    asker = Asker(Account.objects.get(username="can-bo"), session="0" * 64)
    with contextlib.suppress(ViewingRefused):
        open_viewing(asker, kind="live", cameras=[broken.id], now=now)


def _ask_for(held: LegalHold, now: datetime.datetime) -> None:
    """Somebody asks for what is held; its scope names an entry that is nowhere, as there is no footage."""
    assert held.asked_by
    row = Extraction.objects.create(
        unit=held.room.tenures.get().unit, room=held.room, year=now.year, number=1, requested_by=held.asked_by,
        requested_at=now,
    )  # fmt: skip
    camera = held.room.cameras.order_by("label")[0]
    asked = ScopeAsked(
        str(row.id), "0" * 64, str(held.asked_by_id), (ScopeStream(str(camera.recorder_id), camera.name, "main"),),
        held.begin_us, held.end_us,
    )  # fmt: skip
    scope = Scope(asked, (Leaf(log_origin(str(camera.recorder_id), now.year), 1, "0" * 64),))
    made = Revision.objects.create(
        extraction=row, serial=1, begin_us=held.begin_us, end_us=held.end_us, kind=CopyKind.ORIGINAL,
        purpose="Xác minh phản ánh về thái độ phục vụ", legal_basis="Quyết định số 12/QĐ-UBND ngày 05/9/2026",
        case_number="PA-2026-0123", receiver_body="Công an xã Mộc Xuyên", receiver_name="Trung tá Nguyễn Văn Hùng",
        hold=held, made_at=now, salt=bytes(16), scope=scope.data, scope_hash=scope.hash,
    )  # fmt: skip
    made.cameras.set(held.room.cameras.all())


def _follow(one_stop: Room, found: findings.Found, now: datetime.datetime) -> None:
    """A finding that is open, with something to put right; and one that was upheld, and dealt with."""
    finder, officer = Account.objects.get(username="van-phong"), Account.objects.get(username="can-bo")
    row = findings.make(finder, room=one_stop.id, found=found, now=now)
    cases.name_concerned(finder, row.id, person=officer.person_id, now=now)
    cases.ask_correction(finder, row.id, words="Bố trí người trực thay", due_on=day_of(now), now=now)
    other = findings.make(finder, room=one_stop.id, found=dataclasses.replace(found, situation="dress"), now=now)
    cases.name_concerned(finder, other.id, person=officer.person_id, now=now)
    cases.explain_own(officer, other.id, words="Tôi quên mặc đồng phục.", now=now)
    cases.conclude(finder, other.id, upheld=True, severity="minor", words="Đúng như đã ghi nhận.", now=now)
    chosen = measures.Chosen(form="reprimand", words="Theo kết luận.", deferral="illness")
    measures.take(finder, other.id, person=officer.person_id, chosen=chosen, now=now)


def _be_heard(one_stop: Room, reception: Room, now: datetime.datetime) -> None:
    """Citizens are received, rate and complain; somebody finds something; the next version is being written."""
    chairman = Account.objects.get(username="chu-tich")
    session = sessions.open_session(chairman.person, room=reception, kind="regular", people=2, now=now)
    brought = book.Brought(
        matter=Matter.COMPLAINT, people=1, name="Trần Văn Bé", address="Thôn Đông", content="Ranh giới thửa đất số 15"
    )
    book.write_entry(chairman, session=session.id, brought=brought, now=now)
    Room.objects.filter(id__in=[one_stop.id, reception.id]).update(in_service_on=DAY)
    MissedDay.objects.create(unit=session.unit, room=reception, day=day_of(now), found_at=now)
    rate(event=Dossier.objects.get().events.get(), score=Score.DISSATISFIED, now=now)
    said = petitions.Said(kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="Chờ lâu ở Quầy 2")
    petitions.register(chairman.person, room=one_stop, said=said, contact=petitions.Contact(name="Trần Bé"), now=now)
    begin_us = round((now - datetime.timedelta(hours=1)).timestamp() * 1_000_000)
    found = findings.Found(begin_us=begin_us, end_us=begin_us + 60_000_000, situation="late_or_absent")
    _follow(one_stop, found, now)
    _inspect(one_stop, chairman.person, now)
    _visit(reception, now)
    top = Unit.objects.get(names__code="H99")
    _direct(chairman.person, one_stop, now)
    drafting.begin(Account.objects.get(username="quan-tri").person, unit=top.id, now=now)


def _inspect(one_stop: Room, person: Person, now: datetime.datetime) -> None:
    """The office looks at the one-stop section, by a decision, and goes there."""
    office = Account.objects.get(username="van-phong")
    ordered = Ordered(
        kind=InspectionKind.SURPRISE, subject="Giờ giấc, niêm yết tại Bộ phận Một cửa", decision_number="12/QĐ-VP",
        rooms=[one_stop.id], team=[person.id], leader=person.id, begin=now, end=now + datetime.timedelta(days=3),
    )  # fmt: skip
    made = open_inspection(office, ordered=ordered, now=now)
    plan_visit(office, room=one_stop.id, visitor=office.person_id, day=day_of(now), inspection=made.id, now=now)


def _visit(reception: Room, now: datetime.datetime) -> None:
    """An inspector was at the reception room, and something was wrong."""
    inspector = Account.objects.get(username="thanh-tra")
    visited = plan_visit(inspector, room=reception.id, visitor=inspector.person_id, day=day_of(now), now=now)
    items = [code for code, _ in checklist(in_force(visited.unit_id, visited.day), reception)]
    found = {code: VisitFound(Seen.GOOD) for code in items} | {
        items[0]: VisitFound(Seen.BAD, "Lịch tiếp chưa niêm yết")
    }
    write_visit(inspector, visited.id, found=found, photos=[photograph()], now=now)


def _direct(chairman: Person, one_stop: Room, now: datetime.datetime) -> None:
    """The chairman gives a task, and it is reported with words."""
    unit, officer = one_stop.tenures.get().unit_id, Account.objects.get(username="can-bo").person
    said = directing.Said(
        kind=DirectiveKind.DIRECTIVE, number="04/CT-UBND", title="Chấn chỉnh giờ giấc tại Bộ phận Một cửa",
        issued_on=day_of(now),
    )  # fmt: skip
    row = directing.enter(chairman, unit=unit, said=said, now=now)
    task = directing.give(
        chairman, row, unit=unit, holder=officer.id, words="Rà soát bảng phân công trực quầy, báo cáo kết quả",
        due_on=day_of(now), reach={unit}, now=now,
    )  # fmt: skip
    done = "Đã rà soát, niêm yết lại bảng phân công."
    directing.step(officer, task, TaskStepKind.REPORTED, words=done, reach=(), now=now)


def _own_recording(one_stop: Room, now: datetime.datetime) -> None:
    """A citizen asked to see the recording of themselves."""
    end_us = round((now - datetime.timedelta(hours=2)).timestamp() * 1_000_000)
    asked = subjects.Asked(
        wanted="see", cameras=tuple(one_stop.cameras.values_list("id", flat=True)), begin_us=end_us - 600_000_000,
        end_us=end_us, name="Trần Thị Bé", contact="Thôn 3, xã Mộc Xuyên", identity="card", document="001185012345",
        looks="Áo xanh, đi cùng một em nhỏ",
    )  # fmt: skip
    subjects.take(Account.objects.get(username="can-bo"), room=one_stop.id, asked=asked, now=now)


def _receive(one_stop: Room, at: datetime.datetime) -> None:
    """A dossier at the first counter, and what led to it."""
    counter = one_stop.counters.order_by("number")[0]
    officer = Account.objects.get(username="can-bo").person
    parts = [
        receiving.Part("Tờ khai đăng ký khai sinh", PaperKind.ORIGINAL, 1),
        receiving.Part("Giấy chứng sinh do cơ sở khám bệnh, chữa bệnh cấp", PaperKind.ORIGINAL, 1),
    ]
    procedure = receiving.publish_procedure(
        SETUP, unit=Unit.objects.get(names__code="H99"), code="1.001193", name="Đăng ký khai sinh", field="Hộ tịch",
        working_days=1, parts=parts, day=DAY,
    )  # fmt: skip
    moments.call_next(officer, counter=counter, now=at)
    receiving.receive(
        officer, counter=counter, brought=receiving.Brought(name="Trần Thị Bé", phone="0900 000 001"),
        handed=receiving.Handed(procedure=procedure, parts=parts, due_at=at + datetime.timedelta(days=1)), now=at,
    )  # fmt: skip


def _furnish(unit: Unit, number: int, now: datetime.datetime) -> tuple[Room, Room]:
    one_stop, reception = (
        rooms.open_room(
            SETUP, unit=unit.id, room_type=room_type, day=DAY,
            details=rooms.RoomDetails(
                name=name, purpose="Bảo đảm việc tiếp công dân đúng quy định",
                legal_basis="Điều 32 Luật 91/2025/QH15",
            ),
        )
        for name, room_type in (
            ("Bộ phận Một cửa", RoomType.ONE_STOP), ("Phòng tiếp công dân", RoomType.RECEPTION_ROOM),
        )
    )  # fmt: skip
    fields = ("", "", "", "Nông nghiệp – Môi trường")
    counters = [
        rooms.add_counter(SETUP, room=one_stop, number=n, day=DAY, field=field) for n, field in enumerate(fields, 1)
    ]
    box = devices.add_recorder(
        SETUP, room=one_stop, name=f"Đầu ghi xã {COMMUNES[number]}", networks=[f"192.168.{number + 10}.0/24"], now=now
    )
    for place, label, seen in (
        (one_stop, "Quầy 1 và 2", counters[:2]),
        (one_stop, "Quầy 3 và 4, ghế chờ", counters[2:]),
        (reception, "Bàn tiếp công dân", []),
    ):
        address = f"rtsp://192.168.{number + 10}.{20 + len(label)}/main"
        details = devices.CameraDetails(label=label, address=address, has_sound=True)
        devices.add_camera(SETUP, room=place, recorder=box, details=details, now=now, day=DAY, counters=seen)
    return one_stop, reception


def _appoint(
    known: dict[str | int, Unit], username: str, name: str, unit: str | int, role: str, *, now: datetime.datetime
) -> None:
    person = people.add_person(SETUP, details=people.PersonDetails(full_name=name), now=now)
    paper = people.Decision(number=f"{len(username)}/QĐ-UBND", date=DAY)
    people.assign(SETUP, person=person, unit=known[unit].id, role=role, decision=paper, begin=DAY)
    open_account(
        "tests", person=person.id, username=username, password=PASSWORD, decision_number=paper.number,
        must_change_password=False, now=now,
    )  # fmt: skip
