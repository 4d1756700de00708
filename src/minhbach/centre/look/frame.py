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


#: What no page of ours asks a browser for is refused to whatever might run there. Keys sign approvals.
PERMISSIONS: Final = ", ".join(
    (
        *(
            f"{name}=()"
            for name in ("camera", "microphone", "geolocation", "display-capture", "usb", "serial", "hid",
                         "midi", "payment", "screen-wake-lock", "accelerometer", "gyroscope", "magnetometer",
                         "browsing-topics", "xr-spatial-tracking")
        ),
        *(
            f"{name}=(self)"
            for name in ("autoplay", "fullscreen", "clipboard-write", "publickey-credentials-get",
                         "publickey-credentials-create")
        ),
    )
)  # fmt: skip


class ContentSecurity:
    """Sends the policies with every answer that did not set its own, whoever gave it: it stands before all others.

    What is not said to be for everybody is kept by no browser and no proxy: a page, a paper, an answer of the API, and
    the words of a refusal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = POLICY.format(stream=settings.STREAM_ORIGIN)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
