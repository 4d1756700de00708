"""The ways from one page to another: the bar, the menu of the account, the bell.

One question for what a person is allowed answers all of them. An address that does not exist is an error, so that the
bar cannot promise a page that is gone.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access import may
from minhbach.centre.access.confirming import ToConfirm, to_confirm
from minhbach.centre.access.judging import Standing
from minhbach.centre.messaging.reading import unread_count
from minhbach.centre.registry import reading
from minhbach.centre.words import Words


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the bar: where, what it is called, its drawing, the letter after `g`."""

    route: str
    words: Words
    icon: str
    letter: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.route)


WAYS = (
    Way("desks", Words("Quầy tiếp nhận", "Counter desk"), "counter", "q"),
    Way("sessions", Words("Tiếp công dân", "Reception"), "people", "v"),
    Way("wall", Words("Màn hình theo dõi", "Wall"), "wall", "w"),
    Way("van_mieu", Words("Tìm thời điểm", "Find a moment"), "temple", "m"),
    Way("viewings", Words("Nhật ký xem", "Log of viewings"), "log", "l"),
    Way("technician", Words("Kỹ thuật", "Technician"), "tool", "t"),
    Way("units", Words("Đơn vị", "Units"), "unit", "u"),
    Way("devices", Words("Thiết bị", "Devices"), "recorder", "d"),
    Way("room_standards", Words("Tiêu chuẩn phòng", "Rooms and norms"), "room", "z"),
    Way("setups", Words("Lắp đặt", "Installation"), "check", "c"),
    Way("people", Words("Nhân sự", "People"), "people", "p"),
    Way("accounts", Words("Tài khoản", "Accounts"), "key", "a"),
)
OWN_WAYS = (
    Way("assessments", Words("Đánh giá hằng tháng", "Monthly assessment"), "check", "s"),
    Way("findings", Words("Phát hiện", "Findings"), "flag", "i"),
    Way("own_findings", Words("Phát hiện về tôi", "Findings about me"), "person"),
    Way("inspections", Words("Kiểm tra", "Inspections"), "check"),
    Way("feedback", Words("Đánh giá, phản ánh", "Ratings and complaints"), "star", "f"),
    Way("extractions", Words("Trích xuất", "Extractions"), "scissors", "x"),
    Way("subjects", Words("Yêu cầu của công dân", "Citizens' requests"), "person", "b"),
    Way("holds", Words("Hình đang giữ lại", "Held footage"), "lock", "k"),
    Way("grants", Words("Cấp quyền có thời hạn", "Rights for a time"), "seal", "r"),
    Way("tasks", Words("Văn bản chỉ đạo", "Directives"), "list", "j"),
    Way("reports", Words("Báo cáo tháng", "Monthly reports"), "document"),
    Way("league", Words("Xếp hạng", "Ranking"), "star"),
    Way("regulations", Words("Quy chế", "Regulation"), "regulation", "e"),
    Way("own_counter", Words("Ai đã xem quầy của tôi", "Who watched my counter"), "eye", "o"),
    Way("mail_log", Words("Nhật ký thư điện tử", "Log of e-mail"), "out"),
    Way("own_account", Words("Tài khoản của tôi", "My account"), "person", "y"),
)


class Ways:
    """What one request may be shown of the ways; asked only when a page draws it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def standing(self) -> Standing | None:
        """The person's standing, or none before signing in."""
        return may.of(self._request).standing

    def _open(self, ways: tuple[Way, ...]) -> list[dict[str, object]]:
        if self.standing is None:
            return []
        path, offered = self._request.path, may.of(self._request)
        return [
            {
                "url": way.url,
                "words": way.words,
                "icon": way.icon,
                "letter": way.letter,
                "here": path == way.url or path.startswith(way.url + "/"),
            }
            for way in ways
            if offered.opens(way.url)
        ]

    @cached_property
    def main(self) -> list[dict[str, object]]:
        """The pages of the bar."""
        return self._open(WAYS)

    @cached_property
    def own(self) -> list[dict[str, object]]:
        """The pages about oneself."""
        return self._open(OWN_WAYS)

    @cached_property
    def unread(self) -> int:
        """Notices that this person has not opened, as far as it counts."""
        return unread_count(self.standing.person) if self.standing else 0

    @cached_property
    def to_confirm(self) -> list[ToConfirm]:
        """Regulations that bind this person and that they have not confirmed yet."""
        return to_confirm(self.standing, reading.day_of(timezone.now())) if self.standing else []

    @cached_property
    def duty(self) -> str:
        """The units where the person serves, for the menu of the account."""
        if self.standing is None:
            return ""
        return ", ".join(sorted({post.name for post in self.standing.posts}))


def ways(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the ways, drawn by the bar."""
    return {"ways": Ways(request)} if hasattr(request, "user") else {}
