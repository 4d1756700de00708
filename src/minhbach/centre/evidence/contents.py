"""The documents of a package: what a person opens first. They prove nothing; the centre's seal says whose they are.

Owns which documents there are and what stands in them: the page that plays, the report, who watched this footage, what
to do with it all. Promises that why the footage is wanted, and for whom, stands in none: whoever builds it does not see
that. Leaves the page to `player`, paper to `papers`.
"""

import datetime
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from minhbach.centre.evidence.copies.working import NotMade
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.player import COPIES, Piece, Shown, player
from minhbach.centre.evidence.watched import Watched, as_csv, as_json, watched
from minhbach.centre.footage.causes import cause_words
from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.reading import VIETNAM
from minhbach.decode.orders import DISTORTED, PLAIN
from minhbach.ledger.extract import Document, Held
from minhbach.ledger.manifest import Derived
from minhbach.ledger.scope import Scope

REPORT = Path(__file__).resolve().parent / "printed" / "report.typ"
Sign = Callable[[bytes], bytes]
#: What of the sound of masked copies can be heard, and how: stretches by (recorder, camera).
Audible = Mapping[tuple[str, str], Sequence[tuple[int, int, str]]]
REMOVED = ("Đã xóa theo mục của nhật ký", "Removed by an entry of the log")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of a package. `labels` by (recorder, camera); `viewings` the newest last."""

    number: str
    unit: str
    room: str
    labels: dict[tuple[str, str], str]
    viewings: tuple[Watched, ...]


def facts_of(row: Extraction, scope: Scope, cameras: Sequence[UUID]) -> Facts:
    """Looked up before a package is written."""
    day = registry.day_of(row.requested_at)
    unit = registry.name_on(row.unit_id, day).name
    labels = {(str(each.recorder_id), each.name): each.label for each in Camera.objects.filter(id__in=cameras)}
    seen = watched(cameras, *map(moment, scope.asked.range_us))
    return Facts(str(row), unit, row.room.name, labels, seen)


def documents(
    scope: Scope,
    facts: Facts,
    held: Sequence[Held],
    copies: Sequence[Derived] = (),
    missing: Sequence[NotMade] = (),
    audible: Audible = MappingProxyType({}),
    *,
    sign: Sign,
    now: datetime.datetime,
) -> list[Document]:
    """All documents of a package that holds these; `sign` returns the report signed, if it can. Raises NotPrinted.

    `missing` are the working copies that could not be made.
    """
    if scope.asked.copy != "original":
        return _of_masked(scope, facts, copies, audible)
    found = {
        "README.txt": _readme(scope, facts, copies, missing),
        "player.html": player(_title(scope, facts), *scope.asked.range_us, _shown(scope, facts, held, copies)),
        "report.pdf": sign(pdf(REPORT, _report(scope, facts, held, now) | _copies(facts, copies, missing), at=now)),
        "viewings.csv": as_csv(facts.viewings),
        "viewings.json": as_json(facts.viewings),
    }
    return [Document(name, partial(io.BytesIO, data)) for name, data in found.items()]


def _of_masked(scope: Scope, facts: Facts, copies: Sequence[Derived], audible: Audible) -> list[Document]:
    """Beside a masked copy: who watched the original names people, so nothing of it leaves with the copy."""
    begin, end = map(_time, scope.asked.range_us)
    sound = {
        f"sound_{language}": "\n".join(f"- {_sound(scope, facts, each, audible, language)}" for each in copies)
        for language in _SOUND
    }
    readme = MASKED_README.format(number=facts.number, begin=begin, end=end, scope=scope.hash, **sound).encode()
    shown = [
        Shown(_label(facts, each.recorder, each.camera), [Piece(each.begin_us, each.end_us, each.file)])
        for each in copies
    ]
    page = player(_title(scope, facts), *scope.asked.range_us, shown, kind=COPIES)
    found = {"README.txt": readme, "player.html": page}
    return [Document(name, partial(io.BytesIO, data)) for name, data in found.items()]


def _sound(scope: Scope, facts: Facts, copy: Derived, audible: Audible, language: str) -> str:
    """What was done to the sound of one copy, by the decisions it was made of; KeyError where they are not known."""
    words, spans = _SOUND[language], audible[copy.recorder, copy.camera]
    label = facts.labels.get((copy.recorder, copy.camera), copy.camera)
    if not spans:
        return words["silent"].format(label=label)
    if [(begin_us, end_us) for begin_us, end_us, _ in spans] == [scope.asked.range_us]:
        return words["whole"].format(label=label, treated=words[spans[0][2]])
    parts = [f"{words[kind]} {_time(begin_us)} – {_time(end_us)}" for begin_us, end_us, kind in spans]
    return words["parts"].format(label=label, parts="; ".join(parts))


def _readme(scope: Scope, facts: Facts, copies: Sequence[Derived], missing: Sequence[NotMade]) -> bytes:
    begin, end = map(_time, scope.asked.range_us)
    vi, en = COPIES_SAID if copies else NO_COPIES_SAID
    for each in missing:
        said = both(each.words)
        vi, en = f"{vi}\n{_wrapped(said[0])}", f"{en}\n{_wrapped(said[1])}"
    return README.format(number=facts.number, begin=begin, end=end, copies_vi=vi, copies_en=en).encode()


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 118, initial_indent="   ", subsequent_indent="   ", break_on_hyphens=False)


def _copies(facts: Facts, copies: Sequence[Derived], missing: Sequence[NotMade]) -> dict[str, object]:
    """Of the report: the working copies that there are, and those that there are not."""
    made = [{"label": _label(facts, each.recorder, each.camera), "said": each.file} for each in copies]
    return {
        "copies": made + [{"label": each.label, "said": f"Không lập được: {both(each.why)[0]}"} for each in missing]
    }


def _label(facts: Facts, recorder: str, camera: str) -> str:
    return facts.labels.get((recorder, camera), camera)


def _title(scope: Scope, facts: Facts) -> str:
    return f"{facts.room}, {facts.unit} · {_time(scope.asked.begin_us)} – {_time(scope.asked.end_us)} · {facts.number}"


def _time(us: int) -> str:
    return f"{moment(us).astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"


def _mine(scope: Scope, held: Sequence[Held]) -> list[tuple[tuple[str, str, str], list[Held]]]:
    """What is held of each stream asked for, in order."""
    streams = [(each.recorder, each.camera, each.stream) for each in scope.asked.streams]
    return [
        (stream, [each for each in held if (each.recorder, each.entry["camera"], each.entry["stream"]) == stream])
        for stream in streams
    ]


def _shown(scope: Scope, facts: Facts, held: Sequence[Held], copies: Sequence[Derived]) -> list[Shown]:
    files = {(each.recorder, each.camera, each.stream): each.file for each in copies}
    return [
        Shown(_label(facts, *stream[:2]), [_piece(each) for each in mine], copy=files.get(stream, ""))
        for stream, mine in _mine(scope, held)
    ]


def _piece(each: Held) -> Piece:
    begin_us, end_us = sorted((each.entry["begin_us"], each.entry["end_us"]))
    if each.file:
        return Piece(begin_us, end_us, each.file)
    words = _why(each)
    return Piece(begin_us, end_us, "", words[0], words[1])


def _why(each: Held) -> tuple[str, str]:
    if each.entry["kind"] == "segment":
        return REMOVED
    words = cause_words(each.entry["cause"])
    return words.vi, words.en


def _report(scope: Scope, facts: Facts, held: Sequence[Held], now: datetime.datetime) -> dict[str, object]:
    local = now.astimezone(VIETNAM)
    return {
        "title": f"Báo cáo kỹ thuật về gói trích xuất số {facts.number}",
        "above": "",
        "unit": facts.unit,
        "number": f"Số: {facts.number}/BC-TX",
        "place_and_date": f"........, {in_words(local.date())}",
        "extraction": facts.number,
        "room": facts.room,
        "begin": _time(scope.asked.begin_us),
        "end": _time(scope.asked.end_us),
        "scope": scope.hash,
        "streams": [
            {
                "label": _label(facts, recorder, camera),
                "name": f"{camera}/{stream}",
                "files": str(sum(bool(each.file) for each in mine)),
                "bytes": f"{sum(each.entry['bytes'] for each in mine if each.file):,}".replace(",", "."),
                "offset": _offset(mine),
            }
            for (recorder, camera, stream), mine in _mine(scope, held)
        ],
        "gaps": [
            {
                "label": _label(facts, each.recorder, each.entry["camera"]),
                "begin": _time(each.entry["begin_us"]),
                "end": _time(each.entry["end_us"]),
                "why": _why(each)[0],
            }
            for each in held
            if not each.file
        ],
    }


def _offset(mine: Sequence[Held]) -> str:
    """How far the camera's own clock was ahead of the recorder's, whose time counts; from least to most."""
    found = [each.entry["camera_offset_us"] for each in mine if each.entry.get("camera_offset_us") is not None]
    if not found:
        return "camera không cho biết"
    low, high = (f"{us / 1_000_000:+.1f}".replace(".", ",") for us in (min(found), max(found)))
    return f"{low} giây" if low == high else f"{low} đến {high} giây"


COPIES_SAID = (
    """\
   copies/: bản sao làm việc, cắt đúng từng giây, có ghi người nhận; không phải bản gốc, không chứng minh gì. Nếu
   trình duyệt không phát được tệp gốc (ví dụ H.265), player.html phát bản sao làm việc và ghi rõ như vậy.""",
    """\
   copies/: working copies cut to the second and marked with the receiver; no originals, they prove nothing. Where a
   browser cannot play an original (H.265, for example), player.html plays the working copy and says so.""",
)
NO_COPIES_SAID = ("   Gói này không có bản sao làm việc.", "   This package has no working copies.")
README = """\
GÓI CHỨNG CỨ MINH BẠCH, TRÍCH XUẤT SỐ {number}
{begin} – {end}

1. Xem: mở player.html bằng trình duyệt (bấm đúp); không cần mạng, không cần cài đặt.
2. Kiểm tra: dùng tệp duy nhất minhbach-verify.pyz và danh sách khóa do chính nơi kiểm tra giữ, không dùng khóa hoặc
   chương trình nhận cùng gói này:

       python -I -S minhbach-verify.pyz GÓI --keys KHÓA.txt

   Mã thoát 0: XÁC THỰC; 10: CÓ KHOẢNG TRỐNG; 11: CÓ PHẦN CHƯA ĐƯỢC CHỨNG KIẾN; 20: KHÔNG ĐẦY ĐỦ; 21: ĐÃ BỊ THAY ĐỔI;
   30: KHÔNG KẾT LUẬN ĐƯỢC. Tải chương trình và xem mã băm của nó: trang /kiem-tra-goi của trung tâm giám sát.
3. originals/: tệp đã niêm phong, đúng từng byte.
{copies_vi}
4. scope.json: phạm vi đã được hai người phê duyệt. manifest.json, checkpoints/: nhật ký và bằng chứng. report.pdf: báo
   cáo kỹ thuật. viewings.csv: những ai đã xem đoạn ghi này, cả xem trực tiếp, mở bằng bảng tính (viewings.json: cùng
   nội dung, cho phần mềm). FORMAT.md mô tả đầy đủ định dạng.

---

MINH BACH EVIDENCE PACKAGE, EXTRACTION {number}

1. See: open player.html in a browser (double click); no network, nothing to install.
2. Verify: with the single file minhbach-verify.pyz and keys you hold yourself, never with keys or a program that came
   with this package, as above. Exit 0 AUTHENTIC, 10 AUTHENTIC WITH GAPS, 11 UNWITNESSED PART, 20 INCOMPLETE,
   21 ALTERED, 30 CANNOT TELL. The program and its hash: the page /kiem-tra-goi of the supervision centre.
3. originals/: the sealed files, byte for byte.
{copies_en}
4. scope.json: what two people approved. manifest.json, checkpoints/: the log and what proves it. report.pdf: the
   technical report. viewings.csv: who watched this footage, live too; opens in a spreadsheet (viewings.json: the same
   for programs). FORMAT.md describes everything.
"""

_SOUND = {
    "vi": {
        "silent": "{label}: tắt toàn bộ.",
        "whole": "{label}: {treated} toàn bộ.",
        "parts": "{label}: {parts}; phần còn lại tắt.",
        DISTORTED: "biến giọng",
        PLAIN: "giữ nguyên",
    },
    "en": {
        "silent": "{label}: silent throughout.",
        "whole": "{label}: {treated} throughout.",
        "parts": "{label}: {parts}; silent otherwise.",
        DISTORTED: "voices distorted",
        PLAIN: "as recorded",
    },
}
MASKED_README = """\
BẢN SAO ĐÃ CHE, TRÍCH XUẤT SỐ {number}
{begin} – {end}

Xem: mở player.html bằng trình duyệt (bấm đúp); không cần mạng, không cần cài đặt.
Gói này KHÔNG chứa bản gốc. copies/ là bản sao trong đó người khác đã được che, đã được người thứ hai kiểm duyệt và ký.
Phạm vi gốc đã được hai người phê duyệt: {scope}
Âm thanh, nếu camera có ghi:
{sound_vi}
Kiểm tra: python -I -S minhbach-verify.pyz GÓI --keys KHÓA.txt (mã thoát 12: BẢN DẪN XUẤT).
Tải chương trình và xem mã băm của nó: trang /kiem-tra-goi của trung tâm giám sát.

---

MASKED COPY, EXTRACTION {number}

See: open player.html in a browser (double click); no network, nothing to install.
This package holds NO originals. copies/ are copies in which other people are covered, reviewed and signed for by a
second person. The scope of the originals, which two people approved, is named above by its hash.
Sound, where the camera recorded it:
{sound_en}
Verify as above (exit 12: DERIVED COPY). The program and its hash: the page /kiem-tra-goi of the supervision centre.
"""
