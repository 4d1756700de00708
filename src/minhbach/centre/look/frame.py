"""What the frame of every page needs to know, and the policy that it is served under.

Light and language are cookies of the browser, not of the account: a counter's screen stays dark whoever sits there.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from minhbach.centre.words.formats import english

THEME_COOKIE: Final = "theme"
THEMES: Final = ("auto", "light", "dark")

#: Nothing inline, nothing from elsewhere; footage comes over the stream's socket and is played from a blob.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "connect-src 'self' {stream}",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the light and the language in force, and whether this is the demo."""
    chosen = request.COOKIES.get(THEME_COOKIE)
    return {
        "theme": chosen if chosen in THEMES else "auto",
        "english": english(),
        "demo": settings.MINHBACH_DEMO,
        "stream_url": settings.MINHBACH_STREAM_URL,
    }


class ContentSecurity:
    """Sends the policy with every answer that did not set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = POLICY.format(stream=settings.STREAM_ORIGIN)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
