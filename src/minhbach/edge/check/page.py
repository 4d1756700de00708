"""One page for people who would rather look than read: a strip of time per camera.

Owns the HTML of ``minhbach check --html``: one file, no script, no network, Vietnamese first, readable on a phone, in
print and in the dark. Status is always word, shape and colour. Leaves what is true to ``inspection`` and the strips to
``strips``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from minhbach.edge.check import strips
from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.strips import Window
from minhbach.edge.check.style import DEFINITIONS, STYLE
from minhbach.edge.check.timeline import Timeline
from minhbach.edge.check.words import cause_words, duration, finding_words, moment, plain, span, whom
from minhbach.ledger.findings import Finding

_SHOWN_ROWS = 500
_SHOWN_CAUSES = 4
_NONE = "–"

Cells = Sequence[str]


def render(result: Inspection, *, now_us: int, quick: bool, witnessed: bool) -> str:
    """The whole page."""
    body = "".join(_body(result, now_us, quick, witnessed))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Kiểm tra bản ghi hình</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{DEFINITIONS}<main>{body}</main></body></html>\n"
    )


def _body(result: Inspection, now_us: int, quick: bool, witnessed: bool) -> Iterator[str]:
    way = "nhanh (kích thước và cấu trúc từng tệp)" if quick else "đầy đủ (tính lại mã băm từng tệp)"
    yield "<header><h1>Kiểm tra bản ghi hình</h1>"
    yield "<p>Mỗi giây của từng camera: có bản ghi, hay vì sao không có.</p>"
    yield f"<p><small>Kiểm tra {way} lúc {moment(now_us)}, giờ Việt Nam; {_number(result.entries)} mục nhật ký. "
    yield f'<span lang="en">{"Quick" if quick else "Full"} check of a recorder’s archive.</span></small></p></header>'
    yield _verdict(result, witnessed)
    yield from _findings(result)
    yield _KEY
    windows = strips.windows([part for line in result.timelines for part in line.stretches])
    for number, line in enumerate(result.timelines):
        yield from _camera(number, line, windows, [each for each in result.findings if whom(each) == plain(line.label)])
    if not result.timelines:
        yield "<p>Nhật ký chưa nêu camera nào. Hãy chạy <code>minhbach record</code> với ít nhất một camera.</p>"
    yield from _gaps(result)
    yield from _table("Lưu ý", "Notices", ("Camera", "Từ", "Đến", "Nội dung"), list(map(_row, result.notices)))


def _verdict(result: Inspection, witnessed: bool) -> str:
    bad = bool(result.findings)
    shape = '<path d="M12 2 23 21H1Z"/>' if bad else '<circle cx="12" cy="12" r="10"/>'
    sign = '<path class="sign" d="M12 9v6m0 2v1.6"/>' if bad else '<path class="sign" d="m7 12 4 4 6-8"/>'
    words = f"Có {len(result.findings)} phát hiện" if bad else "Không phát hiện sai lệch"
    english = "Findings" if bad else "Sound"
    return (
        f'<section class="verdict{" bad" if bad else ""}" aria-label="Kết luận">'
        f'<svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">{shape}{sign}</svg>'
        f'<div><p><strong>{words}</strong> <small lang="en">{english}</small></p><p>{_witness(result, witnessed)}</p>'
        "</div></section>"
    )


def _witness(result: Inspection, witnessed: bool) -> str:
    seen = [each for each in result.witnessed if each.time_s is not None]
    if not witnessed:
        return (
            "CHƯA ĐƯỢC LÀM CHỨNG (UNWITNESSED): chưa đối chiếu với tệp của bên làm chứng, nên người giữ quyền quản trị "
            "đầu ghi vẫn có thể đã viết lại toàn bộ."
        )
    if not seen:
        return "CHƯA ĐƯỢC LÀM CHỨNG (UNWITNESSED): tệp của bên làm chứng không có chữ ký nào cho nhật ký này."
    count = sum(each.last - each.first for each in seen)
    newest_s = max(each.time_s or 0 for each in seen)
    last = f"lần ký gần nhất lúc {moment(newest_s * 1_000_000)}"
    return f"Đã đối chiếu với bên làm chứng: {_number(count)} trên {_number(result.entries)} mục, {last}."


_KEY = (
    '<ul class="key" aria-label="Chú giải">'
    '<li><svg width="28" height="14" aria-hidden="true"><rect width="28" height="14" fill="var(--ok-soft)"/></svg>'
    "có bản ghi</li>"
    '<li><svg width="28" height="14" aria-hidden="true"><rect width="28" height="14" fill="url(#gap)"/></svg>'
    "khoảng trống, đã ghi nguyên nhân</li>"
    '<li><svg width="28" height="14" aria-hidden="true"><rect y="4" width="28" height="10" fill="url(#missing)"/>'
    '<rect width="28" height="4" fill="var(--late)"/></svg>có phát hiện</li>'
    '<li><svg width="28" height="14" aria-hidden="true">'
    '<rect width="27" height="13" x=".5" y=".5" fill="var(--unseen-soft)" stroke="var(--line)"/></svg>'
    "ngoài thời gian phải ghi</li></ul>"
)


def _camera(number: int, line: Timeline, windows: list[Window], findings: list[Finding]) -> Iterator[str]:
    yield f'<section class="camera" aria-labelledby="camera-{number}"><h2 id="camera-{number}">'
    yield f"{escape(plain(line.label))}</h2>"
    if not line.stretches:
        yield "<p>Chưa có bản ghi và chưa đến lúc phải giải thích khoảng trống.</p></section>"
        return
    count = len(line.gaps)
    gaps = f"{_number(count)} khoảng trống" if count else "không có khoảng trống"
    yield f"<p>{duration(line.footage_us)} có bản ghi, {gaps}"
    yield from _trouble(line)
    shown = [window for window in windows[: strips.SHOWN_DAYS] if window.cut(line.stretches)]
    for window in shown:
        yield _strip(window, line, findings)
    if shown:
        yield _ticks(shown[-1])
    if len(windows) > strips.SHOWN_DAYS:
        yield f"<p><small>{len(windows) - strips.SHOWN_DAYS} ngày cũ hơn không vẽ ở đây.</small></p>"
    yield "</section>"


def _trouble(line: Timeline) -> Iterator[str]:
    """How often and how long what was missing, the longest first."""
    counts, lengths = Counter[str](), Counter[str]()
    for gap in line.gaps:
        counts[gap.cause] += 1
        lengths[gap.cause] += gap.end_us - gap.begin_us
    if not counts:
        yield ".</p>"
        return
    yield ':</p><ul class="causes">'
    for cause, length_us in lengths.most_common(_SHOWN_CAUSES):
        words = escape(cause_words(cause)[0])
        yield f"<li>{words}: {_number(counts[cause])} lần, {duration(length_us)}</li>"
    rest = lengths.most_common()[_SHOWN_CAUSES:]
    if rest:
        times = sum(counts[cause] for cause, _ in rest)
        yield f"<li>nguyên nhân khác: {_number(times)} lần, {duration(sum(length for _, length in rest))}</li>"
    yield "</ul>"


def _strip(window: Window, line: Timeline, findings: list[Finding]) -> str:
    footage_us = sum(part.end_us - part.begin_us for part in window.cut(line.coverage))
    return (
        f'<div class="row"><span>{window.title}</span>{strips.draw(window, line.stretches, findings)}'
        f"<span>{duration(footage_us)}</span></div>"
    )


def _ticks(window: Window) -> str:
    labels = "".join(f"<span>{tick}</span>" for tick in window.ticks)
    return f'<div class="row ticks" aria-hidden="true"><span></span><div>{labels}</div><span></span></div>'


def _findings(result: Inspection) -> Iterator[str]:
    yield from _table("Phát hiện", "Findings", ("Camera", "Từ", "Đến", "Nội dung"), list(map(_row, result.findings)))


def _row(finding: Finding) -> Cells:
    vi, en = finding_words(finding)
    begin = end = _NONE
    if finding.begin_us is not None:
        begin, end = span(finding.begin_us, finding.begin_us if finding.end_us is None else finding.end_us)
    return escape(whom(finding)) or _NONE, begin, end, _both(vi, en)


def _gaps(result: Inspection) -> Iterator[str]:
    rows = [(line.label, gap) for line in result.timelines for gap in line.gaps if gap.cause != "file_missing"]
    rows.sort(key=lambda row: -row[1].begin_us)
    cells = []
    for label, gap in rows:
        length = duration(gap.end_us - gap.begin_us)
        cells.append((escape(plain(label)), *span(gap.begin_us, gap.end_us), length, _both(*cause_words(gap.cause))))
    yield from _table(
        "Khoảng trống và nguyên nhân", "Gaps and their causes", ("Camera", "Từ", "Đến", "Dài", "Nguyên nhân"), cells
    )


def _table(title: str, english: str, heads: Cells, rows: Sequence[Cells]) -> Iterator[str]:
    """A table that becomes a list of cards on a phone; its roles are spelled out because that takes them away."""
    if not rows:
        return
    yield f'<h2>{title} <small lang="en">{english}</small></h2><table role="table">'
    yield '<thead role="rowgroup"><tr role="row">'
    yield "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    yield '</tr></thead><tbody role="rowgroup">'
    for row in rows[:_SHOWN_ROWS]:
        cells = (_cell(head, cell) for head, cell in zip(heads, row, strict=True))
        yield f'<tr role="row">{"".join(cells)}</tr>'
    yield "</tbody></table>"
    if len(rows) > _SHOWN_ROWS:
        yield f"<p>Còn {_number(len(rows) - _SHOWN_ROWS)} dòng nữa; xem đủ bằng <code>--json</code>.</p>"


def _cell(head: str, cell: str) -> str:
    none = ' class="none"' if cell == _NONE else ""
    return f'<td role="cell" data-head="{head}"{none}>{cell}</td>'


def _both(vi: str, en: str) -> str:
    return f'{escape(vi)}<br><small lang="en">{escape(en)}</small>'


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
