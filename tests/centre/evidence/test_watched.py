"""Who watched the footage of a package is told by what left for them, live or not, and never by what they asked for."""

import csv
import io
import json
import zipfile
from uuid import UUID

import pytest
from django.utils import timezone

from minhbach.centre.access.actions.purposes import open_purpose
from minhbach.centre.access.actions.viewings import Asker, Left, open_viewing, record_served
from minhbach.centre.access.models import Account
from minhbach.centre.evidence import packing
from minhbach.centre.evidence.actions import building
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.watched import COLUMNS, Watched, as_csv, as_json, watched
from minhbach.centre.registry.models import Camera
from minhbach.ledger.verify import verify
from tests.centre.evidence.case import Case, S
from tests.centre.evidence.test_packing import brought
from tests.edge.keeping import Site

pytestmark = pytest.mark.django_db
BOSS = "commune_chairman"


def opened(case: Case, account: Account, kind: str) -> UUID:
    """A viewing of the room's camera; played back, it is of the whole time."""
    asker = Asker(account, session="0" * 64)
    if kind == "live":
        return open_viewing(asker, kind=kind, cameras=[case.camera], now=case.now).viewing.id
    given = open_purpose(account, text="Kiểm tra nề nếp", reference="", rooms=[case.room], now=case.now)
    begin, end = moment(case.begin_us - 5 * S), moment(case.end_us + 5 * S)
    return open_viewing(
        asker, kind=kind, cameras=[case.camera], begin=begin, end=end, purpose=given.id, now=case.now
    ).viewing.id


def served(case: Case, viewing: UUID, *spans: tuple[int, int], sound: bool = False) -> None:
    """Seconds of the footage, counted from where it begins, left for a viewing."""
    camera = Camera.objects.get(id=case.camera)
    name = f"{camera.recorder_id}/{camera.name}"
    for begin_s, end_s in spans:
        left = Left(name, sound, case.begin_us + begin_s * S, case.begin_us + end_s * S)
        record_served(viewing, [left], 1000, now=case.now)


def seen(case: Case) -> list[Watched]:
    """By everybody, of what is asked for."""
    return list(watched([case.camera], moment(case.begin_us), moment(case.end_us)))


def test_who_watched_live_is_in_it_and_who_asked_for_a_day_and_was_served_other_minutes_is_not(case: Case) -> None:
    asker, boss = case.asker, case.person(BOSS)
    live = opened(case, asker, "live")
    served(case, live, (-4, 3), (20, 24))
    served(case, live, (0, 2), sound=True)
    elsewhere = opened(case, boss, "playback")
    served(case, elsewhere, (-5, 0), (30, 34))
    opened(case, boss, "playback")
    [row] = seen(case)
    assert (row.who, row.kind, row.seconds, row.sound_seconds) == (asker.person.full_name, "live", 7.0, 2.0)
    assert (row.begin, row.end) == (moment(case.begin_us), moment(case.begin_us + 24 * S))


def test_what_left_twice_in_one_viewing_counts_once_and_each_viewing_has_its_line(case: Case) -> None:
    boss = case.person(BOSS)
    first, second = opened(case, boss, "playback"), opened(case, boss, "playback")
    served(case, first, (0, 10), (20, 25), (5, 12))
    served(case, second, (0, 1))
    assert [row.seconds for row in seen(case)] == [17.0, 1.0]


def test_both_forms_say_the_same_and_a_spreadsheet_computes_nothing_of_a_name(case: Case) -> None:
    live = opened(case, case.asker, "live")
    served(case, live, (1, 3))
    Camera.objects.filter(id=case.camera).update(label="=HYPERLINK(1)")
    rows = seen(case)
    [told] = json.loads(as_json(rows))
    assert (told["kind"], told["seconds"], told["camera"]) == ("live", 2.0, "=HYPERLINK(1)")
    data = as_csv(rows)
    assert data.startswith("\ufeffMở xem lúc,Người xem".encode())
    head, line = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert head == list(COLUMNS)
    assert line[1:4] == [case.asker.person.full_name, "xem trực tiếp", "'=HYPERLINK(1)"]
    assert (line[6], line[8]) == ("2,0", told["commitment"])


def test_a_package_holds_both_named_in_its_readme_and_sealed(case: Case, history: Site) -> None:
    live = opened(case, case.asker, "live")
    served(case, live, (1, 3))
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    plan = packing.planned(build.id)
    brought(plan, history)
    packing.pack(plan, now=timezone.now())
    with zipfile.ZipFile(plan.target) as archive:
        readme = archive.read("README.txt").decode()
        table = archive.read("viewings.csv").decode("utf-8-sig")
        assert len(json.loads(archive.read("viewings.json"))) == 1
    assert case.asker.person.full_name in table
    assert readme.count("viewings.csv") == 2
    spoiled = plan.target.with_name("spoiled.zip")
    with zipfile.ZipFile(plan.target) as archive, zipfile.ZipFile(spoiled, "w") as other:
        for each in archive.infolist():
            data = archive.read(each)
            other.writestr(each, data[:-3] if each.filename == "viewings.csv" else data, each.compress_type)
    keys = plan.keys
    assert verify(plan.target, keys).verdict in packing.ACCEPTED
    assert verify(spoiled, keys).verdict not in packing.ACCEPTED
