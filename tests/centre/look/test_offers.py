"""No page offers what a person is refused, and none leaves English readers with Vietnamese words.

Both are asked of every page that a person can walk to: a walk is what costs.
"""

import re
from collections import deque
from collections.abc import Iterable
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.test import Client
from django.utils import timezone

from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.models import Submitter
from minhbach.centre.evidence.models import SubjectPerson
from minhbach.centre.fabric import keys
from minhbach.centre.feedback.models import Petitioner
from minhbach.centre.regulation.columns import CATALOGUES, Holds
from minhbach.centre.regulation.models import Regulation
from minhbach.centre.regulation.rules import parse
from tests.centre.look import province
from tests.centre.people import signed_in

#: Letters that English has not; what people and offices are called is written with them in any language.
MARKED = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯà-ãè-êìíò-õùúýÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĩũĨŨạ-ỹẠ-Ỹ]")
#: An example of what is written in Vietnam, and the number of a document, are as they are written there.
EXAMPLE = re.compile(r"([Ff]or example|such as):? .+|\b\d+/[A-ZĐ]+(-[A-ZĐ]+)*")
#: What is said in words of the page to people, and not as text.
SAID = ("aria-label", "title", "alt", "placeholder", "data-key-words", "data-confirm", "data-label", "data-go-word")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")


class Offers(HTMLParser):
    """The addresses of this site that a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.buttons: set[str] = set()
        self.words: list[str] = []
        self._silent: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links are followed, what a form or htmx asks is only judged."""
        found = dict(attrs)
        # What somebody wrote stands in fields, what a file is called by in code.
        silent = tag in ("script", "style", "textarea", "code") or found.get("lang") == "vi"
        if silent or (self._silent and self._silent[-1] == tag):
            self._silent.append(tag)
        self.words += [found[name] or "" for name in SAID if name in found]
        if (href := found.get("href")) and tag == "a" and href.startswith("/"):
            self.links.add(href.split("#")[0])
        for name in ("action", "hx-get", "hx-post"):
            if (url := found.get(name)) and url.startswith("/"):
                self.buttons.add(url)

    def handle_endtag(self, tag: str) -> None:
        """What is no text, or says itself that it is Vietnamese, has ended."""
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        """Words between the tags."""
        if not self._silent:
            self.words.append(data)


def names() -> re.Pattern[str]:
    """Everything that rows call themselves or say: what people wrote is in their language on every page."""
    found = {"Minh Bạch", "Tiếng Việt"}
    for model in apps.get_models():
        fields = [each for each in model._meta.concrete_fields if type(each) in (CharField, TextField)]
        # The one half of a pair that is said in the reader's language.
        for column in (each.name for each in fields if each.name.rpartition("_")[2] != "vi"):
            said = model._default_manager.values_list(column, flat=True)
            found |= {" ".join(text.split()) for text in said if text and MARKED.search(text)}
    # What an office wrote into a column of a catalogue stands behind the column's heading.
    for version in Regulation.objects.all():
        catalogues = parse(version.content).catalogues
        cells = (
            (column, item.text(column.key))
            for name in catalogues
            for item in catalogues[name].values()
            for column in CATALOGUES[name].columns
            if column.holds is Holds.TEXT
        )
        found |= {f"{column.words.en}: {said}" for column, said in cells if said}
    # Citizens' names stand closed in their rows.
    found |= {row.name for model in (Petitioner, SubjectPerson, Submitter) for row in model.objects.all() if row.name}
    return re.compile("|".join(re.escape(each) for each in sorted(found, key=len, reverse=True)))


def untranslated(words: Iterable[str], known: re.Pattern[str]) -> list[str]:
    """What is left of a page's words once all names are taken out of it, and is no English."""
    told = {" ".join(each.split()) for each in words}
    # Two capitals are somebody's initials.
    return sorted(each for each in told if len(each) > 2 and MARKED.search(EXAMPLE.sub("", known.sub("", each))))


def dead_ends(client: Client, account: Account, known: re.Pattern[str]) -> tuple[list[str], list[str]]:
    """Walk the site from the start page, each kind of page once; what was offered and refused, what is no English."""
    may = May(account, timezone.now())
    waiting, seen, dead, strange = deque([("/", "")]), set(), [], []
    while waiting:
        path, origin = waiting.popleft()
        kind = ID.sub("ID", path.split("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        answer = client.get(path)
        if answer.status_code >= 400:
            dead.append(f"{origin} → {path}: {answer.status_code}")
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        if 'class="bar' in text and "data-find" not in text:
            dead.append(f"{kind}: its bar knows nobody, so something of the page took the name of what the bar asks")
        offers = Offers(text)
        strange += [f"{kind}: {each}" for each in untranslated(offers.words, known)]
        dead += [f"{kind} → {url}" for url in sorted(offers.links | offers.buttons) if not may.opens(url)]
        waiting.extend((link, kind) for link in sorted(offers.links))
    return dead, strange


@pytest.mark.django_db
def test_whatever_a_page_offers_opens_and_its_english_is_english():
    keys.ensure(settings.MINHBACH_DATA / "keys")
    province.settle(timezone.now())
    known, dead, strange = names(), set(), set()
    for account in Account.objects.all():
        client = signed_in(account)
        client.cookies["language"] = "en"
        ends, words = dead_ends(client, account, known)
        dead |= {f"{account.username}: {end}" for end in ends}
        strange |= set(words)
    assert not dead, "\n".join(sorted(dead))
    assert not strange, "\n".join(sorted(strange))
