"""No forger gets AUTHENTIC, and none makes the verifier raise: a thousand here, more in `minhbach bench evidence`."""

from pathlib import Path
from random import Random

import pytest

from minhbach.bench import evidence
from minhbach.bench.corpus import SHARES, Base, corpus
from minhbach.bench.evidence import Tally, forgeries
from minhbach.bench.forging import Files, damage, forged, meaning, relist, unstamped, unzipped, zipped
from minhbach.bench.packages import examined, files_of, trusted
from minhbach.ledger.approval import Kind
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.verdicts import Report, Verdict
from minhbach.ledger.verify import verify

TRUE = {
    "plain": (Verdict.AUTHENTIC, set()),
    "keyed": (Verdict.AUTHENTIC, set()),
    "several": (Verdict.AUTHENTIC, set()),
    "gapped": (Verdict.GAPS, {"gap", "removed", "clock_moved"}),
    "masked": (Verdict.DERIVED, {"derived"}),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return files_of(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> list[Base]:
    return corpus(tmp_path_factory.mktemp("corpus"))


def named(bases: list[Base], name: str) -> Base:
    return next(each for each in bases if each.name == name)


def test_the_true_package_is_authentic(files: Files) -> None:
    report = examined(files, trusted())
    assert (report.verdict, report.remarks, report.approved) == (Verdict.AUTHENTIC, (), True)
    again = dict(files)
    relist(again)
    assert again == files


@pytest.mark.parametrize("name", sorted(TRUE))
def test_every_true_package_is_what_it_is_in_memory_and_from_a_zip(
    bases: list[Base], tmp_path: Path, name: str
) -> None:
    base, target = named(bases, name), tmp_path / "p.zip"
    for packed in (False, True):
        zipped(base.files, target, packed=packed)
        assert unzipped(target) == unstamped(base.files)
        for report in (examined(base.files, base.keys), verify(target, base.own_keys)):
            assert (report.verdict, {each.kind for each in report.remarks}) == TRUE[name]
            assert report.approved
    again = dict(base.files)
    relist(again)
    assert again == base.files


def test_the_packages_hold_what_evidence_can_hold(bases: list[Base]) -> None:
    assert {each.name for each in bases} == set(SHARES) == TRUE.keys()
    reports = {each.name: examined(each.files, each.keys) for each in bases}
    assert [each.kind for each in reports["keyed"].approvals] == [Kind.LISTED_KEY, Kind.CERTIFIED_KEY]
    assert [each.kind for each in reports["masked"].reviews] == [Kind.ATTESTED]
    assert len(reports["several"].stamps) == 1
    assert len(reports["several"].streams) == 2
    notes = {name: sum(file.startswith("checkpoints/") for file in named(bases, name).files) for name in TRUE}
    assert (notes["gapped"], notes["several"]) == (2, 3)


def test_none_of_a_thousand_forged_packages_is_authentic_or_raises(bases: list[Base]) -> None:
    found = forgeries(bases, 1000, seed=1)
    assert isinstance(found, Tally)
    assert (found.false_authentic, found.raised) == ([], [])
    assert found.verdicts[Verdict.ALTERED] > 300
    assert found.verdicts[Verdict.INCOMPLETE] > 10
    assert found.verdicts[Verdict.CANNOT_TELL] > 10


def test_none_of_five_hundred_forged_masked_copies_is_authentic_or_a_copy_of_what_was_approved(
    bases: list[Base],
) -> None:
    masked = named(bases, "masked")
    assert examined(masked.files, masked.keys).verdict == Verdict.DERIVED
    found = forgeries([masked], 500, seed=2)
    assert (found.false_authentic, found.raised) == ([], [])
    assert Verdict.AUTHENTIC not in found.verdicts


def test_of_a_thousand_some_come_from_a_zip_and_under_the_courts_own_arithmetic(
    bases: list[Base], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def watched(path: Path, keys: Keys) -> Report:
        base = next(each for each in bases if each.own_keys is keys)
        seen.append((base.name, unzipped(path) == unstamped(base.files)))
        return verify(path, keys)

    monkeypatch.setattr(evidence, "verify", watched)
    monkeypatch.setattr(evidence, "examined", lambda files, keys: Report(()))
    forgeries(bases, 1000)
    assert {name for name, _ in seen} == TRUE.keys()
    assert 20 <= len(seen) <= 60


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_of_every_shape_forged_packages_and_damaged_zips_come_under_the_courts_own_arithmetic(
    bases: list[Base], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    damaged: list[Path] = []
    seen: set[tuple[str, bool]] = set()

    def watched(path: Path, keys: Keys) -> Report:
        seen.add((next(each.name for each in bases if each.own_keys is keys), bool(damaged)))
        damaged.clear()
        return Report(())

    monkeypatch.setattr(evidence, "damage", lambda path, chance: damaged.append(path))
    monkeypatch.setattr(evidence, "verify", watched)
    monkeypatch.setattr(evidence, "examined", lambda files, keys: Report(()))
    forgeries(bases, 1000, seed=seed)
    assert seen == {(name, is_damaged) for name in TRUE for is_damaged in (False, True)}


def test_a_verifier_that_calls_everything_authentic_is_found_out(
    bases: list[Base], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every shape, in memory and from a zip: else the thousand above would prove nothing of some."""
    true = {each.name: examined(each.files, each.keys) for each in bases}
    by_keys = {id(each.keys): true[each.name] for each in bases} | {
        id(each.own_keys): true[each.name] for each in bases
    }
    monkeypatch.setattr(evidence, "examined", lambda files, keys: by_keys[id(keys)])
    monkeypatch.setattr(evidence, "verify", lambda path, keys: by_keys[id(keys)])
    caught = {number // 2 % len(bases) for number in forgeries(bases, 1000).false_authentic}
    assert caught == set(range(len(bases)))
    monkeypatch.setattr(evidence, "ZIPPED", 1)
    assert len(forgeries(bases, 64).false_authentic) > 30


def test_a_verifier_that_raises_is_found_out(bases: list[Base], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path, keys: Keys) -> Report:
        raise ValueError("any")

    monkeypatch.setattr(evidence, "verify", broken)
    monkeypatch.setattr(evidence, "ZIPPED", 1)
    assert forgeries(bases, 8).raised == list(range(8))


def test_a_forger_changes_something_nearly_always(files: Files) -> None:
    """Else a thousand forgeries would prove little."""
    changed = [forged(files, Random(seed)) for seed in range(200)]
    assert sum(each != files for each in changed) > 190
    assert sum(meaning(each) != meaning(files) for each in changed) > 80


def test_a_bit_of_the_stamp_that_nobody_here_judges_is_no_forgery_of_what_was_approved(
    bases: list[Base], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another reader refuses the stamp by its CRC; the verifier says that the authority's signature is not checked."""
    monkeypatch.setattr(evidence, "ZIPPED", 1)

    def turned(path: Path, chance: Random) -> None:
        data = path.read_bytes()
        stamp = named(bases, "several").files["stamp.tsr"]
        at = data.index(stamp) + len(stamp) - 1
        path.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])

    monkeypatch.setattr(evidence, "damage", turned)
    monkeypatch.setattr(evidence, "zipped", lambda files, target, *, packed: zipped(files, target, packed=False))
    monkeypatch.setattr(evidence, "is_damaged", lambda number: True)
    found = forgeries([named(bases, "several")], 20, seed=1)
    assert found.verdicts == {Verdict.AUTHENTIC: 20}
    assert (found.false_authentic, found.raised) == ([], [])


def test_damage_to_a_zip_is_seen_by_another_reader_or_harms_nothing(bases: list[Base], tmp_path: Path) -> None:
    base, target = named(bases, "several"), tmp_path / "p.zip"
    harmed = 0
    for seed in range(200):
        zipped(base.files, target, packed=bool(seed % 2))
        damage(target, Random(seed))
        harmed += unzipped(target) != unstamped(base.files)
        if verify(target, base.keys).verdict == Verdict.AUTHENTIC:
            assert unzipped(target) == unstamped(base.files)
    assert harmed > 100
