"""The keys with which the demo's people signed before it began: nobody finds notices of them, and everything else."""

from pathlib import Path

import pytest

from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.messaging.actions import send
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.words import Words
from minhbach.demo.district import staff
from minhbach.demo.district.extractions import ASKER, CHAIRMAN, CHIEF, TECHNICIAN, Relived
from minhbach.ledger.scope import MARGIN_US
from tests.centre.evidence.case import MINUTE, Case, S

pytestmark = pytest.mark.django_db
RESET = Words("Mật khẩu của bạn vừa được đặt lại.", "Your password was set anew.")


def names_of_the_demo(case: Case) -> None:
    names = {"service_centre_head": ASKER, "commune_chairman": CHAIRMAN, "chief_of_office": CHIEF}
    for role, username in {**names, "technician": TECHNICIAN}.items():
        account = case.person(role)
        account.username = username
        account.set_password(staff.PASSWORD)
        account.save()


def test_only_the_notices_of_keys_that_nobody_has_any_more_are_read_already(case: Case, tmp_path: Path) -> None:
    names_of_the_demo(case)
    chairman = case.person("commune_chairman").person_id
    send(to=[chairman], kind="account", words=RESET, now=case.now)
    begin_us, end_us = case.begin_us - MARGIN_US, case.end_us + MARGIN_US
    hold = hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=begin_us, end_us=end_us, reason="Phản ánh",
        document="PA-1", now=case.now,
    )  # fmt: skip
    held = {
        "camera": "quay-1", "begin_us": begin_us, "end_us": end_us, "asked_us": round(case.now.timestamp() * S),
        "reason": "Phản ánh", "document": "PA-1", "matter": str(hold.id),
    }  # fmt: skip
    Relived(tmp_path, [held], case.now + 90 * MINUTE).relive()
    told = Delivery.objects.filter(address=chairman, notice__kind="account")
    assert told.filter(read_at__isnull=False).count() == 2, "added and removed"
    assert [each.notice.en for each in told.filter(read_at__isnull=True)] == [RESET.en]
