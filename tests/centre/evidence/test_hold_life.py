"""What is held says where it came from and all that happened to it; two let it go, when nothing needs it any more."""

import pytest
from django.urls import reverse
from django.utils import translation

from minhbach.centre.evidence.actions import releasing
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.feedback.actions import petitions, rating
from minhbach.centre.feedback.models import PetitionKind, Score, StepKind, Topic, Way
from minhbach.centre.footage.models import Hold
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight.actions import findings
from minhbach.centre.oversight.models import StepKind as FindingStep
from tests.centre.feedback.visits import Town
from tests.centre.people import signed_in


@pytest.fixture
def town(db):
    return Town()


def person(town, role):
    return town.district.people[role]


def let_go(town, hold):
    releasing.ask_release(person(town, "commune_chairman"), hold.id, reason="Đã kết luận", now=town.now)
    releasing.decide_release(person(town, "office_specialist"), hold.id, agreed=True, now=town.now)


def test_a_low_ratings_hold_leads_back_to_it_and_two_let_it_go(town):
    made = rating.rate(event=town.visit(town.handed_back(20)), score=Score.DISSATISFIED, now=town.now)
    assert made.hold
    [order] = Hold.objects.filter(reference=str(made.hold.id))
    Hold.objects.filter(id=order.id).update(placed_at=town.now, placed_index=41)
    browser = signed_in(person(town, "office_specialist"))
    page = browser.get(reverse("hold", args=[made.hold_id])).content.decode()
    assert reverse("rating", args=[made.id]) in page
    assert "mục 41 trong nhật ký" in page
    let_go(town, made.hold)
    assert Hold.objects.get(id=order.id).release_asked_at == town.now
    page = browser.get(reverse("hold", args=[made.hold_id])).content.decode()
    assert page.index("Đề nghị gỡ") < page.index("Đồng ý gỡ")


def test_what_a_finding_or_a_complaint_needs_is_not_let_go_before_it_has_ended(town):
    begin = us(town.ago(60))
    found = findings.Found(begin_us=begin, end_us=begin + 60_000_000, situation="attitude")
    finding = findings.make(person(town, "office_specialist"), room=town.room.id, found=found, now=town.now)
    said = petitions.Said(
        kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="chờ lâu", begin_us=begin,
        end_us=begin + 60_000_000,
    )  # fmt: skip
    petition = petitions.register(
        person(town, "service_centre_head").person, room=town.room, said=said, contact=petitions.Contact(), now=town.now
    )
    for hold in (finding.hold, petition.hold):
        with pytest.raises(ExtractionRefused):
            let_go(town, hold)
    findings.step(person(town, "office_specialist"), finding.id, kind=FindingStep.WITHDRAWN, words="Nhầm", now=town.now)
    petitions.step(
        person(town, "commune_chairman"), petition.id, kind=StepKind.ANSWERED, words="Đã nhắc nhở.", now=town.now
    )
    for hold in (finding.hold, petition.hold):
        let_go(town, hold)


def test_the_whole_life_goes_on_paper_and_into_a_file_that_computes_nothing(town):
    begin = us(town.ago(60))
    found = findings.Found(begin_us=begin, end_us=begin + 60_000_000, situation="attitude")
    finding = findings.make(person(town, "office_specialist"), room=town.room.id, found=found, now=town.now)
    browser = signed_in(person(town, "office_specialist"))
    findings.step(person(town, "office_specialist"), finding.id, kind=FindingStep.WITHDRAWN, words="Nhầm", now=town.now)
    assert finding.hold
    releasing.ask_release(person(town, "commune_chairman"), finding.hold.id, reason="=1+1", now=town.now)
    assert browser.get(reverse("hold_life", args=[finding.hold_id])).content.startswith(b"%PDF-")
    with translation.override("vi"):
        text = browser.get(reverse("hold_csv", args=[finding.hold_id])).content.decode()
    assert "Phát hiện giám sát" in text
    assert "'=1+1" in text
    stranger = signed_in(person(town, "inspector"))
    for name in ("hold", "hold_life", "hold_csv"):
        assert stranger.get(reverse(name, args=[finding.hold_id])).status_code == 403
