"""Who sends or takes drop by drop costs the pages no thread, and what arrives is what was sent."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from minhbach.engines import ports
from tests.centre.door import AT_ONCE, LONG, THREADS

MANY = 4 * THREADS
FILE_BYTES = 64 << 20
"""More than the kernel takes in for who does not read."""
PATIENCE_S = 60


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("door")
    with (folder / "file").open("wb") as file:
        file.truncate(FILE_BYTES)
    number = ports.choose(folder / "ports.json", ["door"])["door"]
    words = [sys.executable, "-m", "tests.centre.door", str(number), str(folder / "file")]
    server = subprocess.Popen(words, cwd=Path(__file__).parents[2], env=dict(os.environ))
    try:
        _await(number)
        yield number
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _await(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE_S).close()
            return
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)


def ask(port: int, path: str = "/", body: bytes | None = None, method: str = "", **headers: str) -> tuple[int, bytes]:
    """Status and body of one answer."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        line.request(method or ("GET" if body is None else "POST"), path, body, headers)
        found = line.getresponse()
        return found.status, found.read()
    finally:
        line.close()


def told(port: int, path: str = "/", body: bytes | None = None, **headers: str) -> dict[str, Any]:
    status, said = ask(port, path, body, **headers)
    assert status == 200
    value: dict[str, Any] = json.loads(said)
    return value


def slowly(port: int, path: str, length: int = 1000) -> socket.socket:
    """One byte of a body of `length` bytes, and then no more."""
    line = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nx".encode())
    return line


def await_told(port: int, name: str, wanted: int) -> None:
    """Patience until the server knows what was sent to it."""
    end = time.monotonic() + PATIENCE_S
    while told(port)[name] != wanted:
        assert time.monotonic() < end, name
        time.sleep(0.02)


def status_of(line: socket.socket) -> int:
    """The answer that comes on a line of one's own; 0 when it is closed without one."""
    first = line.makefile("rb").readline()
    return int(first.split()[1]) if first else 0


def test_whoever_sends_a_body_drop_by_drop_keeps_nobody_waiting(port: int) -> None:
    with ExitStack() as lines:
        for _ in range(MANY):
            lines.enter_context(slowly(port, "/"))
        assert told(port, "/", b"at once")["bytes"] == 7


def test_whoever_takes_an_answer_in_drop_by_drop_keeps_nobody_waiting_and_leaves_nothing_open(port: int) -> None:
    with ExitStack() as lines:
        for path in ("/file", "/long"):
            for _ in range(MANY):
                line = lines.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S))
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert line.recv(15) == b"HTTP/1.1 200 OK"
        assert told(port)["open"] == MANY
    await_told(port, "open", 0)


def test_a_body_that_comes_more_slowly_than_any_line_is_cut_off(port: int) -> None:
    with slowly(port, "/short/") as line:
        assert status_of(line) == 408


def test_where_there_is_no_room_the_oldest_that_is_still_coming_is_cut_off(port: int) -> None:
    with ExitStack() as lines:
        slow = []
        for number in range(1, AT_ONCE + 1):
            slow.append(lines.enter_context(slowly(port, "/narrow/", length=3)))
            await_told(port, "coming", number)
        assert told(port, "/narrow/", b"at once")["bytes"] == 7
        assert status_of(slow[0]) == 408
        slow[-1].sendall(b"yz")
        assert status_of(slow[-1]) == 200


@pytest.mark.parametrize("size", [0, 1, (64 << 10) + 1, 3 << 20])
def test_a_body_arrives_as_it_was_sent_small_or_large(port: int, size: int) -> None:
    body = os.urandom(size)
    found = told(port, "/", body)
    assert (found["bytes"], found["sha256"]) == (size, hashlib.sha256(body).hexdigest())


def test_a_body_larger_than_is_allowed_is_not_read_and_its_length_is_told(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        line.sendall(b"POST /short/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        answer = line.makefile("rb")
        assert answer.readline().split()[1] == b"200"
        while answer.readline().strip():
            pass
        found = json.loads(answer.readline())
    assert (found["bytes"], found["CONTENT_LENGTH"]) == (0, "99999999")


def test_a_body_of_no_announced_length_is_none(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"3\r\nabc\r\n0\r\n\r\n")
        found = json.loads(line.makefile("rb").read().partition(b"\r\n\r\n")[2])
    assert found["bytes"] == 0
    assert "CONTENT_LENGTH" not in found


def test_whoever_hangs_up_in_the_middle_is_forgotten(port: int) -> None:
    with slowly(port, "/narrow/"):
        await_told(port, "coming", 1)
    await_told(port, "coming", 0)


def test_long_answers_arrive_whole(port: int) -> None:
    assert ask(port, "/long") == (200, LONG * 64)
    status, said = ask(port, "/file")
    assert (status, len(said)) == (200, FILE_BYTES)
    assert ask(port, "/file", method="HEAD") == (200, b"")


def test_an_application_that_fails_ends_one_request_and_no_more(port: int) -> None:
    for _ in range(MANY):
        assert ask(port, "/boom")[0] == 500
    assert told(port)["bytes"] == 0


def test_the_application_hears_what_was_asked_and_no_header_passes_for_another(port: int) -> None:
    headers = {"X-Forwarded-For": "10.0.0.1", "X_Forwarded_For": "6.6.6.6", "Content_Length": "7"}
    found = told(port, "/a%20b/%C3%A1/%FF?x=%20%FF", None, **headers)
    assert found["PATH_INFO"] == "/a b/" + "á".encode().decode("latin-1") + "/\xff"
    assert (found["QUERY_STRING"], found["REQUEST_METHOD"]) == ("x=%20%FF", "GET")
    assert (found["HTTP_X_FORWARDED_FOR"], found["REMOTE_ADDR"]) == ("10.0.0.1", "127.0.0.1")
    assert "CONTENT_LENGTH" not in found
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        line.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: a=1\r\nCookie: b=2\r\nX-A: 1\r\nX-A: 2\r\n\r\n"
        )
        found = json.loads(line.makefile("rb").read().partition(b"\r\n\r\n")[2])
    assert (found["HTTP_COOKIE"], found["HTTP_X_A"], found["HTTP_HOST"]) == ("a=1; b=2", "1,2", "x")
