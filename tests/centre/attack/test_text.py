"""Whoever types text, anywhere: in no page does it become markup, in no table a formula, in no paper a command.

Every text that a person can have typed is replaced, in every row of a commune, by one that is meant for all three; then
everything that can be opened there is opened. A new page, table or column is in it from its first day.
"""

import csv
import io
import json
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from minhbach.centre.access.guard import PUBLIC, SIGNED_IN
from minhbach.centre.evidence.player import Piece, Shown, player
from minhbach.centre.fabric import keys
from tests.centre.access.district import SERVES, District
from tests.centre.access.test_attacks import ELSEWHERE, address
from tests.centre.access.test_matrix import Rows, may, pages
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: Formula, markup, an attribute's end, typst that would read a file or stop the printing, and a line of its own.
HOSTILE = '=1+1"\'><script>alert(1)</script>#read("/etc/passwd")#panic("x")*_`$[]<a>'
MARKUP = "<script>alert(1)"
FORMULAS = tuple("=+-@\t\r")
#: Texts that no person types: names of our own, numbers, digests, what programs read.
OURS = re.compile(
    r"code|digest|hash|token|sealed|key|route|reference|kind|name_digest|origin|media_type|username|password|"
    r"commitment|root|vkey|log|box|state|topic|way|role|level|act|system|wanted|ground|session|browser|salt|"
    r"number|room_type|stream|source|sub_address|fingerprint|cause|channel|identity|behalf|ending|verb|ip|personal|"
    r"sheet|criterion|condition|subject|nonce|statement|model|name_vi|name_en|table_name|answer|camera|place|networks|phone|email"
)


@pytest.fixture
def rows(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    district = District()
    return district, Rows(district).of["A", "one_stop"], _type_everywhere()


def _type_everywhere():
    """Put the hostile text into every column that people's texts stand in; how many took it."""
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # what triggers keep is bent here, once
        for model in apps.get_models():
            label = model._meta.app_label
            if label in ("auth", "contenttypes", "sessions", "pghistory", "journal", "regulation"):
                continue
            for each in model._meta.concrete_fields:
                if not _is_typed(each):
                    continue
                text = HOSTILE[: each.max_length] if isinstance(each, models.CharField) else HOSTILE
                table, column = model._meta.db_table, each.column
                try:
                    with transaction.atomic():
                        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" <> \'\'', [text])
                        taken += cursor.rowcount > 0
                except DatabaseError:
                    continue  # PostgreSQL itself takes no such text there
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return taken


def _is_typed(each):
    wide = isinstance(each, models.TextField) or (isinstance(each, models.CharField) and (each.max_length or 0) >= 40)
    return wide and not each.choices and not OURS.fullmatch(each.name) and not each.primary_key


def _browser(district, rights):
    if rights is SIGNED_IN:
        return signed_in(district.people["commune_chairman"])
    role = next((role for role in SERVES if may(role, rights, "A", "one_stop")), None)
    return signed_in(district.people[role]) if role else None


def test_no_text_that_somebody_typed_is_anything_but_text(rows):
    district, own, taken = rows
    assert taken > 25
    shown, tables, papers, wrong = 0, 0, 0, []
    for route, each in pages():
        if "GET" not in each.callback.methods or each.callback.rights is PUBLIC or each.name in ELSEWHERE:
            continue
        browser = _browser(district, each.callback.rights)
        if browser is None:
            continue
        browser.raise_request_exception = False
        where = address(route, own)
        answer = browser.get(where)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code >= 500:
            wrong.append(f"{where}: {answer.status_code}")
        elif kind.startswith("text/html"):
            shown += "alert(1)" in data.decode()
            wrong += [where] * (MARKUP in data.decode())
        elif kind.startswith("text/csv"):
            tables += 1
            cells = [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in line]
            wrong += [f"{where}: {cell}" for cell in cells if cell.startswith(FORMULAS)]
        elif kind == "application/pdf":
            papers += 1
            wrong += [where] * (not data.startswith(b"%PDF"))
    assert wrong == []
    # The text was there to be seen, and tables and papers were made with it.
    assert shown > 30
    assert tables >= 3
    assert papers >= 6


def test_the_player_of_a_package_is_told_names_as_data():
    hostile = "</script><script>alert(1)</script><!-- \u2028 ]]>"
    page = player(hostile, 0, 9, [Shown(hostile, [Piece(0, 9, "", hostile, hostile)])]).decode()
    assert page.count("</script>") == 2
    assert "<script>alert" not in page
    said = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert said is not None
    assert json.loads(said[1])["title"] == hostile
    assert "innerHTML" not in page
    assert "default-src 'none'" in page
