"""docs/coverage.md is honest: every row of the study once, and each page and test that it names is there."""

import re
from collections import Counter

import pytest

from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "coverage.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+ \|", line)
]
CENTRE = ROOT / "src" / "minhbach" / "centre"
#: All that is an address, as it is written.
LISTED = "".join(file.read_text("utf-8") for file in (CENTRE / "urls.py", *(CENTRE / "addresses").glob("*.py")))
STATES = ("có", "một phần", "chưa")


def test_every_row_stands_once_and_the_sums_are_those_of_the_rows():
    assert [int(row[0]) for row in ROWS] == list(range(1, 153))
    counted = Counter(row[2] for row in ROWS)
    assert counted.keys() <= set(STATES)
    said = re.search(r"\*\*(\d+)\*\* có, \*\*(\d+)\*\* một phần, \*\*(\d+)\*\* chưa", TEXT)
    assert said
    assert [int(number) for number in said.groups()] == [counted[state] for state in STATES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_built_names_pages_and_a_test_that_exist_and_what_is_begun_says_what_is_missing(row):
    _, _, state, pages, test, missing = row
    for page in re.findall(r"`(\w+)`", pages):
        assert f'"{page}"' in LISTED, page
    for name in re.findall(r"`([^`]+)`", test):
        assert (ROOT / name).is_file(), name
    if state == "có":
        assert pages
        assert test
    if state == "chưa":
        assert not pages
        assert not test
    if state == "một phần":
        assert test
        assert missing or pages
