"""Which test decides, on whom, and what its p-value rests on: nobody should have to guess."""

import re
from dataclasses import replace

import pytest

from degenerate_trial import frames, patients, write_protocol
from document_walk import blocks
from equipoise.analyze.estimates import TestResult
from equipoise.analyze.results import TrialAnalysis
from equipoise.analyze.snapshot import Exclusion
from equipoise.protocol.trial import Alternative, Population
from equipoise.report.build import build_document
from equipoise.report.context import Context
from equipoise.report.conventions import conventions_of
from equipoise.report.document import Document, Figure, Paragraph, Table
from equipoise.verbs import analyze
from sample_analysis import sample_analysis


def named(document: Document, identifier: str) -> Table:
    (found,) = [table for table in blocks(document, Table) if table.id == identifier]
    return found


def printed(table: Table) -> str:
    return "\n".join(" | ".join(row.cells) for row in table.rows)


@pytest.fixture(scope="module")
def report() -> Document:
    return build_document(sample_analysis())


def with_plan(whole: TrialAnalysis, **changes: object) -> TrialAnalysis:
    plan = replace(whole.protocol.analysis, **changes)
    return replace(whole, protocol=replace(whole.protocol, analysis=plan))


class TestTheDecisiveTest:
    def test_stands_first_and_names_its_hypotheses(self, report: Document) -> None:
        rows = named(report, "dfs-comparisons").rows
        names = [row.cells[0] for row in rows]
        start = names.index("One-sided P of no difference")
        assert names[start + 1] == "Log-rank, stratified (tests of H1 and H2)"
        assert rows[start + 1].strong
        assert names[start + 2] == "Supportive, not prespecified"
        assert not any(row.strong for row in rows[start + 2 :])
        assert "Fleming-Harrington (0, 1)" in names[start + 3 :]

    def test_a_comparison_without_a_hypothesis_has_only_supportive_tests(
        self, report: Document
    ) -> None:
        # H3 is about the first comparison alone; the second has the same test, undecided
        rows = [row for row in named(report, "os-comparisons").rows if "Log-rank" in row.cells[0]]
        first, second = rows
        assert first.cells[0] == "Log-rank, stratified (test of H3)"
        assert first.cells[1:] == ("<0.001", "–")
        assert second.cells == ("Log-rank, stratified", "–", "0.34")

    def test_supportive_tests_keep_their_order_in_every_comparison(self, report: Document) -> None:
        rows = named(report, "os-comparisons").rows
        names = [row.cells[0] for row in rows]
        others = names[names.index("Supportive, not prespecified") + 1 :]
        assert others[:3] == ["Log-rank, stratified", "Fleming-Harrington (0, 1)", "Wald"]

    def test_without_any_hypothesis_nothing_is_called_decisive(self) -> None:
        whole = sample_analysis()
        endpoints = tuple(replace(each, verdicts=()) for each in whole.endpoints[:4])
        document = build_document(replace(whole, endpoints=endpoints))
        for identifier in ("dfs-comparisons", "mrd-comparisons", "recurrence-comparisons"):
            table = named(document, identifier)
            assert "test of" not in printed(table)
            said = printed(table) + " ".join(table.footnotes)
            assert "upportive, not prespecified" in said

    def test_of_cumulative_incidence(self, report: Document) -> None:
        table = named(report, "recurrence-comparisons")
        assert "Recurrence (test of H4) | <0.001 | <0.001" in printed(table)
        assert any("supportive, not prespecified" in note for note in table.footnotes)


class TestStratifiedResults:
    def test_competing_risks_say_so_and_show_the_unstratified_ratio(self, report: Document) -> None:
        table = named(report, "recurrence-comparisons")
        said = printed(table)
        assert "Gray's test, stratified, one-sided P" in said
        assert "Cause-specific hazard ratio, stratified (95% CI) | 0.58" in said
        assert "Cause-specific hazard ratio, unstratified (95% CI) | 0.57" in said
        assert "Stratified by More than four positive nodes." in table.footnotes
        assert "Incidence and its differences are not stratified." in table.footnotes

    def test_proportional_hazards_of_the_stratified_model(self, report: Document) -> None:
        said = printed(named(report, "dfs-comparisons"))
        assert "Proportional hazards, stratified, two-sided P" in said

    def test_strata_with_one_arm_are_told_in_words(self) -> None:
        whole = sample_analysis()
        dfs = whole.endpoints[0]
        pairs = tuple(replace(pair, uninformative_strata=1) for pair in dfs.comparisons)
        document = build_document(replace(whole, endpoints=(replace(dfs, comparisons=pairs),)))
        assert (
            "Strata in which only one arm has patients do not contribute (n = 1)."
            in named(document, "dfs-comparisons").footnotes
        )


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """A trial in which five patients have no stratum."""
    columns = patients(24)
    columns["risk"] = [None] * 5 + columns["risk"][5:]
    protocol = write_protocol(tmp_path_factory.mktemp("strata"))
    return build_document(analyze(protocol, frames(columns)))


class TestPatientsWithoutAStratum:
    def test_the_summary_counts_whom_the_test_used(self, document: Document) -> None:
        said = [b.text for b in document.sections[0].blocks if isinstance(b, Paragraph)]
        stratified = [text for text in said if re.search(r"hypothesis (H1|H6|H7):", text)]
        assert len(stratified) == 3
        for text in stratified:
            assert "In 19 of 24 patients (5 without a stratum left out)" in text
        (unstratified,) = [text for text in said if "hypothesis H2:" in text]
        assert "In 24 patients" in unstratified

    def test_the_footnote_says_it_once(self, document: Document) -> None:
        for identifier in ("os", "relapse", "response"):
            notes = named(document, f"{identifier}-comparisons").footnotes
            found = [note for note in notes if "without a stratum" in note]
            assert found == [
                "Patients without a stratum are left out of stratified results (n = 5)."
            ]

    def test_they_are_listed_among_those_left_out(self, document: Document) -> None:
        said = printed(named(document, "exclusions"))
        left = "Stratified analysis of Survival: stratum missing: Risk | 3 | 2 | 5 | P00, P01"
        assert said.count(left) == 1
        assert said.count("Survival") == 1


class TestFootnotesOfTests:
    FISHER = TestResult(
        "Fisher exact", 1.0, 1, 0.1, 0.2,
        ("two-sided: tables no likelier than the observed",
         "one-sided: tables at least as favorable to the experimental arm as the observed",
         "statistic: hypergeometric deviate"),
    )  # fmt: skip

    def test_speak_of_the_side_that_is_printed(self) -> None:
        (one,) = conventions_of([self.FISHER], Alternative.ONE_SIDED)
        (two,) = conventions_of([self.FISHER], Alternative.TWO_SIDED)
        assert "one-sided" in one
        assert "two-sided" not in one
        assert "two-sided" in two
        assert "one-sided" not in two
        assert "deviate" not in one + two

    def test_of_two_causes_are_told_once(self) -> None:
        first = TestResult("Gray", 1.0, 1, 0.1, 0.2, ("variance: Gray 1988",))
        other = replace(first, assumed=(*first.assumed, "positive: fewer of these"))
        assert conventions_of([first, other], Alternative.TWO_SIDED) == (
            "Gray's test: variance of Gray (1988).",
        )


class TestAHorizonNobodyStated:
    def test_is_marked_and_has_no_p(self) -> None:
        document = build_document(with_plan(sample_analysis(), restricted_mean_until=None))
        mark = "Restricted mean to 60 months (largest time common to the arms, not prespecified)"
        for identifier in ("dfs-arms", "dfs-comparisons"):
            assert mark in printed(named(document, identifier))
        assert "P of the difference" not in printed(named(document, "dfs-comparisons"))

    def test_one_that_was_stated_has_both(self) -> None:
        whole = with_plan(sample_analysis(), restricted_mean_until=60 * 365.25 / 12)
        said = printed(named(build_document(whole), "dfs-comparisons"))
        assert "not prespecified)" not in said
        assert "One-sided P of the difference" in said


class TestLeftOut:
    def test_ids_and_conditions_become_words(self) -> None:
        whole = sample_analysis()
        unused = Population("efficacy", "Efficacy population", where="effl == 1")
        promise = replace(whole.protocol, populations=(*whole.protocol.populations, unused))
        exclusions = (
            Exclusion("population efficacy", 'not `effl == "Y"`', 9, {}),
            Exclusion("population safety", 'not `saffl == "Y"`', 7, {}),
            Exclusion("endpoint dfs", "no follow-up recorded", 2, {}),
            Exclusion("records of ae", "not treatment-emergent", 12, {}),
        )
        disposition = replace(whole.snapshot.disposition, exclusions=exclusions)
        snapshot = replace(whole.snapshot, disposition=disposition, protocol=promise)
        document = build_document(replace(whole, snapshot=snapshot, protocol=promise))
        assert [row.cells[0] for row in named(document, "exclusions").rows] == [
            "All treated patients: does not meet its definition",
            "Disease-free survival: no follow-up recorded",
            "Adverse events: records not treatment-emergent",
        ]


class TestBesideTheCurves:
    def test_estimate_interval_test_and_side_are_told(self) -> None:
        from equipoise.report.sections import competing_risks, time_to_event  # noqa: PLC0415

        whole = sample_analysis()
        context = Context(whole.protocol)
        assert time_to_event.comparison_note(whole.endpoints[0].comparisons[0], context) == (
            "Levamisole plus fluorouracil v observation: HR 0.61 (95% CI 0.48 to 0.77), "
            "log-rank, stratified one-sided P <0.001"
        )
        incidence = whole.endpoints[2]
        assert competing_risks.note(incidence.comparisons[0], incidence, context) == (
            "Levamisole plus fluorouracil v observation: difference at 36 months, percentage "
            "points: −14.0 (95% CI −21.8 to −6.2), Gray's test one-sided P <0.001"
        )

    def test_every_curve_of_the_report_is_drawn(self, report: Document) -> None:
        drawn = {figure.id for figure in blocks(report, Figure)}
        assert drawn >= {"dfs-survival", "recurrence-incidence"}
