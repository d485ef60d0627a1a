"""The report of a design, of every kind of design: whole, readable, and the same each time."""

import hashlib
import io
import re

import numpy as np
import pytest
from matplotlib.image import imread

from document_walk import blocks, sections, texts
from equipoise.report.alignment import columns_of_words
from equipoise.report.design.build import build_design_document
from equipoise.report.document import Callout, Document, Figure, Table
from equipoise.report.html import html
from equipoise.report.numbering import captions
from equipoise.report.pdf import pdf
from equipoise.report.word import word
from sample_design import KINDS, sample_design, sample_report

UNUSABLE = re.compile(r"\b(nan|NaN|inf|None)\b|∞|<[A-Z]\w+[.:]|[{}]|\.\.(\s|$)|(?<![\w)])-\d")
WIDEST = 9  # columns that A4 holds
MARGIN = 3  # pixels at each edge that must stay white: nothing is cut off


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    return request.param


def titles(kind: str) -> list[str]:
    return [section.title for section in sections(sample_report(kind))]


def table(kind: str, identifier: str) -> Table:
    return next(each for each in blocks(sample_report(kind), Table) if each.id == identifier)


class TestEveryKind:
    def test_no_text_is_unusable(self, kind):
        found = [text for text in texts(sample_report(kind)) if UNUSABLE.search(text)]
        assert not found

    def test_ids_are_unique_and_html_holds_all(self, kind):
        names = captions(sample_report(kind))
        page = html(sample_report(kind))
        assert all(f'id="{name}"' in page for name in names)

    def test_tables_are_no_wider_than_a_page_and_none_is_empty(self, kind):
        for each in blocks(sample_report(kind), Table):
            assert len(each.header) <= WIDEST, each.id
            assert each.rows, each.id
            assert all(len(row.cells) in {1, len(each.header)} for row in each.rows), each.id
            assert all(each.header), each.id

    def test_no_section_is_empty(self, kind):
        assert all(section.blocks or section.sections for section in sections(sample_report(kind)))

    def test_figures_are_told_in_numbers_and_nothing_is_cut_off(self, kind):
        for each in blocks(sample_report(kind), Figure):
            assert len(re.findall(r"\d", each.alternative_text)) > 2, each.id
            image = imread(io.BytesIO(each.png))[..., :3]
            inner = np.ones(image.shape[:2], dtype=bool)
            inner[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
            assert image[inner].min() > 0.85, each.id


class TestWhatIsThere:
    def test_a_fixed_design_has_no_looks_to_draw(self):
        assert "Looks and boundaries" not in titles("survival-fixed")
        assert "The analysis and its critical value" in titles("survival-fixed")
        drawn = {each.id for each in blocks(sample_report("survival-fixed"), Figure)}
        assert drawn == {"h1-over-time-plot", "h1-power-plot"}

    def test_without_futility_there_is_no_table_of_it(self):
        found = {each.id for each in blocks(sample_report("survival-looks"), Table)}
        assert "h1-efficacy-bounds" in found
        assert "h1-futility-bounds" not in found
        assert "Beta spent" not in table("survival-looks", "h1-looks").header

    def test_a_look_without_a_bound_says_so(self):
        first, *_, last = table("survival-gap", "h1-efficacy-bounds").rows
        assert first.cells[1] == "not tested"
        assert last.cells[1] != "not tested"
        assert len(table("survival-gap", "h1-futility-bounds").rows) == 2

    def test_a_two_sided_design_tells_the_other_side(self):
        assert table("two-sided", "h1-efficacy-bounds").header[-1] == "Hazard ratio,\nother side"
        assert table("two-sided-unequal", "h1-other-side-bounds").rows[0].cells[1].startswith("−")
        wedge = table("two-sided-wedge", "h1-futility-bounds")
        assert "between this z and its opposite" in wedge.title

    def test_patients_are_counted_where_there_are_no_events(self):
        assert "Events and patients over time" not in titles("rate")
        assert "Events" not in table("rate", "h1-looks").header
        assert "patients" in table("mean", "h1-efficacy-bounds").rows[0].cells[0]

    def test_readings_stand_under_their_count(self):
        assert "The design at 150 of 381.5 patients" in titles("mean")
        rows = table("survival-looks", "h1-readings-table").rows
        assert next(row.cells[0] for row in rows if row.indent == 0).startswith("120 of ")

    def test_the_standing_of_the_numbers_is_near_them(self):
        note = "The median is unverified."
        assert (
            next(each.text for each in blocks(sample_report("survival-futility"), Callout)) == note
        )
        for name in ("h1-looks", "h1-efficacy-bounds", "h1-readings-table", "assurance-table"):
            assert note in table("survival-futility", name).footnotes, name

    def test_a_promised_power_is_set_against_the_one_found(self):
        (told,) = [each.text for each in blocks(sample_report("survival-power"), Callout)]
        assert "promises a power of 90.0%" in told

    def test_refused_alternatives_say_why(self):
        found = table("alternatives", "alternatives-table")
        assert found.rows[0].strong
        refused = [row for row in found.rows if "(a)" in row.cells[0]]
        assert refused[0].cells[-1] == "–"
        assert any(note.startswith("(a) At most 200 events") for note in found.footnotes)

    def test_power_that_is_found_stands_beside_what_varies(self):
        header = table("alternatives-power", "alternatives-table").header
        assert header.count("Events") == 1
        assert "Power" in header

    def test_several_hypotheses_have_a_graph_and_their_levels(self):
        assert "multiplicity-graph" in {each.id for each in blocks(sample_report("holm"), Figure)}
        levels = table("holm", "levels-table")
        assert levels.rows[0].cells[:2] == ("H1, at the start", "0.008333")
        assert any("H3 (More response) is not planned" in each.text
                   for each in blocks(sample_report("graph"), Callout))  # fmt: skip

    def test_the_patients_of_all_arms(self):
        facts = {row.cells[0]: row.cells[1] for row in table("dunnett", "h2-facts").rows}
        whole = sample_design("dunnett").patients_whole
        assert facts["Patients of all arms"].startswith(f"{whole} (")
        assert ("Size", f"{whole} patients") in sample_report("dunnett").facts

    def test_safety_alone(self):
        found = titles("safety")
        assert "Safety boundaries" in found
        assert not {"Looks and boundaries", "Power"} & {*found}
        steps = table("safety", "safety-toxicity-bound").rows
        assert [row.cells[:2] for row in steps[:2]] == [("2 to 4", "2"), ("5 to 12", "3")]

    def test_prose_stands_left_although_it_holds_numbers(self):
        assert columns_of_words(table("rate", "h1-facts")) == (True, True, True)

    def test_times_are_told_in_the_unit_of_display(self):
        assert "Months" in table("days", "h1-looks").header
        months, days = (
            table(kind, "h1-looks").rows[-1].cells for kind in ("survival-looks", "days")
        )
        assert abs(float(months[5]) - float(days[5])) < 0.11


class TestRendering:
    @pytest.mark.parametrize("kind", ["survival-futility", "mean", "safety"])
    def test_pdf_and_word(self, kind):
        assert pdf(sample_report(kind)).startswith(b"%PDF")
        assert word(sample_report(kind)).startswith(b"PK")

    def test_a_second_run_draws_the_same_bytes(self):
        def digest(found: Document) -> list[str]:
            return [
                hashlib.sha256(each.png + each.svg.encode()).hexdigest()
                for each in blocks(found, Figure)
            ]

        again = build_design_document(sample_design("survival-futility"))
        assert digest(again) == digest(sample_report("survival-futility"))
