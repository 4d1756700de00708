"""What the migrations lay, the short way, is what the models say."""

import re

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

COLUMNS = """
    SELECT table_name, column_name, udt_name, is_nullable, character_maximum_length
    FROM information_schema.columns WHERE table_schema = %s
"""
CONSTRAINTS = """
    SELECT t.relname, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname = %s
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s"


def models():
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


def found(question, schema):
    """Rows of a catalogue, with the name of the schema taken out."""
    with connection.cursor() as cursor:
        cursor.execute(question, [schema])
        return {tuple(re.sub(rf"\b{schema}\.", "", f"{each}") for each in row) for row in cursor.fetchall()}


@pytest.fixture
def anew():
    """The tables as the models of today say, in a schema beside the one that the migrations laid."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA anew; SET LOCAL search_path TO anew, public")
    with connection.schema_editor() as editor:
        for model in models():
            editor.create_model(model)
    return "anew"


@pytest.mark.parametrize("question", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
def test_the_tables_are_those_of_the_models(anew, question):
    laid, said = found(question, "public"), found(question, anew)
    assert len(said) > 300
    tables = {name for name, *_ in said}
    assert said ^ {row for row in laid if row[0] in tables} == set()


def test_every_trigger_of_a_model_is_in_place():
    pairs = pgtrigger.registered()
    assert len(pairs) > 100
    states = {(model._meta.label, trigger.name, trigger.get_installation_status(model)[0]) for model, trigger in pairs}
    assert {each for each in states if each[2] != "INSTALLED"} == set()
