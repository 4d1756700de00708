"""What is wrong with a recorder's log, said once and kept with its proof.

Owns the kinds of alarm that the centre itself finds (those of `ledger.findings` come from the replay), their words, and
that the same trouble is one row whose count grows. Promises that nothing a recorder sends can make it raise. Leaves
telling people to `messaging` and who may read them to the pages.
"""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from django.db.models import F

from minhbach.centre.footage.models import Alarm
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
    "not_cosigned": (
        "Trung tâm không đồng ký được nhật ký {log}: {why}",
        "The centre cannot cosign the log {log}: {why_en}",
    ),
    "viewing_unknown": (
        "Đầu ghi đã gửi hình theo lượt xem mà trung tâm không ghi nhận. Khóa cấp quyền xem có thể đã lộ; hãy đổi khóa.",
        "The recorder sent footage for viewings the centre never made. The key of leases may have leaked; replace it.",
    ),
    "entry_unreadable": CATALOGUE["entry_unreadable"][1:],
}


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


def _keep(recorder: UUID, now: datetime, evidence: bytes, alarm: Alarm, same: list[object]) -> Alarm:
    digest = hashlib.sha256(json.dumps(same).encode()).hexdigest()
    # Another process may tell the same at the same time: the database keeps one row and counts both.
    found = Alarm.objects.filter(recorder=recorder, digest=digest)
    if not found.update(times=F("times") + 1, last_at=now):
        alarm.recorder_id, alarm.digest = recorder, digest
        alarm.vi, alarm.en = (text.replace("\0", "?") for text in (alarm.vi, alarm.en))
        alarm.first_at = alarm.last_at = now
        alarm.evidence = evidence[:MOST_EVIDENCE_BYTES]
        Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    return found.get()
