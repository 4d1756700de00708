"""`{% way "unit" one.unit_id %}{{ one.name }}{% endway %}`: a link where the guard lets the person in, else the words.

`{% if may|opens:url %}` asks the same where a link is more than its words.

For links that lead out of what a page is about: a list shows only what its right reaches, and needs no such question.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from minhbach.centre.access.may import May

register = template.Library()


class Way(Node):
    """A link, or its words alone."""

    def __init__(self, where: list[FilterExpression], named: dict[str, FilterExpression], inside: NodeList) -> None:
        self._where, self._named, self._inside = where, named, inside

    def render(self, context: Context) -> SafeString:
        """`class` and `query` are the link's own; the words stand either way."""
        words = self._inside.render(context)
        url, *arguments = (part.resolve(context) for part in self._where)
        url = url if str(url).startswith("/") else reverse(str(url), args=arguments)
        may: Any = context.get("may")
        if not isinstance(may, May) or not may.opens(str(url)):
            return words
        named = {name: value.resolve(context) for name, value in self._named.items()}
        extra = format_html(' class="{}"', named["class"]) if named.get("class") else ""
        # The words were rendered as a part of this template, and escaped there.
        inside = mark_safe(words)  # nosec B308 B703
        return format_html('<a href="{}{}"{}>{}</a>', url, named.get("query") or "", extra, inside)


@register.tag
def way(parser: Parser, token: Token) -> Way:
    """`{% way ROUTE [ARGUMENT …] [class=…] [query=…] %}words{% endway %}`; ROUTE may be a finished address."""
    bits = token.split_contents()[1:]
    where = [parser.compile_filter(bit) for bit in bits if "=" not in bit.split('"')[0].split("'")[0]]
    named = token_kwargs([bit for bit in bits if "=" in bit.split('"')[0].split("'")[0]], parser)
    inside = parser.parse(("endway",))
    parser.delete_first_token()
    return Way(where, named, inside)


@register.simple_tag(takes_context=True)
def foresee(context: Context, urls: Iterable[str]) -> str:
    """`{% foresee urls %}` before a list of ways whose place is not known: they are looked up at once."""
    may: Any = context.get("may")
    if isinstance(may, May):
        may.foresee(urls)
    return ""


@register.filter
def opens(may: object, url: str) -> bool:
    """Whether the guard of the address lets the person in: `{% if may|opens:url %}`."""
    return isinstance(may, May) and may.opens(url)
