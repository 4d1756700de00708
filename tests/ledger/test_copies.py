"""Copies in a package: called what they are, of what was approved, and never taken for the original."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from minhbach.ledger import note
from minhbach.ledger.extract import Copy, Material, build_approved, seal_text
from minhbach.ledger.scope import Scope, read
from minhbach.ledger.selection import PackageError
from minhbach.ledger.verdicts import Verdict
from tests.ledger.consent import (
    CENTRE,
    attested,
    court,
    keyed,
    material,
    person,
    public_of,
    reviewed,
    scope_of,
    security_key,
    seen,
)
from tests.ledger.evidence import CAMERA, Scene, examined, kinds, relist, rewrite
from tests.ledger.simulation import RECORDER, S


def copy_of(scope: Scope, kind: str, name: str = "000001.mp4", **changes: Any) -> Copy:
    asked = scope.asked
    whole = Copy(kind, RECORDER, *CAMERA, asked.begin_us, asked.end_us, name, lambda: io.BytesIO(b"picture"))
    return replace(whole, **changes)


def masked_scope(room: Scene) -> Scope:
    found = scope_of(room)
    return read(Scope(replace(found.asked, copy="masked"), found.leaves).data)


def with_copies(room: Scene, scope: Scope, *copies: Copy) -> Material:
    approvals = [keyed(scope.hash, 1), attested(scope.hash, 2)]
    reviews = []
    if scope.asked.copy == "masked" and copies:
        reviews = [keyed(scope.hash, 3, said=reviewed(scope.hash, 3, seen(scope, copies)))]
    return replace(material(room, scope, approvals), copies=copies, reviews=reviews)


@pytest.fixture(scope="module")
def masked(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scope, target = masked_scope(room), tmp_path_factory.mktemp("masked") / "p"
    build_approved(target, with_copies(room, scope, copy_of(scope, "masked")))
    return target


@pytest.fixture(scope="module")
def with_cut(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scope, target = scope_of(room), tmp_path_factory.mktemp("cut") / "p"
    build_approved(target, with_copies(room, scope, copy_of(scope, "cut")))
    return target


def changed(package: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """By somebody who has the centre's key."""
    taken = Path(shutil.copytree(package, folder / "p"))
    rewrite(taken, change)
    return resealed(taken)


def test_one_review_does_not_stand_for_two(room: Scene, masked: Path, tmp_path: Path) -> None:
    """An insider would make one look like more."""
    taken = changed(masked, tmp_path, lambda manifest: manifest["reviews"].append(manifest["reviews"][0]))
    report = examined(taken, court(room))
    assert (report.verdict, kinds(report) - {"derived"}) == (Verdict.ALTERED, {"review_altered"})


def resealed(package: Path) -> Path:
    (package / "seal.txt").unlink()
    relist(package)
    digest = sha256((package / "hashes.sha256").read_bytes()).hexdigest()
    (package / "seal.txt").write_bytes(note.sign(seal_text(digest), CENTRE))
    return package


def test_a_masked_package_holds_no_originals_and_is_a_derived_copy(room: Scene, masked: Path) -> None:
    report = examined(masked, court(room))
    assert (report.verdict, kinds(report), report.approved) == (Verdict.DERIVED, {"derived"}, True)
    assert not (masked / "originals").exists()
    assert len(json.loads((masked / "manifest.json").read_bytes())["parts"][0]["entries"]) > 4
    text = "\n".join(report.lines())
    assert "BẢN DẪN XUẤT" in text
    assert "Masked copy: copies/000001.mp4" in text
    assert "Masked copies reviewed: Nguyễn Thị D, Chánh Văn phòng, Tỉnh Hòa Giang" in text
    assert json.loads(json.dumps(report.as_json()))["copies"][0]["kind"] == "masked"


def test_a_working_copy_takes_nothing_from_the_originals_and_is_called_one(room: Scene, with_cut: Path) -> None:
    report = examined(with_cut, court(room))
    assert (report.verdict, report.remarks) == (Verdict.AUTHENTIC, ())
    assert "Working copy: copies/000001.mp4" in "\n".join(report.lines())


def test_a_changed_copy_is_altered(room: Scene, masked: Path, tmp_path: Path) -> None:
    taken = Path(shutil.copytree(masked, tmp_path / "p"))
    (taken / "copies" / "000001.mp4").write_bytes(b"other")
    assert examined(taken, court(room)).verdict == Verdict.ALTERED


def test_a_copy_that_is_gone_is_missed(room: Scene, masked: Path, tmp_path: Path) -> None:
    taken = Path(shutil.copytree(masked, tmp_path / "p"))
    (taken / "copies" / "000001.mp4").unlink()
    assert "listed_missing" in kinds(examined(resealed(taken), court(room)))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda each: each.update(kind="cut"), "copy_stray"),
        (lambda each: each.update(camera="Quầy 9"), "copy_stray"),
        (lambda each: each.update(end_us=each["end_us"] + 3600 * S), "copy_stray"),
        (lambda each: each.update(file="originals/000001.mp4"), "manifest_unreadable"),
        (lambda each: each.update(kind="original"), "manifest_unreadable"),
        (lambda each: each.update(more=1), "manifest_unreadable"),
    ],
)
def test_a_copy_of_something_else_is_never_accepted(
    room: Scene, masked: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], kind: str
) -> None:
    taken = changed(masked, tmp_path, lambda manifest: change(manifest["copies"][0]))
    assert kind in kinds(examined(taken, court(room)))


def test_a_masked_package_without_a_copy_is_incomplete(room: Scene, masked: Path, tmp_path: Path) -> None:
    shutil.copytree(masked, tmp_path / "q")
    shutil.rmtree(tmp_path / "q" / "copies")

    def without(manifest: dict[str, Any]) -> None:
        del manifest["copies"], manifest["reviews"]

    taken = changed(tmp_path / "q", tmp_path, without)
    report = examined(taken, court(room))
    assert (report.verdict, kinds(report)) == (Verdict.INCOMPLETE, {"copy_missing"})


def test_an_original_beside_masked_copies_is_altered(room: Scene, masked: Path, with_cut: Path, tmp_path: Path) -> None:
    originals = json.loads((with_cut / "manifest.json").read_bytes())["parts"][0]["originals"]
    shutil.copytree(masked, tmp_path / "q")
    shutil.copytree(with_cut / "originals", tmp_path / "q" / "originals")
    taken = changed(tmp_path / "q", tmp_path, lambda manifest: manifest["parts"][0].update(originals=originals))
    report = examined(taken, court(room))
    assert (report.verdict, report.approved) == (Verdict.ALTERED, False)
    assert "original_in_copy" in kinds(report)


def review_of(masked: Path) -> dict[str, Any]:
    review: dict[str, Any] = json.loads((masked / "manifest.json").read_bytes())["reviews"][0]
    return review


def with_reviews(masked: Path, folder: Path, *reviews: Any) -> Path:
    """The package with other reviews, sealed by the centre."""
    return changed(masked, folder, lambda manifest: manifest.update(reviews=[each.as_json() for each in reviews]))


def test_masked_copies_that_nobody_signed_for_are_incomplete(room: Scene, masked: Path, tmp_path: Path) -> None:
    report = examined(changed(masked, tmp_path, lambda manifest: manifest.pop("reviews")), court(room))
    assert (report.verdict, kinds(report) - {"derived"}) == (Verdict.INCOMPLETE, {"review_missing"})


def test_the_centre_cannot_put_other_copies_under_a_reviewers_key(room: Scene, masked: Path, tmp_path: Path) -> None:
    taken = Path(shutil.copytree(masked, tmp_path / "p"))
    (taken / "copies" / "000001.mp4").write_bytes(b"less is covered")
    report = examined(resealed(taken), court(room))
    assert (report.verdict, kinds(report)) == (Verdict.ALTERED, {"review_altered", "derived"})
    moved = changed(
        masked, tmp_path / "q", lambda said: said["copies"][0].update(end_us=said["copies"][0]["end_us"] - S)
    )
    assert "review_altered" in kinds(examined(moved, court(room)))


def test_a_review_counts_for_these_copies_by_another_than_who_drew_and_with_a_key_of_their_own(
    room: Scene, masked: Path, tmp_path: Path
) -> None:
    scope = masked_scope(room)
    copies = seen(scope, [copy_of(scope, "masked")])
    true = reviewed(scope.hash, 3, copies)
    own = reviewed(scope.hash, 3, copies, drawer=3)
    wrong = {
        "other copies": attested(scope.hash, 3, reviewed(scope.hash, 3, "ab" * 32)),
        "another scope": attested(scope.hash, 3, reviewed("cd" * 32, 3, copies)),
        "the drawer": attested(scope.hash, 3, own),
        "an approver's key": keyed(scope.hash, 3, security_key(1), true),
        "a changed drawer": replace(attested(scope.hash, 3, own), statement=true),
    }
    for number, (what, review) in enumerate(wrong.items()):
        report = examined(with_reviews(masked, tmp_path / str(number), review), court(room))
        assert (report.verdict, "review_altered" in kinds(report)) == (Verdict.ALTERED, True), what
    weak_word = attested(scope.hash, 1, reviewed(scope.hash, 1, copies))
    weak = examined(with_reviews(masked, tmp_path / "weak", weak_word), court(room))
    assert weak.verdict == Verdict.DERIVED
    assert "the weaker kind" in "\n".join(line for line in weak.lines() if "reviewed" in line)


def test_who_reviewed_is_judged_by_the_courts_keys_alone(room: Scene, masked: Path) -> None:
    nobody = examined(masked, court(room, centre=False))
    assert "review_unjudged" in kinds(nobody)
    assert nobody.reviews == ()
    listed = court(room) + f"approver {public_of(security_key(3))} Chị D\n"
    assert [each.kind.value for each in examined(masked, listed).reviews if each.kind] == ["security_key_listed"]
    said = review_of(masked)["statement"]
    assert (said["person"], said["drawer"]) == (person(3), person(9))


def test_a_review_stands_beside_masked_copies_and_nowhere_else(
    room: Scene, masked: Path, with_cut: Path, tmp_path: Path
) -> None:
    review = review_of(masked)
    stray = changed(with_cut, tmp_path, lambda manifest: manifest.update(reviews=[review]))
    assert "review_stray" in kinds(examined(stray, court(room)))
    shapes: list[Any] = [
        [], [1], [review | {"more": 1}], [review | {"statement": review["statement"] | {"drawer": "x"}}],
        [review | {"statement": {name: value for name, value in review["statement"].items() if name != "copies"}}],
    ]  # fmt: skip
    for number, shape in enumerate(shapes):
        taken = changed(masked, tmp_path / str(number), partial(dict.update, reviews=shape))
        assert "manifest_unreadable" in kinds(examined(taken, court(room)))


@pytest.mark.parametrize("name", ["originals/000009-x.mp4", "copies/x.mp4", "checkpoints/000777.txt"])
def test_what_the_manifest_does_not_name_stands_not_beside_footage_even_under_the_centres_seal(
    room: Scene, with_cut: Path, tmp_path: Path, name: str
) -> None:
    taken = Path(shutil.copytree(with_cut, tmp_path / "p"))
    (taken / name).write_bytes(b"x")
    assert kinds(examined(resealed(taken), court(room))) == {"file_stray"}


def test_only_what_was_asked_for_is_built(room: Scene, tmp_path: Path) -> None:
    original, masked = scope_of(room), masked_scope(room)
    wrong = [
        with_copies(room, original, copy_of(original, "masked")),
        with_copies(room, masked, copy_of(masked, "cut")),
        with_copies(room, masked),
        with_copies(room, masked, copy_of(masked, "masked", "a/b.mp4")),
        with_copies(room, masked, copy_of(masked, "masked", camera="Quầy 9")),
        with_copies(room, masked, copy_of(masked, "masked"), copy_of(masked, "masked")),
        replace(with_copies(room, masked, copy_of(masked, "masked")), reviews=()),
        replace(with_copies(room, masked, copy_of(masked, "masked")), copies=[copy_of(masked, "masked", "other.mp4")]),
        replace(with_copies(room, original), reviews=with_copies(room, masked, copy_of(masked, "masked")).reviews),
    ]
    for number, each in enumerate(wrong):
        with pytest.raises(PackageError):
            build_approved(tmp_path / str(number), each)
    assert list(tmp_path.iterdir()) == []
