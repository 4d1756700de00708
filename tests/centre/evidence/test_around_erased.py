"""What a court is told of footage that a citizen had erased: a gap with its cause, in the recorder and in a package."""

import asyncio
import shutil
from pathlib import Path

import pytest

from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building, deciding
from minhbach.centre.evidence.actions.erasing import due_erasures, note_asked, settle, take_entries
from minhbach.centre.evidence.erasing import erasure_token
from minhbach.centre.evidence.proofs import key_file
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.fabric import keys
from minhbach.edge.recorder.erasing import erase
from minhbach.edge.uplink.orders import Orders
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.entry import Entry
from minhbach.ledger.verdicts import Report, Verdict
from minhbach.ledger.verify import verify
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.edge.keeping import S, checked

pytestmark = pytest.mark.django_db


def erased(own: Case, begin_us: int, end_us: int) -> None:
    """A citizen's stretch, from the request to what the recorder's log says."""
    row = taken(own, "erase", begin_us=begin_us, end_us=end_us)
    deciding.grant(own.person("commune_chairman"), row.id, note="Điều 14 Luật 91/2025", now=own.now)
    deciding.second(own.person("chief_of_office"), row.id, now=own.now)
    [order] = due_erasures(own.centre.recorder, now=own.now)
    held, site = keys.load(own.centre.folder / "keys").lease, own.centre.site
    orders = Orders(str(order.recorder_id), held.public_key(), site.folder / "private", site.files)
    assert erase(site.keeper, orders.erasure(erasure_token(order, held)))
    note_asked(order.id, now=own.now)
    site.settle()
    site.archive.poll()
    take_entries(own.centre.recorder, own.centre.take_in(), now=own.now)
    own.centre.cosign()
    assert settle(now=own.now) == 1
    assert now_of(own, row).stage is Stage.DONE


def packed(own: Case) -> Report:
    """An extraction of everything around it, as the court's verifier reads its package."""
    row = own.approved()
    plan = packing.planned(building.begin_build(own.person("technician"), row.id, now=own.now).id)
    disk = next(each.path for each in own.centre.site.config.disks)

    async def bring(recorder: str, entry: Entry, target: Path) -> None:
        shutil.copyfile(disk / entry["path"], target)

    asyncio.run(packing.gather(plan, bring))
    packing.pack(plan, now=own.now)
    return verify(plan.target, read_keys(key_file(plan.keys)))


def test_a_package_around_what_was_erased_says_so_and_is_authentic_with_that_gap(own):
    middle = own.begin_us + 12 * S, own.begin_us + 16 * S
    erased(own, *middle)
    report = packed(own)
    assert report.verdict is Verdict.GAPS, report.lines()
    [gap] = [each for each in report.remarks if each.verdict is Verdict.GAPS]
    assert "erasure" in str(gap.values) or "erased" in gap.text[1], gap
    assert gap.begin_us is not None
    assert gap.end_us is not None
    assert gap.begin_us <= middle[0] < middle[1] <= gap.end_us
    assert report.approved
    own.centre.site.stop()
    checked(own.centre.site.folder)
