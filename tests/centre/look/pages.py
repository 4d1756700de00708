"""Every page that a person can open, with who opens it: the list that the looks of the product are tested over."""

from collections.abc import Mapping
from dataclasses import dataclass

#: The rights and the addresses of the list are those of `urls`; `{…}` is filled from what the province made.


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as one person opens it; `route` is the name of its address."""

    route: str
    path: str
    who: str = ""

    @property
    def name(self) -> str:
        """For the names of tests and pictures."""
        return f"{self.route}-{self.who or 'nobody'}"

    def at(self, ids: Mapping[str, str]) -> str:
        """The address in this province."""
        return self.path.format(**ids)


PAGES = (
    Seen("sign_in", "/dang-nhap"),
    Seen("style", "/style"),
    Seen("missing", "/khong-co-trang-nay", "chu-tich"),
    Seen("start", "/", "chu-tich"),
    Seen("start", "/", "van-phong"),
    Seen("start", "/", "ky-thuat"),
    Seen("find", "/tim?q=moc+xuyen", "van-phong"),
    Seen("change_password", "/mat-khau", "chu-tich"),
    Seen("codes", "/ma-dung-mot-lan", "chu-tich"),
    Seen("notices", "/thong-bao", "chu-tich"),
    Seen("room", "/phong/{one_stop}", "chu-tich"),
    Seen("wall", "/tuong", "chu-tich"),
)
#: Addresses that answer with data, not with a page.
NO_PAGES = {"api_description", "wall_states"}
