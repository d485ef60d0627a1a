"""Solve a one-sided design: the drift that a power needs, or the power that a drift gives.

The alternative is a drift θ = E[Z] at information fraction 1, with E[Z_k] = θ r_k √J_k: r is
the drift's shape (1 where hazards are proportional), J the information under the alternative.
Futility bounds move with θ, and the budget for them, β = 1 - power, is spent exactly when the
futility bound meets the efficacy bound at the last look.  So one equation is left,

    P_θ(cross an upper bound) = 1 - β,    on the probit scale, where it is nearly a line,

for θ when the power is given, for β when the drift is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from equipoise.design.sequential.design import SequentialQuestion
from equipoise.design.sequential.drawing import Drawn, HarmSchedule, Truth, draw
from equipoise.design.sequential.rules import (
    EffectFutility,
    FixedFutility,
    SpendBeta,
    SpendUnderNull,
)
from equipoise.design.sequential.schedule import Family, Schedule, given
from equipoise.design.sequential.schedules import (
    Alternative,
    efficacy_schedule,
    futility_schedule,
    harm_schedule,
)
from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability

DRIFTS = (1e-6, 40.0)  # E[Z] at the end: no trial is planned for less or more
PROBITS = (-8.0, 8.0)  # of a power
CONSTANTS = (-10.0, 40.0)  # of a family of bounds
LAST_BOUNDS = (-10.0, 40.0)  # z
SAMPLED = tuple(0.5 * step for step in range(1, 25))  # drifts, where none reaches a power
ROUNDS = 200  # in which what is left to spend settles
SETTLED = 1e-14  # a change of probability
MET = 1e-6  # of a probit: the power is reached
INFLATED = (1.05, 0.8)  # first guess with futility: drift over that of one look; probit's slope


@dataclass(frozen=True, slots=True)
class Problem:
    """A one-sided design to be solved, in the walk's terms."""

    asked: SequentialQuestion
    fraction: Vector  # (looks,) to spend by, under the null
    null: Truth
    unit: Truth  # the alternative whose drift is 1
    upper: Schedule | Family
    known: Vector | None  # (looks,) efficacy bounds, where futility does not move them
    unclaimed: float  # chance of no claim under the null, where futility spends all of it
    harm: HarmSchedule | None  # a bound below futility
    spendings: dict[float, Schedule] = field(default_factory=dict)  # by the error to spend

    def truth(self, drift: float) -> Truth:
        """Give the walk under an alternative."""
        return Truth(self.unit.information, self.unit.mean * drift)

    def futility(self, drift: float, beta: float, upper: Vector | None) -> Schedule:
        """Ask the futility rule about an alternative."""
        if beta in self.spendings:
            return self.spendings[beta]
        stopping, unit, fraction = self.asked.stopping, self.unit, self.fraction
        if stopping.spending_time is None and self.asked.alternative_information is not None:
            fraction = unit.information / unit.information[-1] * self.null.information[-1]
        mean_z = drift * unit.mean / np.sqrt(unit.information)
        schedule = futility_schedule(
            stopping, Alternative(beta, mean_z, fraction, upper, self.unclaimed)
        )
        if isinstance(stopping.futility, SpendBeta | SpendUnderNull):  # the effect moves the others
            self.spendings[beta] = schedule
        return schedule


def solve(asked: SequentialQuestion) -> tuple[Drawn, float]:
    """Find the bounds and the drift of a one-sided design.

    Raises:
        DesignError: No drift reaches the power.
    """
    problem = state(asked)
    latest: Drawn | None = None

    def power_probit(drift: float, beta: float) -> float:
        nonlocal latest
        latest = bounds(problem, drift, beta, latest)
        missed = 1.0 - crossing(problem, drift, latest)
        return upper_quantile(min(max(missed, upper_tail(PROBITS[1])), upper_tail(PROBITS[0])))

    if asked.drift is None:
        drift = drift_for(asked, power_probit)
        if latest is not None:
            leave_room(problem, latest)
    else:
        drift = asked.drift
        if asked.power is None and isinstance(asked.stopping.futility, SpendBeta):
            rising_root(
                lambda probit: probit - power_probit(drift, upper_tail(probit)),
                drift - upper_quantile(asked.stopping.alpha),
                slope=INFLATED[1],
                within=PROBITS,
            )
    return latest or bounds(problem, drift, 1.0 - (asked.power or 0.0), None), drift


def state(asked: SequentialQuestion) -> Problem:
    """Put a question in the walk's terms, with the efficacy bounds where nothing moves them."""
    stopping, shape = asked.stopping, asked.drift_shape
    information = np.array(stopping.information, dtype=np.float64)
    fraction = information if stopping.spending_time is None else np.array(stopping.spending_time)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    problem = Problem(
        asked,
        fraction,
        null=Truth(information, np.zeros(information.size)),
        unit=Truth(theirs, theirs if shape is None else theirs * shape),
        upper=efficacy_schedule(stopping, fraction),
        known=None,
        unclaimed=1.0 - stopping.alpha,
        harm=harm_schedule(stopping, fraction),
    )
    rule = stopping.futility
    if rule is None or not rule.binding:
        problem = replace(problem, known=efficacy_alone(problem))
    if isinstance(rule, SpendUnderNull) and rule.total is None:
        return meeting(problem)
    return problem


def meeting(problem: Problem) -> Problem:
    """Say what a bound for harm spends that meets efficacy: all but the chance of a claim."""
    drawn: Drawn | None = None
    for _ in range(ROUNDS):
        drawn = bounds(problem, 0.0, 0.0, drawn)
        claimed = 0.0 if drawn.crossed is None else float(drawn.crossed.sum())
        change = 1.0 - claimed - problem.unclaimed
        problem = replace(problem, unclaimed=1.0 - claimed, spendings={})
        if abs(change) < SETTLED:
            return problem
    raise DidNotConverge(
        f"What is left to spend on harm still moves by {change:.2g} after {ROUNDS} rounds; give "
        "the bound for harm a total of its own."
    )


def drift_for(asked: SequentialQuestion, power_probit: Callable[[float, float], float]) -> float:
    """Find the drift of a power, or say which power the bounds allow.

    Raises:
        DesignError: No drift reaches it.
    """
    beta = 1.0 - (asked.power or 0.0)
    target = upper_quantile(beta)
    inflated, flatter = (1.0, 1.0) if asked.stopping.futility is None else INFLATED
    start = (upper_quantile(asked.stopping.alpha) + target) * inflated
    root = float(np.sqrt(asked.stopping.information[-1]))
    gap = np.nan

    def above_target(drift: float) -> float:
        nonlocal gap
        gap = power_probit(drift, beta) - target
        return gap

    drift = rising_root(above_target, start / root, slope=root * flatter, within=DRIFTS)
    if abs(gap) < MET:
        return drift
    if drift == DRIFTS[0]:
        raise DesignError(
            f"These bounds claim efficacy with chance {power_at(power_probit, drift, beta):.4g} "
            f"under next to no effect, a power of {asked.power:g} or more; ask for more power."
        )
    best = max(SAMPLED, key=lambda drift: power_probit(drift, beta))
    raise DesignError(
        f"No effect reaches a power of {asked.power:g} with these bounds: the most is about "
        f"{power_at(power_probit, best, beta):.4g}, where E[Z] at the end is {best * root:.3g}. "
        "Make futility less strict, or ask for less power."
    )


def leave_room(problem: Problem, drawn: Drawn) -> None:
    """Refuse a power for which futility, raised with the effect, meets efficacy too early.

    Raises:
        DesignError: With the most power that leaves room to go on to the last look.
    """
    asked, given = problem.asked, SpendBeta | SpendUnderNull | FixedFutility | None
    if isinstance(asked.stopping.futility, given) or not without_room(drawn):
        return
    possible = [(0.0, 0.0)]
    for drift in SAMPLED:
        drawn = bounds(problem, drift, 0.5, None)
        if not without_room(drawn) and drawn.upper[-1] > -np.inf:
            possible.append((crossing(problem, drift, drawn), drift))
    power, drift = max(possible)
    told = (
        f"Futility leaves no room to go on at a power of {asked.power:g}: the effect that it takes "
        "raises the futility bounds to those of efficacy. "
    )
    if power <= asked.stopping.alpha:
        raise DesignError(f"{told}No power leaves room; make futility less strict.", "futility")
    raise DesignError(
        f"{told}The most power that leaves room is about {power:.3g}, for a drift of {drift:.3g}; "
        "make futility less strict or ask for less.",
        "futility",
    )


def without_room(drawn: Drawn) -> bool:
    """Tell whether futility meets efficacy before the last look."""
    return bool(np.any(drawn.lower[:-1] >= drawn.upper[:-1]))


def power_at(power_probit: Callable[[float, float], float], drift: float, beta: float) -> float:
    """Give a power by its probit."""
    return upper_tail(-power_probit(drift, beta))


def bounds(problem: Problem, drift: float, beta: float, guess: Drawn | None) -> Drawn:
    """Draw the bounds for an alternative and the error that futility may spend under it."""
    rule = problem.asked.stopping.futility
    truth = problem.null if isinstance(rule, SpendUnderNull) else problem.truth(drift)
    if problem.known is not None:
        lower = problem.futility(drift, beta, problem.known)
        known = given(problem.known)
        return draw(known, lower, problem.null, truth, harm=problem.harm, guess=guess)
    if isinstance(rule, SpendBeta | SpendUnderNull | FixedFutility | EffectFutility):
        return with_lower(problem, problem.futility(drift, beta, None), truth, guess)
    drawn = guess

    def ahead_of(last_bound: float) -> float:  # a formula sees the last bound, which it moves
        nonlocal drawn
        seen = np.full(problem.fraction.size, last_bound)
        drawn = with_lower(problem, problem.futility(drift, beta, seen), truth, drawn)
        return last_bound - float(drawn.upper[-1])

    start = efficacy_alone(problem) if guess is None else guess.upper
    rising_root(ahead_of, float(start[-1]), slope=1.0, within=LAST_BOUNDS)
    return drawn  # type: ignore[return-value]


def efficacy_alone(problem: Problem) -> Vector:
    """Draw the efficacy bounds as if there were no futility."""
    nowhere = given(np.full(problem.fraction.size, -np.inf))
    return with_lower(replace(problem, harm=None), nowhere, problem.null, None).upper


def with_lower(problem: Problem, lower: Schedule, truth: Truth, guess: Drawn | None) -> Drawn:
    """Draw the efficacy bounds beside futility bounds that are obeyed."""
    upper, null, harm = problem.upper, problem.null, problem.harm
    if isinstance(upper, Schedule):
        return draw(upper, lower, null, truth, harm=harm, guess=guess)
    family, drawn = upper, guess

    def too_little(constant: float) -> float:  # a larger constant spends less
        nonlocal drawn
        upper = given(constant * family.shape)
        drawn = draw(upper, lower, null, truth, harm=harm, guess=guess)
        spent = stopping_probability(drawn.upper, drawn.lower, null.information).upper.sum()
        return upper_quantile(float(min(max(spent, 1e-300), 1.0 - 1e-16))) - target

    target = upper_quantile(problem.asked.stopping.alpha)
    last = float(family.shape[-1])
    start = 1.1 * target if guess is None else float(guess.upper[-1])
    rising_root(too_little, start / last, slope=last, within=CONSTANTS)
    return drawn  # type: ignore[return-value]


def crossing(problem: Problem, drift: float, drawn: Drawn) -> float:
    """Give the chance of crossing an upper bound under an alternative."""
    if drawn.crossed is not None and not isinstance(
        problem.asked.stopping.futility, SpendUnderNull
    ):
        return float(drawn.crossed.sum())
    truth = problem.truth(drift)
    return float(
        stopping_probability(
            drawn.upper, drawn.lower, truth.information, drift=truth.mean / truth.information
        ).upper.sum()
    )
