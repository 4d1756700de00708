"""How rooms were found, what was asked to be bought for them, and how they came into service."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    *("registry_roomreview", "registry_roomreviewline", "registry_normwaiver", "registry_proposal"),
    *("registry_proposalstep", "registry_rollout", "registry_rolloutsite", "registry_rolloutstep", "registry_handover"),
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_alarms"), ("registry", "0003_rooms_and_equipment")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
