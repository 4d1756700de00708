"""Moments are drawn once a period is over, from a checkpoint that nobody knew before, and anybody draws them again."""

import base64
import datetime
import itertools
import json

import pytest

from minhbach.centre.access.models import Restriction
from minhbach.centre.footage.models import FootageStream, Removal
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight import frames, sampling
from minhbach.centre.oversight.actions import drawing
from minhbach.centre.oversight.models import Clip, Draw
from minhbach.centre.oversight.seeds import first_cosigned
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM
from tests.centre.oversight.drawn import NOW, cosigned, founded, recorded

MONTH = datetime.date(2026, 10, 1)
SECOND = datetime.timedelta(seconds=1)


def mine(district):
    """The draws of the room that recorded."""
    return Draw.objects.filter(room=district.rooms["A", "one_stop"]).order_by("first_day")


@pytest.fixture
def district(db):
    return founded()


def test_a_period_is_drawn_once_it_is_over_and_its_checkpoint_is_there(district):
    recorded(district)
    assert drawing.draw_due(lambda recorders, after: None, now=NOW) == 0
    early = NOW - datetime.timedelta(days=2)
    assert drawing.draw_due(cosigned(), now=early) == 0
    assert drawing.draw_due(cosigned(), now=NOW) == 1
    row = Draw.objects.get()
    assert (row.month, row.first_day, row.last_day) == (MONTH, MONTH, datetime.date(2026, 10, 7))
    assert row.clips.count() == row.by_chance == 1
    assert drawing.draw_due(cosigned("another\n"), now=NOW) == 0


def test_a_room_that_was_never_handed_over_owes_no_moments_yet(district):
    Room.objects.filter(id=district.rooms["A", "one_stop"].id).update(in_service_on=None)
    recorded(district)
    assert drawing.draw_due(cosigned(), now=NOW) == 0


def test_anybody_draws_the_same_again_from_what_is_published(district):
    recorded(district)
    drawing.draw_due(cosigned(), now=NOW)
    row = Draw.objects.get()
    seed = sampling.seed_of(str(row.room_id), str(row.first_day), row.checkpoint.encode())
    assert (row.seed, row.frame_digest) == (seed.hex(), frames.digest(json.loads(json.dumps(row.frame))))
    wanted = sampling.Wanted(row.by_chance, row.by_signs, row.clip_us, row.lead_us)
    again = sampling.draw(seed, frames.from_json(row.frame), wanted)
    assert [(each.begin_us, each.end_us) for each in again.moments] == list(row.clips.values_list("begin_us", "end_us"))
    assert [clip.begin_us for clip in drawing.clips_of(row)] == [each.begin_us for each in again.moments]


def test_another_checkpoint_draws_another_moment(district):
    recorded(district)
    starts = set()
    for text in ("one\n", "two\n", "three\n"):
        drawing.draw_due(cosigned(text), now=NOW)
        row = Draw.objects.latest("id")
        row.seed = sampling.seed_of(str(row.room_id), str(row.first_day), text.encode()).hex()
        starts.add(drawing.clips_of(row)[0].begin_us)
    assert len(starts) == 3


def test_clips_lie_in_office_hours_where_footage_is(district):
    recorded(district)
    drawing.draw_due(cosigned(), now=NOW)
    row = Draw.objects.get()
    clip = row.clips.get()
    for edges in (row.frame["open"], row.frame["covered"]):
        assert any(begin <= clip.begin_us < clip.end_us <= end for begin, end in edges)
    hours = {sampling.stratum_of(begin)[0] for begin, _ in row.frame["open"]}
    assert hours == {1, 2, 3, 4, 5}
    # 1 to 7 October 2026: five working days of seven and a half hours.
    assert (row.open_s, row.covered_s) == (5 * 27_000, 5 * 27_000)


def test_restricted_time_cannot_be_drawn_and_is_not_told(district):
    recorded(district, last=2)
    begin = datetime.datetime(2026, 10, 1, tzinfo=VIETNAM)
    Restriction.objects.create(
        room=district.rooms["A", "one_stop"], begins_at=begin, ends_at=begin + datetime.timedelta(hours=16),
        reference="phiên", made_at=NOW,
    )  # fmt: skip
    drawing.draw_due(cosigned(), now=NOW)
    row = Draw.objects.get()
    assert row.frame["covered"][0][0] == us(begin + datetime.timedelta(hours=16))
    assert "phiên" not in json.dumps(row.frame)


def test_footage_that_was_removed_after_the_draw_was_there(district):
    run = recorded(district)
    run.delete()
    late = us(NOW + datetime.timedelta(days=1))
    Removal.objects.create(
        stream=run.stream, begin_us=run.begin_us, end_us=run.end_us, kind="deletion", first=1, last=2, removed_us=late
    )
    drawing.draw_due(cosigned(), now=NOW)
    assert Draw.objects.get().covered_s
    assert Clip.objects.exists()


def test_what_an_earlier_period_could_not_give_a_later_one_owes(district):
    recorded(district, first=8, last=14)
    drawing.draw_due(cosigned(), now=NOW)
    first = Draw.objects.get()
    assert (first.by_chance, first.clips.count()) == (1, 0)
    FootageStream.objects.update(known_until_us=us(NOW + datetime.timedelta(days=7)))
    drawing.draw_due(cosigned(), now=NOW + datetime.timedelta(days=7))
    second = mine(district).last()
    assert second.clips.count() == second.by_chance == 2


def test_a_month_gives_as_many_moments_as_the_regulation_says(district):
    recorded(district, last=31)
    FootageStream.objects.update(known_until_us=us(NOW + datetime.timedelta(days=40)))
    for days in (0, 7, 14, 24):
        drawing.draw_due(cosigned(), now=NOW + datetime.timedelta(days=days))
    assert [row.last_day.day for row in mine(district)] == [7, 14, 21, 31]
    assert Clip.objects.filter(draw__month=MONTH, sign="").count() == 4
    assert len({sampling.stratum_of(clip.begin_us) for clip in Clip.objects.all()}) == 4


def test_a_draw_waits_for_the_log_and_not_for_ever(district):
    recorded(district, last=3)
    FootageStream.objects.update(known_until_us=us(datetime.datetime(2026, 10, 4, tzinfo=VIETNAM)))
    assert drawing.draw_due(cosigned(), now=NOW) == 0
    drawing.draw_due(cosigned(), now=NOW + drawing.PATIENCE)
    assert mine(district).count() == 1


def test_one_period_gives_no_more_than_twice_its_share_but_the_last(district):
    recorded(district, first=15, last=31)
    FootageStream.objects.update(known_until_us=us(NOW + datetime.timedelta(days=40)))
    for days in (0, 7, 14, 24):
        drawing.draw_due(cosigned(), now=NOW + datetime.timedelta(days=days))
    assert [(row.by_chance, row.clips.filter(sign="").count()) for row in mine(district)] == [
        (1, 0), (2, 0), (2, 2), (2, 2),
    ]  # fmt: skip


def test_what_is_gone_by_the_regulation_is_not_drawn_any_more(district):
    recorded(district)
    drawing.draw_due(cosigned(), now=NOW + datetime.timedelta(days=40))
    assert not mine(district).filter(month=MONTH).exists()


@pytest.mark.parametrize(("days", "lasts"), [(7, [7, 14, 21, 31]), (40, [31]), (10, [10, 20, 31]), (31, [31])])
def test_a_month_is_cut_as_the_regulation_says(days, lasts):
    found = frames.periods_of(MONTH, days)
    assert [period.last.day for period in found] == lasts
    assert found[0].first == MONTH
    assert all(a.last + frames.DAY == b.first for a, b in itertools.pairwise(found))


def record(at, text="minhbach.vn/log/x/2026\n4\nroot\n"):
    """As it stands in a witness file: the log's signature and the witness' with its time."""
    signed = base64.b64encode(b"hash" + int(at.timestamp()).to_bytes(8) + bytes(64)).decode()
    note = f"{text}\n— minhbach.vn/log/x AAAA\n— minhbach.vn/witness/y {signed}\n".encode()
    return b"cosigned %d\n" % len(note) + note


def test_the_seed_is_the_first_checkpoint_cosigned_after_however_long_the_file(district, tmp_path):
    recorder = district.recorders["A"].id
    path = tmp_path / f"{recorder}.witness"
    assert first_cosigned(recorder, NOW, tmp_path) is None
    times = [NOW + n * 60 * SECOND for n in range(-900, 1200)]
    path.write_bytes(b"minhbach-witness/v1\nkey k\n" + b"".join(record(at) for at in times))
    found = first_cosigned(recorder, NOW + SECOND, tmp_path)
    assert found is not None
    assert found.at == NOW + 60 * SECOND
    assert found.origin == "minhbach.vn/log/x/2026"
    assert found.note.encode() in record(NOW + 60 * SECOND)
    oldest = first_cosigned(recorder, times[0] - 99 * SECOND, tmp_path)
    assert oldest is not None
    assert oldest.at == times[0]
    assert first_cosigned(recorder, times[-1] + SECOND, tmp_path) is None
    with path.open("ab") as file:
        file.write(record(times[-1] + 60 * SECOND)[:-20])  # the witness is still writing it
    assert first_cosigned(recorder, times[-1] + SECOND, tmp_path) is None
