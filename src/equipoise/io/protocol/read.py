"""From a protocol file to the protocol: parse, check the grammar, derive, check coherence.

Every problem of the file is told at once.  Where the grammar is broken in a way that leaves
the rest readable (an unknown key, a wrong word where a default exists), what is left is still
checked for contradictions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from equipoise.errors import Problem, ProtocolError
from equipoise.io.protocol.build import build_protocol
from equipoise.io.protocol.building import Derived
from equipoise.io.protocol.nodes import Node, find, plain
from equipoise.io.protocol.problems import (
    contradiction_problem,
    grammar_problems,
    known_keys,
    null_problems,
    path_of,
    unknown_key_problems,
)
from equipoise.io.protocol.schema import ProtocolFile
from equipoise.io.protocol.yaml import MOST, load, parse, protocol_file
from equipoise.io.rehearsal.course_files import read_courses
from equipoise.protocol.coherence import contradictions
from equipoise.protocol.contradiction import Contradiction, closest
from equipoise.protocol.remarks import remarks
from equipoise.protocol.trial import Protocol

_LEFT_OUT = frozenset(
    {
        *("literal_error", "enum", "string_type", "float_type", "finite_number"),
        *("int_type", "string_too_short", "length", "iso_date"),
    }
)  # errors after which the value can be left out and the rest be read
_STAND_IN = "unreadable is missing"  # for a condition, so that its key still stands


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a file found; `protocol` is None if too little could be read."""

    name: str
    root: Node
    file: ProtocolFile | None
    protocol: Protocol | None
    derived: tuple[Derived, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()  # allowed, but unusual


def read_protocol(path: str | Path) -> Protocol:
    """Read a protocol file.

    Raises:
        ProtocolError: With every problem of the file, each at its line and column.
    """
    reading = examine(path)
    if reading.problems or reading.protocol is None:
        raise as_error(reading.problems)
    return reading.protocol


def as_error(problems: tuple[Problem, ...]) -> ProtocolError:
    """Raise-able form of some problems, a line each."""
    return ProtocolError("\n".join(map(str, problems)), problems)


def examine(path: str | Path) -> Reading:
    """Read a protocol file as far as it can be, and list its problems.

    Raises:
        ProtocolError: The file is not readable YAML, so that nothing more can be said.
    """
    file = protocol_file(Path(path))
    return examine_text(load(file), str(file), folder=file.parent)


def examine_text(text: str, name: str, *, folder: Path | None = None) -> Reading:
    """Read a protocol from its text; `name` stands for the file in problems.

    Courses that scenarios name as files are read from `folder`; without one they stay unread.

    Raises:
        ProtocolError: The text is not readable YAML, so that nothing more can be said.
    """
    root, problems = parse(text, name)
    problems += null_problems(root, name)
    value = plain(root)
    misread: set[int] = set()
    file, error = _validated(value)
    if error is not None:
        problems += islice(unknown_key_problems(error, root, name, ProtocolFile), MOST)
        file, error = _validated(_respelled(value, error))
    if error is not None:
        problems += islice(grammar_problems(error, root, name), MOST)
        misread = _around(error, root)
        file, _ = _validated(_without(value, error))
    if file is None:
        return Reading(name, root, None, None, (), _in_order(problems))
    courses = read_courses(file, folder)
    protocol, derived, disagreements = build_protocol(file, courses.built)
    problems += courses.problems(protocol)
    disagreements = (*disagreements, *courses.absent)
    found = _own((*disagreements, *contradictions(protocol)), derived)
    found = tuple(each for each in found if not _consequence(each, root, misread))
    looks = any(each.path[:2] == ("design", "looks") for each in found)
    found = tuple(each for each in found if not (looks and each.lacking))
    problems += [contradiction_problem(each, root, name) for each in found]
    unusual = [contradiction_problem(each, root, name) for each in remarks(protocol)]
    told = _in_order(problems), _in_order(unusual)
    return Reading(name, root, file, protocol, derived, *told)


def _validated(value: object) -> tuple[ProtocolFile | None, ValidationError | None]:
    try:
        return ProtocolFile.model_validate(value), None
    except ValidationError as error:
        return None, error


def _respelled(value: object, error: ValidationError) -> object:
    """Put what stands under a misspelled key where it was meant to stand, or leave it out."""
    for detail in error.errors(include_url=False, include_input=False):
        if detail["type"] == "extra_forbidden":
            *path, key = path_of(detail)
            parent = _held(value, path)
            meant = closest(str(key), known_keys(detail["loc"][:-1], ProtocolFile))
            held = parent.pop(key)
            if meant is not None and held is not None:
                parent.setdefault(meant, held)
    return value


def _held(value: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - as the file holds it
    for key in path:
        value = value[key]
    return value


def _without(value: object, error: ValidationError) -> object:
    """Leave out what the grammar rejects, where the rest can be read without it."""
    for detail in reversed(error.errors(include_url=False, include_input=False)):
        path = path_of(detail)
        if not path:
            continue
        parent = _held(value, path[:-1])
        if detail["type"] == "condition":
            parent[path[-1]] = _STAND_IN
        elif detail["type"] == "length" and isinstance(parent, list):
            del parent[int(path[-1])]
        elif detail["type"] in _LEFT_OUT and isinstance(parent, dict):
            parent.pop(path[-1], None)
    return value


def _around(error: ValidationError, root: Node) -> set[int]:
    """Give the nodes in which something was left out, by identity."""
    details = error.errors(include_url=False, include_input=False)
    paths = [path_of(detail) for detail in details]
    around = (find(root, path[:length]) for path in paths for length in range(1, len(path)))
    return {id(node) for node in around if node is not None}


def _consequence(found: Contradiction, root: Node, misread: set[int]) -> bool:
    """Tell whether a rule of the design only lacks what was left out as misread."""
    if found.lacking and any(id(find(root, (key,))) in misread for key in ("design", "planning")):
        return True
    of_design = found.path[0] in {"design", "planning"} or "effect" in found.path
    return of_design and id(find(root, found.path)) in misread


def _own(
    found: tuple[Contradiction, ...], derived: tuple[Derived, ...]
) -> tuple[Contradiction, ...]:
    """Keep what is wrong in the file itself: what is derived from it only repeats it."""
    paths = {each.path for each in derived}
    own = [
        each
        for each in found
        if not any(each.path[:length] in paths for length in range(1, len(each.path) + 1))
    ]
    return tuple(own) or found


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Order problems as the file is read, each told once, no more than can be read."""
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda each: (each.line, each.column)))[:MOST]
