"""How often several hypotheses succeed together in the trial as sized.

Z of hypothesis j at look k is W_j(t_jk) / √t_jk + its mean, t_jk the fraction of its information;
increments of the W are normal, and of two hypotheses correlated as

    r_ij = (same endpoint: 1, else the correlation promised) × (arms in common)

with (c_i' D c_j) / √(c_i' D c_i · c_j' D c_j) for arms in common, c a comparison and D the inverse
sizes of the arms.  Each look is read until nothing more is rejected, at the bounds of what was
rejected until then.  Chances are simulated (`planned.trials`), with their standard error; exact
where all must be met and every one has a single look, or where they are independent.
"""

from math import prod
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.design.multiplicity.co_primary import joint_power
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.design.planned.trials import Statistic, Trials, step_by_step, step_up
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.trial_design import SuccessOfSeveral
from equipoise.kernel.arrays import Matrix
from equipoise.kernel.normal import upper_quantile

if TYPE_CHECKING:
    from equipoise.design.plan import Plan
    from equipoise.design.planned.multiplicity import Bounds, Level, Levels
    from equipoise.protocol.planning import Multiplicity
    from equipoise.protocol.trial import Protocol

TRIALS = 100_000
SEED = 1


def success_of_several(
    protocol: "Protocol",
    rule: "Multiplicity",
    held: "Levels",
    drawn: "Bounds",
    plans: "dict[str, Plan]",
) -> SuccessOfSeveral | None:
    """Give the chances that each, some and all hypotheses are rejected; None for fewer than two.

    Args:
        protocol: with the arms and endpoints of the hypotheses.
        rule: how they share alpha.
        held: what each is tested at.
        drawn: the bounds that go with it.
        plans: of the hypotheses that have one, the one first that decides the size.

    Accuracy: its standard errors; exact where they are 0.
    Witness: `joint_power`, `graph_power`, `dunnett_power`; closed forms (independence).
    """
    if len(plans) < 2:  # noqa: PLR2004 - one is told by its own plan
        return None
    leading = next(iter(plans.values()))
    tested = tuple(_tested(name, plan, leading) for name, plan in plans.items())
    correlation = correlation_of(protocol, tuple(plans), rule.correlation)
    said = [_on_correlation(rule, correlation)]
    if rule.procedure == "co-primary" and all(weights(rule)[each.name] > 0 for each in tested):
        exact = _exact(tested, correlation)
        if exact is not None:
            return _told_exactly(rule, tested, exact, tuple(said))
    trials = _simulated(protocol, rule, held, drawn, tested, correlation)
    left_out = [name for name, _ in rule.weights if name not in plans]
    if left_out:
        said.append(f"Without a plan and taken as never rejected: {', '.join(left_out)}.")
    if any(np.isfinite(each.futility).any() for each in tested):
        said.append("A hypothesis stopped for futility is tested no more; the others go on.")
    if rule.procedure in {"hochberg", "hommel"} and not _at_once(rule, tested):
        name = rule.procedure.capitalize()
        said.append(f"Chances are those of Holm's procedure; {name}'s rejects at least as often.")
    return _counted(rule, tested, trials, tuple(said))


def weights(rule: "Multiplicity") -> dict[str, float]:
    """Give each hypothesis its share of alpha at the start."""
    return dict(rule.weights)


def correlation_of(protocol: "Protocol", names: tuple[str, ...], between: float | None) -> Matrix:
    """Give the correlation of the test statistics of several hypotheses.

    Args:
        protocol: with their endpoints and arms.
        names: of the hypotheses.
        between: of any two endpoints; None: independent.

    Raises:
        DesignError: no statistics can be correlated so.

    Witness: closed form (1/2 for equal arms against one control); `shared_control_correlation`.
    """
    arms = [arm.id for arm in protocol.arms]
    noise = 1.0 / np.sqrt([arm.allocation for arm in protocol.arms])
    contrasts, endpoints = [], []
    for name in names:
        hypothesis = protocol.hypothesis(name)
        comparison = protocol.comparison(hypothesis.comparison)
        row = np.zeros(len(arms))
        row[arms.index(comparison.experimental)] = 1.0
        row[arms.index(comparison.control)] = -1.0
        contrasts.append(row * noise / np.linalg.norm(row * noise))
        endpoints.append(protocol.estimand(hypothesis.estimand).endpoint)
    same = np.array([[one == two for two in endpoints] for one in endpoints])
    matrix = np.where(same, 1.0, between or 0.0) * (np.array(contrasts) @ np.array(contrasts).T)
    np.fill_diagonal(matrix, 1.0)
    return checked_correlation(matrix, len(names))


def _tested(name: str, plan: "Plan", leading: "Plan") -> Statistic:
    """Put a plan on the looks of the trial; one with a single look is tested at the last."""
    sequential = plan.sequential
    everywhere = leading.sequential.information
    if type(sequential) is GroupSequential and 1 < sequential.looks == everywhere.size:
        information = sequential.information
        mean = np.asarray(design_drift(sequential)) * np.sqrt(information)
        one_sided = sequential.sides == 1
        lower = sequential.lower if one_sided else np.full(information.size, -np.inf)
        futility = np.where(np.arange(information.size) < information.size - 1, lower, -np.inf)
        looks = tuple(range(information.size))
        fractions = information / information[-1]
        upper = tuple(sequential.upper.tolist())
        return Statistic(name, fractions, mean, looks, futility, plan.power, upper)
    fixed = sequential.asked.stopping
    critical = upper_quantile(fixed.alpha / fixed.sides)
    at_end = critical + float(ndtri(min(plan.power, 1.0 - 1e-15)))
    information = everywhere / everywhere[-1]
    mean = at_end * np.sqrt(information)
    last, never = (everywhere.size - 1,), np.array([-np.inf])
    return Statistic(name, information, mean, last, never, plan.power, (critical,))


def _exact(tested: tuple[Statistic, ...], correlation: Matrix) -> float | None:
    """Give the chance that all are met, where no simulation is needed."""
    if np.array_equal(correlation, np.eye(len(tested))):
        return prod(each.power for each in tested)
    if any(len(each.looks) > 1 for each in tested):
        return None
    half = np.full(len(tested), 0.5)  # P(Z > 0) = power, with the mean moved there
    drift = ndtri(np.minimum([each.power for each in tested], 1.0 - 1e-15))
    return joint_power(drift, correlation, half).every


def _told_exactly(
    rule: "Multiplicity", tested: tuple[Statistic, ...], every: float, said: tuple[str, ...]
) -> SuccessOfSeveral:
    powers = [each.power for each in tested]
    return SuccessOfSeveral(
        each=tuple((each.name, each.power, 0.0) for each in tested),
        some=None,
        every=every,
        some_error=None,
        every_error=0.0,
        every_if_independent=prod(powers),
        every_at_most=min(powers),
        correlation=rule.correlation,
        trials=None,
        seed=None,
        assumed=said,
    )


def _simulated(
    protocol: "Protocol",
    rule: "Multiplicity",
    held: "Levels",
    drawn: "Bounds",
    tested: tuple[Statistic, ...],
    correlation: Matrix,
) -> Trials:
    """Simulate the trials."""
    assert protocol.design is not None  # noqa: S101 - called for designs only
    sides = protocol.design.sides
    if rule.procedure in {"hochberg", "hommel"} and _at_once(rule, tested):
        alpha = protocol.design.alpha / sides
        critical = [upper_quantile(alpha / left) for left in range(1, len(tested) + 1)]
        return step_up(tested, correlation, np.array(critical), TRIALS, SEED)

    def bound(name: str, level: "Level") -> tuple[float, ...]:
        return drawn.at(name, level) or (upper_quantile(level.alpha / sides),)

    bounds = {
        each.name: {after: bound(each.name, level) for after, level in held[each.name].items()}
        for each in tested
    }
    return step_by_step(tested, correlation, bounds, TRIALS, SEED)


def _at_once(rule: "Multiplicity", tested: tuple[Statistic, ...]) -> bool:
    """Say whether all of the rule's hypotheses are here, each tested once."""
    return len(tested) == len(rule.weights) and all(len(each.looks) == 1 for each in tested)


def _counted(
    rule: "Multiplicity", tested: tuple[Statistic, ...], trials: Trials, said: tuple[str, ...]
) -> SuccessOfSeveral:
    """Count how often, and with which error."""
    co_primary = rule.procedure == "co-primary"
    together = [not co_primary or weights(rule)[each.name] > 0 for each in tested]
    every, every_error = trials.share(np.asarray(trials.rejected[:, together].all(axis=1)))
    some, some_error = trials.share(np.asarray(trials.rejected.any(axis=1)))
    powers = [each.power for each, counts in zip(tested, together, strict=True) if counts]
    return SuccessOfSeveral(
        each=tuple(
            (each.name, *trials.share(trials.rejected[:, j])) for j, each in enumerate(tested)
        ),
        some=None if co_primary else some,
        every=every,
        some_error=None if co_primary else some_error,
        every_error=every_error,
        every_if_independent=prod(powers) if co_primary else None,
        every_at_most=min(powers) if co_primary else None,
        correlation=rule.correlation,
        trials=TRIALS,
        seed=SEED,
        assumed=said,
    )


def _on_correlation(rule: "Multiplicity", correlation: Matrix) -> str:
    """Say what is taken for the correlation of the statistics."""
    if rule.correlation is not None:
        return f"Test statistics of different endpoints are correlated with {rule.correlation:g}."
    if np.array_equal(correlation, np.eye(correlation.shape[0])):
        return (
            "Test statistics of different endpoints are taken as independent; a `correlation` "
            "above 0 makes it likelier that all succeed, and less likely that one does."
        )
    return "Comparisons that share an arm share its noise; different endpoints are independent."
