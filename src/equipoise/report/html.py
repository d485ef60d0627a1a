"""The report as one HTML file that needs nothing else: no network, no script, no other file.

jinja2 escapes every text (`autoescape`); the only markup let through is the drawings, after
`inline_svg` has confined them.
"""

import re
from importlib import resources

import jinja2
from markupsafe import Markup

from equipoise.report.alignment import columns_of_words
from equipoise.report.document import Callout, Document, Figure, Paragraph, Statement, Table
from equipoise.report.inline_svg import inline_svg
from equipoise.report.numbering import captions, estimand_line, every_section
from equipoise.report.plain_text import printable, typeset


def html(document: Document) -> str:
    """Render the document as a self-contained page.

    Raises:
        EquipoiseError: If a figure is not SVG, or an id is used twice.
    """
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("equipoise.report"),
        finalize=_finalize,
    )
    environment.filters["drawing"] = _drawing
    environment.filters["lines"] = _lines
    environment.tests |= {
        "paragraph": lambda block: isinstance(block, Paragraph),
        "callout": lambda block: isinstance(block, Callout),
        "statement": lambda block: isinstance(block, Statement),
        "table": lambda block: isinstance(block, Table),
        "figure": lambda block: isinstance(block, Figure),
    }
    style = (resources.files("equipoise.report") / "templates" / "report.css").read_text("utf-8")
    return environment.get_template("report.html.j2").render(
        document=document,
        captions=captions(document),
        numbers={section.id: number for section, number, _ in every_section(document)},
        style=Markup(style),  # noqa: S704 - our own style sheet, not data
        rows_of=_padded,
        words_of=columns_of_words,
        estimand_of=estimand_line,
    )


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return printable(value) if isinstance(value, str) else value


def _lines(text: str) -> Markup:
    """Escape, and keep the line breaks."""
    return Markup("<br>").join(typeset(line) for line in text.split("\n"))


def _drawing(figure: Figure) -> Markup:
    drawn = inline_svg(
        figure.svg, figure.id, printable(figure.title), printable(figure.alternative_text)
    )
    return Markup(re.sub(r"\n\s*", "\n", drawn))  # noqa: S704 - confined by inline_svg


def _padded(table: Table) -> list[tuple[tuple[str, ...], int, bool]]:
    """Give every row as many cells as the header has."""
    width = len(table.header)
    return [
        (row.cells + ("",) * (width - len(row.cells)), row.indent, row.strong) for row in table.rows
    ]
