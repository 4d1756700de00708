"""A recorder that has nothing to record still says its time: a silent log would look like a clock that stood still."""

import itertools
from pathlib import Path

from minhbach.edge.config import Config, DiskConfig
from tests.edge.keeping import MINUTE, Site, checked, configured


def test_without_a_camera_an_entry_is_made_at_least_every_twelve_minutes(tmp_path: Path) -> None:
    site = Site(Config((), (DiskConfig(tmp_path, 0),))).start()
    site.pass_time(90 * MINUTE)
    site.settle()
    at_us = [entry["at_us"] for entry in site.entries()[1:]]
    assert max(later - sooner for sooner, later in itertools.pairwise(at_us)) <= 12 * MINUTE
    assert len(site.entries("clock_step")) >= 7
    site.stop()
    checked(tmp_path)


def test_a_recorder_with_cameras_says_nothing_more_than_it_has_to(tmp_path: Path) -> None:
    site = Site(configured(tmp_path)).start()
    site.record()
    site.pass_time(40 * MINUTE)
    site.settle()
    assert site.entries("clock_step") == []
    site.stop()
    checked(tmp_path)
