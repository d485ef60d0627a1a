"""A group-sequential design as a value: where it stops, how likely, and what it costs.

Everything is on the canonical scale of Jennison & Turnbull (2000, ch. 3): information as a
fraction of the planned maximum, the effect as the *drift* θ√I_max = E[Z] at that maximum.
Turning drift into events or patients is the business of the endpoint's module.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.kernel.arrays import Vector
from equipoise.kernel.many_drifts import stopping_for_drifts
from equipoise.kernel.sequential import StoppingProbability, stopping_probability


@dataclass(frozen=True, slots=True)
class SequentialQuestion:
    """What was asked of `group_sequential`; one of `power` and `drift` was solved for.

    Both are given where a design is read again at other information (see `reading`): the
    drift is then the design's, and 1 - power the budget of its futility.
    """

    stopping: StoppingPlan
    power: float | None
    drift: float | None
    drift_shape: Vector | None  # (looks,) θ_k over θ at the last look, where not constant
    alternative_information: Vector | None  # (looks,) where it differs from that under the null


def without_efficacy(stops: StoppingProbability, sides: int) -> Vector:
    """Give the chance of ending without efficacy first at each look, futility obeyed.

    Before the last look that is a stop for futility (or harm); at the last look it is all that
    has not claimed efficacy, so that with the claims it adds to 1.

    Witness: what is claimed and what is not add to 1; gsDesign's beta spent.
    """
    failing = np.array(stops.inner if sides > 1 else stops.lower)
    claimed = stops.upper.sum() + (stops.lower.sum() if sides > 1 else 0.0)
    failing[-1] = max(0.0, 1.0 - claimed - failing[:-1].sum())
    return failing


@dataclass(frozen=True, slots=True, repr=False)
class GroupSequential(Printed):
    """Boundaries and their characteristics; one look is a fixed design.

    Infinite where a look has no such bound.  In a two-sided design `lower` is the efficacy
    bound of the other side and `inner` holds the futility region: a wedge about zero, or all
    between `lower` and the futility bound.  In a one-sided one `lower` is the futility bound,
    and `inner` is None.
    """

    asked: SequentialQuestion
    information: Vector  # (looks,) fractions of the maximum
    upper: Vector  # (looks,) z; efficacy at or above
    lower: Vector  # (looks,) z; futility at or below if one-sided, efficacy if two-sided
    inner: Vector | None  # (looks, 2) z; two-sided futility between these, nan where none
    alpha_spent: (
        Vector  # (looks,) cumulative, both sides together, futility not obeyed if non-binding
    )
    beta_spent: Vector  # (looks,) cumulative chance of ending without efficacy, alternative
    power_by_look: Vector  # (looks,) cumulative, under the alternative
    drift: float  # E[Z] at information fraction 1 under the alternative
    fixed_drift: float  # the same for one look with this alpha and power: z_α + z_β
    binding: bool  # whether alpha relies on futility being obeyed
    under_null: StoppingProbability  # with futility obeyed
    under_alternative: StoppingProbability  # with futility obeyed
    assumed: tuple[str, ...]  # the conventions, in words
    harm: Vector | None = field(default=None, kw_only=True)  # (looks,) z; stops here are for harm

    @property
    def looks(self) -> int:
        """How often the trial is looked at, the final analysis included."""
        return int(self.information.size)

    @property
    def sides(self) -> Literal[1, 2]:
        """Whether the test is one- or two-sided."""
        return self.asked.stopping.sides

    @property
    def power(self) -> float:
        """The chance of rejecting under the alternative, futility obeyed."""
        return float(self.power_by_look[-1])

    @property
    def inflation(self) -> float:
        """Maximum information over that of the fixed design of the same alpha and power."""
        return float((self.drift / self.fixed_drift) ** 2 * self.information[-1])

    def stops(self, drift: float | Vector) -> StoppingProbability:
        """Give the chance of stopping at each look, futility obeyed, under any drift.

        Args:
            drift: E[Z] at information fraction 1; one number, or one each look.

        Witness: that of `stopping_probability` (mvtnorm, rpact); gsDesign and rpact by look.
        """
        return stopping_probability(
            self.upper, self.lower, self.information, drift=drift, inner=self.inner
        )

    def stops_for_harm(self, drift: float | Vector) -> Vector:
        """Give the chance of stopping for harm at each look, futility obeyed: a part of `stops`.

        Args:
            drift: as for `stops`.

        Witness: gsDesign 3.11, test types 7 and 8 (harm01 to harm06).
        """
        return self._harm(drift, self.information)

    def harm_under_alternative(self) -> Vector:
        """Give the chance of stopping for harm at each look under the alternative.

        Witness: as `stops_for_harm`.
        """
        asked = self.asked
        shape = 1.0 if asked.drift_shape is None else asked.drift_shape
        theirs = asked.alternative_information
        return self._harm(self.drift * shape, self.information if theirs is None else theirs)

    def _harm(self, drift: float | Vector, information: Vector) -> Vector:
        if self.harm is None:
            return np.zeros(self.looks)
        between = np.column_stack([self.harm, self.lower])  # there it is for futility
        return stopping_probability(
            self.upper, self.harm, information, drift=drift, inner=between
        ).lower

    def rejection(self, drift: float | Vector) -> float:
        """Give the chance of an efficacy decision (either side, if two-sided), futility obeyed.

        Witness: East 6.5 (design-0050); the planned power at the planned drift.
        """
        stops = self.stops(drift)
        return float(stops.upper.sum() + (stops.lower.sum() if self.sides == 2 else 0.0))  # noqa: PLR2004

    def rejections(self, drifts: Vector) -> Vector:
        """Give the chance of an efficacy decision under each of many drifts, as `rejection`.

        Witness: `rejection`, drift by drift.
        """
        bounds = self.upper, self.lower, self.information
        stops = stopping_for_drifts(*bounds, drifts, inner=self.inner)
        either = stops.upper + stops.lower if self.sides == 2 else stops.upper  # noqa: PLR2004
        return np.asarray(either.sum(axis=1))

    def expected_information(self, drift: float | Vector) -> float:
        """Give the mean information at which the trial ends, as a fraction of the maximum.

        Witness: rpact's and gsDesign's average sample numbers.
        """
        return float(self.stops(drift).ending @ self.information)
