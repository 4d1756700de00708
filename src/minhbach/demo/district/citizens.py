"""What citizens of the demo said lately, and what supervisors found: ratings, two complaints, two findings.

Written through the product's own actions, each at its own time, over the visits that the counters had (`counters`), so
that every low rating, complaint and finding leads to its picture and holds it. The citizens are invented.
"""

from __future__ import annotations

import datetime
from random import Random

from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.models import Event
from minhbach.centre.feedback.actions import petitions, publishing, rating
from minhbach.centre.feedback.models import PetitionKind, Reason, Score, StepKind, Topic, Way
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight.actions import cases, findings
from minhbach.centre.oversight.models import StepKind as FindingStep
from minhbach.centre.registry.reading import day_of, posts

SHARE_RATED = 0.45
MOST_LOW = 3
_MINUTE = datetime.timedelta(minutes=1)
_WHY = (
    (Reason.WAITING, "Chờ hơn 40 phút mới được gọi"),
    (Reason.ATTITUDE, ""),
    (Reason.GUIDANCE, "Phải đi lại hai lần"),
)


def speak(now: datetime.datetime) -> None:
    """Everything up to `now`, in the order of time."""
    visits = list(
        Event.objects.filter(kind__in=rating.RATED, at__lt=now - 5 * _MINUTE)
        .select_related("counter__room", "dossier")
        .order_by("at", "id")
    )
    if not visits:
        return
    random = Random(f"{visits[0].at:%Y%m%d}")
    _rate(random, visits)
    chairman = Account.objects.get(username="chutich")
    units = {row.unit_id for row in posts(chairman.person_id, day_of(now))}
    if home := [event for event in visits if event.unit_id in units and event.at < now - 100 * _MINUTE]:
        _complain(chairman, home[len(home) // 3], home[2 * len(home) // 3], now)
        _find(chairman, home[len(home) // 2], home[-1], now)


def _rate(random: Random, visits: list[Event]) -> None:
    low = 0
    for event in visits:
        if random.random() > SHARE_RATED:
            continue
        score = random.choices((Score.VERY_SATISFIED, Score.SATISFIED, Score.DISSATISFIED), (60, 32, 8))[0]
        if score is Score.DISSATISFIED and low == MOST_LOW:
            score = Score.SATISFIED
        at = event.at + random.uniform(0.5, 3) * _MINUTE
        made = rating.rate(event=event, score=score, now=at)
        if score is Score.DISSATISFIED:
            reason, said = _WHY[low % len(_WHY)]
            rating.say_why(made.id, reasons=[reason], said=said, now=at + _MINUTE)
            low += 1


def _complain(chairman: Account, first: Event, second: Event, now: datetime.datetime) -> None:
    """One by the receipt, answered since; one by telephone, taken in by the head of the counters, still open."""
    said = _said(first, Way.WEB, Topic.CONDUCT, "Cán bộ nói to, không giải thích vì sao phải nộp lại giấy tờ.")
    contact = petitions.Contact(name="Lương Văn Nghĩa", phone="0900 000 111")
    asked_at = first.at + 45 * _MINUTE
    row = petitions.register(
        None, room=first.counter.room, counter=first.counter, said=said, contact=contact, dossier=first.dossier,
        now=asked_at,
    )  # fmt: skip
    words = "Đã xem lại hình và làm việc với cán bộ quầy; xin lỗi ông và đã hướng dẫn lại."
    petitions.step(chairman, row.id, kind=StepKind.ACCEPTED, now=asked_at + _MINUTE)
    petitions.step(chairman, row.id, kind=StepKind.ANSWERED, words=words, now=now - 2 * _MINUTE)
    publishing.publish(
        chairman, row.id, what="Một người dân phản ánh cán bộ nói to, không giải thích vì sao phải nộp lại giấy tờ.",
        answer="Đã xem lại hình, làm việc với cán bộ quầy, xin lỗi người dân và hướng dẫn lại.", now=now - _MINUTE,
    )  # fmt: skip
    said = _said(second, Way.HOTLINE, Topic.OTHER, "Chờ lâu vì chỉ có một quầy làm việc đầu giờ chiều.")
    petitions.register(
        chairman.person, room=second.counter.room, counter=second.counter, said=said, contact=petitions.Contact(),
        now=second.at + 20 * _MINUTE,
    )  # fmt: skip


def _said(event: Event, way: Way, topic: Topic, content: str) -> petitions.Said:
    return petitions.Said(
        kind=PetitionKind.FEEDBACK, topic=topic, way=way, content=content, begin_us=us(event.at - _MINUTE),
        end_us=us(event.at),
    )  # fmt: skip


def _find(chairman: Account, first: Event, last: Event, now: datetime.datetime) -> None:
    """One that was explained and concluded, one that waits for its explanation."""
    finder = Account.objects.get(username="vanphong")
    seen = first.at + 30 * _MINUTE
    row = findings.make(
        finder, room=first.counter.room_id, found=_found(first, "no_greeting", "Không mời ngồi"), now=seen
    )
    words = "Đã nhắc nhở cán bộ quầy trong buổi giao ban; bổ sung ghế chờ trước quầy."
    findings.step(chairman, row.id, kind=FindingStep.EXPLAINED, words=words, now=seen + 40 * _MINUTE)
    cases.conclude(
        finder, row.id, upheld=True, severity="minor", words="Đã nhắc nhở, khắc phục xong.", now=seen + 55 * _MINUTE
    )
    findings.make(
        finder, room=last.counter.room_id, found=_found(last, "wrong_guidance", "Hướng dẫn hai lần khác nhau"),
        now=now - _MINUTE,
    )  # fmt: skip


def _found(event: Event, situation: str, note: str) -> findings.Found:
    return findings.Found(begin_us=us(event.at - 2 * _MINUTE), end_us=us(event.at), situation=situation, note=note)
