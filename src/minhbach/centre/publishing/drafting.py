"""The words that the system drafts from its figures: plain sentences that a person then edits; official Vietnamese.

A report is a paper of the office, so its body is Vietnamese whatever language the page is read in.
"""

from collections.abc import Mapping

from minhbach.centre.publishing.lines import LINES, Measure
from minhbach.centre.publishing.models import Part
from minhbach.centre.words import Words

PARTS = {
    Part.MANAGEMENT: Words("Tình hình quản lý, sử dụng hệ thống", "Management and use of the system"),
    Part.RESULTS: Words("Kết quả thông tin thu được qua giám sát", "Results obtained through supervision"),
    Part.SHORTCOMINGS: Words("Tồn tại, hạn chế và nguyên nhân", "Shortcomings and their causes"),
    Part.PROPOSALS: Words("Kiến nghị, nhiệm vụ tháng tới", "Proposals and tasks of the next month"),
}
Values = Mapping[str, int | None]


def draft(part: Part, values: Values) -> str:
    """The first words of a part; empty where only people can say it."""
    if part is Part.MANAGEMENT:
        return "\n".join(_management(values))
    if part is Part.RESULTS:
        return "\n".join(_results(values))
    return ""


def _management(values: Values) -> list[str]:
    said = []
    if values.get("rooms"):
        said.append(
            f"Đang quản lý {_n(values, 'rooms')} phòng với {_n(values, 'cameras')} camera ghi hình. "
            f"Tỷ lệ thời gian có hình: {vietnamese('uptime', values.get('uptime'))}."
        )
    if values.get("unknown"):
        said.append(
            f"Có {_n(values, 'unknown')} chưa rõ có hình hay không vì chưa nhận được nhật ký của đầu ghi (cộng mọi "
            "camera)."
        )
    if values.get("faults") is not None:
        said.append(f"Phát sinh {_n(values, 'faults')} sự cố, đã khắc phục {_n(values, 'faults_ended')} sự cố.")
    if values.get("viewings_playback") is not None:
        said.append(
            f"Có {_n(values, 'viewings_live')} lượt xem trực tiếp, {_n(values, 'viewings_playback')} lượt xem lại; "
            f"{_n(values, 'extractions')} đề nghị trích xuất, đã bàn giao {_n(values, 'extractions_handed')} bản; "
            f"giữ lại hình {_n(values, 'holds')} lần."
        )
    return said


def _results(values: Values) -> list[str]:
    said = []
    if values.get("findings") is not None:
        said.append(
            f"Qua giám sát có {_n(values, 'findings')} phát hiện (trong đó {_n(values, 'findings_gap')} do mất hình "
            f"không rõ lý do), đã kết luận {_n(values, 'findings_concluded')}; đề nghị, quyết định "
            f"{_n(values, 'measures')} hình thức xử lý."
        )
    if values.get("sessions") is not None:
        said.append(
            f"Tổ chức {_n(values, 'sessions')} buổi tiếp công dân với {_n(values, 'people_received')} lượt người; "
            f"{_n(values, 'missed_days')} ngày tiếp công dân không có buổi tiếp của người đứng đầu."
        )
    if values.get("days_cancelled") or values.get("days_moved"):
        said.append(
            f"Đơn vị tự hủy {_n(values, 'days_cancelled')} ngày, dời {_n(values, 'days_moved')} ngày tiếp công dân đã "
            "niêm yết."
        )
    if values.get("dossiers_received") is not None:
        said.append(
            f"Tiếp nhận {_n(values, 'dossiers_received')} hồ sơ, trả kết quả {_n(values, 'dossiers_returned')} hồ sơ, "
            f"trong đó quá hạn {_n(values, 'dossiers_late')} hồ sơ."
        )
    if values.get("ratings"):
        said.append(
            f"Có {_n(values, 'ratings')} lượt đánh giá, tỷ lệ hài lòng trở lên "
            f"{vietnamese('satisfied', values.get('satisfied'))}; tiếp nhận {_n(values, 'petitions')} phản ánh, kiến "
            f"nghị, đã trả lời {_n(values, 'petitions_answered')}."
        )
    return said


def _n(values: Values, code: str) -> str:
    return vietnamese(code, values.get(code))


def vietnamese(code: str, value: int | None) -> str:
    """A value as it stands on the paper."""
    if value is None:
        return "chưa có dữ liệu"
    measure = LINES[code].measure
    if measure is Measure.SHARE:
        return f"{value / 100:.2f}".replace(".", ",") + " %"
    if measure is Measure.SECONDS:
        hours, minutes = divmod(value // 60, 60)
        return f"{hours:,}".replace(",", ".") + f" giờ {minutes:02} phút"
    return f"{value:,}".replace(",", ".")
