"""Keeping accounts and granting for a time, on the pages: only in reach, never for oneself, stopped at once."""

import datetime
import re

import pytest
from django.test import Client

from minhbach.centre.access.actions import accounts as actions
from minhbach.centre.access.models import Account, AuditRow, Grant, Refusal
from minhbach.centre.messaging.reading import unread_count
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.models import Person
from minhbach.centre.registry.vietnamese import search_key
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return District()


@pytest.fixture
def keeper(district):
    """The administrator of commune A alone."""
    return signed_in(district.appoint("system_administrator", "A", "keeper"))


def new_person(district, where, role="one_stop_officer"):
    details = people.PersonDetails(full_name="Vũ Thị Mới")
    person = people.add_person(SETUP, details=details, now=district.now)
    decision = people.Decision(number="7/QĐ", date=DAY)
    people.assign(SETUP, person=person, unit=district.units[where].id, role=role, decision=decision, begin=DAY)
    return person


def test_an_account_is_opened_by_decision_and_its_first_password_is_shown_once(district, keeper):
    person = new_person(district, "A")
    form = {"username": "Moi.VT", "decision_number": "12/QĐ-UBND"}
    page = keeper.post(f"/tai-khoan/{person.id}/mo", form).content.decode()
    (password,) = re.findall(r"<code>([\w-]{16})</code>", page)
    entered = Client().post("/dang-nhap", {"username": "moi.vt", "password": password})
    assert entered.headers["Location"] == "/"
    account = Account.objects.get(username="moi.vt")
    assert account.must_change_password
    assert password not in keeper.get("/tai-khoan").content.decode()


def test_a_name_that_is_taken_or_strange_opens_nothing(district, keeper):
    person = new_person(district, "A")
    for name in ("keeper", "x", "tên có dấu", "a b c"):
        answer = keeper.post(f"/tai-khoan/{person.id}/mo", {"username": name, "decision_number": "12/QĐ"})
        assert answer.status_code == 200
    assert not Account.objects.filter(person=person).exists()


def test_a_keeper_touches_nobody_who_also_serves_where_they_keep_no_accounts(district, keeper):
    chief = district.people["chief_inspector"]
    before = chief.password
    assert keeper.post(f"/tai-khoan/{chief.person_id}/mat-khau").status_code == 403
    people.assign(
        SETUP, person=chief.person, unit=district.units["A"].id, role="reception_officer",
        decision=people.Decision(number="9/QĐ", date=DAY), begin=DAY + datetime.timedelta(days=1),
    )  # fmt: skip
    for act in ("mat-khau", "dong"):
        assert keeper.post(f"/tai-khoan/{chief.person_id}/{act}").status_code == 403
    assert Account.objects.get(id=chief.id).password == before
    assert Refusal.objects.filter(wanted="accounts").count() == 3


def test_a_password_given_anew_ends_sessions_and_is_told(district, keeper):
    chairman = district.people["commune_chairman"]
    theirs = signed_in(chairman)
    assert keeper.post(f"/tai-khoan/{chairman.person_id}/mat-khau").status_code == 200
    assert theirs.get("/thong-bao").status_code == 302
    assert unread_count(chairman.person_id) == 1


def test_closing_an_account_puts_its_person_out(district, keeper):
    chairman = district.people["commune_chairman"]
    theirs = signed_in(chairman)
    keeper.post(f"/tai-khoan/{chairman.person_id}/dong")
    assert theirs.get("/thong-bao").status_code == 302


def test_a_closed_account_is_opened_again_under_its_name_by_another_decision(district, keeper):
    chairman = district.people["commune_chairman"]
    where = f"/tai-khoan/{chairman.person_id}/mo"
    assert keeper.get(where).headers["Location"] == "/tai-khoan", "one that is in use is not opened again"
    keeper.post(f"/tai-khoan/{chairman.person_id}/dong")
    assert where in keeper.get("/tai-khoan").content.decode()
    assert keeper.post(where, {"decision_number": ""}).status_code == 200
    assert not Account.objects.get(id=chairman.id).is_active
    page = keeper.post(where, {"decision_number": "31/QĐ-UBND"}).content.decode()
    (password,) = set(re.findall(r"<code>([\w-]{16})</code>", page)) - {chairman.username}
    entered = Client().post("/dang-nhap", {"username": chairman.username, "password": password})
    assert entered.headers["Location"] == "/"
    account = Account.objects.get(id=chairman.id)
    assert unread_count(account.person_id) == 1, "whoever owns it is told"
    assert (account.is_active, account.closed_at, account.must_change_password) == (True, None, True)
    rows = AuditRow.objects.filter(object_id=account.id, act__startswith="account_").order_by("at")
    said = [(row.act, row.details.get("decision")) for row in rows]
    assert said[-2:] == [("account_closed", None), ("account_reopened", "31/QĐ-UBND")]
    with pytest.raises(actions.AccountRefused):
        actions.reopen_account("keeper", account, password=password, decision_number="32/QĐ-UBND", now=district.now)


def test_nobody_resets_or_closes_themselves(district, keeper):
    own = Account.objects.get(username="keeper")
    for act in ("mat-khau", "dong"):
        keeper.post(f"/tai-khoan/{own.person_id}/{act}")
    assert Account.objects.get(id=own.id).is_active
    assert Account.objects.get(id=own.id).password == own.password


def test_the_list_shows_people_in_reach_only(district, keeper):
    page = keeper.get("/tai-khoan").content.decode()
    assert "commune_chairman" in page
    assert "chief_inspector" not in page


def grant_form(district, room=("A", "one_stop"), **more):
    today = district.now.date()
    return {
        "username": "inspection_member", "rights": ["live"], "rooms": [str(district.rooms[room].id)],
        "begin": str(today), "end": str(today + datetime.timedelta(days=5)), "decision_number": "5/QĐ-TTr",
    } | more  # fmt: skip


def test_a_chief_grants_for_days_and_takes_back(district):
    chief = signed_in(district.people["chief_of_office"])
    assert chief.post("/cap-quyen/moi", grant_form(district)).status_code == 302
    row = Grant.objects.get()
    assert row.person_id == district.people["inspection_member"].person_id
    assert "Đang có hiệu lực" in chief.get("/cap-quyen").content.decode()
    stranger = signed_in(district.people["chief_inspector"])
    assert stranger.post(f"/cap-quyen/{row.id}/ket-thuc").status_code == 404
    chief.post(f"/cap-quyen/{row.id}/ket-thuc")
    assert Grant.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"username": "chief_of_office"},
        {"username": "no-such"},
        {"rights": ["approve"]},
        {"rights": []},
        {"end": "2020-01-01"},
        {"end": "2099-01-01"},
        {"end": "9999-12-31"},
        {"begin": "0001-01-01"},
        {"decision_number": ""},
    ],
)
def test_a_grant_that_must_not_be_is_not_made(district, change):
    chief = signed_in(district.people["chief_of_office"])
    assert chief.post("/cap-quyen/moi", grant_form(district, **change)).status_code == 200
    assert not Grant.objects.exists()


def test_a_grant_is_for_the_person_who_is_called_so_where_only_one_is(district):
    chief = signed_in(district.people["chief_of_office"])
    person = district.people["inspection_member"].person
    Person.objects.filter(id=person.id).update(full_name="Đỗ Thị Bưởi", search_key=search_key("Đỗ Thị Bưởi"))
    assert chief.post("/cap-quyen/moi", grant_form(district, username=" đỗ thị bưởi ")).status_code == 302
    assert Grant.objects.get().person_id == person.id
    other = district.people["council_delegate"].person_id
    Person.objects.filter(id=other).update(full_name="Đỗ Thị Bưởi", search_key=search_key("Đỗ Thị Bưởi"))
    page = chief.post("/cap-quyen/moi", grant_form(district, username="Đỗ Thị Bưởi")).content.decode()
    assert "Nhiều người cùng tên" in page
    assert "council_delegate, inspection_member" in page
    assert Grant.objects.count() == 1


def test_a_room_one_may_not_grant_in_is_not_offered_and_not_taken(district):
    chief = signed_in(district.people["chief_of_office"])
    for room in (("A", "reception_room"), ("C", "one_stop")):
        assert chief.post("/cap-quyen/moi", grant_form(district, room)).status_code == 200
    assert not Grant.objects.exists()
