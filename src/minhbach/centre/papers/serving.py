"""A kept paper as an answer to a browser.

Promises that a paper whose file is gone or damaged is told in words and stands in the log, and is never shown as it is
by now. Who may read it was decided before.
"""

import logging

from django.http import Http404, HttpResponse

from minhbach.centre.papers import actions
from minhbach.centre.papers.models import Origin, Paper
from minhbach.centre.papers.photo import PDF
from minhbach.centre.papers.store import PaperLost
from minhbach.centre.words import Words

_LOGGER = logging.getLogger(__name__)
LOST = Words(
    "Tệp của văn bản này không còn, hoặc không còn nguyên vẹn như lúc lưu. Hãy báo quản trị hệ thống phục hồi từ bản "
    "sao lưu; báo kèm mã bên dưới.",
    "The file of this paper is gone, or is not what was kept. Ask the system administrator to restore it from a "
    "backup, and tell the code below.",
)


def served(paper: Paper, *, name: str = "") -> HttpResponse:
    """The paper, shown in the browser; a PDF that somebody brought is to be saved. `name`: what it is called, ASCII.

    Raises Http404.
    """
    try:
        data = actions.read(paper)
    except PaperLost as lost:
        _LOGGER.error("paper %s: %s", paper.id, lost)
        raise Http404(LOST) from None
    # What somebody brought and nobody drew anew is saved and opened elsewhere, never shown by this site.
    shown = "attachment" if paper.origin == Origin.UPLOADED and paper.media_type == PDF else "inline"
    disposition = f'{shown}; filename="{name}"' if name else shown
    return HttpResponse(data, content_type=paper.media_type, headers={"Content-Disposition": disposition})
