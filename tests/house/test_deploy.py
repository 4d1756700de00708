"""What an office installs: units that systemd understands, and settings that the site knows.

Whether a backup comes back is tried in `tests/end_to_end/test_backup.py`.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from minhbach import cli
from minhbach.centre import settings
from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def words(unit: Path) -> list[str]:
    """The command that a unit starts."""
    (line,) = re.findall(r"^ExecStart=(.+)$", unit.read_text("utf-8"), flags=re.MULTILINE)
    found: list[str] = line.split()
    return found


def test_every_setting_is_one_that_the_site_knows() -> None:
    texts = [(DEPLOY / name).read_text("utf-8") for name in ("minhbach.env", "owner.env")]
    lines = "\n".join(texts).splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert named - {"DJANGO_SETTINGS_MODULE"} <= settings.KEYS.keys()
    assert {"MINHBACH_DATA", "MINHBACH_DATABASE", "MINHBACH_HOSTS", "MINHBACH_STREAM_URL"} <= named


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_starts_a_command_of_ours_and_gives_up_its_rights(unit: Path) -> None:
    command = words(unit)
    text = unit.read_text("utf-8")
    ours = [number for number, word in enumerate(command) if word.endswith("/minhbach")]
    if "/deploy/" in command[0]:
        assert os.access(ROOT / command[0].removeprefix("/opt/minhbach/"), os.X_OK)
    elif ours:
        assert cli.parser().parse_args(command[ours[0] + 1 :]).handler
    else:
        assert any(word.startswith("minhbach.centre.") or word.endswith("/nats-server") for word in command)
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=minhbach"} <= set(text.splitlines())


def test_every_module_that_a_unit_names_exists() -> None:
    for unit in UNITS:
        for module in re.findall(r"-m (minhbach[\w.]+)", unit.read_text("utf-8")):
            place = ROOT / "src" / module.replace(".", "/")
            assert (place / "__main__.py").exists() or place.with_suffix(".py").exists(), module


def test_no_process_that_serves_is_told_who_owns_the_tables() -> None:
    told = {unit.stem for unit in UNITS if "owner" in unit.read_text("utf-8")}
    assert told == {"minhbach-init"}
    assert "OWNER" not in (DEPLOY / "minhbach.env").read_text("utf-8")


def test_pages_cannot_open_the_key_of_the_centres_own_log_and_no_page_asks_for_it() -> None:
    unit = (DEPLOY / "systemd" / "minhbach-pages.service").read_text("utf-8")
    assert "InaccessiblePaths=-/var/lib/minhbach/keys/journal.key" in unit.splitlines()
    centre = ROOT / "src" / "minhbach" / "centre"
    asking = [path.relative_to(centre) for path in centre.rglob("*.py") if "load_journal(" in path.read_text("utf-8")]
    # Both are the worker's: what anchors lines, and what has recorders cosign them.
    assert sorted(map(str, asking)) == ["fabric/keys.py", "journal/anchoring.py", "journal/witnesses.py"]


def test_a_practised_restoration_has_no_mail_server(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    practice = page[page.index("**Tập phục hồi**") :]
    command = re.search(r"^sed -i .+$", practice, flags=re.MULTILINE)
    assert command is not None
    assert command.start() < practice.index("deploy/restore") < practice.index("systemctl start")
    env = tmp_path / "minhbach.env"
    env.write_text((DEPLOY / "minhbach.env").read_text("utf-8").replace("# MINHBACH_SMTP", "MINHBACH_SMTP"), "utf-8")
    assert "\nMINHBACH_SMTP=" in env.read_text("utf-8")
    subprocess.run([*shlex.split(command[0])[:-1], str(env)], check=True)
    assert "\nMINHBACH_SMTP" not in env.read_text("utf-8")


def test_every_timer_wakes_a_unit_that_is_there() -> None:
    timers = sorted((DEPLOY / "systemd").glob("*.timer"))
    assert timers
    assert all(timer.with_suffix(".service") in UNITS for timer in timers)


def test_every_unit_and_timer_stands_in_the_page_for_who_runs_them() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    units = {f"{unit.name}" for unit in (DEPLOY / "systemd").glob("*.timer")} | {unit.stem for unit in UNITS}
    assert [name for name in sorted(units) if not re.search(rf"{re.escape(name)}(?![\w-])", page)] == []
