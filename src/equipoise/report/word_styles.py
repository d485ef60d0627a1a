"""How the Word report looks, and the parts of Word that python-docx has no words for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

INK, SOFT, LINE = "1B1F24", "59636E", "C9CFD6"
FACE: Final = "Calibri"
HEADING_SIZES = (17, 13, 11.5)
LONG_AGO = datetime(1980, 1, 1)  # noqa: DTZ001 - Word keeps dates without a zone


@dataclass(frozen=True, slots=True)
class Tone:
    """How a callout is set apart."""

    word: str
    ink: str
    wash: str


TONES = {
    "verdict": Tone("Verdict", "0B5C8A", "EEF5FA"),
    "warning": Tone("Warning", "8A4B00", "FDF5E8"),
    "note": Tone("Note", "59636E", "F5F7F9"),
    "severe": Tone("Severe", "A11D1D", "FCEFEE"),  # of statements, which bring their own words
    "sound": Tone("Sound", "1D6B3C", "EDF7F0"),
}


def prepare(made: Word, title: str, language: str) -> None:
    """Set page, styles, footer and properties; nothing in them depends on the day."""
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(23)
    page.top_margin = page.bottom_margin = Mm(22)
    _styles(made)
    for name, tone in TONES.items():
        _callout_style(made, name, tone)
    _language(made, language)
    footer = page.footer.paragraphs[0]
    footer.style = made.styles["Table note"]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run("Page ")
    add_field(footer, "PAGE", "1")
    footer.add_run(" of ")
    add_field(footer, "NUMPAGES", "1")
    properties = made.core_properties
    properties.title, properties.language = title, language
    properties.author = properties.last_modified_by = "Equipoise"
    properties.comments = properties.keywords = ""
    properties.created = properties.modified = LONG_AGO
    properties.revision = 1


def _styles(made: Word) -> None:
    _set(made, "Normal", 10.5, INK, after=6)
    _set(made, "Title", 24, INK, bold=True, after=4)
    _set(made, "Subtitle", 13, SOFT, after=14)
    _set(made, "Caption", 10.5, INK, bold=True, before=12, after=4)
    for level in range(1, 10):
        size = HEADING_SIZES[min(level, len(HEADING_SIZES)) - 1]
        _set(made, f"Heading {level}", size, INK, bold=True, before=18 - 2 * min(level, 4), after=5)
    for name, size, color in (("Table text", 9, INK), ("Table note", 8.5, SOFT)):
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set(made, name, size, color, before=1, after=1)
    made.styles.add_style("Contents heading", WD_STYLE_TYPE.PARAGRAPH)
    _set(made, "Contents heading", HEADING_SIZES[1], INK, bold=True, before=18, after=5)
    for level in (1, 2):
        style = made.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        _set(made, style.name or "", 10.5, INK, before=1, after=1)
        style.paragraph_format.left_indent = Mm(5 * (level - 1))


def _set(
    made: Word,
    name: str,
    size: float,
    color: str,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    style = made.styles[name]
    if not isinstance(style, ParagraphStyle):
        return
    style.font.name, style.font.size, style.font.bold = FACE, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(color)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    borders = style.element.find(f".//{qn('w:pBdr')}")
    if borders is not None:  # the template underlines its title
        borders.getparent().remove(borders)


def _callout_style(made: Word, name: str, tone: Tone) -> None:
    style = made.styles.add_style(f"Callout {name}", WD_STYLE_TYPE.PARAGRAPH)
    _set(made, style.name or "", 10.5, INK, before=6, after=10)
    properties = style.element.get_or_add_pPr()
    border = _element("w:left", val="single", sz="24", space="8", color=tone.ink)
    properties.insert_element_before(_parent("w:pBdr", border), "w:shd", "w:spacing", "w:ind")
    shade = _element("w:shd", val="clear", color="auto", fill=tone.wash)
    properties.insert_element_before(shade, "w:spacing", "w:ind")


def _language(made: Word, language: str) -> None:
    for properties in made.styles.element.iter(qn("w:lang")):
        properties.set(qn("w:val"), language)


def rule_table(table: WordTable) -> None:
    """Draw three strong rules and hairlines between rows, as journals do; no vertical lines."""
    thin = {"val": "single", "sz": "2", "space": "0", "color": LINE}
    strong = {"val": "single", "sz": "8", "space": "0", "color": INK}
    borders = _parent(
        "w:tblBorders",
        _element("w:top", **strong),
        _element("w:bottom", **strong),
        _element("w:insideH", **thin),
    )
    table._tbl.tblPr.insert_element_before(  # noqa: SLF001 - python-docx offers no borders
        borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )


def share_width(table: WordTable, width: int, weights: Sequence[float]) -> None:
    """Divide the width among the columns in proportion to `weights`."""
    table.autofit = False
    whole = sum(weights)
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = Emu(int(width * weight / whole))
    for row in table.rows:
        for cell, weight in zip(row.cells, weights, strict=True):
            cell.width = Emu(int(width * weight / whole))


def describe_table(table: WordTable, title: str, description: str) -> None:
    """Give a screen reader the table's title and what it shows."""
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx offers no table description
    look = properties.find(qn("w:tblLook"))
    for name, text in (("w:tblCaption", title), ("w:tblDescription", description)):
        properties.append(_element(name, val=text))
    if look is not None:
        look.attrib.clear()
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")


def head_row(table: WordTable) -> None:
    """Repeat the first row on every page, rule it off, and keep every row whole."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001 - no public way
    first = table.rows[0]
    first._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001 - no public way
    for cell in first.cells:
        rule = _element("w:bottom", val="single", sz="6", space="0", color=INK)
        properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - no public way
        properties.append(_parent("w:tcBorders", rule))
        properties.append(_element("w:vAlign", val="bottom"))


def add_field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """Add a field that Word computes, with the text shown until it does."""
    opening, end = _field(instruction)
    paragraph._p.extend(opening)  # noqa: SLF001 - no public way
    paragraph.add_run(shown)
    paragraph._p.append(end)  # noqa: SLF001 - no public way


def around_field(first: WordParagraph, last: WordParagraph, instruction: str) -> None:
    """Make paragraphs that have text the result of one field, shown until Word computes it."""
    opening, end = _field(instruction)
    for part in opening:
        first.runs[-1]._r.addprevious(part)  # noqa: SLF001 - no public way
    last._p.append(end)  # noqa: SLF001 - no public way


def _field(instruction: str) -> tuple[list[BaseOxmlElement], BaseOxmlElement]:
    words = OxmlElement("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = f" {instruction} "
    begin, separate, end = (
        _parent("w:r", _element("w:fldChar", fldCharType=kind))
        for kind in ("begin", "separate", "end")
    )
    return [begin, _parent("w:r", words), separate], end


class Bookmarks:
    """Anchors in one document, numbered from 1."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def around(self, paragraph: WordParagraph, name: str) -> None:
        """Anchor a paragraph; Word allows 40 characters: letters, digits, underscores."""
        number = str(next(self._numbers))
        allowed = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
        start = _element("w:bookmarkStart", id=number, name=f"e{number}_{allowed}"[:40])
        first = next(iter(paragraph.runs), None)
        if first is not None:
            first._r.addprevious(start)  # noqa: SLF001 - no public way
            paragraph._p.append(_element("w:bookmarkEnd", id=number))  # noqa: SLF001 - no public way


def _element(name: str, /, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _parent(name: str, *children: BaseOxmlElement) -> BaseOxmlElement:
    element = OxmlElement(name)
    for child in children:
        element.append(child)
    return element
