"""A working copy that cannot be made is said wherever copies are promised: report, README, page and life."""

import json
import zipfile
from pathlib import Path

import pytest

from minhbach.centre.evidence import contents, packing
from minhbach.centre.evidence.actions import building
from minhbach.centre.evidence.actions.stamping import Attesting, finish_vouched
from minhbach.centre.evidence.copies import cutting, working
from minhbach.centre.evidence.copies.cutting import Cut, cut_copy
from minhbach.centre.evidence.copies.sealed import CopyFailed, Sealed
from minhbach.centre.evidence.models import Build
from minhbach.centre.evidence.packing import Plan
from minhbach.centre.words import Words
from minhbach.decode.child import DecoderDied, DecoderUnavailable, DecodeTrouble, NotDecodable
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_packing import brought
from tests.centre.people import signed_in
from tests.edge.keeping import Site

pytestmark = pytest.mark.django_db
WHY = Words("Hình bị hỏng ở {at}.", "The picture is broken at {at}.").fill(at="08:15")


@pytest.fixture
def plan(case: Case) -> Plan:
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    return packing.planned(build.id)


def packed(case: Case, plan: Plan, history: Site, monkeypatch: pytest.MonkeyPatch) -> tuple[str, dict[str, object]]:
    """Builds it as the worker does; returns the README's text and what the report is told."""
    told: dict[str, object] = {}

    def printed(form: Path, values: dict[str, object], **more: object) -> bytes:
        told.update(values)
        return b"%PDF-"

    monkeypatch.setattr(contents, "pdf", printed)
    brought(plan, history)
    attesting = Attesting(case.now)
    digest, size = packing.pack(plan, now=case.now, attesting=attesting)
    finish_vouched(plan.build, attesting, digest=digest, size_bytes=size, now=case.now)
    with zipfile.ZipFile(plan.target) as archive:
        return " ".join(archive.read("README.txt").decode().split()), told


def test_a_copy_that_fails_is_named_with_its_reason_everywhere(
    case: Case, plan: Plan, history: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(target: Path, cut: Cut, **more: object) -> None:
        raise CopyFailed(WHY)

    monkeypatch.setattr(working, "cut_copy", cut)
    readme, told = packed(case, plan, history, monkeypatch)
    [label] = plan.facts.labels.values()
    said = f"Không lập được bản sao làm việc của {label}; bản gốc vẫn đầy đủ trong gói. Lý do: Hình bị hỏng ở 08:15."
    assert said in readme
    assert f"No working copy of {label} could be made" in readme
    assert "The picture is broken at 08:15." in readme
    assert "cắt đúng từng giây" not in readme
    assert "Gói này không có bản sao làm việc" in readme
    assert told["copies"] == [{"label": label, "said": "Không lập được: Hình bị hỏng ở 08:15."}]
    assert Build.objects.get(id=plan.build).failure_vi == said
    page = signed_in(case.person("technician")).get(f"/trich-xuat/{plan.extraction}").content.decode()
    assert page.count(said) == 2


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (NotDecodable("Invalid data found"), cutting.UNDECODABLE),
        (DecoderDied("The child that makes copies was ended: EOFError."), cutting.ENDED),
        (DecoderUnavailable("The child that makes copies did not start: it is not confined"), cutting.UNAVAILABLE),
    ],
)
def test_what_goes_wrong_in_the_decoder_is_told_in_vietnamese_and_exactly_in_the_log(
    case: Case,
    plan: Plan,
    history: Site,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    problem: DecodeTrouble,
    why: Words,
) -> None:
    def copying() -> None:
        raise problem

    monkeypatch.setattr(cutting, "Copying", copying)
    readme, told = packed(case, plan, history, monkeypatch)
    [label] = plan.facts.labels.values()
    assert told["copies"] == [{"label": label, "said": f"Không lập được: {why.vi}"}]
    assert f"bản gốc vẫn đầy đủ trong gói. Lý do: {why.vi}" in readme
    assert str(problem) not in readme + Build.objects.get(id=plan.build).failure_vi
    assert str(problem) in caplog.text


def test_a_copy_that_is_made_is_listed_by_its_file_and_an_earlier_failure_is_not_kept(
    case: Case, plan: Plan, history: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(target: Path, cut: Cut, **more: object) -> None:
        target.write_bytes(b"a copy")

    building.fail_build(plan.build, why=packing.NO_ROOM, now=case.now)
    building.begin_build(case.person("technician"), plan.extraction, now=case.now)
    monkeypatch.setattr(working, "cut_copy", cut)
    readme, told = packed(case, plan, history, monkeypatch)
    [label] = plan.facts.labels.values()
    assert told["copies"] == [{"label": label, "said": "copies/01-quay-1-working.mp4"}]
    assert "cắt đúng từng giây" in readme
    assert "Không lập được" not in readme
    assert Build.objects.get(id=plan.build).failure_vi == ""
    with zipfile.ZipFile(plan.target) as archive:
        page = archive.read("player.html").decode()
    [stream] = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["streams"]
    assert stream["copy"] == "copies/01-quay-1-working.mp4"


def test_the_words_of_a_broken_file_name_no_folder_of_ours(tmp_path: Path) -> None:
    broken = tmp_path / "ab12.mp4"
    broken.write_bytes(b"no film")
    with pytest.raises(CopyFailed) as refused:
        cut_copy(
            tmp_path / "copy.mp4",
            Cut((Sealed(0, 1_000_000, broken),), 0, 1_000_000, "t", "d", {}),
        )
    assert str(tmp_path) not in str(refused.value.words)
