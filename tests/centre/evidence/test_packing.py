"""The package of an approved extraction: whole, verified before anybody gets it, silent about what it is for."""

import asyncio
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from minhbach.centre.access.actions.exports import close_export, lease_export
from minhbach.centre.access.actions.viewings import ViewingRefused
from minhbach.centre.access.models import Refusal, Viewing
from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building, requests
from minhbach.centre.evidence.actions.stamping import finish_vouched
from minhbach.centre.evidence.leavings import KEPT_AFTER_FAILING, left_over
from minhbach.centre.evidence.models import Build
from minhbach.centre.evidence.packing import PackingFailed, Plan, Tries
from minhbach.centre.evidence.progress import Progress, Step, Telling, progress
from minhbach.centre.evidence.proofs import court_keys, key_file
from minhbach.centre.fabric import keys
from minhbach.centre.fabric.client import Client, access
from minhbach.lease import verify as read_lease
from minhbach.ledger.approval import Kind
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.note import NoteError
from minhbach.ledger.verdicts import Verdict
from minhbach.ledger.verify import verify
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.people import signed_in
from tests.edge.keeping import Site


@pytest.fixture
def plan(case: Case) -> Plan:
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    return packing.planned(build.id)


def brought(plan: Plan, history: Site, spoil: bytes = b"") -> None:
    """The sealed files, as they come from the recorder."""

    async def bring(recorder: str, entry: Entry, target: Path) -> None:
        assert recorder == history.home.recorder
        disk = next(each.path for each in history.config.disks)
        shutil.copyfile(disk / entry["path"], target)
        with target.open("ab") as file:
            file.write(spoil)

    asyncio.run(packing.gather(plan, bring))


def test_a_package_of_an_approved_extraction_is_accepted_by_the_courts_verifier(
    case: Case, plan: Plan, history: Site
) -> None:
    brought(plan, history)
    digest, size = packing.pack(plan, now=case.now)
    packed = plan.target.read_bytes()
    assert (hashlib.sha256(packed).hexdigest(), len(packed)) == (digest, size)
    report = verify(plan.target, read_keys(key_file(plan.keys)))
    assert report.verdict in (Verdict.AUTHENTIC, Verdict.UNWITNESSED)
    assert report.approved
    assert [each.kind for each in report.approvals] == [Kind.ATTESTED, Kind.ATTESTED]
    assert report.range_us == (case.begin_us, case.end_us)


def test_what_the_footage_is_for_stands_nowhere_in_the_package(case: Case, plan: Plan, history: Site) -> None:
    brought(plan, history)
    packing.pack(plan, now=case.now)
    wish = case.wish()
    with zipfile.ZipFile(plan.target) as archive:
        names = set(archive.namelist())
        texts = b"".join(archive.read(name) for name in names if not name.endswith((".mp4", ".pdf")))
    assert {"README.txt", "player.html", "report.pdf", "viewings.json", "scope.json", "seal.txt"} <= names
    for secret in (wish.purpose, wish.legal_basis, wish.receiver_name, wish.case_number):
        assert secret.encode() not in texts


def test_the_page_that_plays_names_each_file_and_when_it_is(case: Case, plan: Plan, history: Site) -> None:
    brought(plan, history)
    packing.pack(plan, now=case.now)
    with zipfile.ZipFile(plan.target) as archive:
        page = archive.read("player.html").decode()
        names = set(archive.namelist())
    told = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    pieces = [piece for stream in told["streams"] for piece in stream["pieces"]]
    files = [piece["file"] for piece in pieces if piece["file"]]
    assert set(files) == {name for name in names if name.startswith("originals/")}
    assert (told["begin_us"], told["end_us"]) == (case.begin_us, case.end_us)
    assert "http" not in page.replace("Content-Security-Policy", "").replace("http-equiv", "")


def test_nothing_is_fetched_onto_a_disk_that_would_be_full_of_it(case: Case, plan: Plan) -> None:
    async def bring(recorder: str, entry: Entry, target: Path) -> None:
        raise AssertionError(recorder)

    with pytest.raises(PackingFailed, match="free space"):
        asyncio.run(packing.gather(plan, bring, spare_bytes=1 << 60))


def test_files_that_are_not_what_was_sealed_give_no_package(case: Case, plan: Plan, history: Site) -> None:
    brought(plan, history, spoil=b"x")
    with pytest.raises(Exception, match="not what its entry says"):
        packing.pack(plan, now=case.now)
    assert not plan.target.exists()


def test_a_package_that_the_verifier_would_not_accept_never_lies_at_its_place(
    case: Case, plan: Plan, history: Site, tmp_path: Path
) -> None:
    brought(plan, history)
    other = keys.ensure(tmp_path / "other")
    (tmp_path / "keys" / "witness.key").write_bytes((tmp_path / "other" / "witness.key").read_bytes())
    strange = court_keys(plan.scope, tmp_path)
    assert other.witness.public in {each.public for each in strange.notes}
    (tmp_path / "keys" / "approval.key").write_bytes((tmp_path / "other" / "approval.key").read_bytes())
    with pytest.raises(Exception, match="approval"):
        packing.pack(plan, now=case.now)
    assert not plan.target.exists()


def test_sealed_files_leave_under_a_viewing_of_who_began_and_only_while_they_may(case: Case, plan: Plan) -> None:
    viewing = packing.opened(plan, now=case.now)
    row = Viewing.objects.get(id=viewing)
    assert (row.kind, row.account.person) == ("export", case.person("technician").person)
    assert row.cameras.get().ground == f"extraction:{plan.extraction}"
    lease = read_lease(
        lease_export(viewing, now=case.now), [case.centre.keys.lease_public], round(case.now.timestamp() * 1e6)
    )
    assert (lease.kind, lease.commitment) == ("export", row.commitment)
    assert lease.begin_us <= case.begin_us < case.end_us <= lease.end_us
    closed(plan, case)
    with pytest.raises(ViewingRefused):
        lease_export(viewing, now=case.now)
    assert Refusal.objects.filter(account=plan.actor, wanted="export").exists()
    row.refresh_from_db()
    assert row.ending == "revoked"


def closed(plan: Plan, case: Case) -> None:
    """Who began the build has left."""
    plan.actor.is_active, plan.actor.closed_at = False, case.now
    plan.actor.save()


def test_a_viewing_that_is_over_gives_no_lease(case: Case, plan: Plan) -> None:
    viewing = packing.opened(plan, now=case.now)
    close_export(viewing, now=case.now)
    with pytest.raises(ViewingRefused):
        lease_export(viewing, now=case.now)


def test_a_build_whose_recorder_is_away_fails_in_words_and_may_begin_again(case: Case, plan: Plan) -> None:
    [waiting] = building.waiting_builds()
    assert waiting.id == plan.build
    one(case, waiting)
    waiting.refresh_from_db()
    assert waiting.failure_vi.startswith("Đầu ghi đang mất kết nối")
    assert waiting.digest == ""
    assert Viewing.objects.get(kind="export").closed_at is not None
    building.begin_build(case.person("technician"), waiting.extraction_id, now=case.now)
    assert len(building.waiting_builds()) == 1


def one(case: Case, build: Build) -> None:
    """As the worker does it: its loop in a thread, work with the database in this one, where the test's rows are."""
    asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()

    async def do(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        answer: Future[Any] = Future()
        asked.put((answer, partial(work, *arguments, **named)))
        return await asyncio.wrap_future(answer)

    def loop() -> None:
        try:
            asyncio.run(
                packing.Packing(Client(access("nats://127.0.0.1:1", ""), "test"), do, lambda: case.now)._one(build)
            )
        finally:
            asked.put(None)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(loop)
        while (item := asked.get()) is not None:
            answer, work = item
            try:
                answer.set_result(work())
            except Exception as error:
                answer.set_exception(error)
        running.result()


def test_a_request_taken_back_while_it_is_packed_leaves_no_package(
    case: Case, plan: Plan, history: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetched(client: Client, recorder: str, entry: Entry, lease: object, target: Path) -> None:
        disk = next(each.path for each in history.config.disks)
        shutil.copyfile(disk / entry["path"], target)

    def late(*arguments: Any, **named: Any) -> None:
        assert plan.target.exists()
        requests.withdraw(case.asker, plan.extraction, reason="Không cần nữa", now=case.now)
        finish_vouched(*arguments, **named)

    monkeypatch.setattr(packing, "fetch", fetched)
    monkeypatch.setattr(packing, "finish_vouched", late)
    one(case, Build.objects.get(id=plan.build))
    row = Build.objects.get(id=plan.build)
    assert (row.digest, row.failure_vi.split(";")[0]) == ("", "Yêu cầu đã bị rút hoặc hết hạn trong lúc lập gói")
    assert not plan.target.exists()
    assert not building.waiting_builds()


def test_a_build_that_fails_in_a_way_nobody_thought_of_fails_in_words_and_the_worker_goes_on(
    case: Case, plan: Plan, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def planned(build: object) -> Plan:
        raise ZeroDivisionError(build)

    monkeypatch.setattr(packing, "planned", planned)
    one(case, Build.objects.get(id=plan.build))
    row = Build.objects.get(id=plan.build)
    assert row.failure_vi.startswith("Lập gói gặp lỗi của phần mềm")
    assert "ZeroDivisionError" in caplog.text
    assert not building.waiting_builds()


def test_a_build_whose_proof_fails_says_why_in_both_languages(
    case: Case, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planned(build: object) -> Plan:
        raise NoteError("No known key has signed the note.")

    monkeypatch.setattr(packing, "planned", planned)
    one(case, Build.objects.get(id=plan.build))
    row = Build.objects.get(id=plan.build)
    assert row.failure_vi == "Không lập được gói: không có khóa đã biết nào ký văn bản này."
    assert row.failure_en == "The package cannot be built: No known key has signed the note."


def test_a_build_that_takes_the_worker_down_is_not_begun_for_ever(case: Case, plan: Plan) -> None:
    tries = Tries(plan.work)
    assert [tries.another() for _ in range(4)] == [True, True, True, False]
    one(case, Build.objects.get(id=plan.build))
    row = Build.objects.get(id=plan.build)
    assert row.failure_vi.startswith("Tiến trình nền đã dừng giữa chừng ba lần")
    building.begin_build(case.person("technician"), plan.extraction, now=case.now)
    assert tries.another()


def test_what_a_build_leaves_lying_goes_when_nobody_goes_on_with_it(case: Case, plan: Plan) -> None:
    plan.work.mkdir(parents=True)
    (plan.work.parent / "01900000-0000-7000-8000-000000000000.work").mkdir()
    (plan.work.parent / "somebody's own.work").mkdir()
    assert [each.stem[:8] for each in left_over(now=case.now)] == ["01900000"]
    building.fail_build(plan.build, why=packing.NO_ROOM, now=case.now)
    assert plan.work not in left_over(now=case.now)
    assert plan.work in left_over(now=case.now + KEPT_AFTER_FAILING + MINUTE)
    requests.withdraw(case.asker, plan.extraction, reason="Không cần nữa", now=case.now)
    assert plan.work in left_over(now=case.now)


def test_how_far_a_build_is_stands_on_its_page_while_it_is_made(case: Case, plan: Plan, tmp_path: Path) -> None:
    plan.work.mkdir(parents=True)
    Telling(plan.work, 60).share(Step.WORKING, 1, 2)(0.5)
    assert progress(plan.work) == Progress(Step.WORKING, 45, 60)
    page = signed_in(case.person("technician")).get(f"/trich-xuat/{plan.extraction}").content.decode()
    assert 'max="60" value="45"' in page
    assert "45/60 giây" in page
    (plan.work / "progress.json").write_text("[1")
    assert progress(plan.work) is None
    Telling(tmp_path / "nowhere").files(Step.FETCH, 1, 2)


def test_every_step_tells_how_far_it_is(case: Case, plan: Plan, history: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    monkeypatch.setattr(Telling, "_tell", lambda self, found: told.append(found))
    brought(plan, history)
    packing.pack(plan, now=case.now)
    files = len(plan.originals)
    assert [each.done for each in told if each.step is Step.FETCH] == list(range(files))
    assert [each.done for each in told if each.step is Step.PACK] == [0, *range(1, files + 1)]
    assert told[-1].step is Step.VERIFY


def test_whoever_has_no_account_any_more_builds_nothing(case: Case, plan: Plan) -> None:
    closed(plan, case)
    with pytest.raises(PackingFailed):
        packing.planned(plan.build)
