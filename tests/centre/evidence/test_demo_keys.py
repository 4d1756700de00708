"""The keys with which the demo's people signed before it began: nobody finds notices of them, and everything else."""

from pathlib import Path

import pytest

from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.messaging.actions import send
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.words import Words
from minhbach.demo.district import extractions, staff
from minhbach.ledger.scope import MARGIN_US
from tests.centre.evidence.case import MINUTE, Case, S

pytestmark = pytest.mark.django_db
#: Who does in the district what the demo's people do.
ROLES = {
    "ASKER": "service_centre_head",
    "CHAIRMAN": "commune_chairman",
    "CHIEF": "chief_of_office",
    "TECHNICIAN": "technician",
}
RESET = Words("Mật khẩu của bạn vừa được đặt lại.", "Your password was set anew.")


def test_only_the_notices_of_keys_that_nobody_has_any_more_are_read_already(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, role in ROLES.items():
        account = case.person(role)
        account.set_password(staff.PASSWORD)
        account.save()
        monkeypatch.setattr(extractions, name, account.username)
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
    extractions.Relived(tmp_path, [held], case.now + 90 * MINUTE).relive()
    told = Delivery.objects.filter(address=chairman, notice__kind="account")
    assert told.filter(read_at__isnull=False).count() == 2, "added and removed"
    assert [each.notice.en for each in told.filter(read_at__isnull=True)] == [RESET.en]
