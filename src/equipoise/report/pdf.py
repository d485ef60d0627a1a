"""The report as a PDF, tagged for those who listen to it (PDF/UA-1, ISO 14289-1).

The layout is a fixed typst program; the report reaches it as JSON, so its texts are never
source code.  No date and no system font enter the file: the same report gives the same bytes.
Only a script that the fonts at hand do not have makes the renderer look at the machine's own.
"""

import json
from dataclasses import asdict
from importlib import resources, util
from pathlib import Path
from typing import Any

import typst

from equipoise.errors import EquipoiseError
from equipoise.report.alignment import columns_of_words
from equipoise.report.document import Block, Callout, Document, Figure, Paragraph, Statement, Table
from equipoise.report.numbering import captions, estimand_line, every_section
from equipoise.report.plain_text import printable, typeset


def pdf(document: Document) -> bytes:
    """Render the document as a tagged PDF.

    Raises:
        EquipoiseError: If an id is used twice, or typst cannot draw a figure.
    """
    names = captions(document)  # refuses an id used twice
    templates = resources.files("equipoise.report") / "templates"
    source = (templates / "report.typ").read_bytes()
    data = json.dumps(_report(document, names), ensure_ascii=False)
    try:
        return _compiled(source, data, own_fonts_only=True)
    except typst.TypstError as problem:
        if "font" not in problem.message:
            raise EquipoiseError(f"The PDF could not be made: {problem.message}.") from problem
    try:
        return _compiled(source, data, own_fonts_only=False)
    except typst.TypstError as problem:
        raise EquipoiseError(
            f"The PDF could not be made: {problem.message}. Install a font that has these "
            f"characters, or leave the PDF out."
        ) from problem


def _compiled(source: bytes, data: str, *, own_fonts_only: bool) -> bytes:
    return typst.compile(
        source,
        format="pdf",
        sys_inputs={"report": data},
        font_paths=typst.Fonts(include_system_fonts=not own_fonts_only, font_paths=_figure_fonts()),
        pdf_standards="ua-1",
    )


def _figure_fonts() -> list[str]:
    """Find the fonts that the figures are set in: those that come with matplotlib."""
    found = util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return []
    return [str(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf")]


def _report(document: Document, names: dict[str, str]) -> dict[str, Any]:
    return {
        "title": printable(document.title) or "Report",
        "short": printable(document.title.replace("\n", " ")),
        "subtitle": printable(document.subtitle),
        "language": document.language,
        "facts": [[printable(name), printable(value)] for name, value in document.facts],
        "sections": [
            {
                "id": section.id,
                "title": printable(section.title) or section.id,
                "depth": depth,
                "blocks": [_block(block, names) for block in section.blocks],
            }
            for section, _, depth in every_section(document)
        ],
    }


def _block(block: Block, names: dict[str, str]) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": typeset(text)}
        case Callout(text, tone):
            return {"kind": "callout", "text": typeset(text), "tone": tone}
        case Statement():
            return _statement(block)
        case Table():
            return {"kind": "table", "name": names[block.id], **_table(block)}
        case Figure():
            return {
                "kind": "figure",
                "id": block.id,
                "title": printable(block.title),
                "alt": printable(block.alternative_text) or printable(block.title) or block.id,
                "svg": block.svg,
                "width": block.width,
                "footnotes": [typeset(note) for note in block.footnotes],
                "estimand": _estimand(block),
            }


def _statement(block: Statement) -> dict[str, Any]:
    return {
        "kind": "statement",
        "text": typeset(block.text),
        "word": printable(block.word),
        "tone": block.tone,
        "grounds": [
            {name: typeset(text) for name, text in asdict(each).items()} for each in block.grounds
        ],
        "closing": [typeset(each) for each in block.closing],
    }


def _table(table: Table) -> dict[str, Any]:
    width = len(table.header)
    return {
        "id": table.id,
        "title": printable(table.title),
        "words": columns_of_words(table),
        "header": [typeset(cell) for cell in table.header],
        "rows": [
            asdict(row)
            | {"cells": [typeset(c) for c in row.cells] + [""] * (width - len(row.cells))}
            for row in table.rows
        ],
        "footnotes": [typeset(note) for note in table.footnotes],
        "estimand": _estimand(table),
    }


def _estimand(block: Table | Figure) -> str | None:
    named = estimand_line(block)
    return named and printable(named)
