"""What is typed as a person's number or telephone is one, or the form says what it should be."""

import pytest
from django.core.exceptions import ValidationError

from minhbach.centre.registry.fields import PersonalNumber, Telephone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""), ("036185000472", "036185000472"), (" 036 185 000 472 ", "036185000472"), ("123456789", "123456789"),
        ("0100109106", "0100109106"), ("0100109106-001", "0100109106-001"), ("0100109106001", "0100109106001"),
        ("b1234567", "B1234567"), ("C01X00T47", "C01X00T47"),
    ],
)  # fmt: skip
def test_a_persons_number_is_kept_without_what_stood_between_its_digits(typed, kept):
    assert PersonalNumber("Số", "Number").clean(typed) == kept


@pytest.mark.parametrize("typed", ["12ab", "03618500047", "03618500047211", "Nguyễn", "036-185-000472", "PASSPORT"])
def test_what_can_be_nobodys_number_is_not_taken(typed):
    with pytest.raises(ValidationError, match="12 chữ số"):
        PersonalNumber("Số", "Number").clean(typed)


@pytest.mark.parametrize("typed", ["", "0912345678", "0912 345 678", "(024) 3825-1234", "+84 912.345.678", "18001096"])
def test_a_telephone_number_is_kept_as_it_was_said(typed):
    assert Telephone("Số", "Telephone").clean(typed) == typed.strip()


@pytest.mark.parametrize("typed", ["12ab", "1234567", "0912345678901234", "không có"])
def test_what_nobody_can_call_is_not_taken(typed):
    with pytest.raises(ValidationError, match="chữ số"):
        Telephone("Số", "Telephone").clean(typed)
