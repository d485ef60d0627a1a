"""A document in the formats asked for, with its figures beside it: name in the folder → content."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress
from equipoise.report.document import Document
from equipoise.report.numbering import figures
from equipoise.report.plain_text import slug


def drawings(document: Document) -> dict[str, bytes]:
    """Give every figure as SVG and as PNG."""
    files = {}
    for figure in figures(document):
        files[f"figures/{slug(figure.id)}.svg"] = figure.svg.encode()
        files[f"figures/{slug(figure.id)}.png"] = figure.png
    return files


def documents(document: Document, formats: Sequence[str], progress: Progress) -> dict[str, bytes]:
    """Render the document in every format."""
    files = {}
    for kind in formats:
        progress(f"Document: {kind}")
        files[f"report.{kind}"] = rendered(kind, document)
    return files


def rendered(kind: str, document: Document) -> bytes:
    """Render the document in one format."""
    if kind == "html":
        from equipoise.report.html import html  # noqa: PLC0415 - only where asked for

        return html(document).encode()
    if kind == "pdf":
        from equipoise.report.pdf import pdf  # noqa: PLC0415 - only where asked for

        return pdf(document)
    from equipoise.report.word import word  # noqa: PLC0415 - only where asked for

    return word(document)
