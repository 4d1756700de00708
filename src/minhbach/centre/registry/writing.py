"""How every action of the registry writes: in one transaction, with the actor in the rows' history, and with what
PostgreSQL forbids said in a sentence.

    NotPossible          what was asked cannot be so; holds words for a person and the field they concern
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
import psycopg
from django.db import IntegrityError, transaction

from minhbach.centre.registry.actors import Actor, System
from minhbach.centre.words import Words

#: What a person reads when a constraint refuses, by the constraint's name.
REFUSALS = {
    "unit_code_once": Words(
        "Mã này đang thuộc về một đơn vị khác. Hãy kiểm tra lại mã.",
        "This code belongs to another unit at that time. Check the code.",
    ),
    "unit_name_once": Words("Đơn vị đã có tên cho thời gian này.", "The unit already has a name for that time."),
    "placement_once": Words(
        "Đơn vị đã trực thuộc một đơn vị khác trong thời gian này.",
        "The unit already stands below another at that time.",
    ),
    "placement_no_circle": Words(
        "Một đơn vị không thể trực thuộc chính nó hoặc đơn vị cấp dưới của nó.",
        "A unit cannot stand below itself or below one of its own.",
    ),
    "tenure_once": Words(
        "Phòng đã thuộc một đơn vị trong thời gian này.", "The room is already held by a unit at that time."
    ),
    "counter_once": Words(
        "Số quầy này đã có trong phòng. Hãy chọn số khác.",
        "The room already has a counter of this number. Choose another.",
    ),
    "assignment_once": Words(
        "Người này đã được phân công vai trò đó tại đơn vị trong thời gian này.",
        "The person already has this role at the unit for that time.",
    ),
    "camera_sign_first": Words(
        "Chưa thể ghi hình: phòng chưa có biển báo đã treo. Hãy in biển, treo biển và chụp ảnh trước.",
        "Recording cannot begin: no notice sign hangs in the room. Print it, hang it and photograph it first.",
    ),
    "camera_name_on_recorder": Words(
        "Tên camera này đã dùng trên đầu ghi.", "The recorder already knows a camera by this name."
    ),
    "camera_address_without_password": Words(
        "Địa chỉ camera không được chứa mật khẩu. Hãy nhập tên và mật khẩu vào ô riêng.",
        "A camera's address must not hold a password. Type name and password into their own fields.",
    ),
    "registry_person_staff_code_key": Words(
        "Mã cán bộ này đã có người dùng.", "Another person already has this staff code."
    ),
    "registry_recorder_replaces_id_key": Words(
        "Đầu ghi này đã có máy thay thế.", "Another machine stands in this recorder's place already."
    ),
    "equipment_recorder_id_key": Words(
        "Thiết bị này đã có trong danh mục.", "This device is already in the inventory."
    ),
}
SPAN = Words("Ngày kết thúc phải sau ngày bắt đầu.", "The last day must come after the first.")


class NotPossible(Exception):
    """What was asked cannot be so. `words` says what to do; `field` names the form's field, if it is about one."""

    def __init__(self, words: Words, field: str = "") -> None:
        super().__init__(words.en)
        self.words = words
        self.field = field


@contextmanager
def writing(actor: Actor, action: str) -> Iterator[None]:
    """One transaction whose rows' history says who did what. Raises NotPossible where a known constraint refuses."""
    who = {"system": actor.name} if isinstance(actor, System) else {"person": str(actor.id)}
    try:
        with pghistory.context(action=action, **who), transaction.atomic():
            yield
    except IntegrityError as error:
        name = constraint_of(error)
        words = SPAN if name.endswith("_span") else REFUSALS.get(name)
        if words is None:
            raise
        raise NotPossible(words) from None


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused, or nothing."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
