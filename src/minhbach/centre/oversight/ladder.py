"""What a regulation lays down for a case: forms by the day of the act, the ladder, bases, grounds. Pure, over `Rules`.

The ladder only suggests: which form is taken, a person says, with the reason where it is another. Discipline goes by
the law of the day of the act; a form that the law of that day does not know cannot be chosen.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minhbach.centre.oversight.models import RECORDING, Level
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

RECORDED = Words("Bản ghi hình, ghi âm", "The recording")
EXPLANATION = "explanation"
#: The one cause of a gap that is put down before there is a gap.
ANNOUNCED = "maintenance"
SYSTEM_SITUATION = "footage_gap"
#: On whom a form may fall that not everybody can have; what a person is, whoever proposes it says.
WHOM = {
    "leaders": Words("lãnh đạo, quản lý", "leaders and managers"),
    "elected": Words("cán bộ", "elected officials"),
    "servants": Words("công chức", "civil servants"),
}
NO_FOOTAGE = Words("Mất hình không có lý do hợp lệ", "No footage without a lawful cause")


@dataclass(frozen=True, slots=True)
class Form:
    """One step of the ladder. `times`: from which occurrence it is suggested; none where it never is by itself."""

    code: str
    words: Words
    level: Level
    whom: str
    times: int | None


def forms_on(rules: Rules, day: datetime.date) -> list[Form]:
    """The forms that there were on the day of the act, the lightest first."""
    return [
        Form(
            code, item.words, Level(item.text("level") or Level.INTERNAL.value), item.text("whom"), item.number("times")
        )
        for code, item in rules.catalogues["sanctions"].items()
        if item.holds_on(day)
    ]


def suggested(
    rules: Rules, acts: Sequence[tuple[str, int]], forms: Sequence[Form], *, serving: str = ""
) -> Form | None:
    """The one form for these acts, each a situation and the how-manieth time it is: the gravest that any of them has.

    `serving`: a form of discipline that the officer is under; then it is one degree heavier.
    """
    places = [place for situation, times in acts if (place := _place(rules, situation, times, forms)) is not None]
    if not places:
        return None
    place = max(places)
    known = [form.code for form in forms]
    if serving in known:
        place = max(place, min(known.index(serving) + 1, len(forms) - 1))
    return forms[place]


def _place(rules: Rules, situation: str, times: int, forms: Sequence[Form]) -> int | None:
    item = rules.catalogues["situations"].get(situation)
    first = item.text("sanction") if item else ""
    found = [place for place, form in enumerate(forms) if form.times is not None and form.times <= times]
    found += [place for place, form in enumerate(forms) if form.code == first]
    return max(found, default=None)


def severity_of(rules: Rules, situation: str) -> str:
    """How grave the catalogue says it is; minor where it says nothing."""
    item = rules.catalogues["situations"].get(situation)
    return (item.text("severity") if item else "") or "minor"


def bases(rules: Rules) -> Mapping[str, Words]:
    """What a conclusion may rest on, the recording first."""
    return {RECORDING: RECORDED, **rules.words("bases")}


def deferrals(rules: Rules) -> list[tuple[str, Words, bool]]:
    """Why discipline is not considered yet, and whether it is where the officer asks for it."""
    return [(code, item.words, bool(item.text("waived"))) for code, item in rules.catalogues["deferrals"].items()]


def gap_causes(rules: Rules) -> Mapping[str, Words]:
    """Lawful causes of a gap."""
    return rules.words("gap_causes")


def gap_words(rules: Rules) -> Words:
    """What a gap is called as a finding."""
    return rules.situations.get(SYSTEM_SITUATION, NO_FOOTAGE)
