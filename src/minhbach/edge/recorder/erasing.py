"""An order of erasure, carried out: between what the centre asked (``uplink``) and what may go (``retention``).

Owns the words in which a recorder refuses to erase. Leaves the judgement to ``retention``.
"""

from __future__ import annotations

from minhbach.edge.catalogue import CatalogueError
from minhbach.edge.retention import Retention
from minhbach.edge.retention.erasing import HELD
from minhbach.edge.uplink.orders import OrderRefused
from minhbach.protocol.messages import EraseOrder


def erase(retention: Retention, order: EraseOrder) -> int:
    """How many segments go now; 0 where nothing of the stretch is left. Raises OrderRefused, OSError."""
    try:
        found = retention.erase_stretch(order.camera, order.begin_us, order.end_us, order.commitment)
    except CatalogueError as error:
        raise OSError(str(error)) from error
    if found.refused == HELD:
        raise OrderRefused(
            "Đoạn ghi này hoặc tệp ghi sát đó đang bị giữ lại theo vụ việc, nên không xóa.",
            "This footage, or a file that reaches into it, is under a hold, so nothing was erased.",
        )
    if found.refused:
        raise OrderRefused(
            "Đầu ghi không xóa được đoạn này: nhật ký không cho phép.",
            "The recorder cannot erase this: its log does not allow it.",
        )
    return found.segments
