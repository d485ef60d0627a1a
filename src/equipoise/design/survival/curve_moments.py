"""Large-sample mean and variance of what is read off two Kaplan-Meier curves at a time τ.

With y(s) at risk in an arm and h its hazard, Greenwood's variance tends to (Andersen et al. 1993)

    Var S(τ)            = S(τ)² ∫₀^τ h / y ds
    Var ∫₀^τ S(s) ds    = ∫₀^τ A(s)² h / y ds,     A(s) = ∫_s^τ S

at a look after τ, by when some have been followed for so long.  Strata are averaged with their
shares of the patients.  Successive looks gain independent increments (Murray & Tsiatis 1999).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.survival.evidence import Evidence, Method
from equipoise.design.survival.large_sample import ArmCourse, Cohort, cohort
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Flags, Matrix, Vector, vector

Quantity: TypeAlias = Literal["milestone", "restricted mean"]
Curve: TypeAlias = Callable[[Vector], Vector]
TOWARD = 3.0  # panels grow by this factor away from τ, where few are followed so long
PANELS = 12


@dataclass(frozen=True, slots=True)
class CurveScale:
    """The scale of a comparison, and how the effect on it is told."""

    name: str
    transform: Curve
    slope: Curve  # the transform's derivative
    null: float
    scale: Literal["log", "identity"]
    better: Literal["lower", "higher"]

    def linear(self, told: float) -> float:
        """Give an effect as told on the scale of the transform, positive when better."""
        value = float(np.log(told)) if self.scale == "log" else told
        return value if self.better == "higher" else -value

    def told(self, linear: Vector) -> Vector:
        """Give an effect on the scale of the transform as it is told."""
        value = linear if self.better == "higher" else -linear
        return np.exp(value) if self.scale == "log" else np.asarray(value)


def difference(name: str) -> CurveScale:
    """Compare by the difference."""
    return CurveScale(f"difference in {name}", lambda x: x, np.ones_like, 0.0, "identity", "higher")


def ratio(name: str) -> CurveScale:
    """Compare by the ratio, on the log scale."""
    return CurveScale(f"ratio of {name}s", np.log, lambda x: 1.0 / x, 1.0, "log", "higher")


def curve_evidence(
    world: SurvivalWorld,
    times: Vector,
    *,
    quantity: Quantity,
    at: float,
    scale: CurveScale,
    null: float,
) -> Evidence:
    """Give what the comparison is expected to show, in a world already checked.

    A look before `at` has no information.

    Witness:
        lr27 (lrstat kmpower), nph10, nph11 (gsDesign2).
    """
    seen = cohort(world, times, breaks=_breaks(times, at))
    means, variances = curve_moments(seen, world, quantity, at)
    slope = scale.slope(means)
    variance = (slope**2 * variances).sum(axis=1)
    linear = scale.transform(means) @ np.array([-1.0, 1.0])
    known = np.isfinite(variance) & (variance > 0.0)
    information = np.divide(1.0, variance, out=np.zeros(times.size), where=known)
    return Evidence(
        time=times,
        patients=vector(seen.patients),
        events=seen.events,
        effect=vector(linear - scale.linear(null)),
        information=vector(information),
        null_information=vector(information),
        shown=vector(scale.told(linear)),
        shown_information=vector(information),
    )


def curve_moments(
    seen: Cohort, world: SurvivalWorld, quantity: Quantity, at: float
) -> tuple[Matrix, Matrix]:
    """Give each arm's mean and variance at every look: (looks, 2), control first.

    Args:
        seen: the looks, with panels of the quadrature that end at `at`.
        world: whose strata are averaged.
        quantity: read off the curves.
        at: the time of the milestone, or the end of the restricted mean.

    Witness:
        `curve_evidence`.
    """
    share = world.experimental_share
    before = seen.time < at
    entered = seen.entered[:, :, before]
    reached = seen.looks > at * (1.0 + 1e-12)
    patients = _shares(world)
    means, variances = [], []
    for arm, part in ((seen.control, 1.0 - share), (seen.experimental, share)):
        value, influence = _influence(seen, arm, quantity, at, before)
        at_risk = np.where(entered > 0, entered * (part * arm.staying[:, before]), np.inf)
        moved = influence**2 * arm.hazard[:, before] * seen.width[before]
        nobody = np.broadcast_to(np.where(moved > 0, np.inf, 0.0), at_risk.shape).copy()
        with np.errstate(over="ignore"):
            spread = np.divide(moved, at_risk, out=nobody, where=at_risk > 0)
        variance = np.where(reached[:, None], spread.sum(axis=2), np.inf)
        means.append(np.full(seen.looks.size, patients @ value))
        variances.append(variance @ patients**2)
    return np.column_stack(means), np.column_stack(variances)


def curve_method(
    quantity: Quantity, at: float, scale: CurveScale, null: float, name: str
) -> Method:
    """Name the comparison, with the way to assess a world by it."""

    def assess(world: SurvivalWorld, times: Vector) -> Evidence:
        return curve_evidence(world, times, quantity=quantity, at=at, scale=scale, null=null)

    return Method(
        name=f"{scale.name} at {at:g}, {name}",
        assess=assess,
        effect=scale.name,
        null=null,
        scale=scale.scale,
        better=scale.better,
        assumed=(
            "Greenwood variance under the alternative; strata averaged by their shares of patients",
        ),
    )


def _influence(
    seen: Cohort, arm: ArmCourse, quantity: Quantity, at: float, before: Flags
) -> tuple[Vector, Matrix]:
    """Give each stratum's value, and how much an event at each time moves it."""
    width = seen.width[before]
    if quantity == "milestone":
        value = np.exp(-(arm.hazard[:, before] @ width))
        return value, np.repeat(value[:, None], width.size, axis=1)
    if at > seen.time[-1]:
        value = np.full(arm.survival.shape[0], np.nan)
        return value, np.full((value.size, width.size), np.nan)
    value = arm.survival[:, before] @ width
    return value, value[:, None] - seen.up_to(arm.survival)[:, before]


def _shares(world: SurvivalWorld) -> Vector:
    if world.accrual_by_stratum:
        enrolled = np.array([accrual.patients for accrual in world.accrual_by_stratum])
        return np.asarray(enrolled / enrolled.sum())
    return np.array([stratum.share for stratum in world.strata])


def _breaks(times: Vector, at: float) -> tuple[float, ...]:
    """Let panels shrink toward τ where the last patients followed so long are few."""
    short = times[times > at] - at
    steps = TOWARD ** np.arange(1, PANELS)
    near = (at + short[:, None] - short[:, None] * steps).ravel()
    return (at, *(float(time) for time in near if 0.0 < time < at))
