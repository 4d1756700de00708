"""Why there is no footage, in words for everybody: what the log gives as the cause of a gap, and each kind of removal.

Owns the sentences; the codes are the recorder's and never change their meaning. Promises words for every cause that a
recorder can log, held by a test against its catalogue, and a plain sentence for one that a newer recorder may bring.
Says what happened and not what to do: that is told to the technician, on the pages of health.
"""

from minhbach.centre.words import Words

_CAUSES = {
    "recorder_stopped": Words("Đầu ghi đã được tắt", "The recorder was stopped"),
    "recorder_killed": Words("Đầu ghi bị ngắt đột ngột", "The recorder was cut off"),
    "recorder_starting": Words("Đầu ghi đang khởi động", "The recorder was starting"),
    "recorder_error": Words("Lỗi của phần mềm đầu ghi", "An error of the recorder itself"),
    "stream_lost": Words("Mất luồng hình từ camera", "The camera's stream was lost"),
    "disk_full": Words("Ổ đĩa đầy", "The disk was full"),
    "disk_missing": Words("Không thấy ổ đĩa", "The disk was missing"),
    "disk_error": Words("Lỗi ổ đĩa", "The disk failed"),
    "outside_hours": Words("Ngoài giờ ghi hình", "Outside the hours of recording"),
    "reconfigured": Words("Đang thay đổi cấu hình", "The configuration was being changed"),
    "log_damaged": Words("Nhật ký của đầu ghi bị hỏng", "The recorder's log was damaged"),
    "deletion": Words("Đã xóa theo thời hạn lưu trữ", "Deleted when its retention ended"),
    "emergency_deletion": Words("Đã xóa khẩn cấp vì ổ đĩa đầy", "Deleted in an emergency: the disk was full"),
    "erasure": Words("Đã xóa theo quyết định", "Erased by decision"),
    "camera_bad_url": Words("Địa chỉ camera không đọc được", "The camera address cannot be read"),
    "camera_wrong_url": Words(
        "Camera trả lời rằng không có luồng hình ở đường dẫn này",
        "The camera answers that there is no stream at this path",
    ),
    "camera_needs_password": Words(
        "Camera đòi tên đăng nhập và mật khẩu", "The camera asks for a user name and password"
    ),
    "camera_wrong_password": Words(
        "Camera từ chối tên đăng nhập hoặc mật khẩu", "The camera refuses the user name or password"
    ),
    "camera_login_unsupported": Words(
        "Camera đòi cách đăng nhập mà đầu ghi không có", "The camera asks for a login method unknown to the recorder"
    ),
    "camera_clear_password": Words(
        "Camera đòi gửi mật khẩu không mã hóa (Basic) và việc này không được phép",
        "The camera wants the password unencrypted (Basic), which is not allowed",
    ),
    "camera_access_forbidden": Words(
        "Camera cấm tài khoản này xem luồng hình", "The camera forbids this account to view the stream"
    ),
    "camera_connection_refused": Words(
        "Thiết bị từ chối kết nối ở cổng này", "The device refuses the connection at this port"
    ),
    "camera_unreachable": Words("Không có đường mạng tới camera", "There is no network path to the camera"),
    "camera_connect_timeout": Words(
        "Camera không trả lời yêu cầu kết nối", "The camera does not answer the connection request"
    ),
    "camera_name_not_found": Words("Không tìm thấy tên máy của camera", "The camera's host name is not found"),
    "camera_forbidden_network": Words(
        "Địa chỉ của camera nằm ngoài các mạng được phép", "The camera's address lies outside the allowed networks"
    ),
    "camera_accepted_silent": Words(
        "Thiết bị nhận kết nối nhưng không trả lời gì", "The device accepts the connection but answers nothing"
    ),
    "camera_too_slow": Words(
        "Camera trả lời quá chậm, chưa bắt đầu phát hình trong thời hạn",
        "The camera answers too slowly and did not start within the time limit",
    ),
    "camera_speaks_http": Words("Cổng này là cổng web (HTTP), không phải RTSP", "This port speaks HTTP, not RTSP"),
    "camera_not_rtsp": Words(
        "Thiết bị ở cổng này không nói giao thức RTSP", "What listens at this port does not speak RTSP"
    ),
    "camera_unsupported_codec": Words(
        "Camera chỉ phát định dạng mà đầu ghi không nhận", "The camera offers only formats unknown to the recorder"
    ),
    "camera_no_tracks": Words(
        "Camera không chào luồng hình hay tiếng nào", "The camera offers neither picture nor sound"
    ),
    "camera_bad_description": Words(
        "Bản mô tả luồng của camera không đọc được", "The camera's stream description cannot be read"
    ),
    "camera_answer_too_long": Words(
        "Thiết bị trả lời dài quá mức cho phép nên bị ngắt",
        "The device's answer exceeds the permitted length and was cut off",
    ),
    "camera_too_many_viewers": Words("Camera không nhận thêm người xem", "The camera refuses more viewers"),
    "camera_redirect_loop": Words("Camera chuyển hướng vòng quanh", "The camera redirects in a circle"),
    "camera_redirected_elsewhere": Words("Camera chuyển hướng sang máy khác", "The camera redirects to another host"),
    "camera_tls_failed": Words(
        "Không lập được kết nối mã hóa (RTSPS) với camera", "No encrypted connection (RTSPS) could be made"
    ),
    "camera_tls_changed": Words(
        "Chứng thư của camera khác với chứng thư đã ghi nhận", "The camera's certificate differs from the one on record"
    ),
    "camera_tcp_refused": Words(
        "Camera không phát qua TCP mà đầu ghi chưa nhận UDP",
        "The camera does not stream over TCP and the recorder does not take UDP yet",
    ),
    "camera_camera_error": Words(
        "Camera báo lỗi khi được yêu cầu phát hình", "The camera reports an error when asked for the stream"
    ),
    "camera_closed_early": Words(
        "Camera ngắt kết nối trước khi phát hình", "The camera closed the connection before streaming"
    ),
    "camera_stream_silent": Words(
        "Kết nối còn nhưng camera không gửi hình", "The connection stands but the camera sends no media"
    ),
    "camera_stream_broken": Words("Kết nối với camera bị đứt giữa chừng", "The connection to the camera broke"),
    "camera_stream_ended": Words("Camera tự kết thúc luồng hình", "The camera ended the stream itself"),
    "camera_peer_floods": Words(
        "Thiết bị gửi dồn dập nhiều hơn một camera bình thường nên bị ngắt",
        "The device sends far more than a camera does and was cut off",
    ),
    "camera_no_picture": Words(
        "Camera có gửi dữ liệu nhưng không ghép được thành hình",
        "The camera sends data but no picture can be made of it",
    ),
    "camera_recorder_error": Words(
        "Lỗi của chính phần mềm đầu ghi với camera này", "An error of the recorder itself with this camera"
    ),
}
_CAMERA = Words("Camera gặp sự cố", "The camera was in trouble")
_OTHER = Words("Đầu ghi không ghi được", "The recorder could not record")


def cause_words(cause: str) -> Words:
    """What people read for the cause of a gap."""
    return _CAUSES.get(cause) or (_CAMERA if cause.startswith("camera_") else _OTHER)
