"""The components that templates call by name."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation

from minhbach.centre.look.templatetags.look import UnknownKind
from minhbach.centre.look.views import ExampleForm


def draw(text: str, **context: object) -> str:
    """A piece of template, drawn with nothing loaded."""
    return str(engines["django"].from_string(text).render(context))


def test_a_status_is_word_shape_and_colour_through_one_class() -> None:
    assert draw('{% status "late" "Quá hạn" "Late" %}') == '<span class="status late">Quá hạn</span>'
    with translation.override("en"):
        assert "Late" in draw('{% status "late" "Quá hạn" "Late" chip=True %}')


def test_a_status_without_a_shape_is_an_error_at_once() -> None:
    with pytest.raises(UnknownKind, match="none of"):
        draw('{% status "red" "Đỏ" "Red" %}')


def test_what_a_person_typed_is_text_and_never_markup() -> None:
    drawn = draw(
        '{% person name of=unit %}{% status "ok" name %}{% t "Chào {n}" "Hello {n}" n=name %}', name="<b>x", unit="<i>"
    )
    assert "<b>" not in drawn
    assert "<i>" not in drawn


@pytest.mark.parametrize(
    ("left_s", "kind", "words"),
    [
        (259_200, "ok", "còn 3 ngày"),
        (10_800, "soon", "còn 3 giờ"),
        (0, "late", "quá 0 giây"),
        (-6060, "late", "quá 1 giờ 41 phút"),
    ],
)
def test_a_clock_says_what_is_left_and_turns_late(left_s: int, kind: str, words: str) -> None:
    drawn = draw("{% clock_chip left whole %}", left=timedelta(seconds=left_s), whole=timedelta(days=4))
    assert f" {kind}" in drawn
    assert words in drawn


def test_a_course_is_drawn_inside_its_box_also_when_nothing_changes() -> None:
    assert draw("{% spark values %}", values=[]) == ""
    for values in ([5], [5, 5, 5], [0, 100, 3]):
        drawn = draw("{% spark values 50 %}", values=values)
        heights = [float(point.split(",")[1]) for point in drawn.split('points="')[1].split('"')[0].split()]
        assert all(6 <= y <= 26 for y in heights)


def test_a_form_names_what_is_wrong_at_its_top_and_at_its_field() -> None:
    form = ExampleForm({"name": "Bùi Thị Nhạn", "phone": "0912", "room": "a", "way": "desk"})
    drawn = draw("{{ form }}", form=form)
    assert 'href="#id_phone"' in drawn
    assert drawn.count("Thiếu chữ số") == 2
    described = re.search(
        r'id="id_phone"[^>]*aria-describedby="([^"]*)"|aria-describedby="([^"]*)"[^>]*id="id_phone"', drawn
    )
    assert described
    assert set((described[1] or described[2]).split()) == {"id_phone_helptext", "id_phone_error"}
    assert 'id="id_phone_error"' in drawn
    assert 'id="id_phone_helptext"' in drawn


def test_nothing_is_written_for_a_value_that_is_not_there() -> None:
    assert draw("{{ x|number }}{{ x|day }}{{ x|duration }}{{ x|size }}", x=None) == ""


def test_every_drawing_has_a_name_of_its_own(checkout: Path) -> None:
    text = (checkout / "src/minhbach/centre/static/icons/icons.svg").read_text("utf-8")
    names = re.findall(r'<symbol id="([\w-]+)"', text)
    assert len(names) > 60
    assert len(names) == len(set(names))
