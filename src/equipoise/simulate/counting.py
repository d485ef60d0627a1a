"""What a range of rehearsed trials is counted into.

Averages of looks come twice.  *At the look*: over the trials that came to it, none of them
stopped before.  *Carried*: over all trials, as if none were ever stopped.  Looks that are never
held count in neither.  What a trial ends with is read at the look where it ended.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, codes, flags, vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY, HARM
from equipoise.simulate.characteristics.histogram import histogram_of
from equipoise.simulate.characteristics.moments import comoments_of, counts_of, moments_of
from equipoise.simulate.characteristics.tally import Statistic, Tally
from equipoise.simulate.conduct import Conduct
from equipoise.simulate.plan import HypothesisTruth, SimulationPlan
from equipoise.simulate.rehearsed import Effects, Rehearsed

Found = dict[str, Statistic]
VERDICTS = (EFFICACY, FUTILITY, HARM)
DIRECTION = {"benefit": 1, "none": 0, "harm": -1, None: 0}


@dataclass(frozen=True, slots=True)
class Truths:
    """What is true of a design's hypotheses, in the order in which they are tested."""

    primary: Flags  # (hypotheses,)
    null: Flags  # (hypotheses,) whether the null hypothesis holds
    told: Flags  # (hypotheses,) whether that is told
    together: Flags  # (hypotheses,) whether nothing is claimed unless all of these are met
    direction: Codes  # (hypotheses,) 1 benefit, -1 harm, 0 neither or not told
    effect: Vector  # (hypotheses,) nan where not told
    z: float  # of a two-sided confidence interval


@dataclass(frozen=True, slots=True)
class Endings:
    """How each trial ended."""

    last: Codes  # (trials,) look from 0
    running: Flags  # (trials, looks) whether the trial came to the look, and it was held
    held: Flags  # (trials, looks) whether it was held, had no trial been stopped
    rejected: Flags  # (trials, hypotheses) for efficacy


def truths_of(plan: SimulationPlan, scenario: int, design: int) -> Truths:
    """Lay out what a scenario says of a design's hypotheses.

    Hypotheses that the design names as primary are; where it names none, all are.
    """
    conduct = plan.designs[design].conduct
    ids = [each.hypothesis for each in conduct.tested]
    known = {truth.hypothesis: truth for truth in plan.scenarios[scenario].truths}
    truths = [known.get(name, HypothesisTruth(name, null=False)) for name in ids]
    return Truths(
        primary=flags(primary_of(conduct)),
        null=flags([truth.null for truth in truths]),
        told=flags([name in known for name in ids]),
        together=flags([name in conduct.stopping.together for name in ids]),
        direction=codes([DIRECTION[truth.direction] for truth in truths]),
        effect=vector([np.nan if truth.effect is None else truth.effect for truth in truths]),
        z=normal_quantile(plan.level),
    )


def primary_of(conduct: Conduct) -> list[bool]:
    """Tell which of the hypotheses tested are primary."""
    named = conduct.stopping.primary
    return [not named or each.hypothesis in named for each in conduct.tested]


def claimed(rejected: Flags, together: Flags) -> Flags:
    """Tell what a trial claims of what its tests reject: nothing, unless co-primary ones all are.

    >>> claimed(flags([[1, 0, 1], [1, 1, 1]]), flags([1, 1, 0])).tolist()
    [[False, False, False], [True, True, True]]

    Args:
        rejected: (trials, hypotheses).
        together: (hypotheses,) which are co-primary; none: each hypothesis stands alone.
    """
    met = np.all(rejected[:, together], axis=1, keepdims=True)
    return np.asarray(rejected & met, dtype=np.bool_)


def endings_of(rehearsed: Rehearsed) -> Endings:
    """Tell how each trial ended."""
    decision, last = rehearsed.decisions.decision, rehearsed.decisions.stopped
    looks = np.arange(decision.shape[1])
    held = np.isfinite(rehearsed.table.time)
    running = held & (looks <= last[:, None])
    efficacy = (decision == EFFICACY) & running[:, :, None]
    return Endings(last, running, held, efficacy.any(axis=1))


def tally_of(rehearsed: Rehearsed, truths: Truths) -> Tally:
    """Count a range of trials.

    Witness: the same numbers taken from the table of all trials by NumPy.
    """
    endings = endings_of(rehearsed)
    found: Found = {}
    found |= _decisions(rehearsed, endings, truths)
    found |= _looks(rehearsed, endings)
    found |= _statistics(rehearsed, endings)
    found |= _end(rehearsed, endings)
    found |= _adaptations(rehearsed)
    if rehearsed.effects is not None:
        found |= _effects(rehearsed.effects, endings, truths)
    return Tally(int(endings.last.size), found)


def paired(rehearsed: list[Rehearsed], truths: list[Truths], names: list[list[str]]) -> Found:
    """Count designs side by side, trial by trial: (designs, quantities) of each trial.

    Quantities are at least one primary, all primary, duration, patients, and the rejection of
    each hypothesis that all designs test.
    """
    common = [name for name in names[0] if all(name in each for each in names)]
    columns = []
    for found, truth, own in zip(rehearsed, truths, names, strict=True):
        endings = endings_of(found)
        primary = endings.rejected[:, truth.primary]
        rows = np.arange(endings.last.size)
        told: list[NDArray[Any]] = [np.any(primary, axis=1), np.all(primary, axis=1)]
        told += [found.table.time[rows, endings.last], found.table.patients[rows, endings.last]]
        told += [endings.rejected[:, own.index(name)] for name in common]
        columns.append(np.stack([np.asarray(each, dtype=np.float64) for each in told], axis=1))
    return {"paired": comoments_of(np.stack(columns, axis=1))}


def _decisions(rehearsed: Rehearsed, endings: Endings, truths: Truths) -> Found:
    decision, looks = rehearsed.decisions.decision, rehearsed.table.time.shape[1]
    rejected, numbers = endings.rejected, np.arange(looks)
    primary = rejected[:, truths.primary]
    each = [(decision == verdict) & endings.running[:, :, None] for verdict in VERDICTS]
    verdicts = np.stack([_first(verdict) for verdict in each], axis=3)
    z = rehearsed.table.z[np.arange(endings.last.size), endings.last] * truths.direction
    return {
        "verdicts": counts_of(verdicts),  # (looks, hypotheses, verdicts)
        "undecided": counts_of(~verdicts.any(axis=(1, 3))),
        "rejected": counts_of(rejected),
        "at least one primary": counts_of(primary.any(axis=1)),
        "all primary": counts_of(primary.all(axis=1)),
        "family-wise error": counts_of(
            (claimed(rejected, truths.together) & truths.null).any(axis=1)
        ),
        "wrong efficacy": counts_of(rejected & (truths.direction < 0)),
        "wrong side": counts_of(z < 0.0),
        "ended": counts_of(endings.running & (endings.last[:, None] == numbers)),
        "condition met": counts_of(rehearsed.table.reached),
        "held": counts_of(endings.held),
        "came to": counts_of(endings.running),
    }


def _first(happened: Flags) -> Flags:
    """Keep the first look at which something happened."""
    return np.asarray(happened & (happened.cumsum(axis=1) == 1))


def _looks(rehearsed: Rehearsed, endings: Endings) -> Found:
    table, found = rehearsed.table, Found()
    given: dict[str, NDArray[Any]] = {
        "time": table.time,
        "patients": table.patients,
        "dropouts": table.dropouts,
        "events": _with_total(table.events),
    }
    for name, values in given.items():
        found[f"carried {name}"] = moments_of(_where(endings.held, values))
        found[f"at look {name}"] = moments_of(_where(endings.running, values))
    for look in range(table.time.shape[1]):
        found[f"carried time {look}"] = histogram_of(table.time[:, look])
    return found


def _with_total(events: NDArray[np.int32]) -> NDArray[np.int64]:
    """Add all arms together as a last column."""
    return np.concatenate((events, events.sum(axis=-1, keepdims=True)), axis=-1)


def _statistics(rehearsed: Rehearsed, endings: Endings) -> Found:
    table, found = rehearsed.table, Found()
    found["carried z"] = comoments_of(_where(endings.held, table.z))
    for name, values in {"score": table.score, "information": table.information}.items():
        found[f"carried {name}"] = moments_of(_where(endings.held, values))
        found[f"at look {name}"] = moments_of(_where(endings.running, values))
    found["at look z"] = moments_of(_where(endings.running, table.z))
    for look in range(table.z.shape[1]):
        for hypothesis in range(table.z.shape[2]):
            seen = table.information[endings.held[:, look], look, hypothesis]
            found[f"carried information {look} {hypothesis}"] = histogram_of(seen)
    return found


def _end(rehearsed: Rehearsed, endings: Endings) -> Found:
    table, rows, last = rehearsed.table, np.arange(endings.last.size), endings.last
    ever = np.asarray(endings.running.any(axis=1))
    found = Found()
    given = {
        "duration": table.time[rows, last],
        "patients": table.patients[rows, last],
        "dropouts": table.dropouts[rows, last],
        "events": table.events[rows, last].sum(axis=2),  # (trials, endpoints)
        "planned": rehearsed.patients,
    }
    for name, values in given.items():
        seen = _where(ever, values)
        found[f"end {name}"] = moments_of(seen)
        if name == "events":
            for endpoint in range(seen.shape[1]):
                found[f"end events {endpoint}"] = histogram_of(seen[:, endpoint])
        elif name in {"duration", "patients"}:
            found[f"end {name} spread"] = histogram_of(seen)
    return found


def _adaptations(rehearsed: Rehearsed) -> Found:
    looks = np.arange(rehearsed.table.time.shape[1])
    return {
        "arm dropped": counts_of(rehearsed.arm_closed[:, :, None] == looks),
        "enriched": counts_of(rehearsed.enriched[:, None] == looks),
    }


def _effects(effects: Effects, endings: Endings, truths: Truths) -> Found:
    found = Found()
    naive = (
        effects.estimate - truths.z * effects.error,
        effects.estimate + truths.z * effects.error,
    )
    limits = {
        "naive": (effects.estimate, *naive),
        "adjusted": (effects.adjusted, effects.adjusted_lower, effects.adjusted_upper),
    }
    for name, (estimate, lower, upper) in limits.items():
        covered = (lower <= truths.effect) & (truths.effect <= upper)
        found[f"{name} estimate"] = moments_of(estimate)
        found[f"{name} off"] = moments_of(estimate - truths.effect)
        found[f"{name} squared"] = moments_of((estimate - truths.effect) ** 2)
        found[f"{name} where rejected"] = moments_of(_where(endings.rejected, estimate))
        found[f"{name} limits"] = counts_of(~np.isnan(lower + upper))
        found[f"{name} covered"] = counts_of(covered)
        for hypothesis in range(estimate.shape[1]):
            found[f"{name} spread {hypothesis}"] = histogram_of(estimate[:, hypothesis])
    found["naive error"] = moments_of(effects.error)
    return found


def _where(kept: Flags, values: NDArray[Any]) -> Matrix:
    """Put nan where a trial does not count; `values` may have more axes than `kept`."""
    wide = kept.reshape(kept.shape + (1,) * (values.ndim - kept.ndim))
    return np.where(wide, values, np.nan)
