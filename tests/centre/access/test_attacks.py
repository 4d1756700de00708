"""What an attacker sends who has an account, or none: strange methods, headers, ids and texts, other people's things.

Who comes in where is `test_matrix`; here is what they do then.
"""

import datetime
import re
import threading
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import throttle
from minhbach.centre.access.actions import grants, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused
from minhbach.centre.access.guard import PUBLIC
from minhbach.centre.access.models import Purpose, Refusal, SignIn, Viewing
from minhbach.centre.addresses import operations
from minhbach.centre.fabric import keys
from minhbach.centre.regulation.rights import Right
from minhbach.lease import LIFE_US, verify
from tests.centre.access.district import SERVES, District
from tests.centre.access.test_matrix import Rows, pages
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = (datetime.timedelta(seconds=length) for length in (1, 60, 3600))
#: What speaks with recorders, ends the session, or shows a kept paper of which `Rows` lays only the row.
ELSEWHERE = {"sign_out", "record_room", "recorder_enrol", "discover", "camera_trial", "sign_pdf", "sign_photo"}
HOSTILE = ("\0", "\u202egpj.exe", "'; DROP TABLE access_account; --", "{{ 7*7 }}", "<script>alert(1)</script>",
           "A" * 5000, "-1", "9" * 40, "../../etc/passwd", "0001-01-01", "9999-12-31")  # fmt: skip


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def opened_by(district, role, session="s1", kind="live", commune="A", **more):
    who = Asker(district.people[role], session.ljust(64, "0"), "10.0.0.7")
    return who, viewings.open_viewing(
        who, kind=kind, cameras=[district.camera(commune)], now=more.pop("now", district.now), **more
    )


def purpose_of(district, role, commune="A"):
    room = district.rooms[commune, "one_stop"].id
    return purposes.open_purpose(
        district.people[role], text="kiểm tra phản ánh", reference="", rooms=[room], now=district.now
    )


def address(route, arguments):
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(arguments[found[1]]), route)


def test_every_form_without_its_token_changes_nothing(district):
    rows = Rows(district).of["A", "one_stop"]
    roles = ("system_administrator", "technician", "area_chairman")
    browsers = {role: signed_in(district.people[role], enforce_csrf_checks=True) for role in roles}
    asked = 0
    for route, each in pages():
        if "POST" not in each.callback.methods or each.callback.rights is PUBLIC:
            continue
        for role in roles:
            assert browsers[role].post(address(route, rows), {}).status_code == 403, route
            asked += 1
    for key in operations.API:
        method, _, route = key.partition(" ")
        if method != "GET":
            for browser in browsers.values():
                answer = browser.generic(method, address(f"api/{route}", rows), "{}", "application/json")
                assert answer.status_code == 403, route
    assert asked > 100


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_method_counts_as_it_was_sent(district, header):
    browser = signed_in(district.people["system_administrator"])
    person = district.people["one_stop_officer"].person_id
    assert browser.get(f"/tai-khoan/{person}/dong", headers={header: "POST"}).status_code == 405
    assert browser.post("/tim", {"_method": "GET"}).status_code == 405
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        assert browser.generic(method, f"/tai-khoan/{person}/dong").status_code == 405
    district.people["one_stop_officer"].refresh_from_db()
    assert district.people["one_stop_officer"].is_active


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "", "a b"])
def test_another_host_is_not_answered(district, host):
    answer = signed_in(district.people["inspector"]).get("/", headers={"Host": host})
    assert answer.status_code == 400


def test_no_header_makes_the_site_speak_of_another(district):
    browser = Client(headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example",
                              "X-Original-URL": "/tai-khoan", "X-Rewrite-URL": "/tai-khoan"})  # fmt: skip
    answer = browser.get("/nhat-ky-xem")
    assert answer["Location"].startswith("/dang-nhap?")
    assert b"evil.example" not in browser.get("/dang-nhap").content


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "http:///evil.example",
     "/%09/evil.example", "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)",
     "//evil.example\\@127.0.0.1",
     "/\r\nSet-Cookie: a=b"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["/dang-nhap", "/giao-dien"])
def test_no_form_leads_off_the_site(district, where, wanted):
    account = district.people["inspector"]
    account.set_password("một câu dài dễ nhớ")
    account.save()
    form = {"username": account.username, "password": "một câu dài dễ nhớ", "next": wanted, "language": "vi"}
    answer = Client().post(where, form)
    assert answer.status_code == 302
    location = answer["Location"]
    assert location.startswith("/")
    assert not re.match(r"[/\\\s]{2}|/[\t\n\r]", location), location
    assert "Set-Cookie: a" not in location


def test_whatever_is_sent_is_answered_and_no_address_breaks(district):
    """Each page, as somebody who may open it, with hostile values in every field that its own form has."""
    rows = Rows(district).of["A", "one_stop"]
    first = ["system_administrator", "technician", "area_chairman", "commune_chairman", "viewing_auditor"]
    browsers = {role: signed_in(district.people[role]) for role in dict.fromkeys([*first, *SERVES])}
    for browser in browsers.values():
        browser.raise_request_exception = False  # what breaks is counted, all of it
    broken = []
    for route, each in pages():
        if each.name in ELSEWHERE:
            continue
        where = address(route, rows)
        for browser in browsers.values():
            looked = browser.get(where) if "GET" in each.callback.methods else None
            if looked is not None and looked.status_code == 403:
                continue
            text = "" if looked is None or looked.streaming else looked.content.decode(errors="replace")
            fields = set(re.findall(r'name="(\w+)"', text)) | {"reason", "q", "before"}
            names = sorted(fields - {"csrfmiddlewaretoken"})
            for turn in (None, *range(3)):
                values = {name: HOSTILE[0 if turn is None else 1 + (turn * 4 + place) % (len(HOSTILE) - 1)]
                          for place, name in enumerate(names)}  # fmt: skip
                for method in set(each.callback.methods) & {"GET", "POST"}:
                    answer = getattr(browser, method.lower())(where, values)
                    if answer.status_code >= 500:
                        broken.append((where, method, values))
            break
    assert broken == []


def test_an_api_is_told_hostile_things_and_answers(district):
    rows = Rows(district).of["A", "one_stop"]
    keeper, chairman = (signed_in(district.people[role]) for role in ("system_administrator", "commune_chairman"))
    room, camera = district.rooms["A", "one_stop"].id, district.camera("A")
    bodies = (
        "", "{", "[]", "null", f'{{"text": "\\u0000abcdef", "rooms": ["{room}"]}}',
        f'{{"text": "\\ud800abcdef", "rooms": ["{room}"], "kind": "live", "cameras": []}}',
        f'{{"at_us": 9007199254740991, "kind": "playback", "cameras": ["{uuid.uuid4()}"]}}',
        f'{{"kind": "playback", "cameras": ["{camera}"], "begin": "0001-01-01T00:00:00Z", '
        '"end": "9999-12-31T23:59:59Z"}',
    )  # fmt: skip
    for key in operations.API:
        method, _, route = key.partition(" ")
        browser, where = keeper if "registry" in route else chairman, address(f"api/{route}", rows)
        if method == "GET":
            assert browser.get(f"{where}?room=%00&begin=%00&from=-1&q=%ff").status_code < 500, key
            continue
        for body in bodies:
            assert browser.generic(method, where, body, "application/json").status_code < 500, (key, body)
        assert getattr(browser, method.lower())(where, {"text": "x"}).status_code < 500, key


@pytest.mark.parametrize("role", [role for role in SERVES if role != "commune_chairman"])
def test_nobody_renews_closes_or_uses_what_is_somebody_elses(district, role):
    _, theirs = opened_by(district, "commune_chairman")
    reason = purpose_of(district, "commune_chairman")
    mine = signed_in(district.people[role])
    json = "application/json"
    assert mine.post(f"/api/viewings/{theirs.viewing.id}/renew", {}, json).status_code == 403
    mine.post(f"/api/viewings/{theirs.viewing.id}/close", {}, json)
    assert mine.post(f"/api/purposes/{reason.id}/renew", {}, json).status_code == 422
    mine.post(f"/api/purposes/{reason.id}/close", {}, json)
    begin = (timezone.now() - 2 * HOUR).isoformat()
    wish = {"kind": "playback", "cameras": [str(district.camera("A"))], "begin": begin,
            "end": (timezone.now() - HOUR).isoformat(), "purpose": str(reason.id)}  # fmt: skip
    assert mine.post("/api/viewings", wish, json).status_code == 403
    assert mine.get(f"/api/purposes?room={district.rooms['A', 'one_stop'].id}").json() == {"purposes": []}
    assert Viewing.objects.get().closed_at is None
    assert Purpose.objects.get().closed_at is None


def test_a_purpose_said_for_one_room_opens_no_other(district):
    reason = purpose_of(district, "office_specialist", "A")
    for kind, span in (("live", {}), ("playback", {"begin": district.now - 2 * HOUR, "end": district.now - HOUR})):
        with pytest.raises(ViewingRefused) as refused:
            opened_by(district, "office_specialist", commune="B", kind=kind, purpose=reason.id, **span)
        assert refused.value.code == "purpose"


@pytest.mark.parametrize("ahead", [HOUR, -HOUR, 24 * HOUR])
def test_a_position_in_time_moves_no_lease_out_of_what_was_asked(district, ahead):
    reason = purpose_of(district, "commune_chairman")
    begin, end = district.now - 2 * HOUR, district.now - HOUR
    who, opened = opened_by(district, "commune_chairman", kind="playback", begin=begin, end=end, purpose=reason.id)
    later = district.now + 4 * SECOND
    try:
        again = viewings.renew_viewing(who, opened.viewing.id, at=begin + ahead, now=later)
    except ViewingRefused:
        return
    lease = verify(again.token, [keys.public_lease(settings.MINHBACH_DATA / "keys")], round(later.timestamp() * 10**6))
    assert round(begin.timestamp() * 10**6) <= lease.begin_us < lease.end_us <= round(end.timestamp() * 10**6)
    assert lease.expires_us - lease.issued_us <= LIFE_US


def test_a_viewing_of_another_session_of_the_same_person_is_not_renewed(district):
    _, opened = opened_by(district, "commune_chairman", session="desk")
    thief = Asker(district.people["commune_chairman"], "phone".ljust(64, "0"))
    with pytest.raises(ViewingRefused):
        viewings.renew_viewing(thief, opened.viewing.id, now=district.now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["close", "grant", "session"])
def test_no_lease_is_signed_after_the_end_however_renewals_race_with_it(district, end):
    chief, member = district.people["chief_of_office"], district.people["inspection_member"]
    room = district.rooms["A", "one_stop"].id
    given = grants.grant(
        chief,
        terms=grants.Terms(
            member.person_id, frozenset({Right.LIVE}), frozenset({room}), district.now, district.now + HOUR, "5/QĐ"
        ),
        now=district.now,
    )  # fmt: skip
    reason = purposes.open_purpose(member, text="kiểm tra", reference="", rooms=[room], now=district.now)
    who, opened = opened_by(district, "inspection_member", purpose=reason.id)
    start = threading.Barrier(4)
    ended: list[bool] = []
    leases: list[int | None] = []

    def renew():
        start.wait()
        for _ in range(12):
            begun = len(ended)
            try:
                viewings.renew_viewing(who, opened.viewing.id, now=timezone.now())
                leases.append(begun)
            except ViewingRefused:
                leases.append(None)
        connection.close()

    def stop():
        start.wait()
        if end == "close":
            viewings.close_viewing(who, opened.viewing.id, now=timezone.now())
        elif end == "grant":
            grants.end_grant(chief, given.id, now=timezone.now())
        else:
            Viewing.objects.filter(session_digest=who.session).update(closed_at=timezone.now(), ending="signed_out")
        ended.append(True)
        connection.close()

    threads = [threading.Thread(target=renew) for _ in range(3)] + [threading.Thread(target=stop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A lease that was asked for after the end was written is not signed.
    assert 1 not in leases
    assert None in leases
    assert Viewing.objects.get().closed_at is not None


def test_thirty_people_behind_one_address_come_in_at_once(district):
    """Half past seven: everybody has a new browser, every third mistypes once, two forgot the password altogether."""
    people = [district.appoint("one_stop_officer", "A", f"person{number}") for number in range(30)]
    for account in people:
        account.set_password("x" * 12)  # a cheap one stands in below: what is tried is who waits, not the hash
    password = people[0].password
    type(people[0]).objects.filter(id__in=[account.id for account in people]).update(password=password)

    def enter(name, word):
        form = {"username": name, "password": word}
        return Client().post("/dang-nhap", form, REMOTE_ADDR="203.113.1.1").status_code

    for number, account in enumerate(people):
        if number % 3 == 0:
            assert enter(account.username, "sai") == 403
        if number < 2:
            assert [enter(account.username, f"sai {attempt}") for attempt in range(6)] == [403] * 6
    outcomes = [enter(account.username, "x" * 12) for account in people]
    assert outcomes == [403, 403] + [302] * 28  # the two wait, nobody else does
    assert SignIn.objects.count() == 28


def test_somebody_who_tries_passwords_from_the_office_makes_only_strangers_wait(district, monkeypatch):
    known = district.appoint("one_stop_officer", "A", "known")
    known.set_password("x" * 12)
    known.save()
    mine = Client()
    form = {"username": "known", "password": "x" * 12}
    assert mine.post("/dang-nhap", form, REMOTE_ADDR="203.113.1.1").status_code == 302
    mine.post("/dang-xuat")
    monkeypatch.setattr(throttle, "FREE_FOR_ADDRESS", 12)
    for number in range(12):
        Client().post("/dang-nhap", {"username": f"nobody{number}", "password": "sai"}, REMOTE_ADDR="203.113.1.1")
    assert Client().post("/dang-nhap", form, REMOTE_ADDR="203.113.1.1").status_code == 403
    assert Client().post("/dang-nhap", form, REMOTE_ADDR="203.113.9.9").status_code == 302
    assert mine.post("/dang-nhap", form, REMOTE_ADDR="203.113.1.1").status_code == 302


def test_who_is_refused_learns_nothing_and_leaves_a_row(district):
    stranger = signed_in(district.people["commune_chairman"])
    room = district.rooms["C", "one_stop"]
    answer = stranger.get(f"/phong/{room.id}")
    assert answer.status_code == 403
    assert room.name not in answer.content.decode()
    assert stranger.get(f"/phong/{uuid.uuid4()}").status_code == 404
    assert Refusal.objects.filter(room=room).count() == 1
