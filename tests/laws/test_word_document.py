"""What every Word document of ours keeps; read back with python-docx and as plain XML."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from equipoise.report.document import Document
from equipoise.report.word import word
from sample_document import FORMULA, SCRIPT, TYPST, sample_document

# ECMA-376 part 1, 17.4.59 and 17.3.1.26: the order Word asks for
TABLE_PROPERTIES = re.findall(
    r"\w+",
    """
    tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize
    tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook
    tblCaption tblDescription
    """,
)
PARAGRAPH_PROPERTIES = re.findall(
    r"\w+",
    """
    pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr
    suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap
    overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
    snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc
    textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr
    sectPr pPrChange
    """,
)
CELL_PROPERTIES = re.findall(
    r"\w+",
    """
    cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection
    tcFitText vAlign
    """,
)


@pytest.fixture(scope="module")
def made():
    return docx.Document(io.BytesIO(word(sample_document())))


def local(element):
    return element.tag.rpartition("}")[2]


class TestTheSameReportGivesTheSameBytes:
    def test_twice(self):
        assert word(sample_document()) == word(sample_document())

    def test_no_entry_knows_the_day(self):
        archive = zipfile.ZipFile(io.BytesIO(word(sample_document())))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01" in archive.read("docProps/core.xml")


class TestTablesAreNative:
    def test_every_cell_can_be_read_back(self, made):
        effect = made.tables[1]
        assert [cell.text for cell in effect.rows[2].cells] == [
            "Stratified",
            "0.61 (0.48-0.77)",
            "0.97 (0.77-1.22)",
        ]
        assert {cell.text for cell in effect.rows[1].cells} == {"Hazard ratio"}  # spans the table
        assert len(made.tables[2].rows) == 72

    def test_the_head_is_repeated_and_no_row_is_torn(self, made):
        for table in made.tables[1:]:
            first, *others = (row._tr for row in table.rows)
            assert first.find(f".//{qn('w:tblHeader')}") is not None
            assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in others)
            assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (first, *others))

    def test_numbers_stand_right_and_terms_are_indented(self, made):
        row = made.tables[2].rows[3].cells
        assert row[1].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
        assert row[0].paragraphs[0].paragraph_format.left_indent.mm == pytest.approx(
            4, abs=0.02
        )  # Word counts twentieths of a point

    def test_each_names_itself_to_a_screen_reader(self, made):
        captions = [t._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) for t in made.tables]
        assert captions[1] == "Effect of treatment on disease-free survival"


class TestCaptionsAreFields:
    def test_tables_and_figures_are_counted_by_word(self, made):
        fields = [e.text.strip() for e in made.element.iter(qn("w:instrText"))]
        contents, *captions = fields
        assert contents.startswith("TOC ")
        assert captions == [f"SEQ {k} \\* ARABIC" for k in ("Table", "Figure", "Figure", "Table")]

    def test_until_then_they_show_our_number(self, made):
        shown = [p.text for p in made.paragraphs if p.style.name == "Caption"]
        assert [text.split(".")[0] for text in shown] == [
            "Table 1",
            "Figure 1",
            "Figure 2",
            "Table 2",
        ]


class TestContents:
    def test_list_the_sections_until_word_counts_pages(self, made):
        listed = [(p.style.name, p.text) for p in made.paragraphs if "toc" in p.style.name]
        assert listed == [
            ("toc 1", "1  Findings"),
            ("toc 1", "2  Disease-free survival"),
            ("toc 2", "2.1  Subgroups"),
            ("toc 1", "3  Safety"),
        ]

    def test_are_one_field_from_first_to_last(self, made):
        marks = [e.get(qn("w:fldCharType")) for e in made.element.iter(qn("w:fldChar"))]
        assert marks == ["begin", "separate", "end"] * (len(marks) // 3)
        listed = [p for p in made.paragraphs if "toc" in p.style.name]
        kinds = [
            [e.get(qn("w:fldCharType")) for e in p._p.iter(qn("w:fldChar"))]
            for p in (listed[0], listed[-1])
        ]
        assert kinds == [["begin", "separate"], ["end"]]
        first = listed[0].runs
        assert not first[0].text  # the text stands inside the field
        assert listed[-1].runs[-2].text

    def test_a_report_without_sections_has_none(self):
        bare = docx.Document(io.BytesIO(word(Document("t", "", (), ()))))
        assert not [p for p in bare.paragraphs if "toc" in p.style.name]


class TestAFigureStaysWithItsWords:
    def test_picture_caption_estimand_and_notes_are_kept_together(self, made):
        kept = []
        for paragraph in made.paragraphs:
            text = paragraph.text
            drawn = paragraph._p.find(f".//{qn('w:drawing')}") is not None
            if drawn or text.startswith(("Figure 1", "Estimand: Disease", "Numbers at risk")):
                kept.append((text[:8], paragraph.paragraph_format.keep_with_next))
        assert kept[:5] == [
            ("Estimand", True),  # of the table before
            ("", True),
            ("Figure 1", True),
            ("Estimand", True),
            ("Numbers ", False),
        ]


class TestHeadings:
    def test_levels_follow_the_sections(self, made):
        headings = [(p.style.name, p.text) for p in made.paragraphs if "Heading" in p.style.name]
        assert headings == [
            ("Heading 1", "1  Findings"),
            ("Heading 1", "2  Disease-free survival"),
            ("Heading 2", "2.1  Subgroups"),
            ("Heading 1", "3  Safety"),
        ]


class TestPicturesSpeak:
    def test_alternative_text(self, made):
        described = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
        assert described[1] == "A forest plot."
        assert all(described)


class TestLabelsAreText:
    def test_markup_and_formulas_stand_as_written(self, made):
        cells = [
            cell.text.replace("\xa0", " ")
            for table in made.tables
            for row in table.rows
            for cell in row.cells
        ]
        assert f"{SCRIPT} {FORMULA}" in cells
        assert TYPST in cells
        assert "Placebo⟨U+202E⟩grab" in cells

    def test_control_characters_do_not_stop_the_document(self):
        title = replace(sample_document(), title="a\x00b\ud800c")
        assert docx.Document(io.BytesIO(word(title))).paragraphs[0].text == "a⟨U+0000⟩b⟨U+D800⟩c"


class TestThePartsStandInTheOrderWordAsksFor:
    def test_properties(self, made):
        trees = (made.element, made.styles.element)
        for name, order in (
            ("w:tblPr", TABLE_PROPERTIES),
            ("w:pPr", PARAGRAPH_PROPERTIES),
            ("w:tcPr", CELL_PROPERTIES),
        ):
            for tree in trees:
                for properties in tree.iter(qn(name)):
                    found = [order.index(local(child)) for child in properties]
                    assert found == sorted(found), [local(child) for child in properties]

    def test_every_bookmark_ends_once(self, made):
        starts = [e.get(qn("w:id")) for e in made.element.iter(qn("w:bookmarkStart"))]
        ends = [e.get(qn("w:id")) for e in made.element.iter(qn("w:bookmarkEnd"))]
        assert starts == ends
        assert len(set(starts)) == len(starts) == 8


class TestNothingToTell:
    def test_an_empty_report(self):
        assert docx.Document(io.BytesIO(word(Document("Title", "", (), ())))).paragraphs
