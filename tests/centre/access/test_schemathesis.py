"""The whole API as its description says it may be spoken to, and beyond it, by every role: answered in words, always.

The requests are drawn by schemathesis from the description that the site itself serves.
"""

import json
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.result import Ok

from minhbach.centre.access.models import Account
from minhbach.centre.addresses import operations
from minhbach.centre.fabric import keys
from tests.centre.access.district import SERVES, District
from tests.centre.access.test_matrix import Rows
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: Requests of each role; all roles together draw every operation some thirty times.
EXAMPLES = 100
#: What an operation may answer beside what it describes.
ALWAYS = {201, 204, 400, 401, 403, 404, 405, 422}
SCHEMA = schemathesis.openapi.from_dict(operations.api.get_openapi_schema(path_prefix="/api/"))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def test_every_operation_of_the_api_is_described() -> None:
    described = {f"{each.method.upper()} {each.path}" for each in OPERATIONS}
    assert len(described) == len(operations.API)


@pytest.mark.parametrize("role", [*SERVES, "nobody", None])
def test_no_request_that_fits_the_description_or_nearly_breaks_the_api(district: District, role: str | None) -> None:
    people = {**district.people, "nobody": district.nobody()}
    browser = _browser(people.get(role) if role else None)
    real = dict(Rows(district).of["A", "one_stop"])

    @drawing(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # what fails is named as it was drawn: making it smaller would cost minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def speak(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(OPERATIONS))
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        known = {name: str(real[name]) for name in case.path_parameters or {} if name in real}
        knows: bool = data.draw(st.booleans())
        if knows:
            case.path_parameters = {**case.path_parameters, **known}
        answer = _asked(browser, case)
        assert answer.status_code < 500, (case.method, case.formatted_path, case.body, answer.content[:300])
        described = {int(code) for code in operation.responses.status_codes if code.isdigit()}
        assert answer.status_code in ALWAYS | described, (case.method, case.formatted_path)
        if answer.status_code in ALWAYS - {201, 204, 405} and answer["Content-Type"].startswith("application/json"):
            said = json.loads(answer.content)
            assert said["vi"]
            assert said["en"]

    speak()


def _browser(account: Account | None) -> Client:
    browser = signed_in(account) if account else Client()
    browser.raise_request_exception = False
    return browser


def _asked(browser: Client, case: Any) -> Any:
    body = (
        b"" if isinstance(case.body, NotSet) else case.body if isinstance(case.body, bytes) else json.dumps(case.body)
    )
    query = dict(case.query or {})
    return browser.generic(case.method, case.formatted_path, body, "application/json", query_params=query)
