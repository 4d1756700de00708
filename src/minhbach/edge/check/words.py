"""How a check speaks: times, lengths, causes and findings, Vietnamese first.

Owns the words that lines and page share. Promises that nothing a stranger left in an archive (a file's name, a field of
an entry) can break a line, move a cursor or fail to be printed.
"""

from __future__ import annotations

from datetime import timedelta, timezone

from minhbach.edge import faults
from minhbach.edge.archive.layout import utc
from minhbach.edge.check.timeline import label
from minhbach.ledger.findings import Finding

VIETNAM = timezone(timedelta(hours=7))
_LONGEST = 400

CAUSES: dict[str, tuple[str, str]] = {
    "recorder_stopped": ("Đầu ghi được tắt", "The recorder was switched off"),
    "recorder_killed": ("Đầu ghi bị ngắt đột ngột (mất điện hoặc bị dừng)", "The recorder was cut off"),
    "recorder_starting": ("Đầu ghi đang khởi động, chờ hình đầu tiên", "Starting, waiting for the first picture"),
    "recorder_error": ("Lỗi của chính phần mềm đầu ghi", "An error of the recorder itself"),
    "stream_lost": ("Mất luồng hình từ camera", "The camera's stream was lost"),
    "disk_full": ("Ổ đĩa đầy", "The disk was full"),
    "disk_missing": ("Không thấy ổ đĩa", "The disk was missing"),
    "disk_error": ("Lỗi ổ đĩa", "A disk error"),
    "outside_hours": ("Ngoài giờ ghi", "Outside recording hours"),
    "reconfigured": ("Cấu hình được thay đổi", "The configuration was changed"),
    "log_damaged": ("Nhật ký bị hỏng", "The log was damaged"),
    "deletion": ("Đã xóa khi hết thời hạn lưu", "Deleted when its time was over"),
    "emergency_deletion": ("Xóa khẩn cấp vì ổ đĩa đầy", "Deleted because the disk was full"),
    "erasure": ("Đã tiêu hủy theo quyết định", "Erased by decision"),
    "file_missing": ("THIẾU TỆP, không có mục nào giải thích", "THE FILE IS MISSING and no entry explains it"),
}


def cause_words(cause: str) -> tuple[str, str]:
    """A gap's cause in Vietnamese and English; of a camera's fault what it is, without the advice."""
    fault = faults.CATALOGUE.get(cause.removeprefix("camera_")) if cause.startswith("camera_") else None
    if fault is not None:
        return fault.vi.partition(";")[0].rstrip("."), fault.en.partition(";")[0].rstrip(".")
    return CAUSES.get(cause, (cause, cause))


def finding_words(finding: Finding) -> tuple[str, str]:
    """A finding's sentence in Vietnamese and English, fit to be printed."""
    vi, en = finding.text
    return plain(vi), plain(en)


def plain(text: str) -> str:
    """One line of printable text; what is not printable becomes a question mark, what is endless is cut."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(character if character.isprintable() else "?" for character in cut)


def whom(finding: Finding) -> str:
    """The stream a finding concerns, as people name it; empty when it concerns none."""
    return "" if finding.camera is None else plain(label(finding.camera, finding.stream))


def moment(at_us: int, *, tenths: bool = False) -> str:
    """Vietnamese date and time."""
    at = utc(at_us).astimezone(VIETNAM)
    return f"{at:%d/%m/%Y %H:%M:%S}" + (f",{at.microsecond // 100_000}" if tenths else "")


def span(begin_us: int, end_us: int) -> tuple[str, str]:
    """Begin and end, to the tenth where seconds would not show a difference worth seeing."""
    tenths = end_us - begin_us < 10_000_000
    return moment(begin_us, tenths=tenths), moment(end_us, tenths=tenths)


def duration(length_us: int) -> str:
    """Days, hours, minutes and seconds in Vietnamese; below one second with its tenth."""
    seconds = length_us // 1_000_000
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days} ngày {hours % 24:02d} giờ"
    if hours:
        return f"{hours} giờ {minutes % 60:02d} phút"
    if minutes:
        return f"{minutes} phút {seconds % 60:02d} giây"
    if seconds:
        return f"{seconds} giây"
    return f"0,{length_us // 100_000} giây" if length_us >= 100_000 else "dưới 0,1 giây" if length_us > 0 else "0 giây"
