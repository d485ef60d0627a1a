"""From the file's data section to the data map, filling in what goes without saying.

A table left out is the subjects' table; a variable left out is the column of its own name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from equipoise.io.protocol import data_schema as grammar
from equipoise.io.protocol.building import Building
from equipoise.io.protocol.nodes import Path
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
    Subjects,
    Table,
    VariableSource,
)
from equipoise.protocol.trial import Variable


def build_data(building: Building, variables: Sequence[Variable]) -> DataMap:
    """Give the data map; an empty one while the trial has no data."""
    section = building.file.data
    if section is None:
        return DataMap()
    return DataMap(
        tables=tuple(_table(name, table) for name, table in section.tables.items()),
        subjects=_subjects(section.subjects),
        variables=_variables(building, section, variables),
        endpoints=tuple(
            _Source(building, name, section.subjects.table).of(source)
            for name, source in section.endpoints.items()
        ),
    )


def _just_one(building: Building, path: Path, keys: Mapping[str, object | None]) -> None:
    """Note where not exactly one of some keys is given."""
    given = [key for key, value in keys.items() if value]
    if len(given) != 1:
        what = f"just one of {' and '.join(f'`{key}`' for key in keys)} belongs here"
        remedy = f"delete `{given[-1]}`" if given else f"add `{next(iter(keys))}`"
        building.object_to(path, what, " and ".join(given) or "neither", remedy)


def _table(name: str, table: str | grammar.TableSource) -> Table:
    if isinstance(table, str):
        return Table(name, table)
    return Table(name, table.file, table.where, table.dataset)


def _subjects(section: grammar.SubjectsSource) -> Subjects:
    arm = section.arm
    return Subjects(
        **{
            **section.model_dump(),
            "arm": arm if isinstance(arm, str) else arm.column,
            "arm_values": () if isinstance(arm, str) else tuple(arm.values.items()),
        }
    )


def _variables(
    building: Building, section: grammar.DataSection, variables: Sequence[Variable]
) -> tuple[VariableSource, ...]:
    sources = []
    for name, source in section.variables.items():
        if isinstance(source, str):
            sources.append(VariableSource(name, column=source))
            continue
        path: Path = ("data", "variables", name)
        _just_one(building, path, {"column": source.column, "when": source.when})
        if source.values and source.column is None:
            what, remedy = "`values` relabel a column, and none is named", "add `column`"
            building.object_to((*path, "values"), what, "", remedy)
        sources.append(
            VariableSource(
                name,
                source.table,
                source.column,
                tuple(source.values.items()),
                tuple(source.when.items()),
            )
        )
    for variable in variables:
        if variable.id not in section.variables:
            path = ("data", "variables", variable.id)
            building.note(path, variable.id, "the column of the same name")
            sources.append(VariableSource(variable.id, column=variable.id))
    return tuple(sources)


class _Source:
    """How one endpoint is recorded, a table left out being the subjects'."""

    def __init__(self, building: Building, name: str, subjects: str) -> None:
        self.building, self.name, self.subjects = building, name, subjects
        self.path: Path = ("data", "endpoints", name)

    def table(self, given: str | None, path: Path) -> str:
        source = "the subjects' table"
        return self.building.given_or(given, (*path, "table"), self.subjects, source)

    def of(self, source: grammar.EndpointSource) -> EndpointSource:
        match source:
            case grammar.FirstOfSource():
                return self.first_of(source)
            case grammar.SingleTimeSource():
                return self.single_time(source)
            case grammar.AdamTimeToEventSource():
                competing = tuple(source.competing.items())
                told = {**source.model_dump(), "competing": competing}
                return AdamTimeToEvent(self.name, **told)
            case grammar.ResponseSource():
                return Response(**self.assessed(source))
            case grammar.MeasurementSource():
                return Measurement(**self.assessed(source))
            case grammar.AdverseEventsSource():
                return self.adverse_events(source)

    def assessed(
        self, source: grammar.ResponseSource | grammar.MeasurementSource
    ) -> dict[str, Any]:
        self.at_most_one({"time": source.time, "date": source.date})
        found = {
            **{name: getattr(source, name) for name in type(source).model_fields},
            "endpoint": self.name,
            "table": self.table(source.table, self.path),
        }
        if isinstance(source, grammar.ResponseSource) and source.due is not None:
            found["due"] = source.due.measured_in(self.building.file.trial.time_unit)
        return found

    def at_most_one(self, keys: Mapping[str, object | None]) -> None:
        if all(keys.values()):
            _just_one(self.building, self.path, keys)

    def first_of(self, source: grammar.FirstOfSource) -> FirstOf:
        happenings = []
        for position, each in enumerate(source.first_of):
            here = (*self.path, "first_of", position)
            _just_one(self.building, here, {"time": each.time, "date": each.date})
            table = self.table(each.table, here)
            happenings.append(
                EventSource(each.event, table, each.time, each.date, each.when, each.recorded)
            )
        last, here = source.last_contact, (*self.path, "last_contact")
        _just_one(self.building, here, {"time": last.time, "date": last.date})
        table = self.table(last.table, here)
        return FirstOf(self.name, tuple(happenings), table, last.time, last.date, source.subject)

    def single_time(self, source: grammar.SingleTimeSource) -> SingleTime:
        _just_one(self.building, self.path, {"event": source.event, "cause": source.cause})
        return SingleTime(
            endpoint=self.name,
            table=self.table(source.table, self.path),
            time=source.time,
            event=source.event,
            cause=source.cause.column if source.cause else None,
            cause_values=tuple(source.cause.values.items()) if source.cause else (),
            entry=source.entry,
            subject=source.subject,
            date=source.date,
            recorded=source.recorded,
        )

    def adverse_events(self, source: grammar.AdverseEventsSource) -> AdverseEventRecords:
        self.at_most_one({"start": source.start, "start_time": source.start_time})
        grade = source.grade
        column: object = grade
        values: dict[str, int] = {}
        if isinstance(grade, grammar.GradeColumn):
            column, values = grade.column, grade.values
        codes = tuple(values.items())
        told = {**source.model_dump(), "grade": column, "grade_values": codes}
        return AdverseEventRecords(self.name, **told)
