"""The report as a Word document with native tables, headings, captions and page numbers.

Captions are counted by Word's own SEQ fields, so a table added later renumbers the rest; until
Word recounts, each shows the number of the other formats.  A .docx is a zip archive: its
entries are rewritten with one fixed date, and so the same report gives the same bytes.
"""

import io
import math
import zipfile

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from equipoise.report.alignment import columns_of_words
from equipoise.report.document import Callout, Document, Figure, Paragraph, Row, Statement, Table
from equipoise.report.numbering import captions, estimand_line, every_section
from equipoise.report.plain_text import printable, typeset
from equipoise.report.word_styles import (
    TONES,
    Bookmarks,
    add_field,
    around_field,
    describe_table,
    head_row,
    prepare,
    rule_table,
    share_width,
)

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip entry can carry
INDENT = Mm(4)
DEEPEST = 9  # heading levels Word knows
CONTENTS_DEPTH = 2
TEXT_WIDTH = Mm(210 - 2 * 23)
KEPT_WHOLE = 30  # rows of a table up to which it does not run over a page
LINE, PADDING = 100, 4  # characters that fit a line of a table; room around a cell
WIDE, VERY_WIDE = 6, 8  # columns from which the print gets smaller
SMALLEST = 6.0  # points
BOLD = 0.74  # of its size: the mean width of a bold character, in a wide face
MARGINS = 10.8  # points: left and right of a cell's text
FIRST = 22  # characters that the first column keeps where it has them


def word(document: Document) -> bytes:
    """Render the document as .docx.

    Raises:
        EquipoiseError: If an id is used twice.
    """
    names, bookmarks = captions(document), Bookmarks()
    made = docx.Document()
    prepare(made, printable(document.title), document.language)
    _write(made.add_paragraph(style="Title"), document.title)
    if document.subtitle:
        _write(made.add_paragraph(style="Subtitle"), document.subtitle)
    _facts(made, document.facts)
    _contents(made, document)
    for section, number, depth in every_section(document):
        heading = made.add_heading(level=min(depth, DEEPEST))
        _write(heading, f"{number}  {section.title}")
        bookmarks.around(heading, section.id)
        for block in section.blocks:
            match block:
                case Paragraph(text):
                    _write(made.add_paragraph(), text)
                case Callout():
                    _callout(made, block)
                case Statement():
                    _statement(made, block)
                case Table():
                    _caption(made, block, names[block.id], bookmarks)
                    _table(made, block)
                    _notes(made, block.footnotes)
                case Figure():
                    _picture(made, block)
                    _caption(made, block, names[block.id], bookmarks)
                    _notes(made, block.footnotes)
    buffer = io.BytesIO()
    made.save(buffer)
    return _timeless(buffer.getvalue())


def _timeless(archive: bytes) -> bytes:
    """Rewrite a zip archive so that its bytes depend on its contents alone."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(result, "w") as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _write(paragraph: WordParagraph, text: str) -> Run:
    return paragraph.add_run(typeset(text))


def _facts(made: Word, facts: tuple[tuple[str, str], ...]) -> None:
    if not facts:
        return
    table = made.add_table(rows=len(facts), cols=2)
    rule_table(table)
    share_width(table, TEXT_WIDTH, (1, 3))
    describe_table(table, "Facts", "What this report is about")
    for row, (name, value) in zip(table.rows, facts, strict=True):
        left, right = row.cells
        left.paragraphs[0].style, right.paragraphs[0].style = "Table note", "Table text"
        _write(left.paragraphs[0], name)
        _write(right.paragraphs[0], value)


def _contents(made: Word, document: Document) -> None:
    """List the sections in a field that Word computes; until then without page numbers."""
    listed = [each for each in every_section(document) if each[2] <= CONTENTS_DEPTH]
    if not listed:
        return
    _write(made.add_paragraph(style="Contents heading"), "Contents")
    entries = [made.add_paragraph(style=f"toc {depth}") for _, _, depth in listed]
    for entry, (section, number, _) in zip(entries, listed, strict=True):
        _write(entry, f"{number}  {section.title}")
    around_field(entries[0], entries[-1], f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u')
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _callout(made: Word, block: Callout) -> None:
    tone = TONES[block.kind]
    paragraph = made.add_paragraph(style=f"Callout {block.kind}")
    opening = paragraph.add_run(f"{tone.word}. ")
    opening.bold = True
    opening.font.color.rgb = RGBColor.from_string(tone.ink)
    _write(paragraph, block.text)


def _statement(made: Word, block: Statement) -> None:
    tone = TONES[block.tone]
    paragraph = made.add_paragraph(style=f"Callout {block.tone}")
    paragraph.paragraph_format.keep_with_next = bool(block.grounds)
    opening = paragraph.add_run(f"{printable(block.word)}. ")
    opening.bold = True
    opening.font.color.rgb = RGBColor.from_string(tone.ink)
    _write(paragraph, block.text)
    for ground in block.grounds:
        value = f" = {ground.value}" if ground.value else ""
        _write(made.add_paragraph(style="Table note"), f"{ground.what}: {ground.how}{value}")
    for sentence in block.closing:
        _write(made.add_paragraph(style="Table note"), sentence)


def _caption(made: Word, block: Table | Figure, name: str, bookmarks: Bookmarks) -> None:
    kind, _, number = name.partition(" ")
    above = isinstance(block, Table)
    paragraph = made.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = (
        above or bool(block.footnotes) or estimand_line(block) is not None
    )
    paragraph.add_run(f"{kind} ")
    add_field(paragraph, f"SEQ {kind} \\* ARABIC", number)
    _write(paragraph, f". {block.title}")
    bookmarks.around(paragraph, block.id)
    named = estimand_line(block)
    if named:
        estimand = made.add_paragraph(style="Table note")
        estimand.paragraph_format.keep_with_next = above or bool(block.footnotes)
        _write(estimand, named)


def _notes(made: Word, footnotes: tuple[str, ...]) -> None:
    for place, note in enumerate(footnotes, start=1):
        paragraph = made.add_paragraph(style="Table note")
        paragraph.paragraph_format.keep_with_next = place < len(footnotes)
        _write(paragraph, note)
    made.add_paragraph()


def _table(made: Word, table: Table) -> None:
    columns, words = len(table.header), columns_of_words(table)
    size = 9.0 if columns <= WIDE else 8.0 if columns <= VERY_WIDE else 7.0
    lines = (Row(table.header, strong=True), *table.rows)
    drawn = made.add_table(rows=len(lines), cols=columns)
    rule_table(drawn)
    weights = _weights(lines, words)
    share_width(drawn, TEXT_WIDTH, weights)
    head_size = print_size(table.header, weights, size)
    for row in table.rows:
        if len(row.cells) == columns:
            size = print_size(row.cells, weights, size)
    describe_table(drawn, printable(table.title), printable(" ".join(table.footnotes)))
    text_style = made.styles["Table text"].style_id
    kept = len(table.rows) <= KEPT_WHOLE
    for drawn_row, line in zip(drawn.rows, lines, strict=True):
        cells, texts = drawn_row.cells, line.cells + ("",) * (columns - len(line.cells))
        if line is not lines[0] and not any(texts[1:]):  # a heading inside the table
            cells, texts = (cells[0].merge(cells[-1]),), texts[:1]
        for position, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = text_style  # noqa: SLF001 - by name it costs a search a cell
            form = paragraph.paragraph_format
            last = line is lines[-1] and not table.footnotes
            form.keep_with_next = True if kept and not last else None
            form.left_indent = Emu(INDENT * line.indent) if line.indent and not position else None
            if not words[position]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = _write(paragraph, text)
            run.bold = line.strong or None
            run.font.size = Pt(head_size if line is lines[0] else size)
    head_row(drawn)


def _weights(lines: tuple[Row, ...], words: tuple[bool, ...]) -> list[float]:
    """Weigh columns so that no number and no word of a header is torn; text takes the rest."""

    def width(position: int) -> int:
        header, *cells = (line.cells[position : position + 1] or ("",) for line in lines)
        longest_word = max(map(len, header[0].split()), default=0) + 1  # bold runs wider
        whole = max((len(part) for cell in cells for part in cell[0].split("\n")), default=0)
        return max(longest_word, min(whole, 40 if words[position] else 44)) + PADDING

    columns = [width(position) for position in range(1, len(words))]
    terms = [line for line in lines if any(line.cells[1:])]  # headings inside span the table
    longest = max(len(line.cells[0]) + 2 * line.indent for line in terms or lines) + PADDING
    first = max(min(FIRST, longest), min(longest, LINE - sum(columns)))
    return [float(first), *map(float, columns)]


def print_size(cells: tuple[str, ...], weights: list[float], size: float) -> float:
    """Choose the print of a row so that no word and no number in it is torn.

    >>> print_size(("Look", "Events"), [1.0, 1.0], 9.0)
    9.0
    >>> print_size(("", *("Chemotherapy",) * 7), [1.0] * 8, 8.0)
    6.0
    """
    whole, fitting = sum(weights), [size]
    for cell, weight in zip(cells, weights, strict=True):
        longest = max(map(len, cell.replace("\n", " ").split(" ")))  # not at U+202F
        if longest:
            fitting.append((TEXT_WIDTH.pt * weight / whole - MARGINS) / (BOLD * longest))
    return max(SMALLEST, math.floor(2 * min(fitting)) / 2)


def _picture(made: Word, figure: Figure) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    width = Emu(int(TEXT_WIDTH * figure.width))
    picture = paragraph.add_run().add_picture(io.BytesIO(figure.png), width=width)
    properties = picture._inline.docPr  # noqa: SLF001 - python-docx offers no alternative text
    properties.set("name", figure.id)
    properties.set("title", printable(figure.title))
    properties.set("descr", printable(figure.alternative_text))
