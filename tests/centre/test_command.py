"""Where `minhbach centre` finds its site, and what `init` does with a database that is not its own."""

import os

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from minhbach.centre import command
from minhbach.centre.access import closing
from minhbach.centre.command import _know_the_database

FILE = """# what an office wrote
# MINHBACH_SMTP=smtps://mail.example.gov.vn:465
MINHBACH_DATABASE=host=/run/postgresql user=minhbach dbname=minhbach

MINHBACH_SECURE=1
"""
SAID = {"MINHBACH_DATABASE": "host=/run/postgresql user=minhbach dbname=minhbach", "MINHBACH_SECURE": "1"}


@pytest.mark.parametrize("name", ["site.env", "minhbach.env"])
def test_the_settings_are_those_of_the_folder_or_of_the_file_that_is_named(name, tmp_path, monkeypatch):
    (tmp_path / name).write_text(FILE, "utf-8")
    monkeypatch.setattr(os, "environ", {})
    command._read_settings(tmp_path if name == command.SITE_FILE else tmp_path / name)
    assert os.environ == SAID


def test_a_site_that_is_not_there_or_does_not_answer_is_no_finding(tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["--data", str(tmp_path / "away"), "check_journal"])
    assert ended.value.code == 2

    def refuse(words):
        raise OperationalError("connection refused")

    monkeypatch.setattr(command, "_carry_out", refuse)
    assert command.main(["check_journal"]) == 2
    assert "connection refused" in capsys.readouterr().err


def test_nothing_is_made_in_a_site_whose_backup_is_only_half_restored(tmp_path, settings, capsys):
    settings.MINHBACH_DATA, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    (tmp_path / command.RESTORING).touch()
    with pytest.raises(SystemExit) as ended:
        command.init()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "chưa được phục hồi xong" in said
    assert "run the same deploy/restore again" in said
    assert [path.name for path in tmp_path.iterdir()] == [command.RESTORING]


@pytest.mark.django_db
def test_a_lost_key_of_personal_data_is_missed_aloud_and_not_replaced(tmp_path, capsys):
    command._ensure_personal_keys(tmp_path / "new")
    assert len(closing.ring_of(tmp_path / "new").keys) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO feedback_petitioner (id, petition_id, sealed, key, commitment) "
            "VALUES (gen_random_uuid(), gen_random_uuid(), 'closed', 1, '')"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    command._ensure_personal_keys(tmp_path / "lost")
    assert not (tmp_path / "lost").exists()
    assert "restore the file from a backup" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_database_that_another_version_laid_is_left_alone_with_words(capsys):
    _know_the_database()
    MigrationRecorder.Migration.objects.create(app="access", name="0009_from_elsewhere")
    with pytest.raises(SystemExit) as ended:
        _know_the_database()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "phiên bản khác" in said
    assert "access.0009_from_elsewhere" in said
