"""The whole API as its description says it may be spoken to, and beyond it, by every role: answered in words, always.

The requests are drawn by schemathesis from the description that the site itself serves: once for all roles, as drawing
costs far more than asking. Every role speaks every operation, and whatever it is given is as described.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as drawing
from hypothesis.errors import Unsatisfiable
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.control import SkipTest
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok

from minhbach.centre.access.models import Account
from minhbach.centre.addresses import operations
from minhbach.centre.fabric import keys
from tests.centre.access.district import SERVES, District
from tests.centre.access.test_matrix import Rows
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: How many requests are drawn of each operation that fit its description, and how many that nearly do.
DRAWN = 3
ROLES = [*SERVES, "nobody", None]
#: What an operation may answer beside what it describes; an answer that gives something is always described.
ALWAYS = {400, 401, 403, 404, 405, 422}
SCHEMA = schemathesis.openapi.from_dict(operations.api.get_openapi_schema(path_prefix="/api/"))
#: What is raised where an answer is not as it is described: one thing, or several together.
WRONG = (Failure, FailureGroup)
#: Reading first: what a role changes then is asked for afterwards by none.
OPERATIONS = sorted(
    (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)),
    key=lambda each: each.method != "get",
)


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def test_every_operation_of_the_api_is_described() -> None:
    described = {f"{each.method.upper()} {each.path}" for each in OPERATIONS}
    assert len(described) == len(operations.API)


def test_no_two_things_of_the_description_have_one_name() -> None:
    """A description holds one shape by each name: the other would be described as what it is not."""
    found = Counter(each.__name__ for each in _shapes(Schema) if each.__module__.startswith("minhbach."))
    assert len(found) > 100
    assert [name for name, count in found.items() if count > 1] == []


def _shapes(of: type[Schema]) -> Iterator[type[Schema]]:
    for each in of.__subclasses__():
        yield each
        yield from _shapes(each)


@pytest.mark.parametrize("role", ROLES)
def test_no_request_that_fits_the_description_or_nearly_breaks_the_api(district: District, role: str | None) -> None:
    people = {**district.people, "nobody": district.nobody()}
    browser, turn = _browser(people.get(role) if role else None), ROLES.index(role)
    real = {name: str(value) for name, value in Rows(district).of["A", "one_stop"].items()}
    given_out = 0
    for place, operation in enumerate(OPERATIONS):
        fitting, nearly = _drawn(place)
        known = {name: real[name] for name in fitting[0].path_parameters or {} if name in real}
        # Once about what is there, once as it was drawn or as nearly as it fits, of either every other time.
        given_out += _answered(browser, operation, fitting[turn % len(fitting)], known)
        other = nearly or fitting
        _answered(browser, operation, other[turn % len(other)], known if (place + turn) % 2 else {})
    assert given_out >= (6 if role in SERVES else 0), "hardly anything was there to hold against the description"


def test_an_answer_that_is_not_as_described_is_found() -> None:
    described = [each for each in OPERATIONS if _demands(each)]
    assert len(described) > 50
    for operation in described:
        with pytest.raises(WRONG):
            _hold_against(operation, 200, "application/json", b'{"nothing": "of it"}')


@cache
def _drawn(place: int) -> tuple[list[Any], list[Any]]:
    """Requests of one operation: those that fit its description, and those that nearly do, where any can be wrong."""
    operation, found = OPERATIONS[place], []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        cases: list[Any] = []
        found.append(cases)
        try:
            _draw(operation.as_strategy(generation_mode=mode), cases.append)
        except (SkipTest, Unsatisfiable):
            assert mode is GenerationMode.NEGATIVE, operation.path
    return found[0], found[1]


def _draw(strategy: Any, keep: Callable[[Any], None]) -> None:
    @drawing(
        max_examples=DRAWN, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def draw(case: Any) -> None:
        keep(case)

    draw()


def _answered(browser: Client, operation: Any, case: Any, known: dict[str, str]) -> int:
    """Ask, and hold the answer against the description; how many bodies of what was given could be."""
    drawn = case.path_parameters
    try:
        case.path_parameters = {**(drawn or {}), **known}
        answer = _asked(browser, case)
        about = (case.method, case.formatted_path, case.body, answer.status_code)
    finally:
        case.path_parameters = drawn
    described = {int(code) for code in operation.responses.status_codes if code.isdigit()}
    assert answer.status_code < 500, (*about, _content(answer)[:300])
    assert answer.status_code in ALWAYS | described, about
    kind = answer.get("Content-Type", "")
    if 200 <= answer.status_code < 300:
        kinds = operation.definition.raw["responses"][str(answer.status_code)].get("content", {})
        assert not kinds or kind.partition(";")[0] in kinds, (*about, kind)
        try:
            _hold_against(operation, answer.status_code, kind, _content(answer))
        except WRONG as wrong:
            pytest.fail(f"{about}: {wrong}")
        return int(kind.startswith("application/json"))
    if answer.status_code in ALWAYS - {405} and kind.startswith("application/json"):
        said = json.loads(answer.content)
        assert said["vi"]
        assert said["en"]
    return 0


def _hold_against(operation: Any, status: int, kind: str, content: bytes) -> None:
    """Raises one of WRONG where an answer is not what the operation's description says of it."""
    asked: Any = None  # nothing of the request is judged
    operation.validate_response(
        schemathesis.Response(status, {"content-type": [kind]}, content, asked, elapsed=0.0, verify=False)
    )


def _demands(operation: Any) -> bool:
    """Whether its answer is an object of which something has to be there."""
    answers = operation.definition.raw["responses"].get("200", {})
    schema = answers.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return bool(SCHEMA.raw_schema["components"]["schemas"].get(name, {}).get("required"))


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


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
