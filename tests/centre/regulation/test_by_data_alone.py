"""A level is added and a right moved by pages alone, and pages, API and leases obey; paper says what is enforced."""

import datetime
import io
import json

import pypdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions import purposes, requests
from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models import GrantRequest, Viewing
from minhbach.centre.access.places import place_of_room
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight.actions.findings import Found, make
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions, reading, sections
from minhbach.centre.regulation.document import document
from minhbach.centre.regulation.models import Draft, Regulation
from minhbach.centre.regulation.rights import OF_ROOMS
from minhbach.centre.regulation.rules import PROFILES, ROOM_TYPES, Scope, shipped
from minhbach.centre.regulation.views.versions import kinds
from minhbach.centre.regulation.wording import SCOPES
from minhbach.lease import verify
from tests.centre.access.district import SERVES, District
from tests.centre.people import signed_in
from tests.centre.regulation.test_drafts import as_seen

pytestmark = pytest.mark.django_db
NEW = "deputy_inspector"


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def playback(browser, district, account):
    """What the API answers to a wish to play back a minute of the reception room of A."""
    now = timezone.now()
    room, camera = district.rooms["A", "reception_room"].id, district.camera("A", "reception_room")
    purpose = purposes.open_purpose(account, text="kiểm tra định kỳ", reference="", rooms=[room], now=now)
    begin = now - datetime.timedelta(hours=1)
    wish = {
        "kind": "playback", "cameras": [str(camera)], "begin": begin.isoformat(), "purpose": str(purpose.id),
        "end": (begin + datetime.timedelta(minutes=1)).isoformat(),
    }  # fmt: skip
    return browser.post("/api/viewings", json.dumps(wish), content_type="application/json")


def by_pages(browser, district):
    """An administrator adds the level after inspectors and moves playback to it, by the forms of the draft."""
    browser.post(reverse("draft_begin", args=[district.units["top"].id]))
    draft = Draft.objects.get()
    new = {"code": NEW, "like": "inspector"}
    assert browser.post(reverse("draft_role_new", args=[draft.id]), new).status_code == 302
    for code, name, has in ((NEW, "Phó Chánh Thanh tra", True), ("inspector", "Thanh tra viên", False)):
        draft.refresh_from_db()
        way = reverse("draft_role", args=[draft.id, code])
        fields = sections.role_initial(draft.content, code)
        rights = [each for each in fields["reception_room_rights"] if has or each != "playback"]
        fields |= {"reception_room_rights": rights, "vi": name}
        assert browser.post(way, fields | as_seen(browser, way)).status_code == 302
    issue = {"decision_number": "21/QĐ-UBND", "valid_from": day_of(district.now).isoformat()}
    return browser.post(reverse("draft", args=[draft.id]), issue, follow=True).content.decode()


def test_a_level_is_added_and_a_right_moved_without_code_and_pages_api_and_leases_obey(district):
    account = district.people["inspector"]
    inspector, keeper = signed_in(account), signed_in(district.people["system_administrator"])
    running = playback(inspector, district, account).json()
    version = by_pages(keeper, district)
    deputy_account = district.appoint(NEW, "inspectorate", "deputy")
    deputy = signed_in(deputy_account)

    # The page of the version: the new level stands where it was put, under its name.
    assert (
        version.index("Thanh tra viên") < version.index("Phó Chánh Thanh tra") < version.index("Chánh Thanh tra tỉnh")
    )
    # Pages: whoever has playback finds the moments of the room, whoever lost it does not.
    moments = reverse("moments")
    assert deputy.get(moments).status_code == 200
    # The API: one is given a lease, the other is refused, and what ran is not renewed.
    given, refused = playback(deputy, district, deputy_account), playback(inspector, district, account)
    assert (given.status_code, refused.status_code) == (200, 403)
    renewed = inspector.post(
        f"/api/viewings/{running['viewing']}/renew", "{}", content_type="application/json"
    )  # fmt: skip
    assert renewed.status_code == 403
    assert Viewing.objects.get(id=running["viewing"]).ending == "revoked"
    # The lease is what the stream and the recorder verify before every packet.
    public = keys.public_lease(settings.MINHBACH_DATA / "keys")
    lease = verify(given.json()["token"], [public], round(timezone.now().timestamp() * 1_000_000))
    assert len(lease.cameras) == 1
    # And a person can be given the level by the page of people, which knows it from the version alone.
    assert NEW in keeper.get(reverse("assign", args=[account.person_id])).content.decode()


@pytest.mark.parametrize("profile", PROFILES)
def test_each_cell_of_the_document_is_what_access_answers(profile):
    district = District(profile)
    rules = reading.in_force(district.units["A"].id, day_of(district.now))
    said = {section.code: {line.code: line.says.vi for line in section.lines} for section in document(rules)}
    for role in SERVES:
        for room_type in ROOM_TYPES:
            line = said[f"role-{role}"][room_type]
            words, _, scope = line.rpartition(" (")
            written = {right for right in OF_ROOMS if right.words.vi in words.split("; ")}
            if scope.rstrip(")") == SCOPES[Scope.GRANTED].vi:
                written = set()  # only as far as a grant goes, and there is none
            place = place_of_room(district.rooms["A", room_type].id, district.now)
            allowed = {r for r in OF_ROOMS if decide(district.people[role], r, place, now=district.now).allowed}
            assert allowed == written, (role, room_type, line)


def test_the_periods_of_the_document_are_those_that_are_counted_with(district):
    rules = reading.in_force(district.units["A"].id, day_of(district.now))
    said = {line.code: both(line.says)[0] for section in document(rules) for line in section.lines}
    for room_type in ROOM_TYPES:
        kept = reading.retention_days(district.rooms["A", room_type], day_of(district.now))
        assert said[f"retention_{room_type}_days"] == f"{kept} ngày"
    room = district.rooms["A", "one_stop"].id
    made = purposes.open_purpose(
        district.people["commune_chairman"], text="kiểm tra định kỳ", reference="", rooms=[room], now=district.now
    )
    minutes = (made.until - made.begun_at) // datetime.timedelta(minutes=1)
    assert said["purpose_minutes"] == f"{minutes} phút"


def with_times(district, **times):
    """A version of today in which these periods are others."""
    content = shipped(district.profile)
    content["times"] |= times
    actions.issue(
        unit=district.units["top"].id, content=content, valid_from=day_of(district.now), decision_number="33/QĐ",
        now=district.now,
    )  # fmt: skip


def test_a_request_for_a_second_signature_lapses_after_the_days_of_the_regulation(district):
    with_times(district, grant_request_days=3)
    row = GrantRequest.objects.create(
        person=district.people["inspector"].person, rights=["playback"], begins_at=district.now, decision_number="4/QĐ",
        ends_at=district.now + datetime.timedelta(days=30), asked_by=district.people["chief_inspector"].person,
        asked_at=district.now,
    )  # fmt: skip
    row.rooms.set([district.rooms["A", "reception_room"]])
    later = [district.now + datetime.timedelta(days=days) for days in (2, 4)]
    assert [requests.waiting_requests(now=now).exists() for now in later] == [True, False]


def test_a_camera_is_commissioned_and_a_finding_reaches_as_long_as_the_regulation_says(district):
    with_times(district, commissioning_days=2, finding_longest_minutes=10)
    camera = district.camera("A", "one_stop")
    Camera.objects.filter(id=camera).update(added_at=district.now)
    rules = reading.in_force(district.units["A"].id, day_of(district.now))
    later = [district.now + datetime.timedelta(days=days) for days in (1, 3)]
    begun = [registry.commissioning_since(camera, now, rules.times.commissioning_days) is not None for now in later]
    assert begun == [True, False]
    end = round((district.now - datetime.timedelta(hours=1)).timestamp()) * 1_000_000
    long = Found(begin_us=end - 11 * 60_000_000, end_us=end, situation="attitude")
    with pytest.raises(NotPossible) as refused:
        make(
            district.people["office_specialist"], room=district.rooms["A", "one_stop"].id, found=long, now=district.now
        )
    assert "10" in refused.value.words.vi.format(**dict(refused.value.words.values))


def squeezed(said):
    """Without spaces: a line of the paper may break anywhere, also in a long word."""
    return "".join(said.split())


@pytest.mark.parametrize("profile", PROFILES)
def test_the_paper_read_back_says_every_rule_that_is_enforced(profile):
    district = District(profile)
    [row] = Regulation.objects.filter(unit=district.units["top"].id)
    browser = signed_in(district.people["council_delegate"])
    paper = pypdf.PdfReader(io.BytesIO(browser.get(reverse("regulation_pdf", args=[row.id])).content))
    read = squeezed("".join(page.extract_text() for page in paper.pages))
    rules = reading.in_force(district.units["A"].id, day_of(district.now))
    assert squeezed(row.digest) in read
    for section in document(rules, kinds()):
        for line in section.lines:
            said = both(line.says)[0]
            assert squeezed(said) in read, (section.code, line.code, said)
