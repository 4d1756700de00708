"""How a citizen's data stands on a page until somebody asks to see it."""

from django import template

register = template.Library()
KEPT = 4


@register.filter
def masked(text: str) -> str:
    """A number with its last four digits; of shorter ones and of words nothing."""
    digits = [letter for letter in text if letter.isdigit()]
    return "•••• " + "".join(digits[-KEPT:]) if len(digits) > 2 * KEPT else "••••"
