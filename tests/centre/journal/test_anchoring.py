"""What waits goes into the centre's own log once, whatever is killed in between."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from minhbach.centre.access.recording import record
from minhbach.centre.fabric import keys
from minhbach.centre.journal import anchoring, entries
from minhbach.centre.journal.anchoring import Anchorer
from minhbach.centre.journal.book import Book, BookUnusable, log_of
from minhbach.centre.journal.models import Line, Pending
from minhbach.durable import Files
from minhbach.ledger import checkpoint
from tests.centre.journal.watching import watched

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return tmp_path


def write(count):
    """So many acts; their lines."""
    return [record("tests", f"act_{number}", now=timezone.now()) for number in range(count)]


def beat(data):
    anchorer = Anchorer(data)
    try:
        return anchorer.beat(now=timezone.now())
    finally:
        anchorer.close()


def log_at(data):
    """The log, which must be there."""
    found = log_of(data)
    assert found is not None
    return found


def anchored(data):
    """The lines in the log, in order, each as often as it is there."""
    reader = log_at(data).reader()
    found = [entries.read(each) for each in reader.entries(0, reader.size)]
    return [line for entry in found if entry["kind"] == "lines" for line, _ in entry["lines"]]


def empty(at_us):
    """An entry that says nothing but its time."""
    return b'{"at_us":%d,"kind":"lines","lines":[],"v":1}' % at_us


def all_lines():
    return [each.hex for each in Line.objects.order_by("number").values_list("id", flat=True)]


def test_every_line_is_in_the_log_once_and_the_log_is_signed(data, monkeypatch):
    monkeypatch.setattr(entries, "MOST_LINES", 3)
    monkeypatch.setattr(anchoring, "MOST", 7)
    write(20)
    assert beat(data) == Line.objects.count()
    write(1)
    assert beat(data) == 1
    assert beat(data) == 0
    assert anchored(data) == all_lines()
    assert not Pending.objects.exists()
    log = log_at(data)
    signed = checkpoint.read(log.head.note, [keys.load_journal(data / "keys").verifier])
    assert (signed.checkpoint.size, signed.checkpoint.root) == (log.head.size, log.reader().root(log.head.size))


class Killed(BaseException):
    pass


class Dying(Files):
    """A disk whose user is killed at the n-th change."""

    def __init__(self, left):
        super().__init__()
        self.left = left

    def _count(self):
        self.left -= 1
        if self.left < 0:
            raise Killed

    def rename(self, source, target):
        self._count()
        super().rename(source, target)
        self._count()

    def unlink(self, path):
        self._count()
        super().unlink(path)


def test_killed_at_any_step_the_log_is_what_it_was_or_what_it_became(data):
    signer, now = keys.load_journal(data / "keys"), timezone.now()
    with Book(data, signer, now=now) as book:
        book.append([empty(n) for n in range(254)])
    size = before = 0
    for step in range(40):
        before = log_at(data).head.size
        batch = [empty(1000 * step + n) for n in range(3)]
        try:
            with Book(data, signer, now=now, files=Dying(step)) as book:
                book.append(batch)
        except Killed:
            pass
        # Another process finds the log whole, and what it then writes continues it.
        with Book(data, signer, now=now) as book:
            size = book.head.size
            assert size in (before, before + 3)
            assert book.reader().root(size) == book.head.root
            again = list(book.reader().entries(0, size))
            book.append([empty(step)])
            assert list(book.reader().entries(0, size)) == again
            if size == before + 3:
                assert again[-3:] == batch
    assert size == before + 3  # the last steps were not killed any more


def test_killed_between_log_and_database_nothing_stands_twice(data, monkeypatch):
    anchorer = Anchorer(data)
    anchorer.beat(now=timezone.now())
    write(5)

    def die(lines):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(anchoring, "_forget", die)
        with pytest.raises(Killed):
            anchorer.beat(now=timezone.now())
    assert len(anchored(data)) == Line.objects.count()
    assert Pending.objects.count() == 5
    write(2)
    assert beat(data) == 2
    assert anchored(data) == all_lines()


def test_two_processes_never_write_at_once_and_another_key_is_refused(data, tmp_path_factory):
    signer, now = keys.load_journal(data / "keys"), timezone.now()
    with Book(data, signer, now=now), pytest.raises(BookUnusable, match="Another process"):
        Book(data, signer, now=now)
    other = tmp_path_factory.mktemp("other")
    keys.ensure(other / "keys")
    with pytest.raises(BookUnusable, match=r"restore it"):
        Book(data, keys.load_journal(other / "keys"), now=now)


def test_a_row_that_grows_gets_its_line_when_it_is_quiet(data):
    served = watched(data)
    lines = Line.objects.filter(table_name="access_served", row_id=str(served.id))
    assert not lines.exists()
    anchorer = Anchorer(data)
    anchorer.beat(now=timezone.now())
    assert not lines.exists()
    anchorer.beat(now=timezone.now(), quiet_for=datetime.timedelta())
    assert lines.count() == 1
    assert lines.get().id.hex in anchored(data)
    anchorer.close()
