"""A directive of the demo in progress: tasks that are done, reported, under way, and one that is overdue."""

import datetime

from minhbach.centre.access.models import Account
from minhbach.centre.messaging.actions import mark_read
from minhbach.centre.registry.models import Assignment
from minhbach.centre.regulation import directing
from minhbach.centre.regulation.models import DirectiveKind, TaskStepKind
from minhbach.demo.past.plan import VIETNAM

DAY = datetime.timedelta(days=1)
TITLE = "Về việc chấn chỉnh kỷ luật, kỷ cương tại Bộ phận Một cửa và phòng tiếp công dân"
#: What is to be done, days from today until it is due, and what was done so far.
TASKS = (
    ("Rà soát, niêm yết đầy đủ thủ tục hành chính và số điện thoại đường dây nóng", -12, ("reported", "accepted")),
    ("Kiểm tra biển báo khu vực có camera, thay biển bị mờ", -3, ("reported",)),
    ("Bố trí công chức trực đủ giờ tại các quầy, báo cáo lịch phân công", -1, ()),
    ("Lập danh mục thiết bị hỏng cần thay thế, gửi Văn phòng tổng hợp", 6, ()),
    ("Tổ chức quán triệt quy chế giám sát bằng camera tới toàn thể công chức", 12, ()),
)
HOLDERS = ("chutich", "chutich.donglac")
DONE = "Đã thực hiện xong, có ảnh và biên bản lưu tại đơn vị."
GOOD = "Đã kiểm tra, đạt yêu cầu."


def relive(now: datetime.datetime) -> int:
    """Enter it, give the tasks, take the steps; how many tasks there are."""
    chief = Account.objects.get(username="chutich.tinh")
    heads = Account.objects.filter(username__in=HOLDERS).select_related("person").order_by("username")
    posts = [(Assignment.objects.get(person=account.person).unit_id, account) for account in heads]
    begun = now - 30 * DAY
    unit = Assignment.objects.get(person=chief.person).unit_id
    said = directing.Said(
        kind=DirectiveKind.DIRECTIVE, number="04/CT-UBND", title=TITLE, issued_on=begun.astimezone(VIETNAM).date()
    )
    made = directing.enter(chief.person, unit=unit, said=said, now=begun)
    for number, (words, days, steps) in enumerate(TASKS):
        where, account = posts[number % len(posts)]
        due = (now + days * DAY).astimezone(VIETNAM).date()
        task = directing.give(
            chief.person, made, unit=where, holder=account.person_id, words=words, due_on=due, reach={where}, now=begun
        )
        if days < 0:
            directing.note_read(account.person, task, now=begun + DAY)
        for place, kind in enumerate(steps):
            by, said_words = (account, DONE) if kind == "reported" else (chief, GOOD)
            at = min(now, begun + DAY * (5 + place))
            directing.step(by.person, task, TaskStepKind(kind), words=said_words, reach={unit}, now=at)
    mark_read(chief.person_id, now=now)
    return len(TASKS)
