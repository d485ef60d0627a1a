"""Displays name their estimand without saying a thing twice; every mark in them is explained."""

from dataclasses import replace

import pytest

from document_walk import blocks
from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import AdverseEventAnalysis, TimeToEventAnalysis
from equipoise.report.build import build_document
from equipoise.report.context import Context
from equipoise.report.document import Figure, Paragraph, Table
from equipoise.report.figures.forest import ARROWS, beyond
from equipoise.report.html import html
from equipoise.report.numbering import estimand_line
from equipoise.report.sections.adverse_events import adverse_events_section, grade_table
from equipoise.report.sections.subgroups import forest
from sample_analysis import around, sample_analysis, two_arm_analysis


@pytest.fixture(scope="module")
def survival() -> tuple[TimeToEventAnalysis, Context]:
    whole = sample_analysis()
    return whole.endpoints[0], Context(whole.protocol)


class TestTheEstimandIsNamedOnce:
    @pytest.mark.parametrize(
        ("title", "estimand", "line"),
        [
            ("Overall survival by arm", "Overall survival", None),
            ("Overall survival: comparison of arms", "Overall Survival", None),
            ("Estimand: Overall survival", "Overall survival", None),
            ("Overall survival by arm", "Survival", "Estimand: Survival"),
            ("Relapse-free survival by arm", "Relapse", "Estimand: Relapse"),
            ("Overview", "Harm as treated", "Estimand: Harm as treated"),
            ("Files read", None, None),
        ],
    )
    def test_in_the_title_or_beneath_it(
        self, title: str, estimand: str | None, line: str | None
    ) -> None:
        assert estimand_line(Table("t", title, (), (), estimand=estimand)) == line

    def test_every_display_of_an_endpoint_shows_it_somewhere(self) -> None:
        document = build_document(sample_analysis())
        shown = [*blocks(document, Table), *blocks(document, Figure)]
        for block in shown:
            if block.estimand:
                seen = f"{block.title} {estimand_line(block) or ''}".casefold()
                assert block.estimand.casefold() in seen, block.id
        page = html(document)
        assert "Estimand: Overall survival, all randomized" in page

    def test_a_label_that_is_the_endpoint_s_is_not_repeated_in_the_summary(self) -> None:
        whole = two_arm_analysis()
        dfs = whole.endpoints[0]
        same = replace(dfs, estimand=replace(dfs.estimand, label=dfs.endpoint.label))
        for analysis, told in ((dfs, True), (same, False)):
            document = build_document(replace(whole, endpoints=(analysis,)))
            (said,) = [
                b.text
                for b in document.sections[0].blocks
                if isinstance(b, Paragraph) and "hypothesis H1" in b.text
            ]
            assert ("Estimand: " in said) is told


class TestTheForest:
    def test_arrows_are_explained_where_there_are_some(self, survival) -> None:
        analysis, context = survival
        pair = analysis.comparisons[0]
        assert ARROWS not in forest(analysis, pair, context).footnotes
        wide = replace(pair.subgroups[1], hazard_ratio=around(0.5, 3.0, "Wald", "log"))
        clipped = replace(pair, subgroups=(pair.subgroups[0], wide, *pair.subgroups[2:]))
        assert ARROWS in forest(analysis, clipped, context).footnotes

    def test_an_interval_without_a_limit_goes_on(self) -> None:
        known = around(0.5, 0.1, "Wald", "log")
        assert not beyond(known, 0.1, 10.0)
        open_ended = replace(known.interval, upper=Absent.UNBOUNDED)
        assert beyond(replace(known, interval=open_ended), 0.1, 10.0)

    def test_no_direction_is_named_where_nothing_was_estimated(self, survival) -> None:
        analysis, context = survival
        pair = analysis.comparisons[0]
        gone = tuple(
            replace(each, hazard_ratio=around(Absent.NO_EVENTS, 1.0)) for each in pair.subgroups
        )
        empty = forest(analysis, replace(pair, subgroups=gone), context)
        assert "better \u2192" in forest(analysis, pair, context).svg
        assert "better \u2192" not in empty.svg

    def test_the_side_of_the_interaction_test_is_named(self, survival) -> None:
        analysis, context = survival
        notes = forest(analysis, analysis.comparisons[0], context).footnotes
        assert "Interaction P: two-sided, likelihood ratio." in notes


class TestGrades:
    @pytest.fixture
    def harms(self) -> tuple[AdverseEventAnalysis, Context]:
        whole = sample_analysis()
        return whole.endpoints[5], Context(whole.protocol)

    def test_severe_and_highest_are_two_columns_only_where_they_differ(self, harms) -> None:
        analysis, context = harms
        assert analysis.grades == (1, 2, 3, 4)
        header = grade_table(analysis, "combined", context).header
        assert header[-2:] == ("Grade 3 or higher", "Any grade")
        highest = replace(analysis, endpoint=replace(analysis.endpoint, severe_from=4))
        table = grade_table(highest, "combined", context)
        assert table.header[-2:] == ("Grade 4", "Any grade")
        assert {len(row.cells) for row in table.rows} == {len(table.header)}

    def test_the_picture_names_both_shades(self, harms) -> None:
        section = adverse_events_section(*harms)
        told = [b.alternative_text for b in section.blocks if isinstance(b, Figure)]
        assert all("Dark is grade 3 or higher, pale lower grades." in text for text in told)
