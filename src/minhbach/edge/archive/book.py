"""The recorder's entries from the moment they are known to the moment they are durable.

Owns the line of entries of a running recorder: their numbers, their clock, the batch that is on its way to the disk
and who wants to know when it has arrived; and the turn to another log, which nobody who appends has to wait for: what
is entered meanwhile waits behind the closing of the log before. Every entry is judged by the same ``ledger.history``
that a checker runs later, so a recorder that would write something unlawful says so at once. Leaves the files of the
log to ``log`` and what the entries mean for footage to the callers.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from minhbach.edge.archive.accounts import Epoch
from minhbach.edge.archive.lane import Lane
from minhbach.edge.archive.log import Log
from minhbach.edge.clock import Clock, has_stepped, offset_us
from minhbach.ledger import entry as entries
from minhbach.ledger.entry import Entry
from minhbach.ledger.findings import Weight
from minhbach.ledger.history import Replay

_LOGGER = logging.getLogger(__name__)

Batch = list[tuple[int, Entry, bytes, Callable[[int], None] | None]]
"""(index, entry, its bytes, whom to tell)."""

Follower = Callable[[str, Sequence[tuple[int, Entry]], dict[str, Any] | None], None]
"""(log name, durable entries with index, replay state behind the last of them or None); runs on the log's lane."""

Turn = Callable[[], Log]
"""Begins the files of the next log, still without an entry; runs on the log's lane, again when it raised OSError."""

STATE_EVERY_US = 30_000_000
RETRY_US = 1_000_000
SILENT_US = 660_000_000
"""A running recorder makes an entry at least every twelve minutes (FORMAT.md section 8)."""
MOST_WAITING = 10_000
"""Entries that may wait for a log that cannot be written: some megabytes, hours of a small office."""


class Book:
    """The open log of a running recorder. All methods are called on the loop's thread; none blocks."""

    def __init__(
        self, log: Log, replay: Replay, lane: Lane, clock: Clock, state_every_us: int = STATE_EVERY_US
    ) -> None:
        self.log = log
        self.replay = replay
        self.followers: list[Follower] = []
        self.failure: BaseException | None = None
        self._name = entries.log_name(log.origin)
        self._beyond: Batch = []
        self._turn: Turn | None = None
        self._lane = lane
        self._clock = clock
        self._epoch = Epoch(self.name, -1, offset_us(clock))
        self._durable_epoch = self._epoch
        self._next_index = log.size
        self._boot = clock.boot()
        self._pending: Batch = []
        self._batch: Batch = []
        self._writing: list[bytes] = []
        self._busy = False
        self._due_us = 0
        self._state_due_us = 0
        self._state_every_us = state_every_us
        self._taken_us = 0

    @property
    def name(self) -> str:
        """The name, as references use it, of the log that new entries go into, for example ``2026``."""
        return self._name

    @property
    def follows_damage(self) -> bool:
        """Whether this log was opened because the one before it is damaged."""
        return bool(entries.decode(self.log.reader().entry(0))["reason"] == "log_damaged")

    @property
    def epoch(self) -> Epoch:
        """The newest clock epoch whose entry is durable: footage may be labelled with it."""
        return self._durable_epoch

    @property
    def settled(self) -> bool:
        """Whether everything appended is durable."""
        return not self._pending and not self._batch and not self._beyond

    @property
    def crowded(self) -> bool:
        """Whether so much waits for the log that nothing new may be begun."""
        return len(self._pending) + len(self._batch) + len(self._beyond) >= MOST_WAITING

    @property
    def writing_epoch(self) -> Epoch:
        """The epoch that new entries go by."""
        return self._epoch

    @property
    def next_index(self) -> int:
        """The index that the next entry gets."""
        return self._next_index

    def stamp(self) -> dict[str, int]:
        """``at_us`` and ``clock`` of an entry made now."""
        return {"at_us": self._epoch.wall_us(self._clock.mono_us()), "clock": self._epoch.clock}

    def append_made(self, entry: Entry, on_durable: Callable[[int], None] | None = None) -> int:
        """Append an entry that was made with ``stamp`` and judged by the caller; as ``append`` otherwise."""
        return self._take(entry, on_durable)

    def append(self, kind: str, on_durable: Callable[[int], None] | None = None, **fields: Any) -> int:
        """Make an entry of now; returns its index. ``Lanes.poll`` calls ``on_durable`` once a power cut is survived."""
        return self._take(entries.make(kind, **self.stamp(), **fields), on_durable)

    def boot(self, version: str) -> None:
        """The first entry of a run: which clock it goes by, how the run before ended."""
        state = self.replay.state
        previous = "first" if state.starts == 0 else "clean" if state.stopped else "killed"
        mono_us = self._clock.mono_us()
        if state.now is not None and state.now.boot == self._boot and mono_us < state.last_mono_us:
            # One line of monotonic time after all: another container, a restored machine.
            self._boot = secrets.token_hex(16)
        self._start_epoch(
            "boot",
            offset_us(self._clock),
            boot=self._boot,
            run_us=state.last_run_us,
            version=version,
            previous_end=previous,
        )

    def watch_clock(self) -> bool:
        """Log a step of the wall clock if there was one; true when there was."""
        offset = offset_us(self._clock)
        if not has_stepped(offset, self._epoch.offset_us):
            return False
        before = self._epoch.offset_us
        self._start_epoch("clock_step", offset, boot=self._boot, before_offset_us=before)
        return True

    def turn(self, closing: Entry, opening: Entry, turn: Turn) -> None:
        """Close the log and go on in the one that ``turn`` begins. Only while everything is settled."""
        assert self.settled, "the opening binds what the log holds, closing included"
        self._take(closing, None)
        self.replay.end_log(opening["previous"]["root"])
        self._turn, self._name, self._next_index = turn, entries.log_name(opening["origin"]), 0
        self._take(opening, None)
        self._start_epoch("clock_carried", self._epoch.offset_us, boot=self._boot)

    def commit(self) -> None:
        """Send what waits to the disk unless a batch is under way; one that failed is sent again after ``RETRY_US``."""
        now_us = self._clock.mono_us()
        if self._busy or now_us < self._due_us:
            return
        if self._turn is not None and not self._pending and not self._batch:
            self._busy = True
            self._lane.put(self._go_over, self._gone_over)
            return
        if not self._batch:
            self._batch, self._pending = self._pending, []
            self._writing = [data for _, _, data, _ in self._batch]
        if self._batch:
            self._busy = True
            batch, state = self._batch, self._state(now_us)
            self._lane.put(lambda: self._write(batch, state), self._written)

    def keep_going(self, now_us: int) -> None:
        """A recorder with nothing to say says its time: silence of a log would look like a clock that stood still."""
        if now_us - self._taken_us >= SILENT_US:
            before = self._epoch.offset_us
            self._start_epoch("clock_step", before, boot=self._boot, before_offset_us=before)

    def _state(self, now_us: int) -> dict[str, Any] | None:
        """The replay's state now and then, where it is the one behind the batch."""
        if now_us < self._state_due_us or self._pending or self._beyond:
            return None
        self._state_due_us = now_us + self._state_every_us
        return self.replay.saved()

    def _start_epoch(self, kind: str, offset: int, **fields: Any) -> None:
        mono_us = self._clock.mono_us()
        if kind != "boot":
            now = self.replay.state.now
            assert now is not None
            fields["run_us"] = now.run_us + mono_us - now.mono_us
        epoch = Epoch(self._name, self._next_index, offset)
        entry = entries.make(
            kind, at_us=epoch.wall_us(mono_us), clock=epoch.clock, mono_us=mono_us, offset_us=offset, **fields
        )
        self._epoch = epoch
        self._take(entry, lambda _: self._adopt(epoch))

    def _adopt(self, epoch: Epoch) -> None:
        self._durable_epoch = epoch

    def _take(self, entry: Entry, on_durable: Callable[[int], None] | None) -> int:
        index = self._next_index
        self._taken_us = entry["at_us"] - self._epoch.offset_us
        waiting = self._pending if self._turn is None else self._beyond
        data = entries.encode(entry)
        for finding in self.replay.feed(index, entry):
            level = logging.WARNING if finding.weight is Weight.FINDING else logging.INFO
            _LOGGER.log(level, "entry %d (%s): %s", index, entry["kind"], finding.text[1])
        self._next_index += 1
        waiting.append((index, entry, data, on_durable))
        return index

    def _go_over(self) -> None:
        assert self._turn is not None, "the caller looked"
        following = self._turn()
        self.log.close()
        self.log = following

    def _gone_over(self, error: BaseException | None) -> None:
        self._busy = False
        if error is not None:
            self._failed(error)
            return
        self._turn, self._pending, self._beyond = None, self._beyond, []

    def _write(self, batch: Batch, state: dict[str, Any] | None) -> None:
        self.log.write(self._writing)
        name = entries.log_name(self.log.origin)
        for follower in self.followers:
            try:
                follower(name, [(index, entry) for index, entry, _, _ in batch], state)
            except Exception:
                _LOGGER.exception("entries %d to %d are durable, but not everybody knows", batch[0][0], batch[-1][0])

    def _written(self, error: BaseException | None) -> None:
        self._busy = False
        if error is not None:
            self._failed(error)
            return
        self.failure = None
        batch, self._batch = self._batch, []
        for index, _, _, on_durable in batch:
            if on_durable:
                on_durable(index)

    def _failed(self, error: BaseException) -> None:
        self.failure = error
        _LOGGER.error("the log cannot be written: %s", error)
        self._due_us = self._clock.mono_us() + RETRY_US
