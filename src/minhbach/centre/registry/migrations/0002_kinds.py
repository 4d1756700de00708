"""The kinds of units that the two shipped profiles speak of. More may be added as rows."""

from django.db import migrations

KINDS = (
    ("province", "Ủy ban nhân dân tỉnh", "Provincial People's Committee", 10),
    ("council", "Hội đồng nhân dân", "People's Council", 12),
    ("inspectorate", "Cơ quan thanh tra", "Inspectorate", 14),
    ("office", "Văn phòng", "Office of the People's Committee", 16),
    ("department", "Sở, phòng chuyên môn", "Specialised department", 18),
    ("service_centre", "Trung tâm Phục vụ hành chính công", "Public administration service centre", 20),
    ("district", "Ủy ban nhân dân huyện", "District People's Committee", 30),
    ("commune", "Ủy ban nhân dân xã", "Commune People's Committee", 40),
    ("ward", "Ủy ban nhân dân phường", "Ward People's Committee", 41),
    ("township", "Ủy ban nhân dân thị trấn", "Township People's Committee", 42),
    ("special_zone", "Ủy ban nhân dân đặc khu", "Special zone People's Committee", 43),
    ("team", "Tổ, đội", "Team", 60),
)


def fill(apps, schema_editor):
    kind = apps.get_model("registry", "UnitKind")
    kind.objects.bulk_create(kind(code=code, name_vi=vi, name_en=en, rank=rank) for code, vi, en, rank in KINDS)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_registry")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
