"""Whether the data section records what was promised: every name, level, arm and kind.

Events are matched by name: what an endpoint counts must be recorded somewhere, and what is
recorded must have a role in it.  Nothing is opened here; files are `io`'s.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from equipoise.protocol.contradiction import Contradiction, closest, repeated, unknown
from equipoise.protocol.data_map import (
    AdamTimeToEvent,
    AdverseEventRecords,
    DataMap,
    EndpointSource,
    EventSource,
    FirstOf,
    Measurement,
    Response,
    SingleTime,
    VariableSource,
)
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.trial import Protocol

CENSORED = "censored"
KIND_RECORDED: dict[type[EndpointSource], type[Endpoint]] = {
    FirstOf: TimeToEvent,
    SingleTime: TimeToEvent,
    AdamTimeToEvent: TimeToEvent,
    Response: Binary,
    Measurement: Continuous,
    AdverseEventRecords: AdverseEvents,
}
KEYS_OF: dict[type[Endpoint], str] = {
    TimeToEvent: "`first_of`, or `time` with `event` or `cause`, or `parameter`",
    Binary: "`yes`",
    Continuous: "`column`",
    AdverseEvents: "`term`",
}
WORST_GRADE = 5


def data_contradictions(protocol: Protocol) -> Iterator[Contradiction]:
    """Find where the data section and the rest of the protocol disagree."""
    data = protocol.data
    if data.subjects is None:
        return
    yield from _tables(data)
    yield from _subjects(protocol)
    for variable in data.variables:
        yield from _variable(protocol, variable)
    endpoints = {endpoint.id: endpoint for endpoint in protocol.endpoints}
    recorded = {source.endpoint for source in data.endpoints}
    for endpoint in protocol.endpoints:
        if endpoint.id not in recorded:
            what = "the data section does not say how an endpoint is recorded"
            remedy = f"add `{endpoint.id}` with {KEYS_OF[type(endpoint)]}"
            yield Contradiction(("data", "endpoints"), what, repr(endpoint.id), remedy)
    for source in data.endpoints:
        path = ("data", "endpoints", source.endpoint)
        yield from unknown(path, "endpoint", [source.endpoint], endpoints)
        if source.endpoint in endpoints:
            yield from _source(data, source, endpoints[source.endpoint])


def _tables(data: DataMap) -> Iterator[Contradiction]:
    for table in data.tables:
        path, file = ("data", "tables", table.id), table.file
        parts = PurePosixPath(file.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in file[:3]:
            what = "a file is named inside the data folder"
            yield Contradiction(path, what, repr(file), f"write {parts.name!r}, and use --data")
        subjects_known = data.subjects and data.subjects.table in {each.id for each in data.tables}
        if subjects_known and table.id not in _tables_used(data):
            remedy = "delete it, or use it below"
            yield Contradiction(path, "a table that nothing is read from", repr(table.id), remedy)


def _tables_used(data: DataMap) -> set[str]:
    used = {data.subjects.table} if data.subjects else set()
    used |= {variable.table for variable in data.variables if variable.table}
    for source in data.endpoints:
        used |= set(tables_of(source))
    return used


def tables_of(source: EndpointSource) -> tuple[str, ...]:
    """Name the tables an endpoint is read from."""
    if isinstance(source, FirstOf):
        return (source.last_contact_table, *(each.table for each in source.happenings))
    return (source.table,)


def _subjects(protocol: Protocol) -> Iterator[Contradiction]:
    subjects, path = protocol.data.subjects, ("data", "subjects")
    if subjects is None:
        return
    known = [table.id for table in protocol.data.tables]
    arms = [arm.id for arm in protocol.arms]
    yield from unknown((*path, "table"), "table", [subjects.table], known)
    if subjects.arm_values:
        yield from _coded(
            (*path, "arm", "values"), "arm", subjects.arm_values, known=arms, needed=arms
        )


def _coded(
    path: tuple[str, ...],
    kind: str,
    values: tuple[tuple[str, str], ...],
    *,
    known: Collection[str],
    needed: Collection[str],
) -> Iterator[Contradiction]:
    """Find recorded values that stand for nothing, and things that no value stands for."""
    for value, meaning in values:
        yield from unknown((*path, value), kind, [meaning], known)
    meant = {meaning for _, meaning in values}
    for name in needed if meant <= set(known) else ():  # else one is the other misspelled
        if name not in meant:
            what, remedy = f"no recorded value stands for this {kind}", "add the value"
            yield Contradiction(path, what, repr(name), remedy)


def _variable(protocol: Protocol, source: VariableSource) -> Iterator[Contradiction]:
    path = ("data", "variables", source.variable)
    variables = {variable.id: variable for variable in protocol.variables}
    known = [table.id for table in protocol.data.tables]
    yield from unknown(path, "variable", [source.variable], variables)
    yield from unknown((*path, "table"), "table", [source.table or ""], known)
    variable = variables.get(source.variable)
    if variable is None:
        return
    coded = (("values", source.values), ("when", tuple((b, a) for a, b in source.when)))
    for key, pairs in coded:
        if pairs and variable.kind == "continuous":
            what = "a continuous variable has no levels to give"
            remedy = "name the column only, or write `type: categorical`"
            yield Contradiction((*path, key), what, f"`{key}`", remedy)
        elif key == "when":
            levels = [level for level, _ in source.when]
            yield from unknown((*path, key), "level", levels, variable.levels)
        elif pairs:
            yield from _coded(
                (*path, key), "level", pairs, known=variable.levels, needed=variable.levels
            )
    told = {name for name, _ in source.when}
    if told and told <= set(variable.levels):
        for level in variable.levels:
            if level not in told:
                what, remedy = "a level has no condition", "add it under `when`"
                yield Contradiction((*path, "when"), what, repr(level), remedy)


def _source(data: DataMap, source: EndpointSource, endpoint: Endpoint) -> Iterator[Contradiction]:
    path = ("data", "endpoints", source.endpoint)
    if KIND_RECORDED[type(source)] is not type(endpoint):
        what = "an endpoint of this kind is not recorded so"
        yield Contradiction(path, what, repr(source.endpoint), f"give {KEYS_OF[type(endpoint)]}")
        return
    if getattr(source, "date", None) or getattr(source, "start", None):
        yield from _dated_from(data, path)
    known = [table.id for table in data.tables]
    subjects = data.subjects.table if data.subjects else ""  # told above, if unknown
    tables = [name for name in dict.fromkeys(tables_of(source)) if name != subjects]
    yield from unknown(path, "table", tables, known)
    if isinstance(endpoint, TimeToEvent):
        match source:
            case FirstOf():
                yield from _first_of(data, source, endpoint)
            case SingleTime():
                yield from _single_time(source, endpoint)
            case AdamTimeToEvent():
                yield from _adam(source, endpoint)
    elif isinstance(source, AdverseEventRecords):
        for value, grade in source.grade_values:
            if not 1 <= grade <= WORST_GRADE:
                what, here = "grades run from 1 to 5", (*path, "grade", "values", value)
                yield Contradiction(here, what, f"{grade}", "write 1 mild, 2 moderate, 3 severe")


def _first_of(data: DataMap, source: FirstOf, endpoint: TimeToEvent) -> Iterator[Contradiction]:
    path = ("data", "endpoints", source.endpoint)
    roles = (*endpoint.events, *endpoint.competing, *endpoint.censoring)
    for position, happening in enumerate(source.happenings):
        here = (*path, "first_of", position, "event")
        yield from _misnamed(here, endpoint, happening.event, roles)
    recorded = [happening.event for happening in source.happenings]
    for name in dict.fromkeys(roles if set(recorded) <= set(roles) else ()):
        if name not in recorded:
            what, remedy = f"nothing says where an event of {endpoint.id!r} is recorded", "add it"
            yield Contradiction((*path, "first_of"), what, repr(name), remedy)
    dated = any(_is_dated(happening) for happening in source.happenings)
    if dated or source.last_contact_date:
        yield from _dated_from(data, path)


def _dated_from(data: DataMap, path: tuple[str, ...]) -> Iterator[Contradiction]:
    """Find dates where none tells when patients were randomized."""
    if not (data.subjects and data.subjects.randomized):
        what = "a date becomes a time only from the date of randomization"
        yield Contradiction(path, what, "", "add `randomized` to `subjects`, with its column")


def _misnamed(
    path: tuple[str | int, ...], endpoint: TimeToEvent, name: str, known: Collection[str]
) -> Iterator[Contradiction]:
    """Find an event the endpoint does not name; which of two spellings is meant, nobody knows."""
    for found in unknown(path, f"event of {endpoint.id!r}", [name], known):
        meant = closest(name, known)
        if meant in (None, CENSORED):
            yield found
            continue
        role = next(
            key for key in ("events", "competing", "censoring") if meant in getattr(endpoint, key)
        )
        remedy = f"write {meant!r} here, or {name!r} in endpoints.{endpoint.id}.{role}"
        yield replace(found, remedy=remedy)


def _is_dated(happening: EventSource) -> bool:
    return happening.date is not None


def _single_time(source: SingleTime, endpoint: TimeToEvent) -> Iterator[Contradiction]:
    path = ("data", "endpoints", source.endpoint)
    if source.cause is None:
        for name in (*endpoint.competing, *endpoint.censoring):
            what = "one condition cannot tell several happenings apart"
            remedy = "give `cause` with a value for each, instead of `event`"
            yield Contradiction((*path, "event"), what, repr(name), remedy)
        return
    roles = (*endpoint.events, *endpoint.competing, *endpoint.censoring)
    here = (*path, "cause", "values")
    kind = f"event of {endpoint.id!r}"
    known = (*roles, CENSORED)
    for value, name in source.cause_values:
        yield from _misnamed((*here, value), endpoint, name, known)
    told = tuple(pair for pair in source.cause_values if pair[1] in known)
    if len(told) == len(source.cause_values):
        yield from _coded(here, kind, told, known=known, needed=dict.fromkeys(roles))


def _adam(source: AdamTimeToEvent, endpoint: TimeToEvent) -> Iterator[Contradiction]:
    path = ("data", "endpoints", source.endpoint, "competing")
    kind = f"competing event of {endpoint.id!r}"
    yield from _coded(
        path, kind, source.competing, known=endpoint.competing, needed=endpoint.competing
    )
    codes = [code for code, _ in source.competing]
    yield from repeated(path, "code", codes)
    if "0" in codes:
        what, remedy = "code 0 is the event itself", "name the code of the competing event"
        yield Contradiction((*path, "0"), what, "0", remedy)
