"""Citizens' data lies closed: a copy of the database tells nothing, keys change, who looks at it is written down."""

import io
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models
from django.test.utils import isolate_apps
from django.urls import reverse

from minhbach.centre.access import closing
from minhbach.centre.access.actions.personal import SHOWN, close_rows, rotate_key
from minhbach.centre.access.closing import PersonalKeyMissing
from minhbach.centre.access.database import allowed
from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.models.personal import keys_folder, tables
from minhbach.centre.dossiers.actions.receiving import Brought, receipt_of
from minhbach.centre.dossiers.models import Procedure, Submitter
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.models import Petition, Petitioner, PetitionKind, Topic, Way
from tests.centre.access.district import SETUP, District
from tests.centre.dossiers.counters import dossier, procedure
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
WHO = {
    "name": "Vi Thị Quỳnh Xuân", "personal_id": "022188009417", "address": "Thôn Nà Phặc, bản Lùng",
    "phone": "0987001234",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)


@pytest.fixture
def district() -> District:
    return District()


def brought(district, **more):
    of = Procedure.objects.first() or procedure(district)
    return dossier(district, of, brought=Brought(**(WHO | more)))


def complained(district, **contact):
    said = petitions.Said(kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="Chờ lâu")
    room = district.rooms["A", "one_stop"]
    return petitions.register(
        district.people["one_stop_officer"].person, room=room, said=said, contact=petitions.Contact(**contact),
        now=district.now,
    )  # fmt: skip


def dumped() -> str:
    """What a superuser's copy of every table holds."""
    told = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                for part in copy:
                    told.write(part)
    return told.getvalue().decode()


def test_a_dump_of_every_table_names_nobody_who_brought_a_dossier_or_complained(district):
    made = brought(district)
    receipt_of(SETUP, dossier=made, now=district.now)
    complained(district, name=WHO["name"], phone=WHO["phone"], email="xuan@example.vn", address=WHO["address"])
    told = dumped()
    assert made.code in told
    for said in (*WHO.values(), "xuan@example.vn", "Quỳnh Xuân", "quynh xuan"):
        assert said not in told
        assert said.encode().hex() not in told
    row = Submitter.objects.get()
    assert {name: getattr(row, name) for name in WHO} == WHO
    assert Petitioner.objects.get().email == "xuan@example.vn"


def test_the_length_of_what_is_closed_tells_no_name_from_another(district):
    short, long = brought(district, name="Lê A"), brought(district, name="Nguyễn Phước Bảo Quỳnh Trâm Anh")
    assert len(short.submitter.sealed) == len(long.submitter.sealed)


def test_what_is_closed_for_one_row_opens_in_no_other_and_not_when_it_was_exchanged(district):
    one, other = brought(district).submitter, brought(district, name="Khác").submitter
    other.keep(one.closed)
    with pytest.raises(PersonalKeyMissing, match="does not open"):
        _ = other.name
    one.keep(Submitter.about({"name": "Khác"}, id=one.id).closed)
    one.commitment = Submitter.objects.get(id=one.id).commitment
    with pytest.raises(PersonalKeyMissing, match="written first"):
        closing.reopen(keys_folder(), one.closed, table="dossiers_submitter", row=one.id)


def test_a_new_key_closes_everything_anew_and_the_one_before_the_last_goes(district):
    made = brought(district)
    complained(district, name=WHO["name"])
    first = Submitter.objects.get()
    assert rotate_key(now=district.now) == 2
    row = Submitter.objects.get()
    assert (row.key, row.name, row.commitment) == (2, WHO["name"], first.commitment)
    assert bytes(row.sealed) != bytes(first.sealed)
    assert row.mark == closing.mark(keys_folder(), WHO["personal_id"]) != first.mark
    assert set(closing.ring_of(keys_folder()).keys) == {1, 2}
    rotate_key(now=district.now)
    assert set(closing.ring_of(keys_folder()).keys) == {2, 3}
    assert Petitioner.objects.get().name == WHO["name"]
    assert made.submitter.id == row.id


def test_a_row_that_was_being_written_while_the_key_changed_still_opens_and_moves_with_the_next(district):
    brought(district)
    closing.add_key(keys_folder())
    row = Submitter.objects.get()
    assert (row.key, row.name) == (1, WHO["name"])
    assert rotate_key(now=district.now) == 1
    assert Submitter.objects.get().key == 3
    assert 2 in closing.ring_of(keys_folder()).keys


def test_a_number_is_found_again_under_every_key_and_however_it_is_typed(district):
    brought(district)
    closing.add_key(keys_folder())
    found = closing.marks(keys_folder(), " 0221 8800-9417 ")
    assert Submitter.objects.filter(mark__in=found).count() == 1
    assert not Submitter.objects.filter(mark__in=closing.marks(keys_folder(), "022188009418")).exists()


def test_a_lost_key_is_said_on_the_page_and_no_new_one_is_made_over_it(district):
    made = brought(district)
    (keys_folder() / closing.NAME).unlink()
    browser = signed_in(district.people["one_stop_officer"])
    page = browser.get(reverse("dossier", args=[made.id]))
    assert page.status_code == 503
    assert "thiếu khóa" in page.content.decode()
    with pytest.raises(PersonalKeyMissing, match="restore"):
        brought(district)
    assert not (keys_folder() / closing.NAME).exists()


@pytest.mark.parametrize("data", [b"", b"1 x\n", b"1 AAAA\n", b"\xff", b"x " + b"A" * 43 + b"=\n"])
def test_a_file_that_holds_no_keys_is_none(tmp_path, data):
    (tmp_path / closing.NAME).write_bytes(data)
    with pytest.raises(PersonalKeyMissing, match="holds no keys"):
        closing.ring_of(tmp_path)


def test_the_keys_are_their_owners_alone_and_never_in_a_repr(district):
    brought(district)
    path = keys_folder() / closing.NAME
    assert path.stat().st_mode & 0o077 == 0
    assert repr(closing.ring_of(keys_folder())) == "Ring()"


@isolate_apps("minhbach.centre.dossiers")
def test_what_stood_open_before_is_closed_by_the_migration():
    class Before(models.Model):
        """A table while the migration runs: with the open columns and the new ones."""

        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        name, personal_id = models.CharField(max_length=120), models.CharField(max_length=20)
        salt, sealed = models.BinaryField(), models.BinaryField(default=b"")
        key, mark = models.PositiveSmallIntegerField(default=0), models.CharField(max_length=64, default="")
        commitment = models.CharField(max_length=64, default="")

        class Meta:
            app_label = "dossiers"

    with connection.schema_editor() as editor:
        editor.create_model(Before)
    named = Before._default_manager.create(name=WHO["name"], personal_id=WHO["personal_id"], salt=b"\1\2")
    Before._default_manager.create(name="", personal_id="", salt=b"")
    close_rows(Before, ["name", "personal_id", "salt"], numbered="personal_id")
    empty, row = Before._default_manager.order_by("key")
    assert (bytes(empty.sealed), empty.key, empty.mark) == (b"", 0, "")
    closed = closing.Closed(bytes(row.sealed), row.key, row.commitment)
    said = closing.reopen(keys_folder(), closed, table="dossiers_before", row=named.id)
    assert said == {"name": WHO["name"], "personal_id": WHO["personal_id"], "salt": "0102"}
    assert row.mark == closing.mark(keys_folder(), WHO["personal_id"])


def test_a_page_shows_four_digits_until_somebody_asks_for_all_which_is_written_down(district):
    made, officer = brought(district), district.people["one_stop_officer"]
    browser = signed_in(officer)
    said = browser.get(reverse("dossier", args=[made.id])).content.decode()
    assert WHO["name"] in said
    assert "•••• 9417" in said
    for hidden in ("personal_id", "phone", "address"):
        assert WHO[hidden] not in said
    assert not AuditRow.objects.filter(act=SHOWN).exists()
    shown = browser.post(reverse("dossier_person", args=[made.id]))
    assert [WHO[each] in shown.content.decode() for each in WHO] == [True] * 4
    assert "no-store" in shown["Cache-Control"]
    row = AuditRow.objects.get(act=SHOWN)
    assert (row.account, row.object_kind, row.object_id) == (officer, "dossier", str(made.id))
    assert WHO["name"] not in str(row.details)


def test_who_complained_is_shown_in_full_only_to_who_handles_it_and_asks(district):
    made = complained(district, name=WHO["name"], phone=WHO["phone"], address=WHO["address"])
    browser = signed_in(district.people["commune_chairman"])
    assert WHO["phone"] not in browser.get(reverse("petition", args=[made.id])).content.decode()
    shown = browser.post(reverse("petition_person", args=[made.id])).content.decode()
    assert WHO["phone"] in shown
    assert WHO["address"] in shown
    assert AuditRow.objects.filter(act=SHOWN, object_id=str(made.id)).count() == 1
    stranger = signed_in(district.people["technician"])
    assert stranger.post(reverse("petition_person", args=[made.id])).status_code == 403
    assert Petition.objects.count() == 1


def test_the_application_may_move_and_empty_such_rows_and_nothing_else_of_them():
    by_table = {each.table: each for each in allowed()}
    for table in tables():
        columns = set(by_table[table._meta.db_table].update or ())
        assert {"sealed", "key"} <= columns <= {"sealed", "key", "mark", "erased_at"}, table
