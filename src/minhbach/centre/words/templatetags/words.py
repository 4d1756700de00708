"""`{% t "Đăng nhập" "Sign in" %}`: both languages stand at the place where they are read."""

from django import template

from minhbach.centre.words import Words

register = template.Library()


@register.simple_tag
def t(vi: str, en: str, **values: object) -> str:
    """The sentence in the language of the request; values are escaped like any other text of a template."""
    return str(Words(vi, en, tuple(values.items())))
