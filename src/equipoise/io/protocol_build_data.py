"""From the file's data section to the data map, filling in what goes without saying.

A table left out is the subjects' table; a variable left out is the column of its own name.
"""

from collections.abc import Mapping, Sequence

from equipoise.io import protocol_data_schema as grammar
from equipoise.io.protocol_nodes import Path
from equipoise.protocol.contradiction import Contradiction
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


class _DataBuilding:
    """The data section, with notes of what was derived and of what cannot be."""

    def __init__(self, section: grammar.DataSection) -> None:
        self.section = section
        self.defaults: list[tuple[Path, object, str]] = []
        self.contradictions: list[Contradiction] = []

    def table(self, given: str | None, path: Path) -> str:
        """Keep the table named, or take the subjects'."""
        if given is not None:
            return given
        table = self.section.subjects.table
        self.defaults.append(((*path, "table"), table, "the subjects' table"))
        return table

    def one_of(self, path: Path, keys: Mapping[str, object | None]) -> None:
        """Note where not exactly one of some keys is given."""
        given = [key for key, value in keys.items() if value]
        if len(given) != 1:
            what = f"just one of {' and '.join(f'`{key}`' for key in keys)} belongs here"
            remedy = f"delete `{given[-1]}`" if given else f"add `{next(iter(keys))}`"
            found = " and ".join(given) or "neither"
            self.contradictions.append(Contradiction(path, what, found, remedy))


def build_data(
    section: grammar.DataSection | None, variables: Sequence[Variable]
) -> tuple[DataMap, list[tuple[Path, object, str]], list[Contradiction]]:
    """Give the data map, what was derived for it (path, value, source), and contradictions."""
    if section is None:
        return DataMap(), [], []
    building = _DataBuilding(section)
    data = DataMap(
        tables=tuple(_table(name, table) for name, table in section.tables.items()),
        subjects=_subjects(section.subjects),
        variables=_variables(building, variables),
        endpoints=tuple(
            _endpoint(building, name, source) for name, source in section.endpoints.items()
        ),
    )
    return data, building.defaults, building.contradictions


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
    building: _DataBuilding, variables: Sequence[Variable]
) -> tuple[VariableSource, ...]:
    section = building.section
    sources = []
    for name, source in section.variables.items():
        if isinstance(source, str):
            sources.append(VariableSource(name, column=source))
            continue
        path: Path = ("data", "variables", name)
        building.one_of(path, {"column": source.column, "when": source.when})
        if source.values and source.column is None:
            what, remedy = "`values` relabel a column, and none is named", "add `column`"
            building.contradictions.append(Contradiction((*path, "values"), what, "", remedy))
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
            building.defaults.append((path, variable.id, "the column of the same name"))
            sources.append(VariableSource(variable.id, column=variable.id))
    return tuple(sources)


def _endpoint(building: _DataBuilding, name: str, source: grammar.EndpointSource) -> EndpointSource:
    path: Path = ("data", "endpoints", name)
    subject = source.subject
    match source:
        case grammar.FirstOfSource():
            return _first_of(building, name, source)
        case grammar.SingleTimeSource():
            building.one_of(path, {"event": source.event, "cause": source.cause})
            return SingleTime(
                endpoint=name,
                table=building.table(source.table, path),
                time=source.time,
                event=source.event,
                cause=source.cause.column if source.cause else None,
                cause_values=tuple(source.cause.values.items()) if source.cause else (),
                entry=source.entry,
                subject=subject,
            )
        case grammar.AdamTimeToEventSource():
            competing = tuple(source.competing.items())
            return AdamTimeToEvent(name, **{**source.model_dump(), "competing": competing})
        case grammar.ResponseSource():
            table = building.table(source.table, path)
            return Response(name, table, source.yes, source.no, subject)
        case grammar.MeasurementSource():
            return Measurement(name, building.table(source.table, path), source.column, subject)
        case grammar.AdverseEventsSource():
            grade = source.grade
            values = grade.values if isinstance(grade, grammar.GradeColumn) else {}
            column = grade.column if isinstance(grade, grammar.GradeColumn) else grade
            told = {**source.model_dump(), "grade": column, "grade_values": tuple(values.items())}
            return AdverseEventRecords(name, **told)


def _first_of(building: _DataBuilding, name: str, source: grammar.FirstOfSource) -> FirstOf:
    path: Path = ("data", "endpoints", name)
    happenings = []
    for position, happening in enumerate(source.first_of):
        here = (*path, "first_of", position)
        building.one_of(here, {"time": happening.time, "date": happening.date})
        table = building.table(happening.table, here)
        told = (happening.event, table, happening.time, happening.date, happening.when)
        happenings.append(EventSource(*told))
    last = source.last_contact
    here = (*path, "last_contact")
    building.one_of(here, {"time": last.time, "date": last.date})
    table = building.table(last.table, here)
    return FirstOf(name, tuple(happenings), table, last.time, last.date, source.subject)
