"""A draft of the next version: section by section, checked as a whole before it can be issued.

A draft binds nobody. It is begun from the version in force, holds what people typed so far, and says at any time what
it would change. Issuing it makes a version; the draft is closed and kept.

    NotPossible    the draft is closed, or a section would leave a regulation that nobody could live with
"""

import copy
import datetime
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction

from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import REFUSALS, NotPossible, writing
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.bounds import beyond
from minhbach.centre.regulation.items import RulesError
from minhbach.centre.regulation.models import Draft, Regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import MIDNIGHT, Rules, Times, minutes_of, parse
from minhbach.centre.regulation.wording import CATALOGUE_WORDS, amount, periods
from minhbach.centre.words import Words

REFUSALS["draft_once"] = Words(
    "Đơn vị đang có một dự thảo. Hãy sửa tiếp dự thảo đó hoặc bỏ nó trước.",
    "The unit has a draft already. Go on with that one, or drop it first.",
)
CLOSED = Words("Dự thảo này đã ban hành hoặc đã bỏ.", "This draft was issued or dropped.")
NO_RULES = Words(
    "Chưa có quy chế nào có hiệu lực để làm bản đầu. Quản trị hệ thống nạp bản mẫu khi cài đặt.",
    "No regulation is in force to begin from. The first one is laid when the system is set up.",
)
NOBODY_CONFIGURES = Words(
    "Không còn vai trò nào được cấu hình và quản lý tài khoản: sau đó không ai sửa được quy chế nữa.",
    "No role could configure and manage accounts any more: nobody could change the regulation after that.",
)
TOO_SHORT = Words(
    "Thời gian lưu ({kept} ngày) ngắn hơn mức tối thiểu ghi trong chính quy chế ({least} ngày).",
    "The time kept ({kept} days) is shorter than the least that this regulation itself names ({least} days).",
)
NO_TWO_APPROVE = Words(
    "Ở {room} không có vai trò nào được duyệt trích xuất: không ai trích xuất được.",
    "No role approves extractions in {room}: nothing could be extracted.",
)
NO_HOURS = Words(
    "Quy chế không có giờ làm việc: ghi ít nhất một ngày trong tuần và một khoảng giờ.",
    "The regulation has no working hours: name at least a day of the week and a stretch of hours.",
)
HOURS_CROSS = Words(
    "Các khoảng giờ làm việc phải ghi theo thứ tự trong ngày và không chồng nhau.",
    "Stretches of working hours stand in the order of the day and do not overlap.",
)
OPEN_AT_MIDNIGHT = Words(
    "Giờ làm việc phải kết thúc trước 24:00.",
    "Working hours end before 24:00.",
)
NO_RECEPTION_DAY = Words(
    "Quy chế không có ngày tiếp công dân mà tháng nào cũng có: ghi ít nhất một ngày từ 1 đến 28.",
    "The regulation has no reception day that every month has: name at least one from 1 to 28.",
)
TOLD_TOO_LATE = Words(
    "Ngày tiếp công dân chưa có buổi tiếp chỉ được báo {n} phút sau giờ mở cửa {opens}, khi cơ quan đã đóng cửa lúc "
    "{closes}.",
    "A reception day without a session would be told of {n} minutes after the office opens at {opens}, when it has "
    "closed at {closes}.",
)
PURPOSE_LONGER = Words(
    "Một mục đích xem có hiệu lực {n} phút, dài hơn mức gia hạn dài nhất ({most} phút): không xem được hình.",
    "A purpose would hold for {n} minutes, longer than it can be extended to ({most}): nothing could be watched.",
)
GRANT_LONGER = Words(
    "«{period}» là {said}, dài hơn {most} ngày: hệ thống không cấp quyền nào dài như vậy.",
    "“{period}” is {said}, longer than {most} days: no right is ever granted for so long.",
)
OVER_A_HUNDRED = Words(
    "«{period}» là {n} %, quá 100 %.",
    "“{period}” is {n} %, more than 100 %.",
)
EMPTY_CATALOGUE = Words(
    "«{catalogue}» không có mục nào: không ghi được gì theo danh mục này.",
    "“{catalogue}” has no items: nothing could be written by it.",
)
EMPTY_FORM = Words(
    "Phiếu đánh giá của {room} không có mục nào: không đánh giá được.",
    "The form for {room} has no items: nothing could be assessed.",
)
REPORT_DAYS = Words(
    "Ngày của báo cáo không theo thứ tự: chốt số liệu (ngày {cutoff}) phải trước ngày lập dự thảo (ngày {draft}) và "
    "chậm nhất ngày {latest}; lập dự thảo không sau ngày gửi (ngày {due}), ngày gửi không quá {most}.",
    "The report's days are out of order: events count up to day {cutoff}, which must be before the draft (day {draft}) "
    "and at most {latest}; the draft is not after the day it is due (day {due}), and that is at most {most}.",
)
REPORT_LEAVES_MONTH = Words(
    "Ngày lập dự thảo báo cáo (ngày {draft}) trùng ngày nghỉ mà lùi về sau thì có thể sang tháng khác, nhất là dịp "
    "Tết: chọn ngày làm việc trước đó, hoặc lập dự thảo chậm nhất ngày {latest}.",
    "Where the day of the draft (day {draft}) is closed and moves to a working day after, that may be in another "
    "month, above all around Tết: choose the working day before, or draft on day {latest} at the latest.",
)
#: Of these there is one in every month.
LATEST_CUTOFF, EVERY_MONTH, LAST_OF_MONTHS = 27, 28, 31
#: From here no run of closed days reaches the end of a month, not even Tết in a February.
LATEST_MOVED_DRAFT = 20
#: No grant of the database lasts longer (`access.models.standing.LONGEST_GRANT`).
LONGEST_GRANT_DAYS = 31
#: Whoever finds, concludes, measures, explains or refuses names an item of these.
_CHOSEN_FROM = ("situations", "sanctions", "bases", "reception_reasons", "subject_refusals")
IN_THE_PAST = Words(
    "Quy chế không có hiệu lực trước ngày ban hành: chọn hôm nay hoặc một ngày sau.",
    "A regulation does not hold before it is issued: choose today or a later day.",
)
BEFORE_THE_LAST = Words(
    "Đã có phiên bản {number} có hiệu lực từ {day}. Chọn một ngày sau ngày đó.",
    "Version {number} holds from {day} on. Choose a day after that.",
)
ISSUED = Words(
    "Ban hành {title}, có hiệu lực từ {day}. Hãy đọc và xác nhận trong {n} ngày làm việc.",
    "{title} is issued, in force from {day}. Read and confirm it within {n} working days.",
)
NUMBER_MISSING = Words("Hãy ghi số quyết định ban hành.", "Write the number of the decision.")
NOT_A_REGULATION = Words("Phần vừa sửa chưa hợp lệ: {why}", "What was changed is no regulation: {why}")


def begin(actor: Actor, *, unit: UUID, now: datetime.datetime) -> Draft:
    """A draft for the unit, begun from the version that binds it today. Raises NotPossible."""
    above = tuple(reversed(registry.units_above(unit, registry.day_of(now))))
    version = reading.version_for(above, registry.day_of(now))
    if version is None:
        raise NotPossible(NO_RULES)
    base = Regulation.objects.get(id=version)
    with writing(actor, "regulation draft begun"):
        return Draft.objects.create(
            unit_id=unit, base=base, content=base.content, begun_by_id=person_id_of(actor), begun_at=now, changed_at=now
        )


def change(actor: Actor, draft: Draft, do: Callable[[dict[str, Any]], None], *, now: datetime.datetime) -> None:
    """Let `do` change a copy of the content, and keep it if it is still a regulation. Raises NotPossible."""
    with writing(actor, "regulation draft changed"):
        held = Draft.objects.select_for_update().get(id=draft.id)
        if held.closed_at:
            raise NotPossible(CLOSED)
        content = copy.deepcopy(held.content)
        do(content)
        try:
            parse(content)
        except RulesError as error:
            raise NotPossible(NOT_A_REGULATION.fill(why=error.words)) from None
        Draft.objects.filter(id=held.id).update(content=content, changed_at=now)


def drop(actor: Actor, draft: Draft, *, now: datetime.datetime) -> None:
    """Close the draft without issuing it. Raises NotPossible."""
    with writing(actor, "regulation draft dropped"):
        if not Draft.objects.filter(id=draft.id, closed_at__isnull=True).update(closed_at=now):
            raise NotPossible(CLOSED)


def issue(
    actor: Actor, draft: Draft, *, decision_number: str, valid_from: datetime.date, now: datetime.datetime
) -> Regulation:
    """Make the draft a version in force from that day. Raises NotPossible, naming the form's field."""
    number = plain(decision_number)[:60]
    if not number:
        raise NotPossible(NUMBER_MISSING, "decision_number")
    with writing(actor, "regulation issued"), transaction.atomic():
        held = Draft.objects.select_for_update().get(id=draft.id)
        if held.closed_at:
            raise NotPossible(CLOSED)
        if said := obstacles(actor, held, valid_from):
            raise NotPossible(said[0])
        _in_its_time(held, valid_from, now)
        version = actions.issue(
            unit=held.unit_id, content=held.content, valid_from=valid_from, decision_number=number, now=now
        )
        Draft.objects.filter(id=held.id).update(closed_at=now, issued=version)
        _tell(version, now)
    return version


def _tell(version: Regulation, now: datetime.datetime) -> None:
    """Everybody whom it binds, so that they read it within the term that it sets itself."""
    rules = reading.rules_of(version.id)
    values = {"title": rules.title, "day": f"{version.valid_from:%d/%m/%Y}", "n": rules.times.acknowledge_wd}
    to = reading.people_bound(version, max(version.valid_from, registry.day_of(now)))
    send(
        to=sorted(to), kind="regulation", words=ISSUED.fill(**values), link=Link("regulation", str(version.id)), now=now
    )


def _in_its_time(draft: Draft, valid_from: datetime.date, now: datetime.datetime) -> None:
    if valid_from < registry.day_of(now):
        raise NotPossible(IN_THE_PAST, "valid_from")
    last = Regulation.objects.filter(unit=draft.unit_id).order_by("-valid_from").first()
    if last and last.valid_from >= valid_from:
        day = last.valid_from.strftime("%d/%m/%Y")
        raise NotPossible(BEFORE_THE_LAST.fill(number=last.number, day=day), "valid_from")


def obstacles(actor: Actor, draft: Draft, day: datetime.date) -> list[Words]:
    """Why this actor could not issue the draft as it is for that day, worst first; empty when nothing does."""
    rules = parse(draft.content)
    return troubles(rules) + beyond(person_id_of(actor), draft.unit_id, rules, day)


def troubles(rules: Rules) -> list[Words]:
    """What would make the rules impossible to live with, worst first; empty when nothing does."""
    times, found = rules.times, []
    held = [role.unit.rights for role in rules.roles.values() if role.unit]
    if not any({Right.CONFIGURE, Right.ACCOUNTS} <= rights for rights in held):
        found.append(NOBODY_CONFIGURES)
    for kept, least in (
        (times.retention_one_stop_days, times.retention_one_stop_minimum_days),
        (times.retention_reception_room_days, times.retention_reception_room_minimum_days),
    ):
        if kept < least:
            found.append(TOO_SHORT.fill(kept=kept, least=least))
    for room, words in ROOM_WORDS.items():
        cells = [role.rooms[room].rights for role in rules.roles.values() if room in role.rooms]
        if not any(Right.APPROVE in rights for rights in cells):
            found.append(NO_TWO_APPROVE.fill(room=words))
    return found + list(_unworkable(rules))


def _unworkable(rules: Rules) -> Iterator[Words]:
    """Of days, hours and forms: what everything that counts by them would stumble over."""
    yield from _of_hours(rules)
    if min(rules.reception.days, default=LAST_OF_MONTHS) > EVERY_MONTH:
        yield NO_RECEPTION_DAY
    for room, words in ROOM_WORDS.items():
        if not any(item.text("room") in ("", room) for item in rules.catalogues["conduct"].values()):
            yield EMPTY_FORM.fill(room=words)
    for name in _CHOSEN_FROM:
        if not rules.catalogues[name]:
            yield EMPTY_CATALOGUE.fill(catalogue=CATALOGUE_WORDS[name])
    times = rules.times
    cutoff, draft, due = times.report_cutoff_day, times.report_draft_day, times.report_day
    if not (cutoff < draft <= due <= LAST_OF_MONTHS and cutoff <= LATEST_CUTOFF):
        given = {"cutoff": cutoff, "draft": draft, "due": due, "latest": LATEST_CUTOFF, "most": LAST_OF_MONTHS}
        yield REPORT_DAYS.fill(**given)
    if rules.report.closed == "after" and draft > LATEST_MOVED_DRAFT:
        yield REPORT_LEAVES_MONTH.fill(draft=draft, latest=LATEST_MOVED_DRAFT)
    yield from _of_limits(times)


def _of_hours(rules: Rules) -> Iterator[Words]:
    spans, grace = rules.hours.spans, rules.times.reception_begun_minutes
    if not spans or not rules.hours.weekdays:
        yield NO_HOURS
        return
    if any(end > begin for (_, end), (begin, _) in pairwise(spans)):
        yield HOURS_CROSS
    opens, closes = min(begin for begin, _ in spans), max(end for _, end in spans)
    if closes == MIDNIGHT:
        yield OPEN_AT_MIDNIGHT
    if minutes_of(opens) + grace >= minutes_of(closes):
        yield TOLD_TOO_LATE.fill(n=grace, opens=opens, closes=closes)


def _of_limits(times: Times) -> Iterator[Words]:
    """What PostgreSQL would refuse each time that it is used."""
    named = {code: words for _, lines in periods(times) for code, words, _ in lines}
    if times.purpose_minutes > times.purpose_longest_minutes:
        yield PURPOSE_LONGER.fill(n=times.purpose_minutes, most=times.purpose_longest_minutes)
    for name, a_day in (("grant_longest_calendar_days", 1), ("reception_session_longest_hours", 24)):
        value = getattr(times, name)
        if value > LONGEST_GRANT_DAYS * a_day:
            yield GRANT_LONGER.fill(period=named[name], said=amount(name, value), most=LONGEST_GRANT_DAYS)
    if times.assessed_twice_percent > 100:
        yield OVER_A_HUNDRED.fill(period=named["assessed_twice_percent"], n=times.assessed_twice_percent)


ROOM_WORDS: Mapping[str, Words] = {
    "reception_room": Words("phòng tiếp công dân", "reception rooms"),
    "one_stop": Words("Bộ phận Một cửa", "one-stop rooms"),
}
