"""What processes cost, read from ``/proc``: CPU seconds, memory, wake-ups.

Owns the reading only. Memory is the proportional set size, which counts a page shared by a hundred processes once: the
fair figure, and the one that is kind to the many-process side. Linux only.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Over one stretch: CPU seconds (user and system), voluntary switches a second, memory at its end in bytes."""

    cpu_s: float
    wake_ups_per_s: float
    memory_bytes: int
    wall_s: float


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def family(pid: int) -> list[int]:
    """A process and all that it started, directly or not, and that live now."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def wake_ups(pid: int) -> int:
    """How often the threads of a process have gone to sleep by themselves."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def memory_bytes(pid: int) -> int:
    """Proportional set size."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def watch(pids: Sequence[int], seconds: float) -> Cost:
    """Let processes work for a while and say what all of them cost together."""
    begin, cpu, woken = time.monotonic(), sum(map(cpu_s, pids)), sum(map(wake_ups, pids))
    time.sleep(seconds)
    wall_s = time.monotonic() - begin
    return Cost(
        cpu_s=sum(map(cpu_s, pids)) - cpu,
        wake_ups_per_s=(sum(map(wake_ups, pids)) - woken) / wall_s,
        memory_bytes=sum(map(memory_bytes, pids)),
        wall_s=wall_s,
    )
