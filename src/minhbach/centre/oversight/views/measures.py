"""The pages of what follows for an officer: choosing one form, and what becomes of a proposal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions import measures as actions
from minhbach.centre.oversight.actions.cases import act_day, rules_of
from minhbach.centre.oversight.case import measure_told
from minhbach.centre.oversight.forms import DecisionForm, DeferForm, MeasureForm, WordsForm
from minhbach.centre.oversight.models import Concerned, Finding, Measure, MeasureKind
from minhbach.centre.oversight.views.cases import open_finding, page_of
from minhbach.centre.registry.pages import Asked, answer
from minhbach.centre.words import Words

CHECKED = Words("Đã kiểm tra: không thuộc trường hợp chưa xem xét", "Checked: nothing has to be waited for")
WAIVED = Words("{ground}, nhưng người đó đề nghị xem xét", "{ground}, but the officer asks for it")
FORMAL = Words("Đề nghị kỷ luật: {form}", "Propose discipline: {form}")
CHOOSE = Words("— chọn hình thức —", "— choose a form —")
SUGGESTED = Words(
    "Vi phạm lần thứ {n} trong thời hạn tính tái phạm; gợi ý: {form}. Nhiều hành vi chỉ áp dụng một hình thức.",
    "Occurrence {n} within the window; suggested: {form}. Several acts have one form.",
)
SUGGESTED_TO_OTHERS = Words(
    "Vi phạm lần thứ {n} trong thời hạn tính tái phạm; gợi ý: {form}. Hình thức này do người khác có thẩm quyền áp "
    "dụng: hãy để người đó xử lý, hoặc chọn hình thức khác và nêu rõ vì sao.",
    "Occurrence {n} within the window; suggested: {form}. Others may take that form: leave it to them, or choose "
    "another and say why.",
)
ONLY = Words("chỉ {whom}", "{whom} only")
STEPS = {
    MeasureKind.DEFERRED: Words("Tạm hoãn", "Defer"),
    MeasureKind.RESUMED: Words("Tiếp tục xem xét", "Go on"),
    MeasureKind.DECIDED: Words("Ghi quyết định của cấp có thẩm quyền", "Put down the decision"),
    MeasureKind.DROPPED: Words("Không xử lý kỷ luật", "No discipline"),
    MeasureKind.WITHDRAWN: Words("Thu hồi hình thức này", "Take this form back"),
}


def measure_new(request: Asked, finding: UUID, officer: UUID) -> HttpResponse:
    """Choose one form for an officer."""
    row = open_finding(request, finding)
    concerned = get_object_or_404(Concerned.objects.select_related("person"), finding=row, person=officer)
    offered = actions.offer(request.user, row, officer, now=request.now)  # type: ignore[arg-type]
    page = page_of(
        row, Words("Hình thức xử lý: {name}", "What follows: {name}").fill(name=concerned.person.full_name),
        _advice(offered), Words("Áp dụng hoặc đề nghị", "Take or propose it"),
    )  # fmt: skip

    def take(values: dict[str, Any]) -> str:
        deferral, _, ground = values["deferral"].partition(":")
        chosen = actions.Chosen(
            form=values["form"], words=values["words"], acts=[UUID(each) for each in values.get("acts", [])],
            deferral=deferral, ground=ground, paper=values["paper"], more=values["more"],
            review_on=values["review_on"], whom=values.get("whom", ()),
        )  # fmt: skip
        made = actions.take(request.user, row.id, person=officer, chosen=chosen, now=request.now)  # type: ignore[arg-type]
        return reverse("measure", args=[row.id, made.id])

    others = [(str(act.id), f"{act}: {Words(act.situation_vi, act.situation_en)}") for act in offered.acts[1:]]
    forms = [form for form in offered.forms if form.level in offered.levels]
    fits = offered.suggested if offered.suggested in forms else None
    start = {"form": fits.code if fits else "", "acts": [code for code, _ in others]}
    form = MeasureForm(
        request.POST or None,
        ways=[("", str(CHOOSE)), *_ways(forms)],
        whom=[(code, str(words)) for code, words in ladder.WHOM.items() if any(f.whom == code for f in forms)],
        others=others,
        grounds=_grounds(offered.deferrals),
        initial=start,
    )
    return answer(request, page, form, take)


def _advice(offered: actions.Offer) -> Words:
    if not offered.levels:
        return actions.NOT_PROPOSER
    if offered.suggested is None:
        return Words("Danh mục không gợi ý hình thức nào.", "The catalogue suggests no form.")
    words = SUGGESTED if offered.suggested.level in offered.levels else SUGGESTED_TO_OTHERS
    return words.fill(n=offered.occurrence, form=offered.suggested.words)


def _ways(forms: Sequence[ladder.Form]) -> list[tuple[str, str]]:
    found = []
    for form in forms:
        words = str(FORMAL.fill(form=form.words)) if form.level == "formal" else str(form.words)
        only = f" ({ONLY.fill(whom=ladder.WHOM[form.whom])})" if form.whom in ladder.WHOM else ""
        found.append((form.code, f"{words}{only}"))
    return found


def _grounds(deferrals: tuple[tuple[str, Words, bool], ...]) -> list[tuple[str, str]]:
    found = [(actions.CHECKED, str(CHECKED))]
    found += [(code, str(words)) for code, words, _ in deferrals]
    waived = [(code, words) for code, words, may in deferrals if may]
    return found + [(f"{actions.WAIVED}:{code}", str(WAIVED.fill(ground=words))) for code, words in waived]


def measure(request: Asked, finding: UUID, measure: UUID) -> HttpResponse:
    """One form with its acts and steps; why it waits is read out by a button."""
    return _shown(request, finding, measure)


def deferral_read(request: Asked, finding: UUID, measure: UUID) -> HttpResponse:
    """The same page with why it waits; who read that is written down."""
    return _shown(request, finding, measure, reads=True)


def _shown(request: Asked, finding: UUID, measure: UUID, *, reads: bool = False) -> HttpResponse:
    row, made = _of(request, finding, measure)
    told = measure_told(made)
    name = Words("Xử lý số {number}", "Measure {number}").fill(number=str(made))
    next_ones = told.may_follow
    follows = bool(next_ones) and actions.may_proceed(request.user, made, next_ones[0], now=request.now)  # type: ignore[arg-type]
    ground = actions.grounds(request.user, made, now=request.now) if reads and follows else None  # type: ignore[arg-type]
    context = {
        "row": row,
        "told": told,
        "ground": ground,
        "name": name,
        "reads_ground": follows and told.has_ground and ground is None,
        "may": [(kind.value, STEPS[kind]) for kind in next_ones] if follows else [],
        "crumbs": [
            (Words("Phát hiện", "Findings"), reverse("findings")), (str(row), reverse("finding", args=[row.id])),
            (name, None),
        ],
    }  # fmt: skip
    return render(request, "oversight/measure.html", context)


def measure_step(request: Asked, finding: UUID, measure: UUID, kind: str) -> HttpResponse:
    """One step of a proposal."""
    row, made = _of(request, finding, measure)
    which = next((each for each in STEPS if each == kind), None)
    if which is None:
        raise Http404
    page = page_of(
        row, STEPS[which], Words("{form}, {name}", "{form}, {name}").fill(
            form=Words(made.form_vi, made.form_en), name=made.person.full_name
        ), STEPS[which],
    )  # fmt: skip

    def take(values: dict[str, Any]) -> str:
        actions.proceed(request.user, made.id, kind=which, became=actions.Became(**values), now=request.now)  # type: ignore[arg-type]
        return reverse("measure", args=[row.id, made.id])

    rules, form = rules_of(row), WordsForm(request.POST or None)
    found: Form = form
    if which is MeasureKind.DECIDED:
        formal = tuple(each for each in ladder.forms_on(rules, act_day(row)) if each.level == "formal")
        found = DecisionForm(
            request.POST or None, ways=[(each.code, str(each.words)) for each in formal], initial={"form": made.form}
        )
    if which is MeasureKind.DEFERRED:
        found = DeferForm(
            request.POST or None, grounds=[(code, str(words)) for code, words, _ in ladder.deferrals(rules)]
        )
    return answer(request, page, found, take)


def _of(request: Asked, finding: UUID, measure: UUID) -> tuple[Finding, Measure]:
    made = get_object_or_404(Measure.objects.select_related("person", "by", "room"), id=measure, acts__finding=finding)
    return open_finding(request, finding), made
