"""What can go wrong between a recorder and a camera, and what a technician is told to do about it.

Owns: the closed catalogue of camera faults (code → sentence in Vietnamese and English), the one exception that
carries such a fault (`CameraTrouble`), and the waiting rule between two attempts (`Backoff`).

Promises: a code never changes its meaning (codes stand in the log as gap causes, `camera_<code>`); a sentence says
what to *do*; neither a sentence nor a detail ever holds a password; the wait grows with full jitter so that a hundred
cameras behind one switch do not return in the same second; a refused password is tried at most twice, then left alone
for five minutes, because many cameras lock the account after a handful of failures.

Leaves to others: noticing the fault (`rtsp`), writing it to the log (`recorder`), showing it (`health`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Patience(Enum):
    """How soon another attempt makes sense. The values are (first, longest) waits in microseconds."""

    ABSENT = (1_000_000, 6_000_000)
    """Nothing answers, so an attempt costs the camera nothing; one that comes back records again within ten seconds."""
    NORMAL = (1_000_000, 60_000_000)
    BUSY = (10_000_000, 120_000_000)
    """Each attempt costs somebody something (a camera with too many viewers, a recorder that is flooded), so the first
    wait is longer."""
    PASSWORD = (300_000_000, 900_000_000)
    """Waiting less risks the camera locking the account; this wait has no jitter below its first value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble. `vi` and `en` are whole sentences for the person who can repair it."""

    code: str
    vi: str
    en: str
    patience: Patience = Patience.NORMAL

    @property
    def sentences(self) -> tuple[str, str]:
        """(Vietnamese, English)."""
        return self.vi, self.en


class CameraTrouble(Exception):
    """A fault that ends the present attempt.

    `detail` adds what the peer said (a status line, an offered codec), already without secrets; it may be empty.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault = fault
        self.detail = detail
        super().__init__(f"{fault.en} ({detail})" if detail else fault.en)


BAD_URL = Fault(
    "bad_url",
    "Địa chỉ camera không đọc được; hãy nhập theo dạng rtsp://tên:mật-khẩu@máy:cổng/đường-dẫn.",
    "The camera address cannot be read; write it as rtsp://user:password@host:port/path.",
)
WRONG_URL = Fault(
    "wrong_url",
    "Camera trả lời rằng không có luồng hình ở đường dẫn này; hãy kiểm tra phần sau địa chỉ máy trong địa chỉ camera.",
    "The camera answers that there is no stream at this path; check the part of the address behind the host.",
)
NEEDS_PASSWORD = Fault(
    "needs_password",
    "Camera đòi tên đăng nhập và mật khẩu; hãy khai báo trong cấu hình của camera này.",
    "The camera asks for a user name and password; enter them in this camera's configuration.",
    Patience.PASSWORD,
)
WRONG_PASSWORD = Fault(
    "wrong_password",
    "Camera từ chối tên đăng nhập hoặc mật khẩu; hãy sửa lại. "
    "Để tài khoản không bị khóa, đầu ghi chỉ thử lại sau 5 phút.",
    "The camera refuses the user name or password; correct them. "
    "So that the account is not locked, the recorder tries again only after 5 minutes.",
    Patience.PASSWORD,
)
LOGIN_UNSUPPORTED = Fault(
    "login_unsupported",
    "Camera đòi cách đăng nhập mà đầu ghi không có; hãy bật Digest (MD5 hoặc SHA-256) trong cài đặt RTSP của camera.",
    "The camera asks for a login method unknown to the recorder; enable Digest (MD5 or SHA-256) in its RTSP settings.",
    Patience.PASSWORD,
)
CLEAR_PASSWORD = Fault(
    "clear_password",
    "Camera đòi gửi mật khẩu không mã hóa (Basic) và việc này không được phép; hãy bật Digest hoặc RTSPS trên camera.",
    "The camera wants the password unencrypted (Basic), which is not allowed; enable Digest or RTSPS on the camera.",
    Patience.PASSWORD,
)
ACCESS_FORBIDDEN = Fault(
    "access_forbidden",
    "Camera cấm tài khoản này xem luồng hình; hãy cấp quyền xem trực tiếp cho tài khoản trong camera.",
    "The camera forbids this account to view the stream; grant it live view in the camera.",
    Patience.PASSWORD,
)
CONNECTION_REFUSED = Fault(
    "connection_refused",
    "Thiết bị từ chối kết nối ở cổng này; hãy kiểm tra số cổng RTSP và dịch vụ RTSP đã được bật hay chưa.",
    "The device refuses the connection at this port; check the RTSP port number and that RTSP is enabled.",
    Patience.ABSENT,
)
UNREACHABLE = Fault(
    "unreachable",
    "Không có đường mạng tới camera; hãy kiểm tra nguồn điện, dây mạng, bộ chuyển mạch và địa chỉ IP.",
    "There is no network path to the camera; check power, cable, switch and IP address.",
    Patience.ABSENT,
)
CONNECT_TIMEOUT = Fault(
    "connect_timeout",
    "Camera không trả lời yêu cầu kết nối; hãy kiểm tra nguồn điện, dây mạng, địa chỉ IP và tường lửa.",
    "The camera does not answer the connection request; check power, cable, IP address and firewall.",
    Patience.ABSENT,
)
NAME_NOT_FOUND = Fault(
    "name_not_found",
    "Không tìm thấy tên máy của camera; hãy kiểm tra tên, máy chủ DNS hoặc dùng địa chỉ IP.",
    "The camera's host name is not found; check the name and the DNS server, or use the IP address.",
)
FORBIDDEN_NETWORK = Fault(
    "forbidden_network",
    "Địa chỉ của camera nằm ngoài các mạng được phép; hãy sửa địa chỉ hoặc danh sách mạng trong cấu hình.",
    "The camera's address lies outside the allowed networks; correct the address or the list in the configuration.",
)
ACCEPTED_SILENT = Fault(
    "accepted_silent",
    "Thiết bị nhận kết nối nhưng không trả lời gì; hãy kiểm tra số cổng, hoặc khởi động lại camera.",
    "The device accepts the connection but answers nothing; check the port number or restart the camera.",
)
TOO_SLOW = Fault(
    "too_slow",
    "Camera trả lời quá chậm, chưa bắt đầu phát hình trong thời hạn; hãy kiểm tra đường mạng và tải của camera.",
    "The camera answers too slowly and did not start within the time limit; check the network and the camera's load.",
)
SPEAKS_HTTP = Fault(
    "speaks_http",
    "Cổng này là cổng web (HTTP), không phải RTSP; hãy dùng cổng RTSP của camera, thường là 554.",
    "This port speaks HTTP, not RTSP; use the camera's RTSP port, usually 554.",
)
NOT_RTSP = Fault(
    "not_rtsp",
    "Thiết bị ở cổng này không nói giao thức RTSP; hãy kiểm tra địa chỉ và số cổng.",
    "What listens at this port does not speak RTSP; check the address and the port number.",
)
UNSUPPORTED_CODEC = Fault(
    "unsupported_codec",
    "Camera chỉ phát định dạng mà đầu ghi không nhận; hãy đặt hình là H.264 hoặc H.265, tiếng là G.711 hoặc AAC.",
    "The camera offers only formats unknown to the recorder; set H.264 or H.265 for picture, G.711 or AAC for sound.",
)
NO_TRACKS = Fault(
    "no_tracks",
    "Camera không chào luồng hình hay tiếng nào; hãy kiểm tra đường dẫn và bật luồng đó trong camera.",
    "The camera offers neither picture nor sound; check the path and enable that stream in the camera.",
)
BAD_DESCRIPTION = Fault(
    "bad_description",
    "Bản mô tả luồng của camera không đọc được; hãy cập nhật phần mềm camera và gửi báo cáo lỗi kèm mã này.",
    "The camera's stream description cannot be read; update its firmware and report this code.",
)
ANSWER_TOO_LONG = Fault(
    "answer_too_long",
    "Thiết bị trả lời dài quá mức cho phép nên bị ngắt; hãy kiểm tra địa chỉ và phần mềm camera.",
    "The device's answer exceeds the permitted length and was cut off; check the address and the camera's firmware.",
)
TOO_MANY_VIEWERS = Fault(
    "too_many_viewers",
    "Camera không nhận thêm người xem; hãy đóng bớt kết nối khác hoặc giảm tốc độ bit của camera.",
    "The camera refuses more viewers; close other connections or lower the camera's bit rate.",
    Patience.BUSY,
)
REDIRECT_LOOP = Fault(
    "redirect_loop",
    "Camera chuyển hướng vòng quanh; hãy nhập thẳng địa chỉ luồng cuối cùng.",
    "The camera redirects in a circle; enter the final stream address directly.",
)
REDIRECTED_ELSEWHERE = Fault(
    "redirected_elsewhere",
    "Camera chuyển hướng sang máy khác; vì an toàn đầu ghi không tự đi theo, hãy nhập thẳng địa chỉ mới nếu nó đúng.",
    "The camera redirects to another host; "
    "for safety the recorder does not follow; enter the new address if it is right.",
)
TLS_FAILED = Fault(
    "tls_failed",
    "Không lập được kết nối mã hóa (RTSPS) với camera; hãy kiểm tra cổng RTSPS và phiên bản TLS của camera.",
    "No encrypted connection (RTSPS) could be made; check the camera's RTSPS port and TLS version.",
)
TLS_CHANGED = Fault(
    "tls_changed",
    "Chứng thư của camera khác với chứng thư đã ghi nhận; "
    "hãy xác minh camera chưa bị thay rồi mới chấp nhận chứng thư mới.",
    "The camera's certificate differs from the one on record; verify that the camera was not replaced, then accept it.",
    Patience.PASSWORD,
)
TCP_REFUSED = Fault(
    "tcp_refused",
    "Camera không phát qua TCP mà đầu ghi chưa nhận UDP; hãy bật RTP qua RTSP (TCP) trong camera.",
    "The camera does not stream over TCP and the recorder does not take UDP yet; enable RTP over RTSP (TCP).",
)
CAMERA_ERROR = Fault(
    "camera_error",
    "Camera báo lỗi khi được yêu cầu phát hình; nếu lặp lại, hãy khởi động lại hoặc cập nhật phần mềm camera.",
    "The camera reports an error when asked for the stream; if it repeats, restart the camera or update its firmware.",
)
CLOSED_EARLY = Fault(
    "closed_early",
    "Camera ngắt kết nối trước khi phát hình; nếu lặp lại, hãy kiểm tra số người xem và khởi động lại camera.",
    "The camera closed the connection before streaming; if it repeats, check its number of viewers and restart it.",
)
STREAM_SILENT = Fault(
    "stream_silent",
    "Kết nối còn nhưng camera không gửi hình; hãy kiểm tra luồng và tải của camera, hoặc khởi động lại nó.",
    "The connection stands but the camera sends no media; check its stream and load, or restart it.",
)
STREAM_BROKEN = Fault(
    "stream_broken",
    "Kết nối với camera bị đứt giữa chừng; đầu ghi đang nối lại, nếu lặp lại hãy kiểm tra mạng và nguồn điện.",
    "The connection to the camera broke; the recorder is reconnecting, if it repeats check network and power.",
)
STREAM_ENDED = Fault(
    "stream_ended",
    "Camera tự kết thúc luồng hình; đầu ghi đang nối lại, nếu lặp lại hãy kiểm tra lịch phát và cài đặt của camera.",
    "The camera ended the stream itself; the recorder is reconnecting, if it repeats check the camera's schedule.",
)
PEER_FLOODS = Fault(
    "peer_floods",
    "Thiết bị gửi dồn dập nhiều hơn một camera bình thường nên bị ngắt; hãy kiểm tra phần mềm camera.",
    "The device sends far more than a camera does and was cut off; check the camera's firmware.",
    Patience.BUSY,
)
NO_PICTURE = Fault(
    "no_picture",
    "Camera có gửi dữ liệu nhưng không ghép được thành hình; hãy kiểm tra chuẩn nén (H.264, H.265) và luồng đã chọn.",
    "The camera sends data but no picture can be made of it; check its codec (H.264, H.265) and the chosen stream.",
    Patience.BUSY,
)
RECORDER_ERROR = Fault(
    "recorder_error",
    "Lỗi của chính phần mềm đầu ghi với camera này; đầu ghi tự thử lại, hãy gửi nhật ký phần mềm cho nơi cung cấp.",
    "An error of the recorder itself with this camera; it tries again by itself, send its messages to the supplier.",
)

CATALOGUE: Mapping[str, Fault] = MappingProxyType(
    {
        fault.code: fault
        for fault in (
            BAD_URL, WRONG_URL, NEEDS_PASSWORD, WRONG_PASSWORD, LOGIN_UNSUPPORTED, CLEAR_PASSWORD, ACCESS_FORBIDDEN,
            CONNECTION_REFUSED, UNREACHABLE, CONNECT_TIMEOUT, NAME_NOT_FOUND, FORBIDDEN_NETWORK, ACCEPTED_SILENT,
            TOO_SLOW, SPEAKS_HTTP, NOT_RTSP, UNSUPPORTED_CODEC, NO_TRACKS, BAD_DESCRIPTION, ANSWER_TOO_LONG,
            TOO_MANY_VIEWERS, REDIRECT_LOOP, REDIRECTED_ELSEWHERE, TLS_FAILED, TLS_CHANGED, TCP_REFUSED, CAMERA_ERROR,
            CLOSED_EARLY, STREAM_SILENT, STREAM_BROKEN, STREAM_ENDED, PEER_FLOODS, NO_PICTURE, RECORDER_ERROR,
        )
    }
)  # fmt: skip
"""Every camera fault by its code; read only."""


class Backoff:
    """The wait before the next attempt: full jitter over a ceiling that doubles with each failure in a row.

    `random` yields floats in [0, 1) and is an argument so that tests can choose the draw.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0
        self._patience = Patience.NORMAL

    @property
    def failures(self) -> int:
        """Failures in a row since the last `succeeded`."""
        return self._failures

    def failed(self, fault: Fault) -> int:
        """Count one failure; return the wait in microseconds before the next attempt."""
        if self._patience is Patience.ABSENT and fault.patience is not Patience.ABSENT:
            self._failures = 0  # It answers again: whatever it says now is a new story.
        self._patience = fault.patience
        first_us, longest_us = fault.patience.value
        ceiling_us = min(longest_us, first_us << min(self._failures, 20))
        self._failures += 1
        if fault.patience is Patience.PASSWORD:
            return int(ceiling_us * (1 + self._random() / 4))
        # A tenth of the first wait is the floor: a draw near zero must not become a tight loop.
        return max(first_us // 10, int(ceiling_us * self._random()))

    def succeeded(self) -> None:
        """Media flows again: the next failure starts from the shortest wait."""
        self._failures = 0
