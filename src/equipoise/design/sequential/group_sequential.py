"""A group-sequential design: when to stop, with which power, at which price.

    P₀(cross an efficacy bound) = alpha,    P_θ(cross an efficacy bound) = power

for the drift θ = E[Z] at the full information (Jennison & Turnbull 2000, ch. 7; Pampallona,
Tsiatis & Kim 2001 for spending beta; Anderson's gsDesign test types 3 to 6).

`group_sequential` only sends a question to the module that can solve it and tells what the
bounds it found cost.  A one-sided rule plugs in by becoming a `Schedule` (see `schedules`):
bounds as given, errors to spend, or both; or a `Family` of bounds with a constant to be found.
Other kinds of design have a module of their own with `solve(asked) -> GroupSequential`, which
finds the bounds its own way and calls `assemble`.
"""

from equipoise.design.sequential.asked import checked
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.one_sided import solve
from equipoise.design.sequential.rules import OptimalWangTsiatis, PampallonaTsiatis, StoppingPlan
from equipoise.kernel.arrays import Vector


def group_sequential(
    stopping: StoppingPlan,
    *,
    power: float | None = None,
    drift: float | None = None,
    drift_shape: Vector | None = None,
    alternative_information: Vector | None = None,
) -> GroupSequential:
    """Find the bounds of a design and the drift for a power, or the power for a drift.

    Args:
        stopping: looks, alpha and rules.
        power: under the alternative; give this or `drift`.
        drift: E[Z] at information fraction 1 under the alternative.
        drift_shape: (looks,) θ_k over θ at the last look, where hazards are not proportional.
        alternative_information: (looks,) information under the alternative, in the unit of
            `stopping.information`: E[Z_k] = drift × shape_k × √(alternative information)_k.

    Raises:
        DesignError: The question contradicts itself, or no design answers it.

    Accuracy: 1e-11 in z and in probability.
    Witness: gsd02-gsd32, rp03, rp04, lr01-lr03 and their high-precision truths; rpact; laws.

    >>> design = group_sequential(StoppingPlan(information=(0.5, 1.0)), power=0.9)
    >>> design.upper.round(4).tolist(), round(design.inflation, 4)
    ([2.9626, 1.9686], 1.0034)
    """
    asked = checked(stopping, power, drift, drift_shape, alternative_information)
    if isinstance(stopping.efficacy, OptimalWangTsiatis):
        from equipoise.design.sequential import optimal  # noqa: PLC0415 - only where asked for

        return optimal.solve(asked)
    if isinstance(stopping.efficacy, PampallonaTsiatis):
        from equipoise.design.sequential import pampallona_tsiatis  # noqa: PLC0415 - likewise

        return pampallona_tsiatis.solve(asked)
    if stopping.sides != 1:
        from equipoise.design.sequential import two_sided  # noqa: PLC0415 - likewise

        return two_sided.solve(asked)
    drawn, found = solve(asked)
    return assemble(asked, drawn.upper, drawn.lower, found, harm=drawn.harm)
