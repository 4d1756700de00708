"""Inspections and visits of the demo: an inspection that runs, a visit that was signed, one that waits, one to come.

Written through the product's own actions, each at its own time.
"""

import datetime

from minhbach.centre.access.models import Account
from minhbach.centre.oversight.actions.inspections import Ordered, open_inspection
from minhbach.centre.oversight.actions.visits import Found, answer_visit, plan_visit, write_visit
from minhbach.centre.oversight.models import InspectionKind, Seen, Visit
from minhbach.centre.oversight.visiting import checklist
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room, RoomType
from minhbach.centre.regulation.reading import in_force
from minhbach.demo.district.photo import photograph

DAY = datetime.timedelta(days=1)
#: What was found wrong on the visits, by the code of the checklist.
WRONG = (
    {"posting": "Chưa niêm yết thủ tục đất đai sửa đổi tháng 10", "seats": "Thiếu ghế chờ cho người cao tuổi"},
    {"books": "Sổ theo dõi hồ sơ ngày hôm trước chưa khóa"},
)


def relive(now: datetime.datetime) -> int:
    """How many visits there are; none where nobody has an account."""
    people = {account.username: account for account in Account.objects.select_related("person")}
    head = people["chutich"]
    [unit] = {post.unit_id for post in registry.posts(head.person_id, registry.day_of(now))}
    rooms = {room.room_type: room for room in registry.rooms_of([unit], registry.day_of(now))}
    one_stop = rooms[RoomType.ONE_STOP]
    begin = _working_day_before(now, 3)
    office = people["vanphong"]
    ordered = Ordered(
        kind=InspectionKind.SURPRISE, subject="Chấp hành giờ làm việc và niêm yết công khai thủ tục hành chính",
        decision_number="214/QĐ-UBND", rooms=[room.id for room in rooms.values()],
        team=[people["thanhtra"].person_id, office.person_id], leader=people["thanhtra"].person_id, begin=begin,
        end=begin + 10 * DAY,
    )  # fmt: skip
    made = open_inspection(people["chutich.tinh"], ordered=ordered, now=begin)
    first = plan_visit(
        office, room=one_stop.id, visitor=office.person_id, day=registry.day_of(begin), inspection=made.id, now=begin
    )
    _write(office, first, one_stop, WRONG[0], begin + datetime.timedelta(hours=2))
    answer_visit(head, first.id, agreed=True, words="Sẽ bổ sung trong tuần.", now=begin + datetime.timedelta(hours=7))
    later = begin + DAY
    second = plan_visit(office, room=one_stop.id, visitor=office.person_id, day=registry.day_of(later), now=begin)
    _write(office, second, one_stop, WRONG[1], later + datetime.timedelta(hours=1))
    inspector, reception = people["thanhtra"], rooms[RoomType.RECEPTION_ROOM]
    for ahead in (1, 8):
        plan_visit(
            inspector, room=reception.id, visitor=inspector.person_id, day=registry.day_of(now) + ahead * DAY, now=now
        )
    return Visit.objects.count()


def _working_day_before(now: datetime.datetime, days: int) -> datetime.datetime:
    """Nine in the morning, so many days before, of a day of the week that is worked."""
    day = now.astimezone(registry.VIETNAM).replace(hour=9, minute=0, second=0, microsecond=0) - days * DAY
    while day.weekday() > 3:
        day -= DAY
    return day


def _write(actor: Account, visit: Visit, room: Room, wrong: dict[str, str], now: datetime.datetime) -> None:
    items = checklist(in_force(visit.unit_id, visit.day), room)
    found = {code: Found(Seen.BAD, wrong[code]) if code in wrong else Found(Seen.GOOD) for code, _ in items}
    write_visit(actor, visit.id, found=found, words="Đề nghị khắc phục và báo cáo.", photos=[photograph()], now=now)
