"""What a verification of a package can say: the verdicts, their exit codes, and every sentence.

Owns: the words of FORMAT.md section 9 (Vietnamese first, then English) and which verdict weighs more. Promises: exit
codes never change their meaning. Leaves to others: when a remark applies (`verify`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

CANNOT_RUN = 2
_VIETNAM = timedelta(hours=7)


class Verdict(IntEnum):
    """The value is the exit code."""

    AUTHENTIC = 0
    GAPS = 10
    UNWITNESSED = 11
    DERIVED = 12
    INCOMPLETE = 20
    ALTERED = 21
    CANNOT_TELL = 30


GRAVEST_FIRST = (
    Verdict.ALTERED,
    Verdict.INCOMPLETE,
    Verdict.CANNOT_TELL,
    Verdict.UNWITNESSED,
    Verdict.DERIVED,
    Verdict.GAPS,
    Verdict.AUTHENTIC,
)

NAMES: dict[Verdict, tuple[str, str]] = {
    Verdict.AUTHENTIC: ("XÁC THỰC", "AUTHENTIC"),
    Verdict.GAPS: ("XÁC THỰC, CÓ KHOẢNG TRỐNG", "AUTHENTIC WITH GAPS"),
    Verdict.UNWITNESSED: ("CÓ PHẦN CHƯA ĐƯỢC CHỨNG KIẾN", "UNWITNESSED PART"),
    Verdict.DERIVED: ("BẢN DẪN XUẤT", "DERIVED COPY"),
    Verdict.INCOMPLETE: ("KHÔNG ĐẦY ĐỦ", "INCOMPLETE"),
    Verdict.ALTERED: ("ĐÃ BỊ THAY ĐỔI", "ALTERED"),
    Verdict.CANNOT_TELL: ("KHÔNG KẾT LUẬN ĐƯỢC", "CANNOT TELL"),
}

REMARKS: dict[str, tuple[Verdict, str, str]] = {
    "gap": (Verdict.GAPS, "Không có hình, tiếng; nguyên nhân: {cause}.", "No footage; cause: {cause}."),
    "removed": (
        Verdict.GAPS,
        "Đoạn ghi đã bị xóa theo mục {kind} số {index} của nhật ký {log}.",
        "The footage was removed by {kind}, entry {index} of the log {log}.",
    ),
    "clock_moved": (
        Verdict.GAPS,
        "Đồng hồ đầu ghi nhảy qua khoảng này; bản ghi vẫn liền mạch.",
        "The recorder's clock jumped over this time; the recording itself is unbroken.",
    ),
    "unwitnessed": (Verdict.UNWITNESSED, "Chưa có bên làm chứng.", "UNWITNESSED."),
    "rests_on_unwitnessed": (
        Verdict.UNWITNESSED,
        "Mục {kind} số {index} của nhật ký {log} chưa có bên làm chứng.",
        "The {kind}, entry {index} of the log {log}, is UNWITNESSED.",
    ),
    "witnessed_late": (
        Verdict.UNWITNESSED,
        "Chứng kiến muộn, lúc {at} (chậm {late_s} giây).",
        "Witnessed late, at {at} ({late_s} seconds).",
    ),
    "clock_ahead": (
        Verdict.UNWITNESSED,
        "Giờ ghi muộn hơn giờ bên làm chứng đã ký {ahead_s} giây: đồng hồ đầu ghi sai.",
        "Labelled {ahead_s} seconds after the witness had signed: the recorder's clock was wrong.",
    ),
    "stretch_missing": (
        Verdict.INCOMPLETE,
        "Thiếu mục nhật ký: đoạn này không nối với đoạn trước.",
        "Log entries are missing: this stretch does not join the one before.",
    ),
    "range_uncovered": (
        Verdict.INCOMPLETE,
        "Gói không có mục nào cho khoảng thời gian này.",
        "The package accounts for nothing in this time.",
    ),
    "clock_missing": (Verdict.INCOMPLETE, "Thiếu mục đồng hồ {place}.", "The clock entry {place} is missing."),
    "file_missing": (Verdict.INCOMPLETE, "Thiếu tệp gốc {file}.", "The original file {file} is missing."),
    "listed_missing": (Verdict.INCOMPLETE, "Thiếu tệp {file} trong danh sách.", "The listed file {file} is missing."),
    "file_altered": (
        Verdict.ALTERED,
        "Tệp gốc {file} khác với mục nhật ký đã niêm phong.",
        "The original file {file} is not what its log entry sealed.",
    ),
    "entry_altered": (
        Verdict.ALTERED,
        "Mục {index} của nhật ký {log} không thuộc điểm kiểm tra đã ký: {why}",
        "Entry {index} of the log {log} is not in the signed checkpoint: {why}",
    ),
    "entry_doubled": (
        Verdict.ALTERED,
        "Mục {index} của nhật ký {log} xuất hiện hai lần.",
        "Entry {index} of the log {log} appears twice.",
    ),
    "checkpoint_altered": (
        Verdict.ALTERED,
        "Điểm kiểm tra {file} mang chữ ký sai: {why}",
        "The checkpoint {file} carries a wrong signature: {why}",
    ),
    "forked": (
        Verdict.ALTERED,
        "Đầu ghi đã ký hai lịch sử khác nhau ở cỡ {size} của {origin}.",
        "The recorder signed two different histories at size {size} of {origin}.",
    ),
    "list_differs": (
        Verdict.ALTERED,
        "Tệp {file} khác với danh sách băm.",
        "The file {file} is not what the list of hashes says.",
    ),
    "file_stray": (
        Verdict.ALTERED,
        "Gói chứa tệp lạ không có trong danh sách: {file}.",
        "The package holds a stray file: {file}.",
    ),
    "stretch_doubled": (
        Verdict.ALTERED,
        "Các đoạn chồng lên nhau hoặc sai thứ tự.",
        "Stretches overlap or are out of order.",
    ),
    "approval_unproven": (
        Verdict.ALTERED,
        "Gói tự nhận đã được phê duyệt nhưng không chứng minh được.",
        "The package claims an approval that does not verify.",
    ),
    "damaged": (Verdict.ALTERED, "Gói bị hỏng: {why}", "The package is damaged: {why}"),
    "manifest_unreadable": (
        Verdict.CANNOT_TELL,
        "Không đọc được bản kê của gói: {why}",
        "The manifest cannot be read: {why}",
    ),
    "key_unknown": (
        Verdict.CANNOT_TELL,
        "Không có khóa nào trong danh sách của ông/bà cho điểm kiểm tra {file} ({origin}).",
        "No key in your list is for the checkpoint {file} ({origin}).",
    ),
    "no_trusted_checkpoint": (
        Verdict.CANNOT_TELL,
        "Không kiểm tra được đoạn này vì thiếu khóa.",
        "This cannot be judged without the key.",
    ),
}

NOT_APPROVED = ("chưa được phê duyệt", "not approved")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say, with the stream and the wall time (µs, as labelled) it concerns where it concerns any."""

    kind: str
    camera: str | None = None
    stream: str | None = None
    begin_us: int | None = None
    end_us: int | None = None
    values: dict[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return REMARKS[self.kind][0]

    @property
    def text(self) -> tuple[str, str]:
        _, vi, en = REMARKS[self.kind]
        return vi.format_map(self.values), en.format_map(self.values)

    @property
    def place(self) -> str:
        """Camera, stream and exact seconds, in Vietnam time; empty when it concerns the whole package."""
        words = [f"{self.camera}/{self.stream}"] if self.camera is not None else []
        if self.begin_us is not None and self.end_us is not None:
            seconds, rest = divmod(abs(self.end_us - self.begin_us), 1_000_000)
            words.append(f"{local_time(self.begin_us)} – {local_time(self.end_us)} ({seconds}.{rest:06d} s)")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification."""

    remarks: tuple[Remark, ...]
    range_us: tuple[int, int] | None = None
    streams: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        return gravest(each.verdict for each in self.remarks)

    def lines(self) -> list[str]:
        """The report for people: the verdict first, then every remark with its seconds, gravest first."""
        vi, en = NAMES[self.verdict]
        lines = [f"{vi} · {NOT_APPROVED[0]}", f"{en} · {NOT_APPROVED[1]}"]
        if self.range_us is not None:
            lines.append(f"{local_time(self.range_us[0])} – {local_time(self.range_us[1])} (UTC+7)")
        lines += [f"{camera}/{stream}" for camera, stream in self.streams]
        for each in sorted(self.remarks, key=lambda remark: GRAVEST_FIRST.index(remark.verdict)):
            text = each.text
            lines.append(f"[{NAMES[each.verdict][1]}] {each.place}".rstrip())
            lines += [f"    {text[0]}", f"    {text[1]}"]
        return lines

    def as_json(self) -> dict[str, object]:
        """The same for programs; times in integer microseconds of Unix time."""
        return {
            "verdict": NAMES[self.verdict][1],
            "exit_code": int(self.verdict),
            "approved": False,
            "range_us": list(self.range_us) if self.range_us else None,
            "streams": [list(each) for each in self.streams],
            "remarks": [
                {
                    "kind": each.kind,
                    "verdict": NAMES[each.verdict][1],
                    "camera": each.camera,
                    "stream": each.stream,
                    "begin_us": each.begin_us,
                    "end_us": each.end_us,
                    "text": list(each.text),
                }
                for each in self.remarks
            ],
        }


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that decides the exit code; AUTHENTIC when there is nothing to say."""
    return min(verdicts, key=GRAVEST_FIRST.index, default=Verdict.AUTHENTIC)


def local_time(wall_us: int) -> str:
    """ISO date and time in Vietnam (UTC+7) with microseconds; the plain number beyond the year 9999."""
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=wall_us) + _VIETNAM).strftime(
            "%Y-%m-%d %H:%M:%S.%f"
        )
    except OverflowError:
        return f"{wall_us} µs"
