"""A treatment we have the patients of against one that is only published, after matching.

    anchored      log HR(A, C) of weighted patients  -  published log HR(B, C)
    unanchored    log HR of weighted patients of A against rebuilt patients of B, of weight 1

The weighted Cox model has the robust variance, which takes the weights as known; the bootstrap
draws patients anew within arms, finds their weights anew, and takes percentiles (Signorovitch
et al. 2010; Phillippo et al. 2018, NICE DSU TSD 18).  Unanchored comparisons lose what
randomization gave: they need every covariate that bears on the outcome.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.cox import cox
from equipoise.analyze.cox_fit import CoxFit
from equipoise.analyze.estimates import Absent, Estimate, Interval, Number
from equipoise.appraise.indirect.bucher import IndirectComparison, bucher
from equipoise.appraise.indirect.weights import (
    MatchingWeights,
    TargetCovariate,
    covariate_columns,
    matching_weights,
)
from equipoise.appraise.pooling.pool import printed, quantile, spread, wald_p
from equipoise.appraise.pooling.studies import StudyEffect, check_level
from equipoise.errors import ClaimError, DataError, DidNotConverge, NotEstimable
from equipoise.kernel.arrays import Codes, Flags, Vector

MOST_FAILED = 0.1  # of the bootstrap's draws: beyond, no interval is given
LEAST_DRAWS = 100
UNANCHORED = (
    "Unanchored: nothing randomized ties the two groups.",
    "Every covariate that bears on the outcome is taken to be matched; that is rarely known.",
    "Weights of our patients add up to their number; rebuilt patients have weight 1.",
)
Draw: TypeAlias = Callable[[np.random.Generator], float]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Patients drawn again and again."""

    interval: Interval
    standard_error: Number  # of the log hazard ratio
    draws: int
    failed: int  # draws without weights or without a hazard ratio: left out
    seed: int


@dataclass(frozen=True, slots=True)
class MatchedComparison:
    """A hazard ratio in the other study's population."""

    matching: MatchingWeights
    unmatched: Estimate  # hazard ratio of our patients as they are
    matched: Estimate  # of our patients as weighted: A against C (anchored) or A against B
    naive: IndirectComparison | None  # A against B without matching; None: unanchored
    log_hazard_ratio: float  # A against B
    standard_error: float
    hazard_ratio: Estimate  # A against B, robust variance
    p: Number
    bootstrap: Bootstrap | None
    assumed: tuple[str, ...]


def anchored_comparison(  # noqa: PLR0913 - patients, target, and what is published
    time: ArrayLike,
    event: ArrayLike,
    experimental: ArrayLike,
    covariates: ArrayLike,
    target: Sequence[TargetCovariate],
    published: StudyEffect,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    draws: int = 0,
    seed: int = 1,
) -> MatchedComparison:
    """Compare A with B through C, our patients (A against C) weighted to those of B against C.

    Args:
        time: follow-up of our patients.
        event: 1 where it ended in the event.
        experimental: 1 for A, 0 for C.
        covariates: of our patients, those that change the effect.
        target: their published means in the study of B against C.
        published: its log hazard ratio, B against C.
        names: of the covariates.
        level: of intervals.
        draws: of the bootstrap; 0 for none, else 100 or more.
        seed: of the bootstrap.

    Raises:
        DataError: rows that break a stated convention.
        ClaimError: a published effect that is no ratio, or too few draws.
        NotEstimable: the target lies outside what the patients span, or no hazard ratio exists.

    Witness: R survival 3.5-3 `coxph(weights=, robust=TRUE)` with weights by R `optim`.
    """
    check_level(level)
    if published.scale != "log":
        raise ClaimError(f"Study {published.id!r} gives a difference; give a hazard ratio.")
    columns = covariate_columns(covariates, target, names)
    times, died, arm = _rows(time, event, experimental, columns.shape[0])
    matching = matching_weights(columns, target)
    plain = _hazard_ratio(cox(times, died, arm, robust=True, level=level))
    fit = cox(times, died, arm, weight=matching.weights, robust=True, level=level)
    mean, error = _hazard_ratio(fit)
    naive = bucher(StudyEffect("", "unmatched", *plain), published, level=level)

    def draw(generator: np.random.Generator) -> float:
        rows = np.concatenate(
            [generator.choice(group, group.size) for group in _groups(arm.astype(np.int64))]
        )
        again = matching_weights(columns[rows], target).weights
        ratio = _hazard_ratio(cox(times[rows], died[rows], arm[rows], weight=again))[0]
        return ratio - generator.normal(published.estimate, published.standard_error)

    return _comparison(
        matching,
        (_printed(*plain, level), fit.hazard_ratio(0), naive),
        (mean - published.estimate, float(np.hypot(error, published.standard_error))),
        level,
        _bootstrap(draw, draws, seed, level),
        ("Anchored: the studies are taken to differ in no effect modifier that is not matched.",),
    )


def unanchored_comparison(  # noqa: PLR0913 - patients of two studies, and the target
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    target: Sequence[TargetCovariate],
    other_time: ArrayLike,
    other_event: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    draws: int = 0,
    seed: int = 1,
) -> MatchedComparison:
    """Compare our patients of A, weighted, with patients of B rebuilt from a published curve.

    Args:
        time: follow-up of our patients, all of A.
        event: 1 where it ended in the event.
        covariates: of our patients: every one that bears on the outcome.
        target: their published means in the study of B.
        other_time: follow-up of the patients of B.
        other_event: 1 where it ended in the event.
        names: of the covariates.
        level: of intervals.
        draws: of the bootstrap; 0 for none, else 100 or more.
        seed: of the bootstrap.

    Raises:
        DataError: rows that break a stated convention.
        ClaimError: too few draws.
        NotEstimable: the target lies outside what the patients span, or no hazard ratio exists.

    Witness: R survival 3.5-3 `coxph(weights=, robust=TRUE)` with weights by R `optim`.
    """
    check_level(level)
    columns = covariate_columns(covariates, target, names)
    ours = _rows(time, event, np.ones(columns.shape[0]), columns.shape[0])
    size = np.asarray(other_time).size
    theirs = _rows(other_time, other_event, np.zeros(size), size)
    matching = matching_weights(columns, target)
    times, died, arm = (np.concatenate(pair) for pair in zip(ours, theirs, strict=True))
    ones = np.ones(size)
    weight = np.concatenate([matching.weights, ones])
    fit = cox(times, died, arm, weight=weight, robust=True, level=level)

    def draw(generator: np.random.Generator) -> float:
        own = generator.integers(0, columns.shape[0], columns.shape[0])
        other = columns.shape[0] + generator.integers(0, size, size)
        rows = np.concatenate([own, other])
        again = np.concatenate([matching_weights(columns[own], target).weights, ones])
        return _hazard_ratio(cox(times[rows], died[rows], arm[rows], weight=again))[0]

    plain = _hazard_ratio(cox(times, died, arm, robust=True))
    return _comparison(
        matching,
        (_printed(*plain, level), fit.hazard_ratio(0), None),
        _hazard_ratio(fit),
        level,
        _bootstrap(draw, draws, seed, level),
        UNANCHORED,
    )


def _comparison(
    matching: MatchingWeights,
    steps: tuple[Estimate, Estimate, IndirectComparison | None],
    found: tuple[float, float],
    level: float,
    bootstrap: Bootstrap | None,
    notes: tuple[str, ...],
) -> MatchedComparison:
    unmatched, matched, naive = steps
    return MatchedComparison(
        matching=matching,
        unmatched=unmatched,
        matched=matched,
        naive=naive,
        log_hazard_ratio=found[0],
        standard_error=found[1],
        hazard_ratio=_printed(*found, level),
        p=wald_p(*found, None)[1],
        bootstrap=bootstrap,
        assumed=(
            *matching.assumed,
            *notes,
            "Weighted Cox model, Efron ties, robust variance that takes the weights as known.",
        ),
    )


def _bootstrap(draw: Draw, draws: int, seed: int, level: float) -> Bootstrap | None:
    if draws == 0:
        return None
    if draws < LEAST_DRAWS:
        raise ClaimError(f"{draws} draws give no interval; take {LEAST_DRAWS} or more, or 0.")
    generator = np.random.Generator(np.random.Philox(seed))
    values, failed = [], 0
    for _ in range(draws):
        try:
            values.append(draw(generator))
        except (NotEstimable, DidNotConverge):
            failed += 1
    words = "percentile bootstrap"
    if failed > MOST_FAILED * draws:
        state = Absent.NO_VALUE_FITS
        return Bootstrap(Interval(state, state, level, words), state, draws, failed, seed)
    tail = (1 - level) / 2
    lower, upper = np.exp(np.quantile(values, [tail, 1 - tail])).tolist()
    error = float(np.std(values, ddof=1))
    return Bootstrap(Interval(lower, upper, level, words), error, draws, failed, seed)


def _rows(
    time: ArrayLike, event: ArrayLike, arm: ArrayLike, size: int
) -> tuple[Vector, Flags, Vector]:
    columns = [np.atleast_1d(np.asarray(each)) for each in (time, event, arm)]
    for what, column in zip(("time", "event", "experimental"), columns, strict=True):
        if column.shape != (size,):
            raise DataError(f"{what} has {column.size} values for {size} patients; give each one.")
    times, died, side = columns
    for what, column in (("event", died), ("experimental", side)):
        if not np.isin(column, (0, 1)).all():
            raise DataError(f"{what} must be 0 or 1 in every row. Map the column.")
    return times.astype(np.float64), died == 1, side.astype(np.float64)


def _groups(arm: Codes) -> tuple[Codes, Codes]:
    return np.flatnonzero(arm == 0), np.flatnonzero(arm == 1)


def _hazard_ratio(fit: CoxFit) -> tuple[float, float]:
    value, error = fit.coefficients[0], fit.standard_errors[0]
    if isinstance(value, Absent) or isinstance(error, Absent):
        state = value if isinstance(value, Absent) else error
        why = state.value if isinstance(state, Absent) else ""
        raise NotEstimable(
            f"The weighted hazard ratio has no value ({why}). Compare rates instead."
        )
    return value, error


def _printed(mean: float, error: float, level: float) -> Estimate:
    limits = spread(mean, error, quantile(level, None))
    return printed(mean, error, limits, "log", level, ("hazard ratio", "normal, log scale"))
