"""A PDF that somebody brings is kept as it is when it holds pages alone, and is handed out as a file, never shown."""

import datetime
import random
import runpy
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.papers import actions
from minhbach.centre.papers.photo import PDF, REDRAW, PhotoRefused, photo_or_pdf, redrawn
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


def packed(words: bytes, also: bytes = b"", cut: int | None = None) -> bytes:
    return stream(b"/Type /ObjStm /Filter /FlateDecode" + also, zlib.compress(words)[:cut])


@pytest.mark.parametrize(
    "data",
    [
        paper(),
        paper(stream(b"/Filter /FlateDecode", zlib.compress(b"0 0 595 842 re f"))),
        paper(stream(b"", b"\x00/JS \x01 as chance has it in a picture")),
        paper(packed(b"5 0 <</Type /Font /BaseFont /Tinos>>")),
        paper(stream(b"", b"q Q"), b"5 0 obj <</Title (Livestream \\( h\xe1\xbb\x8dp) /Producer <AB>>> endobj"),
        paper(stream(b"/Type /XRef /Filter /FlateDecode /DecodeParms <</Predictor 12>>", b"x")),
        paper(stream(b"/Subtype /Image /Filter [/DCTDecode]", b"\xff\xd8 obj and (")),
    ],
    ids=["a page", "a drawing", "a picture", "packed objects", "a word", "a table", "a photograph"],
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
        paper(stream(b"/Type /ObjStm /Filter /FlateDecode", b"what no zlib unpacks")),
        paper(packed(b"5 0 <</S /Named>>" + random.Random(7).randbytes(99_000), cut=40_000)),
        paper(packed(b"5 0 <</S /Named>>", b"/DecodeParms <</Predictor 15 /Columns 4>>")),
        paper(packed(b"5 0 <</S /Named>>", b"/Decode#50arms 8 0 R")),
        paper(stream(b"/First 4 /N 1 /Filter 8 0 R", b"5 0 <</S /Named>>")),
        paper(stream(b"/X (\\) endobj stream) /First 4 /Filter [/FlateDecode /FlateDecode]>> % >>\nstream\n", b"x")),
        paper(b"5 0 obj % stream\n", b"6 0 obj <</S/J#61vaScript>> endobj", b"endstream"),
        paper(b"5 0 obj (stream) endobj", b"6 0 obj <</S /L#61unch>> endobj", b"(endstream)"),
        paper(b"5 0 obj (stream 6 0 obj <</Names <</Embedded#46iles 7 0 R>>>> endobj endstream) endobj"),
        paper(b"5 0 obj (stream) endobj", stream(b"/Type /Obj#53tm /Filter /FlateDecode", zlib.compress(b"<</JS 1>>"))),
        paper(b"5 0 obj % stream\n", packed(b"5 0 <</EF <</F 8 0 R>>>>")),
        paper(stream(b"", b"(stream) /EF <</F 8 0 R>>")),
        paper(b"5 0 obj <</AcroForm <</XF#41 8 0 R>>>> endobj"),
        paper(b"5 0 obj " + b"obj<<" * 1_000_000),
        paper()[:-8],
        paper(b"5 0 obj <<>>\nstream\n no end"),
        b"%PDF-9 %%EOF",
    ],
    ids=[
        "a program", "spelt otherwise", "starts something", "a file inside", "packed", "packed, spelt otherwise",
        "hidden by a word", "packed and hidden by a word", "locked", "a bomb", "no packing", "cut short", "predicted",
        "predicted, spelt otherwise", "packed as is said elsewhere", "packed twice", "hidden by a remark",
        "hidden, spelt otherwise", "inside a string", "packed, its kind spelt otherwise", "a file, packed",
        "a file, hidden", "a form's program", "without an end", "torn", "torn inside", "no version",
    ],
)  # fmt: skip
def test_a_pdf_that_does_more_or_is_torn_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(PhotoRefused, match="plain PDF"):
        photo_or_pdf(data)


PIECES = (
    b"(", b")", b"\\", b"%", b"\n", b"<<", b">>", b"<", b"/First", b"5 0 obj", b"stream\r\n", b"endstream", b"endobj",
    b"\x00", b"[",
)  # fmt: skip
LOOKED_THROUGH = runpy.run_path(str(REDRAW))["looked_through"]


@given(before=st.lists(st.sampled_from(PIECES)), after=st.lists(st.sampled_from(PIECES)))
def test_whatever_stands_around_it_a_packed_program_is_found(before: list[bytes], after: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r"active|torn"):
        LOOKED_THROUGH(paper(b"".join(before), packed(b"5 0 <</S /URI /JS (x)>>"), b"".join(after)))


@given(st.binary())
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    whole = paper(data)
    try:
        assert LOOKED_THROUGH(whole) == whole
    except (ValueError, zlib.error):
        return


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
