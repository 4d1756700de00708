"""A recorder without cameras that lives through simulated time, and the witness that watches it.

Owns joining the recorder's own parts as `edge.recorder` does, handing footage to its series, letting hours pass, and
cosigning what came of it by the centre's key at that time. Leaves what happens when to `plan` and `make`.
"""

from __future__ import annotations

from pathlib import Path

from minhbach import __version__
from minhbach.demo.past.disk import HastyFiles, PromptLanes
from minhbach.demo.past.reel import GOP_US
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import PIECE_US, Archive
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import Home
from minhbach.edge.catalogue import Catalogue
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.clock import SimulatedClock
from minhbach.edge.config import Config
from minhbach.edge.recorder.witness_file import WitnessFile, load_key
from minhbach.edge.retention import Retention
from minhbach.edge.rtp.track import Samples
from minhbach.ledger import note, tree

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
OUTSIDE = "outside_hours"
FRAGMENT_US = GOP_US
"""No power is cut in the middle of a group that comes at once, so short fragments would keep nothing safer."""


class PastRecorder:
    """One recorder from its first start on. `now_us` is simulated wall time; no method waits."""

    def __init__(self, config: Config, witness_key: Path, witness_file: Path, begin_us: int) -> None:
        self._clock = SimulatedClock(begin_us, 60 * SECOND_US)
        self._config = config
        self._files = HastyFiles(config.archive.with_suffix(".gone"))
        config.archive.mkdir(parents=True, exist_ok=True)
        self._file = WitnessFile(witness_file, self._files)
        self._witness, _ = self._file.open(load_key(witness_key))
        self.linked = True
        """Whether the witness can look; what comes meanwhile is cosigned late."""
        self._trusts = False
        self._tree = _Tree()
        self._start()

    @property
    def now_us(self) -> int:
        """The simulated time."""
        return self._clock.wall_us()

    @property
    def offset_us(self) -> int:
        """Wall minus monotonic."""
        return self._clock.wall_us() - self._clock.mono_us()

    @property
    def identity(self) -> str:
        """The recorder's UUID."""
        return self._home.recorder

    def show(self, camera: str, pictures: Samples, sounds: Samples | None = None) -> None:
        """What a camera sent up to now. The newest picture waits for its successor, which tells how long it lasts."""
        series = self._archive.series(camera, "main", "av")
        series.step_us = 100_000
        series.fragment_us = FRAGMENT_US
        if sounds is not None:
            series.sound.add(sounds)
        series.picture.add(pictures)
        series.flush(pictures.times_us[-1] + 1)

    def lose(self, camera: str, cause: str) -> None:
        """A camera sends nothing from now on; `cause` explains it until it sends again."""
        series = self._archive.series(camera, "main", "av")
        series.end(self._clock.mono_us(), "lost", cause)

    def fault(self, camera: str, code: str) -> None:
        """A camera's fault begins, or ends with an empty code: what the link saw and what health makes of it."""
        self._archive.fault(f"camera {camera}", code)
        self._archive.fault(f"health {camera}/offline", "offline" if code else "")

    def advance_to(self, wall_us: int) -> None:
        """Let time pass."""
        self._clock.advance(max(0, wall_us - self.now_us))

    def rest_to(self, wall_us: int) -> None:
        """Nothing is recorded until then: gaps are logged as they grow, and old footage goes hour by hour."""
        while self.now_us < wall_us:
            hour_us = min(self.now_us + HOUR_US, wall_us)
            while self.now_us < hour_us:
                self._clock.advance(min(PIECE_US, hour_us - self.now_us))
                self.settle()
            self.keep_house()

    def keep_house(self) -> None:
        """Announce and delete what is due."""
        self._retention.run()
        self.settle()

    def hold(self, hold: str, camera: str, begin_us: int, end_us: int, commitment: str) -> None:
        """Keep a stretch of footage from being deleted."""
        self._retention.hold(hold, camera, "*", begin_us, end_us, commitment)

    def power_cut(self, until_us: int) -> None:
        """The machine goes off without a word and comes back later."""
        self.settle()
        self._lanes.close()
        self._book.log.close()
        self._home.close()
        self._catalogue.close()
        self._clock = SimulatedClock(until_us, 60 * SECOND_US)
        self._start()

    def end(self) -> None:
        """A clean end; durable."""
        self._archive.close()
        self._cosign()
        self._catalogue.close()
        self._file.__exit__()
        self._files.settle()

    def settle(self) -> None:
        """Account for time without footage, until nothing is on its way; then the witness looks."""
        self._archive.account()
        quiet = 0
        while quiet < 2:
            self._archive.poll()
            waits = not self._book.settled or self._retention.busy
            quiet = 0 if waits else quiet + 1
        self._cosign()

    def _start(self) -> None:
        self._lanes = PromptLanes()
        self._home = Home(self._config.archive, self._files)
        log = self._home.open_log(self._clock.wall_us())
        self._catalogue = Catalogue(self._config.archive / layout.CATALOGUE_FILE)
        replay, _ = self._catalogue.catch_up(list(self._home.readers()))
        self._book = Book(log, replay, self._lanes.lane(ahead=True), self._clock, 12 * HOUR_US)
        self._book.followers.append(self._catalogue.follow)
        self._archive = Archive(self._home, self._book, self._lanes, self._clock, self._config)
        self._archive.open(__version__)
        lane = self._lanes.lane()
        self._retention = Retention(self._archive, self._catalogue, self._files, lane, self._clock)
        if not self._trusts:
            for signer in log.signers:
                self._witness.trust(note.parse_vkey(signer.verifier.vkey, fast_check))
            self._trusts = True
        for camera in self._config.cameras:
            self._archive.series(camera.name, "main", "av").cause = OUTSIDE
        self.settle()

    def _cosign(self) -> None:
        log = self._book.log
        known = self._tree.size
        if log.size == known or not self.linked:
            return
        for data in log.reader().entries(known, log.size):
            self._tree.append(tree.leaf_hash(data))
        proof = tree.consistency_proof(known, log.size, self._tree.node)
        signed = (log.folder / "checkpoint").read_bytes()
        self._witness.add_checkpoint(known, proof, signed, self._clock.wall_us() // SECOND_US)


class _Tree:
    """All perfect subtrees of a growing log, in memory: a proof for every minute of a month must not read tiles."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its hash."""
        level, value = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(value)
            if len(row) % 2:
                return
            value = tree.node_hash(row[-2], row[-1])
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The root of the perfect subtree over leaves [index << level, index + 1 << level)."""
        return self._levels[level][index]
