"""A recorder's key is replaced from the centre: once, by a signed order, and done only when its proven log says so."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.centre.access.models import AuditRow
from minhbach.centre.footage import collecting, ordering
from minhbach.centre.footage.actions import log_keys
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.models import Alarm, KeyOrder, LogKey
from minhbach.centre.footage.ordering import Ordering
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible
from minhbach.edge.archive import layout
from minhbach.edge.config import HOUR_US
from minhbach.edge.uplink.orders import OrderRefused
from minhbach.protocol import signed
from minhbach.protocol.messages import HOLD, REKEY, RekeyOrder
from tests.centre.access.district import District
from tests.centre.footage.lines import Fabric, Online, started, until
from tests.centre.footage.sites import enrol
from tests.centre.people import signed_in
from tests.edge.keeping import MINUTE, Site, configured

WHY = "đổi người giữ máy"
OLD = "minhbach/x+00000000+AAAA"


@pytest.fixture
def district() -> District:
    return District()


def known(recorder: Recorder, vkey: str = OLD) -> LogKey:
    """A key that the centre trusts."""
    found = {"recorder": recorder, "name": vkey.split("+")[0], "reason": LogKey.Reason.FIRST}
    return LogKey.objects.create(vkey=vkey, trusted_at=recorder.added_at - timedelta(days=1), **found)


@pytest.mark.django_db
def test_a_key_is_asked_for_once_with_a_reason_and_taken_back_until_the_recorder_has_the_order(
    district: District,
) -> None:
    technician, recorder, now = district.people["technician"], district.recorders["A"], district.now
    with pytest.raises(NotPossible, match="no log of this recorder"):
        log_keys.ask_new_key(technician, recorder.id, reason=WHY, now=now)
    known(recorder)
    with pytest.raises(NotPossible, match="Say why"):
        log_keys.ask_new_key(technician, recorder.id, reason=" ", now=now)
    log_keys.ask_new_key(technician, recorder.id, reason=WHY, now=now)
    with pytest.raises(NotPossible, match="awaited"):
        log_keys.ask_new_key(technician, recorder.id, reason=WHY, now=now)
    log_keys.withdraw_key_order(technician, recorder.id, now=now)
    with pytest.raises(NotPossible, match="No order"):
        log_keys.withdraw_key_order(technician, recorder.id, now=now)
    log_keys.ask_new_key(technician, recorder.id, reason=WHY, now=now)
    KeyOrder.objects.update(taken_at=now)
    with pytest.raises(NotPossible, match="cannot be taken back"):
        log_keys.withdraw_key_order(technician, recorder.id, now=now)
    said = list(AuditRow.objects.filter(object_id=str(recorder.id)).order_by("id").values_list("act", flat=True))
    assert said == ["recorder_key_asked", "recorder_key_kept", "recorder_key_asked"]


@pytest.mark.django_db
def test_programs_order_another_key_read_how_it_stands_and_take_it_back(district: District) -> None:
    browser, recorder = signed_in(district.people["technician"]), district.recorders["A"]
    address, json = f"/api/registry/recorders/{recorder.id}/keys", "application/json"
    assert browser.get(address).json() == {"keys": [], "order": None}
    assert browser.post(f"{address}/order", {"reason": WHY}, json).status_code == 409  # no key is known yet
    known(recorder)
    ordered = browser.post(f"{address}/order", {"reason": WHY}, json).json()
    assert (ordered["key"], ordered["reason"], ordered["taken_at"]) == (OLD, WHY, None)
    told = browser.get(address).json()
    assert [(key["vkey"], key["in_force"]) for key in told["keys"]] == [(OLD, True)]
    assert told["order"] == ordered
    assert "awaited" in browser.post(f"{address}/order", {"reason": WHY}, json).json()["en"]
    assert browser.delete(f"{address}/order").status_code == 204
    assert browser.delete(f"{address}/order").status_code == 409
    assert browser.get(address).json()["order"] is None
    stranger = signed_in(district.people["inspector"])
    assert stranger.post(f"{address}/order", {"reason": WHY}, json).status_code == 403


@pytest.mark.django_db
def test_an_order_is_sent_at_once_then_each_minute_and_no_entry_of_long_ago_answers_it(district: District) -> None:
    technician, recorder, now = district.people["technician"], district.recorders["A"], district.now
    before = known(recorder)
    log_keys.ask_new_key(technician, recorder.id, reason=WHY, now=now)
    due = [log_keys.due_key_order(recorder.id, now=now + log_keys.AGAIN * n / 2) is not None for n in range(4)]
    assert due == [True, False, False, True]
    LogKey.objects.filter(pk=before.pk).update(vkey=f"{OLD}2")
    log_keys.take_entries(recorder.id, [(4, {"kind": "key_rotated", "key": f"{OLD}2"})], now=now)
    assert KeyOrder.objects.exists()
    LogKey.objects.filter(pk=before.pk).update(trusted_at=now)
    log_keys.take_entries(recorder.id, [(5, {"kind": "key_rotated", "key": f"{OLD}2"})], now=now)
    assert not KeyOrder.objects.exists()


@pytest.mark.django_db
def test_the_page_orders_it_shows_how_far_it_is_and_lets_only_technicians(district: District) -> None:
    recorder = district.recorders["A"]
    page = f"/dau-ghi/{recorder.id}/khoa"
    technician = signed_in(district.people["technician"])
    assert "Chưa biết khóa nào" in technician.get(page).content.decode()
    known(recorder)
    assert f"log {OLD}" in technician.get(page).content.decode()
    assert signed_in(district.people["one_stop_officer"]).post(f"{page}/thay", {"reason": WHY}).status_code == 403
    answer = technician.post(f"{page}/thay", {"reason": WHY}, follow=True).content.decode()
    assert "Chờ đầu ghi nhận lệnh thay khóa" in answer
    assert WHY in answer
    KeyOrder.objects.update(taken_at=district.now)
    assert "đang thay khóa" in technician.get(page).content.decode()
    KeyOrder.objects.update(refused_vi="Lệnh sai.", refused_en="Wrong.")
    answer = technician.get(page).content.decode()
    assert "Lệnh sai." in answer
    assert 'data-open="replace"' in answer


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_over_the_fabric_the_key_is_replaced_once_and_known_when_the_log_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "COSIGN_EVERY_S", 0.3)
    monkeypatch.setattr(collecting, "AGAIN_S", 0.5)
    monkeypatch.setattr(ordering, "LOOK_S", 0.2)
    monkeypatch.setattr(log_keys, "AGAIN", log_keys.AGAIN / 600)  # asked ten times a second, replaced once
    site = Site(configured(tmp_path / "archive", "quay-1")).start()
    recorder = enrol(site.home.recorder)
    wish = layout.wish_path(site.folder)

    def order() -> None:
        log_keys.ask_new_key(District().people["technician"], recorder, reason=WHY, now=clock())

    async def story(fabric: Fabric) -> None:
        async with started(fabric.client()) as client, Online(site, fabric.enrol(str(recorder))):
            collector = Collector(client, fabric.keys, fabric.data)
            collector.followers.append(lambda who, read, now: log_keys.take_entries(who, read, now=now))
            await collector.start()
            working = asyncio.create_task(Ordering(client, collector, fabric.keys.lease, clock).run())
            site.live(HOUR_US, 10 * MINUTE)
            await until(lambda: collector.do(LogKey.objects.exists))
            await collector.do(order)
            await until(lambda: asyncio.sleep(0, wish.exists()))
            await until(lambda: collector.do(KeyOrder.objects.filter(taken_at__isnull=False).exists))
            assert await collector.do(KeyOrder.objects.exists)  # taken is not done
            site.settle()
            assert site.archive.rotate_key()
            wish.unlink()
            site.live(HOUR_US, 10 * MINUTE)
            await until(lambda: collector.do(_is_done))
            working.cancel()
            await collector.stop()

    with Fabric(tmp_path / "centre") as fabric:
        asyncio.run(story(fabric))
    assert not wish.exists()
    assert len(site.entries("key_rotated")) == 1
    [row] = AuditRow.objects.filter(act="recorder_key_replaced")
    assert row.details["new"] == site.entries("key_rotated")[0]["key"] == str(log_keys.newest_key(recorder))
    assert not Alarm.objects.filter(grave=True).exists()
    site.stop()


def clock() -> datetime:
    return datetime.now(UTC)


def _is_done() -> bool:
    return not KeyOrder.objects.exists()


def test_a_recorder_takes_only_the_centres_own_order_for_itself(tmp_path: Path) -> None:
    site = Site(configured(tmp_path / "archive", "quay-1")).start()
    with Fabric(tmp_path / "centre") as fabric:
        online = Online(site, fabric.enrol(site.home.recorder))
    mine, key = RekeyOrder(site.home.recorder, "x"), fabric.keys.lease
    assert online.orders.rekeying(signed.sign(REKEY, mine, key)) == mine
    other = RekeyOrder(str(UUID(int=7)), "x")
    forged = (
        signed.sign(REKEY, mine, Ed25519PrivateKey.generate()),
        signed.sign(HOLD, mine, key),
        signed.sign(REKEY, other, key),
        "x",
    )
    for token in forged:
        with pytest.raises(OrderRefused):
            online.orders.rekeying(token)
    site.stop()
