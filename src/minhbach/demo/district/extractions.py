"""What left the house, or did not, before the demo began: extractions in several states, of footage that was held.

Made through the product's own actions, each at its own time: the request names entries of the recorder's log, two sign
its scope with keys of their own, the package is built from the sealed files and judged by the court's verifier before
it counts as built. No recorder listened then, so the files come from its folder; the viewing is there all the same.
"""

from __future__ import annotations

import asyncio
import datetime
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from minhbach.centre.access.actions.exports import close_export
from minhbach.centre.access.actions.security_keys import ADDED, REMOVED, add_key, keys_of, remove_key
from minhbach.centre.access.models import Account
from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import approving, building, custody, requests
from minhbach.centre.evidence.actions.stamping import Attesting, finish_vouched
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.evidence.stages import item
from minhbach.centre.messaging.actions import both, mark_read
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import Camera
from minhbach.demo.district import staff
from minhbach.demo.district.photo import photograph
from minhbach.demo.district.places import ONE_STOP
from minhbach.demo.district.soft_key import SITE, SoftKey
from minhbach.ledger import approval as ledger
from minhbach.ledger.entry import Entry
from minhbach.ledger.scope import MARGIN_US

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
ASKER, CHAIRMAN, CHIEF, TECHNICIAN = "vanphong", "chutich", "chanhvanphong", "kythuat"
KEY = "Khóa của dữ liệu trình diễn"
#: From the hold until somebody asks, in minutes.
ASKED_AFTER = 25


class Relived:
    """The extractions of one commune, in the order of time. `held` is what its recorder's log holds."""

    def __init__(self, archive: Path, held: Sequence[Mapping[str, Any]], now: datetime.datetime) -> None:
        self._archive = archive
        self._now = now
        self._people = {name: Account.objects.get(username=name) for name in (ASKER, CHAIRMAN, CHIEF, TECHNICIAN)}
        self._keys: dict[str, SoftKey] = {}
        self._held = sorted(self._in_halls(held), key=lambda each: int(each["begin_us"]))

    def relive(self) -> None:
        """One that came back, one that ran out, one that was refused, one that waits, as far as there was time."""
        before = self._held[:-1]
        for least_days, live in ((4, self._returned), (9, self._expired), (2, self._refused)):
            if before and self._age(before[0]) >= least_days * DAY:
                self._read(live(before.pop(0)))
        if self._held:
            self._waiting(self._held[-1])
        self._take_keys_away()

    def _take_keys_away(self) -> None:
        """Nobody can sign with them any more, and who has a key that counts signs with nothing else.

        What their owners were told of these keys they have read; whatever else they were told waits for them.
        """
        said = [both(words.fill(label=KEY))[0] for words in (ADDED, REMOVED)]
        for username in self._keys:
            account = self._people[username]
            for key in keys_of(account):
                remove_key(account, key.id, password=staff.PASSWORD, code="", now=self._now)
            for each in Delivery.objects.filter(address=account.person_id, notice__vi__in=said):
                mark_read(account.person_id, now=self._now, notice=each.notice_id)

    def _in_halls(self, held: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        halls = set(Camera.objects.filter(room__room_type=ONE_STOP).values_list("name", flat=True))
        return (each for each in held if each["camera"] in halls)

    def _returned(self, held: Mapping[str, Any]) -> Extraction:
        row, at = self._asked(held, "Công an xã Mộc Xuyên", "Trung tá Nguyễn Văn Hùng, Trưởng Công an xã")
        at = self._approved(row, CHAIRMAN, at + 70 * MINUTE)
        at = self._approved(row, CHIEF, at + 95 * MINUTE)
        at = self._built(row, at + 130 * MINUTE)
        asker = self._people[ASKER]
        said = {"medium": "USB 32 GB số 0417, niêm phong", "document": "Giấy giới thiệu số 88/CAX", "note": ""}
        custody.hand_over(asker, row.id, **said, now=at + 55 * MINUTE)
        custody.sign_for(asker, row.id, photo=photograph(), note="", now=at + 65 * MINUTE)
        end = min(at + 2 * DAY, self._now - 3 * MINUTE)
        custody.close(asker, row.id, destroyed=False, document="Biên bản số 09/BB-VP", note="", now=end)
        return row

    def _expired(self, held: Mapping[str, Any]) -> Extraction:
        row, at = self._asked(held, "Ban Tiếp công dân tỉnh", "Bà Trịnh Thị Hòa, Trưởng ban")
        self._approved(row, CHAIRMAN, at + 180 * MINUTE)
        return row

    def _refused(self, held: Mapping[str, Any]) -> Extraction:
        row, at = self._asked(held, "Báo Hòa Giang", "Ông Lương Quốc Bảo, phóng viên")
        reason = "Chưa có văn bản đề nghị của cơ quan có thẩm quyền; việc phản ánh đã được trả lời bằng văn bản."
        approving.refuse(self._people[CHIEF], row.id, reason=reason, now=at + 150 * MINUTE)
        return row

    def _waiting(self, held: Mapping[str, Any]) -> Extraction:
        row, at = self._asked(held, "Thanh tra tỉnh Hòa Giang", "Ông Lê Quang Vinh, Chánh Thanh tra")
        self._approved(row, CHAIRMAN, min(at + 40 * MINUTE, self._now - MINUTE))
        return row

    def _asked(self, held: Mapping[str, Any], body: str, receiver: str) -> tuple[Extraction, datetime.datetime]:
        camera = Camera.objects.get(name=held["camera"], room__room_type=ONE_STOP)
        at = min(_moment(held["asked_us"]) + ASKED_AFTER * MINUTE, self._now - 5 * MINUTE)
        wish = requests.Wish(
            cameras=(camera.id,),
            begin_us=held["begin_us"] + MARGIN_US,
            end_us=held["end_us"] - MARGIN_US,
            purpose=f"Xác minh: {held['reason']}",
            legal_basis=f"Văn bản số {120 + at.day}/VP-KSTT ngày {at:%d/%m/%Y}",
            receiver_body=body,
            receiver_name=receiver,
            case_number=held["document"],
            hold=UUID(held["matter"]),
        )
        return requests.request(self._people[ASKER], room=camera.room_id, wish=wish, now=at), at

    def _approved(self, row: Extraction, who: str, at: datetime.datetime) -> datetime.datetime:
        account = self._people[who]
        key = self._key(account, at - 10 * MINUTE)
        statement = approving.prepare(account, item(row.id, now=at), now=at)
        proof = approving.ByKey(key.sign(ledger.challenge(statement)), SITE)
        approving.approve(account, row.id, statement=statement, proof=proof, now=at)
        return at

    def _key(self, account: Account, at: datetime.datetime) -> SoftKey:
        if account.username not in self._keys:
            key, challenge = SoftKey(), secrets.token_bytes(32)
            authenticator, client = key.made(challenge)
            add_key(
                account, label=KEY, authenticator=authenticator, client=client,
                challenge=challenge, site=SITE, password=staff.PASSWORD, code="", now=at,
            )  # fmt: skip
            self._keys[account.username] = key
        return self._keys[account.username]

    def _built(self, row: Extraction, at: datetime.datetime) -> datetime.datetime:
        technician = self._people[TECHNICIAN]
        build = building.begin_build(technician, row.id, now=at)
        plan = packing.planned(build.id)
        viewing = packing.opened(plan, now=at)
        asyncio.run(packing.gather(plan, self._bring))
        left, size = packing.left_of(plan)
        close_export(viewing, left=left, size_bytes=size, now=at + MINUTE)
        attesting = Attesting(at + MINUTE)
        digest, size = packing.pack(plan, now=at + MINUTE, attesting=attesting)
        finish_vouched(build.id, attesting, digest=digest, size_bytes=size, now=at + MINUTE)
        shutil.rmtree(plan.work, ignore_errors=True)
        building.copy_package(technician, row.id, address=None, now=at + 20 * MINUTE)
        return at + 20 * MINUTE

    async def _bring(self, recorder: str, entry: Entry, target: Path) -> None:
        shutil.copyfile(self._archive / entry["path"], target)

    def _age(self, held: Mapping[str, Any]) -> datetime.timedelta:
        return self._now - _moment(held["asked_us"])

    def _read(self, row: Extraction) -> None:
        """What is over was read by those who were told of it."""
        told = Delivery.objects.filter(notice__route="extraction", notice__reference=str(row.id))
        for each in told:
            mark_read(each.address, now=each.delivered_at + 15 * MINUTE, notice=each.notice_id)


def _moment(at_us: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at_us / 1_000_000, datetime.UTC)
