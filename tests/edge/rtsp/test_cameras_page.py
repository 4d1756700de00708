"""docs/cameras.md says the truth: no row is missing, and each test it names exists."""

import re

import pytest

ROW = re.compile(r"^\| ([A-F]\d\d) \| (.*?) \| (.*?) ?\| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py): ([\w ]+)`")


@pytest.fixture(scope="module")
def rows(checkout):
    text = (checkout / "docs" / "cameras.md").read_text(encoding="utf-8")
    return ROW.findall(text)


def test_every_row_is_there_once(rows):
    last = {"A": 66, "B": 33, "C": 53, "D": 18, "E": 7, "F": 13}
    assert [name for name, *_ in rows] == [f"{part}{n:02}" for part, count in last.items() for n in range(1, count + 1)]


def test_every_test_that_is_named_exists(rows, checkout):
    for name, _, tests, _ in rows:
        for path, word in NAMED.findall(tests):
            folder = "" if path.startswith("fmp4/") else "edge"
            source = (checkout / "tests" / folder / path).read_text(encoding="utf-8")
            assert re.search(rf"^def test_\w*{word}(?![a-z0-9])", source, re.MULTILINE), (name, path, word)


def test_every_result_is_one_of_three_and_only_what_is_not_there_has_no_test(rows):
    for name, _, tests, result in rows:
        assert result.startswith(("held", "partly", "not yet")), name
        assert bool(NAMED.search(tests)) != result.startswith("not yet"), name
