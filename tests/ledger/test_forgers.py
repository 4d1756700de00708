"""No forger gets AUTHENTIC, and none makes the verifier raise: a thousand here, more in `minhbach bench evidence`."""

from pathlib import Path
from random import Random

import pytest

from minhbach.bench.evidence import Tally, forgeries
from minhbach.bench.forging import Files, forged, meaning, relist
from minhbach.bench.packages import examined, files_of, trusted
from minhbach.ledger.verdicts import Verdict


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return files_of(tmp_path_factory.mktemp("toy"))


def test_the_true_package_is_authentic(files: Files) -> None:
    report = examined(files, trusted())
    assert (report.verdict, report.remarks, report.approved) == (Verdict.AUTHENTIC, (), True)
    again = dict(files)
    relist(again)
    assert again == files


def test_none_of_a_thousand_forged_packages_is_authentic_or_raises(files: Files) -> None:
    found = forgeries(files, 1000, seed=1)
    assert isinstance(found, Tally)
    assert (found.false_authentic, found.raised) == ([], [])
    assert found.verdicts[Verdict.ALTERED] > 300
    assert found.verdicts[Verdict.INCOMPLETE] > 10
    assert found.verdicts[Verdict.CANNOT_TELL] > 10


def test_none_of_five_hundred_forged_masked_copies_is_authentic_or_a_copy_of_what_was_approved(tmp_path: Path) -> None:
    files = files_of(tmp_path, masked=True)
    assert examined(files, trusted()).verdict == Verdict.DERIVED
    found = forgeries(files, 500, seed=2)
    assert (found.false_authentic, found.raised) == ([], [])
    assert Verdict.AUTHENTIC not in found.verdicts


def test_a_forger_changes_something_nearly_always(files: Files) -> None:
    """Else a thousand forgeries would prove little."""
    changed = [forged(files, Random(seed)) for seed in range(200)]
    assert sum(each != files for each in changed) > 190
    assert sum(meaning(each) != meaning(files) for each in changed) > 80
