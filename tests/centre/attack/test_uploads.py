"""Who uploads a file that is made to harm: the process that serves everybody reads none of it itself."""

import contextlib
import subprocess
import sys

import pytest

from minhbach.centre.registry import tables
from minhbach.centre.registry.unpack import MOST_UNPACKED_BYTES
from tests.centre.attack import workbooks

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def test_an_honest_workbook_is_read_by_the_child():
    day = '<row r="2"><c r="A2" t="d"><v>2026-11-22T07:30:00</v></c><c r="B2" t="b"><v>1</v></c></row>'
    assert tables.rows_of(workbooks.workbook(workbooks.sheet(ONE + day))) == [
        ["1", ""],
        ["2026-11-22 07:30:00", "True"],
    ]


@pytest.mark.parametrize(
    "data",
    [
        workbooks.far_apart,
        lambda: workbooks.workbook(workbooks.large((MOST_UNPACKED_BYTES >> 20) + 2)),
        workbooks.repeated,
        lambda: workbooks.workbook("<worksheet" * 100_000),
    ],
    ids=["two cells far apart", "more than it may", "repeated cells", "torn"],
)
def test_a_small_workbook_that_asks_for_very_much_is_refused_and_takes_nobody_down(data):
    asked = data()
    assert len(asked) < tables.MOST_BYTES
    with pytest.raises(tables.NotATable):
        tables.rows_of(asked)


def test_a_workbook_that_lies_about_its_size_gets_no_more_memory_for_it():
    lie = workbooks.lying(workbooks.workbook(workbooks.large((MOST_UNPACKED_BYTES >> 20) + 2)), 100)
    with contextlib.suppress(tables.NotATable):
        assert tables.rows_of(lie) == [["1"]]


def test_a_row_that_never_ends_is_cut():
    assert tables.rows_of(workbooks.many_cells(200_000)) == [["x"] * tables.MOST_COLUMNS]


def test_names_within_a_workbook_stand_for_nothing():
    try:
        rows = tables.rows_of(workbooks.entities())
    except tables.NotATable:
        return
    text = str(rows)
    assert "lol" not in text
    with open("/etc/hostname", encoding="utf-8") as name:
        assert name.read().strip() not in text


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname')",
        "__import__('socket').socket()",
        "__import__('os').fork()",
        "__import__('os').open('/', 0)",
    ],
)
def test_whoever_takes_over_the_child_can_open_nothing(attempt):
    program = (
        "import socket, os; from minhbach.centre.registry import unpack\n"
        "unpack.confinement.enter(unpack.MEMORY_BYTES)\n"
        f"try:\n    {attempt}\nexcept OSError:\n    print('held')\n"
    )
    child = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert child.stdout == "held\n", child.stderr
