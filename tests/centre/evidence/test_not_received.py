"""A package that nobody fetches, or nobody signs for, does not lie at the centre for ever: it has a term and an end."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.evidence.actions import building, custody, deciding, reminding, subjects
from minhbach.centre.evidence.book import OVER, Book, Sought
from minhbach.centre.evidence.duties import duties
from minhbach.centre.evidence.models import Custody
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.evidence.subject_book import OVER as SUBJECT_OVER
from minhbach.centre.evidence.subject_book import Sought as SubjectSought
from minhbach.centre.evidence.subject_book import SubjectBook
from minhbach.centre.evidence.subject_cases import Stage as SubjectStage
from minhbach.centre.evidence.subject_cases import case as subject_case
from minhbach.centre.footage.models import Hold
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.evidence.asking import now_of, taken
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def told(case, role):
    rows = Delivery.objects.filter(address=case.person(role).person_id, notice__kind="extraction")
    return list(rows.order_by("delivered_at", "id").values_list("notice__en", flat=True))


def end(case, row, *, destroyed=True, document="BB 4", note="Người nhận không đến", by=None):
    custody.close(by or case.asker, row.id, destroyed=destroyed, document=document, note=note, now=case.now)


def handed_over(case):
    row = case.copied()
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    return row


def test_a_package_that_nobody_came_for_is_late_stays_on_the_start_page_and_is_reminded_of(case):
    row = case.copied()
    built_at = case.item(row).build.finished_at
    assert (case.item(row).stage, case.item(row).until) == (Stage.BUILT, built_at + 14 * DAY)
    assert reminding.remind(now=built_at + 13 * DAY) == 0
    case.now = built_at + 14 * DAY
    assert case.item(row).stage is Stage.NOT_COLLECTED
    assert reminding.remind(now=case.now) == 1
    assert "should have been handed over" in told(case, "service_centre_head")[-1]
    assert reminding.remind(now=case.now + DAY) == 0
    assert reminding.remind(now=case.now + 14 * DAY) == 1
    case.now += 400 * DAY
    assert [duty.verb.en for duty in duties(case.asker, now=case.now)] == ["Hand over"]
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    assert case.item(row).stage is Stage.HANDED_OVER


def test_a_hand_over_that_nobody_signed_is_late_and_reminded_of(case):
    row, at = handed_over(case), case.now
    assert case.item(row).until == at + 14 * DAY
    case.now += 100 * DAY
    assert case.item(row).stage is Stage.NOT_SIGNED
    assert [duty.verb.en for duty in duties(case.asker, now=case.now)] == ["Keep the minutes"]
    assert reminding.remind(now=case.now) == 1
    assert "should have been signed for" in told(case, "chief_of_office")[-1]
    custody.sign_for(case.asker, row.id, photo=photograph(), note="", now=case.now)
    assert case.item(row).stage is Stage.SIGNED
    assert reminding.remind(now=case.now + 30 * DAY) == 0


def test_the_regulation_says_how_long_a_package_waits(case):
    row = case.copied()
    content = shipped(case.district.profile)
    content["times"]["extraction_hand_over_days"] = 3
    top = case.district.units["top"].id
    regulation.issue(unit=top, content=content, valid_from=case.now.date(), decision_number="9/QĐ", now=case.now)
    assert case.item(row).until == case.item(row).build.finished_at + 3 * DAY


@pytest.mark.parametrize("out", [False, True])
def test_what_nobody_received_is_destroyed_with_a_paper_and_a_reason_and_both_approvers_are_told(case, out):
    row = handed_over(case) if out else case.built()
    path = building.package_path(row.id)
    for wrong, said in (({"document": " "}, "minutes"), ({"note": " "}, "say why it ends")):
        with pytest.raises(ExtractionRefused, match=said):
            end(case, row, **wrong)
    assert path.exists()
    case.now += DAY
    end(case, row)
    assert case.item(row).stage is Stage.DESTROYED
    assert not path.exists()
    for role in ("commune_chairman", "chief_of_office"):
        assert "Người nhận không đến" in told(case, role)[-1]
    assert list(duties(case.asker, now=case.now)) == []
    assert list(duties(case.person("technician"), now=case.now)) == []
    assert reminding.remind(now=case.now + 40 * DAY) == 0
    listed = Book(case.asker, now=case.now).page(Sought(case.now.year, state=OVER)).items
    assert [each.extraction.id for each in listed] == [row.id]
    with pytest.raises(ExtractionRefused):
        custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    with pytest.raises(ExtractionRefused):
        building.copy_package(case.person("technician"), row.id, address=None, now=case.now)
    steps = signed_in(case.asker).get(reverse("extraction", args=[row.id])).context["steps"]
    assert [step["state"] for step in steps[4:]] == (["done"] if out else [""]) + ["", "done"]


def test_what_nobody_has_got_is_not_returned_but_what_nobody_signed_may_be(case):
    row = case.copied()
    with pytest.raises(ExtractionRefused):
        end(case, row, destroyed=False)
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    end(case, row, destroyed=False)
    assert case.item(row).stage is Stage.RETURNED
    assert not building.package_path(row.id).exists()


def test_only_who_hands_over_may_destroy(case):
    row = case.built()
    with pytest.raises(ExtractionRefused):
        end(case, row, by=case.person("technician"))
    assert not Custody.objects.exists()


def test_the_page_offers_the_end_where_nobody_received_it(case):
    case.now = timezone.now()
    row = case.copied()
    browser, page = signed_in(case.asker), reverse("extraction", args=[row.id])
    said = browser.get(page).content.decode()
    assert "Kết thúc khi chưa có chữ ký" in said
    assert 'value="destroyed"' in said
    assert 'value="returned"' not in said
    names = re.findall(r' id="([^"]+)"', said)
    assert [name for name in names if names.count(name) > 1] == []
    assert "Kết thúc khi" not in signed_in(case.person("technician")).get(page).content.decode()
    given = {"how": "destroyed", "document": "BB 4", "note": ""}
    assert (
        "hãy ghi vì sao"
        in browser.post(reverse("extraction_close", args=[row.id]), given, follow=True).content.decode()
    )
    assert not Custody.objects.filter(kind="destroyed").exists()
    browser.post(reverse("extraction_close", args=[row.id]), given | {"note": "Người nhận không đến"})
    assert case.item(row).stage is Stage.DESTROYED


def test_a_citizens_erasure_is_not_stopped_for_ever_by_a_package_that_nobody_fetched(case):
    row = case.built()
    wish = taken(case, "erase")
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    assert len(obstacles(now_of(case, wish), now=case.now)) == 1
    end(case, row)
    assert obstacles(now_of(case, wish), now=case.now) == []


def test_a_copy_for_a_citizen_that_was_destroyed_before_they_got_it_settles_nothing(case):
    wish = taken(case, "copy")
    deciding.grant(case.person("commune_chairman"), wish.id, now=case.now)
    row = subjects.ask_copy(case.asker, wish.id, now=case.now)
    case.approve(row, "commune_chairman")
    case.approve(row, "chief_of_office")
    case.packed(row)
    assert subject_case(wish.id, now=case.now).stage is SubjectStage.COPYING
    end(case, row)
    assert subject_case(wish.id, now=case.now).stage is SubjectStage.TO_COPY
    book = SubjectBook(case.person("commune_chairman"), now=case.now)
    assert book.page(SubjectSought(case.now.year, state=SUBJECT_OVER)).cases == []
