"""From a protocol and its data to the snapshot that the analysis accepts.

Everything is read and checked before anything is refused, so that all problems are told at
once.  Nothing is dropped silently: whoever or whatever is left out is in the disposition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analyze.exclusions import out_of_populations, recorded
from equipoise.analyze.snapshot import (
    AdverseEventLog,
    Answers,
    Categories,
    Exclusion,
    Followup,
    Measurements,
    Snapshot,
    Subjects,
)
from equipoise.errors import DataError
from equipoise.io.data.adam_time_to_event import adam_time_to_event
from equipoise.io.data.adverse_event_log import read_adverse_events
from equipoise.io.data.check import check_roster, check_rows, check_strata
from equipoise.io.data.columns import TableData, days_of, ordinals
from equipoise.io.data.date_checks import check_treatment
from equipoise.io.data.disposition import read_disposition, records_left_out, without_data
from equipoise.io.data.endpoint_rows import EndpointRows
from equipoise.io.data.findings import FindingLog
from equipoise.io.data.followup import first_of, single_time
from equipoise.io.data.horizon_check import check_horizons
from equipoise.io.data.responses import read_answers, read_measurements
from equipoise.io.data.roster import Roster
from equipoise.io.data.stratum_exclusions import tell_without_stratum
from equipoise.io.data.subjects import read_roster, without_rows
from equipoise.io.data.survey import survey
from equipoise.io.data.tables import read_tables
from equipoise.io.data.variables import read_populations, read_variables
from equipoise.kernel.arrays import Flags, Vector, flags
from equipoise.protocol.coherence_data import tables_of
from equipoise.protocol.data_map import (
    AdamTimeToEvent,
    AdverseEventRecords,
    EndpointSource,
    FirstOf,
    Measurement,
    Response,
    SingleTime,
)
from equipoise.protocol.endpoints import Binary, TimeToEvent
from equipoise.protocol.remarks import remarks
from equipoise.protocol.trial import Protocol

UNREADABLE = "unreadable-subjects"


@dataclass(slots=True)
class Assembled:
    """What has been read so far, by endpoint."""

    followups: dict[str, Followup] = field(default_factory=dict)
    answers: dict[str, Answers] = field(default_factory=dict)
    measurements: dict[str, Measurements] = field(default_factory=dict)
    adverse_events: dict[str, AdverseEventLog] = field(default_factory=dict)
    exclusions: list[Exclusion] = field(default_factory=list)
    recorded: dict[str, Flags] = field(default_factory=dict)  # who is analyzed, by endpoint id


def read_snapshot(protocol: Protocol, data: Path | str | Mapping[str, Any]) -> Snapshot:
    """Read and check a trial's data, from a folder or from data frames by table id.

    Raises:
        DataError: the protocol does not tell of any data.
        DataCheckError: with every problem found, each with its table and rows.
    """
    if not protocol.data.tables:
        raise DataError(
            "The protocol does not say how its data are kept, so that none can be read: "
            "add `data` to it, or leave the data out."
        )
    folder_or_frames = Path(data) if isinstance(data, str) else data
    log = FindingLog()
    identifiers = patient_columns(protocol)
    tables, sources = read_tables(protocol.data.tables, folder_or_frames, identifiers, log)
    for each in remarks(protocol):
        message = (
            f"{'.'.join(map(str, each.path))}: {each.what}, found {each.value}; {each.remedy}."
        )
        log.add("note", "unusual-protocol", message)
    survey(protocol, tables, log)
    roster = checked_roster(protocol, tables, log)
    check_roster(roster, log)
    variables = read_variables(protocol, tables, roster, log)
    check_strata(protocol, variables, roster.assigned, log)
    populations = read_populations(protocol, roster, log)
    subjects = subjects_of(protocol, roster, variables, populations, log)
    check_treatment(subjects, roster.table, log)
    found = Assembled(exclusions=out_of_populations(protocol, subjects))
    for source in protocol.data.endpoints:
        log.about = protocol.endpoint(source.endpoint).label
        with log.keeping("unreadable-endpoint", source_table(source)):
            read_endpoint(source, protocol, tables, roster, found, log)
    found.exclusions += tell_without_stratum(protocol, subjects, found.recorded, roster.table, log)
    check_horizons(protocol, found.followups, log)
    disposition = read_disposition(protocol, roster, populations, tuple(found.exclusions), log)
    return Snapshot(
        protocol=protocol,
        subjects=subjects,
        followups=found.followups,
        answers=found.answers,
        measurements=found.measurements,
        adverse_events=found.adverse_events,
        disposition=disposition,
        findings=log.close(),
        sources=sources,
    )


def checked_roster(protocol: Protocol, tables: dict[str, TableData], log: FindingLog) -> Roster:
    """Read the patients; without a sound list of them nothing else can be checked."""
    found: list[Roster] = []
    with log.keeping("unreadable-subjects", subjects_table(protocol)):
        found.append(read_roster(protocol, tables, log))
    if not found or not found[0].size:
        log.close()
    return found[0]


def patient_columns(protocol: Protocol) -> dict[str, str]:
    """Name the column that holds the patient in each table."""
    subjects = protocol.data.subjects
    if subjects is None:
        return {}
    found = {table.id: subjects.id for table in protocol.data.tables}
    for source in protocol.data.endpoints:
        named = source.subject or subjects.id
        found |= dict.fromkeys(set(tables_of(source)) - {subjects.table}, named)
    return found


def subjects_table(protocol: Protocol) -> str | None:
    """Name the subjects' table, if the protocol has one."""
    return None if protocol.data.subjects is None else protocol.data.subjects.table


def source_table(source: EndpointSource) -> str:
    """Name the table an endpoint's problems are about."""
    return source.last_contact_table if isinstance(source, FirstOf) else source.table


def subjects_of(
    protocol: Protocol,
    roster: Roster,
    variables: Mapping[str, Vector | Categories],
    populations: Mapping[str, Flags],
    log: FindingLog,
) -> Subjects:
    """Freeze what is known of the patients."""
    source, own = protocol.data.subjects, roster.table
    columns = (None, None) if source is None else (source.treated_from, source.treated_until)
    since, until = (
        None if each is None else log.attempt(UNREADABLE, own.id, partial(days_of, own, each))
        for each in columns
    )
    on = roster.randomized_on
    return Subjects(
        id=tuple(roster.ids.to_list()),
        assigned=roster.assigned,
        received=roster.received,
        variables=variables,
        populations=populations,
        randomized=None if on is None else ordinals(on),
        treated_from=since,
        treated_until=until,
    )


def read_endpoint(
    source: EndpointSource,
    protocol: Protocol,
    tables: Mapping[str, TableData],
    roster: Roster,
    found: Assembled,
    log: FindingLog,
) -> None:
    """Read one endpoint in its own way, and put it where it belongs."""
    name, endpoint = source.endpoint, protocol.endpoint(source.endpoint)
    unit = protocol.trial.time_unit
    if isinstance(source, AdverseEventRecords):
        found.adverse_events[name] = read_adverse_events(source, tables, roster, unit, log)
        found.exclusions += records_left_out(endpoint, found.adverse_events[name])
        return
    refuse_empty(tables[source_table(source)], protocol)
    read: Followup | Answers | Measurements
    if isinstance(source, Response):
        read = found.answers[name] = read_answers(source, tables, roster, unit, log)
    elif isinstance(source, Measurement):
        read = found.measurements[name] = read_measurements(source, tables, roster, unit, log)
    else:
        read = found.followups[name] = read_followup(source, protocol, tables, roster, log)
    found.exclusions += without_data(endpoint, read, protocol, roster, log)
    counted = isinstance(endpoint, Binary) and endpoint.missing != "excluded"
    found.recorded[name] = flags(np.ones(roster.size)) if counted else recorded(read, roster.size)


def refuse_empty(table: TableData, protocol: Protocol) -> None:
    """Refuse a table without rows where every patient should have one."""
    if not table.frame.height:
        raise DataError(without_rows(table, protocol))


def read_followup(
    source: FirstOf | SingleTime | AdamTimeToEvent,
    protocol: Protocol,
    tables: Mapping[str, TableData],
    roster: Roster,
    log: FindingLog,
) -> Followup:
    """Read, check and freeze the follow-up of one endpoint, in the order of the patients."""
    endpoint = protocol.endpoint(source.endpoint)
    if not isinstance(endpoint, TimeToEvent):
        raise DataError(f"{endpoint.id} is not a time-to-event endpoint, but is recorded as one.")
    unit = protocol.trial.time_unit
    if isinstance(source, SingleTime):
        rows = single_time(endpoint, source, tables, roster, log)
    elif isinstance(source, FirstOf):
        rows = first_of(endpoint, source, tables, roster, unit, log)
    else:
        rows = adam_time_to_event(endpoint, source, tables, roster, unit, log)
    rows = in_order(rows)
    check_rows(rows, source, protocol, roster, log)
    happening = Categories(rows.levels, rows.happening)
    return Followup(
        endpoint.id,
        rows.subject,
        rows.time,
        rows.outcome,
        rows.entry,
        happening,
        rows.recorded,
        rows.on,
    )


def in_order(rows: EndpointRows) -> EndpointRows:
    """Keep the rows that belong to a patient, sorted by patient and entry."""
    kept = np.flatnonzero(rows.subject >= 0)
    subject = rows.subject[kept]
    if rows.entry is None and (np.diff(subject) > 0).all():
        return rows.at(kept)
    by_entry = rows.time if rows.entry is None else rows.entry
    return rows.at(kept[np.lexsort((by_entry[kept], subject))])
