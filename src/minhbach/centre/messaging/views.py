"""The page behind the bell: what waits for a person until they say that they read it, and which of it comes by e-mail.
And the log of all e-mail, for whoever keeps the accounts."""

import email
import email.policy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.look.paging import part
from minhbach.centre.messaging import actions, mailing, reading
from minhbach.centre.messaging.models import Mail
from minhbach.centre.words import Words

SHOWN = 100
#: Where the demo's own mail server keeps what it took.
CAUGHT, CAUGHT_SHOWN = "caught-mail", 40
SEARCH = Words("Hộp thư", "Mailbox")
MAIL = Words("Nhật ký thư điện tử", "Log of e-mail")
#: What a mail is about, for whoever reads the log; a kind that has no name here stands by its code.
KINDS = {
    "account": Words("Tài khoản", "Account"),
    "alarm": Words("Cảnh báo ghi hình", "Alarm"),
    "calendar": Words("Lịch làm việc", "Working calendar"),
    "digest": Words("Tóm tắt đầu ngày", "Daily digest"),
    "empty_week": Words("Tuần không kiểm tra", "Week without a visit"),
    "extraction": Words("Trích xuất", "Extraction"),
    "fault": Words("Sự cố", "Fault"),
    "faults": Words("Nhiều sự cố", "Several faults"),
    "fault_ended": Words("Hết sự cố", "Fault ended"),
    "finding": Words("Phát hiện", "Finding"),
    "grant": Words("Quyền có thời hạn", "Right for a time"),
    "help": Words("Cần hỗ trợ ở quầy", "Help at a counter"),
    "hold": Words("Giữ lại hình", "Held footage"),
    "hold_limit": Words("Gần hết mức giữ lại", "Limit of held footage"),
    "inspection": Words("Đoàn kiểm tra", "Inspection team"),
    "missed_day": Words("Ngày không tiếp công dân", "Missed reception day"),
    "own_error": Words("Lỗi của phần mềm", "Error of the software"),
    "petition": Words("Phản ánh, kiến nghị", "Complaint"),
    "rating_low": Words("Đánh giá không hài lòng", "Low rating"),
    "reception_day": Words("Lịch tiếp công dân", "Reception calendar"),
    "reopening": Words("Bỏ hạn chế buổi tiếp", "Reopening of a session"),
    "report": Words("Báo cáo tháng", "Monthly report"),
    "scoring": Words("Chấm điểm, xếp hạng", "Ranking"),
    "session_ended": Words("Buổi tiếp tự kết thúc", "Session ended by itself"),
    "subject": Words("Yêu cầu của công dân", "Citizen's request"),
    "task": Words("Nhiệm vụ được giao", "Task"),
    "viewing": Words("Lượt xem", "Viewing"),
    "visit": Words("Kiểm tra", "Inspection"),
}
STATES = {
    "sent": ("ok", Words("đã nhận", "taken")),
    "failed": ("late", Words("không gửi được", "not delivered")),
    "waiting": ("soon", Words("đang chờ", "waiting")),
    "again": ("soon", Words("sẽ thử lại", "to be tried again")),
}


def notices(request: HttpRequest) -> HttpResponse:
    """The latest notices of the person; what is new is marked, and stays so until they say that they read it."""
    rows = reading.deliveries_to(_address(request))[:SHOWN]
    shown = [{"row": row, "words": reading.words_of(row.notice), "url": reading.url_of(row.notice)} for row in rows]
    crumbs = [(Words("Thông báo", "Notices"), None)]
    account: Any = request.user
    page = {
        "notices": shown,
        "urls": [each["url"] for each in shown if each["url"]],
        "unread": any(row.read_at is None for row in rows),
        "mailbox": account.person.email,
        "mail_on": bool(settings.MINHBACH_SMTP),
        "wish": mailing.wishes_of([account.person_id]).get(account.person_id),
        "crumbs": crumbs,
    }
    return render(request, "messaging/notices.html", page)


def read_all(request: HttpRequest) -> HttpResponse:
    """Everything that waits was read."""
    actions.mark_read(_address(request), now=request.now)  # type: ignore[attr-defined]  # set by the guard
    return HttpResponseRedirect(reverse("notices"))


def mail_wishes(request: HttpRequest) -> HttpResponse:
    """Which mail the person wants, and in which language."""
    given = request.POST
    mailing.wish(
        _address(request), notices="notices" in given, digest="digest" in given, language=given.get("language", "vi"),
        now=request.now,  # type: ignore[attr-defined]  # set by the guard
    )  # fmt: skip
    messages.success(request, str(Words("Đã lưu.", "Saved.")))
    return HttpResponseRedirect(reverse("notices"))


def mail_log(request: HttpRequest) -> HttpResponse:
    """Every mail with its tries: to whom, what kind, what became of it. What it says is its reader's alone."""
    text = request.GET.get("q", "").strip()[:80]
    here = part(mailing.log(text), request.GET)
    page = {
        "mails": [
            {
                "row": row,
                "kind": KINDS.get(row.kind, row.kind),
                "state": STATES[_state(row)],
                "tries": list(row.tries.all()),
            }
            for row in here.rows
        ],
        "count": here.count,
        "q": text,
        "search": SEARCH,
        "mail_on": bool(settings.MINHBACH_SMTP),
        "caught": _caught() if settings.MINHBACH_DEMO else [],
        "crumbs": [(MAIL, None)],
    }
    return render(request, "messaging/mail_log.html", page | here.pager)


def _state(row: Mail) -> str:
    if row.sent_at:
        return "sent"
    return "failed" if row.failed_at else "again" if row.tries.all() else "waiting"


@dataclass(frozen=True, slots=True)
class Caught:
    """A mail that the demo's server took, as its reader would see it."""

    to: str
    subject: str
    body: str


def _caught() -> list[Caught]:
    """The newest mails of the demo, whose people are made up."""
    found = []
    for path in sorted(Path(settings.MINHBACH_DATA, CAUGHT).glob("*.eml"), reverse=True)[:CAUGHT_SHOWN]:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        found.append(Caught(str(mail["To"]), str(mail["Subject"]), body.get_content() if body else ""))
    return found


def _address(request: HttpRequest) -> Any:
    account: Any = request.user  # an account is known only above
    return account.person_id
