"""When responses come late: stop recruiting at a bound, decide when the pipeline has read out.

At look k with information t_k the trial stops recruiting when Z_k ≥ u_k or Z_k ≤ l_k; patients
already treated bring it to t_k + d_k, where efficacy is claimed if Z̃_k ≥ c_k.  c_k balances
the two reversals under no effect, so that the type I error stays (Hampson & Jennison 2013):

    P(Z_k ≥ u_k, Z̃_k < c_k) = P(Z_k ≤ l_k, Z̃_k ≥ c_k),    no stop before look k.

Where nothing is in the pipeline (d_k = 0) the bounds decide as ever.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.wedge import go_on_between, within_reach
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential_walk import START, Running, Step, step

SMALLEST = 1e-300  # probability
DRIFTS = (1e-6, 60.0)  # E[Z] at the end
HALF_WIDTH = 38.0  # standard deviations: beyond is no probability left


@dataclass(frozen=True, slots=True)
class DelayedStops:
    """What happens at each look under one drift."""

    stopping: Vector  # (looks,) chance that recruitment stops at this look, not before
    futility: Vector  # (looks,) chance that it stops at the lower bound
    rejection: Vector  # (looks,) chance of claiming efficacy after stopping at this look


@dataclass(frozen=True, slots=True, repr=False)
class DelayedResponse(Printed):
    """A one-sided design whose decisions wait for the pipeline."""

    design: GroupSequential  # where recruitment stops
    pipeline: Vector  # (looks - 1,) information still to come at each interim look
    decision: Vector  # (looks,) z to claim efficacy at, after the pipeline; nan without one
    reversal: Vector  # (looks - 1,) chance, under no effect, to stop at u and fail to claim
    alpha_spent: Vector  # (looks,) cumulative
    drift: float  # E[Z] at information fraction 1 under the alternative
    power_by_look: Vector  # (looks,) cumulative, under the alternative
    under_null: DelayedStops
    under_alternative: DelayedStops

    @property
    def inflation(self) -> float:
        """Maximum information over that of the fixed design of the same alpha and power."""
        return float((self.drift / self.design.fixed_drift) ** 2 * self.design.information[-1])

    def stops(self, drift: float) -> DelayedStops:
        """Give the chance of what happens at each look under a drift.

        Witness: `delayed_stops`.
        """
        return delayed_stops(self.design, self.pipeline, self.decision, drift)

    def expected_information(self, drift: float) -> float:
        """Give the mean information at the decision, pipeline included.

        Witness: rpact 3.3.4 (tests/reference).
        """
        information = self.design.information
        leaving = self.stops(drift).stopping[:-1]
        saved = information[-1] - self.pipeline - information[:-1]
        return float(information[-1] - leaving @ saved)


def delayed_response(design: GroupSequential, pipeline: Vector | float) -> DelayedResponse:
    """Find the decision bounds, and the drift that gives the design's power with them.

    Args:
        design: one-sided, with a futility bound at every look that has a pipeline.
        pipeline: (looks - 1,) information fraction outstanding at each interim look, or one.

    Raises:
        DesignError: The design is two-sided or lacks futility bounds, or the pipeline does not
            end before the last look.

    Witness: rpact 3.3.4 `delayedInformation` (gs-rpact-0021, 0022, 0026, 0029).
    """
    waiting = checked_pipeline(design, pipeline)
    decision, reversal = decision_bounds(design, waiting)
    asked = design.asked

    def power_probit(drift: float) -> float:
        power = float(delayed_stops(design, waiting, decision, drift).rejection.sum())
        return upper_quantile(min(max(1.0 - power, SMALLEST), 1.0 - 1e-16))

    drift = design.drift
    if asked.power is not None:
        target = upper_quantile(1.0 - asked.power)
        drift = rising_root(
            lambda drift: power_probit(drift) - target, design.drift, slope=1.0, within=DRIFTS
        )
    null = delayed_stops(design, waiting, decision, 0.0)
    alternative = delayed_stops(design, waiting, decision, drift)
    return DelayedResponse(
        design=design,
        pipeline=waiting,
        decision=decision,
        reversal=reversal,
        alpha_spent=vector(np.cumsum(null.rejection)),
        drift=drift,
        power_by_look=vector(np.cumsum(alternative.rejection)),
        under_null=null,
        under_alternative=alternative,
    )


def checked_pipeline(design: GroupSequential, pipeline: Vector | float) -> Vector:
    """Give the pipeline of each interim look.

    Raises:
        DesignError: It does not fit the design.
    """
    interim = design.looks - 1
    waiting = vector(np.broadcast_to(np.asarray(pipeline, dtype=np.float64), (interim,)))
    if design.sides != 1 or np.any((waiting > 0.0) & ~np.isfinite(design.lower[:-1])):
        raise DesignError(
            "Decisions after a pipeline need a one-sided design with a futility bound at every "
            "look that has one; give futility bounds, or no pipeline there."
        )
    if not np.all(waiting >= 0.0):
        raise DesignError(f"The pipeline is {waiting.tolist()}; information cannot be below 0.")
    late = design.information[:-1] + waiting >= design.information[-1]
    if late.any():
        look = int(np.argmax(late))
        raise DesignError(
            f"With the pipeline, look {look + 1} comes to information "
            f"{design.information[look] + waiting[look]:.4g}, not before the last look "
            f"({design.information[-1]:.4g}); leave that look out, or shorten the pipeline."
        )
    return waiting


def decision_bounds(design: GroupSequential, pipeline: Vector) -> tuple[Vector, Vector]:
    """Find the z to claim efficacy at after each pipeline, and the chance of a reversal.

    Witness: gs-rpact-0022, gs-rpact-0026.
    """
    decision = np.full(design.looks, np.nan)
    reversal = np.full(design.looks - 1, np.nan)
    running = START
    for k in range(design.looks - 1):
        at = step(running, float(design.information[k]))
        lower, upper = float(design.lower[k]), float(design.upper[k])
        if pipeline[k] > 0.0:
            after = float(design.information[k] + pipeline[k])
            above, below = waiting(at, lower, upper, after, 0.0)
            decision[k] = balance(above, below, 0.5 * (upper + lower))
            reversal[k] = above.below(decision[k])
        running = go_on_between(at, lower, upper, float(design.information[k + 1]))
    decision[-1] = design.upper[-1]
    return vector(decision), vector(reversal)


def balance(above: Step, below: Step, start: float) -> float:
    """Give the z at which both reversals have the same chance."""

    def excess(z: float) -> float:
        return float(np.log(max(above.below(z), SMALLEST) / max(below.above(z), SMALLEST)))

    return rising_root(excess, start, slope=2.0, within=(-HALF_WIDTH, HALF_WIDTH))


def waiting(at: Step, lower: float, upper: float, after: float, drift: float) -> tuple[Step, Step]:
    """Give the score after the pipeline, of trials stopped above and of those stopped below."""
    mean = drift * at.information
    low, high = within_reach(at, -np.inf, np.inf, mean)
    sides = ((upper * at.root, max(high, upper * at.root + 1.0)), (low, lower * at.root))
    move = drift * (after - at.information)
    above, below = (step(at.go_on([side], after), after, move) for side in sides)
    return above, below


def delayed_stops(
    design: GroupSequential, pipeline: Vector, decision: Vector, drift: float
) -> DelayedStops:
    """Give the chance of what happens at each look under a drift.

    Witness: rpact 3.3.4 (gs-rpact-0021, gs-rpact-0029).
    """
    looks = design.looks
    stopping, futility, rejection = np.zeros(looks), np.zeros(looks), np.zeros(looks)
    running: Running = START
    for k in range(looks):
        information = float(design.information[k])
        at = step(running, information, drift * (information - running.information))
        lower, upper = float(design.lower[k]), float(design.upper[k])
        if k + 1 == looks:
            rejection[k] = at.above(upper)
            stopping[k] = float(at.mass.sum())
            break
        futility[k] = at.below(lower)
        stopping[k] = futility[k] + at.above(upper)
        if pipeline[k] > 0.0:
            after = information + float(pipeline[k])
            sides = waiting(at, lower, upper, after, drift)
            rejection[k] = sum(side.above(float(decision[k])) for side in sides)
        else:
            rejection[k] = at.above(upper)
        onward = float(design.information[k + 1])
        running = go_on_between(at, lower, upper, onward, drift * information)
    return DelayedStops(vector(stopping), vector(futility), vector(rejection))
