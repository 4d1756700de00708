"""Words that are looked for, on their way through an address: closed, so that nobody reads them there.

What is looked for in a list may be a citizen's name, and an address stays: in the browser's history, in a bookmark, in
the logs of servers on the way. So such a form sends its words in its body, and whoever sent it is led to an address in
which they stand closed under the centre's secret, for that account alone; pages, sheets and papers of what was found go
by it. Promises that no address which a page offers says the words. What somebody writes into an address by hand is
looked for as it stands there.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.crypto import salted_hmac

from minhbach.centre.access.searching import LONGEST

CLOSED = "~"
"""What closed words begin with."""
_NONCE_BYTES = 12
#: How long the words are is told only in steps of so many bytes.
_STEP = 32


def closed_way(request: HttpRequest, names: tuple[str, ...]) -> HttpResponseRedirect:
    """To the page of what was sent: the words under these names closed, everything else as it is."""
    kept = request.POST.copy()
    kept.pop("csrfmiddlewaretoken", None)
    for name in names:
        said = " ".join(kept.get(name, "").split())[:LONGEST]
        kept.pop(name, None)
        if said:
            kept[name] = _close(request, said)
    return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)


def words_in(request: HttpRequest, name: str = "q") -> str:
    """The words that the address asks for; none where they were closed for somebody else."""
    return _open(request, request.GET.get(name, ""))


def opened(request: HttpRequest, *names: str) -> QueryDict:
    """What the address says, these words open: for a form that shows them. It goes into no address."""
    said = request.GET.copy()
    for name in names:
        if name in said:
            said[name] = words_in(request, name)
    return said


def _close(request: HttpRequest, said: str) -> str:
    data = said.encode("utf-8", "replace")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, data + b" " * (-len(data) % _STEP), _whose(request))
    return CLOSED + base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def _open(request: HttpRequest, said: str) -> str:
    if not said.startswith(CLOSED):
        return said
    text = said.removeprefix(CLOSED)
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return _cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _whose(request)).decode().rstrip(" ")
    except (InvalidTag, ValueError):
        return ""


def _cipher() -> AESGCM:
    return AESGCM(salted_hmac("access.sought", "key", algorithm="sha256").digest())


def _whose(request: HttpRequest) -> bytes:
    return str(request.user.pk).encode()
