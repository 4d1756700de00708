"""The pages of a case: naming whom it concerns, what it rests on, the conclusion, what is put right."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from minhbach.centre.oversight import ladder, reading
from minhbach.centre.oversight.actions import cases
from minhbach.centre.oversight.forms import (
    BasisForm,
    ConcernedForm,
    ConcludeForm,
    CorrectionForm,
    JudgeForm,
    ReportForm,
    pairs,
)
from minhbach.centre.oversight.models import Basis, Correction, CorrectionKind, CorrectionStep, Finding
from minhbach.centre.papers.models import Paper
from minhbach.centre.papers.photo import PDF
from minhbach.centre.papers.serving import served
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, FormPage, answer
from minhbach.centre.words import Words

HERE = Words("Phát hiện", "Findings")
STEPS = {
    CorrectionKind.REPORTED: Words("Báo cáo đã khắc phục", "Report it as done"),
    CorrectionKind.RETURNED: Words("Yêu cầu làm tiếp", "Have them go on"),
    CorrectionKind.ACCEPTED: Words("Xác nhận đã khắc phục", "Accept it as done"),
    CorrectionKind.EXTENDED: Words("Gia hạn", "Give more time"),
}
RECORDED = Words("Đã ghi.", "It is recorded.")
CLOSED = Words("Phát hiện nằm trong thời gian bị hạn chế đối với bạn.", "It lies in time that is closed to you.")


def page_of(row: Finding, heading: Words, lead: Words, submit: Words, done: Words = RECORDED) -> FormPage:
    """The words around a form of a finding."""
    name = Words("Phát hiện số {number}", "Finding {number}").fill(number=str(row))
    back = reverse("finding", args=[row.id])
    return FormPage(
        heading=heading, lead=lead, submit=submit, back=back, done=done,
        crumbs=[(HERE, reverse("findings")), (name, back), (heading, None)],
    )  # fmt: skip


def open_finding(asked: Asked, finding: UUID) -> Finding:
    """The finding; 404 where it lies in time that is closed to who asks."""
    told = reading.finding_of(asked.user, get_object_or_404(Finding, id=finding).id, now=asked.now)  # type: ignore[arg-type]
    if told.closed:
        raise Http404(CLOSED)
    return told.finding


def concern(request: Asked, finding: UUID) -> HttpResponse:
    """Name an officer whom it concerns."""
    row = open_finding(request, finding)
    rules = cases.rules_of(row)
    people = [
        (str(post.person_id), f"{post.person.full_name} ({title})" if title else post.person.full_name)
        for post in cases.could_be_named(row)
        for title in [post.title or str(rules.roles[post.role].words if post.role in rules.roles else "")]
    ]
    page = page_of(
        row, Words("Nêu người có liên quan", "Name whom it concerns"),
        Words(
            "Người được nêu tên nhận thông báo ngay, xem nội dung và giải trình; không kết luận việc của mình.",
            "Whoever is named is told at once, sees what it is about and may explain it; they never conclude it.",
        ),
        Words("Nêu tên và báo cho người này", "Name and tell them"),
    )  # fmt: skip

    def name(values: dict[str, Any]) -> str:
        cases.name_concerned(request.user, row.id, person=UUID(values["person"]), now=request.now)  # type: ignore[arg-type]
        return page.back

    return answer(request, page, ConcernedForm(request.POST or None, people=people), name)


def basis(request: Asked, finding: UUID) -> HttpResponse:
    """Add something that the conclusion will rest on."""
    row = open_finding(request, finding)
    page = page_of(
        row, Words("Thêm căn cứ", "Add a basis"),
        Words(
            "Bản ghi không phải là căn cứ duy nhất: kết luận có vi phạm cần thêm ít nhất một căn cứ khác.",
            "A recording is never the only basis: to uphold it, at least one other is needed.",
        ),
        Words("Thêm căn cứ", "Add it"),
    )  # fmt: skip

    def add(values: dict[str, Any]) -> str:
        photo = values.pop("photo", None)
        cases.add_basis(
            request.user, row.id, kind=values["basis"], words=values["words"], photo=photo.read() if photo else None,  # type: ignore[arg-type]
            now=request.now,
        )  # fmt: skip
        return page.back

    kinds = pairs(ladder.bases(cases.rules_of(row)))
    return answer(request, page, BasisForm(request.POST or None, request.FILES or None, kinds=kinds), add)


def conclude(request: Asked, finding: UUID) -> HttpResponse:
    """Conclude it: whether it is so, how grave it is."""
    row = open_finding(request, finding)
    page = page_of(
        row, Words("Kết luận", "Conclude"),
        Words(
            "Hình đang giữ và giải trình đã có được ghi làm căn cứ; các căn cứ khác thêm ở trang phát hiện.",
            "Held footage and what was explained are put down as bases; others are added on the finding's page.",
        ),
        Words("Kết luận", "Conclude"), Words("Đã kết luận.", "Concluded."),
    )  # fmt: skip

    def end(values: dict[str, Any]) -> str:
        upheld = values["upheld"] == "yes"
        cases.conclude(
            request.user, row.id, upheld=upheld, severity=values["severity"], words=values["words"], now=request.now,  # type: ignore[arg-type]
        )  # fmt: skip
        return page.back

    start = {"severity": ladder.severity_of(cases.rules_of(row), row.situation)}
    return answer(request, page, ConcludeForm(request.POST or None, initial=start), end)


def correction_new(request: Asked, finding: UUID) -> HttpResponse:
    """Ask for something to be put right."""
    row = open_finding(request, finding)
    page = page_of(
        row, Words("Yêu cầu khắc phục", "Ask to put it right"),
        Words(
            "Đơn vị báo cáo kèm ảnh minh chứng; người khác xác nhận.", "The unit reports with proof; another accepts."
        ),
        Words("Giao cho đơn vị", "Give it to the unit"),
    )  # fmt: skip

    def ask(values: dict[str, Any]) -> str:
        cases.ask_correction(request.user, row.id, now=request.now, **values)  # type: ignore[arg-type]
        return page.back

    start = {"due_on": max(registry.day_of(row.correct_by), registry.day_of(request.now))}
    return answer(request, page, CorrectionForm(request.POST or None, initial=start), ask)


def correction_step(request: Asked, finding: UUID, correction: UUID, kind: str) -> HttpResponse:
    """One step of what has to be put right."""
    row = open_finding(request, finding)
    task = get_object_or_404(Correction, id=correction, finding=row)
    if kind not in CorrectionKind.values:
        raise Http404
    which = CorrectionKind(kind)
    page = page_of(row, STEPS[which], Words("{what}", "{what}").fill(what=task.words), STEPS[which])

    def take(values: dict[str, Any]) -> str:
        photo = values.get("photo")
        cases.correct(
            request.user, task.id, kind=which, words=values["words"], photo=photo.read() if photo else None,  # type: ignore[arg-type]
            due_on=values.get("due_on"), now=request.now,
        )  # fmt: skip
        return page.back

    form: ReportForm | JudgeForm
    if which is CorrectionKind.REPORTED:
        form = ReportForm(request.POST or None, request.FILES or None)
    else:
        form = JudgeForm(request.POST or None, initial={"due_on": reading.due_of(task)})
        if which is not CorrectionKind.EXTENDED:
            del form.fields["due_on"]
    return answer(request, page, form, take)


def correction_proof(request: Asked, finding: UUID, step: UUID) -> HttpResponse:
    """The photograph or PDF of a report."""
    open_finding(request, finding)
    row = get_object_or_404(CorrectionStep.objects.select_related("proof"), id=step, correction__finding=finding)
    return _paper(row.proof, "minh-chung")


def basis_paper(request: Asked, finding: UUID, basis: UUID) -> HttpResponse:
    """The photograph or PDF of a paper that the conclusion rests on."""
    open_finding(request, finding)
    row = get_object_or_404(Basis.objects.select_related("paper"), id=basis, finding=finding)
    return _paper(row.paper, "can-cu")


def _paper(paper: Paper | None, name: str) -> HttpResponse:
    if paper is None:
        raise Http404
    return served(paper, name=f"{name}.{'pdf' if paper.media_type == PDF else 'jpg'}")
