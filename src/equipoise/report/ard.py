"""The results as data: every number of the analysis as a row, with its question beside it.

The analysis is walked once, in the protocol's order; nothing is computed anew but shares of
counts.  Curves are in a file of their own (`report.curves`); the numbers read off them (quantiles,
landmarks, numbers at risk) are here.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, fields

from equipoise.analyze.results import (
    AdverseEventAnalysis,
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    EndpointAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.protocol.trial import Trial
from equipoise.report.ard_endpoints import (
    adverse_event_rows,
    baseline_rows,
    binary_rows,
    continuous_rows,
    disposition_rows,
)
from equipoise.report.ard_survival import competing_rows, survival_rows
from equipoise.report.statistic import KEY, Place, StatisticRow

__all__ = ["KEY", "StatisticRow", "ard", "to_json", "to_parquet"]


def ard(analysis: TrialAnalysis) -> tuple[StatisticRow, ...]:
    """Write every number of the analysis down, one row a statistic, in the protocol's order."""
    return tuple(_rows(analysis))


def _rows(analysis: TrialAnalysis) -> Iterator[StatisticRow]:
    yield from disposition_rows(analysis.snapshot.disposition)
    yield from baseline_rows(analysis.baseline)
    for endpoint in analysis.endpoints:
        yield from _endpoint(endpoint, analysis.protocol.trial)


def _endpoint(endpoint: EndpointAnalysis, trial: Trial) -> Iterator[StatisticRow]:
    estimand = endpoint.estimand.id
    place = Place(
        estimand,
        "",
        endpoint.endpoint.id,
        estimand=estimand,
        population=endpoint.population.id,
        conventions=endpoint.assumed,
    )
    match endpoint:
        case TimeToEventAnalysis():
            return survival_rows(endpoint, place, trial)
        case CompetingRisksAnalysis():
            return competing_rows(endpoint, place)
        case BinaryAnalysis():
            return binary_rows(endpoint, place)
        case ContinuousAnalysis():
            return continuous_rows(endpoint, place)
        case AdverseEventAnalysis():
            return adverse_event_rows(endpoint, place)


def to_json(rows: tuple[StatisticRow, ...]) -> str:
    """Write the rows as JSON, one a line; a number that does not exist is null, never NaN.

    Texts of conventions stand once, in a table of their own; a row names the one that holds.
    """
    texts = dict.fromkeys(row.conventions for row in rows if row.conventions)
    names = {text: f"c{number}" for number, text in enumerate(texts, start=1)}
    told = ",\n".join(f"{_line(name)}: {_line(text)}" for text, name in names.items())
    lines = ",\n".join(
        _line(asdict(row) | {"conventions": names.get(row.conventions or "")}) for row in rows
    )
    head = '{"format": "equipoise-ard", "version": 2'
    return f'{head}, "conventions": {{\n{told}\n}}, "rows": [\n{lines}\n]}}\n'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def to_parquet(rows: tuple[StatisticRow, ...]) -> bytes:
    """Write the rows as Parquet, counts as floats; the same rows give the same bytes."""
    import polars as pl  # noqa: PLC0415 - heavy, and needed only to write a file

    schema = {
        field.name: pl.Float64 if field.name == "stat" else pl.String
        for field in fields(StatisticRow)
    }
    columns = {name: [getattr(row, name) for row in rows] for name in schema}
    columns["stat"] = [None if value is None else float(value) for value in columns["stat"]]
    buffer = io.BytesIO()
    pl.DataFrame(columns, schema=schema).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
