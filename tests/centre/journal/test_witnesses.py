"""Recorders cosign the centre's own log, and remember what the centre would like to forget."""

import asyncio
import shutil
from uuid import UUID

import pytest
from django.utils import timezone

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.journal import logs, witnesses
from minhbach.centre.journal.book import FOLDER, Book, logs_of
from minhbach.centre.journal.witnesses import Cosigning
from minhbach.durable import Files
from minhbach.edge.uplink.cosigning import FILE, CentreLog
from minhbach.ledger.witness import read_witness_file
from minhbach.protocol import codec
from minhbach.protocol.messages import CentreHead

RECORDER = UUID(int=7)


class Line:
    """A fabric with one recorder behind it: what is said goes through bytes both ways."""

    def __init__(self, archive):
        self.archive = archive
        (archive / "private").mkdir(parents=True)
        self.start()

    def start(self):
        self.recorder = CentreLog(self.archive, Files(), fast_check)

    async def ask(self, recorder, verb, message, answer):
        offered = codec.decode(CentreHead, codec.encode(message))
        return codec.decode(answer, codec.encode(self.recorder.cosign(offered, int(timezone.now().timestamp()))))

    def view(self):
        return read_witness_file((self.archive / FILE).read_bytes())


@pytest.fixture
def data(tmp_path):
    keys.ensure(tmp_path / "centre" / "keys")
    return tmp_path / "centre"


@pytest.fixture
def line(tmp_path):
    return Line(tmp_path / "archive")


def write(data, count=1):
    with Book(data, keys.load_journal(data / "keys"), now=timezone.now()) as book:
        book.append([b'{"at_us":%d,"kind":"lines","lines":[],"v":1}' % number for number in range(count)])
        return book.head.size


def ask(data, line):
    async def do(work, *arguments):
        return work(*arguments)

    return asyncio.run(Cosigning(line, do, lambda: {RECORDER}, data, timezone.now).ask(RECORDER))


def kinds(data, *views):
    return sorted(found.kind for found in logs.read(logs_of(data), views).findings)


def test_a_recorder_cosigns_what_continues_the_log_and_both_sides_keep_it(data, line):
    size = write(data)
    assert ask(data, line)
    write(data, 300)
    line.start()  # a restart of the recorder forgets nothing
    assert ask(data, line)
    assert ask(data, line)  # nothing is new
    assert [each.checkpoint.size for each in line.view().cosigned] == [size, size + 300]
    story = logs.read(logs_of(data), [line.view()])
    assert (story.findings, story.witnessed) == ([], size + 300)
    assert logs.read(logs_of(data), witnesses.views(data)).witnessed == size + 300


def test_a_centre_that_lost_what_came_back_asks_again_from_where_the_recorder_stands(data, line):
    write(data)
    assert ask(data, line)
    shutil.rmtree(data / FOLDER / witnesses.WITNESSED)
    write(data)
    assert ask(data, line)
    assert len(witnesses.views(data)) == 1


def test_a_history_that_is_written_anew_is_not_cosigned_and_shows(data, line):
    write(data, 5)
    assert ask(data, line)
    shutil.rmtree(data / FOLDER)
    write(data, 9)
    assert not ask(data, line)
    assert kinds(data, line.view()) == ["log_rewritten"]


def test_a_log_under_another_key_is_not_cosigned_by_who_knows_the_first(data, line):
    write(data)
    assert ask(data, line)
    shutil.rmtree(data / FOLDER)
    shutil.rmtree(data / "keys")
    keys.ensure(data / "keys")
    write(data)
    assert not ask(data, line)
    assert kinds(data, line.view()) == ["log_unknown"]


def test_the_next_generation_is_cosigned_under_the_same_key(data, line):
    write(data)
    assert ask(data, line)
    with Book(data, keys.load_journal(data / "keys"), now=timezone.now()) as book:
        book.renew(timezone.now())
    assert ask(data, line)
    story = logs.read(logs_of(data), [line.view()])
    assert (story.findings, story.witnessed, story.size) == ([], 1, 1)


def test_a_recorder_that_answers_with_another_key_is_not_believed(data, line, tmp_path):
    write(data)
    assert ask(data, line)
    kept = (data / FOLDER / witnesses.WITNESSED / f"{RECORDER}.witness").read_bytes()
    write(data)
    other = Line(tmp_path / "other")
    assert not ask(data, other)  # it begins from nothing, and the centre's file says what the true one had
    assert (data / FOLDER / witnesses.WITNESSED / f"{RECORDER}.witness").read_bytes() == kept


def test_what_is_no_request_gets_words_and_no_signature(line):
    for request, key in (("", ""), ("old x", "minhbach.vn/log/x+00000000+AA=="), ("old 0\n\n", "x" * 5000)):
        given = line.recorder.cosign(CentreHead(request, key), 1_800_000_000)
        assert (given.line, bool(given.vi)) == ("", True)
