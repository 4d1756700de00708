"""What the reception rooms did: yesterday's sessions with their book, and the last reception days of every commune.

Written through the product's own actions, each at its own time, after the recorders' past was taken in, so that what is
held is held of footage that there is.
"""

import datetime
from dataclasses import dataclass

from minhbach.centre.access.models import Account
from minhbach.centre.reception.actions.book import Brought, take_step, write_entry
from minhbach.centre.reception.actions.days import Change, answer, change_day, explain, find_missed
from minhbach.centre.reception.actions.restricting import restrict_session
from minhbach.centre.reception.actions.sessions import close_session, open_session
from minhbach.centre.reception.models import BookStepKind, DayChangeKind, Matter, MissedDay, Session, SessionKind
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room, RoomType
from minhbach.centre.regulation.reading import calendar_of
from minhbach.demo.district.chairmen import chairmen
from minhbach.demo.past.plan import VIETNAM


@dataclass(frozen=True, slots=True)
class Held:
    """A session of yesterday: when, how long in minutes, how, how many came, and whether somebody denounced."""

    hour: int
    minute: int
    lasted: int
    kind: SessionKind
    people: int
    denounced: bool = False


YESTERDAY = (
    Held(8, 6, 21, SessionKind.REGULAR, 2),
    Held(9, 32, 34, SessionKind.REGULAR, 1, denounced=True),
    Held(14, 15, 26, SessionKind.ADHOC, 5),
)


#: What stands in the book of yesterday's sessions: by their place, what was brought forward and what was done at once.
BOOK = (
    (
        0,
        Brought(
            matter=Matter.COMPLAINT, people=2, name="Đinh Văn Thuận", address="Thôn Thượng, xã Mộc Xuyên",
            personal_id="035068004417", settled_before="UBND xã (lần đầu)",
            content="Khiếu nại quyết định thu hồi 120 m² đất vườn, tờ bản đồ 14; đề nghị đo lại ranh giới.",
        ),
        BookStepKind.ACCEPTED, "Thuộc thẩm quyền; đã cấp giấy biên nhận.", "",
    ),
    (
        1,
        Brought(
            matter=Matter.DENUNCIATION, people=1, name="Lò Thị Mai", address="Thôn Hạ, xã Mộc Xuyên",
            content="Tố cáo cán bộ địa chính nhận tiền khi làm thủ tục tách thửa.",
        ),
        None, "", "",
    ),
    (
        2,
        Brought(
            matter=Matter.PETITION, people=5, name="Phùng Thị Nết", address="Thôn Trại, xã Mộc Xuyên",
            content="Năm hộ kiến nghị sửa đoạn mương đầu thôn trước vụ xuân.",
            representatives="Phùng Thị Nết, thôn Trại\nKiều Văn Sáng, thôn Trại",
        ),
        BookStepKind.FORWARDED, "Chuyển kèm biên bản buổi tiếp.", "Xí nghiệp thủy nông Hòa Giang",
    ),
)  # fmt: skip
#: How many reception days are told of all communes, and the places of those where nobody received.
DAYS, ABSENT = 2, {0: (1, 7), 1: (1,)}
EXPLAINED = "Chủ tịch dự họp đột xuất tại tỉnh; đã niêm yết ngày tiếp bù."


def relive(now: datetime.datetime) -> int:
    """The sessions of the first commune; how many there were, none where no camera stands in its reception room."""
    receiver = Account.objects.select_related("person").get(username="tiepdan")
    seen = Camera.objects.filter(room__room_type=RoomType.RECEPTION_ROOM, name="tiep-dan")
    room = Room.objects.filter(cameras__in=seen).first()
    if room is None:
        return 0
    day = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=1)
    _all_communes(room, day, now)
    made = [_held(receiver, room, held, day) for held in YESTERDAY]
    for place, brought, kind, words, body in BOOK:
        written = max(each for each in (made[place].closed_at,) if each) + datetime.timedelta(minutes=8)
        entry = write_entry(receiver, session=made[place].id, brought=brought, now=written)
        if kind is not None:
            take_step(receiver, entry.id, kind=kind, words=words, to_body=body, now=written)
    _change_a_day(now)
    return len(made)


def _held(receiver: Account, room: Room, held: Held, day: datetime.datetime) -> Session:
    begin = day + datetime.timedelta(hours=held.hour, minutes=held.minute)
    session = open_session(receiver.person, room=room, kind=held.kind, people=held.people, now=begin)
    if held.denounced:
        restrict_session(receiver.person, session=session, now=begin + datetime.timedelta(minutes=6))
    return close_session(receiver.person, session=session, now=begin + datetime.timedelta(minutes=held.lasted))


def _all_communes(first: Room, yesterday: datetime.datetime, now: datetime.datetime) -> None:
    """The last reception days: most chairmen receive from half past seven on; who did not is found and asked."""
    rooms = list(Room.objects.filter(room_type=RoomType.RECEPTION_ROOM).order_by("valid_from", "id"))
    holders, heads = registry.holders_on({room.id for room in rooms}, yesterday.date()), chairmen(now)
    span = yesterday.date() - datetime.timedelta(days=40), yesterday.date()
    unit = holders[first.id]
    past = [each.day for each in Schedule([unit], *span).days(unit)][-DAYS:]
    for number, day in enumerate(past):
        midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=VIETNAM)
        for place, room in enumerate(rooms):
            if place not in ABSENT.get(number, ()):
                head = heads[holders[room.id]].person
                # In the first commune others receive from eight o'clock on.
                begin = midnight + datetime.timedelta(hours=7, minutes=31 if room == first else 34 + 3 * place)
                session = open_session(head, room=room, kind=SessionKind.SCHEDULED, people=1 + place % 4, now=begin)
                close_session(head, session=session, now=begin + datetime.timedelta(minutes=30))
        found = find_missed(now=midnight + datetime.timedelta(hours=8, minutes=30), back=datetime.timedelta())
        if number == 0:
            _explain(found, midnight)


def _explain(found: list[MissedDay], midnight: datetime.datetime) -> None:
    head = Account.objects.get(username="chutich.donglac")
    for missed in found:
        if missed.unit_id in {post.unit_id for post in registry.posts(head.person_id, missed.day)}:
            at = midnight + datetime.timedelta(hours=10)
            explain(head, missed.id, code="called_away", words=EXPLAINED, now=at)
            inspector = Account.objects.get(username="thanhtra")
            answer(inspector, missed.id, accepted=True, now=at + datetime.timedelta(hours=5))


def _change_a_day(now: datetime.datetime) -> None:
    """The next reception day of the first commune is held a day later, and posted so."""
    head = Account.objects.get(username="chutich")
    today = registry.day_of(now)
    [unit] = {post.unit_id for post in registry.posts(head.person_id, today)}
    coming = [each.day for each in Schedule([unit], *_ahead(today)).days(unit)][:1]
    for day in coming:
        moved = calendar_of(unit, today).after(day, 1)
        said = Change(
            kind=DayChangeKind.MOVED, day=day, moved_to=moved, reason="Chủ tịch dự kỳ họp cuối năm của HĐND tỉnh",
            decision_number="87/TB-UBND",
        )  # fmt: skip
        change_day(head, unit=unit, change=said, now=now)


def _ahead(today: datetime.date) -> tuple[datetime.date, datetime.date]:
    return today + datetime.timedelta(days=1), today + datetime.timedelta(days=45)
