"""A PDF that somebody brings is kept as it is when it holds pages alone, and is handed out as a file, never shown."""

import datetime
import zlib

import pytest

from minhbach.centre.papers import actions
from minhbach.centre.papers.photo import PDF, PhotoRefused, photo_or_pdf, redrawn
from minhbach.centre.papers.serving import served
from tests.photographs import photograph

NOW = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)


def paper(*objects: bytes) -> bytes:
    """A PDF of one empty page, and these objects beside it."""
    whole = [
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj",
        *objects,
    ]
    return b"%PDF-1.7\n" + b"\n".join(whole) + b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def stream(words: bytes, data: bytes) -> bytes:
    return b"9 0 obj <<" + words + b" /Length %d>>\nstream\n" % len(data) + data + b"\nendstream endobj"


def packed(words: bytes) -> bytes:
    return stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(words))


@pytest.mark.parametrize(
    "data",
    [
        paper(),
        paper(stream(b"/Filter /FlateDecode", zlib.compress(b"0 0 595 842 re f"))),
        paper(stream(b"", b"\x00/JS \x01 as chance has it in a picture")),
        paper(packed(b"5 0 <</Type /Font /BaseFont /Tinos>>")),
    ],
    ids=["a page", "a drawing", "a picture", "packed objects"],
)
def test_a_pdf_of_pages_alone_is_kept_byte_for_byte(data: bytes) -> None:
    assert photo_or_pdf(data) == (data, PDF)


@pytest.mark.parametrize(
    "data",
    [
        paper(b"5 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj"),
        paper(b"5 0 obj <</S /J#61vaScr#69pt>> endobj"),
        paper(b"5 0 obj <</OpenAction <</S /Launch /F (cmd.exe)>>>> endobj"),
        paper(b"5 0 obj <</Names <</EmbeddedFiles 6 0 R>>>> endobj"),
        paper(packed(b"5 0 <</S /JavaScript>>")),
        paper(packed(b"5 0 <</J#53 (x)>>")),
        paper(b"5 0 obj (stream) endobj", b"6 0 obj <</S /JavaScript>> endobj", b"(endstream)"),
        paper(b"5 0 obj (stream) endobj", packed(b"<</JS 1>>"), b"(endstream)"),
        paper(b"5 0 obj <</Encrypt 7 0 R>> endobj"),
        paper(packed(b"x" * 250_000_000)),
        paper(stream(b"/Type /ObjStm", b"what no zlib unpacks")),
        paper()[:-8],
        paper(b"5 0 obj <<>>\nstream\n no end"),
        b"%PDF-9 %%EOF",
    ],
    ids=[
        "a program", "spelt otherwise", "starts something", "a file inside", "packed", "packed, spelt otherwise",
        "hidden by a word", "packed and hidden by a word", "locked", "a bomb", "no packing", "torn", "torn inside",
        "no version",
    ],
)  # fmt: skip
def test_a_pdf_that_does_more_or_is_torn_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(PhotoRefused, match="plain PDF"):
        photo_or_pdf(data)


def test_a_photograph_as_proof_is_drawn_anew_and_a_pdf_is_no_photograph() -> None:
    assert photo_or_pdf(photograph()) == (redrawn(photograph()), "image/jpeg")
    with pytest.raises(PhotoRefused, match="photograph"):
        redrawn(paper())
    with pytest.raises(PhotoRefused, match="photograph"):
        photo_or_pdf(b"<svg/>")


@pytest.mark.django_db
def test_what_somebody_brought_is_saved_and_what_was_drawn_anew_is_shown() -> None:
    brought = actions.keep_proof(data=paper(), title="Minh chứng", person_id=None, now=NOW)
    drawn = actions.keep_proof(data=photograph(), title="Minh chứng", person_id=None, now=NOW)
    found = served(brought, name="minh-chung.pdf")
    assert (found["Content-Type"], found["Content-Disposition"]) == (PDF, 'attachment; filename="minh-chung.pdf"')
    assert found.content == paper()
    assert served(drawn)["Content-Disposition"] == "inline"
