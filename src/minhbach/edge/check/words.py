"""How a check speaks: times, lengths, causes and findings, Vietnamese first.

Owns the words that lines and page share. Promises that nothing a stranger left in an archive (a file's name, a field of
an entry) can break a line, move a cursor or fail to be printed.
"""

from __future__ import annotations

from datetime import timedelta, timezone

from minhbach.edge.archive.layout import utc
from minhbach.edge.check.timeline import label
from minhbach.ledger import words
from minhbach.ledger.findings import Finding

VIETNAM = timezone(timedelta(hours=7))
_LONGEST = 400

_OWN = (
    *("recorder_stopped", "recorder_killed", "recorder_starting", "recorder_error", "stream_lost", "disk_full"),
    *("disk_missing", "disk_error", "outside_hours", "reconfigured", "log_damaged"),
)
"""What a recorder logs as the cause of a gap, beside the faults of its cameras."""

CAUSES: dict[str, tuple[str, str]] = {
    **{code: words.CAUSES[code] for code in _OWN},
    "deletion": ("Đã xóa theo thời hạn lưu trữ", "Deleted when its retention ended"),
    "emergency_deletion": ("Đã xóa khẩn cấp vì ổ đĩa đầy", "Deleted in an emergency: the disk was full"),
    "erasure": ("Đã xóa theo quyết định", "Erased by decision"),
    "file_missing": ("THIẾU TỆP, không có mục nào giải thích", "THE FILE IS MISSING and no entry explains it"),
}
"""Why there is no footage, by cause or kind of removal; called what the verifier and the centre's pages call it."""


def cause_words(cause: str) -> tuple[str, str]:
    """A gap's cause in Vietnamese and English; of a camera's fault what it is, without the advice."""
    return CAUSES.get(cause) or words.cause_alone(cause)


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
