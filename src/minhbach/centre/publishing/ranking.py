"""Score sheets and the league table as people read them; reads only, in as many queries for 600 units as for six.

A unit has a place once its sheet is settled; the others stand below with what is there so far. Sheets of a year ago are
read by the criteria of their own version. Units with as many points share a place, and the next place counts them.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from minhbach.centre.access.deciding import decide_any
from minhbach.centre.access.judging import Standing
from minhbach.centre.access.places import Place, paths_of
from minhbach.centre.publishing.models import Score, ScoreKind, Scoring, ScoringStep, ScoringStepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.laid_down import Criterion, Grade, ScoreSheet, score_sheets
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

#: Any of these at a unit shows its row and its sheet.
READERS = (Right.FIGURES, Right.SCORE, Right.APPRAISE)
#: Earlier periods that stand beside a place.
BEFORE = 5
#: Larger wholes are microseconds or great numbers: a share of them says more.
_READ_AS_SHARE = 100_000
WITH_UNIT = Words("Đơn vị tự chấm", "The unit scores itself")
LATE = Words("Quá hạn tự chấm", "Self-score overdue")
STATES = {
    None: ("soon", WITH_UNIT),
    ScoringStepKind.HANDED_IN: ("soon", Words("Chờ thẩm định", "To be appraised")),
    ScoringStepKind.RETURNED: ("late", Words("Trả lại để chấm lại", "Returned")),
    ScoringStepKind.SETTLED: ("ok", Words("Đã thẩm định", "Appraised")),
}
STEPS = {
    ScoringStepKind.HANDED_IN: Words("Gửi điểm tự chấm", "Handed in"),
    ScoringStepKind.RETURNED: Words("Trả lại", "Returned"),
    ScoringStepKind.SETTLED: Words("Thẩm định xong", "Settled"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with its scores; of each kind the newest counts, all are there."""

    criterion: Criterion
    counted: Score | None
    own: tuple[Score, ...]
    appraised: tuple[Score, ...]

    @property
    def self_tenths(self) -> int | None:
        """What the unit gives itself, in tenths of a point."""
        return self.own[-1].tenths if self.own else None

    @property
    def appraised_tenths(self) -> int | None:
        """What was appraised."""
        return self.appraised[-1].tenths if self.appraised else None

    @property
    def share(self) -> str:
        """The fraction that was counted, as it is read: a share where its numbers say nothing to people."""
        if self.counted is None or not self.counted.whole:
            return ""
        part, whole = self.counted.part or 0, self.counted.whole
        if whole > _READ_AS_SHARE:
            return formats.percent(Decimal(part * 1000 // whole) / 1000)
        return f"{part}/{whole}"

    @property
    def proposed(self) -> int | None:
        """What a form begins with where nobody scored yet: the counted points."""
        return self.counted.tenths if self.counted else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A score sheet of a unit with everything on it."""

    scoring: Scoring
    unit_name: str
    sheet: ScoreSheet
    lines: tuple[Line, ...]
    steps: tuple[ScoringStep, ...]

    @property
    def last(self) -> str | None:
        """The kind of the last step, none where there is none."""
        return self.steps[-1].kind if self.steps else None

    def state_at(self, now: datetime.datetime) -> tuple[str, Words]:
        """How it stands."""
        return state_of(self.last, self.scoring, now)

    @property
    def totals(self) -> tuple[int | None, int | None, int | None]:
        """Tenths counted, given by the unit, appraised; none where no criterion was scored so."""
        return (
            _sum(line.proposed for line in self.lines),
            _sum(line.self_tenths for line in self.lines),
            _sum(line.appraised_tenths for line in self.lines),
        )

    @property
    def grade(self) -> Grade | None:
        """What it comes to, once settled."""
        return self.sheet.grade(self.totals[2] or 0) if self.last == ScoringStepKind.SETTLED else None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in the league table; `place` is none until its sheet is settled. `before`: places, the oldest first."""

    scoring: Scoring
    unit_name: str
    place: int | None
    own: int | None
    appraised: int | None
    most: int
    grade: Grade | None
    state: tuple[str, Words]
    before: tuple[tuple[datetime.date, int | None], ...] = ()

    @property
    def moved(self) -> int | None:
        """How many places better than in the period before; less than 0 is worse, none where one is missing."""
        earlier = self.before[-1][1] if self.before else None
        return earlier - self.place if earlier and self.place else None

    @property
    def course(self) -> tuple[float, ...]:
        """Its places over the periods for a small picture, better ones higher; nothing where there is but one."""
        places = [*(place for _, place in self.before), self.place]
        known = tuple(-float(place) for place in places if place)
        return known if len(known) > 1 else ()

    @property
    def fell(self) -> int:
        """How many places worse, where it is worse."""
        return max(0, -(self.moved or 0))

    @property
    def own_said(self) -> str:
        """What the unit gave itself, as it is read."""
        return points(self.own)

    @property
    def appraised_said(self) -> str:
        """What was appraised, as it is read."""
        return points(self.appraised)


@dataclass(frozen=True, slots=True)
class League:
    """One sheet in one period."""

    code: str
    words: Words
    first_day: datetime.date
    last_day: datetime.date
    #: The units that are shown; places are among all.
    rows: tuple[Ranked, ...]
    #: How many units have a place, and how many there are, shown or not.
    settled: int
    units: int


def periods(sheet: str) -> list[datetime.date]:
    """The first days of the periods that were opened for a sheet, the newest first."""
    return list(
        Scoring.objects.filter(sheet=sheet).order_by("-first_day").values_list("first_day", flat=True).distinct()[:24]
    )


def sheets() -> dict[str, Words]:
    """Every sheet that was ever opened, by code, as its newest version calls it. Two queries."""
    newest = Scoring.objects.order_by("sheet", "-first_day").distinct("sheet").values_list("sheet", "regulation")
    return {code: _sheet(version, code).words for code, version in newest}


Shown = Callable[[Collection[UUID], datetime.date], Collection[UUID]]


def reach_of(standing: Standing) -> Shown:
    """Which of some units the person may see in the table, by the tree of a day. One query when it is asked."""

    def within(units: Collection[UUID], day: datetime.date) -> set[UUID]:
        paths = paths_of(set(units), day)
        return {unit for unit in units if decide_any(standing, READERS, Place(unit, paths[unit])).allowed}

    return within


def league(
    sheet: str, first_day: datetime.date, *, now: datetime.datetime, shown: Shown | None = None
) -> League | None:
    """The league table of a sheet in the period that begins on the day; none where it was not opened.

    `shown`: whose rows stand in it, all where it is not said; a place is among all units.
    """
    rows = list(with_state(Scoring.objects.filter(sheet=sheet, first_day=first_day)))
    if not rows:
        return None
    days = [first_day, *Scoring.objects.filter(sheet=sheet, first_day__lt=first_day).order_by("-first_day")
            .values_list("first_day", flat=True).distinct()[:BEFORE]]  # fmt: skip
    earlier = list(with_state(Scoring.objects.filter(sheet=sheet, first_day__in=days[1:])))
    sums = _sums([row.id for row in (*rows, *earlier)])
    names = registry.names_on({row.unit_id for row in rows}, rows[0].last_day)
    history = {day: _places([row for row in earlier if row.first_day == day], sums) for day in sorted(days[1:])}
    places = _places(rows, sums)
    seen = shown({row.unit_id for row in rows}, rows[0].last_day) if shown else {row.unit_id for row in rows}
    told = [
        _ranked(row, names[row.unit_id].name if row.unit_id in names else "", sums, places, history, now)
        for row in rows
        if row.unit_id in seen
    ]
    told.sort(key=lambda row: (row.place is None, row.place or 0, sort_key(row.unit_name or "?")))
    version = _sheet(rows[0].regulation_id, sheet)
    return League(sheet, version.words, first_day, rows[0].last_day, tuple(told), len(places), len(rows))


def state_of(last: str | None, row: Scoring, now: datetime.datetime) -> tuple[str, Words]:
    """Kind of status and words of a sheet whose last step is this one: late where its unit let its day pass."""
    if last is None and registry.day_of(now) > row.self_by:
        return ("late", LATE)
    return STATES[ScoringStepKind(last) if last else None]


def sheet_of(scoring: UUID) -> Sheet:
    """One sheet with everything on it. Raises Scoring.DoesNotExist."""
    row = Scoring.objects.get(id=scoring)
    found: dict[tuple[str, str], list[Score]] = {}
    for score in Score.objects.filter(scoring=row).select_related("by").order_by("serial"):
        found.setdefault((score.criterion, score.kind), []).append(score)
    lines = tuple(
        Line(
            criterion,
            next(reversed(found.get((criterion.code, ScoreKind.COUNTED), [])), None),
            tuple(found.get((criterion.code, ScoreKind.SELF), ())),
            tuple(found.get((criterion.code, ScoreKind.APPRAISED), ())),
        )
        for criterion in _sheet(row.regulation_id, row.sheet).criteria
    )
    steps = tuple(ScoringStep.objects.filter(scoring=row).select_related("by").order_by("serial"))
    name = registry.names_on({row.unit_id}, row.last_day).get(row.unit_id)
    return Sheet(row, name.name if name else "", _sheet(row.regulation_id, row.sheet), lines, steps)


def with_state(rows: QuerySet[Scoring]) -> QuerySet[Scoring]:
    """Each with the kind of its last step as `last_kind`."""
    steps = ScoringStep.objects.filter(scoring=OuterRef("pk")).order_by("-serial")
    return rows.annotate(last_kind=Subquery(steps.values("kind")[:1]))


def waiting(since: datetime.date) -> list[Scoring]:
    """Sheets that nobody has settled and that were to be appraised on the day or later, each with its `last_kind`."""
    rows = with_state(Scoring.objects.filter(appraised_by__gte=since))
    rows = rows.filter(Q(last_kind__isnull=True) | ~Q(last_kind=ScoringStepKind.SETTLED))
    return list(rows.order_by("first_day", "sheet", "id"))


def handed_in_by(person: UUID, sheets: Collection[UUID]) -> set[UUID]:
    """Those of the sheets that this person handed in, and so does not settle."""
    steps = ScoringStep.objects.filter(scoring__in=sheets, kind=ScoringStepKind.HANDED_IN, by=person)
    return set(steps.values_list("scoring", flat=True))


def sheet_words(row: Scoring) -> Words:
    """What the sheet is called in its own version."""
    return _sheet(row.regulation_id, row.sheet).words


def points(tenths: int | None) -> str:
    """Tenths of a point as they are read: "7,5", in English "7.5"; a dash for none."""
    if tenths is None:
        return "–"
    whole, rest = divmod(tenths, 10)
    # Without the mark of thousands: a form begins with these words and takes none.
    return f"{whole}{'.' if formats.english() else ','}{rest}" if rest else str(whole)


def _sum(scores: Iterable[int | None]) -> int | None:
    known = [each for each in scores if each is not None]
    return sum(known) if known else None


@lru_cache(maxsize=256)
def _sheet(version: UUID, code: str) -> ScoreSheet:
    # A version never changes, so its id stands for what it says.
    return next(sheet for sheet in score_sheets(regulation.rules_of(version)) if sheet.code == code)


def _sums(ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """The newest scores added up, by sheet and kind. One query."""
    rows = Score.objects.filter(scoring__in=ids).order_by("scoring", "criterion", "kind", "-serial")
    sums: dict[tuple[UUID, str], int] = {}
    for scoring, kind, tenths in rows.distinct("scoring", "criterion", "kind").values_list("scoring", "kind", "tenths"):
        sums[scoring, kind] = sums.get((scoring, kind), 0) + tenths
    return sums


def _places(rows: Sequence[Scoring], sums: dict[tuple[UUID, str], int]) -> dict[UUID, int]:
    """The place of each unit whose sheet is settled, by its share of the most it could have."""
    settled = [row for row in rows if row.last_kind == ScoringStepKind.SETTLED]  # type: ignore[attr-defined]
    shares = {
        row.unit_id: sums.get((row.id, ScoreKind.APPRAISED.value), 0)
        / (_sheet(row.regulation_id, row.sheet).points or 1)
        for row in settled
    }
    order = sorted(shares.values(), reverse=True)
    return {unit: order.index(share) + 1 for unit, share in shares.items()}


def _ranked(
    row: Scoring,
    name: str,
    sums: dict[tuple[UUID, str], int],
    places: dict[UUID, int],
    history: dict[datetime.date, dict[UUID, int]],
    now: datetime.datetime,
) -> Ranked:
    last = row.last_kind  # type: ignore[attr-defined]  # `with_state` annotates it
    sheet = _sheet(row.regulation_id, row.sheet)
    settled = last == ScoringStepKind.SETTLED
    appraised = sums.get((row.id, ScoreKind.APPRAISED.value)) if settled else None
    return Ranked(
        row, name, places.get(row.unit_id), sums.get((row.id, ScoreKind.SELF.value)), appraised, sheet.points,
        sheet.grade(appraised) if appraised is not None else None, state_of(last, row, now),
        tuple((day, found.get(row.unit_id)) for day, found in history.items()),
    )  # fmt: skip
