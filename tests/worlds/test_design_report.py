"""The report of a design, of every kind of design: whole, readable, and the same each time."""

import hashlib
import io
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from document_walk import blocks, sections, texts
from equipoise.report.alignment import columns_of_words
from equipoise.report.design.boundaries import boundary_blocks
from equipoise.report.design.boundary_figures import figure_of
from equipoise.report.design.build import build_design_document
from equipoise.report.design.context import CAVEAT, DesignContext
from equipoise.report.design.course import course_section
from equipoise.report.document import Callout, Document, Figure, Table
from equipoise.report.html import html
from equipoise.report.numbering import captions
from equipoise.report.pdf import pdf
from equipoise.report.word import word
from equipoise.verbs import design
from sample_design import KINDS, sample_design, sample_report

ROOT = Path(__file__).parents[2]
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


def agrees_percent(cell: str, value: float) -> bool:
    return abs(float(cell.rstrip("%")) - 100 * value) <= 0.005


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
        assert "Boundary" in titles("survival-fixed")
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
        below = table("two-sided-futility", "h1-futility-bounds")
        assert "at this z or below" in below.title

    def test_only_where_no_effect_is_tested_it_is_told_of(self):
        told = " ".join(texts(sample_report("margin-looks")))
        assert "o effect:" not in told.replace("(no effect:", "")
        assert "At the margin" in told
        assert "Non-inferiority: z is of the distance from the margin (hazard ratio 1.3)." in told
        assert "non-inferiority" not in " ".join(texts(sample_report("survival-looks")))

    def test_nothing_is_said_of_patients_nobody_planned(self):
        design = sample_report("events-only")
        assert ("Size", "332 events") in design.facts
        shown = [each for each in blocks(design, Table) if each.id.startswith("h1-")]
        assert not any("Patients" in each.header for each in shown)

    def test_an_exact_test_has_no_bound_of_z(self):
        found = {each.id for each in blocks(sample_report("rate-fixed"), Table)}
        assert "h1-efficacy-bounds" not in found
        facts = [row.cells[0] for row in table("rate-fixed", "h1-facts").rows]
        assert "Size of the exact test" in facts

    def test_looks_say_how_they_were_asked_for(self):
        def source(kind: str) -> str:
            rows = table(kind, "h1-facts").rows
            return next(row.cells[2] for row in rows if row.cells[0] == "Looks")

        assert source("survival-looks") == "Given in the protocol"
        assert source("calendar").startswith("Given as 20, 30, 36 months")
        assert source("max-combo").startswith("Given as 70%, 100%")

    def test_only_what_cannot_be_a_default_is_told_as_given(self):
        def source(kind: str, what: str) -> str:
            rows = table(kind, "h1-facts").rows
            return next(row.cells[2] for row in rows if row.cells[0] == what)

        assert source("survival-looks", "Efficacy bounds") == "As in the protocol, or its default"
        assert source("two-sided-unequal", "Efficacy bounds") == "Given in the protocol"
        assert source("survival-looks", "Test") == "As in the protocol, or its default"
        assert source("survival-looks", "Effect planned for") == "Given in the protocol"

    def test_dunnett_draws_bounds_for_all_arms(self):
        facts = {row.cells[0]: row.cells[1] for row in table("dunnett", "h2-facts").rows}
        assert facts["Efficacy bounds"].endswith("of O'Brien-Fleming type, for all arms together")

    def test_both_arms_survival_is_told(self):
        facts = {row.cells[0]: row.cells[1] for row in table("survival-looks", "h1-facts").rows}
        assert facts["Without event, Control"].endswith("median 15.0 months")
        assert facts["Without event, New"].endswith("median 21.4 months")  # 15 / 0.7

    def test_columns_that_say_nothing_are_left_out(self):
        assert not any("no efficacy" in head for head in table("rate", "h1-endings").header)
        assert any("no efficacy" in head for head in table("survival-gap", "h1-endings").header)

    def test_other_designs_are_told_by_their_number(self):
        (figure,) = [
            each
            for each in blocks(sample_report("alternatives-power"), Figure)
            if each.id == "h1-power-plot"
        ]
        rows = table("alternatives-power", "alternatives-table").rows
        numbers = [row.cells[0] for row in rows if not row.strong]
        assert all(f"{number}: " in figure.footnotes[0] for number in numbers)

    def test_a_bound_for_harm_is_told_and_drawn(self):
        context = DesignContext(sample_design("harm"))
        main, plan = context.design.main, context.design.main.plan
        shown = boundary_blocks(context, main, plan)
        (harm,) = [each for each in shown if isinstance(each, Table) and "harm" in each.id]
        assert len(harm.rows) == len(plan.looks)
        told = figure_of(context, main, plan).alternative_text
        assert "harm at z −" in told
        course = course_section(context, main, plan)
        (endings,) = [each for each in course.blocks if each.id == "h1-endings"]
        place = endings.header.index("No effect:\nharm")
        assert agrees_percent(endings.rows[0].cells[place], plan.looks[0].harm_null)

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
        told = " ".join(texts(sample_report("survival-futility")))
        assert told.count(note) == 1  # in full once, then by a mark
        for name in ("h1-looks", "h1-efficacy-bounds", "h1-readings-table", "assurance-table"):
            found = table("survival-futility", name)
            assert CAVEAT in found.footnotes, name
            assert found.title.endswith("†"), name

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


class TestPicture:
    def test_the_readme_tells_its_picture_in_the_designs_numbers(self):
        """The picture is drawn by tools/draw_readme_picture.py; what stands beside it must hold."""
        readme = (ROOT / "README.md").read_text("utf-8")
        told, _, path = readme.partition("![Boundaries")[2].partition("](")
        assert (ROOT / path.partition(")")[0]).exists()
        document = build_design_document(design(ROOT / "examples/aall1331/protocol.yaml"))
        (figure,) = [each for each in blocks(document, Figure) if each.id == "h1-boundary-plot"]
        numbers = re.findall(r"−?\d+\.\d+", told)
        assert len(numbers) > 4
        assert all(number in figure.alternative_text for number in [*numbers[:1], *numbers[2:]])


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
