"""Walking through a report: every section, every block, every text a reader could see."""

import re
from collections.abc import Iterator

from equipoise.report.document import (
    Callout,
    Document,
    Figure,
    Paragraph,
    Section,
    Statement,
    Table,
)

UNUSABLE = re.compile(r"\b(nan|NaN|inf|None|0\.000)\b|Absent\.[A-Z]|<[A-Z]\w+[.:]|[{}]|\.\.(\s|$)")


def sections(document: Document) -> Iterator[Section]:
    todo = list(document.sections)
    while todo:
        section = todo.pop(0)
        yield section
        todo = [*section.sections, *todo]


def blocks(document: Document, kind: type) -> list:
    return [b for s in sections(document) for b in s.blocks if isinstance(b, kind)]


def texts(document: Document) -> Iterator[str]:
    yield from (document.title, document.subtitle, *(t for fact in document.facts for t in fact))
    for section in sections(document):
        yield section.title
        for block in section.blocks:
            match block:
                case Paragraph() | Callout():
                    yield block.text
                case Statement():
                    yield from (block.text, block.word, *block.closing)
                    yield from (t for g in block.grounds for t in (g.what, g.how, g.value))
                case Table():
                    yield from (block.title, *block.header, *block.footnotes)
                    yield from (cell for row in block.rows for cell in row.cells)
                case Figure():
                    yield from (block.title, block.alternative_text, *block.footnotes)
