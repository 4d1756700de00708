"""The paper of a version has as its annex what is enforced beside it: who supervises which rooms, and single days."""

import datetime
import io

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.annex import as_of
from minhbach.centre.regulation.models import CalendarDay, Regulation, Supervision
from tests.centre.access.district import DAY, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
ONE = datetime.timedelta(days=1)


@pytest.fixture
def district() -> District:
    return District()


def paper(district: District) -> str:
    """What the paper of the version of area one says, without spaces: a line may break anywhere."""
    [row] = Regulation.objects.filter(unit=district.units["top"].id)
    answer = signed_in(district.people["commune_chairman"]).get(reverse("regulation_pdf", args=[row.id]))
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(each.extract_text().split()) for each in pages)


def says(text: str, words: str) -> bool:
    return "".join(words.split()) in text


def single(district: District, unit: str, day: datetime.date, name: str, **more: object) -> CalendarDay:
    return CalendarDay.objects.create(
        unit=district.units[unit], day=day, kind="swapped", name=name, added_at=district.now, **more
    )


def test_the_annex_says_who_supervises_which_rooms_today(district: District) -> None:
    today, version = day_of(timezone.now()), Regulation.objects.get(unit=district.units["top"].id)
    text = paper(district)
    assert says(text, f"Tình trạng tại ngày {today:%d/%m/%Y}")
    laid = f"tại Vùng 1 và các đơn vị trực thuộc; Quyết định số 2/QĐ, từ ngày {DAY:%d/%m/%Y}"
    for body in ("inspectorate 1", "office 1"):
        assert says(text, f"{body}: {laid}"), body
    page = signed_in(district.people["commune_chairman"]).get(reverse("regulation", args=[version.id]))
    assert laid in page.content.decode()
    # Another area is no business of this version.
    assert not says(text, "inspectorate 2")
    Supervision.objects.filter(body=district.units["inspectorate"].id).update(valid_until=today)
    Supervision.objects.create(
        body=district.units["office"], area=district.units["A"], room_type="reception_room", valid_from=today + ONE,
        decision_number="15/QĐ",
    )  # fmt: skip
    text = paper(district)
    assert not says(text, f"inspectorate 1: {laid}")
    begin = f"{today + ONE:%d/%m/%Y}"
    assert says(text, f"office 1: tại Xã A và các đơn vị trực thuộc; Quyết định số 15/QĐ, từ ngày {begin}")
    Supervision.objects.filter(room_type="one_stop").update(valid_until=today)
    assert says(paper(district), "Bộ phận Một cửa chưa có cơ quan nào giám sát")


def test_the_annex_says_the_single_days_of_the_calendar_and_whose_they_are(district: District) -> None:
    year = day_of(timezone.now()).year
    day = datetime.date(year, 12, 24)
    single(district, "top", day, "Nghỉ chung", source="Quyết định 5")
    single(district, "B", day + ONE, "Ngày hội xã")
    single(district, "top", datetime.date(year - 1, 12, 24), "Năm cũ")
    single(district, "top", day + 2 * ONE, "Đã rút", withdrawn_at=district.now)
    single(district, "C", day, "Vùng khác")
    text = paper(district)
    assert says(text, f"24/12/{year} Nghỉ bù, hoán đổi: Nghỉ chung (Quyết định 5)")
    assert says(text, f"25/12/{year}, Xã B Nghỉ bù, hoán đổi: Ngày hội xã")
    assert not any(says(text, words) for words in ("Năm cũ", "Đã rút", "Vùng khác"))


def test_the_annex_of_a_version_speaks_of_a_day_on_which_it_is_in_force() -> None:
    day = datetime.date(2026, 3, 10)
    for valid_from, valid_until, of in (
        (day - ONE, None, day),
        (day + 5 * ONE, None, day + 5 * ONE),
        (day - 9 * ONE, day - 3 * ONE, day - 4 * ONE),
        (day - 9 * ONE, day + ONE, day),
    ):
        assert as_of(Regulation(valid_from=valid_from, valid_until=valid_until), day) == of
