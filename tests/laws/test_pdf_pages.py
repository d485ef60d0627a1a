"""What every PDF of ours keeps: the same bytes twice, tags, texts that are never source code."""

import contextlib
import re
import shutil
import subprocess
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import EquipoiseError
from equipoise.report.document import Document, Figure, Row, Section, Table
from equipoise.report.pdf import pdf
from sample_document import SVG, long_table, png, sample_document

READER = shutil.which("pdftotext")


def objects(made: bytes) -> bytes:
    """All of the file that can be read, its compressed streams unpacked."""
    parts = [made]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"\n".join(parts)


class TestTheSameReportGivesTheSameBytes:
    def test_twice(self):
        assert pdf(sample_document()) == pdf(sample_document())

    def test_no_date_is_written(self):
        made = pdf(sample_document())
        assert b"CreationDate" not in made
        assert b"xmp:CreateDate" not in made


class TestThePdfDeclaresItsAccessibility:
    def test_ua_1_title_language_and_tags(self):
        made = objects(pdf(sample_document()))
        assert b"<pdfuaid:part>1</pdfuaid:part>" in made
        assert re.search(rb"/Lang ?\(en\)", made)
        assert b"StructTreeRoot" in made
        metadata = re.search(rb"<dc:title>.*?</dc:title>", made, re.DOTALL)
        assert metadata is not None
        assert b"&lt;script&gt;" in metadata[0]

    def test_every_figure_carries_its_alternative_text(self):
        made = objects(pdf(sample_document()))
        texts = re.findall(rb"/Alt ?\(([^)]*)\)", made)
        assert b"A forest plot." in texts
        assert any(text.startswith(b"Kaplan-Meier curves of two arms") for text in texts)

    def test_a_figure_without_alternative_text_is_still_drawn(self):
        figure = Figure("f", "Title", "", SVG, png())
        assert pdf(Document("t", "", (), (Section("s", "S", (figure,)),))).startswith(b"%PDF")


class TestALongTableRunsOverPages:
    def test_more_rows_more_pages(self):
        def pages(rows):
            section = Section("s", "S", (long_table(rows),))
            made = objects(pdf(Document("t", "", (), (section,))))
            return len(re.findall(rb"/Type ?/Page\b", made))

        assert pages(5) == 2  # the first page, and one
        assert pages(150) > 3

    @pytest.mark.skipif(READER is None, reason="pdftotext is not on this machine")
    def test_every_later_page_says_which_table_goes_on(self, tmp_path):
        file = tmp_path / "report.pdf"
        file.write_bytes(pdf(Document("t", "", (), (Section("s", "S", (long_table(150),)),))))
        read = [READER, "-layout", str(file), "-"]
        text = subprocess.run(read, capture_output=True, check=True).stdout.decode()  # noqa: S603 - our own file
        first, *others = [page for page in text.split("\f") if "Organ class" in page]
        assert "Table 1 (continued)" not in first
        assert len(others) > 1
        assert all("Table 1 (continued)" in page for page in others)
        assert all("(N = 308)" in page for page in (first, *others))


class TestNothingToTell:
    def test_an_empty_report_is_a_page(self):
        assert pdf(Document("Title", "", (), ())).startswith(b"%PDF")

    def test_a_drawing_that_is_none_is_refused(self):
        figure = Figure("f", "Title", "Words", "<svg", png())
        with pytest.raises(EquipoiseError, match="PDF could not be made"):
            pdf(Document("t", "", (), (Section("s", "S", (figure,)),)))


class TestScriptsBeyondTheFontsAtHand:
    def test_are_drawn_with_what_the_machine_has_or_refused_in_words(self):
        try:
            made = pdf(replace(sample_document(), subtitle="日本語 العربية"))
        except EquipoiseError as problem:
            assert "font" in str(problem)  # noqa: PT017 - either answer is right
        else:
            assert made.startswith(b"%PDF")


ascii_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


class TestNoTextIsSourceCode:
    @given(ascii_text, ascii_text)
    @settings(deadline=None, max_examples=25)
    def test_any_ascii(self, label, title):
        table = Table("t", title, (label, "x"), (Row((label, title)),), (label,), title)
        section = Section("s", label, (table,))
        assert pdf(Document(title or "t", label, ((label, title),), (section,))).startswith(b"%PDF")
