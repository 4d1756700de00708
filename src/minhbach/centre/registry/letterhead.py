"""Head and foot of a unit's official paper (Nghị định 30/2020, Phụ lục I): who issues it, when, and how it is signed.

A people's committee decides together, so whoever signs does so on its behalf (TM.), and a deputy in place of the
chairman (KT.); of any other office the head signs, or a deputy in their place. How somebody signs is the title of their
assignment; where none is written, that of the head of such a unit. Pure.
"""

import datetime
import re
from collections.abc import Collection, Sequence

from minhbach.centre.registry.reading import Naming

COMMITTEES = frozenset(("province", "district", "commune", "ward", "township", "special_zone"))
_COMMITTEE, _CHAIRMAN, _ANY_HEAD = "Ủy ban nhân dân", "Chủ tịch", "Thủ trưởng đơn vị"
_HEADS = {"inspectorate": "Chánh Thanh tra", "office": "Chánh Văn phòng", "service_centre": "Giám đốc"}
_DEPUTY = "Phó "
#: Of what somebody is the head stands in the letterhead, not in the place to sign.
_WHERE = re.compile(
    r"\s+(UBND|[UỦ][yỷ] ban nhân dân|Trung tâm|Sở|tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu)\b.*$",
    re.IGNORECASE,
)
_IS_COMMITTEE = re.compile(r"^(UBND|[UỦ][yỷ] ban nhân dân)\b", re.IGNORECASE)


def issuer(kind: str, name: str) -> str:
    """Who issues the paper of a unit, in full."""
    return name if kind not in COMMITTEES or _IS_COMMITTEE.match(name) else f"{_COMMITTEE} {name}"


def above(kind: str, name: str) -> str:
    """What stands over the issuer, in the usual abbreviation."""
    return _IS_COMMITTEE.sub("UBND", issuer(kind, name))


def heads(path: Sequence[Naming]) -> tuple[str, str]:
    """What stands over the issuer, and the issuer, of the units from the top down to it; empty where there is none."""
    over = above(path[-2].kind, path[-2].name) if len(path) > 1 else ""
    return over, issuer(path[-1].kind, path[-1].name) if path else ""


def signs(kind: str, title: str = "") -> list[str]:
    """In what quality somebody with that title signs for a unit of that kind, line by line."""
    own = _WHERE.sub("", title).strip() or (_CHAIRMAN if kind in COMMITTEES else _HEADS.get(kind, _ANY_HEAD))
    on_behalf = [f"TM. {_COMMITTEE}"] if kind in COMMITTEES else []
    if not own.startswith(_DEPUTY):
        return [*on_behalf, own]
    return [*on_behalf, f"KT. {own.removeprefix(_DEPUTY)}", own]


def title_of(titles: Collection[str]) -> str:
    """The title to sign by of somebody who has these: as the head, where one of them says so."""
    written = [title for title in titles if title.strip()]
    return min(written, key=lambda title: title.startswith(_DEPUTY), default="")


def in_words(day: datetime.date) -> str:
    """A day as papers write it: days below ten, and the first two months, with a nought."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day:%d} tháng {month} năm {day:%Y}"
