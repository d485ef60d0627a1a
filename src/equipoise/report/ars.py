"""The results as a ReportingEvent of CDISC's Analysis Results Standard, version 1.0.

Made from the same rows as `results.json`: rows of one `analysis_id` become one analysis with
its results; analyses of one context and method share an AnalysisMethod, whose operations are
the statistics that occur.  The estimand, for which the standard has no place of its own, is a
category of its analyses.  Raw values are unrounded; formatted values are as the report prints.
"""

import json
from itertools import groupby
from typing import Any

from equipoise.analyze.results import TrialAnalysis
from equipoise.protocol.trial import Protocol
from equipoise.report.ars_parts import (
    FILE_TYPES,
    LEVEL_OF,
    Part,
    analysis_sets,
    data_subsets,
    extensions,
    groupings,
    identifier,
    purpose,
)
from equipoise.report.document import Document, Figure, Table
from equipoise.report.numbering import captions, every_block
from equipoise.report.plain_text import slug
from equipoise.report.statistic import StatisticRow

PLANNED = {"controlledTerm": "SPECIFIED IN PROTOCOL"}
CHAPTERS = {"disposition": "Disposition", "baseline": "Baseline characteristics"}


def reporting_event(
    analysis: TrialAnalysis,
    rows: tuple[StatisticRow, ...],
    document: Document | None = None,
    formats: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Build the ReportingEvent; with a document, its tables and figures are the outputs."""
    protocol = analysis.protocol
    by_analysis = _by_analysis(rows)
    methods = _Methods(by_analysis)
    splits = dict.fromkeys(split for row in rows for split, _ in _splits(row, protocol))
    outputs = _outputs(document, formats) if document else []
    event: dict[str, Any] = {
        "id": protocol.trial.id,
        "version": 1,
        "name": protocol.trial.title,
        "label": protocol.trial.registry or protocol.trial.id,
        "mainListOfContents": _planned_analyses(protocol, by_analysis),
        "otherListsOfContents": [_planned_outputs(outputs)] if outputs else [],
        "terminologyExtensions": extensions(),
        "analysisOutputCategorizations": _categories(protocol),
        "analysisSets": analysis_sets(protocol),
        "dataSubsets": data_subsets(protocol),
        "analysisGroupings": groupings(protocol, list(splits)),
        "methods": methods.parts(),
        "analyses": [
            _analysis(name, some, protocol, methods) for name, some in by_analysis.items()
        ],
        "outputs": outputs,
    }
    return {name: part for name, part in event.items() if part != []}


def to_json(event: dict[str, Any]) -> str:
    """Write a ReportingEvent as JSON text."""
    return json.dumps(event, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _by_analysis(rows: tuple[StatisticRow, ...]) -> dict[str, tuple[StatisticRow, ...]]:
    found: dict[str, list[StatisticRow]] = {}
    for row in rows:
        found.setdefault(row.analysis_id, []).append(row)
    return {name: tuple(some) for name, some in found.items()}


class _Methods:
    """Which method an analysis uses, and the operations of each."""

    def __init__(self, by_analysis: dict[str, tuple[StatisticRow, ...]]) -> None:
        self._operations: dict[tuple[str, ...], dict[str, str]] = {}
        for rows in by_analysis.values():
            found = self._operations.setdefault(_method(rows), {})
            for row in rows:
                found.setdefault(row.stat_name, row.stat_label)
        self._ids: dict[tuple[str, ...], str] = {}
        for key in self._operations:
            name = "method." + ".".join(slug(part) for part in key)
            taken = sum(known == name or known.startswith(f"{name}~") for known in self.ids())
            self._ids[key] = f"{name}~{taken + 1}" if taken else name

    def ids(self) -> tuple[str, ...]:
        """List the ids given so far."""
        return tuple(self._ids.values())

    def of(self, rows: tuple[StatisticRow, ...]) -> str:
        """Name the method of one analysis."""
        return self._ids[_method(rows)]

    def parts(self) -> list[Part]:
        """Write the methods out."""
        return [
            {
                "id": self._ids[key],
                "name": key[0],
                "description": "; ".join(key[1:]) or "Counts and descriptive statistics",
                "operations": [
                    {
                        "id": f"{self._ids[key]}/{name}",
                        "name": name,
                        "label": label,
                        "order": order,
                    }
                    for order, (name, label) in enumerate(operations.items(), start=1)
                ],
            }
            for key, operations in self._operations.items()
        ]


def _method(rows: tuple[StatisticRow, ...]) -> tuple[str, ...]:
    return (rows[0].context, *dict.fromkeys(row.method for row in rows if row.method))


def _analysis(
    name: str, rows: tuple[StatisticRow, ...], protocol: Protocol, methods: _Methods
) -> Part:
    first, method = rows[0], methods.of(rows)
    splits = dict.fromkeys(split for row in rows for split, _ in _splits(row, protocol))
    part: Part = {
        "id": name,
        "version": 1,
        "name": name,
        "reason": PLANNED,
        "purpose": purpose(protocol, first.estimand),
        "methodId": method,
        "variable": first.variable,
        "orderedGroupings": [
            {
                "order": order,
                "groupingId": identifier("grouping", slug(split)),
                "resultsByGroup": True,
            }
            for order, split in enumerate(splits, start=1)
        ],
        "results": [
            {
                "operationId": f"{method}/{row.stat_name}",
                "resultGroups": [
                    _group(split, level, protocol) for split, level in _splits(row, protocol)
                ],
                **_value(row),
                "formattedValue": row.stat_fmt,
            }
            for row in rows
        ],
    }
    if first.population is not None:
        part["analysisSetId"] = identifier("population", first.population)
    if first.estimand is not None:
        part["categoryIds"] = [identifier("estimand", first.estimand)]
        if any(each["id"] == f"subset.{first.variable}" for each in data_subsets(protocol)):
            part["dataSubsetId"] = f"subset.{first.variable}"
    if first.conventions:
        part["description"] = first.conventions
    return part


def _value(row: StatisticRow) -> Part:
    if row.stat is not None:
        return {"rawValue": repr(row.stat)}
    return {"rawValue": row.stat_text} if row.stat_text is not None else {}


def _splits(row: StatisticRow, protocol: Protocol) -> list[tuple[str, str]]:
    """List what a result is split by: its groups, and the level of its variable."""
    groups = (
        (row.group1, row.group1_level),
        (row.group2, row.group2_level),
        (row.group3, row.group3_level),
    )
    splits = [(name, level) for name, level in groups if name is not None and level is not None]
    if row.variable_level is not None:
        known = {variable.id for variable in protocol.variables}
        name = row.variable if row.variable in known else LEVEL_OF.get(row.context, row.variable)
        splits.append((name, row.variable_level))
    return splits


def _group(split: str, level: str, protocol: Protocol) -> Part:
    grouping = {"groupingId": identifier("grouping", slug(split))}
    if split in {"arm", "comparison"}:
        return grouping | {"groupId": identifier(split, level)}
    for variable in protocol.variables:
        if variable.id == split and level in variable.levels:
            order = variable.levels.index(level) + 1
            return grouping | {"groupId": identifier(f"level.{split}", str(order))}
    return grouping | {"groupValue": level}


def _categories(protocol: Protocol) -> list[Part]:
    return [
        {
            "id": "estimands",
            "label": "Estimand",
            "categories": [
                {"id": identifier("estimand", estimand.id), "label": estimand.label}
                for estimand in protocol.estimands
            ],
        }
    ]


def _planned_analyses(protocol: Protocol, by_analysis: dict[str, tuple[StatisticRow, ...]]) -> Part:
    chapters = CHAPTERS | {estimand.id: estimand.label for estimand in protocol.estimands}
    items: list[Part] = []
    for chapter, names in groupby(by_analysis, key=lambda name: name.partition("/")[0]):
        inner = [
            {"name": name, "level": 2, "order": order, "analysisId": name}
            for order, name in enumerate(names, start=1)
        ]
        title = chapters.get(chapter, chapter)
        order = len(items) + 1
        items.append({"name": title, "level": 1, "order": order, "sublist": {"listItems": inner}})
    return {"name": "List of analyses", "label": "LOPA", "contentsList": {"listItems": items}}


def _planned_outputs(outputs: list[Part]) -> Part:
    items = [
        {"name": output["name"], "level": 1, "order": order, "outputId": output["id"]}
        for order, output in enumerate(outputs, start=1)
    ]
    return {"name": "List of outputs", "label": "LOPO", "contentsList": {"listItems": items}}


def _outputs(document: Document, formats: tuple[str, ...]) -> list[Part]:
    names = captions(document)
    return [
        {
            "id": identifier("output", block.id),
            "version": 1,
            "name": f"{names[block.id]}. {block.title}",
            "fileSpecifications": [_file(kind, block.id) for kind in formats],
            "displays": [{"order": 1, "display": _display(block, names[block.id])}],
        }
        for block in every_block(document)
        if isinstance(block, Table | Figure)
    ]


def _file(kind: str, anchor: str) -> Part:
    location = f"report.{kind}" + (f"#{anchor}" if kind == "html" else "")
    term = {"sponsorTermId": f"file-{kind}"} if kind in FILE_TYPES else {"controlledTerm": kind}
    return {"name": f"report.{kind}", "location": location, "fileType": term}


def _display(block: Table | Figure, name: str) -> Part:
    def section(kind: str, texts: tuple[str, ...]) -> Part:
        return {
            "sectionType": kind,
            "orderedSubSections": [
                {
                    "order": order,
                    "subSection": {"id": f"{block.id}.{slug(kind)}.{order}", "text": text},
                }
                for order, text in enumerate(texts, start=1)
            ],
        }

    sections = [section("Title", (name, block.title))]
    if block.footnotes:
        sections.append(section("Footnote", block.footnotes))
    return {
        "id": identifier("display", block.id),
        "name": block.title,
        "displayTitle": block.title,
        "displaySections": sections,
    }
