"""The one command line: reads the words, then hands over to the runtime that owns the command.

It promises that a runtime is imported only when its command is asked for (a recorder starts without the centre, the
verifier without either) and that words it does not understand end with exit status 2 before anything is touched.
What a command does, prints and returns belongs to its runtime.
"""

import argparse
import datetime
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from minhbach import __version__

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Command:
    """One word after `minhbach`: what it is for, its options, and who carries it out (returns the exit status)."""

    name: str
    purpose: tuple[str, str]
    options: Callable[[argparse.ArgumentParser], None]
    handler: Callable[[argparse.Namespace], int]
    #: Its words belong to a parser elsewhere: nothing of them is read here, not even `--help`.
    foreign: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    args = parser().parse_args(argv)
    status: int = args.handler(args)
    return status


class _Parser(argparse.ArgumentParser):
    """Repeats the words it does not understand, but not the password in an address among them."""

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(r"//\S*@", "//…@", message))


def parser() -> argparse.ArgumentParser:
    """Every command with its options, except those of `verify` and `centre`, which others read themselves."""
    top = _Parser(
        prog="minhbach",
        description="Minh Bạch: giám sát camera mà không ai lặng lẽ sửa được. / "
        "Camera supervision that nobody can quietly change.",
    )
    top.add_argument("--version", action="version", version=f"minhbach {__version__}")
    words = top.add_subparsers(title="lệnh / commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        text = " / ".join(command.purpose)
        # No word of a foreign command may look like an option here, or it would be read, or refused, too early.
        prefix = "\0" if command.foreign else "-"
        one = words.add_parser(
            command.name, help=text, description=text, prefix_chars=prefix, add_help=not command.foreign
        )
        command.options(one)
        one.set_defaults(handler=command.handler)
    return top


def _record_options(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--camera",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="camera và địa chỉ RTSP; NAME=@FILE đọc địa chỉ từ tệp / a camera and its RTSP address",
    )
    one.add_argument(
        "--archive",
        type=Path,
        metavar="DIR",
        help="thư mục lưu trữ; chạy lại thì ghi tiếp / the archive folder; started again, it goes on",
    )
    one.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="tệp recorder.toml thay cho tệp trong thư mục lưu trữ / instead of the archive's own recorder.toml",
    )
    one.add_argument(
        "--centre",
        type=Path,
        metavar="FILE",
        help="tệp kết nối do trung tâm cấp; camera do trung tâm khai báo / the enrolment; the centre names the cameras",
    )
    _seconds_option(one)


def _check_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("archive", type=Path, nargs="?", metavar="DIR", help="thư mục lưu trữ / the archive folder")
    one.add_argument(
        "--centre",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="DIR",
        help="kiểm tra sổ của chính trung tâm: thư mục của minhbach serve, tệp cấu hình, hoặc biến môi trường / "
        "check the centre's own log: the folder of minhbach serve, a file of settings, or what the environment says",
    )
    one.add_argument(
        "--quick", action="store_true", help="không tính lại mã băm / sizes, box headers and the log only, no hashing"
    )
    one.add_argument("--witness", type=Path, metavar="FILE", help="tệp của bên làm chứng / what a witness cosigned")
    one.add_argument("--json", action="store_true", help="in kết quả dạng JSON / print the result as JSON")
    one.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="ghi một trang có dải thời gian từng camera / write one page with a strip per camera",
    )


def _package_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("archive", type=Path, metavar="DIR", help="thư mục lưu trữ / the archive folder")
    one.add_argument(
        "--camera",
        action="append",
        required=True,
        metavar="NAME",
        help="tên camera, có thể lặp lại / a camera's name, may be repeated",
    )
    one.add_argument(
        "--from",
        dest="begin_us",
        required=True,
        type=instant_us,
        metavar="TIME",
        help="từ lúc, ví dụ 2026-11-20T09:00:00 (giờ Việt Nam nếu không ghi múi giờ) / from",
    )
    one.add_argument("--to", dest="end_us", required=True, type=instant_us, metavar="TIME", help="đến lúc / to")
    one.add_argument("--witness", type=Path, metavar="FILE", help="tệp của bên làm chứng / what a witness cosigned")
    one.add_argument("--out", required=True, type=Path, metavar="FILE", help="tệp .zip được tạo / the .zip to write")


def _witness_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("archive", type=Path, metavar="DIR", help="thư mục lưu trữ / the archive folder")
    one.add_argument(
        "--key",
        required=True,
        type=Path,
        metavar="FILE",
        help="khóa riêng của bên làm chứng, tạo mới nếu chưa có / the witness' private key",
    )
    one.add_argument(
        "--file",
        required=True,
        type=Path,
        metavar="FILE",
        help="nơi bên làm chứng ghi những gì đã ký / where the witness keeps what it cosigned",
    )
    _seconds_option(one)


def _bench_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("name", metavar="NAME", help="tên phép đo, ví dụ record / what to measure, for example record")
    one.add_argument("--cameras", type=_count, metavar="N", help="số camera mô phỏng / how many simulated cameras")
    one.add_argument(
        "--tiles",
        type=int,
        choices=range(1, 26),
        metavar="N",
        help="live: số hình trên một trang / pictures on one page",
    )
    _seconds_option(one)


def _demo_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--port", type=_count, default=8000, metavar="N", help="cổng trang web / port of the pages")
    one.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu / where the demo keeps its data")
    one.add_argument(
        "--cameras",
        type=_count,
        default=6,
        metavar="N",
        help="số camera mô phỏng, nhiều nhất 6 / how many simulated cameras, at most 6",
    )
    one.add_argument(
        "--days",
        type=_count,
        default=30,
        metavar="N",
        help="số ngày quá khứ được dựng ở lần chạy đầu / days of past made at the first start",
    )
    _seconds_option(one)


def _serve_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--port", type=_count, default=8000, metavar="N", help="cổng trang web / port of the pages")
    one.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="thư mục dữ liệu / where the site keeps everything"
    )
    _seconds_option(one)


def _centre_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("words", nargs="*")


def _verify_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("words", nargs="*")


def _seconds_option(one: argparse.ArgumentParser) -> None:
    one.add_argument("--seconds", type=_seconds, metavar="N", help="tự dừng sau N giây / stop after N seconds")


def instant_us(text: str) -> int:
    """An ISO 8601 date and time as Unix microseconds; without a zone it is Vietnamese time, as on the wall there."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' không phải là thời điểm, hãy viết như 2026-11-20T09:00:00 / is no date and time"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"'{text}' không phải số giây dương / is not a positive number of seconds")
    return seconds


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"'{text}' không phải số từ 1 đến 65535 / is no number from 1 to 65535")
    return number


# Own imports inside functions are allowed here and nowhere else: a command brings in its own runtime only.


def _record(args: argparse.Namespace) -> int:
    from minhbach.edge.recorder import command, uplinked

    return uplinked.record(args) if args.centre else command.record(args)


def _check(args: argparse.Namespace) -> int:
    if args.centre is not None:
        return _check_centre(args)
    if args.archive is None:
        raise _misused("check", "Hãy nêu thư mục lưu trữ, hoặc --centre.", "Name an archive folder, or --centre.")
    from minhbach.edge import check

    return check.command(args)


def _check_centre(args: argparse.Namespace) -> int:
    if args.archive is not None or args.quick or args.html is not None:
        raise _misused(
            "check", "--centre chỉ đi cùng --witness và --json.", "--centre goes with --witness and --json alone."
        )
    from minhbach.centre import command

    data = [] if args.centre == Path() else ["--data", str(args.centre)]
    witness = [] if args.witness is None else ["--witness", str(args.witness)]
    return command.main([*data, "check_journal", *witness, *(["--json"] if args.json else [])])


def _misused(command: str, vi: str, en: str) -> SystemExit:
    """Options that argparse alone cannot hold against each other; said and ended as it would."""
    print(f"minhbach {command}: {vi} / {en}", file=sys.stderr)
    return SystemExit(2)


def _package(args: argparse.Namespace) -> int:
    from minhbach.edge.recorder import packaging

    return packaging.command(args)


def _witness(args: argparse.Namespace) -> int:
    from minhbach.edge.recorder import witnessing

    return witnessing.command(args)


def _rotate_key_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("archive", type=Path, metavar="DIR", help="thư mục lưu trữ / the archive folder")
    one.add_argument(
        "--seconds", type=float, default=30.0, metavar="N", help="chờ đầu ghi tối đa N giây / wait so long for it"
    )


def _rotate_key(args: argparse.Namespace) -> int:
    from minhbach.edge.recorder import rekeying

    return rekeying.command(args)


def _bench(args: argparse.Namespace) -> int:
    from minhbach import bench

    return bench.command(args)


def _demo(args: argparse.Namespace) -> int:
    from minhbach.demo import run

    return run.command(args)


def _serve(args: argparse.Namespace) -> int:
    from minhbach.serve import run

    return run.command(args)


def _centre(args: argparse.Namespace) -> int:
    from minhbach.centre import command

    return command.main(args.words)


def _verify(args: argparse.Namespace) -> int:
    from minhbach.ledger import verify

    return verify.main(args.words)


def _verifier_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("target", type=Path, metavar="OUT", help="tệp hoặc thư mục nhận / the file to write, or a folder")


def _verifier(args: argparse.Namespace) -> int:
    from minhbach.ledger import pyz

    return pyz.main(args.target)


COMMANDS = (
    Command(
        "record",
        ("Ghi hình các camera vào thư mục lưu trữ.", "Record cameras into an archive."),
        _record_options,
        _record,
    ),
    Command(
        "check", ("Kiểm tra lại toàn bộ thư mục lưu trữ.", "Re-hash and re-walk an archive."), _check_options, _check
    ),
    Command(
        "verify", ("Kiểm tra một gói chứng cứ.", "Verify an evidence package."), _verify_options, _verify, foreign=True
    ),
    Command(
        "verifier",
        (
            "Lập tệp minhbach-verify.pyz cho tòa án và in mã băm của nó.",
            "Write minhbach-verify.pyz for a court, and print its hash.",
        ),
        _verifier_options,
        _verifier,
    ),
    Command(
        "package",
        ("Lập một gói dữ liệu (chưa được phê duyệt).", "Build a package (not approved)."),
        _package_options,
        _package,
    ),
    Command(
        "witness",
        ("Làm chứng cho nhật ký của một đầu ghi.", "Witness the log of a recorder."),
        _witness_options,
        _witness,
    ),
    Command(
        "rotate-key",
        ("Thay khóa ký nhật ký của một đầu ghi.", "Replace the key that signs a recorder's log."),
        _rotate_key_options,
        _rotate_key,
    ),
    Command(
        "bench",
        ("Đo một con số, hai phía trong cùng một lần chạy.", "Measure a figure, both sides in one run."),
        _bench_options,
        _bench,
    ),
    Command(
        "serve",
        ("Chạy toàn bộ trung tâm giám sát trên một máy.", "Run the whole supervision site on one machine."),
        _serve_options,
        _serve,
    ),
    Command(
        "centre",
        (
            "Chuẩn bị trung tâm (init), chạy trang web (pages), các lệnh quản trị.",
            "Make a site ready (init), serve its pages (pages), Django's own commands.",
        ),
        _centre_options,
        _centre,
        foreign=True,
    ),
    Command(
        "demo",
        ("Chạy thử sản phẩm với camera mô phỏng.", "Run the product with simulated cameras."),
        _demo_options,
        _demo,
    ),
)
