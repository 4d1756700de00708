"""What a check of the centre's own log can find, each with its two sentences.

A *finding* is what no lawful centre does; a *notice* is only said. Both name table and row, or the place in the log.
"""

from dataclasses import dataclass

CATALOGUE: dict[str, tuple[str, str]] = {
    "row_changed": (
        "dòng này không còn như lúc được ghi: đã bị sửa ngoài sổ",
        "this row is not what was written: it was changed past the journal",
    ),
    "row_gone": ("dòng này đã được ghi và không còn: đã bị xóa ngoài sổ", "this row was written and is gone"),
    "row_back": (
        "dòng này đã được xóa đúng cách nhưng lại có ở đây",
        "this row was taken away lawfully, and stands here again",
    ),
    "row_unwritten": (
        "dòng này không có trong sổ: đã được chèn ngoài sổ",
        "no line speaks of this row: it was put in past the journal",
    ),
    "salt_gone": ("muối của dòng sổ đã bị xóa, không kiểm tra được nữa", "the salt is gone; nothing can be checked"),
    "line_changed": (
        "dòng sổ khác với điều nhật ký của trung tâm đã ghi",
        "the line says something else than the centre's log",
    ),
    "line_missing": (
        "nhật ký của trung tâm có những dòng sổ mà cơ sở dữ liệu không còn",
        "the centre's log names lines that the database does not have",
    ),
    "line_unanchored": (
        "dòng sổ không có trong nhật ký và cũng không chờ được ghi",
        "the line is neither in the log nor waiting for it",
    ),
    "line_by_other": (
        "được ghi bởi một vai trò khác của PostgreSQL, không phải ứng dụng",
        "written by another role of PostgreSQL than the application",
    ),
    "line_unlawful": (
        "theo sổ thì dòng này đã bị sửa hoặc bị xóa, việc mà ứng dụng không bao giờ làm với bảng này",
        "by the journal this row was changed or taken away, which the application never does in this table",
    ),
    "grown_late": (
        "dòng đếm này thay đổi vào lúc không còn gì được phát ra để đếm: đã bị sửa",
        "this count changed at a time when nothing was served any more that could be counted: it was edited",
    ),
    "adopted_late": (
        "được ghi như đã có từ trước, sau khi sổ đã bắt đầu",
        "written as if it had been there before, after the journal had begun",
    ),
    "package_missing": (
        "gói trích xuất không còn ở trung tâm mà không có dòng nào nói vì sao",
        "the package of an extraction is gone, and no row says why",
    ),
    "package_other": (
        "gói trích xuất ở trung tâm không còn là gói đã lập",
        "the package of an extraction at the centre is not the one that was built",
    ),
    "package_left": (
        "gói trích xuất đã ghi là trả lại hoặc tiêu hủy nhưng tệp vẫn còn ở trung tâm",
        "the package of an extraction was written down as returned or destroyed, and its file is still at the centre",
    ),
    "paper_lost": (
        "tệp của văn bản này không còn, hoặc không còn như lúc lưu",
        "the file of this paper is gone, or is not what was kept",
    ),
    "trigger_off": (
        "bảng này không còn được sổ theo dõi: trigger bị tắt, bị bỏ hoặc bị đổi",
        "this table is not watched any more: its trigger is off, gone or another",
    ),
    "log_missing": ("không có nhật ký của trung tâm", "the centre has no log of its own"),
    "log_damaged": (
        "nhật ký của trung tâm không khớp với chữ ký của chính nó",
        "the centre's log does not fit its own signature",
    ),
    "log_rewritten": (
        "nhật ký của trung tâm trái với điều bên làm chứng đã ký",
        "the centre's log contradicts what a witness cosigned",
    ),
    "log_unknown": (
        "bên làm chứng này chưa từng thấy nhật ký này: có thể nó đã bị thay bằng nhật ký khác",
        "this witness has never seen this log: another one may have been put in its place",
    ),
    "lines_wait": (
        "dòng sổ chờ được đưa vào nhật ký đã quá lâu: tiến trình nền có chạy không?",
        "lines wait for the log for too long: does the worker run?",
    ),
    "anchored_late": (
        "dòng sổ được đưa vào nhật ký chậm hơn 10 phút; trước lúc đó chưa có gì bảo vệ",
        "lines came into the log more than 10 minutes late; until then nothing protected them",
    ),
    "restored": (
        "cơ sở dữ liệu đã được phục hồi từ bản sao lưu; các dòng ghi sau bản đó đã mất",
        "the database was put back from a backup; lines written after it are lost",
    ),
    "unwitnessed": (
        "chưa bên nào làm chứng cho phần cuối của nhật ký",
        "nobody has cosigned the end of the log",
    ),
}
NOTICES = frozenset({"lines_wait", "anchored_late", "restored", "unwitnessed"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth saying. `where` is "table row", or an entry of the log; `count` things alike."""

    kind: str
    where: str
    count: int = 1
    why: str = ""

    @property
    def vi(self) -> str:
        """The sentence people read first."""
        return CATALOGUE[self.kind][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return CATALOGUE[self.kind][1]

    def line(self) -> str:
        """As the command prints it."""
        count = f" ×{self.count}" if self.count > 1 else ""
        why = f" [{self.why}]" if self.why else ""
        return f"{self.kind} {self.where}{count}: {self.vi} / {self.en}{why}"
