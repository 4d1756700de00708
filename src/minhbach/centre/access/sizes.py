"""How much one request may bring, before anything of it is read.

Django bounds what it keeps in memory, not the files of a form: those go to the disk as they come, whoever sends them,
while the form's token is looked for. The proxy of `deploy/` bounds them too; this holds without one.
"""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

MOST_BYTES = 24 << 20
"""A photograph of 20 MB and the form around it."""


class BoundedRequest:
    """Answers 413 to what is larger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What says nothing of its length has none: the server hands on no body then."""
        said = str(request.META.get("CONTENT_LENGTH") or "0")
        if not said.isascii() or not said.isdigit() or int(said[:20]) > MOST_BYTES:
            raise RequestDataTooBig("A request is larger than any of our pages sends.")
        return self.get_response(request)
