"""The procedures of a unit: searched, published, changed, ended, taken over from a file and written into one."""

import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.dossiers import catalogue, listed
from minhbach.centre.dossiers.actions import procedures as actions
from minhbach.centre.dossiers.forms_of_procedures import EndForm, ImportForm, ProcedureForm
from minhbach.centre.dossiers.models import Procedure
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry import tables
from minhbach.centre.registry.pages import Asked, FormPage, answer, unit_crumbs
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

HERE = Words("Thủ tục hành chính", "Procedures")
LEAD = Words(
    "Thủ tục áp dụng cho đơn vị và các đơn vị cấp dưới. Hồ sơ đã nhận giữ thành phần và thời hạn của ngày nhận.",
    "They hold for the unit and those below. A dossier keeps the papers and the term of its day.",
)


def procedures(request: Asked, unit: UUID) -> HttpResponse:
    """What is in force today, or what a search finds of it."""
    day = registry.day_of(request.now)
    sought = request.GET.get("tim", "").strip()[:100]
    page = catalogue.procedures_of(unit, day, sought=sought, after=request.GET.get("sau", ""))
    context = {
        "unit": unit,
        "name": registry.name_on(unit, day).name,
        "page": page,
        "sought": sought,
        "older": f"?sau={page.next}" if page.next else "",
        "crumbs": unit_crumbs(unit, day, (HERE, None)),
    }
    return render(request, "dossiers/procedures.html", context)


def procedures_csv(request: Asked, unit: UUID) -> HttpResponse:
    """The unit's own procedures of today, in the columns that a list is taken over from."""
    rows = catalogue.own_of(unit, registry.day_of(request.now))
    data = tables.written([listed.HEADINGS, *(listed.as_row(row) for row in rows)])
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="thu-tuc.csv"', "X-Content-Type-Options": "nosniff"},
    )


def procedure_new(request: Asked, unit: UUID) -> HttpResponse:
    """One procedure more."""
    today = registry.day_of(request.now)
    return _form(request, unit, Words("Thêm thủ tục", "Add a procedure"), {"day": today, "working_days": 1})


def procedure_edit(request: Asked, unit: UUID, procedure: UUID) -> HttpResponse:
    """A change, from tomorrow on unless another day is said."""
    row = get_object_or_404(Procedure, id=procedure, unit=unit)
    code, name, field, _, parts = listed.as_row(row)
    day = max(registry.day_of(request.now), row.valid_from) + datetime.timedelta(days=1)
    start = {"code": code, "name": name, "field": field, "working_days": row.working_days, "papers": parts, "day": day}
    return _form(request, unit, Words("Sửa thủ tục {code}", "Change {code}").fill(code=code), start)


def _form(request: Asked, unit: UUID, heading: Words, start: dict[str, object]) -> HttpResponse:
    page = _page(request, unit, heading, Words("Công bố", "Publish"), Words("Đã công bố thủ tục.", "It is published."))

    def publish(values: dict[str, Any]) -> str:
        day = values.pop("day")
        actions.publish(request.user.person, unit=unit, listed=listed.Listed(**values), day=day, now=request.now)
        return page.back

    return answer(request, page, ProcedureForm(request.POST or None, initial=start), publish)


def procedure_end(request: Asked, unit: UUID, procedure: UUID) -> HttpResponse:
    """It is not received any more."""
    row = get_object_or_404(Procedure, id=procedure, unit=unit)
    heading = Words("Ngừng tiếp nhận thủ tục {code}", "End {code}").fill(code=row.code)
    page = _page(request, unit, heading, Words("Ngừng tiếp nhận", "End it"), Words("Thủ tục đã ngừng.", "It is ended."))

    def end(values: dict[str, Any]) -> str:
        actions.end_procedure(request.user.person, procedure=row, day=values["day"], now=request.now)
        return page.back

    first = max(registry.day_of(request.now), row.valid_from) + datetime.timedelta(days=1)
    return answer(request, page, EndForm(request.POST or None, initial={"day": first}), end)


def procedure_import(request: Asked, unit: UUID) -> HttpResponse:
    """A list from a file: all of it or nothing, with every row that is wrong named."""
    page = _page(
        request,
        unit,
        Words("Nhập danh mục thủ tục từ tệp", "Take over a list from a file"),
        Words("Nhập danh mục", "Take it over"),
        Words("Đã nhập danh mục thủ tục.", "The list is taken over."),
        template="dossiers/procedure_import.html",
    )
    wrong: list[listed.Wrong] = []

    def take(values: dict[str, Any]) -> str:
        try:
            found, bad = listed.read(tables.rows_of(values["file"].read()))
        except tables.NotATable as refused:
            raise NotPossible(refused.words, "file") from None
        wrong.extend(bad[:50])
        if bad:
            raise NotPossible(MENDED, "file")
        actions.take_list(request.user.person, unit=unit, rows=found, day=values["day"], now=request.now)
        return page.back

    start = {"day": registry.day_of(request.now)}
    form = ImportForm(request.POST or None, request.FILES or None, initial=start)
    return answer(request, page, form, take, {"wrong": wrong, "headings": listed.HEADINGS, "unit": unit})


MENDED = Words(
    "Chưa nhập dòng nào: hãy sửa các dòng nêu dưới đây trong tệp rồi nhập lại.",
    "Nothing was taken over: mend the rows named below in the file, then try again.",
)


def _page(
    request: Asked, unit: UUID, heading: Words, submit: Words, done: Words, template: str = "registry/form.html"
) -> FormPage:
    back = reverse("procedures", args=[unit])
    crumbs = unit_crumbs(unit, registry.day_of(request.now), (HERE, back), (heading, None))
    return FormPage(heading=heading, lead=LEAD, submit=submit, back=back, crumbs=crumbs, done=done, template=template)
