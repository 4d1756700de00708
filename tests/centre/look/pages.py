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
    Seen("refused", "/nhat-ky-xem", "ky-thuat"),
    Seen("start", "/", "chu-tich"),
    Seen("start", "/", "van-phong"),
    Seen("start", "/", "can-bo"),
    Seen("find", "/tim?q=moc+xuyen", "van-phong"),
    Seen("change_password", "/mat-khau", "chu-tich"),
    Seen("codes", "/ma-dung-mot-lan", "chu-tich"),
    Seen("notices", "/thong-bao", "chu-tich"),
    Seen("viewings", "/nhat-ky-xem", "kiem-soat"),
    Seen("own_counter", "/nhat-ky-xem/quay-cua-toi", "can-bo"),
    Seen("room", "/phong/{one_stop}", "chu-tich"),
    Seen("wall", "/tuong", "chu-tich"),
    Seen("wall_states", "/tuong/trang-thai", "van-phong"),
    Seen("van_mieu", "/van-mieu", "chu-tich"),
    Seen("technician", "/ky-thuat", "ky-thuat"),
    Seen("fault", "/ky-thuat/su-co/{fault}", "ky-thuat"),
    Seen("logbooks", "/ky-thuat/so-ghi", "ky-thuat"),
    Seen("units", "/don-vi", "quan-tri"),
    Seen("unit_new", "/don-vi/them", "quan-tri"),
    Seen("unit", "/don-vi/{commune}", "quan-tri"),
    Seen("unit_rename", "/don-vi/{commune}/doi-ten", "quan-tri"),
    Seen("unit_move", "/don-vi/{commune}/chuyen", "quan-tri"),
    Seen("unit_merge", "/don-vi/{commune}/sap-nhap", "quan-tri"),
    Seen("unit_split", "/don-vi/{commune}/chia-tach", "quan-tri"),
    Seen("room_new", "/don-vi/{commune}/phong-moi", "quan-tri"),
    Seen("room_card", "/phong/{one_stop}/ho-so", "quan-tri"),
    Seen("room_edit", "/phong/{one_stop}/sua", "quan-tri"),
    Seen("counter_new", "/phong/{one_stop}/quay-moi", "quan-tri"),
    Seen("setups", "/lap-dat", "ky-thuat"),
    Seen("setup", "/phong/{one_stop}/lap-dat", "ky-thuat"),
    Seen("sign_hang", "/bien-bao/{sign}/treo", "ky-thuat"),
    Seen("acceptance", "/camera/{camera}/nghiem-thu", "ky-thuat"),
    Seen("devices", "/thiet-bi", "ky-thuat"),
    Seen("recorder_new", "/phong/{reception}/dau-ghi-moi", "ky-thuat"),
    Seen("recorder", "/dau-ghi/{recorder}", "ky-thuat"),
    Seen("recorder_edit", "/dau-ghi/{recorder}/sua", "ky-thuat"),
    Seen("camera_new", "/phong/{one_stop}/camera-moi", "ky-thuat"),
    Seen("camera", "/camera/{camera}", "ky-thuat"),
    Seen("camera_edit", "/camera/{camera}/sua", "ky-thuat"),
    Seen("equipment_new", "/phong/{one_stop}/thiet-bi-moi", "ky-thuat"),
    Seen("equipment", "/thiet-bi/{equipment}", "ky-thuat"),
    Seen("equipment_edit", "/thiet-bi/{equipment}/sua", "ky-thuat"),
    Seen("people", "/nhan-su", "quan-tri"),
    Seen("person_new", "/nhan-su/them", "quan-tri"),
    Seen("person", "/nhan-su/{person}", "quan-tri"),
    Seen("person_edit", "/nhan-su/{person}/sua", "quan-tri"),
    Seen("assign", "/nhan-su/{person}/phan-cong", "quan-tri"),
    Seen("counter_post", "/nhan-su/{person}/quay", "quan-tri"),
    Seen("accounts", "/tai-khoan", "quan-tri"),
    Seen("account_open", "/tai-khoan/{newcomer}/mo", "quan-tri"),
    Seen("grants", "/cap-quyen", "van-phong"),
    Seen("grant_new", "/cap-quyen/moi", "van-phong"),
    Seen("assignment_end", "/phan-cong/{assignment}/ket-thuc", "quan-tri"),
)
#: Addresses that answer with data, a picture or a part of a page.
NO_PAGES = {"api_description", "sign_pdf", "minutes_pdf", "sign_photo", "discover"}
