"""A process gives up, for good, everything that decoding does not need.

Owns the order in which it is given up and the proof of it: user and capabilities (when started as root), memory, files
and processes by limits, new privileges, the file system and TCP by Landlock where the kernel has it, and at last every
system call but those of a program that reads from one pipe, thinks, and writes to another (seccomp). Promises that
``enter`` either returns with at least no-new-privileges and the system-call filter in force, or raises; that no thread
existing before keeps its rights is the caller's to ensure: have none. Linux on x86-64 and ARM64; standard library only.

The list of calls is one that allows; everything else fails with EPERM rather than killing the process, so that a codec
which asks for the number of processors is merely told nothing.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # ERRNO carries EPERM
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|…|K, BPF_RET|K
_NUMBER_AT, _MACHINE_AT, _THIRD_ARGUMENT_AT = 0, 4, 32  # struct seccomp_data, little-endian low half
_PROT_EXEC = 4
_X32 = 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_VERSION = 1


class CannotConfine(RuntimeError):
    """This kernel or this processor does not let a process be confined; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One processor family: its number for seccomp, its calls that only read, think and write, and the two that map
    memory (allowed without execution)."""

    audit: int
    calls: frozenset[int]
    maps: tuple[int, int]


MACHINES = {
    # read write close fstat lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sched_yield mremap madvise getpid
    # exit gettid futex sched_getaffinity clock_gettime clock_nanosleep exit_group getrandom gettimeofday sigaltstack
    "x86_64": Machine(
        0xC000003E,
        frozenset((0, 1, 3, 5, 8, 11, 12, 13, 14, 15, 24, 25, 28, 39))
        | frozenset((60, 186, 202, 204, 228, 230, 231, 318, 96, 131)),
        (9, 10),
    ),
    "aarch64": Machine(
        0xC00000B7,
        frozenset((63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 124, 216, 233, 172))
        | frozenset((93, 178, 98, 123, 113, 115, 94, 278, 169, 132)),
        (222, 226),
    ),
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """What is in force. ``landlock`` is the kernel's version of it, 0 where it has none."""

    seccomp: bool
    landlock: int
    root: bool


def enter(memory_bytes: int) -> Confinement:
    """Give it all up. ``memory_bytes`` may be taken on top of what is in use. Raises CannotConfine."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise CannotConfine(f"No list of system calls is known for {platform.machine()}.")
    library = ctypes.CDLL(None, use_errno=True)
    _limit(memory_bytes)
    _leave_root()
    _control(library, _PR_SET_PDEATHSIG, signal.SIGKILL)
    _control(library, _PR_SET_DUMPABLE, 0)
    _control(library, _PR_SET_NO_NEW_PRIVS, 1)
    version = _close_files(library)
    # Pipes stay open; nothing can be opened beside them.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    force = Confinement(True, version, os.geteuid() == 0)
    _filter_calls(library, machine)
    return force


def _leave_root() -> None:
    """To the user nobody, which also drops every capability; where that user does not exist the filter must do."""
    if os.geteuid():
        return
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return


def _limit(memory_bytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    most_bytes = pages * resource.getpagesize() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))


def _control(library: ctypes.CDLL, option: int, value: int) -> None:
    if library.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        raise CannotConfine(f"prctl({option}) failed: {os.strerror(ctypes.get_errno())}.")


def _close_files(library: ctypes.CDLL) -> int:
    """Landlock with every right handled and none granted; returns the kernel's version of it."""
    version = library.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION))
    if version < 1:
        return 0
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    ports = 0b11 if version >= 4 else 0
    scopes = 0b11 if version >= 6 else 0
    # Older kernels know a shorter structure, and refuse a longer one only when what they do not know is not zero.
    rules = ctypes.create_string_buffer(struct.pack("=QQQ", files, ports, scopes), 24)
    rights = library.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(24), ctypes.c_uint(0))
    if rights < 0 or library.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(rights), ctypes.c_uint(0)):
        raise CannotConfine(f"Landlock {version} failed: {os.strerror(ctypes.get_errno())}.")
    os.close(rights)
    return int(version)


def _filter_calls(library: ctypes.CDLL, machine: Machine) -> None:
    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    instructions = program(machine)
    wanted = Program(len(instructions) // 8, instructions)
    if library.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(wanted), 0, 0):
        raise CannotConfine(f"seccomp failed: {os.strerror(ctypes.get_errno())}.")


def program(machine: Machine) -> bytes:
    """The filter in the kernel's BPF: 8 bytes an instruction (code, jump if true, jump if false, value)."""
    calls = sorted(machine.calls)
    first, second = machine.maps
    count = len(calls)
    lines = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, count + 2, 0, _X32),
        (_EQUAL, count + 2, 0, first),
        (_EQUAL, count + 1, 0, second),
        *((_EQUAL, count + 3 - place, 0, call) for place, call in enumerate(calls)),
        (_RETURN, 0, 0, _DENY),
        (_LOAD, 0, 0, _THIRD_ARGUMENT_AT),
        (_ANY_BIT, 0, 1, _PROT_EXEC),
        (_RETURN, 0, 0, _DENY),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
