"""One page for people who would rather look than read: a strip of time per camera and day.

Owns the HTML of ``minhbach check --html``: one file, no script, no network, Vietnamese first, readable in print and
in the dark. Status is always word, shape and colour. Leaves what is true to ``inspection``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from minhbach.edge.archive.layout import utc
from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.report import VIETNAM, cause_words, describe, duration, moment
from minhbach.edge.check.timeline import StreamTime, Stretch

DAY_US = 86_400_000_000
_OFFSET_US = 7 * 3_600_000_000
_SHOWN_DAYS = 45

_STYLE = """
:root{color-scheme:light dark;--ground:#f4f3ef;--surface:#fff;--line:#dddad2;--ink:#1a1c1f;--ink2:#464a50;
--ok:#17653b;--ok-soft:#bfe0cc;--fault:#7a1f5e;--late:#a8231b;--late-soft:#fbe6e3;--unseen-soft:#e9eaec;--accent:#11507a}
@media (prefers-color-scheme:dark){:root{--ground:#0e1114;--surface:#171b20;--line:#2a3037;--ink:#edf0f2;--ink2:#b9c1c9;
--ok:#63cc91;--ok-soft:#1d5a38;--fault:#ea97cc;--late:#ff9184;--late-soft:#3d1714;--unseen-soft:#242a30;--accent:#74bbea}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:400 16px/24px "Be Vietnam Pro","Noto Sans",system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 16px 48px}
h1{font:600 24px/36px inherit;font-family:inherit;margin:0}h2{font-size:19px;line-height:28px;margin:32px 0 8px}
p{margin:4px 0 12px;color:var(--ink2)}small,td small{color:var(--ink2)}
.verdict{display:flex;gap:12px;align-items:flex-start;background:var(--surface);border:1px solid var(--line);
border-left:6px solid var(--ok);border-radius:8px;padding:16px;margin:16px 0}
.verdict.bad{border-left-color:var(--late)}.verdict b{display:block}
.verdict svg{flex:none;margin-top:2px}
section.camera{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:12px 0}
.row{display:grid;grid-template-columns:96px 1fr 104px;gap:12px;align-items:center;margin:4px 0;
font-variant-numeric:tabular-nums;font-size:14px}
.row>span:last-child{text-align:right}
.row svg{width:100%;height:28px;display:block;border-radius:4px;background:var(--unseen-soft)}
.hours{display:grid;grid-template-columns:96px 1fr 104px;gap:12px;font-size:12px;line-height:16px;color:var(--ink2)}
.hours div{display:flex;justify-content:space-between}
table{border-collapse:collapse;width:100%;background:var(--surface);
border:1px solid var(--line);border-radius:8px}
th,td{text-align:left;padding:8px 12px;border-top:1px solid var(--line);vertical-align:top;
font-size:14px;line-height:20px}
th{border-top:0;color:var(--ink2);font-weight:600}td.time{white-space:nowrap;font-variant-numeric:tabular-nums}
.key{display:flex;flex-wrap:wrap;gap:8px 24px;font-size:14px;
align-items:center}.key svg{vertical-align:-3px;margin-right:6px}
@media (max-width:640px){.row,.hours{grid-template-columns:72px 1fr}
.row>span:last-child,.hours>span:last-child{display:none}
td.time{white-space:normal}}
@media print{body{background:#fff}main{max-width:none}}
"""
_DEFS = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--surface)"/><rect width="2.4" height="6" fill="var(--fault)"/></pattern>'
    "</defs></svg>"
)


def render(result: Inspection, *, now_us: int, quick: bool, witnessed: bool) -> str:
    """The whole page."""
    body = "".join(_body(result, now_us, quick, witnessed))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Kiểm tra bản ghi</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>{_DEFS}<main>{body}</main></body></html>\n"
    )


def _body(result: Inspection, now_us: int, quick: bool, witnessed: bool) -> Iterator[str]:
    way = "nhanh: kích thước và cấu trúc tệp" if quick else "đầy đủ: tính lại mã băm từng tệp"
    yield "<h1>Kiểm tra bản ghi hình</h1>"
    yield f"<p>Mỗi giây của từng camera: có hình, hay vì sao không có. Kiểm tra {way}, lúc {moment(now_us)}. "
    yield f"<small>Recording check, {result.entries} log entries. Giờ Việt Nam (UTC+7).</small></p>"
    yield _verdict(result, witnessed)
    yield _key()
    for stream in result.streams:
        yield from _camera(stream)
    if not result.streams:
        yield "<p>Nhật ký chưa nêu camera nào. Hãy chạy <code>minhbach record</code> với ít nhất một camera.</p>"
    yield from _table("Phát hiện", "Findings", [describe(each) for each in result.findings])
    yield from _table("Lưu ý", "Notices", [describe(each) for each in result.notices])
    yield from _gaps(result)


def _verdict(result: Inspection, witnessed: bool) -> str:
    bad = bool(result.findings)
    shape = (
        '<svg width="24" height="24" aria-hidden="true"><path d="M12 3 22 21H2Z" fill="var(--late)"/></svg>'
        if bad
        else '<svg width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10" fill="var(--ok)"/></svg>'
    )
    words = f"Có {len(result.findings)} phát hiện" if bad else "Không phát hiện sai lệch"
    witness = (
        "Đã đối chiếu với bên làm chứng."
        if witnessed
        else "CHƯA ĐƯỢC LÀM CHỨNG (UNWITNESSED): chưa đối chiếu với bên làm chứng, nên người giữ quyền quản trị "
        "đầu ghi vẫn có thể đã viết lại toàn bộ."
    )
    return f'<div class="verdict{" bad" if bad else ""}">{shape}<div><b>{words}</b>{witness}</div></div>'


def _key() -> str:
    return (
        '<div class="key"><span><svg width="28" height="14"><rect width="28" height="14" fill="var(--ok-soft)"/></svg>'
        'có hình</span><span><svg width="28" height="14"><rect width="28" height="14" fill="url(#gap)"/></svg>'
        "khoảng trống, đã ghi nguyên nhân</span><span>"
        '<svg width="28" height="14"><rect width="28" height="14" fill="var(--unseen-soft)"/></svg>'
        "ngoài thời gian phải ghi</span></div>"
    )


def _camera(stream: StreamTime) -> Iterator[str]:
    parts = stream.stretches()
    footage_us = sum(each.end_us - each.begin_us for each in parts if not each.cause)
    yield f'<section class="camera"><h2 style="margin-top:0">{escape(stream.label)}</h2>'
    if not parts:
        yield "<p>Chưa có hình và chưa đến lúc phải giải thích khoảng trống.</p></section>"
        return
    yield f"<p>{duration(footage_us)} có hình, {sum(1 for each in parts if each.cause)} khoảng trống.</p>"
    yield '<div class="hours" aria-hidden="true"><span></span><div>'
    yield "".join(f"<span>{hour:02d}</span>" for hour in range(0, 25, 3)) + "</div><span></span></div>"
    days = _by_day(parts)
    for day in sorted(days, reverse=True)[:_SHOWN_DAYS]:
        yield _strip(day, days[day])
    if len(days) > _SHOWN_DAYS:
        yield f"<p><small>{len(days) - _SHOWN_DAYS} ngày cũ hơn không vẽ ở đây.</small></p>"
    yield "</section>"


def _by_day(parts: list[Stretch]) -> dict[int, list[Stretch]]:
    """Stretches cut at Vietnamese midnights: day number → pieces."""
    days: dict[int, list[Stretch]] = defaultdict(list)
    for part in parts:
        begin_us = part.begin_us
        while begin_us < part.end_us:
            day = (begin_us + _OFFSET_US) // DAY_US
            end_us = min(part.end_us, (day + 1) * DAY_US - _OFFSET_US)
            days[day].append(Stretch(begin_us, end_us, part.cause))
            begin_us = end_us
    return days


def _strip(day: int, parts: list[Stretch]) -> str:
    zero_us = day * DAY_US - _OFFSET_US
    footage_us = sum(each.end_us - each.begin_us for each in parts if not each.cause)
    gap_us = sum(each.end_us - each.begin_us for each in parts if each.cause)
    date = f"{utc(zero_us).astimezone(VIETNAM):%d/%m/%Y}"
    label = f"{date}: {duration(footage_us)} có hình, {duration(gap_us)} trống"
    shapes = "".join(_bar(part, zero_us) for part in parts)
    return (
        f'<div class="row"><span>{date}</span><svg viewBox="0 0 1440 28" preserveAspectRatio="none" role="img" '
        f'aria-label="{label}">{shapes}</svg><span>{duration(footage_us)}</span></div>'
    )


def _bar(part: Stretch, zero_us: int) -> str:
    x = (part.begin_us - zero_us) * 1440 / DAY_US
    width = max((part.end_us - part.begin_us) * 1440 / DAY_US, 0.8)
    fill = "url(#gap)" if part.cause else "var(--ok-soft)"
    what = cause_words(part.cause)[0] if part.cause else "có hình"
    title = escape(f"{moment(part.begin_us)} → {moment(part.end_us)}: {what}")
    return f'<rect x="{x:.2f}" width="{width:.2f}" height="28" fill="{fill}"><title>{title}</title></rect>'


def _table(title: str, english: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"<h2>{title} <small>{english}</small></h2><table>"
        yield "".join(f"<tr><td>{escape(row)}</td></tr>" for row in rows[:1000]) + "</table>"
        if len(rows) > 1000:
            yield f"<p>Còn {len(rows) - 1000} dòng nữa; xem đủ bằng --json.</p>"


def _gaps(result: Inspection) -> Iterator[str]:
    rows = [(stream.label, each) for stream in result.streams for each in stream.stretches() if each.cause]
    if not rows:
        return
    rows.sort(key=lambda row: -row[1].begin_us)
    yield "<h2>Khoảng trống và nguyên nhân <small>Gaps and their causes</small></h2>"
    yield "<table><tr><th>Camera</th><th>Từ</th><th>Đến</th><th>Dài</th><th>Nguyên nhân</th></tr>"
    for label, gap in rows[:500]:
        vi, en = cause_words(gap.cause)
        yield (
            f'<tr><td>{escape(label)}</td><td class="time">{moment(gap.begin_us)}</td>'
            f'<td class="time">{moment(gap.end_us)}</td><td class="time">{duration(gap.end_us - gap.begin_us)}</td>'
            f"<td>{escape(vi)}<br><small>{escape(en)}</small></td></tr>"
        )
    yield "</table>"
    if len(rows) > 500:
        yield f"<p>Còn {len(rows) - 500} khoảng trống cũ hơn; xem đủ bằng --json.</p>"
