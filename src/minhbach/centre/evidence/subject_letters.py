"""What a citizen gets on paper, in the layout of Nghị định 30/2020: the slip of receipt, and the answer.

Printed from the rows at that moment; nothing of it is kept, so that forgetting the person forgets the paper too.
"""

import datetime

from minhbach.centre.evidence.models import Act, Wanted
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.printing import FORMS
from minhbach.centre.evidence.subject_cases import BEHALVES, CHANNELS, DISKS_DESTROYED, ENDINGS, IDENTITIES, Case, Stage
from minhbach.centre.messaging.actions import both
from minhbach.centre.papers.printing import pdf
from minhbach.centre.registry.letterhead import heads, in_words, signs
from minhbach.centre.registry.reading import VIETNAM, holder_on, path_to
from minhbach.centre.words import Words

Moment = datetime.datetime
LAW = "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 và Nghị định số 356/2025/NĐ-CP"
NOT_DONE = "đầu ghi chưa thực hiện được lệnh xóa"
ON_ITS_DISKS = "đầu ghi đã ngừng sử dụng, bản ghi chỉ còn trên ổ đĩa của máy và được xóa bằng cách tiêu hủy ổ đĩa"
DOING = {
    Wanted.SEE: "được xem bản ghi về chính mình",
    Wanted.COPY: "được cung cấp bản sao bản ghi về chính mình",
    Wanted.ERASE: "được xóa bản ghi về chính mình",
}


def slip(found: Case, *, now: Moment) -> bytes:
    """The slip of receipt as PDF. Raises NotPrinted."""
    row, person = found.row, found.person
    lines = [
        ["Người yêu cầu", _vi(found.name)],
        [
            "Thay mặt",
            both(BEHALVES[row.behalf])[0] + (f": {person.represents}" if person and person.represents else ""),
        ],
        ["Nơi nhận trả lời", person.contact if person else _vi(found.name)],
        ["Nội dung", f"Đề nghị {DOING[Wanted(row.wanted)]}"],
        ["Thời gian, nơi ghi hình", f"{span_of(found)}, {row.room.name}, {found.unit_name}"],
        ["Giấy tờ đã kiểm tra", f"{both(IDENTITIES[row.identity])[0]} (không lưu số, không lưu bản chụp)"],
        ["Hình thức tiếp nhận", f"{both(CHANNELS[row.channel])[0]}, lúc {_at(row.received_at)}"],
        ["Người tiếp nhận", row.taken_by.full_name],
        ["Trả lời trước", _at(found.terms.answer_by) if found.terms else "theo quy định"],
    ]
    if found.proof is not None:
        lines.insert(2, ["Giấy tờ chứng minh quyền đại diện", f"{_vi(found.proof)} (không lưu bản chụp)"])
    if row.dossier_id:
        lines.insert(-4, ["Mã hồ sơ", str(row.dossier)])
    values = _head(found, now, f"Giấy tiếp nhận yêu cầu {found.code}", f"Số: {row}/GTN-YC") | {
        "kind": "slip", "lines": lines, "paragraphs": [], "subject": "", "to": "",
        "signs": ["Người tiếp nhận"], "signed_by": row.taken_by.full_name,
    }  # fmt: skip
    return pdf(FORMS / "subject.typ", values, at=now)


def answer(found: Case, *, now: Moment) -> bytes:
    """The written answer as the request stands, as PDF, for the head to sign. Raises NotPrinted."""
    step = found.step(Act.REFUSED) or found.step(Act.SECONDED) or found.step(Act.GRANTED) or found.step(Act.EXTENDED)
    values = _head(found, now, f"Trả lời yêu cầu {found.code}", f"Số:        /{found.row.year}") | {
        "kind": "letter",
        "subject": f"V/v trả lời yêu cầu {found.code} về dữ liệu cá nhân",
        "to": _to(found),
        "lines": [],
        "paragraphs": [*_opening(found), *_said(found), *_closing(found)],
        "signed_by": step.by.full_name if step and step.by else "",
    }  # fmt: skip
    return pdf(FORMS / "subject.typ", values, at=now)


def answered(found: Case) -> bool:
    """Whether there is anything to answer yet. What one of two decided is no answer, and who withdrew gets none."""
    if found.stage is Stage.WITHDRAWN:
        return False
    return any(found.step(kind) for kind in (Act.REFUSED, Act.EXTENDED)) or _is_granted(found)


def _is_granted(found: Case) -> bool:
    return found.step(Act.GRANTED) is not None and found.stage is not Stage.GRANTED_ONCE


def _to(found: Case) -> str:
    person = found.person
    if person is None:
        return _vi(found.name)
    return f"Ông/Bà {person.name}" + (f", {person.contact}" if person.contact else "")


def _opening(found: Case) -> list[str]:
    row = found.row
    return [
        f"Ngày {row.received_at.astimezone(VIETNAM):%d/%m/%Y}, {found.unit_name} nhận được yêu cầu của ông/bà đề nghị "
        f"{DOING[Wanted(row.wanted)]}, thời gian {span_of(found)}, tại {row.room.name}. Căn cứ {LAW}, "
        f"{found.unit_name} trả lời như sau:"
    ]


def _said(found: Case) -> list[str]:
    refused, extended, granted = found.step(Act.REFUSED), found.step(Act.EXTENDED), _is_granted(found)
    if refused is not None and refused.reason in ENDINGS:
        return [
            "Yêu cầu đã được chấp thuận nhưng không xóa được bản ghi: đầu ghi lưu bản ghi đã ngừng sử dụng và cơ quan "
            f"không còn giữ ổ đĩa của máy. Lý do: {refused.note}.{_erased_elsewhere(found)} Bản sao của đoạn này tại "
            "trung tâm, nếu có, đã được xóa."
        ]
    if refused is not None:
        why = _vi(found.reason) if found.reason else ""
        more = f" {refused.note}." if refused.note else ""
        return [f"Không chấp thuận yêu cầu. Lý do: {why}.{more}"]
    until = _at(found.terms.answer_by) if found.terms else "ngày theo quy định"
    if not granted and extended is None:
        return [f"Yêu cầu đang được xem xét và sẽ được trả lời trước {until}."]
    if not granted:
        note = extended.note if extended else ""
        return [f"Cần thêm thời gian để giải quyết. Lý do: {note}. Thời hạn trả lời được kéo dài đến {until}."]
    return _granted(found)


def _granted(found: Case) -> list[str]:
    wanted = Wanted(found.row.wanted)
    if wanted == Wanted.SEE and found.masked and found.too_long_to_mask:
        return [
            "Chấp thuận yêu cầu. Tuy nhiên, trong bản ghi có hình ảnh của người khác; dữ liệu cá nhân của người khác "
            "chỉ được cung cấp khi người đó đồng ý hoặc theo quy định của pháp luật, nên không cho xem được bản ghi "
            "gốc. Bản sao đã che hình ảnh và tiếng nói của người khác chỉ lập được cho đoạn dài nhất 30 phút. Đề nghị "
            "ông/bà rút yêu cầu này và gửi yêu cầu mới với đoạn ngắn hơn."
        ]
    if wanted == Wanted.SEE and found.masked:
        return [
            "Chấp thuận yêu cầu. Trong bản ghi có hình ảnh của người khác; dữ liệu cá nhân của người khác chỉ được "
            "cung cấp khi người đó đồng ý hoặc theo quy định của pháp luật. Vì vậy ông/bà được cung cấp bản sao đã che "
            "hình ảnh và tiếng nói của người khác thay cho việc xem bản ghi gốc; ông/bà ký nhận khi nhận bản sao."
            + _part(found)
        ]
    if wanted == Wanted.SEE:
        shown = found.step(Act.SHOWN)
        if shown is not None:
            return [
                f"Chấp thuận yêu cầu. Ông/bà đã được xem bản ghi lúc {_at(shown.at)}; việc xem được ghi vào nhật ký "
                "xem."
            ]
        return [
            "Chấp thuận yêu cầu. Mời ông/bà mang giấy tờ tùy thân đến để xem bản ghi dưới sự hướng dẫn của cán bộ."
            + (" Trong bản ghi chỉ có hình ảnh của ông/bà hoặc người ông/bà đại diện." if found.pictured else "")
        ]
    if wanted == Wanted.COPY:
        return [
            "Chấp thuận yêu cầu. Bản sao đã che hình ảnh và tiếng nói của người khác; ông/bà ký nhận khi nhận bản sao."
            + _part(found)
        ]
    if found.stage is Stage.STUCK:
        return _stuck(found)
    if found.stage is not Stage.DONE:
        return ["Chấp thuận yêu cầu. Bản ghi đang được xóa; cơ quan sẽ thông báo khi đã xóa xong."]
    erased = found.step(Act.ERASED)
    if erased is not None and erased.reason == DISKS_DESTROYED:
        return [
            "Chấp thuận yêu cầu. Đầu ghi lưu bản ghi đã ngừng sử dụng nên không nhận lệnh xóa; ổ đĩa của máy đã được "
            f"tiêu hủy ({erased.note}), ghi nhận lúc {_at(erased.at)}, nên bản ghi không còn."
            f"{_erased_elsewhere(found)} Bản sao của đoạn này tại trung tâm, nếu có, đã được xóa."
        ]
    count = sum(each.segments for each in found.erasures)
    if not count:
        return ["Chấp thuận yêu cầu. Khi thực hiện, hệ thống không còn bản ghi nào của thời gian này để xóa."]
    return [
        f"Chấp thuận yêu cầu. Bản ghi đã được xóa tại đầu ghi và tại trung tâm ({count} tệp), xác nhận lúc "
        f"{_at(erased.at) if erased else ''}. Nhật ký chỉ còn giữ mã băm của các tệp và mục ghi việc xóa, không chứa "
        "hình ảnh hay thông tin cá nhân."
    ]


def _part(found: Case) -> str:
    """What the copy is of, where that is less than was asked for."""
    copy = found.copy
    if copy is None or not found.copy_is_part:
        return ""
    labels = ", ".join(camera.label for camera in copy.cameras)
    return (
        f" Bản sao chỉ gồm hình của {labels}, từ {copy.begin:%H:%M:%S} đến {copy.end:%H:%M:%S} ngày "
        f"{copy.begin:%d/%m/%Y}; phần còn lại không có bản ghi."
    )


def _erased_elsewhere(found: Case) -> str:
    """What recorders that are in use, or were when they were told, did erase."""
    count = sum(each.segments for each in found.erasures)
    return f" {count} tệp khác của đoạn này đã được xóa tại đầu ghi theo lệnh." if count else ""


def _stuck(found: Case) -> list[str]:
    """What keeps the recorder from erasing, as far as the citizen may know it, and when that is looked at again."""
    against = obstacles(found, now=found.now)
    waiting = [each for each in found.erasures if each.done_at is None]
    why = dict.fromkeys(_vi(each.outside) for each in against)
    if any(each.recorder.retired_at for each in waiting):
        why[ON_ITS_DISKS] = None
    if not why:
        why[NOT_DONE] = None
    review = _review(found, [each.since for each in against if each.since is not None])
    then = "" if list(why) == [ON_ITS_DISKS] else " Bản ghi được xóa khi không còn lý do này."
    return [
        f"Chấp thuận yêu cầu, nhưng hiện nay chưa xóa được bản ghi vì {'; '.join(why)}.{review}{then} Cơ quan sẽ thông "
        "báo khi đã xóa xong."
    ]


def _review(found: Case, held_since: list[Moment]) -> str:
    days = found.rules.times.hold_review_days if found.rules else None
    if not held_since or not days:
        return ""
    by = max(held_since).astimezone(VIETNAM).date() + datetime.timedelta(days=days)
    if by < found.now.astimezone(VIETNAM).date():
        return " Việc giữ lại đã đến kỳ rà soát."
    return f" Việc giữ lại được rà soát chậm nhất ngày {by:%d/%m/%Y}."


def _closing(found: Case) -> list[str]:
    rest = (
        "Nếu không đồng ý với nội dung trả lời này, ông/bà có quyền khiếu nại, khởi kiện theo quy định của pháp luật."
    )
    return [rest]


def _head(found: Case, now: Moment, title: str, number: str) -> dict[str, object]:
    local = now.astimezone(VIETNAM)
    holder = holder_on(found.row.room_id, local.date())
    path = path_to(holder, local.date()) if holder else []
    above, unit = heads(path)
    return {
        "title": title, "above": above, "unit": unit or found.unit_name, "number": number,
        "place_and_date": f"........, {in_words(local.date())}", "code": found.code,
        "signs": signs(path[-1].kind if path else ""),
    }  # fmt: skip


def span_of(found: Case) -> str:
    """What of the day is asked for, in a sentence; both days where it goes over midnight."""
    if found.begin.date() == found.end.date():
        return f"từ {found.begin:%H:%M} đến {found.end:%H:%M} ngày {found.begin:%d/%m/%Y}"
    return f"từ {_at(found.begin)} đến {_at(found.end)}"


def _at(at: Moment) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _vi(said: Words | str) -> str:
    return both(said)[0] if isinstance(said, Words) else said
