"""What `minhbach centre init` does with a database that is not its own."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from minhbach.centre.command import _know_the_database


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
