"""Units, rooms, counters and cameras of the demo, by name."""

from __future__ import annotations

from dataclasses import dataclass

PROVINCE = "Tỉnh Hòa Giang"
INSPECTORATE = "Thanh tra tỉnh Hòa Giang"
OFFICE = "Văn phòng UBND tỉnh Hòa Giang"
CENTRE = "Trung tâm Phục vụ hành chính công tỉnh Hòa Giang"
COUNCIL = "Hội đồng nhân dân tỉnh Hòa Giang"

#: (name, code, kind) of the bodies right below the province.
BODIES = (
    (INSPECTORATE, "H81.TT", "inspectorate"),
    (OFFICE, "H81.VP", "office"),
    (CENTRE, "H81.HCC", "service_centre"),
    (COUNCIL, "H81.HDND", "council"),
)
COMMUNES = (
    "Mộc Xuyên",
    "Đông Lạc",
    "An Điền",
    "Bình Sơn Hạ",
    "Cẩm Lũng",
    "Đại Phong Trung",
    "Hòa Trạch",
    "Khê Thượng",
    "Liên Trì Đông",
    "Ngọc Lâm Sơn",
    "Phú Cốc",
    "Quảng Khê Hạ",
    "Tân Giang Thủy",
    "Thạch Bàn Sơn",
    "Trung Lũng",
    "Vân Hà Khê",
    "Xuân Giang Hạ",
    "Yên Cốc Thượng",
)
ONE_STOP, RECEPTION = "one_stop", "reception_room"
ROOM_NAMES = {ONE_STOP: "Bộ phận Một cửa", RECEPTION: "Phòng tiếp công dân"}
PURPOSES = {
    ONE_STOP: "Giám sát việc tiếp nhận, giải quyết và trả kết quả thủ tục hành chính; bảo đảm an ninh, trật tự.",
    RECEPTION: "Giám sát việc chấp hành quy định về tiếp công dân; bảo đảm an ninh, trật tự nơi tiếp công dân.",
}
LEGAL_BASIS = "Quyết định số 1145/QĐ-UBND của UBND tỉnh Hòa Giang (dữ liệu trình diễn)"
COUNTERS = ("Tư pháp - Hộ tịch", "Đất đai - Xây dựng", "Văn hóa - Xã hội", "Chứng thực", "Nông nghiệp - Môi trường")


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera: its name in the recorder's log, what people call it, its room, and the counters it sees."""

    name: str
    label: str
    room: str
    counters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """A commune whose cameras run in the demo. `key` names its folder; `counters` is how many it has."""

    key: str
    commune: str
    counters: int
    lenses: tuple[Lens, ...]


LIVE = (
    Office(
        "moc-xuyen",
        "Mộc Xuyên",
        5,
        (
            Lens("mot-cua-1", "Quầy 1 và 2", ONE_STOP, (1, 2)),
            Lens("mot-cua-2", "Quầy 3", ONE_STOP, (3,)),
            Lens("sanh-cho", "Quầy 4 và 5, sảnh chờ", ONE_STOP, (4, 5)),
            Lens("tiep-dan", "Bàn tiếp công dân", RECEPTION),
        ),
    ),
    Office(
        "dong-lac",
        "Đông Lạc",
        2,
        (
            Lens("quay-1", "Quầy 1 và 2", ONE_STOP, (1, 2)),
            Lens("phong-tiep-dan", "Bàn tiếp công dân", RECEPTION),
        ),
    ),
)


def commune(name: str) -> str:
    """How a commune's People's Committee is called."""
    return f"UBND xã {name}"
