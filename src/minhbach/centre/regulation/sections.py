"""The parts of a draft that are changed one at a time: what the form begins with, and what it writes into the content.

A content is the JSON of a version (`rules`). Nothing here decides; `drafting.change` checks the whole.
"""

from collections.abc import Mapping
from typing import Any

from minhbach.centre.regulation.catalogues import Content as ItemContent
from minhbach.centre.regulation.catalogues import as_rows, content_of
from minhbach.centre.regulation.columns import CATALOGUES
from minhbach.centre.regulation.items import Item
from minhbach.centre.regulation.rules import ROOM_TYPES, Scope, parse, ranked
from minhbach.centre.regulation.wording import UNIT

Content = dict[str, Any]
PLACES = (*ROOM_TYPES, UNIT)


def role_initial(content: Content, code: str) -> dict[str, Any]:
    """A role as the fields of `RoleForm`."""
    role = content["roles"][code]
    order = ["", *parse(content).roles]
    values = {"vi": role["vi"], "en": role["en"], "held_at": role["held_at"], "after": order[order.index(code) - 1]}
    for place in PLACES:
        cell = role.get(place, {})
        values[f"{place}_rights"] = cell.get("rights", [])
        values[f"{place}_scope"] = cell.get("scope", Scope.OWN.value)
    return values


def write_role(content: Content, code: str, values: dict[str, Any]) -> None:
    """The fields of `RoleForm` as a role; a place without a right is left out."""
    role = content["roles"][code]
    role.update(vi=values["vi"], en=values["en"], held_at=sorted(values["held_at"]))
    for place in PLACES:
        role.pop(place, None)
        if rights := values[f"{place}_rights"]:
            role[place] = {"scope": values[f"{place}_scope"], "rights": rights}
    if values["after"] != role_initial(content, code)["after"]:
        place_role(content, code, values["after"])


def add_role(content: Content, code: str, like: str) -> None:
    """A role that begins as another one is, and stands after it."""
    content["roles"][code] = {**content["roles"][like]}
    place_role(content, code, like)


def place_role(content: Content, code: str, after: str) -> None:
    """Have the role stand right after another; first of all where there is no such role."""
    order = [each for each in parse(content).roles if each != code]
    order.insert(order.index(after) + 1 if after in order else 0, code)
    ranked(order, content["roles"])


def drop_role(content: Content, code: str) -> None:
    """The role is none any more."""
    content["roles"].pop(code, None)


def times_initial(content: Content) -> dict[str, int]:
    """Every period, also those that the content leaves to what is known since later."""
    times = parse(content).times
    return {name: getattr(times, name) for name in times.__dataclass_fields__}


def write_times(content: Content, values: dict[str, int]) -> None:
    """The periods of `TimesForm`."""
    content["times"] = dict(values)


def calendar_initial(content: Content) -> dict[str, Any]:
    """Hours and days as the fields of `CalendarForm`, also those that the content leaves to what ships."""
    rules = parse(content)
    return {
        "weekdays": [str(day) for day in rules.hours.weekdays],
        "spans": ", ".join(f"{begin}-{end}" for begin, end in rules.hours.spans),
        "reception_days": ", ".join(map(str, rules.reception.days)),
        "closed": rules.reception.closed,
        "delegation": rules.reception.delegation,
        "reporters": list(rules.report.reporters),
        "reminders": ", ".join(map(str, rules.report.reminders)),
        "report_closed": rules.report.closed,
    }


def write_calendar(content: Content, values: dict[str, Any]) -> None:
    """The fields of `CalendarForm`."""
    content["hours"] = {"weekdays": sorted(map(int, values["weekdays"])), "spans": values["spans"]}
    content["reception"] = {
        "days": values["reception_days"],
        "closed": values["closed"],
        "delegation": values["delegation"],
    }
    # In the order that is there: another one would show as a change that nobody made.
    stood = parse(content).report.reporters
    kept = [code for code in stood if code in values["reporters"]]
    reporters = [*kept, *(code for code in content["bodies"] if code in values["reporters"] and code not in stood)]
    content["report"] = {
        "reminders": values["reminders"],
        "closed": values["report_closed"],
        "reporters": reporters,
    }


def catalogue_initial(content: Content, name: str) -> dict[str, str]:
    """A catalogue as lines, its columns with bars between; empty ones at the end are left out."""
    rows = as_rows(parse(content), name)[1:]
    return {"lines": "\n".join(" | ".join(row).rstrip("| ") for row in rows)}


def write_catalogue(content: Content, name: str, items: dict[str, ItemContent], *, keep: bool = False) -> None:
    """The items in their order, in place of what is there; with `keep`, over and after it.

    What refers to an item that is none any more loses the reference, where it can be without; `parse` refuses the rest.
    """
    before = parse(content).catalogues
    kept = {code: content_of(item) for code, item in before[name].items()} if keep else {}
    content[name] = {**kept, **items}
    ranked([*kept, *(code for code in items if code not in kept)], content[name])
    for other, catalogue in CATALOGUES.items():
        for column in catalogue.columns:
            if column.of == name and not column.needed:
                _let_go(content, other, column.key, before[other])


def _let_go(content: Content, name: str, key: str, items: Mapping[str, Item]) -> None:
    """The items of a catalogue refer by this column to nothing that is gone."""
    there = content[next(column.of for column in CATALOGUES[name].columns if column.key == key)]
    if all(item.text(key) in there for item in items.values() if item.text(key)):
        return
    left = {code: content_of(item) for code, item in items.items()}
    for item in left.values():
        if item.get(key) not in there:
            item.pop(key, None)
    content[name] = left
    ranked(left, left)
