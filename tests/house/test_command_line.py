"""The command line of the design: what is read, what is refused, and who is asked."""

import datetime
from pathlib import Path

import pytest

from minhbach import cli


def read(*words: str) -> dict[str, object]:
    """What the parser makes of some words."""
    return vars(cli.parser().parse_args(words))


def test_a_recorder_takes_many_cameras_and_an_end() -> None:
    args = read("record", "--camera", "quay-1=rtsp://h/1", "--camera", "q2=@f", "--archive", "kho", "--seconds", "1.5")
    assert args["camera"] == ["quay-1=rtsp://h/1", "q2=@f"]
    assert (args["archive"], args["seconds"], args["config"]) == (Path("kho"), 1.5, None)


def test_a_check_may_be_quick_and_leave_a_page() -> None:
    args = read("check", "kho", "--quick", "--witness", "w", "--json", "--html", "page.html")
    assert (args["archive"], args["quick"], args["json"]) == (Path("kho"), True, True)
    assert (args["witness"], args["html"]) == (Path("w"), Path("page.html"))


def test_the_demo_listens_where_the_readme_says() -> None:
    assert {name: read("demo")[name] for name in ("port", "data", "cameras", "seconds")} == {
        "port": 8000,
        "data": None,
        "cameras": 6,
        "seconds": None,
    }


def test_every_word_after_verify_reaches_the_courts_tool_unread() -> None:
    words = ["--keys", "keys.txt", "goi.zip", "--help", "-x"]
    assert read("verify", *words)["words"] == words


def test_a_time_without_a_zone_is_vietnamese() -> None:
    nine = datetime.datetime(2026, 11, 20, 2, tzinfo=datetime.UTC)
    assert cli.instant_us("2026-11-20T09:00:00") == int(nine.timestamp()) * 1_000_000
    assert cli.instant_us("2026-11-20T02:00:00Z") == cli.instant_us("2026-11-20T09:00:00")
    assert cli.instant_us("2026-11-20T09:00:00.000001") == int(nine.timestamp()) * 1_000_000 + 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["recrod"],
        ["check"],
        ["check", "a", "b"],
        ["demo", "--port", "0"],
        ["demo", "--port", "65536"],
        ["demo", "--cameras", "-1"],
        ["demo", "--seconds", "0"],
        ["demo", "--seconds", "nan"],
        ["demo", "--seconds", "soon"],
        ["package", "kho", "--camera", "a", "--from", "yesterday", "--to", "2026-11-20", "--out", "x.zip"],
    ],
    ids=" ".join,
)
def test_words_it_does_not_understand_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "minhbach" in capsys.readouterr().err


def test_an_address_is_never_repeated_in_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["record", "--camera", "a=rtsp://admin:bi-mat@h/1", "--second", "x"])
    assert "bi-mat" not in capsys.readouterr().err


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_help_is_vietnamese_first_and_english_second(command: cli.Command) -> None:
    vi, en = command.purpose
    assert not vi.isascii()
    assert en.isascii()
