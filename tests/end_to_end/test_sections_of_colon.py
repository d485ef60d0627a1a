"""The report of a real trial: its words carry the numbers that R gives for the same data."""

import re
from pathlib import Path

import pytest

from document_walk import UNUSABLE, blocks, texts
from equipoise.report.build import build_document
from equipoise.report.document import Callout, Document, Figure, Paragraph, Table
from equipoise.verbs import analyze

COLON = Path(__file__).parents[2] / "examples" / "colon"


@pytest.fixture(scope="module")
def report() -> Document:
    return build_document(analyze(COLON / "protocol.yaml", COLON / "data"))


def test_every_text_is_usable(report: Document) -> None:
    assert not [text for text in texts(report) if UNUSABLE.search(text)]


def test_the_summary_tells_the_primary_result(report: Document) -> None:
    said = [b.text for b in report.sections[0].blocks if isinstance(b, Paragraph)]
    (first,) = [text for text in said if "hypothesis H1" in text]
    (second,) = [text for text in said if "hypothesis H2" in text]
    # R: coxph(Surv(time, event) ~ rx + strata(extent, surgery, node4)), first of both events
    assert "was longer with Levamisole + fluorouracil than with Observation" in first
    assert "hazard ratio 0.64, 95% confidence interval 0.51 to 0.81" in first
    assert "134 of 304 patients" in first
    assert "two-sided P <0.001" in first
    assert "was not shown" in second
    assert "hazard ratio 0.99, 95% confidence interval 0.80 to 1.22" in second


def test_two_primary_hypotheses_are_warned_of(report: Document) -> None:
    assert any("could be as high as 0.1" in b.text for b in blocks(report, Callout))


def test_what_the_brief_of_a_report_asks_is_there(report: Document) -> None:
    drawn = {figure.id for figure in blocks(report, Figure)}
    assert drawn >= {"flow", "dfs-survival", "os-survival", "recurrence-incidence"}
    assert sum("forest" in name for name in drawn) == 4
    tables = {table.id for table in blocks(report, Table)}
    assert tables >= {"disposition-table", "baseline-table", "follow-up-table", "sources"}


def test_percentages_of_a_variable_add_up(report: Document) -> None:
    (table,) = [t for t in blocks(report, Table) if t.id == "baseline-table"]
    shares = [0.0] * (len(table.header) - 1)
    for row in table.rows:
        found = [re.search(r"\((\d+\.\d)\)$", cell) for cell in row.cells[1:]]
        if row.indent == 0:
            assert all(abs(share - 100) < 0.21 or share == 0 for share in shares), row.cells
            shares = [0.0] * len(shares)
        elif row.cells[0] not in {"Mean (SD)", "Missing, n"} and all(found):
            shares = [
                share + float(match.group(1))
                for share, match in zip(shares, found, strict=True)
                if match
            ]
