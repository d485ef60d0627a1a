"""When is a run exact enough?

Asked at every chunk boundary of the trials in order, of every design, so that a run ends at the
same trial however many workers play it.  (Asking again and again stops slightly early of a
fixed number of trials; the error told at the end is that of the trials played.)
"""

from equipoise.simulate.monte_carlo import cautious_error, mean
from equipoise.simulate.plan import Precision, SimulationPlan
from equipoise.simulate.tally import Tally


def precise(plan: SimulationPlan, tally: Tally) -> bool:
    """Tell whether every design has reached the Monte Carlo error asked for.

    Witness: the errors of the operating characteristics.
    """
    asked = plan.precision
    if asked is None or tally.trials < asked.least:
        return False
    designs = range(len(plan.designs))
    return all(
        _error(plan, design, tally.of(f"{design} "), asked) <= asked.error for design in designs
    )


def _error(plan: SimulationPlan, design: int, tally: Tally, asked: Precision) -> float:
    if asked.of == "duration":
        found = mean(tally.moments("end duration"))
        return float("inf") if found is None or found.trials < 2 else found.error  # noqa: PLR2004
    if tally.has(asked.of):
        return cautious_error(int(tally.counts(asked.of).counts), tally.trials)
    names = [each.hypothesis for each in plan.designs[design].conduct.tested]
    return cautious_error(int(tally.counts("rejected").counts[names.index(asked.of)]), tally.trials)
