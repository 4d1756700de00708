"""The ways from one page to another: the bar, the menu of the account, the bell.

One question for what a person is allowed answers all of them. An address that does not exist is an error, so that the
bar cannot promise a page that is gone.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils import timezone

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.guard import Door
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.places import ANYWHERE
from minhbach.centre.messaging.models import Delivery
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
    Way("wall", Words("Tường hình", "Wall"), "wall", "w"),
    Way("van_mieu", Words("Tìm thời điểm", "Find a moment"), "temple", "m"),
    Way("viewings", Words("Nhật ký xem", "Log of viewings"), "log", "l"),
    Way("technician", Words("Kỹ thuật", "Technician"), "tool", "t"),
    Way("units", Words("Đơn vị", "Units"), "unit", "u"),
    Way("devices", Words("Thiết bị", "Devices"), "recorder", "d"),
    Way("setups", Words("Lắp đặt", "Installation"), "check", "c"),
    Way("people", Words("Nhân sự", "People"), "people", "p"),
    Way("accounts", Words("Tài khoản", "Accounts"), "key", "a"),
)
OWN_WAYS = (
    Way("grants", Words("Cấp quyền có thời hạn", "Rights for a time"), "seal", "r"),
    Way("own_counter", Words("Ai đã xem quầy của tôi", "Who watched my counter"), "eye", "o"),
    Way("change_password", Words("Đổi mật khẩu", "Change password"), "key"),
    Way("codes", Words("Mã dùng một lần", "One-time codes"), "lock"),
)


def _opens(standing: Standing, way: Way) -> bool:
    """Whether the guard of the page would let this person in somewhere."""
    rights = resolve(way.url).func.rights  # type: ignore[attr-defined]  # a Guarded, or there would be no address
    return isinstance(rights, Door) or any(judge(standing, right, ANYWHERE).allowed for right in rights)


class Ways:
    """What one request may be shown of the ways; asked only when a page draws it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def standing(self) -> Standing | None:
        """The person's standing, or none before signing in."""
        user = self._request.user
        return standing_of(user, now=timezone.now()) if user.is_authenticated else None

    def _open(self, ways: tuple[Way, ...]) -> list[dict[str, object]]:
        if self.standing is None:
            return []
        standing, path = self.standing, self._request.path
        return [
            {
                "url": way.url,
                "words": way.words,
                "icon": way.icon,
                "letter": way.letter,
                "here": path == way.url or path.startswith(way.url + "/"),
            }
            for way in ways
            if _opens(standing, way)
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
        """Notices that this person has not opened."""
        if self.standing is None:
            return 0
        return Delivery.objects.filter(address=self.standing.person, read_at__isnull=True).count()

    @cached_property
    def duty(self) -> str:
        """The units where the person serves, for the menu of the account."""
        if self.standing is None:
            return ""
        names = reading.names_on({post.unit for post in self.standing.posts}, reading.day_of(timezone.now()))
        return ", ".join(sorted(naming.name for naming in names.values()))


def ways(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the ways, drawn by the bar."""
    return {"ways": Ways(request)} if hasattr(request, "user") else {}
