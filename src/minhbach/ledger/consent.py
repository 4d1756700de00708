"""Whether a package holds what people approved, and whether its documents are as the centre sealed them.

Owns: the examination of scope, approvals and seal (FORMAT.md section 10). Promises: only keys of the court's file
count; nothing a stranger wrote raises. Leaves to others: single approvals (`approval`), entries and files (`part`).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from minhbach.ledger import note, opening, stamp
from minhbach.ledger.approval import FEWEST, Judged, judge, judge_reviews
from minhbach.ledger.container import Container, PackageUnreadable
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.coverage import Proven
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.extract import MASKED, SCOPE, leaves_of, seal_text
from minhbach.ledger.manifest import Manifest, copies_hash
from minhbach.ledger.scope import LIMIT_BYTES, Scope, leaf_hash
from minhbach.ledger.scope import read as read_scope
from minhbach.ledger.selection import Place, Stream
from minhbach.ledger.sink import HASHES, SEAL
from minhbach.ledger.verdicts import Remark

_SEAL_LIMIT_BYTES = note.LONGEST_NOTE_BYTES
_HASHES_LIMIT_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Consent:
    """What was approved, as far as it can be read, with what is wrong about it. `approvals` are those that hold."""

    scope: Scope | None
    approvals: tuple[Judged, ...]
    remarks: tuple[Remark, ...]

    @property
    def range_us(self) -> tuple[int, int] | None:
        """What was asked (µs)."""
        return None if self.scope is None else self.scope.asked.range_us

    @property
    def streams(self) -> tuple[Stream, ...]:
        """All streams asked for."""
        return () if self.scope is None else tuple((each.camera, each.stream) for each in self.scope.asked.streams)

    def streams_of(self, recorder: str) -> tuple[Stream, ...]:
        """The streams of one recorder that were asked for."""
        asked = () if self.scope is None else self.scope.asked.streams
        return tuple((each.camera, each.stream) for each in asked if each.recorder == recorder)

    def opened(self, request: bytes | None) -> tuple[dict[str, str], list[Remark]]:
        """What the request said, if these bytes open the scope's commitment."""
        if request is None or self.scope is None:
            return {}, []
        try:
            found = opening.read(request)
            if found.commitment == self.scope.asked.commitment:
                return found.said, []
            why = "the scope was made for another request"
        except LedgerError as problem:
            why = str(problem)
        return {}, [Remark("request_altered", values={"why": why})]

    @property
    def is_masked(self) -> bool:
        """Whether copies were asked for in which everybody else is covered, and no originals."""
        return self.scope is not None and self.scope.asked.copy == MASKED

    def copies(self, manifest: Manifest) -> Iterator[Remark]:
        """Whether the copies are of the kind, the streams and the time that were asked for, and are there at all."""
        if self.scope is None:
            return
        asked = self.scope.asked
        streams = {(each.recorder, each.camera, each.stream) for each in asked.streams}
        begin_us, end_us = asked.begin_us - asked.margin_us, asked.end_us + asked.margin_us
        for each in manifest.copies:
            remark = partial(Remark, values={"file": each.file})
            about = each.camera, each.stream, each.begin_us, each.end_us
            fits = begin_us <= each.begin_us and each.end_us <= end_us and (each.kind == MASKED) == self.is_masked
            if not fits or (each.recorder, each.camera, each.stream) not in streams:
                yield remark("copy_stray", *about)
            elif self.is_masked:
                yield remark("derived", *about)
        if self.is_masked and not manifest.copies:
            yield Remark("copy_missing")

    def reviewed(
        self, manifest: Manifest, digest: Callable[[str], str | None], keys: Keys
    ) -> tuple[tuple[Judged, ...], list[Remark]]:
        """The reviews of masked copies that hold, and what is wrong; `digest` gives the hash of a file of the package.

        A copy that is not there is missed elsewhere.
        """
        if self.scope is None or (self.is_masked and not manifest.copies):
            return (), []
        if not self.is_masked:
            return (), [Remark("review_stray")] if manifest.reviews else []
        digests = {each.file: digest(each.file) or "" for each in manifest.copies}
        hashes = manifest.scope, copies_hash(manifest.copies, digests)
        judged = list(judge_reviews(manifest.reviews, manifest.approvals, hashes, keys.centres, keys.approvers))
        remarks = list(_reviews(judged))
        return tuple(each for each in judged if not each.problem and each.kind is not None), remarks

    def leaves(self, recorder: str, proven: Mapping[Place, Proven]) -> Iterator[Remark]:
        """Whether the stretches of a recorder are those that were approved, no fewer and no more."""
        assert self.scope is not None
        wanted = leaves_of(self.scope, recorder)
        for place, digest in wanted.items():
            values: dict[str, object] = {"log": place[0], "index": place[1]}
            if place not in proven:
                yield Remark("leaf_missing", values=values)
            elif leaf_hash(proven[place].entry) != digest:
                yield proven[place].remark("outside_scope", values)
        for place, each in proven.items():
            if each.entry["kind"] in ("segment", "gap") and place not in wanted:
                yield each.remark("outside_scope", {"log": place[0], "index": place[1]})


def read_consent(container: Container, manifest: Manifest, keys: Keys) -> Consent:
    """The scope a manifest cites and its approvals, judged."""
    try:
        data = container.read(SCOPE, LIMIT_BYTES)
        scope = read_scope(data)
    except (PackageUnreadable, LedgerError) as problem:
        kind = "scope_altered" if SCOPE in container.sizes else "listed_missing"
        return Consent(None, (), (Remark(kind, values={"file": SCOPE, "why": problem}),))
    remarks: list[Remark] = []
    if hashlib.sha256(data).hexdigest() != manifest.scope:
        remarks.append(Remark("scope_altered", values={"why": "the manifest cites another scope"}))
    asked = {stream.recorder for stream in scope.asked.streams}
    here = {part.recorder for part in manifest.parts}
    remarks += [Remark("part_missing", values={"recorder": each}) for each in sorted(asked - here)]
    remarks += [Remark("part_stray", values={"recorder": each}) for each in sorted(here - asked)]
    judged = list(judge(manifest.approvals, scope.hash, scope.asked.requester, keys.centres, keys.approvers))
    remarks += _approvals(judged)
    holding = tuple(each for each in judged if not each.problem and each.kind is not None)
    return Consent(scope, holding, tuple(remarks))


def _approvals(judged: list[Judged]) -> Iterator[Remark]:
    for each in judged:
        who = each.statement.name
        if each.problem:
            yield Remark("approval_altered", values={"who": who, "why": each.problem})
        elif each.kind is None:
            yield Remark("approval_unjudged", values={"who": who})
    if sum(not each.problem for each in judged) < FEWEST:
        yield Remark("approvals_few", values={"fewest": FEWEST})


def _reviews(judged: list[Judged]) -> Iterator[Remark]:
    for each in judged:
        who = each.statement.name
        if each.problem:
            yield Remark("review_altered", values={"who": who, "why": each.problem})
        elif each.kind is None:
            yield Remark("review_unjudged", values={"who": who})
    if not judged:
        yield Remark("review_missing")


def examine_seal(container: Container, keys: Keys) -> Iterator[Remark]:
    """Whether a trusted centre sealed the list of hashes as it is."""
    try:
        listed = hashlib.sha256(container.read(HASHES, _HASHES_LIMIT_BYTES)).hexdigest()
        sealed = container.read(SEAL, _SEAL_LIMIT_BYTES)
    except PackageUnreadable:
        yield Remark("seal_missing")
        return
    try:
        text, _ = note.split(sealed)
        if text != seal_text(listed):
            yield Remark("seal_altered", values={"why": "it is for another list of hashes"})
        elif not keys.centres:
            yield Remark("seal_unjudged")
        else:
            note.open(sealed, keys.centres)
    except LedgerError as problem:
        yield Remark("seal_altered", values={"why": problem})


def read_stamps(container: Container, later: bytes | None) -> tuple[tuple[stamp.Stamp, ...], list[Remark]]:
    """The time stamps of the seal, of the package itself and one that came later. Their signatures are not judged."""
    try:
        data = [container.read(stamp.FILE, stamp.LIMIT_BYTES)] if stamp.FILE in container.sizes else []
        sealed = container.read(SEAL, _SEAL_LIMIT_BYTES) if data or later is not None else b""
        found = [stamp.read(each) for each in (*data, later) if each is not None]
    except (PackageUnreadable, LedgerError) as problem:
        return (), [Remark("stamp_altered", values={"why": problem})]
    if not all(each.is_of(sealed) for each in found):
        return (), [Remark("stamp_altered", values={"why": "it is of another seal"})]
    return tuple(found), []
