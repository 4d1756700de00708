"""The whole life of a citizen's request: what was asked, each step, what recorders did, and where its copy went.

Owns the sentences, the same on the page, on paper and in the file. Names who asks only as long as they are not
forgotten: it is told from the rows at that moment, and nothing of it is kept.
"""

import datetime
from collections.abc import Iterator

from minhbach.centre.evidence import whole_life
from minhbach.centre.evidence.life import KINDS
from minhbach.centre.evidence.models import Act, CustodyKind, Erasure, SubjectStep
from minhbach.centre.evidence.printing import FORMS
from minhbach.centre.evidence.subject_cases import BEHALVES, CHANNELS, ENDINGS, IDENTITIES, PICTURED, Case, act_words
from minhbach.centre.evidence.subject_letters import span_of
from minhbach.centre.evidence.whole_life import COLUMNS, Event, at_said, for_paper, said_vi
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import in_words
from minhbach.centre.registry.reading import VIETNAM, holder_on, path_to
from minhbach.centre.words import Words

TAKEN = Words("Tiếp nhận yêu cầu", "Request taken")
EXTRACTION = Words("Trích xuất số {n}", "Extraction {n}")
ORDERED = Words("Gửi lệnh xóa {camera} tới đầu ghi", "The recorder is told to erase {camera}")
ERASED = Words("Đầu ghi đã xóa {camera}", "The recorder erased {camera}")
NOTHING = Words("Không có bản ghi nào của {camera} để xóa", "There was nothing of {camera} to erase")
REFUSED = Words("Đầu ghi chưa xóa {camera}", "The recorder did not erase {camera}")
FILES = Words("{n} tệp, mục nhật ký {i}", "{n} files, entry {i} of the log")
COPY = Words("Bản sao đã che: {what}", "Masked copy: {what}")


def life(found: Case) -> list[Event]:
    """Everything, the oldest first."""
    return sorted(_events(found), key=lambda event: event.at)


def _events(found: Case) -> Iterator[Event]:
    row = found.row
    yield Event(row.taken_at, row.taken_by.full_name, TAKEN, CHANNELS[row.channel])
    for step in found.steps:
        yield Event(step.at, step.by.full_name if step.by else "", act_words(step), _details(found, step))
    for erasure in found.erasures:
        yield from _at_the_recorder(erasure)
    for custody in (each for copy in found.copies for each in copy.custody):
        what = COPY.fill(what=KINDS[CustodyKind(custody.kind)])
        yield Event(custody.at, custody.by.full_name, what, custody.medium or custody.document)


def _details(found: Case, step: SubjectStep) -> Words | str:
    """The reason, the extraction or the note of a step; a reason and a note together."""
    said: Words | str = ""
    if step.kind == Act.REFUSED and found.reason:
        said = found.reason
    elif step.reason in ENDINGS:
        said = ENDINGS[step.reason]
    elif step.kind == Act.GRANTED and step.reason:
        said = PICTURED[step.reason]
    elif step.extraction_id:
        said = EXTRACTION.fill(n=str(step.extraction))
    if said and step.note:
        return Words("{said}; {note}", "{said}; {note}").fill(said=said, note=step.note)
    return said or step.note


def _at_the_recorder(erasure: Erasure) -> Iterator[Event]:
    camera = erasure.camera.label
    yield Event(erasure.ordered_at, "", ORDERED.fill(camera=camera))
    if erasure.done_at and erasure.segments:
        files = FILES.fill(n=erasure.segments, i=erasure.entry)
        yield Event(erasure.done_at, "", ERASED.fill(camera=camera), files)
    elif erasure.done_at:
        yield Event(erasure.done_at, "", NOTHING.fill(camera=camera))
    elif erasure.refused_en:
        why = Words(erasure.refused_vi, erasure.refused_en)
        yield Event(erasure.asked_at or erasure.ordered_at, "", REFUSED.fill(camera=camera), why)


def on_paper(found: Case, *, now: datetime.datetime) -> bytes:
    """The same as PDF, in the layout of Nghị định 30/2020. Raises NotPrinted."""
    local = now.astimezone(VIETNAM)
    holder = holder_on(found.row.room_id, local.date())
    path = path_to(holder, local.date()) if holder else []
    values = {
        "title": f"Quá trình giải quyết yêu cầu {found.code}",
        "above": path[-2].name if len(path) > 1 else "",
        "unit": found.unit_name,
        "number": "",
        "place_and_date": f"........, {in_words(local.date())}",
        "code": found.code,
        "lines": [[name, value] for name, value in _asked(found)],
        "columns": [said_vi(words) for words in COLUMNS],
        "events": for_paper(life(found)),
    }
    return pdf(FORMS / "subject_life.typ", values, at=now)


def _asked(found: Case) -> Iterator[tuple[str, str]]:
    """What is asked, by whom and how that was checked; in Vietnamese, for paper."""
    row, represents = found.row, found.person.represents if found.person else ""
    yield "Người yêu cầu", said_vi(found.name)
    yield "Thay mặt", said_vi(BEHALVES[row.behalf]) + (f": {represents}" if represents else "")
    if found.proof is not None:
        yield "Giấy tờ chứng minh quyền đại diện", said_vi(found.proof)
    yield "Giấy tờ đã kiểm tra", said_vi(IDENTITIES[row.identity])
    yield "Nội dung", said_vi(found.wanted)
    yield "Thời gian, nơi ghi hình", f"{span_of(found)}, {row.room.name}, {found.unit_name}"
    yield "Trả lời trước", at_said(found.terms.answer_by) if found.terms else "theo quy định"
    yield "Tình trạng", said_vi(found.words)


def as_csv(found: Case) -> str:
    """The same as a file that spreadsheets open."""
    return whole_life.as_csv(life(found))
