"""What a check prints: lines for a person, JSON for a program.

Owns the JSON form of design section 7 and the order of the lines. Times are Unix seconds in JSON, Vietnamese time in
lines. Leaves the page to ``page``.
"""

from __future__ import annotations

from collections.abc import Iterator

from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.timeline import Stretch
from minhbach.edge.check.words import cause_words, duration, finding_words, plain, span, whom
from minhbach.ledger.findings import Finding

_SHOWN_GAPS = 20


def as_json(result: Inspection) -> dict[str, object]:
    """The JSON of design section 7, with notices and the witness beside it."""
    return {
        "cameras": [
            {
                "name": line.label,
                "coverage": [_range(each) for each in line.coverage],
                "gaps": [{**_range(each), "cause": each.cause} for each in line.gaps],
            }
            for line in result.timelines
        ],
        "findings": [_finding(each) for each in result.findings],
        "notices": [_finding(each) for each in result.notices],
        "witnessed": [
            {"log": each.log, "first": each.first, "last": each.last, "time": each.time_s} for each in result.witnessed
        ],
        "entries": result.entries,
    }


def lines(result: Inspection, *, witnessed: bool) -> Iterator[str]:
    """For a person: each stream, then what is to be said, then the verdict."""
    for line in result.timelines:
        gaps = line.gaps
        yield f"{plain(line.label)}: {duration(line.footage_us)} có bản ghi (footage), {len(gaps)} khoảng trống (gaps)"
        for gap in gaps[-_SHOWN_GAPS:]:
            begin, end = span(gap.begin_us, gap.end_us)
            yield f"    {begin} → {end}  {cause_words(gap.cause)[0]}"
        if len(gaps) > _SHOWN_GAPS:
            yield f"    … và {len(gaps) - _SHOWN_GAPS} khoảng trống trước đó (earlier ones: --json, --html)"
    for notice in result.notices:
        yield f"Lưu ý / NOTICE: {describe(notice)}"
    yield from witness_lines(result, witnessed=witnessed)
    for finding in result.findings:
        yield f"PHÁT HIỆN / FINDING: {describe(finding)}"
    if not result.findings:
        yield "Không phát hiện sai lệch. / Sound: no findings."


def witness_lines(result: Inspection, *, witnessed: bool) -> Iterator[str]:
    """What the comparison with a witness is worth here."""
    if not witnessed:
        yield (
            "CHƯA ĐƯỢC LÀM CHỨNG: chưa đối chiếu với bên làm chứng (--witness TỆP); "
            "người giữ quyền quản trị đầu ghi vẫn có thể viết lại toàn bộ. / "
            "UNWITNESSED: not compared with a witness (--witness FILE)."
        )
    elif not any(each.time_s is not None for each in result.witnessed):
        yield (
            "CHƯA ĐƯỢC LÀM CHỨNG: tệp của bên làm chứng không có chữ ký nào cho nhật ký này. / "
            "UNWITNESSED: the witness file holds no cosignature of this log."
        )


def describe(finding: Finding) -> str:
    """One finding as one line: whom and when it concerns, then the two sentences."""
    name, time, words = whom(finding), when(finding), finding_words(finding)
    return f"{f'[{name}] ' if name else ''}{f'{time}: ' if time else ''}{' / '.join(words)}"


def when(finding: Finding) -> str:
    """The time a finding concerns; empty when it concerns none."""
    if finding.begin_us is None:
        return ""
    begin, end = span(finding.begin_us, finding.begin_us if finding.end_us is None else finding.end_us)
    return begin if begin == end else f"{begin} → {end}"


def _range(stretch: Stretch) -> dict[str, float]:
    return {"from": stretch.begin_us / 1_000_000, "to": stretch.end_us / 1_000_000}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "camera": whom(finding) or None,
        "from": None if finding.begin_us is None else finding.begin_us / 1_000_000,
        "to": None if finding.end_us is None else finding.end_us / 1_000_000,
        "text": " / ".join(finding_words(finding)),
    }
