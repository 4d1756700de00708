"""What waits for a person, the most pressing first: each line says what to do, of what, until when, and where.

Gathers from the apps below what each right makes somebody's work, and owns nothing else; a line appears only where the
page it leads to opens. Promises a number of queries that does not grow with rooms.
"""

import datetime
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from minhbach.centre.access.actions.codes import open_resets
from minhbach.centre.access.actions.requests import requests_for
from minhbach.centre.access.confirming import bound_at
from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.judging import Standing
from minhbach.centre.access.log import read_log
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, places_of_rooms
from minhbach.centre.access.reach import units_once
from minhbach.centre.evidence.duties import duties, releases
from minhbach.centre.evidence.subject_lists import duties as subject_duties
from minhbach.centre.feedback.actions.petitions import name_of
from minhbach.centre.feedback.published import owed_in
from minhbach.centre.feedback.reading import lines_of, petitions_for, rooms_handled
from minhbach.centre.footage.faults import words_of
from minhbach.centre.footage.models import Alarm, Fault, WorkKind
from minhbach.centre.footage.repair import RepairClock, repair_clock
from minhbach.centre.front.reporting import reports_waiting
from minhbach.centre.front.scoring import sheets_waiting
from minhbach.centre.look.paging import Rows
from minhbach.centre.oversight import queue, visiting, work
from minhbach.centre.oversight.own import owed as own_findings_owed
from minhbach.centre.oversight.proposals import proposals_of
from minhbach.centre.oversight.reading import NEW as NEW_FINDING
from minhbach.centre.oversight.reading import findings_for
from minhbach.centre.oversight.reading import told as told_findings
from minhbach.centre.reception.book import Book
from minhbach.centre.reception.calendars import to_answer
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Assignment, Person, Room, Unit, true_on
from minhbach.centre.registry.steps import steps_of_all
from minhbach.centre.regulation.directives import Line, judged_within, tasks_of
from minhbach.centre.regulation.reading import Law, laws_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

#: Lines of one kind on a page, before the rest is counted in one more.
MOST = 5
REFUSED_WITHIN, ALARMED_WITHIN = datetime.timedelta(days=1), datetime.timedelta(days=7)
#: A deferral may be looked at again in two years: it is no work before its day is near.
REVIEWED_WITHIN = datetime.timedelta(days=7)
#: Rights by which some step of an extraction is a person's.
EXTRACTS = ("extract", "approve", "build", "hand_over")
Moment = datetime.datetime
Each = TypeVar("Each")

MEND, FOLLOW = Words("Sửa", "Mend"), Words("Theo dõi", "Follow")
SET_UP, OPEN_ACCOUNTS = Words("Lắp đặt", "Set up"), Words("Mở tài khoản", "Open accounts")
CHECK, LOOK, BEGIN = Words("Kiểm tra", "Check"), Words("Xem", "Look"), Words("Bắt đầu", "Begin")
DO = Words("Thực hiện", "Do")
VISIT, ASSESS = Words("Đi kiểm tra", "Visit"), Words("Đánh giá", "Assess")
EXPLAIN = Words("Giải trình", "Explain")
SETTLE = Words("Giải quyết", "Settle")
SIGN, CONFIRM = Words("Ký", "Sign"), Words("Xác nhận", "Confirm")
SECOND = Words("cần người thứ hai", "needs a second person")
PUBLISH = Words("Công khai", "Publish")
UNPUBLISHED = ("soon", Words("chưa công khai", "not published yet"))
UNPUBLISHED_LATE = ("late", Words("quá hạn công khai", "overdue"))
BY, OVERDUE = Words("trước {at}", "by {at}"), Words("hết hạn {at}", "was due {at}")
NEW_UNTIL = Words("{new}; giải trình trước {at}", "{new}; explain by {at}")
MENDING = Words("đang sửa", "being mended")
MORE_REQUESTS = Words("và {n} yêu cầu khác", "and {n} more requests")
MORE_FAULTS = Words("và {n} sự cố khác", "and {n} more faults")
MORE = Words("và {n} việc khác", "and {n} more")
NEXT = {
    "recorder": Words("thêm đầu ghi", "add a recorder"),
    "cameras": Words("thêm camera", "add cameras"),
    "sign": Words("treo biển thông báo", "hang the notice sign"),
    "recording": Words("bắt đầu ghi", "begin recording"),
    "acceptance": Words("nghiệm thu hình và tiếng", "accept picture and sound"),
    "people": Words("phân công người", "assign people"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One line. Either a clock runs for it, or `kind` and `words` say how it stands."""

    verb: Words
    title: str
    about: str
    url: str
    kind: str = "soon"
    words: Words | str = ""
    clock: RepairClock | None = None
    #: How much waits behind this line: of what is told in one line together.
    count: int = 1
    #: Until when, where that is known.
    due: Moment | None = None

    @property
    def pressing(self) -> tuple[int, float]:
        """Clocks by what is left of them, then what is wrong, then the rest; of each what is due soonest first."""
        if self.clock is not None:
            return 0, self.clock.left_s
        return (1 if self.kind in ("fault", "late") else 2), self.due.timestamp() if self.due else math.inf


def waiting(actor: Account, may: May, *, now: Moment, most: int = MOST) -> list[Task]:
    """The lines for this person at this moment, at most `most` of a kind and one that counts the rest of it; none for
    somebody without a standing.
    """
    if may.standing is None:
        return []
    found = [
        *_faults(actor, may["equip"], now, most),
        *(_alarms(actor, now) if may["equip"] else ()),
        *(_setting_up(actor, now, most) if may["equip"] else ()),
        *(_without_account(actor, now, most) if may["accounts"] else ()),
        *(_to_sign(actor, now, most) if may["grant"] else ()),
        *(_extractions(actor, now, most) if any(may[each] for each in EXTRACTS) else ()),
        *(_releases(actor, now, most) if may["hold"] else ()),
        *(_subjects(actor, now, most) if may["subject_take"] or may["subject_decide"] else ()),
        *(_findings(actor, now, most) if may["hold"] else ()),
        *(_proposals(actor, now) if may["hold"] else ()),
        *(_visits(actor, may.standing, now, most) if may["hold"] else ()),
        *(_clips(actor, may.standing, now) if may["assess"] else ()),
        *(_own_findings(actor, now, most) if may["own_page"] else ()),
        *(_petitions(actor, now, most) if may["feedback"] else ()),
        *(_reception(actor, now, most) if may["reception"] or may["hold"] else ()),
        *_directed(actor, may, now, most),
        *_reports(may, now, most),
        *_sheets(may, now, most),
        *(_unconfirmed(may, now) if may["registry"] else ()),
        *(_refused(actor, now) if may["read_viewings"] else ()),
        *(_beginning(now) if may["configure"] else ()),
    ]
    may.foresee(task.url for task in found)
    return sorted((task for task in found if may.opens(task.url)), key=lambda task: task.pressing)


def _reports(may: May, now: Moment, most: int) -> Iterator[Task]:
    """Monthly reports of one's unit, and those that are to be accepted."""
    if may.standing and any(may[each] for each in ("report", "report_sign", "report_receive")):
        for each in reports_waiting(may.standing, now=now, most=most):
            yield Task(each.verb, each.title, "", each.url, each.kind, each.words, count=each.count)


def _sheets(may: May, now: Moment, most: int) -> Iterator[Task]:
    """Score sheets of one's unit, and those that are to be appraised."""
    if may.standing and (may["score"] or may["appraise"]):
        for each in sheets_waiting(may.standing, now=now, most=most):
            yield Task(each.verb, each.title, "", each.url, each.kind, each.words, count=each.count)


def _end_of(day: datetime.date) -> Moment:
    return datetime.datetime.combine(day, datetime.time.max, reading.VIETNAM)


def _first(rows: Rows[Each], most: int) -> tuple[list[Each], int]:
    """As many as are told one by one, and how many are left."""
    shown = list(rows[:most])
    return shown, rows.count() - most if len(shown) == most else 0


def _rest(verb: Words, left: int, route: str, words: Words = MORE, kind: str = "soon") -> Iterator[Task]:
    """What is left of a kind, in one line that counts it and leads to the list."""
    if left > 0:
        yield Task(verb, str(words.fill(n=left)), "", reverse(route), kind, count=left)


def _where(rooms: Collection[UUID], places: dict[UUID, Place], day: datetime.date) -> dict[UUID, str]:
    """Each room with its unit, as "Bộ phận Một cửa, UBND xã Mộc Xuyên"."""
    names = reading.names_on({place.unit for place in places.values() if place.unit}, day)
    named = dict(Room.objects.filter(id__in=rooms).values_list("id", "name"))
    holders = {room: names.get(place.unit) if place.unit else None for room, place in places.items()}
    return {room: f"{name}, {holder.name}" if (holder := holders.get(room)) else name for room, name in named.items()}


def _faults(actor: Account, mends: bool, now: Moment, most: int) -> Iterator[Task]:
    """Open faults: for whoever mends with the clock until the repair must have begun, for others to follow."""
    reach = rooms_where(actor, Right.HEALTH, now=now)
    rows = list(
        Fault.objects.filter(room__in=reach, ended_at__isnull=True)
        .select_related("camera")
        .prefetch_related("work")
        .order_by("began_at")
    )
    if not rows:
        return
    rooms = {row.room_id for row in rows}
    places = places_of_rooms(rooms, now)
    where = _where(rooms, places, reading.day_of(now))
    units = {row.id: places[row.room_id].unit for row in rows[:most]}
    laws = laws_of({unit for unit in units.values() if unit}, reading.day_of(now)) if mends else {}
    for row in rows[:most]:
        begun = any(work.kind == WorkKind.STARTED for work in row.work.all())
        unit = units[row.id]
        law = laws.get(unit) if unit else None
        yield Task(
            MEND if mends else FOLLOW,
            f"{words_of(row)}: {row.camera.label}" if row.camera else str(words_of(row)),
            f"{where[row.room_id]} · {_since(row.began_at)}",
            reverse("fault", args=[row.id]),
            "soon" if begun else "fault",
            MENDING if begun else formats.since(row.began_at, now),
            _repair(row, law, now) if law and not begun else None,
        )
    yield from _rest(MEND if mends else FOLLOW, len(rows) - most, "technician", MORE_FAULTS, "fault")


def _repair(row: Fault, law: Law, now: Moment) -> RepairClock | None:
    if law.rules is None:
        return None
    return repair_clock(law.calendar, row.known_at, law.rules.times.repair_started_wh, now=now)


def _since(at: Moment) -> str:
    return str(Words("từ {at}", "since {at}").fill(at=formats.moment(at)))


def _alarms(actor: Account, now: Moment) -> Iterator[Task]:
    """What accuses a recorder's log, and did so lately: an old alarm stands on the page of the logs for ever."""
    reach = rooms_where(actor, Right.HEALTH, now=now)
    lately = Alarm.objects.filter(recorder__room__in=reach, grave=True, last_at__gte=now - ALARMED_WITHIN)
    count = lately.filter(recorder__retired_at__isnull=True).count()
    if count:
        title = Words("Nhật ký của đầu ghi có báo động", "A recorder's log raises an alarm")
        words = Words("{n} báo động", "{n} alarms").fill(n=count)
        yield Task(CHECK, str(title), "", reverse("logbooks"), "fault", words)


def _subjects(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Citizens' requests about their own recording."""
    waiting = subject_duties(actor, now=now)
    for found in waiting[:most]:
        said = OVERDUE if found.until and found.until < now else BY
        until = said.fill(at=formats.moment(found.until)) if found.until else ""
        about = f"{found.row.room.name}, {found.unit_name}"
        url = reverse("subject", args=[found.row.id])
        yield Task(
            SETTLE, f"{found.code}: {found.wanted}", about, url, found.status, until or found.words, due=found.until
        )
    yield from _rest(SETTLE, len(waiting) - most, "subjects", MORE_REQUESTS)


def _setting_up(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Rooms whose set-up was begun and is not done; those that nobody has begun are counted."""
    day = reading.day_of(now)
    rooms = list(Room.objects.filter(id__in=rooms_where(actor, Right.EQUIP, now=now)).order_by("name"))
    steps = steps_of_all(rooms, day)
    open_rooms = [room for room in rooms if steps[room.id].next != "done"]
    begun = [room for room in open_rooms if steps[room.id].cameras or steps[room.id].sign]
    places = places_of_rooms([room.id for room in begun], now)
    where = _where(list(places), places, day)
    for room in begun[:most]:
        words = NEXT[steps[room.id].next]
        yield Task(SET_UP, where[room.id], "", reverse("setup", args=[room.id]), "soon", words)
    title = Words("{n} phòng chưa lắp đặt xong", "{n} rooms not set up yet")
    yield from _rest(SET_UP, len(open_rooms) - len(begun[:most]), "setups", title, "unseen")


def _to_sign(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Grants that need this person's signature beside another's."""
    found = requests_for(actor, now=now)
    for row in found[:most]:
        title = Words("Cấp quyền cho {name}", "A grant for {name}").fill(name=row.person.full_name)
        about = Words("{name} đề nghị lúc {at}", "{name} asked at {at}")
        asked = about.fill(name=row.asked_by.full_name, at=formats.moment(row.asked_at))
        yield Task(SIGN, str(title), str(asked), reverse("grants"), "soon", SECOND)
    yield from _rest(SIGN, len(found) - most, "grants")


def _without_account(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """People who were assigned and cannot sign in; codes that a second keeper of accounts has to take off."""
    reach = units_where(actor, Right.ACCOUNTS, now=now)
    posts = Assignment.objects.filter(true_on(reading.day_of(now)), unit__in=reach)
    count = Person.objects.filter(id__in=posts.values("person"), account__isnull=True).count()
    if count:
        title = Words("{n} người được phân công chưa có tài khoản", "{n} people assigned without an account")
        yield Task(OPEN_ACCOUNTS, str(title.fill(n=count)), "", reverse("accounts"))
    resets = open_resets(now=now).exclude(asked_by=actor).filter(account__person__in=posts.values("person"))
    shown, left = _first(resets.select_related("account__person").order_by("asked_at"), most)
    for row in shown:
        title = Words("Gỡ mã dùng một lần của {name}", "Take off the one-time codes of {name}")
        yield Task(CONFIRM, str(title.fill(name=row.account.person.full_name)), "", reverse("accounts"), "soon", SECOND)
    yield from _rest(CONFIRM, left, "accounts")


def _extractions(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Extractions whose next step is this person's."""
    found = list(duties(actor, now=now))
    for duty in found[:most]:
        row = duty.item.extraction
        title = Words("Trích xuất số {n}", "Extraction {n}").fill(n=str(row))
        about = f"{row.room.name}, {duty.item.unit_name}"
        words = Words("trước {at}", "by {at}").fill(at=formats.moment(until)) if (until := duty.item.until) else ""
        kind = "late" if duty.item.stage.status == "late" else "soon"
        yield Task(duty.verb, str(title), about, reverse("extraction", args=[row.id]), kind, words, due=until)
    yield from _rest(LOOK, len(found) - most, "extractions")


def _releases(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Holds that another wants to release, and that need a second person."""
    found = releases(actor, now=now)
    for asked in found[:most]:
        title = Words("{name} đề nghị gỡ giữ lại hình", "{name} asks to release held footage")
        url = reverse("hold_release", args=[asked.hold_id])
        yield Task(CONFIRM, str(title.fill(name=asked.asked_by.full_name)), asked.hold.room.name, url, "soon", SECOND)
    yield from _rest(CONFIRM, len(found) - most, "holds")


def _findings(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Findings that wait: to be explained at the unit, to be concluded by others."""
    shown, left = _first(findings_for(actor, now=now), most)
    for each in told_findings(shown, actor, now=now):
        title = Words("Phát hiện số {n}: {what}", "Finding {n}: {what}").fill(n=str(each.finding), what=each.what)
        about = f"{each.finding.room.name}, {each.unit_name}"
        url, (kind, words) = reverse("finding", args=[each.finding.id]), each.state
        if each.state == NEW_FINDING:
            words = NEW_UNTIL.fill(new=words, at=formats.moment(each.terms.explain_by))
        yield Task(LOOK, str(title), about, url, kind, words, due=each.due)
    yield from _rest(LOOK, left, "findings")


def _proposals(actor: Account, now: Moment) -> Iterator[Task]:
    """The person's own proposals of discipline that nobody has decided, and deferrals whose day is near or over."""
    day = reading.day_of(now)
    due = proposals_of(actor.person_id, day + REVIEWED_WITHIN)
    if due:
        title = Words("{n} đề nghị kỷ luật đang chờ", "{n} proposals of discipline waiting").fill(n=len(due))
        late = due[0] < day
        words = (OVERDUE if late else BY).fill(at=formats.day(due[0]))
        url = f"{reverse('findings')}?de-nghi"
        yield Task(FOLLOW, str(title), "", url, "late" if late else "soon", words, count=len(due), due=_end_of(due[0]))


def _visits(actor: Account, standing: Standing, now: Moment, most: int) -> Iterator[Task]:
    """Visits that are one's own to make, or whose minutes one's unit is to sign; those that are late first."""
    day = reading.day_of(now)
    rows = visiting.waiting_for(actor.person_id, {post.unit for post in standing.posts}, day)
    for row, to_sign in rows[:most]:
        title = Words("Biên bản kiểm tra ngày {day}", "Minutes of the visit on {day}")
        said = title if to_sign else Words("Kiểm tra tại chỗ ngày {day}", "A visit on {day}")
        state = visiting.TO_SIGN if to_sign else visiting.OVERDUE if row.day < day else visiting.PLANNED
        url = reverse("visit", args=[row.id])
        yield Task(
            SIGN if to_sign else VISIT,
            str(said.fill(day=formats.day(row.day))),
            row.room.name,
            url,
            *state,
            due=_end_of(row.day),
        )
    yield from _rest(LOOK, len(rows) - most, "inspections")


def _clips(actor: Account, standing: Standing, now: Moment) -> Iterator[Task]:
    """Moments that wait for this person to assess them."""
    count = work.waiting_count(actor.person_id, queue.rooms_to_assess(standing, now=now), now=now)
    if count:
        title = Words("{n} thời điểm chờ đánh giá", "{n} moments to assess").fill(n=count)
        yield Task(ASSESS, str(title), "", reverse("assess"), count=count)


def _own_findings(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Findings about oneself that one has not explained yet."""
    found = own_findings_owed(actor, now=now)
    for each in found[:most]:
        title = Words("Giải trình phát hiện số {n}: {what}", "Explain finding {n}: {what}")
        by = BY.fill(at=formats.moment(each.explain_by))
        kind, words = (
            ("late", OVERDUE.fill(at=formats.moment(each.explain_by))) if now > each.explain_by else ("soon", by)
        )
        url = reverse("own_finding", args=[each.row.id])
        said, about = str(title.fill(n=str(each.row), what=each.what)), f"{each.row.room.name}, {each.unit_name}"
        yield Task(EXPLAIN, said, about, url, kind, words, due=each.explain_by)
    yield from _rest(EXPLAIN, len(found) - most, "own_findings")


def _petitions(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Complaints that wait for an answer, by their term; answers that the public cannot read yet."""
    rooms = rooms_handled(actor, now=now)
    shown, left = _first(petitions_for(rooms), most)
    for line in lines_of(shown, now=now):
        about = f"{line.petition.room.name}, {line.unit_name}"
        yield Task(
            LOOK,
            str(line.name),
            about,
            reverse("petition", args=[line.petition.id]),
            *line.state,
            due=line.petition.answer_by,
        )
    yield from _rest(LOOK, left, "feedback")
    unpublished = owed_in(rooms)
    for owed in unpublished[:most]:
        url = reverse("petition", args=[owed.petition.id])
        state = UNPUBLISHED_LATE if owed.by < now else UNPUBLISHED
        yield Task(PUBLISH, str(name_of(owed.petition)), owed.petition.room.name, url, *state, due=owed.by)
    yield from _rest(PUBLISH, len(unpublished) - most, "feedback")


def _reception(actor: Account, now: Moment, most: int) -> Iterator[Task]:
    """Reception days that went by without a session; matters in one's own book, by their terms."""
    missed = to_answer(actor, now=now)
    for row, state, name in missed[:most]:
        title = Words("Ngày tiếp công dân {day}", "Reception day {day}").fill(day=formats.day(row.day))
        yield Task(LOOK, str(title), name, reverse("missed_day", args=[row.id]), *state)
    yield from _rest(LOOK, len(missed) - most, "reception_days")
    lines = Book(actor, now=now).waiting()
    for line in lines[:most]:
        title = Words("Sổ tiếp công dân, số {n}: {kind}", "Reception book {n}: {kind}")
        said = title.fill(n=str(line.row), kind=line.matter_words)
        url = reverse("book_entry", args=[line.row.id])
        yield Task(SETTLE, str(said), line.unit_name, url, *line.state(reading.day_of(now)))
    yield from _rest(SETTLE, len(lines) - most, "reception_book")


def _refused(actor: Account, now: Moment) -> Iterator[Task]:
    """Refusals of the last day, for whoever keeps an eye on those who watch."""
    units = units_once(actor, Right.READ_VIEWINGS, now=now)
    page = read_log(units, Filter(refused=True, begin=now - REFUSED_WITHIN), now=now)
    if page.lines:
        count = f"{len(page.lines)}{'+' if page.older else ''}"
        title = Words("{n} lần bị từ chối trong 24 giờ qua", "{n} refusals in the last 24 hours").fill(n=count)
        day = reading.day_of(now - REFUSED_WITHIN)
        asked = urlencode({"refused": "on", "begin": day.isoformat()})
        people = sorted({line.who for line in page.lines if line.who})
        about = ", ".join(people[:3]) + (" …" if len(people) > 3 else "")
        yield Task(LOOK, str(title), about, f"{reverse('viewings')}?{asked}", "late")


def _directed(actor: Account, may: May, now: Moment, most: int) -> Iterator[Task]:
    """Tasks by directives: the person's own, and those of others that wait to be accepted or are late."""
    reach = units_where(actor, Right.DIRECT, now=now) if may["direct"] else set()
    me = actor.person_id
    found = [line for line in tasks_of(me, reach, reading.day_of(now)).lines if _is_to_do(line, me, reach)]
    for line in found[:most]:
        mine = line.task.holder_id == me
        about = f"{line.task.directive.number} · {line.task.holder.full_name}, {line.unit_name}"
        title = line.task.words if len(line.task.words) <= 80 else f"{line.task.words[:79]}…"
        verb = DO if mine else CONFIRM if line.state == "reported" else FOLLOW
        yield Task(verb, title, about, reverse("task", args=[line.task.id]), *line.status, due=_end_of(line.due_on))
    yield from _rest(LOOK, len(found) - most, "tasks")


def _is_to_do(line: Line, me: UUID, reach: Collection[UUID]) -> bool:
    if line.task.holder_id == me:
        return line.state != "reported"
    return line.state == "late" or (line.state == "reported" and judged_within(line.task, reach))


def _unconfirmed(may: May, now: Moment) -> Iterator[Task]:
    """Who at the person's own unit is late with confirming the regulation, and sees no footage."""
    day = reading.day_of(now)
    for unit in sorted({post.unit for post in may.standing.posts}) if may.standing else ():
        url = reverse("confirmations", args=[unit])
        if may.opens(url) and (late := sum(each.overdue for each in bound_at(unit, day)[1])):
            title = Words("{n} người quá hạn xác nhận quy chế", "{n} people are late to confirm the regulation")
            yield Task(LOOK, str(title.fill(n=late)), reading.name_on(unit, day).name, f"{url}?chua", "late")


def _beginning(now: Moment) -> Iterator[Task]:
    """The first steps of an installation in which nothing stands yet."""
    day = reading.day_of(now)
    if not Unit.objects.filter(true_on(day)).exists():
        yield Task(
            BEGIN,
            str(Words("Thêm đơn vị cao nhất", "Add the highest unit")),
            str(Words("Ví dụ Tỉnh, rồi các xã trực thuộc", "The province, for example, then its communes")),
            reverse("unit_new"),
        )
    elif not Room.objects.filter(true_on(day)).exists():
        yield Task(
            BEGIN,
            str(Words("Thêm phòng đầu tiên", "Add the first room")),
            str(Words("Chọn đơn vị, rồi Thêm phòng", "Choose a unit, then Add a room")),
            reverse("units"),
        )
