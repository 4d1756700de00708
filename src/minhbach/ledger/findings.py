"""Every sentence that a check of a history can end in, Vietnamese first, and how much it weighs.

Owns: the codes, their weight and their wording. A *finding* is something no lawful recorder writes; a
*notice* is lawful and still has to be said (an emergency deletion, a key that was lost). Promises: a code
never changes its meaning once released; texts may improve. Leaves to others: when a code applies
(`rules`, `audit`, `verify`) and which exit code follows (`audit`, `verify`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from minhbach.ledger.reasons import reason
from minhbach.ledger.words import Pair, cause


class Weight(Enum):
    """`NOTICE` is said and accuses nobody; `FINDING` makes a check fail."""

    NOTICE = "notice"
    FINDING = "finding"


N, F = Weight.NOTICE, Weight.FINDING

ANOTHER_BOOT = "another boot"
"""By how much a stretch does not join the one before, where no clock can tell."""

CATALOGUE: dict[str, tuple[Weight, str, str]] = {
    # --- the line of entries
    "entry_unreadable": (F, "Mục này không đọc được: {why}", "This entry cannot be read: {why}"),
    "entry_misplaced": (F, "Số thứ tự mục không liên tục: chờ {expected}.", "Entry out of order: expected {expected}."),
    "entry_after_close": (
        F,
        "Có mục ghi sau khi nhật ký đã đóng hoặc đầu ghi đã tắt.",
        "An entry follows the closing of the log or the shutdown of the recorder.",
    ),
    "log_unopened": (F, "Nhật ký không bắt đầu bằng mục mở.", "The log does not begin with its opening entry."),
    "log_reopened": (F, "Mục mở xuất hiện giữa nhật ký.", "An opening entry stands in the middle of a log."),
    "log_unbound": (
        F,
        "Nhật ký mới không nối đúng vào nhật ký trước: {why}",
        "The new log is not bound to the log before it: {why}",
    ),
    "log_before_seen": (
        N,
        "Nhật ký trước ({origin}) không có ở đây nên chưa được kiểm tra.",
        "The log before ({origin}) is not here and was not checked.",
    ),
    "rests_on_unseen": (
        N,
        "Mục này dựa vào nhật ký trước không có ở đây nên chưa kết luận được.",
        "This entry rests on a log before that is not here; it was not judged.",
    ),
    "log_rolled_early": (
        F,
        "Nhật ký sang năm {year} khi chưa đến năm đó.",
        "The log rolled to the year {year} before that year had begun.",
    ),
    "key_was_lost": (
        N,
        "Đầu ghi đã mất khóa ký và mở nhật ký mới.",
        "The recorder lost its signing key and opened a new log.",
    ),
    "log_was_damaged": (
        N,
        "Đầu ghi báo nhật ký trước bị hỏng và mở nhật ký mới.",
        "The recorder reports its log before as damaged and opened a new one.",
    ),
    "key_was_rotated": (N, "Khóa ký của đầu ghi đã được thay.", "The recorder's signing key was replaced."),
    # --- clocks
    "clock_unknown": (
        F,
        "Mục dẫn tới đồng hồ không có hiệu lực: {why}",
        "The entry refers to a clock not in force: {why}",
    ),
    "clock_inconsistent": (
        F,
        "Sổ sách đồng hồ không khớp: {why}",
        "The bookkeeping of the clocks does not agree: {why}",
    ),
    "clock_backwards": (
        F,
        "Mục này lùi {by_us} µs so với mục trước trên đồng hồ đơn điệu.",
        "This entry lies {by_us} µs before the entry before it on the monotonic clock.",
    ),
    "clock_ahead_of_witness": (
        F,
        "Thời gian chạy của đầu ghi nhanh hơn thời gian của bên làm chứng {by_us} µs.",
        "The recorder counted {by_us} µs more running time than passed at the witness.",
    ),
    # --- coverage
    "stream_unknown": (F, "Luồng này không có trong cấu hình.", "No configuration in force names this stream."),
    "stream_doubled": (F, "Cấu hình nêu một luồng hai lần.", "A configuration names one stream twice."),
    "number_broken": (
        F,
        "Đoạn ghi mang số {number}, lẽ ra là {expected}.",
        "The segment has number {number} where {expected} comes next.",
    ),
    "not_joined": (
        F,
        "Đoạn này không nối đúng vào cuối đoạn trước: lệch {by}.",
        "This stretch does not begin where the one before ended: off by {by}.",
    ),
    "ends_in_future": (F, "Đoạn này kết thúc sau khi được ghi vào sổ.", "This stretch ends after it was logged."),
    "stretch_empty": (F, "Khoảng trống không có độ dài.", "The gap has no length."),
    "segment_too_long": (F, "Đoạn ghi dài hơn 120 giây.", "The segment is longer than 120 seconds."),
    "cause_wrong": (
        F,
        "Nguyên nhân đã ghi của khoảng trống trái với mục khởi động: {cause}.",
        "The cause given for a gap contradicts the boot entries: {cause}.",
    ),
    "unaccounted": (
        F,
        "Có {lag_s} giây không có hình, tiếng hoặc nguyên nhân nào được ghi.",
        "{lag_s} seconds had passed with neither footage nor a cause on record.",
    ),
    # --- retention
    "retention_below_minimum": (
        F,
        "Cấu hình lưu {days} ngày, dưới mức tối thiểu {minimum} ngày.",
        "The configuration keeps {days} days, under its own legal minimum of {minimum}.",
    ),
    "retention_shortened": (
        N,
        "Cấu hình rút ngắn thời hạn lưu: {days_before} → {days} ngày, mức tối thiểu {minimum_before} → {minimum} ngày.",
        "The configuration keeps footage shorter: {days_before} → {days} days, at least {minimum_before} → {minimum}.",
    ),
    "lead_shortened": (
        N,
        "Cấu hình rút ngắn thời gian báo trước khi xóa: {hours_before} → {hours} giờ.",
        "The configuration announces deletions later: {hours_before} → {hours} hours ahead.",
    ),
    "segment_unknown": (
        F,
        "Mục nêu đoạn ghi chưa từng có ({first}–{last}).",
        "The entry names segments that were never sealed ({first}–{last}).",
    ),
    "deleted_twice": (
        F,
        "Mục xóa đoạn ghi đã bị xóa ({first}–{last}).",
        "The entry removes what was already removed ({first}–{last}).",
    ),
    "intent_missing": (
        F,
        "Xóa không có thông báo ý định xóa còn hiệu lực.",
        "A deletion without a deletion intent in force that covers it.",
    ),
    "intent_too_fresh": (
        F,
        "Xóa sớm {by_us} µs so với thời gian chờ sau ý định xóa.",
        "Deleted {by_us} µs of running time before the intent's lead had passed.",
    ),
    "intent_voided": (
        F,
        "Ý định xóa đã mất hiệu lực vì có lệnh giữ sau đó.",
        "The intent is void: a hold covered the footage after it.",
    ),
    "rule_wrong": (
        F,
        "Quy tắc nêu trong ý định xóa khác cấu hình đang có hiệu lực.",
        "The intent cites a rule other than the configuration in force.",
    ),
    "too_young": (
        F,
        "Xóa sớm {by_us} µs so với thời hạn lưu {days} ngày.",
        "Deleted {by_us} µs of running time before its {days} days were over.",
    ),
    "deleted_under_hold": (F, "Xóa đoạn ghi đang bị lệnh giữ {hold}.", "Removed while under hold {hold}."),
    "emergency": (
        N,
        "Xóa khẩn cấp vì đĩa {disk} đầy{below}.",
        "Emergency deletion: disk {disk} was full{below}.",
    ),
    "emergency_without_need": (
        F,
        "Xóa khẩn cấp khi đĩa còn đủ chỗ.",
        "An emergency deletion although the disk had room.",
    ),
    "below_minimum_untrue": (
        F,
        "Mục xóa khẩn cấp khai sai về mức lưu tối thiểu.",
        "The emergency deletion misstates whether it went below the legal minimum.",
    ),
    "erased": (N, "Đoạn ghi bị xóa theo quyết định.", "Footage was erased by decision."),
    "hold_doubled": (F, "Lệnh giữ này đã có.", "This hold exists already."),
    "hold_unknown": (F, "Gỡ lệnh giữ không còn hiệu lực hoặc không có.", "Releases a hold that is not in force."),
    # --- log and witness (audit)
    "checkpoint_unsigned": (
        F,
        "Điểm kiểm tra không có chữ ký của đầu ghi: {why}",
        "The checkpoint lacks the recorder's signature: {why}",
    ),
    "checkpoint_ahead": (
        F,
        "Điểm kiểm tra cỡ {size} nhưng nhật ký chỉ có {have} mục.",
        "A checkpoint of size {size} but only {have} entries are here.",
    ),
    "checkpoint_differs": (
        F,
        "Nhật ký không khớp với điểm kiểm tra đã ký ở cỡ {size}.",
        "The log differs from its own signed checkpoint at size {size}.",
    ),
    "witness_differs": (
        F,
        "Nhật ký khác với bản bên làm chứng đã ký ở cỡ {size}.",
        "The log is not what the witness cosigned at size {size}.",
    ),
    "witnessed_lost": (
        F,
        "Bên làm chứng đã ký {size} mục, ở đây chỉ còn {have}.",
        "The witness cosigned {size} entries; only {have} are left here.",
    ),
    "witnessed_log_missing": (
        F,
        "Nhật ký {origin} đã được làm chứng nhưng không còn.",
        "The log {origin} was witnessed and is not here.",
    ),
    "log_unreadable": (F, "Không đọc được nhật ký: {why}", "The log cannot be read: {why}"),
    "unwitnessed": (
        N,
        "{count} mục cuối chưa có bên làm chứng (từ mục {first}).",
        "The last {count} entries are UNWITNESSED (from entry {first}).",
    ),
    "witnessed_late": (
        N,
        "{count} mục được làm chứng muộn, chậm nhất {late_s} giây.",
        "{count} entries were witnessed late, by up to {late_s} seconds.",
    ),
    # --- files against the log
    "file_missing": (F, "Thiếu tệp {path}.", "The file {path} is missing."),
    "file_resized": (F, "Tệp {path} có kích thước khác.", "The file {path} has another size."),
    "file_altered": (F, "Nội dung tệp {path} đã bị thay đổi.", "The contents of {path} were altered."),
    "disk_away": (
        F,
        "Không thấy đĩa {disk}, trên đó có {count} đoạn ghi.",
        "The disk {disk} with {count} segments is not here.",
    ),
    "file_unlogged": (F, "Tệp {path} không có trong nhật ký.", "The file {path} is in no log."),
    "file_replaced": (F, "{path} không còn là tệp thường.", "{path} is no plain file any more."),
    "file_unreadable": (F, "Không đọc được tệp {path}.", "The file {path} cannot be read."),
    "file_left": (N, "Tệp {path} đã ghi là xóa nhưng vẫn còn.", "The file {path} was logged as deleted, yet is here."),
    # --- an archive's own files (the edge's check)
    "archive_file_damaged": (
        F,
        "Tệp {path} của kho lưu trữ thiếu, hỏng hoặc trái với nhật ký.",
        "The archive's own file {path} is missing, damaged or contradicts the log.",
    ),
    "log_missing": (F, "Thiếu nhật ký {path}.", "The log {path} is missing."),
    "tile_differs": (
        F,
        "Tệp băm {path} và các mục {first}–{last} không khớp nhau.",
        "The hash tile {path} and the entries {first}–{last} do not agree.",
    ),
    "entries_lost": (
        F,
        "Không còn đọc được các mục {first}–{last}; mục sau đó vẫn đọc được nhưng không còn bằng chứng.",
        "The entries {first}–{last} cannot be read any more; what follows them is read, yet not proven.",
    ),
    "log_overgrown": (
        F,
        "Sau mục cuối đã ký của nhật ký có thứ mà đầu ghi không ghi ({count} mục, {bytes} byte lẻ).",
        "Behind its last signed entry the log holds what no recorder writes ({count} entries, {bytes} stray bytes).",
    ),
    "entries_unsigned": (
        N,
        "{count} mục cuối chưa nằm trong điểm kiểm tra đã ký.",
        "The last {count} entries are not yet in a signed checkpoint.",
    ),
    "more_alike": (F, "Còn {count} phát hiện khác cùng loại: “{kind}”", "{count} more findings of this kind: “{kind}”"),
    "more_noted": (N, "Còn {count} lưu ý khác cùng loại: “{kind}”", "{count} more notices of this kind: “{kind}”"),
}


def _off_by(said: str) -> Pair:
    return ("sang lần khởi động khác" if said == ANOTHER_BOOT else said), said


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a history: where it stands and which footage it concerns (wall µs, UTC)."""

    kind: str
    log: str = ""
    index: int = -1
    camera: str | None = None
    stream: str | None = None
    begin_us: int | None = None
    end_us: int | None = None
    values: dict[str, object] = field(default_factory=dict)

    @property
    def weight(self) -> Weight:
        return CATALOGUE[self.kind][0]

    @property
    def text(self) -> Pair:
        """The sentence in Vietnamese and in English, with no code and no English sentence inside the Vietnamese."""
        _, vi, en = CATALOGUE[self.kind]
        said = {name: _IN_WORDS[name](str(value)) for name, value in self.values.items() if name in _IN_WORDS}
        said["below"] = _BELOW if self.values.get("below_minimum") else ("", "")
        in_vi, in_en = ({name: pair[language] for name, pair in said.items()} for language in (0, 1))
        return vi.format_map(self.values | in_vi), en.format_map(self.values | in_en)


def _like(kind: str) -> Pair:
    """The sentence of a kind with its places left open: what many findings have in common."""
    if kind not in CATALOGUE:
        return kind, kind
    _, vi, en = CATALOGUE[kind]
    return _OPEN.sub("…", vi.replace("{below}", "")), _OPEN.sub("…", en.replace("{below}", ""))


_OPEN = re.compile(r"\{\w+\}")
_BELOW: Pair = (", dưới mức lưu tối thiểu theo luật", ", below the legal minimum")
_IN_WORDS: dict[str, Callable[[str], Pair]] = {"cause": cause, "why": reason, "by": _off_by, "kind": _like}


def accusations(found: list[Finding]) -> list[Finding]:
    """Only what no lawful recorder writes; notices are left out."""
    return [finding for finding in found if finding.weight is Weight.FINDING]
