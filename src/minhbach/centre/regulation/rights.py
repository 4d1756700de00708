"""The rights a regulation deals out, each with the sentence people read for it.

A right says what may be done, never by whom or where: that is the matrix of a regulation
(`minhbach.centre.regulation.rules`) and the decision over it (`minhbach.centre.access`). The codes stand in profiles
and in rows; they are never renamed.
"""

from enum import StrEnum

from minhbach.centre.words import Words


class Right(StrEnum):
    """What a person may be allowed to do; the value is the code that profiles and rows carry."""

    # Footage of a room.
    LIVE = "live"
    PLAYBACK = "playback"
    SOUND = "sound"
    HOLD = "hold"
    EXTRACT = "extract"
    APPROVE = "approve"
    BUILD = "build"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    STILL_FAULT = "still_fault"
    GRANT = "grant"
    SUBJECT_DECIDE = "subject_decide"
    ASSESS = "assess"
    # A unit and what belongs to it.
    HEALTH = "health"
    REGISTRY = "registry"
    EQUIP = "equip"
    CONFIGURE = "configure"
    ACCOUNTS = "accounts"
    READ_VIEWINGS = "read_viewings"
    FIGURES = "figures"
    DOSSIERS = "dossiers"
    RECEPTION = "reception"
    SUBJECT_TAKE = "subject_take"
    FEEDBACK = "feedback"
    DIRECT = "direct"
    REPORT = "report"
    REPORT_SIGN = "report_sign"
    REPORT_RECEIVE = "report_receive"
    SCORE = "score"
    APPRAISE = "appraise"
    # Oneself.
    OWN_PAGE = "own_page"

    @property
    def words(self) -> Words:
        """What the right is called on pages and in the printed regulation."""
        return _WORDS[self]


#: Rights to footage itself: each use of one is a viewing or leads to one, and is decided room by room.
FOOTAGE = frozenset({Right.LIVE, Right.PLAYBACK, Right.SOUND, Right.STILL_FAULT})
#: Rights that are decided by the type of a room; the others by its unit.
OF_ROOMS = FOOTAGE | {
    *(
        Right.HOLD,
        Right.EXTRACT,
        Right.APPROVE,
        Right.BUILD,
        Right.HAND_OVER,
        Right.RECEIVE,
        Right.GRANT,
        Right.SUBJECT_DECIDE,
        Right.ASSESS,
    )
}

_WORDS = {
    Right.LIVE: Words("Xem trực tiếp", "Watch live"),
    Right.PLAYBACK: Words("Xem lại", "Play back"),
    Right.SOUND: Words("Nghe âm thanh", "Hear sound"),
    Right.HOLD: Words("Giữ lại theo vụ việc", "Place a hold"),
    Right.EXTRACT: Words("Đề nghị trích xuất", "Request an extraction"),
    Right.APPROVE: Words("Duyệt trích xuất", "Approve an extraction"),
    Right.BUILD: Words("Thực hiện trích xuất", "Build an extraction"),
    Right.HAND_OVER: Words("Ghi bàn giao, thu hồi bản trích xuất", "Record an extraction's hand-over and return"),
    Right.RECEIVE: Words("Nhận bản trích xuất", "Receive an extraction"),
    Right.STILL_FAULT: Words("Xem ảnh tĩnh của sự cố", "See stills of a fault"),
    Right.GRANT: Words("Cấp quyền có thời hạn", "Grant a right for a time"),
    Right.SUBJECT_DECIDE: Words(
        "Quyết định yêu cầu của công dân về bản ghi của mình", "Decide a citizen's request about their own recording"
    ),
    Right.ASSESS: Words("Đánh giá ứng xử qua hình", "Assess conduct from footage"),
    Right.HEALTH: Words("Xem tình trạng thiết bị", "See the state of equipment"),
    Right.REGISTRY: Words("Xem danh mục đơn vị, phòng, thiết bị", "Read the register of units, rooms, equipment"),
    Right.EQUIP: Words("Quản lý thiết bị và biển báo", "Manage equipment and notice signs"),
    Right.CONFIGURE: Words("Cấu hình đơn vị, phòng, phân công", "Configure units, rooms, assignments"),
    Right.ACCOUNTS: Words("Quản lý tài khoản", "Manage accounts"),
    Right.READ_VIEWINGS: Words("Xem nhật ký xem", "Read the log of viewings"),
    Right.FIGURES: Words("Xem số liệu tổng hợp", "See figures"),
    Right.RECEPTION: Words("Ghi buổi tiếp công dân", "Keep sessions of citizen reception"),
    Right.DOSSIERS: Words("Tiếp nhận, trả hồ sơ tại quầy", "Receive and hand back dossiers"),
    Right.FEEDBACK: Words("Xử lý đánh giá, phản ánh, kiến nghị", "Handle ratings, complaints and suggestions"),
    Right.DIRECT: Words("Giao và theo dõi nhiệm vụ theo văn bản chỉ đạo", "Give tasks by directives and follow them"),
    Right.REPORT: Words("Lập báo cáo tháng của đơn vị mình", "Prepare the monthly report of one's own unit"),
    Right.REPORT_SIGN: Words(
        "Ký, gửi báo cáo tháng của đơn vị mình", "Sign and send the monthly report of one's own unit"
    ),
    Right.REPORT_RECEIVE: Words(
        "Nhận, chấp nhận hoặc trả lại báo cáo tháng", "Receive monthly reports, accept or return them"
    ),
    Right.SCORE: Words("Tự chấm điểm xếp hạng của đơn vị mình", "Score one's own unit for the ranking"),
    Right.APPRAISE: Words("Thẩm định điểm xếp hạng", "Appraise scores of the ranking"),
    Right.SUBJECT_TAKE: Words(
        "Tiếp nhận yêu cầu của công dân về bản ghi của mình", "Take a citizen's request about their own recording"
    ),
    Right.OWN_PAGE: Words("Xem thông tin về chính mình", "See what concerns oneself"),
}
