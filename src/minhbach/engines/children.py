"""Child processes that never outlive the process that started them.

Owns how a part of the product is started below another and how it is ended. Promises that the kernel itself ends a
child when its parent is gone, also after `kill -9`; and that a child leads a session of its own, so that Ctrl-C reaches
only the process that ends the parts in their order. Must be called from a thread that lives as long as the child
should: for the kernel, the thread is the parent.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Child = subprocess.Popen[bytes]

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str],
    *,
    log: Path | None = None,
    folder: Path | None = None,
    extra: Mapping[str, str] | None = None,
    ends_by: signal.Signals = signal.SIGTERM,
    become: Callable[[], None] | None = None,
) -> Child:
    """Start a command that the kernel sends `ends_by` when this thread is gone.

    `log` takes what it says (this process' own output otherwise); `extra` is added to the environment; `become` runs in
    the child first, to enter namespaces or to give up rights.
    """
    parent = os.getpid()

    def prepare() -> None:
        if become is not None:
            become()
        # Last, as a change of user takes it away again.
        end_with(parent, ends_by)

    with contextlib.ExitStack() as stack:
        words = None if log is None else stack.enter_context(log.open("ab"))
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            cwd=folder,
            env=None if extra is None else {**os.environ, **extra},
            start_new_session=True,
            preexec_fn=prepare,
        )


def end_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Let the kernel send `by` to this very process when process `parent`, which started it, is gone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def end(child: Child, patience_s: float, by: signal.Signals = signal.SIGTERM) -> None:
    """Ask the child to end; when its time is up, take it away with everything of its session."""
    end_all([child], patience_s, by)


def end_all(some: Sequence[Child], patience_s: float, by: signal.Signals = signal.SIGTERM) -> None:
    """Ask all of them at once, then wait for each; whoever is still there when the time is up is taken away."""
    for child in some:
        if child.poll() is None:
            child.send_signal(by)
    deadline = time.monotonic() + patience_s
    for child in some:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
