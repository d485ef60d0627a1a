"""The ReportingEvent keeps the rules of CDISC's Analysis Results Standard 1.0.

The rules are restated here in our words: which parts every class must have, which terms it may
use, and that everything referred to exists.  To check against CDISC's own JSON schema as well
(github.com/cdisc-org/analysis-results-standard, project/jsonschema/ars_ldm.schema.json):

    EQUIPOISE_ARS_SCHEMA=ars_ldm.schema.json pytest tests/laws/test_ars_event.py
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.protocol.data_map import (
    AdverseEventRecords,
    DataMap,
    Subjects,
    VariableSource,
)
from equipoise.protocol.trial import Population
from equipoise.report.ard import ard
from equipoise.report.ars import reporting_event, to_json
from equipoise.report.ars_where import where
from sample_analysis import sample_analysis, two_arm_analysis
from sample_document import sample_document

SCHEMA = os.environ.get("EQUIPOISE_ARS_SCHEMA")
FORMATS = ("html", "pdf", "docx")
MAPPED = DataMap(
    subjects=Subjects("adsl", "USUBJID", "TRT01P", arm_values=(("Obs", "observation"),)),
    variables=(
        VariableSource("sex", column="SEX", values=(("F", "Female"), ("M", "Male"))),
        VariableSource("nodes", when=(("Yes", "node4 == 1"), ("No", "node4 == 0"))),
    ),
    endpoints=(AdverseEventRecords("ae", "adae", "AEDECOD", treatment_emergent="TRTEMFL == 'Y'"),),
)


def mapped_analysis():
    """The sample, with its data where they would be, and one more population."""
    analysis = sample_analysis()
    women = Population("women", "Women", where="SEX == 'F' and not AGE < 18")
    protocol = replace(
        analysis.protocol, data=MAPPED, populations=(*analysis.protocol.populations, women)
    )
    return replace(analysis, protocol=protocol)


@pytest.fixture(scope="module", params=[sample_analysis, mapped_analysis, two_arm_analysis])
def event(request):
    analysis = request.param()
    return reporting_event(analysis, ard(analysis), sample_document(), FORMATS)


def every(value, name):
    """All values of a key, wherever it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield inner
            yield from every(inner, name)
    if isinstance(value, list):
        for inner in value:
            yield from every(inner, name)


def ids(event, part):
    return [each["id"] for each in event.get(part, [])]


class TestEveryPartIsComplete:
    REQUIRED = (
        ("analyses", {"id", "name", "reason", "purpose", "methodId"}),
        ("methods", {"id", "name", "operations"}),
        ("analysisSets", {"id", "name", "level", "order"}),
        ("dataSubsets", {"id", "name", "level", "order"}),
        ("analysisGroupings", {"id", "name", "dataDriven"}),
        ("outputs", {"id", "name", "displays"}),
        ("terminologyExtensions", {"id", "sponsorTerms"}),
        ("analysisOutputCategorizations", {"id", "categories"}),
    )

    def test_required_keys(self, event):
        assert {"id", "name", "mainListOfContents"} <= event.keys()
        assert {"name", "contentsList"} <= event["mainListOfContents"].keys()
        for part, required in self.REQUIRED:
            for each in event.get(part, []):
                assert required <= each.keys()
        for operations in every(event, "operations"):
            assert all({"id", "name", "order"} <= operation.keys() for operation in operations)
        for groups in every(event, "groups"):
            assert all({"id", "name", "level", "order"} <= group.keys() for group in groups)

    def test_no_part_is_empty_and_no_value_is_null(self, event):
        text = to_json(event)
        assert "null" not in text.replace('"Null hypothesis"', "")
        assert not any(part == [] for part in event.values())

    def test_raw_and_formatted_values_are_text(self, event):
        for results in every(event, "results"):
            for result in results:
                assert isinstance(result["formattedValue"], str)
                assert isinstance(result.get("rawValue", ""), str)
                assert result.get("rawValue") not in {"nan", "inf", "-inf", ""}


class TestTermsAreControlled:
    TERMS = (
        ("reason", {"SPECIFIED IN PROTOCOL"}),
        ("purpose", {"PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE"}),
        ("fileType", {"pdf"}),
    )

    def test_each_term_is_cdiscs_or_declared(self, event):
        declared = {term["id"] for terms in every(event, "sponsorTerms") for term in terms}
        for name, allowed in self.TERMS:
            for term in every(event, name):
                (kind, word) = next(iter(term.items()))
                assert word in (allowed if kind == "controlledTerm" else declared), term

    def test_sections_and_comparators(self, event):
        assert set(every(event, "sectionType")) <= {"Title", "Footnote"}
        comparators = {"EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"}
        assert set(every(event, "comparator")) <= comparators
        assert set(every(event, "logicalOperator")) <= {"AND", "OR", "NOT"}

    def test_a_hypothesis_gives_its_analyses_their_purpose(self, event):
        purposes = {analysis["id"]: analysis["purpose"] for analysis in event["analyses"]}
        assert purposes["dfs/hazard-ratio"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
        assert purposes["baseline/age"] == {"sponsorTermId": "purpose-descriptive"}


class TestWhateverIsReferredToExists:
    def test_ids_are_unique_within_their_kind(self, event):
        for part, _ in TestEveryPartIsComplete.REQUIRED:
            assert len(ids(event, part)) == len(set(ids(event, part)))
        operations = [each["id"] for some in every(event, "operations") for each in some]
        assert len(operations) == len(set(operations))
        sections = [each["id"] for each in every(event, "subSection")]
        assert len(sections) == len(set(sections))

    def test_analyses(self, event):
        groups = {
            (grouping["id"], group["id"])
            for grouping in event["analysisGroupings"]
            for group in grouping.get("groups", [])
        }
        operations = {m["id"]: {o["id"] for o in m["operations"]} for m in event["methods"]}
        for analysis in event["analyses"]:
            assert analysis.get("analysisSetId", "population.itt") in ids(event, "analysisSets")
            if "dataSubsetId" in analysis:
                assert analysis["dataSubsetId"] in ids(event, "dataSubsets")
            ordered = {each["groupingId"] for each in analysis["orderedGroupings"]}
            assert ordered <= set(ids(event, "analysisGroupings"))
            for result in analysis["results"]:
                assert result["operationId"] in operations[analysis["methodId"]]
                for group in result["resultGroups"]:
                    assert group["groupingId"] in ordered
                    named = group.get("groupId")
                    assert named is None or (group["groupingId"], named) in groups
                    assert ("groupId" in group) != ("groupValue" in group)

    def test_contents_and_categories(self, event):
        assert set(every(event["mainListOfContents"], "analysisId")) == set(ids(event, "analyses"))
        assert set(every(event["otherListsOfContents"], "outputId")) == set(ids(event, "outputs"))
        categories = {each["id"] for some in every(event, "categories") for each in some}
        assert {name for some in every(event, "categoryIds") for name in some} <= categories


class TestAResultIsKnownByItsOperationAndGroups:
    def test_no_two_results_of_an_analysis_are_alike(self, event):
        for analysis in event["analyses"]:
            keys = [
                json.dumps([result["operationId"], result["resultGroups"]])
                for result in analysis["results"]
            ]
            assert len(keys) == len(set(keys)), analysis["id"]

    def test_every_row_is_a_result(self):
        analysis = sample_analysis()
        rows = ard(analysis)
        made = reporting_event(analysis, rows)
        assert sum(len(each["results"]) for each in made["analyses"]) == len(rows)
        assert "outputs" not in made

    def test_the_same_text_twice(self):
        first, second = (
            to_json(reporting_event(a, ard(a))) for a in (sample_analysis(), sample_analysis())
        )
        assert first == second


class TestConditionsAreTranslated:
    def test_arms_levels_and_populations_point_at_the_data(self):
        made = mapped_analysis()
        event = reporting_event(made, ard(made))
        arms, _, sex, nodes, *_ = event["analysisGroupings"]
        assert arms["groups"][0]["condition"] == {
            "dataset": "adsl",
            "variable": "TRT01P",
            "comparator": "EQ",
            "value": ["Obs"],
        }
        assert sex["groups"][1]["condition"]["value"] == ["M"]
        assert nodes["groups"][0]["condition"]["variable"] == "node4"
        women = event["analysisSets"][-1]["compoundExpression"]
        assert women["logicalOperator"] == "AND"
        assert women["whereClauses"][1]["compoundExpression"]["logicalOperator"] == "NOT"
        assert event["dataSubsets"][0]["condition"]["dataset"] == "adae"

    @pytest.mark.parametrize(
        ("text", "comparator", "values"),
        [
            ("a == 1", "EQ", ["1"]),
            ("1 < a", "GT", ["1"]),
            ("a != 'x'", "NE", ["x"]),
            ("not a == 'x'", "NE", ["x"]),
            ("a in ('x', 2.5)", "IN", ["x", "2.5"]),
            ("a not in ('x', 'y')", "NOTIN", ["x", "y"]),
            ("a == true", "EQ", ["true"]),
        ],
    )
    def test_a_statement(self, text, comparator, values):
        assert where(text, "t")["condition"] == {
            "dataset": "t",
            "variable": "a",
            "comparator": comparator,
            "value": values,
        }

    @pytest.mark.parametrize("text", ["a is missing", "a == b", "a == 1 or a is missing", None])
    def test_what_the_standard_cannot_say_is_left_to_the_description(self, text):
        assert where(text, "t") == {}


@pytest.mark.skipif(SCHEMA is None, reason="EQUIPOISE_ARS_SCHEMA does not name CDISC's schema file")
def test_cdiscs_own_schema_accepts_the_event(event):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(Path(SCHEMA).read_text(encoding="utf-8"))
    checker = jsonschema.validators.validator_for(schema)(schema)
    problems = [error.message for error in checker.iter_errors(json.loads(to_json(event)))]
    assert problems == []
