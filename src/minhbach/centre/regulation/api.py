"""JSON of the regulation: versions as they are read and enforced, their catalogues, what they change, and drafts.

Parses, calls one read or one action, answers. What asks for the reader's reach (confirmations, directives) stands in
`access.governing_api`.
"""

import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.api import actor_of, now_of
from minhbach.centre.registry.models import UnitKind
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import drafting
from minhbach.centre.regulation.catalogues import Content, content_of
from minhbach.centre.regulation.columns import CATALOGUES
from minhbach.centre.regulation.document import Change, differences, document
from minhbach.centre.regulation.models import Draft, Regulation
from minhbach.centre.regulation.rules import parse
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair, Why

router = Router(tags=["regulation"])
drafts = Router(tags=["regulation"])
of_units = Router(tags=["regulation"])


class VersionListed(Schema):
    """A version of a unit; `valid_until` is the first day on which it holds no more."""

    id: UUID
    unit: UUID
    number: int
    decision_number: str
    valid_from: datetime.date
    valid_until: datetime.date | None
    digest: str


class RuleLine(Schema):
    """One rule as it is read."""

    code: str
    about: Pair
    says: Pair


class SectionTold(Schema):
    """Rules that belong together."""

    code: str
    title: Pair
    lines: list[RuleLine]


class VersionTold(VersionListed):
    """A version whole: `content` is what is enforced, `sections` the same as people read it."""

    content: dict[str, Any]
    sections: list[SectionTold]


class ChangeTold(Schema):
    """A line that differs; null where a version has no such line."""

    section: Pair
    about: Pair
    was: Pair | None
    becomes: Pair | None


class ItemTold(Schema):
    """An item of a catalogue with what its columns lay down."""

    code: str
    vi: str
    en: str
    laid_down: dict[str, Any]


class DraftTold(Schema):
    """A draft: it binds nobody. `troubles`: why it could not be issued as it is."""

    id: UUID
    unit: UUID
    base: UUID
    content: dict[str, Any]
    changes: list[ChangeTold]
    troubles: list[Pair]


class NewContent(Schema):
    """All of the draft, in the place of what is there."""

    content: dict[str, Any]


class NewVersion(Schema):
    """By which decision, from which day."""

    decision_number: Annotated[str, Field(max_length=60)]
    valid_from: datetime.date


@of_units.get("/{uuid:unit}/regulations", response=list[VersionListed], summary="Versions of a unit")
def of_unit(request: HttpRequest, unit: UUID) -> list[dict[str, object]]:
    """Its own, the newest first."""
    return [_listed(row) for row in Regulation.objects.filter(unit=unit).order_by("-number")]


@of_units.post("/{uuid:unit}/regulation-drafts", response={201: DraftTold, 422: Why}, summary="Begin a draft")
def begin(request: HttpRequest, unit: UUID) -> Status[object]:
    """From the version that binds the unit today."""
    try:
        row = drafting.begin(actor_of(request), unit=unit, now=now_of(request))
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(201, _draft(request, row))


@router.get("/{uuid:regulation}", response=VersionTold, summary="A version whole")
def version(request: HttpRequest, regulation: UUID) -> dict[str, object]:
    """What is enforced, and as it is read."""
    row = get_object_or_404(Regulation, id=regulation)
    sections = [
        {
            "code": section.code,
            "title": _pair(section.title),
            "lines": [
                {"code": line.code, "about": _pair(line.about), "says": _pair(line.says)} for line in section.lines
            ],
        }
        for section in document(parse(row.content), _kinds())
    ]
    return _listed(row) | {"content": row.content, "sections": sections}


@router.get("/{uuid:regulation}/differences", response=list[ChangeTold], summary="What a version changed")
def changes(request: HttpRequest, regulation: UUID) -> list[dict[str, object]]:
    """Against the version of the unit before it; empty for the first."""
    row = get_object_or_404(Regulation, id=regulation)
    before = Regulation.objects.filter(unit=row.unit_id, number__lt=row.number).order_by("-number").first()
    if before is None:
        return []
    return [_change(each) for each in differences(parse(before.content), parse(row.content), _kinds())]


@router.get("/{uuid:regulation}/catalogues/{slug:name}", response=list[ItemTold], summary="A catalogue of a version")
def catalogue(request: HttpRequest, regulation: UUID, name: str) -> list[dict[str, object]]:
    """In its order."""
    if name not in CATALOGUES:
        raise Http404
    rules = parse(get_object_or_404(Regulation, id=regulation).content)
    return [_item(code, content_of(item)) for code, item in rules.catalogues[name].items()]


@drafts.get("/{uuid:draft}", response=DraftTold, summary="A draft")
def draft(request: HttpRequest, draft: UUID) -> dict[str, object]:
    """What it would change, and what keeps it from being issued."""
    return _draft(request, get_object_or_404(Draft, id=draft, closed_at__isnull=True))


@drafts.put("/{uuid:draft}", response={200: DraftTold, 422: Why}, summary="Write a draft")
def write(request: HttpRequest, draft: UUID, new: NewContent) -> Status[object]:
    """The whole content; refused where it is no regulation."""
    row = get_object_or_404(Draft, id=draft)

    def put(content: dict[str, Any]) -> None:
        content.clear()
        content.update(new.content)

    try:
        drafting.change(actor_of(request), row, put, now=now_of(request))
    except NotPossible as refused:
        return Status(422, _why(refused))
    row.refresh_from_db()
    return Status(200, _draft(request, row))


@drafts.post("/{uuid:draft}/issue", response={201: VersionListed, 422: Why}, summary="Issue a draft")
def issue(request: HttpRequest, draft: UUID, new: NewVersion) -> Status[object]:
    """Whom it binds are told; it cannot be changed any more."""
    row = get_object_or_404(Draft, id=draft)
    try:
        made = drafting.issue(actor_of(request), row, now=now_of(request), **new.dict())
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(201, _listed(made))


@drafts.delete("/{uuid:draft}", response={204: None, 422: Why}, summary="Drop a draft")
def drop(request: HttpRequest, draft: UUID) -> Status[object]:
    """It is closed and kept."""
    try:
        drafting.drop(actor_of(request), get_object_or_404(Draft, id=draft), now=now_of(request))
    except NotPossible as refused:
        return Status(422, _why(refused))
    return Status(204, None)


def _kinds() -> dict[str, Words]:
    return {row.code: Words(row.name_vi, row.name_en) for row in UnitKind.objects.all()}


def _listed(row: Regulation) -> dict[str, object]:
    return {
        "id": row.id, "unit": row.unit_id, "number": row.number, "decision_number": row.decision_number,
        "valid_from": row.valid_from, "valid_until": row.valid_until, "digest": row.digest,
    }  # fmt: skip


def _draft(request: HttpRequest, row: Draft) -> dict[str, object]:
    rules = parse(row.content)
    return {
        "id": row.id, "unit": row.unit_id, "base": row.base_id, "content": row.content,
        "changes": [_change(each) for each in differences(parse(row.base.content), rules, _kinds())],
        "troubles": [_pair(each) for each in drafting.obstacles(actor_of(request), row, day_of(now_of(request)))],
    }  # fmt: skip


def _change(change: Change) -> dict[str, object]:
    return {
        "section": _pair(change.section), "about": _pair(change.about),
        "was": _pair(change.was) if change.was else None,
        "becomes": _pair(change.becomes) if change.becomes else None,
    }  # fmt: skip


def _item(code: str, content: Content) -> dict[str, object]:
    return {
        "code": code, "vi": content["vi"], "en": content["en"],
        "laid_down": {key: value for key, value in content.items() if key not in ("vi", "en")},
    }  # fmt: skip


def _pair(words: Words) -> dict[str, str]:
    vi, en = both(words)
    return {"vi": vi, "en": en}


def _why(refused: NotPossible) -> dict[str, str]:
    return _pair(refused.words) | {"field": refused.field}
