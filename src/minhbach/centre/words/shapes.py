"""Sentences as the API says them."""

from ninja import Schema


class Pair(Schema):
    """A sentence in both languages."""

    vi: str
    en: str


class Why(Pair):
    """Why not, and the field that it is about, if it is about one."""

    field: str = ""
