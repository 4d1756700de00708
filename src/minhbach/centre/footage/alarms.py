"""What is wrong with a recorder's log, said once and kept with its proof.

Owns the kinds of alarm that the centre itself finds (those of `ledger.findings` come from the replay), their words,
that the same trouble is one row whose count grows, and much of one kind no more than `MOST_OF_A_KIND`. Promises that
nothing a recorder sends can make it raise. Leaves telling people to `messaging` and who may read them to the pages.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from minhbach.centre.footage.models import Alarm
from minhbach.ledger.entry import Entry
from minhbach.ledger.findings import CATALOGUE, Finding, Weight

MOST_EVIDENCE_BYTES = 64 * 1024

#: Kind → (Vietnamese, English). What the recorder may lawfully do is no alarm.
KINDS = {
    "hello_malformed": (
        "Đầu ghi gửi lời chào sai định dạng; hãy kiểm tra phiên bản phần mềm của đầu ghi.",
        "The recorder's greeting is malformed; check the version of its software.",
    ),
    "key_other": (
        "Đầu ghi dùng khóa ký khác với khóa đã biết. Có thể đầu ghi đã bị thay hoặc bị giả mạo.",
        "The recorder signs with another key than the one known. It may have been replaced or impersonated.",
    ),
    "sealing_key_other": (
        "Đầu ghi nêu khóa niêm phong khác với khóa đã biết; mật khẩu camera sẽ không được gửi cho khóa mới.",
        "The recorder names another sealing key than the one known; no camera password is sealed to it.",
    ),
    "head_unsigned": (
        "Điểm kiểm tra đầu ghi gửi lên không có chữ ký hợp lệ của nhật ký này.",
        "The checkpoint that the recorder sent carries no valid signature of this log.",
    ),
    "log_foreign": (
        "Đầu ghi gửi nhật ký không thuộc về mình.",
        "The recorder offered a log that is not its own.",
    ),
    "log_missing": (
        "Nhật ký {log} đã lưu tại trung tâm nhưng đầu ghi không còn nêu đến.",
        "The centre holds the log {log}, but the recorder does not name it any more.",
    ),
    "log_forked": (
        "Đầu ghi đã ký hai nội dung khác nhau cho cùng một độ dài của nhật ký {log}.",
        "The recorder signed two different contents of the log {log} at the same size.",
    ),
    "log_shrunk": (
        "Nhật ký {log} ngắn hơn phần đã lưu tại trung tâm ({have} mục, đầu ghi chỉ còn {size}).",
        "The log {log} is shorter than what the centre holds ({have} entries here, {size} there).",
    ),
    "log_contradicts": (
        "Các mục đầu ghi gửi lên không khớp với điểm kiểm tra đã ký của nhật ký {log}.",
        "The entries sent do not lead to the signed checkpoint of the log {log}.",
    ),
    "line_impostor": (
        "Có máy dùng tệp ghi danh của đầu ghi này nhưng không chứng minh được mình là đầu ghi (không có khóa nhật ký). "
        "Tệp ghi danh có thể đã lộ: hãy thu hồi kết nối ở trang đầu ghi, rồi trao tệp mới tận tay.",
        "A machine uses this recorder's enrolment but cannot prove to be the recorder: it has not the key of its log. "
        "The enrolment may be stolen: revoke the line on the recorder's page and hand over a new file in person.",
    ),
    "line_unproven": (
        "Có máy báo hoạt động dưới tên đầu ghi này nhưng không trả lời khi được yêu cầu chứng minh. Tệp ghi danh có "
        "thể đã lộ, hoặc phần mềm đầu ghi quá cũ: hãy kiểm tra máy tại điểm đặt; nếu nghi ngờ, thu hồi kết nối.",
        "A machine says under this recorder's name that it is well, but does not answer when it is to prove itself. "
        "The enrolment may be stolen, or the software is too old: look at the machine; if in doubt, revoke the line.",
    ),
    "line_twice": (
        "Hai máy cùng lúc chứng minh được mình là đầu ghi này: khóa nhật ký đã bị sao chép. Hãy thu hồi kết nối, kiểm "
        "tra máy tại điểm đặt và thay đầu ghi bằng một máy mới.",
        "Two machines at once prove to be this recorder: the key of its log was copied. Revoke the line, look at the "
        "machine at the site and put a new one in its place.",
    ),
    "line_overheard": (
        "Có {count} kết nối cùng lúc dưới tên đầu ghi này (từ {addresses}), trong khi đầu ghi chỉ giữ hai. Có máy khác "
        "đang nghe bằng tệp ghi danh sao chép: hãy thu hồi kết nối ở trang đầu ghi, rồi trao tệp mới tận tay.",
        "There are {count} lines at once under this recorder's name (from {addresses}), and it keeps two. Another "
        "machine listens with a copied enrolment: revoke the line on the recorder's page and hand over a new file.",
    ),
    "log_too_large": (
        "Đầu ghi ghi nhật ký nhiều bất thường (hơn {most} MB dồn lại); phần vượt mức chưa được nhận và chưa được ký "
        "làm chứng. Trung tâm nhận tiếp dần; hãy kiểm tra đầu ghi, nhất là khi không có đợt mất liên lạc dài.",
        "The recorder logs far more than it should (over {most} MB at once); what is above that is not taken in and "
        "not cosigned yet. The centre goes on bit by bit; look at the recorder, unless its line was cut for long.",
    ),
    "logs_too_many": (
        "Đầu ghi nêu quá nhiều nhật ký ({count}); trung tâm không nhận lời chào này. Hãy kiểm tra đầu ghi.",
        "The recorder names too many logs ({count}); the centre does not take this greeting. Look at the recorder.",
    ),
    "not_cosigned": (
        "Trung tâm không ký làm chứng được nhật ký {log}: {why}",
        "The centre cannot cosign the log {log}: {why_en}",
    ),
    "viewing_unknown": (
        "Đầu ghi đã gửi hình theo lượt xem mà trung tâm không ghi nhận. Khóa cấp quyền xem có thể đã lộ; hãy đổi khóa.",
        "The recorder sent footage for viewings the centre never made. The key of leases may have leaked; replace it.",
    ),
    "erasure_unknown": (
        "Nhật ký của đầu ghi có lệnh xóa bản ghi mà trung tâm không ra. Hãy kiểm tra đầu ghi: bản ghi có "
        "thể đã bị xóa trái phép dưới danh nghĩa yêu cầu của công dân.",
        "The recorder's log has an erasure that the centre never ordered. Look at the recorder: footage "
        "may have been removed under the cover of a citizen's request.",
    ),
    "centre_impostor": (
        "Đầu ghi báo: tại địa chỉ của trung tâm từng có một máy chủ khác trả lời. Đầu ghi không gửi gì cho máy chủ đó; "
        "hãy kiểm tra đường truyền và tên miền của trung tâm.",
        "The recorder reports that another server answered at the centre's address. Nothing was said to it; look at "
        "the line and at the centre's name in the network.",
    ),
    "recorder_floods": (
        "Đầu ghi gửi dồn dập bất thường; phần vượt mức không được đọc. Hãy kiểm tra đầu ghi; nếu nghi tệp kết nối bị "
        "lộ thì cấp lại tệp này.",
        "The recorder sends far more than it should; what is above that is not read. Look at the recorder; if its "
        "enrolment may have leaked, issue another.",
    ),
    "entry_unreadable": CATALOGUE["entry_unreadable"][1:],
}
MOST_OF_A_KIND = 100
"""A recorder that gives cause for the same alarm again and again fills no table and nobody's notices."""
NEWS_AFTER = timedelta(days=7)
"""The same again after so long is told again."""
MORE = (
    "Còn nhiều cảnh báo cùng loại của đầu ghi này, từ đây chỉ được đếm. Ví dụ: {said}",
    "There are many more alarms of this kind about this recorder, which are only counted. One of them: {said}",
)


def tell(
    recorder: UUID,
    kind: str,
    *,
    now: datetime,
    log: str = "",
    index: int = -1,
    evidence: bytes = b"",
    **values: object,
) -> Alarm:
    """Keep an alarm of one of `KINDS`; the same again only counts."""
    vi, en = (text.format_map({"log": log, **values}) for text in KINDS[kind])
    alarm = Alarm(kind=kind, log=log, index=index, vi=vi, en=en)
    return _keep(recorder, now, evidence, alarm, [kind, log, index])


def tell_finding(recorder: UUID, finding: Finding, *, now: datetime) -> Alarm:
    """Keep what the replay of a log found."""
    vi, en = finding.text
    alarm = Alarm(
        kind=finding.kind,
        grave=finding.weight is Weight.FINDING,
        log=finding.log,
        index=finding.index,
        vi=vi,
        en=en,
        camera=finding.camera or "",
        begin_us=finding.begin_us,
        end_us=finding.end_us,
    )
    return _keep(recorder, now, b"", alarm, [finding.kind, finding.log, finding.index, finding.camera, finding.stream])


def take_entries(recorder: UUID, entries: Sequence[tuple[int, Entry]], *, now: datetime) -> None:
    """What a recorder's log itself says that somebody should know. Idempotent but for the count."""
    for index, entry in entries:
        if entry["kind"] == "fault" and entry["subject"] == "centre" and entry["state"] == "began":
            tell(recorder, "centre_impostor", now=now, index=index)


def _keep(recorder: UUID, now: datetime, evidence: bytes, alarm: Alarm, same: list[object]) -> Alarm:
    # Another process may tell the same at the same time: the database keeps one row and counts both.
    found = Alarm.objects.filter(recorder=recorder, digest=_digest(same))
    # What had been quiet for long is news again.
    found.filter(last_at__lt=now - NEWS_AFTER).update(told_at=None)
    if not found.update(times=F("times") + 1, last_at=now):
        if Alarm.objects.filter(recorder=recorder, kind=alarm.kind).count() >= MOST_OF_A_KIND:
            return _count_more(recorder, now, alarm)
        _insert(recorder, now, evidence, alarm, same)
    return found.get()


def _count_more(recorder: UUID, now: datetime, newest: Alarm) -> Alarm:
    """One row for all that are too many of a kind; what it says is of the first of them."""
    same = [newest.kind, "more"]
    found = Alarm.objects.filter(recorder=recorder, digest=_digest(same))
    if not found.update(times=F("times") + 1, last_at=now):
        vi, en = (text.format(said=said) for text, said in zip(MORE, (newest.vi, newest.en), strict=True))
        more = Alarm(kind=newest.kind, grave=newest.grave, log=newest.log, index=newest.index, vi=vi, en=en)
        _insert(recorder, now, b"", more, same)
    return found.get()


def _insert(recorder: UUID, now: datetime, evidence: bytes, alarm: Alarm, same: Sequence[object]) -> None:
    alarm.recorder_id, alarm.digest = recorder, _digest(same)
    alarm.vi, alarm.en = (text.replace("\0", "?") for text in (alarm.vi, alarm.en))
    alarm.first_at = alarm.last_at = now
    alarm.evidence = evidence[:MOST_EVIDENCE_BYTES]
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)


def _digest(same: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(list(same)).encode()).hexdigest()
