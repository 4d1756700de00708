"""A case for every test of extraction; the recorder's history is made once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from minhbach.centre.evidence import subject_letters
from minhbach.centre.evidence.models import SubjectRequest
from tests.centre.evidence.asking import Printer, now_of
from tests.centre.evidence.case import Case, recorded
from tests.edge.keeping import Site


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A recorder with a minute of footage; nobody writes to it any more."""
    with recorded(tmp_path_factory.mktemp("history") / "archive") as site:
        yield site


@pytest.fixture
def case(db: None, history: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Everything an extraction needs, before anybody asked."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    found = Case(history)
    yield found
    found.close()


@pytest.fixture
def own(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A case whose recorder this test may change."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path / "centre")
    (tmp_path / "centre").mkdir()
    with recorded(tmp_path / "archive") as site:
        found = Case(site)
        yield found
        found.close()


@pytest.fixture
def letter(case: Case, monkeypatch: pytest.MonkeyPatch) -> Callable[[SubjectRequest], str]:
    """What the answer to a citizen's request says."""

    def said(row: SubjectRequest) -> str:
        printer = Printer()
        monkeypatch.setattr(subject_letters, "pdf", printer)
        subject_letters.answer(now_of(case, row), now=case.now)
        return str(printer.given[-1]["paragraphs"])

    return said
