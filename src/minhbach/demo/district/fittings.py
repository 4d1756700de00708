"""Rooms of the demo against the norm: an inventory with old and broken things, a review, a purchase, a plan."""

import datetime
from decimal import Decimal

from minhbach.centre.access.models import Account
from minhbach.centre.oversight import needs, standards
from minhbach.centre.oversight.actions import purchases
from minhbach.centre.oversight.actions import rooms as reviewing
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actions import devices, plans
from minhbach.centre.registry.actions.rooms import RoomDetails, change_room
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import (
    Assignment,
    Condition,
    ProposalStepKind,
    RolloutSite,
    Room,
    RoomType,
    Verdict,
)
from minhbach.demo.district.photo import photograph

DEMO, DAY = System("demo"), datetime.timedelta(days=1)
TITLE = "Kế hoạch lắp đặt hệ thống camera giám sát tại Bộ phận Một cửa, phòng tiếp công dân"
#: Kind, name, how many, days in use, days of warranty left or past, who paid, days since it is broken.
INVENTORY = (
    ("Máy tính", "Máy tính quầy 1, 2", 2, 2400, -1300, "Ngân sách huyện (cũ)", 0),
    ("Máy tính", "Máy tính quầy 3", 1, 500, 595, "Ngân sách xã", 0),
    ("Máy in", "Máy in HP LaserJet", 1, 1900, -800, "Ngân sách huyện (cũ)", 400),
    ("Đầu đọc mã vạch", "Đầu đọc mã vạch quầy 1", 1, 500, 60, "Ngân sách xã", 0),
    ("Màn hình hiển thị", "Màn hình công khai 55 inch", 1, 500, 230, "Ngân sách tỉnh", 0),
    ("Ghế chờ", "Ghế băng chờ", 6, 2400, -2000, "Ngân sách huyện (cũ)", 0),
    ("Tủ hồ sơ", "Tủ hồ sơ 2 cánh", 2, 2400, -2000, "Ngân sách huyện (cũ)", 0),
)  # fmt: skip
SEEN = {
    "seats": (Verdict.PARTLY, "Thiếu 2 ghế chờ, chưa có bàn viết."),
    "machines": (Verdict.PARTLY, "Máy in hỏng, đang in nhờ phòng bên."),
    "access": (Verdict.UNMET, "Chưa có đường dốc cho xe lăn."),
}


def relive(now: datetime.datetime) -> None:
    """List, review, excuse, ask, decide, plan, at their own times."""
    chairman, technician = (Account.objects.get(username=name) for name in ("chutich", "kythuat"))
    unit = Assignment.objects.get(person=chairman.person).unit_id
    room = registry.rooms_of([unit], registry.day_of(now)).get(room_type=RoomType.ONE_STOP)
    _furnish(room, now)
    _review(room, now)
    found = needs.needs([standards.standing(room, now=now)])
    chosen = [need for need in found if need.kind in ("Máy in", "Ghế chờ")]
    asked = purchases.propose(
        technician, unit=unit, chosen=chosen, reason="Máy in hỏng hơn một năm, ghế chờ không đủ so với định mức.",
        now=now - 20 * DAY,
    )  # fmt: skip
    purchases.step(
        chairman, asked, kind=ProposalStepKind.NO_MONEY, words="Chưa có trong dự toán năm; đưa vào dự toán bổ sung.",
        now=now - 15 * DAY,
    )  # fmt: skip
    _plan(unit, now)


def _furnish(room: Room, now: datetime.datetime) -> None:
    day = registry.day_of(now)
    details = RoomDetails(
        name=room.name, purpose=room.purpose, legal_basis=room.legal_basis, address=room.address,
        contact=room.contact, area_m2=Decimal(36),
    )  # fmt: skip
    change_room(DEMO, room=room, details=details)
    room.refresh_from_db()
    for kind, name, count, used, warranty, payer, broken in INVENTORY:
        made = devices.add_equipment(
            DEMO, room=room, day=day - used * DAY,
            details=devices.EquipmentDetails(
                kind=kind, name=name, quantity=count, acquired_on=day - used * DAY, warranty_until=day + warranty * DAY,
                funding_source=payer,
            ),
        )  # fmt: skip
        if broken:
            devices.set_condition(DEMO, equipment=made, condition=Condition.BROKEN, day=day - broken * DAY)


def _review(room: Room, now: datetime.datetime) -> None:
    specialist, at = Account.objects.get(username="vanphong"), now - 9 * DAY
    law = standards.standing(room, now=at).rules
    assert law is not None
    answers = {}
    for code, _ in standards.checklist(law, room.room_type):
        verdict, note = SEEN.get(code, (Verdict.MET, ""))
        answers[code] = reviewing.Answer(verdict, note, photograph() if code == "machines" else None)
    reviewing.review(specialist, room=room, answers=answers, note="Cần sớm thay máy in.", now=at)
    reviewing.waive(
        specialist, room=room, code="area", reason="Trụ sở mới đang xây, hoàn thành năm sau",
        decision_number="118/UBND-VP", until=registry.day_of(now) + 300 * DAY, now=at,
    )  # fmt: skip


def _plan(pilot: object, now: datetime.datetime) -> None:
    top = Assignment.objects.get(person__account__username="chutich.tinh").unit_id
    day, since = registry.day_of(now), now - 60 * DAY
    kinds = registry.names_on(registry.units_below([top], day), day)
    sites = {unit for unit, naming in kinds.items() if naming.kind == "commune"}
    stones = [("Khảo sát", -50), ("Lắp đặt, treo biển", -30), ("Tập huấn", -10), ("Nghiệm thu, bàn giao", 30)]
    made = plans.plan(
        DEMO, unit=top, title=TITLE, decision_number="12/KH-UBND", due_on=day + 30 * DAY,
        milestones=[plans.Milestone(words, day + days * DAY) for words, days in stones], sites=sites,
        pilots={unit for unit in sites if unit == pilot}, now=since,
    )  # fmt: skip
    for number, site in enumerate(RolloutSite.objects.filter(rollout=made).select_related("rollout").order_by("unit")):
        reached = 3 if site.pilot else (3, 2, 3, 1)[number % 4]
        for place in range(reached):
            on = day + (stones[place][1] - 2) * DAY
            plans.reach(DEMO, site=site, milestone=place, on=on, note="", now=now)
