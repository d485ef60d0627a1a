"""Put a solved MaxCombo design into the plan that every page, table and figure reads.

A bound's effect is told as the average hazard ratio to the power f, where f times the planned
course of the hazards would bring the largest of the look's means to the bound; the trend of
conditional power goes on with that f.  Conditional power looks at this look's tests alone, whose
largest is at the bound, not at how earlier looks went.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import Bound, Effect, LookPlan, Plan
from equipoise.design.sequential.describe import REACH_OF_CURVE, between
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.survival.combo import Bounds, Combo, ComboStops, stops
from equipoise.design.survival.combo_rules import Solved
from equipoise.design.survival.evidence import Evidence
from equipoise.design.survival.large_sample_plan import Told, survival_plan
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, frozen, frozen_codes, vector
from equipoise.kernel.largest import Normals, density_of_largest
from equipoise.kernel.lattice_root import COARSE, ROUGH
from equipoise.kernel.sequential import StoppingProbability

CURVE = 13  # points of the power curve


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxComboSequential(GroupSequential):
    """Bounds for the largest of several statistics; chances come from all of them together."""

    combo: Combo

    def stops(self, drift: float | Vector) -> StoppingProbability:
        """Give the chance of stopping at each look under a multiple of the planned course.

        Args:
            drift: in units of `self.drift`, the largest mean of the last look.
        """
        effect = float(np.asarray(drift).ravel()[-1]) / self.drift
        return _probability(stops(self.combo, Bounds(self.upper, self.lower), effect, COARSE))


def max_combo_plan(
    world: SurvivalWorld,
    evidence: Evidence,
    solved: Solved,
    names: list[str],
    *,
    calendar: bool = False,
) -> Plan:
    """Assemble the plan of a solved MaxCombo design.

    Args:
        world: with the accrual solved for.
        evidence: of its average hazard ratio.
        solved: bounds and chances.
        names: of the weights.
        calendar: whether the looks come at fixed times, whatever the truth.

    Witness:
        nph09, nph17 (gsDesign2, within its Monte Carlo error).
    """
    effect = Effect("average hazard ratio", float(evidence.shown[-1]), 1.0, "log", "lower")
    sequential = _sequential(solved, names)
    known = {0.0: solved.null, 1.0: solved.alternative}

    def ending(fraction: float) -> tuple[Vector, float]:
        chances = known.get(fraction) or stops(solved.combo, solved.bounds, fraction, COARSE)
        return chances.upper + chances.lower, float(chances.upper.sum())

    return survival_plan(
        world,
        evidence,
        sequential,
        Told(
            f"MaxCombo: the largest of {', '.join(names)} (Wang, Luo & Zheng 2021)",
            "power" if solved.power is None else "patients",
            effect,
            (
                *sequential.assumed,
                "large-sample means, variances and correlations under the planned effect",
                "other effects are the planned course of the log hazard ratio times a fraction",
                "p at a bound is the chance that the largest z of the look is as large",
            ),
            waits=not calendar,
        ),
        looks=_looks(sequential, solved, evidence),
        ending=ending,
        power_curve=_curve(solved, effect),
        fixed_factor=solved.fixed_factor,
    )


def _sequential(solved: Solved, names: list[str]) -> MaxComboSequential:
    """Tell the bounds and what they cost."""
    stopping, combo, bounds = solved.stopping, solved.combo, solved.bounds
    binding = stopping.futility is not None and stopping.futility.binding
    drift = float(combo.mean[combo.at(combo.looks - 1)].max())
    power = vector(np.cumsum(solved.alternative.upper))
    spent_by = "all tests" if len(names) > 1 else "the test"
    return MaxComboSequential(
        asked=SequentialQuestion(stopping, solved.power, None, None, None),
        information=vector(stopping.information),
        upper=bounds.upper,
        lower=bounds.lower,
        inner=None,
        alpha_spent=vector(np.cumsum(solved.alpha)),
        beta_spent=vector(np.cumsum(solved.alternative.lower)),
        power_by_look=power,
        drift=drift,
        fixed_drift=drift * float(np.sqrt(solved.fixed_factor)),
        binding=binding,
        under_null=_probability(solved.null),
        under_alternative=_probability(solved.alternative),
        assumed=(
            f"error is spent by the smallest null information fraction of {spent_by}"
            if stopping.spending_time is None
            else "error is spent by the fractions given",
            "chances by quadrature up to three tests in all, else by a lattice",
            f"standard error of the computed power {solved.alternative.error:.1e}",
        ),
        combo=combo,
    )


def _probability(chances: ComboStops) -> StoppingProbability:
    return StoppingProbability(
        vector(chances.upper), vector(chances.lower), vector(np.zeros(chances.upper.size))
    )


def _looks(
    sequential: MaxComboSequential, solved: Solved, evidence: Evidence
) -> tuple[LookPlan, ...]:
    null, alternative = solved.null, solved.alternative
    events = evidence.events.sum(axis=1)
    told = [
        Effect("average hazard ratio", float(ratio), 1.0, "log", "lower")
        for ratio in evidence.shown
    ]
    return tuple(
        LookPlan(
            number=k + 1,
            information_fraction=float(sequential.information[k]),
            information=float(evidence.shown_information[k]),
            events=float(events[k]),
            patients=float(evidence.patients[k]),
            time=float(evidence.time[k]),
            efficacy=_bound(sequential, told[k], k, float(sequential.upper[k])),
            futility=_bound(sequential, told[k], k, float(sequential.lower[k])),
            lower_efficacy=None,
            alpha_spent=float(sequential.alpha_spent[k]),
            beta_spent=float(sequential.beta_spent[k]),
            efficacy_null=float(null.upper[k]),
            futility_null=float(null.lower[k]),
            efficacy_alternative=float(alternative.upper[k]),
            futility_alternative=float(alternative.lower[k]),
        )
        for k in range(sequential.looks)
    )


def _curve(solved: Solved, effect: Effect) -> tuple[tuple[float, float], ...]:
    """Give (effect, power) from none to half as much again as planned, as exact as a line drawn."""
    fractions = np.linspace(0.0, REACH_OF_CURVE, CURVE)
    power = [stops(solved.combo, solved.bounds, f, ROUGH).upper.sum() for f in fractions]
    return tuple(
        (between(effect, float(part)), float(chance))
        for part, chance in zip(fractions, power, strict=True)
    )


def _bound(sequential: MaxComboSequential, effect: Effect, look: int, z: float) -> Bound | None:
    """Give one bound on every scale; None where there is none."""
    if not np.isfinite(z):
        return None
    combo = sequential.combo
    fraction = z / float(combo.mean[combo.at(look)].max())
    if look + 1 == combo.looks:
        design = trend = float(z >= sequential.upper[-1])
    else:
        design = _conditional_power(sequential, look, z, 1.0)
        trend = _conditional_power(sequential, look, z, fraction)
    return Bound(
        z=z,
        p=_p_of_largest(combo, look, z),
        effect=between(effect, fraction),
        b_value=z * float(np.sqrt(sequential.information[look])),
        conditional_power_design=design,
        conditional_power_trend=trend,
    )


def _p_of_largest(combo: Combo, look: int, z: float) -> float:
    """Give the chance, without an effect, that the largest z of one look is as large."""
    places = combo.at(look)
    alone = Combo(
        vector(combo.mean[places]),
        frozen(combo.correlation[np.ix_(places, places)].copy()),
        frozen_codes(np.zeros(places.size, dtype=np.int64)),
    )
    bounds = Bounds(vector([z]), vector([-np.inf]))
    return float(stops(alone, bounds, 0.0, COARSE).upper[0])


def _conditional_power(sequential: MaxComboSequential, look: int, z: float, effect: float) -> float:
    """Give the chance of crossing a later bound when this look's largest is z."""
    combo = sequential.combo
    normals = Normals(effect * combo.mean, combo.correlation)
    later = np.flatnonzero(combo.look > look)
    none = np.zeros(0, dtype=np.int64)
    here = density_of_largest(normals, combo.at(look), z, none, np.zeros(0))
    short = density_of_largest(
        normals, combo.at(look), z, later, sequential.upper[combo.look[later]]
    )
    return min(max(1.0 - short / here, 0.0), 1.0) if here > 0.0 else float(effect > 0.0)
