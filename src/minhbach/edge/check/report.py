"""What a check prints: lines for a person, JSON for a program.

Owns the words and the JSON form of design section 7. Times are Unix seconds in JSON, Vietnamese time in lines. Leaves
the page to ``page``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone

from minhbach.edge.archive.layout import utc
from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.timeline import Stretch
from minhbach.ledger.findings import Finding

VIETNAM = timezone(timedelta(hours=7))

CAUSES: dict[str, tuple[str, str]] = {
    "recorder_stopped": ("đầu ghi được tắt", "the recorder was switched off"),
    "recorder_killed": ("đầu ghi bị ngắt đột ngột (mất điện hoặc bị dừng)", "the recorder was cut off"),
    "recorder_starting": ("đầu ghi đang khởi động, chờ hình đầu tiên", "starting, waiting for the first picture"),
    "recorder_error": ("lỗi của chính phần mềm đầu ghi", "an error of the recorder itself"),
    "stream_lost": ("mất luồng hình từ camera", "the camera's stream was lost"),
    "disk_full": ("đĩa đầy", "the disk was full"),
    "disk_missing": ("không thấy đĩa", "the disk was missing"),
    "disk_error": ("lỗi đĩa", "a disk error"),
    "outside_hours": ("ngoài giờ ghi", "outside recording hours"),
    "reconfigured": ("cấu hình được thay đổi", "the configuration was changed"),
    "log_damaged": ("nhật ký bị hỏng", "the log was damaged"),
    "deletion": ("đã xóa theo thời hạn lưu", "deleted when its time was over"),
    "emergency_deletion": ("xóa khẩn cấp vì đĩa đầy", "deleted because the disk was full"),
    "erasure": ("đã xóa theo quyết định", "erased by decision"),
}


def cause_words(cause: str) -> tuple[str, str]:
    """A gap's cause in Vietnamese and English."""
    if cause.startswith("camera_"):
        code = cause.removeprefix("camera_").replace("_", " ")
        return f"lỗi camera ({code})", f"camera fault ({code})"
    return CAUSES.get(cause, (cause, cause))


def as_json(result: Inspection) -> dict[str, object]:
    """The JSON of design section 7, with notices and the witness beside it."""
    return {
        "cameras": [
            {
                "name": stream.label,
                "coverage": [_range(each) for each in stream.stretches() if not each.cause],
                "gaps": [{**_range(each), "cause": each.cause} for each in stream.stretches() if each.cause],
            }
            for stream in result.streams
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
    for stream in result.streams:
        parts = stream.stretches()
        footage_us = sum(each.end_us - each.begin_us for each in parts if not each.cause)
        gaps = [each for each in parts if each.cause]
        yield f"{stream.label}: {duration(footage_us)} có hình/tiếng (footage), {len(gaps)} khoảng trống (gaps)"
        for gap in gaps[-20:]:
            yield f"    {moment(gap.begin_us)} → {moment(gap.end_us)}  {cause_words(gap.cause)[0]}"
    for notice in result.notices:
        yield f"Lưu ý: {describe(notice)}"
    if not witnessed:
        yield (
            "UNWITNESSED: chưa đối chiếu với bên làm chứng (--witness TỆP); "
            "người giữ quyền quản trị đầu ghi vẫn có thể viết lại toàn bộ. / not compared with a witness."
        )
    for finding in result.findings:
        yield f"PHÁT HIỆN / FINDING: {describe(finding)}"
    if not result.findings:
        yield "Không phát hiện sai lệch. / Sound: no findings."


def describe(finding: Finding) -> str:
    """One finding as one line: whom and when it concerns, then the two sentences."""
    vi, en = finding.text
    place = ""
    if finding.camera:
        name = finding.camera if finding.stream in (None, "main") else f"{finding.camera}/{finding.stream}"
        place = f"[{name}] "
    if finding.begin_us is not None and finding.end_us is not None:
        place += f"{moment(finding.begin_us)} → {moment(finding.end_us)}: "
    return f"{place}{vi} / {en}"


def moment(at_us: int) -> str:
    """Vietnamese date and time."""
    return f"{utc(at_us).astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def duration(length_us: int) -> str:
    """Hours, minutes, seconds in Vietnamese."""
    seconds = length_us // 1_000_000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours} giờ {minutes:02d} phút"
    return f"{minutes} phút {seconds % 60:02d} giây" if minutes else f"{seconds} giây"


def _range(stretch: Stretch) -> dict[str, float]:
    return {"from": stretch.begin_us / 1_000_000, "to": stretch.end_us / 1_000_000}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "camera": None if finding.camera is None else _label(finding),
        "from": None if finding.begin_us is None else finding.begin_us / 1_000_000,
        "to": None if finding.end_us is None else finding.end_us / 1_000_000,
        "text": " / ".join(finding.text),
    }


def _label(finding: Finding) -> str:
    return f"{finding.camera}" if finding.stream in (None, "main") else f"{finding.camera}/{finding.stream}"
