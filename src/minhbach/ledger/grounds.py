"""Which entries a part of a package must hold beside its stretches, and that it holds no others.

Owns what is needed (FORMAT.md section 9, step 4): the opening of each log that an entry is of, every clock that a
stretch or a removal names, no removal that removes nothing here. Promises: all of that follows from the entries at
hand, so who leaves one out or puts one in is found out even with the key of the centre. Leaves to others: the stretches
themselves (`coverage`, `consent`). A removal that was left out while the original stands here is beyond it: no entry
refers to what came later.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from minhbach.ledger.coverage import Proven, touches
from minhbach.ledger.entry import CLOCK_KINDS
from minhbach.ledger.selection import Place, Stream, clock_places, log_order, removes
from minhbach.ledger.verdicts import Remark

STRETCHES = ("segment", "gap")


def examine_grounds(proven: Mapping[Place, Proven], streams: Sequence[Stream]) -> Iterator[Remark]:
    """What the stretches of some streams rest on and is missing, and what rests on nothing here."""
    stretches = sorted(_of(proven, streams), key=_in_order)
    numbers = _numbers(stretches)
    removals = [each for each in proven.values() if each.removes and _concerns(each, numbers)]
    wanted: set[Place] = {each.place for each in (*stretches, *removals)}
    for each in (*stretches, *removals):
        for place in dict.fromkeys(clock_places(each.place[0], each.entry)):
            wanted.add(place)
            if place not in proven or proven[place].entry["kind"] not in CLOCK_KINDS:
                yield each.remark("clock_missing", {"log": place[0], "index": place[1]})
    yield from _openings({place[0] for place in wanted | proven.keys()}, proven)
    yield from _strays(proven, wanted)


def examine_range(
    proven: Mapping[Place, Proven], streams: Sequence[Stream], range_us: tuple[int, int]
) -> Iterator[Remark]:
    """Stretches of a package without a scope that are none of the range's: of other streams, or before or behind it."""
    wanted: set[Place] = set()
    for stream in streams:
        chain = sorted(_of(proven, [stream]), key=_in_order)
        touching = [at for at, each in enumerate(chain) if touches(each.entry, *range_us)]
        wanted |= {each.place for each in chain[touching[0] : touching[-1] + 1]} if touching else set()
    for place, each in proven.items():
        if each.entry["kind"] in STRETCHES and place not in wanted:
            yield _stray(each)


def _of(proven: Mapping[Place, Proven], streams: Sequence[Stream]) -> list[Proven]:
    wanted = set(streams)
    kept = (each for each in proven.values() if each.entry["kind"] in STRETCHES)
    return [each for each in kept if (each.entry["camera"], each.entry["stream"]) in wanted]


def _in_order(each: Proven) -> tuple[str, str, tuple[int, int], int]:
    return each.entry["camera"], each.entry["stream"], log_order(each.place[0]), each.place[1]


def _numbers(stretches: Sequence[Proven]) -> dict[Stream, list[int]]:
    """The segments of each stream by number, ascending."""
    found: dict[Stream, set[int]] = {}
    for each in stretches:
        if each.entry["kind"] == "segment":
            found.setdefault((each.entry["camera"], each.entry["stream"]), set()).add(each.entry["number"])
    return {stream: sorted(numbers) for stream, numbers in found.items()}


def _concerns(removal: Proven, numbers: Mapping[Stream, Sequence[int]]) -> bool:
    return any(removes(item, *stream, of) for item in removal.entry["segments"] for stream, of in numbers.items())


def _openings(logs: Set[str], proven: Mapping[Place, Proven]) -> Iterator[Remark]:
    for log in sorted(logs, key=log_order):
        opening = proven.get((log, 0))
        if opening is None or opening.entry["kind"] != "log_opened":
            yield Remark("opening_missing", values={"log": log})


def _strays(proven: Mapping[Place, Proven], wanted: Set[Place]) -> Iterator[Remark]:
    """An opening alone is that of a log which was asked and knew of nothing in this time."""
    for place, each in proven.items():
        if place not in wanted and place[1] != 0 and each.entry["kind"] not in STRETCHES:
            yield _stray(each)


def _stray(each: Proven) -> Remark:
    log, index = each.place
    return each.remark("entry_stray", {"kind": each.entry["kind"], "log": log, "index": index})
