"""Which public keys the centre had when, after they were changed; kept by `init` beside the private ones."""

import datetime
import stat
from pathlib import Path

import django
import pytest
from django.conf import LazySettings

from minhbach.centre import command, laying
from minhbach.centre.fabric import keys
from minhbach.centre.fabric.keys import KeysUnusable
from minhbach.centre.fabric.known_keys import NAME, Role, in_force_since, keep, known

DAY = datetime.timedelta(days=1)
FIRST = datetime.datetime(2026, 1, 5, 7, tzinfo=datetime.UTC)


def change(folder: Path, name: str) -> bytes:
    """Take a key away and make another; returns the one before."""
    before = (folder / name).read_bytes()
    (folder / name).unlink()
    keys.ensure(folder)
    return before


def test_every_public_key_is_kept_with_its_dates(tmp_path: Path) -> None:
    held = [keys.ensure(tmp_path)]
    keep(tmp_path, now=FIRST)
    keep(tmp_path, now=FIRST + DAY)
    change(tmp_path, keys.APPROVAL)
    keep(tmp_path, now=FIRST + 2 * DAY)
    held.append(keys.load(tmp_path))
    found = known(tmp_path, Role.CENTRE)
    assert [(each.verifier.vkey, each.begin, each.end) for each in found] == [
        (held[0].approval.verifier.vkey, None, FIRST + 2 * DAY),
        (held[1].approval.verifier.vkey, FIRST + 2 * DAY, None),
    ]
    [witness] = known(tmp_path, Role.WITNESS)
    assert (witness.verifier.vkey, witness.end) == (held[0].witness.verifier.vkey, None)
    assert len((tmp_path / NAME).read_text("ascii").splitlines()) == 3
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_only_keys_of_the_time_that_is_asked_for_are_in_force(tmp_path: Path) -> None:
    keys.ensure(tmp_path)
    keep(tmp_path, now=FIRST)
    first = change(tmp_path, keys.WITNESS)
    keep(tmp_path, now=FIRST + DAY)
    (tmp_path / keys.WITNESS).write_bytes(first)
    keep(tmp_path, now=FIRST + 2 * DAY)
    found = known(tmp_path, Role.WITNESS)
    assert len(found) == 3
    assert found[0].verifier.vkey == found[2].verifier.vkey
    assert len(in_force_since(found, FIRST)) == 2
    assert [each.verifier.vkey for each in in_force_since(found, FIRST + 3 * DAY)] == [found[2].verifier.vkey]


def test_todays_key_counts_also_before_it_is_written_down(tmp_path: Path) -> None:
    held = keys.ensure(tmp_path)
    assert [each.verifier.vkey for each in known(tmp_path, Role.CENTRE)] == [held.approval.verifier.vkey]


@pytest.mark.parametrize("line", ["nonsense\n", "2026-01-05T07:00:00+00:00 witness x\n", "soon witness x+y+z\n", "é\n"])
def test_a_list_that_was_damaged_is_not_passed_over(tmp_path: Path, line: str) -> None:
    keys.ensure(tmp_path)
    keep(tmp_path, now=FIRST)
    (tmp_path / NAME).write_text((tmp_path / NAME).read_text() + line, "utf-8")
    for read in (lambda: known(tmp_path, Role.CENTRE), lambda: keep(tmp_path, now=FIRST)):
        with pytest.raises(KeysUnusable, match="hãy phục hồi tệp này"):
            read()


def test_init_writes_down_the_keys_that_it_finds_and_those_that_it_makes(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MINHBACH_DATA, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    for name in ("_make_database", "_know_the_database", "_ensure_personal_keys"):
        monkeypatch.setattr(command, name, lambda *_: None)
    monkeypatch.setattr(laying, "lay", lambda: None)
    monkeypatch.setattr(django, "setup", lambda: None)
    command.init()
    old = keys.load(tmp_path / "keys").approval.verifier.vkey
    (tmp_path / "keys" / keys.APPROVAL).rename(tmp_path / "old.key")
    command.init()
    new = keys.load(tmp_path / "keys").approval.verifier.vkey
    assert [each.verifier.vkey for each in known(tmp_path / "keys", Role.CENTRE)] == [old, new]
