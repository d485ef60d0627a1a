"""Futility of a two-sided design by z, effect, conditional or predictive power.

With c the bound that the rule draws and l the efficacy bound of the lower side, a trial stops
at an interim look

    for efficacy   z >= u or z <= l,        for futility   l < z <= c,

and goes on only above c, which may be negative.  Where c <= l no futility is left.  The efficacy
bounds do not rely on it: alpha holds where futility is overruled, too.
"""

import numpy as np

from equipoise.design.sequential import one_sided, symmetric
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.drawing import Truth
from equipoise.design.sequential.schedules import Alternative, futility_schedule
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector


def solve(asked: SequentialQuestion, upper: Vector, lower: Vector) -> GroupSequential:
    """Find the futility bounds and the drift beside known efficacy bounds.

    Args:
        asked: the question, its futility rule not a wedge.
        upper: (looks,) efficacy at or above this z.
        lower: (looks,) efficacy of the other side at or below.

    Raises:
        DesignError: The rule is binding, or leaves no room to go on.

    Witness: the multivariate normal (tests/laws); the one-sided design where nothing is lower.
    """
    rule = asked.stopping.futility
    if rule is not None and rule.binding:
        raise DesignError(
            "Futility below one bound is binding in a two-sided test, whose lower side it would "
            "make uncertain; make it non-binding, test one side, or choose a wedge.",
            "futility",
        )
    drift = asked.drift

    def power_probit(drift: float, _: float) -> float:
        truth = truth_of(asked, drift)
        return symmetric.rejection_probit(
            truth, upper, lower, region(asked, upper, lower, drift), asked
        )

    if drift is None:
        drift = one_sided.drift_for(asked, power_probit)
    inner = region(asked, upper, lower, drift)
    symmetric.check_wedge(upper, inner[:, 1])
    return assemble(asked, upper, lower, drift, inner=inner, assumed=told(inner))


def region(asked: SequentialQuestion, upper: Vector, lower: Vector, drift: float) -> Matrix:
    """Give the futility region (lower efficacy bound, c) of every look, nan where none."""
    stopping, truth = asked.stopping, truth_of(asked, drift)
    mean_z = truth.mean / np.sqrt(truth.information)
    alternative = Alternative(np.nan, mean_z, np.array(stopping.information), upper)
    below = futility_schedule(stopping, alternative).z
    below = np.where((below > lower) & (np.arange(below.size) < below.size - 1), below, np.nan)
    return np.column_stack([np.where(np.isnan(below), np.nan, lower), below])


def truth_of(asked: SequentialQuestion, drift: float) -> Truth:
    """Give the walk under an alternative."""
    information = np.array(asked.stopping.information, dtype=np.float64)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    shape = 1.0 if asked.drift_shape is None else asked.drift_shape
    return Truth(theirs, drift * shape * theirs)


def told(inner: Matrix) -> tuple[str, ...]:
    """Say how futility stops beside a lower efficacy bound, and where none is left."""
    without = [str(look + 1) for look in np.flatnonzero(np.isnan(inner[:-1, 1]))]
    said = ["Futility is at or below one bound: the trial goes on only above it."]
    if without:
        said.append(
            f"Futility stops nothing at look {', '.join(without)}: no bound is given there, or it "
            "is not above the lower efficacy bound."
        )
    return tuple(said)
