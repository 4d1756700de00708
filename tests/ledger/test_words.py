"""What the verifier says in Vietnamese is Vietnamese to its end: no code and no English sentence stands in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from minhbach import ledger
from minhbach.bench.forging import forged
from minhbach.bench.packages import CENTRE, examined, files_of, trusted
from minhbach.edge.check.words import CAUSES as RECORDERS
from minhbach.edge.faults import CATALOGUE
from minhbach.ledger.courtkeys import KeysUnreadable, read_keys
from minhbach.ledger.entry import KINDS, REMOVAL_KINDS
from minhbach.ledger.findings import ANOTHER_BOOT, Finding
from minhbach.ledger.findings import CATALOGUE as FINDINGS
from minhbach.ledger.reasons import REASONS, cannot_run, reason
from minhbach.ledger.verdicts import REMARKS, Remark, Report
from minhbach.ledger.verify import main
from minhbach.ledger.words import CAUSES, cause, kind

SOURCES = Path(ledger.__file__).parent
READING = (
    *("approval", "checkpoint", "consent", "container", "courtkeys", "entry", "manifest", "note", "opening"),
    *("part", "scope", "stamp", "tree", "verify", "zipped"),
    *("audit", "rules", "tiles"),
)
"""The modules that read what a stranger wrote, or judge a history: their reasons reach a report."""
ENGLISH = re.compile(r"\b(the|is|are|of|it|not|no|that|does|has|nobody)\b")


# --- causes and kinds ---------------------------------------------------------------------------------


def test_every_cause_the_product_can_log_has_words_of_its_own() -> None:
    can_log = {*RECORDERS, *(f"camera_{code}" for code in CATALOGUE)} - REMOVAL_KINDS - {"file_missing"}
    assert CAUSES.keys() == can_log
    assert all(cause(code)[1].endswith(f"({code})") for code in can_log)
    assert len({cause(code)[0] for code in can_log}) == len(can_log)


def test_a_cause_of_a_newer_recorder_is_told_as_far_as_it_is_known() -> None:
    assert cause("camera_bewitched") == ("camera gặp sự cố", "the camera was in trouble (camera_bewitched)")
    assert cause("bewitched")[0] == "đầu ghi không ghi được"


def test_every_kind_of_entry_has_its_words() -> None:
    words = [kind(name) for name in KINDS]
    assert all(name not in pair for name, pair in zip(KINDS, words, strict=True) if "_" in name)
    assert len(set(words)) == len(KINDS)
    assert all(not ENGLISH.search(vi) for vi, _ in words)


def test_a_request_is_read_out_in_both_languages() -> None:
    lines = Report((), request={"purpose": "Xác minh"}).lines()
    assert {"Đề nghị, mục đích: Xác minh", "Request, purpose: Xác minh"} <= set(lines)


# --- reasons ------------------------------------------------------------------------------------------


def sentences(module: str) -> Iterator[str]:
    """Every reason in a module's source, with a word in the place of each value."""
    for node in ast.walk(ast.parse((SOURCES / f"{module}.py").read_text(encoding="utf-8"))):
        for value in _reasons(node):
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield value.value
            elif isinstance(value, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "⟨7⟩" for part in value.values)


def _reasons(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        yield from node.exc.args
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        yield from node.args[1:] if name == "_demand" else node.args[2:] if name == "Judged" else ()
        yield from node.args if name == "_clock_fault" else ()
        yield from (word.value for word in node.keywords if word.arg in ("problem", "why"))
    elif isinstance(node, ast.Dict):
        yield from (
            value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and key.value == "why"
        )
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "why":
        yield node.value
    elif isinstance(node, ast.FunctionDef) and node.name == "_binding_faults":
        yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Yield) and each.value is not None)
    elif isinstance(node, ast.FunctionDef) and node.name in ("asserts", "_prove"):
        for each in ast.walk(node):
            if isinstance(each, ast.Return) and each.value is not None:
                yield from [each.value.orelse, each.value.body] if isinstance(each.value, ast.IfExp) else [each.value]


@pytest.mark.parametrize("module", READING)
def test_every_reason_that_reading_can_end_in_has_its_vietnamese(module: str) -> None:
    for sentence in sentences(module):
        if "an unpacked member with two sizes" not in sentence:  # told only by the name of its error
            vi, en = reason(sentence)
            assert "nguyên văn" not in vi.replace("nguyên văn “⟨7⟩”", ""), sentence
            assert en.removesuffix(".") == sentence.removesuffix(".")


def test_the_reasons_are_found_in_the_sources_at_all() -> None:
    """Else the test above would pass on none; and none is kept that nobody raises."""
    found = [sentence for module in READING for sentence in sentences(module)]
    assert len(found) > 130
    assert "it is for another scope" in found
    assert "the package is of no request" in found
    assert "the signature does not fit" in found
    assert {"it names another recorder", "no boot came before", "begin_clock is no clock entry"} <= set(found)
    raised = {re.sub("⟨7⟩", "{}", sentence) for sentence in found}
    assert {re.sub(r"\{\w+\}", "{}", template) for template in REASONS} <= raised


def test_no_vietnamese_reason_is_english_or_ends_the_sentence_itself() -> None:
    for vi in REASONS.values():
        assert not ENGLISH.search(vi), vi
        assert not vi.endswith(".")
        assert not vi[0].isupper()


def test_a_reason_inside_a_reason_and_a_kind_are_told_in_words_too() -> None:
    assert reason("This is no scope: The bytes are not JSON in UTF-8.") == (
        "đây không phải phạm vi trích xuất: dữ liệu không phải JSON mã UTF-8.",
        "This is no scope: The bytes are not JSON in UTF-8.",
    )
    assert reason("A clock_step entry ends before it has begun.")[0] == (
        "mục bước nhảy đồng hồ kết thúc trước khi bắt đầu."
    )
    assert reason("The zip can be read in two ways: it has two lists.")[0] == (
        "tệp zip có thể đọc theo hai cách: tệp có hai danh mục."
    )


def test_what_is_no_sentence_of_ours_is_quoted_and_seen_to_be() -> None:
    assert reason(ValueError("bad magic")) == ("nguyên văn “bad magic”.", "bad magic.")
    assert reason("x" * 3000)[0].startswith("nguyên văn “x")


def test_an_approval_that_fails_is_told_whole_in_both_languages() -> None:
    remark = Remark("approval_altered", values={"who": "Nguyễn Thị A", "why": "it is for another scope"})
    assert remark.text == (
        "Phê duyệt của Nguyễn Thị A không có giá trị: dành cho phạm vi trích xuất khác.",
        "The approval of Nguyễn Thị A does not hold: it is for another scope.",
    )
    removed = Remark("removed", values={"kind": "emergency_deletion", "log": "2026", "index": 7})
    assert removed.text[0] == ("Đoạn ghi đã bị xóa, theo mục số 7 của nhật ký 2026: xóa khẩn cấp vì ổ đĩa đầy.")


def test_a_finding_of_a_check_is_told_whole_in_both_languages() -> None:
    assert Finding("log_unbound", values={"why": "it binds 5 entries of 6"}).text == (
        "Nhật ký mới không nối đúng vào nhật ký trước: nối vào 5 mục trong khi nhật ký trước có 6 mục.",
        "The new log is not bound to the log before it: it binds 5 entries of 6.",
    )
    assert Finding("clock_inconsistent", values={"why": "previous_end is killed, not clean"}).text[0] == (
        "Sổ sách đồng hồ không khớp: lần chạy trước bị ngắt, mục lại ghi là đã tắt đúng cách."
    )
    assert Finding("cause_wrong", values={"cause": "recorder_killed"}).text == (
        "Nguyên nhân đã ghi của khoảng trống trái với mục khởi động: đầu ghi bị ngắt đột ngột.",
        "The cause given for a gap contradicts the boot entries: the recorder was cut off (recorder_killed).",
    )
    assert Finding("not_joined", values={"by": ANOTHER_BOOT}).text[0].endswith("lệch sang lần khởi động khác.")
    assert Finding("not_joined", values={"by": "7 µs"}).text[0].endswith("lệch 7 µs.")
    assert Finding("more_alike", values={"count": 9, "kind": "file_missing"}).text == (
        "Còn 9 phát hiện khác cùng loại: “Thiếu tệp ….”",
        "9 more findings of this kind: “The file … is missing.”",
    )


def test_no_finding_is_english_on_its_vietnamese_side() -> None:
    for code, (_, vi, en) in FINDINGS.items():
        assert not ENGLISH.search(vi), code
        assert en != vi, code
        rest = Finding("more_noted", values={"count": 2, "kind": code}).text
        assert code not in rest[0]
        assert "{" not in rest[0] + rest[1]


# --- whole reports ------------------------------------------------------------------------------------


def test_of_what_forgers_make_no_vietnamese_sentence_ends_in_english(tmp_path: Path) -> None:
    files, keys = files_of(tmp_path), trusted()
    told = 0
    for seed in range(300):
        for remark in examined(forged(files, Random(seed), CENTRE if seed % 2 else None), keys).remarks:
            told += 1
            assert not ENGLISH.search(re.sub("“.*”", "", remark.text[0])), remark.text[0]
    assert told > 300


def test_the_tag_of_a_remark_is_vietnamese_first() -> None:
    lines = Report((Remark("seal_missing"),)).lines()
    assert "[KHÔNG ĐẦY ĐỦ · INCOMPLETE]" in lines


def test_no_sentence_of_the_table_is_english_on_its_vietnamese_side() -> None:
    for code, (_, vi, en) in REMARKS.items():
        assert not ENGLISH.search(vi), code
        assert en != vi, code


# --- the command --------------------------------------------------------------------------------------


def test_a_command_that_cannot_run_says_why_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "khoa.txt")
    assert main([str(tmp_path), "--keys", missing]) == 2
    vi, en = capsys.readouterr().err.splitlines()
    assert vi == f"Không chạy được. Không có tệp hoặc thư mục {missing}."
    assert en == f"Cannot run. There is no file or folder {missing}."
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path)])
    assert ended.value.code == 2
    vi, en = capsys.readouterr().err.splitlines()
    assert vi.startswith("Dòng lệnh chưa đúng; cách dùng: verify GÓI --keys KHÓA.txt")
    assert en.startswith("The command line is wrong: ")


def test_a_list_of_keys_that_is_none_is_told_by_its_line() -> None:
    with pytest.raises(KeysUnreadable) as raised:
        read_keys("log x+y+z")
    vi, en = cannot_run(raised.value)
    assert vi.startswith("Dòng 1 của danh sách khóa: ")
    assert "nguyên văn" not in vi
    assert en.startswith("Line 1 of the key file: ")
    assert cannot_run(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))[0].startswith("Danh sách khóa không phải")
