"""After a change of the centre's keys what they signed before is proven, by the key file that the centre gives."""

from pathlib import Path

from django.urls import reverse

from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.evidence.packing import Plan
from minhbach.centre.evidence.proofs import court_key_file, court_keys
from minhbach.centre.fabric import keys, known_keys
from minhbach.ledger.courtkeys import Keys, read_keys
from minhbach.ledger.verdicts import Report, Verdict
from minhbach.ledger.verify import verify
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.evidence.test_packing import brought
from tests.centre.people import signed_in
from tests.edge.keeping import Site


def change_keys(case: Case) -> None:
    """As docs/operations.md says: the files are moved away, and `init` makes others at the next start."""
    folder = case.centre.folder / "keys"
    known_keys.keep(folder, now=case.now - MINUTE)
    for name in (keys.WITNESS, keys.APPROVAL):
        (folder / name).rename(case.centre.folder / f"{name}.old")
    case.now += MINUTE
    keys.ensure(folder)
    known_keys.keep(folder, now=case.now)
    case.now += MINUTE


def begun(case: Case, row: Extraction) -> Plan:
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    return packing.planned(build.id)


def judged(plan: Plan, folder: Path) -> Report:
    return verify(plan.target, read_keys(court_key_file(plan.scope, folder)))


def test_what_was_approved_before_a_change_of_keys_is_built_after_it(case: Case, history: Site) -> None:
    row = case.approved()
    change_keys(case)
    plan = begun(case, row)
    brought(plan, history)
    packing.pack(plan, now=case.now)
    report = judged(plan, case.centre.folder)
    assert report.approved
    assert report.verdict in (Verdict.AUTHENTIC, Verdict.UNWITNESSED)


def test_a_package_of_before_a_change_of_keys_stays_what_it_was(case: Case, history: Site) -> None:
    plan = begun(case, case.approved())
    brought(plan, history)
    packing.pack(plan, now=case.now)
    before = judged(plan, case.centre.folder)
    assert before.verdict in (Verdict.AUTHENTIC, Verdict.UNWITNESSED)
    change_keys(case)
    after = judged(plan, case.centre.folder)
    assert (after.verdict, after.remarks, after.approved) == (before.verdict, before.remarks, True)
    today = keys.load(case.centre.folder / "keys").approval.verifier
    whole = court_keys(plan.scope, case.centre.folder)
    assert verify(plan.target, Keys(whole.notes, (today,))).verdict is Verdict.ALTERED, "why the former key is given"


def test_a_key_that_was_changed_before_the_request_vouches_for_nobody(case: Case) -> None:
    old = keys.load(case.centre.folder / "keys")
    change_keys(case)
    plan = begun(case, case.approved())
    assert [each.vkey for each in plan.keys.centres] == [
        keys.load(case.centre.folder / "keys").approval.verifier.vkey
    ]  # fmt: skip
    # The footage is older than the change: the witness of then is the one that saw it.
    assert old.witness.verifier.vkey in {each.vkey for each in plan.keys.notes}


def test_the_file_for_the_court_says_when_a_key_that_was_changed_was_in_force(case: Case) -> None:
    row = case.approved()
    asked = signed_in(case.asker)
    address = reverse("extraction_keys", args=[row.id])
    old = keys.load(case.centre.folder / "keys").approval.verifier.vkey
    assert "#" not in asked.get(address).content.decode()
    change_keys(case)
    lines = asked.get(address).content.decode().splitlines()
    [then] = [line for line in lines if line.startswith(f"centre {old} ")]
    assert "# có hiệu lực đến " in then
    assert "/ in force until " in then
    new = keys.load(case.centre.folder / "keys").approval.verifier.vkey
    assert any(line.startswith(f"centre {new} # có hiệu lực từ ") for line in lines)
