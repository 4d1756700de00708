"""What the verifier's codes are called, in Vietnamese and in English.

Owns: the words for causes of gaps, kinds of entries and parts of a request. Promises words in both languages for each
that this product writes, and that a cause is called what the centre's pages call it; tests hold both. Leaves to others:
the sentences these words stand in (`verdicts`, `findings`), the reasons in them (`reasons`).
"""

Pair = tuple[str, str]

CAUSES: dict[str, Pair] = {
    "recorder_stopped": ("Đầu ghi đã được tắt", "The recorder was stopped"),
    "recorder_killed": ("Đầu ghi bị ngắt đột ngột", "The recorder was cut off"),
    "recorder_starting": ("Đầu ghi đang khởi động", "The recorder was starting"),
    "recorder_error": ("Lỗi của phần mềm đầu ghi", "An error of the recorder itself"),
    "stream_lost": ("Mất luồng hình từ camera", "The camera's stream was lost"),
    "disk_full": ("Ổ đĩa đầy", "The disk was full"),
    "disk_missing": ("Không thấy ổ đĩa", "The disk was missing"),
    "disk_error": ("Lỗi ổ đĩa", "The disk failed"),
    "outside_hours": ("Ngoài giờ ghi hình", "Outside the hours of recording"),
    "reconfigured": ("Đang thay đổi cấu hình", "The configuration was being changed"),
    "log_damaged": ("Nhật ký của đầu ghi bị hỏng", "The recorder's log was damaged"),
    "camera_bad_url": ("Địa chỉ camera không đọc được", "The camera address cannot be read"),
    "camera_wrong_url": (
        "Camera trả lời rằng không có luồng hình ở đường dẫn này",
        "The camera answers that there is no stream at this path",
    ),
    "camera_needs_password": ("Camera đòi tên đăng nhập và mật khẩu", "The camera asks for a user name and password"),
    "camera_wrong_password": (
        "Camera từ chối tên đăng nhập hoặc mật khẩu",
        "The camera refuses the user name or password",
    ),
    "camera_login_unsupported": (
        "Camera đòi cách đăng nhập mà đầu ghi không có",
        "The camera asks for a login method unknown to the recorder",
    ),
    "camera_clear_password": (
        "Camera đòi gửi mật khẩu không mã hóa (Basic) và việc này không được phép",
        "The camera wants the password unencrypted (Basic), which is not allowed",
    ),
    "camera_access_forbidden": (
        "Camera cấm tài khoản này xem luồng hình",
        "The camera forbids this account to view the stream",
    ),
    "camera_connection_refused": (
        "Thiết bị từ chối kết nối ở cổng này",
        "The device refuses the connection at this port",
    ),
    "camera_unreachable": ("Không có đường mạng tới camera", "There is no network path to the camera"),
    "camera_connect_timeout": (
        "Camera không trả lời yêu cầu kết nối",
        "The camera does not answer the connection request",
    ),
    "camera_name_not_found": ("Không tìm thấy tên máy của camera", "The camera's host name is not found"),
    "camera_forbidden_network": (
        "Địa chỉ của camera nằm ngoài các mạng được phép",
        "The camera's address lies outside the allowed networks",
    ),
    "camera_accepted_silent": (
        "Thiết bị nhận kết nối nhưng không trả lời gì",
        "The device accepts the connection but answers nothing",
    ),
    "camera_too_slow": (
        "Camera trả lời quá chậm, chưa bắt đầu phát hình trong thời hạn",
        "The camera answers too slowly and did not start within the time limit",
    ),
    "camera_speaks_http": ("Cổng này là cổng web (HTTP), không phải RTSP", "This port speaks HTTP, not RTSP"),
    "camera_not_rtsp": (
        "Thiết bị ở cổng này không nói giao thức RTSP",
        "What listens at this port does not speak RTSP",
    ),
    "camera_unsupported_codec": (
        "Camera chỉ phát định dạng mà đầu ghi không nhận",
        "The camera offers only formats unknown to the recorder",
    ),
    "camera_no_tracks": ("Camera không chào luồng hình hay tiếng nào", "The camera offers neither picture nor sound"),
    "camera_bad_description": (
        "Bản mô tả luồng của camera không đọc được",
        "The camera's stream description cannot be read",
    ),
    "camera_answer_too_long": (
        "Thiết bị trả lời dài quá mức cho phép nên bị ngắt",
        "The device's answer exceeds the permitted length and was cut off",
    ),
    "camera_too_many_viewers": ("Camera không nhận thêm người xem", "The camera refuses more viewers"),
    "camera_redirect_loop": ("Camera chuyển hướng vòng quanh", "The camera redirects in a circle"),
    "camera_redirected_elsewhere": ("Camera chuyển hướng sang máy khác", "The camera redirects to another host"),
    "camera_tls_failed": (
        "Không lập được kết nối mã hóa (RTSPS) với camera",
        "No encrypted connection (RTSPS) could be made",
    ),
    "camera_tls_changed": (
        "Chứng thư của camera khác với chứng thư đã ghi nhận",
        "The camera's certificate differs from the one on record",
    ),
    "camera_tcp_refused": (
        "Camera không phát qua TCP mà đầu ghi chưa nhận UDP",
        "The camera does not stream over TCP and the recorder does not take UDP yet",
    ),
    "camera_camera_error": (
        "Camera báo lỗi khi được yêu cầu phát hình",
        "The camera reports an error when asked for the stream",
    ),
    "camera_closed_early": (
        "Camera ngắt kết nối trước khi phát hình",
        "The camera closed the connection before streaming",
    ),
    "camera_stream_silent": (
        "Kết nối còn nhưng camera không gửi hình",
        "The connection stands but the camera sends no media",
    ),
    "camera_stream_broken": ("Kết nối với camera bị đứt giữa chừng", "The connection to the camera broke"),
    "camera_stream_ended": ("Camera tự kết thúc luồng hình", "The camera ended the stream itself"),
    "camera_peer_floods": (
        "Thiết bị gửi dồn dập nhiều hơn một camera bình thường nên bị ngắt",
        "The device sends far more than a camera does and was cut off",
    ),
    "camera_no_picture": (
        "Camera có gửi dữ liệu nhưng không ghép được thành hình",
        "The camera sends data but no picture can be made of it",
    ),
    "camera_recorder_error": (
        "Lỗi của chính phần mềm đầu ghi với camera này",
        "An error of the recorder itself with this camera",
    ),
}
_CAMERA: Pair = ("Camera gặp sự cố", "The camera was in trouble")
_OTHER: Pair = ("Đầu ghi không ghi được", "The recorder could not record")

KINDS: dict[str, Pair] = {
    "log_opened": ("mở nhật ký", "opening of the log"),
    "log_closed": ("đóng nhật ký", "closing of the log"),
    "key_rotated": ("đổi khóa ký", "change of the signing key"),
    "boot": ("khởi động", "start of the recorder"),
    "shutdown": ("tắt đầu ghi", "shutdown of the recorder"),
    "clock_step": ("bước nhảy đồng hồ", "step of the clock"),
    "clock_carried": ("nối đồng hồ", "clock carried on from the log before"),
    "configuration": ("cấu hình", "configuration"),
    "segment": ("đoạn ghi", "segment"),
    "gap": ("khoảng trống", "gap"),
    "fault": ("sự cố", "fault"),
    "viewing": ("lượt xem", "viewing"),
    "hold": ("lệnh giữ hình", "hold"),
    "hold_released": ("thôi giữ hình", "release of a hold"),
    "deletion_intent": ("dự kiến xóa", "intent to delete"),
    "deletion": ("xóa theo thời hạn lưu trữ", "deletion at the end of its retention"),
    "emergency_deletion": ("xóa khẩn cấp vì ổ đĩa đầy", "emergency deletion on a full disk"),
    "erasure": ("xóa theo quyết định", "erasure by decision"),
}

ENDINGS: dict[str, str] = {"first": "chưa có", "clean": "đã tắt đúng cách", "killed": "bị ngắt"}
"""How the run before a start ended, as its entry says, in Vietnamese; in English the codes of FORMAT.md stand."""

REQUEST: dict[str, Pair] = {
    "number": ("số", "number"),
    "unit": ("mã đơn vị", "unit"),
    "room": ("mã phòng", "room"),
    "purpose": ("mục đích", "purpose"),
    "legal_basis": ("căn cứ pháp lý", "legal_basis"),
    "case_number": ("số vụ việc", "case_number"),
    "receiver_body": ("cơ quan nhận", "receiver_body"),
    "receiver_name": ("người nhận", "receiver_name"),
}


def cause_alone(code: str) -> Pair:
    """Why there is no footage, as people read it by itself."""
    return CAUSES.get(code) or (_CAMERA if code.startswith("camera_") else _OTHER)


def cause(code: str) -> Pair:
    """The same to stand behind a colon; the code behind the English, for whoever reads FORMAT.md."""
    vi, en = cause_alone(code)
    return _small(vi), f"{_small(en)} ({code})"


def kind(name: str) -> Pair:
    """What a kind of entry is called."""
    return KINDS.get(name, (name, name))


def asked(name: str) -> Pair:
    """What a part of a request is called."""
    return REQUEST.get(name, (name, name))


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
