"""Re-estimate a protocol's trial from pooled data: what they say, and what it would change.

No arm is told apart; the planned effect is taken as it is.  Times to events tell how fast events
come (`reestimation_times`); answers and measurements, how many patients it takes
(`reestimation_sizes`).
"""

import numpy as np

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DesignError
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.reestimation import (
    Pooled,
    PooledAnswers,
    PooledMeasurements,
    Reestimation,
)
from equipoise.monitor.reestimation.sizes import (
    Adjustment,
    reestimate_answers,
    reestimate_measurements,
)
from equipoise.monitor.reestimation.times import reestimate_times

TWO_ARMS = 2


def blinded_reestimation(
    pooled: Pooled,
    design: TrialDesign,
    *,
    at_most: float = np.inf,
    adjust: Adjustment = "none",
) -> Reestimation:
    """Tell from pooled data whether the trial has the size it needs, and what would change.

    Args:
        pooled: of the endpoint of the hypothesis that sizes the trial; arms are not looked at.
        design: of the trial.
        at_most: patients after re-estimation, all arms together; never fewer than planned.
        adjust: of a standard deviation: "planned difference" takes off what the arms would
            differ by.

    Raises:
        DesignError: no hypothesis with a plan, more than two arms, other data than its
            endpoint's, or no design with what the data say.
        DataError: too few data.

    Accuracy: that of the design.

    Witness: law: what was planned, seen, changes nothing; blindrecalc 1.0.1 `n_fix`
        (monitored_reestimation.json).
    """
    main = design.main
    if main is None or main.plan is None:
        raise DesignError("No hypothesis of the protocol has a plan: there is no size to revise.")
    if len(design.protocol.arms) != TWO_ARMS:
        raise DesignError(
            f"The trial has {len(design.protocol.arms)} arms; pooled data are split between two. "
            "Re-estimate each pair's design by itself."
        )
    kind = main.plan.kind
    if kind == "time-to-event" and isinstance(pooled, PatientsAtHand):
        return reestimate_times(pooled, design, main, main.plan)
    if kind == "binary" and isinstance(pooled, PooledAnswers):
        return reestimate_answers(pooled, design, main, main.plan, at_most)
    if kind == "continuous" and isinstance(pooled, PooledMeasurements):
        return reestimate_measurements(pooled, design, main, main.plan, at_most, adjust)
    raise DesignError(
        f"The trial is sized for {main.label}, a {kind} endpoint; the pooled data are of another "
        f"kind ({type(pooled).__name__}). Give its own."
    )
