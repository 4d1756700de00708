"""Footage goes when its days are over, announced ahead; not sooner, not under a hold, and not never."""

from dataclasses import replace

import pytest

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Segment
from minhbach.edge.config import DAY_US, HOUR_US, Retention
from minhbach.edge.retention import rolling
from minhbach.edge.retention.erasing import HELD, Erased
from minhbach.edge.retention.removal import MOST_RANGES, portions, ranges_of
from minhbach.ledger import entry as entries
from tests.edge.keeping import COMMIT, MINUTE, SHORT, START_US, S, Site, checked, configured

TWO_RULES = Retention(picture_days=2, sound_days=1, minimum_days=1, intent_lead_hours=4)


@pytest.fixture
def site(tmp_path):
    site = Site(configured(tmp_path / "archive")).start()
    yield site
    if site.alive:
        site.stop()
    checked(site.folder)


def ages(site: Site, kind: str) -> list[tuple[int, int]]:
    """For each entry of a kind: running time since the end of the oldest and of the youngest segment it names."""
    ends = {each["number"]: each["end_us"] for each in site.entries("segment")}
    found = []
    for entry in site.entries(kind):
        numbers = [number for item in entry["segments"] for number in range(item[2], item[3] + 1)]
        found.append((entry["at_us"] - ends[numbers[0]], entry["at_us"] - ends[numbers[-1]]))
    return found


def test_footage_is_announced_a_lead_ahead_and_deleted_within_two_hours_of_its_days(site: Site) -> None:
    site.live(2 * DAY_US, 30 * MINUTE)
    announced, deleted = ages(site, "deletion_intent"), ages(site, "deletion")
    assert len(deleted) > 10
    assert all(DAY_US - 4 * HOUR_US <= youngest <= oldest < DAY_US - 2 * HOUR_US for oldest, youngest in announced)
    assert all(DAY_US <= youngest <= oldest < DAY_US + 2 * HOUR_US for oldest, youngest in deleted)
    intents = {(e["at_us"]): e for e in site.entries("deletion_intent")}
    for deletion in site.entries("deletion"):
        placed = next(at for at, e in intents.items() if e["segments"] == deletion["segments"])
        assert deletion["at_us"] - placed >= 4 * HOUR_US
    assert 48 <= len(site.files_there()) == len(site.numbers()) <= 48 + 4


def test_by_default_deletion_is_announced_48_hours_ahead(tmp_path) -> None:
    keep = Retention(picture_days=3, sound_days=3, minimum_days=3)
    site = Site(configured(tmp_path / "archive", keep=keep)).start()
    site.live(DAY_US, 8 * HOUR_US)
    site.idle(3 * DAY_US)
    first = site.entries("deletion")[0]["at_us"]
    assert first - site.entries("deletion_intent")[0]["at_us"] >= 48 * HOUR_US
    site.stop()
    checked(site.folder)


def test_picture_and_sound_in_files_of_their_own_have_their_own_days(tmp_path) -> None:
    config = configured(tmp_path / "archive", keep=TWO_RULES, sound="own_file")
    site = Site(config).start()
    site.record_sound("quay-1")
    site.record("quay-1")
    site.idle(30 * HOUR_US)
    assert site.numbers("quay-1", "main-sound") == []
    assert site.numbers("quay-1") == [0]
    site.idle(24 * HOUR_US)
    assert site.numbers("quay-1") == []
    site.stop()
    checked(site.folder)


def test_streams_of_one_rule_share_their_intents(tmp_path) -> None:
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2", "quay-3")).start()
    site.live(26 * HOUR_US)
    for entry in site.entries("deletion_intent", "deletion"):
        assert {item[0] for item in entry["segments"]} == {"quay-1", "quay-2", "quay-3"}
    site.stop()
    checked(site.folder)


def test_a_hold_between_intent_and_deletion_keeps_the_footage(site: Site) -> None:
    site.live(4 * HOUR_US)
    site.idle(19 * HOUR_US)
    assert site.entries("deletion_intent")
    site.hold()
    site.idle(2 * DAY_US)
    assert site.numbers() == [0, 1, 2, 3]
    assert not site.entries("deletion")
    assert len(site.files_there()) == 4


def test_what_a_released_hold_kept_is_announced_anew_and_then_deleted(site: Site) -> None:
    site.live(4 * HOUR_US)
    site.idle(19 * HOUR_US)
    hold = site.hold()
    site.idle(2 * DAY_US)
    site.release(hold)
    before = len(site.entries("deletion_intent"))
    site.idle(HOUR_US)
    assert len(site.entries("deletion_intent")) == before + 1
    assert len(site.numbers()) == 4
    site.idle(5 * HOUR_US)
    assert site.numbers() == []
    assert site.files_there() == []


def test_held_footage_is_not_announced_over_and_over(site: Site) -> None:
    site.live(4 * HOUR_US)
    site.hold()
    site.idle(4 * DAY_US)
    assert not site.entries("deletion_intent")


def test_a_hold_over_a_part_of_a_range_keeps_that_part_alone(site: Site) -> None:
    site.live(6 * HOUR_US)
    site.idle(16 * HOUR_US)
    middle = list(site.catalogue.numbered("quay-1", "main", 2, 3))
    site.hold("quay-1", "main", middle[0].begin_us + S, middle[1].begin_us + S)
    site.hold("quay-2", "*")
    site.idle(2 * DAY_US)
    assert site.numbers() == [2, 3]


def test_a_hold_that_came_and_went_over_a_part_delays_that_part_alone(site: Site) -> None:
    site.live(4 * HOUR_US)
    site.idle(19 * HOUR_US)
    assert site.entries("deletion_intent")
    middle = list(site.catalogue.numbered("quay-1", "main", 1, 1))
    hold = site.hold("quay-1", "main", middle[0].begin_us, middle[0].end_us)
    site.release(hold)
    site.idle(3 * HOUR_US)
    assert site.numbers() == [1, 2, 3]
    site.idle(5 * HOUR_US)
    assert site.numbers() == []


def test_a_hold_touches_a_segment_by_its_first_instant_and_not_by_the_one_behind_its_last(site: Site) -> None:
    site.record()
    site.record()
    site.record()
    one = next(site.catalogue.numbered("quay-1", "main", 1, 1))
    site.hold(begin_us=one.begin_us, end_us=one.begin_us + 1)
    site.hold(begin_us=one.end_us - 1, end_us=one.end_us)
    site.idle(2 * DAY_US)
    assert site.numbers() == [1]


def test_a_second_hold_over_released_footage_keeps_it_again(site: Site) -> None:
    site.live(3 * HOUR_US)
    first = site.hold()
    site.idle(30 * HOUR_US)
    site.release(first)
    site.idle(2 * HOUR_US)
    second = site.hold("quay-1", "main")
    site.idle(30 * HOUR_US)
    assert site.numbers() == [0, 1, 2]
    site.release(second)
    site.idle(7 * HOUR_US)
    assert site.numbers() == []


def test_an_intent_that_lapsed_under_a_hold_is_followed_by_another(site: Site) -> None:
    site.live(3 * HOUR_US)
    site.idle(21 * HOUR_US)
    assert site.entries("deletion_intent")
    hold = site.hold()
    site.idle(31 * DAY_US, 6 * HOUR_US)
    site.release(hold)
    site.idle(8 * HOUR_US)
    assert site.numbers() == []


def test_days_raised_after_the_intent_count_and_the_intent_is_made_good_later(site: Site) -> None:
    site.live(3 * HOUR_US)
    site.idle(22 * HOUR_US)
    assert site.entries("deletion_intent")
    longer = Retention(picture_days=33, sound_days=33, minimum_days=1, intent_lead_hours=4)
    site.restart(configured(site.folder, keep=longer))
    site.idle(31 * DAY_US, 6 * HOUR_US)
    assert site.numbers() == [0, 1, 2]
    site.idle(2 * DAY_US, HOUR_US)
    assert site.numbers() == []


def test_days_raised_a_little_let_the_same_intent_wait(site: Site) -> None:
    site.live(3 * HOUR_US)
    site.idle(21 * HOUR_US)
    longer = Retention(picture_days=3, sound_days=3, minimum_days=1, intent_lead_hours=4)
    site.restart(configured(site.folder, keep=longer))
    intents = len(site.entries("deletion_intent"))
    site.idle(46 * HOUR_US)
    assert site.numbers() == [0, 1, 2]
    site.idle(5 * HOUR_US)
    assert site.numbers() == []
    assert len(site.entries("deletion_intent")) == intents


def test_days_lowered_after_the_intent_do_not_hasten_what_it_promised(tmp_path) -> None:
    longer = Retention(picture_days=3, sound_days=3, minimum_days=1, intent_lead_hours=30)
    site = Site(configured(tmp_path / "archive", keep=longer)).start()
    site.live(3 * HOUR_US)
    site.idle(44 * HOUR_US)
    assert site.entries("deletion_intent")
    site.restart(configured(site.folder, keep=Retention(1, 1, 1, 30)))
    site.idle(24 * HOUR_US)
    assert site.numbers() == [0, 1, 2]
    site.idle(6 * HOUR_US)
    assert site.numbers() == []
    site.stop()
    checked(site.folder)


def test_more_than_one_round_can_take_is_done_in_several(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "MOST_SEGMENTS", 3)
    for _ in range(8):
        site.record()
    site.pass_time(22 * HOUR_US)
    for _ in range(4):
        site.keeper.run()
        site.settle()
    assert [item[2:] for each in site.entries("deletion_intent") for item in each["segments"]] == [
        [0, 2],
        [3, 5],
        [6, 7],
    ]
    site.pass_time(4 * HOUR_US)
    site.keeper.run()
    site.settle()
    assert site.numbers() == [3, 4, 5, 6, 7]
    site.idle(MINUTE, MINUTE // 3)
    assert site.numbers() == []


def test_what_was_removed_a_moment_ago_is_neither_announced_nor_removed_again(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows follow the log: for a moment the catalogue still names what is on its way out."""
    for _ in range(3):
        site.record()
    site.pass_time(23 * HOUR_US)
    site.keeper.erase(list(site.catalogue.numbered("quay-1", "main", 1, 1)), COMMIT)
    assert site.numbers() == [0, 1, 2]
    site.keeper.run()
    site.settle()
    assert "refused" not in caplog.text
    assert [each["segments"] for each in site.entries("deletion_intent")] == [
        [["quay-1", "main", 0, 0], ["quay-1", "main", 2, 2]]
    ]


def test_days_lowered_take_a_new_intent_and_its_lead(tmp_path) -> None:
    longer = Retention(picture_days=10, sound_days=10, minimum_days=1, intent_lead_hours=4)
    site = Site(configured(tmp_path / "archive", keep=longer)).start()
    site.live(3 * HOUR_US)
    site.idle(2 * DAY_US)
    assert not site.entries("deletion_intent")
    site.restart(configured(site.folder, keep=SHORT))
    site.idle(3 * HOUR_US)
    assert site.entries("deletion_intent")
    assert site.numbers() == [0, 1, 2]
    site.idle(2 * HOUR_US)
    assert site.numbers() == []
    site.stop()
    checked(site.folder)


def test_erasing_young_footage_does_not_save_the_old(site: Site) -> None:
    site.live(6 * HOUR_US)
    young = list(site.catalogue.numbered("quay-1", "main", 5, 5))
    assert site.keeper.erase(young, COMMIT) is not None
    site.settle()
    assert len(site.files_there()) == 5
    site.idle(30 * HOUR_US)
    assert site.numbers() == []


def test_held_footage_is_not_erased(site: Site) -> None:
    site.record()
    site.hold()
    assert site.keeper.erase(list(site.catalogue.numbered("quay-1", "main", 0, 0)), COMMIT) is None
    site.settle()
    assert site.numbers() == [0]
    assert not site.entries("erasure")
    assert site.keeper.erase([], COMMIT) is None


def test_a_stretch_is_erased_with_every_file_that_touches_it_and_twice_is_once(site: Site) -> None:
    site.stream(60)
    site.settle()
    begin_us, end_us = START_US + 15 * S, START_US + 31 * S
    touched = [each.number for each in site.catalogue.segments("quay-1", "main", begin_us, end_us)]
    files = len(site.files_there())
    assert len(touched) > 1
    assert site.keeper.erase_stretch("quay-1", begin_us, end_us, COMMIT).segments == len(touched)
    assert site.keeper.erase_stretch("quay-1", begin_us, end_us, COMMIT) == Erased(0)
    site.settle()
    [entry] = site.entries("erasure")
    assert entry["segments"] == [["quay-1", "main", touched[0], touched[-1]]]
    assert len(site.files_there()) == files - len(touched)
    assert not set(touched) & set(site.numbers())


def test_where_a_hold_touches_any_file_of_a_stretch_none_of_it_is_erased(site: Site) -> None:
    site.stream(60)
    site.settle()
    before = site.numbers()
    *_, last = site.catalogue.segments("quay-1", "main", START_US + 5 * S, START_US + 22 * S)
    site.hold(begin_us=last.end_us - S, end_us=last.end_us)
    end_us = last.begin_us + S
    assert site.keeper.erase_stretch("quay-1", START_US + 5 * S, end_us, COMMIT).refused == HELD
    assert site.keeper.erase_stretch("quay-2", START_US + 5 * S, end_us, COMMIT) == Erased(0)
    site.settle()
    assert site.numbers() == before
    assert not site.entries("erasure")


def test_a_stream_that_is_no_longer_configured_keeps_its_rule_and_loses_its_old_footage(tmp_path) -> None:
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    site.live(2 * HOUR_US)
    site.restart(configured(site.folder, "quay-1"))
    site.idle(30 * HOUR_US)
    assert site.numbers("quay-2") == []
    site.stop()
    checked(site.folder)


def test_time_without_a_recorder_ages_nothing(site: Site) -> None:
    site.live(2 * HOUR_US)
    site.restart(off_us=400 * DAY_US)
    site.idle(20 * HOUR_US)
    assert site.numbers() == [0, 1]
    site.idle(5 * HOUR_US)
    assert site.numbers() == []


def test_many_broken_ranges_are_spread_over_entries_that_are_small_enough() -> None:
    name = "q" * 64
    segments = [Segment(name, name, 10**9 + 2 * each, "", "", 0, 0, 0, 0) for each in range(2 * MOST_RANGES + 9)]
    segments += [replace(each, camera="r") for each in segments[:3]]
    found = list(portions(segments))
    assert [each for portion in found for each in portion] == segments
    ranges = [ranges_of(portion) for portion in found]
    assert [len(each) for each in ranges] == [MOST_RANGES, MOST_RANGES, 12]
    rule = {"days": 1, "minimum_days": 1}
    largest = entries.make("deletion_intent", at_us=0, clock=0, segments=ranges[0], rule=rule)
    assert len(entries.encode(largest)) < entries.MAX_ENTRY_BYTES


def test_folders_that_became_empty_go_and_the_hour_that_is_written_to_stays(site: Site) -> None:
    site.live(2 * HOUR_US)
    site.idle(26 * HOUR_US)
    camera = site.folder / "footage" / "quay-1" / "main"
    assert list(camera.iterdir()) == []
    site.record()
    hour = next(camera.glob("*/*"))
    site.keeper.erase(list(site.catalogue.numbered("quay-1", "main", 0, 99)), COMMIT)
    site.settle()
    assert list(hour.iterdir()) == []


@pytest.mark.parametrize("years", [70, -40])
@pytest.mark.parametrize("how", ["running", "restarted", "rebooted"])
def test_a_clock_that_jumps_makes_nothing_old(site: Site, years: int, how: str) -> None:
    site.live(3 * HOUR_US)
    if how == "running":
        site.clock.step(years * 365 * DAY_US)
    else:
        site.stop()
        site.off(MINUTE, reboot=how == "rebooted")
        site.clock.step(years * 365 * DAY_US)
        site.start()
    site.idle(2 * HOUR_US)
    site.record()
    site.clock.step(-years * 365 * DAY_US)
    site.idle(16 * HOUR_US)
    assert site.numbers() == [0, 1, 2, 3]
    assert len(site.files_there()) == 4
    assert not site.entries("deletion", "emergency_deletion")
    assert {each["year"] for each in site.entries("log_opened")} == {2026}
    site.idle(11 * HOUR_US)
    assert site.numbers() == []


def test_a_clock_that_jumps_to_and_fro_all_day_makes_nothing_old(site: Site) -> None:
    site.record()
    for by_us in (DAY_US, -3 * DAY_US, 40 * DAY_US, -38 * DAY_US, HOUR_US, -HOUR_US) * 3:
        site.clock.step(by_us)
        site.idle(HOUR_US)
    site.record()
    site.idle(5 * HOUR_US)
    assert site.numbers() == [0, 1]
    site.idle(3 * HOUR_US)
    assert site.numbers() == [1]


def test_the_running_time_of_retention_is_that_of_the_law(site: Site) -> None:
    before = site.keeper.run_us
    site.clock.step(5 * DAY_US)
    site.idle(HOUR_US)
    assert site.keeper.run_us == before + HOUR_US
    site.restart(off_us=DAY_US)
    assert site.keeper.run_us == before + HOUR_US
    assert site.clock.wall_us() > START_US + 5 * DAY_US


def test_a_removal_that_the_law_forbids_is_not_logged(site: Site) -> None:
    """The decision and the law are separate code; where they differ, nothing happens."""
    archive: Archive = site.archive
    site.record()
    segments = list(site.catalogue.numbered("quay-1", "main", 0, 0))
    site.hold()
    size = archive.book.next_index
    assert site.keeper.erase(segments, COMMIT) is None
    assert archive.book.next_index == size
