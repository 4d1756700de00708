"""A camera that was replaced has recorded a part of a stretch: who asks reads which one and how far it goes, and what
was granted to a citizen is copied as far as it was recorded.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from minhbach.centre.evidence.actions import deciding, requests, subjects
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.serving import reaches
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.models import Camera
from minhbach.ledger.errors import LedgerError
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_no_footage_to_erase import camera
from tests.centre.footage.sites import at
from tests.centre.people import signed_in
from tests.edge.keeping import S, Site, configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A case over the minute in which another camera came into the place of the first; `quay-3` never recorded."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path / "centre")
    (tmp_path / "centre").mkdir()
    site = Site(configured(tmp_path / "archive", "quay-1")).start()
    site.stream(40)
    site.settle()
    left_us = site.clock.wall_us()
    site.restart(configured(tmp_path / "archive", "quay-2"))
    site.stream(70)
    site.settle()
    found = Case(site)
    camera(found, "quay-2")
    camera(found, "quay-3", on=False)
    Camera.objects.filter(id=found.camera).update(recording_since=None, retired_at=at(left_us))
    found.begin_us, found.end_us = left_us - 30 * S, site.clock.wall_us() - 20 * S
    yield found
    found.close()
    site.stop()


def both_of(case: Case) -> tuple[Camera, Camera]:
    """The one that was replaced, and the one in its place."""
    return Camera.objects.get(id=case.camera), Camera.objects.get(name="quay-2", recorder=case.centre.recorder)


def part_of(case: Case, one: Camera) -> tuple[int, int]:
    """From when to when the log accounts for a camera within what is asked for."""
    [found] = reaches([one.id], case.begin_us, case.end_us)
    assert (found.length_us > 0, found.whole, found.grows) == (True, False, False)
    return found.begin_us, found.end_us


def test_who_asks_for_what_no_camera_has_whole_reads_which_has_how_much(replaced: Case) -> None:
    old, new = both_of(replaced)
    with pytest.raises(ExtractionRefused) as refused:
        replaced.ask(cameras=(old.id, new.id))
    vi, en = both(refused.value.words)
    assert "does not account for all of this time" in en
    assert f"{old.label} (chỉ từ " in vi
    assert f"{new.label} (chỉ từ " in vi
    assert "vài phút" not in vi, "what is out comes no more"
    for one in (old, new):
        begin_us, end_us = part_of(replaced, one)
        replaced.ask(cameras=(one.id,), begin_us=begin_us, end_us=end_us)
    assert Extraction.objects.count() == 2


def test_what_is_only_just_past_is_said_to_come_still(case: Case) -> None:
    late = {"begin_us": case.end_us, "end_us": round(case.now.timestamp() * S) - 5 * S}
    with pytest.raises(ExtractionRefused) as refused:
        case.ask(**late)
    assert "hãy đợi vài phút" in both(refused.value.words)[0]
    assert Camera.objects.get(id=case.camera).label in both(refused.value.words)[0]


def test_the_page_offers_what_was_ever_recorded_and_ticks_what_has_all_of_the_stretch(replaced: Case) -> None:
    old, new = both_of(replaced)
    never = Camera.objects.get(name="quay-3")
    begin_us, end_us = part_of(replaced, new)
    browser, page = signed_in(replaced.asker), reverse("extraction_new", args=[replaced.room])
    answer = browser.get(f"{page}?tu={begin_us + S}&den={end_us}")
    form = answer.context["form"]
    assert form.initial["cameras"] == [str(new.id)]
    said = answer.content.decode()
    assert f"{old.label} (ngừng sử dụng từ" in said
    assert str(never.id) not in said
    over = browser.get(f"{page}?tu={replaced.begin_us}&den={replaced.end_us}").context["form"]
    assert set(over.initial["cameras"]) == {str(old.id), str(new.id)}


def test_a_stretch_out_of_all_calendars_is_asked_for_on_a_page_all_the_same(case: Case) -> None:
    page = reverse("extraction_new", args=[case.room])
    for end in ("253402275540000000", "-62135596800000000"):
        assert signed_in(case.asker).get(f"{page}?tu=253402275500000000&den={end}").status_code == 200


def test_a_copy_for_a_citizen_is_taken_for_a_stretch_that_its_cameras_have_whole(replaced: Case) -> None:
    old, new = both_of(replaced)
    with pytest.raises(SubjectRefused) as refused:
        taken(replaced, "copy", cameras=(old.id, new.id))
    vi, en = both(refused.value.words)
    assert f"{old.label} (chỉ từ " in vi
    assert f"{new.label} (only from " in en
    begin_us, end_us = part_of(replaced, new)
    row = taken(replaced, "copy", cameras=(new.id,), begin_us=begin_us, end_us=end_us)
    deciding.grant(replaced.person("commune_chairman"), row.id, now=replaced.now)
    subjects.ask_copy(replaced.asker, row.id, now=replaced.now)
    assert now_of(replaced, row).stage is Stage.COPYING
    assert not now_of(replaced, row).copy_is_part


def test_a_copy_instead_of_seeing_is_made_of_what_was_recorded_and_says_so(replaced: Case) -> None:
    old, new = both_of(replaced)
    row = taken(replaced, cameras=(old.id, new.id))
    deciding.grant(replaced.person("commune_chairman"), row.id, pictured="others", now=replaced.now)
    made = subjects.ask_copy(replaced.asker, row.id, now=replaced.now)
    found = replaced.item(made)
    longer = max((old, new), key=lambda each: part_of(replaced, each)[1] - part_of(replaced, each)[0])
    assert found.cameras == [longer]
    assert (found.revision.begin_us, found.revision.end_us) == part_of(replaced, longer)
    case = now_of(replaced, row)
    assert (case.stage, case.copy_is_part) == (Stage.COPYING, True)
    page = signed_in(replaced.person("one_stop_officer")).get(reverse("subject", args=[row.id])).content.decode()
    assert "Chỉ gồm phần có bản ghi" in page


def test_the_answer_to_the_citizen_says_of_what_the_copy_is(
    case: Case, letter: Callable[[SubjectRequest], str]
) -> None:
    other = camera(case, "quay-2")
    row = taken(case, cameras=(case.camera, other.id))
    deciding.grant(case.person("commune_chairman"), row.id, pictured="others", now=case.now)
    assert "Bản sao chỉ gồm" not in letter(row)
    subjects.ask_copy(case.asker, row.id, now=case.now)
    label = Camera.objects.get(id=case.camera).label
    assert f"Bản sao chỉ gồm hình của {label}, từ " in letter(row)


def test_a_copy_of_nothing_is_not_granted_but_refused(case: Case) -> None:
    begin_us = case.begin_us - 40 * 86_400 * S
    row = taken(case, "copy", begin_us=begin_us, end_us=begin_us + 60 * S)
    chairman = case.person("commune_chairman")
    with pytest.raises(SubjectRefused, match="no copy can be made"):
        deciding.grant(chairman, row.id, now=case.now)
    deciding.refuse(chairman, row.id, reason="not_there", now=case.now)
    assert now_of(case, row).stage is Stage.REFUSED


def test_a_copy_waits_for_a_log_that_is_still_to_come(case: Case) -> None:
    end_us = round(case.now.timestamp() * S) - 5 * S
    row = taken(case, "copy", end_us=end_us)
    deciding.grant(case.person("commune_chairman"), row.id, now=case.now)
    with pytest.raises(SubjectRefused) as refused:
        subjects.ask_copy(case.asker, row.id, now=case.now)
    assert "Hãy đợi đầu ghi kết nối lại" in both(refused.value.words)[0]
    assert now_of(case, row).stage is Stage.TO_COPY


def test_the_words_for_a_log_that_lacks_a_clock_name_no_camera(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**asked: object) -> None:
        raise LedgerError("The clock entry is not in the logs given.")

    monkeypatch.setattr(requests, "chosen", broken)
    with pytest.raises(ExtractionRefused) as refused:
        case.ask()
    assert refused.value.words is requests.NOT_ACCOUNTED
