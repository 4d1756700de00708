"""What the numbers and codes of a regulation are called: the same words on pages, in differences and on paper.

Every period of `rules.Times` has a place here (a test says so): what has no words could not be read by whom it binds.
"""

from dataclasses import dataclass

from minhbach.centre.regulation.columns import CATALOGUES
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Cell, Scope, Times
from minhbach.centre.words import Words

#: How a period is read, by the ending of its name.
AMOUNTS = {
    "minutes": Words("{n} phút", "{n} minutes"),
    "hours": Words("{n} giờ", "{n} hours"),
    "days": Words("{n} ngày", "{n} days"),
    "wd": Words("{n} ngày làm việc", "{n} working days"),
    "wh": Words("{n} giờ làm việc", "{n} working hours"),
    "day": Words("ngày {n}", "day {n}"),
    "week": Words("{n} lần", "{n} times"),
    "month": Words("{n} lần", "{n} times"),
    "score": Words("{n}", "{n}"),
    "percent": Words("{n} %", "{n} %"),
    "people": Words("{n} người", "{n} people"),
    "extensions": Words("{n} lần", "{n} times"),
}
#: The English of a single one, where it differs.
_ONE = {
    "minutes": "{n} minute",
    "hours": "{n} hour",
    "days": "{n} day",
    "wd": "{n} working day",
    "wh": "{n} working hour",
    "week": "{n} time",
    "month": "{n} time",
    "people": "{n} person",
    "extensions": "{n} time",
}
#: What the catalogues are called, in the order of the document.
CATALOGUE_WORDS = {name: catalogue.words for name, catalogue in CATALOGUES.items()}
_ENDS_OTHERWISE = {"feedback_held_minutes_day": "minutes"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """Periods that belong together: code of each and what it is called."""

    words: Words
    periods: dict[str, Words]


CHAPTERS = (
    Chapter(
        Words("Xem và nghe", "Watching and hearing"),
        {
            "purpose_minutes": Words("Một mục đích xem có hiệu lực trong", "A purpose holds for"),
            "purpose_longest_minutes": Words("Mục đích được gia hạn dài nhất đến", "A purpose can be extended up to"),
            "playback_span_hours": Words("Mỗi lần xem lại mở nhiều nhất", "One playback opens at most"),
            "sound_margin_minutes": Words(
                "Chỉ ghi âm trong giờ làm việc; ghi thêm trước và sau mỗi buổi",
                "Sound is recorded in working hours only, and before and after each part of the day for",
            ),
            "session_longest_hours": Words("Phiên đăng nhập dài nhất", "A sign-in lasts at most"),
            "session_idle_minutes": Words("Đăng xuất khi không thao tác", "Signed out when idle for"),
            "grant_longest_wd": Words("Quyền cấp có thời hạn dài nhất", "A grant lasts at most"),
            "grant_longest_calendar_days": Words(
                "Quyền cấp có thời hạn không quá (kể cả ngày nghỉ)", "A grant lasts, holidays included, at most"
            ),
            "grant_request_days": Words(
                "Đề nghị cấp quyền không trả lời thì hết hiệu lực sau", "A request for a grant lapses unanswered after"
            ),
            "commissioning_days": Words(
                "Thời gian nghiệm thu camera mới dài nhất", "A new camera is being accepted for at most"
            ),
            "acknowledge_wd": Words(
                "Xác nhận đã đọc quy chế mới trong; quá hạn thì không xem được hình",
                "A new regulation is acknowledged within; no viewing after that",
            ),
        },
    ),
    Chapter(
        Words("Lưu giữ", "Keeping"),
        {
            "retention_one_stop_days": Words("Lưu hình Bộ phận Một cửa", "One-stop footage is kept for"),
            "retention_one_stop_minimum_days": Words(
                "Mức lưu tối thiểu, Bộ phận Một cửa", "Least that one-stop footage is kept"
            ),
            "retention_reception_room_days": Words(
                "Lưu hình phòng tiếp công dân", "Reception-room footage is kept for"
            ),
            "retention_reception_room_minimum_days": Words(
                "Mức lưu tối thiểu, phòng tiếp công dân", "Least that reception-room footage is kept"
            ),
            "hold_review_days": Words("Xem xét lại mỗi lệnh giữ sau", "A hold is reviewed every"),
            "deletion_intent_hours": Words("Báo trước việc xóa", "A deletion is announced ahead by"),
        },
    ),
    Chapter(
        Words("Đánh giá và báo cáo", "Assessment and report"),
        {
            "assessments_per_room_month": Words(
                "Số lần đánh giá mỗi phòng mỗi tháng, ít nhất", "Assessments of a room each month, at least"
            ),
            "moments_per_room_month": Words(
                "Số thời điểm xem mỗi phòng mỗi tháng, ít nhất", "Moments looked at in a room each month, at least"
            ),
            "report_cutoff_day": Words("Chốt số liệu báo cáo hết ngày", "Events count for the report up to day"),
            "moment_minutes": Words("Mỗi thời điểm xem dài", "A moment that is looked at lasts"),
            "assessed_twice_percent": Words(
                "Tỷ lệ thời điểm được người thứ hai đánh giá lại", "Share of moments that a second person assesses"
            ),
            "assessment_draw_days": Words("Rút chọn thời điểm xem sau mỗi", "Moments to look at are drawn every"),
            "assessment_signs_room_month": Words(
                "Xem thêm theo dấu hiệu, mỗi phòng mỗi tháng, nhiều nhất",
                "Looked at because of signs, in a room each month, at most",
            ),
            "counter_still_minutes": Words(
                "Quầy không có cử động, không có tiếng trong giờ làm việc là một dấu hiệu, từ",
                "A counter without motion and sound in office hours is a sign from",
            ),
            "report_draft_day": Words("Lập dự thảo báo cáo vào ngày", "The report is drafted on day"),
            "report_day": Words("Gửi báo cáo chậm nhất ngày", "The report is sent by day"),
            "report_accept_wd": Words(
                "Cơ quan nhận báo cáo tiếp nhận hoặc trả lại trong", "A report is accepted or returned above within"
            ),
            "score_self_days": Words(
                "Đơn vị tự chấm điểm sau khi hết kỳ trong", "Units score themselves after a period within"
            ),
            "score_appraised_days": Words(
                "Thẩm định điểm xong sau khi hết kỳ trong", "Scores are appraised after a period within"
            ),
        },
    ),
    Chapter(
        Words("Sự cố", "Faults"),
        {
            "fault_head_minutes": Words("Báo người đứng đầu đơn vị sau", "The head of the unit is told after"),
            "fault_supervisor_minutes": Words("Báo cơ quan giám sát sau", "The supervising body is told after"),
            "repair_started_wh": Words("Bắt đầu sửa chữa trong", "Repair begins within"),
            "substitute_hours": Words("Có thiết bị thay thế trong", "A substitute is there within"),
        },
    ),
    Chapter(
        Words("Phát hiện và khắc phục", "Findings and correction"),
        {
            "finding_longest_minutes": Words("Một phát hiện bao quát nhiều nhất", "A finding covers at most"),
            "finding_gap_minutes": Words(
                "Mất hình trong giờ làm việc không có lý do hợp lệ thì lập phát hiện khi dài từ",
                "A gap in office hours without a lawful cause is a finding from",
            ),
            "finding_gap_wait_hours": Words("Chờ giải thích lý do mất hình trong", "Its cause is waited for"),
            "finding_read_wd": Words("Người đứng đầu đọc phát hiện trong", "The head reads a finding within"),
            "finding_explained_wd": Words("Giải trình trong", "It is explained within"),
            "finding_concluded_wd": Words("Kết luận trong", "It is concluded within"),
            "finding_corrected_wd": Words("Khắc phục trong", "It is corrected within"),
            "finding_overdue_wd": Words(
                "Bước quá hạn được báo lên cấp trên sau", "An overdue step is told to the level above after"
            ),
            "finding_proposal_days": Words(
                "Đề nghị kỷ luật được quyết định, hoặc xem xét lại việc tạm hoãn, trong",
                "A proposal of discipline is decided, or its deferral looked at again, within",
            ),
            "finding_repeat_days": Words("Tái phạm được tính trong vòng", "A repetition is counted within"),
        },
    ),
    Chapter(
        Words("Phản ánh, kiến nghị, đánh giá", "Complaints, suggestions, ratings"),
        {
            "feedback_refuse_wd": Words("Trả lại phản ánh không đủ điều kiện trong", "A complaint is refused within"),
            "feedback_ask_wd": Words("Hỏi thêm người phản ánh trong", "More is asked within"),
            "feedback_answer_wd": Words("Trả lời trong", "It is answered within"),
            "feedback_publish_wd": Words("Công khai kết quả trong", "The answer is published within"),
            "feedback_low_score": Words("Đánh giá từ mức này trở xuống là thấp", "A rating is low from this step down"),
            "feedback_rate_days": Words("Được đánh giá sau khi trả kết quả trong", "A visit may be rated for"),
            "feedback_panel_minutes": Words(
                "Được đánh giá trên màn hình tại quầy trong", "It may be rated at the counter's screen for"
            ),
            "feedback_hold_before_minutes": Words("Giữ hình trước thời điểm bị phản ánh", "Footage held before it"),
            "feedback_hold_after_minutes": Words("Giữ hình sau thời điểm bị phản ánh", "Footage held after it"),
            "feedback_held_minutes_day": Words(
                "Giữ theo phản ánh nhiều nhất mỗi phòng mỗi ngày", "Held by complaints, a room and day, at most"
            ),
        },
    ),
    Chapter(
        Words("Tiếp công dân", "Citizen reception"),
        {
            "reception_session_longest_hours": Words(
                "Một phiên tiếp công dân dài nhất", "A reception session lasts at most"
            ),
            "reception_begun_minutes": Words(
                "Ngày tiếp công dân chưa có buổi tiếp thì báo sau giờ làm việc",
                "A reception day without a session is told of, after the office opens, within",
            ),
            "reception_represented_people": Words(
                "Cùng một việc phải cử người đại diện khi có từ", "One matter needs representatives from"
            ),
            "reception_complaint_accept_days": Words("Thụ lý khiếu nại trong", "A complaint is accepted within"),
            "reception_complaint_settle_days": Words(
                "Giải quyết khiếu nại lần đầu trong", "A complaint is first settled within"
            ),
            "reception_complaint_longest_days": Words(
                "Khiếu nại phức tạp được gia hạn giải quyết, kể từ ngày thụ lý, không quá",
                "A difficult complaint is extended, from its acceptance, to at most",
            ),
            "reception_denunciation_accept_wd": Words("Thụ lý tố cáo trong", "A denunciation is accepted within"),
            "reception_denunciation_settle_days": Words("Giải quyết tố cáo trong", "A denunciation is settled within"),
            "reception_denunciation_extend_days": Words(
                "Mỗi lần gia hạn giải quyết tố cáo không quá", "A denunciation is extended each time by at most"
            ),
            "reception_denunciation_extensions": Words(
                "Gia hạn giải quyết tố cáo nhiều nhất", "A denunciation is extended at most"
            ),
            "reception_petition_answer_wd": Words(
                "Trả lời kiến nghị, phản ánh tại buổi tiếp trong", "A petition made at a session is answered within"
            ),
        },
    ),
    Chapter(
        Words("Kiểm tra tại chỗ", "Visits"),
        {"visits_week": Words("Kiểm tra tại chỗ mỗi tuần, ít nhất", "Visits a week, at least")},
    ),
    Chapter(
        Words("Yêu cầu của công dân về bản ghi của mình", "A citizen's request about their own recording"),
        {
            "subject_acknowledge_wd": Words("Xác nhận đã nhận yêu cầu trong", "It is acknowledged within"),
            "subject_copy_days": Words("Cho xem, cấp bản sao trong", "It is shown or copied within"),
            "subject_erase_days": Words("Xóa trong", "It is erased within"),
            "subject_copy_third_days": Words(
                "Cho xem, cấp bản sao khi có bên thứ ba, trong",
                "Shown or copied, where a third party takes part, within",
            ),
            "subject_copy_more_days": Words("Gia hạn cho xem, cấp bản sao thêm", "Showing or copying extended by"),
            "subject_erase_third_days": Words(
                "Xóa khi có bên thứ ba, trong", "Erased, where a third party takes part, within"
            ),
            "subject_erase_more_days": Words("Gia hạn xóa thêm", "Erasing extended by"),
            "subject_remind_wd": Words("Nhắc trước hạn", "Reminded ahead of the end by"),
            "subject_person_days": Words(
                "Xóa thông tin người yêu cầu sau khi trả lời", "Who asked is forgotten after the answer by"
            ),
        },
    ),
    Chapter(
        Words("Trích xuất", "Extraction"),
        {
            "extraction_approve_days": Words("Hai người duyệt trong", "Two approve within"),
            "extraction_build_days": Words("Lập gói trong", "It is built within"),
            "extraction_hand_over_days": Words(
                "Bàn giao trong, và sau đó ký biên bản trong", "It is handed over, and after that signed for, within"
            ),
            "extraction_return_days": Words(
                "Trả hoặc hủy bản trích xuất trong", "A copy is returned or destroyed within"
            ),
            "extraction_remind_days": Words("Quá hạn thì nhắc lại mỗi", "After that a reminder every"),
        },
    ),
    Chapter(
        Words("Hồ sơ", "Dossiers"),
        {
            # Said on the paper as long as nothing reads it: no number stands there that nobody keeps.
            "apology_ahead_wd": Words(
                "Chuẩn bị thư xin lỗi trước hạn (chưa áp dụng: hệ thống chưa lập thư xin lỗi)",
                "An apology is drafted ahead by (not applied yet: the system drafts no apologies)",
            )
        },
    ),
    Chapter(
        Words("Kiểm soát người xem", "Watching the watchers"),
        {
            "unusual_repeats_week": Words(
                "Một người xem lại một camera, số lần mỗi tuần", "One person, one camera played back, times a week"
            ),
            "unusual_off_hours_minutes": Words("Xem ngoài giờ làm việc, mỗi tuần", "Watched outside hours, a week"),
            "unusual_off_hours_margin_minutes": Words(
                "Ngoài giờ được tính từ sau giờ làm việc", "Outside hours begins after the office closes by"
            ),
            "unusual_unused_week": Words(
                "Xem lại mà không dùng vào việc gì, số lần mỗi tuần", "Played back without use, times a week"
            ),
            "unusual_searches_week": Words("Tra cứu sổ và nhật ký, số lần mỗi tuần", "Searches, times a week"),
            "unusual_exports_week": Words("Tải bảng về, số lần mỗi tuần", "Tables taken along, times a week"),
            "unusual_refusals_week": Words("Bị từ chối, số lần mỗi tuần", "Refusals, times a week"),
        },
    ),
)

SCOPES = {
    Scope.OWN: Words("đơn vị mình", "own unit"),
    Scope.SUPERVISED: Words("nơi được giao giám sát", "what the body supervises"),
    Scope.GRANTED: Words("chỉ khi được cấp quyền", "only by a grant"),
}
#: The third field of a role: what it may do beside rooms.
UNIT, UNIT_WORDS = "unit", Words("Việc của đơn vị", "The unit's affairs")
CLOSED = {
    "skip": Words("bỏ qua", "left out"),
    "after": Words("chuyển sang ngày làm việc liền sau", "held on the next working day"),
    "before": Words("chuyển lên ngày làm việc liền trước", "held on the working day before"),
}
#: What the bodies of a regulation are called by their part in it.
BODIES = {
    "operates": Words("Quản lý phòng", "Operates the room"),
    "supervises_reception_room": Words("Giám sát phòng tiếp công dân", "Supervises reception rooms"),
    "supervises_one_stop": Words("Giám sát Bộ phận Một cửa", "Supervises one-stop rooms"),
    "leads": Words("Lãnh đạo", "Leads"),
    "technical_standard": Words("Hướng dẫn kỹ thuật", "Sets the technical standard"),
    "council": Words("Hội đồng nhân dân", "Council"),
}


DELEGATED = {
    "none": Words("người đứng đầu phải trực tiếp tiếp, không ủy quyền", "the head receives in person, nobody else"),
    "decision": Words(
        "được phân công cấp phó tiếp thay bằng văn bản", "a deputy may receive instead, named by a decision"
    ),
}


def ending(period: str) -> str:
    """What a period is counted in: a key of `AMOUNTS`."""
    return _ENDS_OTHERWISE.get(period, period.rsplit("_", 1)[-1])


def amount(period: str, value: int) -> Words:
    """A period as it is read: "30 phút", "ngày 25"."""
    counted = ending(period)
    words = AMOUNTS[counted]
    said = Words(words.vi, _ONE.get(counted, words.en)) if value == 1 else words
    return said.fill(n=value)


def periods(times: Times) -> list[tuple[Words, list[tuple[str, Words, int]]]]:
    """Chapter by chapter: code, name and value of each period."""
    return [
        (chapter.words, [(code, words, getattr(times, code)) for code, words in chapter.periods.items()])
        for chapter in CHAPTERS
    ]


def rights_of(cell: Cell | None) -> list[Right]:
    """The rights of a field in the order in which they are always read."""
    return [right for right in Right if cell and right in cell.rights]
