"""A masked copy: drawn by one, reviewed by another, packed without originals; nothing of it seen without a viewing."""

import datetime
import html
import json
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from minhbach.centre.access.actions.security_keys import ProofRefused
from minhbach.centre.access.actions.viewings import Left, record_served
from minhbach.centre.access.models import Served
from minhbach.centre.access.recording import record
from minhbach.centre.evidence import mask_building, packing
from minhbach.centre.evidence.actions import building, masking, requests
from minhbach.centre.evidence.actions.approving import ByCode
from minhbach.centre.evidence.contents import documents
from minhbach.centre.evidence.copies import masking as copies_masking
from minhbach.centre.evidence.copies.cutting import Cut, Hidden, Tell
from minhbach.centre.evidence.copies.decisions import Decided, DecisionsMalformed, digest, read, written
from minhbach.centre.evidence.copies.masking import masked_copy
from minhbach.centre.evidence.copies.sealed import UNREADABLE, CopyFailed
from minhbach.centre.evidence.duties import duties, who_next
from minhbach.centre.evidence.life import life
from minhbach.centre.evidence.mask_building import Next, next_step
from minhbach.centre.evidence.models import Build, CopyKind, Extraction, MaskRound
from minhbach.centre.evidence.people import OWN_COUNTER, ExtractionRefused, moment, people_who
from minhbach.centre.evidence.proofs import key_file
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.registry.models import Camera, CounterPost
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.decode.orders import DISTORTED, MUTED, PLAIN
from minhbach.ledger.approval import Review
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.manifest import Derived
from minhbach.ledger.verdicts import Verdict
from minhbach.ledger.verify import verify
from tests.centre.evidence.case import MINUTE, Case, S
from tests.centre.evidence.test_packing import one
from tests.centre.people import signed_in
from tests.decode.sealing import film

LENGTH_US = 12 * S
#: No footage that is played is given further ahead of the clock.
AHEAD_US = 10 * S


def _lease(client: Client, case: Case, row: Extraction, *, sound: bool = True) -> tuple[dict[str, str], UUID]:
    """The header of a lease to play back what was asked for, and its viewing."""
    found = case.item(row)
    wish = {
        "kind": "playback", "cameras": [str(case.camera)], "begin": found.begin.isoformat(),
        "end": found.end.isoformat(), "sound": sound,
    }  # fmt: skip
    opened = client.post("/api/viewings", wish, content_type="application/json")
    if opened.status_code == 403:
        said = {"text": "Che hình", "rooms": [str(case.room)]}
        purpose = client.post("/api/purposes", said, content_type="application/json").json()["id"]
        opened = client.post("/api/viewings", wish | {"purpose": purpose}, content_type="application/json")
    return {"X-Lease": opened.json()["token"]}, UUID(opened.json()["viewing"])


class Masked:
    """An approved request for a masked copy whose footage, that of the demo's room, has come."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.row = case.approved(kind=CopyKind.MASKED, end_us=case.begin_us + LENGTH_US)
        self.build = building.begin_build(case.person("technician"), self.row.id, now=case.now)
        self.plan = packing.planned(self.build.id)
        self.plan.work.mkdir(parents=True)
        for recorder, entry in self.plan.originals:
            seconds = -(-(entry["end_us"] - entry["begin_us"]) // S)
            self.plan.file(recorder, entry).write_bytes(film(entry["begin_us"], seconds))
        self.masking = self.plan.masking()

    @property
    def drawer(self):
        return self.case.asker

    def decisions(self, **more: object) -> str:
        said = {
            "tracks": [{"number": 1, "keys": [[self.case.begin_us + S, [4000, 3000, 1500, 4000]]], "ends_us": None}],
            "decided": [[self.case.begin_us, self.case.begin_us + LENGTH_US]],
            "sound": [[self.case.begin_us, self.case.begin_us + LENGTH_US, "muted"]],
        } | more
        return json.dumps({"cameras": {str(self.case.camera): said}})

    def laid_out(self) -> "Masked":
        mask_building.lay_out(self.masking)
        return self

    def drawn(self) -> MaskRound:
        return masking.draw(self.drawer, self.row.id, decisions=self.decisions(), now=self.case.now)

    def made(self, *, without_copy: bool = False) -> MaskRound:
        row = self.drawn()
        if without_copy:
            copies = {str(self.case.camera): "ab" * 32}
        else:
            copies = mask_building.make(self.masking, row.serial, row.decisions)
        masking.made(row.id, copies=copies, now=self.case.now)
        row.refresh_from_db()
        return row

    def watch(self, role: str = "commune_chairman") -> None:
        """That role is given all of the newest copy of every camera, as fast as it is watched."""
        row, case = masking.newest(self.row.id), self.case
        assert row is not None
        if not masking.unseen(case.person(role), case.item(self.row), row):
            return
        for camera in row.copies:
            for begin_us in range(case.begin_us, case.begin_us + LENGTH_US, 4 * S):
                case.now += datetime.timedelta(seconds=4)
                masking.served(case.person(role), row, UUID(camera), (begin_us, begin_us + 4 * S), now=case.now)

    def accept(self, role: str = "commune_chairman") -> MaskRound:
        """By password and code, as that role, who has watched it."""
        self.watch(role)
        account, case = self.case.person(role), self.case
        case.code(account)
        case.now += MINUTE
        statement = masking.prepare_review(account, case.item(self.row), now=case.now)
        return masking.accept(account, self.row.id, statement=statement, proof=case.code(account), now=case.now)

    def send_back(self, role: str, said: str = "Còn một người", serial: int = 1) -> MaskRound:
        return masking.send_back(self.case.person(role), self.row.id, serial, said=said, now=self.case.now)


@pytest.fixture
def masked(case: Case) -> Masked:
    return Masked(case)


def test_a_masked_copy_goes_from_drawing_by_one_over_review_by_another_to_a_derived_copy(masked: Masked) -> None:
    case, build = masked.case, masked.build.id
    assert case.item(masked.row).stage is Stage.BUILDING
    assert next_step(build, now=case.now)[0] is Next.FETCH
    masked.laid_out()
    assert next_step(build, now=case.now)[0] is Next.WAIT
    row = masked.drawn()
    assert next_step(build, now=case.now) == (Next.MAKE, row)
    copies = mask_building.make(masked.masking, row.serial, row.decisions)
    masking.made(row.id, copies=copies, now=case.now)
    assert next_step(build, now=case.now)[0] is Next.WAIT
    masked.accept()
    assert next_step(build, now=case.now)[0] is Next.PACK
    one(case, masked.build)
    assert case.item(masked.row).stage is Stage.BUILT
    report = verify(masked.plan.target, read_keys(key_file(masked.plan.keys)))
    assert report.verdict in (Verdict.DERIVED, Verdict.UNWITNESSED)
    assert report.approved
    assert [each.statement.name for each in report.reviews] == [case.person("commune_chairman").person.full_name]
    with zipfile.ZipFile(masked.plan.target) as archive:
        names = archive.namelist()
        page = archive.read("player.html").decode()
        readme = archive.read("README.txt").decode()
    assert '"file": "copies/01-quay-1-masked.mp4"' in page
    assert (readme.count("tắt toàn bộ."), readme.count("silent throughout."), "distorted" in readme) == (1, 1, False)
    assert not masked.plan.work.exists()
    assert [name for name in names if name.startswith("copies/")] == ["copies/01-quay-1-masked.mp4"]
    assert not [name for name in names if name.startswith("originals/") or name == "viewings.json"]


def test_every_step_waits_on_the_start_page_of_whoever_takes_it_and_stands_in_its_life(masked: Masked) -> None:
    case = masked.case

    def verbs(role: str) -> list[str]:
        return [duty.verb.en for duty in duties(case.person(role), now=case.now)]

    masked.laid_out()
    assert who_next(case.item(masked.row), now=case.now) == [masked.drawer.person.full_name]
    assert verbs("service_centre_head") == ["Draw covers"]
    assert verbs("commune_chairman") == []
    masked.made(without_copy=True)
    assert verbs("service_centre_head") == []
    assert verbs("commune_chairman") == ["Review the covers"]
    assert case.person("commune_chairman").person.full_name in who_next(case.item(masked.row), now=case.now)
    assert masked.drawer.person.full_name not in who_next(case.item(masked.row), now=case.now)
    masked.send_back("commune_chairman")
    assert verbs("service_centre_head") == ["Draw covers"]
    told = [str(event.what) for event in life(case.item(masked.row))][-3:]
    assert told == ["Vẽ vùng che lần 1", "Đã lập bản sao lần 1", "Trả lại bản sao đã che lần 1"]


def test_the_page_of_the_extraction_says_how_far_the_covers_have_come(masked: Masked) -> None:
    def said() -> str:
        return signed_in(masked.drawer).get(f"/trich-xuat/{masked.row.id}").content.decode()

    masked.laid_out()
    assert "Chờ người vẽ vùng che" in said()
    round_ = masked.drawn()
    assert "Đang lập bản sao theo các vùng vừa vẽ" in said()
    masking.made(round_.id, copies={str(masked.case.camera): "ab" * 32}, now=masked.case.now)
    assert "Chờ người khác kiểm duyệt bản sao" in said()
    masked.send_back("commune_chairman")
    assert "Chờ vẽ lại vùng che" in said()
    assert "Đang lập gói" not in said()


def test_what_a_reviewer_wrote_is_not_for_technicians_to_read(masked: Masked) -> None:
    masked.laid_out().made(without_copy=True)
    masked.send_back("commune_chairman", said="Còn bà Lê Thị Hạnh ở bên trái")
    found = masked.case.item(masked.row)
    assert "Hạnh" in life(found)[-1].details
    told = life(found, reasons=False)[-1]
    assert (str(told.what), told.details) == ("Trả lại bản sao đã che lần 1", "")
    pages = {
        role: signed_in(masked.case.person(role)).get(f"/trich-xuat/{masked.row.id}").content.decode()
        for role in ("service_centre_head", "technician")
    }
    assert "Hạnh" in pages["service_centre_head"]
    assert "Hạnh" not in pages["technician"]


def test_whoever_drew_does_not_review_and_postgresql_says_so_too(masked: Masked) -> None:
    row = masked.laid_out().made(without_copy=True)
    with pytest.raises(ExtractionRefused):
        masking.prepare_review(masked.drawer, masked.case.item(masked.row), now=masked.case.now)
    with pytest.raises(ExtractionRefused):
        masking.send_back(masked.drawer, masked.row.id, 1, said="Còn", now=masked.case.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        MaskRound.objects.filter(id=row.id).update(
            reviewed_by=masked.drawer.person_id, reviewed_at=masked.case.now, accepted=True, record={}
        )


def test_nobody_signs_for_a_copy_that_they_were_not_given_since_it_was_made(masked: Masked) -> None:
    masked.laid_out().made(without_copy=True)
    case, chairman = masked.case, masked.case.person("commune_chairman")

    def signed(statement: Review | None) -> None:
        said = statement or masking.prepare_review(chairman, case.item(masked.row), now=case.now)
        masking.accept(chairman, masked.row.id, statement=said, proof=case.code(chairman), now=case.now)

    def refused(statement: Review | None = None) -> str:
        with pytest.raises(ExtractionRefused) as refusal:
            signed(statement)
        return str(refusal.value.words)

    [camera] = case.item(masked.row).cameras
    assert refused() == str(masking.NOT_SEEN.fill(cameras=camera.label))
    # Somebody else's look is none, nor is one at the original of the same time.
    masked.watch("chief_of_office")
    _, viewing = _lease(signed_in(chairman), case, masked.row)
    original = Left(f"{camera.recorder_id}/{camera.name}", True, case.begin_us, case.end_us)
    record_served(viewing, [original], 1, now=case.now)
    assert refused() == str(masking.NOT_SEEN.fill(cameras=camera.label))
    masked.watch()
    statement = masking.prepare_review(chairman, case.item(masked.row), now=case.now)
    masked.send_back("chief_of_office")
    case.now += MINUTE
    masked.made(without_copy=True)
    # The same bytes of another round were looked at as that round, by other decisions.
    assert refused() == refused(statement) == str(masking.NOT_SEEN.fill(cameras=camera.label))
    masked.send_back("commune_chairman", serial=2)


def test_a_camera_of_which_there_is_no_copy_keeps_nobody_from_signing(masked: Masked) -> None:
    case, chairman = masked.case, masked.case.person("commune_chairman")
    moved = case.district.cameras["A", "reception_room"]
    Camera.objects.filter(id=moved.id).update(label="Camera đã chuyển")
    case.item(masked.row).revision.cameras.add(moved)
    masked.laid_out().made(without_copy=True)
    [camera] = [each for each in case.item(masked.row).cameras if each.id != moved.id]
    with pytest.raises(ExtractionRefused) as refusal:
        masking.prepare_review(chairman, case.item(masked.row), now=case.now)
    assert str(refusal.value.words) == str(masking.NOT_SEEN.fill(cameras=camera.label))
    page = signed_in(chairman).get(f"/trich-xuat/{masked.row.id}/che").content.decode()
    setup = json.loads(html.unescape(page.partition('data-setup="')[2].partition('"')[0]))
    assert [each["label"] for each in setup["cameras"]] == [camera.label]
    assert masked.accept().accepted


def test_the_page_says_what_to_watch_and_gives_the_signature_only_then(
    masked: Masked, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked.laid_out().made()
    case, here = masked.case, f"/trich-xuat/{masked.row.id}/che"
    chairman = signed_in(case.person("commune_chairman"))
    [camera] = case.item(masked.row).cameras

    def page() -> tuple[bool, bool, bool]:
        text = chairman.get(here).content.decode()
        return "che/ky" in text, f'<span class="strong">{camera.label}</span>' in text, "/1/tra-lai" in text

    assert page() == (False, True, True)
    token, _ = _lease(chairman, case, masked.row)
    copy = f"{here}/ban/1/{camera.id}"
    assert chairman.get(copy).status_code == 403
    assert page() == (False, True, True)
    first, *others = chairman.get(copy, headers=token).json()["begins_us"]
    assert page() == (False, True, True), "the head of a copy shows nothing"
    assert chairman.get(copy, {"tu": first}, headers=token).status_code == 200
    assert page() == (False, True, True), "nor is a part of it the whole"
    monkeypatch.setattr(masking, "AHEAD_S", 60)
    for begin_us in others:
        assert chairman.get(copy, {"tu": begin_us}, headers=token).status_code == 200
    assert page() == (True, False, True)


def test_nobody_reviews_footage_of_a_counter_where_they_worked_that_day(masked: Masked) -> None:
    masked.laid_out().made(without_copy=True)
    case, chairman = masked.case, masked.case.person("commune_chairman")
    masked.watch()
    day = moment(case.begin_us).astimezone(VIETNAM).date()
    CounterPost.objects.create(person=chairman.person, counter=case.district.counters["A"], valid_from=day)
    with pytest.raises(ExtractionRefused) as refusal:
        masking.prepare_review(chairman, case.item(masked.row), now=case.now)
    assert refusal.value.words == OWN_COUNTER
    with pytest.raises(ExtractionRefused):
        masked.send_back("commune_chairman")
    page = signed_in(chairman).get(f"/trich-xuat/{masked.row.id}/che").content.decode()
    assert OWN_COUNTER.vi in page
    assert ("che/ky" in page, "/1/tra-lai" in page) == (False, False)
    assert masked.accept("chief_of_office").accepted


def test_who_worked_at_that_counter_is_not_asked_to_review_and_the_drawer_hears_when_nobody_is_left(
    masked: Masked,
) -> None:
    case, day = masked.case, moment(masked.case.begin_us).astimezone(VIETNAM).date()
    chairman = case.person("commune_chairman")

    def posted(person: UUID) -> None:
        CounterPost.objects.create(person_id=person, counter=case.district.counters["A"], valid_from=day)

    def told(words: Words) -> set[UUID]:
        notices = Notice.objects.filter(vi=str(words.fill(number=str(masked.row))))
        return set(notices.values_list("deliveries__address", flat=True))

    def verbs(role: str) -> list[str]:
        return [duty.verb.en for duty in duties(case.person(role), now=case.now)]

    posted(chairman.person_id)
    masked.laid_out().made(without_copy=True)
    left = people_who(Right.APPROVE, case.room, now=case.now) - {chairman.person_id, masked.drawer.person_id}
    assert told(masking.TO_REVIEW) == left
    assert case.person("chief_of_office").person_id in left
    assert chairman.person.full_name not in who_next(case.item(masked.row), now=case.now)
    assert (verbs("commune_chairman"), verbs("chief_of_office")) == ([], ["Review the covers"])
    masked.send_back("chief_of_office")
    for person in left:
        posted(person)
    masked.made(without_copy=True)
    assert told(masking.NOBODY_LEFT) == {masked.drawer.person_id}
    assert who_next(case.item(masked.row), now=case.now) == []
    page = signed_in(masked.drawer).get(f"/trich-xuat/{masked.row.id}/che").content.decode()
    assert str(masking.NOBODY_LEFT.fill(number=str(masked.row))) in page


def test_nobody_accepts_without_signing_and_what_is_signed_is_exactly_this_copy(masked: Masked) -> None:
    row, case = masked.laid_out().made(without_copy=True), masked.case
    with pytest.raises(IntegrityError), transaction.atomic():
        MaskRound.objects.filter(id=row.id).update(
            reviewed_by=case.person("commune_chairman").person_id, reviewed_at=case.now, accepted=True
        )
    chairman = case.person("commune_chairman")
    masked.watch()
    statement = masking.prepare_review(chairman, case.item(masked.row), now=case.now)
    case.code(chairman)
    for other in (
        replace(statement, copies="ab" * 32), replace(statement, drawer=statement.person),
        replace(statement, scope="cd" * 32), replace(statement, at_us=statement.at_us - 16 * 60 * S),
    ):  # fmt: skip
        with pytest.raises(ExtractionRefused):
            masking.accept(chairman, masked.row.id, statement=other, proof=case.code(chairman), now=case.now)
    wrong = ByCode("sai", "000000")
    with pytest.raises(ProofRefused):
        masking.accept(chairman, masked.row.id, statement=statement, proof=wrong, now=case.now)
    accepted = masked.accept()
    assert accepted.accepted
    assert accepted.record is not None
    assert accepted.record["statement"]["drawer"] == str(masked.drawer.person_id)
    with pytest.raises(ExtractionRefused):
        masked.accept("chief_of_office")


def test_a_copy_that_could_not_be_packed_is_begun_anew_and_its_drawing_is_kept(masked: Masked) -> None:
    case = masked.case
    row = masked.laid_out().made(without_copy=True)
    masked.accept()
    one(case, masked.build)
    failed = Build.objects.get(id=masked.build.id)
    assert failed.failure_vi.startswith("Bản sao đã che không còn đúng")
    assert not masking.work_folder(masked.row.id).exists()
    building.begin_build(case.person("technician"), masked.row.id, now=case.now)
    assert next_step(failed.id, now=case.now) == (Next.FETCH, None)
    masking.work_folder(masked.row.id).mkdir()
    (masking.work_folder(masked.row.id) / mask_building.SHEETS).write_text('{"cameras":{}}')
    page = signed_in(masked.drawer).get(f"/trich-xuat/{masked.row.id}/che").content.decode()
    assert "4000, 3000, 1500, 4000" in page
    again = masked.drawn()
    assert (again.serial, again.attempt, row.attempt) == (2, 2, 1)


def test_a_round_is_sent_back_with_a_reason_and_drawn_anew_and_only_the_last_counts(masked: Masked) -> None:
    masked.laid_out().made(without_copy=True)
    with pytest.raises(ExtractionRefused):
        masked.send_back("commune_chairman", said=" ")
    masked.send_back("commune_chairman", said="Còn một người ở bên trái")
    assert next_step(masked.build.id, now=masked.case.now)[0] is Next.WAIT
    assert masked.drawn().serial == 2
    with pytest.raises(ExtractionRefused):
        masked.send_back("commune_chairman")


def test_sealed_files_of_a_copy_that_nobody_finishes_or_that_was_withdrawn_do_not_stay(masked: Masked) -> None:
    masked.laid_out()
    case, build = masked.case, masked.build.id
    assert next_step(build, now=case.now + datetime.timedelta(days=29))[0] is Next.WAIT
    assert next_step(build, now=case.now + datetime.timedelta(days=31))[0] is Next.DROP
    requests.withdraw(case.asker, masked.row.id, reason="Không cần nữa", now=case.now)
    assert next_step(build, now=case.now)[0] is Next.DROP
    one(case, masked.build)
    assert not masking.work_folder(masked.row.id).exists()
    assert not building.waiting_builds()


def heard(case: Case, role: str) -> list[str]:
    """What somebody was told of builds that failed."""
    rows = Delivery.objects.filter(address=case.person(role).person_id, notice__vi__contains="chưa lập được")
    return list(rows.order_by("delivered_at").values_list("notice__vi", flat=True))


def test_a_masked_copy_that_fails_after_weeks_may_begin_again_and_everybody_with_a_hand_in_it_is_told(
    masked: Masked,
) -> None:
    case, technician = masked.case, masked.case.person("technician")
    masked.laid_out().made(without_copy=True)
    masked.accept()
    case.now += datetime.timedelta(days=20)
    one(case, masked.build)
    found = case.item(masked.row)
    assert (found.stage, found.until) == (Stage.FAILED, case.now + datetime.timedelta(days=7))
    for role in ("technician", "service_centre_head"):
        [said] = heard(case, role)
        assert "không còn đúng như khi kiểm duyệt. Kỹ thuật viên lập lại được đến" in said
    case.now += datetime.timedelta(days=6)
    building.begin_build(technician, masked.row.id, now=case.now)
    assert case.item(masked.row).stage is Stage.BUILDING


def test_a_masked_copy_that_nobody_finished_may_begin_again_but_not_for_ever(masked: Masked) -> None:
    case, approved = masked.case, masked.case.item(masked.row).counting[-1].at
    masked.laid_out()
    case.now += datetime.timedelta(days=31)
    one(case, masked.build)
    found = case.item(masked.row)
    assert (found.stage, found.until) == (Stage.FAILED, approved + datetime.timedelta(days=37))
    assert Build.objects.get().failure_vi == mask_building.NOT_COVERED.vi
    building.begin_build(case.person("technician"), masked.row.id, now=case.now)
    case.now += datetime.timedelta(days=9)
    building.fail_build(masked.build.id, why=packing.NO_ROOM, now=case.now)
    assert case.item(masked.row).stage is Stage.EXPIRED
    assert [each.endswith(building.TOO_LATE.vi) for each in heard(case, "technician")] == [False, True]
    page = signed_in(masked.drawer).get(f"/trich-xuat/{masked.row.id}").content.decode()
    assert building.TOO_LATE.vi in page
    assert "lập lại được đến" not in page


def test_the_page_says_until_when_a_masked_copy_may_begin_again(case: Case) -> None:
    case.now = timezone.now()
    masked = Masked(case)
    building.fail_build(masked.build.id, why=packing.NO_ROOM, now=case.now)
    for role in ("technician", "service_centre_head"):
        page = signed_in(case.person(role)).get(f"/trich-xuat/{masked.row.id}").content.decode()
        assert "Kỹ thuật viên lập lại được đến" in page


def test_a_masked_copy_that_was_withdrawn_is_not_said_to_be_late(masked: Masked) -> None:
    case = masked.laid_out().case
    requests.withdraw(case.asker, masked.row.id, reason="Không cần nữa", now=case.now)
    one(case, masked.build)
    assert Build.objects.get().failure_vi == mask_building.NOT_WANTED.vi
    assert heard(case, "technician") == []


def test_nobody_reviews_what_is_not_made_and_one_word_is_the_last(masked: Masked) -> None:
    masked.laid_out().drawn()
    with pytest.raises(ExtractionRefused):
        masked.accept()
    row = MaskRound.objects.get()
    masking.not_made(row.id, why=Words("Đĩa đầy", "The disk is full"), now=masked.case.now)
    masked.made(without_copy=True)
    again = masked.accept()
    changes: list[dict[str, object]] = [{"accepted": False}, {"copies": {}}, {"decisions": "{}"}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            MaskRound.objects.filter(id=again.id).update(**change)
    with pytest.raises(ExtractionRefused):
        masked.drawn()


def test_why_a_copy_could_not_be_made_is_kept_with_what_it_speaks_of(masked: Masked) -> None:
    row = masked.laid_out().drawn()
    masking.not_made(row.id, why=UNREADABLE.fill(path="ab12.mp4"), now=masked.case.now)
    row.refresh_from_db()
    assert row.failure_vi.startswith("Không đọc được tệp ab12.mp4 để lập bản sao")
    assert row.failure_en.startswith("The file ab12.mp4 cannot be read to make a copy")


def test_who_may_not_ask_does_not_draw_and_who_may_not_approve_does_not_review(masked: Masked) -> None:
    masked.laid_out()
    with pytest.raises(ExtractionRefused):
        masking.draw(masked.case.person("technician"), masked.row.id, decisions=masked.decisions(), now=masked.case.now)
    masked.made(without_copy=True)
    with pytest.raises(ExtractionRefused):
        masked.send_back("technician")
    with pytest.raises(ExtractionRefused):
        masking.prepare_review(masked.case.person("technician"), masked.case.item(masked.row), now=masked.case.now)


def test_a_copy_that_is_not_what_was_reviewed_is_never_packed(masked: Masked) -> None:
    row = masked.laid_out().made()
    masked.accept()
    path = mask_building.copy_path(masked.row.id, 1, str(masked.case.camera))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(CopyFailed):
        mask_building.reviewed_copies(masked.masking, 1, row.copies)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"cameras":[]}', '{"cameras":{"x":{}}}', '{"cameras":' * 3000,
     '{"cameras":{"x":{"tracks":[{"number":1,"keys":[],"ends_us":null}],"decided":[],"sound":[]}}}',
     '{"cameras":{"x":{"tracks":[{"number":1,"keys":[[5,[0,0,0,1]]],"ends_us":null}],"decided":[],"sound":[]}}}',
     '{"cameras":{"x":{"tracks":[{"number":1,"keys":[[5,[0,0,9,9]]],"ends_us":5}],"decided":[],"sound":[]}}}',
     '{"cameras":{"x":{"tracks":[],"decided":[[5,5]],"sound":[]}}}',
     '{"cameras":{"x":{"tracks":[],"decided":[],"sound":[[1,2,"loud"]]}}}'],
)  # fmt: skip
def test_decisions_of_another_shape_are_refused_in_words(text: str) -> None:
    with pytest.raises(DecisionsMalformed) as refusal:
        read(text)
    assert refusal.value.words.vi


def test_sound_is_heard_only_of_time_that_was_looked_at_and_the_careful_decision_wins() -> None:
    decided = Decided(
        spans=((10, 20), (20, 30), (40, 50)),
        sound=((0, 45, DISTORTED), (12, 14, MUTED), (25, 60, PLAIN), (48, 49, MUTED)),
    )
    assert decided.audible == (
        (10, 12, DISTORTED), (14, 30, DISTORTED), (40, 45, DISTORTED), (45, 48, PLAIN), (49, 50, PLAIN),
    )  # fmt: skip
    assert Decided(sound=((0, 60, DISTORTED),)).audible == ()
    assert Decided(spans=((0, 60),)).audible == ()


def test_a_copy_is_ordered_without_the_sound_of_seconds_that_nobody_looked_at(
    masked: Masked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_us, ordered = masked.case.begin_us, list[Hidden]()

    def cut_copy(target: Path, cut: Cut, hidden: Hidden, tell: Tell) -> None:
        ordered.append(hidden)

    monkeypatch.setattr(copies_masking, "cut_copy", cut_copy)
    looked_at, whole = [begin_us, begin_us + 5 * S], [begin_us, begin_us + LENGTH_US]
    said = masked.decisions(decided=[looked_at], sound=[[*whole, DISTORTED]])
    masking.draw(masked.drawer, masked.laid_out().row.id, decisions=said, now=masked.case.now)
    decided = read(MaskRound.objects.get().decisions)[str(masked.case.camera)]
    masked_copy(tmp_path / "copy.mp4", masked.masking.cut(str(masked.case.camera)), decided)
    assert [hidden.sound for hidden in ordered] == [((*looked_at, DISTORTED),)]


def test_nobody_keeps_a_voice_as_it_was_in_a_masked_copy(masked: Masked) -> None:
    begin_us = masked.case.begin_us
    masked.laid_out()
    said = masked.decisions(sound=[[begin_us, begin_us + S, PLAIN]])
    with pytest.raises(ExtractionRefused) as refusal:
        masking.draw(masked.drawer, masked.row.id, decisions=said, now=masked.case.now)
    assert refusal.value.words == masking.KEPT_VOICE
    assert 'value="plain"' not in signed_in(masked.drawer).get(f"/trich-xuat/{masked.row.id}/che").content.decode()
    asked = {"begin_us": begin_us, "end_us": begin_us + S}
    covers = {"camera": str(masked.case.camera), "looked_at": [asked], "sound": [{**asked, "treated": PLAIN}]}
    answer = signed_in(masked.drawer).post(
        f"/api/extractions/{masked.row.id}/masking/rounds", {"covers": [covers]}, content_type="application/json"
    )
    assert (answer.status_code, MaskRound.objects.count()) == (409, 0)


def test_sound_beyond_what_was_asked_for_is_not_told_of_the_copies(masked: Masked) -> None:
    case = masked.case
    begin_us, end_us = masked.plan.scope.asked.range_us
    wide, outside = [begin_us - S, end_us + S], [end_us + 2 * S, end_us + 3 * S]
    said = masked.decisions(decided=[wide, outside], sound=[[*wide, DISTORTED], [*outside, DISTORTED]])
    masking.draw(masked.drawer, masked.laid_out().row.id, decisions=said, now=case.now)
    audible = mask_building.audible_in(masked.masking, MaskRound.objects.get().decisions)
    assert list(audible.values()) == [((begin_us, end_us, DISTORTED),)]


def _of_before(masked: Masked, **more: Any) -> MaskRound:
    """A round of when a voice could still stay as it was."""
    begin_us = masked.laid_out().case.begin_us
    text = written(read(masked.decisions(sound=[[begin_us, begin_us + S, PLAIN]])))
    return MaskRound.objects.create(
        extraction=masked.row, serial=1, drawn_by=masked.drawer.person, drawn_at=masked.case.now, decisions=text,
        digest=digest(text), **more,
    )  # fmt: skip


@pytest.mark.parametrize("made", [False, True])
def test_a_round_that_kept_a_voice_before_the_rule_comes_back_to_be_drawn_anew(masked: Masked, made: bool) -> None:
    case = masked.case
    copies = {"rendered_at": case.now, "copies": {str(case.camera): "ab" * 32}} if made else {}
    row = _of_before(masked, **copies)
    assert next_step(masked.build.id, now=case.now) == (Next.ANEW, row)
    one(case, masked.build)
    row.refresh_from_db()
    assert (row.failed_at, row.failure_vi) == (case.now, masking.KEPT_VOICE.vi)
    assert next_step(masked.build.id, now=case.now)[0] is Next.WAIT
    [told] = Notice.objects.filter(route="masking", deliveries__address=masked.drawer.person_id)
    assert told.vi.endswith(f"phải sửa: {masking.KEPT_VOICE.vi}")
    for tried in (masked.accept, lambda: masked.send_back("commune_chairman")):
        with pytest.raises(ExtractionRefused):
            tried()
    assert [each.verb.en for each in duties(masked.drawer, now=case.now)] == ["Draw covers"]
    said = "Bản sao lần 1 phải lập lại" if made else "Chưa lập được bản sao lần 1"
    assert said in [str(each.what) for each in life(case.item(masked.row))]
    assert masked.drawn().serial == 2


def test_a_round_that_kept_a_voice_and_was_signed_for_before_the_rule_is_not_packed(masked: Masked) -> None:
    case, chairman = masked.case, masked.case.person("commune_chairman")
    _of_before(
        masked, rendered_at=case.now, copies={str(case.camera): "ab" * 32}, reviewed_by=chairman.person,
        reviewed_at=case.now, accepted=True, record={},
    )  # fmt: skip
    one(case, masked.build)
    assert Build.objects.get(id=masked.build.id).failure_vi == masking.KEPT_VOICE.vi
    assert not masking.work_folder(masked.row.id).exists()


@pytest.mark.parametrize(
    ("sound", "vi", "en"),
    [
        ([], "tắt toàn bộ.", "silent throughout."),
        ([[0, LENGTH_US, DISTORTED]], "biến giọng toàn bộ.", "voices distorted throughout."),
        (
            [[0, LENGTH_US, DISTORTED], [4 * S, 6 * S, MUTED]],
            "biến giọng {0} – {4}; biến giọng {6} – {12}; phần còn lại tắt.",
            "voices distorted {0} – {4}; voices distorted {6} – {12}; silent otherwise.",
        ),
    ],
)
def test_the_package_says_what_was_done_to_the_sound_of_these_very_copies(
    masked: Masked, sound: list[list[Any]], vi: str, en: str
) -> None:
    case = masked.case
    said = masked.decisions(sound=[[case.begin_us + a, case.begin_us + b, kind] for a, b, kind in sound])
    masking.draw(masked.drawer, masked.laid_out().row.id, decisions=said, now=case.now)
    scope, facts = masked.plan.scope, masked.plan.facts
    audible = mask_building.audible_in(masked.masking, MaskRound.objects.get().decisions)
    [stream] = scope.asked.streams
    copy = Derived("masked", "copies/01.mp4", stream.recorder, stream.camera, stream.stream, *scope.asked.range_us)
    found = documents(scope, facts, [], [copy], audible=audible, sign=bytes, now=case.now)
    [readme] = [each.open().read().decode() for each in found if each.name == "README.txt"]
    times = [f"{moment(case.begin_us + n * S).astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" for n in range(13)]
    label = facts.labels[stream.recorder, stream.camera]
    for words in (vi, en):
        assert f"- {label}: {words.format(*times)}\n" in readme


def test_the_same_decisions_have_the_same_bytes(masked: Masked) -> None:
    said = read(masked.decisions())
    assert read(written(said)) == said
    assert written(read(written(said))) == written(said)


def test_pictures_and_copies_leave_only_under_a_lease_of_this_session(masked: Masked) -> None:
    case = masked.case
    masked.laid_out().made()
    times = json.loads((masking.work_folder(masked.row.id) / mask_building.SHEETS).read_text())
    at_us = times["cameras"][str(case.camera)][3]
    here = f"/trich-xuat/{masked.row.id}/che"
    picture, copy = f"{here}/hinh/{case.camera}/{at_us}.jpg", f"{here}/ban/1/{case.camera}?tu={case.begin_us}"
    client = signed_in(masked.drawer)
    assert client.get(here).status_code == 200
    for address in (picture, copy):
        assert client.get(address).status_code == 403
        assert client.get(address, headers={"X-Lease": "forged.token"}).status_code == 403
    token, viewing = _lease(client, case, masked.row)
    shown = client.get(picture, headers=token)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert client.get(copy, headers=token)["Content-Type"] == "video/mp4"
    assert client.get(f"{here}/hinh/{case.camera}/{at_us + 1}.jpg", headers=token).status_code == 404
    other = signed_in(case.person("commune_chairman"))
    assert other.get(picture, headers=token).status_code == 403
    client.post(f"/api/viewings/{viewing}/close", {}, content_type="application/json")
    assert client.get(picture, headers=token).status_code == 403


def test_nobody_takes_a_copy_along_faster_than_it_is_watched_nor_as_a_file(
    masked: Masked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who drew it may have covered nobody: then it is the original, and nobody else has looked at it yet."""
    case = masked.case
    assert masking.AHEAD_S * S == AHEAD_US
    # So that a slow machine does not come by its second piece rightly.
    monkeypatch.setattr(masking, "AHEAD_S", 6.5)
    masking.draw(masked.drawer, masked.laid_out().row.id, decisions=masked.decisions(tracks=[]), now=case.now)
    row = MaskRound.objects.get()
    masking.made(row.id, copies=mask_building.make(masked.masking, 1, row.decisions), now=case.now)
    whole = mask_building.copy_path(masked.row.id, 1, str(case.camera)).read_bytes()
    client = signed_in(masked.drawer)
    token, viewing = _lease(client, case, masked.row)
    copy = f"/trich-xuat/{masked.row.id}/che/ban/1/{case.camera}"
    told = client.get(copy, headers=token)
    assert (told["Content-Type"], len(told.content) < 8_000) == ("application/json", True), "no picture is in it"
    begins = told.json()["begins_us"]
    assert (begins[0], told.json()["end_us"]) == (case.begin_us, case.begin_us + LENGTH_US)
    assert max(b - a for a, b in pairwise([*begins, told.json()["end_us"]])) <= AHEAD_US
    given, refused, stretch_us = 0, 0, 0
    for begin_us, end_us in pairwise([*begins, told.json()["end_us"]]):
        answer = client.get(copy, {"tu": begin_us}, headers=token)
        if answer.status_code == 429:
            refused += 1
            assert 1 <= int(answer["Retry-After"]) <= 10
            assert masking.NOT_SO_FAST.fill(n=answer["Retry-After"]).vi == answer.json()["vi"]
        else:
            given, stretch_us = given + len(answer.content), stretch_us + end_us - begin_us
    assert refused
    assert stretch_us <= AHEAD_US
    assert given < len(whole)
    assert client.get(copy, headers=token | {"Range": "bytes=0-"}).headers["Content-Type"] == "application/json"
    for nonsense in ("", "x", "²", str(begins[0] + 1), "9" * 400):
        assert client.get(copy, {"tu": nonsense}, headers=token).status_code == 404
    # Another viewing of the same person, or another line, begins nothing anew.
    again, _ = _lease(client, case, masked.row)
    assert client.get(copy, {"tu": begins[-1]}, headers=again).status_code == 429
    client.post(f"/api/viewings/{viewing}/close", {}, content_type="application/json")
    assert client.get(copy, {"tu": begins[0]}, headers=token).status_code == 403


@pytest.mark.parametrize("kind", [MUTED, DISTORTED])
def test_the_sound_of_a_copy_is_played_only_to_who_may_hear_it_and_none_is_recorded_where_none_is(
    masked: Masked, kind: str
) -> None:
    case = masked.case
    said = masked.decisions(sound=[[case.begin_us, case.begin_us + LENGTH_US, kind]])
    masking.draw(masked.drawer, masked.laid_out().row.id, decisions=said, now=case.now)
    row = MaskRound.objects.get()
    masking.made(row.id, copies=mask_building.make(masked.masking, 1, row.decisions), now=case.now)
    client, copy = signed_in(masked.drawer), f"/trich-xuat/{masked.row.id}/che/ban/1/{case.camera}"
    deaf, silent = _lease(client, case, masked.row, sound=False)
    for asked in ({}, {"tu": case.begin_us}):
        answer = client.get(copy, asked, headers=deaf)
        if kind == DISTORTED:
            assert (answer.status_code, answer.json()["vi"]) == (403, masking.NOT_HEARD.vi)
        else:
            assert answer.status_code == 200
    assert set(Served.objects.filter(viewing=silent).values_list("sound", flat=True)) <= {False}
    if kind == MUTED:
        assert "mp4a" not in client.get(copy, headers=deaf).json()["codecs"]
        return
    hearing, viewing = _lease(client, case, masked.row)
    assert "mp4a" in client.get(copy, headers=hearing).json()["codecs"]
    assert client.get(copy, {"tu": case.begin_us}, headers=hearing).status_code == 200
    assert set(Served.objects.filter(viewing=viewing).values_list("sound", flat=True)) == {False, True}


def test_what_was_given_whole_by_an_earlier_version_counts_as_watched(masked: Masked) -> None:
    row, case = masked.laid_out().made(without_copy=True), masked.case
    chairman, [camera] = case.person("commune_chairman"), row.copies
    details = {"serial": row.serial, "camera": camera, "sha256": row.copies[camera]}
    assert masking.unseen(chairman, case.item(masked.row), row)
    about = ("extraction", masked.row.id)
    record(chairman, masking.SERVED_ACT, now=case.now, about=about, details=details)
    assert not masking.unseen(chairman, case.item(masked.row), row)


def test_the_sheets_have_one_picture_a_second_of_what_was_asked_for(masked: Masked) -> None:
    masked.laid_out()
    folder: Path = masking.work_folder(masked.row.id) / "sheets" / str(masked.case.camera)
    found = sorted(int(each.stem) for each in folder.glob("*.jpg"))
    assert len(found) == LENGTH_US // S
    assert found[0] >= masked.case.begin_us
    assert all(abs(b - a - S) < S // 5 for a, b in pairwise(found))


def test_a_masked_copy_goes_its_whole_way_by_json(masked: Masked) -> None:
    case, here = masked.case, f"/api/extractions/{masked.row.id}/masking"
    masked.laid_out()
    camera, begin_us = str(case.camera), case.begin_us

    def post(client: Client, path: str, body: object) -> Any:
        return client.post(f"{here}/{path}", json.dumps(body), content_type="application/json")

    drawer, chairman = signed_in(masked.drawer), signed_in(case.person("commune_chairman"))
    told = drawer.get(here).json()
    assert (told["is_masking"], len(told["pictures"][camera]), told["rounds"]) == (True, LENGTH_US // S, [])
    box = {"at_us": begin_us + S, "left": 4000, "top": 3000, "width": 1500, "height": 4000}
    covers = {
        "camera": camera, "people": [{"number": 1, "boxes": [box]}],
        "looked_at": [{"begin_us": begin_us, "end_us": begin_us + LENGTH_US}],
        "sound": [{"begin_us": begin_us, "end_us": begin_us + LENGTH_US, "treated": "muted"}],
    }  # fmt: skip
    outside = {**covers, "people": [{"number": 1, "boxes": [{**box, "left": 9000}]}]}
    assert post(drawer, "rounds", {"covers": [outside]}).status_code == 409
    drawn = post(drawer, "rounds", {"covers": [covers]})
    assert (drawn.status_code, drawn.json()["rounds"][0]["accepted"]) == (200, None)
    row = MaskRound.objects.get()
    assert read(row.decisions) == read(masked.decisions())
    masking.made(row.id, copies={camera: "ab" * 32}, now=case.now)
    assert post(drawer, "statements", {}).status_code == 403
    assert post(chairman, "refusal", {"serial": 2, "said": "Còn"}).status_code == 409
    case.now = timezone.now()
    case.code(case.person("commune_chairman"))
    blind = post(chairman, "statements", {})
    [label] = [each.label for each in case.item(masked.row).cameras]
    assert (blind.status_code, blind.json()["vi"]) == (409, str(masking.NOT_SEEN.fill(cameras=label)))
    masked.watch()
    said = post(chairman, "statements", {}).json()
    assert (said["drawer"], said["scope"]) == (str(masked.drawer.person_id), case.item(masked.row).revision.scope_hash)
    case.now = timezone.now() + MINUTE / 2
    proof = case.code(case.person("commune_chairman"))
    done = post(chairman, "acceptance", {"by_code": {"password": proof.password, "code": proof.code}})
    assert done.status_code == 200, done.content
    assert done.json()["rounds"][0]["accepted"] is True
    assert post(chairman, "acceptance", {"by_code": {"password": "x", "code": "1"}}).status_code == 409
