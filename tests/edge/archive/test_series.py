"""Samples in, segments out: none lost, none doubled, each at its time (design 3.2)."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.edge.archive.cutting import LIMIT_US, TARGET_US, TOLERANCE_US
from minhbach.edge.rtp.track import DAMAGED, RECOVERY, SYNC, Samples
from minhbach.edge.uplink.footage.shelf import Shelf
from minhbach.fmp4 import AudioConfig, TrackConfig, VideoConfig
from tests.edge.archive.house import Film, Gap, House, tolerance_us
from tests.edge.archive.stage import SOUND, VIDEOS, S

MS = 1_000
ALAW = AudioConfig("alaw", 8000, 1)


@dataclass(repr=False)
class Item:
    """A sample on its way: when it is shown, when it arrives."""

    data: bytes
    time_us: int
    arrives_us: int
    flags: int
    config: TrackConfig

    def __repr__(self) -> str:
        return f"{self.time_us}/{self.arrives_us}/{self.flags}"


@dataclass(repr=False)
class Camera:
    """A session's samples in the order of decoding; `play` brings them to a series as they arrive."""

    pictures: list[Item] = field(default_factory=list)
    sounds: list[Item] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"{self.pictures} {self.sounds}"

    def film(
        self, count: int, step_us: int, *, gop: int = 25, begin_us: int = S, depth: int = 0, late_us: int = 0
    ) -> None:
        """Pictures; with ``depth`` the later ones of a mini-group are decoded first, as a pyramid of B frames is."""
        for index in range(count):
            flags = SYNC if index % gop == 0 else 0
            shown = _shown(index, gop, depth)
            self._picture(begin_us + shown * step_us, begin_us + index * step_us + late_us, flags)

    def _picture(self, time_us: int, arrives_us: int, flags: int, config: TrackConfig = VIDEOS[0]) -> None:
        body = bytes([0x65 if flags & SYNC else 0x41]) + f"picture {len(self.pictures):06d} {time_us}".encode()
        self.pictures.append(Item(len(body).to_bytes(4, "big") + body, time_us, arrives_us, flags, config))

    def speak(
        self, count: int, step_us: int, *, begin_us: int = S, late_us: int = 0, config: AudioConfig = SOUND
    ) -> None:
        for index in range(count):
            time_us = begin_us + index * step_us
            body = f"sound {len(self.sounds):06d}".encode()
            body += b"\xd5" * (step_us * config.rate // S - len(body) if config.codec == "alaw" else 4)
            self.sounds.append(Item(body, time_us, time_us + step_us + late_us, SYNC, config))

    def play(self, house: House, random: Random | None = None, *, until_us: int | None = None) -> int:
        """Flush as the recorder does; returns the time at the end."""
        series, random = house.series, random or Random(2)
        ways = [(series.picture, deque(self.pictures)), (series.sound, deque(self.sounds))]
        now_us = 0
        while any(items for _, items in ways) if until_us is None else now_us < until_us:
            now_us += random.choice([300, 400, 400, 400, 500]) * MS
            for queue, items in ways:
                gathered = Samples()
                while items and items[0].arrives_us <= now_us:
                    _add(gathered, items.popleft())
                queue.add(gathered)
            series.flush(now_us)
            house.lanes.poll()
        return now_us


def _add(into: Samples, item: Item) -> None:
    if not into.configs or into.configs[-1][1] != item.config:
        into.configs.append((len(into.sizes), item.config))
    into.data += item.data
    into.sizes.append(len(item.data))
    into.times_us.append(item.time_us)
    into.flags.append(item.flags)


def _shown(index: int, gop: int, depth: int) -> int:
    """When the picture that is decoded as number ``index`` is shown: groups of four behind each key frame, closed."""
    place = index % gop
    begin = index - place
    if not depth or place == 0:
        return index
    group, inside = divmod(place - 1, 4)
    last = min(4, gop - 1 - group * 4)
    order = {1: [3, 0, 1, 2], 2: [3, 1, 0, 2]}[depth] if last == 4 else list(range(last))
    return begin + 1 + group * 4 + order[inside]


def ended(house: House, now_us: int, cause: str = "stream_lost") -> None:
    house.series.end(now_us, "lost", cause)
    house.settle()


def shown(house: House, kind: type) -> Iterator[tuple[Film, bytes, float, float]]:
    """(file, bytes, time shown, one tick) of every sample in all files, in the order of the log."""
    for film in house.films:
        for each in film.shown(kind):
            yield film, each.data, each.time_us, tolerance_us(each.scale)


def verify(house: House, camera: Camera, *, first: int = 0) -> None:
    """Everything from picture ``first`` on is there once, at its time; so is the sound from then on."""
    house.verify_account()
    pictures = list(shown(house, VideoConfig))
    fed = camera.pictures[first:]
    assert [data for _, data, _, _ in pictures] == [item.data for item in fed]
    for (film, _, time_us, tick_us), item in zip(pictures, fed, strict=True):
        assert abs(time_us - item.time_us) <= tick_us
        assert film.begin_us <= item.time_us < film.end_us
    sounds = list(shown(house, AudioConfig))
    heard = camera.sounds[len(camera.sounds) - len(sounds) :]
    assert all(item.time_us < fed[0].time_us for item in camera.sounds[: len(camera.sounds) - len(sounds)])
    assert [data for _, data, _, _ in sounds] == [item.data for item in heard]
    for (_, _, time_us, tick_us), item in zip(sounds, heard, strict=True):
        assert abs(time_us - item.time_us) <= tick_us
    for film in house.films:
        verify_file(film)


def verify_file(film: Film) -> None:
    """Durations tile, fragments are short, and the file describes what is in it."""
    found = film.scan()
    until: dict[int, int] = {}
    for fragment in found.fragments:
        for span in fragment.spans:
            assert span.base_time >= until.get(span.track_id, 0)
            until[span.track_id] = span.end_time
        lengths = [
            (span.end_time - span.base_time) / track.timescale
            for span in fragment.spans
            for track in found.tracks
            if track.track_id == span.track_id and span.count > 1
        ]
        assert max(lengths, default=0) <= 0.52
    assert len(film.entry["tracks"]) == len(found.tracks)


@pytest.fixture
def house(scratch: Path) -> House:
    return House(scratch / "series")


def test_a_segment_ends_at_the_first_key_frame_after_ten_seconds(house: House) -> None:
    camera = Camera()
    camera.film(15 * 35, 66_667, gop=30)
    camera.speak(35 * 50, 20 * MS, config=ALAW)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [film.entry["cut"] for film in house.films] == ["key", "key", "key", "lost"]
    assert [film.entry["start"] for film in house.films] == ["key"] * 4
    for film in house.films[:-1]:
        assert TARGET_US - TOLERANCE_US <= film.end_us - film.begin_us <= TARGET_US + 2 * S


def test_a_group_of_pictures_longer_than_a_minute_is_cut_at_the_limit_and_says_so(house: House) -> None:
    camera = Camera()
    camera.film(10 * 130, 100 * MS, gop=10_000)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [(film.entry["start"], film.entry["cut"]) for film in house.films] == [
        ("key", "limit"),
        ("unclean", "limit"),
        ("unclean", "lost"),
    ]
    assert house.films[0].end_us - house.films[0].begin_us == LIMIT_US


def test_pictures_before_the_first_key_frame_are_not_kept(house: House) -> None:
    camera = Camera()
    camera.film(60, 100 * MS, gop=25)
    camera.pictures = camera.pictures[10:]
    camera.speak(50, 128 * MS)
    ended(house, camera.play(house))
    verify(house, camera, first=15)
    assert house.gaps == [Gap(0, S + 25 * 100 * MS, "recorder_starting")]


def test_a_stream_of_intra_refresh_begins_at_a_recovery_point(house: House) -> None:
    camera = Camera()
    for index in range(100):
        camera._picture(S + index * 100 * MS, S + index * 100 * MS, RECOVERY if index == 7 else 0)
    ended(house, camera.play(house))
    verify(house, camera, first=7)
    assert house.films[0].entry["start"] == "recovery_point"


def test_a_stream_without_any_clean_picture_is_kept_after_five_seconds(house: House) -> None:
    camera = Camera()
    for index in range(100):
        camera._picture(S + index * 100 * MS, S + index * 100 * MS, 0)
    ended(house, camera.play(house))
    verify(house, camera)
    assert house.films[0].entry["start"] == "unclean"


def test_sound_that_comes_after_the_picture_of_its_time_goes_where_that_picture_went(house: House) -> None:
    camera = Camera()
    camera.film(10 * 25, 100 * MS)
    camera.speak(24 * 50, 20 * MS, config=ALAW, late_us=180 * MS)
    ended(house, camera.play(house))
    verify(house, camera)
    for film in house.films:
        for each in film.shown(AudioConfig):
            assert film.begin_us <= each.time_us + 1 < film.end_us + 20 * MS


@pytest.mark.parametrize("late_us", [700 * MS, 1500 * MS])
def test_sound_that_is_always_too_late_for_its_segment_keeps_its_time_in_the_next(house: House, late_us: int) -> None:
    camera = Camera()
    camera.film(10 * 35, 100 * MS)
    camera.speak(34 * 50, 20 * MS, config=ALAW, late_us=late_us)
    ended(house, camera.play(house))
    verify(house, camera)
    assert len(house.films) > 3


def test_a_hole_in_the_sound_stays_a_hole(house: House) -> None:
    camera = Camera()
    camera.film(10 * 25, 100 * MS)
    camera.speak(5 * 50, 20 * MS, config=ALAW)
    camera.speak(5 * 50, 20 * MS, config=ALAW, begin_us=9 * S)
    camera.speak(5 * 50, 20 * MS, config=ALAW, begin_us=15 * S + 7 * MS)
    ended(house, camera.play(house))
    verify(house, camera)
    lengths = [
        each.end_time - each.base_time
        for film in house.films
        for part in film.scan().fragments
        for each in part.spans
        if each.track_id == 2
    ]
    assert sum(lengths) <= 15 * 8000 + 10


def test_the_first_pictures_of_a_stream_with_b_frames_are_in_order_already(house: House) -> None:
    for depth in (1, 2):
        for phase in range(0, 400, 66):
            camera = Camera()
            camera.film(60, 66_667, gop=33, depth=depth, begin_us=S + phase * MS)
            house = House(house.files.root)
            ended(house, camera.play(house))
            verify(house, camera)


def test_b_frames_stay_with_the_key_frame_they_follow(house: House) -> None:
    camera = Camera()
    camera.film(15 * 40, 66_667, gop=29, depth=2)
    camera.speak(300, 128 * MS)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [film.shown(VideoConfig)[0].sync for film in house.films] == [True] * len(house.films)
    assert len(house.films) > 3


def test_a_change_of_parameters_begins_a_file_that_describes_them(house: House) -> None:
    camera = Camera()
    for index in range(200):
        config = VIDEOS[index // 45 % 2]
        camera._picture(S + index * 100 * MS, S + index * 100 * MS, SYNC if index % 15 == 0 else 0, config)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [film.entry["cut"] for film in house.films] == ["change"] * 4 + ["lost"]
    for film in house.films:
        described = film.scan().tracks[0].config
        held = {item.config for item in camera.pictures if film.begin_us <= item.time_us < film.end_us}
        assert {described} == held


def test_parameters_that_travel_with_every_picture_do_not_make_a_file_of_each(house: House) -> None:
    moving = [VideoConfig(each.codec, each.sets, True, each.width, each.height) for each in VIDEOS]
    camera = Camera()
    for index in range(200):
        camera._picture(S + index * 100 * MS, S + index * 100 * MS, SYNC, moving[index % 2])
    ended(house, camera.play(house))
    verify(house, camera)
    assert len(house.films) <= 20


def test_sound_of_another_kind_gets_a_file_that_describes_it(house: House) -> None:
    camera = Camera()
    camera.film(10 * 25, 100 * MS)
    camera.speak(6 * 50, 20 * MS, config=ALAW)
    camera.speak(100, 128 * MS, begin_us=7 * S)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [each.entry["tracks"][1] for each in house.films] == ["alaw", "mp4a.40.2", "mp4a.40.2"]
    assert house.films[0].entry["cut"] == "change"


def test_sound_that_nobody_announced_gets_a_file_with_a_place_for_it(house: House) -> None:
    camera = Camera()
    camera.film(10 * 15, 100 * MS)
    camera.speak(100, 128 * MS, begin_us=3 * S)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [len(each.entry["tracks"]) for each in house.films] == [1, 2, 2]


def test_a_sound_without_any_place_waits_five_seconds_for_a_key_frame_and_no_longer(house: House) -> None:
    camera = Camera()
    camera.film(10 * 15, 100 * MS, gop=1000)
    camera.speak(100, 128 * MS, begin_us=3 * S)
    ended(house, camera.play(house))
    verify(house, camera)
    assert [(each.entry["start"], len(each.entry["tracks"])) for each in house.films] == [("key", 1), ("unclean", 2)]


@pytest.mark.parametrize("step_us", [S, 3 * S])
def test_a_camera_that_sends_a_picture_now_and_then_is_kept_with_its_times(house: House, step_us: int) -> None:
    camera = Camera()
    camera.film(40, step_us, gop=5)
    house.series.step_us = step_us
    now_us = camera.play(house)
    ended(house, now_us)
    verify(house, camera)
    assert house.told[-1].end_us <= now_us + 1


@pytest.mark.parametrize("first_late", [0, 4, 9])
def test_a_picture_that_comes_long_after_its_time_keeps_it(house: House, first_late: int) -> None:
    """A busy camera leaves pictures out, so its usual step looks longer than it is, and then its line hangs."""
    camera = Camera()
    camera.film(30, 100 * MS, gop=10)
    camera.pictures = [item for number, item in enumerate(camera.pictures) if number % 10 == 0 or number % 4]
    for item in camera.pictures[10 + first_late :]:
        item.arrives_us += 900 * MS
    house.series.step_us = 150 * MS
    ended(house, camera.play(house))
    verify(house, camera)
    for film in house.films:
        rows = Shelf().index(film.path).picture
        # To whoever plays it, each picture lasts until the next: a browser would drop what follows a hole.
        assert all(row.decode_us + row.duration_us == after.decode_us for row, after in pairwise(rows))


def test_a_minute_of_silence_makes_no_segment_longer_than_the_law_allows(house: House) -> None:
    camera = Camera()
    camera.film(10 * 58, 100 * MS, gop=1000)
    camera.film(10 * 20, 100 * MS, gop=1000, begin_us=130 * S)
    ended(house, camera.play(house))
    house.verify_account()
    assert [data for _, data, _, _ in shown(house, VideoConfig)] == [item.data for item in camera.pictures]
    assert max(film.end_us - film.begin_us for film in house.films) < 110 * S
    assert [gap.cause for gap in house.gaps] == ["recorder_starting", "stream_lost"]


def test_sound_alone_in_its_own_files_is_cut_every_ten_seconds(scratch: Path) -> None:
    house = House(scratch / "sound", "sound")
    camera = Camera()
    camera.speak(50 * 35, 20 * MS, config=ALAW)
    house.series.step_us = 20 * MS
    ended(house, camera.play(house))
    house.verify_account()
    sounds = list(shown(house, AudioConfig))
    assert [data for _, data, _, _ in sounds] == [item.data for item in camera.sounds]
    for (_, _, time_us, tick_us), item in zip(sounds, camera.sounds, strict=True):
        assert abs(time_us - item.time_us) <= tick_us
    assert len(house.films) == 4


def test_sound_without_a_picture_is_not_gathered_for_ever(house: House) -> None:
    camera = Camera()
    camera.speak(50 * 120, 20 * MS, config=ALAW)
    camera.play(house)
    assert len(house.series.sound) <= 1_100
    assert not house.told


def test_pictures_that_nobody_can_describe_are_not_gathered_for_ever(house: House) -> None:
    for number in range(100):
        lost = Samples(bytearray(b"\0\0\0\1\x41"), [5], [number * S], [0])
        house.series.picture.add(lost)
        house.series.flush(number * S)
    assert not len(house.series.picture)


def test_a_new_session_does_not_inherit_the_sound_of_the_last(house: House) -> None:
    first, second = Camera(), Camera()
    first.film(50, 100 * MS)
    first.speak(5 * 50, 20 * MS, config=ALAW)
    now_us = first.play(house)
    ended(house, now_us, "camera_stream_broken")
    second.film(50, 100 * MS, begin_us=now_us + S)
    second.play(house, until_us=now_us + 10 * S)
    ended(house, now_us + 20 * S)
    assert [film.entry["tracks"][1:] for film in house.films] == [["alaw"], []]
    assert house.gaps[-1].cause == "camera_stream_broken"
    house.verify_account()


def test_a_session_that_begins_before_the_last_one_is_sealed_claims_no_time_twice(house: House) -> None:
    first, second = Camera(), Camera()
    first.film(20, 100 * MS)
    now_us = first.play(house)
    house.series.end(now_us, "lost", "stream_lost")
    second.film(20, 100 * MS, begin_us=now_us - 70 * MS)
    for item in second.pictures:
        _add(samples := Samples(), item)
        house.series.picture.add(samples)
    house.series.flush(now_us + 3 * S)
    ended(house, now_us + 3 * S)
    house.verify_account()
    assert [film.begin_us for film in house.films] == [S, house.films[0].end_us]
    assert len(list(shown(house, VideoConfig))) == 40


def test_damage_is_counted_in_the_segment_it_is_in(house: House) -> None:
    camera = Camera()
    camera.film(150, 100 * MS, gop=50)
    camera.pictures[110].flags |= DAMAGED
    ended(house, camera.play(house))
    assert [film.entry["notes"] for film in house.films] == [{}, {"damaged": 1}]


def test_a_note_by_any_name_can_be_logged(house: House) -> None:
    camera = Camera()
    camera.film(20, 100 * MS)
    now_us = camera.play(house)
    for kind in ("late_packet", "Được", "9lives", "", "x" * 65):
        house.series.note(kind, 2)
    ended(house, now_us)
    assert house.films[0].entry["notes"] == {"late_packet": 2, "oddity": 8}


def test_a_flood_of_tiny_samples_is_kept_in_fragments_that_can_be_written(house: House) -> None:
    camera = Camera()
    camera.film(30, 100 * MS)
    camera.speak(3 * 12_000, 83, config=AudioConfig("opus", 48_000, 1))
    ended(house, camera.play(house))
    house.verify_account()
    assert len(list(shown(house, AudioConfig))) == len(camera.sounds)


def test_a_disk_that_takes_nothing_is_a_gap_with_its_cause_and_footage_goes_on_at_once_after_it(house: House) -> None:
    camera = Camera()
    camera.film(10 * 30, 100 * MS, gop=1000)
    pictures, camera.pictures = camera.pictures, camera.pictures[:100]
    camera.play(house)
    house.accepts = False
    house.opened[-1].failed = True
    camera.pictures = pictures[100:150]
    now_us = camera.play(house, until_us=16 * S)
    house.accepts = True
    camera.pictures = pictures[150:]
    camera.play(house)
    ended(house, 40 * S)
    house.verify_account()
    assert now_us >= 16 * S
    assert [gap.cause for gap in house.gaps][1:] == ["disk_full"]
    assert house.films[1].entry["start"] == "unclean"
    assert next(iter(house.films[1].shown(VideoConfig))).data == pictures[150].data


def test_a_disk_that_hangs_is_given_up_and_holds_no_more_than_its_share_of_memory(house: House) -> None:
    house.lanes.lag = 1.0
    camera = Camera()
    camera.film(60, 100 * MS, gop=10)
    for item in camera.pictures:
        item.data += (1 << 20).to_bytes(4, "big") + bytes(1 << 20)
    camera.play(house)
    assert len(house.given_up) >= 2
    assert max(lane.backlog_bytes for lane in house.given_up) <= 8 << 20
    house.lanes.lag = 0.0
    ended(house, 8 * S)
    house.verify_account()


def test_a_discarded_session_seals_what_was_written_and_forgets_the_rest(house: House) -> None:
    camera = Camera()
    camera.film(50, 100 * MS)
    now_us = camera.play(house)
    house.series.discard("lost", "recorder_error")
    house.settle()
    house.verify_account()
    kept = [data for _, data, _, _ in shown(house, VideoConfig)]
    assert kept == [item.data for item in camera.pictures][: len(kept)]
    assert 40 < len(kept) < 50
    house.account.explain(now_us + S, house.series.cause)
    assert house.gaps[-1].cause == "recorder_error"


@dataclass(frozen=True)
class Recipe:
    """How a camera is made; ``talks``: of each stretch of sound how many, how long each, when, how late, which kind."""

    count: int
    step_us: int
    gop: int
    depth: int
    begin_us: int
    late_us: int
    talks: tuple[tuple[int, int, int, int, bool], ...]
    changes: tuple[int, ...]

    def camera(self) -> Camera:
        camera = Camera()
        camera.film(
            self.count, self.step_us, gop=self.gop, depth=self.depth, begin_us=self.begin_us, late_us=self.late_us
        )
        for number in self.changes:
            for item in camera.pictures[number:]:
                item.config = VIDEOS[1] if item.config == VIDEOS[0] else VIDEOS[0]
        for count, step_us, begin_us, late_us, alaw in self.talks:
            camera.speak(count, step_us, begin_us=begin_us, late_us=late_us, config=ALAW if alaw else SOUND)
        return camera


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Any camera that sends its pictures in decoding order and its sound in order, some of it late or missing."""
    step_us = draw(st.sampled_from([33_333, 40_000, 66_667, 100_000, 200_000]))
    depth = draw(st.sampled_from([0, 0, 1, 2])) if step_us <= 70 * MS else 0  # Nobody reorders five pictures a second.
    count = draw(st.integers(5, 45 * S // step_us))
    begin_us = draw(st.integers(S, 3 * S))
    talks = []
    if draw(st.booleans()):
        sound_us, alaw = draw(st.sampled_from([(128 * MS, False), (20 * MS, True), (40 * MS, True)]))
        stretches, sound_begin_us = draw(st.integers(1, 3)), begin_us - draw(st.integers(0, S))
        # Sound that begins anew is expected by nobody: it has to come in time for the cut, or is counted as early.
        late_us = draw(st.integers(0, 900 * MS if stretches == 1 else 150 * MS))
        for _ in range(stretches):
            sounds = draw(st.integers(1, 20 * S // sound_us))
            talks.append((sounds, sound_us, sound_begin_us, late_us, alaw))
            sound_begin_us += sounds * sound_us + draw(st.sampled_from([0, 70 * MS, 3 * S]))
    changes = draw(st.lists(st.integers(0, count - 1), max_size=3)) if depth == 0 else []
    gop, picture_late_us = draw(st.integers(1, 90)), draw(st.integers(0, 200 * MS))
    return Recipe(count, step_us, gop, depth, begin_us, picture_late_us, tuple(talks), tuple(changes))


EXAMPLES = 3000 if os.environ.get("TESTS_LONG") else 150


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(recipe=recipes(), seed=st.integers(0, 1000))
def test_no_sample_of_any_stream_is_lost_doubled_or_moved(recipe: Recipe, seed: int, scratch: Path) -> None:
    camera, house = recipe.camera(), House(scratch / "any", random=Random(seed))
    house.series.step_us = recipe.step_us
    house.series.sound.config = camera.sounds[0].config if camera.sounds else None
    ended(house, camera.play(house, Random(seed)))
    verify(house, camera)
    for film in house.films:
        assert film.end_us - film.begin_us <= LIMIT_US
        held = {item.config for item in camera.pictures if film.begin_us <= item.time_us < film.end_us}
        assert {film.scan().tracks[0].config} == held


def test_what_a_disk_lost_is_not_blamed_on_the_camera_that_left_afterwards(house: House) -> None:
    camera = Camera()
    camera.film(50, 100 * MS)
    pictures, camera.pictures = camera.pictures, camera.pictures[:30]
    camera.play(house)
    house.settle()
    house.lanes.lag = 1.0
    camera.pictures = pictures[30:]
    now_us = camera.play(house)
    house.opened[-1].failed = True
    house.lanes.lag = 0.0
    ended(house, now_us, "stream_lost")
    house.account.explain(now_us + 5 * S, house.series.cause)
    house.verify_account()
    assert [gap.cause for gap in house.gaps] == ["recorder_starting", "disk_error", "stream_lost"]
    # The last picture waited for its successor when the disk failed: it is saved, as a file of its own.
    last = house.films[-1]
    assert (house.gaps[1].end_us, house.gaps[2].begin_us) == (last.begin_us, last.end_us)


def test_each_cause_has_its_time_also_when_the_disk_is_slower_than_what_befalls_the_camera(house: House) -> None:
    camera = Camera()
    camera.film(20, 100 * MS)
    house.lanes.lag = 1.0
    now_us = camera.play(house)
    house.series.end(now_us, "lost", "camera_stream_broken")
    assert house.account.waiting
    house.account.explain_behind(now_us + 2 * S, "camera_stream_broken")
    assert house.account.taken_us == now_us + 2 * S
    house.lanes.lag = 0.0
    ended(house, now_us, "camera_connection_refused")
    house.account.explain(now_us + 5 * S, house.series.cause)
    house.verify_account()
    causes = [gap.cause for gap in house.gaps]
    assert causes == ["recorder_starting", "camera_stream_broken", "camera_connection_refused"]
    assert house.gaps[1].end_us == house.gaps[2].begin_us == now_us + 2 * S
