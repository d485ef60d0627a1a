"""How many patients a multi-arm multi-stage trial takes: from effects to arms, looks and power.

With n₀ patients of the control and n = r n₀ of each arm, an effect θ_k has drift

    δ_k = θ_k √I_k,    I_k = 1 / (v_k / n + v₀ / n₀),

v the variance that one patient adds: σ² of means, p (1 - p) of rates (unpooled), and one over the
chance of an event for the log hazard ratio (Schoenfeld 1981).  One arm has the interesting effect,
the others the uninteresting one (Magirr, Jaki & Whitehead 2012).  The correlation of two arms is
that of equal variances, r / (1 + r).
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.checks import check_one_given
from equipoise.design.multiplicity.multi_arm import MultiArmBounds
from equipoise.design.multiplicity.multi_arm_power import (
    Goal,
    MultiArmPower,
    Stopping,
    goal_chance,
    least_favorable_factor,
    multi_arm_power,
)
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen, frozen_codes, vector


@dataclass(frozen=True, slots=True)
class ArmEffects:
    """What arms do, on the linear scale, and how much one patient tells of it.

    The first is interesting, the second uninteresting; positive where the arm is better.
    """

    scale: str
    effect: Vector  # (interesting, uninteresting)
    variance: Vector  # likewise: one patient's, in such an arm
    control_variance: float
    counted_in: str = "patients"


@dataclass(frozen=True, slots=True, repr=False)
class MultiArmDesign(Printed):
    """A multi-arm multi-stage trial: its bounds, patients and chances."""

    bounds: MultiArmBounds
    effects: ArmEffects
    goal: Goal
    stopping: Stopping
    target: float | None  # the power asked for; None where patients were given
    exact: float  # patients of the control arm at the end, before rounding
    control: Codes  # (looks,) cumulative patients of the control arm
    each_arm: Codes  # (looks,) of each arm
    power: float  # the chance of the goal with these patients
    alternative: MultiArmPower  # one interesting arm
    null: MultiArmPower  # no effect in any arm
    expected_alternative: float  # patients of all arms
    expected_null: float
    effect_at_bound: Matrix  # (looks, 2) at the upper and lower bound, of an uninteresting arm
    assumed: tuple[str, ...]

    @property
    def largest(self) -> int:
        """Give the patients of all arms if none is ever stopped."""
        return int(self.control[-1] + self.bounds.asked.arms * self.each_arm[-1])


def mean_effects(
    interesting: float, uninteresting: float = 0.0, *, standard_deviation: float
) -> ArmEffects:
    """Describe arms by differences of means.

    Raises:
        DesignError: A standard deviation that is not positive.
    Witness: closed form.

    >>> mean_effects(5.0, standard_deviation=10.0).variance.tolist()
    [100.0, 100.0]
    """
    if not standard_deviation > 0.0:
        raise DesignError(f"A standard deviation is above 0; found {standard_deviation:g}.")
    variance = standard_deviation**2
    return ArmEffects(
        "difference of means",
        vector([interesting, uninteresting]),
        vector([variance, variance]),
        variance,
    )


def rate_effects(
    control: float, interesting: float, uninteresting: float | None = None
) -> ArmEffects:
    """Describe arms by their rates, more being better.

    Args:
        control: The control's rate.
        interesting: The rate of the interesting arm.
        uninteresting: The rate of every other; the control's if None.

    Raises:
        DesignError: A rate not between 0 and 1.
    Witness: closed form.

    >>> rate_effects(0.3, 0.5).effect.tolist()
    [0.2, 0.0]
    """
    rates = np.array([interesting, control if uninteresting is None else uninteresting])
    every = np.append(rates, control)
    if not ((every > 0.0) & (every < 1.0)).all():
        raise DesignError(
            f"Rates lie between 0 and 1, both excluded; found {every.tolist()}. Give the chance "
            "of what is better, such as a response."
        )
    return ArmEffects(
        "difference of rates",
        vector(rates - control),
        vector(rates * (1.0 - rates)),
        control * (1.0 - control),
    )


def hazard_ratio_effects(
    interesting: float, uninteresting: float = 1.0, *, event_probability: float | None = None
) -> ArmEffects:
    """Describe arms by hazard ratios over the control, less than 1 being better.

    Args:
        interesting: The hazard ratio of the interesting arm.
        uninteresting: That of every other arm.
        event_probability: Of a patient, in any arm by the end; if None, events are counted.

    Raises:
        DesignError: A hazard ratio or a probability that cannot be.
    Witness: closed form.

    >>> hazard_ratio_effects(0.7).counted_in
    'events'
    """
    if not (interesting > 0.0 and uninteresting > 0.0):
        raise DesignError(f"Hazard ratios are above 0; found {interesting:g}, {uninteresting:g}.")
    chance = 1.0 if event_probability is None else event_probability
    if not 0.0 < chance <= 1.0:
        raise DesignError(f"The chance of an event is from above 0 to 1; found {chance:g}.")
    return ArmEffects(
        "log hazard ratio",
        vector(-np.log([interesting, uninteresting])),
        vector([1.0 / chance, 1.0 / chance]),
        1.0 / chance,
        "events" if event_probability is None else "patients",
    )


def multi_arm_design(
    bounds: MultiArmBounds,
    effects: ArmEffects,
    *,
    power: float | None = None,
    control_patients: float | None = None,
    goal: Goal = "recommend",
    stopping: Stopping = "first claim",
) -> MultiArmDesign:
    """Plan a multi-arm multi-stage trial, for a power or with the patients given.

    Args:
        bounds: Of `multi_arm_bounds`; lower bounds are obeyed.
        effects: Of `mean_effects`, `rate_effects` or `hazard_ratio_effects`.
        power: The chance of the goal where one arm is interesting; or
        control_patients: of the control arm at the end.
        goal: To recommend the interesting arm, to claim it, or to claim some arm.
        stopping: At the first claim, or each arm by itself.

    Raises:
        DesignError: Both or neither of power and patients, or what no number of patients does.
    Accuracy: as `multi_arm_power`; patients are rounded up at every look.
    Witness: the published designs of the R package MAMS; one look is a closed form.

    >>> from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
    >>> from equipoise.design.sequential.rules import WangTsiatis
    >>> bounds = multi_arm_bounds(2, [0.5, 1.0], WangTsiatis(0.0), futility=[0.0])
    >>> plan = multi_arm_design(bounds, mean_effects(5, 1, standard_deviation=10), power=0.9)
    >>> plan.control.tolist(), plan.each_arm.tolist(), round(plan.power, 4)
    ([50, 100], [50, 100], 0.903)
    """
    check_one_given(power, control_patients, "control_patients")
    asked = bounds.asked
    if power is not None:
        exact = _needed(bounds, effects, power, goal, stopping)
    else:
        exact = _patients(control_patients)
    control, each_arm = (
        _rounded(share * exact * asked.information) for share in (1.0, asked.allocation)
    )
    drift = _drift(bounds, effects, int(control[-1]), int(each_arm[-1]))
    alternative = multi_arm_power(bounds, drift, stopping=stopping)
    null = multi_arm_power(bounds, np.zeros(asked.arms), stopping=stopping)
    return MultiArmDesign(
        bounds=bounds,
        effects=effects,
        goal=goal,
        stopping=stopping,
        target=power,
        exact=exact,
        control=control,
        each_arm=each_arm,
        power=goal_chance(bounds, drift, goal, stopping),
        alternative=alternative,
        null=null,
        expected_alternative=_expected(alternative, control, each_arm),
        expected_null=_expected(null, control, each_arm),
        effect_at_bound=_effect_at_bound(bounds, effects, control, each_arm),
        assumed=(
            f"power where one arm has the interesting {effects.scale}, the others the other",
            "two arms correlate as with equal variances; at the planned information fractions",
            *alternative.assumed,
            *bounds.assumed,
        ),
    )


def _needed(
    bounds: MultiArmBounds, effects: ArmEffects, power: float, goal: Goal, stopping: Stopping
) -> float:
    """Give the patients of the control arm, with their fraction, for a power."""
    variance = effects.variance / bounds.asked.allocation + effects.control_variance
    first, other = (effects.effect / np.sqrt(variance)).tolist()
    factor = least_favorable_factor(bounds, first, other, power, goal=goal, stopping=stopping)
    return factor**2


def _drift(bounds: MultiArmBounds, effects: ArmEffects, control: int, each_arm: int) -> Vector:
    """Give E[Z] of each arm at the end, the interesting one first."""
    variance = effects.variance / each_arm + effects.control_variance / control
    first, other = (effects.effect / np.sqrt(variance)).tolist()
    return vector([first, *[other] * (bounds.asked.arms - 1)])


def _expected(power: MultiArmPower, control: Codes, each_arm: Codes) -> float:
    """Give the expected patients of all arms."""
    of_control = np.diff(control, prepend=0) @ power.control_treated
    of_arms = np.diff(each_arm, prepend=0) @ power.treated
    return float(of_control + of_arms.sum())


def _effect_at_bound(
    bounds: MultiArmBounds, effects: ArmEffects, control: Codes, each_arm: Codes
) -> Matrix:
    spread = np.sqrt(effects.variance[1] / each_arm + effects.control_variance / control)
    return frozen(np.column_stack([bounds.upper, bounds.lower]) * spread[:, None])


def _rounded(patients: Vector) -> Codes:
    """Round up, but for the noise of what was solved."""
    return frozen_codes(np.ceil(patients - 1e-6).astype(np.int64))


def _patients(given: float | None) -> float:
    if given is None or not (np.isfinite(given) and given >= 1.0):
        raise DesignError(f"The control arm has at least one patient; found {given}.")
    return float(given)
