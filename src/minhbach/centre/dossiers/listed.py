"""Procedures as a table lists them, read row by row; pure.

The columns are found by their headings, in any order, in both languages. A row that cannot be a procedure is told with
its number, as people see it in their file, and in words; one such row and nothing of the file is taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.centre.dossiers.models import PaperKind, Procedure
from minhbach.centre.dossiers.models.dossier import MOST_COPIES
from minhbach.centre.registry.tables import place_of_headings
from minhbach.centre.registry.vietnamese import plain, search_key
from minhbach.centre.words import Words

HEADINGS = ("Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Số ngày làm việc", "Thành phần hồ sơ")
_KNOWN = {
    "code": ("ma thu tuc", "ma tthc", "ma", "code"),
    "name": ("ten thu tuc", "ten tthc", "ten thu tuc hanh chinh", "ten", "name"),
    "field": ("linh vuc", "field"),
    "days": ("so ngay lam viec", "thoi gian giai quyet", "thoi han giai quyet", "thoi han", "working days"),
    "parts": ("thanh phan ho so", "thanh phan", "papers"),
}
_KINDS = {
    "ban chinh": PaperKind.ORIGINAL,
    "ban sao": PaperKind.COPY,
    "ban chung thuc": PaperKind.CERTIFIED_COPY,
    "ban dien tu": PaperKind.ELECTRONIC,
}
KIND_NAMES = {kind: name for name, kind in zip(
    ("bản chính", "bản sao", "bản chứng thực", "bản điện tử"), _KINDS.values(), strict=True
)}  # fmt: skip
#: 1.001193, 2.000815.H38 and what provinces write like it.
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{1,29}")
#: A name and its last bracket; people close the line with a full stop, as the hint beside the field does.
_PART = re.compile(r"(?P<name>.+?)\s*\((?P<said>[^()]*)\)[\s.,;]*")
_BRACKET = re.compile(r"\(([^()]*)")
#: What stands in it, without marks: "ban sao, 2", "ban sao 2", "ban chinh, 01 ban", "2 ban sao".
_SAID = re.compile(
    r"(?:(?P<before>[0-9]{1,2}) )?(?P<kind>ban [a-z ]+?)(?: ?[,;:]? ?(?P<after>[0-9]{1,2})(?: ?[a-z]+)?)?"
)
#: "bản …" as it is spelled, or a kind without marks; "ban hành theo …" is no kind.
_MEANS_A_KIND = re.compile(r"\s*[0-9]*\s*(?:bản\b|ban (?:chinh|sao|chung|dien|goc)\b)")
MOST_DAYS, MOST_PARTS = 365, 40
SAME_DAY = "trong ngay"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a procedure."""

    name: str
    kind: PaperKind
    copies: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure as it is to be; `working_days` 0: the same day."""

    code: str
    name: str
    field: str
    working_days: int
    papers: tuple[Paper, ...]

    def is_like(self, row: Procedure) -> bool:
        """Whether the row says the same."""
        return (row.name, row.field, row.working_days, row.components) == (
            self.name, self.field, self.working_days, self.components,
        )  # fmt: skip

    @property
    def components(self) -> list[dict[str, object]]:
        """Its papers as a row keeps them."""
        return [{"name": each.name, "kind": each.kind.value, "copies": each.copies} for each in self.papers]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row of the file that is no procedure, and why."""

    number: int
    words: Words


NO_HEADINGS = Words(
    "Dòng đầu phải có các cột «Mã thủ tục», «Tên thủ tục» và «Số ngày làm việc».",
    "The first row must have the columns “Mã thủ tục”, “Tên thủ tục” and “Số ngày làm việc”.",
)
NO_CODE = Words("Mã thủ tục «{said}» không đúng dạng, ví dụ 1.001193.", "“{said}” is no code such as 1.001193.")
NO_NAME = Words("Thiếu tên thủ tục.", "The name is missing.")
NO_DAYS = Words(
    "Số ngày làm việc «{said}» không đọc được: ghi số từ 0 đến 365, hoặc «trong ngày».",
    "“{said}” is no number of working days: write 0 to 365, or “trong ngày”.",
)
NO_PARTS = Words(
    "Thành phần hồ sơ «{said}» không đọc được. Mỗi giấy tờ ghi như «Căn cước (bản sao, 2)»: bản chính, bản sao, "
    "bản chứng thực hoặc bản điện tử, rồi số bản từ 1 đến {most}.",
    "The paper “{said}” cannot be read. Write each like “Căn cước (bản sao, 2)”: bản chính, bản sao, bản chứng thực or "
    "bản điện tử, then 1 to {most} copies.",
)
MANY_PARTS = Words("Nhiều hơn {most} giấy tờ.", "There are more than {most} papers.")
TWICE = Words("Mã {code} có hai lần trong tệp.", "The code {code} stands in the file twice.")


def read(rows: Sequence[Sequence[str]]) -> tuple[list[Listed], list[Wrong]]:
    """The procedures of a table whose first row is its headings, and what is wrong with it."""
    top = place_of_headings(rows)
    columns = _columns(rows[top]) if rows else {}
    if not {"code", "name", "days"} <= columns.keys():
        return [], [Wrong(top + 1, NO_HEADINGS)]
    found: list[Listed] = []
    wrong: list[Wrong] = []
    for number, row in enumerate(rows[top + 1 :], top + 2):
        if not any(row):
            continue
        cells = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        one = _listed(cells)
        if isinstance(one, Words):
            wrong.append(Wrong(number, one))
        elif any(one.code == each.code for each in found):
            wrong.append(Wrong(number, TWICE.fill(code=one.code)))
        else:
            found.append(one)
    return found, wrong


def _columns(headings: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        said = re.sub(r"\s*\(.*", "", search_key(heading.replace("\n", " "))).strip()
        for name, known in _KNOWN.items():
            if said in known:
                places.setdefault(name, place)
    return places


def _listed(cells: dict[str, str]) -> Listed | Words:
    code, name = cells["code"].lstrip("'").strip(), cells["name"].replace("\n", " ")[:300]
    if not _CODE.fullmatch(code):
        return NO_CODE.fill(said=code[:40])
    if not name:
        return NO_NAME
    days = days_of(cells["days"])
    if days is None:
        return NO_DAYS.fill(said=cells["days"][:40])
    papers = papers_of(cells.get("parts", ""))
    if isinstance(papers, Words):
        return papers
    return Listed(code, name, cells.get("field", "").replace("\n", " ")[:120], days, papers)


def days_of(said: str) -> int | None:
    """Working days: "3", "03 ngày làm việc", "trong ngày"; None for anything else."""
    text = search_key(said)
    if text.startswith(SAME_DAY):
        return 0
    found = re.fullmatch(r"([0-9]{1,3})(?: ngay(?: lam viec)?)?", text)
    return int(found[1]) if found and int(found[1]) <= MOST_DAYS else None


def papers_of(said: str) -> tuple[Paper, ...] | Words:
    """One paper on each line, or between semicolons: "Tờ khai (bản chính, 1)"; otherwise what is wrong with them."""
    papers: list[Paper] = []
    for item in re.split(r"\n|;(?![^(]*\))", said):
        text = item.strip(" -\t")
        if not text:
            continue
        one = _paper(text)
        if one is None:
            return NO_PARTS.fill(said=text[:60], most=MOST_COPIES)
        papers.append(one)
    return tuple(papers) if len(papers) <= MOST_PARTS else MANY_PARTS.fill(most=MOST_PARTS)


def _paper(text: str) -> Paper | None:
    """None where a bracket is about the kind and cannot be read: nobody may be receipted an original for a copy."""
    found = _PART.fullmatch(text)
    said = _kind_and_copies(found["said"]) if found else None
    if found is None or said is None:
        # A bracket that says nothing of kind belongs to the name.
        return None if any(map(_means_a_kind, _BRACKET.findall(text))) else Paper(text[:300], PaperKind.ORIGINAL, 1)
    if any(map(_kind_and_copies, _BRACKET.findall(found["name"]))):
        # Two papers between commas.
        return None
    kind, copies = said
    return Paper(found["name"][:300], kind, copies) if 1 <= copies <= MOST_COPIES else None


def _kind_and_copies(said: str) -> tuple[PaperKind, int] | None:
    found = _SAID.fullmatch(search_key(said))
    kind = _KINDS.get(found["kind"]) if found else None
    if found is None or kind is None or (found["before"] and found["after"]):
        return None
    return kind, int(found["before"] or found["after"] or 1)


def _means_a_kind(said: str) -> bool:
    return bool(_MEANS_A_KIND.match(plain(said).casefold()) or _MEANS_A_KIND.match(search_key(said)))


def as_row(row: Procedure) -> list[str]:
    """A procedure as a row under `HEADINGS`, which `read` reads again."""
    papers = (f"{each['name']} ({KIND_NAMES[PaperKind(each['kind'])]}, {each['copies']})" for each in row.components)
    return [
        row.code,
        row.name,
        row.field,
        str(row.working_days) if row.working_days else "trong ngày",
        "\n".join(papers),
    ]
