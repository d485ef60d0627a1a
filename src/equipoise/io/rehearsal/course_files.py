"""Multi-state courses that a protocol names as files, read from beside it.

Their problems are told at their own file, line and column.
"""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from equipoise.errors import Problem, ProtocolError
from equipoise.io.protocol.building import Building
from equipoise.io.protocol.nodes import Node, plain
from equipoise.io.protocol.problems import (
    contradiction_problem,
    grammar_problems,
    null_problems,
    unknown_key_problems,
)
from equipoise.io.protocol.schema import ProtocolFile
from equipoise.io.protocol.yaml import MOST, load, parse
from equipoise.io.rehearsal.build_course import build_course
from equipoise.io.rehearsal.course_schema import CourseFile
from equipoise.protocol.coherence_rehearsal_course import course_contradictions
from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.course import AdverseEventRate, Course
from equipoise.protocol.trial import Protocol


@dataclass(slots=True)
class ReadCourses:
    """What became of the files of courses."""

    built: dict[str, tuple[Course, tuple[AdverseEventRate, ...]]] = field(default_factory=dict)
    roots: dict[str, tuple[str, Node]] = field(default_factory=dict)  # as named: file, what it says
    found: list[Problem] = field(default_factory=list)
    absent: list[Contradiction] = field(default_factory=list)  # told at the protocol's line

    def problems(self, protocol: Protocol) -> list[Problem]:
        """Tell what is wrong in these files, also against the protocol."""
        told = list(self.found)
        for named, (course, adverse) in self.built.items():
            file, root = self.roots[named]
            wrong = course_contradictions(protocol, course, (), adverse)
            told += [contradiction_problem(each, root, file) for each in wrong]
        return told


def read_courses(file: ProtocolFile, folder: Path | None) -> ReadCourses:
    """Read every file that a scenario names as its course; none without a folder."""
    courses = ReadCourses()
    if folder is None:
        return courses
    for name, scenario in file.scenarios.items():
        named = scenario.course
        if not isinstance(named, str) or named in courses.roots:
            continue
        path = folder / named
        if not path.is_file():
            what, remedy = "there is no such file beside the protocol", "name the course's file"
            here = ("scenarios", name, "course")
            courses.absent.append(Contradiction(here, what, repr(named), remedy))
            continue
        try:
            _read(courses, file, named, path)
        except ProtocolError as error:
            courses.found += error.problems
    return courses


def _read(courses: ReadCourses, file: ProtocolFile, named: str, path: Path) -> None:
    shown = str(path)
    root, problems = parse(load(path), shown)
    courses.roots[named] = (shown, root)
    problems += null_problems(root, shown)
    try:
        section = CourseFile.model_validate(plain(root))
    except ValidationError as error:
        problems += islice(unknown_key_problems(error, root, shown, CourseFile), MOST)
        problems += islice(grammar_problems(error, root, shown), MOST)
        courses.found += problems
        return
    building = Building(file)
    built = build_course(building, (), section)
    problems += [contradiction_problem(each, root, shown) for each in building.contradictions]
    courses.found += problems
    if not problems:
        courses.built[named] = built
