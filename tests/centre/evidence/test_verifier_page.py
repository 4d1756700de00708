"""Everybody gets the verifier from the centre, with its hash, and it is the one that the sources give."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from minhbach.centre.evidence.contents import MASKED_README, README
from minhbach.centre.words.middleware import COOKIE
from minhbach.ledger.pyz import NAME, pyz_bytes
from minhbach.ledger.verdicts import NAMES, Verdict
from tests.centre.evidence.case import Case
from tests.centre.people import signed_in
from tests.ledger import evidence

pytestmark = pytest.mark.django_db


def test_the_file_that_a_court_gets_without_signing_in_is_the_verifier_and_runs(tmp_path: Path) -> None:
    answer = Client().get(reverse("verifier_file"))
    assert answer.content == pyz_bytes()
    assert NAME in answer["Content-Disposition"]
    (tmp_path / NAME).write_bytes(answer.content)
    room = evidence.scene(steps=4)
    room.build(tmp_path / "package")
    (tmp_path / "keys.txt").write_text(evidence.key_file(room.recorder), "utf-8")
    command = [sys.executable, "-I", "-S", NAME, "package", "--keys", "keys.txt"]
    assert subprocess.run(command, cwd=tmp_path, env={}, timeout=60, check=False).returncode == Verdict.AUTHENTIC


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_its_hash_how_to_run_it_and_every_answer(language: str) -> None:
    browser = Client()
    browser.cookies[COOKIE] = language
    page = browser.get(reverse("verifier")).content.decode()
    assert hashlib.sha256(pyz_bytes()).hexdigest() in page
    assert reverse("verifier_file") in page
    assert f"python -I -S {NAME}" in page
    for verdict in Verdict:
        assert f">{NAMES[verdict][language == 'en']}</th>" in page
        assert f">{verdict.value}</td>" in page


def test_whoever_hands_a_package_over_and_whoever_was_given_one_are_led_to_the_page(case: Case) -> None:
    row = case.built()
    page = signed_in(case.asker).get(reverse("extraction", args=[row.id])).content.decode()
    assert f'href="{reverse("verifier")}"' in page
    assert f'href="{reverse("verifier")}"' in Client().get(reverse("sign_in")).content.decode()
    for text in (README, MASKED_README):
        assert text.count(reverse("verifier")) == 2, "in both languages"
