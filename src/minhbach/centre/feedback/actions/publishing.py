"""An answered complaint is published with nobody in it, or withheld with a reason; what went out wrongly comes back.

The words are a person's own. Refused are words in which the name or telephone of who sent it still stands; that they
name nobody else is for whoever publishes, whose name is on the row.
"""

import datetime
import re
from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.feedback.models import Petition, Petitioner, PetitionEvent, Publication, StepKind
from minhbach.centre.feedback.models.petitions import CONTENT_LENGTH
from minhbach.centre.feedback.models.publications import REASON_LENGTH
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain, search_key
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import calendar_of, in_force, laws_at
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

NOT_ANSWERED = Words("Chỉ công khai phản ánh đã trả lời.", "Only what was answered is published.")
STANDS = Words("Đã có quyết định công khai; hãy tải lại trang.", "This is decided already; reload the page.")
SAY_BOTH = Words("Hãy viết cả nội dung và trả lời.", "Write both what it was about and the answer.")
SAY_WHY = Words("Hãy viết lý do.", "Say why.")
NAMED = Words(
    "Còn tên hoặc số điện thoại của người gửi trong nội dung công khai.",
    "The name or telephone of who sent it still stands in these words.",
)
NOT_OUT = Words("Nội dung này không còn được công khai.", "This is not published any more.")
_SHORTEST_NUMBER = 8


def publish_by(petition: Petition, answered_at: datetime.datetime) -> datetime.datetime:
    """Until when an answer is published: the close of business, by the rules of the day of the answer."""
    day = registry.day_of(answered_at)
    times, calendar = in_force(petition.unit_id, day).times, calendar_of(petition.unit_id, day)
    return _closing_of(times, calendar, answered_at)


def publish_by_each(answered: Collection[tuple[Petition, datetime.datetime]]) -> list[datetime.datetime]:
    """The same for many; where no regulation is in force, at once."""
    laws = laws_at({(petition.unit_id, registry.day_of(at)) for petition, at in answered})
    found = []
    for petition, at in answered:
        law = laws[petition.unit_id, registry.day_of(at)]
        found.append(_closing_of(law.rules.times, law.calendar, at) if law.rules else at)
    return found


def _closing_of(times: Times, calendar: Calendar, answered_at: datetime.datetime) -> datetime.datetime:
    local = answered_at.astimezone(registry.VIETNAM)
    return closing(calendar.after(local.date(), times.feedback_publish_wd), calendar.hours, local)


def publish(actor: Account, petition: UUID, *, what: str, answer: str, now: datetime.datetime) -> Publication:
    """Put both before the public. Raises NotPossible."""
    said = {"what": plain(what)[:CONTENT_LENGTH], "answer": plain(answer)[:CONTENT_LENGTH]}
    if not all(said.values()):
        raise NotPossible(SAY_BOTH, "what" if not said["what"] else "answer")
    for name, words in said.items():
        if _names_who_sent(petition, words):
            raise NotPossible(NAMED, name)
    return _decide(actor, petition, "petition_published", now=now, **said)


def withhold(actor: Account, petition: UUID, *, reason: str, now: datetime.datetime) -> Publication:
    """Keep it from the public, and say why. Raises NotPossible."""
    why = plain(reason)[:REASON_LENGTH]
    if not why:
        raise NotPossible(SAY_WHY, "reason")
    return _decide(actor, petition, "petition_withheld", now=now, withheld=True, reason=why)


def take_back(actor: Account, publication: UUID, *, why: str, now: datetime.datetime) -> Publication:
    """Nobody outside reads it from now on; it may be published in other words. Raises NotPossible."""
    said = plain(why)[:REASON_LENGTH]
    if not said:
        raise NotPossible(SAY_WHY, "why")
    with transaction.atomic():
        rows = Publication.objects.filter(id=publication, taken_back_at__isnull=True)
        # Two people at once: the second finds it taken back.
        if not rows.update(taken_back_at=now, taken_back_by=actor.person_id, taken_back_why=said):
            raise NotPossible(NOT_OUT)
        row = Publication.objects.get(id=publication)
        record(actor, "petition_taken_back", now=now, about=("petition", row.petition_id))
    return row


def _decide(actor: Account, petition: UUID, deed: str, *, now: datetime.datetime, **said: str | bool) -> Publication:
    if not PetitionEvent.objects.filter(petition=petition, kind=StepKind.ANSWERED).exists():
        raise NotPossible(NOT_ANSWERED)
    row = Petition.objects.select_related("room").get(id=petition)
    unit = registry.name_on(row.unit_id, registry.day_of(row.received_at)).name
    place = f"{unit}, {row.room.name}"
    found_by = search_key(" ".join((place, *(str(said[name]) for name in ("what", "answer") if name in said))))
    try:
        with transaction.atomic():
            made = Publication.objects.create(
                petition=row, place=place, found_by=found_by, at=now, by_id=actor.person_id, **said
            )
            record(actor, deed, now=now, about=("petition", petition))
    except IntegrityError:  # somebody else decided in the meantime
        raise NotPossible(STANDS) from None
    return made


def _names_who_sent(petition: UUID, words: str) -> bool:
    """Whether who sent it can be read out of the words: the whole name in any spelling, or the telephone."""
    who = Petitioner.objects.filter(petition=petition).first()
    if who is None:
        return False
    name, digits = search_key(who.name), re.sub(r"\D", "", who.phone)
    told = " ".join(re.findall(r"\w+", search_key(words)))
    if len(name.split()) > 1 and f" {name} " in f" {told} ":
        return True
    return len(digits) >= _SHORTEST_NUMBER and digits in re.sub(r"[\s.\-]", "", words)
