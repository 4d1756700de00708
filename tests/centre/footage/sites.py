"""A recorder's real history beside a centre without a line between them: what `collecting` would carry, by hand.

Owns making the registry's rows for a `tests.edge.keeping.Site`, offering its logs as the fabric would, and the centre's
keys. Leaves to the tests what must be true.
"""

import datetime
from pathlib import Path
from uuid import UUID

from minhbach.centre.fabric.keys import Keys, ensure
from minhbach.centre.footage.ingestion import CHUNK, Desk
from minhbach.centre.footage.witnessing import CentreWitness
from minhbach.centre.registry.actions import devices
from minhbach.edge.archive import layout
from minhbach.edge.archive.home import reader
from minhbach.ledger import tiles
from minhbach.ledger.entry import Entry
from tests.centre.registry.places import NOW, SETUP, commune, one_stop, province
from tests.edge.keeping import Site

UTC = datetime.UTC


def at(now_us: int) -> datetime.datetime:
    """Unix microseconds as the centre's clock shows them."""
    return datetime.datetime.fromtimestamp(now_us / 1_000_000, UTC)


def enrol(recorder: str) -> UUID:
    """A recorder's row in a small province."""
    room = one_stop(commune(province()).id)
    made = devices.add_recorder(
        SETUP, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=NOW, recorder_id=UUID(recorder)
    )
    return made.id


class Centre:
    """One recorder's desk and witness."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.recorder = enrol(site.home.recorder)
        self.keys: Keys = ensure(folder / "keys")
        self.reopen()

    def reopen(self) -> None:
        """As after a start of the worker."""
        self.desk = Desk(self.recorder, self.folder / "logs")
        self.witness = CentreWitness(self.recorder, self.folder / "witness", self.keys.witness)

    @property
    def now(self) -> datetime.datetime:
        """The centre's clock shows what the recorder's does."""
        return at(self.site.clock.wall_us())

    def take_in(self, *, chunk: int = CHUNK) -> list[tuple[int, Entry]]:
        """Everything that is new at the site, as the collector would; returns the entries."""
        self.desk.greet("0.1", 0, now=self.now)
        for name in layout.log_names(self.site.folder):
            self.store(name, chunk)
        found: list[tuple[int, Entry]] = []
        while (read := self.desk.index_batch(now=self.now)) is not None:
            found += read
        return found

    def store(self, name: str, chunk: int = CHUNK) -> None:
        """One log up to its signed head."""
        folder = layout.log_folder(self.site.folder, name)
        there, note = reader(folder), (folder / tiles.CHECKPOINT).read_bytes()
        signed = self.desk.accept_head(note, there.entry(0), now=self.now)
        copy, size = self.desk.copy(name), signed.checkpoint.size
        while copy.head.size < size or copy.head.note != note:
            end = min(size, copy.head.size + chunk)
            proof = there.consistency_proof(end, size) if end < size else []
            self.desk.store(signed, list(there.entries(copy.head.size, end)), proof, now=self.now)

    def cosign(self) -> list[bytes]:
        """Cosign whatever can be cosigned now."""
        notes = []
        for log in self.desk.logs():
            self.witness.catch_up(log, self.desk.copy(log.name))
            log.refresh_from_db()
            notes.append(self.witness.cosign(log, self.desk.copy(log.name), now=self.now))
        return [each for each in notes if each]

    def close(self) -> None:
        self.witness.close()
