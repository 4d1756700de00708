"""Entries of a log, turned into stretches of coverage.

Owns how a segment lengthens a run, how a gap joins the gap before it, and how a removal cuts runs and leaves a stretch
that says why. One `Sheet` works inside one transaction: it reads the newest stretch of each stream it meets, changes
rows in memory, and writes them in `save`. Promises that neighbours of one kind are one row. Leaves judging entries to
`ledger.history`; times of removed segments come from `blocks`.
"""

from typing import Any
from uuid import UUID

from minhbach.centre.footage.blocks import BlockSpans
from minhbach.centre.footage.models import FootageStream, Gap, Removal, Run
from minhbach.ledger.entry import REMOVAL_KINDS, Entry

Name = tuple[str, str]


class Sheet:
    """The coverage of one recorder. ``streams`` grows with configurations and is shared with `BlockSpans`."""

    def __init__(self, recorder: UUID, streams: dict[Name, FootageStream], spans: BlockSpans) -> None:
        self._recorder = recorder
        self._streams = streams
        self._spans = spans
        self._runs: dict[Name, Run | None] = {}
        self._gaps: dict[Name, Gap | None] = {}
        self._changed: dict[UUID, Run | Gap] = {}
        self._new: dict[UUID, Run | Gap] = {}
        self._moved: dict[UUID, FootageStream] = {}

    def take(self, log: str, index: int, entry: Entry) -> None:
        """Note down one entry that was judged."""
        kind = entry["kind"]
        if kind == "segment":
            self._footage(entry)
        elif kind == "gap":
            self._gap(log, index, entry)
        elif kind == "configuration":
            self._configure(entry)
        elif kind in REMOVAL_KINDS:
            self.save()
            for camera, stream, first, last in entry["segments"]:
                self._remove((camera, stream), first, last, entry)

    def save(self) -> None:
        """Write what changed."""
        for kind, fields in ((Run, ["end_us", "last"]), (Gap, ["end_us", "log", "index"])):
            model: Any = kind
            model.objects.bulk_create([row for row in self._new.values() if isinstance(row, kind)])
            model.objects.bulk_update([row for row in self._changed.values() if isinstance(row, kind)], fields)
        FootageStream.objects.bulk_update(self._moved.values(), ["content", "active", "known_until_us"])
        self._new.clear()
        self._changed.clear()
        self._moved.clear()

    def _footage(self, entry: Entry) -> None:
        name = (entry["camera"], entry["stream"])
        number, begin_us, end_us = entry["number"], entry["begin_us"], entry["end_us"]
        stream = self._stream(name)
        run = self._newest_run(name, stream)
        if run is not None and run.last == number - 1 and run.end_us == begin_us:
            run.last, run.end_us = number, end_us
            self._touch(run)
        else:
            self._runs[name] = self._add(
                Run(stream=stream, begin_us=begin_us, end_us=end_us, first=number, last=number)
            )
        self._reach(stream, end_us)

    def _gap(self, log: str, index: int, entry: Entry) -> None:
        name, cause = (entry["camera"], entry["stream"]), entry["cause"]
        begin_us, end_us = entry["begin_us"], entry["end_us"]
        stream = self._stream(name)
        self._reach(stream, end_us)
        if begin_us >= end_us:
            return  # Its clock was set back in between: it has a length, but no label of its own.
        gap = self._newest_gap(name, stream)
        if gap is not None and gap.cause == cause and gap.end_us == begin_us:
            gap.end_us, gap.log, gap.index = end_us, log, index
            self._touch(gap)
        else:
            self._gaps[name] = self._add(
                Gap(stream=stream, begin_us=begin_us, end_us=end_us, cause=cause, log=log, index=index)
            )

    def _configure(self, entry: Entry) -> None:
        rows = {(row["camera"], row["stream"]): row["content"] for row in entry["cameras"]}
        for name, content in rows.items():
            stream = self._stream(name)
            stream.content, stream.active = content, True
            self._moved[stream.id] = stream
        for name in self._streams.keys() - rows.keys():
            self._streams[name].active = False
            self._moved[self._streams[name].id] = self._streams[name]

    def _remove(self, name: Name, first: int, last: int, entry: Entry) -> None:
        """Cut the runs that hold the segments; each piece of a run that goes is a removal."""
        stream = self._stream(name)
        self._runs.pop(name, None)
        for run in Run.objects.filter(stream=stream, first__lte=last, last__gte=first).order_by("first"):
            low, high = max(first, run.first), min(last, run.last)
            begin_us = self._begin(name, low) if low > run.first else run.begin_us
            end_us = self._end(name, high) if high < run.last else run.end_us
            if begin_us is None or end_us is None:
                continue
            self._cut(run, low, high, begin_us, end_us)
            self._note_removal(stream, low, high, begin_us, end_us, entry)

    def _cut(self, run: Run, low: int, high: int, begin_us: int, end_us: int) -> None:
        rest = []
        if run.first < low:
            rest.append(Run(stream=run.stream, begin_us=run.begin_us, end_us=begin_us, first=run.first, last=low - 1))
        if high < run.last:
            rest.append(Run(stream=run.stream, begin_us=end_us, end_us=run.end_us, first=high + 1, last=run.last))
        run.delete()
        Run.objects.bulk_create(rest)

    @staticmethod
    def _note_removal(stream: FootageStream, first: int, last: int, begin_us: int, end_us: int, entry: Entry) -> None:
        """Footage goes by age, oldest first: what goes now mostly joins what went before."""
        joined = Removal.objects.filter(stream=stream, kind=entry["kind"], last=first - 1, end_us=begin_us)
        if not joined.update(last=last, end_us=end_us, removed_us=entry["at_us"]):
            Removal.objects.create(
                stream=stream,
                kind=entry["kind"],
                first=first,
                last=last,
                begin_us=begin_us,
                end_us=end_us,
                removed_us=entry["at_us"],
            )

    def _begin(self, name: Name, number: int) -> int | None:
        return next((span.begin_us for span in self._spans.find(*name, number, number)), None)

    def _end(self, name: Name, number: int) -> int | None:
        return next((span.end_us for span in self._spans.find(*name, number, number)), None)

    def _stream(self, name: Name) -> FootageStream:
        if name not in self._streams:
            self._streams[name] = FootageStream.objects.create(
                recorder_id=self._recorder, camera=name[0], stream=name[1], content="av"
            )
        return self._streams[name]

    def _newest_run(self, name: Name, stream: FootageStream) -> Run | None:
        if name not in self._runs:
            self._runs[name] = Run.objects.filter(stream=stream).order_by("-last").first()
        return self._runs[name]

    def _newest_gap(self, name: Name, stream: FootageStream) -> Gap | None:
        if name not in self._gaps:
            self._gaps[name] = Gap.objects.filter(stream=stream).order_by("-id").first()
        return self._gaps[name]

    def _add(self, row: Any) -> Any:
        self._new[row.id] = row
        return row

    def _touch(self, row: Run | Gap) -> None:
        if row.id not in self._new:
            self._changed[row.id] = row

    def _reach(self, stream: FootageStream, until_us: int) -> None:
        stream.known_until_us = until_us
        self._moved[stream.id] = stream
