"""The parts of a CDISC ReportingEvent that come from the protocol: sets, groupings, purposes.

Times, probabilities and causes are levels of a result in our rows; the standard knows groups
only, so each of them is a data-driven grouping whose `groupValue` is the level.
"""

from typing import Any

from equipoise.protocol.data_map import AdverseEventRecords, VariableSource
from equipoise.protocol.trial import Protocol
from equipoise.report.ars_where import Clause, equals, where
from equipoise.report.plain_text import slug

Part = dict[str, Any]
GROUP_SPLITS = ("arm", "comparison")  # groupings written out; variables come on top
LEVEL_OF = {  # context → what `variable_level` is a level of
    "quantiles": "probability",
    "follow-up": "probability",
    "rates": "time",
    "at-risk": "time",
    "cumulative-incidence": "time",
    "rate-differences": "time",
    "incidence-differences": "time",
    "restricted-mean-difference": "time",
    "restricted-mean-ratio": "time",
    "restricted-mean-test": "time",
    "first-events": "happening",
    "exclusion": "reason",
}
DESCRIPTIVE = "purpose-descriptive"
FILE_TYPES = ("html", "docx")  # of our documents, those CDISC has no term for


def identifier(kind: str, name: str) -> str:
    """Name a part; the ids of one ReportingEvent are unique across its kinds."""
    return f"{kind}.{name}"


def analysis_sets(protocol: Protocol) -> list[Part]:
    """Translate the populations."""
    table = protocol.data.subjects.table if protocol.data.subjects else ""
    return [
        {
            "id": identifier("population", population.id),
            "name": population.label,
            "label": population.id,
            "description": f"By the arm {population.arms}; "
            f"{'all randomized patients' if population.where is None else population.where}",
            "level": 1,
            "order": order,
            **where(population.where, table),
        }
        for order, population in enumerate(protocol.populations, start=1)
    ]


def data_subsets(protocol: Protocol) -> list[Part]:
    """Translate which adverse events count."""
    sources = [
        source
        for source in protocol.data.endpoints
        if isinstance(source, AdverseEventRecords) and source.treatment_emergent is not None
    ]
    return [
        {
            "id": identifier("subset", source.endpoint),
            "name": "Treatment-emergent adverse events",
            "description": source.treatment_emergent,
            "level": 1,
            "order": order,
            **where(source.treatment_emergent, source.table),
        }
        for order, source in enumerate(sources, start=1)
    ]


def groupings(protocol: Protocol, others: list[str]) -> list[Part]:
    """Translate arms, comparisons and variables; `others` are grouped as the data had it."""
    written = [_arms(protocol), _comparisons(protocol), *_variables(protocol)]
    named = {part["id"] for part in written}
    return written + [
        {"id": identifier("grouping", slug(other)), "name": other, "dataDriven": True}
        for other in others
        if identifier("grouping", slug(other)) not in named
    ]


def _arms(protocol: Protocol) -> Part:
    return {
        "id": identifier("grouping", "arm"),
        "name": "Arm",
        "dataDriven": False,
        **_source(protocol),
        "groups": [
            {
                "id": identifier("arm", arm.id),
                "name": arm.label,
                "level": 1,
                "order": order,
                **_in_arms(protocol, arm.id),
            }
            for order, arm in enumerate(protocol.arms, start=1)
        ],
    }


def _comparisons(protocol: Protocol) -> Part:
    return {
        "id": identifier("grouping", "comparison"),
        "name": "Comparison of two arms",
        "description": "Experimental over control, or experimental minus control",
        "dataDriven": False,
        **_source(protocol),
        "groups": [
            {
                "id": identifier("comparison", comparison.id),
                "name": comparison.label,
                "description": f"{comparison.experimental} against {comparison.control}",
                "level": 1,
                "order": order,
                **_in_arms(protocol, comparison.experimental, comparison.control),
            }
            for order, comparison in enumerate(protocol.comparisons, start=1)
        ],
    }


def _source(protocol: Protocol) -> Part:
    subjects = protocol.data.subjects
    if subjects is None:
        return {}
    return {"groupingDataset": subjects.table, "groupingVariable": subjects.arm}


def _in_arms(protocol: Protocol, *arms: str) -> Clause:
    subjects = protocol.data.subjects
    if subjects is None:
        return {}
    recorded = tuple(value for value, arm in subjects.arm_values if arm in arms) or arms
    return equals(subjects.table, subjects.arm, recorded)


def _variables(protocol: Protocol) -> list[Part]:
    sources = {source.variable: source for source in protocol.data.variables}
    return [
        {
            "id": identifier("grouping", variable.id),
            "name": variable.label,
            "dataDriven": False,
            "groups": [
                {
                    "id": identifier(f"level.{variable.id}", str(order)),
                    "name": level,
                    "level": 1,
                    "order": order,
                    **_at_level(protocol, sources.get(variable.id), level),
                }
                for order, level in enumerate(variable.levels, start=1)
            ],
        }
        for variable in protocol.variables
        if variable.levels
    ]


def _at_level(protocol: Protocol, source: VariableSource | None, level: str) -> Clause:
    if source is None or protocol.data.subjects is None:
        return {}
    table = source.table or protocol.data.subjects.table
    for named, condition in source.when:
        if named == level:
            return where(condition, table)
    if source.column is None:
        return {}
    recorded = tuple(value for value, named in source.values if named == level) or (level,)
    return equals(table, source.column, recorded)


def purpose(protocol: Protocol, estimand: str | None) -> Part:
    """Say whether an analysis serves a primary or secondary hypothesis, or describes."""
    roles = {h.role for h in protocol.hypotheses if h.estimand == estimand}
    if "primary" in roles:
        return {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    if "secondary" in roles:
        return {"controlledTerm": "SECONDARY OUTCOME MEASURE"}
    return {"sponsorTermId": DESCRIPTIVE}


def extensions() -> list[Part]:
    """Declare the terms that CDISC's lists do not have."""
    return [
        {
            "id": "extension-purpose",
            "enumeration": "AnalysisPurposeEnum",
            "sponsorTerms": [
                {
                    "id": DESCRIPTIVE,
                    "submissionValue": "DESCRIPTIVE",
                    "description": "Describes patients, conduct or safety; decides no hypothesis.",
                }
            ],
        },
        {
            "id": "extension-file-type",
            "enumeration": "OutputFileTypeEnum",
            "sponsorTerms": [
                {"id": f"file-{kind}", "submissionValue": kind} for kind in FILE_TYPES
            ],
        },
    ]
