"""The report as a value: everything promised is in it, and nothing a reader cannot use."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from document_walk import UNUSABLE, blocks, sections, texts
from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import TimeToEventAnalysis, TrialAnalysis
from equipoise.report.build import build_document
from equipoise.report.document import Callout, Document, Figure, Paragraph, Table
from sample_analysis import sample_analysis, two_arm_analysis

DATE = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture(scope="module")
def report() -> Document:
    return build_document(sample_analysis(), software=(("Equipoise", "0"),))


def test_no_text_shows_what_a_reader_cannot_use(report: Document) -> None:
    found = [text for text in texts(report) if UNUSABLE.search(text)]
    assert not found


def test_negative_numbers_have_a_true_minus_and_no_dash_joins_limits(report: Document) -> None:
    said = [DATE.sub("", text) for text in texts(report)]
    assert not [text for text in said if re.search(r"(^|[ (])-\d|\d[-–]\d", text)]


def test_identifiers_are_unique_and_fit_file_names(report: Document) -> None:
    named = [s.id for s in sections(report)]
    blocks_named = [b.id for b in (*blocks(report, Table), *blocks(report, Figure))]
    together = named + blocks_named
    assert len(set(together)) == len(together)
    assert all(re.fullmatch(r"[\w.-]+", each) for each in together)


def test_every_row_fills_every_column(report: Document) -> None:
    for table in blocks(report, Table):
        assert {len(row.cells) for row in table.rows} == {len(table.header)}, table.id


def test_every_endpoint_display_names_its_estimand(report: Document) -> None:
    known = {e.label for e in sample_analysis().protocol.estimands}
    for section in sections(report):
        for block in section.blocks:
            if isinstance(block, Table | Figure) and section.id.startswith("endpoint-"):
                assert block.estimand in known, block.id


def test_every_mark_is_explained_below_its_table(report: Document) -> None:
    for table in blocks(report, Table):
        cells = " ".join(cell for row in table.rows for cell in row.cells)
        for mark in ("NE", "NR"):
            if re.search(rf"\b{mark}\b", cells):
                assert any(note.startswith(f"{mark}, ") for note in table.footnotes), table.id


def test_every_table_with_an_interval_names_its_method(report: Document) -> None:
    for table in blocks(report, Table):
        if "95% CI" in " ".join((*table.header, *(row.cells[0] for row in table.rows))):
            assert any("95% confidence interval, " in note for note in table.footnotes), table.id


def test_baseline_carries_no_p_values(report: Document) -> None:
    (table,) = [t for t in blocks(report, Table) if t.id == "baseline-table"]
    assert not any(re.search(r"\bP\b", cell) for row in table.rows for cell in row.cells)
    assert any("CONSORT" in note for note in table.footnotes)


def test_each_primary_hypothesis_has_its_paragraph(report: Document) -> None:
    summary = report.sections[0]
    said = [b.text for b in summary.blocks if isinstance(b, Paragraph)]
    for identifier in ("H1", "H2"):
        assert sum(text.startswith(f"Primary hypothesis {identifier}:") for text in said) == 1


def test_numbers_in_the_summary_are_those_of_the_results(report: Document) -> None:
    dfs = sample_analysis().endpoints[0]
    assert isinstance(dfs, TimeToEventAnalysis)
    (said,) = [b.text for b in report.sections[0].blocks
               if isinstance(b, Paragraph) and "hypothesis H1" in b.text]  # fmt: skip
    treated = dfs.arms[2]
    assert f"in {treated.events} of {treated.patients} patients" in said
    assert "hazard ratio 0.61, 95% confidence interval 0.48 to 0.77" in said
    assert "one-sided P <0.001" in said


def test_several_primary_hypotheses_are_warned_of_and_one_is_not(report: Document) -> None:
    def warned(document: Document) -> bool:
        return any("no adjustment was made" in b.text for b in blocks(document, Callout))

    assert warned(report)
    assert not warned(build_document(two_arm_analysis()))


class TestEmptyWorlds:
    def test_a_trial_with_nothing_recorded_but_its_patients(self) -> None:
        document = build_document(bare(sample_analysis()))
        said = " ".join(texts(document))
        assert not UNUSABLE.search(said)
        assert "names no hypothesis" in said
        assert "not recorded" in said
        assert "Assessed" not in said

    def test_a_curve_without_any_number(self) -> None:
        whole = two_arm_analysis()
        dfs = whole.endpoints[0]
        pair = dfs.comparisons[0]
        state = Absent.NO_EVENTS
        gone = replace(
            pair.hazard_ratio,
            value=state,
            interval=replace(pair.hazard_ratio.interval, lower=state, upper=state),
        )
        test = replace(pair.tests[0], statistic=state, p_one_sided=state, p_two_sided=state)
        empty = replace(
            dfs,
            comparisons=(
                replace(pair, hazard_ratio=gone, unstratified_hazard_ratio=gone, tests=(test,),
                        proportional_hazards=test, restricted_mean=None, landmarks=(),
                        subgroups=(), interactions=()),
            ),
            verdicts=(replace(dfs.verdicts[0], test=test, p=state, rejected=None),),
        )  # fmt: skip
        document = build_document(replace(whole, endpoints=(empty,)))
        said = " ".join(texts(document))
        assert not UNUSABLE.search(said)
        assert "could not be tested" in said
        assert "not testable with these data (no events)" in said


def bare(whole: TrialAnalysis) -> TrialAnalysis:
    promise = replace(whole.protocol, hypotheses=(), strata=())
    disposition = replace(
        whole.snapshot.disposition,
        assessed=None,
        not_randomized=None,
        treated={},
        completed={},
        discontinued={},
        exclusions=(),
    )
    snapshot = replace(
        whole.snapshot, protocol=promise, disposition=disposition, findings=(), sources=()
    )
    return replace(whole, protocol=promise, snapshot=snapshot, baseline=(), endpoints=())


def test_the_same_report_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, 'tests')\n"
        "from document_walk import blocks, texts\n"
        "from sample_analysis import two_arm_analysis\n"
        "from equipoise.report.build import build_document\n"
        "from equipoise.report.document import Figure\n"
        "report = build_document(two_arm_analysis())\n"
        "said = '\\n'.join(texts(report)) + ''.join(b.svg for b in blocks(report, Figure))\n"
        "print(hashlib.sha256(said.encode()).hexdigest())\n"
    )
    found = {
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
