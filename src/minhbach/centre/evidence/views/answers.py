"""Papers and files as answers: a PDF that opens in the browser, lines for a spreadsheet that are saved."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse


def pdf_file(data: bytes, name: str) -> HttpResponse:
    """A paper, opened where it is clicked."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def csv_file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """Lines for a spreadsheet, as they come."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
