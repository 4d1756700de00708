"""The regulation as people read it: the versions of a unit, one version whole, what it changes, and on paper."""

import datetime
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import UnitKind
from minhbach.centre.registry.pages import Asked, last_is_here, unit_crumbs
from minhbach.centre.regulation import reading
from minhbach.centre.regulation.annex import annex, as_of
from minhbach.centre.regulation.document import Section, differences, document
from minhbach.centre.regulation.models import Acknowledgement, Draft, Regulation
from minhbach.centre.regulation.rules import parse
from minhbach.centre.regulation.wording import CATALOGUE_WORDS
from minhbach.centre.words import Words

HERE = Words("Quy chế", "Regulation")
FORM = Path(__file__).parents[1] / "printed" / "regulation.typ"


def kinds() -> dict[str, Words]:
    """What kinds of units are called, by code."""
    return {row.code: Words(row.name_vi, row.name_en) for row in UnitKind.objects.all()}


def regulations(request: Asked) -> HttpResponse:
    """The versions that bind the reader today, by the units where they serve."""
    day = registry.day_of(request.now)
    units = {post.unit_id for post in registry.posts(request.user.person.id, day)}
    found: dict[UUID, list[UUID]] = {}
    for unit in units:
        version = reading.version_for(tuple(reversed(registry.units_above(unit, day))), day)
        if version:
            found.setdefault(version, []).append(unit)
    rows = Regulation.objects.filter(id__in=found).order_by("id")
    names = registry.names_on({row.unit_id for row in rows} | units, day)
    context = {
        "rows": [
            {
                "row": row,
                "rules": parse(row.content),
                "issuer": names[row.unit_id].name,
                "binds": [names[unit].name for unit in found[row.id] if unit in names],
            }
            for row in rows
        ],
        "crumbs": [(HERE, None)],
    }
    return render(request, "regulation/regulations.html", context)


def of_unit(request: Asked, unit: UUID) -> HttpResponse:
    """The versions of a unit, the newest first, and its draft."""
    day = registry.day_of(request.now)
    path = tuple(reversed(registry.units_above(unit, day)))
    binding = reading.version_for(path, day)
    rows = list(Regulation.objects.filter(unit=unit).order_by("-number"))
    from_above = Regulation.objects.filter(id=binding).exclude(unit=unit).first() if binding else None
    names = registry.names_on({unit, *([from_above.unit_id] if from_above else [])}, day)
    context = {
        "unit": unit,
        "name": names[unit].name if unit in names else "",
        "rows": rows,
        "binding": binding,
        "from_above": from_above,
        "issuer": names[from_above.unit_id].name if from_above else "",
        "today": day,
        "draft": Draft.objects.filter(unit=unit, closed_at__isnull=True).select_related("begun_by").first(),
        "crumbs": unit_crumbs(unit, day, (HERE, None)),
    }
    return render(request, "regulation/of_unit.html", context)


def version(request: Asked, regulation: UUID) -> HttpResponse:
    """One version whole, beside what it changed of the one before."""
    row = get_object_or_404(Regulation, id=regulation)
    day, named = registry.day_of(request.now), kinds()
    rules = parse(row.content)
    before = Regulation.objects.filter(unit=row.unit_id, number__lt=row.number).order_by("-number").first()
    naming = registry.names_on({row.unit_id}, row.valid_from).get(row.unit_id)
    sections = document(rules, named)
    context = {
        "row": row,
        "rules": rules,
        "issuer": naming.name if naming else "",
        "roles": _of(sections, "role-"),
        "times": _of(sections, "times-"),
        "others": [each for each in sections if not each.code.startswith(("role-", "times-"))],
        "catalogues": CATALOGUE_WORDS,
        "beside": annex(row, beside_on := as_of(row, day)),
        "beside_on": beside_on,
        "before": before,
        "changes": differences(parse(before.content), rules, named) if before else [],
        "state": _state(row, day),
        "confirmed": Acknowledgement.objects.filter(regulation=row, person_id=request.user.person.id).first(),
        "binds": reading.binds(row, request.user.person.id, day),
        "crumbs": last_is_here(
            unit_crumbs(
                row.unit_id, day, (HERE, reverse("unit_regulation", args=[row.unit_id])), (str(row.number), None)
            )
        ),
    }
    return render(request, "regulation/version.html", context)


def _of(sections: list[Section], start: str) -> list[Section]:
    return [each for each in sections if each.code.startswith(start)]


def _state(row: Regulation, day: object) -> tuple[str, Words]:
    if row.valid_from > day:  # type: ignore[operator]  # a date, as the field is
        return "soon", Words("Chưa có hiệu lực", "Not in force yet")
    if row.valid_until and row.valid_until <= day:  # type: ignore[operator]
        return "idle", Words("Hết hiệu lực", "No longer in force")
    return "ok", Words("Đang có hiệu lực", "In force")


def version_pdf(request: Asked, regulation: UUID) -> HttpResponse:
    """The same on paper: exactly what the system enforces, with the hash of it; what is laid down beside it, as of a
    day on which it is in force, is the annex.
    """
    row = get_object_or_404(Regulation, id=regulation)
    naming = registry.names_on({row.unit_id}, row.valid_from).get(row.unit_id)
    rules, day = parse(row.content), as_of(row, registry.day_of(request.now))
    values = {
        "title": rules.title.vi,
        "unit": naming.name if naming else "",
        "number": str(row.number),
        "decision": row.decision_number,
        "from": row.valid_from.strftime("%d/%m/%Y"),
        "until": row.valid_until.strftime("%d/%m/%Y") if row.valid_until else "",
        "digest": row.digest,
        "sections": _printed(document(rules, kinds())),
        "as_of": day.strftime("%d/%m/%Y"),
        "annex": _printed(annex(row, day)),
    }
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=registry.VIETNAM)
    data = pdf(FORM, values, at=max(row.issued_at, midnight))
    headers = {"Content-Disposition": f'inline; filename="quy-che-{row.number}.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _printed(sections: list[Section]) -> list[dict[str, object]]:
    return [
        {"title": each.title.vi, "lines": [[line.about.vi, _vi(line.says)] for line in each.lines]} for each in sections
    ]


def _vi(words: Words) -> str:
    return words.vi.format(**dict(words.values)) if words.values else words.vi
