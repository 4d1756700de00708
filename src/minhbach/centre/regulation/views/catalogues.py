"""The catalogues of a draft, typed or taken over from a file, and of any version as the same files back."""

import base64
import binascii
import json
import zlib
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from minhbach.centre.registry.pages import Asked, FormPage, answer
from minhbach.centre.registry.tables import LONGEST_CELL, MOST_ROWS, NotATable, rows_of, written
from minhbach.centre.registry.workbooks import MEDIA_TYPE, workbook
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import catalogues, drafting, sections
from minhbach.centre.regulation.catalogues import as_rows, columns_of, errors_as_rows, headings_of
from minhbach.centre.regulation.columns import CATALOGUES
from minhbach.centre.regulation.forms import CatalogueFileForm, CatalogueForm
from minhbach.centre.regulation.models import Regulation
from minhbach.centre.regulation.rules import Rules, parse
from minhbach.centre.regulation.views.drafts import SAVED, draft_crumbs, draft_part, open_draft
from minhbach.centre.regulation.wording import CATALOGUE_WORDS
from minhbach.centre.words import Words

TAKE = Words("Nhập vào dự thảo", "Take it into the draft")
NOTHING_TAKEN = Words(
    "Chưa nhập dòng nào: sửa các dòng nêu dưới đây rồi nhập lại.",
    "Nothing was taken over: mend the rows named below, then try again.",
)
#: How many wrong rows stand on the page; the sheet that can be taken along has all.
SHOWN = 50
#: What a table may unpack to when it comes back from the page that refused it.
_MOST_TEXT = 12_000_000


def catalogue(request: Asked, draft: UUID, name: str) -> HttpResponse:
    """Words by code, one a line."""
    row = open_draft(draft)
    rules = _rules_with(row.content, name)
    initial = sections.catalogue_initial(row.content, name)
    form = CatalogueForm(request.POST or None, initial=initial, name=name, rules=rules)
    return draft_part(
        request, row, CATALOGUE_WORDS[name], form,
        lambda content, values: sections.write_catalogue(content, name, values["lines"]), initial,
        "regulation/catalogue.html", {"draft": row, "name": name, "count": len(rules.catalogues[name])},
    )  # fmt: skip


def catalogue_import(request: Asked, draft: UUID, name: str) -> HttpResponse:
    """A catalogue from a file: all of it or nothing, with every row that is wrong named and taken along."""
    row = open_draft(draft)
    rules = _rules_with(row.content, name)
    back = reverse("draft_catalogue", args=[draft, name])
    heading = Words("Nhập từ tệp: {what}", "From a file: {what}").fill(what=CATALOGUE_WORDS[name])
    page = FormPage(
        heading=heading,
        lead=Words("Nhập hết hoặc không nhập gì; nhập lại cùng tệp không đổi gì.", "All or nothing; again, no change."),
        submit=TAKE,
        back=back,
        crumbs=draft_crumbs(request, row, reverse("draft", args=[draft]), heading),
        done=SAVED,
        template="regulation/catalogue_import.html",
    )
    extra: dict[str, object] = {
        "draft": row,
        "name": name,
        "headings": [words.vi for words in headings_of(name)],
    }

    def take(values: dict[str, Any]) -> str:
        try:
            rows = rows_of(values["file"].read())
        except NotATable as problem:
            raise NotPossible(problem.words, "file") from None
        found, wrong = catalogues.read(rows, name, rules)
        if wrong:
            extra.update(wrong=wrong[:SHOWN], count=len(wrong), table=_folded(rows))
            raise NotPossible(NOTHING_TAKEN, "file")
        keep = values["mode"] == "add"
        drafting.change(
            request.user.person, row,
            lambda content: sections.write_catalogue(content, name, found, keep=keep), now=request.now,
        )  # fmt: skip
        return reverse("draft", args=[draft])

    form = CatalogueFileForm(request.POST or None, request.FILES or None, initial={"mode": "replace"})
    return answer(request, page, form, take, extra)


def catalogue_errors(request: Asked, draft: UUID, name: str) -> HttpResponse:
    """The table that was refused, with a last column that says what is to be mended; read again, kept nowhere."""
    row = open_draft(draft)
    rows = _unfolded(request.POST.get("table", ""))
    _, wrong = catalogues.read(rows, name, _rules_with(row.content, name))
    widths = [*(column.width for column in columns_of(name)), 60]
    data = workbook(errors_as_rows(rows, wrong), widths=widths, last_is_wrong=True)
    return _file(data, MEDIA_TYPE, f"can-sua-{name}.xlsx")


def draft_catalogue_file(request: Asked, draft: UUID, name: str) -> HttpResponse:
    """The catalogue as the draft has it, to be filled in and taken over again."""
    return _as_workbook(_rules_with(open_draft(draft).content, name), name)


def regulation_catalogue(request: Asked, regulation: UUID, name: str) -> HttpResponse:
    """A catalogue of a version as a workbook."""
    return _as_workbook(_rules_with(get_object_or_404(Regulation, id=regulation).content, name), name)


def regulation_catalogue_csv(request: Asked, regulation: UUID, name: str) -> HttpResponse:
    """The same as CSV."""
    rules = _rules_with(get_object_or_404(Regulation, id=regulation).content, name)
    return _file(written(as_rows(rules, name)), "text/csv; charset=utf-8", f"{name}.csv")


def _rules_with(content: dict[str, Any], name: str) -> Rules:
    if name not in CATALOGUES:
        raise Http404
    return parse(content)


def _as_workbook(rules: Rules, name: str) -> HttpResponse:
    widths = [column.width for column in columns_of(name)]
    sheet = CATALOGUE_WORDS[name].vi
    return _file(workbook(as_rows(rules, name), widths=widths, sheet=sheet), MEDIA_TYPE, f"{name}.xlsx")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=media_type, headers=headers)


def _folded(rows: list[list[str]]) -> str:
    """A table small enough to go into a page and come back from it."""
    return base64.b64encode(zlib.compress(json.dumps(rows).encode())).decode()


def _unfolded(said: str) -> list[list[str]]:
    """The table again. It comes from a browser: whatever is no table, or too large for one, is refused."""
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(base64.b64decode(said, validate=True), _MOST_TEXT)
        rows = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise BadRequest("table") from None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS + 1 or not all(isinstance(row, list) for row in rows):
        raise BadRequest("table")
    return [[str(cell)[:LONGEST_CELL] for cell in row[:30]] for row in rows]
