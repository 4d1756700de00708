"""The API of extraction: the whole way by JSON alone, and the same words and refusals as on the pages."""

import base64
import hashlib
import json

import pytest
from django.utils import timezone

from minhbach.centre.access.actions.security_keys import as_text, from_text
from minhbach.centre.access.key_proof import Site
from minhbach.centre.access.models import SecurityKey
from minhbach.centre.evidence.actions import building
from minhbach.centre.evidence.models import Approval, Custody, Extraction
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.footage.models import Hold
from tests.centre.access.test_security_keys import Token
from tests.centre.evidence.case import MINUTE
from tests.centre.people import PASSWORD, signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


class Speaker:
    """Somebody's program."""

    def __init__(self, case, role):
        self.browser = signed_in(case.person(role))

    def post(self, path, body=None):
        return self.browser.post(f"/api/{path}", json.dumps(body or {}), content_type="application/json")

    def get(self, path, **asked):
        return self.browser.get(f"/api/{path}", asked)


@pytest.fixture
def speak(case):
    case.now = timezone.now()
    return lambda role: Speaker(case, role)


def wish(case, **more):
    return {
        "cameras": [str(case.camera)], "begin": moment(case.begin_us).isoformat(),
        "end": moment(case.end_us).isoformat(), "purpose": "Xác minh phản ánh", "legal_basis": "Quyết định 12/QĐ-TTr",
        "receiver_body": "Công an xã A", "receiver_name": "Trung tá Hùng",
    } | more  # fmt: skip


def asked(case, speaker):
    answer = speaker.post(f"rooms/{case.room}/extractions", wish(case))
    assert answer.status_code == 200, answer.content
    return answer.json()["id"]


def by_key(case, speaker, role, extraction):
    account = case.person(role)
    token = Token(site=Site("testserver", "http://testserver"), credential=account.id.bytes)
    SecurityKey.objects.create(
        account=account, label="Khóa", credential=as_text(token.credential), point=token.point.hex(),
        site_name="testserver", added_at=case.now,
    )  # fmt: skip
    said = speaker.post(f"extractions/{extraction}/statements").json()
    assert said["credentials"] == [as_text(token.credential)]
    signed = token.sign(from_text(said["challenge"]))
    key = {
        "credential": as_text(token.credential), "authenticator": as_text(signed.authenticator),
        "client": as_text(signed.client), "signature": as_text(signed.signature),
    }  # fmt: skip
    return speaker.post(f"extractions/{extraction}/approvals", {"key": key})


def test_the_whole_way_of_an_extraction_is_open_to_programs(case, speak):
    asker = speak("service_centre_head")
    extraction = asked(case, asker)
    for role in ("commune_chairman", "chief_of_office"):
        assert by_key(case, speak(role), role, extraction).status_code == 200
    technician = speak("technician")
    assert technician.post(f"extractions/{extraction}/builds").status_code == 200
    row = Extraction.objects.get(id=extraction)
    path = building.package_path(row.id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a package")
    building.finish_build(
        row.build.id, digest=hashlib.sha256(b"a package").hexdigest(), size_bytes=9, now=timezone.now()
    )
    assert technician.post(f"extractions/{extraction}/package").getvalue() == b"a package"
    assert Custody.objects.filter(extraction=row, kind="copied").count() == 1
    assert b"centre " in technician.get(f"extractions/{extraction}/keys").content
    assert asker.post(f"extractions/{extraction}/hand-over", {"medium": "USB 0417"}).status_code == 200
    photo = base64.b64encode(photograph()).decode()
    assert asker.post(f"extractions/{extraction}/signature", {"photo": photo}).status_code == 200
    assert asker.get(f"extractions/{extraction}").json()["stage"] == "signed"
    ending = {"destroyed": False, "document": "BB 12"}
    assert asker.post(f"extractions/{extraction}/ending", ending).status_code == 200
    told = asker.get(f"extractions/{extraction}").json()
    assert (told["stage"], told["stage_en"]) == ("returned", "Returned")
    assert [each["en"] for each in told["life"]][:3] == ["Asked", "Approval 1", "Approval 2"]


def test_password_and_code_approve_too_and_a_statement_serves_once(case, speak):
    case.now -= 2 * MINUTE
    case.code(case.person("chief_of_office"))
    extraction, chief = asked(case, speak("service_centre_head")), speak("chief_of_office")
    case.now = timezone.now()
    proof = case.code(case.person("chief_of_office"))
    body = {"by_code": {"password": PASSWORD, "code": proof.code}}
    assert chief.post(f"extractions/{extraction}/approvals", body).status_code == 409
    chief.post(f"extractions/{extraction}/statements")
    wrong = chief.post(f"extractions/{extraction}/approvals", {"by_code": {"password": "sai", "code": proof.code}})
    assert (wrong.status_code, wrong.json()["en"][:12]) == (409, "The password")
    assert chief.post(f"extractions/{extraction}/approvals", body).status_code == 409
    assert Approval.objects.count() == 0
    chief.post(f"extractions/{extraction}/statements")
    assert chief.post(f"extractions/{extraction}/approvals", body).status_code == 200
    assert Approval.objects.get().kind == "password_code"


def test_a_technician_is_not_told_why_and_strangers_nothing(case, speak):
    extraction = asked(case, speak("service_centre_head"))
    told = speak("technician").get(f"extractions/{extraction}")
    assert {name for name, value in told.json().items() if value is None} == {
        "purpose", "legal_basis", "case_number", "receiver_body", "receiver_name", "hold",
    }  # fmt: skip
    for secret in ("phản ánh", "12/QĐ-TTr", "Trung tá", "Công an"):
        assert secret not in told.content.decode()
    assert [each["purpose"] for each in speak("technician").get("extractions").json()["items"]] == [None]
    assert speak("inspector").get(f"extractions/{extraction}").status_code == 403
    assert speak("inspector").get("extractions").json() == {"items": [], "older": ""}


def test_what_is_refused_is_said_in_both_languages_and_changes_nothing(case, speak):
    asker, chief = speak("service_centre_head"), speak("chief_of_office")
    extraction = asked(case, asker)
    assert asker.post(f"rooms/{case.room}/extractions", wish(case, end=wish(case)["begin"])).status_code == 409
    assert asker.post(f"rooms/{case.room}/extractions", wish(case, begin="2026-11-22T08:00:00")).status_code == 422
    assert asker.post(f"extractions/{extraction}/statements").status_code == 403
    assert asker.post(f"extractions/{extraction}/hand-over", {"medium": "USB"}).status_code == 409
    assert speak("technician").post(f"extractions/{extraction}/package").json().keys() == {"vi", "en"}
    assert chief.post(f"extractions/{extraction}/refusal", {"reason": "Không có căn cứ"}).status_code == 200
    late = asker.post(f"extractions/{extraction}/withdrawal", {"reason": "Nhầm"})
    assert (late.status_code, set(late.json())) == (409, {"vi", "en"})
    assert case.item(Extraction.objects.get(id=extraction)).stage is Stage.REFUSED


def test_a_change_and_a_withdrawal_go_by_json_as_well(case, speak):
    asker = speak("service_centre_head")
    extraction = asked(case, asker)
    changed = asker.post(f"extractions/{extraction}/revisions", wish(case, purpose="Việc khác"))
    assert changed.json() == {"id": extraction, "number": asker.get(f"extractions/{extraction}").json()["number"]}
    found = asker.get(f"extractions/{extraction}").json()
    assert (found["serial"], found["purpose"]) == (2, "Việc khác")
    assert asker.post(f"extractions/{extraction}/withdrawal", {"reason": "Nhầm"}).status_code == 200
    assert asker.get("extractions", q="viec khac").json()["items"][0]["stage"] == "withdrawn"


def test_two_release_a_hold_by_json(case, speak):
    asker, chief = speak("service_centre_head"), speak("chief_of_office")
    extraction = asked(case, asker)
    hold = asker.get(f"extractions/{extraction}").json()["hold"]
    assert asker.post(f"holds/{hold}/releases", {"reason": "Xong"}).status_code == 409
    asker.post(f"extractions/{extraction}/withdrawal", {"reason": "Nhầm"})
    assert asker.post(f"holds/{hold}/releases", {"reason": "Xong"}).json() == {"hold": hold, "agreed": None}
    assert asker.post(f"holds/{hold}/releases/answer", {"agreed": True}).status_code == 409
    assert chief.post(f"holds/{hold}/releases/answer", {"agreed": True}).json() == {"hold": hold, "agreed": True}
    assert speak("technician").post(f"holds/{hold}/releases", {"reason": "Xong"}).status_code == 403


def test_what_a_recorder_refused_to_release_is_sent_again_by_json(case, speak):
    asker, chief = speak("service_centre_head"), speak("chief_of_office")
    extraction = asked(case, asker)
    hold = asker.get(f"extractions/{extraction}").json()["hold"]
    asker.post(f"extractions/{extraction}/withdrawal", {"reason": "Nhầm"})
    asker.post(f"holds/{hold}/releases", {"reason": "Xong"})
    chief.post(f"holds/{hold}/releases/answer", {"agreed": True})
    assert asker.post(f"holds/{hold}/releases/again", {}).status_code == 409
    Hold.objects.update(placed_at=case.now, placed_index=41, refused_vi="Không được.", refused_en="It may not be.")
    assert asker.post(f"holds/{hold}/releases/again", {}).json() == {"hold": hold, "agreed": True}
    assert Hold.objects.get().refused_en == ""
