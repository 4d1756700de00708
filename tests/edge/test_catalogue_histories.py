"""Whatever a recorder lives through: nobody is accused, the index is the log's, and what may go has gone in the end."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.edge.archive import layout
from minhbach.edge.config import DAY_US, HOUR_US, DiskConfig, Retention
from tests.edge.keeping import COMMIT, MINUTE, SHORT, S, Site, Unsynced, caught_up, checked, configured, rebuilt

CAMERAS = ("quay-1", "quay-2")
LONGER = Retention(picture_days=2, sound_days=2, minimum_days=1, intent_lead_hours=6)

CATALOGUES = ("", "lose", "damage")

steps = st.one_of(
    st.tuples(st.just("record"), st.sampled_from([CAMERAS, CAMERAS[:1], CAMERAS[1:]]), st.integers(1, 4)),
    st.tuples(st.just("idle"), st.integers(1, 30)),
    st.tuples(st.just("hold"), st.sampled_from([*CAMERAS, "*"]), st.integers(0, 40), st.integers(1, 40)),
    st.tuples(st.just("release"), st.integers(0, 3)),
    st.tuples(st.just("erase"), st.sampled_from(CAMERAS), st.integers(0, 20), st.integers(1, 3)),
    st.tuples(st.just("step"), st.sampled_from([-9000, -40, -1, 1, 3, 800, 20_000])),
    st.tuples(st.just("full"), st.integers(1, 6)),
    st.tuples(
        st.just("stop"), st.booleans(), st.sampled_from(["", "lose", "damage"]), st.sampled_from([SHORT, LONGER])
    ),
    st.tuples(st.just("kill"), st.integers(0, 30), st.sampled_from(["", "lose", "damage"])),
    st.tuples(st.just("away")),
)


class Life:
    """A site with two disks, the second of which may be away; plays steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.second, self.drawer = folder / "second", folder / "drawer"
        self.keep = SHORT
        self.holds: list[str] = []
        self.files = Unsynced()
        self.site = Site(self._config(), files=self.files).start()

    def _config(self):
        disks = [DiskConfig(self.folder / "archive", 0), DiskConfig(self.second, 0)]
        return configured(self.folder / "archive", *CAMERAS, keep=self.keep, disks=disks)

    def play(self, name, *values) -> None:
        getattr(self, f"_{name}")(*values)

    def end(self) -> None:
        """All disks here, no hold in force, and enough time for everything to go that may."""
        if self.drawer.exists():
            self._away()
        for hold in self.holds:
            self.site.release(hold)
        self.site.idle(DAY_US * self.keep.picture_days + self.keep.intent_lead_us + 3 * HOUR_US)

    def _record(self, cameras, times) -> None:
        for _ in range(times):
            self.site.record(*cameras, seconds=5)

    def _idle(self, hours) -> None:
        self.site.idle(hours * HOUR_US, 40 * MINUTE)

    def _hold(self, camera, ago_hours, hours) -> None:
        begin_us = max(0, self.site.clock.wall_us() - ago_hours * HOUR_US)
        self.holds.append(self.site.hold(camera, "*", begin_us, begin_us + hours * HOUR_US))

    def _release(self, which) -> None:
        if which < len(self.holds):
            self.site.release(self.holds.pop(which))

    def _erase(self, camera, first, count) -> None:
        self.site.keeper.erase(list(self.site.catalogue.numbered(camera, "main", first, first + count - 1)), COMMIT)
        self.site.settle()

    def _step(self, hours) -> None:
        self.site.clock.step(max(hours * HOUR_US, DAY_US - self.site.clock.wall_us()))

    def _full(self, segments) -> None:
        """Both disks are nearly full for a while."""
        self.site.settle()
        for disk in self.site.config.disks:
            used = sum(each.stat().st_size for each in disk.path.rglob("*.mp4"))
            self.files.limits[disk.path] = used + (2 << 20) - 2_000 * segments
        for _ in range(4):
            self.site.clock.advance(2 * S)
            self.site.archive.account()
            self.site.keeper.relieve()
            self.site.settle()
        self.files.limits.clear()

    def _stop(self, reboot, catalogue, keep) -> None:
        self.keep = keep
        self.site.stop()
        self._start(reboot, catalogue)

    def _kill(self, changes, catalogue) -> None:
        self.files.dies_at = self.files.changes + changes
        self.site.clock.advance(S)
        for camera in CAMERAS:
            self.site.series(camera).end(self.site.clock.mono_us(), "lost", "stream_lost")
        self.site.keeper.run()
        self.site.archive.poll()
        self.site.kill()
        self._start(False, catalogue)

    def _start(self, reboot, catalogue) -> None:
        path = self.site.folder / layout.CATALOGUE_FILE
        if catalogue == "lose":
            path.unlink()
        elif catalogue == "damage":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3] + bytes(5000))
        self.site.off(MINUTE, reboot=reboot)
        self.site.start(self._config())

    def _away(self) -> None:
        """Somebody takes the second disk out, or puts it back."""
        self.site.stop()
        source, target = (self.drawer, self.second) if self.drawer.exists() else (self.second, self.drawer)
        source.rename(target)
        self._start(False, "")


@settings(max_examples=12)
@given(st.lists(steps, min_size=4, max_size=14))
def test_any_lawful_life_leaves_a_sound_archive_and_a_catalogue_that_equals_the_log(life) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lived = Life(Path(folder))
        for step in life:
            lived.play(*step)
        site = lived.site
        site.settle()
        checked(site.folder, "disk_away")
        mine, anew = caught_up(site.folder, lived.folder), rebuilt(site.folder, lived.folder)
        for table in ("segment", "gap", "spent", "state"):
            assert mine[table] == anew[table], table
        assert {row[3] for row in mine["doomed"]} <= {row[3] for row in anew["doomed"]}
        lived.end()
        assert [site.numbers(camera) for camera in CAMERAS] == [[], []]
        assert site.files_there() == []
        site.stop()
        checked(site.folder)
