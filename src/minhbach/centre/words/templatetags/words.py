"""`{% t "Đăng nhập" "Sign in" %}` and the formats of numbers and times, for every template.

Both languages stand at the place where they are read. The filters are those of `words.formats`; what has no value is
written as nothing, never as `None`.
"""

from collections.abc import Callable
from functools import wraps

from django import template

from minhbach.centre.words import Words, formats

register = template.Library()


@register.simple_tag
def t(vi: str, en: str, **values: object) -> str:
    """The sentence in the language of the request; values are escaped like any other text of a template."""
    return str(Words(vi, en).fill(**values))


def _filter(name: str, write: Callable[..., str]) -> None:
    @wraps(write)
    def absent(value: object, *arguments: object) -> str:
        return "" if value is None or value == "" else write(value, *arguments)

    register.filter(name, absent)


for _name in (
    "number",
    "percent",
    "size",
    "day",
    "weekday",
    "clock",
    "minute",
    "moment",
    "span",
    "hour",
    "duration",
    "initials",
):
    _filter(_name, getattr(formats, _name))
