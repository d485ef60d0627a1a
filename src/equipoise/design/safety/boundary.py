"""Sequential bounds on a toxicity or death in one arm, with exact chances of stopping.

After each patient, or each group of them, the trial stops for safety when the harms seen
reach the boundary.  The critical value of the rule (see `statistics`) is the smallest at
which an arm with the acceptable rate is stopped with a chance of at most `level`; chances
are exact (see `kernel/binomial_walk`).  A Bayesian rule may instead be given its posterior
threshold, and its chance of stopping follows.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.printing import Printed
from equipoise.design.safety.statistics import Alarm, SafetyMethod, least_critical
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, vector
from equipoise.kernel.binomial_walk import (
    CountWalk,
    count_walk,
    stopping_chances,
    stopping_high,
)
from equipoise.protocol.planning import SafetyRule

CURVE = 41  # points of the curve of stopping over the true rate
UNIFORM = (1.0, 1.0)
MOST_PATIENTS = 2000  # the exact search grows with the square of the patients


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """What was asked of a safety boundary."""

    method: SafetyMethod
    acceptable: float  # probability of harm that is still acceptable
    level: float  # largest chance of stopping an acceptable arm, or the posterior threshold
    patients: int
    unacceptable: float | None = None
    every: int = 1  # patients between looks; the last patient is always a look
    first: int = 1  # no stopping before so many patients
    prior: tuple[float, float] | None = None  # beta; None: uniform
    delta: float = 0.0  # Wang-Tsiatis
    level_is: Literal["chance", "threshold"] = "chance"  # threshold: of the posterior


@dataclass(frozen=True, slots=True)
class StoppingAt:
    """What the boundary does at one true probability of harm."""

    rate: float
    stopping: float  # chance of stopping for safety
    expected_patients: float
    expected_harms: float


@dataclass(frozen=True, slots=True, repr=False)
class SafetyBoundary(Printed):
    """When to stop an arm for harm, and how likely that is."""

    asked: SafetyQuestion
    kind: SafetyMethod
    boundary: tuple[tuple[int, int], ...]  # (patients, stop at so many harms or more)
    critical_value: float  # of the rule's statistic; a tail probability for "pocock"
    acceptable: StoppingAt
    unacceptable: StoppingAt | None
    curve: tuple[StoppingAt, ...]  # over true rates from 0 to beyond the unacceptable one
    assumed: tuple[str, ...]

    @property
    def steps(self) -> tuple[tuple[int, int, int], ...]:
        """The boundary as a short table: from patient, to patient, stop at."""
        rows: list[tuple[int, int, int]] = []
        for n, stop_at in self.boundary:
            if rows and rows[-1][2] == stop_at:
                rows[-1] = (rows[-1][0], n, stop_at)
            else:
                rows.append((n, n, stop_at))
        return tuple(rows)

    def at(self, rate: float) -> StoppingAt:
        """Give the chance of stopping, and what it costs, at any true probability of harm.

        Witness: full enumeration of all courses (tests/twice); Wald's identity (tests/laws).
        """
        looks, stop_at = (codes(column) for column in zip(*self.boundary, strict=True))
        return _stopping(_walk(looks, stop_at), vector(rate), self.asked.patients)[0]


def safety_boundary(rule: SafetyRule) -> SafetyBoundary:
    """Draw the boundary that a protocol's safety rule asks for.

    For "beta-binomial" the rule's level is the posterior threshold, otherwise the chance of
    stopping an acceptable arm.

    Raises:
        DesignError: The rule contradicts itself, or no boundary keeps its level.

    Witness: published tables and full enumeration (tests/twice/test_design_safety.py).

    >>> rule = SafetyRule("tox", "Toxic death", 0.05, 0.05, 30, "pocock", unacceptable=0.15)
    >>> safety_boundary(rule).steps[:2]
    ((2, 4, 2), (5, 12, 3))
    """
    bayesian = rule.method == "beta-binomial"
    return draw_safety_boundary(
        SafetyQuestion(
            method=rule.method,
            acceptable=rule.acceptable,
            level=rule.level,
            patients=rule.patients,
            unacceptable=rule.unacceptable,
            every=rule.every,
            prior=rule.prior,
            level_is="threshold" if bayesian else "chance",
        )
    )


def draw_safety_boundary(asked: SafetyQuestion) -> SafetyBoundary:
    """Find the boundary with the largest chance of stopping that keeps the level.

    Raises:
        DesignError: The question contradicts itself, or no boundary keeps its level.

    Accuracy: chances to 1e-12; the boundary is the exact optimum of its family.

    Witness: full enumeration of all courses (tests/twice); Kulldorff's critical values.
    """
    _check(asked)
    looks = _looks(asked)
    alarm = _alarm(asked)
    counts = np.arange(asked.patients + 1)
    statistic = alarm.of(asked.method, counts[None, :], looks[:, None])
    critical = (
        asked.level if asked.level_is == "threshold" else _calibrated(asked, looks, statistic)
    )
    stop_at = _stop_at(statistic, critical)
    possible = stop_at <= looks
    if not possible.any():
        raise DesignError(
            f"The posterior probability never reaches {asked.level:g} within {asked.patients} "
            f"patients: at most {statistic.max():.4f}. Lower the threshold below that."
        )
    return _described(asked, codes(looks[possible]), codes(stop_at[possible]), critical)


def given_safety_boundary(
    asked: SafetyQuestion, boundary: tuple[tuple[int, int], ...]
) -> SafetyBoundary:
    """Describe a boundary that was drawn elsewhere: (patients, stop at so many harms).

    Raises:
        DesignError: The looks do not increase or pass the last patient, or a count is below 1.

    Witness: full enumeration of all courses (tests/twice).
    """
    _check(asked)
    if not boundary:
        raise DesignError("The boundary has no look at which it could stop. Give at least one.")
    looks, stop_at = (np.asarray(column, dtype=np.int64) for column in zip(*boundary, strict=True))
    if looks[0] < 1 or (np.diff(looks) <= 0).any() or looks[-1] > asked.patients:
        raise DesignError(
            f"Looks must increase from 1 to at most {asked.patients} patients, found "
            f"{looks.tolist()}. Reorder them or plan more patients."
        )
    if (stop_at < 1).any():
        raise DesignError(
            f"An arm stops at 1 harm or more, found {stop_at.tolist()}. Leave out a look that "
            "cannot stop, or give a count above its patients."
        )
    return _described(asked, codes(looks), codes(stop_at), float("nan"))


def _calibrated(asked: SafetyQuestion, looks: Codes, statistic: Matrix) -> float:
    """Find the smallest critical value that keeps the level, among all that differ."""
    candidates = np.unique(statistic[np.isfinite(statistic) & (statistic > 0)])

    def chance(critical: float) -> float:
        return stopping_high(_stop_at(statistic, critical), looks, asked.acceptable)

    if candidates.size == 0 or chance(candidates[-1]) > asked.level:
        least = chance(candidates[-1]) if candidates.size else 1.0
        raise DesignError(
            f"No {asked.method} boundary within {asked.patients} patients stops an acceptable arm "
            f"with a chance of at most {asked.level:g}: the strictest stops with {least:.3g}. "
            f"Raise the level above that or plan more patients."
        )
    return least_critical(candidates, chance, asked.level)


def _described(
    asked: SafetyQuestion, looks: Codes, stop_at: Codes, critical: float
) -> SafetyBoundary:
    walk = _walk(looks, stop_at)
    furthest = min(1.0, 2.0 * max(asked.acceptable, asked.unacceptable or asked.acceptable))
    named = [asked.acceptable] + ([] if asked.unacceptable is None else [asked.unacceptable])
    rates = np.concatenate([named, np.linspace(0.0, furthest, CURVE)])
    found = _stopping(walk, vector(rates), asked.patients)
    shown = float(np.exp(-critical)) if asked.method == "pocock" else critical
    return SafetyBoundary(
        asked=asked,
        kind=asked.method,
        boundary=tuple(zip(looks.tolist(), stop_at.tolist(), strict=True)),
        critical_value=shown,
        acceptable=found[0],
        unacceptable=None if asked.unacceptable is None else found[1],
        curve=found[len(named) :],
        assumed=_assumed(asked),
    )


def _stopping(walk: CountWalk, rates: Vector, patients: int) -> tuple[StoppingAt, ...]:
    high, _ = stopping_chances(walk, rates)
    stopping = high.sum(axis=0)
    expected = walk.looks @ high + patients * (1.0 - stopping)
    rows = zip(rates.tolist(), stopping.tolist(), expected.tolist(), strict=True)
    return tuple(StoppingAt(rate, stop, n, rate * n) for rate, stop, n in rows)


def _walk(looks: Codes, stop_at: Codes) -> CountWalk:
    return count_walk(np.full(looks.size, -1), stop_at, looks)


def _stop_at(statistic: Matrix, critical: float) -> Codes:
    """Give the first count at each look whose statistic reaches the critical value."""
    reached = statistic >= critical
    beyond = statistic.shape[1] + 1
    return codes(np.where(reached.any(axis=1), reached.argmax(axis=1), beyond))


def _looks(asked: SafetyQuestion) -> Codes:
    regular = np.arange(asked.every, asked.patients + 1, asked.every)
    looks = np.unique(np.append(regular, asked.patients))
    return codes(looks[looks >= asked.first])


def _alarm(asked: SafetyQuestion) -> Alarm:
    delta = 0.0 if asked.method == "o'brien-fleming" else asked.delta
    prior = asked.prior or UNIFORM
    return Alarm(asked.acceptable, asked.unacceptable, asked.patients, prior, delta)


def _assumed(asked: SafetyQuestion) -> tuple[str, ...]:
    often = "each patient" if asked.every == 1 else f"every {asked.every} patients and the last"
    lines = [
        f"Looked at after {often}; outcomes of all enrolled patients are known at each look.",
        "Chances are exact binomial; patients' outcomes are independent with one common rate.",
    ]
    if asked.method == "beta-binomial":
        a, b = asked.prior or UNIFORM
        chosen = "" if asked.prior else " (uniform, none was given)"
        lines.append(f"Prior of the rate: Beta({a:g}, {b:g}){chosen}.")
    return tuple(lines)


def _check(asked: SafetyQuestion) -> None:
    if not 0 < asked.acceptable < 1:
        raise DesignError(
            f"The acceptable probability of harm must lie between 0 and 1, found "
            f"{asked.acceptable:g}."
        )
    if asked.unacceptable is not None and not asked.acceptable < asked.unacceptable < 1:
        raise DesignError(
            f"The unacceptable probability must lie between the acceptable {asked.acceptable:g} "
            f"and 1, found {asked.unacceptable:g}."
        )
    if asked.method == "sprt" and asked.unacceptable is None:
        raise DesignError("A likelihood ratio test needs the unacceptable probability. Give one.")
    if not 0 < asked.level < 1:
        raise DesignError(f"The level must lie between 0 and 1, found {asked.level:g}.")
    if not 1 <= asked.patients <= MOST_PATIENTS:
        raise DesignError(
            f"Patients must number 1 to {MOST_PATIENTS}, found {asked.patients}. "
            "For larger cohorts monitor the rate per exposure (poisson_boundary)."
        )
    if not (1 <= asked.every <= asked.patients and 1 <= asked.first <= asked.patients):
        raise DesignError(
            f"Looks every {asked.every} patients from patient {asked.first} on do not fit "
            f"{asked.patients} patients. Both must be 1 to {asked.patients}."
        )
    if asked.prior is not None and min(asked.prior) <= 0:
        raise DesignError(f"A beta prior needs two positive numbers, found {asked.prior}.")
    if asked.level_is == "threshold" and asked.level < 0.5:  # noqa: PLR2004 - a majority
        raise DesignError(
            f"A posterior threshold of {asked.level:g} would stop an arm that is more likely "
            "acceptable than not. Give a threshold of 0.5 or more, such as 0.95."
        )
    if asked.level_is == "threshold" and asked.method != "beta-binomial":
        raise DesignError(
            f"Only a beta-binomial rule has a posterior threshold, found {asked.method}. "
            "Give the level as a chance."
        )
