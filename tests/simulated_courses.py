"""Courses for the tests of simulation: those of AALL1331 as their files have them, and small."""

from functools import cache
from pathlib import Path

import numpy as np

from equipoise.design.survival.world import constant_rate
from equipoise.io.protocol.building import Building
from equipoise.io.protocol.nodes import plain
from equipoise.io.protocol.schema import ProtocolFile
from equipoise.io.protocol.yaml import load, parse
from equipoise.io.rehearsal.build_course import build_course
from equipoise.io.rehearsal.course_schema import CourseFile
from equipoise.protocol.course import (
    AdverseEventRate,
    Course,
    CourseState,
    ReadAnswer,
    Reading,
    ReadTime,
    Transition,
)
from equipoise.simulate.arrays import Patients
from equipoise.simulate.worlds.world import Cell, CourseTruth, Enrollment, World

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
ARMS = ("chemotherapy", "blinatumomab")
COMMON, FRONT_LOADED = "aall1331-course.yaml", "aall1331-course-front-loaded.yaml"
LANDMARK = ReadAnswer("mrd_2", 0.19165 * 12, ("negative", "transplanted"))


@cache
def published_course(name: str) -> tuple[Course, tuple[AdverseEventRate, ...]]:
    """Read a course of AALL1331, in months, beside its protocol."""
    protocol, _ = parse(load(EXAMPLE / "protocol.yaml"), "protocol.yaml")
    held = {**plain(protocol), "scenarios": {}}
    course, _ = parse(load(EXAMPLE / name), name)
    building = Building(ProtocolFile.model_validate(held))
    return build_course(building, (), CourseFile.model_validate(plain(course)))


def with_cycle_2(course: Course) -> Course:
    """Read MRD after cycle 2 too; the patients transplanted by then count as negative."""
    return Course(
        course.states, course.start, course.transitions, (*course.readings, LANDMARK), course.notes
    )


def illness_death(
    *transitions: Transition,
    readings: tuple[Reading, ...] = (
        ReadTime("pfs", (("ill", "progression"), ("dead", "death"))),
        ReadTime("os", (("dead", "death"),)),
    ),
    arms: tuple[str, ...] = ("control",),
) -> Course:
    """Give a course of three states: well, ill and dead."""
    return Course(
        tuple(CourseState(each, each) for each in ("well", "ill", "dead")),
        tuple((arm, (("well", 1.0),)) for arm in arms),
        transitions,
        readings,
    )


def world_of(
    course: Course, arms: tuple[str, ...] = ("control",), cells: tuple[Cell, ...] = (Cell(1.0),)
) -> World:
    """Give a world with a course."""
    return World(
        arms,
        tuple(1 for _ in arms),
        Enrollment(1, constant_rate(1.0)),
        CourseTruth(course),
        cells=cells,
        populations=tuple(sorted({each for cell in cells for each in cell.populations})),
    )


def patients_of(
    course: Course, arm: np.ndarray, *, lost: float = np.inf, cell: np.ndarray | None = None
) -> Patients:
    """Give room for patients of these arms, all lost at one time."""
    size, endpoints = arm.size, len(course.readings)
    return Patients(
        entry=np.zeros(size),
        arm=arm.astype(np.int64),
        stratum=np.zeros(size, dtype=np.int64),
        cell=np.zeros(size, dtype=np.int64) if cell is None else cell.astype(np.int64),
        lost=np.full(size, lost),
        time=np.empty((endpoints, size)),
        outcome=np.empty((endpoints, size), dtype=np.int8),
        delay=np.empty((0, 0)),
    )
