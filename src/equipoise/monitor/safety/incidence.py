"""How often toxic death comes by a time, other deaths competing.

Each patient's course ends in a toxic death (1), another death (2), or when last seen (0); arms
are set side by side with Aalen-Johansen estimates, differences at the landmarks, and Gray's test.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence,
    cumulative_incidence_difference,
)
from equipoise.analyze.estimates import Absent, TestResult, absent_test
from equipoise.analyze.gray import gray_test
from equipoise.analyze.results import ArmIncidence, CauseIncidence, DifferenceAt, RateAt
from equipoise.analyze.selection import Selection
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, vector
from equipoise.monitor.safety.deaths import KnownDeaths, ToxicDeaths
from equipoise.protocol.trial import AnalysisPlan, Arm, Comparison

CAUSES = ("toxic death", "other death")
TOXIC, OTHER = 1, 2


@dataclass(frozen=True, slots=True)
class ToxicIncidence:
    """Cumulative incidence of toxic death by arm, and its comparisons."""

    called: str  # what counts as toxic
    arms: tuple[ArmIncidence, ...]  # causes: toxic death, other death
    tests: Mapping[str, TestResult]  # comparison id → Gray's test of toxic death
    differences: Mapping[str, tuple[DifferenceAt, ...]]  # comparison id → at the landmarks
    without_time: int  # patients with a toxic death that nothing times, or who were never seen
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Courses:
    """One entry a patient."""

    time: Vector
    outcome: Codes
    known: Flags


def toxic_incidence(
    selection: Selection,
    comparisons: tuple[Comparison, ...],
    deaths: KnownDeaths,
    toxic: ToxicDeaths,
    seen: Vector,
    plan: AnalysisPlan,
) -> ToxicIncidence:
    """Estimate the cumulative incidence of toxic death in every arm, and compare arms.

    Args:
        selection: who is counted, by arm.
        comparisons: of arms.
        deaths: as timed by endpoints.
        toxic: which of the patients had one.
        seen: (patients,) last time seen, since randomization; NaN never.
        plan: level, landmarks and scale of intervals.

    Witness: R survival 3.5-3 and cmprsk on the same courses (monitored_safety.json).
    """
    course = _courses(selection, deaths, toxic, seen)
    members = {arm.id: selection.members(arm.id) & course.known for arm in selection.arms}
    curves = {
        name: cumulative_incidence(course.time[rows], course.outcome[rows], causes=OTHER)
        for name, rows in members.items()
        if rows.any()
    }
    compared = [c for c in comparisons if {c.experimental, c.control} <= set(members)]
    return ToxicIncidence(
        called=toxic.called,
        arms=tuple(
            _arm(arm, course, members[arm.id], curves[arm.id], plan)
            for arm in selection.arms
            if arm.id in curves
        ),
        tests={c.id: _gray(course, members[c.experimental], members[c.control]) for c in compared},
        differences={
            c.id: tuple(
                cumulative_incidence_difference(
                    curves[c.experimental], curves[c.control], TOXIC, time, plan.level
                )
                for time in plan.landmarks
            )
            for c in compared
            if c.experimental in curves and c.control in curves
        },
        without_time=int((selection.mask & ~course.known).sum()),
        assumed=(
            (
                f"A toxic death is one with an adverse event that is {toxic.called}; it is timed "
                "by the death, or by the onset of the fatal event where no endpoint times a death."
            ),
            "Other deaths compete; patients alive are censored when last seen.",
        ),
    )


def _courses(
    selection: Selection, deaths: KnownDeaths, toxic: ToxicDeaths, seen: Vector
) -> _Courses:
    time = np.where(deaths.died, deaths.time, seen)
    untimed = toxic.patient & ~deaths.died
    time = np.where(untimed, toxic.onset, time)
    outcome = np.where(deaths.died, OTHER, 0)
    outcome = np.where(toxic.patient, TOXIC, outcome)
    known = np.isfinite(time) & selection.mask
    return _Courses(vector(np.where(known, time, 0.0)), codes(outcome), known)


def _arm(
    arm: Arm, course: _Courses, rows: Flags, curve: CumulativeIncidence, plan: AnalysisPlan
) -> ArmIncidence:
    level, scale = plan.level, plan.survival_interval
    time, outcome = course.time[rows], course.outcome[rows]
    return ArmIncidence(
        arm=arm,
        patients=int(rows.sum()),
        censored=int((outcome == 0).sum()),
        causes=tuple(
            CauseIncidence(
                cause=name,
                events=int((outcome == cause).sum()),
                curve=curve.curve(cause, level, scale),
                landmarks=tuple(
                    RateAt(
                        at,
                        int((time >= at).sum()),
                        curve.estimate_at(cause, at, level, scale),
                    )
                    for at in plan.landmarks
                ),
            )
            for cause, name in enumerate(CAUSES, start=1)
        ),
        at_risk=(),
    )


def _gray(course: _Courses, experimental: Flags, control: Flags) -> TestResult:
    if not (experimental.any() and control.any()):
        return absent_test("Gray", Absent.NO_PATIENTS)
    rows = experimental | control
    return gray_test(
        course.time[rows], course.outcome[rows], experimental[rows].astype(np.int64), cause=TOXIC
    )
