"""The decode child can read a pipe, think, and write a pipe. Everything else is tried here, from inside and outside."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from minhbach.decode.child import Decoder
from minhbach.decode.confinement import MACHINES, program
from tests.decode.filming import filmed

#: Each is tried by a process behind `confinement.enter`, which prints what happened.
ATTEMPTS = {
    "read a key": "open(KEY, 'rb').read()",
    "read what anybody may read": "open('/etc/hostname').read()",
    "write a file": "open('/tmp/written-by-a-decoder', 'w')",
    "list a folder": "os.listdir('/')",
    "delete a file": "os.unlink(KEY)",
    "dial the network": "socket.create_connection(('127.0.0.1', PORT), 2)",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "listen": "socket.socket().bind(('127.0.0.1', 0))",
    "talk to a neighbour": "socket.socket(socket.AF_UNIX).connect(b'\\0' + b'neighbour')",
    "start a program": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork()",
    "start a thread": "_thread.start_new_thread(print, ())",
    "end its parent": "os.kill(os.getppid(), 15)",
    "look into its parent": "checked(libc.ptrace(16, PARENT, 0, 0))",
    "read its parent's memory": "checked(libc.process_vm_readv(PARENT, None, 0, None, 0, 0))",
    "run what it has written": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
    "take all memory": "bytearray(4 << 30)",
    "become root": "os.setresuid(0, 0, 0)",
    "undo its limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "make a pipe": "os.pipe()",
    "set the clock": "time.clock_settime(time.CLOCK_REALTIME, 0)",
    "mount": "checked(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
}
HARNESS = """
import _thread, ctypes, json, mmap, os, resource, socket, sys, time
from minhbach.decode import confinement

KEY, PORT, PARENT = sys.argv[1], int(sys.argv[2]), os.getppid()
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace, libc.process_vm_readv, libc.mount

def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")

attempts = json.loads(sys.argv[3])
codes = {name: compile(text, name, "eval") for name, text in attempts.items()}
'x'.encode('idna')
if sys.argv[4] == "confined":
    confinement.enter(768 << 20)
outcome = {}
for name, code in codes.items():
    try:
        eval(code)
        outcome[name] = "DONE"
    except (OSError, RuntimeError, MemoryError, ValueError) as problem:
        outcome[name] = type(problem).__name__
os.write(1, json.dumps(outcome).encode())
os._exit(0)
"""


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def attempted(key: Path, listener: socket.socket, attempts: dict[str, str], how: str) -> dict[str, str]:
    arguments = [str(key), str(listener.getsockname()[1]), json.dumps(attempts), how]
    done = subprocess.run([sys.executable, "-c", HARNESS, *arguments], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    outcome: dict[str, str] = json.loads(done.stdout)
    return outcome


def test_nothing_but_thinking_is_possible_inside(tmp_path: Path, listener: socket.socket) -> None:
    key = tmp_path / "recorder.key"
    key.write_text("secret")
    outcome = attempted(key, listener, ATTEMPTS, "confined")
    assert {name for name, what in outcome.items() if what == "DONE"} == set()
    assert outcome.keys() == ATTEMPTS.keys()
    assert key.read_text() == "secret"


def test_the_same_attempts_succeed_outside(tmp_path: Path, listener: socket.socket) -> None:
    """Or the test above would prove nothing."""
    key = tmp_path / "recorder.key"
    key.write_text("secret")
    harmless = {
        *("read a key", "list a folder", "dial the network", "send a datagram", "listen", "start a thread"),
        *("run what it has written", "make a pipe", "delete a file"),
    }
    outcome = attempted(key, listener, {name: ATTEMPTS[name] for name in ATTEMPTS if name in harmless}, "free")
    assert {name: what for name, what in outcome.items() if what != "DONE"} == {}


def test_the_real_child_is_confined_before_it_sees_a_byte() -> None:
    async def look() -> tuple[dict[str, str], list[str], bytes]:
        decoder = Decoder()
        try:
            await decoder.still(filmed())
            assert decoder.confinement is not None
            assert decoder.confinement.seccomp
            assert not decoder.confinement.root
            place = Path(f"/proc/{decoder.pid}")
            status = dict(line.split(":\t", 1) for line in (place / "status").read_text().splitlines() if ":\t" in line)
            status["limits"] = (place / "limits").read_text()
            return (
                status,
                sorted(os.listdir(place / "fd")) if os.geteuid() == 0 else ["0", "1", "2"],
                environment(place),
            )
        finally:
            await decoder.close()

    status, files, variables = asyncio.run(look())
    assert status["Seccomp"] == "2"
    assert status["NoNewPrivs"] == "1"
    assert int(status["CapEff"], 16) == 0
    assert status["Threads"] == "1"
    assert files == ["0", "1", "2"]
    assert b"SECRET" not in variables
    assert "Max processes             0" in status["limits"]


def environment(place: Path) -> bytes:
    try:
        return (place / "environ").read_bytes()
    except PermissionError:
        return b""  # not even its own user may look: it is not dumpable


def test_the_child_inherits_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHBACH_SECRET", "SECRET")
    test_the_real_child_is_confined_before_it_sees_a_byte()


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_the_filter_allows_exactly_its_calls(name: str) -> None:
    """The kernel's rules for the filter, followed by hand: also for the processor this test does not run on."""
    machine = MACHINES[name]
    for number in range(520):
        expected = number in machine.calls or number in machine.maps
        assert judged(program(machine), machine.audit, number, 0) == expected, number
        assert judged(program(machine), machine.audit, number, 4) == (number in machine.calls)
        assert not judged(program(machine), 0x40000003, number, 0)
    assert not judged(program(machine), machine.audit, 0x40000000, 0)


def judged(instructions: bytes, audit: int, number: int, third: int) -> bool:
    data = {0: number, 4: audit, 32: third}
    place = value = 0
    while True:
        line = instructions[place * 8 : place * 8 + 8]
        code, yes, no = int.from_bytes(line[:2], "little"), line[2], line[3]
        constant = int.from_bytes(line[4:], "little")
        if code == 0x06:
            return constant == 0x7FFF0000
        if code == 0x20:
            value, place = data[constant], place + 1
            continue
        true = {0x15: value == constant, 0x35: value >= constant, 0x45: bool(value & constant)}[code]
        place += 1 + (yes if true else no)


def test_the_child_does_not_outlive_its_recorder() -> None:
    text = """
import asyncio, os
from minhbach.decode.child import Decoder
from tests.decode.filming import filmed
async def main():
    decoder = Decoder()
    await decoder.still(filmed())
    print(decoder.pid, flush=True)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, timeout=60, check=False, cwd=Path.cwd())
    pid = int(done.stdout)
    gone = threading.Event()
    for _ in range(1200):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return
        gone.wait(0.05)
    pytest.fail("the decode child lives on")
