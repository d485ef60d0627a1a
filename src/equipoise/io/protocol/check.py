"""What was understood of a protocol file: each value, and whether it was given.

given      written in the file
defaulted  left out; the language's own default
derived    left out; it follows from what is written
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path as FilePath
from typing import Literal

from pydantic import BaseModel

from equipoise.errors import Problem
from equipoise.io.protocol.building import Derived
from equipoise.io.protocol.fields import Length
from equipoise.io.protocol.monitoring_schema import MonitoringSection
from equipoise.io.protocol.nodes import (
    Node,
    Path,
    Scalar,
    Sequence,
    find,
    place_of,
    spoken_parts,
)
from equipoise.io.protocol.read import Reading, as_error, examine
from equipoise.io.protocol.schema import ProtocolFile
from equipoise.io.rehearsal.conduct_schema import ConductSection
from equipoise.protocol.trial import Protocol, TimeUnit

Standing = Literal["given", "defaulted", "derived"]
NOT_UNDERSTOOD = "not understood"
_MEANING_OF_NOTHING: dict[Path, str] = {
    ("analysis", "restricted_mean_until"): "the largest time both arms allow",
    ("conduct", "gap"): "none",
    ("conduct", "data_lag"): "none",
    ("conduct", "randomization", "block"): "twice what the allocation needs",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the protocol as understood."""

    path: tuple[str, ...]
    value: str
    standing: Standing
    source: str = ""  # what it was derived from
    line: int | None = None  # where it is given

    @property
    def section(self) -> str:
        """The top-level key it belongs to."""
        return self.path[0]


@dataclass(frozen=True, slots=True)
class Understanding:
    """A protocol without problems, and the standing of every value in it."""

    protocol: Protocol
    entries: tuple[Entry, ...]
    remarks: tuple[Problem, ...] = ()  # allowed, but unusual


def understand(path: str | FilePath) -> Understanding:
    """Read a protocol file and say of each value whether it was given, defaulted or derived.

    Raises:
        ProtocolError: With every problem of the file.
    """
    reading = examine(path)
    if reading.problems or reading.protocol is None:
        raise as_error(reading.problems)
    return Understanding(reading.protocol, entries_of(reading), reading.remarks)


def entries_of(reading: Reading) -> tuple[Entry, ...]:
    """List what was understood, section by section; empty if too little could be read."""
    if reading.file is None:
        return ()
    walk = _Walk(reading.root, reading.derived, reading.file.trial.time_unit)
    return tuple(walk.file(reading.file))


def as_json(
    name: str,
    entries: tuple[Entry, ...],
    problems: tuple[Problem, ...],
    remarks: tuple[Problem, ...] = (),
) -> object:
    """Give the machine-readable form of `equipoise check --json`."""
    return {
        "file": name,
        "ok": not problems,
        "entries": [
            {
                "path": ".".join(entry.path),
                "value": entry.value,
                "standing": entry.standing,
                "source": entry.source or None,
                "line": entry.line,
            }
            for entry in entries
        ],
        "problems": [_problem(each) for each in problems],
        "remarks": [_problem(each) for each in remarks],
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line,
        "column": problem.column,
        "what": problem.what,
        "value": problem.value or None,
        "remedy": problem.remedy,
    }


class _Walk:
    """Goes through the file's sections in the order of the grammar."""

    def __init__(self, root: Node, derived: tuple[Derived, ...], unit: TimeUnit) -> None:
        self.root, self.unit = root, unit
        self.derived = {each.path: each for each in derived}

    def file(self, file: BaseModel) -> Iterator[Entry]:
        for key, value, given in _items(file):
            held = _defaults_of(key, file) if value is None else value
            yield from self.value((key,), held, given=given)
            # what has no place in the file at all: derived comparisons, estimands, ...
            for path in [path for path in self.derived if path[0] == key]:
                yield self.told(self.derived.pop(path))

    def value(self, path: Path, value: object, *, given: bool) -> Iterator[Entry]:
        if path in self.derived:
            derived = self.derived.pop(path)
            yield self.misread(path) or self.told(derived)
            return
        inner = list(_inner(value, given=given))
        for key, held, stated in inner:
            yield from self.value((*path, key), held, given=stated)
        if not inner:
            yield from self.leaf(path, value, given=given)

    def leaf(self, path: Path, value: object, *, given: bool) -> Iterator[Entry]:
        bad = self.misread(path, value) if not given or isinstance(value, list) else None
        if bad is not None:
            yield bad
        elif given:
            written = find(self.root, path)
            shown = self.shown(value)
            if isinstance(value, str) and isinstance(written, Scalar):
                shown = written.text  # also where a condition could not be read
            line = place_of(self.root, path).line
            yield Entry(spoken_parts(self.root, path), shown, "given", line=line)
        elif value not in (None, "", [], {}):
            yield Entry(spoken_parts(self.root, path), self.shown(value), "defaulted")
        elif path in _MEANING_OF_NOTHING:
            yield Entry(spoken_parts(self.root, path), _MEANING_OF_NOTHING[path], "defaulted")

    def misread(self, path: Path, value: object = None) -> Entry | None:
        """Show as written what is given but could not be taken over."""
        match find(self.root, path):
            case Scalar(text=text, value=written) if written is not None:
                pass
            case Sequence(items=items) if not isinstance(value, list) or len(items) > len(value):
                text = ", ".join(item.text for item in items if isinstance(item, Scalar))
            case _:
                return None
        line = place_of(self.root, path).line
        return Entry(spoken_parts(self.root, path), text, "given", NOT_UNDERSTOOD, line)

    def told(self, derived: Derived) -> Entry:
        shown = self.shown(derived.value)
        return Entry(spoken_parts(self.root, derived.path), shown, "derived", derived.source)

    def shown(self, value: object) -> str:
        """Write a value as the file would, lengths also in the trial's unit."""
        match value:
            case Enum():
                return str(value.value)
            case Length(unit=None) as length:
                return f"{length} {self.unit}{'' if length.amount == 1 else 's'}"
            case Length(unit=unit) as length if unit != self.unit:
                return f"{length} ({length.measured_in(self.unit):g} {self.unit}s)"
            case float():
                return f"{value:g}"
            case list() | tuple():
                return ", ".join(self.shown(each) for each in value) or "none"
            case _:
                return str(value).lower() if isinstance(value, bool) else str(value)


def _defaults_of(key: str, file: BaseModel) -> BaseModel | None:
    """Give what a design is rehearsed and monitored by where the file says nothing of it."""
    designed = isinstance(file, ProtocolFile) and file.design is not None
    if not designed or key not in {"conduct", "monitoring"}:
        return None
    section = ConductSection if key == "conduct" else MonitoringSection
    return section.model_validate({})


def _inner(value: object, *, given: bool) -> Iterator[tuple[str | int, object, bool]]:
    """Give what a section, a mapping or a list of sections holds; nothing for a leaf."""
    if isinstance(value, BaseModel):
        yield from _items(value)
    elif isinstance(value, dict):
        yield from ((key, held, given) for key, held in value.items())
    elif isinstance(value, list):
        for position, held in enumerate(value):
            if isinstance(held, BaseModel):
                yield getattr(held, "id", None) or position, held, given


def _items(model: BaseModel) -> Iterator[tuple[str, object, bool]]:
    for name, info in type(model).model_fields.items():
        yield info.alias or name, getattr(model, name), name in model.model_fields_set
