"""A toy recorder without video: lawful whatever happens to it, with its own bookkeeping apart from the rules'.

Owns: a world (true time, a lying wall clock, kills, full disks, a cut line, a witness) and a recorder in it that
writes the entries the law demands. Leaves to others: judging them (the tests feed `audit`), and dishonesty (`mutations`
in test_simulation). The toy keeps its own lists of segments, holds and intents; it never asks `rules`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from minhbach.ledger import audit, entry, note, tiles, tree, witness
from minhbach.ledger import checkpoint as checkpoints

S = 1_000_000
MINUTE, HOUR, DAY = 60 * S, 3600 * S, 86_400 * S
RECORDER = "0191a5e2-7b1c-7e00-8000-00000000000a"
START_US = 1_797_000_000 * S  # 2026-12-11
COMMIT = "c0" * 32
STREAMS = [("Quầy 1", "main"), ("Quầy 1", "sub"), ("Phòng tiếp dân", "main")]


def fast_check(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 by the library the edge uses: a thousand signatures per run."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signer(name: str, seed: int, algorithm: int = note.LOG_KEY) -> note.Signer:
    key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big"))
    return note.Signer(name, key.public_key().public_bytes_raw(), key.sign, algorithm)


@dataclass
class ToyLog:
    """Entries as bytes, and the newest checkpoint; its files are made when somebody wants to read them."""

    origin: str
    lines: list[bytes] = field(default_factory=list)
    checkpoint: bytes | None = None

    def files(self) -> dict[str, bytes]:
        whole = len(self.lines) // 256 * 256
        _, files = tiles.full_tiles(tiles.Edge(), map(tree.leaf_hash, self.lines))
        found = dict(files)
        for start in range(0, whole, 256):
            found[tiles.bundle_path(start // 256)] = b"".join(map(tiles.frame, self.lines[start : start + 256]))
        found["tail"] = b"".join(map(tiles.frame, self.lines[whole:]))
        return found

    def as_log(self) -> audit.Log:
        return audit.Log(self.files().__getitem__, len(self.lines), self.checkpoint)

    def head(self) -> checkpoints.Checkpoint:
        return checkpoints.Checkpoint(self.origin, len(self.lines), tree.root_of(map(tree.leaf_hash, self.lines)))


@dataclass
class Sealed:
    number: int
    begin_us: int
    end_us: int
    end_run_us: int
    path: str
    gone: bool = False


@dataclass
class ToyStream:
    camera: str
    name: str
    end_us: int = 0
    end_clock: list[object] = field(default_factory=list)
    spans_boot: bool = False
    killed: bool = False
    days: int = 0  # as last configured: a stream that is dropped keeps its rule
    sealed: list[Sealed] = field(default_factory=list)


class Recorder:
    """Lives through random events; `logs`, `files` and `view()` are what a checker gets to see."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.real_us, self.mono_us, self.error_us = START_US, 50 * S, 0
        self.offset_us, self.run_us, self.run_mono_us = 0, 0, 0
        self.days, self.minimum, self.lead_us = 1, self.random.choice([0, 1]), self.random.choice([0, HOUR, 8 * HOUR])
        self.part, self.key_seed = 1, 1
        self.logs: list[ToyLog] = []
        self.files: dict[str, bytes] = {}
        self.streams = [ToyStream(*each) for each in STREAMS]
        self.active: list[ToyStream] = []
        self.holds: dict[str, tuple[str, str, int, int]] = {}
        self.unrecovered: list[tuple[list[object], str, int]] = []
        self.intents: list[tuple[list[object], int, ToyStream, list[int], int, int]] = []
        self.boot_id, self.clock, self.wall_of_log = "", -1, 0
        self.year = 2026
        self.record = bytearray()
        self.witness = self._new_witness()
        self.cosigned: dict[str, int] = {}
        self.last_cosigned_s = 0
        self.happened: list[str] = []
        self.offset_us = self.real_us - self.mono_us
        self._open_log("new", None)
        self._boot("first", fresh=True)
        self.configure(self.streams)

    # --- the world ------------------------------------------------------------------------------

    def pass_time(self, us: int) -> None:
        self.real_us += us
        self.mono_us += us

    @property
    def wall_us(self) -> int:
        return self.mono_us + self.offset_us

    @property
    def now_run_us(self) -> int:
        return self.run_us + self.mono_us - self.run_mono_us

    def signers(self) -> note.Signer:
        return signer(checkpoints.key_name(self.origin()), self.key_seed)

    def origin(self, year: int | None = None) -> str:
        part = f"{self.part}/" if self.part > 1 else ""
        return f"example.vn/log/{RECORDER}/{part}{year or self.year}"

    def _new_witness(self) -> witness.Witness:
        cosigner = signer("example.vn/witness", 900, note.WITNESS_KEY)
        logs = [self.signers().verifier] if not self.logs else []
        return witness.Witness(cosigner, logs, bytes(self.record), self.record.extend, fast_check)

    def view(self) -> witness.WitnessView:
        return witness.read_witness_file(bytes(self.record), fast_check)

    # --- the log --------------------------------------------------------------------------------

    def log(self, kind: str, **fields: object) -> int:
        clock = -1 if kind == "log_opened" else self.clock
        line = entry.encode(entry.make(kind, at_us=self.wall_us, clock=clock, **fields))
        self.logs[-1].lines.append(line)
        if kind != "log_opened":
            self.last_run_us = self.now_run_us
        return len(self.logs[-1].lines) - 1

    def _open_log(self, reason: str, previous: ToyLog | None) -> None:
        bound = None
        if previous is not None:
            head = previous.head()
            bound = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        self.logs.append(ToyLog(self.origin()))
        key = self.signers().verifier.vkey
        fields = {"origin": self.origin(), "recorder": RECORDER, "year": self.year, "key": key}
        self.log("log_opened", previous=bound, reason=reason, **fields)

    def _clock_entry(self, kind: str, **fields: object) -> None:
        self.clock = len(self.logs[-1].lines)
        self.run_us, self.run_mono_us = self.now_run_us, self.mono_us
        common = {"boot": self.boot_id, "mono_us": self.mono_us, "offset_us": self.offset_us, "run_us": self.run_us}
        self.log(kind, **common, **fields)

    def _boot(self, previous_end: str, fresh: bool) -> None:
        if fresh:
            self.boot_id = f"{self.random.getrandbits(128):032x}"
            self.mono_us = self.random.randrange(5 * S, 100 * S)
        self.offset_us = self.real_us + self.error_us - self.mono_us
        self.run_us, self.run_mono_us = (0 if previous_end == "first" else self.last_run_us), self.mono_us
        for stream in self.active:
            stream.spans_boot = True
            stream.killed = stream.killed or previous_end == "killed"
        self._clock_entry("boot", version="toy", previous_end=previous_end)

    def configure(self, streams: list[ToyStream]) -> None:
        rule = {"content": "av", "days": self.days, "minimum_days": self.minimum}
        rows = [{"camera": each.camera, "stream": each.name, **rule} for each in streams]
        self.log("configuration", cameras=rows, intent_lead_us=self.lead_us, sha256=COMMIT)
        for each in streams:
            if each not in self.active:
                each.end_us, each.end_clock, each.spans_boot, each.killed = self.wall_us, self.here(), False, False
        for each in streams:
            each.days = self.days
        self.active = list(streams)

    def here(self) -> list[object]:
        return [entry.log_name(self.logs[-1].origin), self.clock]

    def _to_here(self, stream: ToyStream) -> int:
        """The stream's end relabelled in the clock in force, where it is of this kernel boot."""
        return stream.end_us - self._offset(stream.end_clock) + self.offset_us

    def _offset(self, reference: list[object]) -> int:
        return int(self._clock_of(reference)["offset_us"])

    def _clock_of(self, reference: list[object]) -> entry.Entry:
        log = next(each for each in self.logs if entry.log_name(each.origin) == reference[0])
        return entry.decode(log.lines[int(str(reference[1]))])

    # --- what a recorder does -------------------------------------------------------------------

    def seal(self, stream: ToyStream, end_us: int, clock: list[object], cut: str) -> None:
        """Seals footage from the stream's end to `end_us`, both labelled by `clock`."""
        begin_us = stream.end_us - self._offset(stream.end_clock) + self._offset(clock)
        number = len(stream.sealed)
        data = f"{stream.camera} {stream.name} {number}".encode() * (1 + number % 3)
        path = f"footage/{STREAMS.index((stream.camera, stream.name))}/{number}.mp4"
        self.files[path] = data
        digest = sha256(data).hexdigest()
        about = {"camera": stream.camera, "stream": stream.name, "number": number, "disk": "d1", "path": path}
        times = {"footage_clock": clock, "begin_us": begin_us, "end_us": end_us}
        what = {"bytes": len(data), "sha256": digest, "init_sha256": COMMIT, "tracks": ["avc1.64001f"]}
        self.log("segment", **about, **times, **what, start="key", cut=cut, notes={}, camera_offset_us=None)
        source = self._clock_of(clock)
        run_us = source["run_us"] + end_us - source["offset_us"] - source["mono_us"]
        stream.sealed.append(Sealed(number, begin_us, end_us, run_us, path))
        stream.end_us, stream.end_clock = end_us, clock

    def gap(self, stream: ToyStream, cause: str) -> None:
        """Covers everything up to now."""
        if stream.spans_boot:
            cause = "recorder_killed" if stream.killed else "recorder_stopped"
        elif self._to_here(stream) == self.wall_us:
            return
        fields = {"begin_us": stream.end_us, "begin_clock": stream.end_clock, "end_us": self.wall_us, "cause": cause}
        self.log("gap", camera=stream.camera, stream=stream.name, **fields)
        stream.end_us, stream.end_clock, stream.spans_boot, stream.killed = self.wall_us, self.here(), False, False

    def cover(self) -> None:
        """Brings every stream up to now: footage where it is up, else a gap."""
        for stream in self.active:
            length = self.wall_us - self._to_here(stream) if not stream.spans_boot else 0
            if 0 < length <= 120 * S and self.random.random() < 0.7:
                at_us = self.wall_us - self.random.randrange(min(length, 2 * S))
                self.seal(stream, at_us, self.here(), "key")
            else:
                self.gap(stream, self.random.choice(["camera_unreachable", "stream_lost", "disk_missing"]))

    def live(self, us: int) -> None:
        """Runs for a while, covering often enough and cosigning when the line is up."""
        end_us = self.mono_us + us
        while self.mono_us < end_us:
            step = self.random.choice([20 * S, 60 * S, 590 * S]) if us < 2 * HOUR else 590 * S
            self.pass_time(min(step, end_us - self.mono_us))
            self.cover()

    def cosign(self) -> None:
        """The line is up: the newest checkpoint goes to the witness."""
        self.sign()
        self.submit(self.logs[-1], self.logs[-1].head())

    def sign(self) -> None:
        """A checkpoint that no witness sees."""
        self.logs[-1].checkpoint = checkpoints.sign(self.logs[-1].head(), *self.due_signers())

    def due_signers(self) -> list[note.Signer]:
        last = entry.decode(self.logs[-1].lines[-1])
        keys = [signer(checkpoints.key_name(self.origin()), self.key_seed - 1)] if last["kind"] == "key_rotated" else []
        return [*keys, self.signers()]

    def submit(self, log: ToyLog, head: checkpoints.Checkpoint) -> None:
        known = self.witness.latest(log.origin)
        old = known.size if known else 0
        proof = tiles.LogReader(log.files().__getitem__, head.size).consistency_proof(old, head.size)
        now_s = max(self.real_us // S, self.last_cosigned_s)
        assert log.checkpoint
        self.witness.add_checkpoint(old, proof, log.checkpoint, now_s)
        self.last_cosigned_s = now_s

    # --- what happens to it ---------------------------------------------------------------------

    def shutdown(self) -> None:
        self.cover()
        self.log("shutdown")
        self._come_back("clean")

    def kill(self) -> None:
        """Dies with footage open; a part of it is recovered by the next start."""
        self.pass_time(self.random.randrange(1, 100 * S))
        self._come_back("killed")

    def _come_back(self, how: str) -> None:
        old_boot, old_clock, old_mono = self.boot_id, self.here(), self.mono_us
        fresh = self.random.random() < 0.5
        away = self.random.choice([2 * S, 3 * MINUTE, 5 * HOUR, 40 * DAY])
        self.pass_time(away)
        if fresh:
            self.error_us = self.random.choice([0, 0, 400 * DAY, -300 * DAY])
        self._boot(how, fresh)
        if how == "killed":
            self.unrecovered.append((old_clock, old_boot, old_mono))
        if self.random.random() < 0.3:
            self.kill()  # dies again before it covered, or even recovered, anything
            return
        for stream in self.active:
            for clock, boot, mono_us in self.unrecovered:
                if self.random.random() < 0.5:
                    self._recover(stream, clock, boot, mono_us)
        self.unrecovered.clear()
        for stream in self.active:
            self.gap(stream, "recorder_starting")

    def _recover(self, stream: ToyStream, clock: list[object], boot: str, mono_us: int) -> None:
        source = self._clock_of(stream.end_clock)
        dead = self._clock_of(clock)
        if source["boot"] != boot or not stream.end_us:
            return
        end_mono = stream.end_us - source["offset_us"]
        if 0 < mono_us - end_mono <= 120 * S:
            self.seal(stream, mono_us + dead["offset_us"], clock, "recovered")

    def step_clock(self) -> None:
        before = self.offset_us
        self.error_us = self.random.choice([0, 400 * DAY, -300 * DAY, 90 * S, -90 * S])
        self.offset_us = self.real_us + self.error_us - self.mono_us
        if self.offset_us != before:
            run_us = self.now_run_us
            self._clock_entry("clock_step", before_offset_us=before)
            assert self.run_us == run_us

    def hold(self) -> None:
        stream = self.random.choice(self.streams)
        kept = [each for each in stream.sealed if not each.gone]
        if not kept:
            return
        one = self.random.choice(kept)
        name = f"{self.random.getrandbits(32):08x}-0000-7000-8000-000000000000"
        begin_us, end_us = one.begin_us + 1, one.end_us + self.random.choice([0, HOUR])
        which = self.random.choice([stream.name, "*"])
        what = {"camera": stream.camera, "stream": which, "begin_us": begin_us, "end_us": end_us}
        self.log("hold", hold=name, **what, commitment=COMMIT)
        self.holds[name] = (stream.camera, which, begin_us, end_us)

    def release(self) -> None:
        if not self.holds:
            return
        name = self.random.choice(sorted(self.holds))
        camera, which, begin_us, end_us = self.holds.pop(name)
        self.log("hold_released", hold=name, commitment=COMMIT)
        self.intents = [  # a released hold voids what was intended before
            each
            for each in self.intents
            if not (each[2].camera == camera and which in ("*", each[2].name) and self._touches(each, begin_us, end_us))
        ]

    def _touches(self, intent: tuple[list[object], int, ToyStream, list[int], int, int], begin: int, end: int) -> bool:
        return any(intent[2].sealed[n].begin_us < end and begin < intent[2].sealed[n].end_us for n in intent[3])

    def is_held(self, stream: ToyStream, one: Sealed) -> bool:
        return any(
            camera == stream.camera and which in ("*", stream.name) and one.begin_us < end and begin < one.end_us
            for camera, which, begin, end in self.holds.values()
        )

    def intend(self) -> None:
        for stream in self.active:
            some = [each.number for each in stream.sealed if not each.gone][: self.random.randrange(1, 40)]
            if not some:
                continue
            rule = {"days": self.days, "minimum_days": self.minimum}
            index = self.log("deletion_intent", segments=_ranges(stream, some), rule=rule)
            reference: list[object] = [self.here()[0], index]
            self.intents.append((reference, self.now_run_us, stream, some, self.lead_us, self.days))

    def delete(self) -> None:
        for reference, run_us, stream, numbers, lead_us, days in list(self.intents):
            waited_us = self.now_run_us - run_us
            if waited_us < max(lead_us, self.lead_us) or waited_us > 30 * DAY:
                continue
            limit_us = max(days, stream.days, self.minimum) * DAY
            ripe = [n for n in numbers if not stream.sealed[n].gone and not self.is_held(stream, stream.sealed[n])]
            ripe = [n for n in ripe if self.now_run_us - stream.sealed[n].end_run_us >= limit_us]
            if ripe:
                self.log("deletion", segments=_ranges(stream, ripe), intent=reference)
                self._remove(stream, ripe)

    def emergency(self) -> None:
        stream = self.random.choice(self.active)
        some = [e for e in stream.sealed if not e.gone and not self.is_held(stream, e)][: self.random.randrange(1, 4)]
        if not some:
            return
        below = any(self.now_run_us - each.end_run_us < self.minimum * DAY for each in some)
        numbers = [each.number for each in some]
        need = {"disk": "d1", "free_bytes": 0, "need_bytes": 1, "below_minimum": below}
        self.log("emergency_deletion", segments=_ranges(stream, numbers), **need)
        self._remove(stream, numbers)

    def erase(self) -> None:
        stream = self.random.choice(self.streams)
        some = [e.number for e in stream.sealed if not e.gone and not self.is_held(stream, e)]
        if some:
            number = self.random.choice(some)
            self.log("erasure", segments=_ranges(stream, [number]), commitment=COMMIT)
            self._remove(stream, [number])

    def _remove(self, stream: ToyStream, numbers: list[int]) -> None:
        for number in numbers:
            stream.sealed[number].gone = True
            del self.files[stream.sealed[number].path]

    def reconfigure(self) -> None:
        self.cover()
        self.days = self.random.choice([1, 2])
        self.lead_us = self.random.choice([0, HOUR, 8 * HOUR])
        self.configure(self.random.sample(self.streams, self.random.randrange(1, 4)))

    def watch(self) -> None:
        until = self.wall_us + MINUTE
        self.log("viewing", cameras=["Quầy 1"], begin_us=self.wall_us, end_us=until, mode="live", commitment=COMMIT)
        self.log("fault", subject="Quầy 1", code="unreachable", state="began")

    def rotate_key(self) -> None:
        self.key_seed += 1
        self.log("key_rotated", key=self.signers().verifier.vkey)
        self.witness.trust(self.signers().verifier)
        self.sign()

    def roll(self) -> None:
        """A new year, once clock and witness both say so; sometimes killed in between."""
        to_year_us = 1_798_736_400 * S + 60 * S - self.real_us  # 2027-01-01 in Vietnam
        if self.year != 2026 or self.error_us or not 0 < to_year_us < 400 * DAY:
            return
        self.shutdown_until(to_year_us)
        if self.error_us:
            return
        self.cosign()
        self._next_log(2027, "new_year")

    def shutdown_until(self, away_us: int) -> None:
        self.cover()
        self.log("shutdown")
        self.pass_time(away_us)
        self._boot("clean", fresh=False)
        for stream in self.active:
            self.gap(stream, "")

    def _next_log(self, year: int, reason: str) -> None:
        old = self.logs[-1]
        if reason == "new_year":
            self.log("log_closed", next=self.origin(year))
            old.checkpoint = checkpoints.sign(old.head(), *self.due_signers())
            self.submit(old, old.head())
        self.year = year
        killed = reason != "new_year" or self.random.random() < 0.3
        if killed:
            self.pass_time(30 * S)
        self._open_log(reason, old)
        if killed:
            self._boot("killed", fresh=False)
        else:
            self._clock_entry("clock_carried")
        self.configure(self.active)
        for stream in self.active:
            self.gap(stream, "")

    def lose_key(self) -> None:
        """The key is gone (or the log's last page): a new log under a new key, bound to the old one."""
        reason = self.random.choice(["key_lost", "log_damaged"])
        old = self.logs[-1]
        old.checkpoint = checkpoints.sign(old.head(), *self.due_signers())
        self.part, self.key_seed = self.part + 1, self.key_seed + 10
        self.witness.trust(self.signers().verifier)
        self._next_log(self.year, reason)

    def carry_on(self, steps: int) -> None:
        """Lives through `steps` random events with time between them."""
        events: list[tuple[Callable[[], None], int]] = [
            (self.shutdown, 2), (self.kill, 3), (self.step_clock, 3), (self.hold, 4), (self.release, 2),
            (self.intend, 6), (self.delete, 6), (self.emergency, 1), (self.erase, 1), (self.reconfigure, 1),
            (self.watch, 1), (self.rotate_key, 1), (self.roll, 1), (self.lose_key, 1),
        ]  # fmt: skip
        names, weights = zip(*events, strict=True)
        for _ in range(steps):
            self.live(self.random.choice([MINUTE, 10 * MINUTE, HOUR, 13 * HOUR]))
            event = self.random.choices(names, weights)[0]
            self.happened.append(event.__name__)
            event()
            if self.random.random() < 0.6:
                self.cosign()
        self.sign()


def _ranges(stream: ToyStream, numbers: list[int]) -> list[list[object]]:
    ranges: list[list[object]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][3] == number - 1:
            ranges[-1][3] = number
        else:
            ranges.append([stream.camera, stream.name, number, number])
    return ranges
