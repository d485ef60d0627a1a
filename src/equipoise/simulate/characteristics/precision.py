"""When is a run exact enough?

Asked at every chunk boundary of the trials in order, of every design, so that a run ends at the
same trial however many workers play it.  (Asking again and again stops slightly early of a
fixed number of trials; the error told at the end is that of the trials played.)

Ways to need fewer trials, measured as plain over remaining variance on lrstat's reference trial
(220 patients, looks at 50, 90 and 131 events, power 0.82): antithetic pairs 1.3 for power, 1.03
for type I error, 2.0 for duration; the arms' counting-process martingales as controls 1.8, 1.2
and 2.4, at the cost of following exposures.  A trial costs 10 µs, and neither is used.
Importance sampling gives 500 for a first crossing of 3·10⁻⁴: see `tail`.
"""

from equipoise.simulate.characteristics.monte_carlo import cautious_error, mean
from equipoise.simulate.characteristics.tally import Tally
from equipoise.simulate.plan import Precision, SimulationPlan


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
