"""Two languages side by side."""

from django.db import connection
from django.template import engines
from django.utils import translation

from minhbach.centre.words import Words


def _render(text: str, **values: object) -> str:
    return engines["django"].from_string(text).render(values)


def test_vietnamese_comes_first_and_english_when_asked() -> None:
    words = Words("Còn {n} phút", "{n} minutes left").fill(n=5)
    assert str(words) == "Còn 5 phút"
    with translation.override("en"):
        assert str(words) == "5 minutes left"


def test_a_value_in_a_sentence_is_escaped() -> None:
    page = _render('{% t "Xin chào {name}" "Hello {name}" name=name %}', name="<b>")
    assert page == "Xin chào &lt;b&gt;"


def test_the_database_is_a_real_postgresql_and_unicode(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select version(), upper('đ')")
        version, letter = cursor.fetchone()
    assert "PostgreSQL 18" in version
    assert letter in ("Đ", "đ")
