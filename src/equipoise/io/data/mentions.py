"""Every column, condition and recorded value that a protocol's data section speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.protocol.data_map import (
    AdamTimeToEvent,
    AdverseEventRecords,
    EndpointSource,
    FirstOf,
    Measurement,
    Response,
    SingleTime,
    VariableSource,
)
from equipoise.protocol.expression import columns_of, parse_condition
from equipoise.protocol.trial import Protocol


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the protocol that speaks of a table's column, or of a condition on it."""

    path: str  # as the protocol writes it, e.g. data.endpoints.os.event
    table: str
    column: str | None = None
    condition: str | None = None
    values: tuple[str, ...] = ()  # as recorded, each of which should occur in `column`
    decides: bool = True  # whether results are wrong if the condition never holds

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns."""
        if self.condition is not None:
            return columns_of(parse_condition(self.condition))
        return () if self.column is None else (self.column,)


def mentions(protocol: Protocol) -> Iterator[Mention]:
    """List what the protocol expects to find in its tables."""
    subjects = protocol.data.subjects
    if subjects is None:
        return
    own = subjects.table
    yield from _subjects(protocol)
    for population in protocol.populations:
        if population.where is not None and population.where != subjects.treated:
            path = f"populations.{population.id}.where"
            yield Mention(path, own, condition=population.where)
    sources = {source.variable: source for source in protocol.data.variables}
    for variable in protocol.variables:
        source = sources.get(variable.id, VariableSource(variable.id, column=variable.id))
        yield from _variable(source, own, subjects.id)
    for each in protocol.data.endpoints:
        for mention in _endpoint(each, subjects.id):
            if mention.column is not None or mention.condition is not None:
                yield mention


def _subjects(protocol: Protocol) -> Iterator[Mention]:
    subjects, path = protocol.data.subjects, "data.subjects"
    if subjects is None:
        return
    table = subjects.table
    arms = tuple(value for value, _ in subjects.arm_values)
    yield Mention(f"{path}.id", table, subjects.id)
    yield Mention(f"{path}.arm", table, subjects.arm, values=arms)
    for key in ("received", "randomized", "treated_from", "treated_until", "discontinued"):
        column = getattr(subjects, key)
        if column is not None:
            yield Mention(f"{path}.{key}", table, column)
    for key in ("screened", "treated", "completed"):
        condition = getattr(subjects, key)
        if condition is not None:
            yield Mention(f"{path}.{key}", table, condition=condition)


def _variable(source: VariableSource, own: str, identifier: str) -> Iterator[Mention]:
    path, table = f"data.variables.{source.variable}", source.table or own
    if table != own:
        yield Mention(f"{path}.table", table, identifier)
    for level, condition in source.when:
        yield Mention(f"{path}.when.{level}", table, condition=condition)
    if not source.when:
        values = tuple(value for value, _ in source.values)
        yield Mention(path, table, source.column or source.variable, values=values)


def _endpoint(source: EndpointSource, identifier: str) -> Iterator[Mention]:
    path = f"data.endpoints.{source.endpoint}"
    subject = source.subject or identifier
    if isinstance(source, FirstOf):
        for each in source.happenings:
            here = f"{path}.first_of {each.event!r}"
            yield Mention(here, each.table, subject)
            yield Mention(here, each.table, each.time or each.date)
            yield Mention(here, each.table, condition=each.when)
            yield Mention(here, each.table, each.recorded)
        table = source.last_contact_table
        column = source.last_contact_time or source.last_contact_date
        yield Mention(f"{path}.last_contact", table, subject)
        yield Mention(f"{path}.last_contact", table, column)
        return
    yield Mention(path, source.table, subject)
    yield from _columns(source, path)


def _columns(source: EndpointSource, path: str) -> Iterator[Mention]:
    """List what is read from the one table of an endpoint."""
    match source:
        case SingleTime():
            values = tuple(value for value, _ in source.cause_values)
            yield Mention(f"{path}.time", source.table, source.time)
            yield Mention(f"{path}.entry", source.table, source.entry)
            yield Mention(f"{path}.event", source.table, condition=source.event)
            yield Mention(f"{path}.cause", source.table, source.cause, values=values)
            yield from _of(source, path, "date", "recorded")
        case AdamTimeToEvent():
            keys = ("parameter_column", "time", "censor", "description", "date", "recorded")
            yield from _of(source, path, *keys)
        case Response():
            yield Mention(f"{path}.yes", source.table, condition=source.yes)
            yield Mention(f"{path}.no", source.table, condition=source.no)
            yield from _of(source, path, "time", "date", "recorded")
        case Measurement():
            yield from _of(source, path, "column", "time", "date", "recorded")
        case AdverseEventRecords():
            keys = ("term", "system_organ_class", "grade", "start", "start_time", "recorded")
            yield from _of(source, path, *keys)
            for key in ("serious", "related", "fatal"):
                condition = getattr(source, key)
                yield Mention(f"{path}.{key}", source.table, condition=condition, decides=False)
            emergent = source.treatment_emergent
            yield Mention(f"{path}.treatment_emergent", source.table, condition=emergent)


def _of(
    source: SingleTime | AdamTimeToEvent | Response | Measurement | AdverseEventRecords,
    path: str,
    *keys: str,
) -> Iterator[Mention]:
    """List columns named under keys of the same name as the fields."""
    for key in keys:
        yield Mention(f"{path}.{key}", source.table, getattr(source, key))
