"""One simulated trial as ADaM: ADSL, ADTTE, ADRS for binary answers, ADAE.

Names fit SAS transport files: at most eight letters and digits.  AVAL of ADTTE is in days, day 1
the day of randomization; CNSR is 0 for the event, 1 for a censoring, 2, 3, ... for competing
events in the protocol's order.
"""

import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise.io.simulated.rows import CENSORED, LOST, EndpointDays, SimulatedRows
from equipoise.io.simulated.tables import population_column, variable_columns
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.trial import Protocol

LONGEST = 8  # letters of a name
FLAG = {"yes": "Y", "no": "N"}
OWN = {
    *("STUDYID", "USUBJID", "SUBJID", "TRT01P", "TRT01A", "RANDDT", "ITTFL", "SAFFL"),
    *("EOSSTT", "DCSREAS", "LASTDT"),
}
LABELS = {
    "STUDYID": "Study Identifier",
    "USUBJID": "Unique Subject Identifier",
    "SUBJID": "Subject Identifier for the Study",
    "TRT01P": "Planned Treatment for Period 01",
    "TRT01A": "Actual Treatment for Period 01",
    "TRTP": "Planned Treatment",
    "TRTA": "Actual Treatment",
    "RANDDT": "Date of Randomization",
    "ITTFL": "Intent-To-Treat Population Flag",
    "SAFFL": "Safety Population Flag",
    "EOSSTT": "End of Study Status",
    "DCSREAS": "Reason for Discontinuation from Study",
    "LASTDT": "Date of Last Contact",
    "PARAMCD": "Parameter Code",
    "PARAM": "Parameter",
    "STARTDT": "Time-to-Event Origin Date for Subject",
    "ADT": "Analysis Date",
    "AVAL": "Analysis Value",
    "AVALC": "Analysis Value (C)",
    "CNSR": "Censor",
    "EVNTDESC": "Event or Censoring Description",
    "CNSDTDSC": "Censor Date Description",
    "AEBODSYS": "Body System or Organ Class",
    "AEDECOD": "Dictionary-Derived Term",
    "AETOXGR": "Standard Toxicity Grade",
    "AESER": "Serious Event",
    "AREL": "Analysis Causality",
    "ASTDT": "Analysis Start Date",
    "ASTDY": "Analysis Start Relative Day",
    "TRTEMFL": "Treatment Emergent Analysis Flag",
}


@dataclass(frozen=True, slots=True)
class AdamNames:
    """Short names of what a protocol calls otherwise."""

    variables: dict[str, str]
    populations: dict[str, str]
    values: dict[str, str]  # continuous endpoints, columns of ADSL
    parameters: dict[str, str]  # PARAMCD of endpoints


def adam_names(protocol: Protocol) -> AdamNames:
    """Give names of at most eight letters and digits, each told from all others."""
    taken, codes = set(OWN), set[str]()
    variables = {each.id: _short(each.id, taken) for each in protocol.variables}
    populations = {
        each.id: _short(each.id, taken, "FL")
        for each in protocol.populations
        if each.where is not None
    }
    measured = [each.id for each in protocol.endpoints if isinstance(each, Continuous)]
    values = {each: _short(each, taken) for each in measured}
    parameters = {each.id: _short(each.id, codes) for each in protocol.endpoints}
    return AdamNames(variables, populations, values, parameters)


def _short(name: str, taken: set[str], ending: str = "") -> str:
    """Shorten a name, and number it where another has the same.

    >>> _short("age_group", set()), _short("risk", {"RISK"}), _short("pd-l1", set(), "FL")
    ('AGEGROUP', 'RISK2', 'PDL1FL')
    """
    letters = re.sub("[^A-Z0-9]", "", name.upper()) or "X"
    number = 1
    while True:
        tail = ("" if number == 1 else str(number)) + ending
        found = letters[: LONGEST - len(tail)] + tail
        if found not in taken:
            taken.add(found)
            return found
        number += 1


def labels_of(protocol: Protocol) -> dict[str, str]:
    """Give the label of every column."""
    names, labels = adam_names(protocol), dict(LABELS)
    labels |= {names.variables[each.id]: each.label for each in protocol.variables}
    labels |= {
        names.populations[each.id]: each.label
        for each in protocol.populations
        if each.id in names.populations
    }
    return labels | {
        names.values[each.id]: each.label for each in protocol.endpoints if each.id in names.values
    }


def adam_tables(rows: SimulatedRows) -> dict[str, pl.DataFrame]:
    """Give the data sets by name; those that would have no parameter are left out.

    Witness: `io.snapshot.read_snapshot` reads the trial back; the same from SAS transport files.
    """
    kinds = [type(each) for each in rows.trial.protocol.endpoints]
    tables = {"ADSL": _subjects(rows)}
    if TimeToEvent in kinds:
        tables["ADTTE"] = _times(rows)
    if Binary in kinds:
        tables["ADRS"] = _answers(rows)
    if AdverseEvents in kinds:
        tables["ADAE"] = _adverse_events(rows)
    return tables


def _arms(rows: SimulatedRows) -> list[str]:
    labels = [rows.trial.protocol.arm(each).label for each in rows.trial.world.arms]
    return [labels[arm] for arm in rows.trial.data.arm.tolist()]


def _subjects(rows: SimulatedRows) -> pl.DataFrame:
    trial, names, arms = rows.trial, adam_names(rows.trial.protocol), _arms(rows)
    reasons = rows.discontinued
    columns: dict[str, Any] = {
        "STUDYID": [trial.protocol.trial.id] * trial.size,
        "USUBJID": rows.ids,
        "SUBJID": [each.removeprefix("SIM-") for each in rows.ids],
        "TRT01P": arms,
        "TRT01A": arms,
        "RANDDT": rows.dates(rows.randomized),
        "ITTFL": ["Y"] * trial.size,
        "SAFFL": ["Y"] * trial.size,
    }
    columns |= {names.variables[each]: found for each, found in variable_columns(rows).items()}
    for name, column in names.populations.items():
        columns[column] = [FLAG[each] for each in population_column(rows, name)]
    for column in names.values.values():
        columns[column] = pl.Series([None] * trial.size, dtype=pl.Float64)
    columns |= {
        "EOSSTT": ["ONGOING" if each is None else "DISCONTINUED" for each in reasons],
        "DCSREAS": pl.Series([each and each.upper() for each in reasons], dtype=pl.String),
        "LASTDT": rows.dates(rows.last_contact),
    }
    return pl.DataFrame({name: pl.Series(name, each) for name, each in columns.items()})


def _times(rows: SimulatedRows) -> pl.DataFrame:
    timed = [each for each in rows.trial.protocol.endpoints if isinstance(each, TimeToEvent)]
    return pl.concat([_parameter(rows, rows.endpoint(each)) for each in timed])


def _parameter(rows: SimulatedRows, found: EndpointDays) -> pl.DataFrame:
    endpoint, size = found.endpoint, rows.trial.size
    codes = dict.fromkeys(endpoint.events, 0) | {CENSORED: 1}
    codes |= {name: code for code, name in enumerate(endpoint.competing, start=2)}
    lost = [reason == LOST for reason in rows.discontinued]
    why = ["Lost to follow-up" if each else "Data cut" for each in lost]
    ended = [word != CENSORED for word in found.words]
    told = [word if e else reason for word, e, reason in zip(found.words, ended, why, strict=True)]
    frame = pl.DataFrame(
        {
            "STUDYID": [rows.trial.protocol.trial.id] * size,
            "USUBJID": rows.ids,
            "TRTP": _arms(rows),
            "PARAMCD": [adam_names(rows.trial.protocol).parameters[endpoint.id]] * size,
            "PARAM": [f"{endpoint.label} (days)"] * size,
            "STARTDT": rows.dates(rows.randomized),
            "ADT": rows.dates(found.day),
            "AVAL": found.time,
            "CNSR": [codes[word] for word in found.words],
            "EVNTDESC": told,
            "CNSDTDSC": pl.Series([None if e else "Last contact" for e in ended], dtype=pl.String),
        }
    )
    return frame.drop("STARTDT") if rows.exact else frame  # days would not be from date to date


def _answers(rows: SimulatedRows) -> pl.DataFrame:
    names, parts = adam_names(rows.trial.protocol).parameters, []
    for endpoint in rows.trial.protocol.endpoints:
        if isinstance(endpoint, Binary):
            told, on = rows.answers(endpoint.id)
            words = [None if each is None else "Y" if each else "N" for each in told]
            size = rows.trial.size
            parts.append(
                pl.DataFrame(
                    {
                        "STUDYID": [rows.trial.protocol.trial.id] * size,
                        "USUBJID": rows.ids,
                        "TRTP": _arms(rows),
                        "PARAMCD": [names[endpoint.id]] * size,
                        "PARAM": [endpoint.label] * size,
                        "ADT": pl.Series(on, dtype=pl.Date),
                        "AVALC": pl.Series(words, dtype=pl.String),
                    }
                )
            )
    return pl.concat(parts)


def _adverse_events(rows: SimulatedRows) -> pl.DataFrame:
    from equipoise.io.simulated.tables import EVENTS, plain_tables  # noqa: PLC0415 - one listing

    plain = plain_tables(rows)[EVENTS]
    treated = dict(zip(rows.ids, _arms(rows), strict=True))
    yes = {name: pl.col(name).replace(FLAG) for name in ("serious", "related")}
    return plain.select(
        pl.lit(rows.trial.protocol.trial.id).alias("STUDYID"),
        pl.col("patient").alias("USUBJID"),
        pl.col("patient").replace_strict(treated, return_dtype=pl.String).alias("TRTA"),
        pl.col("system_organ_class").alias("AEBODSYS"),
        pl.col("term").alias("AEDECOD"),
        pl.col("grade").alias("AETOXGR"),
        yes["serious"].alias("AESER"),
        yes["related"].alias("AREL"),
        pl.col("start_date").alias("ASTDT"),
        pl.col("start_day").alias("ASTDY"),
        pl.lit("Y").alias("TRTEMFL"),
    )


def adam_map(protocol: Protocol) -> dict[str, Any]:
    """Say in the protocol's language where everything is found in the data sets."""
    names = adam_names(protocol)
    tables: dict[str, Any] = {"adsl": "adsl.xpt"}
    endpoints: dict[str, Any] = {}
    for endpoint in protocol.endpoints:
        code = names.parameters[endpoint.id]
        if isinstance(endpoint, TimeToEvent):
            tables["adtte"] = "adtte.xpt"
            found: dict[str, Any] = {"table": "adtte", "parameter": code}
            found |= {"description": "EVNTDESC", "time_unit": "day", "date": "ADT"}
            if endpoint.competing:
                numbered = enumerate(endpoint.competing, start=2)
                found["competing"] = {str(number): name for number, name in numbered}
            endpoints[endpoint.id] = found
        elif isinstance(endpoint, Binary):
            table = f"adrs-{endpoint.id}"
            tables[table] = {"file": "adrs.xpt", "where": f'PARAMCD == "{code}"'}
            endpoints[endpoint.id] = {"table": table, "yes": 'AVALC == "Y"', "date": "ADT"}
        elif isinstance(endpoint, AdverseEvents):
            tables["adae"] = "adae.xpt"
            endpoints[endpoint.id] = {
                "table": "adae",
                "term": "AEDECOD",
                "system_organ_class": "AEBODSYS",
                "grade": "AETOXGR",
                "serious": 'AESER == "Y"',
                "related": 'AREL == "Y"',
                "treatment_emergent": 'TRTEMFL == "Y"',
                "start": "ASTDT",
            }
        else:
            endpoints[endpoint.id] = {"column": names.values[endpoint.id]}
    arms = {each.label: each.id for each in protocol.arms}
    return {
        "tables": tables,
        "subjects": {
            "table": "adsl",
            "id": "USUBJID",
            "arm": {"column": "TRT01P", "values": arms},
            "received": "TRT01A",
            "randomized": "RANDDT",
            "treated": 'SAFFL == "Y"',
            "discontinued": "DCSREAS",
        },
        "variables": dict(names.variables),
        "endpoints": endpoints,
    }


def adam_populations(protocol: Protocol) -> dict[str, str]:
    """Give the condition of every population that has one, on ADSL."""
    return {name: f'{column} == "Y"' for name, column in adam_names(protocol).populations.items()}
