"""One simulated trial as two plain tables: a row a patient, and a row an adverse event.

Columns are named after the protocol: variables and endpoints by their ids.  What the tables hold
is said by `plain_map` in the protocol's own words.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise.io.simulated.rows import CENSORED, SimulatedRows
from equipoise.protocol.endpoints import AdverseEvents, Binary, TimeToEvent
from equipoise.protocol.trial import Protocol

PATIENTS, EVENTS = "patients", "adverse_events"
PATIENT, ARM, RECEIVED, RANDOMIZED = "patient", "arm", "received", "randomized"
LAST_CONTACT, DISCONTINUED = "last_contact", "discontinued"
ENDINGS = ("_time", "_event", "_date", "_answer", "_value")  # of the columns of an endpoint
OWN = (PATIENT, ARM, RECEIVED, RANDOMIZED, LAST_CONTACT, DISCONTINUED)


@dataclass(frozen=True, slots=True)
class Names:
    """Columns of the table of patients, each told from all others."""

    variables: dict[str, str]
    populations: dict[str, str]
    endpoints: dict[str, str]  # what columns of an endpoint begin with


def names_of(protocol: Protocol) -> Names:
    """Name columns by ids; an id that another column has gets an underscore.

    >>> from equipoise.io.protocol.read import examine_text
    >>> from equipoise.io.protocol.templates import template_text
    >>> names_of(examine_text(template_text("aall1331"), "aall1331").protocol).endpoints["os"]
    'os'
    """
    taken = set(OWN)
    return Names(
        {each.id: _own(each.id, ("",), taken) for each in protocol.variables},
        {
            each.id: _own(f"in_{each.id}", ("",), taken)
            for each in protocol.populations
            if each.where is not None
        },
        {each.id: _own(each.id, ENDINGS, taken) for each in protocol.endpoints},
    )


def _own(name: str, endings: tuple[str, ...], taken: set[str]) -> str:
    """Find a name of which no column is there, and take its columns.

    >>> _own("arm", ("",), {"arm"})
    'arm_'
    """
    while taken & {f"{name}{each}" for each in endings}:
        name = f"{name}_"
    taken |= {f"{name}{each}" for each in endings}
    return name


def is_yes(column: str) -> str:
    """Write the condition that a column says yes; a name with signs stands in backticks.

    >>> is_yes("mrd_answer"), is_yes("pd-l1_answer")
    ('mrd_answer == "yes"', '`pd-l1_answer` == "yes"')
    """
    return f'{column if column.isidentifier() else f"`{column}`"} == "yes"'


def plain_tables(rows: SimulatedRows) -> dict[str, pl.DataFrame]:
    """Give the tables by name.

    Witness: `io.snapshot.read_snapshot` reads the trial back.
    """
    tables = {PATIENTS: _patients(rows)}
    if any(isinstance(each, AdverseEvents) for each in rows.trial.protocol.endpoints):
        tables[EVENTS] = _adverse_events(rows)
    return tables


def _patients(rows: SimulatedRows) -> pl.DataFrame:
    trial, names = rows.trial, names_of(rows.trial.protocol)
    arms = [trial.world.arms[arm] for arm in trial.data.arm.tolist()]
    columns: dict[str, Any] = {
        PATIENT: rows.ids,
        ARM: arms,
        RECEIVED: arms,
        RANDOMIZED: rows.dates(rows.randomized),
    }
    columns |= {names.variables[name]: values for name, values in variable_columns(rows).items()}
    for name, column in names.populations.items():
        columns[column] = population_column(rows, name)
    for endpoint in trial.protocol.endpoints:
        begin = names.endpoints[endpoint.id]
        if isinstance(endpoint, TimeToEvent):
            found = rows.endpoint(endpoint)
            columns[f"{begin}_time"] = found.time / rows.factor
            columns[f"{begin}_event"] = found.words
            columns[f"{begin}_date"] = rows.dates(found.day)
        elif isinstance(endpoint, Binary):
            told, on = rows.answers(endpoint.id)
            words = [None if each is None else "yes" if each else "no" for each in told]
            columns[f"{begin}_answer"] = pl.Series(words, dtype=pl.String)
            columns[f"{begin}_date"] = pl.Series(on, dtype=pl.Date)
        elif not isinstance(endpoint, AdverseEvents):
            columns[f"{begin}_value"] = pl.Series([None] * trial.size, dtype=pl.Float64)
    columns[LAST_CONTACT] = rows.dates(rows.last_contact)
    columns[DISCONTINUED] = pl.Series(rows.discontinued, dtype=pl.String)
    return pl.DataFrame({name: pl.Series(name, each) for name, each in columns.items()})


def variable_columns(rows: SimulatedRows) -> dict[str, Any]:
    """Give every variable at randomization by patient, in the protocol's order."""
    found: dict[str, Any] = {}
    for variable in rows.trial.protocol.variables:
        codes = rows.trial.variables.levels.get(variable.id)
        if codes is None:
            found[variable.id] = rows.trial.variables.numbers[variable.id]
        else:
            found[variable.id] = [variable.levels[code] for code in codes.tolist()]
    return found


def population_column(rows: SimulatedRows, name: str) -> list[str]:
    """Tell who is in a population: everybody, where its prevalence is not assumed."""
    member = rows.trial.populations.get(name)
    if member is None:
        return ["yes"] * rows.trial.size
    return ["yes" if each else "no" for each in member.tolist()]


def _adverse_events(rows: SimulatedRows) -> pl.DataFrame:
    trial, ids = rows.trial, rows.ids
    kinds, found = trial.world.adverse_events, trial.adverse_events
    if found is None:
        names = (PATIENT, "term", "system_organ_class", "serious", "related")
        empty = {each: pl.Series([], dtype=pl.String) for each in names}
        numbers = {each: pl.Series([], dtype=pl.Int64) for each in ("grade", "start_day")}
        return pl.DataFrame({**empty, **numbers, "start_date": pl.Series([], dtype=pl.Date)})
    begun = rows.days(trial.data.entry[found.patient] + found.time)
    return pl.DataFrame(
        {
            PATIENT: [ids[each] for each in found.patient.tolist()],
            "term": [kinds[each].term for each in found.kind.tolist()],
            "system_organ_class": [kinds[each].system_organ_class for each in found.kind.tolist()],
            "grade": found.grade,
            "serious": ["yes" if each else "no" for each in found.serious.tolist()],
            "related": ["yes" if each else "no" for each in found.related.tolist()],
            "start_date": rows.dates(begun),
            "start_day": begun - rows.randomized[found.patient] + 1,
        }
    ).sort(PATIENT, "start_day", "term", maintain_order=True)


def plain_map(protocol: Protocol) -> dict[str, Any]:
    """Say in the protocol's language where everything is found in the plain tables."""
    names = names_of(protocol)
    tables = {PATIENTS: f"{PATIENTS}.csv"}
    endpoints: dict[str, Any] = {}
    for endpoint in protocol.endpoints:
        begin = names.endpoints[endpoint.id]
        if isinstance(endpoint, TimeToEvent):
            words = (*endpoint.events, *endpoint.competing, *endpoint.censoring, CENSORED)
            cause = {"column": f"{begin}_event", "values": {word: word for word in words}}
            found = {"time": f"{begin}_time", "date": f"{begin}_date", "cause": cause}
            endpoints[endpoint.id] = found
        elif isinstance(endpoint, Binary):
            endpoints[endpoint.id] = {"yes": is_yes(f"{begin}_answer"), "date": f"{begin}_date"}
        elif isinstance(endpoint, AdverseEvents):
            tables[EVENTS] = f"{EVENTS}.csv"
            endpoints[endpoint.id] = {
                "table": EVENTS,
                "term": "term",
                "system_organ_class": "system_organ_class",
                "grade": "grade",
                "serious": 'serious == "yes"',
                "related": 'related == "yes"',
                "start": "start_date",
            }
        else:
            endpoints[endpoint.id] = {"column": f"{begin}_value"}
    return {
        "tables": tables,
        "subjects": {
            "table": PATIENTS,
            "id": PATIENT,
            "arm": ARM,
            "received": RECEIVED,
            "randomized": RANDOMIZED,
            "discontinued": DISCONTINUED,
        },
        "variables": dict(names.variables),
        "endpoints": endpoints,
    }


def plain_populations(protocol: Protocol) -> dict[str, str]:
    """Give the condition of every population that has one, on the plain tables."""
    return {name: is_yes(column) for name, column in names_of(protocol).populations.items()}
