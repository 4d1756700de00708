"""The embedded fabric and the choice of ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from minhbach.engines import children, nats, ports

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def test_the_fabric_listens_where_it_was_told_and_only_there(tmp_path: Path) -> None:
    (tmp_path / "nats.conf").write_text("{}", "ascii")
    port = ports.choose(tmp_path / "ports.json", ["nats"])["nats"]
    server = nats.start(tmp_path, ports.HOST, port)
    assert server.address == f"nats://127.0.0.1:{port}"
    assert int((tmp_path / "nats.pid").read_text("ascii")) == server.server.pid
    assert not ports.is_free(port)
    server.stop()
    assert ports.is_free(port)


def test_a_configuration_that_is_none_is_told_in_the_servers_own_words(tmp_path: Path) -> None:
    (tmp_path / "nats.conf").write_text("authorization { users = 7 }", "ascii")
    with pytest.raises(nats.NatsFailed, match="does not start"):
        nats.start(tmp_path, ports.HOST, ports.choose(tmp_path / "ports.json", ["nats"])["nats"])


def test_a_port_is_the_same_again_unless_somebody_took_it(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports.choose(file, ["a", "b"])
    assert first["a"] != first["b"]
    assert ports.choose(file, ["b", "a"]) == first
    with socket.create_server((ports.HOST, first["a"])):
        later = ports.choose(file, ["a", "b"])
    assert later["a"] != first["a"]
    assert later["b"] == first["b"]
    file.write_text(json.dumps({"a": "x"}), "ascii")
    assert ports.choose(file, ["a"])["a"] > 0


def test_a_child_that_does_not_listen_is_taken_away_when_its_time_is_up(tmp_path: Path) -> None:
    child = children.start([sys.executable, "-c", STUBBORN], log=tmp_path / "log")
    while "up" not in (tmp_path / "log").read_text("ascii"):
        time.sleep(0.01)
    children.end(child, 0.3)
    # It would have gone on for ten minutes, and does not hear that it should end.
    assert child.returncode == -signal.SIGKILL


def test_a_child_of_a_killed_parent_is_told_to_end(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom minhbach.engines import children\n"
        f"print(children.start([sys.executable, '-c', {SLEEP!r}]).pid, flush=True)\ntime.sleep(600)"
    )
    source = Path(children.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=source, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)
