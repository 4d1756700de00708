"""The components that are more than a class: icon, status, clock chip, person, sparkline, empty state, form.

Each is available in every template without loading. Values are escaped; a kind of status that does not exist is an
error at once, because a colour without its shape and word would be worse than no page.
"""

from collections.abc import Sequence
from datetime import timedelta

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minhbach.centre.words import Words, formats

register = template.Library()

#: Green dot, half circle, triangle, cross, dotted ring: the five states anything can have.
KINDS = ("ok", "soon", "late", "fault", "unseen")


class UnknownKind(ValueError):
    """A status that has no shape of its own."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"status {kind!r} is none of {', '.join(KINDS)}")


def _sentence(vi: str | Words, en: str | None) -> str:
    return str(vi if en is None else Words(str(vi), en))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of `static/icons/icons.svg`; decoration only: the word stands beside it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 20 20" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        static("icons/icons.svg"),
        name,
    )


@register.simple_tag
def status(kind: str, vi: str | Words, en: str | None = None, chip: bool = False) -> SafeString:
    """Word, shape and colour of one of the five states; `chip=True` puts it on its own ground."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    return format_html('<span class="status {}{}">{}</span>', kind, " chip" if chip else "", _sentence(vi, en))


@register.simple_tag
def clock_chip(left: timedelta | float, whole: timedelta | float) -> SafeString:
    """Working time left of a term, both in seconds or as lengths; the ring empties, and late is a triangle."""
    left_s, whole_s = (x.total_seconds() if isinstance(x, timedelta) else float(x) for x in (left, whole))
    length = formats.duration(left_s)
    if left_s <= 0:
        return status("late", Words("quá {length}", "{length} over").fill(length=length), chip=True)
    share = min(1.0, left_s / whole_s) if whole_s > 0 else 0.0
    return format_html(
        '<span class="status chip clock {}"><svg class="left" viewBox="0 0 32 32" aria-hidden="true">'
        '<circle cx="16" cy="16" r="8" pathLength="100" stroke-dasharray="{} 100"/></svg>{}</span>',
        "soon" if share <= 0.5 else "ok",
        round(share * 100),
        Words("còn {length}", "{length} left").fill(length=length),
    )


@register.simple_tag
def person(name: str, of: str | Words = "") -> SafeString:
    """Somebody by name, with the unit or duty they act for."""
    part = format_html(', <span class="of">{}</span>', of) if of else ""
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true">{}</span><span>{}{}</span></span>',
        formats.initials(str(name)),
        name,
        part,
    )


@register.simple_tag
def spark(values: Sequence[float], goal: float | None = None) -> SafeString:
    """The course of a week behind one figure, the last day as a dot; says nothing a reader needs beyond the figure."""
    seen = [*values, goal] if goal is not None else list(values)
    if not values:
        return SafeString("")
    low, high = min(seen), max(seen)

    def height(value: float) -> float:
        return round(26 - 20 * ((value - low) / (high - low) if high > low else 0.5), 1)

    step = 64 / max(1, len(values) - 1)
    points = [(round(4 + step * i, 1), height(value)) for i, value in enumerate(values)]
    line = format_html('<path class="goal" d="M0 {}H72"/>', height(goal)) if goal is not None else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 72 32" aria-hidden="true">{}<polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="4"/></svg>',
        line,
        " ".join(f"{x},{y}" for x, y in points),
        *points[-1],
    )


@register.inclusion_tag("components/empty.html")
def empty(vi: str | Words, en: str | None = None, *, icon: str = "list", then: str | Words = "") -> dict[str, object]:
    """Nothing here yet: what is missing, and what to do first."""
    return {"title": _sentence(vi, en), "then": then, "icon": icon}


@register.inclusion_tag("components/errors.html")
def form_errors(form: BaseForm) -> dict[str, object]:
    """All that is wrong with a form, each a way to its field; nothing while nothing is wrong."""
    fields: list[tuple[BoundField, list[str]]] = [(f, [str(e) for e in f.errors]) for f in form if f.errors]
    return {"whole": form.non_field_errors(), "fields": fields, "any": bool(form.errors)}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """One field of a form with label, hint and error, as `{{ form }}` writes each of them."""
    return {"field": bound}


@register.filter
def split(text: str) -> list[str]:
    """The words of a text, for a loop over a few fixed names."""
    return text.split()
