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
    RECEIVE = "receive"
    STILL_FAULT = "still_fault"
    GRANT = "grant"
    # A unit and what belongs to it.
    HEALTH = "health"
    REGISTRY = "registry"
    EQUIP = "equip"
    CONFIGURE = "configure"
    ACCOUNTS = "accounts"
    READ_VIEWINGS = "read_viewings"
    FIGURES = "figures"
    # Oneself.
    OWN_PAGE = "own_page"

    @property
    def words(self) -> Words:
        """What the right is called on pages and in the printed regulation."""
        return _WORDS[self]


#: Rights to footage itself: each use of one is a viewing or leads to one, and is decided room by room.
FOOTAGE = frozenset({Right.LIVE, Right.PLAYBACK, Right.SOUND, Right.STILL_FAULT})
#: Rights that are decided by the type of a room; the others by its unit.
OF_ROOMS = FOOTAGE | {Right.HOLD, Right.EXTRACT, Right.APPROVE, Right.BUILD, Right.RECEIVE, Right.GRANT}

_WORDS = {
    Right.LIVE: Words("Xem trực tiếp", "Watch live"),
    Right.PLAYBACK: Words("Xem lại", "Play back"),
    Right.SOUND: Words("Nghe âm thanh", "Hear sound"),
    Right.HOLD: Words("Giữ lại theo vụ việc", "Place a hold"),
    Right.EXTRACT: Words("Đề nghị trích xuất", "Request an extraction"),
    Right.APPROVE: Words("Duyệt trích xuất", "Approve an extraction"),
    Right.BUILD: Words("Thực hiện trích xuất", "Build an extraction"),
    Right.RECEIVE: Words("Nhận bản trích xuất", "Receive an extraction"),
    Right.STILL_FAULT: Words("Xem ảnh tĩnh của sự cố", "See stills of a fault"),
    Right.GRANT: Words("Cấp quyền có thời hạn", "Grant a right for a time"),
    Right.HEALTH: Words("Xem tình trạng thiết bị", "See the state of equipment"),
    Right.REGISTRY: Words("Xem danh mục đơn vị, phòng, thiết bị", "Read the register of units, rooms, equipment"),
    Right.EQUIP: Words("Quản lý thiết bị và biển báo", "Manage equipment and notice signs"),
    Right.CONFIGURE: Words("Cấu hình đơn vị, phòng, phân công", "Configure units, rooms, assignments"),
    Right.ACCOUNTS: Words("Quản lý tài khoản", "Manage accounts"),
    Right.READ_VIEWINGS: Words("Xem nhật ký xem", "Read the log of viewings"),
    Right.FIGURES: Words("Xem số liệu tổng hợp", "See figures"),
    Right.OWN_PAGE: Words("Xem thông tin về chính mình", "See what concerns oneself"),
}
