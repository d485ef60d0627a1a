"""The statistic of a hypothesis in a trial that was changed: data combined by planned weights.

With W_k = Z_k √I_k the score at look k, L the last look before the first change, and t the
fractions of information as planned (Cui, Hung & Wang 1999; Lehmacher & Wassmer 1999),

    Z*_k = (√t_L Z_L + Σ_{L<j≤k} √(t_j - t_{j-1}) z_j) / √t_k,
    z_j = (W_j - W_{j-1}) / √(I_j - I_{j-1}),

is normal given everything until L, whatever was changed at L, as increments of the score are
independent of its past: those of the log-rank process too, although patients have events in
several stages (Wassmer 2006; Wassmer & Brannath 2016, §6.4).  Changes may depend on what the test
itself has seen; when they depend on other endpoints of patients still at risk, they may not
(Bauer & Posch 2004; Magirr et al. 2016).

Trials that were not changed keep their own Z_k: given L, either test has the planned conditional
error (Müller & Schäfer 2001).
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Matrix, Vector, vector
from equipoise.monitor.bounds.rules import HypothesisRules, UpdatedBounds
from equipoise.simulate.conduct import AfterEvents, Conduct, Tested

NEVER = -1


def planned_fractions(conduct: Conduct, hypothesis: int) -> Vector:
    """Give the fraction of information planned at each look; nan where it is not tested.

    Of a design, its own; of bounds as given, the events that the looks wait for.

    Raises:
        SimulationError: Bounds as given at looks that do not wait for the endpoint's events.

    Witness: the design's fractions.
    """
    tested = conduct.tested[hypothesis]
    rules = rules_of(conduct, tested)
    looks = len(conduct.looks)
    held = range(looks) if rules.looks is None else [look - 1 for look in sorted(set(rules.looks))]
    fractions = np.full(looks, np.nan)
    if isinstance(rules.bounds, UpdatedBounds):
        design = rules.bounds.design.information
        fractions[list(held)] = design / design[-1]
        return vector(fractions)
    awaited = [_events_awaited(conduct, tested, look) for look in held]
    if 0 in awaited or (np.diff(awaited) <= 0).any():
        raise SimulationError(
            f"{tested.hypothesis} has bounds as given, and its looks wait for {awaited} of its "
            "events: the weights of its stages do not follow. Give it a design (UpdatedBounds).",
            "bounds",
        )
    fractions[list(held)] = np.array(awaited, dtype=np.float64) / awaited[-1]
    return vector(fractions)


def rules_of(conduct: Conduct, tested: Tested) -> HypothesisRules:
    """Find the rules of a hypothesis.

    Raises:
        SimulationError: It has none.
    """
    for rules in conduct.stopping.hypotheses:
        if rules.hypothesis == tested.hypothesis:
            return rules
    raise SimulationError(
        f"{tested.hypothesis} is tested, but no rule decides it; give it rules.", "hypothesis"
    )


def _events_awaited(conduct: Conduct, tested: Tested, look: int) -> int:
    counts = [
        each.events
        for each in conduct.looks[look].conditions
        if isinstance(each, AfterEvents) and each.endpoint == tested.endpoint
    ]
    return max(counts, default=0)


def combined_statistics(
    z: NDArray[np.float64],
    information: NDArray[np.float64],
    fraction: NDArray[np.float64],
    changed: Codes,
) -> NDArray[np.float64]:
    """Give the statistic of every look: Z as it is until a trial is changed, Z* from then on.

    Args:
        z: (trials, looks, hypotheses); nan where there is none.
        information: likewise; its score's variance.
        fraction: likewise; t, as it would have been without changes; nan where not tested.
        changed: (trials,) look from 0 of the first change; -1: never.

    A look without news since the look before has no statistic; its weight goes to the next one.

    Witness: `combined_z` of the stages' p-values; law: information that grows as planned gives Z.

    >>> z, information = np.array([[[1.0], [2.0]]]), np.array([[[10.0], [40.0]]])
    >>> fraction, first = np.array([[[0.25], [1.0]]]), np.array([0])
    >>> combined_statistics(z, information, fraction, first)[0, :, 0].round(9).tolist()
    [1.0, 2.0]
    """
    result = np.array(z, dtype=np.float64)
    rows = np.flatnonzero(changed != NEVER)
    for j in range(z.shape[2] if rows.size else 0):
        result[rows, :, j] = _of_one(
            z[rows, :, j], information[rows, :, j], fraction[rows, :, j], changed[rows]
        )
    return result


def _of_one(z: Matrix, information: Matrix, fraction: Matrix, changed: Codes) -> Matrix:
    """Combine the looks of one hypothesis in trials that were changed, (trials, looks)."""
    trials = z.shape[0]
    result = np.full(z.shape, np.nan)
    total, weight = np.zeros(trials), np.zeros(trials)  # √t_k Z*_k and t_k so far
    score, variance = np.zeros(trials), np.zeros(trials)
    for k in range(z.shape[1]):
        before = k <= changed
        with np.errstate(invalid="ignore", divide="ignore"):
            now, root = z[:, k] * np.sqrt(information[:, k]), np.sqrt(fraction[:, k])
            gained, step = information[:, k] - variance, fraction[:, k] - weight
            fresh = np.isfinite(now) & (gained > 0.0) & (step > 0.0)
            stage = (now - score) / np.sqrt(gained)
            grown = np.where(before, root * z[:, k], total + np.sqrt(step) * stage)
            result[:, k] = np.where(before, z[:, k], np.where(fresh, grown / root, np.nan))
        total, weight = np.where(fresh, grown, total), np.where(fresh, fraction[:, k], weight)
        score = np.where(fresh, now, score)
        variance = np.where(fresh, information[:, k], variance)
    return result
