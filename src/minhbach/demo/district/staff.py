"""The people of the demo who may sign in: one for each role that a page knows, and a second commune to compare."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from minhbach.demo.district import places

PASSWORD = "Minh-Bach-2026"
#: Who has not confirmed the regulation yet, so that its banner is seen; an account without footage.
UNREAD = "daibieu"
"""Of every demo account; shown on the demo's sign-in page and worth nothing elsewhere."""

_PEOPLE = UUID("5d3c3f0e-64f5-4c0b-9a55-4f6d8a1c2e70")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a post: account, name, unit (as `places` names it), role in the regulation, title and English."""

    username: str
    name: str
    unit: str
    role: str
    title: str
    en: str
    counter: int = 0

    @property
    def person_id(self) -> UUID:
        """Fixed, since the recorders' logs are bound to those who asked for holds before the site knows anybody."""
        return uuid5(_PEOPLE, self.username)


_MOC_XUYEN, _DONG_LAC = places.commune("Mộc Xuyên"), places.commune("Đông Lạc")

MEMBERS = (
    Member("thanhtra", "Nguyễn Thu Hà", places.INSPECTORATE, "inspector", "Thanh tra viên", "Inspector"),
    Member(
        "chanhthanhtra", "Lê Quang Vinh", places.INSPECTORATE, "chief_inspector", "Chánh Thanh tra", "Chief inspector"
    ),
    Member(
        "vanphong", "Phạm Minh Tuấn", places.OFFICE, "office_specialist", "Chuyên viên Văn phòng", "Office specialist"
    ),
    Member(
        "chanhvanphong", "Trần Thị Kim Oanh", places.OFFICE, "chief_of_office", "Chánh Văn phòng", "Chief of office"
    ),
    Member("chutich.tinh", "Đỗ Hữu Nghĩa", places.PROVINCE, "area_chairman", "Phó Chủ tịch UBND tỉnh", "Vice-chairman"),
    Member("chutich", "Hoàng Văn Thắng", _MOC_XUYEN, "commune_chairman", "Chủ tịch UBND xã", "Commune chairman"),
    Member(
        "motcua", "Vũ Thị Lan Anh", _MOC_XUYEN, "service_centre_head", "Giám đốc Trung tâm PVHCC xã", "Head of one-stop"
    ),
    Member(
        "canbo", "Bùi Ngọc Ánh", _MOC_XUYEN, "one_stop_officer", "Công chức Tư pháp - Hộ tịch", "One-stop officer", 1
    ),
    Member("tiepdan", "Đặng Quốc Huy", _MOC_XUYEN, "reception_officer", "Công chức tiếp công dân", "Reception officer"),
    Member("chutich.donglac", "Ngô Đình Khôi", _DONG_LAC, "commune_chairman", "Chủ tịch UBND xã", "Commune chairman"),
    Member("kythuat", "Lý Thành Công", places.PROVINCE, "technician", "Cán bộ công nghệ thông tin", "Technician"),
    Member("quantri", "Mai Thanh Tùng", places.PROVINCE, "system_administrator", "Quản trị hệ thống", "Administrator"),
    Member(
        "kiemsoat", "Cao Thị Bích Ngọc", places.PROVINCE, "viewing_auditor", "Kiểm soát nhật ký xem", "Viewing auditor"
    ),
    Member("daibieu", "Phan Trọng Đức", places.COUNCIL, "council_delegate", "Đại biểu HĐND tỉnh", "Council delegate"),
)


def supervisor(room: str) -> Member:
    """Who watches over a kind of room from the province, and asked for its holds."""
    username = "thanhtra" if room == places.RECEPTION else "vanphong"
    return next(member for member in MEMBERS if member.username == username)
