"""Keeping papers: first the bytes are durable, then the row says so. Letting one go: the row first, then the bytes."""

import datetime
import functools
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from minhbach.centre.papers.models import Origin, Paper
from minhbach.centre.papers.photo import photo_or_pdf, redrawn
from minhbach.centre.papers.store import Store


@functools.cache
def store() -> Store:
    """The store of this centre."""
    return Store(Path(settings.MINHBACH_DATA) / "papers")


def keep_made(*, data: bytes, media_type: str, title: str, person_id: UUID | None, now: datetime.datetime) -> Paper:
    """Keep a document that the system made. Raises OSError."""
    return _keep(data, media_type, Origin.MADE, title, person_id, now)


def keep_photo(*, data: bytes, title: str, person_id: UUID | None, now: datetime.datetime) -> Paper:
    """Keep a photograph that a person brought, drawn anew. Raises PhotoRefused, OSError."""
    return _keep(redrawn(data), "image/jpeg", Origin.UPLOADED, title, person_id, now)


def keep_proof(*, data: bytes, title: str, person_id: UUID | None, now: datetime.datetime) -> Paper:
    """Keep a photograph, drawn anew, or a PDF that holds nothing but pages, as it is. Raises PhotoRefused, OSError."""
    kept, media_type = photo_or_pdf(data)
    return _keep(kept, media_type, Origin.UPLOADED, title, person_id, now)


def read(paper: Paper) -> bytes:
    """The bytes of a paper. Raises PaperLost."""
    return store().read(paper.digest)


def discard(paper: Paper) -> None:
    """Let a paper go for good, row and bytes, where the law asks for it; the bytes stay if another paper is the same.

    The caller has taken its own reference away. The file goes after the transaction: who rolls back has it still.
    """
    digest = paper.digest
    paper.delete()

    def remove() -> None:
        if not Paper.objects.filter(digest=digest).exists():
            store().remove(digest)

    transaction.on_commit(remove)


def _keep(
    data: bytes, media_type: str, origin: Origin, title: str, person_id: UUID | None, now: datetime.datetime
) -> Paper:
    return Paper.objects.create(
        digest=store().keep(data),
        size_bytes=len(data),
        media_type=media_type,
        origin=origin,
        title=title,
        person_id=person_id,
        kept_at=now,
    )
