"""A report as a value: sections of blocks, before any of HTML, PDF or DOCX.

Sections are written once (`report.sections`) and rendered three times, so the three documents
cannot say different things.  All text is plain: renderers escape it for their format.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Callout:
    """A sentence or two set apart: a verdict, or a warning from the data check."""

    text: str
    kind: Literal["verdict", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One line of what a statement rests on: what it is, how it comes about, its value."""

    what: str
    how: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with the word that judges it; in HTML its grounds stand one click below."""

    text: str
    word: str
    tone: Literal["severe", "warning", "verdict", "note", "sound"]
    grounds: tuple[Ground, ...] = ()
    closing: tuple[str, ...] = ()  # sentences below the grounds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `indent` 0 heads a group, 1 and more stand under it."""

    cells: tuple[str, ...]
    indent: int = 0
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that names its estimand; the first column is text, numbers align right."""

    id: str  # unique in the document, used for anchors and file names
    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()
    estimand: str | None = None  # label
    prose: tuple[int, ...] = ()  # columns of words, although they hold numbers


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in both forms, with the sentence that replaces it for who cannot see it."""

    id: str  # unique in the document; also the file name
    title: str
    alternative_text: str
    svg: str
    png: bytes
    footnotes: tuple[str, ...] = ()
    estimand: str | None = None
    width: float = 1.0  # of the text width


Block: TypeAlias = Paragraph | Callout | Statement | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the blocks under it, and its subsections."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report, ready to be rendered."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]  # the first page: registry, data cut, software, ...
    sections: tuple[Section, ...]
    language: str = "en"
