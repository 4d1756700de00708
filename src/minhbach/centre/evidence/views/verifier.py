"""What a court needs to check a package: the verifier, its hash, how it is run and what it answers. For everybody.

The same file as `minhbach verifier` writes from the sources, so that nobody has to believe this page alone.
"""

import datetime
import hashlib
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minhbach import __version__
from minhbach.centre.words import Words
from minhbach.ledger.pyz import NAME, pyz_bytes
from minhbach.ledger.verdicts import CANNOT_RUN, NAMES, Verdict

MEANINGS = {
    Verdict.AUTHENTIC: Words(
        "Mọi bản ghi đúng từng byte như đầu ghi đã niêm phong, không thiếu giây nào.",
        "Every recording is byte for byte what the recorder sealed, and no second is missing.",
    ),
    Verdict.GAPS: Words(
        "Bản ghi xác thực; có khoảng không có hình hoặc tiếng, nhật ký nêu nguyên nhân.",
        "What is there is authentic; for some time there is no footage, and the log says why.",
    ),
    Verdict.UNWITNESSED: Words(
        "Có phần mà bên làm chứng chưa ký, hoặc ký muộn; phần ấy chỉ có lời của đầu ghi.",
        "A part was cosigned by no witness, or late: for that part there is the recorder's word alone.",
    ),
    Verdict.DERIVED: Words(
        "Bản sao đã che người khác, có người kiểm duyệt ký; không phải bản gốc.",
        "A copy in which others are covered, signed for by a reviewer; no original.",
    ),
    Verdict.INCOMPLETE: Words(
        "Thiếu thứ phải có: mục nhật ký, tệp gốc, lần duyệt hoặc niêm phong.",
        "Something that must be there is missing: entries of the log, originals, approvals or the seal.",
    ),
    Verdict.ALTERED: Words(
        "Có chỗ không còn như đã ký; kết quả nêu đúng tệp và đúng giây.",
        "Something is not as it was signed; the report says which file and which seconds.",
    ),
    Verdict.CANNOT_TELL: Words(
        "Danh sách khóa không có khóa cần thiết, hoặc gói không đọc được.",
        "The list of keys lacks the one that is needed, or the package cannot be read.",
    ),
}
NOT_RUN = Words(
    "Không chạy được: không thấy gói hoặc tệp khóa ở nơi đã nêu.",
    "It could not run: there is no package or key file at that place.",
)


class Public(HttpRequest):
    """A request of anybody; the guard says when it came."""

    now: datetime.datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which the verifier ends: its exit code, its name, what that means."""

    code: int
    name: Words
    means: Words


ANSWERS = (
    *(Answer(each.value, Words(*NAMES[each]), MEANINGS[each]) for each in Verdict),
    Answer(CANNOT_RUN, Words("KHÔNG CHẠY ĐƯỢC", "CANNOT RUN"), NOT_RUN),
)


@cache
def _file() -> bytes:
    return pyz_bytes()


def verifier(request: Public) -> HttpResponse:
    """Where to get the verifier, how to see that it is the true one, and how to run it."""
    page = {
        "name": NAME,
        "version": __version__,
        "digest": hashlib.sha256(_file()).hexdigest(),
        "size": len(_file()),
        "answers": ANSWERS,
    }
    return render(request, "evidence/verifier.html", page)


def verifier_file(request: Public) -> HttpResponse:
    """The file itself."""
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return HttpResponse(_file(), content_type="application/octet-stream", headers=headers)
